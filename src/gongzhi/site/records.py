"""Records: the journal for those who may read it, a public proof for each receipt, and evidence files."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongzhi.core import action, evidence, journal, sealing, story
from gongzhi.core.journal import JournalEntry
from gongzhi.core.pages import render, signed_in
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.site.filters import moment
from gongzhi.site.filters import record as record_number


@signed_in
@require_GET
def listing(request: Any) -> HttpResponseBase:
    """The whole journal in the actor's scope, newest first, narrowed to one verb where it is asked."""
    if not request.actor.may("journal.view"):
        raise NotFound("journal.view")
    rows = journal.visible_to(request.actor)
    verb = request.GET.get("verb", "")
    if verb:
        rows = rows.filter(verb=verb)
    page = keyset(rows, order=("-pk",), after=request.GET.get("after", ""))
    verbs = [(v.name, v.label) for v in action.registry.values()]
    columns = [{"label": _(n)} for n in ("记录", "时间", "办的事", "对象", "单位", "封存")]
    last = sealing.latest_checkpoint()
    context = {
        "title": _("记录封存到第 {n} 条").format(n=record_number(last.size))
        if last
        else _("记录还没有封存过"),
        "lead": _("最近一次封存：{at}").format(at=moment(last.at)) if last else "",
        "page": page,
        "told": story.told(page.rows),
        "verbs": verbs,
        "verb": verb,
        "columns": columns,
    }
    return render(request, "site/records.html", context)


def _entry(number: int) -> JournalEntry:
    entry: JournalEntry | None = JournalEntry.objects.filter(pk=number).first()
    if entry is None:
        raise Http404
    return entry


@require_GET
def record(request: Any, number: int) -> HttpResponseBase:
    """A receipt, public: that this record exists, unchanged, under the signed checkpoint. No facts are shown
    to the public; whoever may see the thing sees them.
    """
    entry = _entry(number)
    receipt = sealing.receipt(entry)
    full = journal.visible_to(request.actor).filter(pk=number).exists()
    page = {
        "title": _("记录 {n}").format(n=number),
        "entry": entry,
        "receipt": receipt,
        "checked": sealing.verify_receipt(receipt) if receipt else None,
        "full": full,
        "verb_words": story.verb_label(entry.verb) if full or not _secret(entry) else _("不公开"),
        "digest": entry.leaf().hex(),
    }
    return render(request, "site/record.html", page)


def _secret(entry: JournalEntry) -> bool:
    """Whether the very fact that this verb was done is nobody's business but the parties'."""
    verb = action.registry.get(entry.verb)
    return verb is not None and (verb.secret or (verb.on is not None and verb.name in verb.on.UNTOLD))


@require_GET
def verify(request: Any) -> HttpResponseBase:
    """The door for someone who holds a paper: a record's number leads to its proof."""
    number = request.GET.get("number", "").replace(" ", "")
    errors = []
    if number:
        if (
            number.isascii()
            and number.isdigit()
            and JournalEntry.objects.filter(pk=int(number[:18])).exists()
        ):
            return HttpResponseRedirect(f"/records/{int(number[:18])}")
        errors = [_("没有这个记录号，请对着纸再看一遍。")]
    return render(request, "site/verify.html", {"title": _("核验回执"), "number": number, "errors": errors})


@require_GET
def proof(request: Any, number: int) -> HttpResponseBase:
    """The same proof for a machine: leaf, path, checkpoint, signature; no verb where that is nobody's business."""
    entry = _entry(number)
    receipt = sealing.receipt(entry)
    if receipt is None:
        raise Http404
    if _secret(entry) and not journal.visible_to(request.actor).filter(pk=number).exists():
        receipt["verb"] = ""
    return JsonResponse(receipt)


@require_GET
def evidence_file(request: Any, pk: int) -> HttpResponseBase:
    """A file, to those who may see a thing it belongs to."""
    kept = evidence.visible(request.actor, pk)
    answer = FileResponse(evidence.open(request.actor, kept), content_type=kept.media_type)
    answer["Content-Disposition"] = "inline" if kept.media_type.startswith("image/") else "attachment"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_GET
def evidence_thumb(request: Any, pk: int) -> HttpResponseBase:
    """A small picture of a photo."""
    kept = evidence.visible(request.actor, pk)
    answer = FileResponse(evidence.open_thumbnail(request.actor, kept), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=3600"  # one person's browser, nothing in between
    return answer
