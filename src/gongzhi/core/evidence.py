"""Evidence: files named by the hash of their bytes, with who handed them in, when and where.

The bytes lie in ``GONGZHI_HOME/evidence`` and are never altered; pages show a small picture made from them. The
type is read from the bytes, not from the name. Whoever may see a thing may see the evidence used for it; where a thing
is open to everyone, that is not yet all of its evidence (see ``may_see``).
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import Q
from PIL import Image, ImageOps

from gongzhi.core import clock, dated, roles, throttle, units
from gongzhi.core.access import Actor, scope
from gongzhi.core.refusal import NotFound, refuse
from gongzhi.core.words import joined, say

if TYPE_CHECKING:
    from gongzhi.core.thing import Thing

SHOWN = 2048
"""The longer side of a picture that is shown to everybody in place of the one handed in."""
THUMB = 640
"""The longer side of the small picture, in pixels."""
PIXELS = 80_000_000
"""Pictures beyond this are kept but get no small picture: they are made to exhaust memory."""

TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ofd": "application/ofd",
    "zip": "application/zip",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "mp4": "video/mp4",
    "mp3": "audio/mpeg",
}
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")


class Evidence(models.Model):
    """One file as one post handed it in for its unit, or one resident (``account_id``). The same bytes from the same hand
    are one row."""

    sha256 = models.TextField()
    name = models.TextField()
    size = models.BigIntegerField()
    media_type = models.TextField()
    unit = models.ForeignKey("core.Unit", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("core.Post", null=True, on_delete=models.PROTECT, related_name="+")
    account_id = models.BigIntegerField(null=True)
    uploaded_at = models.DateTimeField(default=clock.now)
    taken_at = models.DateTimeField(null=True)
    place = models.TextField(default="", blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)

    class Meta:
        app_label = "core"
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "unit", "by", "account_id"],
                nulls_distinct=False,
                name="core_evidence_once_per_hand",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether it has a small picture."""
        return self.media_type in PICTURES

    @property
    def path(self) -> Path:
        """Where the bytes lie."""
        return stored_at(self.sha256)

    @property
    def thumb_path(self) -> Path:
        """Where its small picture lies, if it has one."""
        return self.path.with_name(self.sha256 + ".thumb.jpg")

    def get_absolute_url(self) -> str:
        return f"/evidence/{self.pk}"


