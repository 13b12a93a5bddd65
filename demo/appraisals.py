"""Both years' two-way evaluations: last year's finished with its settlements, this year's open and half scored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from demo import moment
from demo.agreements import Deal
from demo.county import County
from demo.dice import dice
from demo.stories import Event, Story, hour
from gongzhi.core import roles
from gongzhi.core.money import Fen
from gongzhi.lists.agreements.models import Agreement
from gongzhi.lists.appraisals import actions
from gongzhi.lists.appraisals.models import Appraisal, Campaign

OPENS = {moment.LAST: date(moment.LAST, 12, 1), moment.YEAR: date(moment.YEAR, 11, 16)}
SILENT_B = {"320585104005", "320585103010", "320585400030"}  # did not score last year: 未评, not 100


def campaign(county: County, year: int) -> list[Event]:
    """The county opens the year, reminds, closes the scoring (this year's still runs)."""
    rng = dice("campaign", year)
    notice = (
        f"各镇（街道）、村（居）委会：对照《协助管理协议书》开展 {year} 年度双向评估。"
        "双方互评，同时密封、同时开封。评估是为了改进和结算，不排名。"
    )

    def opens() -> None:
        actions.open_year(county.officer, year=year, notice=notice, number=f"太社工〔{year}〕{year - 2007}号")

    def reminds() -> None:
        for row in Appraisal.objects.filter(
            year=year, state__in=("scoring", "scored_a", "scored_b")
        ).order_by("pk"):
            actions.remind(county.officer, row)

    def closes() -> None:
        actions.close(county.officer, Campaign.objects.get(year=year))

    events: list[Event] = [(hour(OPENS[year], rng), opens)]
    if year == moment.LAST:
        events += [(hour(date(year, 12, 29), rng), reminds), (hour(date(year, 12, 30), rng), closes)]
    return events


def pair(deal: Deal) -> Story:
    """One pair's evaluation from the reports to the settlement, as far as it has come."""
    last = deal.year == moment.LAST
    opens = OPENS[deal.year]
    yield hour(opens + timedelta(days=deal.rng.randrange(2, 8)), deal.rng)
    appraisal = _pair(deal)
    if appraisal is None:
        return
    if last or deal.rng.random() < 0.9:
        actions.report(
            deal.a, appraisal, overall="指导、培训、付款和数据大体按约，个别名单晚了，原因已说明。"
        )
    yield hour(opens + timedelta(days=deal.rng.randrange(5, 12)), deal.rng)
    if last or deal.rng.random() < 0.9:
        said = "协助事项按协议办理，走访有记录；高温期间加了班次。"
        actions.report(deal.b, appraisal, overall=said, rows=_own(deal, appraisal, "b"))
    appraisal.refresh_from_db()
    if appraisal.state != "scoring":
        return
    yield from _score(deal, appraisal)
    appraisal.refresh_from_db()
    if appraisal.state != "revealed":
        if not last:
            return
        yield hour(date(deal.year + 1, 1, 5), deal.rng)
        appraisal.refresh_from_db()
        if appraisal.state != "revealed":
            return
    yield from _finish(deal, appraisal)


def _pair(deal: Deal) -> Appraisal | None:
    agreement = Agreement.objects.filter(party_b=deal.committee, year=deal.year).first()
    return Appraisal.objects.filter(agreement=agreement).first() if agreement else None


def _own(deal: Deal, appraisal: Appraisal, side: str) -> list[dict[str, Any]]:
    """What a side thinks of itself: a little better than the other side will."""
    rng = dice("own", deal.committee.code, deal.year, side)
    lines = appraisal.lines.filter(about=side).order_by("seq")
    return [{"key": line.key, "text": "", "score": Decimal(rng.randrange(84, 97))} for line in lines]


def _score(deal: Deal, appraisal: Appraisal) -> Iterator[Any]:
    """Both sides score, sealed. This year about half have, some only one of the two."""
    last = deal.year == moment.LAST
    draw = deal.rng.random()
    yield hour(deal.now() + timedelta(days=deal.rng.randrange(2, 8)), deal.rng)
    if last or draw < 0.45:
        actions.submit(deal.a_head, appraisal, rows=_marks(deal, appraisal, about="b"), remark="")
    yield hour(deal.now() + timedelta(days=deal.rng.randrange(1, 6)), deal.rng)
    if (last and deal.committee.code not in SILENT_B) or 0.15 < draw < 0.6:
        actions.submit(deal.b_head, appraisal, rows=_marks(deal, appraisal, about="a"), remark="")


LOW = {
    "guidance": "全年培训约定 4 场，只办了 1 场；问题答复也晚。",
    "payment": "第二期款晚到，利息是付了，但用工费是村里先垫的。",
    "conditions": "变动名单几次晚了一周以上，走访跟着晚。",
}


def _marks(deal: Deal, appraisal: Appraisal, *, about: str) -> list[dict[str, Any]]:
    """Scores around the township's and the committee's own habits; extremes with their text."""
    rng = dice("scores", deal.committee.code, deal.year, about)
    habit = dice("habit", deal.township.code, about).uniform(81, 89) + (
        1.5 if deal.year == moment.LAST else 0
    )
    base = rng.gauss(habit, 3.2)
    rows = []
    for line in appraisal.lines.filter(about=about).order_by("seq"):
        score = max(52, min(99, round(rng.gauss(base, 4) - (5 if line.key == "guidance" else 0))))
        text = ""
        if score < 60:
            text = LOW.get(line.key, "约定次数没有办够，记录也不全。")
        elif score > 95:
            text = "超出约定办了，群众反映好，有照片和签到。"
        elif score < 76 and about == "a":
            text = LOW.get(line.key, "")
        files = [_photo(deal, about)] if score < 60 or score > 95 else []
        rows.append({"key": line.key, "score": Decimal(score), "text": text, "evidence": files})
    return rows


def _photo(deal: Deal, about: str) -> int:
    """A drawn sheet as material: the scorers' own record of the year."""
    from demo.pictures import sheet
    from gongzhi.core import evidence

    actor = deal.a_head if about == "b" else deal.b_head
    return evidence.attach(actor, sheet(f"{deal.committee.short} {deal.year}"), name="履约记录.png").pk


def _finish(deal: Deal, appraisal: Appraisal) -> Iterator[Any]:
    """Meeting, a few objections and re-checks, publicity, rectification, settlement."""
    rng = deal.rng
    yield hour(deal.now() + timedelta(days=rng.randrange(1, 4)), rng)
    actions.meet(
        deal.a, appraisal, held_on=deal.now(), place="镇政府会议室",
        present_a="分管负责人、社会治理岗、财政岗", present_b="主任、工作者、监督委员会一人",
        minutes="双方逐项说明评分理由。乙方希望名单按季准时、培训提前排期；甲方希望走访记录当月录入。看法不同的两项已说明依据。",
    )  # fmt: skip
    if deal.year == moment.YEAR:
        return
    yield hour(deal.now() + timedelta(days=rng.randrange(1, 3)), rng)
    appraisal.refresh_from_db()
    yield from _agree_on(deal, appraisal)
    yield hour(deal.now() + timedelta(days=1), rng)
    appraisal.refresh_from_db()
    _require(deal, appraisal)
    actions.publish(deal.a, appraisal, place="村（社区）公开栏、市政府网站")
    appraisal.refresh_from_db()
    assert appraisal.publicity_until is not None
    yield hour(appraisal.publicity_until + timedelta(days=1), rng)
    actions.conclude(deal.a, appraisal)
    yield hour(deal.now() + timedelta(days=rng.randrange(2, 6)), rng)
    appraisal.refresh_from_db()
    yield from _mend(deal, appraisal)
    yield from _settle(deal, appraisal)


def _agree_on(deal: Deal, appraisal: Appraisal) -> Iterator[Any]:
    """Both accept; in some pairs the committee objects to one line and a joint panel looks again."""
    if appraisal.b_silent or deal.rng.random() < 0.93:
        if not appraisal.b_silent:
            actions.accept(deal.a, appraisal)
        appraisal.refresh_from_db()
        if appraisal.state in ("met", "accepted_a"):
            actions.accept(deal.b, appraisal)
        return
    line = appraisal.lines.filter(about="b").order_by("score").first()
    assert line is not None
    actions.object_to(
        deal.b, appraisal, line=line.pk, reason="走访次数按签到表是够的，有两个月记录录晚了，请一起核一遍。"
    )
    yield hour(deal.now() + timedelta(days=5), deal.rng)
    better = min(Decimal(100), (line.score or Decimal(0)) + 4)
    actions.recheck(
        deal.a, appraisal, held_on=deal.now(),
        members=[{"side": "a", "name": deal.a.name, "post": "社会治理岗"}, {"side": "b", "name": deal.b.name, "post": "工作者"}],
        results=[{"line": line.pk, "score": better, "reason": "核对签到表，补录的两次有效。"}],
    )  # fmt: skip
    yield hour(deal.now() + timedelta(days=1), deal.rng)
    actions.countersign(deal.b, appraisal)


def _require(deal: Deal, appraisal: Appraisal) -> None:
    """What was scored low goes on the list of its side, with a date."""
    due = deal.now() + timedelta(days=45)
    for line in appraisal.lines.exclude(score=None).order_by("about", "seq"):
        score = line.score or Decimal(0)
        if score < (76 if line.about == "a" else 73):
            measure = "培训补办并提前一个月排期" if line.about == "a" else "每月 5 日前补齐上月记录"
            actor = deal.a if line.about == "a" else deal.b
            problem = f"{line.label}只得 {score} 分"
            actions.require(
                actor, appraisal, side=line.about, line=line.pk, problem=problem, measure=measure, due=due
            )


def _mend(deal: Deal, appraisal: Appraisal) -> Iterator[Any]:
    for row in appraisal.mendings.order_by("pk"):
        if deal.rng.random() < 0.12:
            continue  # still open at the end of the demonstration
        one, other = (deal.a, deal.b) if row.side == "a" else (deal.b, deal.a)
        yield hour(deal.now() + timedelta(days=deal.rng.randrange(3, 9)), deal.rng)
        actions.mend(one, appraisal, mending=row.pk, report="已经按清单办了，附名册和照片。")
        yield hour(deal.now() + timedelta(days=2), deal.rng)
        actions.verify(other, appraisal, mending=row.pk, passed=True, verdict="看过了，改好了。")
        appraisal.refresh_from_db()


def _settle(deal: Deal, appraisal: Appraisal) -> Iterator[Any]:
    """The tail by its formula, and its payment."""
    from gongzhi.lists.agreements import actions as agreements

    if actions.tail_of(appraisal).waits:
        return
    actions.settle(deal.a, appraisal)
    yield hour(deal.now() + timedelta(days=deal.rng.randrange(2, 9)), deal.rng)
    agreement = Agreement.objects.get(pk=appraisal.agreement_id)
    part = agreement.instalments.filter(tail=True, finished_on=None).first()
    if part is None or agreement.tail_fen is None or part.payable_fen == part.paid_fen:
        return
    voucher = f"{(deal.township.code or '')[6:9]}-{deal.year}-{agreement.seq:03d}-{part.seq}"
    agreements.pay(
        deal.county.actor(deal.township, roles.TOWNSHIP_FINANCE), agreement, instalment=part.pk,
        amount=Fen(part.payable_fen - part.paid_fen), paid_on=deal.now(), voucher=voucher,
    )  # fmt: skip
    payment = agreement.payments.get(voucher=voucher)
    agreements.acknowledge_payment(deal.b, agreement, payment=payment.pk, received_on=deal.now())


def build(county: County, hand: Any, progress: Any) -> dict[str, int]:
    """Count what the stories left (they are told together with the agreements)."""
    return {"appraisals": Appraisal.objects.count()}
