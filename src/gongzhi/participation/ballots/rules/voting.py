"""Who may vote now, by which channel, and what a vote may say. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import say

ONLINE, PAPER = "online", "paper"
SECRECY = say("一人一票，不记名")


def moment(at: datetime) -> str:
    """ "3 月 15 日 20:00" of an already local moment."""
    return f"{at.month} 月 {at.day} 日 {at:%H:%M}"


def check_hours(state: str, opens: datetime, closes: datetime, now: datetime, way_out: str) -> None:
    """Refuse a vote before the opening, after the end, and where the ballot is over or was cancelled."""
    if state == "cancelled":
        refuse(say("这次投票已经取消"), rule="ballots.cancelled", way_out=way_out)
    if now < opens:
        refuse(
            say("{at} 起才能投票", at=moment(opens)), rule="ballots.early", field="choices", way_out=way_out
        )
    if state != "open" or now >= closes:
        refuse(
            say("投票已于 {at} 截止，结果公布后在投票页上看", at=moment(closes)),
            rule="ballots.late",
            source=say("截止时间在发起时公布，过后收到的票不计"),
            field="choices",
            way_out=way_out,
        )


def check_age(is_adult: bool, years: int) -> None:
    """Children may speak; they do not vote."""
    if not is_adult:
        refuse(
            say("满 {n} 周岁才能投票；您可以在讨论里说您的想法", n=years),
            rule="ballots.age",
            source=say("民法典第 17 条；参加表决的年龄由本县设定"),
        )


def check_channel(voted: str, wanted: str, changeable: bool, way_out: str) -> None:
    """Nobody votes twice: not on paper after online, not online after paper, not twice unless changes are allowed."""
    if voted == PAPER:
        refuse(
            say("您已在会场领了纸质选票，请用纸质票投；没有领过，请找工作人员更正")
            if wanted == ONLINE
            else say("这一位已经领过纸质选票"),
            rule="ballots.has_paper",
            source=SECRECY,
            way_out=way_out,
        )
    if voted == ONLINE and wanted == PAPER:
        refuse(
            say("这一位已经在网上投过票，不能再领纸质选票"),
            rule="ballots.voted",
            source=SECRECY,
            way_out=way_out,
        )
    if voted == ONLINE and not changeable:
        refuse(
            say("您已经投过票，这次投票投出后不能改"), rule="ballots.voted", source=SECRECY, way_out=way_out
        )


def check_choices(choices: Sequence[int], options: int, most: int) -> None:
    """A vote names one to ``most`` different options that exist."""
    check_all(
        [
            Problem(say("请选一项") if most == 1 else say("请至少选一项"), "ballots.nothing", field="choices")
            if not choices
            else None,
            Problem(say("最多选 {most} 项，您选了 {n} 项", most=most, n=len(choices)), "ballots.too_many", field="choices")
            if len(choices) > most
            else None,
            Problem(say("没有这个选项"), "ballots.no_option", field="choices")
            if any(not 0 <= c < options for c in choices) or len(set(choices)) != len(choices)
            else None,
        ]
    )  # fmt: skip


def marks(choices: Sequence[int], options: int) -> str:
    """A vote as one sign an option, "0100": every vote on a ballot has the same length, so its cipher tells nothing."""
    return "".join("1" if n in choices else "0" for n in range(options))


def chosen(written: str) -> list[int]:
    """The options of :func:`marks`."""
    return [n for n, sign in enumerate(written) if sign == "1"]
