"""Correcting an entry, confirming it, and giving it a seat."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core import clock, search, units
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.identity import tidy
from gongzhi.core.models import Unit
from gongzhi.core.refusal import check_all, refuse
from gongzhi.core.words import say
from gongzhi.registers.once import once
from gongzhi.registers.organisations import queries, rules
from gongzhi.registers.organisations.actions.entering import (
    TAKEN,
    Address,
    Established,
    Leader,
    Phone,
    Short,
    index,
    place_unit,
    taken,
)
from gongzhi.registers.organisations.models import Organisation


def still_there(actor: Actor, org: Organisation) -> None:
    """Refuse acts on what is deregistered."""
    if org.state == "deregistered":
        refuse(say("这个组织已经注销"), rule="organisations.deregistered")


@action("organisations.correct", on=Organisation, label=say("更正"), check=still_there, main=True)
def correct(
    actor: Actor,
    org: Organisation,
    *,
    name: Annotated[str, Ask(say("名称"), max=120)] = "",
    uscc: Annotated[str, Ask(say("统一社会信用代码"), max=20)] = "",
    record_no: Annotated[str, Ask(say("备案号"), max=40)] = "",
    service: Annotated[str, Ask(say("服务类别"), choices=rules.SERVICES)] = "",
    form: Annotated[str, Ask(say("组织形式"), choices=rules.FORMS)] = "",
    established: Established = None,
    authority: Annotated[int | None, Ask(say("业务主管单位"), pick="organisations.organisation")] = None,
    place: Annotated[int | None, Ask(say("所在村（社区）"), pick="places.place")] = None,
    short: Short = "",
    leader: Leader = "",
    address: Address = "",
    phone: Phone = "",
    reason: Annotated[str, Ask(say("更正理由"), max=200)] = "",
) -> dict[str, Any]:
    """Mend fields; blank answers leave a field as it is. A post may change only the fields it keeps."""
    given: dict[str, Any] = {
        "name": name.strip(),
        "uscc": tidy(uscc),
        "record_no": record_no.strip(),
        "service": service,
        "form": form,
        "established": established,
        "authority": authority,
        "place": place,
        "short": short,
        "leader": leader,
        "address": address,
        "phone": phone,
    }
    changed = {
        k: v
        for k, v in given.items()
        if v and v != getattr(org, f"{k}_id" if k in ("authority", "place") else k)
    }
    check_all(
        rules.not_owner(
            actor.role, changed, way_out=f"/corrections/new/ask?ledger=organisations&entry={org.pk}"
        )
    )
    _set(actor, org, changed)
    org.verified = clock.today()
    with once(TAKEN):
        org.save()
    index([org])
    return {"fields": sorted(changed), "reason": reason}


def _set(actor: Actor, org: Organisation, changed: dict[str, Any]) -> None:
    """Put the new values on the row after every rule is met."""
    if "place" in changed:
        org.place_id, under = place_unit(changed.pop("place"))
        if org.unit_id != org.under_id:
            org.under_id = under
            org.township_id = queries.township_of(under)
    if "authority" in changed:
        authority = changed.pop("authority")
        if authority == org.pk or not queries.visible(actor).filter(pk=authority).exists():
            refuse(say("没有这个业务主管单位"), rule="organisations.authority", field="authority")
        org.authority_id = authority
    for name, value in changed.items():
        setattr(org, name, value)
    check_all(
        [
            *rules.problems(
                org.type,
                uscc=org.uscc or "",
                record_no=org.record_no or "",
                service=org.service,
                form=org.form,
                established=org.established,
                today=clock.today(),
            ),
            *taken(org.uscc, org.township_id if org.record_no else None, org.record_no, org.pk),
        ]
    )
    org.initials = search.initials(org.name)


@action("organisations.verify", on=Organisation, label=say("核对无误"), check=still_there)
def verify(actor: Actor, org: Organisation) -> dict[str, Any]:
    """Confirm that the entry is right as of today."""
    org.verified = clock.today()
    org.save(update_fields=["verified"])
    return {}


def _seatless(actor: Actor, org: Organisation) -> None:
    still_there(actor, org)
    if org.unit_id is not None:
        refuse(say("已经有本系统单位"), rule="organisations.unit_taken")


@action(
    "organisations.open_unit",
    on=Organisation,
    label=say("开通本系统单位"),
    check=_seatless,
    effects=say("开通后可以给它的工作人员开账号。"),
)
def open_unit(actor: Actor, org: Organisation) -> dict[str, Any]:
    """Give an organisation its own seat below the unit that looks after it."""
    parent = Unit.objects.get(pk=org.under_id)
    kind = units.DEPARTMENT if org.type == rules.DEPARTMENT else units.ORGANISATION
    org.unit = units.open_unit(
        kind, org.name, org.short or org.name, org.uscc, parent=parent, opened=clock.today()
    )
    org.save(update_fields=["unit"])
    index([org])
    return {"unit": org.unit_id}
