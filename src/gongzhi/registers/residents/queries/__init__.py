"""Reads of residents for every room."""

from gongzhi.registers.residents.queries.lookup import Found, accounts_by_phone, find_confirmed
from gongzhi.registers.residents.queries.standing import (
    Home,
    actor,
    confirmed_accounts,
    confirmed_count,
    display_name,
    display_names,
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
    "confirmed_accounts",
    "confirmed_count",
    "display_name",
    "display_names",
    "find_confirmed",
    "home",
    "is_adult",
    "is_confirmed",
    "on_behalf",
    "seat",
]
