"""Who stays unnamed is named to nobody who should not know; and a matter that is somebody else's duty goes there and back.

梅 says something that only she can know, unnamed. Her committee's worker and head hear it; pages, programs, workbooks,
search, notices, records and logs tell nobody else who she is or what she said.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client, override_settings

from gongzhi.core import clock, evidence, sealing
from gongzhi.core.journal import JournalEntry
from gongzhi.core.notices import Notice
from gongzhi.core.search import SearchEntry
from gongzhi.lists.duties.models import DutyItem
from gongzhi.participation.ballots import actions as ballots
from gongzhi.participation.ballots.models import Ballot
from gongzhi.participation.conversations import actions as conversations
from gongzhi.participation.conversations import queries as threads
from gongzhi.participation.deliberations import actions
from gongzhi.participation.deliberations.models import Matter, Raising, Referral
from gongzhi.participation.opinions import actions as opinions
from gongzhi.participation.opinions import queries as polls
from tests.county import SHANGHAI, County, come_in
from tests.journeys.people import People, picture
from tests.lived import token

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

TITLE = "榉树弄夜里没有灯"
SAID = "我婆婆腿断过，半夜送医的担架在这里翻了。"
RATED = "婆婆敢下楼了"
OBJECTED = "灯正对着我家卧室窗户"
ASKED = "我垫的药费谁来出"
SECRETS = (
    "梅子", "梅红", "13800000021", "138****0021", "7 号楼 2 单元", "301 室", SAID, "婆婆", RATED, OBJECTED, ASKED, "梅家楼道",
)  # fmt: skip
RESIDENTS = [
    ("mei", "梅子", "13800000021", 1985, "梅红", "榉树弄 7 号楼 2 单元 301 室", 0),
    ("lan", "兰草", "13800000022", 1990, "兰青", "榉树弄 8 号楼", 0),
    ("zhu", "竹影", "13800000023", 1958, "竹茂", "榉树弄 9 号楼", 0),
    ("liu", "柳叶", "13800000024", 1970, "柳青", "石桥 3 组", 1),
    ("ke", "过客", "13800000025", 1995, "", "", None),
]
OUTSIDE = ("", "lan", "liu", "ke")
STAFF = ("jian", "wu", "sun", "lu", "tao", "can", "wang", "ren", "shen")
"""The committee's own supervisors, the next committee, a stranger, the township, its neighbour, a department, the county."""


class Heard(logging.Handler):
    """Every line that any part of the house writes into its log."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {record.args} {record.exc_info}")


@pytest.fixture(scope="module")
def log(address: str) -> Iterator[Heard]:
    """What is logged once the server stands; codes go to the log, as in a house without a gateway."""
    heard, root = Heard(), logging.getLogger()
    level = root.level
    root.addHandler(heard)
    root.setLevel(logging.INFO)
    yield heard
    root.setLevel(level)
    root.removeHandler(heard)


@pytest.fixture(scope="module", autouse=True)
def told(town: County, log: Heard) -> Iterator[None]:
    """梅's matter from her word to its closing, by the verbs."""
    with override_settings(GATEWAY="console"):
        for *row, at in RESIDENTS:
            come_in(town, *row, unit=None if at is None else town.committees[at])
        with clock.at(datetime(2026, 1, 12, 9, tzinfo=SHANGHAI)) as hand:
            _tell(town, hand)
        sealing.seal_now(full=True)
        yield


