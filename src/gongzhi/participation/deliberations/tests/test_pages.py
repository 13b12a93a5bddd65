"""What each reader sees of a matter, and that a page costs the same however much hangs on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from gongzhi.core.access import PUBLIC, Actor
from gongzhi.participation.deliberations import actions

from .conftest import Village, rule

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


def test_titles_say_how_many_are_under_way_and_how_many_late(village: Village, see: Any) -> None:
    assert "没有正在办的事" in see(village.gu, "/deliberations/")
    village.registered()
    assert "<title>1 件事正在办 ·" in see(village.gu, "/deliberations/")
    village.later(workdays=20)
    assert "1 件事正在办，1 件已逾期" in see(village.gu, "/deliberations/")
    assert f"{village.gu.unit_name}1 件事正在办" in see(
        village.gu, f"/deliberations/?place={village.gu.unit_id}"
    )


def test_the_workbench_counts_the_steps(village: Village, see: Any) -> None:
    village.accepted()
    village.raised(village.lan, text="楼道里停满电动车，飞线充电很危险")
    page = see(village.gu, "/")
    assert f"/deliberations/?step=deliberate&amp;open=1&amp;place={village.gu.unit_id}" in page
    assert "居民说的事等登记" in page


def test_a_referred_matter_says_that_nobody_deliberated(village: Village, see: Any) -> None:
    matter = village.registered()
    receiver = village.county.cast["民政局"].pk
    actions.refer(village.zhou, matter, receiver=receiver, article="第一条", **village.vote())
    officer = village.min
    actions.take_on(officer, matter.referrals.get())
    actions.report_back(officer, matter.referrals.get(), answer="办好了")
    page = see(village.gu, matter.get_absolute_url())
    assert "有责任单位，没有另开会" in page
    assert f"{village.county.cast['民政局'].short}办结" in page


def test_whoever_came_is_ticked_on_one_sheet_and_a_mistake_can_be_put_right(
    village: Village, see: Any
) -> None:
    session = village.called(village.accepted())
    one, two, *_ = session.stakeholders.order_by("pk")
    actions.sign_in(village.gu, session, hall=[one.pk, two.pk])
    actions.sign_in(village.gu, session, hall=[one.pk], remote=[two.pk])
    came = dict(session.stakeholders.filter(came=True).values_list("pk", "channel"))
    assert came == {one.pk: "hall", two.pk: "online"}
    page = see(village.gu, f"{session.get_absolute_url()}sign_in")
    assert f'name="hall" value="{one.pk}" checked' in page
    assert f'name="hall" value="{two.pk}" aria' in page
    assert rule(lambda: actions.sign_in(village.gu, session, hall=[one.pk], remote=[one.pk])) == (
        "deliberations.signed_twice"
    )


def test_tasks_and_referrals_find_any_unit_and_matters_by_their_words(village: Village, see: Any) -> None:
    matter = village.adopted()
    assert 'data-combo="/search/pick?kind=unit.any"' in see(village.gu, f"{matter.get_absolute_url()}assign")
    assert village.county.cast["民政局"].short in see(village.gu, "/search/pick?kind=unit.any&q=民政")
    assert "没有找到" in see(village.gu, "/search/pick?kind=unit&q=民政")
    assert matter.title in see(village.gu, "/search/pick?kind=deliberations.matter&q=路灯")


def test_registering_begins_with_what_the_resident_said(village: Village, see: Any) -> None:
    raising = village.raised(village.lan, location="5 号楼门口")
    page = see(village.gu, f"{raising.get_absolute_url()}register")
    assert f"原话：{SAID}" in page
    assert 'value="5 号楼门口"' in page


def test_a_meeting_is_noted_with_the_numbers_of_its_sheet(village: Village, see: Any) -> None:
    session = village.called(village.accepted())
    people = [p.pk for p in session.stakeholders.order_by("pk")]
    actions.sign_in(village.gu, session, hall=people[:3], remote=people[3:4])
    village.later(days=3)
    page = see(village.gu, f"{session.get_absolute_url()}hold")
    assert 'name="hall" id="id_hall" value="3"' in page
    assert 'name="remote" id="id_remote" value="1"' in page


def test_verbs_that_change_words_begin_with_the_words_as_they_stand(village: Village, see: Any) -> None:
    matter = village.talked()
    page = see(village.gu, f"{matter.get_absolute_url()}edit")
    assert 'value="中心河步道装路灯"' in page
    assert "中心河步道晚上没有灯。" in page
    actions.draft_outcome(village.gu, matter, text="装太阳能路灯 24 盏。")
    assert "装太阳能路灯 24 盏。</textarea>" in see(village.gu, f"{matter.get_absolute_url()}draft_outcome")
    assert "要公示的是第 1 稿：装太阳能路灯 24 盏。" in see(village.gu, f"{matter.get_absolute_url()}settle")


def test_the_verb_that_is_awaited_stands_first_and_alone_is_filled(village: Village, see: Any) -> None:
    matter = village.talked()
    page = see(village.gu, matter.get_absolute_url())
    bar = page[page.index('class="offers-open"') : page.index('class="columns"')]
    assert bar.index("/settle") < bar.index("/call")
    assert bar.count('class="btn main"') == 1
