"""A year's appraisal among the cast: 沙溪镇 with 中荷村, 虹桥村 and 府东社区; 浏河镇 with 万安村.

Agreements are put in force as rows, without the talks that led to them: those are proved in their own room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps

from gongzhi.cast import Cast
from gongzhi.core import clock, evidence
from gongzhi.core.access import Actor
from gongzhi.lists.appraisals import actions
from gongzhi.lists.appraisals.models import Appraisal, Campaign

OPENING = datetime(2025, 12, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Monday
REPORT_DUE = date(2025, 12, 15)
SCORE_DUE = date(2025, 12, 29)
ITEMS = [("独居老人探访", "民政局", 40), ("居住证申领协助", "公安局", 35), ("生活垃圾分类动员", "城管局", 25)]
DUTIES = [
    ("guidance", "每季度到村指导一次"),
    ("payment", "按期支付三期经费"),
    ("training", "全年培训 4 场"),
    ("data", "每季度首月提供名单"),
]
TAIL = 3600000
WORKED_B = ("92", "85", "78")
WORKED_A = ("95", "70", "80")


@pytest.fixture
def now() -> Iterator[datetime]:
    """The morning on which the county opens the year's appraisal."""
    with clock.at(OPENING) as hand:
        yield hand  # type: ignore[misc]


@pytest.fixture
def agreement(cast: Cast) -> Callable[..., Any]:
    """Put an agreement in force: ``agreement("中荷村", year=2025)``."""

    def make(place: str, year: int = 2025, items: Any = ITEMS, tail: int = TAIL) -> Any:
        return put_in_force(cast, place, year, items, tail)

    return make


def put_in_force(cast: Cast, place: str, year: int, items: Any, tail: int) -> Any:
    """The rows of an agreement that both have signed and perform."""
    model = apps.get_model("agreements.Agreement")
    unit = cast[place]
    each = 4800000
    total = each * len(items)
    seq = model.objects.filter(party_a_id=unit.parent_id, year=year).count() + 1
    made = model.objects.create(
        year=year, seq=seq, number=f"沙溪〔{year}〕{unit.pk}-{seq}", party_a_id=unit.parent_id, party_b=unit,
        state="performing", weights=100, items_fen=total, total_fen=total, instalments_fen=total,
        text_sha256="0" * 64, sent_at=clock.now(), agreed_on=date(year, 1, 20), signed_on=date(year, 1, 28),
    )  # fmt: skip
    for n, (heading, lead, weight) in enumerate(items, 1):
        clause = made.clauses.create(position=n, kind="item", heading=heading)
        made.items.create(
            clause=clause,
            code=f"B{n:02}",
            lead=lead,
            standard=f"{heading}的要求",
            weight=weight,
            amount_fen=each,
        )
    for n, (kind, body) in enumerate(DUTIES, len(items) + 1):
        clause = made.clauses.create(position=n, kind="duty", heading=body)
        made.duties.create(clause=clause, kind=kind, body=body)
    made.instalments.create(
        seq=1,
        due=date(year, 4, 30),
        pay_by=date(year, 4, 30),
        amount_fen=total - tail,
        payable_fen=total - tail,
    )
    made.instalments.create(
        seq=2, due=date(year, 12, 31), pay_by=date(year, 12, 31), amount_fen=tail, payable_fen=tail, tail=True
    )
    return made


@pytest.fixture
def campaign(cast: Cast, agreement: Any) -> Campaign:
    """The year 2025 opened for all four committees."""
    for place in ("中荷村", "虹桥村", "府东社区", "万安村"):
        agreement(place)
    return actions.open_year(
        cast.wang, year=2025, notice="请双方对照协议书互评。", number="太社发〔2025〕9号"
    )


@pytest.fixture
def pair(cast: Cast, campaign: Campaign) -> Appraisal:
    """沙溪镇 and 中荷村."""
    return of(cast, "中荷村")


def of(cast: Cast, place: str, year: int = 2025) -> Appraisal:
    """The pair of one committee."""
    return Appraisal.objects.select_related("campaign").get(party_b=cast[place], year=year)


