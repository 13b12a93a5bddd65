"""The workbook of statistics: the page's tables, the rates of the year, and the matters behind every figure."""

from __future__ import annotations

import io
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from gongzhi.core.access import PUBLIC
from gongzhi.participation.deliberations.models import Counter, Matter

from .conftest import Village
from .test_reads import year

FILE = "/deliberations/statistics.xlsx"


def opened(client: Any, path: str = FILE) -> dict[str, list[list[Any]]]:
    answer = client.get(path)
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def test_it_holds_the_rates_of_the_year_and_its_rows(village: Village, client_for: Any) -> None:
    year(village, 942, 912, 985)
    book = opened(client_for(village.wang))
    assert list(book) == [
        "总览", "每一步用多少天", "按层级", "按类别", "按来源", "按村（社区）", "谁逾期了", "逾期的事", "五事协商",
    ]  # fmt: skip
    head, line = book["总览"]
    assert dict(zip(head, line, strict=True)) == {
        "件数": 985, "办结": 942, "满意": 912, "办结率（%）": 95.63, "满意率（%）": 96.82, "形成共识": 942,
        "从登记到办结（天，中位数）": 30,
    }  # fmt: skip
    assert book["按村（社区）"][1:] == [["中荷村", 985, 942, 95.63, 96.82]]
    for name in ("按层级", "按类别", "按来源"):
        assert sum(row[1] for row in book[name][1:]) == 985
    rows = book["五事协商"]
    assert len(rows) == 986
    assert sum(row[rows[0].index("满意")] == "满意" for row in rows[1:]) == 912


def test_it_follows_the_page_s_filters_and_every_table_of_the_page_is_in_it(
    village: Village, client_for: Any
) -> None:
    year(village, 6, 5, 9)
    client = client_for(village.wang)
    page = client.get("/deliberations/statistics/?category=noise").content.decode()
    assert f"{FILE}?category=noise" in page
    book = opened(client, f"{FILE}?category=noise")
    whole = book["总览"][1]
    assert whole[0] == 3 == len(book["五事协商"]) - 1
    for name in ("按层级", "按类别", "按来源", "按村（社区）"):
        for row in book[name][1:]:
            assert str(row[0]) in page
            assert f"{row[-1]:.2f}%" in page
    assert "category=noise&amp;satisfied=1" in page


def test_who_gets_it_and_that_it_asks_the_same_however_many(village: Village, client_for: Any) -> None:
    assert client_for(PUBLIC).get(FILE).status_code == 302
    assert client_for(village.county.mei).get(FILE).status_code == 404
    client = client_for(village.lu)

    def asked() -> int:
        with CaptureQueriesContext(connection) as made:
            opened(client)
        return len(made)

    year(village, 3, 2, 5)
    few = asked()
    Matter.objects.all().delete()
    Counter.objects.all().delete()
    year(village, 30, 20, 50)
    assert asked() == few
