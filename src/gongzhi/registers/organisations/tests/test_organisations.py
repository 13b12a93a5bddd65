"""Entering organisations, how they stand, and who may read and do what."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from gongzhi.core import journal, search
from gongzhi.core.access import PUBLIC, Actor
from gongzhi.core.exchange import export
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.registers.organisations import actions, bulk, queries, rules
from gongzhi.registers.organisations.models import Organisation
from gongzhi.registers.organisations.sheets import ORGANISATIONS

TODAY = date(2026, 3, 11)
SERVICE_BODY = "52320585MJ0000018C"
ASSOCIATION = "51320585509000011N"


def text(answer: Any) -> str:
    """What an answer says, JSON without escapes."""
    if "json" in answer.headers["Content-Type"]:
        return json.dumps(answer.json(), ensure_ascii=False)
    return answer.content.decode()  # type: ignore[no-any-return]


def recorded(
    county: Any, who: Actor, name: str = "中荷村银龄互助会", number: str = "沙备 2021-003", **more: Any
) -> Organisation:
    place = county.places[more.pop("place", "中荷村")].pk
    return actions.record(
        who, name=name, record_no=number, place=place, service="mutual", leader="沈梅", **more
    )  # type: ignore[no-any-return]


def registered(
    county: Any, code: str = SERVICE_BODY, form: str = "service_body", **more: Any
) -> Organisation:
    return actions.register(  # type: ignore[no-any-return]
        county.ren, kind="registered", name="沙溪镇阳光社会工作服务中心", uscc=code, form=form, service="service",
        place=county.places["中荷村"].pk, leader="马兰", **more,
    )  # fmt: skip


def test_every_unit_has_its_body_once(county: Any) -> None:
    kinds = sorted(o.type for o in county.bodies.values())
    assert kinds == ["government"] * 2 + ["residents_committee"] + ["village_committee"] * 3
    assert bulk.open_bodies(county.ren) == []
    own = queries.by_unit(county.cast["中荷村"].pk)
    assert own is not None
    assert own.name == "中荷村村民委员会"
    assert queries.legal_name(county.cast["民政局"].pk) == "太仓市民政局"


def test_a_credit_code_belongs_to_one_organisation(county: Any) -> None:
    registered(county)
    with pytest.raises(Refused) as refused:
        registered(county)
    assert refused.value.rule == "organisations.uscc_taken"
    assert refused.value.problems[0].field == "uscc"


def test_a_record_number_is_unique_within_a_township(county: Any) -> None:
    recorded(county, county.gu)
    with pytest.raises(Refused) as refused:
        recorded(county, county.wu, name="虹桥村互助会", place="虹桥村")
    assert refused.value.rule == "organisations.record_taken"
    assert recorded(county, county.tao, name="万安村互助会", place="万安村").record_no == "沙备 2021-003"


def test_the_database_keeps_what_the_rules_say(county: Any) -> None:
    unit = county.cast["沙溪镇"].pk
    for bad in (
        {"type": "registered", "uscc": None},
        {"type": "recorded", "record_no": None, "township_id": unit},
        {"type": "recorded", "record_no": "1", "township_id": unit, "uscc": ASSOCIATION},
        {"type": "club"},
        {"type": "enterprise", "state": "asleep"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Organisation.objects.create(name="x", under_id=unit, **bad)


def test_suspending_resuming_and_deregistering_leave_a_dated_history(county: Any) -> None:
    org = recorded(county, county.gu, established=date(2021, 5, 1))
    actions.suspend(county.lu, org, on=date(2026, 1, 1), basis="申请")
    actions.resume(county.lu, org, on=date(2026, 2, 1), basis="申请")
    with pytest.raises(Refused) as early:
        actions.deregister(county.lu, org, on=date(2025, 1, 1), basis="申请")
    assert early.value.rule == "organisations.dates"
    done = actions.deregister(county.lu, org, on=TODAY, basis="决议")
    assert [(s.state, s.since) for s in queries.history(done)] == [
        ("deregistered", TODAY),
        ("active", date(2026, 2, 1)),
        ("suspended", date(2026, 1, 1)),
        ("active", date(2021, 5, 1)),
    ]
    with pytest.raises(Refused) as twice:
        actions.suspend(county.lu, org, on=TODAY, basis="x")
    assert twice.value.rule == "organisations.flow"
    assert search.find(county.lu, "银龄", kinds=["organisations.organisation"]) == []


def test_a_recorded_organisation_becomes_a_legal_person(county: Any) -> None:
    org = recorded(county, county.gu)
    made = actions.upgrade(county.ren, org, uscc=ASSOCIATION, form="association", on=TODAY, basis="登记证书")
    assert (made.type, made.uscc, made.record_no, made.state) == (
        "registered",
        ASSOCIATION,
        "沙备 2021-003",
        "active",
    )
    assert [s.type for s in queries.history(made)] == ["registered", "recorded"]
    with pytest.raises(Refused) as again:
        actions.upgrade(county.ren, org, uscc=ASSOCIATION, form="association", on=TODAY, basis="x")
    assert again.value.rule == "organisations.upgrade_recorded"


def test_a_committee_is_not_deregistered_here(county: Any) -> None:
    with pytest.raises(Refused) as refused:
        actions.deregister(county.ren, county.bodies["中荷村"], on=TODAY, basis="x")
    assert refused.value.rule == "organisations.committee_ends"


def test_fields_are_mended_by_those_who_keep_them(county: Any) -> None:
    org = recorded(county, county.gu)
    assert actions.correct(county.gu, org, address="中荷村 12 号").address == "中荷村 12 号"
    with pytest.raises(Refused) as refused:
        actions.correct(county.gu, org, name="另一个名字")
    assert (refused.value.rule, refused.value.problems[0].way_out) == (
        "organisations.owner",
        f"/corrections/new/ask?ledger=organisations&entry={org.pk}",
    )
    assert actions.correct(county.lu, org, name="中荷银龄互助会").name == "中荷银龄互助会"
    for stranger in (county.wu, county.tao):
        with pytest.raises(NotFound):
            actions.correct(stranger, org, address="x")


def test_its_own_seat_is_opened_once(county: Any) -> None:
    org = actions.open_unit(county.ren, registered(county))
    assert org.unit.parent_id == county.cast["中荷村"].pk
    with pytest.raises(Refused):
        actions.open_unit(county.ren, org)


def test_a_registrar_registers_a_committee_records(county: Any) -> None:
    with pytest.raises(NotFound):
        actions.register(county.lu, kind="enterprise", name="某企业")
    with pytest.raises(NotFound):
        recorded(county, county.wu)
    with pytest.raises(NotFound):
        recorded(county, county.min)


def test_leaders_are_masked_for_those_who_do_not_keep_the_entry(
    county: Any, client_for: Callable[[Actor], Client]
) -> None:
    org = recorded(county, county.gu)
    read = {
        who: queries.leader_for(actor, org)
        for who, actor in {"gu": county.gu, "lu": county.lu, "wu": county.wu, "public": PUBLIC}.items()
    }
    assert read == {"gu": "沈梅", "lu": "沈梅", "wu": "沈*", "public": "沈*"}
    for actor, name in ((county.gu, "沈梅"), (PUBLIC, "沈*")):
        client = client_for(actor)
        for url in (
            f"/organisations/{org.pk}/",
            "/organisations/",
            f"/api/v1/organisations/{org.pk}",
            "/api/v1/organisations",
        ):
            body = text(client.get(url))
            assert name in body
            assert ("沈梅" in body) == (actor is not PUBLIC), url


def test_the_doors(county: Any, doors: Callable[[str], dict[str, int]]) -> None:
    org = recorded(county, county.gu)
    assert set(doors(f"/organisations/{org.pk}/").values()) == {200}
    assert doors(f"/organisations/{org.pk}/correct") == {
        "registrar": 200, "superior": 200, "insider": 200, "neighbour": 404, "stranger": 404, "public": 302,
    }  # fmt: skip
    assert doors(f"/organisations/{org.pk}/suspend") == {
        "registrar": 200, "superior": 200, "insider": 404, "neighbour": 404, "stranger": 404, "public": 302,
    }  # fmt: skip
    assert doors("/organisations/import/export") == {
        "registrar": 200, "superior": 200, "insider": 404, "neighbour": 404, "stranger": 200, "public": 302,
    }  # fmt: skip


def test_a_mobile_is_somebodys_own_and_an_office_number_everybodys(
    county: Any, client_for: Callable[[Actor], Client]
) -> None:
    org = recorded(county, county.gu, phone="0512-53100000、13800005678")
    for actor, seen in ((county.gu, "13800005678"), (county.wu, "138****5678"), (PUBLIC, "138****5678")):
        for url in (f"/organisations/{org.pk}/", f"/api/v1/organisations/{org.pk}", "/api/v1/organisations"):
            body = text(client_for(actor).get(url))
            assert seen in body, (actor.role, url)
            assert "0512-53100000" in body
            assert ("13800005678" in body) == (actor is county.gu)


def test_a_leader_is_in_no_journal_and_on_no_unmarked_sheet(county: Any) -> None:
    org = recorded(county, county.gu)
    actions.correct(county.gu, org, leader="沈小梅")
    told = [str(e.facts) for e in journal.of(org)]
    assert any("leader" in t for t in told)
    assert not any("沈" in t for t in told)
    with export(county.lu, ORGANISATIONS) as file:
        page = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml").decode()
    assert "陆远" in page  # who exported it, in the printed head of every page


def test_a_workbook_of_organisations_is_checked_row_by_row(county: Any) -> None:
    good = {"type": "recorded", "name": "甲", "place": "沙溪镇中荷村", "record_no": "1", "service": "mutual"}
    ids = bulk.enter(county.lu, [good, {**good, "name": "乙", "record_no": "2"}])
    assert Organisation.objects.filter(pk__in=ids, township=county.cast["沙溪镇"]).count() == 2
    assert bulk.enter(county.lu, [{**good, "leader": "沈梅"}]) == [ids[0]]
    assert Organisation.objects.get(pk=ids[0]).leader == "沈梅"
    for bad in (
        {**good, "record_no": "3", "service": None},
        {**good, "record_no": "3", "place": "万安村"},
        {**good, "type": "registered", "uscc": ASSOCIATION},
        {**good, "record_no": "3", "authority": "没有这个局"},
    ):
        with pytest.raises(Refused):
            bulk.enter(county.lu, [bad])
    with pytest.raises(Refused, match="第 2 行"):
        bulk.enter(county.lu, [{**good, "record_no": "9"}, {**good, "record_no": "9"}])


def test_counts_and_completeness(county: Any) -> None:
    recorded(county, county.gu, address="x", established=TODAY)
    registered(county)
    counts = {c.type: c.total for c in queries.counts(PUBLIC)}
    assert counts["recorded"] == counts["registered"] == 1
    standing = queries.standing(county.gu, TODAY)
    # the committee lacks code, address, phone; the recorded one has all five; the registered one four of seven
    assert (standing.entries, standing.filled, standing.wanted) == (3, 0 + 5 + 4, 3 + 5 + 7)
    assert standing.fresh == 3
    assert queries.by_service(PUBLIC)[rules.RECORDED, "mutual"] == 1


def test_the_list_takes_as_many_queries_for_few_as_for_many(
    county: Any, client_for: Callable[[Actor], Client]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_for(county.ren)
    recorded(county, county.gu)

    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    urls = (
        "/organisations/",
        "/api/v1/organisations",
        "/organisations/figures/",
        f"/organisations/{county.bodies['中荷村'].pk}/",
    )
    client.get("/organisations/")
    before = [count(u) for u in urls]
    bulk.enter(
        county.ren,
        [
            {
                "type": "recorded",
                "name": f"第{n}会",
                "place": "320585101204",
                "record_no": str(n),
                "service": "mutual",
            }
            for n in range(40)
        ],
    )
    assert [count(u) for u in urls] == before
