"""When a committee is merged or closed, residences follow or end in the same act, and residents hear of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongzhi.cast import resident
from gongzhi.core import clock
from gongzhi.core.accounts import Post
from gongzhi.core.journal import JournalEntry
from gongzhi.core.todo import Todo
from gongzhi.participation.conversations import queries as news
from gongzhi.registers.places import actions as places
from gongzhi.registers.residents import actions, queries
from gongzhi.registers.residents.models import Claim, Resident
from gongzhi.registers.residents.tasks import tell_decisions
from gongzhi.registers.residents.tests.test_claims import claim

TODAY = date(2026, 3, 11)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    from gongzhi.core import gateway

    found: list[tuple[str, str]] = []
    monkeypatch.setattr(gateway, "is_open", lambda: True)
    monkeypatch.setattr(gateway, "send", lambda channel, to, text, key="": found.append((to, text)) or "")
    return found


def merged(county: Any) -> None:
    """虹桥村, where 兰 lives, is merged into 中荷村."""
    keep, gone = county.places["中荷村"], county.places["虹桥村"]
    places.merge(county.ren, keep, others=[{"place": gone.pk}], on=TODAY, basis="太政复〔2026〕4号")


def test_a_confirmed_residence_follows_with_its_rights(county: Any, sent: list[tuple[str, str]]) -> None:
    old, new = county.cast["虹桥村"], county.cast["中荷村"]
    lan = county.lan.account_id
    before = queries.actor(lan)
    merged(county)
    now = queries.actor(lan)
    assert before is not None
    assert now is not None
    assert (before.unit_id, now.unit_id, now.unit_path) == (old.pk, new.pk, new.path)
    assert queries.is_confirmed(lan, new.pk)
    assert not queries.is_confirmed(lan, old.pk)
    assert Resident.objects.get(pk=lan).unit_id == new.pk
    assert Post.objects.get(pk=before.post_id).until == clock.today()
    assert Post.objects.get(pk=now.post_id).since == clock.today()
    assert queries.confirmed_count(new.path) == 2
    assert Claim.objects.visible_to(county.gu, "residents.view").filter(resident_id=lan).exists()
    assert not Claim.objects.visible_to(county.wu, "residents.view").exists()


def test_it_is_journalled_and_the_resident_is_told_by_message_and_news(
    county: Any, sent: list[tuple[str, str]]
) -> None:
    merged(county)
    entry = JournalEntry.objects.get(verb="residents.follow")
    assert entry.done == {"from": county.cast["虹桥村"].pk, "into": county.cast["中荷村"].pk}
    facts = JournalEntry.objects.get(verb="places.merge").done
    assert facts["followed"] == {"residents.claim": 1, "conversations.event": 1}
    assert tell_decisions() == 1
    assert tell_decisions() == 0
    [(number, text)] = sent
    assert number == "13800000002"
    assert text == "【共治】虹桥村已并入中荷村，您的居住登记随之转到中荷村，不用重新申请，权利不变。"
    lan = queries.actor(county.lan.account_id)
    assert lan is not None
    assert [str(n.about) for n in news.news(lan).rows] == [
        "虹桥村已并入中荷村，您的居住登记随之转来，权利不变"
    ]
    assert not news.news(county.mei).rows


def test_what_is_still_claimed_waits_for_the_committee_that_took_over(
    county: Any, sent: list[tuple[str, str]]
) -> None:
    made = claim(county, county.song, "虹桥村", name="宋松")
    merged(county)
    made.refresh_from_db()
    assert (made.unit_id, made.state) == (county.cast["中荷村"].pk, "claimed")
    assert [t.unit_id for t in Todo.objects.filter(thing_type="residents.claim", closed=None)] == [
        made.unit_id
    ]
    actions.confirm(county.gu, made)
    tell_decisions()
    assert "您在中荷村的居住登记已经确认，可以参加这里的协商和表决了。" in sent[-1][1]


def test_the_pages_say_where_it_came_from(county: Any, client_for: Any) -> None:
    merged(county)
    lan = client_for(queries.actor(county.lan.account_id))
    mine = Claim.objects.get(resident_id=county.lan.account_id)
    assert "虹桥村已并入中荷村，这份登记随之转来" in lan.get(mine.get_absolute_url()).content.decode()
    assert "虹桥村并入时随之转来" in lan.get(f"/residents/{county.lan.account_id}/").content.decode()
    assert "虹桥村" in lan.get(f"/residents/{county.lan.account_id}/held").content.decode()


def test_where_nobody_or_several_take_over_residences_end_and_residents_claim_anew(
    county: Any, sent: list[tuple[str, str]]
) -> None:
    made = claim(county, county.song, "虹桥村", name="宋松")
    places.close(county.ren, county.places["虹桥村"], on=TODAY, basis="x")
    lan = queries.actor(county.lan.account_id)
    assert lan is not None
    assert (lan.unit_id, lan.post_id) == (None, None)
    ended = Claim.objects.get(resident_id=county.lan.account_id)
    assert (ended.state, ended.reason) == (
        "ended",
        "原来的村（居）委会已经撤销，请到现在的村（社区）重新申请",
    )
    made.refresh_from_db()
    assert made.state == "declined"
    assert tell_decisions() == 2
    assert claim(county, county.lan, "中荷村", name="兰").state == "claimed"


def test_a_split_that_keeps_the_old_place_moves_nobody(county: Any) -> None:
    parts = [{"code": "320585101230", "name": "东荷村委会"}]
    places.split(county.ren, county.places["虹桥村"], parts=parts, on=TODAY, basis="x", keep=True)
    assert queries.is_confirmed(county.lan.account_id, county.cast["虹桥村"].pk)


def test_each_residence_takes_the_same_few_queries(county: Any) -> None:
    def asked(place: str, others: int) -> int:
        for _ in range(others):
            resident(county.cast[place])
        with CaptureQueriesContext(connection) as made:
            places.merge(
                county.ren,
                county.places["中荷村"],
                others=[{"place": county.places[place].pk}],
                on=TODAY,
                basis="x",
            )
        return len(made)

    base = asked("府东社区", 0)
    many = asked("虹桥村", 5)  # 兰 and five more
    assert many - base <= 6 * 16 + 4
