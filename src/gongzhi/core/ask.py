"""What a verb asks for: one annotation is the form's field, the API's schema and the documentation.

``reason: Annotated[str, Ask(say("理由"), max=500, rows=4)]`` in an action's signature yields a required text area,
a JSON string of at most 500 characters, and the sentence that explains it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from django import forms
from pydantic import BaseModel, ConfigDict, Field, create_model, field_validator

from gongzhi.core.money import Fen, parse_yuan, yuan
from gongzhi.core.refusal import Refused
from gongzhi.core.words import Words, joined, say

Choices = Mapping[str, Words | str] | Callable[[], Mapping[str, Words | str]]


@dataclass(frozen=True)
class Ask:
    """One question. ``max``/``min`` bound a text's length or a number; ``places`` a decimal's digits;
    ``choices`` a closed set; ``pick`` the kind of thing looked up by search ("places.place"); ``files`` a list
    of evidence ids, uploaded beside the form; ``row`` the questions of each row in a list of rows. A ``list[int]`` that
    is no list of files is a row of numbers, each within ``min`` and ``max``.
    """

    label: Words | str
    help: Words | str = ""
    max: int | None = None
    min: int | None = None
    places: int | None = None
    rows: int = 1
    choices: Choices | None = None
    pick: str = ""
    files: bool = False
    row: Mapping[str, Any] | None = None

    def options(self) -> Mapping[str, Words | str] | None:
        """The closed set, worked out now."""
        return self.choices() if callable(self.choices) else self.choices


@dataclass(frozen=True)
class Asked:
    """A question found in a signature: its name, type, whether it may be left out, and its default."""

    name: str
    type: Any
    ask: Ask
    required: bool
    default: Any = None


def asked(fn: Callable[..., Any], skip: int) -> dict[str, Asked]:
    """The questions in ``fn``'s signature after the first ``skip`` parameters."""
    hints = get_type_hints(fn, include_extras=True)
    found: dict[str, Asked] = {}
    for name, parameter in list(inspect.signature(fn).parameters.items())[skip:]:
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            continue
        found[name] = one_asked(name, hints[name], parameter.default)
    return found


def one_asked(name: str, hint: Any, default: Any = inspect.Parameter.empty) -> Asked:
    """Read one annotation ``Annotated[type, Ask(…)]``."""
    if get_origin(hint) is not Annotated:
        raise TypeError(f"{name}: an action's parameter must be Annotated[…, Ask(…)]")
    base, *extras = get_args(hint)
    ask = next(e for e in extras if isinstance(e, Ask))
    given = default is not inspect.Parameter.empty
    required = not given and type(None) not in get_args(base)
    return Asked(name, base, ask, required=required, default=default if given else None)


def bare(hint: Any) -> Any:
    """The type without ``| None``."""
    args = [a for a in get_args(hint) if a is not type(None)]
    return args[0] if type(None) in get_args(hint) and len(args) == 1 else hint


# ---- the API's face ----


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def _without_nul(cls, value: Any) -> Any:
        """The one character that PostgreSQL keeps in no text."""
        return value.replace("\0", "") if isinstance(value, str) else value


def schema(name: str, asks: Mapping[str, Asked]) -> type[BaseModel]:
    """A pydantic model of the questions, closed to unknown names."""
    fields: dict[str, Any] = {}
    for key, a in asks.items():
        fields[key] = (_api_type(name, a), _api_field(a))
    return create_model(name, __base__=_Strict, **fields)


def _api_type(name: str, a: Asked) -> Any:
    if a.ask.row is not None:
        inner = {k: one_asked(k, hint) for k, hint in a.ask.row.items()}
        return list[schema(f"{name}{a.name.title()}Row", inner)]  # type: ignore[misc]
    if options := a.ask.options():
        closed: Any = Literal[tuple(options)]
        return (
            closed | None if bare(a.type) is not a.type or (not a.required and a.default is None) else closed
        )
    if a.type == list[int] and not a.ask.files:
        low, high = a.ask.min or 0, 2**31 - 1 if a.ask.max is None else a.ask.max
        return list[Annotated[int, Field(ge=low, le=high)]]
    if bare(a.type) is Fen:
        return int | None if bare(a.type) is not a.type else int
    return a.type


def _api_field(a: Asked) -> Any:
    text = str(a.ask.label) + (f"。{a.ask.help}" if a.ask.help else "")
    limits: dict[str, Any] = {}
    kind = bare(a.type)
    if a.ask.options() or a.ask.row is not None:
        limits = {}
    elif kind is str:
        limits = {"max_length": a.ask.max, "min_length": a.ask.min or (1 if a.required else None)}
    elif kind in (int, Decimal, Fen):
        limits = {
            "le": a.ask.max if a.ask.max is not None else (2**53 if kind is not Decimal else None),
            "ge": a.ask.min,
        }
        if kind is Decimal:
            limits["decimal_places"] = a.ask.places
            limits["max_digits"] = 18
    limits = {k: v for k, v in limits.items() if v is not None}
    return Field(... if a.required else a.default, description=text, **limits)


# ---- the page's face ----


