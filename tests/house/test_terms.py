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


def our_models():
    for model in apps.get_models(include_auto_created=False):
        if model.__module__.startswith("gongzhi."):
            yield model


def test_every_model_has_a_row():
    known = rows()
    missing = sorted(f"{m._meta.app_label}: {m.__name__}" for m in our_models() if m.__name__ not in known)
    assert not missing, "\n".join(missing)


def test_every_verb_has_a_row():
    known = rows()
    missing = sorted(name for name in registry if name not in known)
    assert not missing, "\n".join(missing)


def test_no_row_for_what_does_not_exist():
    """A dictionary that keeps dead words misleads."""
    models = {model.__name__ for model in our_models()}
    rooms = {name.split(".")[0] for name in registry}
    dead = sorted(
        name
        for name in rows()
        if ("." in name and name.split(".")[0] in rooms and name not in registry)
        or (name[0].isupper() and name.isidentifier() and name not in models)
    )
    assert not dead, "\n".join(dead)


def test_every_verb_has_a_chinese_label():
    wrong = [
        name for name, verb in registry.items() if not re.search(r"[\u4e00-\u9fff]", str(verb.label.msgid))
    ]
    assert not wrong, wrong
