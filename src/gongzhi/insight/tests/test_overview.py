"""The county's figures equal what is counted by hand, in scope, at a fixed price."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongzhi.cast import OPENED
from gongzhi.core import units
from gongzhi.core.access import PUBLIC
from gongzhi.core.refusal import NotFound
from gongzhi.insight import queries
from gongzhi.insight.queries import Overview
from gongzhi.lists.appraisals import actions
from gongzhi.lists.appraisals.models import Appraisal
from gongzhi.lists.appraisals.tests.conftest import ITEMS, TAIL, put_in_force

from .conftest import enrol, of, report_both, score_both


@pytest.fixture
def county(placed: Any, walk: Any, agreement: Any) -> Any:
    """中荷 86.05/82.50, 虹桥 80.00/60.00, 府东 90.00/88.00 opened; 万安 sealed; one late payment at 虹桥; last year's 中荷."""
    cast = walk.cast
    walk.opened()
    for place, actor, about_b, about_a in (
        ("虹桥村", cast.wu, ("80", "80", "80"), ("60", "60", "60")),
        ("府东社区", cast.xu, ("90", "90", "90"), ("88", "88", "88")),
    ):
        pair = of(cast, place)
        report_both(pair, walk.a, actor)
        score_both(pair, walk.a, actor, about_b, about_a)
    paid = apps.get_model("agreements.Instalment").objects
    for place in ("中荷村", "府东社区"):
        rows = paid.filter(agreement__party_b=cast[place], agreement__year=2025, seq=1)
        rows.update(finished_on=date(2025, 4, 30), paid_fen=rows.get().payable_fen)
    old = agreement("中荷村", year=2024)
    Appraisal.objects.create(
        campaign=walk.pair.campaign, agreement=old, party_a=walk.pair.party_a, party_b=walk.pair.party_b, year=2024,
        tail_fen=0, state="closed", a_to_b=Decimal("80"), b_to_a=Decimal("74.1"),
    )  # fmt: skip
    return walk


def overview(actor: Any, measure: str = "b_to_a") -> Overview:
    return Overview(actor, queries.years(actor), measure)


def test_the_strip_of_numbers(county):
    view = overview(county.cast.wang)
    assert (view.years.appraisal, view.years.agreement) == (2025, 2025)
    figures = view.figures
    assert (figures.pairs, figures.both, figures.sealed) == (4, 3, 1)
    # (86.05 + 80 + 90) / 3 = 85.35, (82.5 + 60 + 88) / 3 = 76.8333…
    assert (figures.a_to_b, figures.b_to_a, figures.gap) == (
        Decimal("85.35"),
        Decimal("76.83"),
        Decimal("8.52"),
    )
    assert (view.before.a_to_b, view.before.b_to_a) == (Decimal("80.00"), Decimal("74.10"))
    signing = view.signing
    assert (signing.signed, signing.places, signing.signing_rate) == (4, 4, Decimal("100.00"))
    assert (signing.payments_due, signing.payments_in_time, signing.payments_open_late) == (4, 2, 2)
    assert signing.in_time_rate == Decimal("50.00")


def test_the_townships_beside_each_other(county):
    shaxi, liuhe = overview(county.cast.wang).townships
    assert (shaxi.label, shaxi.a_to_b, shaxi.b_to_a, shaxi.signing, shaxi.late) == (
        "沙溪镇", Decimal("85.35"), Decimal("76.83"), Decimal("100.00"), 1,
    )  # fmt: skip
    assert shaxi.in_time == Decimal("66.67")
    assert (liuhe.label, liuhe.a_to_b, liuhe.late) == ("浏河镇", None, 1)


