"""A year of 五事协商: 985 matters, 942 of them closed, 912 to their raisers' satisfaction, the rest on their way.

Every matter is a small story that says when it goes on; the stories of the whole county are told side by side, in the
order of their days, by the verbs that people use. What is agreed and found is in :mod:`demo.scenes`.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from demo import moment, neighbours, scenes
from demo.county import County
from demo.dice import dice
from demo.names import name
from gongzhi.core import calendar, clock, roles
from gongzhi.core.access import Actor
from gongzhi.core.units import Unit
from gongzhi.participation.deliberations import actions
from gongzhi.participation.deliberations.actions import learning
from gongzhi.participation.deliberations.models import Matter, Task

Progress = Callable[[str, int, int], None]
Story = Iterator[datetime]
TOTAL, CLOSED, SATISFIED = 985, 942, 912
REFERRED_SHARE = 0.62
NEIGHBOURS = "neighbours"
# How many stop where; with the neighbours' matter (demo.neighbours) together TOTAL - CLOSED.
STOPS = {
    "registered": 6, "unsuitable": 5, "referred": 2, "taken": 2, "accepted": 4, "convened": 4, "talking": 3, "unresolved": 2,
    "ended": 2, "publicity": 3, "adopted": 2, "doing": 5, "checking": 1, "rating": 1,
}  # fmt: skip
NEEDS = {
    "unsuitable": 4, "accepted": 5, "referred": 5, "convened": 6, "taken": 7, "talking": 10, "unresolved": 11, "publicity": 11,
    "ended": 70, "adopted": 17, "doing": 24, "checking": 40, "rating": 44,
}  # fmt: skip
"""Working days before the demonstration's today on which such a matter began; three where nothing is said."""
UNSUITABLE = (
    ("court", "other", "拆迁补偿的官司已经在法院", "您说的补偿争议法院已经立案，要由法院判。需要的话，社区帮您联系法律援助。"),
    ("commercial", "other", "健身卡退费和店家谈不拢", "这是您和店家之间的合同纠纷，可以申请人民调解，也可以打 12315。社区愿意陪您去。"),
    ("unclear", "noise", "有人反映半夜有响声", "地点没有说清，电话也联系不上。您再说一声具体楼号，我们马上登记。"),
)  # fmt: skip


@dataclass
class Tale:
    """One matter to be told: which committee, which scene, how far it goes, what its raiser says in the end."""

    number: int
    unit: Unit
    stop: str
    score: int
    rng: Random
    county: County

    @property
    def worker(self) -> Actor:
        return self.county.actor(self.unit, roles.COMMITTEE_WORKER)

    @property
    def head(self) -> Actor:
        return self.county.actor(self.unit, roles.COMMITTEE_HEAD)

    @property
    def village(self) -> bool:
        return self.unit.short.endswith("村")


def later(days: int = 0, hour: int = 9, minute: int = 0) -> datetime:
    """A moment ``days`` working days after the clock's day."""
    today = moment.today(clock._hand.get())
    day = calendar.workday_after(today, days) if days else today
    return moment.on(day, hour, minute)


def build(county: County, hand: Any, progress: Progress, *, begun: Path | None = None) -> dict[str, Any]:
    """Tell all of them, without those that ``begun`` names already; returns the counts."""
    known = set(begun.read_text().split()) if begun and begun.exists() else set()
    tales = [t for t in plan(county) if str(t.number) not in known]
    label = "五事协商"
    queue: list[tuple[datetime, int, str, Story]] = []
    order = count()
    for tale in tales:
        heapq.heappush(queue, (_begin(tale), next(order), str(tale.number), tell(tale)))
    if NEIGHBOURS not in known:
        heapq.heappush(
            queue, (moment.on(neighbours.SIGNED_UP), next(order), NEIGHBOURS, neighbours.tell(county))
        )
    told = 0
    progress(label, 0, len(queue))
    while queue:
        at, _, number, story = heapq.heappop(queue)
        hand.set(min(at, moment.TODAY))
        if begun is not None and number not in known:
            known.add(number)
            with begun.open("a") as kept:
                kept.write(f"{number}\n")
        # What would come after the demonstration's today has not happened.
        following = next(story, None) if at <= moment.TODAY else None
        if following is None:
            told += 1
            progress(label, told, len(queue) + told)
        else:
            heapq.heappush(queue, (max(following, at), next(order), number, story))
    hand.set(moment.TODAY)
    learning.learn()  # what the worker does at night: suggestions have the year to go by
    return {"matters": Matter.objects.count(), "closed": Matter.objects.filter(state="closed").count()}


