"""Which words stop a comment until somebody has looked at it. Pure: the list is dated data of the county's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gongzhi.core.identity import citizen_check

PHONE, CITIZEN_ID = "<手机号>", "<身份证号>"
"""Entries of the list that stand for a pattern instead of a word."""

_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_CITIZEN_ID = re.compile(r"(?<!\d)\d{17}[\dx](?![\da-z])")
_BETWEEN = re.compile(r"[\s*·._\-~|/\\+=^]+")
"""What people put between the characters of a word to get it past a list; sentences keep their own marks."""


@dataclass(frozen=True)
class Held:
    """What stopped a comment: the reason of the closed list, and the entry that was met."""

    reason: str
    word: str


class HoldWords:
    """The list in force, ready to be asked: as many lookups as the text has characters, however long the list."""

    def __init__(self, listed: Mapping[str, Iterable[str]]) -> None:
        self._reasons: dict[str, tuple[str, str]] = {}
        self._patterns: list[tuple[str, str]] = []
        for reason, words in listed.items():
            for word in words:
                if word in (PHONE, CITIZEN_ID):
                    self._patterns.append((reason, word))
                elif plain := _plain(word):
                    self._reasons.setdefault(plain, (reason, word))
        self._lengths = sorted({len(word) for word in self._reasons})

    def find(self, text: str) -> Held | None:
        """The first entry met in ``text``."""
        plain = _plain(text)
        for reason, word in self._patterns:
            met = _has_phone if word == PHONE else _has_citizen_id
            if met(plain) or met(text):
                return Held(reason, word)
        for start in range(len(plain)):
            for length in self._lengths:
                if (entry := self._reasons.get(plain[start : start + length])) is not None:
                    return Held(*entry)
        return None


def _plain(text: str) -> str:
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text).lower())


def _has_phone(text: str) -> bool:
    return _PHONE.search(text) is not None


def _has_citizen_id(text: str) -> bool:
    return any(citizen_check(n[:17]) == n[17].upper() for n in _CITIZEN_ID.findall(text))
