"""From the draft to the list in force and its revision: every step, and every way in which it is held up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from gongzhi.cast import Cast
from gongzhi.core import clock, journal, todo
from gongzhi.core.clock import Hand
from gongzhi.core.refusal import NotFound
from gongzhi.lists.duties import actions, queries
from gongzhi.lists.duties.models import Consultation, DutyItem, DutyList, Objection, Publicity
from gongzhi.lists.duties.tests.conftest import BASIS, answer_all, fresh, put, run_out
from gongzhi.lists.duties.tests.test_drafting import refused

Reach = Callable[..., DutyList]


def waits(actor) -> list[str]:
    return [t.verb for t in todo.waiting_for(actor)]


# ---- legality ----


def test_an_item_without_basis_does_not_reach_the_review(cast: Cast, draft: DutyList) -> None:
    put(cast, draft, "A09", "SELF_DUTY", "村务公开", bases=[])
    assert queries.figures(draft).without_basis == 1
    with refused("duties.basis"):
        actions.send_review(cast.wang, draft)
    assert fresh(draft).state == "drafted"


def test_the_review_waits_at_the_legal_officer(cast: Cast, draft: DutyList) -> None:
    actions.send_review(cast.wang, draft)
    assert waits(cast.fang) == ["duties.pass_review"]
    assert waits(cast.wang) == []
    with refused("duties.not_editable"):
        put(cast, draft, "A09", "SELF_DUTY", "村务公开")


def test_items_come_back_with_their_reasons(cast: Cast, draft: DutyList, reach: Reach) -> None:
    reach(draft, "under_review")
    item = DutyItem.objects.get(version=draft, code="B10")
    with refused("duties.return_reason"):
        actions.review_item(cast.fang, draft, item=item.pk, outcome="returned")
    actions.review_item(cast.fang, draft, item=item.pk, outcome="returned", reason="条号不对")
    with refused("duties.item_returned"):
        actions.pass_review(cast.fang, draft)
    actions.return_review(cast.fang, draft, reason="见各条")
    assert journal.of(draft)[0].done["returned"] == ["B10"]
    actions.edit_item(cast.wang, draft, item=item.pk, bases=BASIS)
    item.refresh_from_db()
    assert item.legality == ""  # what was mended is reviewed again
    assert reach(draft, "reviewed").state == "reviewed"


@pytest.mark.parametrize("who", ["wang", "zhang", "lu", "zhou", "min"])
def test_only_the_legal_officer_passes(cast: Cast, draft: DutyList, reach: Reach, who: str) -> None:
    reach(draft, "under_review")
    with pytest.raises(NotFound):
        actions.pass_review(getattr(cast, who), draft)


# ---- consultation ----


def test_every_committee_is_asked_and_answers_for_itself(cast: Cast, draft: DutyList, reach: Reach) -> None:
    reach(draft, "consulting")
    assert Consultation.objects.filter(version=draft).count() == 4
    for who in (cast.zhou, cast.gu, cast.wu, cast.xu, cast.sun):
        assert waits(who) == ["duties.agree"]
    own = Consultation.objects.get(unit=cast["中荷村"])
    actions.agree(cast.gu, own)
    assert waits(cast.zhou) == []
    actions.dissent(cast.zhou, own, text="想了想，人手不够")
    actions.dissent(cast.zhou, own, text="人手不够，经费也没写")
    assert Consultation.objects.get(pk=own.pk).text == "人手不够，经费也没写"
    actions.agree(cast.zhou, own)
    assert "duties.reply" not in waits(cast.wang)
    with pytest.raises(NotFound):
        actions.agree(cast.wu, own)  # the neighbour does not answer for us
    with pytest.raises(NotFound):
        actions.agree(cast.lu, own)  # nor does the township in our name


def test_dissent_is_recorded_at_the_item_and_must_be_answered(
    cast: Cast, draft: DutyList, reach: Reach, hand: Hand
) -> None:
    reach(draft, "consulting")
    own = Consultation.objects.get(unit=cast["中荷村"])
    with refused("duties.unknown_code"):
        actions.dissent(cast.zhou, own, text="任务太多", points=[{"code": "B77", "text": "不应由村里办"}])
    actions.dissent(cast.zhou, own, text="任务太多", points=[{"code": "B10", "text": "经费要写明"}])
    answer_all(cast, draft)
    assert "duties.reply" in waits(cast.wang)
    counts = queries.figures(fresh(draft)).tally
    assert (counts.agreed, counts.dissented, counts.waiting) == (3, 1, 0)
    assert str(counts.dissent_rate) == "25.00"
    assert DutyItem.objects.get(version=draft, code="B10").dissents.get().text == "经费要写明"
    assert queries.dissent_by_item(draft) == [("B10", "残疾人工作、参保帮助", 1)]
    actions.close_consultation(cast.wang, draft)
    with refused("duties.dissent_unanswered"):
        actions.publicise(cast.wang, draft, place="政府网站")
    actions.reply(cast.wang, own, adopted=False, reply="经费规则已写在第三栏")
    assert actions.publicise(cast.wang, draft, place="政府网站").state == "publicised"


def test_an_adopted_opinion_means_another_round(cast: Cast, draft: DutyList, reach: Reach) -> None:
    reach(draft, "consulting")
    own = Consultation.objects.get(unit=cast["中荷村"])
    actions.dissent(cast.zhou, own, text="应写明标准")
    answer_all(cast, draft)
    actions.close_consultation(cast.wang, draft)
    actions.reply(cast.wang, own, adopted=True, reply="采纳")
    with refused("duties.adopted_not_amended"):
        actions.publicise(cast.wang, draft, place="政府网站")
    actions.amend(cast.wang, draft, reason="补标准")
    item = DutyItem.objects.get(version=draft, code="B10")
    actions.edit_item(cast.wang, draft, item=item.pk, standard="当月办结")
    with refused("duties.not_reviewed"):
        actions.open_consultation(cast.wang, draft)
    assert waits(cast.fang) == ["duties.review_item"]
    actions.review_item(cast.fang, draft, item=item.pk, outcome="passed")
    assert waits(cast.fang) == []
    actions.open_consultation(cast.wang, draft)
    assert fresh(draft).round == 2
    assert Consultation.objects.filter(version=draft, round=2, state="asked").count() == 4
    with refused("duties.consultation_closed"):
        actions.agree(cast.zhou, own)  # the first round is over
    assert reach(draft, "publicised").state == "publicised"


def test_the_consultation_does_not_close_before_its_days_have_run(
    cast: Cast, draft: DutyList, reach: Reach, hand: Hand
) -> None:
    reach(draft, "consulting")
    until = fresh(draft).consult_until
    assert until == date(2026, 3, 25)  # ten working days after Wednesday 11 March
    actions.agree(cast.zhou, Consultation.objects.get(unit=cast["中荷村"]))
    hand.set(until)
    with refused("duties.consultation_running"):
        actions.close_consultation(cast.wang, draft)
    hand.set(until + timedelta(days=1))
    actions.close_consultation(cast.wang, draft)
    silent = Consultation.objects.filter(version=draft, state="silent")
    assert silent.count() == 3
    assert all(c.proxy for c in silent)
    assert waits(cast.wu) == []
    assert queries.figures(fresh(draft)).tally.silent == 3


def test_a_township_writes_down_what_a_committee_of_its_own_said(
    cast: Cast, draft: DutyList, reach: Reach
) -> None:
    reach(draft, "consulting")
    own = Consultation.objects.get(unit=cast["中荷村"])
    with pytest.raises(NotFound):
        actions.record(cast.tao, own, opinion="agree", how="电话")  # another township
    with refused("duties.dissent_text"):
        actions.record(cast.lu, own, opinion="dissent", how="电话，周和")
    actions.record(cast.lu, own, opinion="dissent", how="电话，周和", text="人手不够")
    own.refresh_from_db()
    assert (own.state, own.proxy, own.proxy_how, own.text) == ("dissented", True, "电话，周和", "人手不够")
    actions.record(
        cast.lu, Consultation.objects.get(unit=cast["虹桥村"]), opinion="note_silence", how="打了三次电话"
    )
    assert Consultation.objects.get(unit=cast["虹桥村"]).state == "silent"
    actions.dissent(cast.zhou, own, text="本村自己说：人手不够")
    with refused("duties.answered_itself"):  # nobody writes over what a committee said itself
        actions.record(cast.lu, own, opinion="agree", how="电话")


def test_others_do_not_read_a_committees_opinion(cast: Cast, draft: DutyList, reach: Reach) -> None:
    version = reach(draft, "consulted")
    seen = {
        name: len(queries.consultation_table(getattr(cast, name), version))
        for name in ("wang", "lu", "zhou", "tao", "min")
    }
    assert seen == {"wang": 4, "lu": 3, "zhou": 1, "tao": 1, "min": 0}


# ---- publicity and objections ----


def test_publicity_runs_five_working_days_and_its_last_day_counts(
    cast: Cast, draft: DutyList, reach: Reach, hand: Hand
) -> None:
    version = reach(draft, "publicised")
    shown = Publicity.objects.get(version=version)
    assert (shown.start, shown.end) == (date(2026, 3, 11), date(2026, 3, 18))
    hand.set(shown.end)
    with refused("duties.publicity_running"):
        actions.issue(cast.zhang, version, number="太政发〔2026〕15号", valid_from=date(2026, 4, 1))


def test_anybody_objects_and_gets_an_answer(cast: Cast, draft: DutyList, reach: Reach, hand: Hand) -> None:
    from gongzhi.core.access import PUBLIC

    version = reach(draft, "publicised")
    objection = actions.object_to(PUBLIC, list=version.pk, text="B10 的经费没有写清", contact="13812345678")
    assert objection.due == date(2026, 3, 25)
    assert "13812345678" not in str(Objection.objects.get().contact)
    assert "duties.dismiss" in waits(cast.wang)
    run_out(version, hand)
    with refused("duties.objections_open"):
        actions.issue(cast.zhang, version, number="太政发〔2026〕15号", valid_from=date(2026, 4, 1))
    actions.dismiss(cast.wang, objection, reply="经费规则见第五栏")
    with refused("duties.flow"):
        actions.uphold(cast.wang, objection, reply="改了主意")
    issued = actions.issue(cast.zhang, version, number="太政发〔2026〕15号", valid_from=date(2026, 4, 1))
    assert issued.state == "issued"
    told = str([e.facts for e in journal.of(objection)])
    assert "13812345678" not in told
    assert "没有写清" not in told  # nor what was said: the journal cannot forget
    assert hashlib.sha256("B10 的经费没有写清".encode()).hexdigest() in told


def test_an_upheld_objection_returns_the_list_to_the_consultation(
    cast: Cast, draft: DutyList, reach: Reach, hand: Hand
) -> None:
    version = reach(draft, "publicised")
    item = DutyItem.objects.get(version=version, code="B10")
    objection = actions.object_to(
        cast.zhou, list=version.pk, item=item.pk, text="不是村里的事", channel="paper"
    )
    actions.uphold(cast.wang, objection, reply="采纳，改为部门直接办理")
    assert fresh(version).state == "amending"
    hand.forward(minutes=5)
    actions.edit_item(cast.wang, version, item=item.pk, standard="只做宣传")
    actions.review_item(cast.fang, version, item=item.pk, outcome="passed")
    actions.open_consultation(cast.wang, version)
    assert fresh(version).round == 2
    run_out(reach(version, "publicised"), hand)
    with refused("duties.objection_not_upheld"):  # the objection of an earlier showing was taken up already
        actions.reopen(cast.wang, version, objection=objection.pk)
    assert Publicity.objects.filter(version=version).count() == 2
    actions.issue(cast.zhang, version, number="太政发〔2026〕15号", valid_from=clock.today())


def test_the_public_objects_online_and_not_too_often(
    cast: Cast, draft: DutyList, reach: Reach, hand: Hand
) -> None:
    from gongzhi.core.access import PUBLIC

    with pytest.raises(NotFound):
        actions.object_to(PUBLIC, list=draft.pk, text="还没有公示的清单")
    version = reach(draft, "publicised")
    for _ in range(5):
        made = actions.object_to(PUBLIC, list=version.pk, text="意见意见", channel="paper", source="a")
    assert made.channel == "online"
    with refused("duties.too_many"):
        actions.object_to(PUBLIC, list=version.pk, text="意见意见", source="a")
    actions.object_to(PUBLIC, list=version.pk, text="别处来的意见", source="b")
    hand.forward(minutes=61)
    actions.object_to(PUBLIC, list=version.pk, text="过一小时", source="a")


def test_an_objection_names_an_item_of_its_own_version(cast: Cast, draft: DutyList, reach: Reach) -> None:
    other = actions.draft(cast.wang, year=2026, kind="two")
    put(cast, other, "A01", "SELF_DUTY", "召集会议")
    version = reach(draft, "publicised")
    with pytest.raises(NotFound):
        actions.object_to(
            cast.zhou, list=version.pk, item=DutyItem.objects.get(version=other).pk, text="意见意见"
        )


# ---- issue, force, revision ----


@pytest.mark.parametrize(
    "number", ["太政发[2026]15号", "太政发〔2026〕015号", "太政发〔2025〕15号", "太政发〔2026〕第15号", "15"]
)
def test_a_bad_document_number_is_refused(
    cast: Cast, draft: DutyList, reach: Reach, hand: Hand, number: str
) -> None:
    version = reach(draft, "publicised")
    run_out(version, hand)
    with refused("duties.document_number"):
        actions.issue(cast.zhang, version, number=number, valid_from=date(2026, 4, 1))
    assert fresh(version).state == "publicised"


def test_issue_freezes_the_text(cast: Cast, draft: DutyList, reach: Reach) -> None:
    version = reach(draft, "in_force")
    assert version.state == "in_force"
    assert len(version.text_hash) == 64
    assert queries.intact(version)
    item = DutyItem.objects.get(version=version, code="B10")
    for attempt in (
        lambda: put(cast, version, "A09", "SELF_DUTY", "村务公开"),
        lambda: actions.edit_item(cast.wang, version, item=item.pk, name="改名"),
        lambda: actions.drop_item(cast.wang, version, item=item.pk, reason="不要了"),
        lambda: actions.load_default(cast.wang, version),
        lambda: actions.offer_item(cast.min, version, code="B30", name="报表"),
    ):
        with refused("duties.in_force_unchanged"):
            attempt()
    DutyItem.objects.filter(pk=item.pk).update(standard="有人在数据库里改了")
    assert not queries.intact(version)


def test_only_the_county_head_issues(cast: Cast, draft: DutyList, reach: Reach, hand: Hand) -> None:
    version = reach(draft, "publicised")
    run_out(version, hand)
    for who in (cast.wang, cast.fang, cast.lu, cast.zhou):
        with pytest.raises(NotFound):
            actions.issue(who, version, number="太政发〔2026〕15号", valid_from=clock.today())


def test_a_repealed_basis_is_flagged_and_the_item_stays(cast: Cast, draft: DutyList, reach: Reach) -> None:
    version = reach(draft, "in_force")
    item = DutyItem.objects.get(version=version, code="B10")
    with refused("duties.repealed_basis"):
        actions.flag_repealed(
            cast.fang, version, item=item.pk, law="别的法", since=clock.today(), document="某文"
        )
    flag = {
        "item": item.pk,
        "law": "村民委员会组织法",
        "since": date(2026, 1, 1),
        "document": "全国人大常委会修改决定",
    }
    actions.flag_repealed(cast.fang, version, **flag)
    with refused("duties.repealed_twice"):
        actions.flag_repealed(cast.fang, version, **flag)
    assert queries.intact(version)
    assert [r.law for i in queries.items(version) for r in i.repeals.all()] == ["村民委员会组织法"]


def test_the_yearly_revision_takes_over_without_a_gap(
    cast: Cast, draft: DutyList, reach: Reach, hand: Hand
) -> None:
    old = reach(draft, "in_force")
    with refused("duties.revise_instead"):
        actions.draft(cast.wang, year=2027)
    with refused("duties.yearly_revision"):
        actions.revise(cast.wang, old, year=2026)
    hand.set(date(2026, 10, 12))
    actions.revise(cast.wang, old, year=2027, remark="年度修订")
    new = old.successors.get()
    assert [i.code for i in queries.items(new)] == ["A05", "B10"]
    assert not queries.comparison(old, new).differs
    assert [e.verb for e in journal.of(new)] == ["duties.revise"], "its story begins with where it comes from"
    with refused("duties.one_in_work"):
        actions.revise(cast.wang, old, year=2028)
    b10 = DutyItem.objects.get(version=new, code="B10")
    actions.edit_item(cast.wang, new, item=b10.pk, standard="当月办结", bases=BASIS)
    put(cast, new, "A09", "SELF_DUTY", "村务公开")
    new = reach(new, "publicised")
    run_out(new, hand)
    new = actions.issue(cast.zhang, new, number="太政发〔2026〕80号", valid_from=date(2027, 1, 1))
    assert (new.state, fresh(old).state, fresh(old).valid_to) == ("issued", "in_force", date(2026, 12, 31))
    assert queries.in_force(date(2026, 12, 31)).pk == old.pk
    assert queries.in_force(date(2027, 1, 1)).pk == new.pk
    hand.set(date(2027, 1, 1))
    assert actions.turn_of_the_day() == 2
    assert actions.turn_of_the_day() == 0
    assert (fresh(new).state, fresh(old).state) == ("in_force", "superseded")
    found = queries.comparison(old, new)
    assert ([x.code for x in found.added], [(c.new.code, c.fields) for c in found.changed]) == (
        ["A09"],
        [("B10", ("standard",))],
    )


@pytest.mark.parametrize(
    ("valid_to", "start", "rule"),
    [
        (date(2026, 12, 31), date(2027, 1, 2), "duties.gap"),
        (date(2026, 12, 31), date(2026, 12, 31), "duties.overlap"),
    ],
)
def test_a_gap_or_an_overlap_is_refused(
    cast: Cast, draft: DutyList, reach: Reach, hand: Hand, valid_to: date, start: date, rule: str
) -> None:
    version = reach(draft, "publicised")
    run_out(version, hand)
    old = actions.issue(
        cast.zhang, version, number="太政发〔2026〕15号", valid_from=clock.today(), valid_to=valid_to
    )
    hand.set(date(2026, 10, 12))
    actions.revise(cast.wang, old, year=2027)
    new = reach(old.successors.get(), "publicised")
    run_out(new, hand)
    with refused(rule):
        actions.issue(cast.zhang, new, number="太政发〔2026〕80号", valid_from=start)
    assert fresh(old).valid_to == valid_to


def test_the_database_keeps_two_versions_from_being_in_force_on_a_day(
    cast: Cast, draft: DutyList, reach: Reach
) -> None:
    version = reach(draft, "in_force")
    twin = fresh(version)
    twin.pk, twin.year, twin.number = None, 2031, "太政发〔2026〕16号"
    with pytest.raises(IntegrityError, match="duties_list_one_in_force_three"), transaction.atomic():
        twin.save()
    twin.scheme = "two"
    twin.save()  # the other kind has its own line of versions


def test_a_list_for_other_days_is_not_in_force(cast: Cast, draft: DutyList, reach: Reach, hand: Hand) -> None:
    version = reach(draft, "publicised")
    run_out(version, hand)
    start = clock.today() + timedelta(days=10)
    actions.issue(cast.zhang, version, number="太政发〔2026〕15号", valid_from=start)
    assert queries.in_force() is None
    assert queries.in_force(start, "three").pk == version.pk
    assert queries.in_force(start, "two") is None
    assert queries.assist_items() == []


# ---- what other rooms read ----


def test_the_assisted_items_that_agreements_are_drawn_from(cast: Cast, draft: DutyList, reach: Reach) -> None:
    put(
        cast,
        draft,
        "B20",
        "ASSIST",
        "业主大会指导",
        lead=cast["民政局"].pk,
        payer="lead",
        applies_to="residents",
    )
    version = reach(draft, "in_force")
    [item] = queries.assist_items(applies_to="village")
    assert (item.code, item.lead_id, item.lead, item.basis) == (
        "B10", cast["市残联"].pk, "市残联", "村民委员会组织法第二条（2018 文本）",
    )  # fmt: skip
    assert [i.code for i in queries.assist_items(list_id=version.pk, applies_to="residents")] == [
        "B10",
        "B20",
    ]
    assert queries.item(item.id).list_id == version.pk


def test_an_item_of_a_draft_is_no_item_for_other_rooms(draft: DutyList) -> None:
    with pytest.raises(NotFound):
        queries.item(DutyItem.objects.filter(version=draft).first().pk)


def test_the_demo_takes_the_default_list_through_the_whole_procedure(whole: Cast) -> None:
    version = actions.seed_default(
        whole.wang,
        2026,
        number="太政发〔2026〕15号",
        valid_from=date(2026, 4, 1),
        legal=whole.fang,
        head=whole.zhang,
    )
    assert version.state == "issued"
    assert len(queries.assist_items(date(2026, 4, 1))) == 27
    verbs = [e.verb for e in journal.of(version)]
    assert verbs[::-1] == [
        "duties.draft", "duties.load_default", "duties.send_review", "duties.pass_review",
        "duties.open_consultation", "duties.close_consultation", "duties.publicise", "duties.issue",
    ]  # fmt: skip


# ---- who is told ----


def told(actor) -> list[str]:
    from gongzhi.core import notices

    return [str(n) for n in notices.for_actor(actor)]


def test_departments_hear_of_a_draft_and_of_their_offers(cast: Cast, draft: DutyList) -> None:
    assert any("开始编制" in t for t in told(cast.min))
    actions.offer_item(cast.min, draft, code="B17", name="协助慈善款物分配", bases=BASIS)
    item = DutyItem.objects.get(name="协助慈善款物分配")
    actions.return_item(cast.wang, draft, item=item.pk, reason="请补条款")
    assert "“协助慈善款物分配”已退回：请补条款" in told(cast.min)
    assert not any("退回" in t for t in told(cast.can))


def test_committees_hear_what_became_of_their_opinion_and_of_the_issue(
    cast: Cast, draft: DutyList, reach: Reach
) -> None:
    reach(draft, "consulting")
    own = Consultation.objects.get(unit=cast["中荷村"])
    actions.dissent(cast.zhou, own, text="任务太多")
    actions.reply(cast.wang, own, reply="已写明经费")
    assert any("没有采纳，已说明理由" in t for t in told(cast.zhou))
    reach(draft, "in_force")
    for actor in (cast.zhou, cast.sun, cast.lu, cast.can):
        assert any("已印发" in t for t in told(actor))


def test_the_photographs_of_the_publicity_are_kept_with_the_list(
    cast: Cast, draft: DutyList, reach: Reach, client_for
) -> None:
    from io import BytesIO

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    from gongzhi.core import evidence

    reach(draft, "consulted")
    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    kept = evidence.attach(cast.wang, SimpleUploadedFile("公开栏.png", out.getvalue()))
    actions.publicise(cast.wang, draft, place="公开栏", evidence_ids=[kept.pk])
    assert [e.pk for e in evidence.of(draft, key="publicity:1")] == [kept.pk]
    page = client_for(cast.wu).get(f"/duties/{draft.pk}/figures/").content.decode()
    assert f"/evidence/{kept.pk}/thumb" in page


def test_a_revision_is_shown_what_the_version_in_force_left_to_do(
    cast: Cast, draft: DutyList, reach: Reach, hand: Hand, client_for
) -> None:
    old = reach(draft, "publicised")
    early = actions.object_to(cast.zhou, list=old.pk, text="公示期间的意见", channel="paper")
    actions.dismiss(cast.wang, early, reply="已写明")
    old = reach(old, "in_force")
    item = DutyItem.objects.get(version=old, code="B10")
    right = actions.object_to(cast.zhou, list=old.pk, item=item.pk, text="应写明代办不收费", channel="paper")
    actions.uphold(cast.wang, right, reply="有道理，下次修订写上")
    assert fresh(old).state == "in_force"  # a list in force does not change for it
    actions.flag_repealed(
        cast.fang, old, item=item.pk, law="村民委员会组织法", since=date(2026, 1, 1), document="修改决定"
    )
    actions.revise(cast.wang, old, year=2027)
    new = old.successors.get()
    left = queries.pending(new)
    assert ([o.pk for o in left.objections], [r.item.code for r in left.repeals]) == ([right.pk], ["B10"])
    page = client_for(cast.wang).get(new.get_absolute_url()).content.decode()
    assert "应写明代办不收费" in page
