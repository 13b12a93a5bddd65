"""The papers of positions: proof of a position, and the record of continuing education."""

from __future__ import annotations

from typing import Any

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.papers import Column, Doc, Facts, Paper, Para, Table
from gongzhi.core.words import say
from gongzhi.registers.positions import queries
from gongzhi.registers.positions.models import Certificate, Position


def proof(actor: Actor, position: Position) -> Doc:
    """任职情况: who holds what in which organisation, since when, on what basis."""
    until = position.until.isoformat() if position.until else "在任"
    facts = [
        ("姓名", position.name),
        ("组织", position.organisation.name),
        ("岗位", position.title),
        ("产生方式", str(position.basis_label)),
        ("任职时间", f"{position.since.isoformat()} 至 {until}"),
        ("兼职", "是" if position.part_time else "否"),
        ("依据", position.note or "—"),
    ]
    return Doc("任职情况", date=clock.today(), blocks=[Facts(facts)])


def education(actor: Actor, certificate: Certificate) -> Doc:
    """继续教育记录 of the running registration period."""
    done = queries.hours(certificate)
    rows: list[Any] = [
        (e.on, e.topic, e.provider, e.hours)
        for e in certificate.education.order_by("on", "pk")
        if certificate.period_since <= e.on <= certificate.valid_to
    ]
    columns = [
        Column("日期", kind="date"),
        Column("内容", 3),
        Column("举办单位", 2),
        Column("学时", kind="decimal"),
    ]
    lead = f"{certificate.label()}，编号 {certificate.number}，本周期 {certificate.period_since} 至 {certificate.valid_to}，已完成 {done} 小时。"
    return Doc("继续教育记录", date=clock.today(), blocks=[Para(lead), Table(columns, rows, total=True)])


PAPERS = {
    "proof": Paper(say("任职情况"), build=proof, on=Position, personal=True),
    "education": Paper(say("继续教育记录"), build=education, on=Certificate, personal=True),
}