def _tell(town: County, hand: Any) -> None:
    mei, gu, zhou = town.mei, town.gu, town.zhou
    photo = io.BytesIO(picture(50)["buffer"])
    files = [evidence.attach(mei, photo, name="梅家楼道.jpg").pk]
    raising = actions.raise_matter(
        mei, text=SAID, location="榉树弄 7 号楼 2 单元", unnamed=True, photos=files
    )
    actions.register(
        gu,
        raising,
        title=TITLE,
        category="lighting",
        text="榉树弄夜里没有灯，居民出行不安全。",
        location="榉树弄",
    )
    matter = Matter.objects.get()
    votes = {"held_on": clock.today(), "eligible": 9, "present": 8, "yes": 8}
    actions.accept(zhou, matter, answer="您说的事受理了。", **votes)
    thread = threads.thread_of(matter)
    assert thread is not None
    conversations.comment(mei, thread=thread.pk, text="担心老人，请快一点。")
    conversations.comment(town.lan, thread=thread.pk, text="我们那头也黑。")
    asked = [
        {"capacity": "2 单元代表", "resident": mei.account_id}, {"capacity": "8 号楼代表", "name": "兰青"},
    ]  # fmt: skip
    held_at = clock.now() + timedelta(days=4)
    actions.call(
        gu,
        matter,
        level="community",
        held_at=held_at,
        place="议事厅",
        material="两个方案",
        invited=asked,
        online=True,
    )
    poll = polls.poll_of(matter)
    assert poll is not None
    said = opinions.propose(mei, poll=poll.pk, text="灯要装感应的")
    opinions.approve(gu, said) if said.state == "held" else None
    opinions.vote(mei, said, value="agree")
    actions.put_to_vote(gu, matter, question="装哪一种灯", options="感应灯\n长明灯", closes=held_at)
    for who in (mei, town.lan):
        ballots.vote(who, Ballot.objects.get(), choices=[0])
    hand.set(held_at)
    ballots.close(gu, Ballot.objects.get())
    actions.hold(gu, matter.sessions.get(), hall=2, minutes="物业说电表在 8 号楼。")
    actions.draft_outcome(gu, matter, text="装感应灯 6 盏。")
    actions.settle(gu, matter, agree=2, place="公开栏")
    objection = actions.object_to(mei, matter=matter.pk, text=OBJECTED)
    actions.answer_objection(gu, objection, answer="加灯罩。")
    asked_for = actions.inquire(mei, matter=matter.pk, text=ASKED)
    actions.reply(gu, asked_for, answer="可以申请救助。")
    hand.forward(days=10)
    actions.adopt(gu, matter)
    due = clock.today() + timedelta(days=20)
    actions.assign(gu, matter, tasks=[{"title": "装感应灯", "owner_kind": "committee", "due": due}])
    task = matter.tasks.get()
    actions.accept_task(gu, task)
    actions.finish_task(gu, task, result="装好了")
    for who in (mei, town.lan, town.zhu):
        actions.volunteer(who, matter=matter.pk)
    actions.draw(gu, matter, words="3", places=3)
    for duty in matter.supervisors.order_by("pk"):
        who = next(a for a in (mei, town.lan, town.zhu) if a.account_id == duty.account_id)
        actions.check(who, duty, task=task.pk, passed=True)
    actions.conclude(gu, matter)
    actions.rate(mei, raising, score=5, text=RATED)
    actions.close(gu, matter, conclusion="装了 6 盏感应灯。")


def matter() -> Matter:
    return Matter.objects.get(title=TITLE)


