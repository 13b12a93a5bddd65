"""Two years of agreements with all 160 committees: rounds, decisions, signatures, records, payments, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from demo import moment
from demo.county import County
from demo.dice import dice
from demo.stories import Event, Story, hour, later, tell
from gongzhi.core import roles
from gongzhi.core.access import Actor
from gongzhi.core.money import Fen
from gongzhi.core.units import Unit
from gongzhi.lists.agreements import actions
from gongzhi.lists.agreements.models import Agreement
from gongzhi.site.actions import change_setting

# How this year goes for a few; everybody else signs, performs and is paid.
FATES = {
    "refused": ("320585101005", "320585105003"),
    "talking_a": ("320585101204", "320585103004", "320585100205", "320585400013"),
    "talking_b": ("320585101207", "320585102003", "320585400021"),
    "paused": ("320585104002",),
    "deciding": ("320585101219", "320585403004"),
    "waits_for_a": ("320585101209",),
    "waits_for_b": ("320585103006",),
    "suspended": ("320585101212",),
    "breach": ("320585103207",),
    "terminated": ("320585102211",),
    "stopped_item": ("320585101208",),
}
LATE_PAYERS = 11  # every so many-th agreement gets its second instalment late


@dataclass
class Deal:
    """One committee's year: who acts for whom."""

    county: County
    township: Unit
    committee: Unit
    year: int
    hand: Any
    number: int

    def __post_init__(self) -> None:
        self.rng: Random = dice("deal", self.committee.code, self.year)
        self.fate = next(
            (f for f, codes in FATES.items() if self.committee.code in codes and self.year == moment.YEAR), ""
        )

    @property
    def a(self) -> Actor:
        return self.county.actor(self.township, roles.TOWNSHIP_OFFICER)

    @property
    def a_head(self) -> Actor:
        return self.county.actor(self.township, roles.TOWNSHIP_HEAD)

    @property
    def a_pays(self) -> Actor:
        return self.county.actor(self.township, roles.TOWNSHIP_FINANCE)

    @property
    def b(self) -> Actor:
        return self.county.actor(self.committee, roles.COMMITTEE_WORKER)

    @property
    def b_head(self) -> Actor:
        return self.county.actor(self.committee, roles.COMMITTEE_HEAD)

    def now(self) -> date:
        return moment.today(self.hand)

    def forgets(self) -> bool:
        """Whether the other side leaves a confirmation lying: recent ones, and a few of this year."""
        ago = (moment.TODAY.date() - self.now()).days
        return self.year == moment.YEAR and (ago < 9 or (ago < 40 and self.rng.random() < 0.2))

    def later(self, least: int, most: int) -> Any:
        return later(self.hand, self.rng, least, most)

    def at(self, month: int, day: int) -> Any:
        return hour(date(self.year, month, day), self.rng)


