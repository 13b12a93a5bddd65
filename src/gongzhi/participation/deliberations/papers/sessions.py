"""What is printed of a meeting: the notice, and the list to sign with what became of it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from gongzhi.core import dated
from gongzhi.core.access import Actor
from gongzhi.core.papers import Column, Doc, Facts, Heading, Para, Table
from gongzhi.participation.deliberations import queries
from gongzhi.participation.deliberations.models import Session
from gongzhi.participation.deliberations.rules import meetings, sources

from .matters import about

OUTCOMES = {"held": "到会人数够了，会议有效。", "short": "到会人数不够，会议没有开成。"}


def announced(actor: Actor, session: Session) -> bool:
    """A meeting that was called off has nothing to print."""
    return session.state != "cancelled"


def _facts(session: Session) -> list[tuple[str, str]]:
    return [
        *about(session.matter),
        ("会议", f"第 {session.seq} 次{meetings.FORMS[session.form]}"),
        ("层级", str(sources.LEVELS[session.level])),
        ("时间", f"{timezone.localtime(session.held_at):%Y年%-m月%-d日 %H:%M}"),
        ("地点", session.place + ("，也可以线上参加" if session.online else "")),
    ]


def notice(actor: Actor, session: Session) -> Doc:
    """会议通知: when, where, about what, and in what capacity people are asked; it hangs out, so it names nobody."""
    people = list(session.stakeholders.all())
    sent = min((p.invited_on for p in people), default=timezone.localtime(session.created_at).date())
    share = meetings.SHARES[dated.value("deliberations.quorum", sent)]
    blocks: list[Any] = [
        Para("请各利益相关方到会商量下面这件事。材料请先看一看，有意见可以带到会上说。"),
        Facts(_facts(session)),
        Heading("请到会的各方"),
        Para("、".join(p.capacity for p in people) or "—"),
        Heading("会议材料"),
        *(Para(line) for line in session.material.splitlines() if line.strip()),
        Para(f"到会人数要有应到人数的{share}，会议才有效。不能到会的，请提前告诉我们。"),
    ]
    return Doc("会议通知", issuer=session.matter.unit.name, date=sent, blocks=blocks)


def _inside(actor: Actor, session: Session) -> bool:
    """Whoever typed a name in was told that only the own unit reads it."""
    return not actor.is_outside and actor.unit_id in (session.matter.unit_id, session.matter.origin_id)


def attendance(actor: Actor, session: Session) -> Doc:
    """签到表和会议纪要: to be signed at the door; afterwards with who came and, for those inside, what was said."""
    inside = _inside(actor, session)
    columns = [Column("序号", 0.7, "no"), Column("身份", 3), Column("参加方式", 1.4), Column("签名", 2)]
    if inside:
        columns.insert(2, Column("姓名", 1.4))
    rows = []
    for n, p in enumerate(session.stakeholders.all(), 1):
        came = str(meetings.CHANNELS[p.channel]) if p.came and p.channel else ""
        rows.append((n, p.capacity, *([str(p.name) or "—"] if inside else []), came, ""))
    blocks: list[Any] = [
        Facts(_facts(session)),
        Heading("签到"),
        Table(columns, rows),
    ]
    if session.state in OUTCOMES:
        came = f"应到 {session.invited} 人，到会场 {session.hall} 人，线上参加 {session.remote} 人。"
        blocks += [Heading("到会情况"), Para(came + OUTCOMES[session.state])]
    if session.minutes and queries.inside(actor, session.matter):
        blocks += [Heading("会议纪要"), *(Para(t) for t in session.minutes.splitlines() if t.strip())]
    blocks.append(Facts([("主持", ""), ("记录", "")], pairs=2))
    title = "签到表和会议纪要" if session.state in OUTCOMES else "会议签到表"
    return Doc(title, issuer=session.matter.unit.name, blocks=blocks)
