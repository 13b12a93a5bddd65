"""Which positions there are, which exclude each other, and when a certificate can be renewed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gongzhi.core import roles
from gongzhi.core.params import Param
from gongzhi.core.refusal import Problem
from gongzhi.core.roles import Reach, Rights, grant
from gongzhi.core.words import Words, joined, say

DIRECTOR, DEPUTY, MEMBER = "director", "deputy", "member"
SECRETARY, DEPUTY_SECRETARY, PARTY_MEMBER = "secretary", "deputy_secretary", "party_member"
SUPERVISOR_HEAD, SUPERVISOR = "supervisor_head", "supervisor"
GROUP_LEADER, BUILDING_LEADER, PART_TIME = "group_leader", "building_leader", "part_time_member"
COMMUNITY_WORKER, SOCIAL_WORKER, GRID_WORKER = "community_worker", "social_worker", "grid_worker"
REPRESENTATIVE, LEADER, STAFF = "representative", "leader", "staff"
KINDS: dict[str, Words] = {
    DIRECTOR: say("主任"),
    DEPUTY: say("副主任"),
    MEMBER: say("委员"),
    SECRETARY: say("党组织书记"),
    DEPUTY_SECRETARY: say("党组织副书记"),
    PARTY_MEMBER: say("党组织委员"),
    SUPERVISOR_HEAD: say("监督委员会主任"),
    SUPERVISOR: say("监督委员会成员"),
    GROUP_LEADER: say("村（居）民小组长"),
    BUILDING_LEADER: say("楼栋长"),
    PART_TIME: say("兼职委员"),
    COMMUNITY_WORKER: say("社区工作者"),
    SOCIAL_WORKER: say("专职社工"),
    GRID_WORKER: say("网格员"),
    REPRESENTATIVE: say("村（居）民代表"),
    LEADER: say("负责人"),
    STAFF: say("工作人员"),
}
COMMITTEE = (DIRECTOR, DEPUTY, MEMBER)
SUPERVISION = (SUPERVISOR_HEAD, SUPERVISOR)
SINGLE = (DIRECTOR, SECRETARY, SUPERVISOR_HEAD, LEADER)
PUBLIC_KINDS = (*COMMITTEE, *SUPERVISION)
"""Elected by the residents and announced to them: their names are public."""
BY_AREA = (GROUP_LEADER, BUILDING_LEADER)
COMMITTEE_POSTS = (*COMMITTEE, *SUPERVISION, *BY_AREA, PART_TIME, REPRESENTATIVE)
"""Positions that exist in village and residents' committees only."""

ELECTED, CHOSEN, ENGAGED, ASSIGNED = "elected", "chosen", "engaged", "assigned"
BASES: dict[str, Words] = {
    ELECTED: say("选举"),
    CHOSEN: say("推选"),
    ENGAGED: say("聘用（聘请）"),
    ASSIGNED: say("任命"),
}
BASIS_OF: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(COMMITTEE, (ELECTED,)),
    **dict.fromkeys(SUPERVISION, (ELECTED, CHOSEN)),
    GROUP_LEADER: (ELECTED, CHOSEN),
    BUILDING_LEADER: (ELECTED, CHOSEN, ENGAGED),
    REPRESENTATIVE: (ELECTED, CHOSEN),
    PART_TIME: (ENGAGED,),
    COMMUNITY_WORKER: (ENGAGED,),
    SOCIAL_WORKER: (ENGAGED,),
    GRID_WORKER: (ENGAGED, ASSIGNED),
}
"""Which bases a position can rest on; any for the others."""
BASIS_LAW: dict[str, Words] = {
    **dict.fromkeys(COMMITTEE, say("村民委员会组织法第 11 条；城市居民委员会组织法第 8 条")),
    **dict.fromkeys(SUPERVISION, say("村民委员会组织法第 32 条")),
    GROUP_LEADER: say("村民委员会组织法第 28 条；城市居民委员会组织法第 14 条"),
}

ASSISTANT, WORKER, SENIOR = "assistant", "worker", "senior"
LEVELS: dict[str, Words] = {
    ASSISTANT: say("助理社会工作师"),
    WORKER: say("社会工作师"),
    SENIOR: say("高级社会工作师"),
}

