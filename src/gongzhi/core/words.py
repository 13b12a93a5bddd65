"""Sentences that can be translated later: pure, so that rules may speak without Django.

A rule says ``say("权重合计 {total}，应当是 100", total=95)``. The sentence is a message id in Simplified
Chinese plus its parameters; it is translated when it is shown, in the reader's language. ``say`` is the
keyword by which the message extractor finds these sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_translate: Callable[[str], str] = str


def use_translator(translate: Callable[[str], str]) -> None:
    """Set the function that turns a message id into the reader's language (Django's gettext at start)."""
    global _translate
    _translate = translate


@dataclass(frozen=True)
class Words:
    """A message id with parameters; ``str()`` gives the sentence in the active language."""

    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        text = _translate(self.msgid)
        return text.format(**self.params) if self.params else text

    def __html__(self) -> str:
        from html import escape

        return escape(str(self))

    def __hash__(self) -> int:
        return hash(self.msgid)

    def to_json(self) -> dict[str, Any]:
        """The stored form: message id and parameters, so that it can be shown in any language later."""
        return {"msgid": self.msgid, "params": {k: _plain(v) for k, v in self.params.items()}}

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | str) -> Words:
        """Read back what :meth:`to_json` stored; a bare string is taken as it is."""
        if isinstance(value, str):
            return cls(value)
        params = {
            k: cls.from_json(v) if isinstance(v, Mapping) else v for k, v in value.get("params", {}).items()
        }
        return cls(value["msgid"], params)


def _plain(value: Any) -> Any:
    if isinstance(value, Words):
        return value.to_json()
    return value if isinstance(value, int | str | bool) or value is None else str(value)


def joined(parts: Iterable[Any], mark: str = "、") -> str:
    """Pieces in one line, divided as the reader's language divides them; empty ones are left out."""
    return _translate(mark).join(shown for part in parts if (shown := str(part)))


def say(msgid: str, **params: Any) -> Words:
    """A sentence to be shown later. ``msgid`` is Simplified Chinese with ``{name}`` places."""
    return Words(msgid, params)