def plan(county: County) -> list[Tale]:
    """Who tells what: the same every time."""
    rng = dice("matters")
    committees = [u for t in county.townships for u in county.committees[t.pk]]
    ends = ["closed"] * CLOSED + [stop for stop, n in STOPS.items() for _ in range(n)]
    assert len(ends) == TOTAL - 1
    rng.shuffle(ends)
    places = [committees[n % len(committees)] for n in range(TOTAL - 1)]
    rng.shuffle(places)
    unhappy = set(rng.sample([n for n, end in enumerate(ends) if end == "closed"], CLOSED - SATISFIED))
    return [
        Tale(n, unit, end, 2 if n in unhappy else rng.choice((4, 5, 5)), dice("matter", n), county)
        for n, (unit, end) in enumerate(zip(places, ends, strict=True))
    ]


def _begin(tale: Tale) -> datetime:
    """When it was first heard: early enough to get as far as it does."""
    if tale.stop == "closed":
        day = date(moment.YEAR, 1, 8) + timedelta(days=tale.rng.randrange(268))
    else:
        day = moment.TODAY.date()
        wanted = NEEDS.get(tale.stop, 3) + tale.rng.randrange(2)
        while calendar.workdays_between(day, moment.TODAY.date()) < wanted:
            day -= timedelta(days=1)
    if not calendar.is_workday(day):
        day = calendar.workday_after(day, 1)
    return moment.on(day, tale.rng.randrange(8, 17), tale.rng.randrange(60))


# ---------------------------------------------------------------- one matter


def tell(tale: Tale) -> Story:
    """From what was heard to wherever it stops."""
    rng = tale.rng
    if tale.stop == "unsuitable":
        yield from _unsuitable(tale)
        return
    unhappy = tale.score < 3
    refer = tale.stop in ("referred", "taken") or (
        tale.stop == "closed" and (unhappy or rng.random() < REFERRED_SHARE)
    )
    scene = rng.choice(_referable(tale) if refer else _talked(tale))
    matter = _heard(tale, scene)
    if tale.stop == "registered":
        return
    yield later(rng.randrange(1, 4), 14, rng.randrange(60))
    if refer:
        assert isinstance(scene, scenes.Referred)
        yield from _referred(tale, matter, scene)
    else:
        assert isinstance(scene, scenes.Talked)
        yield from _talked_over(tale, matter, scene)


def _talked(tale: Tale) -> list[scenes.Talked]:
    """Scenes that fit the place: no lifts in villages, no harvest in communities."""
    unfit = ("property",) if tale.village else ("village",)
    return [s for s in scenes.TALKED if s.category not in unfit]


def _referable(tale: Tale) -> list[scenes.Referred]:
    """The same for what departments answer for."""
    return [s for s in scenes.REFERRED if tale.village or s.category != "village"]


def _heard(tale: Tale, scene: Any) -> Matter:
    rng = tale.rng
    where = scenes.spot(rng, tale.village)
    title = scene.title.format(spot=where)
    source = rng.choice(("visit", "visit", "hotline", "leader", "worker", "meeting"))
    more: dict[str, Any] = {}
    if source == "hotline":
        more["hotline"] = f"TC{moment.YEAR}{tale.number:06d}"
    if rng.random() < 0.25:
        more["unnamed"] = True
    made = actions.enter(
        tale.worker, title=title, category=scene.category, text=f"{title}。{scene.words}", source=source,
        heard_on=clock.today(), words=scenes.words(rng, scene.words), name=name(rng, rng.choice("MF")),
        phone=f"139{rng.randrange(10**8):08d}", location=where, **more,
    )  # fmt: skip
    return actions.publish(tale.worker, made)


