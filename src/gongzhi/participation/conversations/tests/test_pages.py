"""The pages: the same number of queries at one time and ten times the rows, forms without script, and the API's reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongzhi.core import keeping
from gongzhi.core.access import PUBLIC, Actor
from gongzhi.core.words import Words
from gongzhi.participation.conversations import actions, queries
from gongzhi.participation.conversations.models import Comment, Thread
from gongzhi.participation.conversations.tests.conftest import Village

MOST = 12


@pytest.fixture
def door(village: Village, client_for: Callable[[Actor], Client]) -> Callable[[Actor], Client]:
    """A client signed in as staff, as a resident, or as nobody."""

    def make(actor: Actor) -> Client:
        if actor.role != "resident":
            return client_for(actor)
        client = client_for(actor)
        session = client.session
        session["seen"] = 0x7FFFFFFF
        session.save()
        return client

    return make


def fill(village: Village, many: int) -> None:
    """``many`` roots, each with four replies, all over the five authors; as much on the desk and in the news."""
    people = [village.an, village.bai, village.cheng, village.ding]
    thing = village.places["中荷村"]
    made = Comment.objects.bulk_create(
        Comment(thread=village.thread, account_id=people[n % 4].account_id, role="resident", text=f"第 {n} 句", replies=4)
        for n in range(many)
    )  # fmt: skip
    Comment.objects.bulk_create(
        Comment(
            thread=village.thread, root=root, answers=root, account_id=people[n % 4].account_id, role="resident", text="回"
        )
        for root in made
        for n in range(4)
    )  # fmt: skip
    Comment.objects.bulk_create(
        Comment(
            thread=village.thread, account_id=village.an.account_id, role="resident", text="刷单", state="held",
            held_for="advert", held_word="刷单",
        )
        for _ in range(many)
    )  # fmt: skip
    actions.subscribe_account(village.an.account_id, thing)
    for n in range(many):
        actions.tell(thing, Words("第 {n} 步", {"n": n}), public=True)
    Thread.objects.filter(pk=village.thread.pk).update(shown=many * 5, revision=many)


def pages(village: Village) -> list[tuple[Actor, str]]:
    thread = f"/conversations/{village.thread.pk}/"
    root = Comment.objects.filter(root=None, state="shown").earliest("pk")
    return [
        (PUBLIC, thread),
        (PUBLIC, f"{thread}?order=oldest"),
        (PUBLIC, f"{thread}?size=500"),
        (PUBLIC, f"{thread}?under={root.pk}"),
        (PUBLIC, f"/api/v1{thread[:-1]}/comments"),
        (village.an, thread),
        (village.an, "/conversations/news/"),
        (village.an, "/conversations/subscriptions/"),
        (village.an, "/conversations/digest/"),
        (village.an, "/api/v1/conversations/news"),
        (village.zhou, thread),
        (village.zhou, root.get_absolute_url()),
        (village.zhou, "/conversations/desk/"),
        (village.zhou, "/conversations/figures/"),
        (village.lu, "/conversations/figures/"),
    ]


def asked(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return len(captured)


def test_pages_ask_the_same_at_ten_times_the_rows(village: Village, door: Callable[[Actor], Client]) -> None:
    def count() -> dict[str, int]:
        from gongzhi.participation.conversations.queries import threads

        threads._loaded.cache_clear()  # the first reader pays, and still asks no more
        keeping.forget()
        return {f"{who.role} {path}": asked(door(who), path) for who, path in pages(village)}

    fill(village, 6)
    before = count()
    fill(village, 60)
    after = count()
    assert {k: (before[k], n) for k, n in after.items() if n > before[k]} == {}
    conversation = {k: n for k, n in after.items() if f"conversations/{village.thread.pk}" in k}
    assert {k: n for k, n in conversation.items() if k.startswith("public") and n > MOST} == {}
    assert max(after.values()) <= 30, after


def test_a_panel_asks_four_questions_at_most(village: Village) -> None:
    fill(village, 20)
    for who in (PUBLIC, village.an, village.zhou):
        with CaptureQueriesContext(connection) as captured:
            thread = queries.thread_of(village.places["中荷村"])
            panel = queries.panel(who, thread)
        assert panel is not None
        assert len(panel.rows) == 5
        assert len(captured) <= 5, captured.captured_queries  # with finding the thread


def test_the_panel_stands_on_any_page(village: Village, rf: Any) -> None:
    village.say(village.an, "路灯<b>太暗</b>")
    panel = queries.panel(village.bai, queries.thread_of(village.places["中荷村"]))
    request = rf.get("/")
    request.actor, request.session = village.bai, {}
    page = """{% import "site/ui.html" as ui %}{% include "conversations/panel.html" %}"""
    from django.template import engines

    html = engines.all()[0].from_string(page).render({"panel": panel, "actor": village.bai}, request)
    assert "路灯&lt;b&gt;太暗" in html
    assert 'action="/conversations/new/comment"' in html
    assert queries.panel(village.bai, None) is None


def test_a_comment_is_written_and_taken_back_without_script(
    village: Village, door: Callable[[Actor], Client]
) -> None:
    page = f"/conversations/{village.thread.pk}/"
    client = door(village.an)
    said = {"thread": village.thread.pk, "text": "路灯太暗了", "next_page": page}
    answer = client.post("/conversations/new/comment", said)
    assert (answer.status_code, answer["Location"]) == (302, page)
    html = client.get(page).content.decode()
    assert "路灯太暗了" in html
    assert "修改或撤回" in html
    root = Comment.objects.get()
    form = client.get(
        f"/conversations/new/comment?thread={village.thread.pk}&answers={root.pk}"
    ).content.decode()
    assert f'name="answers" value="{root.pk}"' in form
    assert client.post(f"{root.get_absolute_url()}withdraw", {"confirmed": "1"}).status_code == 302
    assert "路灯太暗了" not in client.get(page).content.decode()


def test_the_own_place_and_categories_are_offered_until_they_are_followed(
    village: Village, door: Callable[[Actor], Client]
) -> None:
    client, page = door(village.an), "/conversations/subscriptions/"
    html = client.get(page).content.decode()
    place = village.places["中荷村"].pk
    for sort, key in (("place", str(place)), ("category", "roads")):
        assert f'name="sort" value="{sort}"><input type="hidden" name="key" value="{key}"' in html
        answer = client.post("/conversations/new/follow", {"sort": sort, "key": key, "next_page": page})
        assert (answer.status_code, answer["Location"]) == (302, page)
    html = client.get(page).content.decode()
    assert 'value="roads"' not in html
    assert "道路和设施" in html


def test_a_refusal_comes_back_with_the_words(village: Village, door: Callable[[Actor], Client]) -> None:
    said = {"thread": village.thread.pk, "text": "长" * 1500}
    answer = door(village.an).post("/conversations/new/comment", said)
    assert answer.status_code == 422
    assert "最多 1000 字" in answer.content.decode()
    assert "长" * 1500 in answer.content.decode()


def test_the_public_is_led_to_the_residents_door(village: Village, door: Callable[[Actor], Client]) -> None:
    html = door(PUBLIC).get(f"/conversations/{village.thread.pk}/").content.decode()
    assert "/resident/sign-in?next=/conversations/" in html
    assert "<textarea" not in html


def test_nobody_finds_a_thread_that_is_not_his(village: Village, door: Callable[[Actor], Client]) -> None:
    own = f"/conversations/{village.closed_to_others.pk}/"
    seen = {
        name: door(getattr(village, name)).get(own).status_code
        for name in ("zhou", "lu", "wang", "shen", "wu", "tao", "min", "root")
    }
    assert seen == {
        "zhou": 200, "lu": 200, "wang": 200, "shen": 200, "wu": 404, "tao": 404, "min": 404, "root": 404,
    }  # fmt: skip
    assert door(PUBLIC).get(own).status_code == 404
    assert door(PUBLIC).get("/conversations/999999/").status_code == 404


def test_the_api_tells_what_the_page_tells(village: Village, door: Callable[[Actor], Client]) -> None:
    root = village.say(village.an, "路灯太暗了")
    village.say(village.zhou, "下周来看", answers=root.pk)
    answer = door(PUBLIC).get(f"/api/v1/conversations/{village.thread.pk}/comments").json()
    row = answer["rows"][0]
    assert (row["text"], row["mine"], row["replies"][0]["who"], row["replies"][0]["side"]) == (
        "路灯太暗了",
        False,
        "中荷村 主任",
        "b",
    )
    assert str(village.an.account_id) not in str(answer).replace(str(root.pk), "")
    found = door(village.zhou).get(f"/api/v1/conversations/comments/{root.pk}").json()
    assert (found["state"], found["text"]) == ("shown", "路灯太暗了")
    assert door(PUBLIC).get(f"/api/v1/conversations/comments/{root.pk}").status_code == 404
    assert door(PUBLIC).get("/api/v1/conversations/news").status_code == 404
    thread = door(PUBLIC).get(f"/api/v1/conversations/{village.thread.pk}").json()
    assert (thread["shown"], thread["state"]) == (2, "open")


def test_the_same_reading_is_made_once_and_never_shown_to_who_may_do_more(
    village: Village, door: Callable[[Actor], Client]
) -> None:
    village.say(village.an, "路灯太暗了")
    page = f"/conversations/{village.thread.pk}/"
    for _ in range(2):
        assert "修改或撤回" not in door(PUBLIC).get(page).content.decode()
        assert "隐藏</a>" in door(village.zhou).get(page).content.decode()
        assert "隐藏</a>" not in door(village.lu).get(page).content.decode()


def test_a_fragment_escapes_what_people_write() -> None:
    from datetime import UTC, datetime

    said = queries.Said(
        id=1, who="<i>", side="", text="<script>", at=datetime(2026, 1, 1, tzinfo=UTC), edited=False
    )
    html = render_to_string(
        "conversations/said.html", {"rows": [said], "thread": Thread(pk=1), "moderates": False}
    )
    assert "<script>" not in html
    assert "<i>" not in html
