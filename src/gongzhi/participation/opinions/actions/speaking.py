"""Stating something, and answering what others stated; for oneself, or at the office for somebody who asked for help."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import connection
from django.db.models import F, Max

from gongzhi.core import calendar, clock, dated, todo
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import NotFound, Problem, refuse
from gongzhi.core.words import say
from gongzhi.participation.opinions import queries, rules
from gongzhi.participation.opinions.actions.opening import WAITING
from gongzhi.participation.opinions.models import Participant, Poll, Statement, Vote
from gongzhi.participation.opinions.rules.speaking import NUMBERS
from gongzhi.registers.once import once

SAID = Problem(say("这句话已经有人提过，请直接对它表态"), "opinions.said", field="text")
COLUMNS = {1: "agrees", -1: "disagrees", 0: "passes"}
OnBehalf = Annotated[
    int | None,
    Ask(say("代哪位居民"), help=say("只在为请您代办的居民办理时填"), min=1, pick="residents.helped"),
]


@action(
    "opinions.propose",
    label=say("提一句看法"),
    effects=(say("别人会看到这句话并表态，不会看到是谁提的。"), say("居民提的话，工作人员审核后公开。")),
)
def propose(
    actor: Actor,
    *,
    poll: Annotated[int, Ask(say("哪一次征集"), min=1)],
    text: Annotated[str, Ask(say("您的看法"), help=say("一句话，一个意思，别人看了能说赞成或反对"), max=200)],
    on_behalf: OnBehalf = None,
) -> Made[Statement]:
    """Add a short statement for others to answer."""
    rows = Poll.objects.visible_to(actor, "opinions.propose").select_for_update(of=("self",))
    found = rows.filter(pk=poll).first()
    if found is None:
        raise NotFound("opinions.propose")
    staff = not actor.is_outside and on_behalf is None and actor.unit_id == found.unit_id
    author = (actor.account_id or 0) if staff else queries.speaker(actor, on_behalf)
    text = " ".join(text.split())
    _may_state(found, author, staff)
    rules.check_text(text, dated.value("opinions.statement_length"))
    held = found.hold and not staff
    with once(SAID):
        made = Statement.objects.create(
            poll=found,
            unit_id=found.unit_id,
            number=(found.statements.aggregate(last=Max("number"))["last"] or 0) + 1,
            text=text,
            author_id=author,
            staff=staff,
            assisted=not actor.is_outside and not staff,
            state="held" if held else "shown",
        )
    if held:
        todo.open(
            found,
            key=WAITING,
            unit_id=found.unit_id,
            verb="opinions.approve",
            about=say("审核居民提的看法：{what}", what=found.about),
            due=calendar.due(clock.today(), dated.value("opinions.days_to_approve")),
            url=f"{found.get_absolute_url()}desk",
        )
    return Made(made, poll=found.pk, **_helped(on_behalf))


def _may_state(poll: Poll, author: int, staff: bool) -> None:
    rules.may_state(
        state=poll.state,
        closes=poll.closes,
        on=clock.today(),
        stating=poll.stating,
        staff=staff,
        mine=poll.statements.filter(author_id=author, staff=False).count(),
        each=dated.value("opinions.statements_each"),
        all_=poll.statements.filter(state__in=["held", "shown"]).count(),
        most=dated.value("opinions.statements_in_all"),
    )


def _helped(on_behalf: int | None) -> dict[str, Any]:
    return {} if on_behalf is None else {"on_behalf": on_behalf}


def _hold_open(poll_id: int) -> None:
    """Keep the poll from closing until this transaction ends, and refuse where it has closed. Voters share the lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, closes FROM opinions_poll WHERE id = %s FOR SHARE", [poll_id])
        state, closes = cursor.fetchone()
    rules.may_vote(state, closes, clock.today())


def _votable(actor: Actor, statement: Statement) -> None:
    """Only what is shown is answered."""
    if statement.state != "shown":
        raise NotFound("opinions.vote")
    _hold_open(statement.poll_id)


@action(
    "opinions.vote",
    on=Statement,
    label=say("表态"),
    check=_votable,
    keeps_todo=True,
    offered=False,
    effects=(say("征集结束前随时可以改。"), say("只公布各组的人数，不公布谁怎么表态。")),
)
def vote(
    actor: Actor,
    statement: Statement,
    *,
    value: Annotated[str, Ask(say("态度"), choices=rules.VALUES)],
    on_behalf: OnBehalf = None,
) -> dict[str, Any]:
    """Agree, disagree or pass; one answer each, changeable while the poll is open."""
    _cast(statement, queries.speaker(actor, on_behalf), NUMBERS[value], assisted=not actor.is_outside)
    return _helped(on_behalf)


def _cast(statement: Statement, account_id: int, value: int, *, assisted: bool) -> None:
    """Write or change the one vote, and keep the counts. Votes of one account in one poll queue at its participant.

    What a resident has answered without help no helper changes, nor learns by asking: the refusal says nothing of it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO opinions_participant (poll_id, account_id, votes, fresh, counted, "group") '
            "VALUES (%s, %s, 0, true, '', 0) ON CONFLICT (poll_id, account_id) DO UPDATE SET fresh = opinions_participant.fresh",
            [statement.poll_id, account_id],
        )
    key = {"statement": statement, "account_id": account_id}
    old, helped = Vote.objects.filter(**key).values_list("value", "assisted").first() or (None, True)
    if assisted and not helped:
        refuse(
            say("这句话这位居民自己表过态，要改由本人改"),
            rule="opinions.own_answer",
            source=say("个人信息保护法第 6 条"),
            field="value",
        )
    if old == value:
        return
    mine = Participant.objects.filter(poll_id=statement.poll_id, account_id=account_id)
    if old is None:
        Vote.objects.create(**key, poll_id=statement.poll_id, value=value, assisted=assisted)
        mine.update(votes=F("votes") + 1, fresh=True)
    else:
        Vote.objects.filter(**key).update(value=value, assisted=assisted, at=clock.now())
        mine.update(fresh=True)
        _count(statement, old, -1)
    _count(statement, value, +1)
    statement.save(update_fields=["agrees", "disagrees", "passes"])


def _count(statement: Statement, value: int, step: int) -> None:
    column = COLUMNS[value]
    setattr(statement, column, getattr(statement, column) + step)
