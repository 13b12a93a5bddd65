"""有事说一声: a report in words and photos, sent once however often the phone tries; the home tells where it stands."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from gongzhi.cast import Cast
from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.evidence import EvidenceUse
from gongzhi.participation.deliberations.models import Raising
from gongzhi.site.phone import tag_of

TEXT = "7 号楼门口的路灯三天不亮了"


def photo() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (90, 90, 90)).save(out, "JPEG")
    out.seek(0)
    out.name = "灯.jpg"
    return out


@pytest.fixture
def mei(cast: Cast, client_for: Any) -> Client:
    client: Client = client_for(cast.mei)
    return client


def test_words_and_a_photo_reach_the_committee(cast: Cast, mei: Client, settings: Any, tmp_path: Any) -> None:
    settings.GONGZHI_HOME = tmp_path
    answer = mei.post("/resident/report", {"text": TEXT, "photos": [photo()], "key": "k1", "unnamed": "on"})
    raising = Raising.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, raising.get_absolute_url())
    assert (raising.unit_id, raising.account_id, raising.unnamed) == (
        cast["中荷村"].pk,
        cast.mei.account_id,
        True,
    )
    assert (
        EvidenceUse.objects.filter(thing_type=Raising.kind(), thing_id=raising.pk, key="raised").count() == 1
    )
    assert TEXT in mei.get("/resident/").content.decode()


def test_a_parcel_that_is_sent_again_arrives_once(mei: Client) -> None:
    for _try in range(3):
        answer = mei.post(
            "/resident/report", {"text": TEXT, "key": "same"}, headers={"accept": "application/json"}
        )
        assert answer.status_code == 200, answer.content
    assert Raising.objects.count() == 1


def test_what_is_refused_says_why_to_the_phone(mei: Client) -> None:
    answer = mei.post("/resident/report", {"text": "", "key": "x"}, headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert mei.post("/resident/report", {"text": ""}).status_code == 422
    assert not Raising.objects.exists()


def test_only_residents_report(cast: Cast, client_for: Any) -> None:
    for who in (None, cast.zhou):
        client = client_for(who) if who else Client()
        assert client.get("/resident/report").status_code == 302
        answer = client.post("/resident/report", {"text": TEXT}, headers={"accept": "application/json"})
        assert answer.status_code == 401
    assert not Raising.objects.exists()


def test_the_phones_parts_are_there_without_signing_in(db: None) -> None:
    client = Client()
    worker = client.get("/sw.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert b"/resident/report" in worker.content
    page = client.get("/manifest.webmanifest").json()
    assert page["start_url"] == "/resident/"
    for icon in page["icons"]:
        size = int(icon["sizes"].split("x")[0])
        assert Image.open(io.BytesIO(client.get(icon["src"]).content)).size == (size, size)
    assert client.get("/resident/outbox").status_code == 200
    assert client.get("/resident/token").json()["account"] == ""


def test_a_mark_of_the_account_says_nothing_about_it(cast: Cast) -> None:
    marks = {tag_of(actor) for actor in (cast.mei, cast.lan, cast.song)}
    assert len(marks) == 3
    assert not any(str(cast.mei.account_id) == mark for mark in marks)
    assert tag_of(Actor("public")) == ""


def test_neighbours_words_are_offered_while_writing(cast: Cast, mei: Client) -> None:
    from gongzhi.participation.deliberations import actions

    matter = actions.enter(
        cast.gu, title="7 号楼门口路灯不亮", category="lighting", text=f"{TEXT}，老人看不见台阶。", source="visit",
        heard_on=clock.today(),
    )  # fmt: skip
    asked = {"text": f"{TEXT}，天黑摔跤", "place": ""}
    assert "7 号楼门口路灯不亮" not in mei.get("/resident/alike", asked).content.decode()
    actions.publish(cast.gu, matter)
    assert "7 号楼门口路灯不亮" in mei.get("/resident/alike", asked).content.decode()
