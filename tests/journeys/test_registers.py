"""A committee's people come in from Excel: bad rows come back with reasons, corrected ones are written, all can be undone."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest

from demo.dice import dice
from demo.names import People as Names
from gongzhi.registers.people.models import Person
from tests.county import County
from tests.journeys.people import Desk, People

pytestmark = [pytest.mark.journey, pytest.mark.story, pytest.mark.xdist_group("lists")]

BAD_ID = "320585199001011234"  # the check digit is wrong


def sheet(book: Any) -> Any:
    return book.worksheets[0]


def columns(page: Any) -> dict[str, int]:
    """Column label → number, wherever the head row is."""
    for row in page.iter_rows(min_row=1, max_row=6):
        names = {str(c.value).strip().rstrip("*＊ "): c.column for c in row if c.value}
        if "姓名" in names:
            return {**names, "": row[0].row}
    raise AssertionError("the template has no head row")


def filled(template: bytes, rows: list[dict[str, Any]]) -> bytes:
    """The template with rows written below its head, as people do it."""
    book = openpyxl.load_workbook(BytesIO(template))
    page = sheet(book)
    at = columns(page)
    for n, row in enumerate(rows, start=at[""] + 1):
        for name, value in row.items():
            page.cell(n, at[name]).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def upload(desk: Desk, name: str, body: bytes) -> None:
    desk.go("/people/import/")
    desk.answer(
        file={
            "name": name,
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": body,
        }
    )
    desk.press("上传并预览")


@pytest.fixture(scope="module")
def rows(town: County) -> list[dict[str, Any]]:
    makes = Names(dice("excel"))
    place = next(label for label in ("所在村居", "所在村（社区）") if label)
    found = []
    for _ in range(6):
        one = makes.one(30, 60)
        found.append(
            {
                "姓名": one.name, "性别": "男" if one.sex == "M" else "女", "出生年份": one.born.year, "身份证号": one.citizen_id,
                "手机号": one.phone, place: town.place.code,
            }
        )  # fmt: skip
    return found


def test_bad_rows_come_back_inside_the_workbook(people: People, rows: list[dict[str, Any]]) -> None:
    gu = people.at("gu")
    template = gu.download("/people/import/template")
    place = next(c for c in columns(sheet(openpyxl.load_workbook(BytesIO(template)))) if c.startswith("所在"))
    for row in rows:
        row[place] = row.pop("所在村居", row.get(place))
    wrong = [dict(r) for r in rows]
    wrong[1]["身份证号"] = BAD_ID
    wrong[3]["姓名"] = None
    wrong[4][place] = "320585102201"  # a village of another township
    upload(gu, "人员.xlsx", filled(template, wrong))
    gu.says("3 行可以导入，3 行有问题")
    gu.hides(BAD_ID, wrong[0]["手机号"])  # sealed columns are masked even in the preview
    link = gu.page.locator('a[href$="/returned"]').first.get_attribute("href")
    back = openpyxl.load_workbook(BytesIO(gu.download(str(link))))
    said = "\n".join(str(c.value) for r in sheet(back).iter_rows() for c in r if c.value) + "\n".join(
        c.comment.text for r in sheet(back).iter_rows() for c in r if c.comment
    )
    assert "校验" in said or "身份证" in said
    gu.press("放弃这次导入")
    assert Person.objects.count() == 0


def test_the_corrected_workbook_is_written_whole_and_undone_whole(
    people: People, rows: list[dict[str, Any]]
) -> None:
    gu = people.at("gu")
    upload(gu, "人员（改好）.xlsx", filled(gu.download("/people/import/template"), rows))
    gu.says("6 行都可以导入")
    gu.press("写入 6 行")
    gu.says("已导入 6 行")
    run = gu.path
    assert Person.objects.count() == 6
    listed = people.at("gu", phone=True).go("/people/").fits()
    listed.says(rows[0]["姓名"][0])
    listed.hides(rows[0]["身份证号"], rows[0]["手机号"])
    assert people.at("sun").page.request.get(people.address + run).status == 404
    # the same file again changes nothing
    upload(gu, "人员（再来一次）.xlsx", filled(gu.download("/people/import/template"), rows))
    assert "写入 6 行" not in gu.text()
    gu.go(run)
    gu.page.locator("details.fold summary", has_text="撤销整批导入").click()
    gu.page.locator('main [name="confirmed"]').check()
    gu.press("撤销这次导入")
    gu.says("已全部撤销")
    assert Person.objects.filter(state="listed").count() == 0


def test_a_masked_number_is_shown_for_a_reason_and_that_is_recorded(
    people: People, rows: list[dict[str, Any]]
) -> None:
    from gongzhi.core.journal import JournalEntry

    gu = people.at("gu")
    upload(gu, "人员（第三次）.xlsx", filled(gu.download("/people/import/template"), rows[:1]))
    gu.press("写入 1 行")
    person = Person.objects.get(state="listed")
    gu.go(f"/people/{person.pk}/").hides(rows[0]["身份证号"], rows[0]["手机号"])
    before = JournalEntry.objects.filter(verb="people.unmask").count()
    gu.go(f"/people/{person.pk}/unmask").answer(reason="上门核实联系方式")
    gu.page.locator("main form button.main").last.click()
    gu.page.wait_for_load_state()
    assert JournalEntry.objects.filter(verb="people.unmask").count() == before + 1
    assert rows[0]["手机号"] not in str(JournalEntry.objects.filter(verb="people.unmask").latest("pk").done)
