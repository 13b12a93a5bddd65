"""Entering organisations: registered (登记), recorded (备案), and the bodies of the county's units."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from gongzhi.core import clock, search
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.identity import tidy
from gongzhi.core.models import Unit
from gongzhi.core.refusal import NotFound, Problem, check_all
from gongzhi.core.words import say
from gongzhi.registers.once import once
from gongzhi.registers.organisations import queries, rules
from gongzhi.registers.organisations.models import Organisation, Status
from gongzhi.registers.places import queries as places
from gongzhi.registers.places import rules as place_rules

Name = Annotated[str, Ask(say("名称"), help=say("和证书、批文上的全称一致"), max=120)]
PlaceId = Annotated[int, Ask(say("所在村（社区）"), pick="places.place")]
Service = Annotated[str, Ask(say("服务类别"), choices=rules.SERVICES)]
Short = Annotated[str, Ask(say("简称"), max=40)]
Leader = Annotated[str, Ask(say("负责人"), max=40)]
Address = Annotated[str, Ask(say("地址"), max=200)]
Phone = Annotated[str, Ask(say("办公电话"), max=40)]
Established = Annotated[date | None, Ask(say("成立日期"))]
Basis = Annotated[str, Ask(say("批准文件或登记证书"), max=200)]


def place_unit(place_id: int) -> tuple[int, int]:
    """(place, its unit) for an open place of the county; Refused otherwise."""
    found = places.enrolled_unit(place_id)
    if found is None:
        check_all([Problem(say("请选本县在册的村、社区或镇"), "organisations.place", field="place")])
    assert found is not None
    return place_id, found


def taken(
    uscc: str | None, township: int | None, record_no: str | None, but: int | None = None
) -> list[Problem]:
    """Why a credit code or record number cannot be used: another organisation has it."""
    found: list[Problem] = []
    others = Organisation.objects.exclude(pk=but) if but else Organisation.objects.all()
    if uscc and (name := others.filter(uscc=uscc).values_list("name", flat=True).first()):
        found.append(
            Problem(say("这个信用代码已由“{name}”使用", name=name), "organisations.uscc_taken", field="uscc")
        )
    if record_no and township:
        name = others.filter(township_id=township, record_no=record_no).values_list("name", flat=True).first()
        if name:
            found.append(
                Problem(
                    say("本镇已有备案号 {no}：{name}", no=record_no, name=name),
                    "organisations.record_taken",
                    field="record_no",
                )
            )
    return found


TAKEN = Problem(
    say("刚刚有人登记了同一个代码、备案号或单位，请刷新后核对"), "organisations.uscc_taken", field="uscc"
)


def enter(org: Organisation, basis: str) -> Organisation:
    """Save a new organisation with its first status and its search entry."""
    org.initials = search.initials(org.name)
    org.verified = clock.today()
    with once(TAKEN):
        org.save()
    Status.objects.create(
        organisation=org, type=org.type, state=org.state, since=org.established or clock.today(), basis=basis
    )
    index([org])
    return org


def index(orgs: Iterable[Organisation]) -> None:
    """Let organisations be found by name, short name, number and initials."""
    rows = list(orgs)
    units = {o.under_id for o in rows} | {o.unit_id for o in rows if o.unit_id}
    found = {u.pk: u for u in Unit.objects.filter(pk__in=units)}
    search.put_many(
        "organisations.organisation",
        [
            search.Entry(
                o.pk,
                o.name,
                o.get_absolute_url(),
                sorted({found[o.under_id].path} | ({found[o.unit_id].path} if o.unit_id else set())),
                hint=f"{found[o.under_id].short} {o.type_label}",
                names=[o.short] if o.short else [],
                text=o.number,
                public=True,
            )
            for o in rows
            if o.state != "deregistered"
        ],
    )
    search.drop_many("organisations.organisation", [o.pk for o in rows if o.state == "deregistered"])


@action(
    "organisations.register",
    label=say("登记组织"),
    effects=say("登记后在组织台账里公开名称、代码、类别和状态。"),
)
def register(
    actor: Actor,
    *,
    kind: Annotated[str, Ask(say("类型"), choices=rules.ENTERED)],
    name: Name,
    place: Annotated[int | None, Ask(say("所在村（社区）或镇"), pick="places.place")] = None,
    unit: Annotated[
        int | None, Ask(say("本系统单位"), help=say("部门、镇政府、村（居）委会填"), pick="unit")
    ] = None,
    uscc: Annotated[str, Ask(say("统一社会信用代码"), max=20)] = "",
    form: Annotated[str, Ask(say("组织形式"), choices=rules.FORMS)] = "",
    service: Service = "",
    authority: Annotated[int | None, Ask(say("业务主管单位"), pick="organisations.organisation")] = None,
    short: Short = "",
    leader: Leader = "",
    address: Address = "",
    phone: Phone = "",
    established: Established = None,
    basis: Basis = "",
) -> Made[Organisation]:
    """Enter an organisation of any kind but the recorded ones. A credit code is checked and belongs to one only."""
    code = tidy(uscc)
    problems = rules.problems(
        kind, uscc=code, service=service, form=form, established=established, today=clock.today()
    )
    if kind == rules.RECORDED:
        problems.append(Problem(say("社区社会组织请用“备案”"), "organisations.use_record", field="kind"))
    under, place_id = _home(actor, place, unit)
    check_all([*problems, *taken(code, None, None)])
    org = Organisation(
        type=kind,
        name=name.strip(),
        short=short,
        uscc=code or None,
        form=form,
        service=service,
        place_id=place_id,
        under_id=under,
        unit_id=unit,
        township_id=queries.township_of(under),
        authority_id=_authority(actor, authority),
        leader=leader,
        address=address,
        phone=phone,
        established=established,
    )
    enter(org, basis)
    note = rules.prefix_warning(code, kind) if code and kind != rules.REGISTERED else None
    return Made(org, number=org.number, basis=basis, **({"note": str(note)} if note else {}))


def _home(actor: Actor, place: int | None, unit: int | None) -> tuple[int, int | None]:
    """(the unit that looks after it, its place): its own unit, else its place's, else the county."""
    if unit is not None:
        if not Unit.objects.filter(pk=unit, closed=None).exists():
            raise NotFound("unit")
        if Organisation.objects.filter(unit_id=unit).exists():
            check_all([Problem(say("这个单位已经有组织登记"), "organisations.unit_taken", field="unit")])
        own = places.place_of(unit)
        return unit, place or (own.pk if own else None)
    if place is not None:
        place_id, under = place_unit(place)
        return under, place_id
    county = places.county_unit()
    if county is None:
        check_all([Problem(say("请选所在村（社区）或镇"), "organisations.place", field="place")])
    assert county is not None
    return county, None


