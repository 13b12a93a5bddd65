"""Renaming, merging, splitting, figures; and who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from gongzhi.core import search
from gongzhi.core.access import PUBLIC, Actor
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.registers.places import actions, queries, rules
from gongzhi.registers.places.models import Figure

TODAY = date(2026, 3, 11)


def test_a_renamed_place_is_found_under_both_names(county: Any) -> None:
    place = actions.rename(
        county.ren, county.places["中荷村"], name="新荷村委会", on=TODAY, basis="太政复〔2026〕3号"
    )
    assert (place.short, place.revision) == ("新荷村", 1)
    place.unit.refresh_from_db()
    assert place.unit.name == "新荷村村民委员会"
    assert [a.value for a in place.aliases.all()] == ["中荷村"]
    for words in ("新荷", "中荷"):
        assert [f.label for f in search.find(PUBLIC, words, kinds=["places.place"])] == ["新荷村"]


def test_a_merge_closes_the_others_and_points_to_the_survivor(county: Any) -> None:
    keep, gone = county.places["中荷村"], county.places["虹桥村"]
    actions.merge(county.ren, keep, others=[{"place": gone.pk}], on=TODAY, basis="太政复〔2026〕4号")
    gone.refresh_from_db()
    gone.unit.refresh_from_db()
    assert (gone.closed, gone.unit.closed) == (TODAY, TODAY)
    assert queries.successors(gone.unit_id) == [keep.unit_id]
    assert queries.successors(keep.unit_id) == []
    assert search.find(PUBLIC, "虹桥", kinds=["places.place"]) == []


def test_a_split_opens_new_units_and_successors_are_followed_through(county: Any) -> None:
    keep, gone = county.places["中荷村"], county.places["虹桥村"]
    actions.merge(county.ren, keep, others=[{"place": gone.pk}], on=date(2026, 3, 1), basis="一")
    parts = [{"code": "320585101230", "name": "东荷村委会"}, {"code": "320585101231", "name": "西荷村委会"}]
    actions.split(county.ren, keep.pk, parts=parts, on=TODAY, basis="二")
    units = [queries.by_code(p["code"]).unit_id for p in parts]  # type: ignore[union-attr]
    assert queries.successors(gone.unit_id) == units
    assert queries.successors(keep.unit_id) == units


def test_merging_refuses_oneself_strangers_to_the_county_and_what_is_closed(county: Any) -> None:
    keep, gone = county.places["中荷村"], county.places["虹桥村"]
    for others, rule in (
        ([{"place": keep.pk}], "places.merge_self"),
        ([{"place": county.places["沙溪镇"].pk}], "places.merge_open"),
        ([{"place": 999999}], "places.merge_none"),
    ):
        with pytest.raises(Refused) as refused:
            actions.merge(county.ren, keep, others=others, on=TODAY, basis="x")
        assert refused.value.rule == rule
    actions.close(county.ren, gone, on=TODAY, basis="x")
    with pytest.raises(Refused):
        actions.merge(county.ren, keep, others=[{"place": gone.pk}], on=TODAY, basis="x")
    with pytest.raises(Refused) as closed:
        actions.rename(county.ren, gone, name="又一村委会", on=TODAY, basis="x")
    assert closed.value.rule == "places.closed"


@pytest.mark.parametrize("word", ["rename", "merge", "split", "close"])
def test_a_change_dated_ahead_is_entered_on_its_day(county: Any, word: str) -> None:
    more: dict[str, Any] = {
        "rename": {"name": "新荷村委会"},
        "merge": {"others": [{"place": county.places["虹桥村"].pk}]},
        "split": {
            "parts": [
                {"code": "320585101230", "name": "甲村委会"},
                {"code": "320585101231", "name": "乙村委会"},
            ]
        },
        "close": {},
    }
    with pytest.raises(Refused) as refused:
        getattr(actions, word)(
            county.ren, county.places["中荷村"], on=date(2026, 3, 12), basis="x", **more[word]
        )
    assert refused.value.rule == "places.future"


def test_a_new_place_needs_a_free_code_below_an_enrolled_township(county: Any) -> None:
    made = actions.open_place(county.ren, code="320585101009", name="新沙社区居委会", opened=TODAY, basis="x")
    assert (made.short, made.type, made.unit.parent_id) == (
        "新沙社区",
        rules.RESIDENTS,
        county.cast["沙溪镇"].pk,
    )
    for code, rule in (
        ("320585101009", "places.code_taken"),
        ("320585199001", "places.parent"),
        ("12", "places.code"),
    ):
        with pytest.raises(Refused) as refused:
            actions.open_place(county.ren, code=code, name="甲社区居委会", opened=TODAY, basis="x")
        assert refused.value.rule == rule


def test_figures_have_days_and_the_latest_known_counts(county: Any) -> None:
    village = county.places["中荷村"]
    actions.set_figures(county.gu, village, on=date(2025, 1, 1), households=1200)
    actions.set_figures(county.gu, village, on=date(2026, 1, 1), households=1204, residents=4310)
    actions.set_figures(county.gu, village, on=date(2026, 1, 1), households=1205)
    assert queries.households([village.unit_id]) == {village.unit_id: 1205}
    assert queries.households([village.unit_id], on=date(2025, 6, 1)) == {village.unit_id: 1200}
    assert Figure.objects.count() == 3
    with pytest.raises(Refused):
        actions.set_figures(county.gu, village, on=date(2026, 3, 12), households=1)
    with pytest.raises(Refused):
        actions.set_figures(county.gu, village, on=TODAY)


def test_completeness_and_freshness_are_counted(county: Any) -> None:
    actions.set_figures(county.gu, county.places["中荷村"], on=TODAY, households=1200)
    standing = queries.standing(county.ren, date(2026, 1, 1))
    assert (standing.entries, standing.filled, standing.wanted, standing.fresh) == (4, 1, 8, 1)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("gu", True),
        ("zhou", True),
        ("lu", True),
        ("ren", True),
        ("wu", False),
        ("tao", False),
        ("min", False),
    ],
)
def test_figures_are_entered_by_the_place_itself_and_those_above(county: Any, who: str, may: bool) -> None:
    call = {"on": TODAY, "households": 9}
    if may:
        actions.set_figures(getattr(county, who), county.places["中荷村"], **call)
    else:
        with pytest.raises(NotFound):
            actions.set_figures(getattr(county, who), county.places["中荷村"], **call)


def test_another_code_finds_the_place_while_it_holds(county: Any) -> None:
    village = county.places["中荷村"]
    actions.add_alias(county.ren, village, system="civil", value="320585109204", since=date(2020, 1, 1))
    assert queries.by_code("320585109204") == village
    actions.add_alias(county.ren, village, system="police", value="320585777777", until=date(2025, 1, 1))
    assert queries.by_code("320585777777") is None
    with pytest.raises(Refused):
        actions.add_alias(county.ren, village, system="civil", value="320585109204", since=date(2020, 1, 1))


def test_the_public_reads_places_and_changes_nothing(
    county: Any, doors: Any, client_for: Callable[[Actor], Client]
) -> None:
    village = county.places["中荷村"]
    assert set(doors("/places/").values()) == {200}
    assert set(doors("/places/public/").values()) == {200}
    assert set(doors(f"/places/{village.pk}/").values()) == {200}
    statuses = doors(f"/places/{village.pk}/set_figures")
    assert statuses == {
        "registrar": 200,
        "superior": 200,
        "insider": 200,
        "neighbour": 404,
        "stranger": 404,
        "public": 302,
    }
    assert doors(f"/places/{village.pk}/rename") == {
        "registrar": 200, "superior": 404, "insider": 404, "neighbour": 404, "stranger": 404, "public": 302,
    }  # fmt: skip
    page = client_for(PUBLIC).get(f"/places/{village.pk}/").content.decode()
    assert "<h2>经过" not in page


def test_the_list_and_a_page_take_as_many_queries_for_few_places_as_for_many(
    county: Any, client_for: Callable[[Actor], Client], django_assert_num_queries: Any
) -> None:
    client = client_for(county.ren)

    def count(url: str) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    village = county.places["中荷村"]
    client.get("/places/")
    before = count("/places/"), count(f"/places/{village.pk}/")
    for n in range(30):
        actions.open_place(
            county.ren, code=f"3205851013{n:02d}"[:12], name=f"新{n}村委会", opened=TODAY, basis="x"
        )
    assert (count("/places/"), count(f"/places/{village.pk}/")) == before


def test_the_api_lists_places_for_everyone(county: Any, client_for: Callable[[Actor], Client]) -> None:
    client = client_for(PUBLIC)
    answer = client.get("/api/v1/places", {"size": 2})
    assert answer.status_code == 200
    body = answer.json()
    assert [r["short"] for r in body["rows"]] == ["府东社区", "中荷村"]
    more = client.get("/api/v1/places", {"size": 2, "after": body["next"]}).json()
    assert [r["short"] for r in more["rows"]] == ["虹桥村", "万安村"]
    one = client.get(f"/api/v1/places/{county.places['中荷村'].pk}").json()
    assert (one["kind"], one["committee"], one["parent_code"]) == ("village", [], "320585101000")
    assert client.get("/api/v1/places/0").status_code == 404
