"""An agreement between 沙溪镇 and 中荷村 at any stage, made by its own verbs from the default list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from gongzhi.cast import OPENED, Cast
from gongzhi.core import clock, units
from gongzhi.core.clock import Hand
from gongzhi.lists.agreements import actions
from gongzhi.lists.agreements.models import Agreement
from gongzhi.lists.duties import actions as duties


@pytest.fixture
def hand(cast: Cast) -> Hand:
    """The tests' stopped clock, to be moved."""
    found = clock._hand.get()
    assert found is not None
    return found


def listed_county(cast: Cast) -> Cast:
    """Give the cast every department of the default list, and the list in force."""
    known = {u.name for u in cast.units.values()}
    rows = [
        (units.DEPARTMENT, f"太仓市{name}", name, f"dept:{n}")
        for n, name in enumerate(duties.departments())
        if f"太仓市{name}" not in known
    ]
    for unit in units.open_units(rows, parent=cast["太仓市"], opened=OPENED):
        cast.units[unit.short] = unit
    with clock.at(date(2026, 1, 5)):
        duties.seed_default(cast.wang, 2026, number="太政发〔2026〕1号", valid_from=date(2026, 2, 2))
    return cast


@pytest.fixture
def county(cast: Cast) -> Cast:
    """The cast with the list of assisted tasks in force."""
    return listed_county(cast)


def fresh(agreement: Agreement) -> Agreement:
    """The agreement as the database has it."""
    return Agreement.objects.select_related("party_a", "party_b").get(pk=agreement.pk)


def vote(cast: Cast, agreement: Agreement) -> None:
    """Both bodies of the village agree: 8 of 9, then 18 of 34 of 51."""
    today = clock.today()
    actions.decide(cast.zhou, agreement, body="two_committees", held_on=today, eligible=9, present=8, yes=8)
    actions.decide(
        cast.zhou, agreement, body="representatives", held_on=today, eligible=51, present=34, yes=18, no=16
    )


STEPS = ("drafted_a", "with_b", "agreed", "signing", "signed_a", "signed", "performing")


@pytest.fixture
def reach(county: Cast) -> Callable[..., Agreement]:
    """Take a fresh agreement to a state by the proper verbs."""

    def go(state: str = "drafted_a", codes: str = "B09,B19,B24") -> Agreement:
        made = actions.draft(county.lu, year=2026, party_b=county["中荷村"].pk, codes=codes)
        moves: list[Callable[[], Any]] = [
            lambda: actions.propose(county.lu, made),
            lambda: actions.agree(county.gu, made),
            lambda: vote(county, made),
            lambda: actions.sign(county.chen, made),
            lambda: actions.sign(county.zhou, made),
            lambda: actions.disclose(county.gu, made, posted_on=clock.today(), place="村口公开栏"),
        ]
        for move in moves[: STEPS.index(state)]:
            move()
        return fresh(made)

    return go


def key_of(agreement: Agreement, code: str) -> str:
    """The clause of a listed item."""
    return str(agreement.items.get(code=code).clause_id)


def item_fields(agreement: Agreement, code: str, **changes: Any) -> dict[str, Any]:
    """Every answer that amend_item asks for, as the item stands, with changes."""
    item = agreement.items.select_related("clause").get(code=code)
    known = {
        "clause": str(item.clause_id), "heading": item.clause.heading, "standard": item.standard, "weight": item.weight,
        "amount": item.amount_fen, "quantity": item.quantity, "unit": item.unit, "unit_price": item.unit_price_fen,
        "deadline": item.deadline,
    }  # fmt: skip
    return {**known, **changes}


def days_later(hand: Hand, days: int) -> date:
    """Move the clock on."""
    hand.moment += timedelta(days=days)
    return clock.today()