class EvidenceUse(models.Model):
    """That a thing rests on a piece of evidence; who may see the thing may see the evidence."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="uses")
    thing_type = models.TextField()
    thing_id = models.BigIntegerField()
    key = models.TextField(default="", blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "core"
        constraints = [
            models.UniqueConstraint(
                fields=["thing_type", "thing_id", "key", "evidence"], name="core_evidence_used_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.thing_type} {self.thing_id}"


def stored_at(sha256: str) -> Path:
    """The file of a hash, two folders deep so that no folder grows large."""
    return Path(settings.GONGZHI_HOME) / "evidence" / sha256[:2] / sha256[2:4] / sha256


_TOO_MANY = say("上传的附件太多了，请 {n} 分钟后再传")
_LIMITS = {
    True: throttle.Limit(
        "evidence.resident", "core.uploads_resident", "core.upload_minutes", _TOO_MANY, rule="core.uploads"
    ),
    False: throttle.Limit(
        "evidence.staff", "core.uploads_staff", "core.upload_minutes", _TOO_MANY, rule="core.uploads"
    ),
}


def receive(actor: Actor, file: UploadedFile[Any] | BinaryIO) -> Evidence:
    """:func:`attach` at the doors of the house, so many an account within so many minutes.

    Raises Refused on top of attach's while an account pauses. Not inside a transaction (``throttle.take``).
    """
    if actor.may("evidence.attach") is None:
        raise NotFound("evidence.attach")
    throttle.take(_LIMITS[actor.role == roles.RESIDENT], str(actor.account_id))
    return attach(actor, file)


def attach(
    actor: Actor,
    file: UploadedFile[Any] | BinaryIO,
    *,
    name: str = "",
    taken_at: Any = None,
    place: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
) -> Evidence:
    """Keep a file for the actor's unit. The same bytes are kept once, and noted once for each post that sends them.

    Raises Refused on ``file`` for an empty or too large file and for a type that is not allowed; NotFound for
    an actor who may not hand anything in.
    """
    unit_id = units.county().pk if actor.role == roles.RESIDENT else actor.unit_id
    if actor.may("evidence.attach") is None or unit_id is None:
        raise NotFound("evidence.attach")
    name = Path(name or getattr(file, "name", "") or "").name.replace("\0", "")[:200]
    content = _read(file)
    kind = sniff(content)
    if kind not in dated.value("core.evidence_types"):
        allowed = joined(dated.value("core.evidence_types"))
        refuse(
            say("“{name}”不是可以上传的类型（{allowed}）", name=name, allowed=allowed),
            rule="core.evidence_type",
            field="file",
        )
    digest = hashlib.sha256(content).hexdigest()
    _keep(digest, content)
    made = {
        "name": name or f"{digest[:8]}.{kind}",
        "size": len(content),
        "media_type": TYPES[kind],
        "taken_at": taken_at,
        "place": place[:200],
        "latitude": latitude,
        "longitude": longitude,
    }
    hand = actor.account_id if actor.role == roles.RESIDENT else None
    row, fresh = Evidence.objects.get_or_create(
        sha256=digest, unit_id=unit_id, account_id=hand, by_id=actor.post_id, defaults=made
    )
    if not fresh:  # what is sent again is wanted again: its days as unused begin anew
        Evidence.objects.filter(pk=row.pk, uses=None).update(uploaded_at=clock.now())
    if row.is_picture and not row.thumb_path.exists():
        _thumb(content, row.thumb_path)
    return row


def _read(file: UploadedFile[Any] | BinaryIO) -> bytes:
    limit = int(dated.value("core.evidence_megabytes"))
    content: bytes = file.read(limit * 1024 * 1024 + 1)
    if not content:
        refuse(say("文件是空的，请重新选择"), rule="core.evidence_empty", field="file")
    if len(content) > limit * 1024 * 1024:
        refuse(say("文件超过 {limit} MB，请压缩后再传", limit=limit), rule="core.evidence_size", field="file")
    return content


def sniff(content: bytes) -> str:
    """The kind of file its bytes say it is (a key of TYPES), "" for anything else."""
    for start, kind in _STARTS:
        if content.startswith(start):
            return _inside_zip(content) if kind == "zip" else _inside_ole(content) if kind == "ole" else kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[4:8] == b"ftyp":
        return "heic" if content[8:12] in (b"heic", b"heix", b"mif1", b"heim", b"msf1") else "mp4"
    if content[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"):
        return "mp3"
    return ""


_STARTS = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"ID3", "mp3"),
)


def _inside_zip(content: bytes) -> str:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except zipfile.BadZipFile:
        return ""
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    return "ofd" if "OFD.xml" in names else "zip"


def _inside_ole(content: bytes) -> str:
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return "xls"
    return "doc" if "WordDocument".encode("utf-16-le") in content else ""


def _keep(digest: str, content: bytes) -> None:
    """Put the bytes in their place, whole or not at all."""
    path = stored_at(digest)
    if path.exists() and path.stat().st_size == len(content):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{digest}.{os.getpid()}")
    with fresh.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)


def _thumb(content: bytes, path: Path) -> None:
    """Make the small picture; a picture that cannot be read simply has none. It carries no place or camera."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > PIXELS:
                return
            picture.draft("RGB", (THUMB, THUMB))
            small = ImageOps.exif_transpose(picture).convert("RGB")
            small.thumbnail((THUMB, THUMB))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    small.save(fresh, "JPEG", quality=80)
    fresh.replace(path)


def use(actor: Actor, thing: models.Model, ids: Iterable[int], *, key: str = "") -> list[Evidence]:
    """Note, inside an act, that ``thing`` rests on the evidence ``ids``; returns the rows in that order.

    Only what the actor may see can be used, and what staff publish is never a resident's own file or one handed in for a
    person, which shows where and by whom it was taken, and can no longer be discarded: Refused otherwise.
    """
    public = actor.role != roles.RESIDENT and key in getattr(thing, "PUBLIC_EVIDENCE", ())
    wanted = list(dict.fromkeys(ids))
    rows = {e.pk: e for e in Evidence.objects.filter(pk__in=wanted)}
    for pk in wanted:
        if pk not in rows or not may_see(actor, rows[pk]):
            refuse(say("有一份附件找不到了，请重新上传"), rule="core.evidence_unknown", field="files")
        if public and _is_personal(rows[pk]):
            refuse(
                say(
                    "“{name}”是居民交来的，不能原样公开。请用单位自己拍的照片，或经本人同意后在“公开”里附上，由系统去掉拍摄信息",
                    name=rows[pk].name,
                ),
                rule="core.evidence_personal",
                source=say("个人信息保护法第 25 条"),
                field="files",
            )
    kind = thing._meta.label_lower
    EvidenceUse.objects.bulk_create(
        [EvidenceUse(evidence_id=pk, thing_type=kind, thing_id=thing.pk, key=key) for pk in wanted],
        ignore_conflicts=True,
    )
    return [rows[pk] for pk in wanted]


