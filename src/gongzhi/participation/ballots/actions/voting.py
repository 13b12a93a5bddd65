"""Votes, paper ballots given out, and the end of voting."""

from __future__ import annotations

from collections.abc import Callable
from secrets import SystemRandom
from typing import Annotated, Any

from django.db import transaction

from gongzhi.core import clock, todo
from gongzhi.core.access import SYSTEM, Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Reason
from gongzhi.core.refusal import NotFound, Problem, Refused, refuse
from gongzhi.core.sealed import Broken
from gongzhi.core.words import Words, say
from gongzhi.participation.ballots import queries
from gongzhi.participation.ballots.models import Ballot, Envelope, Slip, Voter
from gongzhi.participation.ballots.rules import FLOW, voting
from gongzhi.registers.once import once
from gongzhi.registers.residents import queries as residents

from .counting import publish

PAPER_GIVEN = say(
    "“{title}”：登记了您在会场领纸质选票，不能再在网上投。您没有领过的，请在截止前找工作人员更正"
)
PAPER_BACK = say("“{title}”：您的领票登记已更正，可以在网上投，也可以到会场领票")
_told: list[Callable[[Ballot, Words, int], None]] = []
TWICE = Problem(say("这一位刚刚投过票或者领过选票"), "ballots.voted", voting.SECRECY)


@action(
    "ballots.vote",
    on=Ballot,
    label=say("投票"),
    main=True,
    check=queries.check_vote,
    keeps_todo=True,
    effects=say("不记名：系统记下您投过票，不记您投了什么；截止时拆封计票，拆封后谁也对不上人。"),
)
def vote(
    actor: Actor,
    ballot: Ballot,
    *,
    choices: Annotated[list[int], Ask(say("您的选择"), min=0, max=11)],
) -> dict[str, Any]:
    """Put one's marks into one's envelope, or other marks where the ballot allows to change them before the end."""
    voting.check_choices(choices, len(ballot.options), ballot.most)
    voter = queries.voter_of(ballot, actor.account_id)
    before = voter.channel if voter else ""
    voting.check_channel(before, voting.ONLINE, ballot.changeable, ballot.get_absolute_url())
    if not before:
        voter = _mark(ballot, voter, actor.account_id, voting.ONLINE)
    assert voter is not None
    envelope = Envelope(voter=voter, ballot=ballot)
    envelope.put(voting.marks(choices, len(ballot.options)))
    envelope.save(force_insert=not before, force_update=bool(before))
    return {"changed": bool(before)}


def _mark(ballot: Ballot, voter: Voter | None, account_id: int | None, channel: str) -> Voter:
    """Strike a voter off: he votes by this channel and no other."""
    with once(TWICE):
        if voter is None:
            voter = Voter.objects.create(ballot=ballot, account_id=account_id, channel=channel)
        else:
            voter.channel = channel
            voter.save(update_fields=["channel"])
    if channel == voting.ONLINE:
        ballot.online += 1
    else:
        ballot.papers += 1
    ballot.save(update_fields=["online", "papers"])
    return voter


@action(
    "ballots.hand_out",
    on=Ballot,
    label=say("登记领纸质票"),
    check=queries.check_open,
    keeps_todo=True,
    offered=False,  # the roll has a button beside each voter
    effects=say("登记后这一位不能再在网上投；在网上投过的，不能领纸质票。"),
)
def hand_out(
    actor: Actor,
    ballot: Ballot,
    *,
    voter: Annotated[int | None, Ask(say("名单上的序号"), min=1)] = None,
    account: Annotated[int | None, Ask(say("居民账号"), min=1)] = None,
) -> dict[str, Any]:
    """Strike somebody off the list because he takes a paper ballot at the meeting."""
    row = _found(ballot, voter, account)
    holder = row.account_id if row else account
    queries.check_age(holder)
    channel = row.channel if row else ""
    voting.check_channel(channel, voting.PAPER, ballot.changeable, f"{ballot.get_absolute_url()}roll")
    row = _mark(ballot, row, account, voting.PAPER)
    _tell(ballot, holder, PAPER_GIVEN)
    return {"voter": row.pk}


def on_paper(told: Callable[[Ballot, Words, int], None]) -> None:
    """Have the room above tell residents what became of their vote at the table: this one knows of no news."""
    _told.append(told)


def _tell(ballot: Ballot, account_id: int | None, about: Words) -> None:
    """A vote that was used up in somebody's name is told to that account: whoever was not there can object in time."""
    if account_id is not None:
        for told in _told:
            told(ballot, say(about.msgid, title=ballot.question), account_id)


