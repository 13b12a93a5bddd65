"""Paper ballots entered by two people apart, the count, and counting again."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import connection
from django.db.models import F

from gongzhi.core import dated
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Evidence, Reason
from gongzhi.core.evidence import use
from gongzhi.core.identity import mask_name
from gongzhi.core.refusal import check_all, refuse
from gongzhi.core.words import say
from gongzhi.participation.ballots import queries
from gongzhi.participation.ballots.models import Ballot, Batch, Entry, Result
from gongzhi.participation.ballots.rules import FLOW, bodies, counting
from gongzhi.participation.ballots.rules.counting import Count, Sheet
from gongzhi.registers.places import queries as places


@action(
    "ballots.enter",
    on=Ballot,
    label=say("录入计票单"),
    keeps_todo=True,
    offered=False,  # the page of batches says which sheet is whose turn
    effects=(
        say("另一位工作人员用自己的账号再录一遍，录完前看不到您填的数。"),
        say("两份一样才计入；不一样的，两人都要重新点票、重新录入。"),
    ),
)
def enter(
    actor: Actor,
    ballot: Ballot,
    *,
    batch: Annotated[int, Ask(say("第几批"), min=1, max=1000)],
    label: Annotated[str, Ask(say("票箱或场次"), max=60)] = "",
    printed: Annotated[int, Ask(say("印制"), min=0, max=1_000_000)],
    issued: Annotated[int, Ask(say("发出"), min=0, max=1_000_000)],
    spoiled: Annotated[int, Ask(say("作废换发"), min=0, max=1_000_000)],
    returned: Annotated[int, Ask(say("收回"), min=0, max=1_000_000)],
    counts: Annotated[list[int], Ask(say("各项得票"), min=0, max=1_000_000)],
    invalid: Annotated[int, Ask(say("无效票"), min=0, max=1_000_000)],
) -> dict[str, Any]:
    """Enter one's own count of a batch; two equal ones by different people settle it."""
    assert actor.account_id is not None
    sheet = Sheet(printed, issued, spoiled, returned, invalid, tuple(counts))
    check_all(counting.sheet_problems(sheet, len(ballot.options), ballot.most))
    row, _ = Batch.objects.get_or_create(
        ballot=ballot, number=batch, dropped=False, defaults={"label": label}
    )
    entries = list(row.entries.filter(round=row.round))
    page = f"{ballot.get_absolute_url()}batches"
    if row.settled:
        refuse(say("第 {n} 批已经核对一致", n=batch), rule="ballots.settled", field="batch", way_out=page)
    if any(e.account_id == actor.account_id for e in entries):
        refuse(
            say("您已经录过第 {n} 批，请另一位工作人员用自己的账号再录一遍", n=batch),
            rule="ballots.second_person",
            source=say("两人分别录入、核对一致才计入（本县设定）"),
            field="batch",
            way_out=page,
        )
    Entry.objects.create(
        batch=row, round=row.round, account_id=actor.account_id, name=mask_name(actor.name), most=ballot.most,
        printed=printed, issued=issued, spoiled=spoiled, returned=returned, invalid=invalid, counts=counts,
    )  # fmt: skip
    facts = {
        "batch": batch,
        "round": row.round,
        "sheet": [printed, issued, spoiled, returned, invalid, *counts],
    }
    if entries:
        row.settled = entries[0].sheet() == sheet
        row.round += not row.settled
        row.save()
    return {**facts, "settled": row.settled}


@action("ballots.drop_batch", on=Ballot, label=say("撤下一批"), keeps_todo=True, offered=False)
def drop_batch(
    actor: Actor, ballot: Ballot, *, batch: Annotated[int, Ask(say("第几批"), min=1)], reason: Reason
) -> dict[str, Any]:
    """Take a batch away that was entered by mistake; its sheets stay in the record."""
    row = ballot.batches.filter(number=batch, dropped=False).first()
    if row is None:
        refuse(say("没有第 {n} 批", n=batch), rule="ballots.no_batch", field="batch")
    row.dropped, row.settled = True, False
    row.save()
    return {"batch": batch, "reason": reason}


def _settled(actor: Actor, ballot: Ballot) -> None:
    if ballot.state != "closed":
        return
    page = f"{ballot.get_absolute_url()}batches"
    found = queries.batches(ballot)
    waiting = [c.batch.number for c in found if not c.batch.settled]
    if waiting or not found:
        refuse(
            say("第 {n} 批还没有核对一致", n="、".join(map(str, waiting)))
            if waiting
            else say("发出了 {n} 张纸质票，还没有录入计票单", n=ballot.papers),
            rule="ballots.unsettled",
            source=say("两人分别录入、核对一致才计入（本县设定）"),
            way_out=page,
        )


