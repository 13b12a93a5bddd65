"""What kinds of organisation there are, what each must carry, and who keeps which field. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from gongzhi.core import identity, roles
from gongzhi.core.flow import Flow, Move, State
from gongzhi.core.params import Param
from gongzhi.core.refusal import Problem, Refused
from gongzhi.core.roles import Reach, Rights, grant
from gongzhi.core.words import Words, joined, say

DEPARTMENT, GOVERNMENT = "department", "government"
VILLAGE, RESIDENTS, PARTY = "village_committee", "residents_committee", "party"
REGISTERED, RECORDED = "registered", "recorded"
ENTERPRISE, INSTITUTION, COLLECTIVE = "enterprise", "institution", "collective"
KINDS: dict[str, Words] = {
    DEPARTMENT: say("市级部门"),
    GOVERNMENT: say("镇政府（街道办事处、管委会）"),
    VILLAGE: say("村民委员会"),
    RESIDENTS: say("居民委员会"),
    PARTY: say("党组织"),
    REGISTERED: say("登记的社会组织"),
    RECORDED: say("备案的社区社会组织"),
    ENTERPRISE: say("企业"),
    INSTITUTION: say("事业单位和其他单位"),
    COLLECTIVE: say("农村集体经济组织"),
}
COMMITTEES = (VILLAGE, RESIDENTS)
SOCIAL = (REGISTERED, RECORDED)
ENTERED: dict[str, Words] = {k: v for k, v in KINDS.items() if k != RECORDED}

SERVICES: dict[str, Words] = {
    "welfare": say("公益类"),
    "service": say("服务类"),
    "mutual": say("互助类"),
    "governance": say("治理类"),
    "mediation": say("调解类"),
}
FORMS: dict[str, Words] = {
    "association": say("社会团体"),
    "service_body": say("社会服务机构（民办非企业单位）"),
    "foundation": say("基金会"),
}
PREFIXES: dict[str, tuple[str, ...]] = {
    "association": ("51",),
    "service_body": ("52",),
    "foundation": ("53",),
    VILLAGE: ("54",),
    RESIDENTS: ("55",),
    COLLECTIVE: ("N2",),
    ENTERPRISE: ("91", "92", "93"),
    DEPARTMENT: ("11",),
    GOVERNMENT: ("11",),
}
"""First two characters of the credit code by legal form or kind (GB 32100-2015); 54 and 55 wait to be verified."""

FLOW = Flow(
    "organisations",
    initial="active",
    states=[
        State("active", say("正常")),
        State("suspended", say("暂停活动")),
        State("deregistered", say("已注销"), final=True),
    ],
    moves=[
        Move("suspend", ("active",), "suspended"),
        Move("resume", ("suspended",), "active"),
        Move("deregister", ("active", "suspended"), "deregistered"),
        Move("upgrade", ("active",), "active"),
    ],
)

REGISTRARS = (roles.REGISTRAR, roles.COUNTY_OFFICER)
EVERYONE = tuple(roles.LABELS)
_BELOW = {**grant(REGISTRARS, Reach.ALL), roles.TOWNSHIP_OFFICER: Reach.BELOW}
RIGHTS: Rights = {
    "organisations.view": grant(EVERYONE, Reach.ALL),
    "organisations.manage": {**_BELOW, **grant((*roles.COMMITTEE, roles.ORG_MANAGER), Reach.OWN)},
    "organisations.export": grant(EVERYONE, Reach.ALL),
    "organisations.import": _BELOW,
    "organisations.register": grant(REGISTRARS, Reach.ALL),
    "organisations.record": {**_BELOW, **grant(roles.COMMITTEE, Reach.OWN)},
    "organisations.correct": {**_BELOW, **grant((*roles.COMMITTEE, roles.ORG_MANAGER), Reach.OWN)},
    "organisations.verify": {**_BELOW, **grant((*roles.COMMITTEE, roles.ORG_MANAGER), Reach.OWN)},
    "organisations.suspend": _BELOW,
    "organisations.resume": _BELOW,
    "organisations.deregister": _BELOW,
    "organisations.upgrade": grant(REGISTRARS, Reach.ALL),
    "organisations.open_unit": grant(REGISTRARS, Reach.ALL),
}
PARAMETERS: list[Param] = []

BASIC = ("name", "uscc", "record_no", "service", "form", "established", "authority", "place")
CONTACT = ("short", "leader", "address", "phone")
OWNERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(BASIC, (*REGISTRARS, roles.TOWNSHIP_OFFICER)),
    **dict.fromkeys(CONTACT, (*REGISTRARS, roles.TOWNSHIP_OFFICER, *roles.COMMITTEE, roles.ORG_MANAGER)),
}
"""Which roles keep a field. Others ask for a correction."""
LABELS: dict[str, Words] = {
    "name": say("名称"),
    "uscc": say("统一社会信用代码"),
    "record_no": say("备案号"),
    "service": say("服务类别"),
    "form": say("组织形式"),
    "established": say("成立日期"),
    "authority": say("业务主管单位"),
    "place": say("所在村居"),
    "short": say("简称"),
    "leader": say("负责人"),
    "address": say("地址"),
    "phone": say("办公电话"),
}
REQUIRED: dict[str, tuple[str, ...]] = {
    REGISTERED: ("uscc", "service", "form", "leader", "address", "established", "authority"),
    RECORDED: ("record_no", "service", "leader", "address", "established"),
    VILLAGE: ("uscc", "address", "phone"),
    RESIDENTS: ("uscc", "address", "phone"),
}
"""The fields that count for completeness, by kind; every other kind: address and phone."""


def required(kind: str) -> tuple[str, ...]:
    """The fields whose filling counts towards completeness."""
    return REQUIRED.get(kind, ("address", "phone"))


def credit_code_problem(code: str, kind: str, form: str = "") -> Problem | None:
    """Why ``code`` cannot be the credit code of this kind and form; None where it can.

    For a registered social organisation the first two characters must fit its form (51/52/53). For the other
    kinds a strange prefix is only a :func:`prefix_warning`.
    """
    try:
        identity.uscc(code, field="uscc")
    except Refused as refused:
        return refused.problems[0]
    if kind == REGISTERED and form and not code.startswith(PREFIXES[form]):
        return Problem(
            say("{form}的信用代码应以 {prefix} 开头", form=FORMS[form], prefix=PREFIXES[form][0]),
            "organisations.uscc_form",
            say("统一社会信用代码编码规则 GB 32100-2015"),
            "uscc",
        )
    return None


def prefix_warning(code: str, kind: str) -> Words | None:
    """A note where the first two characters are unusual for this kind."""
    usual = PREFIXES.get(kind)
    if usual and not code.startswith(usual):
        return say("{kind}的信用代码通常以 {prefix} 开头，请核对", kind=KINDS[kind], prefix=joined(usual))
    return None


def problems(
    kind: str,
    *,
    uscc: str = "",
    record_no: str = "",
    service: str = "",
    form: str = "",
    established: date | None = None,
    today: date,
) -> list[Problem]:
    """Everything that keeps an organisation of ``kind`` from being entered with these facts."""
    found: list[Problem] = []
    if kind == REGISTERED:
        if not uscc:
            found.append(
                _missing(say("登记的社会组织必须有统一社会信用代码"), "uscc", say("社会团体登记管理条例等"))
            )
        if not form:
            found.append(_missing(say("请选组织形式：社会团体、社会服务机构或基金会"), "form"))
    if kind == RECORDED and not record_no:
        found.append(_missing(say("备案的社区社会组织必须有备案号"), "record_no", say("民发〔2017〕191号")))
    if kind == RECORDED and uscc:
        found.append(
            Problem(
                say("备案组织不是法人，没有统一社会信用代码；已经登记的请用“转为登记”"),
                "organisations.recorded_uscc",
                say("民发〔2017〕191号"),
                "uscc",
            )
        )
    if kind in SOCIAL and not service:
        found.append(_missing(say("请选服务类别：公益、服务、互助、治理或调解"), "service"))
    if uscc and kind != RECORDED and (problem := credit_code_problem(uscc, kind, form)):
        found.append(problem)
    if established and established > today:
        found.append(Problem(say("成立日期在将来"), "organisations.dates", field="established"))
    return found


def _missing(text: Words, field: str, source: Words | str = "") -> Problem:
    return Problem(text, f"organisations.{field}_required", source, field)


def not_owner(role: str, fields: Iterable[str], way_out: str = "") -> list[Problem]:
    """The fields among ``fields`` that a post with ``role`` does not keep."""
    return [
        Problem(
            say("“{field}”由{owner}维护，您可以请求更正", field=LABELS[f], owner=roles.LABELS[OWNERS[f][0]]),
            "organisations.owner",
            say("登记资料谁产生谁维护"),
            f,
            way_out,
        )
        for f in fields
        if role != roles.SYSTEM and role not in OWNERS[f]
    ]


def shows_leader(kind: str, *, public: bool) -> bool:
    """Whether a leader's name may be shown in full: to the public only those of 村（居）委会, who are elected."""
    return kind in COMMITTEES or not public
