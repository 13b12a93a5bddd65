"""From votes to maps: drawn when due, once, incrementally, kept and proved."""

from __future__ import annotations

import json
import zlib

import pytest
from django.db import connection, transaction
from django.db.models import F

from gongzhi.core.accounts import Account
from gongzhi.participation.opinions import actions, queries, tasks
from gongzhi.participation.opinions.actions import drawing
from gongzhi.participation.opinions.models import Moments, OpinionMap, Participant, Statement, Vote
from gongzhi.participation.opinions.rules.matrix import Sums
from gongzhi.participation.opinions.rules.numeric import np
from gongzhi.participation.opinions.tests.conftest import pour, say_all
from gongzhi.participation.opinions.tests.crowds import crowd, rand_index


@pytest.fixture
def crowded(cast, poll):
    """60 people in two camps have answered twelve statements; returns the poll, the camps and the accounts."""
    say_all(cast.gu, poll, 12)
    camp, codes = crowd(60, 12, camps=2, share=0.9, seed=3)
    return poll, camp, pour(poll, codes)


def groups(poll) -> np.ndarray:
    return np.array(
        list(Participant.objects.filter(poll=poll).order_by("pk").values_list("group", flat=True))
    )


def test_a_map_is_drawn_once_and_only_when_due(crowded):
    poll, camp, _ = crowded
    assert actions.due_polls() == [poll.pk]
    first = actions.redraw(poll.pk)
    assert (first.version, first.people, first.final) == (1, 60, False)
    assert first.votes == Vote.objects.count()
    assert rand_index(groups(poll), camp) > 0.9
    assert actions.due_polls() == []
    assert actions.redraw(poll.pk) is None
    assert OpinionMap.objects.count() == 1


def test_a_few_new_votes_wait_for_more(crowded, cast, resident):
    poll, _, _ = crowded
    actions.redraw(poll.pk)
    statement = poll.statements.first()
    for n in range(5):
        assert actions.redraw(poll.pk) is None, n
        actions.vote(resident(), statement, value="agree")
    assert actions.redraw(poll.pk).version == 2


def test_the_sums_folded_are_the_sums_of_everything(crowded, cast):
    poll, _, accounts = crowded
    actions.redraw(poll.pk)
    actions.propose(cast.gu, poll=poll.pk, text="后来才提的一句")
    later = poll.statements.get(number=13)
    for n, account in enumerate(accounts[:8]):
        row = Vote.objects.filter(account_id=account, statement__number=1)
        if not row.update(value=-F("value")) or n % 2:
            Vote.objects.create(poll=poll, statement=later, account_id=account, value=1)
        Participant.objects.filter(poll=poll, account_id=account).update(fresh=True)
    assert actions.redraw(poll.pk).version == 2
    moments = Moments.objects.get(poll=poll)
    kept = Sums.unpack(bytes(moments.sums), moments.size)
    rows = np.zeros((len(accounts), 13), dtype=np.uint8)
    place = {account: n for n, account in enumerate(accounts)}
    for account, number, value in Vote.objects.values_list("account_id", "statement__number", "value"):
        rows[place[account], number - 1] = {1: 1, -1: 2, 0: 3}[value]
    anew = Sums.of(rows)
    assert (kept.vv == anew.vv).all()
    assert (kept.vm == anew.vm).all()
    assert (kept.mm == anew.mm).all()


def test_drawing_takes_the_same_queries_for_ten_times_the_people(cast, poll):
    say_all(cast.gu, poll, 10)
    counted = []
    for start, people in ((0, 30), (30, 300)):
        pour(poll, crowd(people, 10, camps=2, share=0.9, seed=people)[1], start=start)
        with CaptureCount() as capture:
            actions.redraw(poll.pk)
        counted.append(capture.count)
    assert abs(counted[0] - counted[1]) <= 1, counted  # the first made the row of sums


