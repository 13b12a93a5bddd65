"""The lines of a draft: departments offer, the office takes in, adds, edits and drops; and the repeal flag."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Reason
from gongzhi.core.models import Unit
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.duties import rules
from gongzhi.lists.duties.actions import telling
from gongzhi.lists.duties.actions.lines import live_item, must_be_editable, save_line
from gongzhi.lists.duties.models import DutyItem, DutyList, RepealFlag
from gongzhi.lists.duties.rules.checks import PROCEDURE

Item = Annotated[int, Ask(say("事项"), min=1)]
Code = Annotated[str, Ask(say("编号"), help=say("一个大写字母加两到三位数字，例如 B10"), max=4)]
ListType = Annotated[str, Ask(say("清单"), choices=rules.LIST_TYPES)]
Name = Annotated[str, Ask(say("事项名称"), max=80)]
Applies = Annotated[str, Ask(say("适用"), choices=rules.APPLIES)]
Lead = Annotated[int | None, Ask(say("牵头部门"), help=say("协助事项必填"), min=0)]
Joint = Annotated[str | None, Ask(say("会同部门"), max=100)]
Payer = Annotated[str | None, Ask(say("谁出钱"), help=say("协助事项必填"), choices=rules.PAYERS)]
Funding = Annotated[str | None, Ask(say("经费规则"), max=300, rows=2)]
FundingBasis = Annotated[str | None, Ask(say("经费依据"), max=100)]
Cycle = Annotated[str, Ask(say("周期"), choices=rules.CYCLES)]
Standard = Annotated[str | None, Ask(say("标准"), max=300, rows=2)]
Plain = Annotated[str | None, Ask(say("通俗说明"), help=say("说给居民听的一两句话"), max=300, rows=3)]
Question = Annotated[str | None, Ask(say("居民常问的一句话"), max=60)]
SearchWords = Annotated[
    str | None, Ask(say("居民的叫法"), help=say("用顿号或者空格隔开，查得到全靠它"), max=400, rows=2)
]
LeadDoes = Annotated[str | None, Ask(say("部门做什么"), max=100)]
CommitteeDoes = Annotated[str | None, Ask(say("村（居）委会做什么"), max=100)]
Instead = Annotated[
    str | None, Ask(say("该去哪里办"), help=say("不归村（居）管、也没有牵头部门的，写清去处"), max=200)
]
Remark = Annotated[str | None, Ask(say("备注"), max=200)]
Bases = Annotated[
    list[dict[str, Any]] | None,
    Ask(
        say("依据"),
        row={
            "law": Annotated[str, Ask(say("法律或文件"), max=100)],
            # A department may not know the article yet and says so by the mark.
            "article": Annotated[str | None, Ask(say("条款"), max=60)],
            "text_year": Annotated[int | None, Ask(say("文本年份"), min=1949, max=2100)],
            "mark": Annotated[str | None, Ask(say("核对"), choices=rules.MARKS)],
            "quote": Annotated[str | None, Ask(say("原文摘录"), help=say("只摘确实核对过的短句"), max=200)],
        },
    ),
]


@action("duties.add_item", on=DutyList, label=say("添加事项"), check=must_be_editable)
def add_item(
    actor: Actor,
    version: DutyList,
    *,
    code: Code,
    list_type: ListType,
    name: Name,
    applies_to: Applies = "both",
    lead: Lead = None,
    payer: Payer = None,
    funding_rule: Funding = None,
    cycle: Cycle = "standing",
    standard: Standard = None,
    plain: Plain = None,
    words: SearchWords = None,
    bases: Bases = None,
) -> dict[str, object]:
    """Put a new line on the draft; the rest of its columns can be filled in by ``edit_item``."""
    item = DutyItem(version=version)
    answers = {
        "code": code, "list_type": list_type, "name": name, "applies_to": applies_to, "lead": lead, "payer": payer,
        "funding_rule": funding_rule, "cycle": cycle, "standard": standard, "plain": plain, "words": words,
    }  # fmt: skip
    save_line(version, item, answers, bases or [])
    return {"item": item.pk, "code": code, "name": name, "list_type": list_type}


@action("duties.edit_item", on=DutyList, label=say("修改事项"), check=must_be_editable, offered=False)
def edit_item(
    actor: Actor,
    version: DutyList,
    *,
    item: Item,
    code: Annotated[str | None, *Code.__metadata__] = None,
    list_type: Annotated[str | None, *ListType.__metadata__] = None,
    name: Annotated[str | None, *Name.__metadata__] = None,
    applies_to: Annotated[str | None, *Applies.__metadata__] = None,
    question: Question = None,
    plain: Plain = None,
    words: SearchWords = None,
    lead: Lead = None,
    joint: Joint = None,
    lead_does: LeadDoes = None,
    committee_does: CommitteeDoes = None,
    payer: Payer = None,
    funding_rule: Funding = None,
    funding_basis: FundingBasis = None,
    cycle: Annotated[str | None, *Cycle.__metadata__] = None,
    standard: Standard = None,
    instead: Instead = None,
    note: Remark = None,
    bases: Bases = None,
) -> dict[str, object]:
    """Change a line. What is left out stays; a department is taken off with 0."""
    row = live_item(version, item)
    answers = {
        "code": code, "list_type": list_type, "name": name, "applies_to": applies_to, "question": question,
        "plain": plain, "words": words, "lead": lead, "joint": joint, "lead_does": lead_does,
        "committee_does": committee_does, "payer": payer, "funding_rule": funding_rule,
        "funding_basis": funding_basis, "cycle": cycle, "standard": standard, "instead": instead, "note": note,
    }  # fmt: skip
    before = {k: getattr(row, f"{k}_id" if k == "lead" else k) for k in answers}
    save_line(version, row, answers, bases)
    after = {k: getattr(row, f"{k}_id" if k == "lead" else k) for k in answers}
    changed = [k for k in answers if before[k] != after[k]] + (["bases"] if bases is not None else [])
    return {
        "item": row.pk, "code": row.code, "changed": changed,
        "was": {k: before[k] for k in changed if k in before}, "now": {k: after[k] for k in changed if k in after},
    }  # fmt: skip


@action("duties.drop_item", on=DutyList, label=say("撤下事项"), check=must_be_editable, offered=False)
def drop_item(actor: Actor, version: DutyList, *, item: Item, reason: Reason) -> dict[str, object]:
    """Take a line off the draft; the row is kept with its reason."""
    row = live_item(version, item)
    row.standing, row.standing_reason = "dropped", reason
    row.save(update_fields=["standing", "standing_reason"])
    return {"item": row.pk, "code": row.code, "name": row.name, "reason": reason}


@action(
    "duties.offer_item",
    on=DutyList,
    label=say("报送本部门事项"),
    check=lambda a, v: _may_offer(a, v),
    main=True,
)
def offer_item(
    actor: Actor,
    version: DutyList,
    *,
    code: Code,
    name: Name,
    applies_to: Applies = "both",
    plain: Plain = None,
    lead_does: LeadDoes = None,
    committee_does: CommitteeDoes = None,
    payer: Annotated[str, *Payer.__metadata__] = "lead",
    funding_rule: Funding = None,
    cycle: Cycle = "standing",
    standard: Standard = None,
    bases: Bases = None,
) -> dict[str, object]:
    """A department asks for help with a task of its own; the office accepts or returns it."""
    item = DutyItem(version=version, standing="offered", list_type=rules.ASSIST)
    item.lead_id = item.offered_by_id = actor.unit_id
    answers = {
        "code": code, "name": name, "applies_to": applies_to, "plain": plain, "lead_does": lead_does,
        "committee_does": committee_does, "payer": payer, "funding_rule": funding_rule, "cycle": cycle,
        "standard": standard,
    }  # fmt: skip
    save_line(version, item, answers, bases or [])
    return {"item": item.pk, "code": code, "name": name}


@action("duties.accept_item", on=DutyList, label=say("收入清单"), check=must_be_editable, offered=False)
def accept_item(
    actor: Actor,
    version: DutyList,
    *,
    item: Item,
    code: Annotated[str, Ask(say("编号"), help=say("不写就用部门报的编号"), max=4)] = "",
) -> dict[str, object]:
    """Take an offered line into the list; it must pass the same checks as any other."""
    row = live_item(version, item, "offered")
    row.standing = "accepted"
    save_line(version, row, {"code": code or None}, None)
    telling.department_of_decision(version, row)
    return {"item": row.pk, "code": row.code, "name": row.name, "department": row.offered_by_id}


@action("duties.return_item", on=DutyList, label=say("退回部门"), check=must_be_editable, offered=False)
def return_item(actor: Actor, version: DutyList, *, item: Item, reason: Reason) -> dict[str, object]:
    """Send an offered line back to its department with the reason."""
    row = live_item(version, item, "offered")
    row.standing, row.standing_reason = "returned", reason
    row.save(update_fields=["standing", "standing_reason"])
    telling.department_of_decision(version, row)
    return {"item": row.pk, "name": row.name, "department": row.offered_by_id, "reason": reason}


@action(
    "duties.flag_repealed",
    on=DutyList,
    label=say("标记依据已废止"),
    effects=say("所有人都会在这个事项旁边看到标记。清单原文不改，年度修订时处理。"),
    offered=False,
)
def flag_repealed(
    actor: Actor,
    version: DutyList,
    *,
    item: Item,
    law: Annotated[str, Ask(say("哪一部法律或文件"), max=100)],
    since: Annotated[date, Ask(say("自哪天起废止或修改"))],
    document: Annotated[str, Ask(say("废止或修改它的文件"), max=200)],
    note: Annotated[str, Ask(say("说明"), max=300, rows=2)] = "",
) -> dict[str, object]:
    """Show on an item, also of a version in force, that its basis fell away. The item itself stays as issued."""
    row = live_item(version, item)
    if not row.bases.filter(law=law).exists():
        refuse(
            say("{code} 的依据里没有《{law}》", code=row.code, law=law),
            rule="duties.repealed_basis",
            field="law",
        )
    if row.repeals.filter(law=law, since=since).exists():
        refuse(say("这一条已经标记过了"), rule="duties.repealed_twice", field="since")
    RepealFlag.objects.create(
        item=row, law=law, since=since, document=document, note=note, by_id=actor.unit_id
    )
    return {"item": row.pk, "code": row.code, "law": law, "since": since.isoformat(), "document": document}


def _may_offer(actor: Actor, version: DutyList) -> None:
    if version.state != "drafted":
        refuse(
            say(
                "现在是“{state}”，部门报送在“编制中”进行。年中新增的事请走社区工作准入",
                state=version.state_label,
            ),
            rule="duties.flow" if not version.issued else "duties.in_force_unchanged",
            source=PROCEDURE,
        )
    if actor.unit_id is None or not Unit.objects.filter(pk=actor.unit_id, kind="department").exists():
        refuse(say("只有市级部门报送协助事项"), rule="duties.lead_department", source=PROCEDURE)
