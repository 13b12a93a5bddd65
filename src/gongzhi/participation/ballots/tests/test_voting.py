"""One person, one secret vote: online or on paper, in time, by those who have a vote."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from gongzhi.cast import Cast
from gongzhi.core import journal, sealed
from gongzhi.core.access import Actor
from gongzhi.core.clock import Hand
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.participation.ballots import actions, queries
from gongzhi.participation.ballots.models import Ballot, Envelope, Slip, Voter
from gongzhi.participation.ballots.rules import Invited

from .conftest import fresh, resident, residents

pytestmark = pytest.mark.django_db
Ask = Callable[..., Ballot]


def test_residents_vote_and_the_result_is_published_at_the_end(
    cast: Cast, ask: Ask, folk: list[Actor], hand: Hand
) -> None:
    ballot = ask()
    for actor, choice in zip(folk, (0, 0, 0, 1, 1), strict=False):
        actions.vote(actor, ballot, choices=[choice])
    assert queries.result(fresh(ballot)) is None
    panel = queries.panel(folk[0], fresh(ballot))
    assert (panel.voted, panel.eligible, str(panel.turnout)) == (5, 7, "71.43")
    assert [b.votes for b in panel.bars] == [None] * 3, "nothing is told while voting runs"
    hand.forward(days=5)
    done = actions.close(cast.gu, ballot)
    assert done.state == "counted"
    found = queries.result(done)
    assert found is not None
    assert (found.counts, found.outcome, found.chosen) == ([3, 2, 0], "chosen", [0])
    shares = [str(b.share) for b in queries.panel(folk[5], done).bars]
    assert shares == ["60.00", "40.00", "0.00"]


def test_several_marks_up_to_the_limit(cast: Cast, ask: Ask, folk: list[Actor], hand: Hand) -> None:
    ballot = ask(most=2, places=2)
    actions.vote(folk[0], ballot, choices=[2, 0])
    actions.vote(folk[1], ballot, choices=[0])
    for choices in ([0, 1, 2], [], [3], [1, 1]):
        with pytest.raises(Refused):
            actions.vote(folk[2], ballot, choices=choices)
    hand.forward(days=5)
    done = actions.close(cast.gu, ballot)
    found = queries.result(done)
    assert found is not None
    assert (found.counts, found.valid, found.chosen) == ([2, 0, 1], 2, [0, 2])


def test_a_vote_is_changed_until_the_end_unless_the_ballot_says_otherwise(
    ask: Ask, folk: list[Actor]
) -> None:
    ballot = ask()
    actions.vote(folk[0], ballot, choices=[0])
    actions.vote(folk[0], ballot, choices=[2])
    assert fresh(ballot).online == 1
    assert Envelope.objects.get(ballot=ballot).open() == "001"
    fixed = ask(changeable=False)
    actions.vote(folk[0], fixed, choices=[0])
    with pytest.raises(Refused) as told:
        actions.vote(folk[0], fixed, choices=[2])
    assert told.value.rule == "ballots.voted"


def test_only_those_who_have_a_vote_find_the_ballot(cast: Cast, ask: Ask, folk: list[Actor]) -> None:
    ballot = ask()
    neighbour, moved = resident(cast, 20, "虹桥村"), resident(cast, 21)
    from gongzhi.core.accounts import Post

    Post.objects.filter(account_id=moved.account_id).update(until="2026-03-10")
    for stranger in (neighbour, moved, cast.song, cast.gu, cast.zhou):
        with pytest.raises(NotFound):
            actions.vote(stranger, ballot, choices=[0])
    upstairs = ask("沙溪镇")
    actions.vote(neighbour, upstairs, choices=[1])
    actions.vote(folk[0], upstairs, choices=[1])
    elsewhere = resident(cast, 22, "万安村")
    with pytest.raises(NotFound):
        actions.vote(elsewhere, upstairs, choices=[1])
    assert queries.visible(elsewhere).filter(pk=upstairs.pk).exists(), "reading is open to everyone"


def test_a_list_says_who_votes_wherever_they_live(cast: Cast, ask: Ask, folk: list[Actor]) -> None:
    shopkeeper = resident(cast, 30, "万安村")
    people = [Invited("张三", folk[0].account_id), Invited("李四", shopkeeper.account_id), Invited("王五")]
    ballot = ask(electorate=people, kind="stakeholders", public=False)
    actions.vote(shopkeeper, ballot, choices=[0])
    with pytest.raises(NotFound):
        actions.vote(folk[1], ballot, choices=[0])
    assert not queries.visible(folk[1]).filter(pk=ballot.pk).exists()
    assert queries.visible(folk[0]).filter(pk=ballot.pk).exists()


def test_who_moved_out_today_does_not_vote_today(cast: Cast, ask: Ask, folk: list[Actor]) -> None:
    from gongzhi.registers.residents import actions as registered
    from gongzhi.registers.residents import queries as people
    from gongzhi.registers.residents.models import Claim

    ballot = ask()
    registered.end(folk[0], Claim.objects.get(resident_id=folk[0].account_id))
    gone = people.actor(folk[0].account_id or 0)
    assert gone is not None
    with pytest.raises(NotFound):
        actions.vote(gone, ballot, choices=[0])


def test_paper_is_for_the_grown_up_and_told_to_whose_vote_it_uses(
    cast: Cast, ask: Ask, folk: list[Actor]
) -> None:
    from gongzhi.cast import resident as cast_resident
    from gongzhi.participation.conversations import queries as news

    child, ballot = cast_resident(cast["中荷村"], nickname="小荷", birth_year=2010), ask()
    with pytest.raises(Refused, match="满 18 周岁"):
        actions.hand_out(cast.gu, ballot, account=child.account_id)
    actions.hand_out(cast.gu, ballot, account=folk[0].account_id)
    told = news.news(folk[0]).rows
    assert "您没有领过的，请在截止前找工作人员更正" in str(told[0].about)
    assert ballot.question in str(told[0].about)
    assert not news.news(folk[1]).rows
    row = ballot.voters.get(account_id=folk[0].account_id)
    actions.take_back(cast.gu, ballot, voter=row.pk, reason="登记错了人")
    assert "已更正" in str(news.news(folk[0]).rows[0].about)
    listed = ask(kind="group", electorate=[Invited("小荷", child.account_id), Invited("大荷")])
    with pytest.raises(Refused, match="满 18 周岁"):
        actions.hand_out(cast.gu, listed, voter=1)
    actions.hand_out(cast.gu, listed, voter=2)


def test_children_do_not_vote(cast: Cast, ask: Ask) -> None:
    from gongzhi.cast import resident as cast_resident

    child = cast_resident(cast["中荷村"], nickname="小荷", birth_year=2010)
    with pytest.raises(Refused, match="满 18 周岁"):
        actions.vote(child, ask(), choices=[0])


def test_early_and_late_are_refused_with_the_hour(ask: Ask, folk: list[Actor], hand: Hand) -> None:
    ballot = ask(opens=hand.moment + timedelta(hours=2))
    with pytest.raises(Refused, match=r"3 月 11 日 11:00 起才能投票"):
        actions.vote(folk[0], ballot, choices=[0])
    hand.forward(hours=2)
    actions.vote(folk[0], ballot, choices=[0])
    hand.moment = ballot.closes
    with pytest.raises(Refused, match=r"已于 3 月 16 日 09:00 截止") as told:
        actions.vote(folk[1], ballot, choices=[0])
    assert told.value.problems[0].way_out == f"/ballots/{ballot.pk}/"


def test_paper_and_online_exclude_each_other(cast: Cast, ask: Ask, folk: list[Actor]) -> None:
    ballot = ask()
    actions.vote(folk[0], ballot, choices=[0])
    with pytest.raises(Refused, match="已经在网上投过票"):
        actions.hand_out(cast.gu, ballot, account=folk[0].account_id)
    actions.hand_out(cast.gu, ballot, account=folk[1].account_id)
    with pytest.raises(Refused, match="已在会场领了纸质选票"):
        actions.vote(folk[1], ballot, choices=[0])
    with pytest.raises(Refused, match="已经领过"):
        actions.hand_out(cast.jian, ballot, account=folk[1].account_id)
    row = Voter.objects.get(account_id=folk[1].account_id)
    actions.take_back(cast.gu, ballot, voter=row.pk, reason="登记错人")
    actions.vote(folk[1], ballot, choices=[0])
    assert (fresh(ballot).online, fresh(ballot).papers) == (2, 0)
    with pytest.raises(Refused, match="没有这位经确认的居民"):
        actions.hand_out(cast.gu, ballot, account=resident(cast, 40, "虹桥村").account_id)


def test_somebody_without_an_account_takes_paper_by_his_seat(cast: Cast, ask: Ask, folk: list[Actor]) -> None:
    ballot = ask(
        electorate=[Invited("王五", household="3-502"), Invited("张三", folk[0].account_id, "3-501")],
        kind="group",
    )
    actions.hand_out(cast.gu, ballot, voter=1)
    assert fresh(ballot).papers == 1
    with pytest.raises(Refused, match="名单上没有"):
        actions.hand_out(cast.gu, ballot, voter=3)


def test_the_database_keeps_one_vote_a_person_and_household(cast: Cast, ask: Ask, folk: list[Actor]) -> None:
    ballot = ask()
    actions.vote(folk[0], ballot, choices=[0])
    for row in (
        Voter(ballot=ballot, account_id=folk[0].account_id),
        Voter(ballot=ballot, channel="online"),
        Voter(ballot=ballot, channel="phone", account_id=7),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
    with pytest.raises(Refused, match="一户一票"):
        ask(electorate=[Invited("甲", household="一"), Invited("乙", household="一")], kind="group")


# ---- secrecy ----


def test_what_the_database_tells_while_voting_runs_and_afterwards(cast: Cast, ask: Ask, hand: Hand) -> None:
    ballot = ask()
    folk = residents(cast, 50, 40)
    for n, actor in enumerate(folk):
        actions.vote(actor, ballot, choices=[n % 3])
    contents = list(Envelope.objects.values_list("content", flat=True))
    assert len({len(c) for c in contents}) == 1, "every envelope looks alike"
    assert len(set(contents)) == 40
    one, two = Envelope.objects.order_by("pk")[:2]
    one.content, two.content = two.content, one.content
    with pytest.raises(sealed.Broken):
        one.open()
    assert Slip.objects.count() == 0
    hand.forward(days=5)
    actions.close(cast.gu, ballot)
    assert Envelope.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM ballots_slip")
        assert cursor.fetchone() == (1,), "no transaction number tells slips apart"
        cursor.execute("SELECT choices[1] FROM ballots_slip ORDER BY ctid")
        order = [c for (c,) in cursor.fetchall()]
    assert sorted(order) == sorted(n % 3 for n in range(40))
    assert order != [n % 3 for n in range(40)], "laid down in another order than the votes came"
    assert {f.name for f in Slip._meta.fields} == {"id", "ballot", "choices"}


def test_the_journal_knows_that_somebody_voted_and_not_what(ask: Ask, folk: list[Actor]) -> None:
    ballot = ask()
    actions.vote(folk[0], ballot, choices=[1])
    entry = journal.JournalEntry.objects.get(verb="ballots.vote")
    assert entry.facts == {"facts": {"changed": False}, "before": {"online": 0}, "after": {"online": 1}}
    assert entry.actor_name == ""
    assert "ballots.vote" not in {e.verb for e in journal.of(ballot)}


def test_a_tampered_envelope_stops_the_close(cast: Cast, ask: Ask, folk: list[Actor], hand: Hand) -> None:
    ballot = ask()
    for actor in folk[:2]:
        actions.vote(actor, ballot, choices=[1])
    one, two = Envelope.objects.order_by("pk")
    Envelope.objects.filter(pk=one.pk).update(content=two.content)
    hand.forward(days=5)
    with pytest.raises(Refused, match="其中 1 个打不开"):
        actions.close(cast.gu, ballot)
    assert fresh(ballot).state == "open"


# ---- the end ----


def test_voting_ends_when_it_was_said_or_when_all_have_voted(cast: Cast, ask: Ask, folk: list[Actor]) -> None:
    ballot = ask()
    with pytest.raises(Refused, match="不能提前结束") as told:
        actions.close(cast.gu, ballot)
    assert told.value.rule == "ballots.early"
    listed = ask(electorate=[Invited("张三", folk[0].account_id)], kind="stakeholders")
    actions.vote(folk[0], listed, choices=[1])
    assert actions.close(cast.gu, listed).state == "counted"


def test_extended_before_the_end_only_and_only_later(
    cast: Cast, ask: Ask, folk: list[Actor], hand: Hand
) -> None:
    ballot = ask()
    with pytest.raises(Refused, match="不能提前"):
        actions.extend(cast.gu, ballot, closes=ballot.closes - timedelta(days=1), reason="早点结束")
    with pytest.raises(Refused, match="最长 60 天"):
        actions.extend(cast.gu, ballot, closes=ballot.closes + timedelta(days=60), reason="再等等")
    later = ballot.closes + timedelta(days=2)
    actions.extend(cast.gu, ballot, closes=later, reason="下雨，来的人少")
    hand.forward(days=6)
    actions.vote(folk[0], ballot, choices=[0])
    hand.moment = later
    with pytest.raises(Refused, match="截止后不能再延长"):
        actions.extend(cast.gu, ballot, closes=later + timedelta(days=2), reason="还想再等")


def test_a_cancelled_ballot_is_never_opened(cast: Cast, ask: Ask, folk: list[Actor]) -> None:
    ballot = ask()
    actions.vote(folk[0], ballot, choices=[1])
    done = actions.cancel(cast.gu, ballot, reason="方案有变")
    assert (done.state, done.reason, Envelope.objects.count(), Slip.objects.count()) == (
        "cancelled",
        "方案有变",
        0,
        0,
    )
    with pytest.raises(Refused, match="已经取消"):
        actions.vote(folk[1], ballot, choices=[1])


def test_what_waits_for_me(
    cast: Cast, ask: Ask, folk: list[Actor], django_assert_num_queries: Callable[[int], object]
) -> None:
    one, two = ask(), ask(electorate=[Invited("张三", folk[0].account_id)], kind="stakeholders")
    ask(electorate=[Invited("李四", folk[1].account_id)], kind="stakeholders")
    with django_assert_num_queries(1):
        assert [b.pk for b in queries.waiting(folk[0])] == [one.pk, two.pk]
    actions.vote(folk[0], one, choices=[0])
    assert [b.pk for b in queries.waiting(folk[0])] == [two.pk]
    assert queries.waiting(cast.gu) == []
