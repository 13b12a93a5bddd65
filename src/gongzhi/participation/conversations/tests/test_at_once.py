"""At once: comments while the thread is closed, two moderators, one report twice, one account on many devices."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from gongzhi.cast import Cast, build
from gongzhi.conftest import NOW
from gongzhi.core import calendar, clock
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Account
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.todo import Todo
from gongzhi.participation.conversations import actions
from gongzhi.participation.conversations.models import Comment, Report
from gongzhi.participation.conversations.models import Thread as Talk
from gongzhi.participation.conversations.tests.conftest import resident

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; what each returned or raised."""
    barrier, found = Barrier(len(calls)), [None] * len(calls)

    def run(n: int, call: Callable[[], Any]) -> None:
        try:
            with clock.at(NOW):
                barrier.wait()
                found[n] = call()
        except Exception as error:
            found[n] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n, c)) for n, c in enumerate(calls)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return found


@pytest.fixture
def talk() -> tuple[Cast, Talk, Account, list[Actor]]:
    """A thread of 中荷村 about an account (any thing will do), and eight residents."""
    with clock.at(NOW):
        calendar.seed()
        cast = build()
        unit = cast["中荷村"]
        thing = Account.objects.get(pk=cast.zhou.account_id)
        people = [resident(f"居民{n}", unit, cast["太仓市"]) for n in range(8)]
        return cast, actions.open_thread(thing, unit.pk, public=True), thing, people


def counted(thread: Talk) -> None:
    """The counters are what the rows say."""
    thread.refresh_from_db()
    shown = Comment.objects.filter(thread=thread, state="shown")
    assert thread.shown == shown.count()
    for root in Comment.objects.filter(thread=thread, root=None):
        assert root.replies == shown.filter(root=root).count()


def test_comments_come_while_the_thread_is_closed(talk: Any) -> None:
    _, thread, thing, people = talk
    with clock.at(NOW):
        root = actions.comment(people[0], thread=thread.pk, text="开头")

    def close() -> None:
        with transaction.atomic():
            actions.close_thread(thing)

    said = [
        lambda p=p: actions.comment(p, thread=thread.pk, text="我也说", answers=root.pk) for p in people[1:]
    ]
    found = at_once(*said[:4], close, *said[4:])
    refused = [f for f in found if isinstance(f, Exception)]
    assert all(isinstance(f, Refused) and f.rule == "conversations.closed" for f in refused)
    counted(thread)
    assert thread.shown == 1 + sum(isinstance(f, Comment) for f in found)
    closed_at = Comment.objects.filter(thread=thread).count()
    assert all(isinstance(f, Refused) for f in at_once(*said))
    assert Comment.objects.filter(thread=thread).count() == closed_at


def test_many_comments_and_replies_at_once_are_all_counted(talk: Any) -> None:
    _, thread, _, people = talk
    with clock.at(NOW):
        root = actions.comment(people[0], thread=thread.pk, text="开头")
    found = at_once(
        *(lambda p=p: actions.comment(p, thread=thread.pk, text="回", answers=root.pk) for p in people[1:]),
        lambda: actions.withdraw(people[0], root),
    )
    assert all(not isinstance(f, Exception) or isinstance(f, Refused) for f in found)
    counted(thread)


def test_two_moderators_decide_once(talk: Any) -> None:
    cast, thread, _, people = talk
    with clock.at(NOW):
        held = actions.comment(people[0], thread=thread.pk, text="快来刷单")
    found = at_once(
        lambda: actions.release(cast.zhou, held.pk),
        lambda: actions.hide(cast.gu, held.pk, reason="advert", note="广告"),
    )
    done = [f for f in found if isinstance(f, Comment)]
    refused = [f for f in found if isinstance(f, Refused)]
    held.refresh_from_db()
    # Released first, it may still be hidden; hidden first, it can no longer be released.
    assert (len(done), len(refused)) in ((1, 1), (2, 0))
    assert held.state == ("hidden" if len(done) == 2 else done[0].state)
    counted(thread)
    assert not Todo.objects.filter(closed=None).exists()


def test_two_moderators_hide_once(talk: Any) -> None:
    cast, thread, _, people = talk
    with clock.at(NOW):
        said = actions.comment(people[0], thread=thread.pk, text="过分的话")
    found = at_once(
        *(lambda a=a: actions.hide(a, said.pk, reason="insult", note="骂人") for a in (cast.zhou, cast.gu))
    )
    assert sorted(type(f).__name__ for f in found) == ["Comment", "Refused"]
    counted(thread)
    assert thread.shown == 0


def test_one_account_reports_once_however_often_it_taps(talk: Any) -> None:
    _, thread, _, people = talk
    with clock.at(NOW):
        said = actions.comment(people[0], thread=thread.pk, text="过分的话")
    found = at_once(*(lambda: actions.report(people[1], said.pk, reason="insult") for _ in range(6)))
    assert sum(isinstance(f, Comment) for f in found) == 1
    assert all(f.rule == "conversations.reported_once" for f in found if isinstance(f, Refused))
    assert not any(isinstance(f, NotFound) for f in found)
    said.refresh_from_db()
    assert (said.reports, Report.objects.count()) == (1, 1)
    assert Todo.objects.filter(closed=None).count() == 1


def test_one_account_on_many_devices_keeps_to_its_pace(talk: Any) -> None:
    _, thread, _, people = talk
    with clock.at(NOW):
        for n in range(18):
            actions.comment(people[0], thread=thread.pk, text=f"第 {n} 句")
    found = at_once(*(lambda: actions.comment(people[0], thread=thread.pk, text="又一句") for _ in range(8)))
    refused = {f.rule for f in found if isinstance(f, Refused)}
    assert refused <= {"conversations.pace", "conversations.at_once"}
    assert Comment.objects.filter(account_id=people[0].account_id).count() <= 20
    counted(thread)
