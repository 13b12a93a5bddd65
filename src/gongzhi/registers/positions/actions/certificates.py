"""Social workers' certificates: entering, renewing, continuing education, revoking."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from gongzhi.core import clock, dated, identity
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import NotFound, Problem, check_all, refuse
from gongzhi.core.words import say
from gongzhi.registers.once import once
from gongzhi.registers.people import queries as people
from gongzhi.registers.positions import queries, rules
from gongzhi.registers.positions.models import Certificate, Education

NUMBER_TAKEN = Problem(say("这个证书编号已经登记"), "positions.number_taken", field="number")
Issued = Annotated[date, Ask(say("发证日期"))]


def checked_number(text: str, *, field: str = "number") -> str:
    """A certificate number in the county's form."""
    return identity.certificate(text, str(dated.value("positions.certificate_pattern")), field=field)


@action("positions.certify", label=say("登记社会工作者证书"))
def certify(
    actor: Actor,
    *,
    person: Annotated[int, Ask(say("人员"), pick="people.person")],
    level: Annotated[str, Ask(say("级别"), choices=rules.LEVELS)],
    number: Annotated[str, Ask(say("证书编号"), max=30)],
    issued: Issued,
    period_since: Annotated[date | None, Ask(say("本登记周期从"), help=say("不填就从发证日期起"))] = None,
) -> Made[Certificate]:
    """Enter a certificate; its number stands once. The registration period runs three years."""
    if not people.reachable(actor, [person]):
        raise NotFound("people.person")
    code, today = checked_number(number), clock.today()
    start = period_since or issued
    check_all(
        [
            Problem(say("发证日期在将来"), "positions.future", field="issued") if issued > today else None,
            Problem(say("周期早于发证日期"), "positions.dates", field="period_since")
            if start < issued
            else None,
            Problem(say("周期还没有开始"), "positions.future", field="period_since")
            if start > today
            else None,
            NUMBER_TAKEN if Certificate.objects.filter(number=code).exists() else None,
            Problem(say("这个人已有同级别的有效证书"), "positions.level_once", field="level")
            if Certificate.objects.filter(person_id=person, level=level, revoked=None).exists()
            else None,
        ]
    )
    years = int(dated.value("positions.certificate_years", on=start))
    with once(NUMBER_TAKEN):
        made = Certificate.objects.create(
            person_id=person,
            level=level,
            number=code,
            issued=issued,
            period_since=start,
            valid_to=rules.years_later(start, years),
        )
    return Made(made, number=code)


def _standing(actor: Actor, certificate: Certificate) -> None:
    if certificate.revoked is not None:
        refuse(say("这份证书已注销登记"), rule="positions.revoked")


@action("positions.log_hours", on=Certificate, label=say("记继续教育学时"), check=_standing, main=True)
def log_hours(
    actor: Actor,
    certificate: Certificate,
    *,
    on: Annotated[date, Ask(say("日期"))],
    hours: Annotated[Decimal, Ask(say("学时"), min=0, max=200, places=1)],
    topic: Annotated[str, Ask(say("内容"), max=100)],
    provider: Annotated[str, Ask(say("举办单位"), max=100)] = "",
) -> dict[str, Any]:
    """Log hours of continuing education; the same day and topic is entered once."""
    check_all(
        [
            Problem(say("日期在将来"), "positions.future", field="on") if on > clock.today() else None,
            Problem(say("学时要大于 0"), "positions.hours_positive", field="hours") if hours <= 0 else None,
            Problem(say("这一天的这项学时已经记过"), "positions.hours_once", field="topic")
            if Education.objects.filter(certificate=certificate, on=on, topic=topic).exists()
            else None,
        ]
    )
    Education.objects.create(certificate=certificate, on=on, hours=hours, topic=topic, provider=provider)
    return {"on": on.isoformat(), "hours": str(hours), "topic": topic}


@action("positions.renew", on=Certificate, label=say("续期"), check=_standing)
def renew(
    actor: Actor, certificate: Certificate, *, note: Annotated[str, Ask(say("说明"), max=200)] = ""
) -> dict[str, Any]:
    """Begin the next registration period once the hours of the running one are met (72 / 90 hours)."""
    done = queries.hours(certificate)
    wanted = int(dated.value(f"positions.hours_{certificate.level}", on=certificate.valid_to))
    check_all([rules.renewal_problem(certificate.level, done, wanted)])
    start = date.fromordinal(certificate.valid_to.toordinal() + 1)
    certificate.period_since = start
    certificate.valid_to = rules.years_later(start, int(dated.value("positions.certificate_years", on=start)))
    certificate.save(update_fields=["period_since", "valid_to"])
    return {"hours": str(done), "valid_to": certificate.valid_to.isoformat(), "note": note}


@action(
    "positions.revoke",
    on=Certificate,
    label=say("注销登记"),
    check=_standing,
    irreversible=True,
    effects=say("注销后不再计入持证人数；证书编号不能再登记。"),
)
def revoke(
    actor: Actor,
    certificate: Certificate,
    *,
    on: Annotated[date, Ask(say("日期"))],
    reason: Annotated[str, Ask(say("原因"), max=200)],
) -> dict[str, Any]:
    """The certificate's registration ends for good."""
    if on > clock.today():
        refuse(say("日期在将来"), rule="positions.future", field="on")
    certificate.revoked = on
    certificate.save(update_fields=["revoked"])
    return {"on": on.isoformat(), "reason": reason}
