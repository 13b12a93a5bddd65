"""What may be said in a statement, by whom, and who may answer it. Pure."""

from __future__ import annotations

import re
from datetime import date

from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import Words, say

AGREE, DISAGREE, PASS = "agree", "disagree", "pass"
VALUES: dict[str, Words] = {AGREE: say("赞成"), DISAGREE: say("反对"), PASS: say("说不好")}
NUMBERS = {AGREE: 1, DISAGREE: -1, PASS: 0}
RESIDENTS, STAFF = "residents", "staff"
STATING: dict[str, Words] = {RESIDENTS: say("居民和工作人员"), STAFF: say("只由工作人员")}
CONSULTATION = say("《关于加强城乡社区协商的意见》（2015）")
PRIVACY = say("个人信息保护法第 6 条")
_NUMBER = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx]|0\d{2,3}-?\d{7,8})(?!\d)")


def check_text(text: str, longest: int) -> None:
    """A statement is one short sentence without anybody's number in it."""
    check_all(
        [
            Problem(say("请写一句看法"), "opinions.empty", field="text") if len(text) < 2 else None,
            Problem(
                say("一句看法最多 {most} 字，现在 {n} 字，请写短些，或分成两句提", most=longest, n=len(text)),
                "opinions.length",
                say("本县设定"),
                field="text",
            )
            if len(text) > longest
            else None,
            Problem(say("看法里不要写电话、身份证号"), "opinions.personal", PRIVACY, field="text")
            if _NUMBER.search(text)
            else None,
        ]
    )


def may_vote(state: str, closes: date | None, on: date) -> None:
    """Votes are given and changed while the poll is open, its last day included."""
    if state != "open" or (closes is not None and on > closes):
        refuse(say("这次征集已经结束，表态不再更改"), rule="opinions.closed", source=CONSULTATION)


def may_state(
    *,
    state: str,
    closes: date | None,
    on: date,
    stating: str,
    staff: bool,
    mine: int,
    each: int,
    all_: int,
    most: int,
) -> None:
    """Who may add a statement: while the poll is open, by its own rule, and not without end."""
    if state != "open" or (closes is not None and on > closes):
        refuse(say("这次征集已经结束，不再收新的看法"), rule="opinions.closed", source=CONSULTATION)
    if stating == STAFF and not staff:
        refuse(say("这次的看法由工作人员整理提出，请对已有的看法表态"), rule="opinions.stating", field="text")
    if not staff and mine >= each:
        refuse(
            say("每人最多提 {n} 句，您已经提满", n=each),
            rule="opinions.each",
            source=say("本县设定"),
            field="text",
        )
    if all_ >= most:
        refuse(
            say("这次征集已收满 {n} 句，请对已有的看法表态", n=most),
            rule="opinions.all",
            source=say("本县设定"),
            field="text",
        )
