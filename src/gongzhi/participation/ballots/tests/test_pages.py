"""The pages as people see them: nothing of a vote shows before the end, and queries do not grow with the voters."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongzhi.cast import Cast
from gongzhi.core.access import PUBLIC, Actor
from gongzhi.core.clock import Hand
from gongzhi.participation.ballots import actions, queries
from gongzhi.participation.ballots.models import Ballot, Entry
from gongzhi.participation.ballots.rules import APPROVAL, Invited

from .conftest import fresh, residents, sheet

pytestmark = pytest.mark.django_db
Ask = Callable[..., Ballot]
Door = Callable[[Actor], Client]


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, f"{path} answers {answer.status_code}"
    return answer.content.decode()


def test_a_resident_votes_on_the_page(ask: Ask, folk: list[Actor], client_for: Door) -> None:
    ballot = ask()
    client = client_for(folk[0])
    assert "1 个投票等您投" in text(client, "/ballots/")
    page = text(client, f"/ballots/{ballot.pk}/vote")
    assert page.count('type="radio"') == 3
    assert client.post(f"/ballots/{ballot.pk}/vote", {}).status_code == 422
    assert fresh(ballot).online == 0
    answer = client.post(f"/ballots/{ballot.pk}/vote", {"choices": "1"})
    assert (answer.status_code, answer["Location"]) == (302, f"/ballots/{ballot.pk}/")
    page = text(client, f"/ballots/{ballot.pk}/")
    assert "您已经投过票" in page
    assert "改票" in page
    assert "没有等您投的票" in text(client, "/ballots/")


def test_several_boxes_on_the_page(ask: Ask, folk: list[Actor], client_for: Door) -> None:
    ballot = ask(most=2, places=2)
    client = client_for(folk[0])
    assert text(client, f"/ballots/{ballot.pk}/vote").count('type="checkbox"') == 3
    answer = client.post(f"/ballots/{ballot.pk}/vote", {"choices": ["0", "1", "2"]})
    assert answer.status_code == 422
    assert "最多选 2 项，您选了 3 项" in answer.content.decode()
    assert client.post(f"/ballots/{ballot.pk}/vote", {"choices": ["0", "2"]}).status_code == 302


def test_nothing_of_a_vote_shows_before_the_end(
    cast: Cast, ask: Ask, folk: list[Actor], client_for: Door, hand: Hand
) -> None:
    ballot = ask(options=["甲方案", "乙方案"])
    for actor in folk[:5]:
        actions.vote(actor, ballot, choices=[0])
    for who in (PUBLIC, cast.gu, cast.lu, cast.wang, folk[0], folk[5]):
        client = client_for(who)
        page = text(client, f"/ballots/{ballot.pk}/")
        assert "100.00%" not in page
        assert "5 人已投" in page
        answer = client.get(f"/api/v1/ballots/{ballot.pk}").json()
        assert answer["result"] is None
    roll = text(client_for(cast.gu), f"/ballots/{ballot.pk}/roll")
    assert "网上投了" in roll
    assert "甲方案" not in roll
    hand.forward(days=5)
    actions.close(cast.gu, ballot)
    page = text(client_for(PUBLIC), f"/ballots/{ballot.pk}/")
    assert "<b>5</b> 票" in page
    answer = client_for(PUBLIC).get(f"/api/v1/ballots/{ballot.pk}").json()["result"]
    assert [(o["votes"], o["share"]) for o in answer["options"]] == [(5, "100.00"), (0, "0.00")]


def test_queries_do_not_grow(cast: Cast, ask: Ask, client_for: Door, hand: Hand) -> None:
    ballot = ask()
    few = residents(cast, 100, 2)
    paths = [
        f"/ballots/{ballot.pk}/",
        f"/ballots/{ballot.pk}/roll",
        "/ballots/",
        "/ballots/statistics/",
        f"/api/v1/ballots/{ballot.pk}",
    ]

    def asked() -> list[int]:
        found = []
        for who, path in [(cast.gu, p) for p in paths] + [
            (few[0], paths[0]),
            (few[0], paths[2]),
            (PUBLIC, paths[0]),
            (PUBLIC, paths[2]),
        ]:
            client = client_for(who)
            client.get(path)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200
            found.append(len(captured))
        return found

    actions.vote(few[0], ballot, choices=[0])
    before = asked()
    for actor in residents(cast, 200, 30):
        actions.vote(actor, ballot, choices=[1])
    for n in range(12):
        ask(question=f"第 {n} 个问题")
    assert asked() == before
    assert max(before) <= 18
    assert max(before[-2:]) <= 10, "what anybody may open costs little"


def test_the_second_person_does_not_see_the_first_sheet(
    cast: Cast, ask: Ask, client_for: Door, hand: Hand
) -> None:
    ballot = ask(options=APPROVAL, kind="group", electorate=[Invited(f"户主{n}") for n in range(1, 61)])
    for seat in range(1, 58):
        actions.hand_out(cast.gu, ballot, voter=seat)
    hand.forward(days=5)
    ballot = actions.close(cast.gu, ballot)
    path = f"/ballots/{ballot.pk}/batches"
    actions.enter(cast.gu, ballot, batch=1, **sheet(37, 19, 1))
    assert ">37<" in text(client_for(cast.gu), path)
    other = text(client_for(cast.jian), path)
    assert ">37<" not in other
    assert "免得照抄" in other
    figures = {
        "batch": 1,
        "label": "",
        "printed": 57,
        "issued": 57,
        "spoiled": 0,
        "returned": 57,
        "invalid": 0,
    }
    answer = client_for(cast.jian).post(
        f"/ballots/{ballot.pk}/enter", {**figures, "counts": ["36", "19", "1"]}
    )
    assert answer.status_code == 422
    assert "不等于收回的 57 张" in answer.content.decode()
    answer = client_for(cast.jian).post(
        f"/ballots/{ballot.pk}/enter", {**figures, "counts": ["36", "20", "1"], "next_page": path}
    )
    assert answer.status_code == 302, answer.content.decode()
    assert Entry.objects.count() == 2
    page = text(client_for(cast.jian), path)
    assert ">37<" in page
    assert ">36<" in page
    assert page.count("不一样") >= 3


def test_the_roll_hands_out_paper(cast: Cast, ask: Ask, client_for: Door) -> None:
    ballot = ask(kind="group", electorate=[Invited(f"户主{n}", household=f"{n} 号") for n in range(1, 4)])
    client = client_for(cast.gu)
    assert "还有 3 人没有投" in text(client, f"/ballots/{ballot.pk}/roll")
    answer = client.post(
        f"/ballots/{ballot.pk}/hand_out", {"voter": 2, "next_page": f"/ballots/{ballot.pk}/roll"}
    )
    assert answer.status_code == 302
    assert "1 人领了纸质票" in text(client, f"/ballots/{ballot.pk}/roll")
    found = text(client, f"/ballots/{ballot.pk}/roll?channel=none&q=号")
    assert "户主2" not in found
    assert "户主3" in found


def test_papers_and_workbook(cast: Cast, ask: Ask, folk: list[Actor], client_for: Door, hand: Hand) -> None:
    ballot = ask()
    gu = client_for(cast.gu)
    for key in ("specimen", "counting"):
        for fmt in ("docx", "pdf"):
            assert gu.get(f"/ballots/{ballot.pk}/papers/{key}.{fmt}").status_code == 200
    assert gu.get(f"/ballots/{ballot.pk}/papers/announcement.pdf").status_code == 404
    assert client_for(PUBLIC).get(f"/ballots/{ballot.pk}/papers/counting.pdf").status_code == 404
    actions.vote(folk[0], ballot, choices=[0])
    hand.forward(days=5)
    actions.close(cast.gu, ballot)
    assert client_for(PUBLIC).get(f"/ballots/{ballot.pk}/papers/announcement.docx").status_code == 200
    gu = client_for(cast.gu)
    answer = gu.get("/ballots/export.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)
    assert rows[1][0] == ballot.question
    assert rows[1][10:12] == (14.29, "已选出")
    assert "投票率 14.29%" in text(gu, "/ballots/statistics/")


def test_opened_from_its_own_page(cast: Cast, client_for: Door) -> None:
    gu = client_for(cast.gu)
    closes = "2026-03-20T20:00"
    answer = gu.post(
        "/ballots/new/open",
        {
            "question": "路灯几点关",
            "options": "十点\n十一点",
            "body": "consultative",
            "closes": closes,
            "most": 1,
            "places": 1,
            "changeable": "on",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    made = Ballot.objects.get()
    assert (made.options, made.listed, made.unit_id) == (["十点", "十一点"], False, cast["中荷村"].pk)
    answer = gu.post(
        "/ballots/new/open",
        {"question": "修桥", "options": "", "body": "group", "closes": closes, "most": 1, "places": 1},
    )
    assert answer.status_code == 422
    assert "要有应到人员名单" in answer.content.decode()
    people = {"people": "张三\t一号\n李四，二号，13800000001\n"}
    answer = gu.post(
        "/ballots/new/open",
        {
            "question": "修桥",
            "options": "",
            "body": "group",
            "closes": closes,
            "most": 1,
            "places": 1,
            **people,
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    assert list(Ballot.objects.latest("pk").voters.order_by("seat").values_list("name", "household")) == [
        ("张三", "一号"),
        ("李四", "二号"),
    ]


def test_a_pasted_list(cast: Cast, client_for: Door) -> None:
    gu = client_for(cast.gu)
    wrong = {
        "question": "修桥",
        "body": "group",
        "closes": "2026-03-20T20:00",
        "people": "张三，一号，13900000000",
    }
    answer = gu.post("/ballots/new/open", wrong)
    assert "手机号不是这里经确认居住的居民的" in answer.content.decode()
    answer = gu.post("/ballots/new/open", {**wrong, "people": "梅子，一号，138 0000 0001\n\n张三、二号"})
    assert answer.status_code == 302
    made = Ballot.objects.get()
    assert made.eligible == 2
    actions.vote(cast.mei, made, choices=[0])
    assert made.voters.get(account_id=cast.mei.account_id).household == "一号"


def test_a_list_tells_no_nickname_and_sorts_no_phones(cast: Cast, client_for: Door) -> None:
    wrong = {"question": "修桥", "body": "group", "closes": "2026-03-20T20:00"}
    gu = client_for(cast.gu)

    def said(people: str) -> str:
        answer = gu.post("/ballots/new/open", {**wrong, "people": people})
        assert answer.status_code == 422
        return answer.content.decode()

    assert "每一行要有姓名" in said("13800000001")
    strangers = "张三，13900000000"
    elsewhere, song = "兰，13800000002", "松，13800000003"  # confirmed in 虹桥村, confirmed nowhere
    for line in (strangers, elsewhere, song):
        assert "手机号不是这里经确认居住的居民的" in said(line)
    assert "第 2 行" not in said(f"梅，13800000001\n{strangers}")
    assert not Ballot.objects.exists()


def test_the_table_finds_who_stands_there(
    cast: Cast,
    ask: Ask,
    folk: list[Actor],
    client_for: Door,
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    from gongzhi.registers.residents.models import Resident

    ballot, old = ask(), Resident.objects.get(pk=folk[2].account_id)
    old.name, old.nickname = "郁阿婆", ""
    old.save()
    actions.vote(folk[0], ballot, choices=[0])
    path = f"/ballots/{ballot.pk}/roll"
    gu = client_for(cast.gu)
    assert "郁**" in text(gu, f"{path}?q=郁阿婆")
    assert "138****0001" in (page := text(gu, f"{path}?q=13800000001"))
    assert "梅子" not in page, "a phone tells no nickname"
    assert "郁**" not in text(gu, f"{path}?q=郁阿"), "a part of a name finds nobody"
    assert "网上投了" in text(gu, f"{path}?q={folk[0].name}")
    assert folk[0].name not in text(gu, path), "who votes online is nobody's business"
    assert "去登记" in text(gu, f"{path}?q=没有这个人")
    loaded = fresh(ballot)
    with django_assert_max_num_queries(3):
        assert len(queries.at_the_table(cast.gu, loaded, "1 号楼")) == 7
    upstairs = ask("沙溪镇")
    assert "郁" not in text(client_for(cast.lu), f"/ballots/{upstairs.pk}/roll?q=郁阿婆").replace(
        "郁阿婆", ""
    )
    answer = gu.post(f"/ballots/{ballot.pk}/hand_out", {"account": old.pk, "next_page": path})
    assert answer.status_code == 302
    assert "1 人领了纸质票" in text(gu, path)


def test_the_panel_costs_little(
    cast: Cast,
    ask: Ask,
    folk: list[Actor],
    hand: Hand,
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    ballot = ask()
    with django_assert_max_num_queries(3):
        queries.panel(folk[0], fresh(ballot))
    several = [fresh(b) for b in (ballot, ask(question="二"), ask(question="三"))]
    with django_assert_max_num_queries(2):
        queries.panels(folk[0], several)
    with django_assert_max_num_queries(0):
        queries.panels(PUBLIC, several)
    hand.moment = ballot.closes + timedelta(minutes=1)
    ballot = actions.close(cast.gu, ballot)
    with django_assert_max_num_queries(3):
        queries.panel(PUBLIC, fresh(ballot))
