"""At once: two heads issue, two committees answer, an objection comes while the list is issued. Real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from gongzhi.cast import OPENED, Cast, build
from gongzhi.core import calendar, clock, units
from gongzhi.core.journal import JournalEntry
from gongzhi.core.refusal import Refused
from gongzhi.lists.duties import actions
from gongzhi.lists.duties.models import Consultation, DutyList
from gongzhi.lists.duties.tests.conftest import answer_all, fresh, put

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 3, 11)


def at_once(day: date, *calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; what each returned or raised."""
    barrier, found = Barrier(len(calls)), [None] * len(calls)

    def run(n: int, call: Callable[[], Any]) -> None:
        try:
            with clock.at(day):
                barrier.wait()
                found[n] = call()
        except Exception as error:
            found[n] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(n, c)) for n, c in enumerate(calls)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return found


@pytest.fixture
def ready() -> tuple[Cast, DutyList]:
    """A version whose publicity has run out."""
    with clock.at(DAY):
        calendar.seed()
        cast = build()
        units.open_units(
            [(units.DEPARTMENT, "太仓市公安局", "公安局", "d:1")], parent=cast["太仓市"], opened=OPENED
        )
        version = actions.draft(cast.wang, year=2026)
        put(cast, version, "A05", "SELF_DUTY", "调解民间纠纷")
        actions.send_review(cast.wang, version)
        actions.pass_review(cast.fang, version)
        actions.open_consultation(cast.wang, version)
        answer_all(cast, version)
        actions.close_consultation(cast.wang, version)
        actions.publicise(cast.wang, version, place="政府网站")
    return cast, fresh(version)


def test_two_heads_issue_at_once_and_one_number_stands(ready: tuple[Cast, DutyList]) -> None:
    cast, version = ready
    day = version.public_until + timedelta(days=1)
    found = at_once(
        day,
        *(
            lambda n=n: actions.issue(cast.zhang, version.pk, number=f"太政发〔2026〕{n}号", valid_from=day)
            for n in (15, 16)
        ),
    )
    assert sum(isinstance(f, DutyList) for f in found) == 1
    [refusal] = [f for f in found if isinstance(f, Refused)]
    assert refusal.rule == "duties.flow"
    assert JournalEntry.objects.filter(verb="duties.issue").count() == 1
    winner = next(f for f in found if isinstance(f, DutyList))
    assert fresh(version).number == winner.number


def test_an_objection_that_comes_first_holds_the_issue_up(ready: tuple[Cast, DutyList]) -> None:
    cast, version = ready
    day = version.public_until + timedelta(days=1)
    at_once(
        day,
        lambda: actions.issue(cast.zhang, version.pk, number="太政发〔2026〕15号", valid_from=day),
        lambda: actions.object_to(cast.zhou, list=version.pk, text="意见意见", channel="paper"),
    )
    held = version.objections.filter(state="open").exists()
    issued = JournalEntry.objects.filter(verb="duties.issue").first()
    objected = JournalEntry.objects.filter(verb="duties.object").first()
    # Whichever was first: a list is never issued over an objection that was already there.
    if fresh(version).state == "publicised":
        assert held
        assert issued is None
    else:
        assert objected is None or objected.pk > issued.pk


def test_two_officers_open_a_version_at_once_and_one_is_made(ready: tuple[Cast, DutyList]) -> None:
    cast, _ = ready
    found = at_once(DAY, *(lambda: actions.draft(cast.wang, year=2026, kind="two") for _ in range(2)))
    assert DutyList.objects.filter(scheme="two").count() == 1
    assert sum(isinstance(f, DutyList) for f in found) == 1
    assert any(isinstance(f, Refused) for f in found)


def test_every_committee_answers_at_once(ready: tuple[Cast, DutyList]) -> None:
    cast, version = ready
    with clock.at(DAY):
        objection = actions.object_to(cast.zhou, list=version.pk, text="意见意见", channel="paper")
        actions.uphold(cast.wang, objection, reply="采纳")
        actions.open_consultation(cast.wang, version.pk)
    by_unit = {a.unit_id: a for a in (cast.zhou, cast.wu, cast.xu, cast.sun)}
    rows = list(Consultation.objects.filter(version=version, round=2))
    found = at_once(DAY, *(lambda c=c: actions.agree(by_unit[c.unit_id], c.pk) for c in rows))
    assert all(isinstance(f, Consultation) for f in found), found
    assert Consultation.objects.filter(version=version, round=2, state="agreed").count() == 4