def photo(actor: Actor, name: str = "照片.png", colour: int = 0) -> int:
    """A small picture handed in by the actor's unit."""
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (4, 4), (colour % 256, colour // 256 % 256, 7)).save(out, "PNG")
    out.seek(0)
    return evidence.attach(actor, out, name=name).pk


def rows(appraisal: Appraisal, about: str, scores: Any, **more: Any) -> list[dict[str, Any]]:
    """Scoring rows for one direction, in the order of the lines."""
    keys = list(appraisal.lines.filter(about=about).order_by("seq").values_list("key", flat=True))
    return [{"key": k, "score": Decimal(s), **more} for k, s in zip(keys, scores, strict=True)]


def report_both(appraisal: Appraisal, a: Actor, b: Actor) -> None:
    """Both sides' self-reports."""
    for actor, about in ((a, "a"), (b, "b")):
        own = [
            {"key": r["key"], "text": f"{about} 的自评", "score": r["score"]}
            for r in rows(appraisal, about, ("93", "88", "84"))
        ]
        actions.report(actor, appraisal.pk, overall=f"{about} 方总的情况", rows=own)


def score_both(
    appraisal: Appraisal, a: Actor, b: Actor, about_b: Any = WORKED_B, about_a: Any = WORKED_A
) -> Appraisal:
    """Both sides' scores; extreme ones get a text and a picture."""
    for actor, about, scores in ((a, "b", about_b), (b, "a", about_a)):
        found = rows(appraisal, about, scores)
        for row in found:
            if not 60 <= row["score"] <= 95:
                row |= {"text": "两次抽查都没有记录", "evidence": [photo(actor)]}
        actions.submit(actor, appraisal.pk, rows=found)
    return Appraisal.objects.select_related("campaign").get(pk=appraisal.pk)


@dataclass
class Walk:
    """Moves one pair through the year by its verbs; the clock moves where a deadline must pass."""

    cast: Cast
    pair: Appraisal
    hand: Any
    a: Actor
    b: Actor

    def again(self) -> Appraisal:
        """The pair as it now stands."""
        self.pair = Appraisal.objects.select_related("campaign", "party_a", "party_b").get(pk=self.pair.pk)
        return self.pair

    def opened(self, about_b: Any = WORKED_B, about_a: Any = WORKED_A) -> Appraisal:
        """Reported, scored, opened."""
        report_both(self.pair, self.a, self.b)
        score_both(self.pair, self.a, self.b, about_b, about_a)
        return self.again()

    def met(self, **scores: Any) -> Appraisal:
        """And the meeting on record."""
        self.opened(**scores)
        actions.meet(
            self.a, self.pair.pk, held_on=clock.today(), place="中荷村会议室", present_a="陆远", present_b="周和",
            minutes="就培训场次交换了意见。",
        )  # fmt: skip
        return self.again()

    def published(self, **scores: Any) -> Appraisal:
        """And both without objection, published."""
        self.met(**scores)
        actions.accept(self.a, self.pair.pk)
        actions.accept(self.b, self.pair.pk)
        actions.publish(self.a, self.pair.pk, place="村务公开栏")
        return self.again()

    def concluded(self, **scores: Any) -> Appraisal:
        """And the publicity over."""
        pair = self.published(**scores)
        self.hand.set(pair.publicity_until)
        self.hand.forward(days=1)
        for line in pair.lines.filter(final__lt=60):
            actions.require(
                self.a, pair.pk, side=line.about, line=line.pk, problem=f"{line.label}不到 60 分", measure="重新排班",
                due=date(2026, 2, 27),
            )  # fmt: skip
        actions.conclude(self.a, pair.pk)
        return self.again()


@pytest.fixture
def walk(cast: Cast, pair: Appraisal, now: Any) -> Walk:
    """沙溪镇 (陆) and 中荷村 (周)."""
    return Walk(cast, pair, now, cast.lu, cast.zhou)
