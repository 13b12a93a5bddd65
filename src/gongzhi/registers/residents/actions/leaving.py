"""Giving up the account: what says who it was goes, what is the village's record stays without a name."""

from __future__ import annotations

from typing import Any

from gongzhi.core import clock, discarding, personal
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.models import Account
from gongzhi.core.words import say
from gongzhi.registers.residents import rules
from gongzhi.registers.residents.actions import claiming, consents, ending, holding
from gongzhi.registers.residents.models import Claim, Identity, Resident


@action(
    "residents.leave",
    on=Resident,
    label=say("注销账号"),
    irreversible=True,
    leaves_scope=True,
    offered=False,
    effects=(
        say("姓名、手机号、昵称、出生年份、门牌和证明材料立即删除，不能恢复。"),
        say("提过的事、投过的票是村务档案，照规定保存，但从此认不出是您（村民委员会组织法第 34 条）。"),
        say("操作记录只有一个编号，依法保存，不能删改（网络安全法）。"),
        say("同一个手机号以后可以重新注册，是一个新的账号。"),
    ),
)
def leave(actor: Actor, resident: Resident) -> dict[str, Any]:
    """Give the account up (个人信息保护法第 47 条)."""
    consents.helper_may(actor, resident)
    return {"kept": [k.what for k in erase(resident)], "own": actor.account_id == resident.pk}


def erase(resident: Resident) -> list[personal.Kept]:
    """Delete or unname everything about a resident in every room; returns what stays, and why."""
    claims = holding.free_claims(resident)
    kept = personal.forget(resident.pk)
    for claim in claims:
        if claim.state == "confirmed":
            ending.finish(claim)
        bare(claim)
    discarding.discard_unused(resident.pk)
    for ward in resident.wards.filter(left=None):
        consents.take_back(ward, rules.CHILD, by_account=resident.pk)
    resident.wards.update(guardian=None)
    Identity.objects.filter(resident=resident).delete()
    today = clock.today()
    resident.consents.filter(withdrawn=None).update(withdrawn=clock.now(), withdrawn_by=resident.pk)
    resident.name = resident.phone = resident.contact = ""
    resident.nickname = resident.contact_whose = ""
    resident.birth_year = resident.guardian = resident.unit = None
    resident.left = today
    resident.save()
    Account.objects.filter(pk=resident.pk).update(is_active=False, name="", password_set=clock.now())
    return kept


def bare(claim: Claim) -> None:
    """Take from a claim what says who and where; that there was one stays."""
    if claim.state in rules.OPEN:
        claim.state, claim.decided = "withdrawn", clock.today()
    claim.building = claim.more = claim.question = claim.reason = ""
    claim.room = claim.citizen_id = ""
    claim.person_id, claim.told, claim.due = None, clock.now(), None
    claim.save()
    discarding.discard(claim, key=claiming.PROOF)


def forget_unreachable(account_id: int) -> None:
    """Somebody whom a worker registered, who has no phone and whom no committee knows as its resident, is forgotten:
    nobody could ever act for them or tell them anything."""
    resident = Resident.objects.select_for_update().get(pk=account_id)
    homeless = not resident.claims.filter(state__in=[*rules.OPEN, "confirmed"]).exists()
    if resident.registered_by is not None and not resident.phone and homeless:
        erase(resident)
