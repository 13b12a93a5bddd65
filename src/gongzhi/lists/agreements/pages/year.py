"""The year's pages: fulfilment and payment on both sides; notices, changes and the end; the text for the board."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core import clock, pages
from gongzhi.core.refusal import NotFound
from gongzhi.lists.agreements.models import Agreement
from gongzhi.lists.agreements.queries import parties
from gongzhi.lists.agreements.rules import flow
from gongzhi.lists.agreements.rules import year as rules

from .thing import crumbs, frame, loaded


def _signed(request: Any, pk: int) -> Agreement:
    agreement = loaded(request, pk)
    if not agreement.signed:
        raise NotFound("agreements.view")
    return agreement


@require_safe
@pages.signed_in
def year(request: Any, pk: int) -> HttpResponseBase:
    """What each side owed and did this year, what was paid and when."""
    agreement = _signed(request, pk)
    context = frame(request, agreement)
    counted = ~Q(records__status=rules.CONTESTED)
    items = (
        agreement.items.filter(clause__struck=False)
        .select_related("clause")
        .annotate(done=Sum("records__quantity", filter=counted), entries=Count("records", filter=counted))
    )
    duties = (
        agreement.duties.filter(clause__struck=False)
        .select_related("clause")
        .annotate(done=Count("records", filter=counted))
    )
    records = list(agreement.records.select_related("item__clause", "duty__clause"))
    waiting = sum(r.status == rules.RECORDED for r in records)
    parts = _parts(agreement)
    context.update(
        title=_year_title(agreement, parts, waiting),
        crumbs=crumbs(agreement, _("履约和付款")),
        items=[{"row": i, "done": i.done or Decimal(0), "share": _share(i.done, i.quantity)} for i in items],
        duties=[{"row": d, "share": _share(d.done, d.times)} for d in duties],
        records=records, waiting=waiting, instalments=parts,
        payments=list(agreement.payments.select_related("instalment")), evidence=parties.evidence(agreement),
    )  # fmt: skip
    return pages.render(request, "agreements/year.html", context)


def _year_title(agreement: Agreement, parts: list[dict[str, Any]], waiting: int) -> str:
    """The finding: what is late, else what waits, else how much is paid."""
    late = next((p for p in parts if p["late"]), None)
    place = agreement.party_b.short
    if late:
        told = _("%(place)s：%(name)s款逾期 %(days)s 天")
        return told % {"place": place, "name": late["row"].name, "days": late["late"]}
    if waiting:
        return _("%(place)s：%(n)s 条履约记录等对方确认") % {"place": place, "n": waiting}
    return _("%(place)s %(year)s 年履约和付款，没有等办的事") % {"place": place, "year": agreement.year}


def _share(done: Any, whole: Any) -> int:
    return min(100, int(100 * (done or 0) / whole)) if whole else 100 if done else 0


def _parts(agreement: Agreement) -> list[dict[str, Any]]:
    """Each instalment with what it would cost today if it is late."""
    payment = agreement.clauses.filter(kind="payment", struck=False).first()
    out = []
    for part in agreement.instalments.all():
        waits = part.tail and agreement.tail_fen is None and agreement.state != "terminated"
        late, interest = 0, 0
        if payment is not None and part.finished_on is None and not waits:
            late, interest = rules.interest(part.rest_fen, payment.rate, part.pay_by, clock.today())
        out.append({"row": part, "waits": waits, "late": late, "interest": interest})
    return out


@require_safe
@pages.signed_in
def remedies(request: Any, pk: int) -> HttpResponseBase:
    """Notices, suspensions, breaches, supplements, the end, and the passing to a successor."""
    agreement = _signed(request, pk)
    context = frame(request, agreement)
    side = context["my_side"]
    notices = list(agreement.notices.select_related("item__clause", "duty__clause", "instalment", "breach"))
    context.update(
        title=_remedies_title(agreement, notices),
        crumbs=crumbs(agreement, _("通知、变更和终止")),
        notices=notices,
        suspensions=list(agreement.suspensions.select_related("item__clause")),
        supplements=list(agreement.supplements.all()), successions=list(agreement.successions.select_related("frm", "to")),
        evidence=parties.evidence(agreement), today=clock.today(), running=agreement.state in (*flow.IN_FORCE, "suspended"),
        other=flow.other(side) if side else "",
    )  # fmt: skip
    return pages.render(request, "agreements/remedies.html", context)


def _remedies_title(agreement: Agreement, notices: list[Any]) -> str:
    """The finding: open breaches and running notices, or that there is nothing."""
    place = agreement.party_b.short
    mending = sum(
        getattr(n, "breach", None) is not None and n.breach.state in flow.BREACH_OPEN for n in notices
    )
    running = sum(n.status == "served" for n in notices)
    if mending:
        told = _("%(place)s：%(m)s 件限期改正，%(n)s 份通知在期内")
        return told % {"place": place, "m": mending, "n": running}
    if running:
        return _("%(place)s：%(n)s 份通知在期内") % {"place": place, "n": running}
    return _("%(place)s %(year)s 年协议：没有未了的通知") % {"place": place, "year": agreement.year}


@require_safe
@pages.signed_in
def disclosure(request: Any, pk: int) -> HttpResponseBase:
    """The words for the board, to print and to read out."""
    agreement = _signed(request, pk)
    rows = list(agreement.disclosures.select_related("supplement"))
    title = _("%(place)s协议公开文字") % {"place": agreement.party_b.short}
    return pages.render(
        request, "agreements/disclosure.html",
        {"title": title, "agreement": agreement, "rows": rows, "crumbs": crumbs(agreement, _("公开文字"))},
    )  # fmt: skip
