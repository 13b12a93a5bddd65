"""“My data” is whole: a room that keeps anything by a resident's account tells it and lets it go."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from tests.house.rooms import rooms

STAFF_ONLY = {
    "site.AdministratorChange": "changes of administrators' accounts",
    "ballots.Entry": "the sheets of those who count papers at the table, all of them posts",
}
"""Models whose accounts are never a resident's."""


def kept_by_account(room: str) -> list[Any]:
    """The models of a room with a column that leads to the account of a resident."""
    label = room.rsplit(".", 1)[1]
    found = []
    for model in apps.get_app_config(label).get_models():
        leads = any(
            f.related_model is not None
            and f.related_model._meta.label in ("core.Account", "residents.Resident")
            if f.is_relation
            else "account" in f.name
            for f in model._meta.concrete_fields
        )
        if leads and model._meta.label not in STAFF_ONLY:
            found.append(model)
    return found


def keeping() -> list[str]:
    return [room for room in rooms() if kept_by_account(room)]


def test_the_rooms_of_participation_keep_something() -> None:
    assert {room.rsplit(".", 1)[1] for room in keeping()} >= {
        "residents",
        "conversations",
        "opinions",
        "ballots",
        "deliberations",
    }


@pytest.mark.parametrize("room", keeping())
def test_a_room_that_keeps_something_tells_it(room: str) -> None:
    held = getattr(import_module(f"{room}.queries"), "held_about", None)
    assert held is not None, f"{room}.queries has no held_about, though it keeps {kept_by_account(room)}"
    told = vars(sys.modules[held.__module__]).values()
    missing = [m._meta.label for m in kept_by_account(room) if m not in told]
    assert not missing, f"{held.__module__} says nothing of {missing}"


@pytest.mark.parametrize("room", [r for r in keeping() if not r.endswith(".residents")])
def test_a_room_that_keeps_something_lets_it_go(room: str) -> None:
    """The room of residents gives the account up itself and asks all others."""
    assert hasattr(import_module(f"{room}.actions"), "forget_about"), f"{room}.actions has no forget_about"
