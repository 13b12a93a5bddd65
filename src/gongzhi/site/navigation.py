"""The top bar: which rooms an actor can enter, in the order of the mission."""

from __future__ import annotations

from dataclasses import dataclass
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
OUTSIDE = [
    (say("这件事归谁管"), "/duties/ask/"),
    (say("权责清单"), "/duties/public/"),
    (say("大家的事"), "/deliberations/"),
    (say("协议"), "/agreements/public/"),
    (say("评估结果"), "/appraisals/public/"),
    (say("村和社区"), "/places/public/"),
]
# A resident's entries: label, address, the right that opens it, icon, whether it is one of the phone's four.
RESIDENTS = [
    (say("首页"), "/resident/", "", "home", True),
    (say("反映"), "/resident/report", "deliberations.raise", "pencil", True),
    (say("正在商量"), "/deliberations/", "deliberations.view", "messages", False),
    (say("我的"), "/residents/", "", "user", True),
    (say("公开"), "/duties/ask/", "", "file-text", True),
]


def _nearest(urls: list[str], path: str) -> str:
    """The longest address under which ``path`` lies, or the first of the same room; "" for none."""
    under = [u for u in urls if path.startswith(u)]
    same = (u for u in urls if u.split("/")[1] == path.split("/")[1])
    return max(under, key=len) if under else next(same, "")


def items(actor: Actor, path: str) -> list[Item]:
    """The entries this actor may open, the one under which ``path`` lies marked."""
    if actor.is_public:
        return [Item(label, url, path.startswith(url)) for label, url in OUTSIDE]
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


def _residents(actor: Actor, path: str) -> list[tuple[Words, str, str, bool, tuple[Item, ...], bool]]:
    """A resident's entries with what lies below them; the longest address that ``path`` begins with is the current one."""
    open_ones = [e for e in RESIDENTS if not e[2] or actor.may(e[2])]
    public = tuple(Item(label, url, path.startswith(url)) for label, url in OUTSIDE)
    begun = [url for _, url, *_ in open_ones if path.startswith(url)]
    here = max(begun, key=len, default="/duties/ask/" if any(i.current for i in public) else "")
    return [
        (label, url, icon, url == here, public if url == "/duties/ask/" else (), on_phone)
        for label, url, _, icon, on_phone in open_ones
    ]


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
