"""Lists and figures: the rows they lead to, the rates of the year, and that no read grows with what there is."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongzhi.core import clock
from gongzhi.core.access import PUBLIC
from gongzhi.participation.deliberations import actions, queries
from gongzhi.participation.deliberations.actions import learning
from gongzhi.participation.deliberations.models import Counter, Matter
from gongzhi.participation.deliberations.queries import Filters

from .conftest import Village, fresh
from .test_rules import past


def counted(look: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        look()
    return len(asked)


def year(village: Village, closed: int, satisfied: int, registered: int) -> None:
    """So many matters of a year, written past the verbs: only their counts matter here."""
    unit, now = village.county.cast["中荷村"], clock.now()
    rows = []
    for n in range(1, registered + 1):
        done = n <= closed
        rows.append(
            Matter(
                number=f"2026-{n:04d}", year=2026, seq=n, unit=unit, origin=unit, title=f"第 {n} 件", raised=1,
                category=("lighting", "noise", "parking")[n % 3], source=("visit", "hotline", "app")[n % 3],
                heard_on=date(2026, 1, 5), registered_at=now - timedelta(days=30), published_at=now,
                screened_at=now - timedelta(days=25), adopted_at=now - timedelta(days=10) if done else None,
                done_at=now - timedelta(days=4) if done else None, closed_at=now if done else None,
                state="closed" if done else "talking", satisfied=(n <= satisfied) if done else None,
                due=None if done else date(2026, 3, 1 + n % 28),
            )
        )  # fmt: skip
    Matter.objects.bulk_create(rows)
    Counter.objects.create(year=2026, last=registered)


def test_985_registered_942_closed_912_satisfied(village: Village) -> None:
    year(village, 942, 912, 985)
    found = queries.rates(village.wang)
    assert (found.counted, found.closed, found.satisfied, found.adopted) == (985, 942, 912, 942)
    assert (found.closing, found.satisfaction) == (Decimal("95.63"), Decimal("96.82"))
    satisfied = queries.board(village.wang, Filters(satisfied=True), size=1000)
    adopted = queries.board(village.wang, Filters(adopted=True), size=1000)
    assert (len(satisfied.rows), len(adopted.rows)) == (912, 942)
    lines = queries.figures(village.wang, "category")
    assert sum(line.rates.counted for line in lines) == 985
    for line in lines:
        assert queries.rates(village.wang, Filters(category=line.key)) == line.rates, (
            "a figure leads to its rows"
        )
    assert {line.name for line in queries.figures(village.wang, "place")} == {"中荷村"}


def test_medians_are_days_that_occurred(village: Village) -> None:
    year(village, 9, 9, 12)
    found = queries.medians(village.wang)
    assert found == {"ask": 32, "propose": 5, "deliberate": 15, "do": 6, "oversee": 4, "all": 30} | {
        "ask": found["ask"]
    }
    assert found["ask"] == (date(2026, 2, 9) - date(2026, 1, 5)).days
    assert set(queries.medians(village.wang, Filters(category="village")).values()) == {None}


def test_merged_and_withdrawn_matters_are_counted_nowhere(village: Village) -> None:
    one, two, three = village.registered(), village.registered(), village.registered()
    actions.merge(village.gu, two, into=one.pk)
    actions.withdraw(village.mei, three.raisings.get())
    assert queries.rates(village.gu).counted == 1
    assert [r["id"] for r in queries.board(village.gu).rows] == [one.pk]


def test_filters_and_pages(village: Village) -> None:
    year(village, 60, 50, 70)
    first = queries.board(PUBLIC, size=20)
    second = queries.board(PUBLIC, after=first.next, size=20)
    assert [r["number"] for r in (first.rows[0], second.rows[0])] == ["2026-0070", "2026-0050"]
    assert (first.rows[0]["unit"], first.rows[0]["step"]) == ("中荷村", "deliberate")
    late = queries.board(village.gu, Filters(late=True), size=50).rows
    assert {r["state"] for r in late} == {"talking"}
    assert all(r["due"] < clock.today() for r in late)
    assert len(queries.board(village.gu, Filters(step="oversee", source="app"), size=100).rows) == 20
    assert queries.board(village.gu, Filters(place=village.county.cast["虹桥村"].pk)).rows == []
    assert len(queries.of_unit(PUBLIC, village.county.cast["沙溪镇"].pk, size=100).rows) == 70


def test_no_read_grows_with_what_there_is(village: Village) -> None:
    matter = village.closed()
    looks = {
        "board": lambda: queries.board(PUBLIC, Filters(step="oversee")),
        "whole public": lambda: queries.whole(PUBLIC, matter.pk),
        "whole inside": lambda: queries.whole(village.gu, matter.pk),
        "whole raiser": lambda: queries.whole(village.mei, matter.pk),
        "mine": lambda: queries.mine(village.mei),
        "rates": lambda: queries.rates(village.wang),
        "figures": lambda: queries.figures(village.wang, "category"),
        "medians": lambda: queries.medians(village.wang),
        "late": lambda: queries.late(village.wang),
        "story": lambda: queries.story(village.gu, found),
    }
    found = queries.whole(village.gu, matter.pk)
    before = {name: counted(look) for name, look in looks.items()}
    assert before["whole public"] <= 4
    assert before["whole inside"] <= 4
    assert before["whole raiser"] <= 5
    assert before["mine"] == 3
    assert all(before[name] == 1 for name in ("board", "rates", "figures", "medians", "late", "story"))
    for n in range(8):
        raising = village.raised(village.lan if n % 2 else village.zhu, text=f"又是路灯 {n}")
        Matter.objects.filter(pk=matter.pk).update(state="rating", closed_at=None)
        actions.join(village.gu, raising, matter=matter.pk)
    for n in range(6):
        village.registered(title=f"另一件 {n}")
    Matter.objects.filter(pk=matter.pk).update(state="closed", closed_at=clock.now())
    found = queries.whole(village.gu, matter.pk)
    assert {name: counted(look) for name, look in looks.items()} == before


def test_the_parts_of_a_matter_come_back_as_they_are(village: Village) -> None:
    matter = village.closed()
    found = queries.whole(village.gu, matter.pk)
    assert [t.pk for t in found.tasks] == list(matter.tasks.order_by("pk").values_list("pk", flat=True))
    for name in (
        "tasks",
        "sessions",
        "decisions",
        "outcomes",
        "publicities",
        "checks",
        "draws",
        "answers",
        "raisings",
    ):
        for row in getattr(found, name):
            same = type(row).objects.get(pk=row.pk)
            for column in row._meta.concrete_fields:
                assert getattr(row, column.attname) == getattr(same, column.attname), (name, column.attname)
    assert found.tasks[0].owner_unit.short == "民政局"
    assert found.budget_fen == 5_160_000
    assert found.spent_fen == 5_100_000
    assert len(found.checked(found.tasks[0])) == 3
    assert found.redlined()[0].text == found.outcome.text


def test_the_five_steps_of_a_matter_in_time(village: Village) -> None:
    matter = village.doing()
    stages = queries.timeline(matter)
    assert [s.state for s in stages] == ["done", "done", "done", "now", "later"]
    assert stages[2].since == matter.screened_at
    assert stages[2].until == stages[3].since == matter.adopted_at
    assert stages[3].due == matter.due
    assert [s.state for s in queries.timeline(village.closed())] == ["done"] * 5


def test_what_was_raised_already_in_the_place_is_found(village: Village) -> None:
    lamp = village.accepted()
    other = village.registered(title="广场舞太吵", text="广场舞音响到十点还在放", category="noise")
    unit = lamp.unit_id
    found = queries.near(village.gu, "步道上晚上没灯，想装路灯", unit)
    assert [row["id"] for row, _ in found] == [lamp.pk]
    assert "路灯" in found[0][1].words
    assert queries.near(village.lan, "广场舞音响太吵，放到十点", unit) == [], (
        "what is not published is no neighbour's business"
    )
    assert [row["id"] for row, _ in queries.near(village.gu, "广场舞音响太吵，放到十点", unit)] == [other.pk]
    assert queries.near(village.wu, "步道晚上没灯装路灯", village.wu.unit_id) == [], (
        "another village's lamp is another lamp"
    )
    assert counted(lambda: queries.near(village.gu, "步道装路灯", unit)) <= 3
    actions.merge(village.gu, other, into=village.registered(title="安静").pk)
    assert queries.near(village.gu, "广场舞音响太吵，放到十点", unit) == []


def test_the_countys_past_matters_suggest_a_category(village: Village) -> None:
    assert queries.likely_category("桥头路灯坏了") is None
    unit = village.county.cast["中荷村"]
    for seq, (category, text) in enumerate(past(), start=1):
        Matter.objects.create(
            number=f"x{seq}", year=2025, seq=seq, unit=unit, origin=unit, title=text[:9], text=text, category=category,
            source="visit", heard_on=date(2025, 1, 1),
        )  # fmt: skip
    assert learning.learn() == learning.learn() == len(past())
    found = queries.likely_category("桥头路灯坏了，晚上太黑")
    assert found is not None
    assert (found.category, "路灯" in found.words) == ("lighting", True)
    assert counted(lambda: queries.likely_category("桥头路灯坏了")) == 1


def test_mine_says_what_waits_for_me(village: Village) -> None:
    matter = village.rating()
    mine = queries.mine(village.mei)
    assert [r.matter_id for r in mine.to_rate] == [matter.pk]
    actions.rate(village.mei, mine.to_rate[0], score=5)
    assert queries.mine(village.mei).to_rate == []
    assert queries.mine(PUBLIC).raisings == []
    other = village.checking()
    chosen = other.supervisors.filter(state="chosen").first()
    who = next(
        a for a in (village.lan, village.zhu, village.ju, village.song) if a.account_id == chosen.account_id
    )
    assert chosen.pk in {d.pk for d in queries.mine(who).to_check}


@pytest.mark.parametrize("who", ["gu", "min", "mei"])
def test_every_act_on_a_part_gives_the_matter_a_new_revision(village: Village, who: str) -> None:
    matter = village.doing()
    lamps = matter.tasks.get(seq=1)
    before = fresh(matter).revision
    if who == "min":
        actions.accept_task(village.min, lamps)
    elif who == "gu":
        actions.drop_task(village.gu, lamps, reason="x")
    else:
        actions.object_to(village.mei, matter=matter.pk, text="太亮")
    assert fresh(matter).revision > before
