"""What is held about a resident's votes (never what was chosen), and what is left once the account is given up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from gongzhi.cast import Cast
from gongzhi.core.access import Actor
from gongzhi.core.clock import Hand
from gongzhi.participation.ballots import actions, queries
from gongzhi.participation.ballots.models import Ballot, Voter

from .conftest import fresh

pytestmark = pytest.mark.django_db


def test_that_somebody_voted_is_told_and_never_what(
    cast: Cast, ask: Callable[..., Ballot], folk: list[Actor], hand: Hand
) -> None:
    ballot = ask()
    mei, lan = folk[:2]
    actions.vote(mei, ballot, choices=[1])
    Voter.objects.update(name="梅雪", household="7 号楼")
    (shelf,) = queries.held_about(mei.account_id or 0)
    assert [(r["question"], r["channel"], r["name"]) for r in shelf.rows] == [
        (ballot.question, "网上投了", "梅雪")
    ]
    assert not any(option in str(shelf) for option in ballot.options)
    assert not queries.held_about(lan.account_id or 0)[0].rows
    with transaction.atomic():
        kept = actions.forget_about(mei.account_id or 0)
        assert actions.forget_about(lan.account_id or 0) == []
    assert [k.what for k in kept] == ["投票记录 1 条"]
    left = Voter.objects.get()
    assert (left.name, left.household) == ("", "7 号楼"), "a household has one vote while voting runs"
    hand.forward(days=5)
    assert actions.close(cast.gu, fresh(ballot)).state == "counted"
    with transaction.atomic():
        actions.forget_about(mei.account_id or 0)
    assert Voter.objects.get().household == ""
    found = queries.result(fresh(ballot))
    assert found is not None
    assert found.counts == [0, 1, 0]
