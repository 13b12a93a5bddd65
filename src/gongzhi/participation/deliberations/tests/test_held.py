"""What is held about a resident's words and duties, and what is left once the account is given up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from gongzhi.core import evidence
from gongzhi.core.evidence import Evidence
from gongzhi.core.tests.test_evidence import photo
from gongzhi.core.todo import Todo
from gongzhi.participation.deliberations import actions, queries
from gongzhi.participation.deliberations.models import Matter, Stakeholder, Supervisor

from .conftest import Village, fresh


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Any) -> None:
    settings.GONGZHI_HOME = tmp_path


def shelves(account_id: int | None) -> dict[str, list[dict[str, Any]]]:
    return {shelf.key: list(shelf.rows) for shelf in queries.held_about(account_id or 0)}


def forgotten(account_id: int | None) -> list[str]:
    with transaction.atomic():
        return [kept.what for kept in actions.forget_about(account_id or 0)]


def test_everything_is_told_in_the_same_queries_however_much(village: Village) -> None:
    matter = village.hung_out()
    actions.add_words(village.mei, matter.raisings.get(), text="二组也一样")
    actions.object_to(village.mei, matter=matter.pk, text="太亮了睡不着")
    actions.inquire(village.mei, matter=matter.pk, text="花多少钱")
    actions.volunteer(village.mei)
    Stakeholder.objects.filter(capacity="1 组村民代表").update(account=village.mei.account_id)
    with CaptureQueriesContext(connection) as asked:
        held = shelves(village.mei.account_id)
    assert len(asked) == 7
    (said,) = held["raisings"]
    assert (said["number"], said["added"], said["place"]) == (matter.number, "二组也一样", "中荷村")
    assert [v["text"] for v in held["objections"] + held["inquiries"]] == ["太亮了睡不着", "花多少钱"]
    assert [(s["matter"], s["state"]) for s in held["supervising"]] == [
        ("全部，随时可以抽到", "愿意当监督人")
    ]
    assert [s["capacity"] for s in held["invitations"]] == ["1 组村民代表"]
    assert not any(shelves(village.lan.account_id).values())


def test_what_nobody_registered_yet_is_taken_back_and_its_photos_go(
    village: Village, django_capture_on_commit_callbacks: Any
) -> None:
    taken = evidence.attach(village.mei, SimpleUploadedFile("灯.jpg", photo()))
    waiting = village.raised(photos=[taken.pk], latitude=Decimal("31.5"), longitude=Decimal("121.1"))
    with django_capture_on_commit_callbacks(execute=True):
        assert forgotten(village.mei.account_id) == []
    waiting.refresh_from_db()
    assert (waiting.state, waiting.text, waiting.latitude) == (
        "withdrawn",
        "（提出人已注销，原话已删除）",
        None,
    )
    assert not Evidence.objects.filter(pk=taken.pk).exists()
    assert not taken.path.exists()
    assert not Todo.objects.filter(thing_type=waiting.kind(), thing_id=waiting.pk, closed=None).exists()


def test_what_is_the_villages_record_stays_without_a_name(village: Village) -> None:
    matter = village.hung_out()
    actions.object_to(village.mei, matter=matter.pk, text="太亮了睡不着")
    raising = matter.raisings.get()
    raising.name, raising.phone = "梅雪", "13800000001"
    raising.save()
    assert forgotten(village.mei.account_id) == ["说过的事、异议和询问 2 件"]
    raising.refresh_from_db()
    assert (raising.state, bool(raising.name), bool(raising.phone)) == ("registered", False, False)
    assert (raising.unnamed, raising.may_publish) == (True, False)
    assert raising.text
    assert not matter.objections.get().name
    assert fresh(matter).state == "publicity"


def test_nobody_is_a_supervisor_who_cannot_be_called(village: Village) -> None:
    actions.volunteer(village.lan)
    matter = village.checking()
    mine = Supervisor.objects.filter(account_id=village.lan.account_id)
    assert mine.count() >= 1
    forgotten(village.lan.account_id)
    assert {s.state for s in mine} == {"stepped_back"}
    assert not any(s.name for s in mine)
    assert Matter.objects.get(pk=matter.pk).state == "checking"
