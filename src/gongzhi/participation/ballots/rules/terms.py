"""What may be put to the vote. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gongzhi.core.refusal import Problem, check_all
from gongzhi.core.words import say

from .bodies import CONSULTATIVE

APPROVAL = ("赞成", "反对", "弃权")
"""The three options of a motion, in this order. They are stored as they stand and translated when shown."""
FEWEST, MOST = 2, 12
LONGEST_OPTION, LONGEST_QUESTION = 60, 200


@dataclass(frozen=True)
class Invited:
    """Somebody on a ballot's list. Without ``account_id`` he votes on paper only; ``household`` is given where each
    household has one vote."""

    name: str = ""
    account_id: int | None = None
    household: str = ""


@dataclass(frozen=True)
class Terms:
    """A question: ``most`` is how many options one voter may mark, ``places`` how many options are sought."""

    question: str
    options: tuple[str, ...]
    body: str = CONSULTATIVE
    most: int = 1
    places: int = 1
    listed: bool = False

    @property
    def approval(self) -> bool:
        """Whether it is a motion: for, against, abstaining."""
        return self.options == APPROVAL


@dataclass(frozen=True)
class ListLine:
    """One line of a list as it was written: name, household, and the phone by which an account is found."""

    name: str
    household: str = ""
    phone: str = ""


def read_list(text: str) -> list[ListLine]:
    """A list as it is pasted from a table: a line each, fields parted by tab, comma or 、; ``phone`` is the field of
    eleven digits."""
    found = []
    for line in text.splitlines():
        fields = [f.strip() for f in re.split(r"[\t,，、;；]+", line) if f.strip()]
        phones = [f for f in fields if re.fullmatch(r"1\d{10}", re.sub(r"[\s-]", "", f))]
        rest = [f for f in fields if f not in phones]
        if fields:
            found.append(
                ListLine((rest or [""])[0], "".join(rest[1:2]), re.sub(r"[\s-]", "", (phones or [""])[0]))
            )
    return found


def check_list(people: Sequence[Invited]) -> None:
    """Refuse a list on which somebody stands twice, a household has two votes, or a line is empty."""
    accounts = [p.account_id for p in people if p.account_id is not None]
    households = [p.household for p in people if p.household]
    check_all(
        [
            Problem(say("名单上至少要有一个人"), "ballots.list_empty", field="electorate")
            if not people
            else None,
            Problem(say("名单上每一行要有姓名"), "ballots.list_name", field="electorate")
            if any(not p.name.strip() and p.account_id is None for p in people)
            else None,
            Problem(say("名单上有人重复：一人一票"), "ballots.list_twice", field="electorate")
            if len(set(accounts)) < len(accounts)
            else None,
            Problem(say("名单上有一户写了两次：一户一票"), "ballots.list_household", field="electorate")
            if len(set(households)) < len(households)
            else None,
        ]
    )


def check_terms(terms: Terms, opens: datetime, closes: datetime, now: datetime, longest_days: int) -> None:
    """Refuse what cannot be put to the vote, every reason at once."""
    check_all([*_about_options(terms), *_about_time(opens, closes, now, longest_days)])


def _about_options(t: Terms) -> Sequence[Problem | None]:
    n = len(t.options)
    return [
        Problem(say("请写清楚要表决什么"), "ballots.question", field="question")
        if not 0 < len(t.question.strip()) <= LONGEST_QUESTION
        else None,
        Problem(say("选项要 2 到 12 个，现在是 {n} 个", n=n), "ballots.options", field="options")
        if not FEWEST <= n <= MOST
        else None,
        Problem(say("每个选项要写字，不超过 60 个字"), "ballots.option", field="options")
        if any(not 0 < len(o.strip()) <= LONGEST_OPTION for o in t.options)
        else None,
        Problem(say("有两个选项写得一样"), "ballots.option_twice", field="options")
        if len({o.strip() for o in t.options}) < n
        else None,
        Problem(say("每人最多可选 1 到 {n} 项", n=n), "ballots.most", field="most")
        if not 1 <= t.most <= max(n, 1)
        else None,
        Problem(say("要选出的项数应少于选项数"), "ballots.places", field="places")
        if not 1 <= t.places < max(n, FEWEST)
        else None,
        Problem(say("赞成、反对、弃权只能选一项"), "ballots.approval", field="most")
        if t.approval and (t.most, t.places) != (1, 1)
        else None,
        Problem(
            say("会议表决要有应到人员名单；面向全体居民的投票只能是征求意见"),
            "ballots.list",
            field="electorate",
        )
        if t.body != CONSULTATIVE and not t.listed
        else None,
    ]


def _about_time(
    opens: datetime, closes: datetime, now: datetime, longest_days: int
) -> Sequence[Problem | None]:
    return [
        Problem(say("截止时间要晚于开始时间和现在"), "ballots.closes", field="closes")
        if closes <= max(opens, now)
        else None,
        Problem(say("一次投票最长 {n} 天", n=longest_days), "ballots.longest", say("本县设定"), "closes")
        if closes - opens > timedelta(days=longest_days)
        else None,
    ]
