"""议: the consensus text, its 公示, objections to it; or no consensus, and what then."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from gongzhi.core import calendar, clock, dated, decisions, roles
from gongzhi.core import evidence as files
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask, Evidence, Reason
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import say
from gongzhi.participation.deliberations.models import Decision, Matter, Objection, Outcome, Publicity
from gongzhi.participation.deliberations.models.sessions import PARTY_BRANCH, PARTY_MEETING, STAKEHOLDERS
from gongzhi.participation.deliberations.rules import meetings
from gongzhi.participation.deliberations.rules.screening import OPINION
from gongzhi.participation.opinions import actions as opinions
from gongzhi.registers.places import queries as places

from .asked import Abstain, AnswerText, Eligible, HeldOn, Minutes, No, Present, Yes
from .course import changed, in_view, keep_answer, locked, move, ours, touched
from .telling import day_of, talk_about, tell, tell_one

FOUR = say("“四议两公开”工作法")
BODY_OF = {
    "proposal": PARTY_BRANCH,
    "consultation": decisions.TWO_COMMITTEES,
    "review": PARTY_MEETING,
    "decision": decisions.REPRESENTATIVES,
}


def _talking(actor: Actor, matter: Matter) -> None:
    ours(actor, matter)
    if matter.state != "talking":
        refuse(say("开过会以后才写共识文本；公示中的文本不再改"), rule="deliberations.flow")


@action("deliberations.draft_outcome", on=Matter, label=say("写共识文本"), check=_talking, keeps_todo=True)
def draft_outcome(
    actor: Actor,
    matter: Matter,
    *,
    text: Annotated[
        str,
        Ask(say("共识文本"), help=say("谁做什么、什么时候、花多少钱、谁不同意"), min=4, max=10000, rows=8),
    ],
    reason: Annotated[str, Ask(say("改了什么、为什么"), max=500, rows=2)] = "",
) -> dict[str, Any]:
    """A new version of what people agree on; earlier ones are kept and compared."""
    last = matter.outcomes.order_by("-version").first()
    if last is not None and last.text == text:
        refuse(say("和上一稿一样"), rule="deliberations.same_text", field="text")
    row = Outcome.objects.create(
        matter=matter, version=last.version + 1 if last else 1, text=text, reason=reason
    )
    return {"version": row.version, "reason": reason}


def latest(matter: Matter) -> Outcome:
    """The newest version of the consensus text; refused where nothing has been written."""
    row = matter.outcomes.order_by("-version").first()
    if row is None:
        refuse(
            say("请先写共识文本"),
            rule="deliberations.no_text",
            way_out=f"{matter.get_absolute_url()}draft_outcome",
        )
    return row


def _published(matter: Matter, outcome: Outcome, place: str, *, binds_all: bool) -> Publicity:
    """Freeze the text and hang it out for the county's number of working days."""
    today = clock.today()
    outcome.settled_on, outcome.binds_all = today, binds_all
    outcome.sha256 = hashlib.sha256(outcome.text.encode()).hexdigest()
    outcome.save()
    until = calendar.workday_after(today, int(dated.value("core.publicity_days")))
    return Publicity.objects.create(matter=matter, outcome=outcome, place=place, since=today, until=until)


