"""The top bar: which rooms an actor can enter, in the order of the mission."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from gongzhi.core.access import Actor
from gongzhi.core.units import COUNTY, Unit
from gongzhi.core.words import Words, say


@dataclass(frozen=True)
class Item:
    """One entry: label, address, whether the page shown lies under it, and what lies below it."""

    label: Words
    url: str
    current: bool
    children: tuple[Item, ...] = ()


# label, address, the right that opens it ("" for everyone signed in), children
INSIDE = [
    (say("工作台"), "/", "", ()),
    (
        say("清单管理"),
        "/agreements/",
        "agreements.view",
        (
            (say("权责清单"), "/duties/", "duties.view"),
            (say("协助管理协议"), "/agreements/", "agreements.view"),
            (say("双向评估"), "/appraisals/", "appraisals.view"),
        ),
    ),
    (
        say("五事协商"),
        "/deliberations/",
        "deliberations.view",
        (
            (say("大家的事"), "/deliberations/", "deliberations.view"),
            (say("等登记的"), "/deliberations/desk/", "deliberations.register"),
            (say("大家怎么看"), "/opinions/", "opinions.view"),
            (say("投票"), "/ballots/", "ballots.view"),
            (say("评论"), "/conversations/desk/", "conversations.moderate"),
            (say("统计"), "/deliberations/statistics/", "deliberations.view"),
        ),
    ),
    (
        say("基础台账"),
        "/places/",
        "places.view",
        (
            (say("村和社区"), "/places/", "places.view"),
            (say("组织"), "/organisations/", "organisations.view"),
            (say("人员"), "/people/", "people.view"),
            (say("岗位和证书"), "/positions/", "positions.view"),
            (say("居民"), "/residents/", "residents.figures"),
        ),
    ),
    (say("县情"), "/insight/", "insight.view", ()),
    (
        say("管理"),
        "/accounts/",
        "accounts.view",
        (
            (say("账号"), "/accounts/", "accounts.view"),
            (say("参数设置"), "/settings/", "accounts.view"),
            (say("全部记录"), "/records/", "journal.view"),
        ),
    ),
]
TALKS = [
    (say("大家的事"), "/deliberations/", "deliberations.view"),
    (say("大家怎么看"), "/opinions/", "opinions.view"),
    (say("投票"), "/ballots/", "ballots.view"),
]
OUTSIDE = [
    (say("这件事归谁管"), "/duties/ask/", ""),
    (say("权责清单"), "/duties/public/", ""),
    (say("大家的事"), "/deliberations/", ""),
    (say("协议"), "/agreements/public/", ""),
    (say("评估结果"), "/appraisals/public/", ""),
    (say("村和社区"), "/places/public/", ""),
]
MINE = [
    (say("我的资料"), "/residents/me/", ""),
    (say("消息"), "/conversations/news/", "conversations.subscriptions"),
    (say("我的关注"), "/conversations/subscriptions/", "conversations.subscriptions"),
    (say("还没送出的"), "/resident/outbox", "deliberations.raise"),
]
# A resident's entries: label, address, the right that opens it, icon, whether it is one of the phone's four.
RESIDENTS = [
    (say("首页"), "/resident/", "", "home", True),
    (say("反映"), "/resident/report", "deliberations.raise", "pencil", True),
    (say("正在商量"), "/deliberations/", "deliberations.view", "messages", False),
    (say("我的"), "/residents/", "", "user", True),
    (say("公开"), "/duties/ask/", "", "file-text", True),
]
BELOW = {"/deliberations/": TALKS, "/residents/": MINE, "/duties/ask/": OUTSIDE}


def _nearest(urls: list[str], path: str) -> str:
    """The longest address under which ``path`` lies, or the first of the same room; "" for none."""
    under = [u for u in urls if path.startswith(u)]
    same = (u for u in urls if u.split("/")[1] == path.split("/")[1])
    return max(under, key=len) if under else next(same, "")


def items(actor: Actor, path: str) -> list[Item]:
    """The entries this actor may open, the one under which ``path`` lies marked."""
    if actor.is_public:
        return _outside(actor, path)
    if actor.is_outside:
        return [Item(label, url, here, below) for label, url, _, here, below, _ in _residents(actor, path)]
    found = []
    for label, url, right, below in INSIDE:
        nearest = _nearest([u for _, u, _ in below], path)
        children = tuple(Item(n, u, u == nearest) for n, u, r in below if actor.may(r))
        if right and not actor.may(right) and not children:
            continue
        here = path == url if url == "/" else path.startswith(url) or any(c.current for c in children)
        found.append(Item(label, url if not right or actor.may(right) else children[0].url, here, children))
    return found


def _below(actor: Actor, path: str, rows: list[tuple[Words, str, str]]) -> tuple[Item, ...]:
    """Entries of a second row, those the actor may open."""
    return tuple(
        Item(label, url, path.startswith(url)) for label, url, right in rows if not right or actor.may(right)
    )


def _outside(actor: Actor, path: str) -> list[Item]:
    """What is open to all; what people talk about has its three ways below it."""
    talks = _below(actor, path, TALKS)
    found = []
    for item in _below(actor, path, OUTSIDE):
        below = talks if item.url == TALKS[0][1] else ()
        found.append(replace(item, current=item.current or any(t.current for t in below), children=below))
    return found


def _residents(actor: Actor, path: str) -> list[tuple[Words, str, str, bool, tuple[Item, ...], bool]]:
    """A resident's entries with what lies below them; under the longest address that ``path`` begins with, one is."""
    found, here, longest = [], "", 0
    for label, url, right, icon, on_phone in RESIDENTS:
        if right and not actor.may(right):
            continue
        below = _below(actor, path, BELOW.get(url, []))
        found.append((label, url, icon, below, on_phone))
        for begun in [u for u in (url, *(i.url for i in below)) if path.startswith(u)]:
            if len(begun) > longest:
                here, longest = url, len(begun)
    return [
        (label, url + _at_home(actor, url), icon, url == here, below, phone)
        for label, url, icon, below, phone in found
    ]


def _at_home(actor: Actor, url: str) -> str:
    """What people talk about begins with one's own community."""
    return f"?place={actor.unit_id}" if url == TALKS[0][1] and actor.unit_id else ""


@dataclass(frozen=True)
class Tab:
    """One of the four entries at the foot of a phone."""

    label: Words
    url: str
    icon: str
    current: bool
    count: int = 0


def tabs(actor: Actor, path: str) -> list[Tab]:
    """The phone's four entries for the signed-in; the public has none."""
    if actor.is_public:
        return []
    if actor.is_outside:
        return [
            Tab(label, url, icon, here)
            for label, url, icon, here, _, phone in _residents(actor, path)
            if phone
        ]
    scope = ("/insight/", say("县情")) if actor.may("insight.view") else ("/agreements/", say("协议"))
    entries = [
        (say("轮到我"), "/", "inbox"),
        (say("找"), "/search", "search"),
        (scope[1], scope[0], "layout-grid"),
        (say("我办过的"), "/done", "history"),
    ]
    return [
        Tab(label, url, icon, path == url or (url != "/" and path.startswith(url)))
        for label, url, icon in entries
    ]


@lru_cache(maxsize=1)
def _county_name() -> str:
    return Unit.objects.filter(kind=COUNTY, parent=None).values_list("short", flat=True).first() or ""


def county_name() -> str:
    """The county's name, remembered once there is one."""
    name = _county_name()
    if not name:
        _county_name.cache_clear()
    return name
