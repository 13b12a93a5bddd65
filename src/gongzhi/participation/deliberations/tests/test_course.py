"""A matter on its whole way, step by step."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gongzhi.core import clock
from gongzhi.core.journal import JournalEntry
from gongzhi.core.todo import Todo
from gongzhi.participation.ballots.models import Ballot
from gongzhi.participation.conversations import queries as conversations
from gongzhi.participation.conversations.models import Event
from gongzhi.participation.deliberations import actions
from gongzhi.participation.deliberations.models import Counter, Matter, Raising
from gongzhi.participation.opinions.models import Poll

from .conftest import Village, fresh, rule


def turn() -> set[tuple[str, str, date | None]]:
    """Whose turn it is, for what, until when."""
    return set(Todo.objects.filter(closed=None).values_list("unit__short", "verb", "due"))


def heard(who) -> list[str]:
    """The news of a resident, oldest first."""
    return [str(n.about) for n in reversed(conversations.news(who).rows)]


def test_from_a_word_to_a_receipt(village: Village) -> None:
    matter = village.closed()
    assert (matter.state, matter.satisfied, matter.raised, matter.number) == ("closed", True, 1, "2026-0001")
    assert matter.published_at is not None
    assert not Todo.objects.filter(closed=None).exists()
    told = heard(village.mei)
    assert "登记了" in told[0]
    assert "办结了" in told[-1]
    assert len(told) == 11, told  # every step, each told once
    assert not conversations.thread_of(matter).is_open


def test_each_turn_has_its_day(village: Village) -> None:
    zhonghe = village.county.cast["中荷村"].short
    village.raised()
    assert turn() == {
        (zhonghe, "deliberations.register", date(2026, 3, 13))
    }  # 2 working days from Wednesday the 11th
    raising = Raising.objects.get()
    actions.register(village.gu, raising, title="装路灯", category="lighting", text="步道没有灯")
    assert turn() == {(zhonghe, "deliberations.accept", date(2026, 3, 20))}  # 7 working days
    matter = actions.accept(village.zhou, Matter.objects.get(), **village.vote())
    assert turn() == {(zhonghe, "deliberations.call", date(2026, 3, 25))}
    session = village.called(matter, days=5)
    assert turn() == {(zhonghe, "deliberations.hold", date(2026, 3, 16))}  # the meeting's own day
    village.later(days=5)
    actions.hold(village.gu, session, hall=5, minutes="谈了")
    matter = fresh(matter)
    assert turn() == {(zhonghe, "deliberations.settle", matter.due)}
    actions.draft_outcome(village.gu, matter, text="装 24 盏太阳能灯")
    actions.settle(village.gu, matter, agree=5, place="村口")
    # 5 working days of 公示 from the 16th end on the 23rd; then the outcome is confirmed.
    assert turn() == {(zhonghe, "deliberations.adopt", date(2026, 3, 24))}


def test_what_a_resident_says_is_published_only_with_his_consent(village: Village) -> None:
    words = "我家住 3 号楼 502，天黑不敢走"
    raising = village.raised(text=words)
    known = {"title": "装路灯", "category": "lighting"}
    assert rule(lambda: actions.register(village.gu, raising, **known)) == "deliberations.own_words"
    agreed = village.raised(village.lan, text="桥头没有灯", may_publish=True)
    actions.register(village.gu, agreed, **known)
    assert Matter.objects.get().text == "桥头没有灯"


def test_numbers_of_a_year_have_no_gap_even_where_an_act_is_refused(village: Village) -> None:
    one = village.registered()
    bad = {
        "title": "x",
        "category": "lighting",
        "text": "y",
        "source": "visit",
        "heard_on": date(2026, 3, 12),
    }
    assert rule(lambda: actions.enter(village.gu, **bad)) == "deliberations.future"
    with pytest.raises(Exception, match="deliberations_category_known"):
        actions.enter(village.gu, **{**bad, "heard_on": date(2026, 3, 11), "category": "nothing"})
    two = actions.enter(village.wu, **{**bad, "heard_on": date(2026, 3, 10)})
    assert [one.number, two.number] == ["2026-0001", "2026-0002"]
    village.hand.set(date(2027, 1, 4))
    assert Counter.objects.get().last == 2


def test_a_visit_is_registered_at_once_and_its_raiser_is_sealed(village: Village) -> None:
    matter = actions.enter(
        village.gu, title="加装电梯", category="elderly", text="三楼以上老人下楼难", source="visit", heard_on=date(2026, 3, 9),
        name="金老伯", phone="13812345678", words="我 82 了，下不来", unnamed=True,
    )  # fmt: skip
    raising = matter.raisings.get()
    assert (raising.state, raising.on_behalf, str(raising.name), str(raising.phone)) == (
        "registered",
        True,
        "金**",
        "138****5678",
    )
    kept = str([e.facts for e in JournalEntry.objects.all()]) + str(
        [e.label for e in JournalEntry.objects.all()]
    )
    assert "金老伯" not in kept
    assert "82" not in kept
    assert "13812345678" not in kept


def test_online_meetings_open_statements_and_a_vote_of_the_residents(village: Village) -> None:
    matter = village.accepted()
    rows = [
        {"capacity": "3 组村民代表", "name": "甲", "resident": village.lan.account_id},
        {"capacity": "物业", "name": "乙"},
    ]
    actions.call(
        village.gu, matter, level="group", held_at=clock.now() + timedelta(days=3), place="村部", material="两个方案", invited=rows, online=True,
    )  # fmt: skip
    assert Poll.objects.get(thing_id=matter.pk).state == "open"
    assert any("请您" in said for said in heard(village.lan))
    actions.put_to_vote(
        village.gu, matter, question="选哪个", options="太阳能\n接电", closes=clock.now() + timedelta(days=4)
    )
    ballot = Ballot.objects.get()
    assert (ballot.thing_id, ballot.options, ballot.unit_id) == (
        matter.pk,
        ["太阳能", "接电"],
        matter.unit_id,
    )
    actions.put_to_vote(
        village.gu, matter, question="谁同意", closes=clock.now() + timedelta(days=4), only_invited=True
    )
    assert Ballot.objects.latest("pk").eligible == 2
    village.later(days=3)
    actions.hold(village.gu, matter.sessions.get(), hall=1, remote=1, minutes="谈妥")
    actions.draft_outcome(village.gu, fresh(matter), text="装太阳能灯")
    actions.settle(village.gu, matter, agree=2, place="村口")
    assert Poll.objects.get(thing_id=matter.pk).state == "closed"


def test_versions_of_the_consensus_are_kept_and_compared(village: Village) -> None:
    from gongzhi.participation.deliberations import queries

    matter = village.talked()
    actions.draft_outcome(village.gu, matter, text="装太阳能路灯 20 盏。")
    actions.draft_outcome(village.gu, matter, text="装太阳能路灯 24 盏。", reason="桥头加四盏")
    assert (
        rule(lambda: actions.draft_outcome(village.gu, matter, text="装太阳能路灯 24 盏。"))
        == "deliberations.same_text"
    )
    found = queries.whole(village.gu, matter.pk)
    assert [o.version for o in found.outcomes] == [1, 2]
    assert [(p.kind, p.text) for p in found.redlined() if p.kind != "same"] == [("del", "20"), ("ins", "24")]


def test_a_draw_is_written_so_that_anyone_can_repeat_it(village: Village) -> None:
    from gongzhi.participation.deliberations.rules import oversight

    matter = village.checking()
    draw = matter.draws.get()
    assert draw.seed == oversight.seed(draw.words, matter.number, draw.tickets)
    assert draw.drawn == oversight.draw(draw.seed, draw.tickets, 3)
    chosen = matter.supervisors.filter(state="chosen")
    assert sorted(chosen.values_list("ticket", flat=True)) == sorted(draw.drawn)
    assert {s.way for s in chosen} == {"drawn"}
    told = [
        w
        for w in (village.lan, village.zhu, village.ju, village.song)
        if any("监督人" in t for t in heard(w))
    ]
    assert len(told) == 3


def test_the_standing_pool_is_drawn_from_and_stays(village: Village) -> None:
    for who in (village.lan, village.zhu, village.ju):
        actions.volunteer(who)
    matter = village.done()
    actions.draw(village.gu, matter, words="7", places=3)
    assert matter.supervisors.filter(state="chosen").count() == 3
    from gongzhi.participation.deliberations.models import Supervisor

    assert Supervisor.objects.filter(matter=None, state="volunteered").count() == 3


def test_a_report_from_a_phone_without_network_arrives_once(village: Village) -> None:
    first = village.raised(key="a1b2")
    assert rule(lambda: village.raised(key="a1b2")) == "deliberations.sent_already"
    assert village.raised(village.lan, key="a1b2").pk != first.pk, "another phone, another key"
    village.raised(), village.raised()
    assert Raising.objects.count() == 4


def test_one_person_has_not_more_than_ten_troubles_a_day(village: Village) -> None:
    for _ in range(10):
        village.raised()
    assert rule(village.raised) == "deliberations.too_many_today"
    village.later(days=1)
    village.raised()


def test_every_event_of_a_published_matter_is_one_row_whoever_follows(village: Village) -> None:
    matter = village.accepted()
    for n, who in enumerate((village.lan, village.zhu, village.ju), start=2):
        raising = village.raised(who, text="路灯")
        actions.join(village.gu, raising, matter=matter.pk)
        assert fresh(matter).raised == n
    before = Event.objects.count()
    village.called(matter)
    assert Event.objects.count() == before + 1
    assert all(
        heard(who)[-1].startswith("“中心河步道装路灯”")
        for who in (village.mei, village.lan, village.zhu, village.ju)
    )