class CaptureCount:
    """How many statements the block sends."""

    def __enter__(self):
        from django.test.utils import CaptureQueriesContext

        self.inner = CaptureQueriesContext(connection).__enter__()
        return self

    def __exit__(self, *error):
        self.inner.__exit__(*error)
        self.count = len([q for q in self.inner.captured_queries if "SAVEPOINT" not in q["sql"]])


def test_a_hidden_statement_leaves_the_map_at_once_and_draws_no_other(crowded, cast, resident):
    poll, _, _ = crowded
    first = actions.redraw(poll.pk)
    one = poll.statements.get(number=1)
    actions.vote(resident(), poll.statements.get(number=2), value="agree")
    actions.hide(cast.gu, one, reason="说的是某一家人")
    assert actions.redraw(poll.pk) is None, "it would tell what the one fresh voter answered"
    assert 1 not in [r.number for r in queries.view(cast.gu, poll).rows]
    for _ in range(4):
        actions.vote(resident(), poll.statements.get(number=2), value="agree")
    second = actions.redraw(poll.pk)
    assert 1 in first.result["statements"]
    assert 1 not in second.result["statements"]
    assert "1" not in second.result["cells"]
    one.refresh_from_db()
    actions.restore(cast.gu, one)
    assert actions.redraw(poll.pk) is None
    for _ in range(5):
        actions.vote(resident(), poll.statements.get(number=2), value="agree")
    assert actions.redraw(poll.pk).result["statements"] == first.result["statements"]


def test_the_last_map_is_drawn_at_the_close_with_the_last_votes(crowded, resident):
    poll, _, _ = crowded
    actions.redraw(poll.pk)
    for _ in range(5):
        actions.vote(resident(), poll.statements.first(), value="disagree")
    with transaction.atomic():
        actions.close_poll(Account.objects.get(pk=poll.thing_id))
    last = actions.redraw(poll.pk)
    assert (last.final, last.people, last.version) == (True, 65, 2)
    assert actions.redraw(poll.pk) is None


def test_at_the_close_a_few_last_votes_are_not_told(crowded, resident):
    poll, _, _ = crowded
    first = actions.redraw(poll.pk)
    for _ in range(4):
        actions.vote(resident(), poll.statements.first(), value="disagree")
    with transaction.atomic():
        actions.close_poll(Account.objects.get(pk=poll.thing_id))
    last = actions.redraw(poll.pk)
    assert (last.final, last.version, last.people) == (True, 2, 60)
    assert (last.result, last.inputs_hash) == (first.result, first.inputs_hash)
    assert actions.proves(last)
    assert actions.redraw(poll.pk) is None


def test_nobody_hides_among_those_who_answer_as_before(crowded, resident):
    poll, _, accounts = crowded
    actions.redraw(poll.pk)
    same = Vote.objects.filter(account_id__in=accounts[:9]).order_by("account_id")
    for account in accounts[:9]:  # they touch their answer, and come back to it
        Participant.objects.filter(poll=poll, account_id=account).update(fresh=True)
    assert same.exists()
    actions.vote(resident(), poll.statements.first(), value="disagree")
    assert actions.due_polls() == [poll.pk]
    assert actions.redraw(poll.pk) is None
    assert Participant.objects.get(fresh=True).account_id not in accounts, "the one waits for others"


@pytest.mark.parametrize("seed", range(4))
def test_no_two_maps_differ_by_fewer_than_a_count_needs(crowded, cast, resident, seed):
    """Whatever a keeper does between the votes: two maps in a row differ by nobody, or by five people and more."""
    poll, _, _ = crowded
    random = np.random.default_rng(seed)
    people = [resident() for _ in range(6)]

    def counted() -> dict[int, bytes]:
        rows = Participant.objects.filter(poll=poll).exclude(counted=b"")
        return {pk: bytes(c).rstrip(b"\0") for pk, c in rows.values_list("account_id", "counted")}

    def step(what: int) -> None:
        one = poll.statements.order_by("number")[int(random.integers(12))]
        if what == 0 and one.state == "shown":
            actions.hide(cast.gu, one, reason="说的是某一家人")
        elif what == 1 and one.state == "hidden":
            actions.restore(cast.gu, one)
        elif what > 1 and one.state == "shown":
            who, value = (
                people[int(random.integers(6))],
                ("agree", "disagree", "pass")[int(random.integers(3))],
            )
            actions.vote(who, one, value=value)

    for n in range(40):
        if n == 39:
            with transaction.atomic():
                actions.close_poll(Account.objects.get(pk=poll.thing_id))
        else:
            step(int(random.integers(6)))
        before, newest = counted(), queries.latest(poll.pk)
        drawn = actions.redraw(poll.pk)
        after = counted()
        moved = [pk for pk in after if before.get(pk) != after[pk]]
        assert not moved or len(moved) >= 5
        if drawn is not None and newest is not None and not moved:
            assert drawn.result == newest.result
    assert queries.latest(poll.pk).final


