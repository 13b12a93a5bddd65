"""What this room prints: the agreement, its supplement, the fulfilment record, the breach notice, the confirmation of
the end, and the comparison of a round. The frozen text's hash stands on every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gongzhi.core import clock, journal
from gongzhi.core.access import Actor
from gongzhi.core.money import capitals, yuan
from gongzhi.core.papers import (
    Clause,
    Column,
    Doc,
    Facts,
    Heading,
    Paper,
    Para,
    Party,
    Run,
    SignatureBlock,
    Table,
)
from gongzhi.core.words import say

from .models import Agreement
from .queries import board, text
from .queries.versions import Entry, Version
from .rules import compare, flow
from .rules import year as rules
from .rules.numerals import article
from .rules.terms import ItemTerms, chinese_date, plain_number


def _proof(a: Agreement) -> dict[str, Any]:
    """Hash, record number and receipt for the foot: of the last act that both sides know of."""
    last = next(iter(journal.of(a, limit=1)), None)
    return {
        "hash": a.text_sha256 or None,
        "record": f"{last.pk:,}".replace(",", " ") if last else None,
        "receipt_url": f"/records/{last.pk}" if last else None,
    }


def _signers(a: Agreement, supplement_id: int | None = None) -> SignatureBlock:
    """Both parties side by side with who signed and when."""
    by_side = {s.side: s for s in a.signatures.filter(supplement=supplement_id)}

    def party(side: str, unit: Any, role: str) -> Party:
        s = by_side.get(side)
        who = "负责人" if side == flow.A else "法定代表人（主任）"
        return Party(role, unit.name, s.name if s else "", who, s.at.date() if s else None)

    return SignatureBlock([party(flow.A, a.party_a, "甲方"), party(flow.B, a.party_b, "乙方")])


def agreement(actor: Actor, a: Agreement) -> Doc:
    """协议书: every clause in order, the table of items, both signatures."""
    lines = [x for x in text.lines(a) if not x.struck]
    items = [x for x in lines if isinstance(x.terms, ItemTerms)]
    blocks: list[Any] = [
        Para(
            f"甲方：{a.party_a.name}"
            + (f"（经办部门：{a.via_department.name}）" if a.via_department else ""),
            indent=False,
        ),
        Para(f"乙方：{a.party_b.name}", indent=False),
        *(Clause(x.number, x.terms.text(), x.terms.heading) for x in lines),
        _signers(a),
        Heading("附表　协助事项一览", numbered=False),
        _items_table([x.terms for x in items if isinstance(x.terms, ItemTerms)]),
    ]
    state = "" if a.signed else "（征求意见稿）" if not a.text_sha256 else "（待签署稿）"
    return Doc(
        title=f"{a.year} 年度协助管理协议书", subtitle=state, number=a.number, issuer=a.party_a.name, date=a.signed_on,
        blocks=blocks, **_proof(a),
    )  # fmt: skip


def _items_table(items: list[ItemTerms]) -> Table:
    rows = [
        (
            n,
            i.heading,
            i.lead,
            f"{plain_number(i.quantity)} {i.unit}".strip() if i.quantity else "",
            i.weight,
            i.amount_fen,
        )
        for n, i in enumerate(items, 1)
    ]
    columns = [
        Column("序号", 0.7, "text", "center"), Column("事项", 3), Column("牵头部门", 1.6), Column("数量", 1.3),
        Column("权重", 0.8, "int"), Column("金额（元）", 1.8, "fen"),
    ]  # fmt: skip
    return Table(columns, rows, total=True, capitals=True)


def comparison(actor: Actor, a: Agreement) -> Doc:
    """条款对照表: what is on the table in this round, who changed what and why."""
    table = text.table(a)
    side = a.side_of(actor) or ""
    found = board.build(table, side, [], drafting=a.state.startswith("drafted"), may_edit=False)
    rows = []
    for c in found.clauses:
        if c.changed:
            runs: Any = (
                c.runs if isinstance(c.runs, str) else [Run(r.text, mark=r.mark, side=r.side) for r in c.runs]
            )
            why = "；".join(str(m.text) for m in c.margin)
            rows.append((f"{c.no} {c.title}", runs, str(c.tag[0]) if c.tag else "", why))
    columns = [Column("条款", 1.6), Column("改动", 5), Column("状态", 1.3), Column("理由", 2.6)]
    return Doc(
        title=f"{a.party_b.short} {a.year} 年协助管理协议书条款对照表", number=a.number, issuer=a.party_a.name,
        date=clock.today(), subtitle=f"第 {max(1, (a.round + 1) // 2)} 轮", landscape=True,
        blocks=[Table(columns, rows, wide=True)], **_proof(a),
    )  # fmt: skip


def comparison_doc(old: Version, new: Version, entries: Sequence[Entry]) -> Doc:
    """条款对照表 of any two texts: two rounds, two years, two committees. Unchanged clauses are only counted."""
    number = compare.counts([e.pair for e in entries])
    rows = [
        (str(compare.KINDS[e.pair.kind]), _place(e.pair), e.runs, "、".join(e.who), "；".join(e.why))
        for e in entries
        if e.pair.kind != compare.SAME
    ]
    columns = [
        Column("变化", 0.8), Column("条款", 2), Column("对照", 6), Column("谁提出", 0.9), Column("理由", 2.4),
    ]  # fmt: skip
    text_ = (
        f"以“{old.agreement.label()}：{old.label}”为原文，“{new.agreement.label()}：{new.label}”为新文："
        f"新增 {number['added']} 条，删去 {number['removed']} 条，修改 {number['changed']} 条，不变 {number['same']} 条。"
    )
    blocks: list[Any] = [Para(text_)]
    blocks.append(Table(columns, rows, wide=True) if rows else Para("两份文字一样。"))
    a = new.agreement
    return Doc(
        title=f"{a.party_b.short} {a.year} 年协助管理协议书条款对照表", number=a.number, issuer=a.party_a.name,
        date=clock.today(), landscape=True, blocks=blocks, **_proof(a),
    )  # fmt: skip


def _place(pair: compare.Pair) -> str:
    """第四条 残疾人服务; where the number moved, both."""
    old = article(pair.old.number) if pair.old else ""
    new = article(pair.new.number) if pair.new else ""
    number = new or old if not (old and new) or old == new else f"{old}→{new}"
    return f"{number} {pair.line.terms.heading}"


def supplement(actor: Actor, a: Agreement) -> Doc:
    """补充协议: the newest one whose words are fixed."""
    s = a.supplements.exclude(text_sha256="").order_by("-seq").first()
    assert s is not None
    numbers = {x.key: article(x.number) for x in text.lines(a) if x.number}
    rows = list(a.changes.filter(supplement=s, status="accepted"))
    blocks: list[Any] = [
        Para(f"甲方：{a.party_a.name}", indent=False), Para(f"乙方：{a.party_b.name}", indent=False),
        Para(f"双方就 {a.number} 号协助管理协议书协商一致，因{s.reason}，签订本补充协议。"),
        *(Clause(n, text.change_sentence(r, numbers)) for n, r in enumerate(rows, 1)),
        Clause(len(rows) + 1, "原协议其他条款不变。本补充协议自双方签署之日起生效，与原协议具有同等效力。"),
        _signers(a, s.pk),
    ]  # fmt: skip
    proof = {**_proof(a), "hash": s.text_sha256}
    return Doc(
        title=f"{a.year} 年度协助管理协议书\n补充协议（{s.seq}）", number=a.number, issuer=a.party_a.name,
        date=s.signed_on, blocks=blocks, **proof,
    )  # fmt: skip


def fulfilment(actor: Actor, a: Agreement) -> Doc:
    """履约记录: both sides' records with the other's word, and every payment."""
    rows = []
    for n, r in enumerate(
        a.records.select_related("item__clause", "duty__clause").order_by("done_on", "pk"), 1
    ):
        count = plain_number(r.quantity) + (f" {r.item.unit}" if r.item else " 次") if r.quantity else ""
        rows.append(
            (
                n,
                flow.PARTY_NAMES[r.side] + "方",
                str(r.item or r.duty),
                r.done_on,
                r.text,
                count,
                f"{r.status_label}{r.reply and '：'}{r.reply}",
            )
        )
    columns = [
        Column("序号", 0.7, "text", "center"), Column("哪一方", 0.9), Column("事项", 2), Column("日期", 1.5, "date"),
        Column("做了什么", 3.6), Column("数量", 1.1), Column("对方意见", 1.8),
    ]  # fmt: skip
    paid = [
        (p.instalment.name, p.paid_on, p.voucher, p.late_days, p.interest_fen, p.amount_fen)
        for p in a.payments.select_related("instalment")
    ]
    pay = [
        Column("哪一期", 1), Column("付款日期", 1.5, "date"), Column("凭证号", 1.8), Column("迟延天数", 1, "int"),
        Column("利息（元）", 1.3, "fen"), Column("金额（元）", 1.6, "fen"),
    ]  # fmt: skip
    return Doc(
        title=f"{a.party_b.short} {a.year} 年协助管理协议书履约记录", number=a.number, issuer=a.party_a.name, date=clock.today(),
        blocks=[Heading("双方履约"), Table(columns, rows), Heading("付款"), Table(pay, paid, total=bool(paid))], **_proof(a),
    )  # fmt: skip


def breach_notice(actor: Actor, a: Agreement) -> Doc:
    """违约通知书: the newest notice of breach."""
    n = (
        a.notices.filter(kind=rules.BREACH)
        .select_related("item__clause", "duty__clause", "instalment", "breach")
        .first()
    )
    assert n is not None
    sender, receiver = (a.party_a, a.party_b) if n.side == flow.A else (a.party_b, a.party_a)
    agreed = _agreed(n)
    remedy = "从未付款项中相应减付" if n.side == flow.A else "请求相应补偿，并可中止相应事项"
    blocks = [
        Para(f"双方签订的 {a.number} 号协助管理协议书约定：{agreed}"),
        Para(f"现查明：{n.reason}"),
        Para(f"请你方在 {chinese_date(n.breach.due)} 前改正，并书面告知改正情况。逾期不改正的，我方将按协议{remedy}；"
             "改正后仍不能实现约定目的的，可以终止相应事项或者协议。你方对以上事实有异议的，请在改正期内书面提出。"),
    ]  # fmt: skip
    return Doc(
        title="违约通知书",
        number=a.number,
        addressee=receiver.name,
        issuer=sender.name,
        date=n.served_on,
        blocks=blocks,
        **_proof(a),
    )


def _agreed(n: Any) -> str:
    """The words of the clause that a notice is about."""
    if n.item:
        return str(n.item.terms(n.item.clause.heading).text())
    if n.duty:
        return str(n.duty.terms(n.duty.clause.heading).text())
    if n.instalment:
        return (
            f"{n.instalment.name} {yuan(n.instalment.amount_fen)} 元，不晚于 {chinese_date(n.instalment.due)}"
        )
    return "按约履行"


def termination(actor: Actor, a: Agreement) -> Doc:
    """终止确认书: why, since when, and what is still paid."""
    owed = max(0, (a.end_fen or 0) - a.paid_fen)
    side = flow.PARTY_NAMES.get(a.end_side, "")
    blocks: list[Any] = [
        Facts([
            ("协议编号", a.number), ("终止日期", chinese_date(a.ended_on) if a.ended_on else ""), ("提出方", f"{side}方"),
            ("原因", a.end_reason), ("按约定价格结算", f"{yuan(a.end_fen or 0)} 元（大写：{capitals(a.end_fen or 0)}）"),
            ("已付", f"{yuan(a.paid_fen)} 元"), ("应补付", f"{yuan(owed)} 元"),
        ]),
        Para("双方确认：协议自终止之日起不再履行，已经完成的工作按上表结算；未完成的协助事项由各牵头部门承担。"
             "争议按协议约定处理，不影响已经发生的权利义务。"),
        SignatureBlock([Party("甲方", a.party_a.name), Party("乙方", a.party_b.name)]),
    ]  # fmt: skip
    return Doc(
        title="协助管理协议书终止确认书",
        number=a.number,
        issuer=a.party_a.name,
        date=a.ended_on,
        blocks=blocks,
        **_proof(a),
    )


def disclosure(actor: Actor, a: Agreement) -> Doc:
    """公开文字: what hangs on the board."""
    row = a.disclosures.order_by("-pk").first()
    assert row is not None
    title, *rest = row.text.split("\n")
    return Doc(
        title=title,
        issuer=a.party_b.name,
        date=row.posted_on,
        blocks=[Para(line) for line in rest],
        **_proof(a),
    )


def _talked(actor: Actor, a: Agreement) -> bool:
    return a.state in flow.TALKING and a.changes.exclude(status="draft").exists()


PAPERS = {
    "agreement": Paper(say("协议书"), build=agreement),
    "comparison": Paper(say("条款对照表"), build=comparison, when=_talked),
    "supplement": Paper(say("补充协议"), build=supplement, when=lambda actor, a: a.signed and a.supplements.exclude(text_sha256="").exists()),
    "fulfilment": Paper(say("履约记录"), build=fulfilment, when=lambda actor, a: a.signed),
    "breach_notice": Paper(say("违约通知书"), build=breach_notice, when=lambda actor, a: a.signed and a.notices.filter(kind=rules.BREACH).exists()),
    "termination": Paper(say("终止确认书"), build=termination, when=lambda actor, a: a.state == "terminated"),
    "disclosure": Paper(say("公开文字"), build=disclosure, when=lambda actor, a: a.signed),
}  # fmt: skip
