"""The county of these tests has every department the default list needs, and versions at every stage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from gongzhi.cast import OPENED, Cast
from gongzhi.core import clock, units
from gongzhi.core.clock import Hand
from gongzhi.lists.duties import actions
from gongzhi.lists.duties.models import Consultation, DutyList

BASIS = [{"law": "村民委员会组织法", "article": "第二条", "text_year": 2018, "mark": "checked"}]


@pytest.fixture
def hand(cast: Cast) -> Hand:
    """The tests' stopped clock, to be moved."""
    found = clock._hand.get()
    assert found is not None
    return found


@pytest.fixture
def whole(cast: Cast) -> Cast:
    """The cast with all departments of the default list."""
    known = {u.name for u in cast.units.values()}
    rows = [
        (units.DEPARTMENT, f"太仓市{name}", name, f"dept:{n}")
        for n, name in enumerate(actions.departments())
        if f"太仓市{name}" not in known
    ]
    for unit in units.open_units(rows, parent=cast["太仓市"], opened=OPENED):
        cast.units[unit.short] = unit
    return cast


@pytest.fixture
def draft(cast: Cast) -> DutyList:
    """A draft of the three lists of 2026 with two items, one helped with, one the committee's own."""
    version = actions.draft(cast.wang, year=2026)
    put(cast, version, "A05", "SELF_DUTY", "调解民间纠纷", words="漏水 吵架")
    put(cast, version, "B10", "ASSIST", "残疾人工作、参保帮助", lead=cast["市残联"].pk, payer="lead")
    return fresh(version)


def put(cast: Cast, version: DutyList, code: str, list_type: str, name: str, **more: object) -> None:
    """Add one item with a basis."""
    actions.add_item(
        cast.wang, version, code=code, list_type=list_type, name=name, **{"bases": BASIS, **more}
    )


def fresh(version: DutyList) -> DutyList:
    """The version as the database has it."""
    return DutyList.objects.select_related("owner").get(pk=version.pk)


@pytest.fixture
def reach(cast: Cast, hand: Hand) -> Callable[..., DutyList]:
    """Take a version on to a state by the proper verbs."""

    def go(
        version: DutyList, state: str, number: str = "太政发〔2026〕15号", valid_from: date | None = None
    ) -> DutyList:
        steps: list[tuple[str, Callable[[], object]]] = [
            ("under_review", lambda: actions.send_review(cast.wang, version.pk)),
            ("reviewed", lambda: actions.pass_review(cast.fang, version.pk)),
            ("consulting", lambda: actions.open_consultation(cast.wang, version.pk)),
            ("consulted", lambda: (answer_all(cast, version), actions.close_consultation(cast.wang, version.pk))),
            ("publicised", lambda: actions.publicise(cast.wang, version.pk, place="政府网站")),
            ("in_force", lambda: run_out(version, hand) or actions.issue(
                cast.zhang, version.pk, number=number, valid_from=valid_from or clock.today())),
        ]  # fmt: skip
        names = [name for name, _ in steps]
        now = fresh(version).state
        begin = names.index(now) + 1 if now in names else 0
        for _, step in steps[begin : names.index(state) + 1]:
            step()
        return fresh(version)

    return go


def answer_all(cast: Cast, version: DutyList) -> None:
    """Every committee that has not answered agrees."""
    by_unit = {a.unit_id: a for a in (cast.zhou, cast.wu, cast.xu, cast.sun)}
    for consultation in Consultation.objects.filter(version=version, state="asked"):
        actions.agree(by_unit[consultation.unit_id], consultation)


def run_out(version: DutyList, hand: Hand) -> None:
    """Move the clock to the morning after the last day of publicity."""
    until = fresh(version).public_until
    assert until is not None
    hand.set(until + timedelta(days=1))
