"""Three administrators: nobody becomes two of them alone, and nobody takes another one's place alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from gongzhi.cast import Cast
from gongzhi.core import clock, dated, notices, roles, todo
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Account, ApiToken, Post
from gongzhi.core.journal import JournalEntry
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.site import actions, doors
from gongzhi.site.callers import digest
from gongzhi.site.models import AdministratorChange

GOOD = "Gongzhi#2026"


def account(login: str) -> Account:
    found: Account = Account.objects.get(login=login)
    return found


def rule(act: Any, *args: Any, **answers: Any) -> str:
    with pytest.raises(Refused) as told:
        act(*args, **answers)
    return told.value.rule


def key_of(actor: Actor) -> dict[str, str]:
    secret = f"gz_{actor.post_id}"
    ApiToken.objects.get_or_create(digest=digest(secret), defaults={"post_id": actor.post_id, "name": "t"})
    return {"Authorization": f"Bearer {secret}"}


def ask_reset(cast: Cast, who: str = "eye", by: str = "guard", matter: str = "password") -> None:
    actions.propose_reset(
        getattr(cast, by),
        account(who),
        matter=matter,
        reason="手机和密码都丢了",
        half="Tai#" if matter == "password" else "",
    )


def test_the_security_administrator_alone_resets_no_administrator(cast: Cast) -> None:
    for who in ("eye", "root", "guard"):
        for act, more in (
            (actions.reset_password, {"first_password": GOOD}),
            (actions.reset_second_factor, {}),
        ):
            assert rule(act, cast.guard, account(who), reason="试", **more) in (
                "site.two_administrators",
                "site.not_own_account",
            )
    actions.reset_password(cast.guard, account("gu"), first_password=GOOD, reason="忘了")  # others as before


def test_two_of_the_three_reset_the_third_each_with_half_a_password(cast: Cast) -> None:
    before = account("eye").password
    ask_reset(cast)
    assert account("eye").password == before
    change = AdministratorChange.objects.get()
    assert "Tai#" not in change.half
    assert rule(actions.confirm, cast.guard, account("eye"), half="Cang26") == "site.two_administrators"
    assert rule(actions.confirm, cast.eye, account("eye"), half="Cang26") == "site.two_administrators"
    assert rule(actions.confirm, cast.root, account("eye")) == "site.password_half"
    headers = key_of(cast.eye)
    actions.confirm(cast.root, account("eye"), half="Cang26")
    eye = account("eye")
    assert eye.check_password("Tai#Cang26")
    assert eye.must_change
    assert Client().get("/api/v1/me", headers=headers).status_code == 401
    change.refresh_from_db()
    assert (change.state, change.half, change.second_id) == ("confirmed", "", cast.root.post_id)
    told = JournalEntry.objects.filter(thing_type="core.account", thing_id=eye.pk).order_by("pk")
    assert [e.verb for e in told] == ["accounts.propose_reset", "accounts.confirm"]
    assert not any(half in str(e.facts) for e in told for half in ("Tai#", "Cang26", change.half or "Tai#"))
    assert rule(actions.confirm, cast.root, eye, half="Cang26") == "site.no_change.flow"


def test_the_second_factor_takes_two_as_well(cast: Cast, now: datetime) -> None:
    Account.objects.filter(login="eye").update(totp_secret=b"x")
    ask_reset(cast, by="root", matter="second_factor")
    assert account("eye").totp_secret
    actions.confirm(cast.guard, account("eye"))
    assert account("eye").totp_secret is None


def test_a_proposal_waits_with_the_third_and_lapses(cast: Cast, now: datetime) -> None:
    hours = int(dated.value("core.proposal_hours"))
    ask_reset(cast)
    assert [str(t) for t in todo.waiting_for(cast.root)] == ["确认：重设密码（eye）"]
    assert notices.for_actor(cast.root).count() == 1
    assert not todo.waiting_for(cast.guard).exists()
    assert not todo.waiting_for(cast.eye).exists()
    assert rule(ask_reset, cast, by="root") == "site.change_open"
    assert actions.lapse_overdue() == 0
    assert rule(actions.lapse, Actor(role=roles.SYSTEM), account("eye")) == "site.change_open"
    with pytest.raises(NotFound):
        actions.lapse(cast.root, account("eye"))
    with clock.at(now + timedelta(hours=hours)):
        assert rule(actions.confirm, cast.root, account("eye"), half="Cang26") == "site.change_lapsed"
        assert actions.lapse_overdue() == 1
        assert not todo.waiting_for(cast.root).exists()
        assert JournalEntry.objects.filter(verb="accounts.lapse").count() == 1
        ask_reset(cast)  # anew
    with clock.at(now + timedelta(hours=2 * hours + 1)):
        ask_reset(cast, by="root")  # an overdue one is no obstacle, even before the hourly job
    assert sorted(AdministratorChange.objects.values_list("state", flat=True)) == ["lapsed", "lapsed", "open"]
    assert set(AdministratorChange.objects.exclude(state="open").values_list("half", flat=True)) == {""}


def test_either_says_no(cast: Cast) -> None:
    for who in (cast.root, cast.guard, cast.eye):
        ask_reset(cast)
        actions.decline(who, account("eye"), reason="本人在岗")
    assert set(AdministratorChange.objects.values_list("state", flat=True)) == {"declined"}


def test_no_second_self_is_opened(cast: Cast) -> None:
    """Opening or appointing an administrator is the other way to become two of the three."""
    county, today = cast["太仓市"].pk, clock.today()
    made = actions.open_account(
        cast.root,
        login="guard2",
        name="管平",
        unit=county,
        role="security_admin",
        since=today,
        first_password=GOOD,
    )
    assert not Post.objects.filter(account=made).exists()
    assert rule(doors.try_password, "guard2", GOOD, "x") == "site.no_post"
    assert rule(actions.confirm, cast.root, made, half="Cang26") == "site.two_administrators"
    assert rule(actions.confirm, cast.eye, made) == "site.password_half"
    actions.confirm(cast.eye, made, half="Cang26")
    assert rule(doors.try_password, "guard2", GOOD, "x") == "site.sign_in"  # the opener knows only half of it
    assert doors.try_password("guard2", GOOD + "Cang26", "x").second_factor == "enrol"
    for role in roles.ADMINISTRATORS:
        answers = {"unit": county, "role": role, "since": today}
        assert rule(actions.appoint, cast.root, account("lu"), **answers) == "site.two_administrators"


def test_an_appointment_takes_two_and_a_password_of_ones_own(cast: Cast) -> None:
    county, today = cast["太仓市"].pk, clock.today()
    answers = {"role": "audit_admin", "unit": county, "since": today, "reason": "接任"}
    assert (
        rule(actions.propose_administrator, cast.root, account("root"), **answers) == "site.not_own_account"
    )
    clash = {**answers, "role": "security_admin"}
    assert (
        rule(actions.propose_administrator, cast.root, account("eye"), **clash) == "site.three_administrators"
    )
    Account.objects.filter(login="lu").update(must_change=True)
    assert rule(actions.propose_administrator, cast.root, account("lu"), **answers) == "site.password_not_own"
    Account.objects.filter(login="lu").update(must_change=False)
    actions.propose_administrator(cast.root, account("lu"), **answers)
    assert not account("lu").posts.filter(role="audit_admin").exists()
    actions.confirm(cast.guard, account("lu"))
    assert account("lu").posts.filter(role="audit_admin").exists()
    assert (
        rule(actions.propose_administrator, cast.root, account("lu"), **clash) == "site.three_administrators"
    )


def test_an_administrator_is_removed_by_two_and_never_without_a_successor(cast: Cast) -> None:
    eye, county, today = account("eye"), cast["太仓市"].pk, clock.today()
    post = eye.posts.get()
    assert rule(actions.dismiss, cast.root, eye, post=post.pk, until=today) == "site.two_administrators"
    assert rule(actions.close, cast.root, eye, reason="试") == "site.two_administrators"
    gone = {"matter": "close", "reason": "调离"}
    assert rule(actions.propose_removal, cast.root, eye, **gone) == "site.three_administrators"
    actions.propose_administrator(
        cast.root, account("lu"), role="audit_admin", unit=county, since=today, reason="接任"
    )
    actions.confirm(cast.guard, account("lu"))
    actions.propose_removal(cast.guard, eye, matter="dismiss", reason="调离", until=today + timedelta(days=3))
    actions.confirm(cast.root, eye)
    post.refresh_from_db()
    assert post.until == today + timedelta(days=3)
    actions.propose_removal(cast.guard, eye, **gone)
    actions.confirm(cast.root, eye)
    assert not account("eye").is_active


def test_nobody_unlocks_or_resets_himself(cast: Cast) -> None:
    Account.objects.filter(login="guard").update(failures=3)
    assert rule(actions.unlock, cast.guard, account("guard"), reason="我自己") == "site.not_own_account"
    assert account("guard").failures == 3
    for act in (actions.reset_second_factor, actions.close):
        with pytest.raises((Refused, NotFound)):
            act(cast.guard, account("guard"), reason="我自己")
    assert rule(actions.propose_reset, cast.guard, account("guard"), matter="second_factor", reason="我") == (
        "site.not_own_account"
    )


def test_ordinary_accounts_are_not_proposed(cast: Cast) -> None:
    assert rule(
        actions.propose_reset, cast.root, account("gu"), matter="password", reason="x", half="abcd"
    ) == ("site.not_administrator")
    assert rule(actions.propose_removal, cast.root, account("gu"), matter="close", reason="x") == (
        "site.not_administrator"
    )
    with pytest.raises(NotFound):
        actions.propose_reset(cast.wang, account("eye"), matter="password", reason="x", half="abcd")


def test_the_database_itself_knows_no_confirmation_by_one(cast: Cast) -> None:
    ask_reset(cast)
    row = AdministratorChange.objects.get()
    for wrong in ({"state": "confirmed"}, {"state": "confirmed", "half": "", "second": row.by_id}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AdministratorChange.objects.filter(pk=row.pk).update(**wrong)


def test_an_administrator_always_needs_a_second_factor(cast: Cast, now: datetime) -> None:
    actions.secure_setting(
        cast.guard,
        key="core.second_factor_roles",
        value="[]",
        since=clock.today() + timedelta(days=1),
        source="试",
    )
    with clock.at(now + timedelta(days=2)):
        for login in ("root", "guard", "eye"):
            found = account(login)
            assert doors.second_factor_of(found, list(found.posts.all())) == "enrol"
        wang = account("wang")
        assert doors.second_factor_of(wang, list(wang.posts.all())) == ""


def test_a_key_dies_with_its_post_and_with_its_account(cast: Cast, now: datetime) -> None:
    headers = key_of(cast.gu)
    gu, post = account("gu"), Post.objects.get(pk=cast.gu.post_id)
    actions.dismiss(cast.root, gu, post=post.pk, until=clock.today())
    assert Client().get("/api/v1/me", headers=headers).status_code == 200  # the last day is included
    with clock.at(now + timedelta(days=1)):
        assert Client().get("/api/v1/me", headers=headers).status_code == 401
        actions.appoint(cast.root, gu, unit=cast["中荷村"].pk, role="committee_worker", since=clock.today())
        assert Client().get("/api/v1/me", headers=headers).status_code == 401  # a new post, new keys
    headers = key_of(cast.zhou)
    actions.close(cast.root, account("zhou"), reason="调离")
    assert Client().get("/api/v1/me", headers=headers).status_code == 401


def test_the_page_shows_what_waits_and_the_buttons(cast: Cast, client_for: Any) -> None:
    ask_reset(cast)
    page = client_for(cast.root).get(f"/accounts/{cast.eye.account_id}/").content.decode()
    for words in (
        "等另一位管理员确认",
        "重设密码",
        "手机和密码都丢了",
        "安* 安全管理员",
        "确认管理员账号的变更",
    ):
        assert words in page
    assert "Tai#" not in page
    own = client_for(cast.guard).get(f"/accounts/{cast.eye.account_id}/").content.decode()
    assert "您提出的，要由另一位管理员确认" in own
    done = client_for(cast.root).post(
        f"/accounts/{cast.eye.account_id}/confirm", {"half": "Cang26", "confirmed": "on"}
    )
    assert done.status_code == 302
    assert account("eye").check_password("Tai#Cang26")
