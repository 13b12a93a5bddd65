"""Legal bases as a workbook's cell holds them: one a line, 《law》article（year 文本）〔mark〕“quote”."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NoReturn

from gongzhi.core.refusal import refuse
from gongzhi.core.words import Words, say
from gongzhi.lists.duties.rules.lists import MARKS, VERIFY, Basis

EXAMPLE = "《村民委员会组织法》第三十条（2018 文本）〔条文已核〕"
LAW, ARTICLE, QUOTE = 100, 60, 200

# A law's own name may hold brackets and numbers ("…的通知（民发〔2015〕136号）"), so it stands between 《》;
# written without them, it ends where the article begins.
_TAIL = r"(?:（(?P<year>\d{4})\s*文本）)?\s*(?:〔(?P<mark>[^〔〕]+)〕)?\s*(?:“(?P<quote>.+)”)?"
_MARKED = re.compile(rf"《(?P<law>.+?)》(?P<article>[^《》“”]*?)\s*{_TAIL}")
_BARE = re.compile(rf"(?P<law>[^《》“”]+?)(?P<article>第[^《》“”]+?)?\s*{_TAIL}")
_WORDS = {str(label.msgid): key for key, label in MARKS.items()}


def written(bases: Iterable[Basis]) -> str:
    """Bases as a cell's text; :func:`read_bases` reads it back."""
    return "\n".join(_written(b) for b in bases)


def _written(b: Basis) -> str:
    year = f"（{b.text_year} 文本）" if b.text_year else ""
    quote = f"“{b.quote}”" if b.quote else ""
    return f"《{b.law}》{b.article}{year}〔{MARKS[b.mark].msgid}〕{quote}"


def read_bases(text: str) -> list[Basis]:
    """The bases in a cell. A line without a mark counts as not yet established."""
    lines = [line.strip().rstrip("；;") for line in text.splitlines()]
    found = [_read(line) for line in lines if line]
    for n, basis in enumerate(found):
        if any((b.law, b.article) == (basis.law, basis.article) for b in found[:n]):
            _refuse(say("依据《{law}》{article}写了两次", law=basis.law, article=basis.article))
    return found


def _read(line: str) -> Basis:
    found = _MARKED.fullmatch(line) or _BARE.fullmatch(line)
    if found is None:
        _refuse(say("“{line}”看不出是哪部法律的哪一条，请写成 {example}", line=line, example=EXAMPLE))
    mark = found["mark"]
    if mark and mark not in _WORDS:
        _refuse(say("核对情况只有{offer}，没有“{mark}”", offer="、".join(_WORDS), mark=mark))
    basis = Basis(
        found["law"].strip(),
        (found["article"] or "").strip(),
        int(found["year"]) if found["year"] else None,
        _WORDS[mark] if mark else VERIFY,
        found["quote"] or "",
    )
    for part, most in ((basis.law, LAW), (basis.article, ARTICLE), (basis.quote, QUOTE)):
        if len(part) > most:
            _refuse(say("依据里的“{part}……”太长，最多 {most} 个字", part=part[:12], most=most))
    return basis


def _refuse(message: Words) -> NoReturn:
    refuse(message, rule="duties.basis_form", field="bases")
