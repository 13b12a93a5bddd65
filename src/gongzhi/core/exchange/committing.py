"""Writing a staged run into the register in one act, and taking a whole import back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.db.models import F, Q

from gongzhi.core import clock, dated, journal, outbox
from gongzhi.core.access import Actor
from gongzhi.core.exchange import progress
from gongzhi.core.exchange.bulk import copy_rows
from gongzhi.core.exchange.models import ImportChange, ImportFile, ImportRow, ImportRun
from gongzhi.core.exchange.sheet import Change, Row, Sheet
from gongzhi.core.exchange.staging import CHUNK, IN_REQUEST, STAGED, lock, permitted, taking, unpacked
from gongzhi.core.refusal import Refused, refuse
from gongzhi.core.thing import Thing
from gongzhi.core.words import say


class NewProblems(Exception):
    """Rows that were good at the preview are not any more; nothing was written."""

    def __init__(self, rows: list[Row]) -> None:
        super().__init__(len(rows))
        self.rows = rows


def commit(actor: Actor, sheet: Sheet, run_id: int, *, only_good: bool = False) -> ImportRun:
    """Write a staged run: all rows or, with ``only_good``, the good ones. One act, one journal entry.

    Raises Refused ``exchange.bad_rows`` where rows are bad and only good ones were not asked for,
    ``exchange.state`` where the run does not stand for it. Large runs go to the worker.
    """
    permitted(actor, sheet)
    with transaction.atomic():
        run = lock(actor, sheet, run_id)
        if run.state != "staged":
            refuse(say("这次导入现在不能写入"), rule="exchange.state")
        taking(actor, sheet, run.about)
        if run.bad and not only_good:
            refuse(
                say("还有 {n} 行有问题。可以下载带原因的表改好再上传，或选择只导入没有问题的行", n=run.bad),
                rule="exchange.bad_rows",
            )
        if not run.creates + run.updates:
            refuse(say("没有要写入的行"), rule="exchange.nothing")
        run.only_good, run.state, run.note = only_good, "committing", ""
        run.save()
        if run.total > IN_REQUEST and actor.post_id:
            from gongzhi.core.exchange.tasks import write_run

            outbox.defer(write_run, run_id=run.pk, post_id=actor.post_id)
            return run
    return write(actor, sheet, run.pk)


def write(actor: Actor, sheet: Sheet, run_id: int) -> ImportRun:
    """Write a run in state "committing"; if it is in another, the job ran twice and nothing happens.

    When it cannot be written, the run stands as "staged" again with the reason in ``note``, and Refused goes on.
    """
    try:
        with transaction.atomic():
            run: ImportRun = ImportRun.objects.select_for_update().get(pk=run_id)
            if run.state == "committing":
                _write(actor, sheet, run)
        return run
    except NewProblems as found:
        _mark_bad(sheet, run_id, found.rows)
        reason = say("有 {n} 行在预览之后变得不能导入，请看原因", n=len(found.rows))
        _back(run_id, "staged", str(reason))
        refuse(reason, rule="exchange.bad_rows")
    except Refused as refused:
        _back(run_id, "staged", str(refused))
        raise
    except (IntegrityError, DataError) as error:
        reason = say("有的行和已有记录冲突，什么都没有写入，请重新上传再核对")
        _back(run_id, "staged", str(reason))
        raise Refused(*_problem(reason)) from error


def _problem(reason: Any) -> tuple[Any]:
    from gongzhi.core.refusal import Problem

    return (Problem(reason, "exchange.conflict"),)


def _write(actor: Actor, sheet: Sheet, run: ImportRun) -> None:
    thing = taking(actor, sheet, run.about, lock=True)
    late: list[Row] = []
    written: list[Change] = []
    done = {"create": 0, "update": 0, "same": 0}
    with progress.of(run.pk, run.good) as report:
        for rows in _good_rows(sheet, run):
            if sheet.examine is not None:
                sheet.examine(actor, rows)  # what was true at the preview may not be true any more
            late += [r for r in rows if r.problems]
            if late and not run.only_good:
                raise NewProblems(late)
            good = [r for r in rows if not r.problems]
            for row in good:
                done[row.doing] += 1
            changes = sheet.apply(actor, [r for r in good if r.doing != "same"])
            _keep(run.pk, changes)
            written += changes if thing is not None else []
            report(len(rows))
    if late:
        _mark_bad(sheet, run.pk, late)
        run.bad += len(late)
        run.good -= len(late)
    run.creates, run.updates, run.same = done["create"], done["update"], done["same"]
    run.state, run.ended = "committed", clock.now()
    run.save()
    run.rows.filter(bad=False).delete()  # they are in the register now; only what was left out is kept
    _journal(actor, "exchange.commit", sheet, run, thing, written)


def _good_rows(sheet: Sheet, run: ImportRun) -> Iterator[list[Row]]:
    """The good rows in chunks, by line; each chunk is its own query, so that COPY may run between them."""
    after = 0
    while True:
        rest = ImportRow.objects.filter(run=run, bad=False, line__gt=after).order_by("line")
        staged = list(rest.values_list(*STAGED, named=True)[:CHUNK])
        if not staged:
            return
        after = staged[-1].line
        rows = [unpacked(sheet, s, run.about) for s in staged]
        for row in rows:
            row.doing, row.target = "create", None
        yield rows


def _keep(run_id: int, changes: list[Change]) -> None:
    rows = [(run_id, c.line, c.object_id, c.before, c.mark) for c in changes]
    copy_rows(ImportChange, ("run_id", "line", "object_id", "before", "mark"), rows)


def _mark_bad(sheet: Sheet, run_id: int, rows: list[Row]) -> None:
    """Keep the reasons found while writing with their staged rows."""
    staged = {r.line: r for r in ImportRow.objects.filter(run_id=run_id, line__in=[r.line for r in rows])}
    for row in rows:
        staged[row.line].problems, staged[row.line].bad = row.problems, True
    ImportRow.objects.bulk_update(staged.values(), ["problems", "bad"])


def _back(run_id: int, state: str, note: str) -> None:
    run = ImportRun.objects.get(pk=run_id)
    if run.state not in ("committing", "undoing"):
        return
    rows = ImportRow.objects.filter(run_id=run_id)
    run.bad = rows.filter(bad=True).count()
    run.good = run.total - run.bad
    run.state, run.note = state, note
    run.save()


def undo(actor: Actor, sheet: Sheet, run_id: int) -> ImportRun:
    """Take a committed run back as a whole; Refused where one of its rows was used or changed since."""
    permitted(actor, sheet)
    with transaction.atomic():
        run = lock(actor, sheet, run_id)
        if run.state != "committed":
            refuse(say("只有已写入的导入可以撤销"), rule="exchange.state")
        taking(actor, sheet, run.about)
        if not run.changes.exists():
            days = dated.value("core.import_undo_days")
            refuse(say("已超过 {days} 天，不能再整批撤销", days=days), rule="exchange.undo_days")
        run.state, run.note = "undoing", ""
        run.save()
        if run.total > IN_REQUEST and actor.post_id:
            from gongzhi.core.exchange.tasks import undo_run

            outbox.defer(undo_run, run_id=run.pk, post_id=actor.post_id)
            return run
    return take_back(actor, sheet, run.pk)


def take_back(actor: Actor, sheet: Sheet, run_id: int) -> ImportRun:
    """Undo a run in state "undoing"; refused, it stands as "committed" again with the reason in ``note``."""
    try:
        with transaction.atomic():
            run: ImportRun = ImportRun.objects.select_for_update().get(pk=run_id)
            if run.state != "undoing":
                return run
            thing = taking(actor, sheet, run.about, lock=True)
            changes = [
                Change(c.line, c.object_id, c.before, c.mark) for c in run.changes.order_by("-line", "-pk")
            ]
            sheet.revert(actor, changes)
            run.state, run.ended = "undone", clock.now()
            run.save()
            run.changes.all().delete()
            _journal(actor, "exchange.undo", sheet, run, thing, changes)
        return run
    except Refused as refused:
        _back_committed(run_id, str(refused))
        raise


def _back_committed(run_id: int, note: str) -> None:
    ImportRun.objects.filter(pk=run_id, state="undoing").update(state="committed", note=note)


def forget() -> int:
    """Delete staged lines that nobody wrote and before-images past their time; returns how many runs it touched.

    Personal data are kept no longer than the purpose needs (个人信息保护法第十九条); both terms are the county's.
    """
    now = clock.now()
    stale = now - timedelta(days=dated.value("core.import_staged_days"))
    old = now - timedelta(days=dated.value("core.import_undo_days"))
    with transaction.atomic():
        left = ImportRun.objects.select_for_update().filter(
            state__in=("staged", "failed", "reading"), at__lt=stale
        )
        ids = [run.pk for run in left]
        ImportRun.objects.filter(pk__in=ids).update(state="dropped", ended=now)
        done = ImportRun.objects.filter(state__in=("committed", "undone"), ended__lt=old)
        ids += (
            done.filter(Q(rows__isnull=False) | Q(changes__isnull=False))
            .distinct()
            .values_list("pk", flat=True)
        )
        ImportRow.objects.filter(run_id__in=ids).delete()
        ImportChange.objects.filter(run_id__in=ids).delete()
        ImportFile.objects.filter(run_id__in=ids).delete()
    return len(ids)


def _journal(
    actor: Actor, verb: str, sheet: Sheet, run: ImportRun, thing: Thing | None, changes: list[Change]
) -> None:
    """One entry, filed with the thing that the workbook is of where it is of one: with what stood there before."""
    facts: dict[str, Any] = {
        "sheet": sheet.key,
        "file_sha256": run.file_hash,
        "lines": run.total,
        "created": run.creates,
        "updated": run.updates,
        "same": run.same,
        "left_out": run.bad,
    }
    if thing is None:
        journal.write(
            actor, verb, thing_type="core.importrun", thing_id=run.pk, label=f"{sheet.label} {run.file_name}",
            unit_id=run.unit_id, unit_path=run.unit.path, facts=facts,
        )  # fmt: skip
        return
    facts |= {"run": run.pk, "note": run.file_name}
    facts["was"] = [{"line": c.line, "id": c.object_id, "before": c.before} for c in changes]
    type(thing).objects.filter(pk=thing.pk).update(revision=F("revision") + 1)
    journal.write(
        actor, verb, thing_type=thing.kind(), thing_id=thing.pk, label=thing.label(), unit_id=thing.home_unit_id(),
        facts=facts,
    )  # fmt: skip
