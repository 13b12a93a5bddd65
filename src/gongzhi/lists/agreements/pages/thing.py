"""An agreement's own page: the two parties, where it stands, every clause with its redline, the sums, the story."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core import action, journal, pages, papers, story, todo
from gongzhi.core.access import Actor
from gongzhi.core.action import Offer
from gongzhi.core.compiled import compiled
from gongzhi.core.money import yuan
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.words import Words, joined, say
from gongzhi.lists.agreements.actions.changes import may_edit
from gongzhi.lists.agreements.actions.signing import may_sign
from gongzhi.lists.agreements.models import Agreement
from gongzhi.lists.agreements.queries import board, parties, parts, text
from gongzhi.lists.agreements.rules import flow, talks
from gongzhi.lists.agreements.rules.numerals import instalment_name

ROWS = Agreement.objects.select_related("party_a", "party_b", "via_department")
SHOWS = ("changes", "all", "clean")


@dataclass(frozen=True)
class Label:
    """A verb under another name on this page."""

    label: Words


@dataclass(frozen=True)
class PageOffer:
    """An offer as the macros draw it, renamed or moved to the front."""

    verb: Any
    url: str
    main: bool = False
    locked: Refused | None = None


def loaded(request: Any, pk: int) -> Agreement:
    """The agreement with its parties, or NotFound."""
    found = _seen(request.actor, pk)
    if not found:
        raise NotFound(Agreement.VIEW)
    return found[0]  # type: ignore[no-any-return]


@compiled
def _seen(actor: Actor, pk: int) -> QuerySet[Agreement]:
    return ROWS.visible_to(actor, Agreement.VIEW).filter(pk=pk)


def crumbs(agreement: Agreement, leaf: str = "") -> list[tuple[str, str]]:
    """沙溪镇 / 2026 年协议 / 中荷村."""
    rows = [
        (agreement.party_a.short, f"/agreements/?township={agreement.party_a_id}"),
        (_("%(year)s 年协议") % {"year": agreement.year}, f"/agreements/?year={agreement.year}"),
        (agreement.party_b.short, agreement.get_absolute_url() if leaf else ""),
    ]
    return [*rows, (leaf, "")] if leaf else rows


def shared(request: Any, agreement: Agreement) -> dict[str, Any]:
    """What every thing's page tells, without what a side has drafted and not sent."""
    rows = journal.of(agreement, limit=journal.STORY)
    told = story.lines(rows)
    receipt = None
    if rows:
        receipt = story.receipt(rows[0], told[0].sealed)
        receipt = replace(receipt, qr=request.build_absolute_uri(receipt.url))
    shelf = papers.registry["agreements"].values()
    return {
        "thing": agreement,
        "title": agreement.label(),
        "offers": action.offers(request.actor, agreement),
        "todos": todo.of(agreement),
        "entries": [replace(line, text=_worded(e, line.text)) for e, line in zip(rows, told, strict=True)],
        "receipt": receipt,
        "papers": [
            {"label": p.label, "links": [(f, p.url(agreement, f)) for f in ("docx", "pdf")]}
            for p in shelf
            if p.applies(request.actor, agreement)
        ],
        "side": agreement.side_of(request.actor),
    }


def _worded(entry: Any, text: Words | str) -> Words | str:
    """A round's line says what it held: 陆* 送出第 1 轮：接受 5 处，对案 3 处."""
    done = entry.done
    if entry.verb not in ("agreements.respond", "agreements.send_supplement") or not isinstance(done, dict):
        return text
    counts = [
        say("接受 {n} 处", n=done.get("accepted", 0)), say("对案 {n} 处", n=done.get("countered", 0)),
        say("不接受 {n} 处", n=done.get("refused", 0)), say("提出 {n} 处", n=done.get("proposed", 0)),
    ]  # fmt: skip
    shown = joined((str(c) for c in counts if c.params["n"]), "，")
    return say(
        "{who} 送出第 {round} 轮：{counts}", who=entry.actor_name, round=done.get("round", 1), counts=shown
    )


def frame(request: Any, agreement: Agreement) -> dict[str, Any]:
    """What every page of one agreement shows: story, parties, side, tabs."""
    told = shared(request, agreement)
    turn = agreement.turn
    return {
        **told,
        "agreement": agreement,
        "crumbs": crumbs(agreement),
        "parties": parties.parties(agreement, turn),
        "my_side": told["side"] or "",
        "here": request.path,
        "state": agreement.state_label,
        "state_more": _("编号 %(number)s") % {"number": agreement.number},
    }


