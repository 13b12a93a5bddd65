"""Neighbours of one community who signed up with their phones, and the matter they are all talking about.

Their accounts, homes, words, statements, votes and comments are made by the verbs that residents use.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw

from demo import moment
from demo.county import County
from demo.dice import dice
from demo.names import name
from gongzhi.core import clock, evidence, roles
from gongzhi.core.access import Actor
from gongzhi.core.units import Unit
from gongzhi.participation.ballots import actions as ballots
from gongzhi.participation.ballots.models import Ballot
from gongzhi.participation.conversations import actions as conversations
from gongzhi.participation.conversations import queries as threads
from gongzhi.participation.deliberations import actions
from gongzhi.participation.deliberations.models import Matter
from gongzhi.participation.opinions import actions as opinions
from gongzhi.participation.opinions import queries as polls
from gongzhi.registers.places import queries as places
from gongzhi.registers.residents import actions as residents
from gongzhi.registers.residents import queries as people
from gongzhi.registers.residents.actions import entering

HOME = "320585100003"
PEOPLE = 180
PHONE = 13912340000
"""The first neighbour's phone number: the one that a visitor signs in with."""
SIGNED_UP = date(moment.YEAR, 11, 3)
TITLE = "中心河步道加装护栏和路灯"
SAID = "中心河那段步道晚上没有灯，河边也没有栏杆，老人不敢走，孩子跑过去看着揪心。"
ALSO = (
    "河边太黑了，我妈上个月差点滑下去。",
    "步道护栏断了一截，早就该修了。",
    "装灯可以，别太亮，我家窗户正对着河。",
    "能不能留个台阶下去，我们洗拖把要用水。",
    "推轮椅过不去，路面也不平。",
)
# What people say, and how each of three groups of them mostly answers: 1 agree, -1 disagree, 0 pass.
STATEMENTS = (
    ("护栏要留出 2 处下河台阶", (1, 1, 1)),
    ("路灯晚上 10 点后减半亮度", (1, 1, 1)),
    ("护栏做满全线 620 米", (1, -1, -1)),
    ("先修最危险的一段，别的以后再说", (-1, 1, 1)),
    ("钱从集体公益金里出，不向住户摊派", (1, 1, 1)),
    ("用仿木护栏，好看也不烫手", (1, 1, -1)),
    ("能省则省，普通钢管就行", (-1, -1, 1)),
    ("顺便把路面也补平", (1, 0, -1)),
)
OPTIONS = "仿木护栏，太阳能灯\n石栏杆，接电路灯\n只装路灯"
COMMENTS = (
    "我支持留台阶，河边人家都用得上。",
    "太阳能灯冬天够不够亮？最好先装两盏试试。",
    "护栏高度按规范来，小孩不要能爬过去。",
    "施工别在中午，午睡的老人多。",
    "灯杆离窗户远一点，谢谢。",
    "我家愿意帮忙看施工材料。",
)


def tell(county: County) -> Iterator[datetime]:
    """From their sign-up in autumn to a vote that is still open on the demonstration's today."""
    unit = Unit.objects.get(code=HOME)
    worker = county.actor(unit, roles.COMMITTEE_WORKER)
    neighbours = []
    for first in range(0, PEOPLE, 30):
        neighbours += [_signed_up(county, unit, number) for number in range(first, min(first + 30, PEOPLE))]
        yield clock.now() + timedelta(days=1)
    raiser, *others = neighbours
    raising = actions.raise_matter(
        raiser,
        text=SAID,
        location="中心河步道",
        unnamed=True,
        photos=[evidence.attach(raiser, _river(), name="河边.png").pk],
    )
    yield _at(11, 12, 10)
    actions.register(
        worker, raising, title=TITLE, category="lighting", location="中心河步道",
        text="中心河步道没有路灯，部分河段没有护栏，居民反映夜间行走不安全。",
    )  # fmt: skip
    matter = Matter.objects.get(raisings=raising)
    for who, said in zip(others, ALSO, strict=False):
        actions.join(worker, actions.raise_matter(who, text=said, location="中心河步道"), matter=matter.pk)
    yield _at(11, 17, 15)
    head = county.actor(unit, roles.COMMITTEE_HEAD)
    votes = {"held_on": clock.today(), "eligible": 9, "present": 9, "yes": 9}
    actions.accept(head, matter, answer="您说的事社区受理了，和另外几位邻居说的并在一起商量。", **votes)
    yield _at(11, 18, 10)
    invited = [{"capacity": f"{n} 号楼居民代表", "name": name(dice("invited", n), "F")} for n in (3, 5, 7, 9)]
    actions.call(
        worker, _fresh(matter), level="community", held_at=_at(11, 25, 19), place="社区议事厅", online=True, invited=invited,
        material="一、三个方案的图和花费。\n二、请大家先在网上表态：要不要留台阶、灯多亮、钱从哪里来。",
    )  # fmt: skip
    yield from _opinions(matter, worker, neighbours)
    yield _at(11, 25, 21)
    session = matter.sessions.get()
    actions.hold(worker, session, hall=4, minutes="三个方案都讲了花费，大家同意交给全体居民投票。")
    yield _at(11, 26, 10)
    closes = _at(12, 11, 20)
    actions.put_to_vote(
        worker, _fresh(matter), question="中心河步道用哪个方案", options=OPTIONS, closes=closes
    )
    yield from _votes(matter, neighbours)


