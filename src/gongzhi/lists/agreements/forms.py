"""The verbs' own questions on pages: what is chosen from the agreement itself, what comes along unseen, what is there
already. The rules stay in the actions; a form only saves people from typing numbers of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms

from gongzhi.core import action, clock
from gongzhi.core.money import yuan

from .actions.changes import current
from .models import Agreement
from .queries import text
from .rules import flow, sums, terms, year
from .rules.numerals import article
from .rules.terms import DutyTerms, ItemTerms, PaymentTerms, TextTerms

Choices = list[tuple[Any, str]]
Ask = Callable[[Any, Agreement], Mapping[str, Any]]


def asking(
    word: str,
    *,
    hidden: Iterable[str] = (),
    choices: Ask | None = None,
    initial: Ask | None = None,
    more: Ask | None = None,
    must: Ask | None = None,
) -> Callable[[Any, Any], dict[str, Any]]:
    """A context for a verb's page: ``choices`` name → options, ``initial`` name → value,
    ``must`` name → whether it must be answered, ``more`` → further context."""

    def context(request: Any, agreement: Agreement) -> dict[str, Any]:
        verb = action.registry[f"agreements.{word}"]
        start = {
            **(initial(request, agreement) if initial else {}),
            **{k: request.GET[k] for k in verb.asks if k in request.GET},
        }
        form = verb.form(request.POST if request.method == "POST" else None, initial=start)
        for name, options in (choices(request, agreement) if choices else {}).items():
            form.fields[name] = _choice(form.fields[name], options)
        for name, needed in (must(request, agreement) if must else {}).items():
            form.fields[name].required = needed
        for name in hidden:
            form.fields[name].widget = forms.HiddenInput()
        if request.method == "POST":
            form.is_valid()
        return {"form": form, **(more(request, agreement) if more else {})}

    return context


def _choice(old: forms.Field, options: Choices) -> forms.Field:
    blank = [] if old.required else [("", "—")]
    return forms.TypedChoiceField(
        choices=[*blank, *options],
        coerce=int,
        empty_value=None,
        required=old.required,
        label=old.label,
        help_text=old.help_text,
    )


def items(agreement: Agreement) -> Choices:
    """The items that stand, for a choice."""
    rows = agreement.items.filter(clause__struck=False).select_related("clause")
    return [(i.pk, f"{i.clause.heading}（{i.code}）") for i in rows]


def duties(agreement: Agreement) -> Choices:
    """The government's duties, for a choice."""
    return [
        (d.pk, d.clause.heading)
        for d in agreement.duties.filter(clause__struck=False).select_related("clause")
    ]


def instalments(agreement: Agreement, *, payable: bool) -> Choices:
    """The instalments that are not paid; ``payable`` leaves out a tail that waits for its settlement."""
    return [
        (p.pk, f"{p.name}　{yuan(p.rest_fen)} 元，{p.pay_by.isoformat()} 前")
        for p in agreement.instalments.filter(finished_on=None)
        if not (payable and p.tail and agreement.tail_fen is None)
    ]


def record_choices(request: Any, agreement: Agreement) -> Mapping[str, Any]:
    """Each side records against its own obligations."""
    return {"item": items(agreement), "duty": duties(agreement)}


def record_must(request: Any, agreement: Agreement) -> Mapping[str, Any]:
    """B records against an item, A against one of its duties."""
    side = agreement.side_of(request.actor)
    return {"item": side == flow.B, "duty": side == flow.A}


def notice_choices(request: Any, agreement: Agreement) -> Mapping[str, Any]:
    """What a notice can be about."""
    return {
        "item": items(agreement),
        "duty": duties(agreement),
        "instalment": instalments(agreement, payable=False),
    }


