"""The way out of an unknown year: the county writes its calendar on a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.test import Client

from gongzhi.cast import Cast
from gongzhi.core import calendar
from gongzhi.core.access import Actor


def test_the_county_writes_a_years_calendar(cast: Cast, client_for: Callable[[Actor], Client]) -> None:
    page = "/settings/new/announce_year"
    client = client_for(cast.wang)
    assert page in client.get("/settings/").content.decode()
    assert 'name="holidays-0-first"' in client.get(page).content.decode()
    answers = {
        "year": "2031",
        "holidays-0-name": "元旦",
        "holidays-0-first": "2031-01-01",
        "holidays-0-last": "2031-01-03",
        "workdays-0-day": "2031-01-04",
        "source": "国务院办公厅通知",
    }
    assert client.post(page, {**answers, "holidays-0-last": "2030-01-03"}).status_code == 422
    assert client.post(page, answers).status_code == 302
    assert calendar.is_workday(date(2031, 1, 4))
    assert client_for(cast.zhou).get(page).status_code == 404
