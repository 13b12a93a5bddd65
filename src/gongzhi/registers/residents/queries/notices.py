"""What residents are told, in the version in force, and what they have agreed to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from gongzhi.core import dated, units
from gongzhi.core.words import Words
from gongzhi.registers.residents import rules
from gongzhi.registers.residents.models import Consent


def version(purpose: str) -> date:
    """The day from which the notice now shown for a purpose is in force."""
    return dated.since(f"residents.notice_{purpose}")


@dataclass(frozen=True)
class Notice:
    """A notice as it is shown: its parts are (heading, paragraphs)."""

    purpose: str
    label: Words
    version: date
    parts: list[tuple[str, list[str]]]


def notice(purpose: str, on: date | None = None) -> Notice:
    """The notice of one purpose, in force on a day (today)."""
    key = f"residents.notice_{purpose}"
    text = str(dated.value(key, on))
    county = units.Unit.objects.filter(kind=units.COUNTY, parent=None).values_list("short", flat=True).first()
    for mark, said in (
        ("〔本县〕", county or ""),
        ("〔联系方式〕", str(dated.value("residents.notice_contact", on))),
    ):
        text = text.replace(mark, said)
    parts: list[tuple[str, list[str]]] = []
    for block in filter(None, (b.strip() for b in text.split("\n\n"))):
        lines = block.split("\n")
        if lines[0].startswith("## "):
            parts.append((lines[0][3:], []))
            lines = lines[1:]
        elif not parts:
            parts.append(("", []))
        if lines:
            parts[-1][1].append("".join(lines))
    return Notice(purpose, rules.PURPOSES[purpose], dated.since(key, on), parts)


@dataclass(frozen=True)
class Standing:
    """How one purpose stands with a resident."""

    purpose: str
    label: Words
    given: datetime | None
    version: date | None
    current: bool
    by_post: bool


def standings(resident_id: int) -> list[Standing]:
    """Every purpose, and whether it is agreed to now. One query."""
    held = {c.purpose: c for c in Consent.objects.filter(resident_id=resident_id, withdrawn=None)}
    found = []
    for purpose, label in rules.PURPOSES.items():
        c = held.get(purpose)
        current = c is not None and c.version == version(purpose)
        found.append(
            Standing(
                purpose,
                label,
                c.given if c else None,
                c.version if c else None,
                current,
                bool(c and c.by_post),
            )
        )
    return found


def agreed(account_id: int, purpose: str) -> bool:
    """Whether a resident agrees to a purpose now."""
    return bool(Consent.objects.filter(resident_id=account_id, purpose=purpose, withdrawn=None).exists())


def who_agreed(account_ids: Iterable[int], purpose: str) -> set[int]:
    """Those of the accounts that agree to a purpose now; one query."""
    rows = Consent.objects.filter(resident_id__in=list(account_ids), purpose=purpose, withdrawn=None)
    return set(rows.values_list("resident_id", flat=True))
