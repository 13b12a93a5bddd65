"""代办: a worker reports for somebody without a phone, the record says so, and the raiser's list has it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongzhi.core.journal import JournalEntry
from gongzhi.core.refusal import NotFound
from gongzhi.participation.conversations import queries as news
from gongzhi.participation.deliberations import actions, queries
from gongzhi.participation.deliberations.models import Raising, Supervisor
from gongzhi.registers.residents import actions as residents
from gongzhi.registers.residents import queries as known
from gongzhi.registers.residents.models import Resident

from .conftest import Village, rule

WORDS = "三组的井盖松了，夜里响"
SPEAKS = "deliberations.speaks_for_himself"
NOT_ASKED = "residents.not_asked_to_help"


@pytest.fixture
def granny(village: Village) -> Resident:
    """何阿婆 of 中荷村, who has no phone and asked the village to act for her."""
    return residents.register(
        village.gu, name="何阿婆", birth_year=1941, building="3 组 18 号", told=True, asked=True
    )


def test_a_worker_reports_for_her_and_her_own_list_has_it(village: Village, granny: Resident) -> None:
    made = actions.raise_matter(village.gu, text=WORDS, on_behalf=granny.pk, unnamed=True)
    assert (made.account_id, made.unit_id, made.source, made.on_behalf) == (
        granny.pk, village.gu.unit_id, "worker", True,
    )  # fmt: skip
    entry = JournalEntry.objects.get(verb="deliberations.raise")
    assert (entry.account_id, entry.done["on_behalf"]) == (village.gu.account_id, True)
    assert WORDS not in str(entry.facts)
    actions.register(
        village.zhou, made, title="三组井盖松动", category="roads", text="三组路口井盖松动。", publish=True
    )
    herself = known.actor(granny.pk)
    assert herself is not None
    [mine] = queries.mine(herself).raisings
    assert (mine.pk, mine.matter.title) == (made.pk, "三组井盖松动")
    assert any("三组井盖松动" in str(n.about) for n in news.news(herself).rows), "she follows it from then on"
    (said,) = next(s for s in queries.held_about(granny.pk) if s.key == "raisings").rows
    assert said["helped"] is True


def test_who_may_not_and_where_it_is_refused(village: Village, granny: Resident) -> None:
    with pytest.raises(NotFound):
        actions.raise_matter(village.wu, text=WORDS, on_behalf=granny.pk)  # the next village's head
    with pytest.raises(NotFound):
        actions.raise_matter(
            village.gu, text=WORDS
        )  # a worker has the verb "enter" for what he heard himself
    with pytest.raises(NotFound):
        actions.raise_matter(village.lu, text=WORDS, on_behalf=granny.pk)
    elsewhere = village.county.places["虹桥村"].pk
    assert (
        rule(lambda: actions.raise_matter(village.gu, text=WORDS, on_behalf=granny.pk, place=elsewhere))
        == "deliberations.helped_here"
    )
    residents.withdraw_consent(village.gu, granny, purpose="helped")
    assert (
        rule(lambda: actions.raise_matter(village.gu, text=WORDS, on_behalf=granny.pk))
        == "residents.not_asked_to_help"
    )
    assert not Raising.objects.exists()


def test_the_committee_alone_finds_the_page_of_what_she_said(
    village: Village, granny: Resident, client_for: Any
) -> None:
    actions.raise_matter(village.gu, text=WORDS, on_behalf=granny.pk)
    page = f"/deliberations/of/{granny.pk}/"
    assert page in client_for(village.gu).get(f"/residents/{granny.pk}/").content.decode()
    html = client_for(village.gu).get(page).content.decode()
    assert WORDS in html
    assert "由工作人员代办" in html
    for who in (village.wu, village.lu, village.wang, village.shen, village.county.mei):
        assert client_for(who).get(page).status_code == 404
    assert (
        "由工作人员代办"
        in client_for(village.gu).get(Raising.objects.get().get_absolute_url()).content.decode()
    )


def test_the_page_asks_the_same_however_much_she_said(
    village: Village, granny: Resident, client_for: Any
) -> None:
    gu, page = client_for(village.gu), f"/deliberations/of/{granny.pk}/"

    def asked() -> int:
        with CaptureQueriesContext(connection) as made:
            assert gu.get(page).status_code == 200
        return len(made)

    actions.raise_matter(village.gu, text=WORDS, on_behalf=granny.pk)
    asked()
    few = asked()
    for n in range(4):
        made = actions.raise_matter(village.gu, text=f"第 {n} 件", on_behalf=granny.pk)
        actions.register(village.zhou, made, title=f"第 {n} 件事", category="roads", text="公开的事由")
    assert asked() == few


def test_nobody_checks_or_steps_back_for_a_supervisor_who_has_not_asked(village: Village) -> None:
    matter = village.checking()
    one, task = matter.supervisors.filter(state="chosen").first(), matter.tasks.get(seq=1)
    himself = next(
        a for a in (village.lan, village.zhu, village.ju, village.song) if a.account_id == one.account_id
    )
    actions.check(himself, one, task=task.pk, passed=False, finding="一盏不亮")
    for who in (village.gu, village.zhou):
        assert rule(lambda: actions.check(who, one, task=task.pk, passed=True)) == NOT_ASKED  # noqa: B023
        assert rule(lambda: actions.step_back(who, one)) == NOT_ASKED  # noqa: B023
    another = matter.supervisors.filter(state="chosen").exclude(pk=one.pk).first()
    for stranger in (village.lu, village.wu, village.tao):
        for row in (one, another):
            with pytest.raises(NotFound):
                actions.check(stranger, row, task=task.pk, passed=True)
            with pytest.raises(NotFound):
                actions.step_back(stranger, row)
    assert [(c.supervisor_id, c.passed) for c in matter.checks.all()] == [(one.pk, False)]
    actions.step_back(himself, one)


def test_she_is_helped_to_check_but_what_she_wrote_stays(
    village: Village, granny: Resident, client_for: Any
) -> None:
    matter = village.checking()
    task = matter.tasks.get(seq=1)
    hers = Supervisor.objects.create(
        matter=matter, unit_id=matter.unit_id, account_id=granny.pk, name="何阿婆", state="chosen"
    )
    page = client_for(village.gu).get(hers.get_absolute_url()).content.decode()
    assert f"check?task={task.pk}" in page
    actions.check(village.gu, hers, task=task.pk, passed=True)
    assert matter.checks.get().on_behalf
    herself = known.actor(granny.pk)
    assert herself is not None
    actions.check(herself, hers, task=task.pk, passed=False, finding="夜里不亮")
    assert (
        rule(lambda: actions.check(village.gu, hers, task=task.pk, passed=True))
        == "deliberations.checked_himself"
    )
    found = matter.checks.get()
    assert (found.passed, found.on_behalf) == (False, False)
    residents.withdraw_consent(village.gu, granny, purpose="helped")
    assert rule(lambda: actions.step_back(village.gu, hers)) == "residents.not_asked_to_help"
    page = client_for(village.gu).get(hers.get_absolute_url()).content.decode()
    assert f"check?task={task.pk}" not in page
