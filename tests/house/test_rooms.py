"""What the import contracts cannot say: rooms look alike, meet only at their doors, and names mean something."""

from __future__ import annotations

import re
import sys

import pytest

from tests.house.rooms import ROOT, SHELL, SOURCE, Import, files, folder, imports, module_of, rooms

PARTS = ("__init__", "apps", "rules", "models", "queries", "actions", "pages", "api", "urls", "papers")
FOLDERS = ("templates", "tests", "migrations")
DOORS = ("actions", "queries", "rules")
VAGUE = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "handler",
    "handlers",
    "process",
    "common",
    "misc",
}
PURE = (
    "flow",
    "refusal",
    "words",
    "money",
    "identity",
    "days",
    "roles",
    "tally",
    "params",
    "merkle",
    "decisions",
    "redline",
)


def home_of(module: str) -> str:
    """The room a module lives in, or nothing."""
    return next((room for room in rooms() if module == room or module.startswith(room + ".")), "")


@pytest.mark.parametrize("room", [r for r in rooms() if r not in SHELL])
def test_every_room_has_the_same_interior(room):
    inside = folder(room)
    missing = [
        p for p in PARTS if not (inside / f"{p}.py").exists() and not (inside / p / "__init__.py").exists()
    ]
    missing += [f for f in FOLDERS if not (inside / f).is_dir()]
    if "templates" not in missing:
        name = room.rsplit(".", 1)[1]
        missing += [] if (inside / "templates" / name).is_dir() else [f"templates/{name}"]
    assert not missing, f"{room} has no {', '.join(missing)}"
    assert list((inside / "tests").glob("test_*.py")), f"{room} has no test"


@pytest.mark.parametrize("room", rooms())
def test_a_room_says_what_it_is_for(room):
    said = (folder(room) / "__init__.py").read_text(encoding="utf-8").strip()
    assert said.startswith('"""')
    assert len(said) > 60, f"{room}/__init__.py: purpose, legal basis, the words people use for it"


def meetings() -> list[Import]:
    """Every import from one room into another, or from core into a room."""
    found = []
    for path in files(SOURCE / "gongzhi"):
        here = home_of(module_of(path))
        at_core = module_of(path).startswith("gongzhi.core")
        for one in imports(path):
            there = home_of(one.module)
            if there and there != here and (here or at_core):
                found.append(one)
    return found


def test_rooms_meet_only_at_their_doors():
    wrong = []
    for one in meetings():
        part = one.module.removeprefix(home_of(one.module) + ".").split(".")[0]
        if (part not in DOORS and home_of(module_of(one.file)) not in SHELL) or part == "models":
            wrong.append(str(one))
    assert not wrong, "\n".join(wrong)


def test_no_room_takes_another_rooms_model_by_name():
    """``apps.get_model`` would be the same door through the window."""
    wrong = []
    for path in files(SOURCE / "gongzhi"):
        here = home_of(module_of(path))
        for label, model in re.findall(
            r"get_model\(\s*[\"'](\w+)[\"'.,\s]+(\w+)", path.read_text(encoding="utf-8")
        ):
            if here and label not in (here.rsplit(".", 1)[1], "core"):
                wrong.append(f"{path.relative_to(ROOT)}: {label}.{model}")
    assert not wrong, "\n".join(wrong)


def test_core_names_no_room():
    wrong = [str(one) for one in meetings() if module_of(one.file).startswith("gongzhi.core")]
    assert not wrong, "\n".join(wrong)


def rules_files():
    for room in rooms():
        inside = folder(room)
        yield from [inside / "rules.py"] if (inside / "rules.py").exists() else files(inside / "rules")


def test_rules_are_pure():
    """Rules know the standard library, NumPy, core's pure modules and themselves."""
    allowed = tuple(f"gongzhi.core.{name}" for name in PURE)
    wrong = []
    for path in [*rules_files(), *(SOURCE / "gongzhi" / "core" / f"{name}.py" for name in PURE)]:
        own = module_of(path).rsplit(".rules", 1)[0] + ".rules"
        for one in imports(path):
            top = one.module.split(".")[0]
            if top in {*sys.stdlib_module_names, "numpy"} or one.module.startswith((*allowed, own)):
                continue
            if ".rules." in one.module:  # another room's rules are as pure as ours
                continue
            wrong.append(str(one))
    assert not wrong, "\n".join(wrong)


def test_no_vague_names():
    wrong = [
        str(path.relative_to(ROOT))
        for top in ("src", "demo", "bench", "tests")
        for path in (ROOT / top).rglob("*")
        if path.stem.lower() in VAGUE and not {"node_modules", "build"} & set(path.parts)
    ]
    assert not wrong, wrong


def test_no_signals():
    """Reactions hang on journal verbs, through the outbox; a signal hides them."""
    wrong = [
        str(one)
        for path in files(SOURCE / "gongzhi")
        for one in imports(path)
        if one.module.startswith(("django.dispatch", "django.db.models.signals"))
        and module_of(path) != "gongzhi.core.sealed"  # fills the blind index of its own column
    ]
    assert not wrong, "\n".join(wrong)


def test_workbooks_come_from_one_place():
    """There, what people write is neither formula nor link."""
    maker = SOURCE / "gongzhi" / "core" / "exchange" / "writing.py"
    wrong = [
        i
        for path in files(SOURCE / "gongzhi")
        if path != maker
        for i in imports(path)
        if i.module.startswith("xlsxwriter")
    ]
    assert not wrong, "\n".join(map(str, wrong))