def build(county: County, lists: dict[int, Any], hand: Any, progress: Any) -> dict[str, int]:
    """Tell both years, with last year's evaluation and the opening of this year's in between."""
    from demo import appraisals

    half = county.townships[: len(county.townships) // 2]

    def stories(mine: bool) -> Iterator[Story]:
        for year in (moment.LAST, moment.YEAR):
            for number, (township, committee) in enumerate(
                (t, c) for t in county.townships for c in county.committees[t.pk]
            ):
                if (township in half) == mine:
                    deal = Deal(county, township, committee, year, hand, number)
                    yield _year(deal)
                    yield appraisals.pair(deal)

    events = [
        e for year in (moment.LAST, moment.YEAR) for t in county.townships for e in _drafts(county, t, year)
    ]
    events += [*appraisals.campaign(county, moment.LAST), *appraisals.campaign(county, moment.YEAR)]
    _shares(county, hand)
    total = 4 * sum(map(len, county.committees.values()))
    parts = [lambda: stories(True), lambda: stories(False)]
    tell(parts, events, hand, lambda done: progress("两年的协议和评估", done, total))
    return {"agreements": Agreement.objects.count()}


def _shares(county: County, hand: Any) -> None:
    """Last year the county paid in two parts, from this year on in three: a setting with its dates."""
    key = "agreements.instalment_shares"
    for day, shares, source in (
        (date(moment.LAST, 1, 1), "[80, 20]", "市社会工作部会议纪要〔2024〕12 号"),
        (date(moment.YEAR, 1, 1), "[40, 40, 20]", "市社会工作部会议纪要〔2025〕15 号"),
    ):
        hand.set(moment.on(day - timedelta(days=12)))
        change_setting(county.officer, key=key, value=shares, since=day, source=source)
    hand.set(moment.on(date(moment.LAST, 1, 2)))


def _drafts(county: County, township: Unit, year: int) -> list[Event]:
    """The township drafts for all its committees at once, and sends the drafts the next days."""
    rng = dice("drafts", township.code, year)
    officer = county.actor(township, roles.TOWNSHIP_OFFICER)
    day = date(year, 1, 6) + timedelta(days=rng.randrange(4))

    def propose() -> None:
        for draft in Agreement.objects.filter(party_a=township, year=year).order_by("pk"):
            actions.propose(officer, draft)

    return [
        (
            hour(day, rng),
            lambda: actions.draft_for_township(officer, year, touches_residents=year == moment.YEAR),
        ),
        (hour(day + timedelta(days=rng.randrange(1, 4)), rng), propose),
    ]


def _agreement(deal: Deal) -> Agreement:
    found: Agreement = Agreement.objects.select_related("party_a", "party_b").get(
        party_b=deal.committee, year=deal.year
    )
    return found


def _year(deal: Deal) -> Story:
    """From the draft to the end of the year."""
    yield deal.at(1, 16)
    agreement = _agreement(deal)
    yield from _talks(deal, agreement)
    if _fresh(agreement).state != "agreed" or deal.fate == "deciding":
        return
    yield deal.later(4, 12)
    _decide(deal, agreement)
    yield deal.later(2, 8)
    if deal.fate != "waits_for_b":
        actions.sign(deal.b_head, agreement)
    if deal.fate == "waits_for_a":
        return
    yield deal.later(1, 7)
    actions.sign(deal.a_head, agreement)
    if deal.fate == "waits_for_b":
        return
    yield deal.later(1, 3)
    actions.disclose(deal.b, agreement, posted_on=deal.now(), channel="board", place="村（社区）公开栏")
    yield from _performance(deal, agreement)


def _fresh(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


# ---- talks ----


def _talks(deal: Deal, agreement: Agreement) -> Iterator[Any]:
    if deal.fate == "refused":
        yield deal.later(6, 12)
        actions.refuse(
            deal.b_head, agreement, reason="今年动迁安置任务重，人手不够。事项请仍由各部门办理，明年再谈。"
        )
        return
    if deal.fate in ("talking_b", "talking_a", "paused") or (not deal.fate and deal.rng.random() < 0.24):
        yield from _argue(deal, agreement)
        return
    yield deal.at(11, 17) if deal.fate in ("deciding", "waits_for_a", "waits_for_b") else deal.later(4, 18)
    actions.agree(
        deal.b_head, agreement, note=deal.rng.choice(["", "", "同意，请按时提供名单。", "按去年的办法办。"])
    )


def _argue(deal: Deal, agreement: Agreement) -> Iterator[Any]:
    """The committee counters; the township answers; those whose talks go on argue once more, slowly."""
    slow = deal.fate in ("talking_a", "talking_b", "paused")
    yield deal.at(11, 16 if deal.fate == "talking_b" else 3) if slow else deal.later(8, 16)
    _counter(deal, agreement)
    actions.respond(deal.b, agreement, note="请看每处修改旁边的理由。")
    yield deal.later(10, 18)
    refused = _answer(deal, agreement)
    if not refused and not slow:
        actions.agree(deal.a_head, agreement)
        return
    actions.respond(deal.a, agreement, note="能办的都接受了，不接受的写了理由。")
    if deal.fate == "talking_b":
        return
    yield deal.at(12, 3) if slow else deal.later(5, 10)
    if deal.fate == "paused":
        actions.pause(deal.b_head, agreement, reason="等市里明确防疫用工费标准后再谈。")
        return
    if slow:
        _counter(deal, agreement, second=True)
        actions.respond(deal.b, agreement, note="第二轮：只剩这几处。")
        return
    actions.agree(deal.b_head, agreement)


WHY = [
    "去年夏天连续高温，村里多走了五十多人次，单价没有算进去。",
    "核真伪是部门的职权，村里做不了，只能代收代转。",
    "去年全年平均只有 84.6%，定 90% 没有依据。",
    "人手只有三个，次数减下来，保证质量。",
]


WHY_NOT = "名单由三个部门分头出，按季提供可以，每季首月 10 日做不到，请改成 20 日。"


def _counter(deal: Deal, agreement: Agreement, *, second: bool = False) -> None:
    items = list(
        agreement.items.select_related("clause").filter(clause__struck=False).order_by("clause__position")
    )
    chosen = deal.rng.sample(items, 2)
    for item in chosen[: 1 if second else 2]:
        more = 1 + (item.quantity / 10).to_integral_value()
        price = item.unit_price_fen or 0
        actions.amend_item(
            deal.b, agreement, clause=str(item.clause_id), heading=item.clause.heading,
            standard=f"{item.standard}；高温、寒潮预警期间集中安排，甲方派人同去" if not second else f"{item.standard}，由甲方主管部门会同抽查",
            weight=item.weight, amount=Fen(item.amount_fen + int(more * price)), quantity=item.quantity + more,
            unit=item.unit, unit_price=Fen(price), deadline=item.deadline, reason=deal.rng.choice(WHY),
        )  # fmt: skip
    if not second:
        actions.balance(deal.b, agreement, what="payment")
        actions.add_duty(
            deal.b, agreement, heading="变动名单按季提供", duty_kind="data", times=4,
            body="甲方于每季度首月 10 日前向乙方提供低保、残疾、退役军人变动名单；甲方迟延的，乙方相应期限顺延。",
            reason="名单晚到，走访就只能跟着晚。",
        )  # fmt: skip
    else:
        actions.balance(deal.b, agreement, what="payment")


def _answer(deal: Deal, agreement: Agreement) -> bool:
    """The township takes each open change: accepts, or declines with a reason. Whether anything was declined."""
    refused = False
    for change in agreement.changes.filter(status="open", side="b").order_by("pk"):
        actions.accept(deal.a, agreement, change=change.pk)
    if deal.fate in ("talking_a", "talking_b", "paused") or deal.rng.random() < 0.3:
        asked = agreement.changes.filter(status="open", side="b", kind="duty").first()
        if asked is not None:
            actions.refuse_change(deal.a, agreement, change=asked.pk, reason=WHY_NOT)
            refused = True
    return refused


def _decide(deal: Deal, agreement: Agreement) -> None:
    rng, committee = deal.rng, deal.rng.randrange(7, 10)
    actions.decide(
        deal.b,
        agreement,
        body="two_committees",
        held_on=deal.now(),
        eligible=committee,
        present=committee,
        yes=committee,
    )
    if agreement.touches_residents:
        body = rng.randrange(38, 56)
        present = body - rng.randrange(0, body // 6)
        no = rng.randrange(0, 4)
        actions.decide(
            deal.b, agreement, body="representatives", held_on=deal.now(), eligible=body, present=present,
            yes=present - no - 1, no=no, abstain=1, note="会议在村（社区）会议室召开，签到表存档。",
        )  # fmt: skip


# ---- the year ----

DID = {
    "B01": "巡防队晚间沿河道和厂区走了一圈，劝离电动车飞线充电两处，已报派出所。",
    "B02": "和卫生院一起上门发放宣传单，清理积水容器，重点看了沿河几户。",
    "B04": "走访优抚对象和困难户，两户反映慢病配药不便，已转民政和卫生院。",
    "B06": "帮三户整理救助材料，代交镇民政办，已受理。",
    "B07": "走访困境儿童，联系学校安排课后照看。",
    "B10": "通知参保，行动不便的上门拍照办好。",
    "B24": "入户动员分类，周末志愿者在投放点值守。",
}


def _performance(deal: Deal, agreement: Agreement) -> Iterator[Any]:
    """Records on both sides, payments and their arrival, and the few things that go wrong."""
    rng = deal.rng
    parts = list(agreement.instalments.order_by("seq"))
    items = list(agreement.items.filter(clause__struck=False).order_by("clause__position"))
    duties = list(agreement.duties.filter(clause__struck=False).order_by("clause__position"))
    plan: list[tuple[Any, Any]] = []
    for part in parts:
        if not part.tail:
            plan.append((_pay_day(deal, part), lambda p=part: _pay(deal, agreement, p)))
    busy = deal.committee.code in SHOWN
    last = date(deal.year, 12, 4)
    this_year = deal.year == moment.YEAR
    for item in items if busy else rng.sample(items, 2 if this_year else 0):
        day = date(deal.year, 4, 1) + timedelta(days=rng.randrange(150))
        plan.append((hour(min(day, last), rng), lambda i=item, d=day: _record_b(deal, agreement, i)))
    for duty in duties if busy else duties[: 1 if this_year else 0]:
        day = date(deal.year, 4, 10) + timedelta(days=rng.randrange(180))
        plan.append((hour(min(day, last), rng), lambda d=duty: _record_a(deal, agreement, d)))
    plan += _troubles(deal, agreement, items)
    for when, act in sorted(plan, key=lambda step: step[0]):
        if when >= moment.TODAY:
            continue
        yield when
        if _fresh(agreement).state in ("performing", "suspended", "evaluated") or act.__name__ == "ends":
            act()


SHOWN = {"320585101204", "320585101205", "320585101200", "320585100003"}


def _pay_day(deal: Deal, part: Any) -> Any:
    late = deal.number % LATE_PAYERS == 3 and part.seq == 2
    days = deal.rng.randrange(6, 20) if late else -deal.rng.randrange(2, 16)
    return hour(part.due + timedelta(days=days), deal.rng)


def _pay(deal: Deal, agreement: Agreement, part: Any) -> None:
    voucher = f"{(deal.township.code or '')[6:9]}-{deal.year}-{agreement.seq:03d}-{part.seq}"
    actions.pay(
        deal.a_pays,
        agreement,
        instalment=part.pk,
        amount=Fen(part.payable_fen),
        paid_on=deal.now(),
        voucher=voucher,
    )
    if deal.forgets():
        return
    payment = agreement.payments.get(voucher=voucher)
    actions.acknowledge_payment(deal.b, agreement, payment=payment.pk, received_on=deal.now())


def _record_b(deal: Deal, agreement: Agreement, item: Any) -> None:
    if type(item).objects.filter(pk=item.pk, suspended=True).exists():
        return
    share = (item.quantity * deal.rng.randrange(60, 101) / 100).to_integral_value()
    text = DID.get(item.code, "按协议要求办理，过程留有签到和照片。")
    actions.record(
        deal.b,
        agreement,
        item=item.pk,
        done_on=deal.now(),
        quantity=share,
        text=text,
        period=f"{deal.now():%Y 年 %m 月}",
    )
    if not deal.forgets():
        row = agreement.records.filter(item=item).latest("pk")
        actions.confirm_record(deal.a, agreement, record=row.pk)


def _record_a(deal: Deal, agreement: Agreement, duty: Any) -> None:
    text = {"guidance": "主管部门到村（社区）现场指导，答复问题四个。", "training": "办培训一场，讲政策和填报，发了口袋书。",
            "data": "提供变动名单一批，附说明。", "payment": "按期请款。"}.get(duty.kind, "按约定办理。")  # fmt: skip
    actions.record(deal.a, agreement, duty=duty.pk, done_on=deal.now(), text=text)
    if not deal.forgets():
        row = agreement.records.filter(duty=duty).latest("pk")
        actions.confirm_record(deal.b, agreement, record=row.pk)


def _troubles(deal: Deal, agreement: Agreement, items: list[Any]) -> list[tuple[Any, Any]]:
    """The steps of a suspension, a breach, a termination, or the stop of one item."""

    def notice(actor: Actor, kind: str, reason: str, item: Any = None) -> Any:
        def serve() -> None:
            actions.serve_notice(actor, agreement, kind=kind, reason=reason, item=item.pk if item else None)

        return serve

    def number(kind: str) -> int:
        return int(agreement.notices.filter(kind=kind).latest("pk").pk)

    if deal.fate == "suspended":
        return [
            (
                deal.at(9, 1),
                notice(deal.b_head, "suspend", "全村整体动迁，协助事项暂时没有对象，书面通知中止。"),
            ),
            (deal.at(10, 26), lambda: actions.suspend_all(deal.b_head, agreement, notice=number("suspend"))),
        ]
    if deal.fate == "stopped_item":
        return [
            (
                deal.at(9, 3),
                notice(deal.b_head, "suspend", "第二期用工费没有到账，先停这一项，其余照办。", items[0]),
            ),
            (
                deal.at(10, 20),
                lambda: actions.suspend(deal.b_head, agreement, notice=number("suspend"), item=items[0].pk),
            ),
        ]
    if deal.fate == "breach":
        return [
            (
                deal.at(11, 24),
                notice(
                    deal.a_head,
                    "breach",
                    "全年应走访 30 户次，到 11 月只有 9 户次，请在期限内补上。",
                    items[1],
                ),
            )
        ]
    if deal.fate == "terminated":

        def ends() -> None:
            for row in agreement.records.filter(
                side="b", status="recorded"
            ):  # what is open is answered first
                actions.confirm_record(deal.a, agreement, record=row.pk)
            actions.terminate(
                deal.b_head, agreement, reason="行政村撤并，双方商定提前结束，已做的按约定结算。"
            )

        return [
            (deal.at(6, 10), notice(deal.b_head, "terminate", "行政村将与邻村合并，协助事项由新村另签。")),
            (deal.at(8, 20), ends),
        ]
    return []
