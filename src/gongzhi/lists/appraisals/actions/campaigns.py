"""Opening the year, pairing agreements with appraisals, reminding, and closing the scoring."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import transaction

from gongzhi.core import access, calendar, clock, dated, notices, todo, units
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.appraisals import rules
from gongzhi.lists.appraisals.actions import turns
from gongzhi.lists.appraisals.actions.results import ask_to_mend
from gongzhi.lists.appraisals.actions.scoring import lapse
from gongzhi.lists.appraisals.models import Appraisal, Campaign, Line, Reminder, Sheet
from gongzhi.lists.appraisals.queries import agreed
from gongzhi.lists.appraisals.queries.settings import settings_on
from gongzhi.lists.appraisals.rules import course, flow, scoring


@action(
    "appraisals.pair",
    label=say("列入评估"),
    offered=False,
    keeps_todo=True,
)
def pair(
    actor: Actor,
    *,
    campaign: Annotated[int, Ask(say("年度评估"))],
    agreement: Annotated[int, Ask(say("协议"))],
) -> Made[Appraisal]:
    """List one agreement for the year's appraisal: its lines and weights are taken over and fixed."""
    year = Campaign.objects.visible_to(actor, "appraisals.read_notice").filter(pk=campaign).first()
    if year is None or year.state != "running":
        refuse(say("这个年度的评估没有在进行"), rule="appraisals.not_running", field="campaign")
    terms = agreed.terms(agreement)
    if terms is None or terms.year != year.year:
        refuse(say("没有这一年度可以评估的协议"), rule="appraisals.no_agreement", field="agreement")
    if Appraisal.objects.filter(agreement_id=agreement).exists():
        refuse(say("这份协议已经列入评估"), rule="appraisals.paired", field="agreement")
    about_b = [scoring.Line(i.key, i.label, i.weight) for i in terms.items]
    scoring.check_weights(about_b)
    made = Appraisal.objects.create(
        campaign=year,
        agreement_id=agreement,
        party_a_id=terms.party_a_id,
        party_b_id=terms.party_b_id,
        year=year.year,
        tail_fen=terms.tail_fen,
    )
    made.campaign = year
    Line.objects.bulk_create(_lines(made, terms, settings_on(year.opened_on).aspects))
    Sheet.objects.bulk_create([Sheet(appraisal=made, side=s) for s in flow.SIDES])
    turns.follow(made)
    return Made(made, lines=len(about_b), tail_fen=terms.tail_fen)


def _lines(made: Appraisal, terms: agreed.Terms, aspects: Any) -> list[Line]:
    """B's lines from the agreement's items, A's three from the county's weights with the duties they cover."""
    lines = [
        Line(
            appraisal=made,
            about="b",
            key=i.key,
            label=i.label,
            weight=i.weight,
            department=i.department,
            detail=i.detail,
            seq=n,
        )
        for n, i in enumerate(terms.items, 1)
    ]
    for n, aspect in enumerate(aspects, 1):
        covers = [d.text for d in terms.duties if scoring.ASPECT_OF_DUTY.get(d.kind) == aspect.key]
        lines.append(
            Line(
                appraisal=made,
                about="a",
                key=aspect.key,
                label=aspect.label,
                weight=aspect.weight,
                detail="；".join(covers),
                seq=n,
            )
        )
    return lines


@action(
    "appraisals.open",
    label=say("开展年度双向评估"),
    effects=[
        say("每一份已签署的本年度协议都会列入评估，双方同时收到通知。"),
        say("分数线、权重和期限按今天生效的设定固定下来，中途不再变。"),
    ],
)
def open_year(
    actor: Actor,
    *,
    year: Annotated[int, Ask(say("年度"), min=2000, max=2100)],
    notice: Annotated[str, Ask(say("通知正文"), rows=6, max=4000)],
    number: Annotated[str, Ask(say("文号"), max=60)] = "",
) -> Made[Campaign]:
    """Open the year's appraisal: one notice, one set of last days, one pair per agreement that was in force."""
    today = clock.today()
    county = units.county()
    if Campaign.objects.filter(county=county, year=year).exists():
        refuse(
            say("{year} 年度的双向评估已经开展", year=str(year)),
            rule="appraisals.opened_already",
            field="year",
        )
    found = agreed.for_year(year)
    if not found:
        refuse(
            say("{year} 年度没有可以评估的协议，先签协议才能互评", year=str(year)),
            rule="appraisals.none_to_appraise",
            field="year",
        )
    days = settings_on(today).days
    report_due = calendar.due(today, days["report"])
    score_due = calendar.due(report_due, days["score"])
    made = Campaign.objects.create(
        county=county,
        year=year,
        number=number,
        notice=notice,
        opened_on=today,
        report_due=report_due,
        score_due=score_due,
        meet_due=calendar.due(score_due, days["meet"]),
    )
    for agreement in found:
        pair(actor, campaign=made.pk, agreement=agreement)
    return Made(made, pairs=len(found))


@action(
    "appraisals.enrol",
    on=Campaign,
    label=say("补列协议"),
    effects=say("把开展以后才签署、还没有列入的协议补列进来。"),
)
def enrol(actor: Actor, campaign: Campaign) -> dict[str, Any]:
    """List the agreements that were signed after the opening."""
    listed = set(Appraisal.objects.filter(campaign=campaign).values_list("agreement_id", flat=True))
    late = [a for a in agreed.for_year(campaign.year) if a not in listed]
    if not late:
        refuse(say("没有要补列的协议"), rule="appraisals.none_to_enrol")
    for agreement in late:
        pair(actor, campaign=campaign.pk, agreement=agreement)
    return {"pairs": len(late)}


