"""Drafting from the list in force: one agreement, or all of a township's at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Max

from gongzhi.core import clock, dated, units
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import NotFound, refuse
from gongzhi.core.units import Unit
from gongzhi.core.words import joined, say
from gongzhi.lists.agreements.models import Agreement, Clause, GovtDuty, Instalment, Item
from gongzhi.lists.agreements.queries import sources
from gongzhi.lists.agreements.rules import flow, template
from gongzhi.lists.agreements.rules.numerals import agreement_number
from gongzhi.lists.agreements.rules.terms import DutyTerms, ItemTerms, PaymentTerms, Terms, TextTerms

from .waiting import last_day
from .writing import findable, sum_up


@dataclass(frozen=True)
class Parties:
    """Who agrees with whom, and which side drafts."""

    a: Unit
    b: Unit
    side: str


def _parties(actor: Actor, party_b: int | None) -> Parties:
    """A township drafts for one of its committees; a committee drafts for itself with its township."""
    own = Unit.objects.select_related("parent").filter(pk=actor.unit_id or 0, closed=None).first()
    if own is None:
        raise NotFound("agreements.draft")
    if own.kind == units.COMMITTEE:
        if own.parent is None or own.parent.kind != units.TOWNSHIP:
            refuse(say("还没有登记所属的镇（街道）"), rule="agreements.no_township")
        return Parties(own.parent, own, flow.B)
    other = Unit.objects.filter(pk=party_b or 0, kind=units.COMMITTEE, parent=own, closed=None).first()
    if own.kind != units.TOWNSHIP or other is None:
        refuse(say("请选择本镇（街道）的一个村或社区"), rule="agreements.party_b", field="party_b")
    return Parties(own, other, flow.A)


def _check_free(parties: Parties, year: int, department_id: int | None) -> None:
    """One agreement a year. That the other side is drafting one is told, what it says is not."""
    taken = Agreement.objects.filter(
        party_a=parties.a, party_b=parties.b, year=year, via_department=department_id
    )
    found = taken.exclude(state__in=("refused", "terminated")).filter(succeeded=False).first()
    if found is not None and found.unsent and found.drafted_by != parties.side:
        refuse(
            say("对方正在起草 {year} 年的协议，送出以后您就能看到、修改", year=str(year)),
            rule="agreements.other_side_drafts",
            field="year",
        )
    if found is not None:
        refuse(
            say("{place} {year} 年的协议已经有了", place=parties.b.short, year=str(year)),
            rule="agreements.one_a_year",
            field="year",
            way_out=found.get_absolute_url(),
        )


def _number(township: Unit, year: int) -> tuple[int, str]:
    """The next number of a township's year; its row is locked so that two drafts never get the same."""
    Unit.objects.select_for_update(no_key=True).get(pk=township.pk)
    last = Agreement.objects.filter(party_a=township, year=year).aggregate(m=Max("seq"))["m"] or 0
    name = township.short
    for ending in ("街道办事处", "人民政府", "街道", "镇", "乡"):
        name = name.removesuffix(ending) or name
    return last + 1, agreement_number(name, year, last + 1)


def _clause_texts(
    parties: Parties, kind: str, year: int, listed: Sequence[template.Listed], on: date
) -> list[Terms]:
    def of(key: str) -> Any:
        return dated.value(f"agreements.{key}", on=on)

    items = template.draft_items(
        listed, sources.households(parties.b.pk), template.read_defaults(of("item_defaults"))
    )
    total = sum(i.amount_fen for i in items)
    payment = template.draft_payment(total, year, of("instalment_shares"), of("late_interest_per_day"))
    words = template.slots(
        year=year, kind=kind, county=units.county().name, notice_days=of("notice_days"),
        rectify_days=of("rectify_days"), termination_days=of("termination_days"),
        disclose_days=of("days_to_disclose"), confirm_days=of("days_to_confirm"),
    )  # fmt: skip
    return template.full_text(
        of("clause_template"), words, items, template.draft_duties(year, of("duty_defaults")), payment
    )


def _fill(agreement: Agreement, text: Sequence[Terms]) -> None:
    """Insert a whole text: four inserts however many clauses."""
    rows = [
        Clause(
            agreement=agreement, position=n, kind=t.kind, heading=t.heading,
            body=t.body if isinstance(t, TextTerms) else "",
            code=t.code if isinstance(t, TextTerms) else format(t.daily_interest, "f") if isinstance(t, PaymentTerms) else "",
        )
        for n, t in enumerate(text, start=1)
    ]  # fmt: skip
    pairs = list(zip(Clause.objects.bulk_create(rows), text, strict=True))
    Item.objects.bulk_create(
        Item(
            agreement=agreement, clause=c, duty_item_id=t.duty_item_id, code=t.code, lead=t.lead, standard=t.standard,
            quantity=t.quantity, unit=t.unit, unit_price_fen=t.unit_price_fen, deadline=t.deadline, weight=t.weight,
            amount_fen=t.amount_fen,
        )
        for c, t in pairs if isinstance(t, ItemTerms)
    )  # fmt: skip
    GovtDuty.objects.bulk_create(
        GovtDuty(agreement=agreement, clause=c, kind=t.duty_kind, body=t.body, times=t.times, due=t.due)
        for c, t in pairs
        if isinstance(t, DutyTerms)
    )
    Instalment.objects.bulk_create(
        Instalment(
            agreement=agreement,
            seq=n,
            due=p.due,
            pay_by=last_day(p.due),
            amount_fen=p.amount_fen,
            payable_fen=p.amount_fen,
            tail=p.tail,
        )
        for _, t in pairs
        if isinstance(t, PaymentTerms)
        for n, p in enumerate(t.instalments, start=1)
    )  # fmt: skip


