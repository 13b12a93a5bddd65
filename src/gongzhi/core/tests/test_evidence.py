"""Evidence: what may come in, how it is kept, who may see it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from gongzhi.cast import Cast
from gongzhi.core import access, clock, dated, evidence, tasks
from gongzhi.core.accounts import Account
from gongzhi.core.evidence import Evidence
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.roles import Reach


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Any) -> Any:
    settings.GONGZHI_HOME = tmp_path
    return tmp_path


def photo(width: int = 1600, height: int = 900, kind: str = "JPEG", colour: str = "red") -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", (width, height), colour)
    if kind == "JPEG":
        exif = Image.Exif()
        exif[0x0110] = "SecretCamera"
        exif[0x0112] = 6  # lying on its side
        picture.save(out, kind, exif=exif)
    else:
        picture.save(out, kind)
    return out.getvalue()


def upload(content: bytes, name: str = "现场.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name in names:
            z.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (photo(9, 9), "jpg"),
        (photo(9, 9, "PNG"), "png"),
        (photo(9, 9, "GIF"), "gif"),
        (photo(9, 9, "WEBP"), "webp"),
        (b"%PDF-1.7", "pdf"),
        (packed("word/document.xml"), "docx"),
        (packed("xl/workbook.xml"), "xlsx"),
        (packed("OFD.xml"), "ofd"),
        (packed("a.txt"), "zip"),
        (b"PK\x03\x04 broken", ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ""),
        (b"\0\0\0\x18ftypheic", "heic"),
        (b"\0\0\0\x18ftypisom", "mp4"),
        (b"ID3\x04", "mp3"),
        (b"\xff\xfb\x90", "mp3"),
        (b"<html><script>", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", ""),
        (b"MZ\x90", ""),
        (b"", ""),
    ],
)
def test_a_files_type_is_read_from_its_bytes(content, kind):
    assert evidence.sniff(content) == kind


def test_a_photo_is_kept_as_it_came_with_a_small_picture_without_its_traces(cast: Cast):
    content = photo()
    row = evidence.attach(cast.zhou, upload(content), place="中荷村 3 组")
    assert (row.sha256, row.size, row.media_type) == (
        hashlib.sha256(content).hexdigest(),
        len(content),
        "image/jpeg",
    )
    assert (row.unit_id, row.by_id, row.name, row.place) == (
        cast["中荷村"].pk,
        cast.zhou.post_id,
        "现场.jpg",
        "中荷村 3 组",
    )
    assert row.path.read_bytes() == content
    assert evidence.intact(row)
    small = row.thumb_path.read_bytes()
    assert b"SecretCamera" not in small
    with Image.open(io.BytesIO(small)) as picture:
        assert picture.size == (360, 640)  # upright
    row.path.write_bytes(content + b"x")
    assert not evidence.intact(row)


def test_the_same_bytes_twice_are_one_row_per_post(cast: Cast):
    first = evidence.attach(cast.zhou, upload(photo()))
    assert evidence.attach(cast.zhou, upload(photo(), "再传.jpg")) == first
    assert evidence.attach(cast.gu, upload(photo())) != first
    other = evidence.attach(cast.wu, upload(photo()))
    assert other != first
    assert other.path == first.path
    assert len([p for p in first.path.parent.iterdir() if not p.name.endswith(".jpg")]) == 1


@pytest.mark.parametrize(
    ("content", "name", "rule"),
    [
        (b"", "a.jpg", "core.evidence_empty"),
        (b"<html>", "photo.jpg", "core.evidence_type"),
        (b"MZ\x90\0", "x.pdf", "core.evidence_type"),
        (b"%PDF-" + b"0" * (20 * 1024 * 1024), "big.pdf", "core.evidence_size"),
    ],
)
def test_what_may_not_come_in(cast: Cast, content, name, rule, home):
    with pytest.raises(Refused) as refused:
        evidence.attach(cast.zhou, upload(content, name))
    assert refused.value.rule == rule
    assert not (home / "evidence").exists()


def test_the_county_narrows_the_types(cast: Cast):
    dated.change(cast.guard, "core.evidence_types", '["pdf"]', dated.clock.today(), "安全会议")
    with pytest.raises(Refused):
        evidence.attach(cast.zhou, upload(photo()))


def test_names_lose_their_folders(cast: Cast):
    assert evidence.attach(cast.zhou, upload(photo()), name="../../etc/\0p.jpg").name == "p.jpg"


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("content", [b"\xff\xd8\xff\xe0 not a picture", photo(12000, 9000, "PNG")])
def test_pictures_that_cannot_or_must_not_be_opened_are_kept_without_a_small_one(cast: Cast, content):
    row = evidence.attach(cast.zhou, upload(content))
    assert not row.thumb_path.exists()
    with pytest.raises(NotFound):
        evidence.open_thumbnail(cast.zhou, row)


def test_evidence_is_seen_by_its_unit_and_by_those_who_see_the_thing(cast: Cast):
    row = evidence.attach(cast.zhou, upload(photo()))
    account = Account.objects.get(login="wu")  # a thing that only administrators see
    assert evidence.open(cast.zhou, row).read() == photo()
    for stranger in (
        cast.gu,  # nor a colleague
        cast.wu,
        cast.lu,
        cast.root,
        cast.shen,
        access.PUBLIC,
    ):  # nor the auditor, before it is used
        with pytest.raises(NotFound):
            evidence.visible(stranger, row.pk)
        with pytest.raises(NotFound):
            evidence.open(stranger, row)
    evidence.use(cast.zhou, account, [row.pk], key="scan")
    evidence.use(cast.zhou, account, [row.pk], key="scan")
    assert evidence.visible(cast.shen, row.pk) == row  # the auditor
    assert evidence.visible(cast.gu, row.pk) == row
    assert evidence.open_thumbnail(cast.root, row).read(3) == b"\xff\xd8\xff"
    for stranger in (cast.wu, cast.lu, access.PUBLIC):
        with pytest.raises(NotFound):
            evidence.visible(stranger, row.pk)
    assert evidence.of(account) == evidence.of(account, key="scan") == [row]
    assert evidence.of(account, key="other") == []
    with pytest.raises(NotFound):
        evidence.visible(cast.zhou, 999_999)


def test_the_public_sees_only_what_a_thing_shows_it(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    row = evidence.attach(cast.zhou, upload(photo()))
    account = Account.objects.get(login="wu")
    evidence.use(cast.zhou, account, [row.pk], key="scan")
    monkeypatch.setitem(access.rights(), Account.VIEW, {**access.rights()[Account.VIEW], "public": Reach.ALL})
    assert not evidence.may_see(access.PUBLIC, row)
    monkeypatch.setattr(Account, "PUBLIC_EVIDENCE", ("other",), raising=False)
    assert not evidence.may_see(access.PUBLIC, row)
    monkeypatch.setattr(Account, "PUBLIC_EVIDENCE", ("scan",))
    assert evidence.may_see(access.PUBLIC, row)
    evidence.EvidenceUse.objects.update(thing_type="gone.room")
    assert not evidence.may_see(access.PUBLIC, row)


def test_what_is_handed_in_for_one_person_is_seen_through_its_thing_alone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    row = evidence.attach(cast.zhou, upload(photo()))
    evidence.use(cast.zhou, Account.objects.get(login="wu"), [row.pk], key="scan")
    assert evidence.may_see(cast.gu, row)
    monkeypatch.setattr(Account, "PRIVATE_EVIDENCE", True, raising=False)
    assert evidence.may_see(cast.root, row), "who sees the thing"
    for other in (cast.zhou, cast.gu, cast.jian, cast.shen, cast.lu, cast.wu, access.PUBLIC):
        assert not evidence.may_see(other, row)


def test_nobody_uses_what_another_unit_handed_in(cast: Cast):
    row = evidence.attach(cast.zhou, upload(photo()))
    for ids in ([row.pk], [999_999]):
        with pytest.raises(Refused) as refused:
            evidence.use(cast.wu, Account.objects.get(login="wu"), ids)
        assert refused.value.rule == "core.evidence_unknown"


def test_the_public_hands_nothing_in(cast: Cast):
    for actor in (access.PUBLIC, access.SYSTEM):
        with pytest.raises(NotFound):
            evidence.attach(actor, upload(photo()))


def test_an_account_hands_in_so_many_files_and_then_pauses(cast: Cast, now: datetime):
    dated.change(cast.guard, "core.uploads_resident", "5", dated.clock.today(), "安全会议")
    for n in range(5):
        evidence.receive(cast.mei, upload(b"%PDF-" + bytes([n])))
    for later, rule in ((59, "core.uploads"), (61, "")):
        with clock.at(now + timedelta(minutes=later)):
            if rule:
                with pytest.raises(Refused) as refused:
                    evidence.receive(cast.mei, upload(b"%PDF-x"))
                assert refused.value.rule == rule
            else:
                evidence.receive(cast.mei, upload(b"%PDF-x"))
    evidence.receive(cast.zhou, upload(b"%PDF-x"))  # nobody pays for another's files
    with pytest.raises(NotFound):
        evidence.receive(access.PUBLIC, upload(b"%PDF-x"))


def test_what_nobody_used_goes_after_its_days_and_what_is_used_stays(
    cast: Cast, now: datetime, django_capture_on_commit_callbacks: Any
):
    old, used = (evidence.attach(cast.zhou, upload(b"%PDF-" + mark)) for mark in (b"old", b"used"))
    same = evidence.attach(cast.mei, upload(b"%PDF-used"))  # the same bytes from another hand
    evidence.use(cast.zhou, Account.objects.get(login="wu"), [used.pk], key="scan")
    with clock.at(now + timedelta(days=29)):
        young = evidence.attach(cast.gu, upload(b"%PDF-young"))
        assert tasks.discard_unused() == 0
    with clock.at(now + timedelta(days=31)), django_capture_on_commit_callbacks(execute=True):
        assert tasks.discard_unused() == 2
        assert tasks.discard_unused() == 0, "a second time changes nothing"
    assert {row.pk for row in Evidence.objects.all()} == {used.pk, young.pk}
    assert not old.path.exists()
    assert same.path == used.path
    assert used.path.exists()


def test_the_database_keeps_one_row_per_unit_and_hash(cast: Cast):
    evidence.attach(cast.zhou, upload(photo()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE conname = 'core_evidence_once_per_hand'")
        assert cursor.fetchone() == (1,)
    assert Evidence.objects.count() == 1