def plain_copy(actor: Actor, pk: int, *, name: str = "照片.jpg") -> Evidence:
    """A picture in the actor's sight once more, as his unit's own and without camera, place or the hand it came from.

    For showing everybody what a resident took. Refused for anything but a picture that can be read.
    """
    row = visible(actor, pk)
    try:
        with Image.open(row.path) as picture:
            if not row.is_picture or picture.width * picture.height > PIXELS:
                raise ValueError(row.media_type)
            plain = ImageOps.exif_transpose(picture).convert("RGB")
            plain.thumbnail((SHOWN, SHOWN))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        refuse(say("“{name}”不是能公开的照片", name=row.name), rule="core.evidence_picture", field="photos")
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=85)
    out.seek(0)
    return attach(actor, out, name=name)


def of(thing: Thing, *, key: str | None = None) -> list[Evidence]:
    """The evidence a thing rests on, oldest first; for one ``key`` if given."""
    condition = Q(uses__thing_type=thing.kind(), uses__thing_id=thing.pk)
    if key is not None:
        condition &= Q(uses__key=key)
    return list(Evidence.objects.filter(condition).distinct().order_by("pk"))


def may_see(actor: Actor, evidence: Evidence) -> bool:
    """Whether the actor may see it: within reach of ``evidence.view``, or as evidence of a thing in view.

    What nobody has used yet is the post's that handed it in. A thing whose class says ``PRIVATE_EVIDENCE`` (what was
    handed in for one person, a sheet that is still sealed) is the only way to what rests on it alone: no post of the
    unit and no auditor comes to it by ``evidence.view`` (个人信息保护法第 6 条: no further than the purpose needs).
    """
    if actor.role == roles.RESIDENT and evidence.account_id == actor.account_id is not None:
        return True
    reach = scope(actor, "evidence.view", ("unit",)) if evidence.account_id is None else None
    uses = list(evidence.uses.values_list("thing_type", "thing_id", "key"))
    if reach is not None:
        if not uses:
            return evidence.by_id == actor.post_id is not None
        if any(not _is_private(kind) for kind, _, _ in uses) and _within(reach, evidence):
            return True
    return any(_shows(actor, *use) for use in uses)


def _within(reach: Q, evidence: Evidence) -> bool:
    return Evidence.objects.filter(reach, pk=evidence.pk).exists()


def _is_personal(evidence: Evidence) -> bool:
    """Whether a resident handed it in, or somebody for one."""
    kinds = evidence.uses.values_list("thing_type", flat=True)
    return evidence.account_id is not None or any(_is_private(kind) for kind in kinds)


def _is_private(kind: str) -> bool:
    return bool(getattr(_model(kind), "PRIVATE_EVIDENCE", False))


def _model(kind: str) -> Any:
    """The class of a stored kind of thing; None for one of a room that was left out."""
    try:
        return apps.get_model(kind)
    except LookupError:
        return None


def _shows(actor: Actor, kind: str, pk: int, key: str) -> bool:
    """Whether the actor sees evidence under ``key`` of one thing.

    Whoever looks at a thing because it is open to everyone, be it the public, a resident or a post elsewhere, sees what its
    class lists in ``PUBLIC_EVIDENCE`` (photos and scans may show people); the rest is for whoever its right ``INSIDE``
    (``VIEW`` where it has none) reaches by unit.
    """
    model = _model(kind)
    if model is None:
        return False
    public = key in getattr(model, "PUBLIC_EVIDENCE", ())
    if actor.is_outside and not public:
        return False
    rows = (
        model.objects.visible_to(actor, model.VIEW)
        if public
        else model.objects.in_reach(actor, getattr(model, "INSIDE", "") or model.VIEW)
    )
    return bool(rows.filter(pk=pk).exists())


def visible(actor: Actor, pk: int) -> Evidence:
    """The evidence ``pk`` if the actor may see it, otherwise NotFound."""
    row = Evidence.objects.filter(pk=pk).first()
    if row is None or not may_see(actor, row):
        raise NotFound("evidence")
    return row


def open(actor: Actor, evidence: Evidence) -> BinaryIO:
    """The bytes of a piece of evidence; NotFound out of the actor's sight or without its file."""
    return _opened(actor, evidence, evidence.path)


def open_thumbnail(actor: Actor, evidence: Evidence) -> BinaryIO:
    """The small JPEG picture of a piece of evidence; NotFound out of sight or where there is none."""
    return _opened(actor, evidence, evidence.thumb_path)


def _opened(actor: Actor, evidence: Evidence, path: Path) -> BinaryIO:
    if not may_see(actor, evidence) or not path.exists():
        raise NotFound("evidence")
    return path.open("rb")


def intact(evidence: Evidence) -> bool:
    """Whether the bytes on disk are still those that were handed in."""
    if not evidence.path.exists():
        return False
    with evidence.path.open("rb") as kept:
        return hashlib.file_digest(kept, "sha256").hexdigest() == evidence.sha256
