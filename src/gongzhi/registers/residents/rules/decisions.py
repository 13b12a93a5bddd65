"""What may be called a nickname, who may be a child, who may confirm whom. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from gongzhi.core.refusal import Problem
from gongzhi.core.words import Words, say

PIPL = say("个人信息保护法")
LEFT = say("已注销的居民")
SOMEBODY = say("居民")
LEAST, MOST = 2, 12
"""How many characters a nickname has."""

_NICKNAME = re.compile(r"[\w·]+")
_LIKE_OURS = re.compile(r"居民\d*")


def unnamed(digits: str) -> str:
    """What someone without a nickname is called: 居民4821."""
    return f"{SOMEBODY}{digits}"


def fold_nickname(text: str) -> str:
    """The one spelling in which nicknames are compared: half-width, lower case, without blanks."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()


def nickname_problem(text: str, reserved: Iterable[str]) -> Problem | None:
    """Why ``text`` cannot be a nickname: too short or long, odd characters, or it sounds like an office."""
    said: Words | None = None
    folded = fold_nickname(text)
    if not LEAST <= len(folded) <= MOST:
        said = say("昵称要 {least} 到 {most} 个字", least=LEAST, most=MOST)
    elif not _NICKNAME.fullmatch(folded):
        said = say("昵称只能用文字、数字和间隔号")
    elif re.fullmatch(r"\d{5,}", folded):
        said = say("昵称不要用一串数字，免得泄露手机号、证件号")
    elif _LIKE_OURS.fullmatch(folded):
        said = say("“居民”加数字由系统起，请另取一个")
    else:
        word = next((w for w in reserved if fold_nickname(w) in folded), None)
        if word is not None:
            said = say("昵称里不能有“{word}”，免得邻居误认为是单位或工作人员", word=word)
    return (
        Problem(said, "residents.nickname", say("互联网用户账号信息管理规定"), "nickname") if said else None
    )


def may_be_under(birth_year: int, today: date, age: int) -> bool:
    """Whether someone of whom only the year is known may not have had this birthday yet: in doubt, yes.

    Born in 2012, on any day of 2026: perhaps still 13, so the protection of those under 14 applies.
    """
    return today.year - birth_year <= age


def birth_year_problem(birth_year: int | None, today: date) -> Problem | None:
    """A birth year that cannot be."""
    if birth_year is None or 1900 <= birth_year <= today.year:
        return None
    return Problem(say("出生年份应当在 1900 到今年之间"), "residents.birth_year", field="birth_year")


def second_person_problem(registered_by: int | None, confirmer: int | None, wanted: bool) -> Problem | None:
    """Whom a worker registered, somebody else confirms: nobody alone makes a voter."""
    if not wanted or registered_by is None or registered_by != confirmer:
        return None
    return Problem(
        say("由您代办登记的居民，要请另一位同事核对确认"),
        "residents.second_person",
        say("代办登记须两人办理（本县设定）"),
    )