REGISTRARS = (roles.REGISTRAR, roles.COUNTY_OFFICER)
_KEEPERS = {
    **grant(REGISTRARS, Reach.ALL),
    roles.TOWNSHIP_OFFICER: Reach.BELOW,
    **grant((*roles.COMMITTEE, roles.ORG_MANAGER), Reach.OWN),
}
_CERTIFIERS = {**grant(REGISTRARS, Reach.ALL), roles.TOWNSHIP_OFFICER: Reach.BELOW}
RIGHTS: Rights = {
    "positions.view": _KEEPERS,
    "positions.export": _KEEPERS,
    "positions.import": _KEEPERS,
    "positions.appoint": {r: reach for r, reach in _KEEPERS.items() if r != roles.ORG_MANAGER},
    "positions.end": _KEEPERS,
    "positions.correct": _KEEPERS,
    "positions.certify": _CERTIFIERS,
    "positions.renew": _CERTIFIERS,
    "positions.revoke": _CERTIFIERS,
    "positions.log_hours": {**_CERTIFIERS, **grant(roles.COMMITTEE, Reach.OWN)},
    "positions.view_certificates": {**_CERTIFIERS, **grant(roles.COMMITTEE, Reach.OWN)},
}


def _number(
    key: str, value: str, label: Words, unit: Words, source: Words, *, assumption: bool = False
) -> Param:
    return Param(
        f"positions.{key}",
        value,
        kind="int",
        label=label,
        unit=unit,
        source=source,
        assumption=assumption,
        since="2000-01-01",
    )


PARAMETERS = [
    _number("minimum_age", "18", say("任职最低年龄"), say("周岁"), say("村民委员会组织法第 13 条")),
    _number(
        "village_committee_max", "7", say("村民委员会成员最多人数"), say("人"), say("村民委员会组织法第 6 条")
    ),
    _number(
        "residents_committee_max",
        "9",
        say("居民委员会成员最多人数"),
        say("人"),
        say("城市居民委员会组织法第 7 条"),
    ),
    _number(
        "hours_assistant",
        "72",
        say("助理社会工作师每个登记周期继续教育"),
        say("小时"),
        say("社会工作者继续教育办法"),
    ),
    _number(
        "hours_worker",
        "90",
        say("社会工作师每个登记周期继续教育"),
        say("小时"),
        say("社会工作者继续教育办法"),
    ),
    _number(
        "hours_senior",
        "90",
        say("高级社会工作师每个登记周期继续教育"),
        say("小时"),
        say("社会工作者继续教育办法"),
    ),
    _number(
        "certificate_years", "3", say("证书登记有效期"), say("年"), say("社会工作者职业水平证书登记办法")
    ),
    Param(
        "positions.certificate_pattern",
        r"[0-9A-Z]{8,24}",
        kind="text",
        label=say("证书编号的格式"),
        help=say("正则表达式：8 到 24 位数字或者大写字母写作 {example}", example="[0-9A-Z]{8,24}"),
        source=say("本县设定"),
        assumption=True,
        since="2000-01-01",
    ),
]


@dataclass(frozen=True)
class Held:
    """One position as the rules see it. ``area`` is the group or building, "" where there is none."""

    person: int
    organisation: int
    kind: str
    since: date
    until: date | None = None
    area: str = ""
    pk: int = 0

    def overlaps(self, other: Held) -> bool:
        """Whether both are held on some day; first and last day count."""
        return (self.until is None or other.since <= self.until) and (
            other.until is None or self.since <= other.until
        )


def basis_problem(kind: str, basis: str, *, committee: bool) -> Problem | None:
    """A position that cannot rest on this basis. Heads of other bodies than committees are free of the rule."""
    allowed = BASIS_OF.get(kind)
    if not committee and kind in COMMITTEE:
        return None
    if allowed and basis not in allowed:
        named = joined(str(BASES[b]) for b in allowed)
        return Problem(
            say("{kind}应当由{named}产生", kind=KINDS[kind], named=named),
            "positions.basis",
            BASIS_LAW.get(kind, say("本县设定")),
            "basis",
        )
    return None


