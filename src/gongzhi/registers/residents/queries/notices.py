"""What residents are told, in the version in force, and what they have agreed to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from gongzhi.core import dated, units
from gongzhi.core.refusal import refuse
from gongzhi.core.words import Words, say
from gongzhi.registers.residents import rules
from gongzhi.registers.residents.models import Consent, Resident, child_since


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


def taking_part() -> Q:
    """Residents about whom anything may be done: who agree to the service, and of a child the guardian agrees too."""
    held = Consent.objects.filter(resident=OuterRef("pk"), withdrawn=None)
    grown = Q(birth_year=None) | Q(birth_year__lt=child_since())
    return Exists(held.filter(purpose=rules.SERVICE)) & (grown | Exists(held.filter(purpose=rules.CHILD)))


def require(account_id: int) -> None:
    """Refuse what may not be done before the resident (and for a child the guardian) has agreed, or after they took it
    back. Two queries where it is refused, one otherwise."""
    rows = Resident.objects.filter(pk=account_id)
    if rows.filter(taking_part()).exists():
        return
    missing = rules.CHILD if agreed(account_id, rules.SERVICE) else rules.SERVICE
    refuse(
        say("请先看一看告知并表示同意：{what}", what=rules.PURPOSES[missing]),
        rule="residents.consent",
        source=say("个人信息保护法第 13、14、15、31 条"),
        way_out="/resident/welcome",
    )


def agreed(account_id: int, purpose: str) -> bool:
    """Whether a resident agrees to a purpose now."""
    return bool(Consent.objects.filter(resident_id=account_id, purpose=purpose, withdrawn=None).exists())


def who_agreed(account_ids: Iterable[int], purpose: str) -> set[int]:
    """Those of the accounts that agree to a purpose now; one query."""
    rows = Consent.objects.filter(resident_id__in=list(account_ids), purpose=purpose, withdrawn=None)
    return set(rows.values_list("resident_id", flat=True))