def _found(ballot: Ballot, seat: int | None, account: int | None) -> Voter | None:
    """The row of a seat or account; None for a confirmed resident who has none yet."""
    if seat is not None:
        row = ballot.voters.filter(seat=seat).first()
    else:
        row = queries.voter_of(ballot, account)
    if row is not None:
        return row
    if ballot.listed:
        refuse(
            say("名单上没有这一位"),
            rule="ballots.not_listed",
            field="voter",
            way_out=f"{ballot.get_absolute_url()}roll",
        )
    if (
        account is None
        or not residents.confirmed_accounts(ballot.unit.path).filter(resident_id=account).exists()
    ):
        refuse(
            say("没有这位经确认的居民。没有手机的居民，先由工作人员代为登记"),
            rule="ballots.not_resident",
            source=say("一人一票：领票的人要与网上投票的人对得上"),
            field="account",
        )
    return None


@action(
    "ballots.take_back",
    on=Ballot,
    label=say("更正领票登记"),
    check=queries.check_open,
    keeps_todo=True,
    offered=False,
    effects=say("登记错了、或者选票没有填就交回时用；选票已投进票箱的不能更正。"),
)
def take_back(
    actor: Actor, ballot: Ballot, *, voter: Annotated[int, Ask(say("领票登记号"), min=1)], reason: Reason
) -> dict[str, Any]:
    """Undo the handing out of a paper ballot that was not used."""
    row = ballot.voters.filter(pk=voter, channel=voting.PAPER).first()
    if row is None:
        raise NotFound("voter")
    _tell(ballot, row.account_id, PAPER_BACK)
    if row.seat is None:
        row.delete()
    else:
        row.channel = ""
        row.save(update_fields=["channel"])
    ballot.papers -= 1
    ballot.save(update_fields=["papers"])
    return {"voter": voter, "reason": reason}


def _over(actor: Actor, ballot: Ballot) -> None:
    """A published hour is a promise: voting ends then, or when everybody on the list has voted."""
    all_voted = ballot.listed and ballot.online + ballot.papers == ballot.eligible
    if ballot.state == "open" and clock.now() < ballot.closes and not all_voted:
        refuse(
            say("公布的截止时间是 {at}，还有人没有投，不能提前结束", at=voting.moment(ballot.local_closes)),
            rule="ballots.early",
            source=say("截止时间在发起时公布，过后收到的票不计"),
            way_out=f"{ballot.get_absolute_url()}cancel",
        )


@action(
    "ballots.close",
    on=Ballot,
    label=say("结束投票"),
    main=True,
    irreversible=True,
    check=_over,
    effects=say(
        "网上的票当即拆封、打乱、销毁信封。没有纸质票的，随即计票并公布；有纸质票的，两人分别录入后计票。"
    ),
)
def close(actor: Actor, ballot: Ballot) -> dict[str, Any]:
    """End voting: open the envelopes, and count at once where no paper ballot was given out."""
    ballot.state = FLOW.step(ballot.state, "close")
    todo.close(ballot, key="close")
    ballot.ended_at = clock.now()
    ballot.eligible = _eligible(ballot)
    _open_envelopes(ballot)
    facts: dict[str, Any] = {"online": ballot.online, "papers": ballot.papers, "eligible": ballot.eligible}
    if not ballot.papers:
        facts |= publish(actor, ballot)
    ballot.save()
    return facts


def close_due() -> int:
    """End every ballot whose hour has come; returns how many. What cannot be opened waits for its host."""
    done = 0
    for ballot in Ballot.objects.filter(state="open", closes__lte=clock.now()).order_by("closes", "pk"):
        try:
            close(SYSTEM, ballot)
        except Refused as refused:
            if refused.rule != "ballots.envelopes":
                continue  # somebody was faster
            with transaction.atomic():
                about = say("{what}：{why}", what=ballot.question, why=str(refused))
                todo.open(ballot, key="close", unit_id=ballot.unit_id, verb="ballots.close", about=about)
        else:
            done += 1
    return done


def _eligible(ballot: Ballot) -> int:
    """How many may vote, fixed at the end. Somebody who voted and moved away since still counts."""
    if ballot.listed:
        return ballot.eligible
    return max(residents.confirmed_count(ballot.unit.path), ballot.online + ballot.papers)


def _open_envelopes(ballot: Ballot) -> None:
    """Turn envelopes into slips that nothing leads back from: shuffled, new keys, in one transaction."""
    slips, broken = [], 0
    for envelope in ballot.envelopes.iterator(chunk_size=2000):
        try:
            slips.append(Slip(ballot=ballot, choices=voting.chosen(envelope.open())))
        except Broken:
            broken += 1
    voted = ballot.voters.filter(channel=voting.ONLINE).count()
    if broken or not len(slips) == voted == ballot.online:
        refuse(
            say("网上选票核对不上：投过票的 {voted} 人，信封 {n} 个，其中 {broken} 个打不开。请保留现场，找系统管理员和审计岗核查",
                voted=voted, n=len(slips) + broken, broken=broken),
            rule="ballots.envelopes",
        )  # fmt: skip
    SystemRandom().shuffle(slips)
    Slip.objects.bulk_create(slips, batch_size=2000)
    ballot.envelopes.all().delete()