@require_safe
@pages.signed_in
def thing(request: Any, pk: int) -> HttpResponseBase:
    """The agreement's page."""
    agreement = loaded(request, pk)
    context = frame(request, agreement)
    side = context["my_side"]
    rows = text.clauses(agreement)
    table = text.table(agreement, rows)
    editable = _editable(request.actor, agreement)
    drafting = agreement.state.startswith("drafted")
    found = board.build(table, side, parts.comments(agreement.pk), drafting=drafting, may_edit=editable)
    sent = parts.rounds(agreement.pk)
    rounds = [r for r in sent if r.supplement_id is None]
    talked = [r for r in sent if table.supplement and r.supplement_id == table.supplement.pk] or rounds
    due = next((t.due for t in context["todos"] if t.key.startswith("flow:")), None)
    fixed = bool(agreement.text_sha256)
    decisions = parts.decisions(agreement.pk) if fixed else []
    shown = parts.disclosures(agreement.pk) if agreement.signed else []
    minutes = parts.minutes(agreement.pk)
    marks = {
        "decided": max((d.held_on for d in decisions), default=None),
        "posted": next((d.posted_on for d in shown if d.supplement_id is None), None),
    }
    steps, bands = board.steps(agreement, rounds, due, marks)
    show = request.GET.get("show") if request.GET.get("show") in SHOWS else ""
    changes = [c for c in found.clauses if c.changed]
    show = show or ("changes" if changes else "all")
    context.update(
        title=text.title(agreement), board=found, table=table, steps=steps, bands=bands, show=show, due=due,
        shown={"changes": changes, "all": found.clauses, "clean": found.clauses}[show], changes=len(changes),
        editable=editable, drafting=drafting, rounds=talked, decisions=decisions, disclosures=shown,
        signatures=parts.signatures(agreement.pk) if fixed else [], supplement=table.supplement,
        minutes=minutes, evidence=parties.evidence(agreement) if fixed or minutes else {}, clean=text.lines(agreement, rows),
        offers=offers(request.actor, agreement, context["offers"], table, side), sums=sum_rows(found),
        state=_standing(agreement, found), duty_list=agreement.duty_list_name, instalment_name=instalment_name,
    )  # fmt: skip
    return pages.render(request, "agreements/thing.html", context)


def _editable(actor: Any, agreement: Agreement) -> bool:
    """Whether this reader may change the text now."""
    if actor.may("agreements.amend_item") is None:
        return False
    try:
        may_edit(actor, agreement)
    except Refused:
        return False
    return True


def _standing(agreement: Agreement, found: board.Board) -> Words | str:
    """第 2 轮协商，15 条中 11 条已一致; else the state."""
    if agreement.state in flow.TALKING and found.talking:
        return say(
            "第 {round} 轮协商　{all} 条中 {agreed} 条已一致，{talking} 条在谈",
            round=max(1, (agreement.round + 2) // 2), all=len(found.clauses), agreed=found.agreed, talking=found.talking,
        )  # fmt: skip
    return agreement.state_label


SENDING, AGREEING = ("respond", "send_supplement"), ("agree", "agree_supplement")
LATE = ("set_numbers", "refuse", "return_to_talks", "drop_supplement")


def offers(actor: Any, agreement: Agreement, found: list[Offer], table: text.Table, side: str) -> list[Any]:
    """The page's buttons: what is awaited first, under the name of what it will do; signing locked with its article."""
    out: list[Any] = list(found)
    if any(o.verb.word in SENDING and o.locked is None for o in out):
        out = _talking(agreement, out, table, side)
    if side and agreement.state in (*flow.TALKING, "agreed"):
        try:
            may_sign(actor, agreement)
        except Refused as locked:
            out.append(PageOffer(action.registry["agreements.sign"], "", locked=locked))
    return out


def _talking(agreement: Agreement, found: list[Any], table: text.Table, side: str) -> list[Any]:
    """While it is this side's turn: sending leads while something is to be said, agreeing while there is not.

    One button is filled. Agreeing takes everything that lies on the table, so it goes once anything was drafted.
    """
    drafted = talks.own_moves(table.changes, side) + talks.refusals(table.changes, side)
    to_say = drafted or talks.unanswered(table.changes, side)
    front, gone = (SENDING, AGREEING if drafted else ()) if to_say else (AGREEING, SENDING)
    number = max(1, (agreement.round + 2) // 2)
    kept = [
        _renamed(o, number) if o.verb.word in front else PageOffer(o.verb, o.url, locked=o.locked)
        for o in found
        if o.verb.word not in gone
    ]
    kept.append(PageOffer(Label(say("请对方说明")), f"{agreement.get_absolute_url()}comment?question=on"))
    order = (*front, *AGREEING, "", "meet", "pause")

    def rank(offer: Any) -> tuple[bool, bool, int]:
        word = getattr(offer.verb, "word", "")
        return offer.locked is not None, word in LATE, order.index(word) if word in order else len(order)

    return sorted(kept, key=rank)


def _renamed(offer: Offer, number: int) -> PageOffer:
    if offer.verb.word == "respond":
        return PageOffer(Label(say("送出第 {n} 轮回应", n=number)), offer.url, True, offer.locked)
    return PageOffer(offer.verb, offer.url, True, offer.locked)


def sum_rows(found: board.Board) -> list[dict[str, Any]]:
    """The live totals as the macro wants them."""
    s = found.sums
    gap = s.instalments_fen - s.total_fen
    parts = len(found.payment.instalments) if found.payment else 0
    off: Words | str = ""
    if gap:
        off = say("少 {gap}", gap=yuan(-gap)) if gap < 0 else say("多 {gap}", gap=yuan(gap))
    weights = {"kind": "int", "must": "100", "of": "100", "raw": str(s.weights)}
    return [
        _sum("weights", say("权重"), f"{s.weights} / 100", "yes" if s.weights_ok else "no", **weights),
        _sum("amounts", say("{n} 项金额合计", n=s.items), yuan(s.items_fen), ""),
        _sum("total", say("协议总额"), yuan(s.total_fen), "equal" if s.total_ok else "no", equals="amounts"),
        _sum(
            "parts", say("{n} 期付款合计", n=parts), yuan(s.instalments_fen), "equal" if s.instalments_ok else "no",
            equals="amounts", off=off,
        ),
    ]  # fmt: skip


def _sum(name: str, label: Words, value: str, ok: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "label": label, "value": value, "ok": ok, "raw": value, "off": "", **more}


__all__ = ["crumbs", "frame", "loaded", "thing"]
