"""What a workbook holds, said once: the same sheet makes the template, reads it back and writes the export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from gongzhi.core import identity
from gongzhi.core.refusal import refuse
from gongzhi.core.words import Words, say

if TYPE_CHECKING:
    from gongzhi.core.access import Actor
    from gongzhi.core.thing import Thing

Kind = Literal["text", "int", "decimal", "money", "date", "choice", "bool", "id", "phone", "uscc", "code"]
Doing = Literal["create", "update", "same"]
Choices = Mapping[str, str | Words]


@dataclass(frozen=True)
class Column:
    """One column. ``kind`` decides how a cell is read: money becomes integer fen, choice its key, date a date.

    ``choices`` maps key → label, or is a function giving such a map; ``check(value)`` raises Refused or
    returns a better value; ``sealed`` columns (citizen ID, phone) never lie open in the staging table; ``mask`` is how
    others see a text (a name); ``wrap`` is for texts of several lines.
    """

    key: str
    label: Words
    kind: Kind = "text"
    required: bool = False
    choices: Choices | Callable[[], Choices] | None = None
    help: str | Words = ""
    width: float = 14
    sealed: bool = False
    check: Callable[[Any], Any] | None = None
    example: str = ""
    max: int = 500
    places: int = 2
    wrap: bool = False
    mask: Callable[[str], str] | None = None

    @property
    def personal(self) -> bool:
        """Whether only whoever uploaded a file sees this column as it was written."""
        return self.sealed or self.mask is not None

    def hidden(self, text: str) -> str:
        """The text as others see it."""
        mask = self.mask or {"id": identity.mask_id, "phone": identity.mask_phone}.get(self.kind)
        return mask(text) if mask else "••••"

    def labels(self) -> dict[str, str]:
        """Key → label of a choice column."""
        choices = self.choices() if callable(self.choices) else self.choices or {}
        return {key: str(label) for key, label in choices.items()}


@dataclass(slots=True)
class Row:
    """One line of the file while it is looked at. ``line`` is the line number in the file, ``about`` the id of
    the thing whose workbook it is.

    A room's ``examine`` sets ``doing`` and ``target`` (the id of the row it will change) and adds problems
    with :meth:`bad`; a row with problems is never written.
    """

    line: int
    values: dict[str, Any]
    raw: dict[str, str] = field(default_factory=dict)
    problems: list[dict[str, str]] = field(default_factory=list)
    doing: Doing = "create"
    target: int | None = None
    about: int | None = None

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)

    def bad(self, key: str, message: str | Words) -> None:
        """Say what is wrong with a column ("" for the whole row), in words for the person who filled it in."""
        self.problems.append({"column": key, "message": str(message)})


@dataclass(frozen=True)
class Change:
    """What committing a row did: enough to undo it.

    ``before`` is the before-image of an updated row (stored forms, sealed ones sealed), None for a new one;
    ``mark`` is how the row is recognised as untouched since (its revision, for a Thing).
    """

    line: int
    object_id: int
    before: dict[str, Any] | None = None
    mark: str = ""

    @property
    def made(self) -> bool:
        """Whether the import created the row."""
        return self.before is None


@dataclass(frozen=True)
class Sheet:
    """One kind of workbook of a room.

    ``verb`` is the right to import and to export it; ``unique`` are the columns that may not repeat within a
    file. ``examine(actor, rows)`` looks at up to 2,000 rows at once: scope, references, existing rows.
    ``apply(actor, rows)`` writes good rows in bulk and returns a :class:`Change` per row written;
    ``revert(actor, changes)`` takes them back or raises Refused where a row was used or changed since.
    ``rows(actor)`` streams what the actor may export. ``personal`` exports carry a watermark.

    A workbook of one thing's parts (a version's items) says whose: ``about`` is the model, found within ``verb``'s
    reach; ``takes(actor, thing)`` raises Refused where it takes nothing now. Its import is locked with the thing,
    raises the thing's revision and stands in the thing's own story; ``rows(actor, thing)`` then gets it too.
    ``view`` is the right to export, where more people may read than write.
    """

    key: str
    label: Words
    columns: Sequence[Column]
    verb: str
    apply: Callable[[Actor, list[Row]], list[Change]]
    revert: Callable[[Actor, list[Change]], None]
    examine: Callable[[Actor, list[Row]], None] | None = None
    rows: Callable[..., Iterable[Mapping[str, Any]]] | None = None
    unique: Sequence[str] = ()
    max_rows: int = 50_000
    personal: bool = False
    notes: Sequence[str | Words] = ()
    about: type[Thing] | None = None
    takes: Callable[[Actor, Any], None] | None = None
    view: str = ""

    def __post_init__(self) -> None:
        keys = [c.key for c in self.columns]
        if len(set(keys)) != len(keys) or set(self.unique) - set(keys):
            raise ValueError(f"{self.key}: columns are named twice, or a unique column is missing")
        _sheets[self.key] = self

    @property
    def sealed(self) -> list[str]:
        """The keys of sealed columns."""
        return [c.key for c in self.columns if c.sealed]

    @property
    def room(self) -> str:
        """The room the sheet belongs to: the first part of its key."""
        return self.key.split(".")[0]


_sheets: dict[str, Sheet] = {}


def outgoing(key: str, label: Words, columns: Sequence[Column], verb: str) -> Sheet:
    """A workbook that is exported and never read back: what it shows comes from acts and figures elsewhere."""

    def closed(actor: Actor, rows: Any) -> NoReturn:
        refuse(say("这张表只能导出，内容请在页面上办"), rule="exchange.export_only")

    return Sheet(key, label, columns, verb=verb, apply=closed, revert=closed)


@cache
def _load() -> None:
    from django.conf import settings

    for room in settings.ROOMS:
        if find_spec(f"{room}.sheets"):
            import_module(f"{room}.sheets")


def sheet_of(key: str) -> Sheet:
    """The sheet called ``key`` ("people.people"); rooms define theirs in ``sheets.py``. KeyError if unknown."""
    if key not in _sheets:
        _load()
    return _sheets[key]
