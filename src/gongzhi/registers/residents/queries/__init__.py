"""Reads of residents for every room, and for the residents themselves."""

from gongzhi.registers.residents.queries.claims import hints, looked_after, namesakes, of_resident, visible
from gongzhi.registers.residents.queries.lookup import Found, accounts_by_phone, find_confirmed, find_helped
from gongzhi.registers.residents.queries.mine import held_about, resident_of, wards
from gongzhi.registers.residents.queries.notices import (
    agreed,
    notice,
    require,
    standings,
    version,
    who_agreed,
)
from gongzhi.registers.residents.queries.standing import (
    Home,
    actor,
    came_over,
    confirmed_accounts,
    confirmed_count,
    display_name,
    display_names,
    helped,
    home,
    is_adult,
    is_confirmed,
    on_behalf,
    seat,
)

__all__ = [
    "Found",
    "Home",
    "accounts_by_phone",
    "actor",
    "agreed",
    "came_over",
    "confirmed_accounts",
    "confirmed_count",
    "display_name",
    "display_names",
    "find_confirmed",
    "find_helped",
    "held_about",
    "helped",
    "hints",
    "home",
    "is_adult",
    "is_confirmed",
    "looked_after",
    "namesakes",
    "notice",
    "of_resident",
    "on_behalf",
    "require",
    "resident_of",
    "seat",
    "standings",
    "version",
    "visible",
    "wards",
    "who_agreed",
]