@pytest.mark.parametrize(
    ("measure", "steps"),
    [
        ("b_to_a", {"中荷": 3, "虹桥": 1, "府东": 4, "万安": 0}),
        ("a_to_b", {"中荷": 4, "虹桥": 3, "府东": 5, "万安": 0}),
        ("gap", {"中荷": 2, "虹桥": 5, "府东": 2, "万安": 0}),
        ("signing", {"中荷": 5, "虹桥": 5, "府东": 5, "万安": 5}),
        ("payment", {"中荷": 5, "虹桥": 1, "府东": 5, "万安": 1}),
        ("mending", {"中荷": 0, "虹桥": 0, "府东": 0, "万安": 0}),
    ],
)
def test_the_map(county, measure, steps):
    view = overview(county.cast.wang, measure)
    tiles = [t for township in view.map for t in view.tiles(township)]
    assert {t.place.name: t.step for t in tiles} == steps
    late = {t.place.name for t in tiles if t.late}
    assert late == (set() if measure == "mending" else {"虹桥", "万安"})


def test_rectification_on_the_map(county):
    pair = county.pair
    for side, state in (("a", "verified"), ("b", "open")):
        pair.mendings.create(
            side=side, problem="问题", measure="改", due=date(2025, 11, 20), listed_by="a", state=state,
            reported_on=date(2025, 11, 18), verified_on=date(2025, 11, 19) if state == "verified" else None,
        )  # fmt: skip
    view = overview(county.cast.wang, "mending")
    zhonghe = next(t for township in view.map for t in view.tiles(township) if t.place.name == "中荷")
    assert (zhonghe.value, zhonghe.step, zhonghe.late) == (Decimal("50.00"), 3, True)
    assert (view.rectification["a"].done, view.rectification["b"].done, view.rectification["b"].late) == (
        1,
        0,
        1,
    )


def test_gaps_and_progress(county):
    view = overview(county.cast.wang)
    # Both sides gave themselves 93, 88, 84. Payment was scored 70, 60 and 88 by the committees: 88 − 72.67.
    gaps = {i.label: i.gap for i in view.items}
    assert gaps["经费支付"] == Decimal("15.33")
    assert list(gaps.values()) == sorted(gaps.values(), reverse=True)
    assert [(c.place, c.delta) for c in view.improved] == [("中荷村", Decimal("8.400"))]


def test_the_table_of_a_township(county):
    cast = county.cast
    shown = queries.years(cast.wang)
    page = queries.place_page(cast.wang, shown, cast["沙溪镇"].pk)
    assert [line.unit.short for line in page.rows] == ["虹桥村", "中荷村", "府东社区"], "the widest gap first"
    first, second, _ = page.rows
    assert (first.score.gap, first.contract.payments, first.contract.late) == (Decimal("20.000"), 1, 1)
    assert (second.change, second.contract.in_time) == (Decimal("8.400"), 1)
    assert str(second.last[1]) == "密封提交评分"
    by_score = queries.place_page(cast.wang, shown, cast["沙溪镇"].pk, sort="score")
    assert [line.unit.short for line in by_score.rows] == ["虹桥村", "中荷村", "府东社区"]


def test_pages_of_the_table_follow_each_other(county):
    cast = county.cast
    shown = queries.years(cast.wang)
    seen, after = [], ""
    for _ in range(3):
        page = queries.place_page(cast.wang, shown, cast["沙溪镇"].pk, after=after, size=1)
        seen += [line.unit.short for line in page.rows]
        after = page.next
    assert (seen, after) == (["虹桥村", "中荷村", "府东社区"], "")


# ---- doors ----


def test_a_township_sees_its_own_beside_the_county(county, client_for):
    cast = county.cast
    view = overview(cast.tao)  # 浏河镇
    assert [t.name for t in view.map] == ["浏河镇"]
    assert (view.figures.pairs, view.figures.a_to_b) == (1, None)
    assert view.county.a_to_b == Decimal("85.35")
    page = client_for(cast.tao).get(f"/insight/?township={cast['沙溪镇'].pk}").content.decode()
    assert "万安" in page
    assert "虹桥" not in page
    assert (
        client_for(cast.tao).get(f"/api/v1/insight/places?township={cast['沙溪镇'].pk}").json()["rows"] == []
    )


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("wang", 200),
        ("zhang", 200),
        ("shen", 200),
        ("lu", 200),
        ("he", 200),
        ("zhou", 404),
        ("jian", 404),
        ("fang", 404),
        ("root", 404),
    ],
)
def test_doors(county, client_for, name, status):
    client = client_for(getattr(county.cast, name))
    township = county.cast["沙溪镇"].pk
    for address in (
        "/insight/",
        "/insight/places.xlsx",
        "/api/v1/insight",
        f"/api/v1/insight/places?township={township}",
    ):
        assert client.get(address).status_code == status, address


