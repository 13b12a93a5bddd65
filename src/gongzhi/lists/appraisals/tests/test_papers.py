"""Papers, workbooks, and the price of a page in queries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongzhi.cast import OPENED
from gongzhi.core import units
from gongzhi.core.papers import plain_text
from gongzhi.lists.appraisals import actions, papers, queries
from gongzhi.lists.appraisals.models import Appraisal

from .conftest import ITEMS, TAIL, of, put_in_force


def test_both_forms_and_the_summary_say_the_numbers(walk):
    pair = walk.published(about_b=("92", "85", "50"))
    actions.require(
        walk.a, pair.pk, side="b", line=pair.lines.get(about="b", seq=3).pk, problem="分类准确率低",
        measure="每周入户两次", due=date(2026, 2, 27),
    )  # fmt: skip
    pair = walk.again()
    form = plain_text(papers.a_to_b(walk.cast.wang, pair))
    assert "（40×92 + 35×85 + 25×50）÷ 100 = 79.05 分，合格" in form
    assert "两次抽查都没有记录" in form
    other = plain_text(papers.b_to_a(walk.cast.wang, pair))
    assert "（40×95 + 35×70 + 25×80）÷ 100 = 82.50 分，良好" in other
    listed = plain_text(papers.mending_list(walk.cast.wang, pair))
    assert "分类准确率低" in listed
    assert "没有要整改的事项" in listed, "the other side's table says so"
    assert "就培训场次交换了意见" in plain_text(papers.summary(walk.cast.wang, pair))
    year = plain_text(papers.year_summary(walk.cast.wang, pair.campaign))
    assert "共 4 对" in year
    assert "未开封" in year


@pytest.mark.parametrize("key", ["a_to_b", "b_to_a", "summary", "mendings"])
@pytest.mark.parametrize(("fmt", "start"), [("docx", b"PK"), ("pdf", b"%PDF")])
def test_papers_are_fetched(walk, client_for, key, fmt, start):
    pair = walk.published()
    answer = client_for(walk.cast.zhou).get(f"{pair.get_absolute_url()}papers/{key}.{fmt}")
    assert answer.status_code == 200
    assert answer.content.startswith(start)


def test_there_is_no_paper_while_sealed(walk, client_for):
    answer = client_for(walk.cast.zhou).get(f"{walk.pair.get_absolute_url()}papers/a_to_b.docx")
    assert answer.status_code == 404


def cells(answer: Any) -> list[list[Any]]:
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    return [[c.value for c in row] for row in book.worksheets[0].iter_rows()]


def test_the_export_is_exactly_the_list(walk, client_for):
    walk.opened()
    table = cells(client_for(walk.cast.lu).get("/appraisals/export.xlsx?year=2025"))
    assert len(table) == 1 + 3, "three of the own township, none of the other"
    row = next(r for r in table if "中荷村" in r)
    assert row[:7] == [2025, "沙溪镇", "中荷村", "已开封，等开交换意见会", 86.05, 82.5, 3.55]
    sealed = next(r for r in table if "虹桥村" in r)
    assert sealed[4:7] == [None, None, None]
    assert len(cells(client_for(walk.cast.lu).get("/appraisals/export.xlsx?year=2025&at=sealed"))) == 1 + 2


def test_open_rectification_is_exported(walk, client_for):
    pair = walk.published()
    actions.require(walk.b, pair.pk, side="a", problem="名单晚到", measure="按月前移", due=date(2026, 1, 30))
    table = cells(client_for(walk.cast.wang).get("/appraisals/mendings.xlsx"))
    assert table[1][:6] == [2025, "沙溪镇", "中荷村", "甲方", None, "名单晚到"]


# ---- figures ----


def test_figures_side_by_side(walk, client_for):
    walk.opened()
    figures = client_for(walk.cast.lu).get("/api/v1/appraisals/figures?year=2025").json()
    assert (figures["scope"]["a_to_b"], figures["scope"]["b_to_a"], figures["scope"]["gap"]) == (
        "86.05",
        "82.50",
        "3.55",
    )
    items = {i["label"]: i for i in figures["items"]}
    assert (items["独居老人探访"]["government"], items["独居老人探访"]["community"]) == ("92.00", "93.00")
    assert (items["经费支付"]["government"], items["经费支付"]["community"], items["经费支付"]["gap"]) == (
        "88.00",
        "70.00",
        "18.00",
    )
    assert figures["items"][0]["label"] == "经费支付", "the widest gap stands first"
    assert [d["department"] for d in figures["departments"]] == ["公安局", "城管局", "民政局"] or {
        d["department"] for d in figures["departments"]
    } == {"公安局", "城管局", "民政局"}
    assert figures["townships"][0]["label"] == "沙溪镇"


def test_who_improved_against_last_year(walk, agreement):
    walk.opened()
    old = Appraisal.objects.create(
        campaign=walk.pair.campaign, agreement=agreement("中荷村", year=2024), party_a=walk.pair.party_a,
        party_b=walk.pair.party_b, year=2024, tail_fen=0, state="closed", a_to_b=Decimal("80"), b_to_a=Decimal("74.1"),
    )  # fmt: skip
    (found,) = queries.changes(walk.cast.wang, 2025)
    assert (found.place, found.before, found.now, found.delta) == (
        "中荷村",
        Decimal("74.1"),
        Decimal("82.5"),
        Decimal("8.4"),
    )
    assert queries.changes(walk.cast.wang, 2025, direction="a_to_b")[0].delta == Decimal("6.05")
    Appraisal.objects.filter(pk=old.pk).update(b_to_a=Decimal(90))
    assert queries.changes(walk.cast.wang, 2025) == []
    assert queries.changes(walk.cast.wang, 2025, rising=False)[0].delta == Decimal("-7.5")


# ---- the price in queries ----

PAGES = [
    "/appraisals/",
    "{campaign}",
    "/appraisals/mendings/",
    "/api/v1/appraisals",
    "/api/v1/appraisals/figures?year=2025",
    "/api/v1/appraisals/mendings",
]


def enlarge(walk: Any, times: int) -> None:
    """More committees of 沙溪镇, each with its agreement listed and one opened rectification."""
    cast = walk.cast
    made = units.open_units(
        [(units.COMMITTEE, f"第{n}村村民委员会", f"第{n}村", f"3205851013{n:02}") for n in range(times)],
        parent=cast["沙溪镇"],
        opened=OPENED,
    )
    for unit in made:
        cast.units[unit.short] = unit
        put_in_force(cast, unit.short, 2025, ITEMS, TAIL)
    actions.enrol(cast.wang, walk.pair.campaign)
    for unit in made:
        pair = of(cast, unit.short)
        pair.lines.update(opened=True, score=Decimal(80), self_score=Decimal(85))
        Appraisal.objects.filter(pk=pair.pk).update(state="concluded", a_to_b=80, b_to_a=80)
        for side in ("a", "b"):
            pair.mendings.create(
                side=side, problem="名单晚到", measure="前移", due=date(2025, 12, 1), listed_by="a"
            )


def cost(client: Any, address: str) -> int:
    client.get(address)  # parameters and calendar are read once per process
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_pages_cost_the_same_at_ten_times_the_size(walk, client_for):
    enlarge(walk, 4)
    pair = walk.opened()
    county = client_for(walk.cast.wang)
    addresses = [p.format(campaign=pair.campaign.get_absolute_url()) for p in PAGES]
    once = {a: cost(county, a) for a in addresses}
    thing = cost(client_for(walk.cast.zhou), pair.get_absolute_url())
    enlarge_more(walk)
    assert {a: cost(county, a) for a in addresses} == once
    assert cost(client_for(walk.cast.zhou), pair.get_absolute_url()) == thing
    assert max(once.values()) <= 24
    assert thing <= 36


def enlarge_more(walk: Any) -> None:
    """Another thirty-two committees."""
    cast = walk.cast
    made = units.open_units(
        [(units.COMMITTEE, f"又{n}村村民委员会", f"又{n}村", f"3205851014{n:02}") for n in range(32)],
        parent=cast["沙溪镇"],
        opened=OPENED,
    )
    for unit in made:
        cast.units[unit.short] = unit
        put_in_force(cast, unit.short, 2025, ITEMS, TAIL)
    actions.enrol(cast.wang, walk.pair.campaign)
    for unit in made:
        pair = of(cast, unit.short)
        pair.lines.update(opened=True, score=Decimal(70), self_score=Decimal(90))
        Appraisal.objects.filter(pk=pair.pk).update(state="concluded", a_to_b=70, b_to_a=75)
        for side in ("a", "b"):
            pair.mendings.create(
                side=side, problem="名单晚到", measure="前移", due=date(2025, 12, 1), listed_by="a"
            )