def _votes(rng: Random) -> dict[str, Any]:
    eligible = rng.choice((7, 9, 9, 11))
    present = eligible - rng.randrange(3)
    no = rng.choice((0, 0, 0, 1))
    return {"held_on": clock.today(), "eligible": eligible, "present": present, "yes": present - no, "no": no}


def _unsuitable(tale: Tale) -> Story:
    reason, category, title, answer = tale.rng.choice(UNSUITABLE)
    made = actions.enter(
        tale.worker, title=title, category=category, text=f"{title}。", source="visit", heard_on=clock.today(),
        words=title, name=name(tale.rng, "F"),
    )  # fmt: skip
    yield later(2, 15)
    actions.decline(tale.head, made, reason=reason, answer=answer, **_votes(tale.rng))


def _referred(tale: Tale, matter: Matter, scene: scenes.Referred) -> Story:
    rng = tale.rng
    unit = tale.county.departments[scene.department]
    answer = (
        f"您说的事归{unit.short}管，今天已经转过去，请他们在期限内答复。社区会一直盯着，有消息马上告诉您。"
    )
    matter = actions.refer(
        tale.head, matter, receiver=unit.pk, article=scene.article, answer=answer, **_votes(rng)
    )
    if tale.stop == "referred":
        return
    referral = matter.referrals.get()
    officer = tale.county.actor(unit, roles.DEPARTMENT_OFFICER)
    yield later(rng.randrange(1, 3), 10, rng.randrange(60))
    actions.take_on(officer, referral)
    if tale.stop == "taken":
        return
    yield later(rng.randrange(3, 11), 16, rng.randrange(60))
    actions.report_back(officer, referral, answer=scene.report)
    yield later(rng.randrange(1, 4), 11, rng.randrange(60))
    said = _rated(tale, matter)
    yield later(1, 17)
    actions.close(tale.worker, matter, conclusion=f"{unit.short}办好并答复了。提出人评价：“{said}”。")


def _rated(tale: Tale, matter: Matter) -> str:
    said = {5: "办得好", 4: "可以", 2: "拖得太久，还没有完全解决"}[tale.score]
    actions.rate(tale.worker, matter.raisings.get(), score=tale.score, text=said)
    return said


def _talked_over(tale: Tale, matter: Matter, scene: scenes.Talked) -> Story:
    rng = tale.rng
    answer = "您说的事两委商量过，由我们牵头，请相关的人一起来谈，时间地点会提前告诉您。"
    matter = actions.accept(tale.head, matter, answer=answer, **_votes(rng))
    if tale.stop == "accepted":
        return
    yield later(1, 10, rng.randrange(60))
    held_at = later(4, 19, 0)
    people = (
        ("楼栋长", "居民代表", "物业代表", "相邻住户", "老党员")
        if not tale.village
        else ("小组长", "村民代表", "相邻农户", "老党员", "乡贤")
    )
    invited = [{"capacity": who, "name": name(rng, rng.choice("MF"))} for who in people]
    place = "村部会议室" if tale.village else "社区议事厅"
    actions.call(
        tale.worker, matter, level=rng.choice(("group", "community", "community")), held_at=held_at, place=place,
        material=f"一、情况：{scene.words}\n二、想请大家商量的：怎么办、谁来办、钱从哪里来。", invited=invited,
    )  # fmt: skip
    if tale.stop == "convened":
        return
    yield held_at + timedelta(hours=2)
    session = matter.sessions.get()
    remote = rng.randrange(2)
    actions.hold(
        tale.worker,
        session,
        hall=4,
        remote=remote,
        minutes="大家轮流说了看法，比较了几个办法的花费和利弊。",
    )
    if tale.stop == "talking":
        return
    yield later(1, 10, rng.randrange(60))
    matter = _fresh(matter)
    if tale.stop in ("unresolved", "ended"):
        actions.disagree(tale.worker, matter, reason="各方对费用怎么分担意见不一，暂时谈不拢。")
        if tale.stop == "ended":
            yield later(5, 15)
            answer = "这件事各方还没有谈拢，先到这里；情况有变化，随时可以再提出来。"
            actions.end(tale.head, _fresh(matter), answer=answer)
        return
    first = scene.agreed.split("；")[0].rstrip("。") + "。"
    if first != scene.agreed:
        actions.draft_outcome(tale.worker, matter, text=first)
        actions.draft_outcome(tale.worker, matter, text=scene.agreed, reason="把大家补充的写进去")
    else:
        actions.draft_outcome(tale.worker, matter, text=scene.agreed)
    actions.settle(tale.worker, matter, agree=4, abstain=remote, place="公开栏")
    if tale.stop == "publicity":
        return
    yield later(6, 9, 30)
    matter = actions.adopt(tale.worker, _fresh(matter))
    if tale.stop == "adopted":
        return
    yield later(1, 10, rng.randrange(60))
    yield from _worked(tale, matter, scene)


