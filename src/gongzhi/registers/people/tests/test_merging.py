"""One person, two entries: found, merged by two people, and undone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from gongzhi.core import search
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.todo import Todo
from gongzhi.registers.people import actions, queries, references
from gongzhi.registers.people.models import Merge, Person
from gongzhi.registers.positions import actions as positions
from gongzhi.registers.positions.models import Position

PHONE = "13812345678"


@pytest.fixture
def pair(county: Any) -> tuple[Person, Person]:
    one = county.person(county.gu, "顾清荷", phone=PHONE)
    other = county.person(
        county.gu, "顾清荷", citizen_id="320522198501011231", phone=PHONE, education="college"
    )
    return one, other


def propose(county: Any, pair: tuple[Person, Person]) -> Merge:
    return actions.propose_merge(county.gu, keep=pair[0].pk, drop=pair[1].pk, reason="同名同号")  # type: ignore[no-any-return]


def test_candidates_are_found_by_name_with_phone_or_birth_and_never_across_contradictions(
    county: Any, pair: Any
) -> None:
    found = queries.candidates(county.gu)
    assert [(c.keep.pk, c.drop.pk, c.ground) for c in found] == [(pair[0].pk, pair[1].pk, "same_phone")]
    county.person(county.gu, "顾清荷", sex="female", birth_year=1985, phone=PHONE)
    assert {c.drop.pk for c in queries.candidates(county.gu)} == {pair[1].pk, Person.objects.latest("pk").pk}
    assert queries.candidates(county.wu) == []


def test_the_one_who_proposed_cannot_confirm_even_in_another_post(county: Any, pair: Any) -> None:
    merge = propose(county, pair)
    assert (
        Todo.objects.filter(closed=None, verb="people.confirm_merge", unit=county.cast["沙溪镇"]).count() == 1
    )
    with pytest.raises(NotFound):
        actions.confirm_merge(county.gu, merge)
    lu_s_own = actions.propose_merge
    merge.proposed_by = county.lu.account_id
    merge.save()
    with pytest.raises(Refused) as refused:
        actions.confirm_merge(county.lu, merge)
    assert refused.value.rule == "people.second_person"
    merge.state, merge.decided_by = "confirmed", county.lu.account_id
    with pytest.raises(IntegrityError), transaction.atomic():
        merge.save()
    assert lu_s_own is actions.propose_merge


def test_confirming_moves_references_fills_gaps_and_hides_the_other(county: Any, pair: Any) -> None:
    keep, drop = pair
    post = positions.appoint(
        county.gu,
        person=drop.pk,
        organisation=county.bodies["中荷村"].pk,
        kind="grid_worker",
        basis="engaged",
        since=date(2025, 1, 1),
    )
    merge = actions.confirm_merge(county.lu, propose(county, pair))
    assert merge.state == "confirmed"
    keep.refresh_from_db()
    drop.refresh_from_db()
    post.refresh_from_db()
    assert (keep.citizen_id.reveal(), keep.education, keep.birth_year) == (
        "320522198501011231",
        "college",
        1985,
    )
    assert (drop.state, drop.into_id, post.person_id) == ("merged", keep.pk, keep.pk)
    assert len(search.find(county.gu, "清荷", kinds=["people.person"])) == 1
    assert queries.candidates(county.gu) == []
    assert "320522198501011231" not in str(merge.before)
    assert not Todo.objects.filter(closed=None, verb="people.confirm_merge").exists()
    with pytest.raises(Refused) as gone:
        actions.correct(county.gu, drop, education="master")
    assert gone.value.rule == "people.merged"


def test_undoing_puts_both_back_and_keeps_what_came_since(county: Any, pair: Any) -> None:
    keep, drop = pair
    body = county.bodies["中荷村"].pk
    old = positions.appoint(
        county.gu,
        person=drop.pk,
        organisation=body,
        kind="grid_worker",
        basis="engaged",
        since=date(2025, 1, 1),
    )
    merge = actions.confirm_merge(county.lu, propose(county, pair))
    new = positions.appoint(
        county.gu, person=keep.pk, organisation=body, kind="staff", basis="engaged", since=date(2026, 1, 1)
    )
    actions.correct(county.gu, keep, education="master")
    undone = actions.undo_merge(county.lu, merge, reason="是两个人")
    keep.refresh_from_db()
    drop.refresh_from_db()
    assert undone.state == "undone"
    assert (str(keep.citizen_id), keep.birth_year, keep.education) == ("", None, "master")
    assert (drop.state, drop.into_id, drop.citizen_id.reveal()) == ("listed", None, "320522198501011231")
    assert dict(Position.objects.values_list("pk", "person_id")) == {old.pk: drop.pk, new.pk: keep.pk}
    assert len(search.find(county.gu, "清荷", kinds=["people.person"])) == 2
    assert queries.candidates(county.gu) == []


def test_entries_that_contradict_are_not_merged(county: Any, pair: Any) -> None:
    other = county.person(county.gu, "顾清荷", citizen_id="32058519900307001X")
    with pytest.raises(Refused) as refused:
        actions.propose_merge(county.gu, keep=pair[1].pk, drop=other.pk, reason="同名")
    assert {p.rule for p in refused.value.problems} == {"people.merge_differs"}
    with pytest.raises(Refused):
        actions.propose_merge(county.gu, keep=other.pk, drop=other.pk, reason="同名")


def test_the_same_post_held_by_both_must_be_mended_first(county: Any, pair: Any) -> None:
    merge = propose(county, pair)
    for p, area in ((pair[0], "第 1 组"), (pair[1], "第 2 组")):
        positions.appoint(
            county.gu,
            person=p.pk,
            organisation=county.bodies["中荷村"].pk,
            kind="staff",
            basis="engaged",
            since=date(2025, 1, 1),
        )
        assert area
    with pytest.raises(Refused) as refused:
        actions.confirm_merge(county.lu, merge)
    assert refused.value.rule == "positions.merge_overlap"


def test_saying_no_keeps_the_pair_from_coming_back(county: Any, pair: Any) -> None:
    merge = actions.reject_merge(county.lu, propose(county, pair), reason="是姐妹")
    assert merge.state == "rejected"
    assert queries.candidates(county.gu) == []


def test_people_out_of_reach_are_not_merged(county: Any, pair: Any) -> None:
    far = county.person(county.sun, "顾清荷", "万安村", phone=PHONE)
    for actor in (county.gu, county.lu, county.tao):
        with pytest.raises(NotFound):
            actions.propose_merge(actor, keep=pair[0].pk, drop=far.pk, reason="同名同号")
    merge = actions.propose_merge(county.ren, keep=pair[0].pk, drop=far.pk, reason="同名同号")
    assert actions.confirm_merge(county.wang, merge).state == "confirmed"


def test_every_column_that_points_to_a_person_is_known_to_merging() -> None:
    """A new foreign key to Person must be registered, or a merge would leave its rows behind."""
    own = {"people.person", "people.merge"}
    pointing = {
        (f.model._meta.label_lower, f.attname)
        for m in apps.get_models()
        for f in m._meta.concrete_fields
        if f.is_relation and f.related_model is Person and m._meta.label_lower not in own
    }
    assert pointing == {(r.model, r.column) for r in references.known()}
