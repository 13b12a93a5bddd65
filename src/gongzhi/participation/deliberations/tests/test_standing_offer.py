"""The standing agreement to be drawn as a supervisor: given and taken back on the first page, journalled, and it follows."""

from __future__ import annotations

from typing import Any

from gongzhi.core import clock
from gongzhi.core.journal import JournalEntry
from gongzhi.participation.deliberations import actions, queries
from gongzhi.participation.deliberations.actions.overseeing import tickets
from gongzhi.participation.deliberations.models import Supervisor
from gongzhi.registers.places import actions as places
from gongzhi.registers.residents.models import Claim

from .conftest import Village


def test_it_is_given_and_taken_back_on_the_first_page(village: Village, client_for: Any) -> None:
    mei = village.county.mei
    page = client_for(mei)
    assert "我愿意当监督人" in page.get("/resident/").content.decode()
    answer = page.post("/deliberations/new/volunteer", {"next_page": "/resident/"})
    assert (answer.status_code, answer["Location"]) == (302, "/resident/")
    offer = queries.mine(mei).offer
    assert offer is not None
    assert offer.unit_id == mei.unit_id
    assert "随时可以收回" in page.get("/resident/").content.decode()
    page.post(f"{offer.get_absolute_url()}step_back", {"next_page": "/resident/"})
    assert queries.mine(mei).offer is None
    verbs = (
        JournalEntry.objects.filter(account_id=mei.account_id).order_by("id").values_list("verb", flat=True)
    )
    assert list(verbs) == ["deliberations.volunteer", "deliberations.step_back"]
    assert "我愿意当监督人" in page.get("/resident/").content.decode()
    song = client_for(village.county.song).get("/resident/").content.decode()
    assert "我愿意当监督人" not in song, "who lives nowhere yet is asked first where"


def test_who_moved_away_is_not_drawn(village: Village) -> None:
    matter = village.done()
    for who in (village.lan, village.zhu):
        actions.volunteer(who)
    assert [t.account_id for t in tickets(matter)] == [village.lan.account_id, village.zhu.account_id]
    Claim.objects.filter(resident_id=village.zhu.account_id).update(state="ended", ended=clock.today())
    assert [t.account_id for t in tickets(matter)] == [village.lan.account_id]


def test_offers_follow_a_merger_and_end_with_a_closure(village: Village) -> None:
    county = village.county
    actions.volunteer(village.liu)
    twice = Supervisor.objects.create(unit=county.cast["虹桥村"], account_id=village.lan.account_id)
    actions.volunteer(village.lan)  # a resident of 中荷村 who offered in 虹桥村 before
    keep, gone = county.places["中荷村"], county.places["虹桥村"]
    places.merge(county.ren, keep, others=[{"place": gone.pk}], on=clock.today(), basis="x")
    offer = Supervisor.objects.get(account_id=village.liu.account_id)
    assert (offer.unit_id, offer.state) == (keep.unit_id, "volunteered")
    twice.refresh_from_db()
    assert twice.state == "stepped_back"
    places.close(county.ren, keep.pk, on=clock.today(), basis="x")
    offer.refresh_from_db()
    assert offer.state == "stepped_back"
