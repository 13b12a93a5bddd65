"""The faces: answering without script, the map in picture, table, workbook, paper and API, the desk; fixed queries."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from django.test.utils import CaptureQueriesContext

from gongzhi.core.access import PUBLIC
from gongzhi.participation.opinions import actions, queries
from gongzhi.participation.opinions.models import Poll, Statement, Vote
from gongzhi.participation.opinions.queries.maps import Cell
from gongzhi.participation.opinions.queries.picture import HEIGHT, WIDTH
from gongzhi.participation.opinions.tests.conftest import open_on, pour, say_all
from gongzhi.participation.opinions.tests.crowds import crowd
from gongzhi.registers.residents.models import Consent


@pytest.fixture
def mapped(cast, poll) -> Poll:
    """A poll with a map of two groups."""
    say_all(cast.gu, poll, 12)
    pour(poll, crowd(120, 12, camps=2, share=0.95, seed=3)[1])
    actions.redraw(poll.pk)
    return poll


def text_of(answer) -> str:
    return answer.content.decode()


def test_a_resident_answers_one_statement_after_another_without_script(cast, poll, client_for):
    say_all(cast.gu, poll, 4)
    client, home = client_for(cast.mei), f"/opinions/{poll.pk}/"
    asked = []
    for value in ("agree", "disagree", "pass", "agree"):
        page = text_of(client.get(home))
        action = re.search(r'action="(/opinions/statements/(\d+)/vote)"', page)
        asked.append(int(action[2]))
        answer = client.post(action[1], {"value": value, "next_page": home})
        assert (answer.status_code, answer["Location"]) == (302, home)
    assert len(set(asked)) == 4
    page = text_of(client.get(home))
    assert "每一句您都表过态了" in page
    assert "已表态 4 句，共 4 句" in page
    assert Vote.objects.filter(account_id=cast.mei.account_id).count() == 4


def test_the_same_visit_shows_the_same_statement(cast, poll, client_for):
    say_all(cast.gu, poll, 9)
    client = client_for(cast.mei)
    pages = {
        re.search(r"/opinions/statements/(\d+)/vote", text_of(client.get(f"/opinions/{poll.pk}/")))[1]
        for _ in range(3)
    }
    assert len(pages) == 1


def test_an_answer_is_found_again_and_changed(cast, poll, client_for):
    first, *_ = say_all(cast.gu, poll, 3)
    actions.vote(cast.mei, first, value="agree")
    client = client_for(cast.mei)
    page = text_of(client.get(f"/opinions/{poll.pk}/?n=1"))
    assert f"/opinions/statements/{first.pk}/vote" in page
    assert 'value="agree" id="answer-agree" data-key="1" aria-pressed="true"' in page
    client.post(f"/opinions/statements/{first.pk}/vote", {"value": "disagree"})
    assert Vote.objects.get().value == -1


def test_others_votes_meanwhile_are_no_reason_to_ask_again(cast, poll, client_for, resident):
    (first,) = say_all(cast.gu, poll, 1)
    page = text_of(client_for(cast.mei).get(f"/opinions/statements/{first.pk}/vote"))
    assert 'name="seen"' not in page
    actions.vote(resident(), first, value="agree")
    assert (
        client_for(cast.mei).post(f"/opinions/statements/{first.pk}/vote", {"value": "agree"}).status_code
        == 302
    )


def test_a_resident_states_and_reads_what_became_of_it(cast, client_for):
    poll = open_on(cast, "gu", "中荷村", hold=True)
    client, home = client_for(cast.mei), f"/opinions/{poll.pk}/"
    client.post("/opinions/new/propose", {"poll": poll.pk, "text": "台阶旁边装扶手", "next_page": home})
    assert "等审核" in text_of(client.get(home))
    said = Statement.objects.get()
    desk = client_for(cast.gu).get(f"{home}desk")
    assert "台阶旁边装扶手" in text_of(desk)
    assert cast.mei.name not in text_of(desk)
    client_for(cast.gu).post(f"/opinions/statements/{said.pk}/hide", {"reason": "和护栏一起说了"})
    assert "和护栏一起说了" in text_of(client.get(home))
    assert "台阶旁边装扶手" not in text_of(client_for(PUBLIC).get(home))
    refused = client.post("/opinions/new/propose", {"poll": poll.pk, "text": "好" * 61})
    assert refused.status_code == 422
    assert "一句看法最多 60 字，现在 61 字" in text_of(refused)


def test_the_office_answers_for_who_asked(cast, poll, client_for):
    (first,) = say_all(cast.gu, poll, 1)
    mei, client = cast.mei.account_id, client_for(cast.gu)
    home = f"/opinions/{poll.pk}/?for={mei}"
    assert client.get(home).status_code == 422
    Consent.objects.create(resident_id=mei, purpose="helped", version=poll.created_at, by_account=mei)
    page = text_of(client.get(home))
    assert f'name="on_behalf" value="{mei}"' in page
    assert "您在替 梅子 表态" in page
    client.post(
        f"/opinions/statements/{first.pk}/vote", {"value": "agree", "on_behalf": mei, "next_page": home}
    )
    assert Vote.objects.get().assisted
    assert client_for(cast.wu).get(home).status_code == 200  # a public poll; 吴 helps nobody here
    assert "on_behalf" not in text_of(client_for(cast.wu).get(home))


def test_the_office_sees_and_changes_no_answer_given_without_it(cast, poll, client_for):
    from gongzhi.participation.opinions import actions

    first, second = say_all(cast.gu, poll, 2)
    mei, client = cast.mei.account_id, client_for(cast.gu)
    Consent.objects.create(resident_id=mei, purpose="helped", version=poll.created_at, by_account=mei)
    actions.vote(cast.mei, first, value="disagree")
    actions.vote(cast.gu, second, value="agree", on_behalf=mei)
    page = text_of(client.get(f"/opinions/{poll.pk}/?for={mei}"))
    assert first.text not in page
    assert second.text in page
    assert first.text not in text_of(client.get(f"/opinions/{poll.pk}/?for={mei}&n=1"))
    for value in ("agree", "disagree"):
        answer = client.post(
            f"/opinions/statements/{first.pk}/vote", {"value": value, "on_behalf": mei, "next_page": "/"}
        )
        assert answer.status_code == 422
        assert "要改由本人改" in text_of(answer)
    assert Vote.objects.get(statement=first).value == -1
    actions.vote(cast.mei, second, value="disagree")  # the resident changes what the office wrote down
    assert second.text not in text_of(client.get(f"/opinions/{poll.pk}/?for={mei}"))


def test_adjusting_begins_with_how_things_are(cast, client_for):
    poll = open_on(cast, "gu", "中荷村", hold=True, stating="staff")
    page = text_of(client_for(cast.gu).get(f"/opinions/{poll.pk}/adjust"))
    assert re.search(r'value="staff" checked', page)
    assert re.search(r'name="hold"[^>]* checked', page)
    answer = client_for(cast.gu).post(
        f"/opinions/{poll.pk}/adjust", {"stating": "residents", "closes": "2026-03-10"}
    )
    assert answer.status_code == 422
    assert "最后一天不能早于今天" in text_of(answer)
    client_for(cast.gu).post(f"/opinions/{poll.pk}/adjust", {"stating": "residents", "closes": "2026-03-20"})
    poll.refresh_from_db()
    assert (poll.stating, poll.hold, poll.closes.isoformat()) == ("residents", False, "2026-03-20")


def test_the_map_is_a_picture_of_groups_and_of_nobody(mapped, client_for):
    page = text_of(client_for(PUBLIC).get(f"/opinions/{mapped.pk}/map"))
    view = queries.view(PUBLIC, mapped)
    assert "120 人的看法分成 2 组" in page
    for group in view.groups:
        assert f"{group.size}" in page
        assert str(group.name) in page
    drawn = queries.picture(view)
    for shape, group in zip(drawn.shapes, view.groups, strict=True):
        assert len(shape.signs) == round(group.size / drawn.unit)
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in shape.signs)
    assert "您的看法接近这一组" not in page


def test_badges_cover_no_other_badge(mapped):
    drawn = queries.picture(queries.view(PUBLIC, mapped))
    spots = [(x, y) for _, x, y, _ in drawn.badges]
    assert len(spots) == len(set(spots)) > 1
    assert all((x - u) ** 2 + (y - v) ** 2 >= 23**2 for n, (x, y) in enumerate(spots) for u, v in spots[:n])


def test_only_the_account_itself_reads_its_group(cast, poll, client_for):
    say_all(cast.gu, poll, 12)
    _, codes = crowd(120, 12, camps=2, share=0.95, seed=3)
    pour(poll, codes)
    value = {1: "agree", 2: "disagree", 3: "pass"}
    for statement in poll.statements.all():
        if code := int(codes[0, statement.number - 1]):
            actions.vote(cast.mei, statement, value=value[code])
    actions.redraw(poll.pk)
    assert "您的看法接近这一组" in text_of(client_for(cast.mei).get(f"/opinions/{poll.pk}/map"))
    for other in (cast.gu, cast.lan, PUBLIC):
        assert "您的看法接近这一组" not in text_of(client_for(other).get(f"/opinions/{poll.pk}/map"))


def test_table_workbook_api_and_paper_say_the_same(cast, mapped, client_for):
    client = client_for(PUBLIC)
    view = queries.view(PUBLIC, mapped)
    book = openpyxl.load_workbook(BytesIO(client.get(f"/opinions/{mapped.pk}/map.xlsx").content))
    lines = list(book.worksheets[0].iter_rows(values_only=True))
    head, rows = queries.table(view)
    assert list(lines[0]) == head
    assert [[("" if c is None else c) for c in line] for line in lines[1:]] == rows
    told = client.get(f"/api/v1/opinions/{mapped.pk}/map").json()
    assert [g["size"] for g in told["groups"]] == [g.size for g in view.groups]
    assert [[c["agree"] for c in r["cells"]] for r in told["rows"]] == [
        [c.agree for c in r.cells] for r in view.rows
    ]
    assert told["result_hash"] == view.result_hash
    paper = client_for(cast.gu).get(f"/opinions/{mapped.pk}/papers/report.docx").content
    words = re.sub(r"<[^>]+>", "", ZipFile(BytesIO(paper)).read("word/document.xml").decode())
    assert f"{view.groups[0].name} {view.groups[0].size} 人" in words
    assert view.result_hash in words


def test_a_hidden_statement_is_out_of_sight_before_the_next_map(cast, mapped, client_for):
    one = mapped.statements.get(number=1)
    actions.hide(cast.gu, one, reason="说的是某一家人")
    for path in ("map", "", "map.xlsx"):
        answer = client_for(PUBLIC).get(f"/opinions/{mapped.pk}/{path}")
        assert "第 1 个想法" not in answer.content.decode("utf-8", "ignore")
    assert 1 not in [
        r["number"] for r in client_for(PUBLIC).get(f"/api/v1/opinions/{mapped.pk}/map").json()["rows"]
    ]


def test_pages_without_a_map(cast, poll, client_for):
    assert "还没有意见图" in text_of(client_for(PUBLIC).get(f"/opinions/{poll.pk}/map"))
    assert client_for(PUBLIC).get(f"/opinions/{poll.pk}/map.xlsx").status_code == 404
    assert client_for(PUBLIC).get(f"/api/v1/opinions/{poll.pk}/map").status_code == 404
    assert "还没有看法" in text_of(client_for(PUBLIC).get(f"/opinions/{poll.pk}/"))
    assert client_for(cast.gu).get(f"/opinions/{poll.pk}/papers/report.docx").status_code == 200


def test_reads_of_the_api(cast, poll, client_for):
    say_all(cast.gu, poll, 3)
    mei = client_for(cast.mei)
    assert [r["id"] for r in mei.get("/api/v1/opinions").json()["rows"]] == [poll.pk]
    assert mei.get(f"/api/v1/opinions/{poll.pk}").json()["about"] == poll.about
    said = mei.get(f"/api/v1/opinions/{poll.pk}/statements?size=2").json()
    assert [r["number"] for r in said["rows"]] == [1, 2]
    assert (
        mei.get(f"/api/v1/opinions/{poll.pk}/statements?after={said['next']}").json()["rows"][0]["number"]
        == 3
    )
    assert mei.get(f"/api/v1/opinions/{poll.pk}/next").json()["total"] == 3
    assert client_for(PUBLIC).get(f"/api/v1/opinions/{poll.pk}/next").json()["next"] is None


@pytest.mark.parametrize("path", ["", "map", "desk?state=all"])
def test_no_page_grows_with_the_crowd(cast, poll, client_for, path):
    """Twelve queries at most for who looks; as many for ten times the people and statements."""
    from django.db import connection

    people = {"": (PUBLIC, cast.mei, cast.gu), "map": (PUBLIC, cast.mei)}.get(path, (cast.gu,))
    counted: dict[str, list[int]] = {}
    for start, statements, crowds in ((0, 5, 30), (5, 45, 300)):
        for n in range(statements):
            actions.propose(cast.gu, poll=poll.pk, text=f"想法 {start + n}")
        pour(poll, crowd(crowds, start + statements, camps=2, share=0.6, seed=crowds)[1], start=100 * start)
        actions.redraw(poll.pk)
        for actor in people:
            client = client_for(actor)
            client.get(f"/opinions/{poll.pk}/{path}")
            with CaptureQueriesContext(connection) as captured:
                assert client.get(f"/opinions/{poll.pk}/{path}").status_code == 200
            counted.setdefault(actor.role, []).append(len(captured))
    assert all(few == many for few, many in counted.values()), counted
    assert counted.get("public", [0])[0] <= 12, counted


def test_shares_say_no_more_than_the_counts_told():
    assert str(Cell(1, 30, 10, 10, 5).agrees) == "60%"
    assert str(Cell(1, 280, 17, None, 5).agrees) == "约 93%"
    assert str(Cell(1, 6, None, None, 5).agrees) == "至少 42%"
    assert str(Cell(1, None, 20, None, 5).agrees) == "少于 5 人"
    assert Cell(1, 6, None, None, 5).width(6) == 55
