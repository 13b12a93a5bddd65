"""The registers' county with residents, and a matter taken through the five steps by its own verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from gongzhi.cast import OPENED
from gongzhi.core import calendar, clock, roles
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Account, Post
from gongzhi.core.clock import Hand
from gongzhi.core.refusal import Refused
from gongzhi.participation.deliberations import actions
from gongzhi.participation.deliberations.models import Matter, Raising, Task
from gongzhi.registers.residents.models import Claim, Resident
from gongzhi.registers.tests.county import County, county

__all__ = ["county"]


@pytest.fixture
def hand(county: County) -> Hand:
    """The tests' stopped clock, to be moved."""
    found = clock._hand.get()
    assert found is not None
    return found


def resident(county: Any, login: str, name: str, unit: str | None = None) -> Actor:
    """Somebody who is no official: with a confirmed residence, or (no unit) just an account."""
    account = Account.objects.create(login=login, name=name, home=county.cast["太仓市"])
    if unit is None:
        return Actor(roles.RESIDENT, account_id=account.pk, name=name)
    home = county.cast[unit]
    post = Post.objects.create(account=account, role=roles.RESIDENT, unit=home, since=OPENED)
    person = Resident.objects.create(account=account, digits=f"{account.pk % 10000:04d}", unit=home)
    Claim.objects.create(resident=person, unit=home, post=post, state="confirmed", decided=OPENED)
    return post.actor()


@dataclass
class Village:
    """中荷村 with residents 梅 (raises), 兰, 竹, 菊, 松 (confirmed there), 柳 (虹桥村) and 客 (no residence)."""

    county: County
    hand: Hand

    def __post_init__(self) -> None:
        for login, name in (
            ("mei", "梅雪"),
            ("lan", "兰芳"),
            ("zhu", "竹青"),
            ("ju", "菊香"),
            ("song", "松柏"),
        ):
            setattr(self, login, resident(self.county, login, name, "中荷村"))
        self.liu = resident(self.county, "liu", "柳叶", "虹桥村")
        self.ke = resident(self.county, "ke", "客远")

    def __getattr__(self, name: str) -> Actor:
        return getattr(self.__dict__["county"], name)  # type: ignore[no-any-return]

    def later(self, days: int = 0, workdays: int = 0) -> None:
        """Move the clock on."""
        if workdays:
            target = calendar.workday_after(clock.today(), workdays)
            days = (target - clock.today()).days
        self.hand.moment += timedelta(days=days)

    def raised(
        self, by: Actor | None = None, text: str = "河边天黑没有路灯，老人不敢走", **more: Any
    ) -> Raising:
        return actions.raise_matter(by or self.mei, text=text, **more)

    def registered(self, **more: Any) -> Matter:
        raising = self.raised()
        known = {
            "publish": False,
            "title": "中心河步道装路灯",
            "category": "lighting",
            "text": "中心河步道晚上没有灯。",
        }
        actions.register(self.gu, raising, **{**known, **more})
        return Matter.objects.get(raisings=raising)

    def vote(self, **more: Any) -> dict[str, Any]:
        return {
            "held_on": clock.today(),
            "eligible": 9,
            "present": 8,
            "yes": 7,
            "no": 1,
            "answer": "您说的事村里受理了。",
            **more,
        }

    def accepted(self, **more: Any) -> Matter:
        return actions.accept(self.zhou, self.registered(), **self.vote(**more))

    def called(self, matter: Matter, invited: int = 5, days: int = 3) -> Any:
        rows = [{"capacity": f"{n} 组村民代表", "name": f"代表{n}"} for n in range(1, invited + 1)]
        held_at: datetime = clock.now() + timedelta(days=days)
        actions.call(
            self.gu,
            matter,
            level="community",
            held_at=held_at,
            place="村部",
            material="三个方案。",
            invited=rows,
        )
        return fresh(matter).sessions.latest("seq")

    def talked(self, **more: Any) -> Matter:
        matter = self.accepted(**more)
        session = self.called(matter)
        self.later(days=3)
        actions.hold(self.gu, session, hall=3, remote=1, minutes="大家都说了。")
        return fresh(matter)

    def hung_out(self) -> Matter:
        matter = self.talked()
        actions.draft_outcome(self.gu, matter, text="装太阳能路灯 24 盏，晚上 10 点后减半。")
        return actions.settle(self.gu, matter, agree=3, abstain=1, place="村口公示栏")

    def adopted(self) -> Matter:
        matter = self.hung_out()
        self.later(workdays=6)
        return actions.adopt(self.gu, matter)

    def doing(self) -> Matter:
        matter = self.adopted()
        due = clock.today() + timedelta(days=20)
        rows = [
            {"title": "太阳能路灯 24 盏", "owner_kind": "department", "owner_unit": self.county.cast["民政局"].pk, "budget": 5_160_000, "due": due},
            {"title": "清理堆物", "owner_kind": "volunteers", "owner_name": "中荷志愿服务队", "due": due},
        ]  # fmt: skip
        return actions.assign(self.gu, matter, tasks=rows)

    def done(self) -> Matter:
        matter = self.doing()
        lamps, heaps = matter.tasks.order_by("seq")
        actions.accept_task(self.min, lamps)
        actions.accept_task(self.gu, heaps)
        actions.finish_task(self.min, lamps, result="装好了", spent=5_100_000)
        actions.finish_task(self.gu, heaps, result="清完了")
        return fresh(matter)

    def checking(self) -> Matter:
        matter = self.done()
        for who in (self.lan, self.zhu, self.ju, self.song):
            actions.volunteer(who, matter=matter.pk)
        return actions.draw(self.gu, matter, words="27、408、1963", places=3, witnesses="三位村民")

    def checked(self, matter: Matter, *, failing: tuple[int, ...] = ()) -> Matter:
        """Every supervisor looks at every task; tasks named by number are not passed."""
        for supervisor in matter.supervisors.filter(state="chosen").order_by("pk"):
            who = next(
                a for a in (self.lan, self.zhu, self.ju, self.song) if a.account_id == supervisor.account_id
            )
            for task in Task.objects.filter(matter=matter, state="done").order_by("seq"):
                bad = task.seq in failing
                actions.check(
                    who,
                    supervisor,
                    task=task.pk,
                    passed=not bad,
                    finding="还是暗" if bad else "",
                    score=2 if bad else 5,
                )
        return fresh(matter)

    def rating(self) -> Matter:
        return actions.conclude(self.gu, self.checked(self.checking()))

    def closed(self, score: int = 5) -> Matter:
        matter = self.rating()
        actions.rate(self.mei, matter.raisings.get(), score=score)
        return actions.close(self.gu, matter, conclusion="24 盏路灯都亮了。")


@pytest.fixture
def village(county: County, hand: Hand) -> Village:
    """The village and its residents."""
    return Village(county, hand)


def fresh(matter: Matter) -> Matter:
    """The matter as the database has it."""
    return Matter.objects.select_related("unit").get(pk=matter.pk)  # type: ignore[no-any-return]


def rule(act: Callable[[], Any]) -> str:
    """The rule by which an act is refused."""
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.rule
