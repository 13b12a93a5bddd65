"""The journal's tree in the database: leaves, stored nodes, signed checkpoints, and the proofs read from them.

Whoever holds a receipt can check without us that an act stands in the journal; whoever kept a checkpoint can
check that today's journal begins with it.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from gongzhi.core import keys, merkle
from gongzhi.core.journal import AppendOnlyModel, JournalEntry
from gongzhi.core.merkle import Tree

LEVELS = 8
"""Every eighth level of the tree is stored, so that a proof reads a few hundred hashes however tall it is."""


class Tampered(Exception):
    """The database and what was signed do not agree. Run ``gongzhi verify`` to see where."""


class JournalLeaf(AppendOnlyModel):
    """The place of an entry in the tree."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(JournalEntry, on_delete=models.PROTECT, related_name="sealed_leaf")
    hash = models.BinaryField()

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return f"leaf {self.index}"


class JournalNode(AppendOnlyModel):
    """A complete subtree of 256, 65,536, … leaves: ``place`` is (level << 56) + its number on that level."""

    place = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField()

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return f"node {self.place >> 56}/{self.place & (1 << 56) - 1}"


class Checkpoint(AppendOnlyModel):
    """A signed root of the tree's first ``size`` leaves; the batch began at leaf ``first``.

    ``peaks`` are the complete subtrees from which the tree grows on; ``reach`` is the highest entry id sealed.
    """

    size = models.BigIntegerField(primary_key=True)
    first = models.BigIntegerField(unique=True)
    root = models.BinaryField()
    peaks = models.BinaryField()
    reach = models.BigIntegerField()
    at = models.DateTimeField()
    key = models.TextField()
    signature = models.BinaryField()
    sealed_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "core"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first__gte=0, size__gt=models.F("first")), name="core_checkpoint_grows"
            )
        ]

    def __str__(self) -> str:
        return f"checkpoint {self.size}"

    def is_signed(self) -> bool:
        """Whether the signature is right under a trusted key."""
        return signed_by_us(self.size, bytes(self.root), self.at, self.key, bytes(self.signature))

    def tree(self) -> Tree:
        """The tree to grow on; raises :class:`Tampered` when the peaks do not make the signed root."""
        peaks = bytes(self.peaks)
        count = self.size.bit_count()
        if len(peaks) != 32 * count or not self.is_signed():
            raise Tampered(f"checkpoint {self.size} was altered")
        tree = Tree(self.size, [peaks[32 * i : 32 * i + 32] for i in range(count)])
        if tree.root() != bytes(self.root):
            raise Tampered(f"checkpoint {self.size} was altered")
        return tree


def note(size: int, root: bytes, at: datetime) -> bytes:
    """The text that is signed for a checkpoint."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return f"gongzhi journal checkpoint v1\n{size}\n{root.hex()}\n{moment}\n".encode()


def signed_by_us(size: int, root: bytes, at: datetime, key: str, signature: bytes) -> bool:
    """Whether ``signature`` is one of the county's own over this checkpoint."""
    public = keys.public_keys().get(key)
    return public is not None and _fits(public, signature, note(size, root, at))


def _fits(public: Ed25519PublicKey, signature: bytes, content: bytes) -> bool:
    try:
        public.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def latest_checkpoint() -> Checkpoint | None:
    """The newest checkpoint in the database."""
    return Checkpoint.objects.order_by("-size").first()


def unsealed(after: int = 0) -> models.QuerySet[JournalEntry]:
    """Entries above an id that have no leaf yet, oldest first."""
    leaf = JournalLeaf.objects.filter(entry=OuterRef("pk"))
    rows: models.QuerySet[JournalEntry] = JournalEntry.objects.filter(~Exists(leaf), pk__gt=after).order_by(
        "pk"
    )
    return rows


