"""12345 work orders from Excel: preview, bad rows back, to-dos of each committee, undo."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from gongzhi.core.exchange import commit, stage, undo
from gongzhi.core.journal import JournalEntry
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.todo import Todo
from gongzhi.participation.deliberations import actions
from gongzhi.participation.deliberations.models import Raising
from gongzhi.participation.deliberations.sheets import COLUMNS, HOTLINE

from .conftest import Village

GOOD = ["T2026001", date(2026, 3, 10), "沙溪镇中荷村", "河边没有路灯", "中心河", "金小姐", "13812345678"]


def book(*rows: list[Any]) -> bytes:
    made = Workbook()
    sheet = made.active
    sheet.append([str(c.label) for c in COLUMNS])
    for row in rows:
        sheet.append(row)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def test_work_orders_wait_with_their_committees(village: Village) -> None:
    other = ["T2026002", date(2026, 3, 10), "虹桥村", "垃圾三天没清", "", "", ""]
    run = stage(village.lu, HOTLINE, book(GOOD, other), "12345.xlsx")
    assert (run.good, run.bad) == (2, 0)
    commit(village.lu, HOTLINE, run.pk)
    raising = Raising.objects.get(hotline="T2026001")
    assert (raising.state, raising.source, raising.on_behalf) == ("waiting", "hotline", True)
    assert (str(raising.name), str(raising.phone)) == ("金**", "138****5678")
    assert set(Todo.objects.filter(closed=None).values_list("unit__short", "verb")) == {
        ("中荷村", "deliberations.register"), ("虹桥村", "deliberations.register"),
    }  # fmt: skip
    assert not Raising.objects.visible_to(village.lu, Raising.VIEW).exists(), (
        "the township hands it on and does not read it"
    )
    kept = str([(e.facts, e.label) for e in JournalEntry.objects.all()])
    assert "金小姐" not in kept
    assert "13812345678" not in kept
    actions.register(village.gu, raising, title="装路灯", category="lighting", text="河边没有路灯")
    assert Raising.objects.get(pk=raising.pk).state == "registered"


def test_bad_rows_come_back_with_their_reasons(village: Village) -> None:
    rows = [
        GOOD,
        ["T2026001", date(2026, 3, 10), "中荷村", "又一遍", "", "", ""],
        ["T2026003", date(2026, 3, 12), "中荷村", "明天的", "", "", ""],
        ["T2026004", date(2026, 3, 10), "没有村", "哪里", "", "", ""],
        ["T2026005", date(2026, 3, 10), "沙溪镇", "镇上", "", "", ""],
        ["T2026006", date(2026, 3, 10), "万安村", "别的镇", "", "", ""],
        ["T2026007", date(2026, 3, 10), "中荷村", "电话不对", "", "", "12"],
    ]
    run = stage(village.lu, HOTLINE, book(*rows), "12345.xlsx")
    assert (run.good, run.bad) == (1, 6)
    with pytest.raises(Refused):
        commit(village.lu, HOTLINE, run.pk)
    commit(village.lu, HOTLINE, run.pk, only_good=True)
    again = stage(village.lu, HOTLINE, book(GOOD), "12345.xlsx")
    assert (again.good, again.bad) == (0, 1), "a work order comes in once"


def test_an_import_is_taken_back_until_somebody_has_worked_on_it(village: Village) -> None:
    run = stage(village.gu, HOTLINE, book(GOOD), "12345.xlsx")
    commit(village.gu, HOTLINE, run.pk)
    undo(village.gu, HOTLINE, run.pk)
    assert not Raising.objects.exists()
    assert not Todo.objects.filter(closed=None).exists()
    run = stage(village.gu, HOTLINE, book(GOOD), "12345.xlsx")
    commit(village.gu, HOTLINE, run.pk)
    actions.register(village.gu, Raising.objects.get(), title="装路灯", category="lighting", text="河边")
    with pytest.raises(Refused):
        undo(village.gu, HOTLINE, run.pk)


def test_who_may_import(village: Village) -> None:
    for actor in (village.min, village.mei, village.shen):
        with pytest.raises(NotFound):
            stage(actor, HOTLINE, book(GOOD), "12345.xlsx")
    run = stage(village.wu, HOTLINE, book(GOOD), "12345.xlsx")
    assert run.bad == 1, "a committee enters its own"
