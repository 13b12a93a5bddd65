"""The lists' yearly revision, from a department's wish to the day residents are told. One story, in order."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from gongzhi.lists.duties.models import Consultation, DutyItem, DutyList, Objection
from tests.county import SHANGHAI, County
from tests.journeys.people import People

pytestmark = [pytest.mark.journey, pytest.mark.story, pytest.mark.xdist_group("lists")]


def draft() -> DutyList:
    """The version that is being made."""
    return DutyList.objects.exclude(supersedes=None).get()


def offered() -> DutyItem:
    return DutyItem.objects.get(version=draft(), code="B29")


def moment(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=SHANGHAI)


def test_the_county_opens_the_revision(people: People, hand: Any) -> None:
    hand.to(moment(10, 12))
    force = DutyList.objects.get(state="in_force")
    wang = people.at("wang").go("/duties/")
    wang.says("施行中")
    wang.do(f"/duties/{force.pk}/revise", year=2027, remark="按各村（居）去年的意见修订。")
    assert draft().state == "drafted"
    # what is in force is never edited
    item = DutyItem.objects.filter(version=force, standing="accepted").first()
    assert item is not None
    people.at("wang").refused(f"/duties/{force.pk}/drop_item?item={item.pk}", reason="试试")


def test_a_department_offers_an_item_of_its_own(people: People) -> None:
    can = people.at("can")
    path = f"/duties/{draft().pk}/offer_item"
    can.do(
        path, code="B29", name="辅助器具适配入户登记", applies_to="both", payer="lead", cycle="yearly",
        plain="帮需要轮椅、助听器的居民登记。", bases__0__law="残疾人保障法", bases__0__article="第十九条", bases__0__mark="verify",
    )  # fmt: skip
    assert offered().standing == "offered"
    assert people.at("can").page.request.get(f"{people.address}/duties/{draft().pk}/add_item").status == 404


def test_nothing_goes_to_review_while_offers_are_open(people: People) -> None:
    wang = people.at("wang").refused(f"/duties/{draft().pk}/send_review", "还有 1 个部门报送的事项没有处理")
    assert wang.page.locator(".refusal cite.rule").count() > 0
    # an item on the assisted list without a department to lead it is refused, with the rule
    wang.refused(
        f"/duties/{draft().pk}/add_item",
        "牵头",
        code="B30",
        list_type="ASSIST",
        name="没有牵头部门的事",
        applies_to="both",
    )
    wang.do(f"/duties/{draft().pk}/accept_item?item={offered().pk}")
    assert offered().standing == "accepted"


def test_the_legal_review_returns_it_and_passes_it_the_second_time(people: People, hand: Any) -> None:
    wang, fang = people.at("wang"), people.at("fang")
    base = f"/duties/{draft().pk}/"
    wang.do(f"{base}send_review", note="请审。")
    assert fang.go("/").text().count("权责清单") >= 1
    fang.do(f"{base}review_item?item={offered().pk}", outcome="returned", reason="请写明经费由谁承担。")
    fang.do(f"{base}return_review", reason="一项待补，其余没有意见。")
    assert draft().state == "drafted"
    wang.go(f"{base}?list=ASSIST").says("辅助器具适配入户登记")
    wang.do(f"{base}edit_item?item={offered().pk}", funding_rule="按登记户次由市残联支付，标准写进年度协议")
    wang.do(f"{base}send_review", note="已补。")
    fang.do(f"{base}review_item?item={offered().pk}", outcome="passed")
    fang.do(f"{base}pass_review")
    assert draft().state == "reviewed"


def test_every_committee_is_heard_and_dissent_is_answered(people: People, town: County, hand: Any) -> None:
    hand.to(moment(10, 15))
    base = f"/duties/{draft().pk}/"
    wang = people.at("wang")
    wang.do(f"{base}open_consultation")
    assert Consultation.objects.filter(version=draft()).count() == 25
    mine = Consultation.objects.get(version=draft(), unit=town.place)
    zhou = people.at("zhou", phone=True).go("/").fits().says("轮到您")
    zhou.do(f"/duties/consultations/{mine.pk}/dissent", text="登记可以，器具发放要由残联送到户。")
    assert people.at("wu").page.request.get(f"{people.address}/duties/consultations/{mine.pk}/").status == 404
    wang.refused(f"{base}close_consultation", "还有 24 个村（居）委会没有答复")
    hand.to(moment(10, 30))
    wang = people.at("wang")
    wang.refused(f"{base}publicise", place="政府网站")
    wang.do(f"/duties/consultations/{mine.pk}/reply", reply="器具由市残联送到户，已写进“部门做什么”。")
    wang.do(f"{base}close_consultation")
    states = Consultation.objects.filter(version=draft()).values_list("state", flat=True)
    assert sorted(set(states)) == ["dissented", "silent"]  # silence is written down as silence
    people.at("zhou", phone=True).go(f"/duties/consultations/{mine.pk}/").fits().says("器具由市残联送到户")


def test_a_resident_objects_without_signing_in_and_reads_the_answer(people: People, hand: Any) -> None:
    hand.to(moment(11, 2))
    people.at("wang").do(f"/duties/{draft().pk}/publicise", place="政府网站和各村（居）公开栏")
    resident = people.at(phone=True).go(f"/duties/public/{draft().pk}/").fits().says("公示")
    resident.go(f"/duties/object/?list={draft().pk}&item={offered().pk}").fits()
    resident.answer(text="登记以后多久能拿到轮椅？请写清楚。").press("交上去")
    resident.says("收到了", "登记以后多久能拿到轮椅")
    where = resident.path
    assert re.fullmatch(r"/duties/reply/[\w-]{16,}/", where)
    people.at("zhang").refused(
        f"/duties/{draft().pk}/issue", number="太政发〔2026〕66号", valid_from="2027-01-01"
    )
    found = Objection.objects.get(version=draft())
    people.at("wang").do(
        f"/duties/objections/{found.pk}/dismiss", reply="市残联在登记后二十个工作日内适配到户。"
    )
    people.at(phone=True).go(where).fits().says("您的异议已经答复", "二十个工作日内适配到户")


def test_the_county_head_issues_it_and_it_takes_effect_on_its_day(people: People, hand: Any) -> None:
    from gongzhi.lists.duties import actions

    until = draft().public_until
    assert until is not None
    hand.to(datetime.combine(until + timedelta(days=1), datetime.min.time().replace(hour=9), tzinfo=SHANGHAI))
    zhang = people.at("zhang")
    zhang.refused(f"/duties/{draft().pk}/issue", "文号", number="随便写的", valid_from="2027-01-01")
    zhang.do(f"/duties/{draft().pk}/issue", number="太政发〔2026〕66号", valid_from="2027-01-01")
    assert draft().state == "issued"
    hand.to(date(2027, 1, 1))
    actions.turn_of_the_day()  # the worker does this five minutes past midnight
    assert draft().state == "in_force"


def test_residents_ask_whose_job_it_is(people: People) -> None:
    resident = people.at(phone=True).go("/duties/ask/").fits()
    resident.page.locator('main [name="q"]').fill("轮椅 辅助器具 谁管")
    with resident.page.expect_navigation():
        resident.page.locator('main [name="q"]').press("Enter")
    resident.fits().says("辅助器具适配入户登记", "市残联", "残疾人保障法", "第十九条")
    assert resident.page.locator('a[href^="/duties/object/"]').count() > 0
    wide = people.at().go("/duties/compare/").says("辅助器具适配入户登记")
    for fmt, head in (("xlsx", b"PK"), ("docx", b"PK"), ("pdf", b"%PDF-")):
        assert wide.download(f"/duties/compare.{fmt}").startswith(head)
