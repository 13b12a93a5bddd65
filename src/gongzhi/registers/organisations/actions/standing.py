"""How an organisation stands: suspended, resumed, deregistered, and 备案 → 登记."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core import clock, search
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.identity import tidy
from gongzhi.core.models import Unit
from gongzhi.core.refusal import check_all, refuse
from gongzhi.core.words import say
from gongzhi.registers.once import once
from gongzhi.registers.organisations import rules
from gongzhi.registers.organisations.actions.entering import TAKEN, Basis, index, taken
from gongzhi.registers.organisations.models import Organisation, Status

On = Annotated[date, Ask(say("生效日期"))]


def _step(org: Organisation, word: str, on: date, basis: str) -> dict[str, Any]:
    """Move on, and keep how it stood."""
    last = org.history.first()
    if last is not None and on < last.since:
        refuse(say("生效日期早于上一次变动（{day}）", day=last.since), rule="organisations.dates", field="on")
    if on > clock.today():
        refuse(say("生效日期在将来，请到那天再办"), rule="organisations.future", field="on")
    org.state = rules.FLOW.step(org.state, word)
    with once(TAKEN):
        org.save()
    Status.objects.create(organisation=org, type=org.type, state=org.state, since=on, basis=basis)
    index([org])
    return {"on": on.isoformat(), "basis": basis}


@action("organisations.suspend", on=Organisation, label=say("暂停活动"))
def suspend(actor: Actor, org: Organisation, *, on: On, basis: Basis) -> dict[str, Any]:
    """The organisation suspends its activity from a day on."""
    return _step(org, "suspend", on, basis)


@action("organisations.resume", on=Organisation, label=say("恢复活动"), main=True)
def resume(actor: Actor, org: Organisation, *, on: On, basis: Basis) -> dict[str, Any]:
    """The organisation is active again."""
    return _step(org, "resume", on, basis)


def _may_end(actor: Actor, org: Organisation) -> None:
    if org.type in rules.COMMITTEES:
        refuse(
            say("村（居）委会的撤销、合并在“村和社区”里办"),
            rule="organisations.committee_ends",
            source=say("村民委员会组织法第 3 条"),
        )


@action(
    "organisations.deregister",
    on=Organisation,
    label=say("注销"),
    check=_may_end,
    irreversible=True,
    effects=say("注销后不能恢复；它的信用代码或备案号不再给别的组织使用。"),
)
def deregister(actor: Actor, org: Organisation, *, on: On, basis: Basis) -> dict[str, Any]:
    """The organisation ends; its entry stays."""
    facts = _step(org, "deregister", on, basis)
    if org.unit_id and org.unit_id != org.under_id:
        Unit.objects.filter(pk=org.unit_id).update(closed=on)
    return facts


def _may_upgrade(actor: Actor, org: Organisation) -> None:
    if org.type != rules.RECORDED:
        refuse(say("只有备案的社区社会组织可以转为登记"), rule="organisations.upgrade_recorded")


@action(
    "organisations.upgrade",
    on=Organisation,
    label=say("转为登记"),
    check=_may_upgrade,
    irreversible=True,
    effects=say("转为登记后成为法人，备案号留作历史，从此以统一社会信用代码识别。"),
)
def upgrade(
    actor: Actor,
    org: Organisation,
    *,
    uscc: Annotated[str, Ask(say("统一社会信用代码"), max=20)],
    form: Annotated[str, Ask(say("组织形式"), choices=rules.FORMS)],
    on: On,
    basis: Basis,
    name: Annotated[str, Ask(say("登记的名称"), help=say("不变就不填"), max=120)] = "",
) -> dict[str, Any]:
    """备案 → 登记: the same organisation becomes a legal person."""
    code = tidy(uscc)
    check_all(
        [
            *rules.problems(rules.REGISTERED, uscc=code, service=org.service, form=form, today=clock.today()),
            *taken(code, None, None, org.pk),
        ]
    )
    org.type, org.uscc, org.form = rules.REGISTERED, code, form
    org.name = name.strip() or org.name
    org.initials = search.initials(org.name)
    return _step(org, "upgrade", on, basis)
