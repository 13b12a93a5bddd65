"""The lists: last year's first version, and this year's revision with dissent, an objection and changed items."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from demo import moment
from demo.county import County
from demo.dice import pick
from gongzhi.core import roles
from gongzhi.core.access import PUBLIC
from gongzhi.lists.duties import actions
from gongzhi.lists.duties.models import Consultation, DutyItem, DutyList, Objection

DISSENT = [
    ("B24", "入户动员可以，抽查打分要由城管部门会同，村里单独打分没有依据。"),
    ("B11", "社区矫正对象的走访应由司法所牵头并同去，村里只能配合。"),
    ("B21", "春秋两季防疫用工量大，请把用工费标准写进清单。"),
    ("B19", "居住证材料村里只能代收，核验真伪不是村里的事。"),
    ("B15", "隐患报告没问题，但不能把整改责任也算在村里。"),
]


def build(county: County, hand: Any, progress: Any) -> dict[int, DutyList]:
    """Issue the lists of both years; returns year → version."""
    progress("权责清单", 0, 2)
    hand.set(moment.on(date(moment.LAST - 1, 11, 4)))
    first = actions.seed_default(
        county.officer,
        moment.LAST,
        number="太政发〔2024〕42号",
        valid_from=date(moment.LAST, 1, 1),
        legal=county.legal,
        head=county.chief,
    )
    hand.set(moment.on(date(moment.LAST, 1, 1), 0, 5))
    actions.turn_of_the_day()
    progress("权责清单", 1, 2)
    second = _revision(county, hand, first)
    progress("权责清单", 2, 2)
    return {moment.LAST: first, moment.YEAR: second}


def _revision(county: County, hand: Any, first: DutyList) -> DutyList:
    """This year's version: two items sharpened, one dropped, all 160 committees heard, one objection answered."""
    hand.set(moment.on(date(moment.LAST, 10, 13)))
    actions.revise(
        county.officer,
        first,
        year=moment.YEAR,
        remark="根据村（居）委会去年的意见，写明抽查由部门会同、用工费标准，删去一项重复事项。",
    )
    version = DutyList.objects.get(supersedes=first)
    _sharpen(county, version)
    actions.send_review(county.officer, version)
    hand.forward(days=3)
    actions.pass_review(county.legal, version)
    hand.forward(days=1)
    actions.open_consultation(county.officer, version)
    hand.forward(days=2)
    for n, consultation in enumerate(
        Consultation.objects.filter(version=version).select_related("unit").order_by("unit__path")
    ):
        head = county.actor(consultation.unit, roles.COMMITTEE_HEAD)
        if n % 29 == 7:
            code, text = DISSENT[n // 29 % len(DISSENT)]
            actions.dissent(head, consultation, text=text, points=[{"code": code, "text": text}])
            actions.reply(
                county.officer,
                consultation,
                reply="意见在理。抽查会同、费用标准已写进“部门做什么”一栏，请看修订后的文字。",
            )
        elif n % 37 != 11:
            text = pick(["", "", "", "同意，请按时提供名单。", "同意。"], "consult", consultation.unit.code)
            actions.agree(head, consultation, text=text)
    hand.set(moment.on(date(moment.LAST, 11, 12)))
    actions.close_consultation(county.officer, version)
    actions.publicise(county.officer, version, place="市政府网站、各村（社区）公开栏")
    hand.forward(days=1)
    item = DutyItem.objects.get(version=version, code="B24", standing="accepted")
    made = actions.object_to(
        PUBLIC, list=version.pk, item=item.pk, text="垃圾分类罚款村里能不能收？请写清楚。"
    )
    objection = Objection.objects.get(pk=made.pk)
    hand.forward(days=2)
    actions.dismiss(
        county.officer,
        objection,
        reply="罚款只能由城管部门依法作出，村（居）委会不能收。清单里写的是动员，没有处罚，文字不用改。谢谢您提醒。",
    )
    version.refresh_from_db()
    assert version.public_until is not None
    hand.set(moment.on(version.public_until + timedelta(days=1)))
    actions.issue(county.chief, version, number="太政发〔2025〕51号", valid_from=date(moment.YEAR, 1, 1))
    hand.set(moment.on(date(moment.YEAR, 1, 1), 0, 5))
    actions.turn_of_the_day()
    version.refresh_from_db()
    return version


def _sharpen(county: County, version: DutyList) -> None:
    items = {i.code: i.pk for i in DutyItem.objects.filter(version=version, standing="accepted")}
    actions.edit_item(
        county.officer, version, item=items["B24"], standard="每季度会同城管部门抽查 1 次，准确率不低于 85%"
    )
    actions.edit_item(
        county.officer,
        version,
        item=items["B21"],
        funding_rule="春秋两季防疫用工，按实际工日由农业农村部门支付，标准写进年度协议",
    )
    actions.drop_item(
        county.officer, version, item=items["B20"], reason="人口普查非每年开展，普查年度再单独列入修订"
    )
