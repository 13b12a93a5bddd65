"""The pages of an import: upload, preview, write, result, undo; and the downloads beside them."""

from __future__ import annotations

from typing import Any, BinaryIO
from urllib.parse import quote

from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongzhi.core import clock
from gongzhi.core.exchange.committing import commit, undo
from gongzhi.core.exchange.models import STATES, ImportProgress, ImportRun
from gongzhi.core.exchange.reading import LARGEST
from gongzhi.core.exchange.sheet import Column, Row, Sheet
from gongzhi.core.exchange.staging import drop, permitted, stage, thing_of, unpacked
from gongzhi.core.exchange.values import shown
from gongzhi.core.exchange.writing import XLSX, export, returned, template
from gongzhi.core.pages import View, render, signed_in
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound, Problem, Refused
from gongzhi.core.thing import Thing
from gongzhi.core.words import say

SHOWN_BAD, SHOWN_GOOD = 50, 10


def sent(file: BinaryIO, name: str) -> FileResponse:
    """A workbook as a download with a Chinese name; the file is closed when it has been sent."""
    answer = FileResponse(file, content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "private, no-store"
    return answer


class Desk:
    """The views of one sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    # ---- addresses

    def url(self, name: str = "", run: ImportRun | None = None, about: int | None = None) -> str:
        """Where one of this sheet's pages is."""
        about = run.about if run is not None else about
        return reverse(
            f"exchange.{self.sheet.key}{name}",
            kwargs=({"pk": run.pk} if run is not None else {})
            | ({"about": about} if about is not None else {}),
        )

    def visible(self, actor: Any, about: int | None) -> Any:
        """This sheet's runs within the actor's scope; NotFound without the right."""
        permitted(actor, self.sheet)
        runs: Any = ImportRun.objects
        return runs.visible_to(actor, self.sheet.verb).filter(sheet=self.sheet.key, about=about)

    def run_of(self, request: Any, pk: int, about: int | None) -> ImportRun:
        """The run, or NotFound."""
        runs = self.visible(request.actor, about)
        run: ImportRun | None = runs.select_related("unit").filter(pk=pk).first()
        if run is None:
            raise NotFound("exchange")
        return run

    def _crumbs(self, thing: Thing | None) -> list[tuple[str, str]]:
        """The way back to the thing whose workbook it is."""
        return [] if thing is None else [(thing.label(), thing.get_absolute_url())]

    # ---- pages

    def views(self) -> dict[str, View]:
        """Each view, guarded."""
        guarded: dict[str, View] = {
            "": require_http_methods(["GET", "POST"])(self.desk),
            ".template": require_GET(self.get_template),
            ".export": require_GET(self.get_export),
            ".run": require_GET(self.run_page),
            ".progress": require_GET(self.progress),
            ".returned": require_GET(self.get_returned),
            ".commit": require_POST(self.do_commit),
            ".undo": require_POST(self.do_undo),
            ".drop": require_POST(self.do_drop),
        }
        return {name: signed_in(view) for name, view in guarded.items()}

    def desk(self, request: Any, about: int | None = None) -> HttpResponseBase:
        """Upload here, and what was imported before."""
        runs = self.visible(request.actor, about)
        thing = thing_of(request.actor, self.sheet, about)
        problems: list[Problem] = []
        closed = self._closed(request.actor, thing)
        if request.method == "POST" and not closed:
            try:
                return HttpResponseRedirect(self.url(".run", self._stage(request, about)))
            except Refused as refused:
                problems = list(refused.problems)
        page = keyset(
            runs.select_related("unit"), order=("-id",), after=request.GET.get("after", ""), size=20
        )
        context = {
            "title": _("导入“{sheet}”").format(sheet=self.sheet.label),
            "sheet": self.sheet,
            "crumbs": self._crumbs(thing),
            "closed": closed,
            "problems": closed or problems,
            "page": page,
            "states": STATES,
            "run_url": lambda run: self.url(".run", run),
            "template_url": self.url(".template", about=about),
            "export_url": self.url(".export", about=about) if self.sheet.rows is not None else "",
        }
        return render(request, "exchange/desk.html", context, status=422 if closed or problems else 200)

    def _closed(self, actor: Any, thing: Thing | None) -> list[Problem]:
        """Why the thing takes no import now, said before anybody fills in a workbook."""
        try:
            if thing is not None and self.sheet.takes is not None:
                self.sheet.takes(actor, thing)
        except Refused as refused:
            return list(refused.problems)
        return []

    def _stage(self, request: Any, about: int | None) -> ImportRun:
        upload = request.FILES.get("file")
        if upload is None:
            raise Refused(Problem(say("请先选一个文件"), "exchange.file", field="file"))
        if upload.size > LARGEST:
            raise Refused(Problem(say("文件太大，最多 30 MB"), "exchange.file", field="file"))
        return stage(request.actor, self.sheet, upload.read(), upload.name, about)

    def run_page(
        self, request: Any, pk: int, about: int | None = None, problems: list[Problem] | None = None
    ) -> HttpResponse:
        """Where one import stands: progress, preview, result."""
        run = self.run_of(request, pk, about)
        own = run.post_id == request.actor.post_id
        bad = [self._line(r, own) for r in run.rows.filter(bad=True).order_by("line")[:SHOWN_BAD]]
        writes = run.rows.filter(bad=False).exclude(doing="same").order_by("line")
        good = [self._line(r, own) for r in writes[:SHOWN_GOOD]]
        context = {
            "title": self.title(run),
            "sheet": self.sheet,
            "run": run,
            "state": STATES[run.state],
            "bad": bad,
            "good": good if run.state == "staged" else [],
            "undoable": run.state == "committed" and run.changes.exists(),
            "problems": problems or [],
            "crumbs": self._crumbs(thing_of(request.actor, self.sheet, about)),
            "desk_url": self.url(about=about),
            "urls": {name: self.url(f".{name}", run) for name in ("commit", "undo", "drop", "returned")},
            **self._progress(run),
        }
        return render(request, "exchange/run.html", context, status=422 if problems else 200)

    def title(self, run: ImportRun) -> str:
        """The page's finding."""
        written = run.creates + run.updates
        match run.state:
            case "staged" if run.bad:
                return _("{good} 行可以导入，{bad} 行有问题").format(good=written, bad=run.bad)
            case "staged" if run.same:
                return _("{good} 行可以导入，{same} 行和现在一样").format(good=written, same=run.same)
            case "staged":
                return _("{good} 行都可以导入").format(good=written)
            case "committed":
                return _("已导入 {n} 行").format(n=written)
            case "undone":
                return _("这次导入的 {n} 行已全部撤销").format(n=written)
        return f"{STATES[run.state]}：{run.file_name}"

    def _line(self, staged: Any, own: bool) -> dict[str, Any]:
        row = unpacked(self.sheet, staged)
        labels = {c.key: str(c.label) for c in self.sheet.columns}
        return {
            "line": row.line,
            "doing": row.doing,
            "cells": [self._cell(row, c, own) for c in self.sheet.columns],
            "reasons": [(labels.get(p["column"], ""), p["message"]) for p in row.problems],
        }

    @staticmethod
    def _cell(row: Row, column: Column, own: bool) -> tuple[str, bool]:
        """A cell's text, and whether it is a bad one. Sealed ones are masked, names for all but the uploader."""
        bad = any(p["column"] == column.key for p in row.problems)
        value = row.raw.get(column.key)
        if value is None:
            value = shown(
                row.values.get(column.key), column, column.labels() if column.kind == "choice" else {}
            )
            if column.kind == "money" and value is not None:
                value = f"{value:,.2f}"
        text = "" if value is None else str(value)
        if text and (column.sealed or (column.personal and not own)):
            text = column.hidden(text)
        return text, bad

    def _progress(self, run: ImportRun) -> dict[str, Any]:
        found = ImportProgress.objects.filter(run_id=run.pk).first() if run.waiting else None
        done = found.done if found else 0
        left = ""
        if found and done:
            rest = (clock.now() - found.began).total_seconds() * (found.total - done) / done
            left = _("约 {n} 秒").format(n=max(1, round(rest)))
        return {"done": done, "total": run.total, "left": left, "progress_url": self.url(".progress", run)}

    def progress(self, request: Any, pk: int, about: int | None = None) -> HttpResponse:
        """The bar alone while the worker is at it; then back to the page."""
        run = self.run_of(request, pk, about)
        if not run.waiting:
            answer = HttpResponse(status=200)
            answer["HX-Redirect"] = self.url(".run", run)
            return answer
        return render(request, "exchange/progress.html", {"state": STATES[run.state], **self._progress(run)})

    # ---- acts

    def do_commit(self, request: Any, pk: int, about: int | None = None) -> HttpResponseBase:
        """Write it."""
        only_good = request.POST.get("rows") == "good"
        return self._act(
            request, pk, about, lambda: commit(request.actor, self.sheet, pk, only_good=only_good)
        )

    def do_undo(self, request: Any, pk: int, about: int | None = None) -> HttpResponseBase:
        """Take it back."""
        return self._act(request, pk, about, lambda: undo(request.actor, self.sheet, pk))

    def do_drop(self, request: Any, pk: int, about: int | None = None) -> HttpResponseBase:
        """Give it up."""
        return self._act(request, pk, about, lambda: drop(request.actor, self.sheet, pk))

    def _act(self, request: Any, pk: int, about: int | None, act: Any) -> HttpResponseBase:
        run = self.run_of(request, pk, about)
        try:
            act()
        except Refused as refused:
            return self.run_page(request, pk, about, list(refused.problems))
        return HttpResponseRedirect(self.url(".run", run))

    # ---- workbooks

    def get_template(self, request: Any, about: int | None = None) -> FileResponse:
        """The empty workbook."""
        permitted(request.actor, self.sheet)
        thing_of(request.actor, self.sheet, about)
        return sent(template(self.sheet), _("{sheet}-模板.xlsx").format(sheet=self.sheet.label))

    def get_export(self, request: Any, about: int | None = None) -> FileResponse:
        """Everything within the actor's scope, or everything of the thing."""
        if self.sheet.rows is None:
            raise NotFound("exchange")
        permitted(request.actor, self.sheet)
        thing = thing_of(request.actor, self.sheet, about)
        rows = self.sheet.rows(request.actor, *([thing] if thing is not None else []))
        what = thing.label() if thing is not None else ""
        return sent(
            export(request.actor, self.sheet, rows), f"{what}{self.sheet.label}-{clock.today():%Y%m%d}.xlsx"
        )

    def get_returned(self, request: Any, pk: int, about: int | None = None) -> FileResponse:
        """The bad rows with their reasons."""
        run = self.run_of(request, pk, about)
        return sent(
            returned(request.actor, self.sheet, run), _("{sheet}-请改正.xlsx").format(sheet=self.sheet.label)
        )
