"""How the text is written: one clause's terms into its rows, and the sums after it. Used by the verbs only."""

from __future__ import annotations

from gongzhi.core import search
from gongzhi.core.access import Actor
from gongzhi.core.refusal import Problem, refuse
from gongzhi.core.words import say
from gongzhi.lists.agreements.models import Agreement, Change, Clause, GovtDuty, Instalment, Item
from gongzhi.lists.agreements.queries import text
from gongzhi.lists.agreements.rules import flow, talks
from gongzhi.lists.agreements.rules.terms import (
    DutyTerms,
    ItemTerms,
    PaymentTerms,
    Terms,
    TextTerms,
    from_json,
)

from .waiting import last_day


def my_side(actor: Actor, agreement: Agreement) -> str:
    """The side the actor acts for; onlookers are refused."""
    side = agreement.side_of(actor)
    if side is None:
        refuse(say("只有协议双方可以办这件事"), rule="agreements.not_a_party")
    return side


def find(agreement: Agreement, key: str) -> Clause:
    """The clause called ``key``, of this agreement."""
    row = agreement.clauses.select_related("item", "duty").filter(pk=key if key.isdigit() else 0).first()
    if row is None:
        refuse(say("协议里没有这一条"), rule="agreements.no_clause", field="clause")
    row.agreement = agreement
    return row


def write(agreement: Agreement, clause: Clause | None, terms: Terms) -> Clause:
    """Put one clause's terms into its rows; ``clause`` None makes a new one after the last of its kind."""
    row = clause or _new_clause(agreement, terms)
    row.heading = terms.heading
    row.struck = False
    if isinstance(terms, TextTerms):
        row.body = terms.body
    if isinstance(terms, PaymentTerms):
        row.code = format(terms.daily_interest, "f")
    row.save()
    if isinstance(terms, ItemTerms):
        _write_item(agreement, row, terms)
    elif isinstance(terms, DutyTerms):
        values = {
            "agreement": agreement,
            "kind": terms.duty_kind,
            "body": terms.body,
            "times": terms.times,
            "due": terms.due,
        }
        GovtDuty.objects.update_or_create(clause=row, defaults=values)
    elif isinstance(terms, PaymentTerms):
        write_instalments(agreement, terms)
    return row


def _new_clause(agreement: Agreement, terms: Terms) -> Clause:
    rows = list(agreement.clauses.order_by("position", "id"))
    same = [r.position for r in rows if r.kind == terms.kind]
    after = same[-1] if same else (rows[-1].position - 1 if rows else 0)
    for row in rows:
        if row.position > after:
            row.position += 1
    Clause.update_all(rows, "position")
    return Clause(agreement=agreement, position=after + 1, kind=terms.kind, heading=terms.heading)


def _write_item(agreement: Agreement, row: Clause, terms: ItemTerms) -> None:
    values = {
        "agreement": agreement, "duty_item_id": terms.duty_item_id, "code": terms.code, "lead": terms.lead,
        "standard": terms.standard, "quantity": terms.quantity, "unit": terms.unit,
        "unit_price_fen": terms.unit_price_fen, "deadline": terms.deadline, "weight": terms.weight,
        "amount_fen": terms.amount_fen,
    }  # fmt: skip
    Item.objects.update_or_create(clause=row, defaults=values)


def instalment_problem(agreement: Agreement, terms: PaymentTerms) -> Problem | None:
    """Why the instalments cannot be changed so: what was paid stays paid."""
    for old in agreement.instalments.filter(paid_fen__gt=0):
        new = terms.instalments[old.seq - 1] if old.seq <= len(terms.instalments) else None
        if new is None or new.amount_fen < old.paid_fen:
            msg = say("{name}已经付了款，不能删去或改得比已付的少", name=old.name)
            return Problem(msg, "agreements.already_paid", field="instalments")
    return None


def write_instalments(agreement: Agreement, terms: PaymentTerms) -> None:
    """Make the instalments those of ``terms``; paid ones keep their payments."""
    rows = {r.seq: r for r in agreement.instalments.all()}
    for seq, part in enumerate(terms.instalments, start=1):
        row = rows.pop(seq, None) or Instalment(agreement=agreement, seq=seq)
        row.due, row.pay_by, row.tail = part.due, last_day(part.due), part.tail
        row.amount_fen = row.payable_fen = part.amount_fen
        if row.paid_fen < row.payable_fen:
            row.finished_on = None
        row.save()
    Instalment.objects.filter(pk__in=[r.pk for r in rows.values()]).delete()


def strike_clause(agreement: Agreement, clause: Clause) -> None:
    """Take a clause out of the text; its row stays for the record."""
    clause.struck = True
    clause.save(update_fields=["struck"])


def apply(agreement: Agreement, change: Change) -> None:
    """Make an accepted change part of the text."""
    if change.of_nothing:
        return
    clause = change.clause
    if clause is not None:
        clause.agreement = agreement
    if change.op == talks.STRIKE:
        assert clause is not None
        strike_clause(agreement, clause)
    else:
        change.clause = write(agreement, clause, from_json(change.new or {}))
        change.save(update_fields=["clause"])


def sum_up(agreement: Agreement) -> None:
    """Write the sums of the rows into the agreement's row, in the same transaction."""
    for name, value in text.sums_of_rows(agreement).items():
        setattr(agreement, name, value)
    fields = ["weights", "items_fen", "total_fen", "instalments_fen"]
    agreement.save(update_fields=fields)
    agreement._prefetched_objects_cache = {}  # type: ignore[attr-defined]


def freeze(agreement: Agreement) -> None:
    """Fix the words that will be decided on and signed."""
    agreement.frozen_text = text.words(agreement, text.lines(agreement))
    agreement.text_sha256 = text.fingerprint(agreement.frozen_text)


def thaw(agreement: Agreement) -> None:
    """Give the words up again: talks go on."""
    agreement.frozen_text = agreement.text_sha256 = ""
    agreement.agreed_on = None


def drafting_side(agreement: Agreement) -> str:
    """The side that is drafting; "" once the draft was sent."""
    return {"drafted_a": flow.A, "drafted_b": flow.B}.get(agreement.state, "")


def findable(agreement: Agreement) -> None:
    """Let the agreement be found by its place, its number and its township; a draft by its own side only."""
    search.put(
        agreement, hint=f"{agreement.party_a.short} {agreement.number}", names=[agreement.party_b.short],
        only=agreement.sides()[agreement.drafted_by] if agreement.unsent else None,
    )  # fmt: skip
