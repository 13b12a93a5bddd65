"""An agreement's own page: the two parties, where it stands, every clause with its redline, the sums, the story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core import action, pages
from gongzhi.core.action import Offer
from gongzhi.core.refusal import Refused
from gongzhi.core.words import Words, say

from ..actions.changes import may_edit
from ..actions.signing import may_sign
from ..models import Agreement
from ..queries import board, parties, text
from ..rules import flow, talks
from ..rules.numerals import instalment_name

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
    found: Agreement = pages.scoped(Agreement, request.actor, pk, rows=ROWS)
    return found


def crumbs(agreement: Agreement, leaf: str = "") -> list[tuple[str, str]]:
    """沙溪镇 / 2026 年协议 / 中荷村."""
    rows = [
        (agreement.party_a.short, f"/agreements/?township={agreement.party_a_id}"),
        (_("%(year)s 年协议") % {"year": agreement.year}, f"/agreements/?year={agreement.year}"),
        (agreement.party_b.short, agreement.get_absolute_url() if leaf else ""),
    ]
    return [*rows, (leaf, "")] if leaf else rows


def frame(request: Any, agreement: Agreement) -> dict[str, Any]:
    """What every page of one agreement shows: story, parties, side, tabs."""
    told = pages.story(request, agreement)
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
    found = board.build(table, side, list(agreement.comments.all()), drafting=drafting, may_edit=editable)
    rounds = list(agreement.rounds.filter(supplement=None))
    due = next((t.due for t in context["todos"] if t.key.startswith("flow:")), None)
    decisions = list(agreement.decisions.filter(superseded=False))
    shown = list(agreement.disclosures.all())
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
        editable=editable, drafting=drafting, rounds=rounds, decisions=decisions, disclosures=shown,
        signatures=list(agreement.signatures.filter(supplement=None)), supplement=table.supplement,
        minutes=list(agreement.minutes.all()), evidence=parties.evidence(agreement), clean=text.lines(agreement, rows),
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


def offers(actor: Any, agreement: Agreement, found: list[Offer], table: text.Table, side: str) -> list[Any]:
    """The page's buttons: what is awaited first, under the name of what it will do; signing locked with its article."""
    out: list[Any] = list(found)
    moves = talks.own_moves(table.changes, side) + talks.refusals(table.changes, side) if side else 0
    front = {"respond", "send_supplement"} if moves else {"agree", "agree_supplement"}
    back = {"agree", "agree_supplement"} if moves else {"respond", "send_supplement"}
    number = max(1, (agreement.round + 2) // 2)
    if any(o.verb.word in front | back and o.locked is None for o in out):
        kept = [o for o in out if o.verb.word not in back]
        out = sorted(kept, key=lambda o: (o.locked is not None, o.verb.word not in front))
        out = [_renamed(o, number) if o.verb.word in front else o for o in out]
        ask = PageOffer(Label(say("请对方说明")), f"{agreement.get_absolute_url()}comment?question=on")
        out.insert(min(2, len(out)), ask)
    if side and agreement.state in (*flow.TALKING, "agreed") and actor.may("agreements.sign"):
        try:
            may_sign(actor, agreement)
        except Refused as locked:
            out.append(PageOffer(action.registry["agreements.sign"], "", locked=locked))
    return out


def _renamed(offer: Offer, number: int) -> PageOffer:
    if offer.verb.word == "respond":
        return PageOffer(Label(say("送出第 {n} 轮回应", n=number)), offer.url, True, offer.locked)
    return PageOffer(offer.verb, offer.url, True, offer.locked)


def sum_rows(found: board.Board) -> list[dict[str, Any]]:
    """The live totals as the macro wants them."""
    from gongzhi.core.money import yuan

    s = found.sums
    gap = s.instalments_fen - s.total_fen
    parts = len(found.payment.instalments) if found.payment else 0
    return [
        {"name": "weights", "label": say("权重"), "value": f"{s.weights} / 100", "ok": "yes" if s.weights_ok else "no",
         "kind": "int", "must": "100", "of": "100", "raw": str(s.weights)},
        {"name": "amounts", "label": say("{n} 项金额合计", n=s.items), "value": yuan(s.items_fen), "ok": "", "raw": yuan(s.items_fen)},
        {"name": "total", "label": say("协议总额"), "value": yuan(s.total_fen), "ok": "equal" if s.total_ok else "no",
         "equals": "amounts", "raw": yuan(s.total_fen)},
        {"name": "parts", "label": say("{n} 期付款合计", n=parts), "value": yuan(s.instalments_fen),
         "ok": "equal" if s.instalments_ok else "no", "equals": "amounts", "raw": yuan(s.instalments_fen),
         "off": "" if not gap else say("少 {gap}", gap=yuan(-gap)) if gap < 0 else say("多 {gap}", gap=yuan(gap))},
    ]  # fmt: skip


__all__ = ["crumbs", "frame", "loaded", "thing"]
