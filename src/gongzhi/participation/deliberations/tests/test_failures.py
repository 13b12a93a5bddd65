"""Every way a matter can miss: no quorum, no consensus, illegal content, an owner who defaults, an objector after the
公示, raisers who are not satisfied, and what is refused on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gongzhi.core import clock, todo
from gongzhi.core.access import PUBLIC
from gongzhi.core.notices import Notice
from gongzhi.core.refusal import NotFound
from gongzhi.core.todo import Todo
from gongzhi.participation.conversations import queries as conversations
from gongzhi.participation.deliberations import actions, queries
from gongzhi.participation.deliberations.models import Matter, Raising, Task

from .conftest import Village, fresh, rule

# ---- 提 ----


def test_what_cannot_be_deliberated_is_declined_with_basis_and_another_way(village: Village) -> None:
    matter = village.registered()
    answer = {**village.vote(), "reason": "law"}
    assert rule(lambda: actions.decline(village.zhou, matter, **answer)) == "deliberations.basis"
    actions.decline(village.zhou, matter, **answer, basis="物业管理条例第五十条")
    matter = fresh(matter)
    row = matter.answers.get()
    assert (matter.state, row.basis, row.kind) == ("unsuitable", "物业管理条例第五十条", "decline")
    assert "向制定机关反映" in row.text
    assert matter.published_at is None, "what was not public before does not become so"
    assert row.due is not None
    assert rule(lambda: actions.accept(village.zhou, matter, **village.vote())) == "deliberations.flow"


def test_illegal_content_is_taken_out_of_sight_and_kept(village: Village) -> None:
    matter = village.accepted()
    assert queries.board(PUBLIC).rows
    actions.withhold(village.zhou, matter, reason="点名骂人")
    assert not queries.board(PUBLIC).rows
    with pytest.raises(NotFound):
        queries.whole(PUBLIC, matter.pk)
    assert queries.whole(village.mei, matter.pk).own is not None, "its raiser sees it as before"
    assert queries.whole(village.shen, matter.pk).matter.text == matter.text, "and so does the auditor"
    assert not conversations.thread_of(matter).is_open
    actions.publish(village.zhou, matter)
    assert queries.board(PUBLIC).rows
    assert conversations.thread_of(matter).is_open


def test_what_is_withheld_or_renamed_is_so_in_every_room(village: Village) -> None:
    from gongzhi.participation.ballots import queries as ballots
    from gongzhi.participation.ballots.models import Ballot
    from gongzhi.participation.conversations.models import Event
    from gongzhi.participation.opinions import actions as opinions
    from gongzhi.participation.opinions.models import Poll

    matter = village.accepted()
    village.called(matter)
    opinions.open_poll(matter, matter.unit_id, public=True)
    actions.put_to_vote(village.gu, matter, question="装哪种灯", closes=clock.now() + timedelta(days=5))
    old, new = matter.title, "河边的灯"
    actions.edit(
        village.gu, fresh(matter), title=new, category=matter.category, text=matter.text, location=""
    )
    assert {p.about for p in (*Poll.objects.all(), *Ballot.objects.all())} == {fresh(matter).label()}
    public = Event.objects.filter(public=True)
    assert public.exists()
    assert not [e for e in public if old in str(e)]
    assert [e for e in public if new in str(e)]
    actions.withhold(village.zhou, matter, reason="点名骂人")
    assert not Poll.objects.visible_to(PUBLIC, "opinions.view").exists()
    assert not ballots.visible(PUBLIC).exists()
    assert not public.all().exists()
    assert Poll.objects.get().state == "closed"
    actions.publish(village.zhou, matter)
    assert Poll.objects.visible_to(PUBLIC, "opinions.view").exists()
    assert ballots.visible(PUBLIC).exists()
    assert not public.filter(topics__contains=[f"thing:{matter.kind()}:{matter.pk}"]).exists()


# ---- 议 ----


def test_too_few_come_and_it_is_called_again_once(village: Village) -> None:
    matter = village.accepted()
    session = village.called(matter, invited=5)
    assert rule(lambda: actions.hold(village.gu, session, hall=2, minutes="x")) == "deliberations.early"
    village.later(days=3)
    assert rule(lambda: actions.hold(village.gu, session, hall=2, minutes="x")) == "deliberations.quorum"
    assert rule(lambda: actions.adjourn(village.gu, session, hall=3)) == "deliberations.quorate"
    assert (
        rule(lambda: actions.hold(village.gu, session, hall=5, remote=1, minutes="x")) == "deliberations.came"
    )
    actions.adjourn(village.gu, session, hall=2)
    assert fresh(matter).state == "accepted"
    again = village.called(fresh(matter), invited=5)
    assert again.again_id == session.pk
    village.later(days=3)
    actions.adjourn(village.gu, again, hall=1)
    assert fresh(matter).state == "unresolved", "twice too few: no meeting, so no consensus"
    assert Todo.objects.get(closed=None).verb == "deliberations.submit"


def test_notice_level_and_one_meeting_at_a_time(village: Village) -> None:
    matter = village.accepted()
    given = {"place": "村部", "material": "m", "invited": [{"capacity": "代表"}]}
    soon = clock.now() + timedelta(days=2)
    assert (
        rule(lambda: actions.call(village.gu, matter, level="group", held_at=soon, **given))
        == "deliberations.notice"
    )
    later = clock.now() + timedelta(days=3)
    assert (
        rule(lambda: actions.call(village.gu, matter, level="town", held_at=later, **given))
        == "deliberations.level"
    )
    session = village.called(matter)
    assert rule(lambda: village.called(fresh(matter))) == "deliberations.flow"
    actions.cancel(village.gu, session, reason="下大雨")
    assert fresh(matter).state == "accepted"
    assert village.called(fresh(matter)).again_id is None, "a meeting called off is none that failed"


def test_no_consensus_goes_to_a_hearing_or_to_the_assembly_or_ends_with_its_reason(village: Village) -> None:
    matter = village.talked()
    assert rule(lambda: actions.settle(village.gu, matter, agree=4, place="x")) == "deliberations.no_text"
    actions.draft_outcome(village.gu, matter, text="全部接电，一户摊 300 元")
    assert (
        rule(lambda: actions.settle(village.gu, matter, agree=2, disagree=2, place="x"))
        == "deliberations.consensus"
    )
    assert rule(lambda: actions.settle(village.gu, matter, agree=3, place="x")) == "deliberations.counts"
    actions.disagree(village.gu, matter, reason="摊派谈不拢")
    actions.submit(village.gu, matter, reason="交村民代表会议")
    vote = {"body": "representatives", "held_on": clock.today(), "eligible": 51, "place": "村口"}
    facts = actions.decide(village.gu, matter, **vote, present=33, yes=33)
    assert facts.state == "assembly", "33 of 51 are no two thirds: nothing was decided"
    actions.decide(village.gu, matter, **vote, present=34, yes=17, no=17)
    assert fresh(matter).state == "unresolved"
    actions.submit(village.gu, fresh(matter), reason="改了再交")
    actions.decide(village.gu, fresh(matter), **vote, present=40, yes=30, no=10)
    found = fresh(matter)
    assert (found.state, found.outcomes.latest("version").binds_all) == ("publicity", True)


def test_an_end_without_consensus_can_be_opened_again(village: Village) -> None:
    matter = village.talked()
    actions.disagree(village.gu, matter, reason="谈不拢")
    actions.end(village.gu, matter, answer="这次没有谈拢，钱的来源还要想办法。")
    assert fresh(matter).state == "ended"
    assert not Todo.objects.filter(closed=None).exists()
    actions.reopen(village.gu, fresh(matter), reason="有了公益金")
    assert fresh(matter).state == "talking"
    assert conversations.thread_of(matter).is_open


def test_an_outcome_stands_after_its_days_and_when_objections_are_answered(village: Village) -> None:
    matter = village.hung_out()
    assert rule(lambda: actions.adopt(village.gu, matter)) == "deliberations.publicity"
    objection = actions.object_to(village.lan, matter=matter.pk, text="灯太亮，照进卧室")
    assert (
        rule(lambda: actions.object_to(village.lan, matter=matter.pk, text="还有"))
        == "deliberations.objected"
    )
    assert not objection.late
    village.later(workdays=5)
    assert rule(lambda: actions.adopt(village.gu, matter)) == "deliberations.publicity", "the last day counts"
    village.later(workdays=1)
    assert rule(lambda: actions.adopt(village.gu, matter)) == "deliberations.objections"
    actions.answer_objection(village.gu, objection, answer="加了灯罩，22 点后减半。")
    assert actions.adopt(village.gu, matter).state == "adopted"
    assert "您对“中心河步道装路灯”的异议有了答复" in [
        str(n.about) for n in conversations.news(village.lan).rows
    ]


def test_an_objector_after_the_publicity_is_answered_and_may_turn_it_back(village: Village) -> None:
    matter = village.doing()
    late = actions.object_to(village.zhu, matter=matter.pk, text="线杆立在我家门前")
    assert late.late
    actions.uphold(village.gu, late, answer="换位置，重新公示。")
    assert fresh(matter).state == "talking"
    task = matter.tasks.order_by("seq").first()
    actions.accept_task(village.min, task)
    actions.finish_task(village.min, task, result="已装")
    assert fresh(matter).state == "talking", (
        "a task done meanwhile does not move a matter that is talked over"
    )
    with pytest.raises(NotFound):
        actions.object_to(village.zhu, matter=matter.pk + 99, text="没有这件")


def test_a_villages_major_matter_needs_its_four_resolutions(village: Village) -> None:
    matter = village.talked(major=True)
    actions.draft_outcome(village.gu, matter, text="用公益金 24 万装灯")
    actions.settle(village.gu, matter, agree=4, place="村口")
    village.later(workdays=6)
    assert rule(lambda: actions.adopt(village.gu, matter)) == "deliberations.four_resolutions"
    counts = {"held_on": clock.today(), "eligible": 30, "present": 24, "yes": 20, "no": 4}
    for stage in ("proposal", "consultation", "review", "decision"):
        if stage != "proposal":
            wrong = "decision" if stage != "decision" else "review"
            assert rule(
                lambda w=wrong: actions.record_resolution(village.gu, matter, stage=w, **counts)
            ).startswith("deliberations.resolution")
        actions.record_resolution(village.gu, matter, stage=stage, **counts)
    assert actions.adopt(village.gu, matter).state == "adopted"
    plain = village.talked()
    assert (
        rule(lambda: actions.record_resolution(village.gu, plain, stage="proposal", **counts))
        == "deliberations.not_major"
    )


# ---- 干 ----


def test_an_owner_declines_and_another_takes_it(village: Village) -> None:
    matter = village.doing()
    lamps, heaps = matter.tasks.order_by("seq")
    actions.decline_task(village.min, lamps, reason="今年没有预算")
    assert Todo.objects.filter(closed=None, verb="deliberations.reassign", unit=matter.unit).exists()
    with pytest.raises(NotFound):
        actions.reassign(village.wu, lamps, owner_kind="committee", due=lamps.due, reason="x")
    town = {"owner_kind": "department", "owner_unit": village.lu.unit_id, "due": lamps.due, "reason": "x"}
    actions.reassign(village.gu, lamps, **town)
    assert rule(lambda: actions.reassign(village.lu, lamps, **town)) == "deliberations.not_ours"
    actions.reassign(
        village.gu, lamps, owner_kind="property", owner_name="锦绣物业", due=lamps.due, reason="物业愿意"
    )
    lamps.refresh_from_db()
    assert (lamps.state, lamps.owner_unit_id, lamps.owner) == ("offered", None, "锦绣物业")
    actions.accept_task(village.gu, lamps)  # the committee records the word of an owner that has no seat
    actions.finish_task(village.gu, lamps, result="装好")
    actions.drop_task(village.gu, heaps, reason="居民自己清了")
    assert fresh(matter).state == "done"


def test_owners_are_named_as_their_kind_needs(village: Village) -> None:
    matter = village.adopted()
    due = clock.today() + timedelta(days=5)

    def one(**row):
        return lambda: actions.assign(village.gu, matter, tasks=[{"title": "x", "due": due, **row}])

    assert rule(one(owner_kind="department")) == "deliberations.owner"
    assert rule(one(owner_kind="volunteers", owner_name=" ")) == "deliberations.owner"
    assert rule(one(owner_kind="committee", due=clock.today() - timedelta(days=1))) == "deliberations.past"
    assert Task.objects.count() == 0
    one(owner_kind="committee")()
    task = Task.objects.get()
    assert rule(lambda: actions.drop_task(village.gu, task, reason="x")) == "deliberations.no_task_left"


def test_a_late_task_is_told_to_the_unit_above_its_owner(village: Village) -> None:
    matter = village.doing()
    lamps, heaps = matter.tasks.order_by("seq")
    actions.accept_task(village.min, lamps)
    village.later(days=25)
    assert todo.escalate() >= 2
    late = {(line.unit, line.count) for line in queries.late(village.wang)}
    assert late == {("民政局", 1), ("中荷村", 1)}, "the owner is late, not the committee that waits"
    assert any("已逾期" in str(n) for n in Notice.objects.filter(unit=village.county.cast["太仓市"]))
    assert heaps.state == "offered"


# ---- 监 ----


def test_who_leads_or_does_the_work_does_not_check_it(village: Village) -> None:
    from dataclasses import replace

    from gongzhi.core import roles
    from gongzhi.core.accounts import Account, Post

    matter = village.done()
    for who in (village.lan, village.zhu):
        actions.volunteer(who, matter=matter.pk)
    for login, unit in (("lan2", "中荷村"), ("zhu2", "民政局")):
        account = Account.objects.create(login=login, name="兼任", home=matter.unit)
        both = replace(village.lan, account_id=account.pk)
        Post.objects.create(
            account=account, role=roles.COMMITTEE_WORKER, unit=village.county.cast[unit], since=clock.today()
        )
        actions.volunteer(both, matter=matter.pk)
    assert rule(lambda: actions.draw(village.gu, matter, words="1")) == "deliberations.too_few_tickets"
    assert rule(lambda: actions.appoint(village.gu, matter)) == "deliberations.supervisors"
    actions.appoint(village.gu, matter, recommended=[{"name": "金老师"}], note="居民代表推荐")
    chosen = matter.supervisors.filter(state="chosen")
    assert sorted(chosen.values_list("way", flat=True)) == ["offered", "offered", "recommended"]


def test_supervisors_of_another_village_and_without_residence_are_refused(village: Village) -> None:
    matter = village.done()
    assert rule(lambda: actions.volunteer(village.liu, matter=matter.pk)) == "deliberations.not_of_here"
    assert rule(lambda: actions.volunteer(village.ke, matter=matter.pk)) == "deliberations.residence"
    actions.volunteer(village.lan, matter=matter.pk)
    assert rule(lambda: actions.volunteer(village.lan, matter=matter.pk)) == "deliberations.volunteered"
    assert rule(lambda: actions.draw(village.gu, matter, words="1", places=2)) == "deliberations.supervisors"


def test_what_supervisors_do_not_pass_is_done_again_and_checked_again(village: Village) -> None:
    matter = village.checked(village.checking(), failing=(2,))
    assert rule(lambda: actions.conclude(village.gu, matter)) == "deliberations.failed"
    actions.send_back(village.gu, matter, reason="雨后还积水")
    matter = fresh(matter)
    heaps = matter.tasks.get(seq=2)
    assert (matter.state, matter.sent_back, matter.round, heaps.state, heaps.returned) == (
        "doing",
        1,
        2,
        "returned",
        1,
    )
    assert matter.returns.get().tasks == [heaps.pk]
    actions.finish_task(village.gu, heaps, result="又清了一遍")
    assert fresh(matter).state == "checking", "the same supervisors look again: nobody is drawn a second time"
    assert rule(lambda: actions.conclude(village.gu, fresh(matter))) == "deliberations.unchecked"
    matter = village.checked(fresh(matter))
    assert actions.conclude(village.gu, matter).state == "rating"


def test_a_verdict_waits_until_over_half_have_looked(village: Village) -> None:
    matter = village.checking()
    assert rule(lambda: actions.conclude(village.gu, matter)) == "deliberations.unchecked"
    assert rule(lambda: actions.send_back(village.gu, matter, reason="x")) == "deliberations.which_tasks"
    assert rule(lambda: actions.send_back(village.gu, matter, reason="x", tasks="7")) == "deliberations.task"


def test_a_finding_says_why_and_can_be_corrected(village: Village) -> None:
    matter = village.checking()
    one = matter.supervisors.filter(state="chosen").first()
    who = next(
        a for a in (village.lan, village.zhu, village.ju, village.song) if a.account_id == one.account_id
    )
    task = matter.tasks.get(seq=1)
    assert rule(lambda: actions.check(who, one, task=task.pk, passed=False)) == "deliberations.finding"
    assert rule(lambda: actions.check(who, one, task=task.pk + 99, passed=True)) == "deliberations.task"
    actions.check(who, one, task=task.pk, passed=False, finding="一盏不亮")
    actions.check(who, one, task=task.pk, passed=True)
    assert matter.checks.get().passed


def test_raisers_who_are_not_satisfied_turn_it_back_once_before_it_may_close(village: Village) -> None:
    matter = village.rating()
    raising = matter.raisings.get()
    assert (
        rule(lambda: actions.close(village.gu, matter, conclusion="好了")) == "deliberations.raisers_waiting"
    )
    actions.rate(village.mei, raising, score=2, text="还是暗")
    assert rule(lambda: actions.close(village.gu, matter, conclusion="好了")) == "deliberations.not_satisfied"
    actions.send_back(village.gu, matter, reason="提出人说还是暗", tasks="1")
    lamps = matter.tasks.get(seq=1)
    actions.finish_task(village.min, lamps, result="加了两盏")
    actions.conclude(village.gu, village.checked(fresh(matter)))
    assert matter.raisings.get().score is None, "asked again, not held to what was said before"
    actions.rate(village.mei, raising, score=5)
    closed = actions.close(village.gu, fresh(matter), conclusion="26 盏都亮了")
    assert (closed.state, closed.satisfied, closed.sent_back) == ("closed", True, 1)


def test_silence_closes_after_its_days_and_is_not_satisfaction(village: Village) -> None:
    matter = village.rating()
    village.later(workdays=8)
    closed = actions.close(village.gu, matter, conclusion="灯亮了")
    assert (closed.state, closed.satisfied) == ("closed", None)
    found = queries.rates(village.gu)
    assert (found.closed, found.satisfied) == (1, 0)


def test_the_outcome_itself_may_be_wrong(village: Village) -> None:
    matter = village.checked(village.checking(), failing=(1, 2))
    actions.reopen(village.gu, matter, reason="该接电的")
    matter = fresh(matter)
    assert (matter.state, matter.returns.get().to) == ("talking", "deliberate")


def test_the_office_does_not_speak_for_a_resident_who_can_speak(village: Village) -> None:
    matter = village.rating()
    raising = matter.raisings.get()
    assert rule(lambda: actions.rate(village.gu, raising, score=5)) == "residents.not_asked_to_help"
    assert Raising.objects.get(pk=raising.pk).score is None
    called = actions.enter(
        village.gu,
        title="扶手",
        category="elderly",
        text="楼梯没有扶手",
        source="visit",
        heard_on=clock.today(),
        name="金老伯",
    )
    Matter.objects.filter(pk=called.pk).update(state="rating")
    actions.rate(village.gu, called.raisings.get(), score=4)
    assert called.raisings.get().scored_for, "who has no account is called back, and the record says so"


# ---- words that move ----


def test_the_same_again_is_joined_and_every_raiser_stays_informed(village: Village) -> None:
    matter = village.registered()
    second = village.raised(village.lan, text="步道没灯")
    actions.join(village.gu, second, matter=matter.pk)
    matter = fresh(matter)
    assert matter.raised == 2
    assert Todo.objects.filter(closed=None).count() == 1
    actions.accept(village.zhou, matter, **village.vote())
    for who in (village.mei, village.lan):
        assert "受理" in str(conversations.news(who).rows[0].about)
    actions.separate(village.gu, second, title="桥头灯", category="lighting", text="桥头没灯")
    other = Raising.objects.get(pk=second.pk).matter
    assert (other.pk != matter.pk, fresh(matter).raised, other.raised) == (True, 1, 1)
    alone = Raising.objects.get(matter=matter)
    assert (
        rule(lambda: actions.separate(village.gu, alone, title="xx", category="lighting", text="y"))
        == "deliberations.alone"
    )


def test_two_matters_become_one_and_nobody_is_lost(village: Village) -> None:
    one, two = village.registered(), village.registered(title="桥头装灯")
    lan = village.raised(village.lan, text="桥头没有灯")
    actions.join(village.gu, lan, matter=two.pk)
    assert rule(lambda: actions.merge(village.gu, one, into=one.pk)) == "deliberations.itself"
    actions.merge(village.gu, fresh(two), into=one.pk)
    one, two = fresh(one), fresh(two)
    assert (two.state, two.merged_into_id, two.raised, one.raised) == ("merged", one.pk, 0, 3)
    assert "并入" in str(conversations.news(village.lan).rows[0].about)
    late = village.raised(village.zhu, text="桥头黑")
    actions.join(village.gu, late, matter=two.pk)
    assert Raising.objects.get(pk=late.pk).matter_id == one.pk, "what joins the old number goes where it went"
    assert two.pk not in {r["id"] for r in queries.board(village.gu).rows}


def test_a_raiser_takes_his_word_back(village: Village) -> None:
    waiting = village.raised()
    actions.withdraw(village.mei, waiting)
    assert not Todo.objects.filter(closed=None).exists()
    alone = village.registered()
    actions.withdraw(village.mei, alone.raisings.get())
    assert fresh(alone).state == "withdrawn"
    shared = village.registered()
    actions.join(village.gu, village.raised(village.lan, text="也没灯"), matter=shared.pk)
    actions.withdraw(village.mei, shared.raisings.get(account_id=village.mei.account_id))
    assert (fresh(shared).state, fresh(shared).raised) == ("registered", 1)
    talked = village.talked()
    actions.withdraw(village.mei, talked.raisings.get())
    assert fresh(talked).state == "talking", "what is being deliberated goes on"


def test_it_happened_elsewhere_or_says_nothing(village: Village) -> None:
    raising = village.raised()
    place = village.county.places["虹桥村"].pk
    above = next(p.pk for p in village.county.places.values() if p.code == "320585101000")
    assert rule(lambda: actions.pass_on(village.gu, raising, place=above)) == "deliberations.not_above"
    assert queries.raising(village.gu, raising.pk).unit_id == village.gu.unit_id
    with pytest.raises(NotFound):
        queries.raising(village.lu, raising.pk)
    actions.pass_on(village.gu, raising, place=place)
    assert Todo.objects.get(closed=None).unit.short == "虹桥村"
    with pytest.raises(NotFound):
        queries.raising(village.gu, raising.pk)
    assert queries.raising(village.wu, raising.pk).text
    assert rule(lambda: actions.pass_on(village.wu, raising, place=place)) == "deliberations.same_place"
    actions.give_back(village.wu, raising, reason="说的是别的市")
    assert Raising.objects.get().why == "说的是别的市"
    assert "没有登记" in str(conversations.news(village.mei).rows[0].about)


def test_questions_are_answered_in_time(village: Village) -> None:
    matter = village.accepted()
    inquiry = actions.inquire(village.lan, matter=matter.pk, text="什么时候开会？")
    assert (
        rule(lambda: actions.inquire(village.lan, matter=matter.pk, text="几点？")) == "deliberations.asked"
    )
    due = Todo.objects.get(closed=None, verb="deliberations.reply").due
    assert (due - clock.today()).days == 14  # 10 working days
    actions.reply(village.gu, inquiry, answer="下周三晚上七点。")
    assert "询问有了答复" in str(conversations.news(village.lan).rows[0].about)
