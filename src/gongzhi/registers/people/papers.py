"""The papers of people: the entry as registered, masked, with the positions held."""

from __future__ import annotations

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.papers import Doc, Facts, Paper, Para
from gongzhi.core.words import say
from gongzhi.registers.people.models import Person


def entry(actor: Actor, person: Person) -> Doc:
    """人员登记表, masked: a person may ask for a copy of what is kept about them (个人信息保护法第 45 条)."""
    facts = [
        ("登记号", str(person.pk)),
        ("姓名", person.masked),
        ("性别", str(person.sex_label) or "—"),
        ("出生年份", str(person.birth_year or "—")),
        ("身份证号", str(person.citizen_id) or "没有录入"),
        ("手机号", str(person.phone) or "没有录入"),
        ("学历", str(person.education_label) or "—"),
        ("所在村（社区）", person.unit.short),
        ("状态", str(person.state_label)),
        ("核对日期", person.verified.isoformat() if person.verified else "—"),
    ]
    note = Para("姓名、身份证号和手机号已经遮盖。信息有误的，可以请求更正。")
    return Doc("人员登记表", date=clock.today(), blocks=[Facts(facts, pairs=2), note])


PAPERS = {"entry": Paper(say("人员登记表"), build=entry, on=Person, personal=True)}
