"""Punctuation between two translated pieces is a message too: an English page has English commas and brackets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.rooms import SOURCE

MARKS = "、，。（）：；"
JINJA = re.compile(
    r"(\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}|<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->)", re.DOTALL
)
MESSAGE = re.compile(r"""_\(\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
ROOMS = ("core", "site", "insight", "lists", "registers", "participation")
DEVELOPERS = "site/templates/site/kit.html"  # the style guide shows Chinese samples to developers


def templates() -> list[str]:
    """Every template of these wings, by its path below the package."""
    root = SOURCE / "gongzhi"
    found = [
        p.relative_to(root).as_posix() for wing in ROOMS for p in (root / wing).rglob("templates/**/*.html")
    ]
    return sorted(f for f in found if f != DEVELOPERS)


def bare(text: str) -> list[str]:
    """The pieces of a template whose full-width punctuation no translator will ever see."""
    found = []
    for place, piece in enumerate(JINJA.split(text)):
        said = MESSAGE.sub("", piece) if place % 2 and not piece.startswith(("{#", "<")) else piece
        if place % 2 and piece.startswith(("{#", "<")):
            continue
        if any(mark in said for mark in MARKS):
            found.append(piece.strip()[:80])
    return found


def test_bare_punctuation_is_found() -> None:
    assert bare("{{ _('甲') }}，{{ x }}") == ["，"]
    assert bare('{{ names|join("、") }}') == ['{{ names|join("、") }}']
    assert bare('{# 说明，不译 #}{{ _("甲，乙") }}{{ names|join(_("、")) }}') == []


@pytest.mark.parametrize("name", templates())
def test_every_mark_in_a_template_is_a_message(name: str) -> None:
    assert bare(Path(SOURCE / "gongzhi" / name).read_text(encoding="utf-8")) == []


def test_pieces_are_divided_as_the_reader_s_language_divides_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from gongzhi.core import words

    assert words.joined(["甲", "", "乙"]) == "甲、乙"
    monkeypatch.setattr(words, "_translate", {"、": ", ", "；": "; "}.get)
    assert words.joined(["A", "B"]) == "A, B"
    assert words.joined(("A", "B"), "；") == "A; B"
