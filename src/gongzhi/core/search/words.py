"""The words of search: two-character pieces of Chinese, whole words and numbers, and the pinyin of names. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import product

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af〇"
RUNS = re.compile(rf"[{HAN}]+|[a-z0-9]+")
IS_HAN = re.compile(rf"[{HAN}]")

READINGS = 16  # so many combinations of a name's polyphones are kept at most
LETTERS = 10  # and so many letters of its initials


def fold(text: str) -> str:
    """Half-width lower case, the spelling in which texts are compared."""
    return unicodedata.normalize("NFKC", text).lower().strip()


def bigrams(text: str) -> list[str]:
    """The tokens of a text: two-character pieces of Chinese, its last character, whole words and numbers.

    ``bigrams("中荷村 2026") == ["中荷", "荷村", "村", "2026"]``. With the last character every single
    character begins some token, so that one character can be looked up as a prefix.
    """
    out: list[str] = []
    for run in RUNS.findall(fold(text)):
        if IS_HAN.match(run):
            out += [run[i : i + 2] for i in range(len(run))]
        else:
            out.append(run)
    return list(dict.fromkeys(out))


@cache
def _letters(character: str) -> tuple[str, ...]:
    """The first letters of every reading of a character: 单 has d, s and c."""
    from pypinyin import Style, pinyin  # loads its dictionaries: only who needs them waits

    readings = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(r[0] for r in readings[0] if r)) if readings else ()


@lru_cache(maxsize=65_536)
def _spelled(word: str) -> tuple[str, ...]:
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True))


def _syllables(text: str) -> tuple[str, ...]:
    """Pinyin with tone numbers, the reading chosen by the words around it; other characters as they are.

    The words repeat from name to name, so that they are remembered rather than the names.
    """
    from pypinyin.seg.simpleseg import seg

    return tuple(s for word in seg(text) for s in _spelled(word))


def pinyin_key(text: str) -> str:
    """A key that sorts Chinese as a dictionary does: ``"zhong1 he2 cun1"``. Numbers sort by value."""
    syllables = _syllables(re.sub(r"\d+", lambda m: m.group().zfill(6), fold(text)))
    return " ".join(s.strip() for s in syllables if s.strip())


def initials(text: str) -> str:
    """The first letters of a name in its usual reading: ``initials("中荷村") == "zhc"``."""
    return "".join(s[0] for s in _syllables("".join(c for c in text if IS_HAN.match(c))))


def all_initials(run: str) -> list[str]:
    """The initials of a run of Chinese in every reading, at most 16: 单庄 is dz, sz and cz."""
    letters = [found for c in run[:LETTERS] if (found := _letters(c))]
    out: list[str] = []
    for combination in product(*letters):
        out.append("".join(combination))
        if len(out) == READINGS:
            break
    return out


def pinyin_tokens(name: str) -> Iterator[str]:
    """``@p`` initials and ``@q`` whole pinyin, from every character on, so that any part of a name is found.

    No word of a query begins with @: what is typed can never touch these tokens or those of the scope.
    """
    for run in RUNS.findall(fold(name)):
        if not IS_HAN.match(run):
            continue
        spelled = [s.rstrip("12345") for s in _syllables(run)]
        for start in range(min(len(run), LETTERS)):
            yield from ("@p" + letters for letters in all_initials(run[start:]))
            yield "@q" + "".join(spelled[start : start + LETTERS])


def quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
