"""The rows behind an import: the run, its staged lines, what it changed, and how far it is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from gongzhi.core import clock
from gongzhi.core.access import ScopedManager
from gongzhi.core.words import say

STATES = {
    "reading": say("正在读取"),
    "staged": say("等您确认"),
    "committing": say("正在写入"),
    "committed": say("已导入"),
    "undoing": say("正在撤销"),
    "undone": say("已撤销"),
    "dropped": say("已放弃"),
    "failed": say("没有成功"),
}


class ImportRun(models.Model):
    """One file of one sheet, from upload to commit or undo. ``about`` is the id of the thing it is of, if any."""

    sheet = models.TextField()
    unit = models.ForeignKey("core.Unit", on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("core.Post", null=True, on_delete=models.PROTECT, related_name="+")
    by = models.TextField()
    at = models.DateTimeField(default=clock.now)
    ended = models.DateTimeField(null=True)
    about = models.BigIntegerField(null=True)
    file_name = models.TextField()
    file_hash = models.TextField()
    state = models.TextField(default="reading")
    only_good = models.BooleanField(default=False)
    total = models.IntegerField(default=0)
    good = models.IntegerField(default=0)
    bad = models.IntegerField(default=0)
    creates = models.IntegerField(default=0)
    updates = models.IntegerField(default=0)
    same = models.IntegerField(default=0)
    note = models.TextField(default="")
    ignored = models.JSONField(default=list)

    SCOPE: ClassVar[tuple[str, ...]] = ("unit",)
    objects: ClassVar[models.Manager] = ScopedManager()  # type: ignore[type-arg]

    class Meta:
        app_label = "core"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=list(STATES)), name="core_import_state")
        ]
        indexes = [models.Index(fields=["sheet", "-id"], name="core_import_by_sheet")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.file_name}"

    @property
    def waiting(self) -> bool:
        """Whether the worker is at it."""
        return self.state in ("reading", "committing", "undoing")


class ImportRow(models.Model):
    """One staged line: its values as plain JSON, sealed columns sealed together in ``secret``."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows", db_index=False)
    line = models.IntegerField()
    payload = models.JSONField()
    secret = models.TextField(default="")
    problems = models.JSONField(default=list)
    doing = models.TextField(default="create")
    target = models.BigIntegerField(null=True)
    bad = models.BooleanField(default=False)

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="core_import_one_line")]


class ImportChange(models.Model):
    """What a committed line did to a row of the register: the before-image that undoing needs."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="changes", db_index=False)
    line = models.IntegerField()
    object_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    mark = models.TextField(default="")

    class Meta:
        app_label = "core"
        indexes = [models.Index(fields=["run", "line"], name="core_import_changes")]


class ImportFile(models.Model):
    """A large upload on its way to the worker, sealed; gone as soon as it is read."""

    run = models.OneToOneField(ImportRun, on_delete=models.CASCADE, primary_key=True, related_name="file")
    content = models.TextField()

    class Meta:
        app_label = "core"


class ImportProgress(models.Model):
    """How far a run is, written outside its transaction so that the bar moves while it works.

    No constraint ties it to the run: the run's row is locked by the very transaction that reports.
    """

    run = models.OneToOneField(
        ImportRun, on_delete=models.DO_NOTHING, primary_key=True, related_name="progress", db_constraint=False
    )
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    began = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "core"

    @property
    def percent(self) -> int:
        """Whole per cent done."""
        return min(100, 100 * self.done // self.total) if self.total else 0
