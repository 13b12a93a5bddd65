"""Taking up and ending positions, counting them, certificates, workbooks, doors."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongzhi.core import clock
from gongzhi.core.access import PUBLIC, Actor
from gongzhi.core.exchange import commit, stage, undo
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.registers.people import actions as people
from gongzhi.registers.positions import actions, bulk, queries, rules
from gongzhi.registers.positions.models import Position

TODAY, SINCE = date(2026, 3, 11), date(2021, 3, 28)


def appoint(
    county: Any, person: Any, kind: str = "director", basis: str = "elected", **more: Any
) -> Position:
    body = county.bodies[more.pop("body", "中荷村")].pk
    who = more.pop("who", county.gu)
    return actions.appoint(
        who, person=person.pk, organisation=body, kind=kind, basis=basis, **{"since": SINCE, **more}
    )  # type: ignore[no-any-return]


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as found:
        call()
    return found.value.rule


def test_counts_give_distinct_persons_and_positions(county: Any) -> None:
    one, other = county.person(county.gu, "顾清荷"), county.person(county.gu, "周和")
    appoint(county, one)
    appoint(county, one, "social_worker", "engaged")
    appoint(county, one, "group_leader", "chosen", area="第 3 组")
    appoint(county, one, "group_leader", "chosen", area="第 4 组")
    appoint(county, other, "group_leader", "chosen", area="第 5 组")
    counts = queries.counts(county.lu)
    assert (counts["group_leader"].persons, counts["group_leader"].positions) == (2, 3)
    assert (counts[""].persons, counts[""].positions) == (2, 5)
    assert queries.counts(county.wu)[""].positions == 0


def test_an_ended_position_frees_the_seat(county: Any) -> None:
    one, other = county.person(county.gu, "顾清荷"), county.person(county.gu, "周和")
    old = appoint(county, one)
    assert refused(lambda: appoint(county, other, since=date(2026, 1, 1))) == "positions.single"
    actions.end(county.gu, old, until=date(2025, 12, 31), reason="届满")
    new = appoint(county, other, since=date(2026, 1, 1))
    assert [h.name for h in queries.holders(county.cast["中荷村"].pk, rules.DIRECTOR)] == ["周和"]
    assert [h.name for h in queries.holders(county.cast["中荷村"].pk, rules.DIRECTOR, on=SINCE)] == ["顾清荷"]
    assert refused(lambda: actions.end(county.gu, old, until=TODAY, reason="x")) == "positions.ended"
    assert refused(lambda: actions.end(county.gu, new, until=SINCE, reason="x")) == "positions.dates"


def test_the_law_s_refusals_reach_the_verb(county: Any) -> None:
    person = county.person(county.gu, "顾清荷", birth_year=1985)
    appoint(county, person, "member")
    assert refused(lambda: appoint(county, person, "supervisor", "chosen")) == "positions.supervisor"
    young = county.person(county.gu, "顾小", birth_year=2009)
    assert refused(lambda: appoint(county, young, "grid_worker", "engaged", since=TODAY)) == "positions.age"
    assert (
        refused(lambda: appoint(county, young, "director", "assigned", since=date(2030, 1, 1)))
        == "positions.basis"
    )
    assert (
        refused(lambda: appoint(county, person, "group_leader", "chosen", body="沙溪镇", who=county.lu))
        == "positions.body"
    )
    people.mark_deceased(county.gu, person, on=TODAY, basis="死亡证明")
    assert refused(lambda: appoint(county, person, "staff", "engaged")) == "positions.person_ended"
    assert [p.type for p in queries.to_mend(county.gu)] == ["member"]


def test_a_village_committee_is_full_at_seven(county: Any) -> None:
    for n in range(7):
        appoint(county, county.person(county.gu, f"王{n}"), "member")
    eighth = county.person(county.gu, "王八")
    assert refused(lambda: appoint(county, eighth, "member")) == "positions.seats"


def test_elected_names_are_public_all_others_masked(
    county: Any, client_for: Callable[[Actor], Client]
) -> None:
    director, leader = county.person(county.gu, "顾清荷"), county.person(county.gu, "周和平")
    appoint(county, director)
    appoint(county, leader, "group_leader", "chosen", area="第 3 组")
    page = client_for(PUBLIC).get(f"/places/{county.places['中荷村'].pk}/").content.decode()
    assert "顾清荷" in page
    assert "周和平" not in page
    assert "周**" not in page
    inside = client_for(county.gu).get("/positions/").content.decode()
    assert "顾清荷" in inside
    assert "周**" in inside
    assert "周和平" not in inside


def test_positions_stay_within_reach(
    county: Any, doors: Callable[[str], dict[str, int]], client_for: Callable[[Actor], Client]
) -> None:
    post = appoint(county, county.person(county.gu, "顾清荷"), "grid_worker", "engaged")
    everyone = {
        "registrar": 200,
        "superior": 200,
        "insider": 200,
        "neighbour": 404,
        "stranger": 404,
        "public": 302,
    }
    for path in ("", "end", "correct"):
        assert doors(f"/positions/{post.pk}/{path}") == everyone
    assert [
        client_for(a).get(f"/api/v1/positions/{post.pk}").status_code for a in (county.gu, county.wu, PUBLIC)
    ] == [200, 404, 404]
    far = county.person(county.sun, "孙远", "万安村")
    with pytest.raises(NotFound):
        appoint(county, far, "grid_worker", "engaged")
    with pytest.raises(NotFound):
        appoint(county, county.person(county.gu, "甲"), "grid_worker", "engaged", body="虹桥村")


def test_a_certificate_is_renewed_with_seventy_two_hours(county: Any) -> None:
    person = county.person(county.gu, "顾清荷")
    made = actions.certify(
        county.lu, person=person.pk, level="assistant", number="sw 2023-0001 77", issued=date(2023, 5, 1)
    )
    assert (made.number, made.valid_to) == ("SW2023000177", date(2026, 4, 30))
    for n, hours in enumerate(("40", "31.5")):
        actions.log_hours(county.gu, made, on=date(2025, 1, 1 + n), hours=Decimal(hours), topic="个案")
    assert (
        refused(
            lambda: actions.log_hours(county.gu, made, on=date(2025, 1, 1), hours=Decimal(1), topic="个案")
        )
        == "positions.hours_once"
    )
    assert refused(lambda: actions.renew(county.lu, made)) == "positions.hours"
    actions.log_hours(county.gu, made, on=TODAY, hours=Decimal("0.5"), topic="小组")
    renewed = actions.renew(county.lu, made)
    assert (renewed.period_since, renewed.valid_to) == (date(2026, 5, 1), date(2029, 4, 30))
    assert queries.hours(renewed) == 0
    assert queries.licensed([person.pk]) == {person.pk: "助理社会工作师"}


def test_a_certificate_goes_with_its_holder(county: Any, client_for: Callable[[Actor], Client]) -> None:
    person = county.person(county.gu, "顾清荷")
    made = actions.certify(
        county.lu, person=person.pk, level="assistant", number="SW2023000177", issued=date(2023, 5, 1)
    )
    url = made.get_absolute_url()
    assert [client_for(a).get(url).status_code for a in (county.gu, county.wu, county.tao)] == [200, 404, 404]
    people.hand_over(county.gu, person, to=county.places["虹桥村"].pk)
    people.receive(county.wu, person)
    assert [client_for(a).get(url).status_code for a in (county.gu, county.wu, county.tao)] == [404, 200, 404]


def test_certificate_numbers_and_levels_stand_once(county: Any) -> None:
    one, other = county.person(county.gu, "顾清荷"), county.person(county.gu, "周和")
    facts = {"level": "assistant", "number": "SW2023000177", "issued": date(2023, 5, 1)}
    first = actions.certify(county.lu, person=one.pk, **facts)
    assert refused(lambda: actions.certify(county.lu, person=other.pk, **facts)) == "positions.number_taken"
    again = {**facts, "number": "SW2023000178"}
    assert refused(lambda: actions.certify(county.lu, person=one.pk, **again)) == "positions.level_once"
    actions.certify(county.lu, person=one.pk, **{**again, "level": "worker"})
    levels = queries.by_level(county.lu)
    assert (levels[""].persons, levels[""].certificates) == (1, 2)
    actions.revoke(county.lu, first, on=TODAY, reason="吊销")
    assert queries.by_level(county.lu)[""].certificates == 1
    with pytest.raises(NotFound):
        actions.certify(county.gu, person=other.pk, **{**again, "number": "SW2023000179"})
    with clock.at(date(2027, 1, 1)):
        assert queries.licensed([one.pk]) == {}


def test_bulk_positions_obey_every_rule_within_the_batch(county: Any) -> None:
    one, other = county.person(county.gu, "顾清荷"), county.person(county.gu, "周和")
    row = {
        "number": str(one.pk),
        "name": "顾清荷",
        "organisation": "沙溪镇中荷村",
        "type": "director",
        "basis": "elected",
        "since": SINCE,
    }
    ids = bulk.appoint(county.lu, [row, {**row, "type": "grid_worker", "basis": "engaged"}])
    assert bulk.appoint(county.lu, [row]) == [ids[0]]
    ended = {**row, "until": date(2025, 12, 31)}
    assert bulk.appoint(county.lu, [ended]) == [ids[0]]
    assert Position.objects.get(pk=ids[0]).until == date(2025, 12, 31)
    later = {**row, "since": date(2026, 1, 1)}
    for bad in (
        [later, {**later, "number": str(other.pk), "name": "周和"}],
        [{**later, "basis": "assigned"}],
        [{**later, "organisation": "没有"}],
    ):
        with pytest.raises(Refused):
            bulk.appoint(county.lu, bad)
    with pytest.raises(Refused):
        bulk.appoint(county.wu, [later])


def workbook(rows: list[list[Any]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet()
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            page.write(r, c, value)
    book.close()
    return out.getvalue()


def test_a_workbook_is_previewed_written_and_undone(county: Any) -> None:
    from gongzhi.registers.positions.sheets import POSITIONS

    county.person(county.gu, "顾清荷", phone="13812345678")
    head = ["姓名", "手机号", "组织", "岗位", "产生方式", "从"]
    good = ["顾清荷", "13812345678", "中荷村村民委员会", "网格员", "聘用（聘请）", "2025-01-01"]
    data = workbook([head, good, ["周和", "13900000000", *good[2:]]])
    run = stage(county.gu, POSITIONS, data, "任职.xlsx")
    assert (run.good, run.bad) == (1, 1)
    with pytest.raises(Refused):
        commit(county.gu, POSITIONS, run.pk)
    commit(county.gu, POSITIONS, run.pk, only_good=True)
    assert Position.objects.get().type == "grid_worker"
    undo(county.gu, POSITIONS, run.pk)
    assert not Position.objects.exists()


def test_pages_take_a_fixed_number_of_queries(county: Any, client_for: Callable[[Actor], Client]) -> None:
    client = client_for(county.lu)
    one = county.person(county.gu, "顾清荷")
    appoint(county, one, "group_leader", "chosen", area="第 0 组")
    actions.certify(county.lu, person=one.pk, level="worker", number="SW2023000178", issued=date(2023, 5, 1))

    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    urls = ("/positions/", "/positions/figures/", "/positions/certificates/", "/api/v1/positions", f"/people/{one.pk}/",
            f"/organisations/{county.bodies['中荷村'].pk}/", f"/places/{county.places['中荷村'].pk}/")  # fmt: skip
    client.get("/positions/")
    before = [count(u) for u in urls]
    for n in range(1, 13):
        person = county.person(county.gu, f"王{n}")
        appoint(county, person, "group_leader", "chosen", area=f"第 {n} 组")
        appoint(county, one, "building_leader", "chosen", area=f"{n} 幢")
        actions.certify(
            county.lu, person=person.pk, level="worker", number=f"SW20230002{n:02d}", issued=date(2023, 5, 1)
        )
    assert [count(u) for u in urls] == before
