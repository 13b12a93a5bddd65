"""A category of matters can be followed, and its followers hear of what comes under it."""

from __future__ import annotations

from gongzhi.participation.conversations import actions as conversations
from gongzhi.participation.conversations import queries as news
from gongzhi.participation.conversations.rules import CATEGORIES
from gongzhi.participation.deliberations import actions
from gongzhi.participation.deliberations.rules import sources

from .conftest import Village


def told(who: object) -> list[str]:
    return [str(n.about) for n in news.news(who).rows]  # type: ignore[arg-type]


def test_every_category_can_be_followed() -> None:
    assert sources.CATEGORIES.items() <= CATEGORIES.items()


def test_followers_of_a_category_hear_of_published_matters_alone(village: Village) -> None:
    for who, category in ((village.ke, "lighting"), (village.lan, "noise")):
        conversations.follow(who, sort="category", key=category)
    matter = village.registered()
    assert told(village.ke) == [], "nobody outside hears of what is not published"
    actions.accept(village.zhou, matter, **village.vote())
    assert any(matter.title in line for line in told(village.ke))
    assert told(village.lan) == []
