"""Importing a divisions file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated

from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.registers.places import loading
from gongzhi.registers.places.models import Import

_source: ContextVar[tuple[Path, loading.Progress | None] | None] = ContextVar("places_import", default=None)


@contextmanager
def reading(path: Path, progress: loading.Progress | None = None) -> Iterator[None]:
    """Within the block ``import_`` reads ``path``. A path never comes from a form or a call."""
    token = _source.set((path, progress))
    try:
        yield
    finally:
        _source.reset(token)


@action(
    "places.import",
    label=say("导入区划文件"),
    effects=say("只添加和更名，不删除；在册村居的名称不会被文件改掉。"),
)
def import_(actor: Actor, *, file: Annotated[str, Ask(say("文件名"), max=200)]) -> Made[Import]:
    """Bring the divisions of a file into the register; see :func:`places.bulk.import_places`."""
    source = _source.get()
    if source is None:
        refuse(
            say("请在导入页面上传文件，或用命令 gongzhi import places 导入"),
            rule="places.import_page",
            field="file",
        )
    report = loading.load(*source)
    made = Import.objects.create(
        file=file,
        counts=report.counts(),
        warnings={sort: {"count": n, "rows": rows} for sort, (n, rows) in report.warnings.items()},
        seconds=round(report.seconds, 3),
    )
    return Made(made, **report.counts(), warnings={k: n for k, (n, _) in report.warnings.items()})