def first(county: County) -> None:
    """The neighbour as whom visitors sign in is there before anything is told: they may be faster than the telling."""
    _signed_up(county, Unit.objects.get(code=HOME), 0)


def _signed_up(county: County, unit: Unit, number: int) -> Actor:
    """One neighbour: came in by phone, claimed a home, was confirmed; once."""
    rng = dice("neighbour", number)
    made = entering.open_by_phone(str(PHONE + number), birth_year=rng.randrange(1945, 2004))
    actor = people.actor(made.pk)
    assert actor is not None
    if actor.unit_id is not None:
        return actor
    place = places.place_of(unit.pk)
    assert place is not None
    claim = residents.claim(
        actor, place=place.pk, building=f"{rng.randrange(1, 30)} 号楼", room=f"{rng.randrange(101, 1104)}",
        name=name(rng, rng.choice("MF")),
    )  # fmt: skip
    residents.confirm(county.actor(unit, roles.COMMITTEE_WORKER), claim)
    confirmed = people.actor(made.pk)
    assert confirmed is not None
    return confirmed


def _opinions(matter: Matter, worker: Actor, neighbours: list[Actor]) -> Iterator[datetime]:
    """Eight sentences, some hundred people who answer them, and what they write below."""
    poll = polls.poll_of(matter)
    assert poll is not None
    said = [
        opinions.propose(neighbours[n], poll=poll.pk, text=text) for n, (text, _) in enumerate(STATEMENTS)
    ]
    for statement in said:
        if statement.state == "held":
            opinions.approve(worker, statement)
    for number, who in enumerate(neighbours[:150]):
        rng, group = dice("opinion", number), number % 9 // 4
        for statement, (_, lean) in zip(said, STATEMENTS, strict=True):
            if rng.random() < 0.85:
                answer = lean[group] if rng.random() < 0.88 else rng.choice((1, -1, 0))
                value = {1: "agree", -1: "disagree", 0: "pass"}[answer]
                opinions.vote(who, statement, value=value)
        if number % 30 == 29:
            yield clock.now() + timedelta(hours=20)
    thread = threads.thread_of(matter)
    assert thread is not None
    for who, text in zip(neighbours[10:], COMMENTS, strict=False):
        conversations.comment(who, thread=thread.pk, text=text)
        yield clock.now() + timedelta(minutes=50)
    opinions.redraw(poll.pk)


def _votes(matter: Matter, neighbours: list[Actor]) -> Iterator[datetime]:
    """Most have voted online; the vote goes on."""
    ballot = Ballot.objects.get(thing_type=Matter.kind(), thing_id=matter.pk)
    for number, who in enumerate(neighbours[1:130]):
        choice = dice("ballot", number).choices((0, 1, 2), weights=(60, 26, 14))[0]
        ballots.vote(who, ballot, choices=[choice])
        if number % 40 == 39:
            yield clock.now() + timedelta(hours=9)


def _fresh(matter: Matter) -> Matter:
    found: Matter = Matter.objects.select_related("unit").get(pk=matter.pk)
    return found


def _at(month: int, day: int, hour: int) -> datetime:
    return moment.on(moment.TODAY.date().replace(month=month, day=day), hour)


def _river() -> io.BytesIO:
    """A path by a river at dusk, drawn."""
    picture = Image.new("RGB", (800, 560), (92, 104, 120))
    pen: Any = ImageDraw.Draw(picture)
    pen.rectangle((0, 300, 800, 560), fill=(70, 92, 86))
    pen.polygon([(0, 560), (300, 300), (420, 300), (330, 560)], fill=(150, 138, 118))
    pen.polygon([(330, 560), (420, 300), (800, 300), (800, 560)], fill=(58, 84, 104))
    for n in range(7):
        x = 350 + n * 12 - n * n
        pen.line((x, 540 - n * 38, x, 500 - n * 36), fill=(60, 50, 44), width=4)
    out = io.BytesIO()
    picture.save(out, "PNG")
    out.seek(0)
    return out
