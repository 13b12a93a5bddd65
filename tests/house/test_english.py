"""The English catalogue: every message has its English, with the same placeholders and no Chinese left in it."""

from __future__ import annotations

import re
from functools import cache

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.house.rooms import ROOT, SOURCE

CATALOGUE = SOURCE / "gongzhi" / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "say": None, "gettext_lazy": None}  # as `make messages` gathers them
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%")
CHINESE = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff01-\uff5e]")


@cache
def messages() -> dict[str, str]:
    """Every message in the source, and where it stands first."""
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found: dict[str, str] = {}
    for file, line, said, _, _ in extract_from_dir(SOURCE / "gongzhi", methods, options, KEYWORDS):
        message = said if isinstance(said, str) else said[0]
        if message.strip():  # the installer's own `say` prints blanks, too
            found.setdefault(message, f"{file}:{line}")
    return found


@cache
def english() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    return {
        (m.id if isinstance(m.id, str) else m.id[0]): (m.string if isinstance(m.string, str) else m.string[0])
        for m in catalogue
        if m.id and not m.fuzzy
    }


def told(found: dict[str, str]) -> str:
    return "\n".join(f"{messages()[m]}: {m!r}: {why}" for m, why in found.items())


def translated() -> dict[str, str]:
    """The messages that have English."""
    return {m: english()[m] for m in messages() if english().get(m, "").strip()}


def test_the_source_has_messages():
    assert len(messages()) > 2000


def test_every_message_has_its_english():
    missing = {m: "no English" for m in messages() if m not in translated()}
    assert not missing, told(missing)


def test_the_english_has_the_same_placeholders():
    wrong = {
        m: text
        for m, text in translated().items()
        if set(PLACEHOLDER.findall(m)) != set(PLACEHOLDER.findall(text))
    }
    assert not wrong, told(wrong)


def test_no_chinese_is_left_in_the_english():
    wrong = {m: text for m, text in translated().items() if CHINESE.search(text)}
    assert not wrong, told(wrong)
