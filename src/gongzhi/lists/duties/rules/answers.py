"""Finding the duty that a plain sentence is about, and saying whose it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from gongzhi.core.words import Words, say
from gongzhi.lists.duties.rules.lists import ASSIST, MAIN_RESP, NEGATIVE, SELF_DUTY

# How people ask, not what they ask about: taken out before matching.
_ASKING = re.compile(
    "请问|麻烦|我想|我要|我家|我们|你们|能不能|可不可以|可以吗|可以|能帮忙|帮忙|帮我|应该|应当|是不是|到底|"
    "归谁管|归谁|谁来管|谁管|该谁|谁负责|找谁管|找谁|去哪里办|去哪里|去哪儿|在哪里|哪里办|哪里|哪儿|怎么办|怎么|"
    "合规吗|合法吗|对吗|行吗|办吗|管吗|管不管|有人|一下|这件事|的事情|的事|"
    "村里能|村里让|村里|村委会|居委会|村（居）委会|村居|吗|呢|啊|？"
)
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")


def bigrams(text: str) -> list[str]:
    """The pairs of neighbouring Chinese characters in ``text`` (a lone character stands for itself) and Latin words."""
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0] < "\u3400" or len(run) == 1:
            found.append(run)
        else:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
    return list(dict.fromkeys(found))


def gist(question: str) -> str:
    """The question without the words of asking; the question itself where nothing else would remain."""
    text = _ASKING.sub(" ", question).strip(" ，,。.!！?？")
    return text if bigrams(text) else question


@dataclass(frozen=True)
class Entry:
    """One line of the list as the search sees it. ``words`` are the residents' own phrases for it."""

    id: int
    name: str
    question: str = ""
    words: tuple[str, ...] = ()
    plain: str = ""


@dataclass(frozen=True)
class Hit:
    """An entry with its score; ``sure`` where enough of the question is about it to present it as the answer."""

    id: int
    score: float
    sure: bool


_NEAR, _FAR = 2.0, 1.0
_SURE = 0.34  # share of the question's weight that the entry must cover to count as its answer


def rank(question: str, entries: Sequence[Entry]) -> list[Hit]:
    """Entries that share something with the question, best first.

    A pair of characters counts the more, the fewer entries contain it; pairs in the name, the usual question and
    the residents' phrases count double; a whole phrase found in the question counts by its length.
    """
    asked = bigrams(gist(question))
    near = {e.id: set(bigrams("，".join((e.name, e.question, *e.words)))) for e in entries}
    far = {e.id: set(bigrams(e.plain)) for e in entries}
    weight = {
        g: log(1 + len(entries) / (1 + sum(g in near[e.id] or g in far[e.id] for e in entries)))
        for g in asked
    }
    total = sum(weight.values()) or 1.0
    hits = []
    for entry in entries:
        covered = sum(w for g, w in weight.items() if g in near[entry.id])
        touched = sum(w for g, w in weight.items() if g in far[entry.id] and g not in near[entry.id])
        phrase = _phrases(question, entry)
        score = _NEAR * covered / total + _FAR * touched / total + phrase
        if score > 0:
            hits.append(Hit(entry.id, round(score, 4), covered / total >= _SURE or phrase >= _NEAR))
    return sorted(hits, key=lambda h: (-h.score, h.id))


def _phrases(question: str, entry: Entry) -> float:
    found = [len(w) for w in (*entry.words, entry.name, entry.question) if len(w) >= 2 and w in question]
    return 0.6 * max(found, default=0) + 0.2 * max(0, len(found) - 1)


@dataclass(frozen=True)
class Answer:
    """Whose duty it is. ``glyph``: "government", "both" or "committee", the sign drawn beside it."""

    sentence: Words
    glyph: str


_COMMITTEES = {"village": say("村委会"), "residents": say("居委会"), "both": say("村（居）委会")}


def committee(applies_to: str) -> Words:
    """What the committee is called where the line applies."""
    return _COMMITTEES[applies_to]


def answer_for(list_type: str, applies_to: str, lead: str = "", instead: str = "") -> Answer:
    """The answer in one sentence. ``instead``: there is somewhere else to go when the matter is neither's."""
    who = committee(applies_to)
    if list_type == ASSIST:
        return Answer(say("归{lead}管，{who}应当帮您。", lead=lead, who=who), "both")
    if list_type == SELF_DUTY:
        return Answer(say("这是{who}自己的事，请直接找他们。", who=who), "committee")
    if list_type == MAIN_RESP:
        return Answer(say("这是村（社区）党组织的主体责任，请找村（社区）党组织。"), "committee")
    assert list_type == NEGATIVE
    if lead:
        return Answer(say("归{lead}管，不能要求{who}去做。", lead=lead, who=who), "government")
    if instead:
        return Answer(say("不归{who}管，该去哪里办看下面。", who=who), "government")
    return Answer(say("不能要求{who}做这件事。", who=who), "government")
