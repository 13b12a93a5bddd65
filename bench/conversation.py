"""Taking part at scale: 10,000 matters and 10,000 threads, one of them with 500 comments, read and written over HTTP.

Beside each row stands what adhocracy-plus gave on equal content on a machine of two cores (figures from the issue).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from bench import matters
from bench.load import Rate, measure, measure_writes
from bench.votes import _session

THREADS, COMMENTS, PEOPLE = 10_000, 500, 400
CONNECTIONS = 8
WORDS = "河边那段路晚上太黑，希望先把路灯装上，护栏可以慢一点；下河的台阶要留两处，洗菜浇地都用得着。"


@dataclass(frozen=True)
class Talk:
    """What is asked: the matter, the long thread, and a session with its account for each resident."""

    matter: int
    thread: int
    sessions: dict[str, int]

    @property
    def path(self) -> str:
        return f"/conversations/{self.thread}/"


@dataclass(frozen=True)
class Row:
    """One line of the report: how it is measured, our goal (0: none), and their figures.

    Readers have no session unless ``signed_in``; a page is kept for a moment for those who have none.
    """

    what: str
    goal: int
    theirs: str
    their_queries: int
    path: Callable[[Talk], str]
    writes: bool = False
    signed_in: bool = False


ROWS = [
    Row("list of 10,000 matters", 160, "2.8-3.2", 145, lambda talk: "/deliberations/"),
    Row("the same, a resident", 160, "2.8-3.2", 145, lambda talk: "/deliberations/", signed_in=True),
    Row("matter page", 500, "22-25", 57, lambda talk: f"/deliberations/{talk.matter}/"),
    Row(
        "the same, a resident", 0, "22-25", 57, lambda talk: f"/deliberations/{talk.matter}/", signed_in=True
    ),
    Row("comments page, 50 of 500", 300, "3.2", 826, lambda talk: talk.path),
    Row("the same, a resident", 0, "3.2", 826, lambda talk: talk.path, signed_in=True),
    Row("comments page, all 500", 300, "3.2", 826, lambda talk: f"{talk.path}?size=500"),
    Row("comment written", 200, "19-22", 76, lambda talk: "/conversations/new/comment", writes=True),
]


def prepare() -> Talk:
    """Threads by one insert; the comments of the long one by the verb, as people write them."""
    from gongzhi.cast import resident
    from gongzhi.core import clock
    from gongzhi.core.units import COMMITTEE, Unit
    from gongzhi.participation.conversations import actions
    from gongzhi.participation.conversations.models import Thread

    unit = Unit.objects.filter(kind=COMMITTEE, closed=None).order_by("pk").first()
    assert unit is not None
    made = [
        Thread(thing_type="bench.idea", thing_id=n, unit=unit, public=True, about=f"第 {n} 件事", url="/")
        for n in range(THREADS)
    ]
    Thread.objects.bulk_create(made, batch_size=1000)
    folk = [resident(unit, birth_year=1980) for _ in range(PEOPLE)]
    thread, roots = made[THREADS // 2], []
    with clock.at(clock.now() - timedelta(seconds=COMMENTS)) as hand:
        for n in range(COMMENTS):
            answers = roots[n // 5 * 3 % len(roots)] if n % 5 == 4 else None
            said = actions.comment(
                folk[n % PEOPLE], thread=thread.pk, text=f"{WORDS}（{n}）", answers=answers
            )
            roots += [said.pk] if answers is None else []
            hand.forward(seconds=1)
    return Talk(matters.prepare(), thread.pk, {_session(a.account_id): int(a.account_id or 0) for a in folk})


def posts(talk: Talk) -> list[bytes]:
    """One whole request per resident, as the form on the page sends it."""
    found = []
    for session in talk.sessions:
        token = secrets.token_hex(16)
        form = urlencode(
            {"csrfmiddlewaretoken": token, "thread": talk.thread, "text": WORDS, "next_page": talk.path}
        )
        lines = [
            "POST /conversations/new/comment HTTP/1.1",
            "Host: 127.0.0.1",
            f"Cookie: sessionid={session}; csrftoken={token}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(form)}",
        ]
        found.append(("\r\n".join(lines) + "\r\n\r\n" + form).encode())
    return found


def asked(talk: Talk, row: Row) -> tuple[int, int]:
    """How many questions the database is asked, and how many bytes come back, in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    session, path = next(iter(talk.sessions)), row.path(talk)
    if row.writes or row.signed_in:
        client.cookies["sessionid"] = session
    if row.writes:
        form = {"thread": talk.thread, "text": WORDS, "next_page": talk.path}
        with CaptureQueriesContext(connection) as captured:
            answer: Any = client.post(path, form)
    else:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
    assert answer.status_code == (302 if row.writes else 200), f"{path} answered {answer.status_code}"
    return len(captured), len(answer.content)


def _reader(talk: Talk, row: Row) -> dict[str, str]:
    return {"Cookie": f"sessionid={next(iter(talk.sessions))}"} if row.signed_in else {}


def conversation(serving: Any, seconds: float) -> list[dict[str, Any]]:
    """The whole measurement against a server as ``gongzhi up`` runs it; every comment written is counted."""
    from gongzhi.core.dated import Parameter
    from gongzhi.participation.conversations.models import Comment, Thread

    talk = prepare()
    # The county's pace would stop the load, not the server: it is set aside for the measurement.
    Parameter.objects.create(
        key="conversations.comments_per_hour", value="1000", since="2001-01-01", source="bench"
    )
    counts = [asked(talk, row) for row in ROWS]
    before = Comment.objects.filter(thread_id=talk.thread).count()
    found, written = [], 0
    with serving("gongzhi.wsgi:application") as port:
        for row, (queries, size) in zip(ROWS, counts, strict=True):
            got: Rate = (
                measure_writes(port, posts(talk), connections=CONNECTIONS, seconds=seconds)
                if row.writes
                else measure(
                    port, row.path(talk), _reader(talk, row), connections=CONNECTIONS, seconds=seconds
                )
            )
            written += got.requests if row.writes else 0
            found.append(
                {
                    "what": row.what, "goal": row.goal, "theirs": row.theirs, "their_queries": row.their_queries,
                    **asdict(got), "queries": queries, "bytes": size,
                }
            )  # fmt: skip
    thread = Thread.objects.get(pk=talk.thread)
    rows = Comment.objects.filter(thread=thread)
    if rows.count() != before + written or thread.shown != rows.filter(state="shown").count():
        raise RuntimeError(
            f"{written} comments were answered, {rows.count() - before} are there, {thread.shown} counted"
        )
    return found
