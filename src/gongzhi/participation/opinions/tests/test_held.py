"""What is held about a resident's statements and answers, and what is left once the account is given up."""

from __future__ import annotations

from django.db import transaction

from gongzhi.participation.opinions import actions, queries
from gongzhi.participation.opinions.models import Participant
from gongzhi.participation.opinions.tests.conftest import say_all


def test_statements_answers_and_groups_are_told_and_go_on_without_a_name(cast, poll, resident):
    mei, lan = resident(), resident()
    first, _ = say_all(cast.gu, poll, 2)
    actions.propose(mei, poll=poll.pk, text="再装两个摄像头")
    actions.vote(mei, first, value="disagree")
    Participant.objects.update(group=2)
    held = {shelf.key: shelf.rows for shelf in queries.held_about(mei.account_id)}
    assert [r["text"] for r in held["statements"]] == ["再装两个摄像头"]
    assert [(r["text"], r["value"]) for r in held["statement_votes"]] == [(first.text, "反对")]
    assert [(r["votes"], r["group"]) for r in held["opinion_groups"]] == [(1, "乙组")]
    assert not any(shelf.rows for shelf in queries.held_about(lan.account_id))
    assert not any(shelf.rows for shelf in queries.held_about(cast.gu.account_id)), (
        "staff speak for the office"
    )
    with transaction.atomic():
        kept = actions.forget_about(mei.account_id)
        assert actions.forget_about(lan.account_id) == []
    assert [k.what for k in kept] == ["看法 1 句、表态 1 次"]
    first.refresh_from_db()
    assert first.disagrees == 1
