"""One year between a township and its committees, from 23 drafts to the settlement. The tests are one story, in order."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from gongzhi.core.money import Fen, yuan
from gongzhi.lists.agreements.models import Agreement
from gongzhi.lists.appraisals.models import Appraisal
from tests.county import SHANGHAI, County
from tests.journeys.people import People, picture

pytestmark = [pytest.mark.journey, pytest.mark.story, pytest.mark.xdist_group("journeys")]


def deal(town: County, n: int = 0) -> Agreement:
    """The agreement of the n-th committee."""
    return Agreement.objects.get(party_b=town.committees[n], year=2026)


def pair(town: County) -> Appraisal:
    return Appraisal.objects.get(agreement=deal(town))


def moment(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


# ---- talks ----


def test_the_township_drafts_for_23_committees_at_once(people: People, town: County) -> None:
    lu = people.at("lu").go("/agreements/new/draft_all")
    lu.says("23 个还没有 2026 年协议", town.place.short)
    lu.press("起草 23 份")
    assert lu.path.startswith("/agreements/?year=2026")
    assert Agreement.objects.filter(party_a=town.township, year=2026).count() == 23
    lu.go("/").says("23 件事轮到您")
    again = people.at("lu").go("/agreements/new/draft_all").says("都有了")
    assert again.page.get_by_role("button", name="起草 0 份").is_disabled()


def test_it_sends_the_drafts(people: People, town: County) -> None:
    lu = people.at("lu")
    for n in (0, 1):
        lu.do(f"/agreements/{deal(town, n).pk}/propose", note="请看看。")
        lu.says("现在轮到乙方")
    assert deal(town).state == "with_b"
    wu = people.at("wu", phone=True).go("/").fits()
    wu.says("轮到您")
    # a draft that is not sent yet is nobody else's business
    assert (
        people.at("head03").page.request.get(f"{people.address}/agreements/{deal(town, 0).pk}/").status == 404
    )


def test_the_committee_counters_with_reason_on_a_phone(people: People, town: County, hand: Any) -> None:
    hand.to(moment(1, 14))
    agreement = deal(town)
    item = agreement.items.select_related("clause").order_by("clause__position").first()
    assert item is not None
    assert item.unit_price_fen
    gu = people.at("gu", phone=True).go(agreement.get_absolute_url()).fits()
    more = item.amount_fen + 2 * item.unit_price_fen
    base = agreement.get_absolute_url()
    gu.refused(
        f"{base}amend_item?clause={item.clause_id}",
        "金额应等于数量乘单价",
        quantity=item.quantity + 2,
        reason="少算了两户。",
    )
    gu.fits().go(f"{base}amend_item?clause={item.clause_id}").answer(
        quantity=item.quantity + 2, amount=yuan(Fen(more)), reason="去年夏天多走了两户，单价没有算进去。"
    ).submit()
    gu.go(base).says("去年夏天多走了两户")
    # the sums do not hold yet: the answer cannot be sent, and the page says by which rule
    gu.refused(f"{base}respond", "各期付款之和")
    assert "算术规则" in gu.text(".refusal cite.rule")
    gu.go(base)
    balance = gu.page.locator('form[action$="balance"] button').first
    with gu.page.expect_navigation():
        balance.click()
    gu.do(f"{base}respond", note="只改这一处。")
    assert deal(town).state == "with_a"


def test_the_township_reads_the_redline_and_accepts(people: People, town: County, hand: Any) -> None:
    hand.to(moment(1, 15))
    agreement = deal(town)
    lu = people.at("lu").go(f"{agreement.get_absolute_url()}?show=changes")
    assert lu.page.locator("ins.b, .b ins, ins").count() > 0, "the redline shows what 乙方 added"
    lu.says("去年夏天多走了两户")
    while (button := lu.page.get_by_role("button", name="接受", exact=True)).count():
        with lu.page.expect_navigation():
            button.first.click()
    lu.do(f"{agreement.get_absolute_url()}agree", note="同意。")
    assert deal(town).state == "agreed"


def test_nobody_signs_before_the_committee_has_decided(people: People, town: County, hand: Any) -> None:
    hand.to(moment(1, 19))
    base = deal(town).get_absolute_url()
    people.at("zhou").refused(f"{base}sign")
    gu = people.at("gu")
    gu.refused(f"{base}decide", body="representatives", held_on="2026-01-18", eligible=51, present=60, yes=30)
    gu.do(f"{base}decide", body="two_committees", held_on="2026-01-18", eligible=9, present=8, yes=8)
    people.at("zhou").refused(f"{base}sign", "等村（居）内决定")
    gu.do(
        f"{base}decide", body="representatives", held_on="2026-01-18", eligible=51, present=40, yes=38, no=2
    )
    gu.go(base).says("应到 51 人，实到 40 人")
    assert deal(town).state == "signing"


def test_both_sign_and_the_text_is_frozen(people: People, town: County, hand: Any) -> None:
    hand.to(moment(1, 26))
    base = deal(town).get_absolute_url()
    assert (
        people.at("gu").page.request.get(f"{people.address}{base}sign").status == 404
    )  # signing is the head's
    people.at("zhou", phone=True).do(f"{base}sign", note="同意。")
    people.at("chen").do(f"{base}sign")
    agreement = deal(town)
    assert agreement.state == "signed"
    assert len(agreement.text_sha256) == 64
    people.at("lu").refused(
        f"{base}amend_text?clause={agreement.clauses.filter(kind='text').first().pk}", body="改", reason="改"
    )  # type: ignore[union-attr]


def test_it_is_disclosed_with_a_photo_and_everybody_reads_it(people: People, town: County, hand: Any) -> None:
    hand.to(moment(1, 27))
    agreement = deal(town)
    base = agreement.get_absolute_url()
    gu = people.at("gu", phone=True)
    gu.do(
        f"{base}disclose", posted_on="2026-01-27", channel="board", place="小区门口公开栏", evidence=picture()
    )
    assert deal(town).state == "performing"
    resident = people.at(phone=True).go("/agreements/public/").fits()
    resident.says(town.place.short)
    resident.go(f"/agreements/public/{agreement.pk}/").fits().says(yuan(Fen(agreement.total_fen)), "第一期")
    resident.hides("周和", "顾勤", "陆远")


# ---- the year ----


def test_the_first_instalment_is_paid_and_received(people: People, town: County, hand: Any) -> None:
    hand.to(moment(4, 28))
    agreement = deal(town)
    base = agreement.get_absolute_url()
    part = agreement.instalments.get(seq=1)
    he = people.at("he").go(f"{base}pay").says("按时，没有利息")
    he.do(f"{base}pay", amount=yuan(Fen(part.amount_fen)), paid_on="2026-04-28", voucher="城厢财-2026-001")
    he.refused(
        f"{base}pay", paid_on="2026-04-28", voucher="城厢财-2026-001", amount="1.00"
    )  # a voucher pays once
    gu = people.at("gu", phone=True).go(f"{base}year").fits().says("等乙方确认到账")
    gu.do(f"{base}acknowledge_payment?payment={agreement.payments.get().pk}", received_on="2026-04-28")
    gu.go(f"{base}year").says("乙方确认")


def test_work_is_recorded_with_a_photo_from_the_phone(people: People, town: County, hand: Any) -> None:
    hand.to(moment(5, 12))
    agreement = deal(town)
    base = agreement.get_absolute_url()
    item = agreement.items.order_by("clause__position").first()
    assert item is not None
    gu = people.at("gu", phone=True)
    gu.do(
        f"{base}record",
        item=item.pk,
        done_on="2026-05-11",
        quantity=2,
        text="上门走访两户，情况都好。",
        evidence=picture(90),
    )
    gu.go(f"{base}year").fits().says("上门走访两户")
    assert gu.page.locator(".evidence img").count() == 1
    lu = people.at("lu").go(f"{base}year").says("1 条等确认")
    lu.press("确认")
    lu.says("已确认")
    stranger = people.at("sun")
    photo = agreement.records.get()
    assert photo.status == "confirmed"
    for path in (f"{base}year", f"{base}papers/fulfilment.docx"):
        assert stranger.page.request.get(people.address + path).status == 404


def test_a_late_payment_shows_its_interest(people: People, town: County, hand: Any) -> None:
    agreement = deal(town)
    base = agreement.get_absolute_url()
    part = agreement.instalments.get(seq=2)
    assert part.pay_by == date(2026, 8, 31)
    hand.to(moment(9, 10))
    he = people.at("he").go(f"{base}year").says("逾期 10 天")
    # §6: interest = amount × daily rate × days late, half up to the fen; 0.05 % a day in the default text
    interest = int(
        (Decimal(part.amount_fen) * Decimal("0.0005") * 10).quantize(Decimal(1), rounding="ROUND_HALF_UP")
    )
    he.go(f"{base}pay").says("迟 10 天", yuan(Fen(interest)))
    he.do(f"{base}pay", amount=yuan(Fen(part.amount_fen)), paid_on="2026-09-10", voucher="城厢财-2026-002")
    he.go(f"{base}year").says(f"迟 10 天，利息 {yuan(Fen(interest))} 元", "晚付")
    assert agreement.payments.get(voucher="城厢财-2026-002").interest_fen == interest


# ---- both score each other ----


def test_the_county_announces_next_years_days_and_opens_the_evaluation(
    people: People, town: County, hand: Any
) -> None:
    hand.to(moment(11, 16))
    wang = people.at("wang")
    wang.do(
        "/settings/new/announce_year", year=2027, source="国务院办公厅关于2027年部分节假日安排的通知",
        holidays__0__name="元旦", holidays__0__first="2027-01-01", holidays__0__last="2027-01-03",
    )  # fmt: skip
    wang.do(
        "/appraisals/new/open",
        year=2026,
        notice="请双方对照协议书互评，同时密封、同时开封。",
        number="太社工〔2026〕19号",
    )
    assert pair(town).state == "opened"
    people.at("lu").go("/").says("双向评估")


def test_both_report_on_themselves(people: People, town: County, hand: Any) -> None:
    hand.to(moment(11, 18))
    base = pair(town).get_absolute_url()
    people.at("lu").do(
        f"{base}report", overall="指导、培训、付款大体按约，第二期付款晚了十天。", rows__0__score="86.5"
    )
    gu = people.at("gu", phone=True).go(base).fits()
    gu.hides("第二期付款晚了十天", "86.5")
    gu.do(f"{base}report", overall="走访有记录，夏天加了班次。")
    gu.go(f"{base}submit").fits()
    assert pair(town).state == "scoring"


def scores(town: County, about: str, marks: list[str]) -> dict[str, str]:
    lines = pair(town).lines.filter(about=about).count()
    return {f"rows__{n}__score": marks[n % len(marks)] for n in range(lines)}


def test_the_township_scores_and_the_committee_sees_nothing(people: People, town: County, hand: Any) -> None:
    hand.to(moment(11, 20))
    base = pair(town).get_absolute_url()
    lu = people.at("lu")
    lu.refused(
        f"{base}submit", **{**scores(town, "b", ["83.5"]), "rows__0__score": "57.5"}
    )  # a reason is owed below 60
    lu.do(
        f"{base}submit", **{**scores(town, "b", ["83.5"]), "rows__0__score": "57.5"}, rows__0__text="两次抽查没有记录。",
        rows__0__evidence=picture(70), remark="总体尽责。",
    )  # fmt: skip
    assert pair(town).state == "scored_a"
    for who in ("gu", "zhou", "wang", "shen", "jian"):
        desk = people.at(who)
        for path in (base, "/appraisals/", f"/api/v1/appraisals/{pair(town).pk}"):
            desk.go(path).hides("57.5", "83.5", "两次抽查没有记录", "总体尽责")
    for kind in ("appraisals/export.xlsx",):
        body = people.at("wang").download(f"/{kind}")
        with ZipFile(BytesIO(body)) as parts:
            assert not any(b"57.5" in parts.read(n) or b"83.5" in parts.read(n) for n in parts.namelist())


def test_the_committee_scores_and_both_open_at_once(people: People, town: County, hand: Any) -> None:
    hand.to(moment(11, 23))
    base = pair(town).get_absolute_url()
    gu = people.at("gu", phone=True)
    gu.do(f"{base}submit", **scores(town, "a", ["88", "74", "91", "80.5"]))
    assert pair(town).state == "revealed"
    gu.go(base).fits().says("57.5", "两次抽查没有记录")
    people.at("lu").go(base).says("74")


def test_they_meet_object_and_check_again_together(people: People, town: County, hand: Any) -> None:
    hand.to(moment(11, 25))
    base = pair(town).get_absolute_url()
    lu, gu = people.at("lu"), people.at("gu", phone=True)
    lu.do(
        f"{base}meet", held_on="2026-11-25", place="村会议室", present_a="陆远、何账", present_b="周和、顾勤",
        minutes="双方逐项说明评分理由，走访一项看法不同，已说明依据。",
    )  # fmt: skip
    low = pair(town).lines.get(about="b", score=Decimal("57.5"))
    gu.do(f"{base}object", line=low.pk, reason="两次抽查当天系统停机，纸质记录在册。")
    assert pair(town).state == "rechecking"
    lu.do(
        f"{base}recheck", held_on="2026-11-25", members__0__side="a", members__0__name="陆远", members__1__side="b",
        members__1__name="顾勤", results__0__score="72", results__0__reason="核对纸质记录属实。",
    )  # fmt: skip
    gu.do(f"{base}countersign")
    assert pair(town).state == "confirmed"
    assert pair(town).lines.get(pk=low.pk).final == Decimal(72)


def test_the_result_is_public_then_settled_and_paid(people: People, town: County, hand: Any) -> None:
    hand.to(moment(11, 27))
    base = pair(town).get_absolute_url()
    lu = people.at("lu")
    lu.do(f"{base}publish", place="村务公开栏")
    resident = people.at(phone=True).go("/appraisals/public/").fits().says(town.place.short)
    resident.go(f"/appraisals/public/{pair(town).pk}/").fits().says(town.place.short)
    lu.refused(f"{base}conclude", "公示")
    until = pair(town).publicity_until
    assert until is not None
    hand.to(until + timedelta(days=1))
    lu = people.at("lu")
    lu.do(f"{base}conclude")
    tail = deal(town).instalments.get(tail=True)
    he = people.at("he")
    he.do(f"{base}settle")
    tail.refresh_from_db()
    assert deal(town).tail_fen == tail.payable_fen
    he.go(base).says(yuan(Fen(tail.payable_fen)))
    he.do(
        f"/agreements/{deal(town).pk}/pay", amount=yuan(Fen(tail.payable_fen)), voucher="城厢财-2026-003",
        paid_on=(until + timedelta(days=1)).isoformat(),
    )  # fmt: skip
    he.go(f"/agreements/{deal(town).pk}/year")
    assert he.text().count("已付清") == 3
    people.at("wang").go("/insight/").says("签署")


# ---- what remains on paper ----


def words_of(docx: bytes) -> str:
    import docx as word

    document = word.Document(BytesIO(docx))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def test_the_papers_are_printed(people: People, town: County) -> None:
    agreement = deal(town)
    gu = people.at("gu").go(agreement.get_absolute_url())
    links = [str(a.get_attribute("href")) for a in gu.page.locator('a[href*="/papers/"]').all()]
    assert {f"/agreements/{agreement.pk}/papers/agreement.{f}" for f in ("docx", "pdf")} <= set(links)
    for link in sorted(set(links)):
        body = gu.download(link)
        if link.endswith(".pdf"):
            assert body.startswith(b"%PDF-"), link
            assert len(body) > 8000, link
        else:
            assert len(words_of(body)) > 60, link
    text = words_of(gu.download(f"/agreements/{agreement.pk}/papers/agreement.docx"))
    assert town.township.name in text
    assert yuan(Fen(agreement.total_fen)).replace(",", "") in text.replace(",", "")
    summary = words_of(gu.download(f"/appraisals/{pair(town).pk}/papers/summary.docx"))
    assert town.place.short in summary


def test_the_tables_are_exported(people: People, town: County) -> None:
    wang = people.at("wang")
    # the county reads what was sent: drafts that were never sent are their own side's
    for path, least in (("/agreements/export.xlsx?year=2026", 2), ("/appraisals/export.xlsx?year=2026", 1)):
        book = openpyxl.load_workbook(BytesIO(wang.download(path)), read_only=True)
        rows = [r for r in book.worksheets[0].iter_rows(values_only=True) if any(r)]
        assert len(rows) >= least + 1, path
        assert any(town.place.short in str(cell) for row in rows for cell in row), path


def test_anybody_verifies_the_receipt(people: People, town: County) -> None:
    from gongzhi.core import sealing

    sealing.seal_now(full=True)
    zhou = people.at("zhou").go(deal(town).get_absolute_url())
    found = re.search(r"/records/(\d+)", zhou.page.content())
    assert found
    anybody = people.at(phone=True).go("/verify").fits()
    anybody.answer(number=found.group(1)).page.locator("main form button").first.click()
    anybody.page.wait_for_url(f"**/records/{found.group(1)}")
    anybody.fits().says("是真的，没有改过", "核验通过：指纹、路径、签名三样都对")
    anybody.hides("周和", "陆远")
    proof = anybody.page.request.get(f"{people.address}/records/{found.group(1)}/proof.json").json()
    assert proof
