"""How far a right reaches for a resident: the units above, what the account itself brought in, what is open."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from gongzhi.cast import Cast
from gongzhi.core import access, evidence, journal, roles, story
from gongzhi.core.access import Actor, scope
from gongzhi.core.models import Unit
from gongzhi.core.refusal import NotFound
from gongzhi.core.roles import Reach


@pytest.fixture
def mei(cast: Cast) -> Actor:
    """A resident of 中荷村 whose residence is confirmed."""
    village = cast["中荷村"]
    return Actor(roles.RESIDENT, village.pk, village.path, village.kind, account_id=7, name="梅")


def test_above_reaches_the_line_of_units_up_to_the_county(cast: Cast, mei: Actor, monkeypatch) -> None:
    monkeypatch.setattr(access, "rights", lambda: {"x.vote": {roles.RESIDENT: Reach.ABOVE}})
    found = Unit.objects.filter(scope(mei, "x.vote", ("self",)))
    assert {u.short for u in found} == {"中荷村", "沙溪镇", "太仓市"}
    nobody = replace(mei, unit_id=None, unit_path="")
    assert scope(nobody, "x.vote", ("self",)) is None


def test_no_to_do_is_ever_opened_for_residents(monkeypatch) -> None:
    monkeypatch.setattr(
        access, "rights", lambda: {"x.y": {roles.RESIDENT: Reach.SELF, roles.SUPERVISOR: Reach.OWN}}
    )
    assert access.roles_with("x.y") == [roles.SUPERVISOR]


def test_the_journal_knows_a_resident_by_number_only(cast: Cast, mei: Actor) -> None:
    entry = journal.write(mei, "x.said", thing_type="core.unit", thing_id=1)
    assert (entry.account_id, entry.actor_name, entry.actor_unit) == (7, "", "")
    assert str(story.lines([entry])[0].text).startswith("居民")
    assert str(story.lines([entry], public=True)[0].text).startswith("居民")


def test_a_residents_photo_is_the_residents_alone(cast: Cast, mei: Actor, settings, tmp_path) -> None:
    settings.GONGZHI_HOME = tmp_path

    def photo() -> io.BytesIO:
        out = io.BytesIO()
        Image.new("RGB", (8, 8), (1, 2, 3)).save(out, "PNG")
        out.seek(0)
        return out

    mine = evidence.attach(mei, photo())
    other = replace(mei, account_id=8)
    assert evidence.attach(other, photo()).pk != mine.pk
    assert evidence.visible(mei, mine.pk) == mine
    for stranger in (other, access.PUBLIC, cast.zhou, cast.lu, cast.wang, cast.shen):
        with pytest.raises(NotFound):
            evidence.visible(stranger, mine.pk)
