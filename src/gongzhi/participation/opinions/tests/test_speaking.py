"""Stating, answering, keeping order."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from gongzhi.core import clock
from gongzhi.core.access import PUBLIC
from gongzhi.core.accounts import Account
from gongzhi.core.journal import JournalEntry
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.todo import Todo
from gongzhi.participation.opinions import actions, queries
from gongzhi.participation.opinions.models import Participant, Poll, Statement, Vote
from gongzhi.participation.opinions.tests.conftest import open_on, say_all
from gongzhi.registers.residents.models import Consent, Resident


def test_opening_twice_is_opening_once_and_again_after_closing(cast):
    poll = open_on(cast, "gu", "中荷村")
    assert open_on(cast, "gu", "中荷村", public=False).pk == poll.pk
    thing = Account.objects.get(login="gu")
    with transaction.atomic():
        assert actions.close_poll(thing).state == "closed"
        assert actions.close_poll(thing).state == "closed"
    assert open_on(cast, "gu", "中荷村").state == "open"
    assert Poll.objects.count() == 1


def test_a_vote_is_given_changed_and_counted_once(cast, poll, resident):
    (first,) = say_all(cast.gu, poll, 1)
    who = resident()
    for value in ("agree", "agree", "pass", "disagree"):
        actions.vote(who, first, value=value)
    first.refresh_from_db()
    assert (first.agrees, first.disagrees, first.passes) == (0, 1, 0)
    assert Vote.objects.get().value == -1
    assert Participant.objects.get().votes == 1


def test_the_database_knows_one_vote_each(cast, poll, resident):
    (first,) = say_all(cast.gu, poll, 1)
    who = resident()
    actions.vote(who, first, value="agree")
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(poll=poll, statement=first, account_id=who.account_id, value=1)
    other = resident()
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(poll=poll, statement=first, account_id=other.account_id, value=2)


def test_the_journal_says_that_somebody_voted_and_not_how(cast, poll, resident):
    (first,) = say_all(cast.gu, poll, 1)
    actions.vote(resident(), first, value="disagree")
    entry = JournalEntry.objects.get(verb="opinions.vote")
    assert entry.facts == {"facts": {}, "before": {}, "after": {}}
    assert entry.actor_name == ""


def test_a_worker_votes_and_states_for_those_who_asked(cast, resident):
    poll = open_on(cast, "gu", "中荷村", hold=True)
    (first,) = say_all(cast.gu, poll, 1)
    mei = cast.mei.account_id
    for who, whose in ((cast.gu, None), (cast.gu, resident("虹桥村").account_id), (cast.wu, mei)):
        with pytest.raises(NotFound):
            actions.vote(who, first, value="agree", on_behalf=whose)
    with pytest.raises(Refused) as refused:
        actions.vote(cast.gu, first, value="agree", on_behalf=mei)
    assert refused.value.rule == "residents.not_asked_to_help"
    Consent.objects.create(resident_id=mei, purpose="helped", version=clock.today(), by_account=mei)
    actions.vote(cast.gu, first, value="agree", on_behalf=mei)
    vote = Vote.objects.get()
    assert (vote.account_id, vote.value, vote.assisted) == (mei, 1, True)
    entry = JournalEntry.objects.get(verb="opinions.vote")
    assert (entry.post_id, entry.done) == (cast.gu.post_id, {"on_behalf": mei})
    said = actions.propose(cast.gu, poll=poll.pk, text="桥头要有灯", on_behalf=mei)
    assert (said.state, said.staff, said.assisted, said.author_id) == ("held", False, True, mei)


def test_whose_residence_is_not_confirmed_does_not_vote_at_the_office_either(cast, poll):
    (first,) = say_all(cast.gu, poll, 1)
    song = Resident.objects.get(pk=cast.song.account_id)
    Resident.objects.filter(pk=song.pk).update(unit=cast["中荷村"])
    Consent.objects.create(resident=song, purpose="helped", version=clock.today(), by_account=song.pk)
    with pytest.raises(Refused) as refused:
        actions.vote(cast.gu, first, value="agree", on_behalf=song.pk)
    assert refused.value.rule == "opinions.unconfirmed"
    with pytest.raises(NotFound):
        actions.vote(cast.song, first, value="agree")


def test_the_committee_s_staff_state_in_the_township_s_poll_only_for_residents(cast):
    town = open_on(cast, "lu", "沙溪镇")
    with pytest.raises(NotFound):
        actions.propose(cast.gu, poll=town.pk, text="镇里也要管")


def test_residents_of_the_places_below_take_part_and_neighbours_do_not(cast, poll, resident):
    (first,) = say_all(cast.gu, poll, 1)
    with pytest.raises(NotFound):
        actions.vote(resident("虹桥村"), first, value="agree")
    town = open_on(cast, "lu", "沙溪镇")
    (second,) = say_all(cast.lu, town, 1)
    actions.vote(resident("虹桥村"), second, value="agree")
    for stranger in (resident("万安村"), cast.lu, cast.wang, PUBLIC):
        with pytest.raises(NotFound):
            actions.vote(stranger, second, value="agree")


def test_after_the_last_day_or_the_close_no_vote_is_taken(cast, poll, resident, now):
    (first,) = say_all(cast.gu, poll, 1)
    who = resident()
    actions.adjust(cast.gu, poll, stating="residents", hold=False, closes=clock.today())
    actions.vote(who, first, value="agree")
    with clock.at(now) as hand:
        hand.forward(days=1)
        with pytest.raises(Refused) as refused:
            actions.vote(who, first, value="disagree")
        assert refused.value.rule == "opinions.closed"
        with pytest.raises(Refused):
            actions.propose(who, poll=poll.pk, text="还有一句")
        assert actions.close_due() == 1
        assert actions.close_due() == 0
    poll.refresh_from_db()
    assert poll.state == "closed"
    assert Vote.objects.get().value == 1


def test_a_resident_s_statement_waits_for_the_desk(cast, resident):
    poll = open_on(cast, "gu", "中荷村", hold=True)
    who, other = resident(), resident()
    said = actions.propose(who, poll=poll.pk, text="路灯 十点以后 调暗些")
    assert (said.state, said.text) == ("held", "路灯 十点以后 调暗些")
    todo = Todo.objects.get(closed=None)
    assert (todo.verb, todo.unit_id) == ("opinions.approve", poll.unit_id)
    with pytest.raises(NotFound):
        actions.vote(other, said, value="agree")
    with pytest.raises(NotFound):
        actions.vote(who, said, value="agree")
    assert queries.statements(poll, other.account_id) == []
    actions.approve(cast.gu, said)
    assert not Todo.objects.filter(closed=None).exists()
    actions.vote(other, said, value="agree")
    assert queries.mine(who, poll) == [said]


def test_staff_s_words_are_shown_at_once(cast):
    poll = open_on(cast, "gu", "中荷村", hold=True)
    assert actions.propose(cast.gu, poll=poll.pk, text="先装护栏").state == "shown"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("好" * 61, "opinions.length"),
        ("请打 13812345678 找老王", "opinions.personal"),
        ("电话 0512-53100000", "opinions.personal"),
        (" 好 ", "opinions.empty"),
        ("先装护栏", "opinions.said"),
    ],
)
def test_what_is_no_statement(cast, poll, resident, text, rule):
    actions.propose(cast.gu, poll=poll.pk, text="先装护栏")
    with pytest.raises(Refused) as refused:
        actions.propose(resident(), poll=poll.pk, text=text)
    assert refused.value.rule == rule
    assert refused.value.problems[0].field == "text"


def test_nobody_speaks_without_end_and_only_who_may(cast, poll, resident):
    who = resident()
    for n in range(5):
        actions.propose(who, poll=poll.pk, text=f"我的第 {n} 句")
    with pytest.raises(Refused) as refused:
        actions.propose(who, poll=poll.pk, text="再来一句")
    assert refused.value.rule == "opinions.each"
    actions.adjust(cast.gu, poll, stating="staff", hold=False)
    with pytest.raises(Refused) as refused:
        actions.propose(resident(), poll=poll.pk, text="我也来一句")
    assert refused.value.rule == "opinions.stating"
    for stranger in (resident("虹桥村"), cast.wu, cast.shen, PUBLIC):
        with pytest.raises(NotFound):
            actions.propose(stranger, poll=poll.pk, text="不该在这里")


def test_hidden_and_merged_statements_leave_with_their_votes_kept(cast, poll, resident):
    first, second, third = say_all(cast.gu, poll, 3)
    who = resident()
    for one in (first, second, third):
        actions.vote(who, one, value="agree")
    actions.hide(cast.gu, first, reason="骂人")
    with pytest.raises(Refused) as refused:
        actions.merge(cast.gu, second, into=second.number, reason="重复")
    assert refused.value.rule == "opinions.into"
    with pytest.raises(Refused):
        actions.merge(cast.gu, second, into=first.number, reason="重复")
    actions.merge(cast.gu, second, into=third.number, reason="和第 3 句一样")
    assert [s.number for s in queries.shown(poll)] == [3]
    assert Vote.objects.count() == 3
    third.refresh_from_db()
    assert third.agrees == 1
    actions.restore(cast.gu, first)
    with pytest.raises(Refused):
        actions.restore(cast.gu, second)
    with pytest.raises(NotFound):
        actions.hide(cast.wu, third, reason="不关他的事")


def test_what_was_said_twice_is_not_restored_beside_its_double(cast, poll):
    first = actions.propose(cast.gu, poll=poll.pk, text="先装护栏")
    actions.hide(cast.gu, first, reason="先放一放")
    actions.propose(cast.gu, poll=poll.pk, text="先装护栏")
    with pytest.raises(Refused) as refused:
        actions.restore(cast.gu, first)
    assert refused.value.rule == "opinions.said"


def test_numbers_are_never_used_again(cast, poll):
    _, second = say_all(cast.gu, poll, 2)
    actions.hide(cast.gu, second, reason="重复")
    assert actions.propose(cast.gu, poll=poll.pk, text="第三句").number == 3
    assert Statement.objects.filter(poll=poll).count() == 3


def test_a_community_s_own_poll_is_seen_by_nobody_else(cast, resident):
    poll = open_on(cast, "gu", "中荷村", public=False)
    seen = {
        name: queries.panel(actor, poll) is not None
        for name, actor in {
            "worker": cast.gu, "supervisor": cast.jian, "resident": resident(), "auditor": cast.shen,
            "township": cast.lu, "neighbour": cast.wu, "next door": resident("虹桥村"), "public": PUBLIC,
        }.items()
    }  # fmt: skip
    assert [n for n, s in seen.items() if s] == ["worker", "supervisor", "resident", "auditor"]


def test_the_panel_takes_four_queries_and_says_why_one_does_not_vote(
    cast, poll, resident, django_assert_num_queries
):
    say_all(cast.gu, poll, 12)
    who = resident()
    for actor, why in (
        (who, None),
        (PUBLIC, "登录后可以表态"),
        (resident("虹桥村"), "这是别处的事，由当地居民表态"),
    ):
        with django_assert_num_queries(4):
            panel = queries.panel(actor, poll)
        assert (str(panel.why_not) if panel.why_not else None) == why
    assert queries.panel(who, poll).ask.total == 12
