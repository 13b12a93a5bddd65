"""Who a resident is to other rooms, and that a resident's session is a resident's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from gongzhi.cast import Cast, resident
from gongzhi.core import clock, roles
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Account
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.registers.residents import queries
from gongzhi.registers.residents.models import Claim, Consent, Resident


def test_a_residents_actor_stands_in_the_confirmed_residence(cast: Cast, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        mei = queries.actor(cast.mei.account_id)
    assert mei == cast.mei
    assert (mei.role, mei.unit_name, mei.name) == (roles.RESIDENT, "中荷村", "梅子")
    assert mei.post_id is not None
    assert (cast.song.unit_id, cast.song.post_id, cast.song.unit_path) == (None, None, "")
    assert queries.actor(cast.zhou.account_id) is None


def test_other_rooms_count_and_name_residents(cast: Cast, django_assert_num_queries) -> None:
    village, town = cast["中荷村"], cast["沙溪镇"]
    resident(village)
    assert (queries.confirmed_count(village.path), queries.confirmed_count(town.path)) == (2, 3)
    assert queries.is_confirmed(cast.mei.account_id, village.pk)
    assert not queries.is_confirmed(cast.mei.account_id, town.pk)
    assert not queries.is_confirmed(cast.song.account_id, village.pk)
    with django_assert_num_queries(1):
        names = queries.display_names([cast.mei.account_id, cast.song.account_id, 10**9])
    assert names[cast.mei.account_id] == "梅子"
    assert names[cast.song.account_id].startswith("居民")
    assert len(names[cast.song.account_id]) == 6
    assert names[10**9] == "居民"
    assert queries.home(cast.mei.account_id) == queries.Home(None, village.pk, "1 号楼")
    assert queries.home(cast.song.account_id) is None


def test_of_age_is_who_surely_is(cast: Cast) -> None:
    ages = {year: queries.is_adult(resident(birth_year=year).account_id) for year in (2007, 2008, None)}
    assert ages == {2007: True, 2008: False, None: True}  # on 11 March 2026 some born in 2008 are still 17


def test_one_home_a_resident_and_one_resident_a_phone(cast: Cast) -> None:
    post = Claim.objects.get(resident_id=cast.mei.account_id).post
    with pytest.raises(IntegrityError, match="residents_one_home"), transaction.atomic():
        Claim.objects.create(
            resident_id=cast.mei.account_id,
            unit=cast["虹桥村"],
            state="confirmed",
            post=post,
            decided=clock.today(),
        )
    with pytest.raises(IntegrityError, match="residents_phone_once"), transaction.atomic():
        resident(phone="138 0000 0001")
    with pytest.raises(IntegrityError, match="residents_nickname_once"), transaction.atomic():
        resident(nickname="梅子")


def test_a_worker_helps_those_who_asked_and_nobody_else(cast: Cast) -> None:
    mei = cast.mei.account_id
    assert queries.on_behalf(cast.mei, None) == mei
    for actor, whose in ((cast.mei, cast.lan.account_id), (cast.wu, mei), (cast.lu, mei), (cast.gu, None)):
        with pytest.raises(NotFound):
            queries.on_behalf(actor, whose)
    with pytest.raises(Refused) as refused:
        queries.on_behalf(cast.gu, mei)
    assert refused.value.rule == "residents.not_asked_to_help"
    Consent.objects.create(resident_id=mei, purpose="helped", version=clock.today(), by_account=mei)
    assert queries.on_behalf(cast.gu, mei) == mei


def test_a_residents_session_is_never_a_posts(cast: Cast, client_for: Callable[[Actor], Client]) -> None:
    def role_of(client: Client) -> str:
        return str(client.get("/api/v1/me").json()["role"])

    assert role_of(client_for(cast.mei)) == roles.RESIDENT
    by_post = Client()
    session = by_post.session
    session["post"] = cast.mei.post_id  # a residence post is no staff post
    session.save()
    assert role_of(by_post) == roles.PUBLIC
    both = client_for(cast.mei)
    session = both.session
    session["post"] = cast.zhou.post_id
    session.save()
    assert role_of(both) == roles.PUBLIC
    assert "post" not in both.session


def test_a_session_ends_when_idle_and_when_signed_out_everywhere(cast: Cast, client_for) -> None:
    client = client_for(cast.mei)
    with clock.at(clock.now() + timedelta(days=6)):
        assert client.get("/api/v1/me").json()["role"] == roles.RESIDENT
    with clock.at(clock.now() + timedelta(days=14)):
        assert client.get("/duties/ask/")["Location"].startswith("/resident/sign-in?idle=1")
    client = client_for(cast.lan)
    session = client.session
    session["entered"] = int(clock.now().timestamp())
    session.save()
    Account.objects.filter(pk=cast.lan.account_id).update(password_set=clock.now() + timedelta(minutes=1))
    assert client.get("/api/v1/me").json()["role"] == roles.PUBLIC


def test_administrators_find_no_residents_among_the_accounts(cast: Cast, client_for) -> None:
    assert not Account.objects.visible_to(cast.root, "accounts.view").filter(pk=cast.mei.account_id).exists()
    assert "resident:" not in client_for(cast.root).get("/accounts/").content.decode()
    assert Resident.objects.visible_to(cast.gu, "residents.view").get().pk == cast.mei.account_id
    assert not Resident.objects.visible_to(cast.lu, "residents.view").exists()


def test_a_phone_or_a_name_tells_no_nickname(cast: Cast, client_for: Callable[[Actor], Client]) -> None:
    mei = Resident.objects.get(pk=cast.mei.account_id)
    mei.name = "梅雪芬"
    mei.save()
    Consent.objects.create(resident=mei, purpose="helped", version=clock.today(), by_account=mei.pk)
    gu = client_for(cast.gu)

    def picked(kind: str, text: str) -> str:
        return gu.get(f"/search/pick?kind={kind}&q={text}").content.decode()

    for kind in ("residents.confirmed", "residents.helped"):
        for whole in ("梅雪芬", "13800000001"):
            assert f'"{mei.pk}"' in picked(kind, whole)
            assert "梅子" not in picked(kind, whole)
        assert f'"{mei.pk}"' not in picked(kind, "雪芬")
        assert "梅子" in picked(kind, "梅子")
