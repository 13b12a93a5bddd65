"""What a division code and a place's name say, and who may change what. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from gongzhi.core import roles
from gongzhi.core.params import Param
from gongzhi.core.refusal import Problem
from gongzhi.core.roles import Reach, Rights, grant
from gongzhi.core.words import Words, say

PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE = "province", "city", "county", "township", "village"
LEVELS = {
    PROVINCE: say("省级"),
    CITY: say("地级"),
    COUNTY: say("县级"),
    TOWNSHIP: say("镇级"),
    VILLAGE: say("村级"),
}
VILLAGERS, RESIDENTS = "village", "residents"
KINDS = {VILLAGERS: say("村"), RESIDENTS: say("社区")}
MERGE, SPLIT, RENAME = "merge", "split", "rename"
SUCCESSIONS = {MERGE: say("合并"), SPLIT: say("分设"), RENAME: say("更名")}
HOUSEHOLDS, RESIDENT_PEOPLE, REGISTERED_PEOPLE = "households", "residents", "registered"
FIGURES = {
    HOUSEHOLDS: say("户数"),
    RESIDENT_PEOPLE: say("常住人口"),
    REGISTERED_PEOPLE: say("户籍人口"),
}
COMPLETE = (HOUSEHOLDS, RESIDENT_PEOPLE)
"""The figures that count for completeness."""
SYSTEMS = {
    "name": say("曾用名"),
    "statistics": say("统计用区划代码"),
    "civil": say("民政区划代码"),
    "police": say("公安区划代码"),
    "other": say("其他系统代码"),
}
CODE_RULE = say("统计用区划代码编制规则")
REGISTRARS = (roles.REGISTRAR, roles.COUNTY_OFFICER)
EVERYONE = tuple(roles.LABELS)

RIGHTS: Rights = {
    "places.view": grant(EVERYONE, Reach.ALL),
    "places.import": grant(REGISTRARS, Reach.ALL),
    "places.export": grant(EVERYONE, Reach.ALL),
    "places.enrol": grant(REGISTRARS, Reach.ALL),
    "places.open": grant(REGISTRARS, Reach.ALL),
    "places.correct": grant(REGISTRARS, Reach.ALL),
    "places.rename": grant(REGISTRARS, Reach.ALL),
    "places.merge": grant(REGISTRARS, Reach.ALL),
    "places.split": grant(REGISTRARS, Reach.ALL),
    "places.close": grant(REGISTRARS, Reach.ALL),
    "places.add_alias": grant(REGISTRARS, Reach.ALL),
    "places.set_figures": {
        **grant(REGISTRARS, Reach.ALL),
        roles.TOWNSHIP_OFFICER: Reach.BELOW,
        **grant(roles.COMMITTEE, Reach.OWN),
    },
}

PARAMETERS = [
    Param(
        "places.community_households_max",
        "3000",
        kind="int",
        label=say("社区户数上限"),
        unit=say("户"),
        source=say("城市居民委员会组织法（2025 年修订）"),
        assumption=True,
        since="2000-01-01",
    ),
    Param(
        "places.community_households_min",
        "1000",
        kind="int",
        label=say("社区户数下限"),
        unit=say("户"),
        source=say("城市居民委员会组织法（2025 年修订）"),
        assumption=True,
        since="2000-01-01",
    ),
    Param(
        "places.fresh_days",
        "90",
        kind="int",
        label=say("登记资料多久核对一次算新鲜"),
        unit=say("日"),
        source=say("本县设定"),
        assumption=True,
        since="2000-01-01",
    ),
]

_ENDINGS = (
    ("社区居民委员会", 5),
    ("社区居委会", 3),
    ("村村民委员会", 5),
    ("村民委员会", 4),
    ("村委会", 2),
)
"""(ending, characters to drop): what stays still ends in 社区 or 村."""

_ESTATE = re.compile(r"(花园|花苑|家园|新村|公寓|小区)$")


def well_formed(code: str) -> bool:
    """Whether ``code`` is twelve digits."""
    return len(code) == 12 and code.isascii() and code.isdigit()


def level_of(code: str) -> str:
    """The level that a twelve-digit code stands for, by its trailing zeros."""
    if code[9:] != "000":
        return VILLAGE
    if code[6:9] != "000":
        return TOWNSHIP
    if code[4:6] != "00":
        return COUNTY
    return CITY if code[2:4] != "00" else PROVINCE


def parent_code(code: str) -> str:
    """The code one level up; "" for a province."""
    kept = {VILLAGE: 9, TOWNSHIP: 6, COUNTY: 4, CITY: 2, PROVINCE: 0}[level_of(code)]
    return code[:kept].ljust(12, "0") if kept else ""


def subtree(code: str) -> tuple[str, str]:
    """The codes (first, last) of everything at or below ``code``."""
    kept = {VILLAGE: 12, TOWNSHIP: 9, COUNTY: 6, CITY: 4, PROVINCE: 2}[level_of(code)]
    return code, code[:kept].ljust(12, "9")


def township_kind(code: str) -> Words:
    """What digits 7–9 say: 街道, 镇, 乡, or a development zone."""
    number = int(code[6:9])
    if number < 100:
        return say("街道")
    if number < 200:
        return say("镇")
    return say("乡") if number < 400 else say("开发区等")


def kind_of_code(code: str) -> str | None:
    """村 or 居 by digits 10–12; None outside the ranges of the coding rule or above village level."""
    number = int(code[9:])
    if not number:
        return None
    if number < 200 or 400 <= number < 500:
        return RESIDENTS
    return VILLAGERS if number < 600 else None


def kind_of_name(name: str) -> str | None:
    """村 or 居 by the name's ending; None where it tells nothing."""
    if name.endswith(("社区", "居委会", "居民委员会")):
        return RESIDENTS
    return VILLAGERS if name.endswith(("村", "村委会", "村民委员会", "嘎查")) else None


