"""What the registers' pages share: forms of ``correct`` begin with what stands there; a list exports itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gongzhi.core import action

Context = Callable[[Any, Any], dict[str, Any]]


def prefilled(name: str, columns: dict[str, str]) -> Context:
    """A verb page's context: its form with the thing's present values, by ``columns`` (question → attribute)."""

    def context(request: Any, thing: Any) -> dict[str, Any]:
        if request.method == "POST" or thing is None:
            return {}
        initial = {question: getattr(thing, column) for question, column in columns.items()}
        asked = {k: request.GET[k] for k in action.registry[name].asks if k in request.GET}
        return {"form": action.registry[name].form(initial={**initial, **asked})}

    return context


def this_table(request: Any) -> str:
    """The address that exports exactly the list shown, filters and all."""
    asked = request.GET.copy()
    asked.pop("after", None)
    asked["export"] = "xlsx"
    return f"?{asked.urlencode()}"