def pages() -> list[str]:
    """Every address at which something of the matter could be read."""
    found, raising = matter(), Raising.objects.get(matter=matter())
    thread, poll = threads.thread_of(found), polls.poll_of(found)
    assert thread is not None
    assert poll is not None
    records = JournalEntry.objects.filter(
        verb__in=("deliberations.raise", "deliberations.rate", "deliberations.object")
    )
    return [
        found.get_absolute_url(), raising.get_absolute_url(), f"{raising.get_absolute_url()}rate", "/deliberations/",
        f"/deliberations/?place={found.unit_id}", "/deliberations/?category=lighting", "/deliberations/desk/",
        "/deliberations/statistics/", "/deliberations/statistics/?by=place", thread.get_absolute_url(),
        *(f"/conversations/comments/{c.pk}/" for c in thread.comments.all()), f"/opinions/{poll.pk}/",
        *(o.get_absolute_url() for o in found.objections.all()), *(o.get_absolute_url() for o in found.inquiries.all()),
        f"/opinions/{poll.pk}/map/", Ballot.objects.get().get_absolute_url(), f"{Ballot.objects.get().get_absolute_url()}roll",
        *(s.get_absolute_url() for s in found.sessions.all()), *(t.get_absolute_url() for t in found.tasks.all()),
        *(s.get_absolute_url() for s in found.supervisors.all()), *(f"/records/{r.pk}" for r in records),
        *(f"/records/{r.pk}/proof.json" for r in records), "/", "/resident/", "/notices", "/late", "/done", "/records/",
        "/conversations/news/", "/conversations/desk/", "/residents/", "/residents/claims/", f"/residents/{raising.account_id}/",
        "/opinions/", "/ballots/", "/people/",
        *(f"/search?q={q}" for q in ("梅子", "梅红", "婆婆", "13800000021", TITLE)),
        *(f"/search/suggest?q={q}" for q in ("梅", "婆婆", "榉树弄")),
        *(f"/search/pick?kind={k}&q={q}" for k in ("deliberations.matter", "people.person", "places.place") for q in ("榉树", "梅")),
        *(f"/evidence/{n}{end}" for n in evidence_of(raising) for end in ("", "/thumb")),
        *(f"{found.get_absolute_url()}papers/{name}.docx" for name in ("closing", "outcome", "screening")),
    ]  # fmt: skip


def evidence_of(raising: Raising) -> list[int]:
    from gongzhi.core.evidence import of

    return [e.pk for e in of(raising, key="raised")]


def programs() -> list[str]:
    """What programs may ask."""
    words = [
        "deliberations", "deliberations?place=&open=true", "conversations/news", "conversations/desk", "conversations/subscriptions",
        "conversations/1", "conversations/1/comments", "conversations/comments/1", "opinions", "opinions/1", "opinions/1/statements",
        "opinions/1/map", "ballots", "ballots/1", "residents/claims", "residents/claims/1", "residents/figures", "people", "me",
    ]  # fmt: skip
    return [f"/api/v1/{word}" for word in words]


def visitor(people: People, who: str) -> Client:
    """A reader of page source: the same pages as in the browser, without drawing them."""
    client = Client()
    if who:
        client.cookies["sessionid"] = people.session(who)
    return client


def source(client: Client, path: str) -> str:
    """What comes back, files opened."""
    answer = client.get(path)
    assert answer.status_code < 500, path
    body: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        with ZipFile(io.BytesIO(body)) as parts:
            return "".join(parts.read(n).decode("utf-8", "ignore") for n in parts.namelist())
    return body.decode("utf-8", "ignore")


def reads(client: Client, who: str, paths: list[str]) -> None:
    """None of these tells who she is or what she said; one's own words in a search box are no secret told."""
    for path in paths:
        text, asked = source(client, path), path.rpartition("q=")[2] if "q=" in path else ""
        found = [s for s in SECRETS if s in text and s != asked]
        assert not found, f"{who or 'the public'} reads {found} at {path}"


def test_her_own_committee_hears_her_and_she_finds_it_herself(people: People) -> None:
    raising = Raising.objects.get()
    people.at("gu").go(raising.get_absolute_url()).says(SAID, "不公开称呼", RATED)
    mei = people.at("mei", phone=True).go("/resident/").fits().says(TITLE, "已办结")
    mei.go(raising.get_absolute_url()).fits().says(SAID)
    mei.go(matter().get_absolute_url()).fits().says("您说的")


@pytest.mark.parametrize("who", OUTSIDE + STAFF)
def test_no_page_tells(people: People, who: str) -> None:
    client = visitor(people, who)
    reads(client, who, pages())
    assert client.get(Raising.objects.get().get_absolute_url()).status_code in (302, 404)


@pytest.mark.parametrize("phone", [True, False])
def test_neighbours_and_strangers_see_in_their_browsers_that_somebody_said_it(
    people: People, phone: bool
) -> None:
    thread = threads.thread_of(matter())
    assert thread is not None
    for who in ("lan", ""):
        desk = (
            people.at(who, phone=phone).go(matter().get_absolute_url()).fits().says(TITLE, "由一位居民提出")
        )
        desk.hides(*SECRETS)
        desk.go(thread.get_absolute_url()).fits().says("担心老人").hides(*SECRETS)
        desk.go(meeting()).hides(*SECRETS, "兰青") if who else None


