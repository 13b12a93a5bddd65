"""Who answered what, as the opinion map takes it: a matrix with gaps, in an order that tells nothing of anybody. Pure.

The rows are sorted by their own content, so that the same answers give the same bytes, the same hash and the same map,
whoever gave them and in whatever order they came. Nothing in them names an account.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import asdict, dataclass, field
from typing import Self

from gongzhi.participation.opinions.rules.numeric import np, npt

Codes = npt.NDArray[np.uint8]
Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]

GAP, AGREE, DISAGREE, PASS = 0, 1, 2, 3
VALUE: npt.NDArray[np.int8] = np.array([0, 1, -1, 0], dtype=np.int8)
CODE = {1: AGREE, -1: DISAGREE, 0: PASS}
BLOCK = 2048  # rows at a time: ten thousand people need no more memory than two thousand


@dataclass(frozen=True)
class Settings:
    """The county's figures that a map depends on; see ``parameters``."""

    votes: int = 7
    people: int = 15
    group: int = 5
    shared: int = 60
    apart: int = 40


@dataclass(frozen=True)
class Inputs:
    """What one map is computed from.

    ``numbers``: the statements on show; ``rows``: one row a person, one code a statement; ``last``: the label of the
    person's group in the map before (0 for none); ``axes``: that map's axes at these statements, in millionths.
    """

    numbers: tuple[int, ...]
    rows: Codes
    last: Codes
    axes: tuple[tuple[int, int], ...] = ()
    settings: Settings = field(default_factory=Settings)

    def order(self) -> npt.NDArray[np.intp]:
        """The rows' order by content."""
        block = np.ascontiguousarray(np.column_stack([self.last, self.rows]))
        return np.argsort(block.view(f"V{block.shape[1]}").ravel(), kind="stable")

    def sorted(self) -> Self:
        """The same with the rows in that order."""
        order = self.order()
        return type(self)(self.numbers, self.rows[order], self.last[order], self.axes, self.settings)

    def pack(self) -> bytes:
        """The canonical bytes: a line of JSON, then the labels, then the rows."""
        head = {
            "numbers": self.numbers,
            "people": len(self.rows),
            "axes": self.axes,
            "settings": asdict(self.settings),
        }
        canonical = self.sorted()
        line = json.dumps(head, sort_keys=True, separators=(",", ":")).encode()
        return b"\n".join([line, canonical.last.tobytes() + canonical.rows.tobytes()])

    @classmethod
    def unpack(cls, data: bytes) -> Self:
        """Read :meth:`pack`'s bytes."""
        line, _, body = data.partition(b"\n")
        head = json.loads(line)
        people, numbers = head["people"], tuple(head["numbers"])
        flat = np.frombuffer(body, dtype=np.uint8)
        return cls(
            numbers,
            flat[people:].reshape(people, len(numbers)),
            flat[:people],
            tuple((x, y) for x, y in head["axes"]),
            Settings(**head["settings"]),
        )


def fingerprint(data: bytes) -> str:
    """The SHA-256 of some bytes, as it is kept and shown."""
    return hashlib.sha256(data).hexdigest()


@dataclass
class Sums:
    """Sums over all people from which the axes follow. Integers: folding one vote in, or everything anew, is the same.

    With v the answer (1, -1, 0) and m whether there is one: ``vv`` = Σ v·v', ``vm`` = Σ v·m', ``mm`` = Σ m·m' for each
    pair of statements.
    """

    vv: Whole
    vm: Whole
    mm: Whole

    @classmethod
    def none(cls, size: int) -> Self:
        """Nobody has answered ``size`` statements."""
        return cls(*(np.zeros((size, size), dtype=np.int64) for _ in range(3)))

    @classmethod
    def of(cls, rows: Codes) -> Self:
        """Everything anew."""
        sums = cls.none(rows.shape[1])
        sums.fold(rows, +1)
        return sums

    @property
    def size(self) -> int:
        return len(self.vv)

    def grown(self, size: int) -> Sums:
        """The same with room for statements that came later."""
        wider = Sums.none(size)
        for mine, theirs in zip((self.vv, self.vm, self.mm), (wider.vv, wider.vm, wider.mm), strict=True):
            theirs[: self.size, : self.size] = mine
        return wider

    def fold(self, rows: Codes, sign: int) -> None:
        """Add (+1) or take away (-1) what some people answered."""
        for start in range(0, len(rows), BLOCK):
            codes = rows[start : start + BLOCK]
            v, m = VALUE[codes].astype(np.float64), (codes != GAP).astype(np.float64)
            # products of whole numbers below 2⁵³ are exact in these floats
            self.vv += sign * np.rint(v.T @ v).astype(np.int64)
            self.vm += sign * np.rint(v.T @ m).astype(np.int64)
            self.mm += sign * np.rint(m.T @ m).astype(np.int64)

    def at(self, columns: list[int]) -> Sums:
        """Only some statements."""
        return Sums(*(a[np.ix_(columns, columns)] for a in (self.vv, self.vm, self.mm)))

    def means(self) -> Real:
        """The mean answer to each statement among those who answered it."""
        means: Real = np.diag(self.vm) / np.maximum(np.diag(self.mm), 1)
        return means

    def covariance(self) -> Real:
        """Σ (v - mean·m)(v' - mean'·m'): the gaps stand at the mean, so they add nothing."""
        mean = self.means()
        return self.vv - self.vm * mean - (self.vm * mean).T + np.outer(mean, mean) * self.mm

    def pack(self) -> bytes:
        """The stored form."""
        stacked = np.stack([self.vv, self.vm, self.mm]).astype("<i4")
        return zlib.compress(stacked.tobytes(), 1)

    @classmethod
    def unpack(cls, data: bytes, size: int) -> Self:
        """Read :meth:`pack`'s bytes."""
        flat = np.frombuffer(zlib.decompress(data), dtype="<i4").astype(np.int64)
        return cls(*flat.reshape(3, size, size))
