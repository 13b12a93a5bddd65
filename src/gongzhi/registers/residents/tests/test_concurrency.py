"""Many at the door at once, on a real PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from gongzhi.cast import resident
from gongzhi.conftest import NOW
from gongzhi.core import clock
from gongzhi.core.accounts import Post
from gongzhi.core.journal import JournalEntry
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.registers.residents import actions, queries
from gongzhi.registers.residents.actions import codes, entering
from gongzhi.registers.residents.models import Claim, Code, Resident
from gongzhi.registers.residents.tests.test_claims import claim

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "13911112222"


def at_once(*calls: Callable[[], Any]) -> list[str]:
    """Run every call in its own thread at the same moment; each gives "done" or the rule that refused it."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> str:
        try:
            with clock.at(NOW):
                gate.wait()
                call()
            return "done"
        except Refused as refused:
            return refused.rule
        except NotFound:
            return "not found"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def test_a_code_lets_one_in(transactional_db: None, county: Any, settings: Any) -> None:
    settings.GATEWAY = "screen"
    code = re.search(r"\d{6}", codes.send(NEW, "sign_in", "10.0.0.1")).group()
    said = at_once(*[lambda: codes.check(NEW, "sign_in", code)] * 5)
    assert said == ["done", *["residents.code"] * 4]


def test_guessing_in_parallel_gains_no_tries(transactional_db: None, county: Any, settings: Any) -> None:
    settings.GATEWAY = "screen"
    codes.send(NEW, "sign_in", "10.0.0.1")
    at_once(*[lambda n=n: codes.check(NEW, "sign_in", f"00000{n}") for n in range(8)])
    assert Code.objects.get().tries <= 5
    said = at_once(*[lambda n=n: codes.check(NEW, "sign_in", f"00001{n}") for n in range(6)])
    assert said.count("residents.code_locked") == 4  # ten wrong ones in all, then the phone is locked


def test_one_code_a_moment_is_sent(transactional_db: None, county: Any, settings: Any) -> None:
    settings.GATEWAY = "screen"
    said = at_once(*[lambda: codes.send(NEW, "sign_in", "10.0.0.1")] * 4)
    assert said == ["done", *["residents.code_resend"] * 3]


def test_one_phone_opens_one_account(transactional_db: None, county: Any) -> None:
    said = at_once(*[lambda: entering.open_by_phone(NEW, birth_year=1965)] * 4)
    assert said == ["done"] * 4
    made = Resident.objects.exclude(nickname__in=["梅子", "兰草"]).exclude(pk=county.song.account_id).get()
    assert made.consents.count() == 1
    assert JournalEntry.objects.filter(verb="accounts.resident_opened").count() == 1


def test_two_workers_confirm_once(transactional_db: None, county: Any) -> None:
    made = claim(county, county.song)
    said = at_once(*[lambda a=a: actions.confirm(a, made.pk) for a in (county.gu, county.zhou)])
    assert said == ["done", "residents.flow"]
    assert Post.objects.filter(account_id=county.song.account_id).count() == 1


def test_confirming_and_declining_at_once_ends_in_one_of_them(transactional_db: None, county: Any) -> None:
    made = claim(county, county.song)
    said = at_once(
        lambda: actions.confirm(county.gu, made.pk),
        lambda: actions.decline(county.zhou, made.pk, reason="请带合同来"),
    )
    assert said == ["done", "residents.flow"]
    made.refresh_from_db()
    assert (made.state == "confirmed") == queries.is_confirmed(county.song.account_id, made.unit_id)


def test_one_person_is_confirmed_under_one_account(transactional_db: None, county: Any) -> None:
    person = county.person(county.gu, "宋松").pk
    claims = [claim(county, who) for who in (county.song, resident(phone="13800000009"))]
    said = at_once(*[lambda c=c: actions.confirm(county.gu, c.pk, person=person) for c in claims])
    assert said == ["done", "residents.one_account_a_person"]


def test_one_claim_is_open_however_often_it_is_sent(transactional_db: None, county: Any) -> None:
    places = ("中荷村", "虹桥村", "府东社区")
    said = at_once(*[lambda p=p: claim(county, county.song, p) for p in places])
    assert said == ["done", *["residents.one_open_claim"] * 2]


def test_two_committees_never_both_have_a_resident(transactional_db: None, county: Any) -> None:
    """梅 moves while her village ends the residence: one home, or none, never two."""
    moving = claim(county, county.mei, "虹桥村", name="梅红")
    old = Claim.objects.get(resident_id=county.mei.account_id, state="confirmed")
    said = at_once(
        lambda: actions.confirm(county.wu, moving.pk),
        lambda: actions.end(county.gu, old.pk, reason="房东说搬走了"),
    )
    assert said.count("done") >= 1
    moving.refresh_from_db()
    assert moving.state == "confirmed"
    assert Claim.objects.filter(resident_id=county.mei.account_id, state="confirmed").count() == 1
    assert queries.actor(county.mei.account_id).unit_name == "虹桥村"


def test_who_leaves_is_not_confirmed_afterwards(transactional_db: None, county: Any) -> None:
    made = claim(county, county.song)
    said = at_once(
        lambda: actions.confirm(county.gu, made.pk),
        lambda: actions.leave(county.song, county.song.account_id),
    )
    assert "done" in said
    # leaving never waits for a claim that is just being decided; asked again, it is done
    if "residents.busy" in said:
        assert Resident.objects.get(pk=county.song.account_id).left is None
        actions.leave(county.song, county.song.account_id)
    assert Resident.objects.get(pk=county.song.account_id).left is not None
    assert not Claim.objects.filter(resident_id=county.song.account_id, state="confirmed").exists()


def test_one_nickname_is_taken_once(transactional_db: None, county: Any) -> None:
    said = at_once(
        *[
            lambda a=a: actions.choose_nickname(a, a.account_id, nickname="老街坊")
            for a in (county.mei, county.lan)
        ]
    )
    assert said == ["done", "residents.nickname_once"]


def test_a_wrong_code_counts_even_though_it_is_refused(
    transactional_db: None, county: Any, settings: Any
) -> None:
    settings.GATEWAY = "screen"
    with clock.at(NOW + timedelta(hours=3)):
        codes.send(NEW, "sign_in", "10.0.0.1")
        with pytest.raises(Refused):
            codes.check(NEW, "sign_in", "abcdef")
    assert Code.objects.get().tries == 1