def test_what_is_told_adds_up_to_nothing_that_is_not(cast, poll):
    """One small count in a map without groups: neither the map nor any page says how many answers there are in all."""
    say_all(cast.gu, poll, 1)
    pour(poll, np.array([[1]] * 9 + [[2]] * 3, dtype=np.uint8))
    result = actions.redraw(poll.pk).result
    assert result["cells"]["1"] == {"0": [9, None, None]}
    assert "votes" not in result


def test_a_map_proves_itself_and_a_false_one_does_not(crowded, resident):
    poll, _, _ = crowded
    actions.redraw(poll.pk)
    for _ in range(5):
        actions.vote(resident(), poll.statements.first(), value="agree")
    actions.redraw(poll.pk)
    assert [actions.proves(m) for m in OpinionMap.objects.order_by("version")] == [True, True]
    drawn = OpinionMap.objects.get(version=2)
    drawn.result["groups"][0]["size"] += 1
    assert not actions.proves(drawn)
    drawn = OpinionMap.objects.get(version=2)
    packed = bytearray(zlib.decompress(bytes(drawn.inputs)))
    packed[-1] ^= 1
    drawn.inputs = zlib.compress(bytes(packed))
    assert not actions.proves(drawn)


def test_a_map_names_no_account_and_is_never_changed(crowded):
    poll, _, _ = crowded
    drawn = actions.redraw(poll.pk)
    head, _, body = zlib.decompress(bytes(drawn.inputs)).partition(b"\n")
    assert set(json.loads(head)) == {"numbers", "people", "axes", "settings"}
    assert len(body) == 60 * 13  # a label and twelve answers each, sorted by themselves
    assert body[60:] != b"".join(bytes(p.counted) for p in Participant.objects.order_by("pk"))
    with pytest.raises(TypeError):
        drawn.save()
    with pytest.raises(TypeError):
        OpinionMap.objects.filter(pk=drawn.pk).update(people=1)


def test_statements_learn_how_far_out_they_lie(crowded):
    poll, _, _ = crowded
    assert set(poll.statements.values_list("extremity", flat=True)) == {0}
    actions.redraw(poll.pk)
    assert max(poll.statements.values_list("extremity", flat=True)) == 1000


def test_the_minute_s_look_asks_once_however_often(crowded):
    poll, _, _ = crowded
    from procrastinate.contrib.django.models import ProcrastinateJob

    assert tasks.look() == 1
    assert tasks.look() == 1
    job = ProcrastinateJob.objects.get(task_name="opinions.redraw")
    assert (job.lock, job.args) == (f"opinions.redraw.{poll.pk}", {"poll_id": poll.pk})
    tasks.redraw(poll.pk)
    assert tasks.look() == 0


def test_fewer_people_than_the_map_asks_for_are_told_as_one(cast, poll):
    say_all(cast.gu, poll, 8)
    pour(poll, np.full((9, 8), 1, dtype=np.uint8))
    result = actions.redraw(poll.pk).result
    assert result["groups"] == []
    assert result["cells"]["1"] == {"0": [9, None, None]}
    assert len(result["shared"]) == 5
    assert Statement.objects.filter(poll=poll).count() == 8
    assert queries.latest(poll.pk).version == 1
    assert drawing.fold(poll.pk, 1) == 0