def test_nobody_without_sign_in(county, client_for):
    client = client_for(PUBLIC)
    assert client.get("/insight/").status_code == 302
    assert client.get("/api/v1/insight").status_code == 404
    with pytest.raises(NotFound):
        Overview(PUBLIC, queries.Years(2025, 2025, []))


def test_the_page_says_its_finding(county, client_for):
    cast = county.cast
    page = client_for(cast.wang).get("/insight/").content.decode()
    assert "政府给村居打 85.35 分，村居给政府打 76.83 分" in page
    assert "沙溪镇" in page
    own = client_for(cast.lu).get("/insight/?measure=gap").content.decode()
    assert "沙溪镇给村居打 85.35 分，村居给沙溪镇打 76.83 分" in own
    assert "全市平均" in own
    for measure in ("a_to_b", "gap", "signing", "payment", "mending", "nonsense"):
        assert client_for(cast.wang).get(f"/insight/?measure={measure}&year=2024&after=x").status_code in (
            200,
            422,
        )


def test_an_empty_county_has_a_page(placed, client_for):
    page = client_for(placed.wang).get("/insight/")
    assert page.status_code == 200
    assert "还没有双向评估" in page.content.decode()


def test_the_workbook_is_the_table(county, client_for):
    from openpyxl import load_workbook

    township = county.cast["沙溪镇"].pk
    answer = client_for(county.cast.wang).get(f"/insight/places.xlsx?township={township}")
    rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0].values)
    assert [r[1] for r in rows[1:]] == ["虹桥村", "中荷村", "府东社区"]
    assert rows[2][:9] == ("沙溪镇", "中荷村", "履约中", 86.05, 82.5, 3.55, 8.4, 1, 1)
    whole = client_for(county.cast.wang).get("/insight/places.xlsx")
    assert len(list(load_workbook(BytesIO(b"".join(whole.streaming_content))).worksheets[0].values)) == 1 + 4


def test_the_api_says_the_same(county, client_for):
    client = client_for(county.cast.wang)
    figures = client.get("/api/v1/insight").json()
    assert (figures["a_to_b"], figures["b_to_a"], figures["signing_rate"], figures["payments_late"]) == (
        "85.35",
        "76.83",
        "100.00",
        2,
    )
    assert [t["label"] for t in figures["townships"]] == ["沙溪镇", "浏河镇"]
    rows = client.get(f"/api/v1/insight/places?township={county.cast['沙溪镇'].pk}").json()["rows"]
    assert [(r["place"], r["gap"]) for r in rows] == [
        ("虹桥村", "20.000"),
        ("中荷村", "3.550"),
        ("府东社区", "2.000"),
    ]


# ---- the price ----


def grow(walk: Any, prefix: str, count: int, code: int) -> None:
    """More committees of 沙溪镇 with agreement, opened scores and rectification."""
    cast = walk.cast
    made = units.open_units(
        [(units.COMMITTEE, f"{prefix}{n}村村民委员会", f"{prefix}{n}村", str(code + n)) for n in range(count)],
        parent=cast["沙溪镇"], opened=OPENED,
    )  # fmt: skip
    enrol(made)
    for unit in made:
        cast.units[unit.short] = unit
        put_in_force(cast, unit.short, 2025, ITEMS, TAIL)
    actions.enrol(cast.wang, walk.pair.campaign)
    for n, unit in enumerate(made):
        pair = of(cast, unit.short)
        pair.lines.update(opened=True, score=Decimal(70 + n % 20), self_score=Decimal(90))
        Appraisal.objects.filter(pk=pair.pk).update(state="concluded", a_to_b=70 + n % 20, b_to_a=75)
        for side in ("a", "b"):
            pair.mendings.create(
                side=side, problem="名单晚到", measure="前移", due=date(2025, 11, 1), listed_by="a"
            )


