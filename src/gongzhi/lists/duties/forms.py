"""The editor of one item: the verb's own questions, filled with what the item says now."""

from __future__ import annotations

from typing import Any

from django import forms

from gongzhi.lists.duties import queries
from gongzhi.lists.duties.models import DutyItem

COLUMNS = (
    "code", "list_type", "name", "applies_to", "question", "plain", "joint", "lead_does", "committee_does", "payer",
    "funding_rule", "funding_basis", "cycle", "standard", "instead", "note",
)  # fmt: skip


def initial_of(item: DutyItem) -> dict[str, Any]:
    """What the editor starts from; needs the bases."""
    bases = [
        {"law": b.law, "article": b.article, "text_year": b.text_year or "", "mark": b.mark, "quote": b.quote}
        for b in item.bases.all()
    ]
    plain = {name: getattr(item, name) for name in COLUMNS}
    return {
        **plain,
        "item": item.pk,
        "lead": item.lead_id or 0,
        "words": "、".join(item.words),
        "bases": bases,
    }


def departments(county_path: str) -> list[tuple[int, str]]:
    """The open departments as choices, "none" first."""
    return [(0, "—"), *queries.departments(county_path).items()]


def choose_lead(form: forms.Form, choices: list[tuple[int, str]]) -> forms.Form:
    """Offer the departments by name where the verb asks for one."""
    if "lead" in form.fields:
        old = form.fields["lead"]
        form.fields["lead"] = forms.TypedChoiceField(
            label=old.label, help_text=old.help_text, required=False, choices=choices, coerce=int, empty_value=None,
            initial=old.initial,
        )  # fmt: skip
    return form
