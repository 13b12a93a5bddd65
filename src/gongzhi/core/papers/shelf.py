"""Which papers there are: each room lists its own in ``papers.PAPERS``; the shelf gathers them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from gongzhi.core.papers.doc import Doc
from gongzhi.core.words import Words

if TYPE_CHECKING:
    from gongzhi.core.access import Actor

Format = Literal["docx", "pdf"]
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@dataclass(frozen=True)
class Paper:
    """One kind of paper that a room prints.

    ``build(actor, thing)`` gives its :class:`Doc` from the room's queries. ``on`` is the model it belongs to,
    for rooms with several; ``when(actor, thing)`` says whether it can be printed now. ``personal`` papers
    carry personal data: whoever prints one stands on every page as a watermark, with the time.
    Printing is not an act and leaves no journal entry.
    """

    label: Words
    build: Callable[[Any, Any], Doc]
    on: type[Any] | None = None
    when: Callable[[Any, Any], bool] | None = None
    personal: bool = False
    key: str = ""

    def applies(self, actor: Actor, thing: Any) -> bool:
        """Whether this thing has the paper now."""
        if self.on is not None and not isinstance(thing, self.on):
            return False
        return self.when is None or self.when(actor, thing)

    def url(self, thing: Any, fmt: Format = "pdf") -> str:
        """Where the thing's paper is fetched."""
        return f"{thing.get_absolute_url()}papers/{self.key}.{fmt}"


def render_doc(doc: Doc, fmt: Format) -> bytes:
    """A paper's bytes in one format; the renderers are loaded when first needed.

    A receipt given as a path is printed as a whole address, so that its code can be scanned off the paper.
    """
    if (doc.receipt_url or "").startswith("/"):
        from django.conf import settings

        doc = replace(doc, receipt_url=f"{settings.PUBLIC_URL}{doc.receipt_url}")
    if fmt == "docx":
        from gongzhi.core.papers.word import render_docx

        return render_docx(doc)
    from gongzhi.core.papers.pdf import render_pdf

    return render_pdf(doc)


def render(paper: Paper, actor: Actor, thing: Any, fmt: Format) -> bytes:
    """Build and set a paper for an actor. The same facts give the same bytes, watermark aside."""
    doc = paper.build(actor, thing)
    if paper.personal and watermarked():
        doc = replace(doc, watermark=exported_by(actor))
    return render_doc(doc, fmt)


def exported_by(actor: Actor) -> str:
    """Who exports and when: unit, post, name and time (个人信息保护法第五十一条)."""
    from django.utils import timezone

    from gongzhi.core import clock, roles

    post = str(roles.LABELS.get(actor.role, "")) if actor.account_id else ""
    who = " ".join(part for part in (actor.unit_name, post, actor.name) if part) or "未登录"
    return f"{who} {timezone.localtime(clock.now()):%Y-%m-%d %H:%M}"


def watermarked() -> bool:
    """Whether the county wants watermarks on what carries personal data (parameter ``core.export_watermark``)."""
    from gongzhi.core import dated

    return bool(dated.value("core.export_watermark"))


class Shelf(Mapping[str, dict[str, Paper]]):
    """Room label → key → paper, gathered from every room at first use."""

    @cached_property
    def rooms(self) -> dict[str, dict[str, Paper]]:
        from django.conf import settings

        found = {}
        for room in settings.ROOMS:
            if find_spec(f"{room}.papers"):
                papers = getattr(import_module(f"{room}.papers"), "PAPERS", {})
                found[room.rsplit(".", 1)[1]] = {k: replace(p, key=k) for k, p in papers.items()}
        return found

    def __getitem__(self, room: str) -> dict[str, Paper]:
        return self.rooms[room]

    def __iter__(self) -> Iterator[str]:
        return iter(self.rooms)

    def __len__(self) -> int:
        return len(self.rooms)


registry: Mapping[str, dict[str, Paper]] = Shelf()
