"""The committee answers a claim; a residence ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from gongzhi.core import access, clock, dated, journal, notices, roles
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.models import Post
from gongzhi.core.refusal import Problem, check_all
from gongzhi.core.words import say
from gongzhi.registers.once import once
from gongzhi.registers.people import actions as people
from gongzhi.registers.people import queries as register
from gongzhi.registers.residents import rules
from gongzhi.registers.residents.actions import ending, holding, leaving
from gongzhi.registers.residents.models import Claim

ONE_ACCOUNT = Problem(
    say("台账里的这个人已经由另一个居民账号确认居住，一个人只能确认一次，请核对是不是同一人"),
    "residents.one_account_a_person",
    say("一人一票（本县设定）"),
    "person",
)


def second_person(actor: Actor, claim: Claim) -> None:
    """Who registered somebody on their behalf does not confirm it too: neither the claim then made, nor a later one that
    came by the phone which the same worker wrote down."""
    wanted = bool(dated.value("residents.second_person"))
    by = {claim.registered_by, claim.resident.registered_by}
    check_all(rules.second_person_problem(who, actor.account_id, wanted) for who in by)


@action(
    "residents.confirm",
    on=Claim,
    label=say("确认居住"),
    main=True,
    check=second_person,
    effects=(
        say("这位居民从现在起可以参加本村（社区）的协商和表决。"),
        say("在别处的居住登记同时结束；填过的身份证号立即删除。"),
    ),
)
def confirm(
    actor: Actor,
    claim: Claim,
    *,
    person: Annotated[
        int | None,
        Ask(say("台账里是哪一位"), help=say("选上就能防止一人登记两次"), pick="people.person", min=1),
    ] = None,
) -> dict[str, Any]:
    """Confirm that the resident lives here: gives the residence post, and ends the one held elsewhere."""
    # Claims are held before the resident, by everybody who decides.
    held = Claim.objects.select_for_update().filter(resident=claim.resident_id, state="confirmed").first()
    resident = holding.locked(claim.resident_id)
    check_all([_person_problem(actor, person)])
    moved_from = _end_elsewhere(held, claim)
    post = Post.objects.create(
        account_id=resident.pk, role=roles.RESIDENT, unit_id=claim.unit_id, since=clock.today()
    )
    claim.state = rules.FLOW.step(claim.state, "confirm", rules.COMMITTEE)
    claim.person_id, claim.post, claim.came_from = person, post, None
    claim.citizen_id, claim.decided, claim.told, claim.due = "", clock.today(), None, None
    with once(ONE_ACCOUNT):
        claim.save()
    resident.unit_id = claim.unit_id
    resident.save(update_fields=["unit"])
    return {"matched": person is not None, "moved_from": moved_from}


def _person_problem(actor: Actor, person: int | None) -> Problem | None:
    if person is None:
        return None
    if not register.reachable(actor, [person]):
        return Problem(say("台账里没有这个人，请重新选"), "residents.person", field="person")
    if Claim.objects.filter(person_id=person, state="confirmed").exists():
        return ONE_ACCOUNT
    return None


def _end_elsewhere(held: Claim | None, claim: Claim) -> int | None:
    """End the residence held so far, and tell the committee there; returns its unit."""
    if held is None:
        return None
    ending.finish(held)
    journal.write(
        access.SYSTEM,
        "residents.end",
        thing_type=held.kind(),
        thing_id=held.pk,
        label=held.label(),
        unit_id=held.unit_id,
        facts={"moved_to": claim.unit_id},
    )
    told = say("一位居民的居住登记已转到{place}", place=claim.unit.short)
    notices.send(held.unit_id, access.roles_with("residents.confirm"), told, held, verb="residents.end")
    return held.unit_id


@action("residents.ask_more", on=Claim, label=say("请居民补充"))
def ask_more(
    actor: Actor,
    claim: Claim,
    *,
    question: Annotated[
        str, Ask(say("请居民补充什么"), help=say("居民会看到这句话"), min=4, max=300, rows=3)
    ],
) -> dict[str, Any]:
    """Ask for what is missing; the committee's days begin anew when it comes."""
    claim.state = rules.FLOW.step(claim.state, "ask_more", rules.COMMITTEE)
    claim.question, claim.told = question, None
    claim.due = clock.today() + timedelta(days=int(dated.value("residents.days_to_answer")))
    claim.save()
    return {}


@action("residents.decline", on=Claim, label=say("不确认"))
def decline(
    actor: Actor,
    claim: Claim,
    *,
    reason: Annotated[
        str, Ask(say("理由"), help=say("居民会看到这句话，请写明差什么、可以怎么办"), min=4, max=300, rows=3)
    ],
) -> dict[str, Any]:
    """Do not confirm, and say why: the resident may claim again, and goes on raising matters meanwhile."""
    claim.state = rules.FLOW.step(claim.state, "decline", rules.COMMITTEE)
    claim.reason, claim.citizen_id = reason, ""
    claim.decided, claim.told, claim.due = clock.today(), None, None
    claim.save()
    leaving.forget_unreachable(claim.resident_id)
    return {}


@action("residents.lapse", on=Claim, label=say("没有补充，关闭申请"), offered=False)
def lapse(actor: Actor, claim: Claim) -> dict[str, Any]:
    """Close a claim to which nothing was added in time."""
    claim.state = rules.FLOW.step(claim.state, "lapse")
    claim.citizen_id, claim.decided, claim.told, claim.due = "", clock.today(), None, None
    claim.save()
    leaving.forget_unreachable(claim.resident_id)
    return {}


people.refer(
    "residents.claim",
    "person_id",
    lambda keep, drop: (
        [ONE_ACCOUNT]
        if Claim.objects.filter(person_id__in=(keep, drop), state="confirmed").count() > 1
        else []
    ),
)
