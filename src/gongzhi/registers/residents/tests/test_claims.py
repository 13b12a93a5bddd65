"""Where a resident lives: claimed, confirmed, asked about, moved, ended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongzhi.cast import resident
from gongzhi.core import clock, evidence, roles, todo
from gongzhi.core.access import SYSTEM
from gongzhi.core.accounts import ApiToken, Post
from gongzhi.core.journal import JournalEntry
from gongzhi.core.models import Evidence, Notice
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.todo import Todo
from gongzhi.registers.residents import actions, queries
from gongzhi.registers.residents.models import Claim, Resident

ID = "32058519850307002X"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def claim(county: Any, who: Any, place: str = "中荷村", **more: Any) -> Claim:
    facts = {"building": "7 号楼 2 单元", "room": "301", "name": "宋松", **more}
    return actions.claim(who, place=county.places[place].pk, **facts)


def again(actor: Any) -> Any:
    return queries.actor(actor.account_id)


def test_a_claim_waits_for_the_committee_and_gives_the_post(county: Any) -> None:
    made = claim(county, county.song)
    assert (made.state, made.unit.short, made.due) == ("claimed", "中荷村", date(2026, 3, 18))
    waits = Todo.objects.get(closed=None, thing_type="residents.claim")
    assert (waits.unit_id, waits.verb, waits.due) == (made.unit_id, "residents.confirm", made.due)
    assert waits.roles == ["committee_head", "committee_worker"]
    assert again(county.song).unit_id is None
    done = actions.confirm(county.gu, made)
    assert (done.state, done.decided, done.citizen_id_index) == ("confirmed", clock.today(), None)
    song = again(county.song)
    assert (song.unit_id, song.post_id) == (made.unit_id, done.post_id)
    assert Post.objects.get(pk=done.post_id).role == roles.RESIDENT
    assert queries.is_confirmed(song.account_id, made.unit_id)
    assert queries.home(song.account_id).place_id == county.places["中荷村"].pk
    assert not Todo.objects.filter(closed=None, thing_type="residents.claim").exists()


def test_only_the_committee_claimed_to_finds_it(county: Any) -> None:
    made = claim(county, county.song)
    for other in (county.wu, county.lu, county.wang, county.mei, county.lan, county.jian):
        for act, answers in ((actions.confirm, {}), (actions.decline, {"reason": "不是本村的"})):
            with pytest.raises(NotFound):
                act(other, made, **answers)
        assert not Claim.objects.visible_to(other, "residents.view").filter(pk=made.pk).exists()
    with pytest.raises(NotFound):
        actions.confirm(county.song, made)
    with pytest.raises(NotFound):
        actions.withdraw(county.gu, made)


@pytest.mark.parametrize(
    ("place", "answers", "rule"),
    [
        ("沙溪镇", {}, "residents.place"),
        ("中荷村", {"name": ""}, "residents.name"),
        ("中荷村", {"citizen_id": ID}, "residents.sensitive"),
        ("中荷村", {"citizen_id": "320585198503070025", "agree_sensitive": True}, "identity.citizen_id"),
    ],
)
def test_what_a_claim_must_be(county: Any, place: str, answers: dict[str, Any], rule: str) -> None:
    with pytest.raises(Refused) as refused:
        claim(county, county.song, place, **answers)
    assert refused.value.rule == rule
    assert not Claim.objects.filter(resident_id=county.song.account_id).exists()


def test_one_open_claim_at_a_time_and_none_where_one_lives(county: Any) -> None:
    made = claim(county, county.song)
    with pytest.raises(Refused) as second:
        claim(county, county.song, "虹桥村")
    assert second.value.rule == "residents.one_open_claim"
    actions.withdraw(county.song, made)
    assert claim(county, county.song, "虹桥村").state == "claimed"
    with pytest.raises(Refused) as there:
        claim(county, county.mei)
    assert there.value.rule == "residents.already_there"


def test_asking_for_more_and_the_answer(county: Any) -> None:
    made = actions.ask_more(county.gu, claim(county, county.song), question="请补一张租房合同的照片")
    assert (made.state, made.due) == ("asked", clock.today() + timedelta(days=30))
    assert not todo.of(made)
    with pytest.raises(Refused) as refused:
        actions.confirm(county.gu, made)
    assert refused.value.rule == "residents.flow"
    with pytest.raises(Refused) as nothing:
        actions.answer(county.song, made)
    assert nothing.value.rule == "residents.nothing_added"
    made = actions.answer(county.song, made, more="房东姓周", room="302")
    assert (made.state, made.due, made.more, made.room.reveal()) == (
        "claimed",
        date(2026, 3, 18),
        "房东姓周",
        "302",
    )
    assert [t.verb for t in todo.of(made)] == ["residents.confirm"]


def test_what_is_not_answered_in_time_lapses(county: Any) -> None:
    from gongzhi.registers.residents.tasks import lapse_unanswered

    made = actions.ask_more(county.gu, claim(county, county.song), question="请补一张租房合同的照片")
    with clock.at(clock.now() + timedelta(days=30)):
        assert lapse_unanswered() == 0
    with clock.at(clock.now() + timedelta(days=31)):
        assert (lapse_unanswered(), lapse_unanswered()) == (1, 0)
    made.refresh_from_db()
    assert made.state == "lapsed"


def test_declining_says_why_and_leaves_everything_else_open(county: Any) -> None:
    made = claim(county, county.song, citizen_id=ID, agree_sensitive=True)
    assert made.citizen_id.reveal() == ID
    made = actions.decline(county.gu, made, reason="台账里没有，请带租房合同来一趟")
    assert (made.state, made.reason, bool(made.citizen_id)) == (
        "declined",
        "台账里没有，请带租房合同来一趟",
        False,
    )
    assert claim(county, county.song).state == "claimed"
    entry = JournalEntry.objects.filter(verb="residents.decline").get()
    assert "租房合同" not in str(
        entry.facts
    )  # free words about a person are no part of what can never be deleted


def test_moving_ends_the_old_residence_when_the_new_one_is_confirmed(county: Any) -> None:
    old = Claim.objects.get(resident_id=county.mei.account_id)
    ApiToken.objects.create(post_id=old.post_id, digest="x", name="手机")
    made = claim(county, county.mei, "虹桥村", name="梅")
    assert again(county.mei).unit_name == "中荷村"
    actions.confirm(county.wu, made)
    old.refresh_from_db()
    assert (old.state, old.ended) == ("ended", clock.today())
    assert Post.objects.get(pk=old.post_id).until == clock.today()
    assert ApiToken.objects.get(post_id=old.post_id).revoked is not None
    assert again(county.mei).unit_name == "虹桥村"
    assert Resident.objects.get(pk=county.mei.account_id).unit.short == "虹桥村"
    told = Notice.objects.filter(unit=county.cast["中荷村"]).latest("pk")
    assert "虹桥村" in str(told)
    entry = JournalEntry.objects.filter(verb="residents.end").get()
    assert (entry.thing_id, entry.role) == (old.pk, "system")


def test_a_residence_ends_by_either_side(county: Any) -> None:
    mine = Claim.objects.get(resident_id=county.mei.account_id)
    with pytest.raises(Refused) as refused:
        actions.end(county.gu, mine)
    assert refused.value.rule == "residents.end_reason"
    actions.end(county.mei, mine)
    assert again(county.mei).unit_id is None
    hers = Claim.objects.get(resident_id=county.lan.account_id)
    with pytest.raises(NotFound):
        actions.end(county.gu, hers, reason="房东说搬走了")
    assert actions.end(county.wu, hers, reason="房东说搬走了").state == "ended"
    assert queries.confirmed_count(county.cast["太仓市"].path) == 0


def test_the_register_hints_at_who_it_may_be(county: Any, django_assert_num_queries) -> None:
    by_id = county.person(county.ren, "宋松", citizen_id=ID, sex="female", birth_year=1985)
    by_phone = county.person(county.gu, "宋大松", phone="13800000003")
    by_name = county.person(county.gu, "宋松", birth_year=1970)
    county.person(county.wu, "宋松", "虹桥村", phone="13900000000")  # out of 顾's reach
    made = claim(county, county.song, citizen_id=ID, agree_sensitive=True)
    read = queries.visible(county.gu).get(pk=made.pk)
    with django_assert_num_queries(2):
        hints = queries.hints(county.gu, read)
    assert [(h.person_id, h.ground) for h in hints] == [
        (by_id.pk, "citizen_id"),
        (by_phone.pk, "phone"),
        (by_name.pk, "name_year"),
    ]
    assert hints[0].name == "宋*"
    assert not any(h.taken for h in hints)
    actions.confirm(county.gu, made, person=by_id.pk)
    other = resident(phone="13800000009")
    second = claim(county, other, name="宋松")
    hints = queries.hints(county.gu, queries.visible(county.gu).get(pk=second.pk))
    assert {h.person_id: h.taken for h in hints}[by_id.pk]
    assert queries.namesakes(second) == 1
    with pytest.raises(Refused) as refused:
        actions.confirm(county.gu, second, person=by_id.pk)
    assert refused.value.rule == "residents.one_account_a_person"
    with pytest.raises(Refused) as refused:
        actions.confirm(county.gu, second, person=10**6)
    assert refused.value.rule == "residents.person"
    assert actions.confirm(county.gu, second).state == "confirmed"


def test_two_entries_of_one_person_do_not_merge_under_two_accounts(county: Any) -> None:
    from gongzhi.registers.people import references

    one, other = county.person(county.gu, "宋松"), county.person(county.gu, "宋松")
    for who, person in ((county.song, one), (resident(), other)):
        actions.confirm(county.gu, claim(county, who), person=person.pk)
    assert [p.rule for p in references.problems(one.pk, other.pk)] == ["residents.one_account_a_person"]


def test_proof_is_seen_by_the_committee_only_and_discarded_later(
    county: Any, settings, tmp_path, django_capture_on_commit_callbacks
) -> None:
    from gongzhi.registers.residents.tasks import discard_old_proofs

    settings.GONGZHI_HOME = tmp_path
    photo = evidence.attach(county.song, SimpleUploadedFile("合同.png", PNG))
    made = claim(county, county.song, proof=[photo.pk])
    assert evidence.visible(county.gu, photo.pk) == photo
    for other in (county.wu, county.lu, county.wang, county.jian, county.mei, county.shen):
        with pytest.raises(NotFound):
            evidence.visible(other, photo.pk)
    actions.confirm(county.gu, made)
    with clock.at(clock.now() + timedelta(days=90)):
        assert discard_old_proofs() == 0
    with clock.at(clock.now() + timedelta(days=91)), django_capture_on_commit_callbacks(execute=True):
        assert discard_old_proofs() == 1
    assert not Evidence.objects.filter(pk=photo.pk).exists()
    assert not photo.path.exists()


def test_the_journal_never_says_who_or_where(county: Any) -> None:
    made = claim(county, county.song, citizen_id=ID, agree_sensitive=True, more="房东姓周")
    actions.confirm(county.gu, made)
    actions.end(county.song, made)
    said = " ".join(
        f"{e.label} {e.actor_name} {e.facts}"
        for e in JournalEntry.objects.filter(verb__startswith="residents.")
    )
    for secret in ("宋松", "7 号楼", "301", ID, "房东", "13800000003"):
        assert secret not in said
    with pytest.raises((NotFound, Refused)):
        actions.lapse(SYSTEM, made)
