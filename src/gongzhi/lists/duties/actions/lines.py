"""Writing one line: its columns, its bases, its search words, and the checks that every line must pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Value

from gongzhi.core import dated, todo
from gongzhi.core.access import Actor
from gongzhi.core.models import Unit
from gongzhi.core.refusal import NotFound, Problem, check_all, refuse
from gongzhi.core.words import say
from gongzhi.lists.duties import queries, rules
from gongzhi.lists.duties.models import DutyItem, DutyList, LegalBasis
from gongzhi.lists.duties.queries.lists import line_of
from gongzhi.lists.duties.rules.checks import PROCEDURE, YEARLY

SPLIT = str.maketrans(dict.fromkeys("、，,；;\n\t　", " "))


class _Lexemes(Func):
    """A text array as a tsvector, each element a lexeme of its own."""

    function = "array_to_tsvector"


def must_be_editable(actor: Actor, version: DutyList) -> None:
    """Items change in a draft or while opinions are taken up; an issued version is never edited."""
    if version.issued:
        refuse(
            say("已印发的清单不能改。年中新增的事请走社区工作准入，其余的在年度修订时一并修改"),
            rule="duties.in_force_unchanged",
            source=YEARLY,
            way_out=f"{version.get_absolute_url()}revise",
        )
    if not version.editable:
        refuse(
            say("现在是“{state}”，事项只能在“编制中”或者“按意见修改”时改", state=version.state_label),
            rule="duties.not_editable",
            source=PROCEDURE,
        )


def live_item(version: DutyList, pk: int, standing: str = "accepted") -> DutyItem:
    """The item ``pk`` of this version in that standing; NotFound where there is none."""
    found = DutyItem.objects.filter(version=version, pk=pk, standing=standing).select_related("lead").first()
    if found is None:
        raise NotFound("duties.item")
    return found


def save_line(
    version: DutyList, item: DutyItem, answers: Mapping[str, Any], bases: Iterable[Mapping[str, Any]] | None
) -> None:
    """Put the answers on the line, check it among the others and save it with its bases and search words.

    Answers that are None leave the column as it was; ``bases`` None leaves the bases. Any edit takes the word of
    the legality review back, so that what changed is reviewed again.
    """
    fill(item, answers)
    item.legality, item.legality_reason = "", ""
    kept = None if bases is None else [plain_basis(b) for b in bases]
    if item.standing == "accepted":
        check_among(version, item, kept)
    write(item, kept)
    if item.standing == "accepted":
        ask_for_review(version)


def ask_for_review(version: DutyList) -> None:
    """What is changed while opinions are taken up waits for the legality review, item by item."""
    if version.state == "amending":
        todo.open(
            version,
            key="review:amended",
            unit_id=version.reviewer_id,
            verb="duties.review_item",
            about=say("审核{what}修改过的事项", what=version.label()),
            waits_unit_id=version.office_id,
            url=version.get_absolute_url(),
        )


def close_review(version: DutyList) -> None:
    """Nothing waits for the review any more once every item has its word."""
    if not DutyItem.objects.filter(version=version, standing="accepted", legality="").exists():
        todo.close(version, key="review:amended")


def fill(item: DutyItem, answers: Mapping[str, Any]) -> None:
    """Copy the given answers to the columns they are named after; departments by id, words split."""
    for name, value in answers.items():
        if value is None:
            continue
        if name == "lead":
            item.lead = department(value) if value else None
        elif name == "words":
            item.words = split_words(value)
        else:
            setattr(item, name, value)
    item.normal_name = rules.normal_name(item.name)


def split_words(text: str) -> list[str]:
    """Search words as people write them: divided by commas, 、, semicolons or blanks."""
    return list(dict.fromkeys(text.translate(SPLIT).split()))


def department(pk: int) -> Unit:
    """An open department by id; Refused where it is not one."""
    unit = Unit.objects.filter(pk=pk, kind="department", closed=None).first()
    if unit is None:
        refuse(say("请从部门名单里选牵头部门"), rule="duties.lead_department", source=PROCEDURE, field="lead")
    return unit


def plain_basis(row: Mapping[str, Any]) -> rules.Basis:
    """One basis as asked for: law, article, year of the text (0 or None: not known), mark, quote."""
    return rules.Basis(
        law=row["law"],
        article=row.get("article") or "",
        text_year=row.get("text_year") or None,
        mark=row.get("mark") or rules.VERIFY,
        quote=row.get("quote") or "",
    )


def check_among(version: DutyList, item: DutyItem, bases: list[rules.Basis] | None) -> None:
    """Refuse what the line itself or its neighbours forbid: a second home for the same task, a code used twice."""
    others = [i for i in queries.items(version) if i.pk != item.pk]
    line = _line(item, bases)
    found: list[Problem] = rules.check_line(line, version.scheme)
    limit = Decimal(dated.value("duties.same_task"))
    for other in map(line_of, others):
        found += rules.check_codes([other, line]) + rules.check_same_task([other, line], limit)
    check_all(found)


def _line(item: DutyItem, bases: list[rules.Basis] | None) -> rules.Line:
    return rules.Line(
        item.code, item.list_type, item.name, item.applies_to,
        lead=item.lead.name if item.lead else "", payer=item.payer, bases=tuple(bases or ()),
    )  # fmt: skip


def write(item: DutyItem, bases: list[rules.Basis] | None) -> None:
    """Save the line; a new one becomes its own ancestor."""
    if bases is not None:
        item.mark = rules.worst_mark(bases)
    item.save()
    if item.lineage is None:
        item.lineage = item.pk
        item.save(update_fields=["lineage"])
    if bases is not None:
        item.bases.all().delete()
        LegalBasis.objects.bulk_create(basis_row(item, n, b) for n, b in enumerate(dict.fromkeys(bases)))
    index([item.pk])


def basis_row(item: DutyItem, position: int, basis: rules.Basis) -> LegalBasis:
    """A basis as a row of its item."""
    return LegalBasis(
        item=item, position=position, law=basis.law, article=basis.article, text_year=basis.text_year,
        mark=basis.mark, quote=basis.quote,
    )  # fmt: skip


def index(pks: Iterable[int]) -> None:
    """Renew the search words of some items."""
    for item in DutyItem.objects.filter(pk__in=list(pks)).select_related("lead").prefetch_related("bases"):
        texts = [
            item.code,
            item.name,
            item.question,
            item.plain,
            *item.words,
            item.lead.short if item.lead else "",
        ]
        texts += [b.law for b in item.bases.all()]
        grams = Value(rules.bigrams("，".join(texts)), output_field=ArrayField(models.TextField()))
        DutyItem.objects.filter(pk=item.pk).update(search=_Lexemes(grams))


def copy_items(old: DutyList, new: DutyList) -> int:
    """Carry every item of one version into another with bases and lineage; returns how many. No review is carried."""
    sources = queries.items(old)
    copies = []
    for source in sources:
        copy = DutyItem.objects.get(pk=source.pk)
        copy.pk, copy.version, copy.legality, copy.legality_reason, copy.standing_reason = (
            None,
            new,
            "",
            "",
            "",
        )
        copies.append(copy)
    made = DutyItem.objects.bulk_create(copies)
    LegalBasis.objects.bulk_create(
        basis_row(m, n, b.plain())
        for m, s in zip(made, sources, strict=True)
        for n, b in enumerate(s.bases.all())
    )
    return len(made)


def owner_of(actor: Actor) -> Unit:
    """The county whose list it is: the actor's own unit or the one above it."""
    ids = [int(step) for step in actor.unit_path.split(".") if step]
    found = Unit.objects.filter(pk__in=ids, kind="county").first()
    return found or Unit.objects.get(kind="county", parent=None)


__all__ = [
    "ask_for_review",
    "close_review",
    "copy_items",
    "department",
    "index",
    "live_item",
    "must_be_editable",
    "owner_of",
    "save_line",
    "split_words",
    "write",
]
