"""The default list: duties as the national laws draw them, for a county to start from. Every doubt stays marked."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from gongzhi.core import clock
from gongzhi.core.access import SYSTEM, Actor
from gongzhi.core.action import action
from gongzhi.core.models import Unit
from gongzhi.core.refusal import refuse
from gongzhi.core.words import joined, say
from gongzhi.lists.duties import rules
from gongzhi.lists.duties.actions.consulting import close_consultation, open_consultation, record
from gongzhi.lists.duties.actions.drafting import draft
from gongzhi.lists.duties.actions.lines import basis_row, index, must_be_editable, plain_basis
from gongzhi.lists.duties.actions.publishing import issue, publicise
from gongzhi.lists.duties.actions.review import pass_review, send_review
from gongzhi.lists.duties.models import Consultation, DutyItem, DutyList, LegalBasis
from gongzhi.lists.duties.rules.checks import PROCEDURE

DATA = Path(__file__).parent.parent / "data" / "default_list.json"
COPIED = (
    "code", "list_type", "applies_to", "name", "question", "plain", "words", "joint", "lead_does", "committee_does",
    "payer", "funding_rule", "funding_basis", "cycle", "standard", "instead", "note", "featured",
)  # fmt: skip


@cache
def _data() -> dict[str, Any]:
    return json.loads(DATA.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def departments() -> list[str]:
    """The departments that lead in the default list, by their usual names; a county must have a unit for each."""
    return [d["name"] for d in _data()["departments"]]


def _leads(version: DutyList) -> dict[str, Unit]:
    """Default name → the county's unit; every missing one is named in the refusal."""
    units = list(
        Unit.objects.filter(kind="department", closed=None, path__startswith=version.owner.path).order_by(
            "pk"
        )
    )
    found, missing = {}, []
    for row in _data()["departments"]:
        names = (row["name"], *row["also"])
        unit = next((u for u in units if u.name.endswith(names) or u.short.endswith(names)), None)
        if unit is None:
            missing.append(row["name"])
        else:
            found[row["name"]] = unit
    if missing:
        refuse(
            say("组织名录里还没有这些部门：{names}", names=joined(missing)),
            rule="duties.departments_missing",
            source=PROCEDURE,
            way_out="/organisations/",
        )
    return found


@action(
    "duties.load_default",
    on=DutyList,
    label=say("载入默认清单"),
    effects=say("放进依法履职、协助政府、主体责任和不得要求四份默认事项，逐条可改；待核实的依据都带标记。"),
    check=lambda actor, version: _may_load(actor, version),
    offered=False,  # the page of an empty draft offers it where it helps
)
def load_default(actor: Actor, version: DutyList) -> dict[str, object]:
    """Fill an empty draft with the default items, each with its bases and their marks."""
    leads = _leads(version)
    rows = [r for r in _data()["items"] if r["list_type"] in rules.LISTS_OF_KIND[version.scheme]]
    items = DutyItem.objects.bulk_create(_item(version, row, leads) for row in rows)
    for item in items:
        item.lineage = item.pk
    DutyItem.objects.bulk_update(items, ["lineage"])
    LegalBasis.objects.bulk_create(
        basis_row(item, n, plain_basis(b))
        for item, row in zip(items, rows, strict=True)
        for n, b in enumerate(row["bases"])
    )
    index([i.pk for i in items])
    if not version.remark:
        version.remark = _data()["remark"]
        version.save()
    return {"items": len(items)}


def _item(version: DutyList, row: dict[str, Any], leads: dict[str, Unit]) -> DutyItem:
    return DutyItem(
        version=version,
        lead=leads[row["lead"]] if row["lead"] else None,
        normal_name=rules.normal_name(row["name"]),
        mark=rules.worst_mark(plain_basis(b) for b in row["bases"]),
        **{k: row[k] for k in COPIED},
    )


def _may_load(actor: Actor, version: DutyList) -> None:
    must_be_editable(actor, version)
    if DutyItem.objects.filter(version=version, standing="accepted").exists():
        refuse(say("草稿里已经有事项，默认清单只载入空草稿"), rule="duties.not_empty", source=PROCEDURE)


def seed_default(
    actor: Actor,
    year: int,
    *,
    number: str,
    valid_from: date,
    kind: str = "three",
    legal: Actor | None = None,
    head: Actor | None = None,
    silent: bool = False,
) -> DutyList:
    """Take the default list through the whole procedure up to its issue, by the same verbs as people use.

    Needs a clock that can be moved (``with clock.at(…) as hand`` around it) only in so far as the days of publicity
    must pass: they are waited for by stopping the clock at the morning after them. ``actor`` is a county officer;
    ``legal`` and ``head`` default to the system. All committees are recorded as agreeing, or, when ``silent``, as not having
    answered.
    """
    version = draft(actor, year=year, kind=kind)
    load_default(actor, version)
    send_review(actor, version)
    pass_review(legal or SYSTEM, version)
    open_consultation(actor, version)
    for consultation in Consultation.objects.filter(version=version, round=1):
        opinion = "note_silence" if silent else "agree"
        record(actor, consultation, opinion=opinion, how=str(say("书面回函")))
    close_consultation(actor, version)
    shown = publicise(actor, version, place=str(say("政府网站和各村（居）公开栏")))
    assert shown.public_until is not None
    with clock.at(shown.public_until + timedelta(days=1)):
        return issue(head or SYSTEM, version, number=number, valid_from=valid_from)