def meeting() -> str:
    return str(matter().sessions.get().get_absolute_url())


@pytest.mark.parametrize("who", ["", "lan", "liu", "jian", "wu", "lu", "can", "shen"])
def test_no_program_and_no_workbook_is_told(people: People, who: str) -> None:
    actor = people.county.actors.get(who)
    client = visitor(people, who)
    if actor is not None and actor.role != "resident":
        client.defaults |= {f"HTTP_{k.upper()}": v for k, v in token(actor).items()}
        assert client.get("/api/v1/me").status_code == 200
    reads(client, who, programs())
    books = ["/deliberations/export.xlsx", "/ballots/export.xlsx", "/residents/figures/?export=xlsx"]
    reads(visitor(people, who), who, books)


def test_neither_the_log_nor_the_record_nor_the_search_index_tells(people: People, log: Heard) -> None:
    assert visitor(people, "wu").get(Raising.objects.get().get_absolute_url()).status_code == 404
    assert (
        visitor(people, "ke").post("/resident/report", {"text": SAID}).status_code == 422
    )  # no place is named
    assert len(log.lines) > 1
    kept = "\n".join(log.lines)
    for entry in JournalEntry.objects.all():
        kept += f"{entry.label} {entry.facts} {entry.before} {entry.after} {entry.actor_name}\n"
    for row in SearchEntry.objects.all():
        kept += f"{row.label} {row.hint} {row.tokens}\n"
    for about in Notice.objects.values_list("about", flat=True):
        kept += f"{about}\n"
    named = [s for s in SECRETS if s in kept and s != "138****0021"]
    assert not named, [line for line in kept.splitlines() if any(s in line for s in named)][:5]


# ---- somebody else's duty ----


def test_a_department_gets_a_matter_by_its_duty_and_refers_it_back(
    people: People, town: County, hand: Any
) -> None:
    item = (
        DutyItem.objects.filter(version__state="in_force", lead=town.min.unit_id, standing="accepted")
        .order_by("pk")
        .first()
    )
    assert item is not None
    hand.to(datetime(2026, 1, 13, 9, tzinfo=SHANGHAI))
    gu = people.at("gu").do(
        "/deliberations/new/enter", title="轮椅坏了没人修", category="elderly", text="一位老人的轮椅坏了，想知道谁来修。",
        source="visit", heard_on="2026-01-12", name="金阿福", phone="13812345678", words="我家金家宅，三轮轮椅坏半年了", unnamed=True,
    )  # fmt: skip
    base = gu.path
    vote = {
        "held_on": "2026-01-13",
        "eligible": 9,
        "present": 8,
        "yes": 8,
        "answer": "修轮椅归市民政局，已经转去。",
    }
    zhou = people.at("zhou")
    zhou.refused(f"{base}refer", "请选权责清单条目", **vote)
    zhou.do(f"{base}refer?item={item.pk}", **vote)
    zhou.says("市民政局", item.code)
    referral = Referral.objects.get()
    assert (referral.receiver_id, referral.via) == (town.min.unit_id, "duty")
    dept = people.at("min", phone=True).go("/").fits().says("轮到您")
    dept.go(base).fits().says("轮椅坏了没人修", item.name)
    dept.hides("金阿福", "金家宅", "13812345678", "138****5678", "三轮")
    dept.go(referral.get_absolute_url()).fits().hides("金阿福", "金家宅")
    dept.do(f"{referral.get_absolute_url()}hand_back", reason="这辆轮椅是残联配的，请转市残联。")
    found = Matter.objects.get(title="轮椅坏了没人修")
    assert (found.state, found.receiver_id) == ("registered", None)
    people.at("gu").go("/").says("轮椅坏了没人修")
    people.at("zhou").go(base).says("对方退回", "请转市残联")
    assert people.at("min").page.request.get(people.address + base).status == 404  # no longer theirs
