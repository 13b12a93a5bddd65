"""Opening a version: the first one, the yearly revision, and giving one up."""

from __future__ import annotations

from typing import Annotated

from django.db import IntegrityError, transaction

from gongzhi.core import journal
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Post
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask, Reason
from gongzhi.core.models import Unit
from gongzhi.core.refusal import check_all, refuse
from gongzhi.core.roles import COUNTY_HEAD, LEGAL_OFFICER
from gongzhi.core.words import say
from gongzhi.lists.duties import rules
from gongzhi.lists.duties.actions import telling
from gongzhi.lists.duties.actions.lines import copy_items, owner_of
from gongzhi.lists.duties.models import DutyList
from gongzhi.lists.duties.rules.checks import YEARLY

Year = Annotated[int, Ask(say("年度"), min=2008, max=2100)]
Remark = Annotated[
    str, Ask(say("编制说明"), help=say("为什么编、改了什么，印在修订说明里"), max=4000, rows=5)
]


@action("duties.draft", on=None, label=say("起草新清单"), main=True)
def draft(
    actor: Actor,
    *,
    year: Year,
    kind: Annotated[str, Ask(say("清单种类"), choices=rules.KINDS)] = "three",
    remark: Remark = "",
) -> Made[DutyList]:
    """Open the first version of a kind; where there is one already, the yearly revision is the way."""
    owner = owner_of(actor)
    rows = DutyList.objects.filter(owner=owner, scheme=kind)
    _refuse_second(rows.filter(state__in=rules.OPEN).first())
    last = rows.filter(state__in=rules.ISSUED).order_by("-valid_from").first()
    if last is not None:
        refuse(
            say("已经有{what}，请从它开始年度修订", what=last.label()),
            rule="duties.revise_instead",
            source=YEARLY,
            way_out=f"{last.get_absolute_url()}revise",
        )
    made = _open(actor, owner, kind, year, remark)
    return Made(made, kind=kind, year=year)


@action(
    "duties.revise",
    on=DutyList,
    label=say("开始年度修订"),
    effects=say("照这一版复制一份新草稿。这一版继续施行，到新版施行的前一天为止。"),
    check=lambda actor, version: _may_revise(version),
)
def revise(actor: Actor, version: DutyList, *, year: Year, remark: Remark = "") -> dict[str, object]:
    """Copy an issued version into a draft of a later year; items keep their lineage."""
    check_all(rules.check_year(year, version.year))
    made = _open(actor, version.owner, version.scheme, year, remark, supersedes=version)
    count = copy_items(version, made)
    journal.write(  # the new version's own story begins here, too
        actor, "duties.revise", thing_type=made.kind(), thing_id=made.pk, label=made.label(),
        unit_id=made.home_unit_id(), facts={"year": year, "supersedes": version.pk, "items": count},
    )  # fmt: skip
    return {"year": year, "list": made.pk, "items": count}


@action(
    "duties.withdraw",
    on=DutyList,
    label=say("停止编制"),
    effects=say("这一版不再编制，记录保留，不能恢复。"),
    irreversible=True,
)
def withdraw(actor: Actor, version: DutyList, *, reason: Reason) -> dict[str, object]:
    """Give a version up before it was issued; it is kept as it stands."""
    version.state = rules.FLOW.step(version.state, "withdraw")
    version.save()
    return {"reason": reason}


def successor(version: DutyList) -> DutyList:
    """The draft that a revision has just opened (or the open one there is)."""
    found: DutyList = DutyList.objects.select_related("owner").get(supersedes=version, state__in=rules.OPEN)
    return found


def _may_revise(version: DutyList) -> None:
    if not version.issued or version.state == "superseded":
        refuse(say("只有已印发的最新一版可以修订"), rule="duties.flow")
    if version.successors.filter(state__in=rules.ISSUED).exists():
        refuse(say("这一版已经有新版替代"), rule="duties.flow")
    _refuse_second(
        DutyList.objects.select_related("owner").filter(
            owner=version.owner_id, scheme=version.scheme, state__in=rules.OPEN
        ).first()
    )  # fmt: skip


def _refuse_second(open_one: DutyList | None) -> None:
    if open_one is not None:
        refuse(
            say("{what}正在编制，同一种清单一次只编一版", what=open_one.label()),
            rule="duties.one_in_work",
            source=YEARLY,
            way_out=open_one.get_absolute_url(),
        )


def _open(
    actor: Actor, owner: Unit, kind: str, year: int, remark: str, supersedes: DutyList | None = None
) -> DutyList:
    if DutyList.objects.filter(owner=owner, scheme=kind, year=year).exclude(state="withdrawn").exists():
        check_all(rules.check_year(year, year))
    made = DutyList(
        owner=owner,
        office=Unit.objects.get(pk=actor.unit_id) if actor.unit_id else owner,
        reviewer=_seat(LEGAL_OFFICER, owner),
        signer=_seat(COUNTY_HEAD, owner),
        scheme=kind,
        year=year,
        remark=remark,
        supersedes=supersedes,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:  # somebody opened one at this very moment
        refuse(say("同一种清单一次只编一版，刚刚有人已经开始编了"), rule="duties.one_in_work", source=YEARLY)
    telling.departments_may_offer(made)
    return made


def _seat(role: str, owner: Unit) -> Unit:
    """The unit where ``role`` sits within the county; the county itself where nobody holds it."""
    post = (
        Post.objects.filter(role=role, until=None, unit__path__startswith=owner.path)
        .select_related("unit").order_by("pk").first()
    )  # fmt: skip
    return post.unit if post else owner