def cost(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_price_does_not_grow(county, client_for):
    grow(county, "甲", 8, 320585101300)
    client = client_for(county.cast.wang)
    township = county.cast["沙溪镇"].pk
    addresses = [
        "/insight/",
        "/insight/?measure=payment",
        "/api/v1/insight",
        f"/api/v1/insight/places?township={township}",
    ]
    once = {a: cost(client, a) for a in addresses}
    grow(county, "乙", 28, 320585101340)
    assert {a: cost(client, a) for a in addresses} == once
    assert once["/insight/"] <= 46, once


# ---- villages or communities only ----


def test_the_figures_of_villages_and_of_communities_alone(county):
    """中荷 86.05/82.50 and 虹桥 80/60 are villages, 府东 90/88 is a community; 万安 (a village) is sealed."""
    wang = county.cast.wang
    shown = queries.years(wang)
    villages, communities = (Overview(wang, shown, kind=k) for k in ("village", "residents"))
    assert (villages.figures.pairs, villages.figures.a_to_b, villages.figures.b_to_a) == (
        3, Decimal("83.03"), Decimal("71.25"),
    )  # fmt: skip
    assert (communities.figures.pairs, communities.figures.a_to_b, communities.figures.b_to_a) == (
        1, Decimal("90.00"), Decimal("88.00"),
    )  # fmt: skip
    assert (villages.signing.places, communities.signing.places) == (3, 1)
    assert (villages.signing.payments_open_late, communities.signing.payments_open_late) == (2, 0)
    assert {t.name for township in communities.map for t in township.tiles} == {"府东"}
    assert communities.county.a_to_b == Decimal("90.00")
    assert [c.place for c in villages.improved] == ["中荷村"]
    assert communities.improved == []
    shaxi = next(t for t in communities.townships if t.label == "沙溪镇")
    assert (shaxi.a_to_b, shaxi.signing, shaxi.late) == (Decimal("90.00"), Decimal("100.00"), 0)


def test_the_filter_is_kept_from_the_page_to_the_row_the_workbook_and_the_api(county, client_for):
    from openpyxl import load_workbook

    client, township = client_for(county.cast.wang), county.cast["沙溪镇"].pk
    page = client.get(f"/insight/?kind=residents&township={township}").content.decode()
    assert "政府给社区打 90.00 分，社区给政府打 88.00 分" in page
    assert "府东" in page
    assert "虹桥" not in page
    links = [
        m
        for m in re.findall(r'href="(\??/?[^"#]*)', page)
        if m.startswith(("?", "/agreements/?", "/appraisals/?", "/insight/places"))
    ]
    kept = [x for x in links if "kind=residents" in x]
    assert len(kept) >= len(links) - 2, set(links) - set(kept)  # all but the switch's two other positions
    for address in (
        "/agreements/?kind=residents",
        "/agreements/export.xlsx?kind=residents",
        "/appraisals/?kind=residents",
    ):
        answer = client.get(address)
        if not answer.streaming:
            told = answer.content.decode()
            assert ("府东社区" in told, "虹桥村" in told) == (True, False), address
    book = client.get(f"/insight/places.xlsx?kind=village&township={township}")
    rows = list(load_workbook(BytesIO(b"".join(book.streaming_content))).worksheets[0].values)
    assert [r[1] for r in rows[1:]] == ["虹桥村", "中荷村"]
    asked = client.get("/api/v1/insight", {"kind": "village"}).json()
    assert (asked["pairs"], asked["a_to_b"]) == (3, "83.03")
    rows = client.get("/api/v1/insight/places", {"township": township, "kind": "residents"}).json()["rows"]
    assert [r["place"] for r in rows] == ["府东社区"]
    assert client.get("/api/v1/insight", {"kind": "town"}).status_code == 422


def test_a_kind_that_is_none_shows_both(county, client_for):
    page = client_for(county.cast.wang).get("/insight/?kind=town").content.decode()
    assert "政府给村居打 85.35 分" in page


def test_the_filter_costs_no_more_questions(county, client_for):
    client = client_for(county.cast.wang)
    assert cost(client, "/insight/?kind=village") == cost(client, "/insight/")
