"""When two entries may be one person, who keeps which field, and where an entry can stand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from gongzhi.core import identity, roles
from gongzhi.core.flow import Flow, Move, State
from gongzhi.core.params import Param
from gongzhi.core.refusal import Problem
from gongzhi.core.roles import Reach, Rights, grant
from gongzhi.core.words import Words, say

SEXES = identity.SEXES
PIPL = say("个人信息保护法")

FLOW = Flow(
    "people",
    initial="listed",
    states=[
        State("listed", say("在册")),
        State("moving", say("移交中"), turn="to", main="receive", days="people.days_to_receive"),
        State("moved", say("已迁出")),
        State("deceased", say("已故")),
        State("merged", say("已并入另一条"), final=True),
    ],
    moves=[
        Move("hand_over", ("listed",), "moving"),
        Move("receive", ("moving",), "listed", by=("to",)),
        Move("send_back", ("moving",), "listed", by=("to",)),
        Move("mark_moved", ("listed",), "moved"),
        Move("mark_deceased", ("listed", "moved"), "deceased"),
        Move("restore", ("moved", "deceased"), "listed"),
    ],
)
MERGE_FLOW = Flow(
    "people",
    initial="proposed",
    states=[
        State("proposed", say("等另一人确认")),
        State("confirmed", say("已合并")),
        State("rejected", say("不是同一人"), final=True),
        State("undone", say("已撤回"), final=True),
    ],
    moves=[
        Move("confirm_merge", ("proposed",), "confirmed"),
        Move("reject_merge", ("proposed",), "rejected"),
        Move("undo_merge", ("confirmed",), "undone"),
    ],
)
SAME_ID, SAME_PHONE, SAME_BIRTH, BY_HAND = "same_id", "same_phone", "same_birth", "by_hand"
GROUNDS: dict[str, Words] = {
    SAME_ID: say("身份证号相同"),
    SAME_PHONE: say("姓名和手机号相同"),
    SAME_BIRTH: say("姓名、性别和出生年份相同"),
    BY_HAND: say("经办人核对"),
}

REGISTRARS = (roles.REGISTRAR, roles.COUNTY_OFFICER)
_KEEPERS = {
    **grant(REGISTRARS, Reach.ALL),
    roles.TOWNSHIP_OFFICER: Reach.BELOW,
    **grant(roles.COMMITTEE, Reach.OWN),
}
_CONFIRMERS = {**grant(REGISTRARS, Reach.ALL), roles.TOWNSHIP_OFFICER: Reach.BELOW}
RIGHTS: Rights = {
    "people.view": _KEEPERS,
    "people.export": _KEEPERS,
    "people.import": _KEEPERS,
    "people.enter": _KEEPERS,
    "people.correct": _KEEPERS,
    "people.verify": _KEEPERS,
    "people.unmask": _KEEPERS,
    "people.hand_over": _KEEPERS,
    "people.receive": grant(roles.COMMITTEE, Reach.OWN),
    "people.send_back": grant(roles.COMMITTEE, Reach.OWN),
    "people.mark_moved": _KEEPERS,
    "people.mark_deceased": _KEEPERS,
    "people.restore": _CONFIRMERS,
    "people.propose_merge": _KEEPERS,
    "people.confirm_merge": _CONFIRMERS,
    "people.reject_merge": _CONFIRMERS,
    "people.undo_merge": _CONFIRMERS,
}
PARAMETERS = [
    Param(
        "people.days_to_receive",
        "10",
        kind="int",
        label=say("迁入地接收人员资料的期限"),
        unit=say("个工作日"),
        source=say("本县设定"),
        assumption=True,
        since="2000-01-01",
    ),
]

IDENTITY = ("name", "sex", "birth_year", "citizen_id")
CONTACT = ("phone", "place", "education")
OWNERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(IDENTITY, (*REGISTRARS, roles.TOWNSHIP_OFFICER)),
    **dict.fromkeys(CONTACT, (*REGISTRARS, roles.TOWNSHIP_OFFICER, *roles.COMMITTEE)),
}
LABELS: dict[str, Words] = {
    "name": say("姓名"),
    "sex": say("性别"),
    "birth_year": say("出生年份"),
    "citizen_id": say("身份证号"),
    "phone": say("手机号"),
    "place": say("所在村居"),
    "education": say("学历"),
}
EDUCATION: dict[str, Words] = {
    "below": say("高中以下"),
    "secondary": say("高中（中专）"),
    "college": say("大专"),
    "bachelor": say("本科"),
    "master": say("硕士"),
    "doctor": say("博士"),
}
REQUIRED = ("name", "sex", "birth_year", "phone", "place")
"""The fields that count for completeness. The citizen ID does not: it is kept only where a law asks for it."""


def id_problems(number: identity.CitizenId, sex: str, birth_year: int | None) -> list[Problem]:
    """Where the citizen ID contradicts what else was entered."""
    found: list[Problem] = []
    if sex and number.sex != sex:
        found.append(Problem(say("性别和身份证号不一致"), "people.sex_differs", "GB 11643", "sex"))
    if birth_year and number.born.year != birth_year:
        found.append(
            Problem(say("出生年份和身份证号不一致"), "people.birth_differs", "GB 11643", "birth_year")
        )
    return found


def year_problem(birth_year: int | None, today: date) -> Problem | None:
    """A birth year that cannot be."""
    if birth_year is not None and not 1900 <= birth_year <= today.year:
        return Problem(say("出生年份应当在 1900 到今年之间"), "people.birth_year", field="birth_year")
    return None


def not_owner(role: str, fields: Iterable[str], way_out: str = "") -> list[Problem]:
    """The fields among ``fields`` that a post with ``role`` does not keep."""
    return [
        Problem(
            say("“{field}”由{owner}维护，您可以请求更正", field=LABELS[f], owner=roles.LABELS[OWNERS[f][-1]]),
            "people.owner",
            say("登记资料谁产生谁维护"),
            f,
            way_out,
        )
        for f in fields
        if role != roles.SYSTEM and role not in OWNERS[f]
    ]


def second_person(proposer: int | None, confirmer: int | None) -> Problem | None:
    """Merging takes two people; one person in two posts is still one."""
    if proposer is None or confirmer is None or proposer == confirmer:
        return Problem(
            say("合并要由另一个人确认，提出的人自己不能确认"),
            "people.second_person",
            say("登记资料合并须两人确认（本县设定）"),
        )
    return None


def differing(keep: Mapping[str, Any], drop: Mapping[str, Any]) -> list[Problem]:
    """Facts on which two entries contradict each other and which forbid calling them one person."""
    found: list[Problem] = []
    for name in ("citizen_id", "sex", "birth_year"):
        one, other = keep.get(name), drop.get(name)
        if one and other and one != other:
            found.append(
                Problem(
                    say("两条记录的{field}不同，不能合并；确有一条写错，请先更正", field=LABELS[name]),
                    "people.merge_differs",
                    say("登记资料合并须两人确认（本县设定）"),
                    name,
                )
            )
    return found


def taken_over(keep: Mapping[str, Any], drop: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """What the kept entry lacks and the other has."""
    return {f: drop[f] for f in fields if not keep.get(f) and drop.get(f)}


def completeness(filled: int, wanted: int) -> str:
    """Filled ÷ required as a percentage of two decimals: 1,842 / 1,960 → "93.98"; "—" where nothing is required."""
    if not wanted:
        return "—"
    from fractions import Fraction

    from gongzhi.core.tally import half_up

    return str(half_up(Fraction(filled * 100, wanted), 2))
