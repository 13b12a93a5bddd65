"""The text of the daily digest. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from gongzhi.core.words import Words, say

LINES = 5
"""So many lines are told; the rest are counted. A digest is a text message."""
MOST = 50
"""So many are counted at most."""


def digest(place: str, lines: Sequence[str], news: str, stop: str) -> Words:
    """What one person is sent: the newest things first, where to read more, and how to be sent nothing more."""
    told = "；".join(lines[:LINES])
    if len(lines) > LINES:
        told = str(say("{told} 等 {n} 条", told=told, n=len(lines)))
    return say(
        "【{place}共治】您关注的有新进展：{told}。详情 {news} 不想再收到：{stop}",
        place=place,
        told=told,
        news=news,
        stop=stop,
    )
