"""Keeping order among statements, and closing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core import access, clock, todo
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Reason
from gongzhi.core.refusal import Problem, refuse
from gongzhi.core.words import say
from gongzhi.participation.opinions import rules
from gongzhi.participation.opinions.actions.opening import WAITING, shut
from gongzhi.participation.opinions.models import Poll, Statement
from gongzhi.registers.once import once

TWICE = Problem(say("同样的一句话已经公开，请并入它"), "opinions.said")


def _settled(statement: Statement) -> None:
    """Close the poll's to-do once nothing waits for approval any more."""
    if (
        not Statement.objects.filter(poll_id=statement.poll_id, state="held")
        .exclude(pk=statement.pk)
        .exists()
    ):
        todo.close(statement.poll, key=WAITING)


def _move(statement: Statement, verb: str, reason: str = "") -> None:
    statement.state = rules.STATEMENT_FLOW.step(statement.state, verb)
    statement.reason = reason
    with once(TWICE):
        statement.save(update_fields=["state", "reason", "into"])
    _settled(statement)


@action(
    "opinions.approve",
    on=Statement,
    label=say("公开"),
    main=True,
    effects=say("居民随即可以对它表态。"),
)
def approve(actor: Actor, statement: Statement) -> dict[str, Any]:
    """Show a statement that was held."""
    _move(statement, "approve")
    return {}


@action(
    "opinions.hide",
    on=Statement,
    label=say("隐藏"),
    effects=(say("不再显示，意见图里也不显示；原话和已有的表态留存。"), say("理由会告诉提的人。")),
)
def hide(actor: Actor, statement: Statement, *, reason: Reason) -> dict[str, Any]:
    """Take a statement out of sight, and say why."""
    _move(statement, "hide", reason)
    return {"reason": reason}


@action("opinions.restore", on=Statement, label=say("恢复公开"))
def restore(actor: Actor, statement: Statement) -> dict[str, Any]:
    """Show a hidden statement again, with the votes it had; it is on the map again when enough people have voted since."""
    _move(statement, "restore")
    return {}


@action(
    "opinions.merge",
    on=Statement,
    label=say("并入另一句"),
    effects=(
        say("请居民改对保留的那句表态；这一句的表态留存，不算到那句头上。"),
        say("理由会告诉提的人。"),
    ),
)
def merge(
    actor: Actor,
    statement: Statement,
    *,
    into: Annotated[int, Ask(say("并入第几句"), help=say("保留的那句的序号"), min=1)],
    reason: Reason,
) -> dict[str, Any]:
    """Let one of two statements that say the same stand for both. Votes are not carried over: the words differ."""
    kept = Statement.objects.filter(poll_id=statement.poll_id, number=into, state="shown").first()
    if kept is None or kept.pk == statement.pk:
        refuse(say("请填本次征集里另一句已公开看法的序号"), rule="opinions.into", field="into")
    statement.into = kept
    _move(statement, "merge", reason)
    return {"into": kept.number, "reason": reason}


@action("opinions.adjust", on=Poll, label=say("调整征集办法"), keeps_todo=True)
def adjust(
    actor: Actor,
    poll: Poll,
    *,
    stating: Annotated[str, Ask(say("谁可以提看法"), choices=rules.STATING)],
    hold: Annotated[bool, Ask(say("居民提的看法先审核再公开"))] = False,
    closes: Annotated[date | None, Ask(say("最后一天"), help=say("不填就一直开着，到议事结束"))] = None,
) -> dict[str, Any]:
    """Change who may state, whether statements are held, and the last day."""
    if poll.state != "open":
        refuse(say("这次征集已经结束"), rule="opinions.closed", source=rules.CONSULTATION)
    if closes is not None and closes < clock.today():
        refuse(say("最后一天不能早于今天"), rule="opinions.closes", field="closes")
    poll.stating, poll.hold, poll.closes = stating, hold, closes
    poll.save(update_fields=["stating", "hold", "closes"])
    return {}


@action(
    "opinions.close",
    on=Poll,
    label=say("结束征集"),
    effects=(
        say("不再收看法和表态。"),
        say("最后一张意见图按全部表态画；上次画图以后表态的人太少的，不再画进去，免得认出是谁。"),
    ),
)
def close(actor: Actor, poll: Poll) -> dict[str, Any]:
    """Close the poll before its thing does."""
    rules.POLL_FLOW.step(poll.state, "close")
    shut(poll)
    return {"statements": poll.statements.filter(state="shown").count()}


def close_due() -> int:
    """Close the polls whose last day has passed; returns how many. Run daily."""
    due = Poll.objects.filter(state="open", closes__lt=clock.today()).values_list("pk", flat=True)
    return len([close(access.SYSTEM, pk) for pk in due])