def pay_start(request: Any, agreement: Agreement) -> Mapping[str, Any]:
    """The first open instalment, whole, today."""
    wanted = request.GET.get("instalment", "")
    parts = [
        p
        for p in agreement.instalments.filter(finished_on=None)
        if not (p.tail and agreement.tail_fen is None)
    ]
    part = next((p for p in parts if str(p.pk) == wanted), parts[0] if parts else None)
    return {"instalment": part.pk, "amount": part.rest_fen, "paid_on": clock.today()} if part else {}


def pay_preview(request: Any, agreement: Agreement) -> Mapping[str, Any]:
    """What the first open instalment would cost today, with its interest."""
    start = pay_start(request, agreement)
    part = agreement.instalments.filter(pk=start.get("instalment", 0)).first()
    payment = agreement.clauses.filter(kind=terms.PAYMENT, struck=False).first()
    if part is None or payment is None:
        return {"preview": None}
    late, interest = year.interest(part.rest_fen, payment.rate, part.pay_by, clock.today())
    return {
        "preview": {
            "part": part,
            "late": late,
            "interest": interest,
            "total": part.rest_fen + interest,
            "rate": payment.rate * 100,
        }
    }


def today(request: Any, agreement: Agreement) -> Mapping[str, Any]:
    """Every day asked for starts as today."""
    day = clock.today()
    return {"posted_on": day, "held_on": day, "done_on": day, "received_on": day, "paid_on": day, "on": day}


# ---- changing a clause ----


def _key(request: Any) -> str:
    return str(request.POST.get("clause") or request.GET.get("clause") or "")


def clause_start(kind: str) -> Ask:
    """The clause as it stands for the reader's side, ready to be changed."""

    def start(request: Any, agreement: Agreement) -> Mapping[str, Any]:
        now = current(agreement, agreement.side_of(request.actor) or flow.A, _key(request), kind)
        found: dict[str, Any] = {"heading": now.heading, "clause": _key(request)}
        if isinstance(now, ItemTerms):
            found.update(
                standard=now.standard, weight=now.weight, amount=now.amount_fen, quantity=terms.plain_number(now.quantity).replace(",", ""),
                unit=now.unit, unit_price=now.unit_price_fen, deadline=now.deadline,
            )  # fmt: skip
        elif isinstance(now, DutyTerms):
            found.update(body=now.body, duty_kind=now.duty_kind, times=now.times, due=now.due)
        elif isinstance(now, PaymentTerms):
            found["instalments"] = instalment_rows(now)
        elif isinstance(now, TextTerms):
            found["body"] = now.body
        return found

    return start


def instalment_rows(payment: PaymentTerms) -> list[dict[str, Any]]:
    """The payment clause as rows of a form."""
    return [
        {"due": p.due.isoformat(), "amount": yuan(p.amount_fen), "tail": p.tail} for p in payment.instalments
    ]


def clause_more(request: Any, agreement: Agreement) -> Mapping[str, Any]:
    """What stands beside the form: the agreed words, the other side's reason, and the sums of everything else."""
    side = agreement.side_of(request.actor) or flow.A
    table, key = text.table(agreement), _key(request)
    lines = table.projected(side) if not agreement.state.startswith("drafted") else table.base
    line = table.line(key)
    theirs = next((c for c in reversed(table.live(key)) if c.side != side), None)
    return {
        "agreed": line,
        "theirs": theirs,
        "theirs_text": terms.from_json(theirs.new).text() if theirs is not None and theirs.new else "",
        "number": article(line.number) if line and line.number else "",
        "others": [
            x.terms for x in lines if isinstance(x.terms, ItemTerms) and not x.struck and x.key != key
        ],
        "totals": sums.totals(lines),
        "payment": next((x.terms for x in lines if isinstance(x.terms, PaymentTerms)), None),
        "drafting": agreement.state.startswith("drafted"),
        "back": f"{agreement.get_absolute_url()}#c{key}",
    }