def stored_nodes(done: Iterable[tuple[int, int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """(place, hash) of those freshly completed subtrees that are stored."""
    return ((level << 56 | number, h) for level, number, h in done if level and level % LEVELS == 0)


# ---- receipts ----


def receipt(entry: JournalEntry) -> dict[str, Any] | None:
    """Everything a stranger needs to check that ``entry`` is in the journal; None while it is not sealed.

    It holds no content of the entry beyond its number, time and verb: the leaf's hash stands for it.
    """
    leaf = JournalLeaf.objects.filter(entry=entry).first()
    head = latest_checkpoint()
    if leaf is None or head is None:
        return None
    path = _path(leaf.index, head.size)
    public = keys.public_keys().get(head.key)
    return {
        "entry": entry.pk,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "verb": entry.verb,
        "leaf": entry.leaf().hex(),
        "index": leaf.index,
        "path": [h.hex() for h in path],
        "size": head.size,
        "root": bytes(head.root).hex(),
        "sealed_at": head.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "key": head.key,
        "public_key": b64encode(keys.raw_form(public)).decode() if public else "",
        "signature": b64encode(bytes(head.signature)).decode(),
    }


def verify_receipt(receipt: Mapping[str, Any], public_key: bytes | None = None) -> bool:
    """Whether a receipt proves its leaf under ``public_key`` (32 bytes), by default one the county trusts.

    Needs no database. False for anything malformed.
    """
    try:
        root, size = bytes.fromhex(receipt["root"]), int(receipt["size"])
        at = datetime.fromisoformat(receipt["sealed_at"])
        public = (
            Ed25519PublicKey.from_public_bytes(public_key)
            if public_key
            else keys.public_keys()[receipt["key"]]
        )
        signature = b64decode(receipt["signature"], validate=True)
        path = [bytes.fromhex(h) for h in receipt["path"]]
        leaf, index = bytes.fromhex(receipt["leaf"]), int(receipt["index"])
    except (KeyError, ValueError, TypeError):
        return False
    if not _fits(public, signature, note(size, root, at)):
        return False
    return merkle.verify_inclusion(leaf, index, size, path, root)


def consistency(old: int, size: int) -> list[str]:
    """Proof, in hex, that the journal of ``size`` leaves begins with that of ``old``, for those who kept a root."""
    return [h.hex() for h in _proof(lambda mth: merkle.consistency(old, size, mth))]


def _path(index: int, size: int) -> list[bytes]:
    return _proof(lambda mth: merkle.inclusion(index, size, mth))


def _proof(build: Any) -> list[bytes]:
    """Run a proof twice: once to see which hashes it needs, once on those, read in two queries."""
    wanted: list[tuple[int, int]] = []

    def ask(lo: int, hi: int) -> bytes:
        wanted.extend(pieces(lo, hi))
        return b""

    build(ask)
    leaves = {lo for lo, hi in wanted if hi - lo == 1}
    places = {place_of(lo, hi) for lo, hi in wanted if hi - lo > 1}
    leaf_rows = JournalLeaf.objects.filter(pk__in=leaves).values_list("pk", "hash")
    node_rows = JournalNode.objects.filter(pk__in=places).values_list("pk", "hash")
    at_leaf = {pk: bytes(h) for pk, h in leaf_rows}
    at_node = {pk: bytes(h) for pk, h in node_rows}

    def known(lo: int, hi: int) -> bytes:
        if hi - lo == 1:
            return at_leaf[lo]
        if is_stored(lo, hi):
            return at_node[place_of(lo, hi)]
        middle = lo + merkle.split_point(hi - lo)
        return merkle.node_hash(known(lo, middle), known(middle, hi))

    try:
        return build(known)  # type: ignore[no-any-return]
    except KeyError as error:
        raise Tampered("a leaf or node of the tree is missing") from error


def is_stored(lo: int, hi: int) -> bool:
    """Whether the subtree over [lo, hi) is one whose hash is stored as a node."""
    count = hi - lo
    level = count.bit_length() - 1
    return count == 1 << level and level > 0 and level % LEVELS == 0 and lo % count == 0


def place_of(lo: int, hi: int) -> int:
    """The key of the stored node over [lo, hi)."""
    level = (hi - lo).bit_length() - 1
    return level << 56 | lo >> level


def pieces(lo: int, hi: int) -> Iterator[tuple[int, int]]:
    """The stored subtrees and single leaves that make up [lo, hi)."""
    if hi - lo == 1 or is_stored(lo, hi):
        yield lo, hi
        return
    middle = lo + merkle.split_point(hi - lo)
    yield from pieces(lo, middle)
    yield from pieces(middle, hi)
