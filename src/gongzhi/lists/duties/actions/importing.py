"""Items from a workbook: looked at as one list, written in one act, taken back as a whole.

A line changes the item that bears its code and adds one where none does. Cells left empty leave what is there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast, Concat

from gongzhi.core import dated
from gongzhi.core.access import Actor
from gongzhi.core.exchange import Change, Row
from gongzhi.core.refusal import Problem, refuse
from gongzhi.core.words import joined, say
from gongzhi.lists.duties import queries, rules
from gongzhi.lists.duties.actions.lines import (
    ask_for_review,
    basis_row,
    close_review,
    fill,
    index,
    split_words,
)
from gongzhi.lists.duties.models import DutyItem, DutyList, LegalBasis
from gongzhi.lists.duties.queries.lists import line_of

TEXTS = (
    "code", "list_type", "applies_to", "name", "question", "plain", "joint", "lead_does", "committee_does", "payer",
    "funding_rule", "funding_basis", "cycle", "standard", "instead", "note",
)  # fmt: skip
WRITTEN = (*TEXTS, "words", "lead", "normal_name", "mark", "legality", "legality_reason")
KEPT = (*TEXTS, "words", "lead_id", "normal_name", "mark", "legality", "legality_reason", "standing")


def _version(pk: int | None) -> DutyList:
    found: DutyList = DutyList.objects.select_related("owner").get(pk=pk)
    return found


# ---- looking at the lines ----


def examine(actor: Actor, rows: list[Row]) -> None:
    """Every rule that a line of a list must pass, by itself and among the others as they would then stand."""
    version = _version(rows[0].about)
    standing = {i.code: i for i in queries.items(version)}
    leads = queries.departments(version.owner.path)
    lines: dict[int, rules.Line] = {}
    for row in rows:
        item = standing.get(row["code"] or "")
        if item is not None:
            row.target, row.doing = item.pk, "same" if _unchanged(item, row) else "update"
        if row["code"] and row["list_type"] and row["name"]:
            lines[row.line] = _line(row, item, leads)
            _say(row, _problems(row, lines[row.line], item, version.scheme))
    _clashing(version, rows, lines)


def _line(row: Row, item: DutyItem | None, leads: Mapping[int, str]) -> rules.Line:
    """The line as it would stand, the cells left empty filled from the item it changes."""
    old = line_of(item) if item is not None else rules.Line("", "", "", cycle="standing")
    lead = leads.get(int(row["lead"]), "") if row["lead"] else old.lead
    bases = tuple(rules.read_bases(row["bases"])) if row["bases"] else old.bases
    return rules.Line(
        row["code"], row["list_type"], row["name"], row["applies_to"] or old.applies_to,
        lead=lead, payer=row["payer"] or old.payer, bases=bases,
    )  # fmt: skip


def _problems(row: Row, line: rules.Line, item: DutyItem | None, scheme: str) -> list[Problem]:
    found = rules.check_line(line, scheme) + rules.check_basis([line])
    if item is not None and rules.likeness(item.name, line.name) < rules.REWORDED:
        text = say(
            "{code} 现在是“{name}”，不是同一件事。新的事请用新编号；原来的不要了，请在页面上撤下并写理由",
            code=line.code, name=item.name,
        )  # fmt: skip
        found.append(Problem(text, "duties.code_unique", field="code"))
    return found


def _say(row: Row, problems: list[Problem]) -> None:
    """Each problem at its column, unless the cell could not even be read."""
    unread = {p["column"] for p in row.problems}
    for problem in problems:
        if problem.field not in unread:
            row.bad(problem.field, problem.message)


def _unchanged(item: DutyItem, row: Row) -> bool:
    texts = all(row[k] is None or row[k] == getattr(item, k) for k in TEXTS)
    lead = row["lead"] is None or int(row["lead"]) == item.lead_id
    words = row["words"] is None or split_words(row["words"]) == item.words
    bases = row["bases"] is None or rules.read_bases(row["bases"]) == [b.plain() for b in item.bases.all()]
    return texts and lead and words and bases


def _clashing(version: DutyList, rows: list[Row], lines: Mapping[int, rules.Line]) -> None:
    """The same task twice: the later line of the file gives way, until what would be written holds no task twice.

    A line that gives way leaves its item as it was, which may meet another line: hence again until nothing changes.
    """
    limit = Decimal(dated.value("duties.same_task"))
    standing = {i.pk: line_of(i) for i in queries.items(version)}
    while True:
        mine = {r.target or -r.line: r for r in rows if not r.problems and r.doing != "same"}
        world = standing | {key: lines[r.line] for key, r in mine.items()}
        keys, texts = list(world), list(world.values())
        found: dict[int, tuple[Row, Problem]] = {}
        for i, j in rules.clashes(texts, limit):
            row = max((mine[k] for k in (keys[i], keys[j]) if k in mine), key=lambda r: r.line, default=None)
            if row is not None:
                other = texts[j] if lines[row.line] is texts[i] else texts[i]
                found.setdefault(row.line, (row, rules.same_task(lines[row.line], other)))
        for row, problem in found.values():
            row.bad(problem.field, problem.message)
        if not found:
            return


# ---- writing them, and taking them back ----


def apply(actor: Actor, rows: list[Row]) -> list[Change]:
    """Write the good lines with their bases and search words; what changed waits for the legality review again."""
    if not rows:
        return []
    version = _version(rows[0].about)
    standing = {i.pk: i for i in queries.items(version)}
    was = {pk: _image(i) for pk, i in standing.items()}
    items = [standing[r.target] if r.target else DutyItem(version=version) for r in rows]
    bases = [_filled(item, row) for item, row in zip(items, rows, strict=True)]
    _save([i for i in items if i.pk in standing])  # first: a new item may bear a name that is given up here
    new = [i for i in items if i.pk is None]
    DutyItem.objects.bulk_create(new)
    for item in new:
        item.lineage = item.pk
    DutyItem.objects.bulk_update(new, ["lineage"])
    _save_bases(items, bases)
    index([i.pk for i in items])
    ask_for_review(version)
    now = _images([i.pk for i in items])
    return [
        Change(r.line, i.pk, _differing(was.get(i.pk), now[i.pk]), mark=_mark(now[i.pk]))
        for r, i in zip(rows, items, strict=True)
    ]


def _filled(item: DutyItem, row: Row) -> list[rules.Basis]:
    """Put the line's cells on the item; returns its bases."""
    kept = [b.plain() for b in item.bases.all()] if item.pk else []
    bases = rules.read_bases(row["bases"]) if row["bases"] else kept
    fill(item, {k: row[k] for k in (*TEXTS, "words")})
    if row["lead"]:
        item.lead_id = int(row["lead"])
    item.mark = rules.worst_mark(bases)
    item.legality, item.legality_reason = "", ""
    return bases


