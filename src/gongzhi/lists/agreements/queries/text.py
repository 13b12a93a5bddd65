"""The text of an agreement, read: its clauses as lines of terms, its sums, its words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from gongzhi.core.compiled import attach, compiled
from gongzhi.lists.agreements.models import Agreement, Change, Clause, Instalment, Supplement
from gongzhi.lists.agreements.rules import flow, sums, talks
from gongzhi.lists.agreements.rules.numerals import article
from gongzhi.lists.agreements.rules.talks import ChangeView
from gongzhi.lists.agreements.rules.terms import Line, Terms, from_json, numbered, with_total

from . import parts


def clauses(agreement: Agreement) -> list[Clause]:
    """Every clause in order with what stands behind it: two queries."""
    rows = _clauses(agreement.pk)
    if "instalments" not in getattr(agreement, "_prefetched_objects_cache", {}):
        attach([agreement], "instalments", _instalments(agreement.pk), by="agreement_id")
    for row in rows:
        row.agreement = agreement
    return rows


@compiled
def _clauses(agreement_id: int) -> QuerySet[Clause]:
    return Clause.objects.filter(agreement_id=agreement_id).select_related("item", "duty")


@compiled
def _instalments(agreement_id: int) -> QuerySet[Instalment]:
    return Instalment.objects.filter(agreement_id=agreement_id)


@compiled
def _changes(agreement_id: int, supplement_id: int | None) -> QuerySet[Change]:
    rows = Change.objects.filter(agreement_id=agreement_id, supplement_id=supplement_id)  # type: ignore[misc]
    return rows.select_related("round", "closed_in")


def lines(agreement: Agreement, rows: Sequence[Clause] | None = None) -> list[Line]:
    """The agreed text as it stands, numbered."""
    rows = clauses(agreement) if rows is None else rows
    return numbered(with_total([Line(r.key, r.terms(), r.struck) for r in rows]))


@dataclass(frozen=True)
class Table:
    """What is being negotiated: the agreed base, the live changes, whose turn it is, and in which paper."""

    agreement: Agreement
    supplement: Supplement | None
    base: list[Line]
    rows: list[Change]
    changes: list[ChangeView]
    turn: str

    @property
    def numbers(self) -> dict[str, str]:
        """Clause key → 第四条 (new clauses are named by heading)."""
        return {x.key: article(x.number) for x in self.base if x.number}

    def live(self, key: str) -> list[Change]:
        """The live changes of one clause, oldest first."""
        return [r for r in self.rows if r.key == key and r.status in talks.LIVE]

    def line(self, key: str) -> Line | None:
        """The agreed line of a clause."""
        return next((x for x in self.base if x.key == key), None)

    def projected(self, side: str | None) -> list[Line]:
        """The text if every live change came true, with ``side``'s own drafts."""
        return talks.project(self.base, self.changes, side)


def open_supplement(agreement: Agreement) -> Supplement | None:
    """The supplement that is being negotiated or signed, if there is one."""
    if agreement.state not in (*flow.IN_FORCE, "suspended"):
        return None
    found: Supplement | None = parts.open_supplements.first(agreement.pk)
    return found


def table(agreement: Agreement, rows: Sequence[Clause] | None = None) -> Table:
    """The table at which an agreement's changes lie: the main talks, or those of its open supplement."""
    supplement = open_supplement(agreement)
    base = lines(agreement, rows)
    if supplement is None and agreement.state not in (*flow.TALKING, "paused"):
        return Table(agreement, None, base, [], [], agreement.turn)  # nothing lies on the table
    found = _changes(agreement.pk, supplement.pk if supplement is not None else None)
    for row in found:
        row.agreement = agreement
    if supplement is not None:
        base = numbered(with_total(_with_accepted(base, found)))
    live = [r for r in found if r.status in talks.LIVE]
    turn = supplement.turn if supplement is not None else agreement.turn
    return Table(agreement, supplement, base, found, [r.view() for r in live], turn)


def _with_accepted(base: list[Line], rows: Iterable[Change]) -> list[Line]:
    """A supplement's base: the agreement's text with what this supplement has settled so far."""
    from dataclasses import replace

    settled = [replace(r.view(), status="open", reply="") for r in rows if r.status == "accepted"]
    return talks.project(base, settled, None)


def sums_of_rows(agreement: Agreement) -> dict[str, int]:
    """The four sums, added up by the database from the rows themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(i.weight), 0), coalesce(sum(i.amount_fen), 0)::bigint,"
            " (SELECT coalesce(sum(amount_fen), 0)::bigint FROM agreements_instalment WHERE agreement_id = %s)"
            " FROM agreements_item i JOIN agreements_clause c ON c.id = i.clause_id"
            " WHERE i.agreement_id = %s AND NOT c.struck",
            [agreement.pk, agreement.pk],
        )
        weights, items, payment = cursor.fetchone()
    return {"weights": weights, "items_fen": items, "total_fen": items, "instalments_fen": payment}


def title(agreement: Agreement) -> str:
    """2026 年度协助管理协议书."""
    return f"{agreement.year} 年度协助管理协议书"


def heads(agreement: Agreement) -> list[str]:
    """Title, number and parties: what stands above the first clause."""
    via = f"（经办部门：{agreement.via_department.name}）" if agreement.via_department else ""
    return [
        title(agreement),
        f"编号：{agreement.number}",
        f"甲方：{agreement.party_a.name}{via}",
        f"乙方：{agreement.party_b.name}",
    ]


def words(agreement: Agreement, text: Sequence[Line]) -> str:
    """The whole agreement as plain text: what is frozen, hashed and signed."""
    body = [f"{article(x.number)}　{x.terms.heading}\n{x.terms.text()}" for x in text if not x.struck]
    return "\n".join([*heads(agreement), *body]) + "\n"


def supplement_words(agreement: Agreement, supplement: Supplement, rows: Sequence[Change]) -> str:
    """A supplement as plain text: each changed clause in its new wording."""
    numbers = {x.key: article(x.number) for x in lines(agreement) if x.number}
    head = [
        f"{title(agreement)} 补充协议（{supplement.seq}）",
        f"原协议编号：{agreement.number}",
        f"甲方：{agreement.party_a.name}",
        f"乙方：{agreement.party_b.name}",
        f"事由：{supplement.reason}",
    ]
    for n, row in enumerate([r for r in rows if r.status == "accepted"], start=1):
        head.append(f"{n}. {change_sentence(row, numbers)}")
    head.append("原协议其他条款不变。本补充协议自双方签署之日起生效，与原协议具有同等效力。")
    return "\n".join(head) + "\n"


def change_sentence(row: Change, numbers: dict[str, str]) -> str:
    """删去第六条…, 第四条…修改为：…, 新增条款…"""
    new = from_json(row.new) if row.new else None
    old = from_json(row.old) if row.old else None
    heading = (new or old).heading if (new or old) else ""  # type: ignore[union-attr]
    name = numbers.get(row.key, "")
    if new is None:
        return f"删去{name}“{heading}”。"
    if row.op == talks.ADD or old is None:
        return f"新增“{heading}”：{new.text()}"
    return f"{name}“{heading}”修改为：{new.text()}"


def fingerprint(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def totals(text: Sequence[Line]) -> sums.Totals:
    """The sums of a text."""
    return sums.totals(text)


def terms_of(table_: Table, key: str, side: str | None) -> Terms | None:
    """The newest terms of one clause as ``side`` sees them."""
    for line in table_.projected(side):
        if line.key == key and not line.struck:
            return line.terms
    return None
