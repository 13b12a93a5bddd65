"""The rules of the residents' door. Pure."""

from gongzhi.registers.residents.rules.decisions import (
    LEFT,
    PIPL,
    SOMEBODY,
    birth_year_problem,
    fold_nickname,
    may_be_under,
    nickname_problem,
    second_person_problem,
    unnamed,
)
from gongzhi.registers.residents.rules.flow import (
    CHILD,
    COMMITTEE,
    FLOW,
    GROUNDS,
    HELPED,
    MESSAGES,
    OPEN,
    PURPOSES,
    RESIDENT,
    SENSITIVE,
    SERVICE,
)
from gongzhi.registers.residents.rules.parameters import LEVEL, PARAMETERS
from gongzhi.registers.residents.rules.rights import RIGHTS

__all__ = [
    "CHILD",
    "COMMITTEE",
    "FLOW",
    "GROUNDS",
    "HELPED",
    "LEFT",
    "LEVEL",
    "MESSAGES",
    "OPEN",
    "PARAMETERS",
    "PIPL",
    "PURPOSES",
    "RESIDENT",
    "RIGHTS",
    "SENSITIVE",
    "SERVICE",
    "SOMEBODY",
    "birth_year_problem",
    "fold_nickname",
    "may_be_under",
    "nickname_problem",
    "second_person_problem",
    "unnamed",
]