def _authority(actor: Actor, pk: int | None) -> int | None:
    if pk is not None and not queries.visible(actor).filter(pk=pk).exists():
        check_all([Problem(say("没有这个业务主管单位"), "organisations.authority", field="authority")])
    return pk


@action(
    "organisations.record",
    label=say("备案社区社会组织"),
    effects=say("备案后在组织台账里公开名称、备案号、类别和状态；备案不是登记，不取得法人资格。"),
)
def record(
    actor: Actor,
    *,
    name: Name,
    record_no: Annotated[str, Ask(say("备案号"), max=40)],
    place: PlaceId,
    service: Service,
    leader: Leader = "",
    short: Short = "",
    address: Address = "",
    phone: Phone = "",
    established: Established = None,
    basis: Basis = "",
) -> Made[Organisation]:
    """Record a community organisation at its village or community; the number is unique within the township."""
    place_id, under = place_unit(place)
    township = queries.township_of(under)
    number = record_no.strip()
    problems = rules.problems(
        rules.RECORDED, record_no=number, service=service, established=established, today=clock.today()
    )
    if township is None:
        problems.append(
            Problem(say("备案在镇（街道）办，请选村或社区"), "organisations.record_place", field="place")
        )
    check_all([*problems, *taken(None, township, number)])
    org = Organisation(
        type=rules.RECORDED,
        name=name.strip(),
        short=short,
        record_no=number,
        township_id=township,
        service=service,
        place_id=place_id,
        under_id=under,
        leader=leader,
        address=address,
        phone=phone,
        established=established,
    )
    return Made(enter(org, basis), number=number, basis=basis)


def open_bodies(actor: Actor, *, basis: str = "") -> list[Organisation]:
    """Enter the township governments and committees of every enrolled unit that has none yet, one act each."""
    made: list[Organisation] = []
    have = set(Organisation.objects.exclude(unit=None).values_list("unit_id", flat=True))
    for place in places.enrolled(actor).filter(
        closed=None, level__in=[place_rules.TOWNSHIP, place_rules.VILLAGE]
    ):
        if place.unit_id not in have:
            made.append(register(actor, **_body(place), basis=basis))
    return made


def _body(place: Any) -> dict[str, Any]:
    if place.level == place_rules.TOWNSHIP:
        kind = rules.GOVERNMENT
    else:
        kind = rules.RESIDENTS if place.type == place_rules.RESIDENTS else rules.VILLAGE
    return {
        "kind": kind,
        "name": place.legal_name,
        "short": place.short,
        "unit": place.unit_id,
        "place": place.pk,
        "established": place.opened,
    }