@action("appraisals.remind", on=Appraisal, label=say("催办"), keeps_todo=True, offered=False)
def remind(actor: Actor, appraisal: Appraisal) -> dict[str, Any]:
    """Remind every side whose report or scores are missing, at most once a day; silence is recorded only after it."""
    waiting = [t for t in turns.turns(appraisal) if t.verb in ("report", "submit")]
    if not waiting:
        refuse(say("没有要催办的一方"), rule="appraisals.nobody_to_remind")
    for turn in waiting:
        fresh = Reminder.objects.bulk_create(
            [Reminder(appraisal=appraisal, side=turn.side, about=turn.verb, on=clock.today())],
            ignore_conflicts=True,
        )
        if fresh:
            about = say(
                "请在 {due} 前{what}：{label}。到期没有交的记为未评，不会默认 100 分",
                due=f"{turn.due.month} 月 {turn.due.day} 日" if turn.due else "",
                what=say("交自评") if turn.verb == "report" else say("交评分"),
                label=appraisal.label(),
            )
            verb = f"appraisals.{turn.verb}"
            unit = appraisal.unit_of(turn.side)
            notices.send(unit.pk, access.roles_with(verb), about, appraisal, verb=verb)
    return {"sides": [t.side for t in waiting]}


def _silent(campaign: Campaign) -> list[Appraisal]:
    rows = Appraisal.objects.filter(campaign=campaign, state__in=rules.SEALED_STATES)
    return list(rows.order_by("pk"))


def _missing(appraisal: Appraisal) -> list[str]:
    """The sides that have not handed in their scores."""
    done = {"scored_a": "a", "scored_b": "b"}.get(appraisal.state)
    return [s for s in flow.SIDES if s != done]


def may_close(actor: Actor, campaign: Campaign) -> None:
    """Refuse to close before the last day, or while a silent side was not reminded."""
    least = int(dated.value("appraisals.reminders_least", on=campaign.opened_on))
    silent = _silent(campaign)
    sent: dict[tuple[int, str], int] = {}
    for pk, side in Reminder.objects.filter(appraisal__in=silent).values_list("appraisal_id", "side"):
        sent[pk, side] = sent.get((pk, side), 0) + 1
    unreminded = sum(sent.get((a.pk, s), 0) < least for a in silent for s in _missing(a))
    course.check_closable(clock.today(), campaign.score_due, unreminded, least)


@action(
    "appraisals.close",
    on=Campaign,
    label=say("截止评分"),
    check=may_close,
    irreversible=True,
    main=True,
    effects=[
        say("没有交评分的一方记为未评，不能再补，也不会默认 100 分。"),
        say("只有一方交了评分的，同时开封。"),
    ],
)
def close(actor: Actor, campaign: Campaign) -> dict[str, Any]:
    """End the scoring: silence becomes 未评, lone sheets are opened."""
    silent = _silent(campaign)
    for appraisal in silent:
        lapse(access.SYSTEM, appraisal.pk)  # nobody does it by hand, past the reminders
    campaign.state = rules.CAMPAIGN_FLOW.step(campaign.state, "close", "county")
    campaign.closed_on = clock.today()
    campaign.save()
    return {"unrated_pairs": len(silent)}


@action("appraisals.pass_on", on=Appraisal, label=say("由承继单位接续评估"), keeps_todo=True, offered=False)
def pass_on(actor: Actor, appraisal: Appraisal) -> dict[str, Any]:
    """Follow the agreement to the committee that took Party B's place (merge, split, renaming)."""
    terms = agreed.terms(appraisal.agreement_id)
    if terms is None or terms.party_b_id == appraisal.party_b_id:
        refuse(say("协议的乙方没有变"), rule="appraisals.same_party")
    before = appraisal.party_b_id
    todo.close(appraisal, key="*")
    appraisal.party_b_id = terms.party_b_id
    appraisal.save()
    appraisal = Appraisal.objects.select_related("campaign", "party_a", "party_b").get(pk=appraisal.pk)
    turns.follow(appraisal)
    for row in appraisal.mendings.exclude(state="verified"):
        ask_to_mend(appraisal, row)
    return {"from": before, "to": terms.party_b_id}


def pass_on_due() -> int:
    """Follow every agreement that a successor has taken over. Run daily; returns how many pairs moved."""
    rows = Appraisal.objects.exclude(state="closed").values_list("pk", "agreement_id", "party_b_id")
    parties = agreed.parties_b(a for _, a, _ in rows)
    moved = [pk for pk, agreement, party in rows if parties.get(agreement, party) != party]
    for pk in moved:
        pass_on(access.SYSTEM, pk)
    return len(moved)


def remind_due() -> int:
    """Remind the silent sides of every pair whose last day is one of the set numbers of working days away.

    Run daily by the system; a pair is reminded once a day however often this runs. Returns how many pairs.
    """
    today, told = clock.today(), 0
    for campaign in Campaign.objects.filter(state="running"):
        before = set(dated.value("appraisals.reminders", on=campaign.opened_on))
        left = {
            s: calendar.workdays_between(today, d)
            for s, d in (("report", campaign.report_due), ("submit", campaign.score_due))
        }
        states = [n for n in rules.SEALED_STATES if left[rules.FLOW.state(n).main] in before]
        rows = Appraisal.objects.filter(campaign=campaign, state__in=states).exclude(reminders__on=today)
        for pk in rows.values_list("pk", flat=True):
            with transaction.atomic():
                remind(access.SYSTEM, pk)
            told += 1
    return told