@action(
    "deliberations.settle",
    on=Matter,
    label=say("达成共识，公示"),
    main=True,
    effects=(
        say("共识文本定稿，公示 5 个工作日，期间任何人可以提异议。"),
        say("共识只约束同意的各方；要约束全体的，提交村（居）民会议或代表会议。"),
    ),
)
def settle(
    actor: Actor,
    matter: Matter,
    *,
    agree: Annotated[int, Ask(say("同意的人数"), min=0, max=100000)],
    disagree: Annotated[int, Ask(say("不同意的人数"), min=0, max=100000)] = 0,
    abstain: Annotated[int, Ask(say("保留意见的人数"), min=0, max=100000)] = 0,
    place: Annotated[str, Ask(say("在哪里公示"), max=120)],
    evidence: Evidence = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """Those who came agree on the text: it is fixed and hung out."""
    outcome = latest(matter)
    session = matter.sessions.filter(state="held").order_by("-seq").first()
    if session is None:
        refuse(say("还没有开过会"), rule="deliberations.no_session", source=OPINION)
    present, share = session.hall + session.remote, dated.value("deliberations.consensus")
    least = meetings.check_consensus(share, present, agree, disagree, abstain)
    Decision.objects.create(
        matter=matter, session=session, about="consensus", body=STAKEHOLDERS, held_on=clock.today(),
        eligible=session.invited, present=present, yes=agree, no=disagree, abstain=abstain, rule=f"consensus:{share}",
        needed_present=meetings.needed(dated.value("deliberations.quorum"), session.invited), needed_yes=least, passed=True,
    )  # fmt: skip
    publicity = _published(matter, outcome, place, binds_all=False)
    files.use(actor, matter, evidence, key="public")
    move(matter, "settle", due=calendar.workday_after(publicity.until, 1))
    matter.save()
    _tell_publicity(matter, publicity)
    return {"version": outcome.version, "sha256": outcome.sha256, "agree": agree, "until": publicity.until}


def _tell_publicity(matter: Matter, publicity: Publicity) -> None:
    opinions.close_poll(matter)
    until = day_of(publicity.until)
    tell(
        matter,
        say("“{title}”有了结果，公示到 {day}，有不同意见请提出", title=matter.title, day=until),
        wide=True,
    )


@action("deliberations.disagree", on=Matter, label=say("没有谈拢"))
def disagree(actor: Actor, matter: Matter, *, reason: Reason) -> dict[str, Any]:
    """No consensus: another meeting, a hearing, the assembly, or an end with its reason."""
    move(matter, "disagree")
    matter.save()
    tell(matter, say("“{title}”这次没有谈拢", title=matter.title))
    return {"reason": reason}


@action(
    "deliberations.submit",
    on=Matter,
    label=say("提交村（居）民会议或代表会议"),
    effects=say("会议通过的，对全体村（居）民有效；委员会不能代替会议表决。"),
)
def submit(actor: Actor, matter: Matter, *, reason: Reason) -> dict[str, Any]:
    """What those concerned cannot settle, or what must bind all, goes to the assembly."""
    outcome = latest(matter)
    move(matter, "submit")
    matter.save()
    tell(matter, say("“{title}”提交会议表决", title=matter.title), wide=True)
    return {"reason": reason, "version": outcome.version}


@action(
    "deliberations.decide",
    on=Matter,
    label=say("记下会议表决"),
    main=True,
    effects=say("按会议日期适用的议事规则计票。通过的公示；没有通过的，回到“没有谈拢”。"),
)
def decide(
    actor: Actor,
    matter: Matter,
    *,
    body: Annotated[
        str,
        Ask(
            say("会议"), choices={k: v for k, v in decisions.BODIES.items() if k != decisions.TWO_COMMITTEES}
        ),
    ],
    held_on: HeldOn,
    eligible: Eligible,
    present: Present,
    yes: Yes,
    place: Annotated[str, Ask(say("在哪里公示"), max=120)],
    no: No = 0,
    abstain: Abstain = 0,
    invalid: Annotated[int, Ask(say("无效"), min=0, max=100000)] = 0,
    minutes: Minutes = "",
    evidence: Evidence = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """The assembly or the representatives vote on the text."""
    outcome = latest(matter)
    votes = decisions.Votes(eligible, present, yes, no, abstain, invalid)
    row = counted(matter, "adopt", body, votes, held_on, minutes)
    files.use(actor, matter, evidence, key=f"decision:{row.pk}")
    facts = {"decision": row.pk, "body": body, "present": present, "yes": yes, "passed": row.passed}
    if present < row.needed_present:
        return {**facts, "quorate": False}  # nothing was decided; the meeting can be called again
    if not row.passed:
        move(matter, "voted_down")
        matter.save()
        tell(matter, say("“{title}”表决没有通过", title=matter.title))
        return facts
    publicity = _published(matter, outcome, place, binds_all=True)
    move(matter, "decide", due=calendar.workday_after(publicity.until, 1))
    matter.save()
    _tell_publicity(matter, publicity)
    return facts


def counted(
    matter: Matter, about: str, body: str, votes: decisions.Votes, held_on: Any, minutes: str
) -> Decision:
    """Keep a body's vote, counted by the rules in force on the day of the meeting."""
    if held_on > clock.today():
        refuse(say("会议日期不能晚于今天"), rule="deliberations.future", field="held_on")
    kind = places.kind_of(matter.origin_id) or decisions.RESIDENTS
    counted_as = body if body in decisions.BODIES else decisions.TWO_COMMITTEES
    found = decisions.outcome(counted_as, kind, votes, held_on)
    return Decision.objects.create(
        matter=matter, about=about, body=body, held_on=held_on, eligible=votes.eligible, present=votes.present,
        yes=votes.yes, no=votes.no, abstain=votes.abstain, invalid=votes.invalid, rule=found.pack,
        verified=found.verified, needed_present=found.needed_present, needed_yes=found.needed_yes, passed=found.passed,
        minutes=minutes,
    )  # fmt: skip


def _of_village(actor: Actor, matter: Matter) -> None:
    ours(actor, matter)
    if places.kind_of(matter.unit_id) != decisions.VILLAGE or not matter.major:
        refuse(say("“四议两公开”只用于村的重大事项"), rule="deliberations.not_major", source=FOUR)
    if matter.state not in ("accepted", "convened", "talking", "unresolved", "assembly", "publicity"):
        refuse(say("四议在议事这一步里办"), rule="deliberations.flow")


@action(
    "deliberations.record_resolution",
    on=Matter,
    label=say("记一项决议（四议）"),
    check=_of_village,
    keeps_todo=True,
    effects=say("四议依次进行；四项都通过，公示期满后才能确认。"),
)
def record_resolution(
    actor: Actor,
    matter: Matter,
    *,
    stage: Annotated[str, Ask(say("哪一议"), choices=meetings.FOUR_STEPS)],
    held_on: HeldOn,
    eligible: Eligible,
    present: Present,
    yes: Yes,
    no: No = 0,
    abstain: Abstain = 0,
    minutes: Minutes = "",
    evidence: Evidence = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """One of a village's four resolutions on a major matter."""
    passed = matter.decisions.filter(about__in=list(meetings.FOUR_STEPS), passed=True)
    meetings.check_next_resolution(stage, passed.values_list("about", flat=True))
    votes = decisions.Votes(eligible, present, yes, no, abstain)
    row = counted(matter, stage, BODY_OF[stage], votes, held_on, minutes)
    files.use(actor, matter, evidence, key=f"decision:{row.pk}")
    return {"stage": stage, "decision": row.pk, "present": present, "yes": yes, "passed": row.passed}


@action(
    "deliberations.end",
    on=Matter,
    label=say("未达成共识，结束"),
    effects=say("理由会告诉每一位提出人；情况变了，可以重新商量。"),
)
def end(actor: Actor, matter: Matter, *, answer: AnswerText) -> dict[str, Any]:
    """No consensus and nothing more to try: ended, with the reason."""
    keep_answer(matter, "ended", answer)
    move(matter, "end")
    matter.save()
    talk_about(matter)
    tell(matter, say("“{title}”没有达成共识，请看理由", title=matter.title), wide=True)
    return {"answer": True}


def _may_adopt(actor: Actor, matter: Matter) -> None:
    if matter.state != "publicity":
        return
    ours(actor, matter)
    publicity = matter.publicities.order_by("-pk").first()
    open_ones = matter.objections.filter(state="raised").count()
    missing: list[str] = []
    if matter.major and places.kind_of(matter.unit_id) == decisions.VILLAGE:
        done = matter.decisions.filter(passed=True).values_list("about", flat=True)
        missing = meetings.resolutions_missing(done)
    check_all(
        [
            Problem(
                say("公示到 {day} 为止，期满后确认", day=day_of(publicity.until)),
                "deliberations.publicity",
            )
            if publicity is not None and clock.today() <= publicity.until
            else None,
            Problem(say("还有 {n} 条异议没有答复", n=open_ones), "deliberations.objections", OPINION)
            if open_ones
            else None,
            Problem(
                say(
                    "村的重大事项还缺：{missing}",
                    missing="、".join(str(meetings.FOUR_STEPS[m]) for m in missing),
                ),
                "deliberations.four_resolutions",
                FOUR,
                way_out=f"{matter.get_absolute_url()}record_resolution",
            )
            if missing
            else None,
        ]
    )


@action(
    "deliberations.adopt",
    on=Matter,
    label=say("公示期满，确认"),
    main=True,
    check=_may_adopt,
    effects=say("协商成果确定，接着派任务。"),
)
def adopt(actor: Actor, matter: Matter) -> dict[str, Any]:
    """The 公示 is over and every objection answered: the outcome stands."""
    move(matter, "adopt")
    matter.adopted_at = clock.now()
    matter.save()
    tell(matter, say("“{title}”定下来了，接着派任务", title=matter.title))
    return {"version": latest(matter).version}


@action(
    "deliberations.object",
    label=say("提异议"),
    secret=True,
    effects=say("异议送到牵头单位，要在期限内答复；您的姓名不公开。公示期满以后提的，也要答复。"),
)
def object_to(
    actor: Actor,
    *,
    matter: Annotated[int, Ask(say("哪件事"), pick="deliberations.matter")],
    text: Annotated[str, Ask(say("不同意什么、为什么"), min=2, max=2000, rows=5)],
    name: Annotated[str, Ask(say("提出人姓名"), help=say("代别人提的写姓名，加密保存"), max=40)] = "",
) -> Made[Objection]:
    """Say what one cannot agree with in a settled outcome."""
    found = in_view(actor, matter)
    if found.state not in ("publicity", "adopted", "doing"):
        refuse(say("公示以后才能提异议；现在可以在讨论里说"), rule="deliberations.flow", field="matter")
    mine = actor.account_id if actor.role == roles.RESIDENT else None
    if mine and found.objections.filter(account_id=mine, state="raised").exists():
        refuse(say("您的上一条异议正等答复"), rule="deliberations.objected", field="text")
    row = Objection.objects.create(
        matter=found,
        account_id=mine,
        name=name if mine is None else "",
        text=text,
        late=found.state != "publicity",
    )
    touched(found.pk)
    return Made(row, matter=found.pk, late=row.late)


@action("deliberations.answer_objection", on=Objection, label=say("答复异议"), main=True, secret=True)
def answer_objection(actor: Actor, objection: Objection, *, answer: AnswerText) -> dict[str, Any]:
    """The outcome stands, and why."""
    objection.answer, objection.answered_at, objection.state = answer, clock.now(), "answered"
    objection.save()
    touched(objection.matter_id)
    tell_one(
        objection.account_id, objection, say("您对“{title}”的异议有了答复", title=objection.matter.title)
    )
    return {"matter": objection.matter_id}


@action(
    "deliberations.uphold",
    on=Objection,
    label=say("采纳，重新商量"),
    secret=True,
    effects=say("共识文本退回重写，重新公示；正在办的任务先停一停。"),
)
def uphold(actor: Actor, objection: Objection, *, answer: AnswerText) -> dict[str, Any]:
    """The objection is right: the matter is talked over again."""
    objection.answer, objection.answered_at, objection.state = answer, clock.now(), "upheld"
    objection.save()
    matter = locked(objection.matter_id)
    move(matter, "upheld")
    changed(matter)
    tell_one(objection.account_id, objection, say("您对“{title}”的异议采纳了", title=matter.title))
    tell(matter, say("“{title}”有异议被采纳，重新商量", title=matter.title), wide=True)
    return {"matter": matter.pk}