def place_problem(kind: str, *, committee: bool) -> Problem | None:
    """小组长、楼栋长、兼职委员、监督委员会成员 exist in village and residents' committees only."""
    if kind in COMMITTEE_POSTS and kind not in COMMITTEE and not committee:
        return Problem(say("{kind}只设在村（居）委会", kind=KINDS[kind]), "positions.body", field="kind")
    return None


def clashes(new: Held, others: Iterable[Held]) -> list[Problem]:
    """Why ``new`` cannot stand beside ``others`` (positions of the same person or the same organisation)."""
    found: list[Problem] = []
    for old in others:
        if (old.pk and old.pk == new.pk) or not new.overlaps(old) or old.organisation != new.organisation:
            continue
        if old.person == new.person and old.kind == new.kind and old.area == new.area:
            found.append(
                Problem(
                    say("这个人在同一时间已经担任{kind}", kind=KINDS[new.kind]),
                    "positions.overlap",
                    field="since",
                )
            )
        elif old.person == new.person and _crosses(old.kind, new.kind):
            found.append(
                Problem(
                    say("村（居）民委员会成员不得担任监督委员会成员"),
                    "positions.supervisor",
                    say("村民委员会组织法第 32 条"),
                    "kind",
                )
            )
        elif old.person == new.person and old.kind in COMMITTEE and new.kind in COMMITTEE:
            found.append(
                Problem(
                    say("这个人已经是本会的{kind}，请先结束那一任", kind=KINDS[old.kind]),
                    "positions.two_seats",
                    field="kind",
                )
            )
        elif new.kind in SINGLE and old.kind == new.kind:
            found.append(
                Problem(
                    say("{kind}这个岗位已经有人在任", kind=KINDS[new.kind]), "positions.single", field="kind"
                )
            )
        elif new.kind in BY_AREA and old.kind == new.kind and old.area == new.area and new.area:
            found.append(
                Problem(
                    say("{area}已经有{kind}", area=new.area, kind=KINDS[new.kind]),
                    "positions.area_taken",
                    field="area",
                )
            )
    return found


def _crosses(one: str, other: str) -> bool:
    return (one in COMMITTEE and other in SUPERVISION) or (one in SUPERVISION and other in COMMITTEE)


def seats_problem(new: Held, others: Iterable[Held], largest: int, source: Words) -> Problem | None:
    """More members than the law allows (村 3–7, 居 5–9)."""
    if new.kind not in COMMITTEE:
        return None
    seated = {
        o.person
        for o in others
        if o.kind in COMMITTEE and o.organisation == new.organisation and new.overlaps(o)
    }
    if len(seated - {new.person}) >= largest:
        return Problem(say("委员会成员最多 {n} 人", n=largest), "positions.seats", source, "kind")
    return None


def person_problem(state: str, birth_year: int | None, since: date, minimum_age: int) -> Problem | None:
    """A person who has left the register, or who is too young on the first day (by year of birth)."""
    if state not in ("listed", "moving"):
        return Problem(say("这个人已不在册，不能任职"), "positions.person_ended", field="person")
    if birth_year is not None and since.year - birth_year < minimum_age:
        return Problem(
            say("任职时不满 {age} 周岁", age=minimum_age),
            "positions.age",
            say("村民委员会组织法第 13 条"),
            "person",
        )
    return None


def dates_problem(since: date, until: date | None) -> Problem | None:
    """An end before the beginning."""
    if until is not None and until < since:
        return Problem(say("结束日期早于开始日期"), "positions.dates", field="until")
    return None


def years_later(day: date, years: int) -> date:
    """The last day of a period of ``years`` that begins on ``day``: 2024-03-16 + 3 → 2027-03-15."""
    try:
        ends = day.replace(year=day.year + years)
    except ValueError:  # 29 February
        ends = date(day.year + years, 3, 1)
    return date.fromordinal(ends.toordinal() - 1)


def renewal_problem(level: str, hours: Decimal, wanted: int) -> Problem | None:
    """Too few hours of continuing education in the period that ends."""
    if hours < wanted:
        return Problem(
            say(
                "本周期继续教育 {hours} 小时，{level}要满 {wanted} 小时才能续期",
                hours=hours,
                level=LEVELS[level],
                wanted=wanted,
            ),
            "positions.hours",
            say("社会工作者继续教育办法"),
        )
    return None
