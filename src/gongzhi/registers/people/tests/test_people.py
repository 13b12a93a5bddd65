"""Entering people, what stays hidden, moving and dying, and who may see what."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongzhi.core import search
from gongzhi.core.access import PUBLIC, Actor
from gongzhi.core.journal import JournalEntry
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.todo import Todo
from gongzhi.registers.people import actions, bulk, queries
from gongzhi.registers.people.models import Person

TODAY = date(2026, 3, 11)
ID, PHONE = "320522198501011231", "13812345678"


def text(answer: Any) -> str:
    """What an answer says, JSON without escapes."""
    if "json" in answer.headers["Content-Type"]:
        return json.dumps(answer.json(), ensure_ascii=False)
    return answer.content.decode()  # type: ignore[no-any-return]


def test_sex_and_year_follow_from_the_citizen_id(county: Any) -> None:
    person = county.person(county.gu, "顾勤", citizen_id="32052219850101123 1", phone="138 1234 5678")
    assert (person.sex, person.birth_year, str(person.citizen_id), str(person.phone)) == (
        "male",
        1985,
        "320522********1231",
        "138****5678",
    )
    assert person.label() == "顾*"


def test_nothing_personal_lies_open_in_the_database_or_the_journal(county: Any) -> None:
    person = county.person(county.gu, "顾勤", citizen_id=ID, phone=PHONE)
    actions.correct(county.gu, person, phone="13912345678", reason="换号")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(p)::text FROM people_person p")
        row = cursor.fetchone()[0]
    told = " ".join(f"{e.label} {e.facts}" for e in JournalEntry.objects.all())
    for secret in (ID, PHONE, "13912345678"):
        assert secret not in row
        assert secret not in told
    assert "顾勤" not in told
    own = [e for e in JournalEntry.objects.all() if e.thing_type == person.kind()]
    assert own
    assert not any("initials" in str(e.facts) for e in own)  # 顾* and "gq" together are as good as the name


def test_a_citizen_id_stands_once_in_the_county(county: Any) -> None:
    county.person(county.gu, "顾勤", citizen_id=ID)
    with pytest.raises(Refused) as refused:
        county.person(county.sun, "顾勤", "万安村", citizen_id=ID.lower())
    assert refused.value.rule == "people.citizen_id_taken"
    other = county.person(county.gu, "顾勤")
    other.citizen_id = ID
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"citizen_id": "320585201502290025"}, "citizen_id"),
        ({"citizen_id": ID, "sex": "female"}, "sex"),
        ({"citizen_id": ID, "birth_year": 1986}, "birth_year"),
        ({"phone": "12345"}, "phone"),
        ({"birth_year": 2027}, "birth_year"),
    ],
)
def test_wrong_facts_are_refused_at_their_field(county: Any, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        county.person(county.gu, "顾勤", **facts)
    assert refused.value.problems[0].field == field


def test_search_finds_people_by_name_and_initials_within_reach_under_the_mask(county: Any) -> None:
    county.person(county.gu, "顾清荷")
    for actor, words, found in (
        (county.gu, "清荷", 1),
        (county.gu, "gqh", 1),
        (county.lu, "顾清", 1),
        (county.ren, "qinghe", 1),
        (county.wu, "清荷", 0),
        (county.tao, "清荷", 0),
        (county.min, "清荷", 0),
        (PUBLIC, "清荷", 0),
    ):
        hits = search.find(actor, words, kinds=["people.person"])
        assert [h.label for h in hits] == ["顾**"] * found, (actor.role, words)


def test_unmasking_asks_why_shows_once_and_is_journalled(
    county: Any, client_for: Callable[[Actor], Client]
) -> None:
    person = county.person(county.gu, "顾清荷", citizen_id=ID, phone=PHONE)
    client = client_for(county.gu)
    url = f"/people/{person.pk}/unmask"
    assert ID not in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    shown = client.post(url, {"reason": "核对选民登记"})
    body = shown.content.decode()
    assert ID in body
    assert PHONE in body
    assert "顾清荷" in body
    assert shown["Cache-Control"] == "private, no-store"
    entry = JournalEntry.objects.filter(verb="people.unmask").get()
    assert entry.facts["facts"]["reason"] == "核对选民登记"
    assert ID not in client.get(f"/people/{person.pk}/").content.decode()


def test_no_page_list_export_or_api_shows_the_plain_entry(
    county: Any, client_for: Callable[[Actor], Client]
) -> None:
    person = county.person(county.gu, "顾清荷", citizen_id=ID, phone=PHONE)
    for actor in (county.ren, county.lu, county.gu):
        client = client_for(actor)
        for url in ("/people/", f"/people/{person.pk}/", f"/people/{person.pk}/correct", "/people/duplicates/", "/search?q=顾清",
                    "/api/v1/people", f"/api/v1/people/{person.pk}"):  # fmt: skip
            answer = client.get(url)
            assert answer.status_code == 200, url
            body = text(answer)
            for secret in (ID, PHONE, "顾清荷"):
                assert secret not in body, url


def test_the_export_masks_and_its_masked_cells_change_nothing(county: Any) -> None:
    from gongzhi.registers.people.sheets import PEOPLE, rows

    person = county.person(county.gu, "顾清荷", citizen_id=ID, phone=PHONE)
    [row] = rows(county.gu)
    assert (row["name"], row["citizen_id"], row["phone"]) == ("顾**", "320522********1231", "138****5678")
    checks = {c.key: c.check for c in PEOPLE.columns if c.check}
    read = {k: checks[k](v) if k in checks and v else v for k, v in row.items()}
    assert bulk.enter(county.gu, [read]) == [person.pk]
    person.refresh_from_db()
    assert (person.revision, person.phone.reveal(), person.name) == (0, PHONE, "顾清荷")
    bulk.enter(county.gu, [{**read, "education": "bachelor"}])
    person.refresh_from_db()
    assert (person.education, person.citizen_id.reveal(), person.name) == ("bachelor", ID, "顾清荷")


def test_a_list_exports_exactly_what_it_shows(county: Any, client_for: Callable[[Actor], Client]) -> None:
    from gongzhi.core.exchange import stage
    from gongzhi.registers.people.sheets import PEOPLE

    county.person(county.gu, "顾清荷", phone=PHONE)
    county.person(county.gu, "周和平")
    client = client_for(county.gu)
    for query, number in (("", 2), ("q=清荷", 1), ("q=没有这人", 0), ("state=moved", 0)):
        answer = client.get(f"/people/?export=xlsx&{query}")
        book = b"".join(answer.streaming_content)
        if number:
            assert stage(county.gu, PEOPLE, book, "人员.xlsx").total == number
        assert "顾清荷".encode() not in book
    assert client_for(county.min).get("/people/?export=xlsx").status_code == 404
    for url in ("/organisations/", "/places/", "/positions/", "/positions/certificates/"):
        assert "spreadsheet" in client_for(county.lu).get(f"{url}?export=xlsx").headers["Content-Type"], url
        assert client_for(county.shen).get(f"{url}?export=xlsx").status_code == 404


def test_bulk_entry_keeps_scope_and_identity(county: Any) -> None:
    ids = bulk.enter(
        county.gu, [{"name": f"王{n}", "place": "中荷村", "phone": f"1380000{n:04d}"} for n in range(300)]
    )
    assert len(set(ids)) == 300
    assert Person.objects.filter(unit=county.cast["中荷村"]).count() == 300
    for bad in (
        {"name": "甲", "place": "虹桥村"},
        {"name": "甲", "place": "没有村"},
        {"name": "甲", "place": "中荷村", "number": "999999"},
        {"name": "甲", "place": "中荷村", "phone": "123"},
        {"name": "甲", "place": "中荷村", "citizen_id": "320585201502290025"},
        {"name": "", "place": "中荷村"},
    ):
        with pytest.raises(Refused):
            bulk.enter(county.gu, [bad])
    with pytest.raises(NotFound):
        bulk.enter(county.min, [{"name": "甲", "place": "中荷村"}])


def test_handing_over_is_taken_by_the_other_place(county: Any) -> None:
    person = county.person(county.gu, "顾清荷")
    actions.hand_over(county.gu, person, to=county.places["虹桥村"].pk)
    todo = Todo.objects.get(closed=None, thing_type="people.person")
    assert (todo.unit_id, todo.verb) == (county.cast["虹桥村"].pk, "people.receive")
    assert search.find(county.wu, "清荷", kinds=["people.person"])
    with pytest.raises(Refused) as early:
        actions.correct(county.wu, person, education="college")
    assert early.value.rule == "people.receive_first"
    with pytest.raises(Refused):
        actions.receive(county.gu, person)
    got = actions.receive(county.wu, person)
    assert (got.unit_id, got.place_id, got.state) == (
        county.cast["虹桥村"].pk,
        county.places["虹桥村"].pk,
        "listed",
    )
    with pytest.raises(NotFound):
        actions.correct(county.gu, person, education="college")
    assert search.find(county.gu, "清荷", kinds=["people.person"]) == []


def test_sending_back_leaves_the_entry_where_it_was(county: Any) -> None:
    person = county.person(county.gu, "顾清荷")
    actions.hand_over(county.gu, person, to=county.places["虹桥村"].pk)
    back = actions.send_back(county.wu, person, reason="不住这里")
    assert (back.unit_id, back.state, back.destination_id) == (county.cast["中荷村"].pk, "listed", None)


def test_the_dead_are_found_no_more_and_a_mistake_is_mended_above(county: Any) -> None:
    person = county.person(county.gu, "顾清荷")
    with pytest.raises(Refused):
        actions.mark_deceased(county.gu, person, on=date(2026, 3, 12), basis="死亡证明")
    actions.mark_deceased(county.gu, person, on=TODAY, basis="死亡证明")
    assert search.find(county.gu, "清荷") == []
    with pytest.raises(NotFound):
        actions.restore(county.gu, person, reason="弄错了")
    assert actions.restore(county.lu, person, reason="弄错了").state == "listed"
    assert len(search.find(county.gu, "清荷")) == 1
    assert actions.mark_moved(county.gu, person, on=TODAY, to="昆山").state == "moved"


def test_names_are_mended_by_the_township(county: Any) -> None:
    person = county.person(county.gu, "顾清荷")
    with pytest.raises(Refused) as refused:
        actions.correct(county.gu, person, name="顾青荷")
    assert refused.value.rule == "people.owner"
    assert actions.correct(county.lu, person, name="顾青荷").name == "顾青荷"
    assert len(search.find(county.gu, "青荷")) == 1


@pytest.mark.parametrize("path", ["", "correct", "unmask", "mark_deceased"])
def test_the_doors(county: Any, doors: Callable[[str], dict[str, int]], path: str) -> None:
    person = county.person(county.gu, "顾清荷")
    assert doors(f"/people/{person.pk}/{path}") == {
        "registrar": 200, "superior": 200, "insider": 200, "neighbour": 404, "stranger": 404, "public": 302,
    }  # fmt: skip


def test_the_api_keeps_the_same_scope(county: Any, client_for: Callable[[Actor], Client]) -> None:
    person = county.person(county.gu, "顾清荷")
    for actor, one, many in (
        (county.gu, 200, 1),
        (county.lu, 200, 1),
        (county.wu, 404, 0),
        (county.tao, 404, 0),
    ):
        client = client_for(actor)
        assert client.get(f"/api/v1/people/{person.pk}").status_code == one
        assert len(client.get("/api/v1/people").json()["rows"]) == many
    for actor in (PUBLIC, county.min, county.shen):
        assert client_for(actor).get("/api/v1/people").status_code == 404


def test_completeness_and_freshness(county: Any) -> None:
    county.person(county.gu, "顾清荷", citizen_id=ID, phone=PHONE)
    county.person(county.gu, "顾远")
    county.person(county.sun, "孙远", "万安村")
    mine, all_ = queries.standing(county.gu, TODAY), queries.standing(county.ren, TODAY)
    assert (mine.entries, mine.filled, mine.wanted, mine.fresh) == (2, 5 + 2, 10, 2)
    assert (all_.entries, all_.filled) == (3, 9)


def test_list_and_page_take_a_fixed_number_of_queries(
    county: Any, client_for: Callable[[Actor], Client]
) -> None:
    client = client_for(county.lu)
    person = county.person(county.gu, "顾清荷")

    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    client.get("/people/")
    urls = ("/people/", f"/people/{person.pk}/", "/api/v1/people")
    before = [count(u) for u in urls]
    bulk.enter(county.lu, [{"name": f"王{n}", "place": "沙溪镇中荷村"} for n in range(60)])
    assert [count(u) for u in urls] == before
