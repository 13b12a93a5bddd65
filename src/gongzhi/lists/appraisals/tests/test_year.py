"""One pair through the whole year, and every refusal on the way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from gongzhi.core import clock, journal, todo
from gongzhi.core.access import SYSTEM
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.lists.appraisals import actions, queries
from gongzhi.lists.appraisals.models import Appraisal, Campaign, Line, Mending, Reminder, Settlement
from gongzhi.lists.appraisals.rules import sealing

from .conftest import REPORT_DUE, SCORE_DUE, of, photo, report_both, rows, score_both


def refused(verb, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        verb(*args, **kwargs)
    return [p.rule.removeprefix("appraisals.") for p in caught.value.problems]


def waiting(thing):
    return {(t.key, t.unit.short, t.due) for t in todo.of(thing)}


def test_opening_lists_every_agreement_and_tells_both_sides(cast, campaign, pair):
    assert (campaign.report_due, campaign.score_due, campaign.meet_due) == (
        REPORT_DUE,
        SCORE_DUE,
        date(2026, 1, 13),
    )
    assert Appraisal.objects.filter(campaign=campaign).count() == 4
    assert waiting(pair) == {("flow:opened:a", "沙溪镇", REPORT_DUE), ("flow:opened:b", "中荷村", REPORT_DUE)}
    lines = pair.lines.order_by("about", "seq").values_list("about", "label", "weight", "detail")
    assert list(lines) == [
        ("a", "行政指导", 40, "每季度到村指导一次"),
        ("a", "经费支付", 35, "按期支付三期经费；约定 1 期，按时付 0 期"),
        ("a", "培训、资料等条件", 25, "全年培训 4 场；每季度首月提供名单"),
        ("b", "独居老人探访", 40, "独居老人探访的要求"),
        ("b", "居住证申领协助", 35, "居住证申领协助的要求"),
        ("b", "生活垃圾分类动员", 25, "生活垃圾分类动员的要求"),
    ]


def test_a_year_is_opened_once_and_not_without_agreements(cast, campaign, agreement):
    assert refused(actions.open_year, cast.wang, year=2025, notice="再来") == ["opened_already"]
    assert refused(actions.open_year, cast.wang, year=2026, notice="还早") == ["none_to_appraise"]
    assert refused(actions.enrol, cast.wang, campaign) == ["none_to_enrol"]
    with pytest.raises(NotFound):
        actions.open_year(cast.lu, year=2026, notice="镇里不能开")


def test_late_agreements_are_enrolled(cast, agreement):
    agreement("中荷村")
    year = actions.open_year(cast.wang, year=2025, notice="请互评")
    agreement("虹桥村")
    actions.enrol(cast.wang, year)
    assert Appraisal.objects.filter(campaign=year).count() == 2
    again = of(cast, "虹桥村").agreement_id
    assert refused(actions.pair, cast.wang, campaign=year.pk, agreement=again) == ["paired"]
    assert refused(actions.pair, cast.wang, campaign=year.pk, agreement=10**9) == ["no_agreement"]


def test_agreements_of_another_year_or_not_signed_stay_out(cast, agreement):
    agreement("中荷村")
    agreement("虹桥村", year=2024)
    agreement("府东社区")
    apps.get_model("agreements.Agreement").objects.filter(party_b=cast["府东社区"]).update(state="refused")
    year = actions.open_year(cast.wang, year=2025, notice="请互评")
    assert [a.party_b.short for a in Appraisal.objects.filter(campaign=year)] == ["中荷村"]


def test_the_whole_year_with_the_worked_numbers(walk):
    pair = walk.concluded()
    assert (pair.a_to_b, pair.b_to_a) == (Decimal("86.05"), Decimal("82.5"))
    view = queries.view(pair)
    assert (view.about_b.grade, view.about_a.grade) == ("良好", "良好")
    actions.settle(walk.cast.he, pair.pk)
    settled = Settlement.objects.get(appraisal=pair)
    assert (settled.tail_fen, settled.payable_fen) == (3600000, 3600000)
    assert walk.again().state == "closed"
    assert waiting(pair) == set()
    verbs = [e.verb.removeprefix("appraisals.") for e in reversed(journal.of(pair))]
    assert verbs == [
        "pair", "report", "report", "submit", "submit", "meet", "accept", "accept", "publish", "conclude", "settle",
    ]  # fmt: skip


def test_the_tail_reaches_the_agreement(walk):
    pair = walk.concluded(about_b=("72", "72", "72"))
    actions.settle(walk.a, pair.pk)
    agreement = apps.get_model("agreements.Agreement").objects.get(pk=pair.agreement_id)
    assert (agreement.state, agreement.tail_fen) == ("settled", 3240000)
    assert agreement.instalments.get(tail=True).payable_fen == 3240000


def test_reports_are_exchanged_when_both_are_in(walk):
    pair, cast = walk.pair, walk.cast
    own = [
        {"key": r["key"], "text": "探访了 480 人次", "score": r["score"]}
        for r in rows(pair, "b", ("99", "98", "97"))
    ]
    actions.report(cast.gu, pair.pk, overall="今年人手紧", rows=own, files=[photo(cast.gu)])
    assert walk.again().state == "reported_b"
    assert queries.own_report(cast.zhou, pair).scores == dict(
        zip([r["key"] for r in own], ["99.0", "98.0", "97.0"], strict=True)
    )
    assert queries.own_report(cast.lu, pair) is None
    hidden = queries.view(pair)
    assert hidden.about_b.overall == ""
    assert {r.report for r in hidden.about_b.rows} == {""}
    assert not hidden.material
    actions.report(cast.lu, pair.pk, overall="指导到位")
    shown = queries.view(walk.again())
    assert shown.about_b.overall == "今年人手紧"
    assert {r.report for r in shown.about_b.rows} == {"探访了 480 人次"}
    assert list(shown.material) == ["report:b"]
    assert {r.self_score for r in shown.about_b.rows} == {None}, "own scores stay sealed until the opening"


def test_a_side_reports_and_scores_once(walk):
    pair, cast = walk.pair, walk.cast
    actions.report(cast.lu, pair.pk, overall="一")
    assert refused(actions.report, cast.chen, pair.pk, overall="二") == ["turn"]
    actions.report(cast.zhou, pair.pk, overall="一")
    actions.submit(cast.lu, pair.pk, rows=rows(pair, "b", ("92", "85", "78")))
    assert refused(actions.submit, cast.chen, pair.pk, rows=rows(pair, "b", ("92", "85", "78"))) == ["turn"]
    assert refused(actions.keep, cast.lu, pair.pk, rows=rows(pair, "b", ("92", "85", "78"))) == ["turn"]


def test_scoring_begins_when_the_reporting_time_is_over(walk, now):
    pair = walk.pair
    actions.report(walk.a, pair.pk, overall="只有甲方写了")
    assert refused(actions.begin, SYSTEM, pair.pk) == ["reporting_open"]
    now.set(REPORT_DUE)
    assert actions.begin_due() == 0
    now.forward(days=1)
    assert actions.begin_due() == 4
    assert actions.begin_due() == 0
    assert walk.again().state == "scoring"
    assert queries.view(walk.pair).about_a.overall == "只有甲方写了"
    assert refused(actions.report, walk.b, pair.pk, overall="晚了") == ["flow"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"score": Decimal("59.9")}, ["reason_needed", "evidence_needed"]),
        ({"score": Decimal("95.1")}, ["reason_needed", "evidence_needed"]),
        ({"score": Decimal("59.9"), "text": "没有记录"}, ["evidence_needed"]),
        ({"score": None}, ["unscored"]),
        ({"score": Decimal("80.55")}, ["score"]),
        ({"key": "没有这一行"}, ["strange_line"]),
        ({"evidence": [10**9]}, ["core.evidence_unknown"]),
    ],
)
def test_a_sheet_that_cannot_be_handed_in(walk, change, rule):
    report_both(walk.pair, walk.a, walk.b)
    found = rows(walk.pair, "b", ("92", "85", "78"))
    found[0] |= change
    assert refused(actions.submit, walk.a, walk.pair.pk, rows=found) == rule
    assert walk.again().state == "scoring"


def test_a_missing_and_a_doubled_line_are_refused(walk):
    report_both(walk.pair, walk.a, walk.b)
    found = rows(walk.pair, "b", ("92", "85", "78"))
    assert refused(actions.submit, walk.a, walk.pair.pk, rows=found[:2]) == ["unscored"]
    assert refused(actions.submit, walk.a, walk.pair.pk, rows=[*found, found[0]]) == ["strange_line"]


def test_a_draft_is_kept_and_continued(walk):
    report_both(walk.pair, walk.a, walk.b)
    actions.keep(
        walk.cast.gu, walk.pair.pk, rows=rows(walk.pair, "a", ("95", "70", "80"), text="想想"), remark="草稿"
    )
    draft = queries.own_draft(walk.cast.zhou, walk.pair)
    assert [m.score for m in draft.marks.values()] == ["95.0", "70.0", "80.0"]
    assert draft.remark == "草稿"
    assert not draft.submitted
    assert queries.own_draft(walk.cast.lu, walk.pair).marks == {}
    for onlooker in ("jian", "wang", "shen", "wu", "he"):
        assert queries.own_draft(getattr(walk.cast, onlooker), walk.pair) is None


def test_opening_proves_the_commitments(walk):
    report_both(walk.pair, walk.a, walk.b)
    actions.submit(walk.a, walk.pair.pk, rows=rows(walk.pair, "b", ("92", "85", "78")), remark="总体不错")
    first = journal.of(walk.pair)[0]
    assert set(first.done) == {"side", "commitment"}
    assert len(first.done["commitment"]) == 64
    actions.submit(walk.b, walk.pair.pk, rows=rows(walk.pair, "a", ("95", "70", "80")))
    opened = journal.of(walk.pair)[0].done
    kept = opened["opened"]["a"]
    assert kept["content"]["remark"] == "总体不错"
    assert sealing.matches(first.done["commitment"], kept["salt"], kept["content"])
    assert sealing.matches(
        opened["commitment"], opened["opened"]["b"]["salt"], opened["opened"]["b"]["content"]
    )


def test_a_tampered_seal_does_not_open(walk):
    report_both(walk.pair, walk.a, walk.b)
    actions.submit(walk.a, walk.pair.pk, rows=rows(walk.pair, "b", ("92", "85", "78")))
    sheet = walk.pair.sheets.get(side="a")
    sheet.sealed = sheet.sealed.reveal().replace("92.0", "62.0")
    sheet.save()
    assert refused(actions.submit, walk.b, walk.pair.pk, rows=rows(walk.pair, "a", ("95", "70", "80"))) == [
        "seal_broken"
    ]


def test_the_database_refuses_scores_before_the_opening(walk):
    for change in ({"a_to_b": Decimal(90)}, {"b_to_a": Decimal(90)}, {"opened_at": clock.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appraisal.objects.filter(pk=walk.pair.pk).update(**change)
    for change in ({"score": 90}, {"self_score": 90}, {"text": "看"}, {"rechecked": 90}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Line.objects.filter(appraisal=walk.pair).update(**change)


# ---- silence ----


def test_silence_ends_as_unrated_never_as_a_hundred(walk, now):
    cast, campaign = walk.cast, walk.pair.campaign
    report_both(walk.pair, walk.a, walk.b)
    actions.submit(walk.a, walk.pair.pk, rows=rows(walk.pair, "b", ("92", "85", "78")))
    assert refused(actions.close, cast.wang, campaign) == ["scoring_open"]
    now.set(SCORE_DUE)
    actions.begin_due()
    assert refused(actions.close, cast.wang, campaign) == ["scoring_open"]
    actions.remind_due()
    now.forward(days=1)
    actions.close(cast.wang, campaign)
    lone = walk.again()
    assert (lone.state, lone.a_to_b, lone.b_to_a) == ("revealed", Decimal("86.05"), None)
    assert (lone.a_silent, lone.b_silent) == (False, True)
    nobody = of(cast, "虹桥村")
    assert (nobody.state, nobody.a_to_b, nobody.b_to_a, nobody.a_silent, nobody.b_silent) == (
        "unrated",
        None,
        None,
        True,
        True,
    )
    figures = queries.overall(cast.wang, 2025)
    assert (figures.pairs, figures.both, figures.unrated, figures.a_to_b, figures.b_to_a) == (
        4,
        0,
        4,
        Decimal("86.05"),
        None,
    )
    assert refused(actions.submit, walk.b, lone.pk, rows=rows(lone, "a", ("95", "70", "80"))) == ["flow"]


def test_nobody_is_recorded_silent_unreminded(walk, now):
    now.set(SCORE_DUE)
    now.forward(days=1)
    assert refused(actions.close, walk.cast.wang, walk.pair.campaign) == ["remind_first"]
    with pytest.raises(NotFound):  # nor one by one, past the reminders
        actions.lapse(walk.cast.wang, walk.pair.pk)


def test_reminders_go_to_the_silent_side_once_a_day(walk, now):
    report_both(walk.pair, walk.a, walk.b)
    actions.submit(walk.a, walk.pair.pk, rows=rows(walk.pair, "b", ("92", "85", "78")))
    now.set(date(2025, 12, 22))  # five working days before the last day
    actions.begin_due()
    assert actions.remind_due() == 4
    assert actions.remind_due() == 0
    assert list(Reminder.objects.filter(appraisal=walk.pair).values_list("side", "about")) == [
        ("b", "submit")
    ]
    now.set(date(2025, 12, 23))
    assert actions.remind_due() == 0, "four days before is not a day for reminders"
    actions.remind(walk.cast.wang, walk.pair.pk)
    assert Reminder.objects.filter(appraisal=walk.pair).count() == 2
    actions.submit(walk.b, walk.pair.pk, rows=rows(walk.pair, "a", ("95", "70", "80")))
    assert refused(actions.remind, walk.cast.wang, walk.pair.pk) == ["nobody_to_remind"]


def test_a_silent_township_still_pays_the_tail(walk, now):
    actions.report(walk.b, walk.pair.pk, overall="写了")
    now.set(SCORE_DUE)
    actions.begin_due()
    actions.submit(walk.b, walk.pair.pk, rows=rows(walk.pair, "a", ("95", "70", "80")))
    actions.remind_due()
    now.forward(days=1)
    actions.close(walk.cast.wang, walk.pair.campaign)
    pair = walk.again()
    assert (pair.a_to_b, pair.b_to_a, pair.a_silent) == (None, Decimal("82.5"), True)
    actions.meet(
        walk.b,
        pair.pk,
        held_on=clock.today(),
        place="村里",
        present_a="陆远",
        present_b="周和",
        minutes="镇里说明原因",
    )
    assert walk.again().state == "accepted_b", "nothing was said about B, so B has nothing to accept"
    actions.accept(walk.a, pair.pk)
    actions.publish(walk.b, pair.pk, place="公开栏")
    now.set(walk.again().publicity_until)
    now.forward(days=1)
    actions.conclude(walk.b, pair.pk)
    actions.settle(walk.a, pair.pk)
    settled = Settlement.objects.get(appraisal=pair)
    assert (settled.score, settled.payable_fen) == (None, 3600000)


def test_two_silent_sides_settle_and_close(walk, now):
    now.set(SCORE_DUE)
    actions.begin_due()
    actions.remind_due()
    now.forward(days=1)
    actions.close(walk.cast.wang, walk.pair.campaign)
    assert Campaign.objects.get().state == "closed"
    actions.settle(walk.a, walk.pair.pk)
    assert walk.again().state == "closed"
    assert Settlement.objects.get(appraisal=walk.pair).payable_fen == 3600000


# ---- meeting, objection, re-check ----


def test_a_meeting_lies_between_opening_and_today(walk):
    walk.opened()
    for day in (date(2025, 11, 28), date(2025, 12, 2)):
        given = {"held_on": day, "place": "村里", "present_a": "陆", "present_b": "周", "minutes": "谈"}
        assert refused(actions.meet, walk.a, walk.pair.pk, **given) == ["meeting_date"]


def test_objection_recheck_and_countersignature_change_the_total(walk):
    pair = walk.met()
    assert pair.objection_until == date(2025, 12, 8)
    line = pair.lines.get(about="b", seq=3)
    actions.object_to(walk.b, pair.pk, line=line.pk, reason="三月以后补查合格", files=[photo(walk.b)])
    assert walk.again().state == "rechecking"
    assert walk.pair.recheck_until == date(2025, 12, 15)
    assert refused(actions.accept, walk.b, pair.pk) == ["flow"]
    assert refused(actions.object_to, walk.b, pair.pk, line=line.pk, reason="再说一次") == [
        "objected_already"
    ]
    theirs = pair.lines.get(about="a", seq=1)
    assert refused(actions.object_to, walk.b, pair.pk, line=theirs.pk, reason="给得太高") == ["own_lines"]
    panel = {
        "held_on": clock.today(),
        "members": [{"side": "a", "name": "陆远"}, {"side": "b", "name": "周和"}],
    }
    result = [{"line": line.pk, "score": Decimal(88), "reason": "补看了十二月的抽查"}]
    lopsided = {**panel, "members": [*panel["members"], {"side": "a", "name": "陈诚"}]}
    assert refused(actions.recheck, walk.a, pair.pk, **lopsided, results=result) == ["panel_equal"]
    assert refused(actions.recheck, walk.a, pair.pk, **panel, results=[]) == ["recheck_answer"]
    stray = [*result, {"line": theirs.pk, "score": Decimal(10), "reason": "顺手"}]
    assert refused(actions.recheck, walk.a, pair.pk, **panel, results=stray) == ["recheck_scope"]
    tomorrow = {**panel, "held_on": date(2025, 12, 2)}
    assert refused(actions.recheck, walk.a, pair.pk, **tomorrow, results=result) == ["panel_date"]
    actions.recheck(walk.a, pair.pk, **panel, results=result)
    assert refused(actions.countersign, walk.a, pair.pk) == ["turn"], "the other side countersigns"
    assert walk.again().a_to_b == Decimal("86.05"), "nothing counts before both agree"
    actions.dispute(walk.b, pair.pk, reason="还要看一月的")
    actions.recheck(walk.b, pair.pk, **panel, results=[{**result[0], "score": Decimal(90)}])
    actions.countersign(walk.a, pair.pk)
    pair = walk.again()
    assert (pair.state, pair.a_to_b, pair.b_to_a) == ("confirmed", Decimal("89.05"), Decimal("82.5"))
    line.refresh_from_db()
    assert (line.score, line.rechecked, line.final) == (Decimal(78), Decimal(90), Decimal(90))


def test_an_objection_after_the_window_is_too_late(walk, now):
    pair = walk.met()
    line = pair.lines.get(about="b", seq=3)
    now.set(date(2025, 12, 9))
    assert refused(actions.object_to, walk.b, pair.pk, line=line.pk, reason="迟了") == ["objection_late"]


def test_publishing_waits(walk, now):
    pair = walk.met()
    assert refused(actions.publish, walk.a, pair.pk, place="公开栏") == ["objection_open"]
    line = pair.lines.get(about="b", seq=3)
    actions.object_to(walk.b, pair.pk, line=line.pk, reason="补查合格")
    assert refused(actions.publish, walk.a, pair.pk, place="公开栏") == ["recheck_open"]
    now.set(date(2025, 12, 16))
    actions.publish(walk.b, pair.pk, place="公开栏")
    pair = walk.again()
    assert (pair.state, pair.disagreed, pair.a_to_b) == ("publicised", True, Decimal("86.05"))


def test_the_window_may_simply_pass(walk, now):
    pair = walk.met()
    now.set(date(2025, 12, 9))
    actions.publish(walk.b, pair.pk, place="公开栏")
    assert walk.again().publicity_until == date(2025, 12, 16)
    assert walk.pair.disagreed is False


def test_witnesses_speak_after_the_opening(walk):
    given = {"body": "supervision", "name": "简督", "opinion": "评分公道"}
    assert refused(actions.witness, walk.cast.jian, walk.pair.pk, **given) == ["flow"]
    walk.opened()
    actions.witness(walk.cast.jian, walk.pair.pk, **given)
    assert walk.again().state == "revealed"
    assert walk.pair.witnesses.get().opinion == "评分公道"


# ---- rectification and settlement ----


def test_low_lines_must_be_listed_before_the_publicity_ends(walk, now):
    pair = walk.published(about_b=("92", "85", "50"))
    assert refused(actions.conclude, walk.a, pair.pk) == ["publicity_open"]
    now.set(date(2025, 12, 9))
    assert refused(actions.conclude, walk.a, pair.pk) == ["mending_missing"]
    line = pair.lines.get(about="b", seq=3)
    given = {"side": "b", "line": line.pk, "problem": "分类准确率低", "measure": "每周入户两次"}
    assert refused(actions.require, walk.a, pair.pk, **given, due=date(2025, 12, 9)) == ["mending_due"]
    assert refused(actions.require, walk.a, pair.pk, **given, due=date(2026, 6, 1)) == ["mending_due"]
    other = pair.lines.get(about="a", seq=1)
    assert refused(
        actions.require, walk.a, pair.pk, **{**given, "line": other.pk}, due=date(2026, 2, 27)
    ) == ["mending_line"]
    actions.require(walk.a, pair.pk, **given, due=date(2026, 2, 27))
    actions.conclude(walk.b, pair.pk)
    assert walk.again().state == "concluded"


def test_both_sides_mend_and_the_other_checks(walk):
    pair = walk.published()
    for by, side in ((walk.a, "b"), (walk.b, "a"), (walk.b, "b")):
        actions.require(by, pair.pk, side=side, problem=f"{side} 的问题", measure="改", due=date(2026, 1, 30))
    walk.hand.set(date(2025, 12, 9))
    actions.conclude(walk.a, pair.pk)
    mine, theirs, promised = Mending.objects.order_by("pk")
    assert {t.key for t in todo.of(pair)} == {f"mend:{m.pk}" for m in (mine, theirs, promised)} | {
        "flow:concluded:a"
    }
    assert refused(actions.mend, walk.a, pair.pk, mending=mine.pk, report="替他改") == ["not_yours"]
    actions.mend(walk.b, pair.pk, mending=mine.pk, report="已重新排班", files=[photo(walk.b)])
    assert refused(actions.verify, walk.b, pair.pk, mending=mine.pk, passed=True) == ["not_your_own"]
    assert refused(actions.verify, walk.a, pair.pk, mending=mine.pk) == ["verdict_needed"]
    actions.verify(walk.a, pair.pk, mending=mine.pk, verdict="还差签到册")
    assert Mending.objects.get(pk=mine.pk).state == "open"
    actions.mend(walk.b, pair.pk, mending=mine.pk, report="补了签到册")
    actions.verify(walk.a, pair.pk, mending=mine.pk, passed=True)
    assert refused(actions.mend, walk.b, pair.pk, mending=mine.pk, report="再报") == ["no_mending"]
    actions.settle(walk.a, pair.pk)
    assert walk.again().state == "settled", "A's own rectification does not hold up B's money"
    for row, by, other in ((theirs, walk.a, walk.b), (promised, walk.b, walk.a)):
        actions.mend(by, pair.pk, mending=row.pk, report="改好了")
        actions.verify(other, pair.pk, mending=row.pk, passed=True)
    assert walk.again().state == "closed"
    assert todo.of(pair) == []
    done = queries.rectification(walk.cast.wang, 2025, clock.today())
    assert (done["a"].total, done["a"].done, done["b"].total, done["b"].done, done["b"].rate) == (
        1,
        1,
        2,
        2,
        Decimal(100),
    )


def test_below_the_line_the_tail_waits_for_the_rectification(walk):
    pair = walk.concluded(about_b=("50", "50", "50"))
    assert refused(actions.settle, walk.a, pair.pk) == ["tail_waits"]
    for row in Mending.objects.filter(side="b"):
        actions.mend(walk.b, pair.pk, mending=row.pk, report="改好了")
        actions.verify(walk.a, pair.pk, mending=row.pk, passed=True)
    actions.settle(walk.a, pair.pk)
    assert Settlement.objects.get(appraisal=pair).payable_fen == 2700000


def test_a_tail_is_settled_once(walk):
    pair = walk.concluded()
    actions.settle(walk.a, pair.pk)
    assert refused(actions.settle, walk.a, pair.pk) == ["flow"]


def test_the_yardstick_of_the_opening_day_holds(walk):
    from gongzhi.core import dated

    walk.hand.set(date(2025, 12, 2))
    dated.Parameter.objects.create(
        key="appraisals.tail_full_from", value="90", since=date(2025, 12, 2), source="试验"
    )
    dated.remembered.wrote()
    pair = walk.concluded()
    assert actions.tail_of(pair).payable == 3600000


def test_a_pair_follows_its_agreement_to_the_successor(walk):
    pair, cast = walk.pair, walk.cast
    assert actions.pass_on_due() == 0
    apps.get_model("agreements.Agreement").objects.filter(pk=pair.agreement_id).update(
        party_b=cast["虹桥村"], succeeded=True
    )
    assert actions.pass_on_due() == 1
    assert actions.pass_on_due() == 0
    assert {u for _, u, _ in waiting(pair)} == {"沙溪镇", "虹桥村"}
    actions.report(cast.wu, pair.pk, overall="承继以后写的")
    with pytest.raises(NotFound):
        actions.report(cast.zhou, pair.pk, overall="已经不是乙方")


# ---- complaints ----


def test_a_complaint_goes_to_the_county_alone(walk):
    cast, pair = walk.cast, walk.opened()
    made = actions.complain(cast.zhou, appraisal=pair.pk, text="打分以后扣了我们的名额")
    actions.take_up(cast.wang, made.pk)
    actions.answer(cast.wang, made.pk, upheld="yes", text="已请镇里纠正")
    for insider in (cast.zhou, cast.gu, cast.wang, cast.zhang, cast.shen):
        assert queries.complaints(insider).count() == 1
    for outsider in (cast.lu, cast.chen, cast.qian, cast.wu, cast.he):
        assert queries.complaints(outsider).count() == 0
    assert not journal.of(pair)[0].verb.endswith("complain")
    entry = journal.of(made)[-1]
    assert entry.unit_path == cast["太仓市"].path
    assert "名额" not in str(entry.facts)
    assert not todo.Todo.objects.filter(verb__contains="complain", unit=cast["沙溪镇"]).exists()
    with pytest.raises(NotFound):
        actions.take_up(cast.lu, made.pk)


def test_a_complaint_can_be_withdrawn_and_needs_ones_own_pair(walk):
    cast, pair = walk.cast, walk.opened()
    assert refused(actions.complain, cast.wu, appraisal=pair.pk, text="不是我的") == ["no_pair"]
    made = actions.complain(cast.lu, appraisal=pair.pk, text="村里到处说我们")
    actions.withdraw(cast.lu, made.pk)
    assert refused(actions.take_up, cast.wang, made.pk) == ["flow"]


def test_scores_of_two_do_not_mix(walk):
    walk.opened()
    other = of(walk.cast, "虹桥村")
    report_both(other, walk.a, walk.cast.wu)
    score_both(other, walk.a, walk.cast.wu, ("80", "80", "80"), ("60", "60", "60"))
    figures = queries.overall(walk.cast.wang, 2025)
    assert (figures.a_to_b, figures.b_to_a, figures.both) == (Decimal("83.03"), Decimal("71.25"), 2)
    assert queries.overall(walk.cast.wu, 2025).a_to_b == Decimal("80.00")
