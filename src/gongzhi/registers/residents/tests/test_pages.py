"""The pages: who finds them, what they say, how many queries they take, and what they never say."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from gongzhi.cast import resident
from gongzhi.core.access import Actor
from gongzhi.core.journal import JournalEntry
from gongzhi.registers.residents import actions, queries
from gongzhi.registers.residents.models import Claim, Resident
from gongzhi.registers.residents.tests.test_claims import claim

Clients = Callable[[Actor], Client]


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def test_a_resident_claims_by_the_page_and_the_committee_confirms(county: Any, client_for: Clients) -> None:
    song = client_for(county.song)
    assert "申请居住登记" in text(song.get("/resident/"))
    place = county.places["中荷村"].pk
    page = text(song.get(f"/residents/new/claim?place={place}"))
    assert "沙溪镇 中荷村" in page
    answer = song.post(
        "/residents/new/claim",
        {"place": place, "building": "7 号楼", "name": "宋松", "citizen_id": "", "room": ""},
    )
    made = Claim.objects.get(resident_id=county.song.account_id)
    assert answer["Location"] == made.get_absolute_url()
    assert "中荷村正在核对您的居住登记" in text(song.get(made.get_absolute_url()))
    gu = client_for(county.gu)
    listed = text(gu.get("/residents/claims/"))
    assert "宋*" in listed
    assert "宋松" not in listed
    assert text(gu.get(f"{made.get_absolute_url()}confirm"))
    gu.post(f"{made.get_absolute_url()}confirm", {"person": ""})
    assert "已确认" in text(song.get("/resident/"))
    assert queries.is_confirmed(county.song.account_id, county.cast["中荷村"].pk)


def test_a_refusal_stands_on_the_page(county: Any, client_for: Clients) -> None:
    answer = client_for(county.song).post(
        "/residents/new/claim", {"place": county.places["沙溪镇"].pk, "building": "7 号楼", "name": "宋松"}
    )
    assert answer.status_code == 422
    assert "请从列表里选一个村或社区" in answer.content.decode()


def test_who_finds_a_resident_and_a_claim(county: Any, client_for: Clients) -> None:
    made = claim(county, county.song)
    watchers = ("song", "mei", "lan", "gu", "zhou", "jian", "wu", "lu", "wang", "shen", "root")

    def found(url: str) -> str:
        codes = {200: "o", 404: ".", 302: "r"}
        return "".join(codes[client_for(getattr(county, who)).get(url).status_code] for who in watchers)

    assert found(made.get_absolute_url()) == "o..oo......"
    assert found(f"/residents/{county.song.account_id}/") == "o.........."  # no committee's resident yet
    actions.confirm(county.gu, made)
    assert found(f"/residents/{county.song.account_id}/") == "o..oo......"
    assert found(f"/residents/{county.song.account_id}/held") == "o.........."
    assert found(f"/residents/{county.song.account_id}/leave") == "o..oo......"
    assert found("/residents/claims/") == "ooooo.o...."
    assert found("/residents/figures/") == "...oo.oooo."
    assert found("/residents/me/") == "rrr........"
    assert found("/residents/") == "rrroo.orrr."


def test_what_is_held_is_told_in_plain_words_and_taken_along(county: Any, client_for: Clients) -> None:
    made = claim(county, county.song)
    actions.unmask(county.gu, made, reason="打电话约时间核对")
    mine = f"/residents/{county.song.account_id}"
    client = client_for(county.song)
    page = text(client.get(f"{mine}/held"))
    for said in ("宋松", "13800000003", "7 号楼 2 单元", "301", "打电话约时间核对", "中荷村", "使用居民服务"):
        assert said in page
    told = json.loads(client.post(f"{mine}/take_along", {"form": "json"}).content)
    assert told["resident"]["rows"][0]["phone"] == "13800000003"
    assert told["claims"]["rows"][0]["room"] == "301"
    file = client.post(f"{mine}/take_along", {"form": "xlsx"})
    book = load_workbook(io.BytesIO(b"".join(file.streaming_content)))
    assert {"账号", "居住申请", "同意和撤回"} <= set(book.sheetnames)
    assert "13800000003" in {c.value for row in book["账号"] for c in row}
    assert JournalEntry.objects.filter(verb="residents.take_along").count() == 2


def test_unmasking_is_for_the_committee_and_shows_once(county: Any, client_for: Clients) -> None:
    made = claim(county, county.song)
    url = f"{made.get_absolute_url()}unmask"
    gu = client_for(county.gu)
    assert gu.post(url, {"reason": "看"}).status_code == 422
    page = text(gu.post(url, {"reason": "打电话约时间核对"}))
    assert "宋松" in page
    assert "13800000003" in page
    assert "宋松" not in text(gu.get(made.get_absolute_url()))
    for other in (county.wu, county.lu, county.mei, county.song):
        assert client_for(other).post(url, {"reason": "打电话约时间核对"}).status_code == 404
    assert JournalEntry.objects.filter(verb="residents.unmask").count() == 1


def test_a_claim_that_is_over_tells_nothing_of_who_it_was(county: Any, client_for: Clients) -> None:
    made = claim(county, county.song)
    url = made.get_absolute_url()
    actions.withdraw(county.song, made)
    gu = client_for(county.gu)
    answer = gu.post(f"{url}unmask", {"reason": "打电话约时间核对"})
    assert answer.status_code == 422
    pages = answer.content.decode() + text(gu.get(url)) + text(gu.get("/residents/claims/?state=withdrawn"))
    for said in ("宋", "138****0003", "13800000003"):
        assert said not in pages
    assert gu.get(f"/api/v1/residents/claims/{made.pk}").json()["name"] == ""
    assert not JournalEntry.objects.filter(verb="residents.unmask").exists()
    assert "宋*" in text(client_for(county.song).get(url))


def test_the_figures_are_numbers_without_people(county: Any, client_for: Clients) -> None:
    claim(county, county.song)
    lu = client_for(county.lu)
    page = text(lu.get("/residents/figures/"))
    assert "2 位居民已确认居住" in page
    rows = text(lu.get(f"/residents/figures/rows/?kind=waiting&unit={county.cast['中荷村'].pk}"))
    for name in ("宋", "梅子", "7 号楼", "13800000003"):
        assert name not in page + rows
    assert "没有这样的申请" in text(lu.get("/residents/figures/rows/?kind=late"))
    assert "没有这样的申请" in text(
        lu.get(f"/residents/figures/rows/?kind=waiting&unit={county.cast['万安村'].pk}")
    )
    book = load_workbook(io.BytesIO(b"".join(lu.get("/residents/figures/?export=xlsx").streaming_content)))
    cells = [[c.value for c in row] for row in book.worksheets[0].iter_rows()]
    assert ["沙溪镇", "中荷村", 1, 0, 1, 0, 0] in [row[:7] for row in cells]
    assert not any("万安村" in map(str, row) for row in cells)
    api = lu.get("/api/v1/residents/figures").json()
    assert {"place": "虹桥村", "confirmed": 1}.items() <= next(
        r for r in api if r["place"] == "虹桥村"
    ).items()


@pytest.mark.parametrize(
    ("who", "path", "most"),
    [
        ("song", "/resident/", 12),
        ("mei", "/residents/{mei}/", 9),
        ("gu", "/residents/", 9),
        ("gu", "/residents/claims/", 8),
        ("wang", "/residents/figures/", 8),
        ("wang", "/residents/figures/rows/?kind=waiting", 8),
    ],
)
def test_pages_take_as_many_queries_however_many_residents(
    county: Any, client_for: Clients, who: str, path: str, most: int
) -> None:
    path = path.format(mei=county.mei.account_id)
    client = client_for(getattr(county, who))
    counts = []
    for _ in range(2):
        text(client.get(path))  # what is remembered between requests is remembered now
        with CaptureQueriesContext(
            connection,
        ) as queries_made:
            text(client.get(path))
        counts.append(len(queries_made))
        for n in range(6):
            one = resident(county.cast["中荷村"])
            claim(county, one, "虹桥村", name=f"李{n}")
            claim(county, resident(), "中荷村", name=f"王{n}")
    assert counts[0] == counts[1] <= most, counts


def test_staff_pages_are_closed_to_residents(county: Any, client_for: Clients) -> None:
    mei = client_for(county.mei)
    for path in ("/late", "/done", "/notices", "/me", "/tokens/", "/posts", "/settings/", "/accounts/", "/records/",
                 "/people/", "/positions/", "/corrections/", "/agreements/", "/appraisals/", "/insight/"):  # fmt: skip
        assert mei.get(path).status_code == 404, path
    assert mei.get("/")["Location"] == "/resident/"
    for path in ("/places/", "/duties/ask/", "/agreements/public/", "/search?q=中荷", "/help", "/verify"):
        assert mei.get(path).status_code == 200, path


def test_a_nickname_by_the_page_and_only_one_has_it(county: Any, client_for: Clients) -> None:
    song, url = client_for(county.song), f"/residents/{county.song.account_id}/choose_nickname"
    assert "这个昵称已经有人用了" in song.post(url, {"nickname": "梅子"}).content.decode()
    assert song.post(url, {"nickname": "松间"}).status_code == 302
    assert queries.display_name(county.song.account_id) == "松间"
    assert Resident.objects.get(pk=county.song.account_id).nickname == "松间"
    assert "松间" not in str([e.facts for e in JournalEntry.objects.filter(verb="residents.choose_nickname")])