@action(
    "ballots.count",
    on=Ballot,
    label=say("计票并公布"),
    main=True,
    irreversible=True,
    check=_settled,
    effects=say("按议事规则算出结果并公布，用的数和规则一起存下。发现差错只能重新计票，原结果保留。"),
)
def count(
    actor: Actor,
    ballot: Ballot,
    *,
    present: Annotated[
        int | None,
        Ask(say("到会人数"), help=say("按签到表；不填就是投票和领票的人数"), min=0, max=10_000_000),
    ] = None,
    tellers: Annotated[str, Ask(say("唱票、计票、监票人"), max=200)] = "",
    evidence: Evidence = [],  # noqa: B006  never changed
) -> dict[str, Any]:
    """Add everything up and publish what it means."""
    use(actor, ballot, evidence, key=f"count:{ballot.results.count() + 1}")
    facts = publish(actor, ballot, present=present, tellers=tellers)
    ballot.save()
    return {**facts, "evidence": evidence}


def publish(actor: Actor, ballot: Ballot, *, present: int | None = None, tellers: str = "") -> dict[str, Any]:
    """Write the next result from slips and settled sheets; the caller saves the ballot."""
    ballot.state = FLOW.step(ballot.state, "count")
    found = added_up(ballot, present)
    check_all(counting.count_problems(found))
    on = ballot.local_closes.date()
    rule = bodies.rule_for(
        ballot.body,
        places.kind_of(ballot.unit_id) or bodies.VILLAGE,
        on,
        stakeholders_percent=int(dated.value("ballots.stakeholders_quorum", on=on)),
    )
    meaning = counting.outcome(ballot.terms(), found, rule)
    seq = ballot.results.count() + 1
    Result.objects.create(
        ballot=ballot, seq=seq, post_id=actor.post_id, body=ballot.body, most=ballot.most,
        pack=rule.pack if rule else "", verified=rule.verified if rule else True,
        source=rule.source.to_json() if rule else None,
        eligible=found.eligible, present=found.present, online=found.online, papers=found.papers, issued=found.issued,
        returned=found.returned, invalid=found.invalid, counts=list(found.counts),
        needed_present=meaning.needed_present, needed_votes=meaning.needed_votes, outcome=meaning.word,
        chosen=list(meaning.chosen), tied=list(meaning.tied), tellers=tellers,
        reason=ballot.reason if seq > 1 else "",
    )  # fmt: skip
    return {
        "seq": seq, "eligible": found.eligible, "present": found.present, "online": found.online, "papers": found.papers,
        "returned": found.returned, "invalid": found.invalid, "counts": list(found.counts), "outcome": meaning.word,
        "chosen": list(meaning.chosen), "pack": rule.pack if rule else "",
    }  # fmt: skip


def added_up(ballot: Ballot, present: int | None = None) -> Count:
    """Online slips and settled sheets together."""
    online = online_counts(ballot)
    found = queries.sheets(ballot)
    return Count(
        eligible=ballot.eligible,
        present=ballot.online + ballot.papers if present is None else present,
        online=ballot.online,
        papers=ballot.papers,
        issued=sum(s.issued - s.spoiled for s in found),
        returned=sum(s.returned for s in found),
        invalid=sum(s.invalid for s in found),
        counts=tuple(n + sum(s.counts[at] for s in found) for at, n in enumerate(online)),
    )


def online_counts(ballot: Ballot) -> list[int]:
    """How many slips mark each option. One query."""
    counts = [0] * len(ballot.options)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT choice, count(*) FROM ballots_slip, unnest(choices) AS choice WHERE ballot_id = %s GROUP BY choice",
            [ballot.pk],
        )
        for choice, votes in cursor.fetchall():
            counts[choice] = votes
    return counts


@action(
    "ballots.recount",
    on=Ballot,
    label=say("重新计票"),
    offered=False,
    effects=(
        say("原来的结果保留，新的结果排在后面，以新的为准。"),
        say("有纸质票的，每一批由两人重新点票、重新录入；只有网上票的，当即重算。"),
    ),
)
def recount(actor: Actor, ballot: Ballot, *, reason: Reason) -> dict[str, Any]:
    """Count again; the earlier result stays."""
    ballot.state = FLOW.step(ballot.state, "recount")
    ballot.reason = reason
    ballot.batches.filter(dropped=False).update(round=F("round") + 1, settled=False)
    facts: dict[str, Any] = {"reason": reason}
    if not ballot.papers:
        facts |= publish(actor, ballot)
    ballot.save()
    return facts
