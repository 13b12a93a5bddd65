"""Asking for a correction, and answering."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core import roles
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask, Reason
from gongzhi.core.models import Unit
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import joined, say
from gongzhi.registers.corrections import queries, rules
from gongzhi.registers.corrections.models import Correction
from gongzhi.registers.once import once
from gongzhi.registers.organisations import actions as organisations
from gongzhi.registers.organisations import rules as organisation_rules
from gongzhi.registers.people import actions as people
from gongzhi.registers.people import rules as people_rules
from gongzhi.registers.places import actions as places
from gongzhi.registers.places import queries as place_queries

TWICE = Problem(say("这一项已经请求过，正等答复"), "corrections.once", field="field")
CORRECT: dict[str, Any] = {
    "places": places.correct,
    "organisations": organisations.correct,
    "people": people.correct,
}
ALL_FIELDS = {f: label for fields in queries.FIELDS.values() for f, label in fields.items()}


def keeper_of(ledger: str, field: str, thing: Any) -> int:
    """The unit that answers for a field: the committee or organisation itself where its post keeps it, else the
    township above, else the county."""
    if ledger != "places":
        owners = (organisation_rules if ledger == "organisations" else people_rules).OWNERS[field]
        home = thing.unit_id if ledger == "people" else thing.unit_id or thing.under_id
        if set(owners) & {*roles.COMMITTEE, roles.ORG_MANAGER}:
            return int(home)
        parent = (
            Unit.objects.filter(pk=home, parent__kind="township").values_list("parent_id", flat=True).first()
        )
        if parent is not None and roles.TOWNSHIP_OFFICER in owners:
            return int(parent)
    county = place_queries.county_unit()
    if county is None:
        refuse(say("还没有启用本县"), rule="corrections.no_county")
    return county


@action(
    "corrections.ask", label=say("请求更正"), effects=say("请求会送到维护这一项的单位，对方要在期限内答复。")
)
def ask(
    actor: Actor,
    *,
    ledger: Annotated[str, Ask(say("哪个台账"), choices=queries.REGISTERS)],
    entry: Annotated[int, Ask(say("登记号"), min=1)],
    field: Annotated[str, Ask(say("哪一项"), choices=ALL_FIELDS)],
    value: Annotated[
        str, Ask(say("应当是"), help=say("身份证号、手机号不要写在这里，写明哪里不对即可"), max=200)
    ] = "",
    reason: Annotated[str, Ask(say("为什么"), max=500, rows=3)],
) -> Made[Correction]:
    """Ask whoever keeps a field to mend it."""
    found = queries.entry(actor, ledger, entry)
    check_all(
        [
            Problem(say("这个台账没有这一项"), "corrections.field", field="field")
            if field not in queries.FIELDS[ledger]
            else None,
            Problem(say("身份证号、手机号不要写在请求里"), "corrections.sealed", people_rules.PIPL, "value")
            if field in queries.SEALED and ledger == "people" and value
            else None,
            Problem(say("请写明应当是什么"), "corrections.value", field="value")
            if not value and not (field in queries.SEALED and ledger == "people")
            else None,
        ]
    )
    keeper = keeper_of(ledger, field, found)
    assert actor.unit_id is not None
    check_all(
        [
            Problem(
                say("这一项由本单位维护，请直接更正"),
                "corrections.own",
                field="field",
                way_out=f"{found.get_absolute_url()}correct",
            )
            if keeper == actor.unit_id
            else None,
            TWICE
            if Correction.objects.filter(
                ledger=ledger, thing_id=entry, field=field, asker_id=actor.unit_id, state="asked"
            ).exists()
            else None,
        ]
    )
    with once(TWICE):
        made = Correction.objects.create(
            ledger=ledger,
            thing_id=entry,
            about=f"{found.label()} · {queries.field_label(ledger, field)}",
            field=field,
            value=value,
            reason=reason,
            asker_id=actor.unit_id,
            keeper_id=keeper,
        )
    return Made(made, ledger=ledger, entry=entry, field=field)


@action(
    "corrections.accept",
    on=Correction,
    label=say("照此更正"),
    main=True,
    effects=say("台账里的这一项随即更正。"),
)
def accept(
    actor: Actor,
    correction: Correction,
    *,
    value: Annotated[str, Ask(say("更正为"), help=say("不填就按请求的内容更正"), max=200)] = "",
) -> dict[str, Any]:
    """Mend the field by the register's own verb, as the accepting post."""
    wanted: Any = value or correction.value
    if not wanted:
        refuse(say("请填更正后的内容"), rule="corrections.value", field="value")
    if correction.field in ("opened", "established"):
        try:
            wanted = date.fromisoformat(wanted)
        except ValueError:
            refuse(say("日期请写成 2026-03-16 的样子"), rule="corrections.date", field="value")
    if correction.field == "birth_year":
        if not wanted.isdigit():
            refuse(say("年份请写成四位数字"), rule="corrections.year", field="value")
        wanted = int(wanted)
    choices = CORRECT[correction.ledger].asks[correction.field].ask.options()
    if choices:
        wanted = next((k for k, label in choices.items() if wanted in (k, str(label))), None)
        if wanted is None:
            refuse(
                say("请从这些里选：{choices}", choices=joined(map(str, choices.values()))),
                rule="corrections.choice",
                field="value",
            )
    CORRECT[correction.ledger](
        actor, correction.thing_id, **{correction.field: wanted, "reason": f"更正请求 {correction.pk}"}
    )
    correction.state = rules.FLOW.step(correction.state, "accept", "keeper")
    correction.save()
    return {"ledger": correction.ledger, "field": correction.field}


@action("corrections.decline", on=Correction, label=say("不更正"))
def decline(actor: Actor, correction: Correction, *, reason: Reason) -> dict[str, Any]:
    """Leave the field as it is, and say why."""
    correction.answer = reason
    correction.state = rules.FLOW.step(correction.state, "decline", "keeper")
    correction.save()
    return {"reason": reason}


@action("corrections.withdraw", on=Correction, label=say("撤回请求"))
def withdraw(actor: Actor, correction: Correction) -> dict[str, Any]:
    """Take the request back."""
    correction.state = rules.FLOW.step(correction.state, "withdraw", "asker")
    correction.save()
    return {}
