"""Residents who read and vote over HTTP at once; afterwards every vote is counted against their own log.

Each resident has a connection, thinks between two steps as people do, reads the list, the ballot and the voting page,
votes, and sometimes changes the vote. Nothing but 200 and the redirect after a vote is expected.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Log:
    """What the clients saw: times of all requests in seconds, what went wrong, and the last vote of each resident."""

    times: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    votes: dict[str, int] = field(default_factory=dict)
    sent: int = 0

    def share(self, part: float) -> float:
        """A percentile of the times, in milliseconds."""
        ordered = sorted(self.times)
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000, 1) if ordered else 0.0


class Resident:
    """One person's browser: a connection kept open, a session, and what the person does."""

    def __init__(self, port: int, session: str, ballot: int, options: int, log: Log, seed: int) -> None:
        self.port, self.session, self.log = port, session, log
        self.page, self.options = f"/ballots/{ballot}/", options
        self.dice = random.Random(seed)
        self.csrf = ""
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def live(self, until: float, pause: tuple[float, float]) -> None:
        """Read and vote until the time is over; a step that has begun is finished."""
        await asyncio.sleep(self.dice.uniform(0, pause[1]))
        voted = False
        while time.perf_counter() < until:
            step = "vote" if not voted or self.dice.random() < 0.2 else self.dice.choice(("list", "ballot"))
            try:
                voted = await self.vote() or voted if step == "vote" else await self.read(step) or voted
            except (OSError, asyncio.IncompleteReadError, ValueError) as error:
                self.log.errors[type(error).__name__] += 1
                self.drop()
            await asyncio.sleep(self.dice.uniform(*pause))
        self.drop()

    async def read(self, step: str) -> bool:
        """Look at the list or at the ballot."""
        status, _, _ = await self.ask("GET", "/ballots/" if step == "list" else self.page)
        self.expect(status, 200, step)
        return False

    async def vote(self) -> bool:
        """Open the voting page and send it, as its form does."""
        status, _, body = await self.ask("GET", f"{self.page}vote")
        token = TOKEN.search(body)
        if not self.expect(status, 200, "voting page") or token is None:
            return False
        choice = self.dice.randrange(self.options)
        form = f"csrfmiddlewaretoken={token[1].decode()}&choices={choice}"
        self.log.sent += 1
        status, head, _ = await self.ask("POST", f"{self.page}vote", form)
        if not self.expect(status, 302, "vote") or not head.get("location", "").endswith(self.page):
            return False
        self.log.votes[self.session] = choice
        return True

    def expect(self, status: int, wanted: int, step: str) -> bool:
        """Note what is not as it should be."""
        if status != wanted:
            self.log.errors[f"{step}: {status}"] += 1
        return status == wanted

    async def ask(self, method: str, path: str, form: str = "") -> tuple[int, dict[str, str], bytes]:
        """One request on the kept connection."""
        if self.writer is None or self.reader is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        cookies = f"sessionid={self.session}" + (f"; csrftoken={self.csrf}" if self.csrf else "")
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Cookie: {cookies}"]
        if form:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}"]
        began = time.perf_counter()
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n" + form).encode())
        await self.writer.drain()
        status, head, body = await self.answer(self.reader)
        self.log.times.append(time.perf_counter() - began)
        if head.get("connection", "").lower() == "close":
            self.drop()
        return status, head, body

    async def answer(self, reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
        """Read one whole answer, and remember the token's cookie."""
        raw = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = raw.rstrip().split("\r\n")
        head: dict[str, str] = {}
        for line in rest:
            key, _, value = line.partition(":")
            head[key.lower()] = value = value.strip()
            if key.lower() == "set-cookie" and value.startswith("csrftoken="):
                self.csrf = value.partition("=")[2].partition(";")[0]
        body = b""
        if head.get("transfer-encoding", "").lower() == "chunked":
            while size := int(await reader.readline(), 16):
                body += await reader.readexactly(size)
                await reader.readline()
            await reader.readline()
        elif length := int(head.get("content-length", 0)):
            body = await reader.readexactly(length)
        return int(first.split()[1]), head, body

    def drop(self) -> None:
        """Close the connection; the next step opens another."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


def crowd(
    port: int, sessions: Sequence[str], ballot: int, options: int, seconds: float, pause: tuple[float, float]
) -> Log:
    """Everybody at once for some seconds."""
    log = Log()

    async def all_of_them() -> None:
        until = time.perf_counter() + seconds
        people = [Resident(port, s, ballot, options, log, n) for n, s in enumerate(sessions)]
        await asyncio.gather(*(p.live(until, pause) for p in people))

    asyncio.run(all_of_them())
    return log


# ---------------------------------------------------------------- the county's side


def prepare(unit: Any, people: int) -> tuple[Any, list[str], dict[str, int]]:
    """A ballot of ``unit`` for ``people`` fresh residents with open sessions: the ballot, the sessions, and whose they are."""
    from gongzhi.cast import resident
    from gongzhi.core import clock
    from gongzhi.participation.ballots import actions

    folk = [resident(unit, birth_year=1980) for _ in range(people)]
    sessions = {_session(a.account_id): a.account_id for a in folk}
    ballot = actions.open_ballot(
        None,
        unit.pk,
        question="中心河步道护栏用哪个方案",
        options=["仿木护栏", "石栏杆", "只装路灯"],
        closes=clock.now() + timedelta(days=1),
    )
    return ballot, list(sessions), {k: int(v or 0) for k, v in sessions.items()}


def _session(account_id: int | None) -> str:
    from django.contrib.sessions.backends.db import SessionStore

    from gongzhi.core import clock
    from gongzhi.registers.residents import queries as residents

    session = SessionStore()
    session["resident"], session["seen"] = account_id, int(clock.now().timestamp())
    session["agreed"] = residents.version(
        "service"
    ).isoformat()  # what the door asks of everyone who comes in
    session.save()
    assert session.session_key is not None
    return session.session_key


def settle(ballot: Any, log: Log, whose: dict[str, int]) -> dict[str, Any]:
    """End the vote and compare: who voted, and what was counted, with what the clients were told."""
    from gongzhi.core import clock
    from gongzhi.core.access import SYSTEM
    from gongzhi.participation.ballots import actions, queries

    ballot.refresh_from_db()
    told = {whose[s] for s in log.votes}
    known = set(ballot.voters.values_list("account_id", flat=True))
    with clock.at(ballot.closes):
        actions.close(SYSTEM, ballot)
    found = queries.result(ballot)
    assert found is not None
    wanted = [list(log.votes.values()).count(n) for n in range(len(ballot.options))]
    return {
        "residents": len(whose), "requests": len(log.times), "votes_sent": log.sent, "voters": len(known),
        "p50": log.share(0.50), "p99": log.share(0.99), "errors": dict(log.errors),
        "lost": len(told - known), "unasked": len(known - told), "counted": found.counts, "logged": wanted,
    }  # fmt: skip


def votes(serving: Any, people: int, seconds: float) -> dict[str, Any]:
    """The whole measurement against a server as ``gongzhi up`` runs it. Raises when a vote is missing."""
    from gongzhi.core.units import COMMITTEE, Unit

    unit = Unit.objects.filter(kind=COMMITTEE, closed=None).order_by("pk").first()
    ballot, sessions, whose = prepare(unit, people)
    with serving("gongzhi.wsgi:application") as port:
        log = crowd(port, sessions, ballot.pk, len(ballot.options), seconds, (3.0, 9.0))
    found = {"seconds": seconds, **settle(ballot, log, whose)}
    if found["lost"] or found["unasked"] or found["counted"] != found["logged"]:
        raise RuntimeError(f"votes do not match the clients' log: {found}")
    return found
