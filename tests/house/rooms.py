"""The rooms and their source files, for the tests of the house."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
SHELL = ("gongzhi.site", "gongzhi.insight")  # rooms without things of their own


@dataclass(frozen=True)
class Import:
    """One import statement: in which file, on which line, of what."""

    file: Path
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} imports {self.module}"


def rooms() -> list[str]:
    """Every room by its module name."""
    return list(settings.ROOMS)


def folder(module: str) -> Path:
    return SOURCE / module.replace(".", "/")


def files(root: Path) -> Iterator[Path]:
    """Python files below ``root`` that people write: no migrations, no tests."""
    for path in sorted(root.rglob("*.py")):
        if not {"migrations", "tests", "node_modules", "__pycache__"} & set(path.relative_to(root).parts):
            yield path


def module_of(path: Path) -> str:
    """``src/gongzhi/core/flow.py`` -> ``gongzhi.core.flow``."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[Import]:
    """Every import of a file, also those inside functions, except for type checkers only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            for name in node.names:
                yield Import(path, node.lineno, name.name)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(path, node)
            for name in node.names:
                yield Import(path, node.lineno, f"{base}.{name.name}")


def _absolute(path: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module_of(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    package = package[: len(package) - node.level + 1]
    return ".".join([*package, *([node.module] if node.module else [])])