def numbers_more(request: Any, agreement: Agreement) -> Mapping[str, Any]:
    """The whole table of numbers, as the reader's side sees it now."""
    side = agreement.side_of(request.actor) or flow.A
    table = text.table(agreement)
    lines = table.projected(side) if not agreement.state.startswith("drafted") else table.base
    rows = [
        {"key": x.key, "no": article(x.number), "terms": x.terms}
        for x in lines if isinstance(x.terms, ItemTerms) and not x.struck and x.number
    ]  # fmt: skip
    payment = next((x.terms for x in lines if isinstance(x.terms, PaymentTerms)), None)
    return {
        "rows": rows,
        "payment": payment,
        "instalment_rows": _typed_instalments(request) or (instalment_rows(payment) if payment else []),
        "totals": sums.totals(lines),
        "drafting": agreement.state.startswith("drafted"),
    }


def _typed_instalments(request: Any) -> list[dict[str, Any]]:
    """What was typed before the page was refused, so that nothing is typed twice."""
    if request.method != "POST":
        return []
    field = action.registry["agreements.set_numbers"].form().fields["instalments"]
    rows: list[dict[str, Any]] = field.widget.value_from_datadict(request.POST, request.FILES, "instalments")
    return rows


def listed_choices(request: Any, agreement: Agreement) -> Mapping[str, Any]:
    """The assisted tasks of the list in force that the agreement does not have yet."""
    from .queries import sources

    have = set(agreement.items.filter(clause__struck=False).values_list("code", flat=True))
    source = sources.list_in_force(clock.today(), agreement.committee_kind)
    return {"listed": [i for i in source.items if i.code not in have]}


CLAUSE = {"hidden": ("clause",), "more": clause_more}
CONTEXTS = {
    "amend_item": asking("amend_item", initial=clause_start(terms.ITEM), **CLAUSE),  # type: ignore[arg-type]
    "amend_duty": asking("amend_duty", initial=clause_start(terms.DUTY), **CLAUSE),  # type: ignore[arg-type]
    "amend_text": asking("amend_text", initial=clause_start(terms.TEXT), **CLAUSE),  # type: ignore[arg-type]
    "amend_payment": asking("amend_payment", initial=clause_start(terms.PAYMENT), **CLAUSE),  # type: ignore[arg-type]
    "set_numbers": asking("set_numbers", more=numbers_more),
    "add_item": asking("add_item", more=listed_choices),
    "strike": asking("strike", hidden=("clause",)),
    "comment": asking("comment", hidden=("clause",)),
    "refuse_change": asking("refuse_change", hidden=("change",)),
    "meet": asking("meet", initial=today),
    "decide": asking("decide", initial=today),
    "disclose": asking("disclose", initial=today),
    "disclose_supplement": asking("disclose_supplement", initial=today),
    "record": asking("record", choices=record_choices, initial=today, must=record_must),
    "contest_record": asking("contest_record", hidden=("record",)),
    "confirm_record": asking("confirm_record", hidden=("record",)),
    "acknowledge_payment": asking("acknowledge_payment", hidden=("payment",), initial=today),
    "pay": asking(
        "pay", initial=pay_start, more=pay_preview,
        choices=lambda request, a: {"instalment": instalments(a, payable=True)},
    ),
    "serve_notice": asking("serve_notice", choices=notice_choices),
    "suspend": asking("suspend", hidden=("notice",), choices=lambda request, a: {"item": items(a)}),
    "suspend_all": asking("suspend_all", hidden=("notice",)),
    "resume_item": asking("resume_item", hidden=("item",)),
    "rectify": asking("rectify", hidden=("breach",)),
    "accept_rectification": asking("accept_rectification", hidden=("breach",)),
    "reject_rectification": asking("reject_rectification", hidden=("breach",)),
    "reduce": asking("reduce", hidden=("breach",)),
    "withdraw_notice": asking("withdraw_notice", hidden=("notice",)),
    "consent_termination": asking("consent_termination", hidden=("notice",)),
    "succeed": asking("succeed", initial=today),
}  # fmt: skip