def _fresh(matter: Matter) -> Matter:
    found: Matter = Matter.objects.select_related("unit").get(pk=matter.pk)
    return found


def _worked(tale: Tale, matter: Matter, scene: scenes.Talked) -> Story:
    rng = tale.rng
    due = calendar.workday_after(clock.today(), 12)
    actions.assign(tale.worker, matter, tasks=[_task(tale, t, due) for t in scene.tasks])
    yield later(1, 14, rng.randrange(60))
    tasks = list(Task.objects.select_related("owner_unit").filter(matter=matter).order_by("seq"))
    for task in tasks:
        actions.accept_task(_owner(tale, task), task)
    if tale.stop == "doing":
        return
    yield later(rng.randrange(4, 11), 16, rng.randrange(60))
    for task in tasks:
        actions.finish_task(_owner(tale, task), task, result="按约定办完了", spent=task.budget_fen or None)
    yield later(1, 9, rng.randrange(60))
    matter = _fresh(matter)
    rows = [{"name": name(rng, rng.choice("MF"))} for _ in range(3)]
    matter = actions.appoint(tale.worker, matter, recommended=rows, note="居民代表推荐")
    yield later(2, 15, rng.randrange(60))
    supervisors = list(matter.supervisors.filter(state="chosen").order_by("pk"))
    if tale.stop == "checking":
        supervisors = supervisors[:1]
    for supervisor in supervisors:
        for task in tasks:
            actions.check(tale.worker, supervisor, task=task.pk, passed=True, score=rng.choice((4, 5)))
    if tale.stop == "checking":
        return
    matter = actions.conclude(tale.worker, _fresh(matter))
    if tale.stop == "rating":
        return
    yield later(rng.randrange(1, 4), 11, rng.randrange(60))
    _rated(tale, matter)
    yield later(1, 17)
    actions.close(tale.worker, _fresh(matter), conclusion=scene.result)


def _task(tale: Tale, task: tuple[str, str, str, int], due: date) -> dict[str, Any]:
    title, kind, owner, yuan = task
    row: dict[str, Any] = {"title": title, "owner_kind": kind, "budget": yuan * 100, "due": due}
    if kind == "department":
        row["owner_unit"] = tale.county.departments[owner].pk
    elif kind == "committee":
        row["owner_unit"] = tale.unit.pk
    else:
        row["owner_name"] = owner
    return row


def _owner(tale: Tale, task: Task) -> Actor:
    """Who answers for a task: the department's post, otherwise the committee that notes the owner's word."""
    if task.owner_unit_id in (None, tale.unit.pk):
        return tale.worker
    return tale.county.actor(task.owner_unit, roles.DEPARTMENT_OFFICER)  # type: ignore[arg-type]
