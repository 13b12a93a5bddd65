"""Consulting every committee: each answers for itself, dissent is recorded and gets a reply."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core import calendar, clock, dated, todo
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Note
from gongzhi.core.models import Unit
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import joined, say
from gongzhi.lists.duties import rules
from gongzhi.lists.duties.actions import telling
from gongzhi.lists.duties.models import Consultation, Dissent, DutyItem, DutyList
from gongzhi.lists.duties.queries.figures import tally
from gongzhi.lists.duties.rules.checks import PROCEDURE

OPINIONS = {"agree": say("同意"), "dissent": say("有不同意见"), "note_silence": say("联系过，未答复")}
Opinion = Annotated[str, Ask(say("意见"), max=2000, rows=5)]
Points = Annotated[
    list[dict[str, Any]] | None,
    Ask(
        say("对哪些事项有意见"),
        help=say("可以不填；填了会记在事项旁边"),
        row={
            "code": Annotated[str, Ask(say("事项编号"), max=4)],
            "text": Annotated[str | None, Ask(say("意见"), max=500)],
        },
    ),
]


@action(
    "duties.open_consultation",
    on=DutyList,
    label=say("开始征求村（居）委会意见"),
    effects=say("所有村（居）委会都会收到待办，各自回复同意或者不同意见。"),
    main=True,
)
def open_consultation(actor: Actor, version: DutyList, *, note: Note = "") -> dict[str, object]:
    """Ask every committee of the county; amended items must have passed the legality review again."""
    waiting = DutyItem.objects.filter(version=version, standing="accepted").exclude(legality="passed")
    codes = list(waiting.order_by("code").values_list("code", flat=True))
    if codes:
        text = say("{codes} 还没有通过合法性审核", codes=joined(codes))
        check_all([Problem(text, "duties.not_reviewed", PROCEDURE)])
    todo.close(version, key="review:amended")
    committees = Unit.objects.filter(kind="committee", closed=None, path__startswith=version.owner.path)
    version.state = rules.FLOW.step(version.state, "open_consultation")
    version.round += 1
    version.consult_until = calendar.due(clock.today(), int(dated.value("duties.days_to_consult")))
    version.save()
    asked = Consultation.objects.bulk_create(
        Consultation(version=version, unit=unit, round=version.round) for unit in committees.order_by("path")
    )
    for consultation in asked:
        todo.follow(consultation)
    return {
        "note": note,
        "round": version.round,
        "committees": len(asked),
        "until": version.consult_until.isoformat(),
    }


def _running(actor: Actor, consultation: Consultation) -> None:
    version = consultation.version
    if version.state != "consulting" or consultation.round != version.round:
        refuse(
            say("征求意见已经结束。公示期间仍可以提异议"),
            rule="duties.consultation_closed",
            source=PROCEDURE,
            way_out=f"/duties/object/?list={version.pk}",
        )


@action("duties.agree", on=Consultation, label=say("同意"), check=_running, main=True)
def agree(
    actor: Actor,
    consultation: Consultation,
    *,
    text: Annotated[str, Ask(say("补充意见"), max=2000, rows=3)] = "",
) -> None:
    """The committee agrees with the list; it may still change its mind while the round runs."""
    _answer(consultation, "agree", text, [])


@action("duties.dissent", on=Consultation, label=say("有不同意见"), check=_running)
def dissent(
    actor: Actor, consultation: Consultation, *, text: Opinion, points: Points = None
) -> dict[str, object]:
    """The committee disagrees with the list or with items of it. The office must reply to every dissent."""
    _answer(consultation, "dissent", text, points or [])
    return {"points": [p["code"] for p in points or []]}


def _may_record(actor: Actor, consultation: Consultation) -> None:
    """Nobody writes over what a committee said itself."""
    _running(actor, consultation)
    if consultation.answered_at is not None and not consultation.proxy:
        refuse(
            say("{unit}已经自己答复，要改由它自己改", unit=consultation.unit.short),
            rule="duties.answered_itself",
            source=PROCEDURE,
        )


@action("duties.record", on=Consultation, label=say("代为记录意见"), check=_may_record)
def record(
    actor: Actor,
    consultation: Consultation,
    *,
    opinion: Annotated[str, Ask(say("村（居）委会的意见"), choices=OPINIONS)],
    how: Annotated[str, Ask(say("怎么取得的"), help=say("电话、书面、当面，谁说的"), max=200)],
    text: Annotated[str, Ask(say("意见"), max=2000, rows=4)] = "",
) -> dict[str, object]:
    """Write down an opinion given by telephone or on paper, or that a committee did not answer."""
    if opinion == "dissent" and not text:
        refuse(say("不同意见要写清内容"), rule="duties.dissent_text", source=PROCEDURE, field="text")
    _answer(consultation, opinion, text, [], how)
    return {"opinion": opinion, "how": how}


@action(
    "duties.reply", on=Consultation, label=say("回复采纳情况"), check=lambda a, c: _dissented(c), main=True
)
def reply(
    actor: Actor,
    consultation: Consultation,
    *,
    adopted: Annotated[bool, Ask(say("采纳"), help=say("采纳的，清单要按意见修改并重新征求意见"))] = False,
    reply: Annotated[str, Ask(say("答复"), max=2000, rows=4)],
) -> dict[str, object]:
    """Tell a committee that dissented what becomes of its opinion."""
    consultation.adopted, consultation.reply = adopted, reply
    consultation.save()
    todo.close(consultation, key="reply")
    telling.committee_of_reply(consultation)
    return {"adopted": adopted}


@action(
    "duties.close_consultation",
    on=DutyList,
    label=say("结束征求意见"),
    effects=say("还没有答复的，记为“期满未答复”，不算同意。"),
    check=lambda actor, version: _may_close(version),
    main=True,
)
def close_consultation(actor: Actor, version: DutyList, *, note: Note = "") -> dict[str, object]:
    """End the round when all have answered or the days have run; whoever was silent is recorded as silent."""
    silent = list(
        Consultation.objects.select_for_update(of=("self",)).filter(
            version=version, round=version.round, state="asked"
        )
    )
    for consultation in silent:
        consultation.state, consultation.proxy = rules.CONSULTATION_FLOW.step("asked", "note_silence"), True
        todo.close(consultation, key="flow:*")
    Consultation.objects.bulk_update(silent, ["state", "proxy"])
    version.state = rules.FLOW.step(version.state, "close_consultation")
    version.save()
    counts = tally(version)
    return {
        "note": note, "round": version.round, "agreed": counts.agreed, "dissented": counts.dissented,
        "silent": [c.unit_id for c in silent],
    }  # fmt: skip


@action(
    "duties.amend",
    on=DutyList,
    label=say("按意见修改"),
    effects=say("改过的事项要重新审核，全部改完再次征求意见。"),
)
def amend(
    actor: Actor, version: DutyList, *, reason: Annotated[str, Ask(say("改什么"), max=2000, rows=4)]
) -> dict[str, object]:
    """Open the list for changes after the consultation; another round follows."""
    version.state = rules.FLOW.step(version.state, "amend")
    version.save()
    return {"reason": reason}


def _answer(
    consultation: Consultation, word: str, text: str, points: list[dict[str, Any]], how: str = ""
) -> None:
    consultation.state = rules.CONSULTATION_FLOW.step(consultation.state, word)
    consultation.text, consultation.answered_at = text, clock.now()
    consultation.proxy, consultation.proxy_how = bool(how), how
    consultation.adopted, consultation.reply = None, ""
    consultation.save()
    consultation.points.all().delete()
    _points(consultation, points)
    todo.close(consultation, key="reply")
    if word == "dissent":
        todo.open(
            consultation,
            key="reply",
            unit_id=consultation.version.office_id,
            verb="duties.reply",
            about=say("回复{unit}的不同意见", unit=consultation.unit.short),
            waits_unit_id=consultation.unit_id,
        )


def _points(consultation: Consultation, points: list[dict[str, Any]]) -> None:
    if not points:
        return
    rows = {i.code: i for i in DutyItem.objects.filter(version=consultation.version_id, standing="accepted")}
    unknown = [p["code"] for p in points if p["code"] not in rows]
    if unknown:
        refuse(
            say("清单里没有编号 {codes}", codes=joined(unknown)),
            rule="duties.unknown_code",
            field="points",
        )
    texts = {p["code"]: p.get("text") or "" for p in points}
    Dissent.objects.bulk_create(
        Dissent(consultation=consultation, item=rows[c], text=t) for c, t in texts.items()
    )


def _dissented(consultation: Consultation) -> None:
    if consultation.state != "dissented":
        refuse(say("没有不同意见，不用回复"), rule="duties.flow")


def _may_close(version: DutyList) -> None:
    if version.state != "consulting" or version.consult_until is None:
        return  # the flow says so in its own words
    check_all([rules.check_consultation_over(tally(version).waiting, version.consult_until, clock.today())])