def _chosen(listed: list[template.Listed], codes: Sequence[str]) -> list[template.Listed]:
    """The listed items called for; a code that is not on the list of assisted tasks is refused."""
    known = {i.code: i for i in listed}
    foreign = [c for c in codes if c not in known]
    if foreign:
        refuse(
            say("{codes} 不在现行的协助政府工作事项清单里，不能写进协议", codes=joined(foreign)),
            rule="agreements.not_on_list",
            source=say("清单之外的工作，村（居）委会可以不办"),
            field="codes",
        )
    return [known[c] for c in codes]


def make(actor: Actor, parties: Parties, year: int, codes: Sequence[str], department_id: int | None,
         touches_residents: bool) -> Agreement:  # fmt: skip
    """One draft, whole: text, items, duties, instalments and sums."""
    today = clock.today()
    _check_free(parties, year, department_id)
    kind = sources.kind_of(parties.b.pk)
    source = sources.list_in_force(today, kind)
    wanted = list(codes) or list(dated.value("agreements.default_codes", on=today))
    listed = _chosen(source.items, [c for c in wanted if codes or c in {i.code for i in source.items}])
    seq, number = _number(parties.a, year)
    agreement = Agreement.objects.create(
        year=year, seq=seq, number=number, party_a=parties.a, party_b=parties.b, via_department_id=department_id,
        committee_kind=kind, duty_list_id=source.id, duty_list_name=source.name, drafted_by=parties.side,
        state="drafted_a" if parties.side == flow.A else "drafted_b", touches_residents=touches_residents,
    )  # fmt: skip
    _fill(agreement, _clause_texts(parties, kind, year, listed, today))
    sum_up(agreement)
    findable(agreement)
    return agreement


@action(
    "agreements.draft",
    on=None,
    label=say("起草协议"),
    effects=say("按现行清单生成一份草稿。送出以前只有起草的一方改，送出以后双方逐条协商。"),
)
def draft(
    actor: Actor,
    *,
    year: Annotated[int, Ask(say("年度"), min=2010, max=2100)],
    party_b: Annotated[int | None, Ask(say("村（社区）"), pick="unit")] = None,
    codes: Annotated[
        str, Ask(say("协助事项代码"), help=say("用逗号隔开；不填则用本县预选的事项"), max=400)
    ] = "",
    via_department: Annotated[int | None, Ask(say("经办部门"), pick="unit.any")] = None,
    touches_residents: Annotated[bool, Ask(say("涉及村（居）民利益，要经代表会议讨论决定"))] = True,
) -> Made[Agreement]:
    """Draft one agreement from the list in force. Either side may."""
    parties = _parties(actor, party_b)
    if (
        via_department is not None
        and not Unit.objects.filter(pk=via_department, kind=units.DEPARTMENT).exists()
    ):
        refuse(say("没有这个部门"), rule="agreements.department", field="via_department")
    wanted = [c.strip().upper() for c in codes.replace("，", ",").replace("、", ",").split(",") if c.strip()]
    made = make(actor, parties, year, wanted, via_department, touches_residents)
    return Made(made, number=made.number, total_fen=made.total_fen, side=parties.side)


def draft_for_township(
    actor: Actor, year: int, *, codes: str = "", touches_residents: bool = True
) -> list[Agreement]:
    """Draft for every committee of the actor's township that has no agreement for ``year`` yet; all or nothing.

    Each draft is its own act with its own journal entry. Returns the new agreements, by the committees' order.
    """
    if actor.may("agreements.draft_all") is None:
        raise NotFound("agreements.draft_all")
    with transaction.atomic():
        taken = Agreement.objects.filter(
            party_a=actor.unit_id, year=year, via_department=None, succeeded=False
        )
        taken = taken.exclude(state__in=("refused", "terminated"))
        free = Unit.objects.filter(parent=actor.unit_id, kind=units.COMMITTEE, closed=None)
        places = free.exclude(pk__in=taken.values("party_b")).order_by("code", "pk")
        return [
            draft(actor, year=year, party_b=b, codes=codes, touches_residents=touches_residents)
            for b in places.values_list("pk", flat=True)
        ]


@action(
    "agreements.draft_all",
    on=None,
    label=say("批量起草"),
    effects=say("为本镇（街道）还没有协议的每个村和社区各起草一份，送出以前都能改。"),
)
def draft_all(
    actor: Actor,
    *,
    year: Annotated[int, Ask(say("年度"), min=2010, max=2100)],
    codes: Annotated[
        str, Ask(say("协助事项代码"), help=say("用逗号隔开；不填则用本县预选的事项"), max=400)
    ] = "",
) -> Made[Agreement]:
    """Draft for every committee of the township in one act; each agreement has its own entry besides this one."""
    made = draft_for_township(actor, year, codes=codes)
    if not made:
        refuse(
            say("每个村和社区都有 {year} 年的协议了", year=str(year)),
            rule="agreements.all_drafted",
            field="year",
        )
    return Made(made[0], drafted=len(made), numbers=[a.number for a in made])