def kind_of(code: str, name: str) -> str | None:
    """村 or 居: the name decides where it speaks, else the code."""
    return kind_of_name(name) or kind_of_code(code)


def short_name(name: str) -> str:
    """中荷村委会 → 中荷村; 海塘社区居民委员会 → 海塘社区; anything else stays."""
    for ending, drop in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name[:-drop]
    return name


def tile_name(short: str) -> str:
    """At most three characters for a tile: 中荷村 → 中荷, 和平花园社区 → 和平, 玉影山社区 → 玉影山."""
    bare = re.sub(r"(社区|村)$", "", short) or short
    if len(bare) > 3:
        bare = _ESTATE.sub("", bare) or bare
    return bare[:3]


def committee_name(short: str, kind: str | None) -> str:
    """The committee's full name: 中荷村 → 中荷村村民委员会, 府东社区 → 府东社区居民委员会."""
    if short.endswith("委员会"):
        return short
    return short + ("居民委员会" if kind == RESIDENTS else "村民委员会")


def government_name(name: str, code: str) -> str:
    """The township government's full name: 沙溪镇 → 沙溪镇人民政府, 某街道 → 某街道办事处, a zone → 管理委员会."""
    if name.endswith(("街道", "办事处")):
        return name if name.endswith("办事处") else f"{name}办事处"
    if name.endswith(("镇", "乡")):
        return f"{name}人民政府"
    return f"{name}管理委员会"


def code_problem(code: str) -> Problem | None:
    """Why ``code`` is not a division code at all."""
    if well_formed(code):
        return None
    return Problem(say("区划代码应当是 12 位数字"), "places.code", CODE_RULE, "code")


def warnings(code: str, name: str, level: str | None = None) -> list[Problem]:
    """What is unusual about a code and a name. The country has historic exceptions, so none of it refuses."""
    found: list[Problem] = []
    if level and level != level_of(code):
        found.append(
            Problem(
                say(
                    "写明的层级是{given}，代码表示{coded}",
                    given=LEVELS.get(level, level),
                    coded=LEVELS[level_of(code)],
                ),
                "places.level_differs",
                CODE_RULE,
                "level",
            )
        )
    if level_of(code) != VILLAGE:
        return found
    by_code, by_name = kind_of_code(code), kind_of_name(name)
    if by_code is None:
        found.append(
            Problem(
                say("村级代码 {digits} 不在常用号段内", digits=code[9:]),
                "places.code_range",
                CODE_RULE,
                "code",
            )
        )
    elif by_name and by_code != by_name:
        found.append(
            Problem(
                say("代码表示{coded}，名称表示{named}，请核对", coded=KINDS[by_code], named=KINDS[by_name]),
                "places.kind_differs",
                CODE_RULE,
                "name",
            )
        )
    return found


def orphans(codes: Iterable[str], known: set[str]) -> list[Problem]:
    """Codes whose parent is neither in ``known`` nor among themselves (counties and above may stand alone)."""
    all_codes = set(codes)
    return [
        Problem(
            say("{code} 的上级 {parent} 不在册", code=c, parent=parent_code(c)),
            "places.parent",
            CODE_RULE,
            "parent_code",
        )
        for c in sorted(all_codes)
        if level_of(c) in (VILLAGE, TOWNSHIP)
        and parent_code(c) not in all_codes
        and parent_code(c) not in known
    ]


def size_note(kind: str | None, households: int | None, smallest: int, largest: int) -> Words | None:
    """A note when a community lies outside the usual number of households (居: normally 1,000–3,000).

    The split proposed is into the fewest parts of at most ``largest`` households: 4,120 → 2 × 2,060.
    """
    if kind != RESIDENTS or households is None:
        return None
    if households > largest:
        parts = -(-households // largest)
        return say(
            "{n} 户，超过 {max} 户，可以考虑分设为 {parts} 个，每个约 {each} 户",
            n=households,
            max=largest,
            parts=parts,
            each=households // parts,
        )
    if households < smallest:
        return say("{n} 户，不到 {min} 户", n=households, min=smallest)
    return None


def not_yet(on: date, today: date) -> Problem | None:
    """A change takes effect when it is entered; one dated ahead is entered on its day."""
    if on > today:
        return Problem(say("生效日期在将来，请到那天再办"), "places.future", field="on")
    return None


def may_close(unit_closed: date | None, on: date, opened: date | None, today: date) -> list[Problem]:
    """Why a place cannot be closed on ``on``."""
    found = [p for p in [not_yet(on, today)] if p]
    if unit_closed:
        found.append(Problem(say("已经撤销，不用再办"), "places.closed"))
    if opened and on < opened:
        found.append(Problem(say("撤销日期早于设立日期"), "places.dates", field="on"))
    return found
