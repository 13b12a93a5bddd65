"""Agreeing, and withdrawing as easily; a consent names the version of the notice it was given to."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core import clock, dated, roles
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.models import Account
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.registers.residents import queries, rules
from gongzhi.registers.residents.actions import holding
from gongzhi.registers.residents.models import Consent, Resident

Purpose = Annotated[str, Ask(say("同意什么"), choices=rules.PURPOSES)]


def give(resident: Resident, purpose: str, *, by_account: int, by_post: int | None = None) -> bool:
    """Note, inside an act, that a resident agrees to the notice as it now is; False where that is noted already."""
    now, current = clock.now(), queries.version(purpose)
    held = resident.consents.select_for_update().filter(purpose=purpose, withdrawn=None).first()
    if held is not None:
        if held.version == current:
            return False
        held.withdrawn, held.withdrawn_by = now, None  # replaced by the newer one, not taken back
        held.save(update_fields=["withdrawn", "withdrawn_by"])
    Consent.objects.create(
        resident=resident, purpose=purpose, version=current, given=now, by_account=by_account, by_post=by_post
    )
    return True


def take_back(resident: Resident, purpose: str, *, by_account: int) -> bool:
    """Note that a consent is withdrawn and do what follows from it; False where there was none."""
    rows = resident.consents.filter(purpose=purpose, withdrawn=None)
    if not rows.update(withdrawn=clock.now(), withdrawn_by=by_account):
        return False
    if purpose == rules.SENSITIVE:
        for claim in holding.free_claims(resident):
            claim.citizen_id = ""
            claim.save(update_fields=["citizen_id", "citizen_id_index"])
    if purpose in (rules.SERVICE, rules.CHILD):
        sign_out_everywhere(resident.pk)
    return True


def sign_out_everywhere(account_id: int) -> None:
    """Every session of the account that began before now ends at its next request."""
    Account.objects.filter(pk=account_id).update(password_set=clock.now())


def wanted(resident: Resident) -> tuple[str, ...]:
    """The consents without which a resident cannot take part: the service, and for a child the guardian's."""
    year = resident.birth_year
    age = int(dated.value("residents.guardian_age"))
    child = year is not None and rules.may_be_under(year, clock.today(), age)
    return (rules.SERVICE, rules.CHILD) if child else (rules.SERVICE,)


def helper_may(actor: Actor, resident: Resident) -> None:
    """Staff act for a resident only where the resident has asked for it."""
    if actor.role != roles.RESIDENT:
        queries.helped(actor, resident.pk)


@action("residents.agree", on=Resident, label=say("同意"), offered=False, keeps_todo=True)
def agree(actor: Actor, resident: Resident, *, purpose: Purpose) -> dict[str, Any]:
    """Agree to one purpose. For a child the guardian agrees; what a worker takes down says so."""
    assert actor.account_id is not None
    if purpose == rules.CHILD and actor.account_id != resident.guardian_id:
        refuse(
            say("未满十四周岁的孩子，要由监护人同意"),
            rule="residents.guardian",
            source=say("个人信息保护法第 31 条"),
            field="purpose",
        )
    staff = actor.role != roles.RESIDENT
    # Whoever cannot come in alone says so to the worker; anybody else asks for help with the own phone.
    if staff and not (purpose == rules.HELPED and resident.registered_by is not None and not resident.phone):
        queries.helped(actor, resident.pk)
    by = resident.pk if staff else actor.account_id
    given = give(resident, purpose, by_account=by, by_post=actor.post_id if staff else None)
    return {"purpose": purpose, "version": queries.version(purpose), "new": given, "on_behalf": staff}


@action(
    "residents.withdraw_consent",
    on=Resident,
    label=say("撤回同意"),
    offered=False,
    keeps_todo=True,
    effects=(
        say("撤回以前已经办的事仍然有效。"),
        say("撤回“使用居民服务”以后会退出登录，您的资料只保存、不再使用，直到您重新同意或者注销。"),
    ),
)
def withdraw_consent(actor: Actor, resident: Resident, *, purpose: Purpose) -> dict[str, Any]:
    """Take a consent back (个人信息保护法第 15 条): as easy as giving it, and what rests on it stops."""
    assert actor.account_id is not None
    staff = actor.role != roles.RESIDENT
    if staff:
        queries.helped(actor, resident.pk)
    taken = take_back(resident, purpose, by_account=actor.account_id)
    return {"purpose": purpose, "taken": taken, "on_behalf": staff}
