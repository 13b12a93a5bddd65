"""Agreeing, withdrawing, leaving, being helped: what follows, and what stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongzhi.cast import resident
from gongzhi.core import clock, dated, evidence, personal, roles
from gongzhi.core.accounts import Account, Post
from gongzhi.core.journal import JournalEntry
from gongzhi.core.models import Evidence
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.todo import Todo
from gongzhi.registers.residents import actions, queries
from gongzhi.registers.residents.actions import codes, entering, guardians
from gongzhi.registers.residents.models import Claim, Consent, Identity, Resident
from gongzhi.registers.residents.tests.test_claims import ID, PNG, claim


def refused(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as told:
        call(*args, **kwargs)
    return told.value.rule


def registered(county: Any, **more: Any) -> Resident:
    facts = {
        "name": "何阿婆",
        "birth_year": 1941,
        "building": "3 组 18 号",
        "told": True,
        "asked": True,
        **more,
    }
    return actions.register(county.gu, **facts)


def test_consent_is_withdrawn_as_it_was_given(county: Any) -> None:
    mei = county.mei.account_id
    actions.agree(county.mei, mei, purpose="messages")
    actions.agree(county.mei, mei, purpose="messages")  # a second click gives nothing twice
    assert Consent.objects.filter(resident_id=mei, purpose="messages").count() == 1
    assert queries.who_agreed([mei, county.lan.account_id], "messages") == {mei}
    actions.withdraw_consent(county.mei, mei, purpose="messages")
    assert not queries.agreed(mei, "messages")
    kept = Consent.objects.get(resident_id=mei, purpose="messages")
    assert kept.withdrawn == clock.now()
    assert kept.withdrawn_by == mei


def test_withdrawing_what_a_number_rests_on_deletes_the_number(county: Any) -> None:
    made = claim(county, county.song, citizen_id=ID, agree_sensitive=True)
    assert queries.agreed(county.song.account_id, "sensitive")
    actions.withdraw_consent(county.song, county.song.account_id, purpose="sensitive")
    made.refresh_from_db()
    assert not made.citizen_id
    assert made.citizen_id_index is None
    assert made.state == "claimed"


def test_nobody_agrees_for_somebody_else(county: Any) -> None:
    for who in (county.lan, county.wu, county.lu):
        with pytest.raises(NotFound):
            actions.agree(who, county.mei.account_id, purpose="messages")
    for purpose in ("messages", "helped"):  # the own worker neither, unless asked
        assert (
            refused(actions.agree, county.gu, county.mei.account_id, purpose=purpose)
            == "residents.not_asked_to_help"
        )


# ---- 代办 ----


def test_a_worker_registers_somebody_without_a_phone_and_another_confirms(county: Any) -> None:
    made = registered(county, contact="13811110000", contact_whose="女儿")
    own = made.claims.get()
    assert (own.state, own.registered_by, made.unit.short) == ("claimed", county.gu.account_id, "中荷村")
    assert Todo.objects.filter(thing_type="residents.claim", thing_id=own.pk, closed=None).exists()
    assert {(c.purpose, c.by_post) for c in made.consents.all()} == {
        ("service", county.gu.post_id),
        ("helped", county.gu.post_id),
    }
    assert refused(actions.confirm, county.gu, own) == "residents.second_person"
    actions.confirm(county.zhou, own)
    assert queries.on_behalf(county.zhou, made.pk) == made.pk
    assert queries.is_confirmed(made.pk, made.unit_id)
    facts = JournalEntry.objects.get(verb="residents.register").done
    assert facts["on_behalf"] is True


def test_whoever_wrote_the_phone_down_does_not_confirm_a_claim_made_by_it(county: Any) -> None:
    made = registered(county, phone="13811112222")
    own = queries.actor(made.pk)
    assert own is not None
    actions.withdraw(own, made.claims.get())
    again = actions.claim(own, place=county.places["中荷村"].pk, building="3 组 18 号")
    assert again.registered_by is None
    assert refused(actions.confirm, county.gu, again) == "residents.second_person"
    actions.confirm(county.zhou, again)


def test_what_registering_asks_for(county: Any) -> None:
    assert refused(registered, county, told=False) == "residents.consent"
    assert refused(registered, county, birth_year=2016) == "residents.guardian"
    assert refused(registered, county, phone="13800000001") == "residents.phone_once"
    assert refused(registered, county, contact="123") == "identity.phone"
    for who in (county.lu, county.mei, county.wang, county.jian):
        with pytest.raises(NotFound):
            actions.register(who, name="何阿婆", birth_year=1941, building="3 组", told=True)


def test_help_ends_when_it_is_taken_back_and_can_be_asked_for_again_face_to_face(county: Any) -> None:
    made = registered(county)
    actions.correct(county.gu, made, contact="13811110000", contact_whose="邻居")
    assert JournalEntry.objects.get(verb="residents.correct").done["on_behalf"] is True
    actions.withdraw_consent(county.gu, made, purpose="helped")
    assert refused(actions.correct, county.gu, made, name="何") == "residents.not_asked_to_help"
    actions.agree(county.gu, made, purpose="helped")
    assert queries.agreed(made.pk, "helped")
    with pytest.raises(NotFound):
        actions.correct(county.wu, made, name="何")


def test_a_helper_does_nothing_for_whom_the_service_was_taken_back_but_mend_and_let_go(county: Any) -> None:
    made = registered(county, phone="13811112222")
    actions.withdraw_consent(county.gu, made, purpose="service")
    assert refused(queries.on_behalf, county.gu, made.pk) == "residents.consent"
    assert queries.helped(county.gu, made.pk) == made.pk
    actions.correct(county.gu, made, contact="13811110000", contact_whose="邻居")
    actions.agree(county.gu, made, purpose="service")
    assert queries.on_behalf(county.gu, made.pk) == made.pk
    actions.withdraw_consent(county.gu, made, purpose="service")
    actions.leave(county.gu, made)


def test_no_message_goes_to_whom_the_service_was_taken_back(
    county: Any, settings: Any, monkeypatch: Any
) -> None:
    from gongzhi.core import gateway
    from gongzhi.registers.residents.queries import mailing
    from gongzhi.registers.residents.tasks import tell_decisions

    sent: list[str] = []
    settings.GATEWAY = "screen"
    monkeypatch.setattr(gateway, "send", lambda channel, to, text, key="": sent.append(to) or "")
    made = claim(county, county.song)
    mei, song = county.mei.account_id, county.song.account_id
    for who in (mei, song):
        Consent.objects.create(resident_id=who, purpose="messages", version=clock.today(), by_account=who)
    Resident.objects.filter(pk=song).update(birth_year=2016)
    assert set(mailing.numbers([mei, song])) == {mei}  # a child is served with the guardian's consent only
    Resident.objects.filter(pk=song).update(birth_year=1970)
    assert set(mailing.numbers([mei, song])) == {mei, song}
    actions.withdraw_consent(county.song, song, purpose="service")
    assert set(mailing.numbers([mei, song])) == {mei}
    actions.decline(county.zhou, made, reason="户口簿没有带来")
    assert tell_decisions() == 0
    assert sent == []
    assert Claim.objects.get(pk=made.pk).told is not None


def test_a_claim_made_on_behalf_says_so(county: Any) -> None:
    made = registered(county)
    actions.decline(county.zhou, made.claims.get(), reason="户口簿没有带来")
    gone = Resident.objects.get(pk=made.pk)
    assert gone.left == clock.today()  # nobody could reach her: nothing about her is kept
    assert not gone.name
    made = registered(county, phone="13811112222")
    actions.decline(county.zhou, made.claims.get(), reason="户口簿没有带来")
    assert Resident.objects.get(pk=made.pk).left is None  # she may come in by herself
    place = county.places["中荷村"].pk
    again = actions.claim(county.gu, place=place, building="3 组 18 号", on_behalf=made.pk)
    assert again.registered_by == county.gu.account_id
    assert refused(actions.confirm, county.gu, again) == "residents.second_person"
    with pytest.raises(NotFound):
        actions.claim(county.wu, place=place, building="3 组", on_behalf=made.pk)


# ---- leaving ----


def test_leaving_deletes_who_it_was_and_keeps_the_record(
    county: Any, settings, tmp_path, django_capture_on_commit_callbacks
) -> None:
    settings.GONGZHI_HOME = tmp_path
    mei = county.mei.account_id
    used = evidence.attach(county.mei, SimpleUploadedFile("合同.png", PNG))
    unused = evidence.attach(county.mei, SimpleUploadedFile("别的.png", PNG + b"1"))
    open_claim = claim(county, county.mei, "虹桥村", name="梅红", proof=[used.pk])
    entering.keep_identity(Resident.objects.get(pk=mei), "weixin", "0" * 32)
    with django_capture_on_commit_callbacks(execute=True):
        actions.leave(county.mei, mei)
    gone = Resident.objects.get(pk=mei)
    assert not any([gone.name, gone.phone, gone.nickname, gone.birth_year, gone.unit_id])
    assert gone.left == clock.today()
    assert queries.display_name(mei) == "已注销的居民"
    assert queries.actor(mei) is None
    assert not Account.objects.get(pk=mei).is_active
    assert queries.confirmed_count(county.cast["中荷村"].path) == 0
    assert Post.objects.get(account_id=mei).until == clock.today()
    open_claim.refresh_from_db()
    assert (open_claim.state, open_claim.building, bool(open_claim.room)) == ("withdrawn", "", False)
    assert not Evidence.objects.filter(pk__in=[used.pk, unused.pk]).exists()
    assert not used.path.exists()
    assert not Identity.objects.exists()
    assert not Consent.objects.filter(resident_id=mei, withdrawn=None).exists()
    assert JournalEntry.objects.filter(account_id=mei, verb="residents.leave").exists()
    assert entering.open_by_phone("13800000001").pk != mei
    assert not any(shelf.rows for shelf in personal.held(mei))
    for who in (county.mei, county.gu):
        with pytest.raises(NotFound):
            actions.leave(who, mei)


def test_a_guardian_who_leaves_takes_the_consent_along(county: Any) -> None:
    child = resident(birth_year=2016)
    row = Resident.objects.get(pk=child.account_id)
    row.guardian_id = county.mei.account_id
    row.save()
    Consent.objects.create(
        resident=row, purpose="child", version=clock.today(), by_account=county.mei.account_id
    )
    assert [w.pk for w in queries.wards(county.mei.account_id)] == [row.pk]
    assert (
        refused(actions.claim, county.mei, place=county.places["虹桥村"].pk, building="1", name="")
        == "residents.name"
    )
    actions.leave(county.mei, county.mei.account_id)
    row.refresh_from_db()
    assert row.guardian_id is None
    rule = refused(
        actions.claim, queries.actor(row.pk), place=county.places["虹桥村"].pk, building="1", name="小"
    )
    assert rule == "residents.consent"


def test_a_guardian_sees_mends_and_deletes_the_childs_account(county: Any) -> None:
    child = resident(birth_year=2016)
    Resident.objects.filter(pk=child.account_id).update(guardian_id=county.mei.account_id)
    assert Resident.objects.visible_to(county.mei, "residents.view").count() == 2
    assert refused(actions.correct, child, child.account_id, birth_year=1990) == "residents.child_year"
    actions.choose_nickname(county.mei, child.account_id, nickname="小石榴")
    actions.leave(county.mei, child.account_id)
    assert queries.actor(child.account_id) is None
    assert queries.actor(county.mei.account_id) is not None
    with pytest.raises(NotFound):
        actions.leave(county.lan, county.mei.account_id)


def test_a_guardians_reach_ends_when_the_child_is_fourteen_and_never_is_the_phone(county: Any) -> None:
    child = resident(county.cast["中荷村"], birth_year=2012)
    Resident.objects.filter(pk=child.account_id).update(guardian_id=county.mei.account_id)
    with clock.at(clock.now()) as hand:
        proof = codes.prove("13811119999", codes.NEW_PHONE)
        with pytest.raises(NotFound):
            actions.change_phone(county.mei, child.account_id, proof=proof)
        assert Claim.objects.visible_to(county.mei, "residents.view").count() == 2
        hand.forward(days=300)  # 2027: surely fourteen
        assert queries.wards(county.mei.account_id) == []
        assert Claim.objects.visible_to(county.mei, "residents.view").count() == 1
        for act in (actions.leave, actions.sign_out_all, actions.choose_nickname):
            with pytest.raises(NotFound):
                act(county.mei, child.account_id)
        own = Claim.objects.get(resident_id=child.account_id)
        with pytest.raises(NotFound):
            actions.end(county.mei, own)


def test_a_county_that_asks_guardians_for_longer_gives_them_the_reach(county: Any) -> None:
    child = resident(birth_year=2010)
    Resident.objects.filter(pk=child.account_id).update(guardian_id=county.mei.account_id)
    assert queries.wards(county.mei.account_id) == []
    tomorrow = clock.today() + timedelta(days=1)
    dated.change(county.wang, "residents.guardian_age", "16", tomorrow, "会议")
    with clock.at(clock.now() + timedelta(days=1)):
        assert [w.pk for w in queries.wards(county.mei.account_id)] == [child.account_id]
        actions.choose_nickname(county.mei, child.account_id, nickname="小石榴")


def test_a_consent_that_a_guardian_took_back_no_other_phone_gives(county: Any) -> None:
    child, mei = resident(birth_year=2016), county.mei.account_id
    with clock.at(clock.now()):
        first = codes.prove("13800000001", codes.GUARDIAN)
        friend = codes.prove("13800000003", codes.GUARDIAN)
        stranger = codes.prove("13811118888", codes.GUARDIAN)
        actions.name_guardian(child, child.account_id, proof=first)
        actions.withdraw_consent(county.mei, child.account_id, purpose="child")
        for other in (friend, stranger):
            rule = refused(actions.name_guardian, child, child.account_id, proof=other)
            assert rule == "residents.other_guardian"
        assert entering.by_phone("13811118888") is None
        assert not queries.agreed(child.account_id, "child")
        actions.name_guardian(child, child.account_id, proof=first)
        assert queries.agreed(child.account_id, "child")
        assert Resident.objects.get(pk=child.account_id).guardian_id == mei
        rule = refused(actions.name_guardian, county.song, county.song.account_id, proof=first)
        assert rule == "residents.no_child"


def test_a_year_that_was_confirmed_is_mended_by_the_committee_alone(county: Any) -> None:
    young = resident(county.cast["中荷村"], birth_year=2010)
    pk = young.account_id
    assert refused(actions.correct, young, pk, birth_year=1990) == "residents.confirmed_year"
    assert not queries.is_adult(pk)
    actions.correct(young, pk, name="小苗", birth_year=2010)  # the form sends it along unchanged
    actions.agree(young, pk, purpose="helped")
    actions.correct(county.gu, pk, birth_year=2009)
    assert Resident.objects.get(pk=pk).birth_year == 2009
    actions.correct(county.song, county.song.account_id, birth_year=1971)  # nobody has looked at it yet


def test_a_guardian_is_somebody_else_and_of_age(county: Any) -> None:
    with clock.at(clock.now()):
        own = codes.prove("13800000003", codes.GUARDIAN)
        assert refused(guardians.by_proof, own, but="13800000003") == "residents.own_guardian"
        resident(phone="13800000008", birth_year=2016)
        rule = refused(guardians.by_proof, codes.prove("13800000008", codes.GUARDIAN))
        assert rule == "residents.guardian_adult"
        resident(phone="13800000009", birth_year=2010)
        rule = refused(guardians.by_proof, codes.prove("13800000009", codes.GUARDIAN))
        assert rule == "residents.guardian_adult"


def test_another_phone_puts_the_old_one_out(county: Any) -> None:
    with clock.at(clock.now() + timedelta(minutes=1)):
        proof = codes.prove("13811119999", codes.NEW_PHONE)
        actions.change_phone(county.mei, county.mei.account_id, proof=proof)
        assert entering.by_phone("13811119999").pk == county.mei.account_id
        assert entering.by_phone("13800000001") is None
        assert Account.objects.get(pk=county.mei.account_id).password_set == clock.now()
        taken = codes.prove("13800000002", codes.NEW_PHONE)
        assert (
            refused(actions.change_phone, county.mei, county.mei.account_id, proof=taken)
            == "residents.phone_once"
        )
        wrong = codes.prove("13811118888", codes.SIGN_IN)
        assert (
            refused(actions.change_phone, county.mei, county.mei.account_id, proof=wrong) == "residents.proof"
        )


def test_decisions_are_told_once_by_message(county: Any, settings, monkeypatch) -> None:
    from gongzhi.core import gateway
    from gongzhi.registers.residents.tasks import tell_decisions

    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(gateway, "send", lambda channel, to, text, key="": sent.append((to, text)) or "")
    made = claim(county, county.song)
    assert tell_decisions() == 0
    actions.confirm(county.gu, made)
    assert (tell_decisions(), tell_decisions()) == (1, 0)
    assert sent == [("13800000003", "【共治】您在中荷村的居住登记已经确认，可以参加这里的协商和表决了。")]
    helped = registered(county, contact="13811110000")
    actions.ask_more(county.zhou, helped.claims.get(), question="请带户口簿来")
    monkeypatch.setattr(gateway, "send", lambda *a, **k: (_ for _ in ()).throw(gateway.Undelivered()))
    assert tell_decisions() == 0
    assert Claim.objects.filter(told=None).count() == 1  # kept for the next round


def test_the_role_of_a_resident_reaches_nothing_of_the_staff(county: Any) -> None:
    from gongzhi.core import access

    held = {v for v in access.rights() if access.rights()[v].get(roles.RESIDENT)}
    for verb in (
        "people.view",
        "positions.view",
        "settings.view",
        "accounts.view",
        "todo.oversee",
        "journal.view",
    ):
        assert verb not in held
