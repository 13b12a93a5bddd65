"""The papers of organisations: the register sheet (登记、备案信息表)."""

from __future__ import annotations

from typing import Any

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.papers import Column, Doc, Facts, Heading, Paper, Table
from gongzhi.core.words import say
from gongzhi.registers.organisations import queries
from gongzhi.registers.organisations.models import Organisation


def sheet(actor: Actor, org: Organisation) -> Doc:
    """What is registered or recorded, and how the organisation stood; the leader as the reader may read the name."""
    facts = [
        ("名称", org.name),
        ("类型", str(org.type_label)),
        ("统一社会信用代码", org.uscc or "—"),
        ("备案号", org.record_no or "—"),
        ("服务类别", str(org.service_label) or "—"),
        ("组织形式", str(org.form_label) or "—"),
        ("业务主管单位", org.authority.name if org.authority else "—"),
        ("负责人", queries.leader_for(actor, org) or "—"),
        ("地址", org.address or "—"),
        ("办公电话", queries.phone_for(actor, org) or "—"),
        ("成立日期", org.established.isoformat() if org.established else "—"),
        ("状态", str(org.state_label)),
    ]
    columns = [Column("日期", kind="date"), Column("状态"), Column("类型", 2), Column("文件", 2)]
    rows: list[Any] = [
        (s.since, str(s.state_label), str(s.type_label), s.basis) for s in queries.history(org)
    ]
    title = "备案信息表" if org.type == "recorded" else "登记信息表"
    blocks: list[Any] = [Facts(facts, pairs=2), Heading("状态变动", numbered=False), Table(columns, rows)]
    return Doc(f"{org.name}{title}", date=clock.today(), blocks=blocks)


PAPERS = {"sheet": Paper(say("登记（备案）信息表"), build=sheet, on=Organisation)}
