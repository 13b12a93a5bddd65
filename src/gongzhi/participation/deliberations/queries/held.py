"""What this room holds about a resident: for the resident to see and to take along."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localtime

from gongzhi.core.personal import Held
from gongzhi.core.words import Words, say
from gongzhi.participation.deliberations.models import (
    Check,
    Inquiry,
    Objection,
    Raising,
    Stakeholder,
    Supervisor,
)
from gongzhi.participation.deliberations.rules import sources

RECORD = say("村务档案（村民委员会组织法第 34 条）；注销后原话保留，姓名、电话、坐标和照片删除")
VOICES: dict[type[Objection] | type[Inquiry], tuple[str, Words]] = {
    Objection: ("objections", say("您提的异议")),
    Inquiry: ("inquiries", say("您的询问")),
}


def held_about(account_id: int) -> list[Held]:
    """Everything this room keeps about an account, newest first. Seven queries."""
    return [
        _raisings(account_id),
        *(_voices(model, account_id) for model in VOICES),
        _offers(account_id),
        _checks(account_id),
        _invitations(account_id),
    ]


def _at(moment: datetime | None) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _raisings(account_id: int) -> Held:
    rows = Raising.objects.filter(account_id=account_id).select_related("matter", "unit")
    return Held(
        "raisings",
        say("您说过的事"),
        RECORD,
        {
            "number": say("编号"),
            "text": say("原话"),
            "added": say("补充"),
            "place": say("村（社区）"),
            "location": say("地点"),
            "point": say("坐标"),
            "source": say("来源"),
            "at": say("时间"),
            "state": say("状态"),
            "why": say("没有登记的理由"),
            "name": say("姓名"),
            "phone": say("手机号"),
            "unnamed": say("不公开称呼"),
            "may_publish": say("原话可以公开"),
            "score": say("您的评价"),
            "score_text": say("评价说的话"),
            "helped": say("由工作人员代办"),
        },
        [_raising(r) for r in rows.prefetch_related("additions").order_by("-pk")],
    )


def _raising(r: Raising) -> dict[str, object]:
    return {
        "number": r.matter.number if r.matter else "",
        "text": r.text,
        "added": "\n".join(a.text for a in r.additions.all()),
        "place": r.unit.short,
        "location": r.location,
        "point": f"{r.latitude}, {r.longitude}" if r.latitude is not None else "",
        "source": str(sources.SOURCES[r.source]),
        "at": _at(r.created_at),
        "state": str(r.state_label),
        "why": r.why,
        "name": r.name.reveal() if r.name else "",
        "phone": r.phone.reveal() if r.phone else "",
        "unnamed": r.unnamed,
        "may_publish": r.may_publish,
        "score": r.score or "",
        "score_text": r.score_text,
        "helped": r.on_behalf,
    }


def _voices(model: type[Objection] | type[Inquiry], account_id: int) -> Held:
    key, label = VOICES[model]
    rows = model.objects.filter(account_id=account_id).select_related("matter")
    return Held(
        key,
        label,
        RECORD,
        {
            "matter": say("哪件事"),
            "text": say("说了什么"),
            "at": say("时间"),
            "answer": say("答复"),
            "answered": say("答复时间"),
        },
        [
            {
                "matter": v.matter.title,
                "text": v.text,
                "at": _at(v.created_at),
                "answer": v.answer,
                "answered": _at(v.answered_at),
            }
            for v in rows.order_by("-pk")
        ],
    )


def _offers(account_id: int) -> Held:
    rows = Supervisor.objects.filter(account_id=account_id).select_related("matter", "unit")
    return Held(
        "supervising",
        say("当监督人"),
        say("依据您的自荐，随时可以退出；注销时姓名删除"),
        {
            "matter": say("哪件事"),
            "place": say("村（社区）"),
            "name": say("姓名"),
            "state": say("状态"),
            "at": say("时间"),
        },
        [
            {
                "matter": s.matter.title if s.matter else str(say("全部，随时可以抽到")),
                "place": s.unit.short,
                "name": s.name.reveal() if s.name else "",
                "state": str(s.state_label),
                "at": _at(s.created_at),
            }
            for s in rows.order_by("-pk")
        ],
    )


def _checks(account_id: int) -> Held:
    rows = Check.objects.filter(supervisor__account_id=account_id).select_related("task", "matter")
    return Held(
        "checks",
        say("您的查验"),
        RECORD,
        {
            "matter": say("哪件事"),
            "task": say("哪一项"),
            "passed": say("合格"),
            "score": say("打分"),
            "finding": say("看到什么"),
            "helped": say("由工作人员代办"),
            "at": say("时间"),
        },
        [
            {
                "matter": c.matter.title,
                "task": c.task.title,
                "passed": c.passed,
                "score": c.score or "",
                "finding": c.finding,
                "helped": c.on_behalf,
                "at": _at(c.at),
            }
            for c in rows.order_by("-pk")
        ],
    )


def _invitations(account_id: int) -> Held:
    rows = Stakeholder.objects.filter(account_id=account_id).select_related("session__matter")
    return Held(
        "invitations",
        say("请您参加的会议"),
        say("会议记录的一部分；注销时姓名删除"),
        {
            "matter": say("哪件事"),
            "capacity": say("以什么身份"),
            "name": say("姓名"),
            "held": say("会议时间"),
            "came": say("到会"),
        },
        [
            {
                "matter": s.session.matter.title,
                "capacity": s.capacity,
                "name": s.name.reveal() if s.name else "",
                "held": _at(s.session.held_at),
                "came": s.came,
            }
            for s in rows.order_by("-pk")
        ],
    )
