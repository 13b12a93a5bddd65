"""How much two texts are about the same thing, and which category a text is likely to belong to. Pure.

Chinese has no blanks between words; pairs of neighbouring characters carry the sense well enough for short texts.
Both answers are suggestions with their reasons: a person decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af〇"
_IS_HAN = re.compile(rf"[{_HAN}]")
_RUNS = re.compile(rf"[{_HAN}]+|[a-z0-9]+")

LEAST_SHARED = 4
"""Fewer pieces in common are chance, whatever the share."""
STOP = frozenset("的了吗呢吧啊是在有我你他她它们这那个不没很都也就要会能说请把被给和与及或对从到为因于之其")


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters that carry sense, and whole words and numbers."""
    found: set[str] = set()
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).lower()):
        if run.isascii():
            found.add(run)
            continue
        found.update(run[i : i + 2] for i in range(len(run) - 1) if not {run[i], run[i + 1]} & STOP)
    return frozenset(found)


def pieces(text: str) -> frozenset[str]:
    """The pairs, and every single character that carries sense: the next neighbour says 太黑 where this one says 天黑."""
    return pairs(text) | {c for c in text if _IS_HAN.match(c) and c not in STOP}


def likeness(a: frozenset[str], b: frozenset[str]) -> int:
    """‰ of the shorter text's pieces that stand in the other one, too; 0 where hardly any are shared.

    The shorter text counts because one neighbour writes a sentence and the next a page about the same lamp.
    """
    shared = len(a & b)
    return 1000 * shared // min(len(a), len(b)) if shared >= LEAST_SHARED else 0


@dataclass(frozen=True)
class Alike:
    """A text that resembles another: its id, how much (‰), and some of the words in common."""

    id: int
    permille: int
    words: tuple[str, ...]


def _words(shared: frozenset[str], text: str) -> tuple[str, ...]:
    """Some of what is shared, pairs before single characters, in the order of the text."""
    return tuple(sorted(shared, key=lambda w: (len(w) == 1, text.find(w)))[:6])


def alike(text: str, others: Iterable[tuple[int, str]], permille: int, limit: int = 5) -> list[Alike]:
    """The texts that resemble ``text`` by at least ``permille``, most alike first."""
    mine = pieces(text)
    found = []
    for pk, other in others:
        theirs = pieces(other)
        score = likeness(mine, theirs)
        if score >= permille:
            found.append(Alike(pk, score, _words(mine & theirs, text)))
    return sorted(found, key=lambda a: (-a.permille, a.id))[:limit]


@dataclass(frozen=True)
class Learned:
    """What the county's own past matters say: per category its number of matters, and per pair how many have it."""

    matters: Mapping[str, int]
    having: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Suggestion:
    """A likely category and the words that speak for it."""

    category: str
    words: tuple[str, ...]


LEAST_MATTERS = 20
"""With fewer past matters there is nothing to learn from."""


def suggest(text: str, learned: Learned) -> Suggestion | None:
    """The likeliest category (naive Bayes, every count one too many); None while too little is known.

    The logarithms only rank categories; nothing is counted with them.
    """
    total = sum(learned.matters.values())
    grams = [g for g in pairs(text) if g in learned.having]
    if total < LEAST_MATTERS or not grams:
        return None

    def weight(category: str, gram: str) -> float:
        return log((learned.having[gram].get(category, 0) + 1) / (learned.matters[category] + 2))

    scores = {c: log(n / total) + sum(weight(c, g) for g in grams) for c, n in learned.matters.items() if n}
    best = max(scores, key=lambda c: (scores[c], c))
    rest = [c for c in scores if c != best]

    def speaks(gram: str) -> float:
        return weight(best, gram) - max((weight(c, gram) for c in rest), default=0.0)

    telling = sorted((g for g in grams if speaks(g) > 0), key=lambda g: (-speaks(g), g))
    return Suggestion(best, tuple(telling[:4])) if telling else None


def learn(rows: Iterable[tuple[str, str]]) -> Learned:
    """Count (category, text) pairs."""
    matters: dict[str, int] = {}
    having: dict[str, dict[str, int]] = {}
    for category, text in rows:
        matters[category] = matters.get(category, 0) + 1
        for gram in pairs(text):
            counts = having.setdefault(gram, {})
            counts[category] = counts.get(category, 0) + 1
    return Learned(matters, having)


def known(learned: Learned, categories: Sequence[str]) -> Learned:
    """Without categories that the county no longer has."""
    keep = set(categories)
    return Learned({c: n for c, n in learned.matters.items() if c in keep}, learned.having)