class YuanField(forms.CharField):
    """Yuan as typed ("84,000.00"), fen as cleaned."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text in (None, ""):
            return None
        try:
            return parse_yuan(text)
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def prepare_value(self, value: Any) -> Any:
        return yuan(Fen(value)) if isinstance(value, int) else value


class RowsField(forms.Field):
    """A list of rows, posted as ``name-0-key``; read by :class:`RowsWidget`, each row by its own small form."""

    def __init__(self, row: Mapping[str, Any], **kwargs: Any) -> None:
        self.asks = {k: one_asked(k, hint).ask for k, hint in row.items()}
        self.row_form = form_class("Row", {k: one_asked(k, hint) for k, hint in row.items()})
        super().__init__(widget=RowsWidget(self.row_form), **kwargs)

    def clean(self, value: Any) -> Any:
        rows, errors = [], []
        for number, data in enumerate(value or [], start=1):
            form = self.row_form(data)
            if form.is_valid():
                rows.append(form.cleaned_data)
            else:
                errors += [
                    str(
                        say(
                            "第 {n} 行 {label}：{why}",
                            n=number,
                            label=form.fields[k].label,
                            why=joined(e, "；"),
                        )
                    )
                    for k, e in form.errors.items()
                ]
        if errors:
            raise forms.ValidationError(errors)
        if self.required and not rows:
            raise forms.ValidationError(str(say("请至少填一行")))
        return rows


class RowsWidget(forms.Widget):
    """Reads ``name-0-key`` … into a list of dicts; rows left wholly blank are dropped.

    What a lookup showed (``key-shown``) is kept beside its number, for the form that comes back with a refusal.
    """

    def __init__(self, row_form: type[forms.Form]) -> None:
        super().__init__()
        self.row_form = row_form

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        rows: dict[int, dict[str, Any]] = {}
        for key in data:
            if key.startswith(f"{name}-"):
                number, _, column = key[len(name) + 1 :].partition("-")
                if number.isdecimal() and column.removesuffix("-shown") in self.row_form.base_fields:
                    many = isinstance(self.row_form.base_fields.get(column), _Numbers) and hasattr(
                        data, "getlist"
                    )
                    rows.setdefault(int(number), {})[column] = data.getlist(key) if many else data[key]
        return [r for _, r in sorted(rows.items()) if any(str(v).strip() for v in r.values())]


def form_class(name: str, asks: Mapping[str, Asked]) -> type[forms.Form]:
    """A plain Django form of the questions, for the verb's page."""
    return type(name, (forms.Form,), {key: _form_field(a) for key, a in asks.items()})


def _form_field(a: Asked) -> forms.Field:
    ask, kind = a.ask, bare(a.type)
    common: dict[str, Any] = {
        "label": ask.label,
        "help_text": ask.help,
        "required": a.required and kind is not bool,
        "initial": a.default,
    }
    if ask.row is not None:
        return RowsField(ask.row, **common)
    if ask.files:
        return _Numbers(**common)
    if kind == list[int]:
        return NumbersField(ask, **common)
    if options := ask.options():
        blank = [] if a.required else [("", "—")]
        coerce = int if kind is int else str
        return forms.TypedChoiceField(
            choices=[*blank, *options.items()], coerce=coerce, empty_value=a.default, **common
        )
    if kind is Fen:
        return YuanField(**common)
    if kind is bool:
        return forms.BooleanField(**common)
    if kind is int:
        return WholeField(min_value=ask.min, max_value=ask.max, **common)
    if kind is Decimal:
        return forms.DecimalField(
            min_value=ask.min, max_value=ask.max, decimal_places=ask.places, max_digits=18, **common
        )
    if kind is date:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
    if kind is datetime:
        return forms.DateTimeField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), **common)
    widget = forms.Textarea(attrs={"rows": ask.rows}) if ask.rows > 1 else forms.TextInput()
    return forms.CharField(
        max_length=ask.max, min_length=ask.min, widget=widget, empty_value=a.default or "", **common
    )


class _Numbers(forms.Field):
    """A list of ids, posted once per value (evidence already uploaded)."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> list[int]:
        numbers = [int(v) for v in value or [] if str(v).isdecimal()]
        if self.required and not numbers:
            raise forms.ValidationError(str(say("请至少附一份材料")))
        return numbers


class WholeField(forms.IntegerField):
    """A whole number; left out, it is the verb's own default."""

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return self.initial if found is None else found


class NumbersField(forms.Field):
    """A row of whole numbers, posted once per value and kept in order: boxes that were ticked, votes per option."""

    widget = forms.SelectMultiple

    def __init__(self, ask: Ask, **common: Any) -> None:
        super().__init__(**common)
        self.each = forms.IntegerField(min_value=ask.min, max_value=2**31 - 1 if ask.max is None else ask.max)

    def clean(self, value: Any) -> list[int]:
        numbers = [self.each.clean(v) for v in value or []]
        if self.required and not numbers:
            raise forms.ValidationError(str(say("请至少选一项或填一个数")))
        return numbers


Reason = Annotated[str, Ask(say("理由"), max=1000, rows=4)]
Note = Annotated[str, Ask(say("说明"), max=1000, rows=3)]
Evidence = Annotated[list[int], Ask(say("附件"), files=True)]
Weight = Annotated[int, Ask(say("权重"), min=0, max=100)]

__all__ = ["Ask", "Asked", "Evidence", "Fen", "Note", "Reason", "Weight", "asked", "form_class", "schema"]
