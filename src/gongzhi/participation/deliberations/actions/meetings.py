"""议: those concerned are called together with the material before them, in the hall and online."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.utils import timezone

from gongzhi.core import clock, dated, evidence
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Evidence, Reason
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.todo import follow
from gongzhi.core.words import say
from gongzhi.participation.ballots import actions as ballots
from gongzhi.participation.ballots import rules as ballot_rules
from gongzhi.participation.deliberations.models import Matter, Session
from gongzhi.participation.deliberations.rules import meetings, sources
from gongzhi.participation.opinions import actions as opinions

from .asked import Minutes
from .course import changed, days, due_in, locked, move, ours, touched
from .inviting import Invited, ask_in
from .telling import day_of, tell, tell_one

Hall = Annotated[int, Ask(say("到会场的人数"), min=0, max=100000)]
Remote = Annotated[int, Ask(say("线上参加的人数"), min=0, max=100000)]


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()


@action(
    "deliberations.call",
    on=Matter,
    label=say("通知开会"),
    main=True,
    effects=(
        say("材料和通知要在会前至少 3 天送到；网上和会场可以同时参加。"),
        say("到会人数不够的，可以再通知一次；再不够，按没有谈拢处理。"),
    ),
)
def call(
    actor: Actor,
    matter: Matter,
    *,
    level: Annotated[str, Ask(say("在哪一层商量"), choices=sources.LEVELS)],
    held_at: Annotated[datetime, Ask(say("什么时候开"))],
    place: Annotated[str, Ask(say("在哪里开"), max=120)],
    material: Annotated[
        str, Ask(say("会议材料"), help=say("要商量什么、有哪些方案、各要多少钱"), max=10000, rows=8)
    ],
    invited: Invited,
    form: Annotated[str, Ask(say("会议形式"), choices=meetings.FORMS)] = meetings.TALK,
    online: Annotated[bool, Ask(say("同时开网上会场"))] = False,
    evidence: Evidence = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """Choose the level, send the material, ask those concerned."""
    meetings.check_level(matter.unit.kind, level)
    day = _day(held_at)
    meetings.check_notice(clock.today(), day, days("material_days"))
    last = matter.sessions.order_by("-seq").first()
    session = Session.objects.create(
        matter=matter, seq=last.seq + 1 if last else 1, form=form, level=level, held_at=held_at, place=place,
        online=online, material=material, again=last if last is not None and last.state == "short" else None,
    )  # fmt: skip
    ask_in(actor, session, invited)
    session.save()
    use_material(actor, session, evidence)
    matter.level = level
    move(matter, "call", due=day)
    matter.save()
    follow(session)
    if online:
        opinions.open_poll(matter, matter.unit_id, public=matter.published_at is not None)
    about = say(
        "“{title}”{day} 在{place}商量，材料可以先看", title=matter.title, day=day_of(day), place=place
    )
    tell(matter, about, wide=True)
    for account in session.stakeholders.filter(account__isnull=False).values_list("account_id", flat=True):
        tell_one(
            account,
            session,
            say("请您 {day} 到{place}商量“{title}”", day=day_of(day), place=place, title=matter.title),
        )
    return {
        "session": session.pk,
        "level": level,
        "form": form,
        "held_at": held_at,
        "invited": session.invited,
    }


def use_material(actor: Actor, session: Session, ids: list[int]) -> None:
    """Files that everybody may read before the meeting."""
    evidence.use(actor, session, ids, key="material")


@action("deliberations.invite", on=Session, label=say("再请几位"))
def invite(actor: Actor, session: Session, *, invited: Invited) -> dict[str, Any]:
    """Ask more people, in time for them to read the material."""
    meetings.check_notice(clock.today(), _day(session.held_at), days("material_days"))
    count = ask_in(actor, session, invited)
    session.save()
    touched(session.matter_id)
    return {"invited": count}


@action("deliberations.sign_in", on=Session, label=say("签到"), keeps_todo=True)
def sign_in(
    actor: Actor,
    session: Session,
    *,
    hall: Annotated[list[int], Ask(say("到会场的人"), min=1)] = [],  # noqa: B006  read only
    remote: Annotated[list[int], Ask(say("线上参加的人"), min=1)] = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """Keep the whole sheet of who came, in the hall or online; a second sheet puts a mistake right."""
    if both := set(hall) & set(remote):
        refuse(
            say("有 {n} 人既记在会场又记在线上，请只记一处", n=len(both)),
            rule="deliberations.signed_twice",
            source=say("五事协商办法（本县设定）"),
            field="hall",
        )
    people = session.stakeholders.all()
    people.exclude(pk__in=[*hall, *remote]).update(came=False, channel="")
    people.filter(pk__in=hall).update(came=True, channel=meetings.HALL)
    people.filter(pk__in=remote).update(came=True, channel=meetings.ONLINE)
    touched(session.matter_id)
    return {
        "hall": people.filter(channel=meetings.HALL).count(),
        "remote": people.filter(channel=meetings.ONLINE).count(),
    }


def _came(session: Session, hall: int, remote: int) -> None:
    today = clock.today()
    check_all(
        [
            Problem(
                say("会议在 {day} 开，到那天再记", day=day_of(_day(session.held_at))),
                "deliberations.early",
            )
            if today < _day(session.held_at)
            else None,
            Problem(
                say("到会 {came} 人，超过请的 {invited} 人", came=hall + remote, invited=session.invited),
                "deliberations.came",
                field="hall",
            )
            if hall + remote > session.invited
            else None,
        ]
    )
    session.hall, session.remote = hall, remote


@action(
    "deliberations.hold",
    on=Session,
    label=say("记下会议"),
    main=True,
    effects=say("到会人数够了，会议有效，接着形成共识文本。"),
)
def hold(
    actor: Actor,
    session: Session,
    *,
    hall: Hall,
    minutes: Minutes,
    remote: Remote = 0,
    evidence: Evidence = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """The meeting took place: who came, what was said."""
    _came(session, hall, remote)
    meetings.check_quorum(dated.value("deliberations.quorum"), session.invited, hall + remote)
    matter = locked(session.matter_id)
    session.minutes, session.state = minutes, "held"
    session.save()
    use_minutes(actor, session, evidence)
    move(matter, "held")
    changed(matter)
    tell(matter, say("“{title}”开过会了，正在写共识文本", title=matter.title))
    return {"invited": session.invited, "hall": hall, "remote": remote}


def use_minutes(actor: Actor, session: Session, ids: list[int]) -> None:
    """Sign-in sheets and photos: they show people, so they stay with those who may see the meeting from inside."""
    evidence.use(actor, session, ids, key="minutes")


@action(
    "deliberations.adjourn",
    on=Session,
    label=say("人数不够"),
    effects=say("可以再通知一次；第二次还不够，转为“没有谈拢”，由牵头单位作安排。"),
)
def adjourn(actor: Actor, session: Session, *, hall: Hall, remote: Remote = 0) -> dict[str, Any]:
    """Too few came: once more, and after the second time the matter stands unresolved."""
    _came(session, hall, remote)
    least = meetings.needed(dated.value("deliberations.quorum"), session.invited)
    if hall + remote >= least:
        refuse(
            say("人数已经够了（至少 {n} 人），请记下会议", n=least),
            rule="deliberations.quorate",
            field="hall",
        )
    matter = locked(session.matter_id)
    session.state = "short"
    session.save()
    shorts = 2 if session.again_id else 1
    again = meetings.may_reconvene(shorts)
    move(matter, "short" if again else "failed")
    changed(matter)
    tell(matter, say("“{title}”到会的人不够，会没有开成", title=matter.title))
    return {"came": hall + remote, "needed": least, "again": again}


@action("deliberations.cancel", on=Session, label=say("取消会议"))
def cancel(actor: Actor, session: Session, *, reason: Reason) -> dict[str, Any]:
    """The meeting does not take place; another is called."""
    matter = locked(session.matter_id)
    session.state = "cancelled"
    session.save()
    move(matter, "short", due=due_in("days_to_call"))
    changed(matter)
    tell(matter, say("“{title}”的会取消了，另行通知", title=matter.title))
    return {"reason": reason}


def _may_vote(actor: Actor, matter: Matter) -> None:
    ours(actor, matter)
    if matter.state not in ("convened", "talking"):
        refuse(say("通知开会以后才投票"), rule="deliberations.flow")


@action(
    "deliberations.put_to_vote",
    on=Matter,
    label=say("把方案交给大家投票"),
    check=_may_vote,
    keeps_todo=True,
    effects=(
        say("确认居住的居民每人一票，网上和会场的纸票合并计算。"),
        say("投票是征求意见；共识仍由到会的利益相关方达成，或者由村（居）民会议表决。"),
    ),
)
def put_to_vote(
    actor: Actor,
    matter: Matter,
    *,
    question: Annotated[str, Ask(say("问什么"), max=200, rows=2)],
    closes: Annotated[datetime, Ask(say("什么时候截止"))],
    options: Annotated[
        str, Ask(say("方案"), help=say("一行一个，2 到 12 个；不填就是赞成、反对、弃权"), max=1000, rows=4)
    ] = "",
    most: Annotated[int, Ask(say("每人最多选几项"), min=1, max=12)] = 1,
    only_invited: Annotated[bool, Ask(say("只请到会的利益相关方投"))] = False,
) -> dict[str, Any]:
    """Ask the residents, or those who were invited, which way they prefer."""
    people = None
    if only_invited:
        session = matter.sessions.order_by("-seq").first()
        invited = session.stakeholders.all() if session is not None else []
        people = [ballot_rules.Invited(f"{s.capacity} {s.name}".strip(), s.account_id) for s in invited]
    lines = [line.strip() for line in options.splitlines() if line.strip()]
    ballot = ballots.open_ballot(
        matter, matter.unit_id, question=question, options=lines or ballot_rules.APPROVAL, closes=closes, most=most,
        electorate=people, public=matter.published_at is not None, actor=actor,
    )  # fmt: skip
    about = say("“{title}”正在投票，{day} 截止", title=matter.title, day=day_of(_day(closes)))
    tell(matter, about, wide=True)
    return {"ballot": ballot.pk, "options": len(lines) or 3, "closes": closes}
