"""What each reader sees of a matter, and that a page costs the same however much hangs on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from gongzhi.core.access import PUBLIC, Actor
from gongzhi.participation.deliberations import actions

from .conftest import Village

SAID = "河边天黑没有路灯，老人不敢走"


@pytest.fixture
def see(client_for: Any) -> Any:
    def get(actor: Actor, path: str) -> str:
        client: Client = client_for(actor)
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content.decode()

    return get


def test_a_closed_matter_tells_its_five_steps_to_everyone(village: Village, see: Any) -> None:
    matter = village.closed()
    actions.publish(village.gu, matter)
    page = see(PUBLIC, matter.get_absolute_url())
    for told in (
        "中心河步道装路灯",
        "太阳能路灯 24 盏",
        "24 盏路灯都亮了。",
        "监督人查验",
        "装太阳能路灯 24 盏，晚上 10 点后减半。",
    ):
        assert told in page
    assert SAID not in page
    for name in ("梅雪", "兰芳", "竹青"):
        assert name not in page


def test_the_committee_reads_the_raisers_words_and_its_township_does_not(village: Village, see: Any) -> None:
    matter = village.closed()
    actions.publish(village.gu, matter)
    assert SAID in see(village.zhou, matter.get_absolute_url())
    assert SAID not in see(village.lu, matter.get_absolute_url())


def test_every_part_has_its_page_for_those_who_may_see_it(village: Village, see: Any) -> None:
    matter = village.closed()
    for part in (*matter.tasks.all(), *matter.sessions.all(), *matter.supervisors.filter(state="chosen")):
        assert matter.title in see(village.zhou, part.get_absolute_url())
    assert SAID in see(village.zhou, matter.raisings.get().get_absolute_url())


def test_before_registering_the_worker_reads_what_was_said(village: Village, see: Any) -> None:
    page = see(village.gu, village.raised().get_absolute_url())
    assert SAID in page
    assert "梅雪" not in page


def test_lists_desk_and_figures_open_for_whom_they_are(village: Village, see: Any, client_for: Any) -> None:
    matter = village.closed()
    actions.publish(village.gu, matter)
    village.raised(village.lan, text="楼道里停满电动车，飞线充电很危险")
    assert matter.title in see(PUBLIC, "/deliberations/")
    assert "飞线充电" not in see(PUBLIC, "/deliberations/")
    assert "飞线充电" in see(village.gu, "/deliberations/desk/")
    for path in ("/deliberations/desk/", "/deliberations/export.xlsx"):
        assert client_for(PUBLIC).get(path).status_code == 302
    assert client_for(village.min).get("/deliberations/desk/").status_code == 404
    for reader in (PUBLIC, village.zhou, village.lu, village.wang):
        page = see(reader, "/deliberations/statistics/")
        assert "1 件事，办结 100.00%，提出人满意 100.00%" in page
    book = client_for(village.lu).get("/deliberations/export.xlsx")
    assert b"".join(book.streaming_content)[:2] == b"PK"


def test_the_board_narrows_to_what_is_asked(village: Village, see: Any) -> None:
    matter = village.closed()
    for asked, found in (
        ("step=oversee", True), ("step=do", False), ("category=lighting", True), ("category=noise", False),
        ("level=town", False), (f"place={matter.unit_id}", True), ("late=1", False), ("step=nonsense", True),
    ):  # fmt: skip
        assert (matter.title in see(village.zhou, f"/deliberations/?{asked}")) is found, asked
