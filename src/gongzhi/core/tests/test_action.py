"""Acts: scope, locks, checks, the journal and the to-dos, on real PostgreSQL."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from gongzhi.cast import Cast, build
from gongzhi.core import action, calendar, clock, journal
from gongzhi.core.accounts import Account, Post
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.site import actions as verbs


@pytest.fixture
def someone(cast: Cast) -> Account:
    return verbs.open_account(
        cast.root,
        login="lin",
        name="林新",
        unit=cast["中荷村"].pk,
        role="committee_worker",
        since=date(2026, 3, 11),
        first_password="Gongzhi#2026",
    )


def test_an_act_is_journalled_with_before_and_after(cast: Cast, someone: Account) -> None:
    verbs.close(cast.root, someone, reason="离职")
    entry = journal.of(someone)[0]
    assert (entry.verb, entry.role, entry.unit_id) == ("accounts.close", "system_admin", cast["中荷村"].pk)
    assert entry.before == {"is_active": True}
    assert entry.after == {"is_active": False}
    assert entry.done == {"reason": "离职"}
    assert entry.unit_path == cast["中荷村"].path


def test_passwords_never_reach_the_journal(cast: Cast, someone: Account) -> None:
    verbs.reset_password(cast.guard, someone, first_password="Anders#2026", reason="忘了")
    text = str([e.facts for e in journal.of(someone)])
    assert "Anders" not in text
    assert "md5" not in text
    assert "scrypt" not in text


def test_out_of_scope_and_without_right_read_alike(cast: Cast, someone: Account) -> None:
    with pytest.raises(NotFound):
        verbs.close(cast.lu, someone, reason="无权")
    with pytest.raises(NotFound):
        verbs.close(cast.root, 999_999, reason="没有")
    someone.refresh_from_db()
    assert someone.is_active


def test_a_refused_act_leaves_nothing(cast: Cast, someone: Account) -> None:
    before = len(journal.of(someone))
    with pytest.raises(Refused) as refused:
        verbs.reset_password(cast.guard, someone, first_password="lin", reason="试")
    assert {p.rule for p in refused.value.problems} == {
        "site.password_length",
        "site.password_classes",
        "site.password_login",
    }
    assert len(journal.of(someone)) == before


def test_a_stale_page_is_refused(cast: Cast, someone: Account) -> None:
    verb = action.registry["accounts.unlock"]
    verb.perform(cast.guard, someone.pk, {"reason": "一"}, seen=0)
    with pytest.raises(Refused) as refused:
        verb.perform(cast.guard, someone.pk, {"reason": "二"}, seen=0)
    assert refused.value.rule == "core.stale"


def test_three_administrators_are_three_people(cast: Cast) -> None:
    guard = Account.objects.get(login="guard")
    with pytest.raises(Refused) as refused:
        verbs.propose_administrator(
            cast.root,
            guard,
            unit=cast["太仓市"].pk,
            role="audit_admin",
            since=date(2026, 3, 11),
            reason="兼任",
        )
    assert refused.value.rule == "site.three_administrators"
    assert Post.objects.filter(account=guard).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_once_get_one_revision_each(now: Any) -> None:
    calendar.seed()
    cast = build()
    account = Account.objects.get(login="gu")
    barrier, answers = Barrier(2), []

    def unlock(reason: str) -> None:
        with clock.at(now):
            barrier.wait()
            try:
                action.registry["accounts.unlock"].perform(cast.guard, account.pk, {"reason": reason}, seen=0)
                answers.append("done")
            except Refused as refused:
                answers.append(refused.rule)
            finally:
                connection.close()

    threads = [Thread(target=unlock, args=(r,)) for r in ("甲", "乙")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(answers) == ["core.stale", "done"]
    assert Account.objects.get(pk=account.pk).revision == 1
