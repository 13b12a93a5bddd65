"""The agreement's page as the reader's side sees it: clauses with redline, reasons and replies, sums, steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gongzhi.core.identity import mask_name
from gongzhi.core.papers.doc import Run
from gongzhi.core.redline import redline
from gongzhi.core.words import Words, say
from gongzhi.lists.agreements.models import Agreement, Change, Comment, Round
from gongzhi.lists.agreements.rules import flow, sums, talks
from gongzhi.lists.agreements.rules.numerals import article
from gongzhi.lists.agreements.rules.sums import Cause, Mend, Totals
from gongzhi.lists.agreements.rules.terms import ITEM, ItemTerms, Line, PaymentTerms, from_json

from .text import Table


@dataclass(frozen=True)
class Remark:
    """A line in the margin: ``kind`` a, b or rule; who said it and when."""

    kind: str
    text: str | Words
    by: list[Any]


@dataclass
class ClauseView:
    """One clause on the page. ``open_id`` is the other side's change that waits for the reader's answer."""

    key: str
    no: str
    title: str
    kind: str
    runs: list[Run] | str
    under: list[Any]
    tag: tuple[Words, str, str] | None = None
    margin: list[Remark] = field(default_factory=list)
    changed: bool = False
    open_id: int | None = None
    may_refuse: bool = True
    answered: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""
    editable: bool = False

    @property
    def amend_word(self) -> str:
        """The verb that edits this kind of clause."""
        return f"amend_{self.kind}"


@dataclass(frozen=True)
class Board:
    """Everything about the text as ``side`` sees it ("" for an onlooker)."""

    clauses: list[ClauseView]
    agreed: int
    talking: int
    sums: Totals
    problems: list[Any]
    causes: list[Cause]
    mends: list[Mend]
    payment: PaymentTerms | None
    weights: list[int]
    blockers: list[Any]


def chain(rows: Sequence[Change], last: Change) -> list[Change]:
    """A change and everything it answers, oldest first."""
    by_id = {r.pk: r for r in rows}
    found = [last]
    while found[0].counters_id in by_id:
        found.insert(0, by_id[found[0].counters_id])
    return found


def seen_changes(table: Table, side: str) -> list[Change]:
    """What this reader may see: everything that was sent, and their own drafts."""
    return [r for r in table.rows if r.status != "draft" or r.side == side]


def build(table: Table, side: str, comments: Sequence[Comment], *, drafting: bool, may_edit: bool) -> Board:
    """The whole text for one reader."""
    rows = seen_changes(table, side)
    talking = not drafting and (
        table.supplement is not None or table.agreement.state in (*flow.TALKING, "paused")
    )
    last_round = table.supplement.round if table.supplement else table.agreement.round
    lines: list[tuple[str, Line | None]] = [(x.key, x) for x in table.base]
    lines += [
        (r.key, None) for r in rows if r.op == talks.ADD and r.status in talks.LIVE and _first_of(rows, r)
    ]
    found = []
    for key, line in _placed(lines, rows):
        mine = [r for r in rows if r.key == key]
        view = _clause(table, key, line, mine, side, last_round if talking else -1, may_edit)
        if view is not None:
            view.margin += [_comment(c) for c in comments if c.key == key]
            found.append(view)
    projected = table.projected(side or None) if talking else table.base
    told = sums.totals(projected)
    live = {r.key for r in rows if r.status in talks.LIVE}
    return Board(
        clauses=found,
        agreed=sum(1 for v in found if v.key not in live),
        talking=len(live),
        sums=told,
        problems=sums.problems(told),
        causes=sums.causes(table.base, projected, "amount_fen"),
        mends=sums.mends(projected) if may_edit else [],
        payment=next((x.terms for x in projected if isinstance(x.terms, PaymentTerms)), None),
        weights=[x.terms.weight for x in projected if isinstance(x.terms, ItemTerms) and not x.struck],
        blockers=talks.blockers(table.base, table.changes, side, table.numbers) if may_edit and side else [],
    )


def _first_of(rows: Sequence[Change], row: Change) -> bool:
    """Whether ``row`` is the first live change of a clause that is not in the text yet."""
    return next(r for r in rows if r.key == row.key and r.status in talks.LIVE) is row


def _placed(lines: list[tuple[str, Line | None]], rows: Sequence[Change]) -> list[tuple[str, Line | None]]:
    """New clauses stand after the last one of their kind."""
    out = [x for x in lines if x[1] is not None]
    for key, _ in (x for x in lines if x[1] is None):
        kind = next(r.kind for r in rows if r.key == key)
        same = [i for i, (_, x) in enumerate(out) if x is not None and x.terms.kind == kind]
        out.insert(same[-1] + 1 if same else len(out) - 1, (key, None))
    return out


def _clause(
    table: Table, key: str, line: Line | None, rows: list[Change], side: str, last_round: int, may_edit: bool
) -> ClauseView | None:
    live = [r for r in rows if r.status in talks.LIVE]
    if line is not None and line.struck and not live:
        return None
    newest = live[-1] if live else None
    settled = [r for r in rows if r.closed_in is not None and r.closed_in.seq == last_round and not live]
    shown = chain(rows, newest) if newest else []
    terms = (from_json(newest.new) if newest and newest.new else None) or (line.terms if line else None)
    if terms is None:
        assert newest is not None
        terms = from_json(newest.old or newest.new or {})
    base = "" if line is None or line.struck else line.terms.text()
    texts = [(c.side, from_json(c.new).text() if c.new else "") for c in shown]
    view = ClauseView(
        key=key, no=article(line.number) if line and line.number else str(say("新增")), title=terms.heading,
        kind=terms.kind, runs=_runs(base, texts) if texts else base, under=_under(terms, newest), changed=bool(live or settled),
        editable=may_edit and line is not None,
    )  # fmt: skip
    if newest is not None:
        _tell(view, newest, live, side, may_edit)
    elif settled:
        view.tag = _settled_tag(settled[-1])
    for change in shown or settled:
        view.margin += _reasons(change)
    return view


def _runs(base: str, texts: list[tuple[str, str]]) -> list[Run]:
    marks: dict[str, Any] = {"same": "", "ins": "ins", "del": "del"}
    return [Run(p.text, mark=marks[p.kind], side=p.side) for p in redline(base, texts)]


def _under(terms: Any, newest: Change | None) -> list[Any]:
    """The small lines under the number: code and lead, weight."""
    if terms.kind == "duty":
        return [say("甲方义务")]
    if not isinstance(terms, ItemTerms):
        return []
    old = from_json(newest.old) if newest is not None and newest.old else None
    weight: Words = say("权重 {weight}", weight=terms.weight)
    if isinstance(old, ItemTerms) and old.weight != terms.weight:
        weight = say("权重 {old} → {weight}", old=old.weight, weight=terms.weight)
    return [f"{terms.code} {terms.lead}".strip(), weight]


def _tell(view: ClauseView, newest: Change, live: list[Change], side: str, may_edit: bool) -> None:
    """The tag of a live clause, and what the reader may answer."""
    mine = newest.side == side
    who = flow.SIDE_LABELS
    if newest.status == "draft":
        label = say("{who}拟对案", who=who[side]) if newest.counters_id else say("{who}草稿", who=who[side])
        view.tag = (label, side, "pencil")
        view.answered, view.answered_at, view.answered_by = "draft", newest.drafted_at, newest.by
    elif not mine and newest.reply and side:
        word = (
            say("{who}拟接受", who=who[side])
            if newest.reply == talks.ACCEPT
            else say("{who}拟不接受", who=who[side])
        )
        view.tag = (word, side, "check" if newest.reply == talks.ACCEPT else "x")
        view.answered, view.answered_at, view.answered_by = newest.reply, newest.reply_at, newest.reply_by
        if newest.reply_reason:
            view.margin.append(_own_reply(newest, side))
    else:
        waits = flow.other(newest.side)
        view.tag = (say("等{who}回应", who=who[waits]), "now" if waits == side else "plain", "")
    if may_edit and not mine and newest.status == "open" and not newest.reply:
        view.open_id = newest.pk
        view.may_refuse = not (newest.op == talks.STRIKE and newest.kind == ITEM)


def _own_reply(change: Change, side: str) -> Remark:
    return Remark(
        side,
        change.reply_reason,
        [say("{who}草稿", who=flow.SIDE_LABELS[side]), mask_name(change.reply_by), change.reply_at],
    )


def _settled_tag(change: Change) -> tuple[Words, str, str]:
    if change.status == "accepted":
        return (say("上一轮已接受"), "passed", "check")
    return (say("{who}没有接受", who=flow.SIDE_LABELS[flow.other(change.side)]), "late", "x")


def _reasons(change: Change) -> list[Remark]:
    out = []
    if change.reason:
        who = (
            say("{who}草稿", who=flow.SIDE_LABELS[change.side])
            if change.status == "draft"
            else flow.SIDE_LABELS[change.side]
        )
        out.append(Remark(change.side, change.reason, [who, mask_name(change.by), change.drafted_at]))
    new = from_json(change.new) if change.new else None
    old = from_json(change.old) if change.old else None
    word = talks.enforcement(old) if isinstance(old, ItemTerms) else ""
    if word and (new is None or word not in new.text()):
        hint = say("协议不能把“{word}”这样的行政职权交给村（居）委会。", word=word)
        out.append(Remark("rule", hint, [say("规则提示"), talks.ENFORCEMENT_SOURCE]))
    if change.op == talks.STRIKE and change.kind == ITEM:
        out.append(
            Remark("rule", say("任何一方都可以不接受某个协助事项，可以对案，不能强留。"), [say("规则提示")])
        )
    if change.status == "refused" and change.reply_reason:
        side = flow.other(change.side)
        out.append(
            Remark(
                side,
                change.reply_reason,
                [flow.SIDE_LABELS[side], mask_name(change.reply_by), change.reply_at],
            )
        )
    return out


def _comment(row: Comment) -> Remark:
    who = say("{who}请说明", who=flow.SIDE_LABELS[row.side]) if row.question else flow.SIDE_LABELS[row.side]
    return Remark(row.side, row.text, [who, mask_name(row.by), row.at])


# ---- the flow at the top ----


def steps(
    agreement: Agreement, rounds: Sequence[Round], due: date | None, marks: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[tuple[int, int, Words]]]:
    """The drawn flow: drafting, each sending of the talks, then the steps to come; and the bands of the rounds."""
    state = agreement.state
    out = [_drafted(agreement, rounds, due)]
    bands: list[tuple[int, int, Words]] = []
    sent = [r for r in rounds if r.seq > 0]
    if state in (*flow.TALKING, "paused", "refused"):
        for row in sent[-4:]:
            out.append(
                {"side": row.side, "label": _round_label(row, sent), "when": row.sent_at, "state": "done"}
            )
        if state in flow.TALKING:
            side = flow.A if state == "with_a" else flow.B
            out.append({"side": side, "label": say("回应"), "when": due, "before": True, "state": "now"})
        bands = _bands(sent[-4:], out, state)
    elif sent:
        label = say("协商 {n} 次", n=len(sent))
        out.append({"side": "both", "label": label, "when": sent[-1].sent_at, "state": "done"})
    if state == "paused":
        out.append({"side": "both", "label": say("协商暂停"), "when": None, "state": "now"})
    if state == "refused":
        side = agreement.end_side or "both"
        out.append(
            {
                "side": side,
                "label": say("不同意签订"),
                "when": agreement.ended_on,
                "state": "now",
                "flag": say("已结束"),
            }
        )
        return out, bands
    return out + _ahead(agreement, due, marks), bands


def _drafted(agreement: Agreement, rounds: Sequence[Round], due: date | None) -> dict[str, Any]:
    drafting = agreement.state.startswith("drafted")
    first = next((r for r in rounds if r.seq == 0), None)
    return {
        "side": agreement.drafted_by, "label": say("起草"), "when": due if drafting else first.sent_at if first else agreement.created_at,
        "before": drafting, "state": "now" if drafting else "done",
    }  # fmt: skip


def _round_label(row: Round, sent: Sequence[Round]) -> Words:
    """The side that first proposed changes proposes again; the other one answers."""
    if row.kind == "agree":
        return say("同意全文")
    if row.side != sent[0].side:
        return say("回应")
    return say("提出修改") if row is sent[0] else say("再提修改")


def _bands(sent: Sequence[Round], out: list[dict[str, Any]], state: str) -> list[tuple[int, int, Words]]:
    """One band a round: from the sending of changes to its answer."""
    found: dict[int, list[int]] = {}
    for i, row in enumerate(sent, start=1):
        found.setdefault(row.number, []).append(i)
    if state in flow.TALKING and sent:
        waits = (sent[-1].seq + 2) // 2
        found.setdefault(waits, []).append(len(sent) + 1)
    return [
        (min(at), max(at), say("第 {n} 轮", n=n))
        for n, at in found.items()
        if max(at) < len(out) and len(at) > 1
    ]


_ORDER = ("agreed", "signing", "signed", "performing", "evaluated", "settled")


def _ahead(agreement: Agreement, due: date | None, marks: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps after the talks: done, now or later."""
    state = agreement.state
    at = {
        "signed_a": "signing",
        "signed_b": "signing",
        "suspended": "performing",
        "terminated": "performing",
    }.get(state, state)
    place = _ORDER.index(at) if at in _ORDER else -1
    inner = say("村内决定") if agreement.committee_kind == "village" else say("居内决定")
    told = [
        ("agreed", flow.B, inner, marks.get("decided")), ("signing", "both", say("签署"), agreement.signed_on),
        ("signed", flow.B, say("公开"), marks.get("posted")), ("performing", "both", say("履约"), None),
        ("evaluated", "both", say("双向评估"), marks.get("evaluated")), ("settled", flow.A, say("结算"), None),
    ]  # fmt: skip
    out = []
    for i, (name, side, label, when) in enumerate(told):
        # Evaluation is over when the state says "evaluated"; then the settlement is what goes on.
        here = i == place if name not in ("evaluated", "settled") else name == "settled" and at == "evaluated"
        done = (
            i < place
            or (name == "evaluated" and at in ("evaluated", "settled"))
            or (name == "settled" and at == "settled")
        )
        step = {
            "side": side,
            "label": label,
            "when": when if done else due if here else None,
            "before": here,
            "state": "done" if done else "now" if here else "later",
        }
        if here and state in ("signed_a", "signed_b"):
            step["flag"] = say("等{who}", who=flow.SIDE_LABELS[flow.other(state[-1])])
        if here and state == "suspended":
            step["flag"] = say("全部中止")
        if state == "terminated" and i == place:
            step.update(state="now", flag=say("已终止"), when=agreement.ended_on, before=False)
        out.append(step)
    return out[: place + 1] if state == "terminated" else out
