"""``docs/terms.md`` is the only dictionary: every model and every verb has its row."""

from __future__ import annotations

import re

from django.apps import apps

from gongzhi.core.action import registry
from tests.house.rooms import ROOT

ROW = re.compile(r"^\|\s*(?P<chinese>[^|]+?)\s*\|\s*`(?P<name>[\w.]+)`\s*\|", re.MULTILINE)


def rows() -> dict[str, str]:
    """Identifier -> Chinese term."""
    text = (ROOT / "docs" / "terms.md").read_text(encoding="utf-8")
    return {match["name"]: match["chinese"] for match in ROW.finditer(text)}


def name_of(model) -> str:
    """``agreements.Agreement``: two rooms may have an ``Objection`` each."""
    return f"{model._meta.app_label}.{model.__name__}"


def our_models():
    for model in apps.get_models(include_auto_created=False):
        if model.__module__.startswith("gongzhi."):
            yield model


def test_every_model_has_a_row():
    known = rows()
    missing = sorted(name for name in map(name_of, our_models()) if name not in known)
    assert not missing, "\n".join(missing)


def test_every_verb_has_a_row():
    known = rows()
    missing = sorted(name for name in registry if name not in known)
    assert not missing, "\n".join(missing)


def test_no_row_for_what_does_not_exist():
    """A dictionary that keeps dead words misleads."""
    real = {name_of(model) for model in our_models()} | set(registry)
    dead = sorted(name for name in rows() if "." in name and name not in real)
    assert not dead, "\n".join(dead)


def test_every_verb_has_a_chinese_label():
    wrong = [
        name for name, verb in registry.items() if not re.search(r"[\u4e00-\u9fff]", str(verb.label.msgid))
    ]
    assert not wrong, wrong
