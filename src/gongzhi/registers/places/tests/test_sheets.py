"""The workbook of figures: entered, exported, undone."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from gongzhi.core.exchange import commit, export, stage, undo
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.registers.places import actions, queries
from gongzhi.registers.places.models import Figure
from gongzhi.registers.places.sheets import FIGURES


def workbook(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet()
    for at, row in enumerate([["区划代码或名称", "统计日期", "户数", "常住人口"], *rows]):
        page.write_row(at, 0, row)
    book.close()
    return out.getvalue()


def test_a_township_enters_the_figures_of_its_places_and_takes_them_back(county: Any) -> None:
    village, other = county.places["中荷村"], county.places["虹桥村"]
    actions.set_figures(county.gu, village, on=date(2026, 1, 1), households=1200)
    data = workbook([["沙溪镇中荷村", "2026-01-01", 1204, 4310], ["320585101205", "2026-01-01", 900, ""]])
    run = stage(county.lu, FIGURES, data, "户数.xlsx")
    assert (run.good, run.bad, run.updates) == (2, 0, 2)
    commit(county.lu, FIGURES, run.pk)
    units = [village.unit_id, other.unit_id]
    assert queries.households(units) == dict(zip(units, (1204, 900), strict=True))
    undo(county.lu, FIGURES, run.pk)
    assert queries.households(units) == {village.unit_id: 1200}
    assert Figure.objects.count() == 1


def test_an_import_is_not_undone_over_a_later_change(county: Any) -> None:
    run = stage(county.lu, FIGURES, workbook([["中荷村", "2026-01-01", 1204, ""]]), "户数.xlsx")
    commit(county.lu, FIGURES, run.pk)
    actions.set_figures(county.gu, county.places["中荷村"], on=date(2026, 2, 1), households=1206)
    with pytest.raises(Refused):
        undo(county.lu, FIGURES, run.pk)


@pytest.mark.parametrize(
    "row",
    [
        ["万安村", "2026-01-01", 1, ""],
        ["没有村", "2026-01-01", 1, ""],
        ["沙溪镇", "2026-01-01", 1, ""],
        ["中荷村", "2026-03-12", 1, ""],
        ["中荷村", "2026-01-01", "", ""],
        ["中荷村", "2026-01-01", -1, ""],
        ["中荷村", "", 1, ""],
    ],
)
def test_bad_rows_are_named(county: Any, row: list[Any]) -> None:
    run = stage(county.lu, FIGURES, workbook([row]), "户数.xlsx")
    assert (run.good, run.bad) == (0, 1)


def test_the_export_is_the_import_s_own_shape_within_reach(county: Any) -> None:
    actions.set_figures(county.gu, county.places["中荷村"], on=date(2026, 1, 1), households=1204)
    with export(county.lu, FIGURES) as book:
        run = stage(county.lu, FIGURES, book.read(), "户数.xlsx")
    assert run.total == 3
    assert run.good == 1
    with pytest.raises(NotFound):
        export(county.min, FIGURES)