def _save(items: list[DutyItem]) -> None:
    """Two items may exchange their names: the names are set free before they are given anew."""
    free = Concat(Value("~"), Cast("pk", TextField()))
    DutyItem.objects.filter(pk__in=[i.pk for i in items]).update(normal_name=free)
    DutyItem.objects.bulk_update(items, WRITTEN)


def _save_bases(items: list[DutyItem], bases: list[list[rules.Basis]]) -> None:
    LegalBasis.objects.filter(item__in=items).delete()
    LegalBasis.objects.bulk_create(
        basis_row(item, n, b) for item, found in zip(items, bases, strict=True) for n, b in enumerate(found)
    )


def _image(item: DutyItem) -> dict[str, Any]:
    """Everything an import may change, as plain values."""
    return {k: getattr(item, k) for k in KEPT} | {"bases": [asdict(b.plain()) for b in item.bases.all()]}


def _images(pks: list[int]) -> dict[int, dict[str, Any]]:
    rows = DutyItem.objects.filter(pk__in=pks).select_for_update().prefetch_related("bases")
    return {i.pk: _image(i) for i in rows}


def _differing(was: dict[str, Any] | None, now: dict[str, Any]) -> dict[str, Any] | None:
    return None if was is None else {k: v for k, v in was.items() if v != now[k]}


def _mark(image: dict[str, Any]) -> str:
    text = json.dumps(image, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def revert(actor: Actor, changes: list[Change]) -> None:
    """Take an import back; refused where an item was changed, reviewed or spoken of since."""
    if not changes:
        return
    now = _images([c.object_id for c in changes])
    touched = [str(c.line) for c in changes if c.object_id not in now or _mark(now[c.object_id]) != c.mark]
    if touched:
        text = say("第 {lines} 行的事项在导入以后改过或者撤下了，不能整批撤销", lines=joined(touched[:5]))
        refuse(text, rule="exchange.changed_since")
    made = DutyItem.objects.filter(pk__in=[c.object_id for c in changes if c.made])
    spoken = Q(reviews__isnull=False) | Q(repeals__isnull=False) | Q(dissents__isnull=False)
    if made.filter(spoken | Q(objections__isnull=False)).exists():
        refuse(say("这次导入的事项已经有审核、意见或者异议，不能整批撤销"), rule="exchange.used_since")
    version = _version(DutyItem.objects.values_list("version_id", flat=True).get(pk=changes[0].object_id))
    made.delete()
    _restore([c for c in changes if not c.made])
    close_review(version)


def _restore(changes: list[Change]) -> None:
    rows = DutyItem.objects.filter(pk__in=[c.object_id for c in changes]).prefetch_related("bases")
    found = {i.pk: i for i in rows}
    bases = []
    for change in changes:
        item, was = found[change.object_id], dict(change.before or {})
        kept = was.pop("bases", None)
        bases.append(
            [b.plain() for b in item.bases.all()] if kept is None else [rules.Basis(**b) for b in kept]
        )
        for name, value in was.items():
            setattr(item, name, value)
    items = [found[c.object_id] for c in changes]
    _save(items)
    _save_bases(items, bases)
    index([i.pk for i in items])
