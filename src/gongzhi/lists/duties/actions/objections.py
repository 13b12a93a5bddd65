"""Objections: from anybody, answered within the set days; an upheld one returns the list."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Annotated

from gongzhi.core import calendar, clock, dated
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import NotFound, refuse
from gongzhi.core.words import say
from gongzhi.lists.duties import rules
from gongzhi.lists.duties.actions import telling
from gongzhi.lists.duties.actions.publishing import reopen
from gongzhi.lists.duties.models import DutyItem, DutyList, Objection
from gongzhi.lists.duties.models.opinions import CHANNELS
from gongzhi.lists.duties.rules.checks import PROCEDURE

Answer = Annotated[str, Ask(say("书面答复"), max=2000, rows=6)]


@action("duties.object", on=None, label=say("提异议"))
def object_to(
    actor: Actor,
    *,
    list: Annotated[int, Ask(say("清单"), min=1)],
    text: Annotated[str, Ask(say("您的意见"), max=2000, min=4, rows=6)],
    item: Annotated[int | None, Ask(say("事项"), min=1)] = None,
    name: Annotated[str, Ask(say("怎么称呼您"), help=say("可以不填"), max=40)] = "",
    contact: Annotated[
        str, Ask(say("电话或地址"), help=say("可以不填；加密保存，只用来答复您"), max=100)
    ] = "",
    channel: Annotated[str, Ask(say("方式"), choices=CHANNELS)] = "online",
    source: Annotated[str, Ask(say("来源"), max=64)] = "",
) -> Made[Objection]:
    """Anybody objects to a version shown or in force. ``source`` limits how many come from one place an hour.

    What was said on paper, by telephone or in person is entered by whoever took it, with its ``channel``.
    """
    version = (
        DutyList.objects.visible_to(actor, "duties.object").select_for_update(of=("self",)).select_related("owner")
        .filter(pk=list).first()
    )  # fmt: skip
    if version is None:
        raise NotFound("duties.object")
    if version.state not in rules.OBJECTABLE:
        refuse(say("只对公示中和施行中的清单提异议"), rule="duties.not_objectable", source=PROCEDURE)
    row = None
    if item is not None:
        row = DutyItem.objects.filter(pk=item, version=version, standing="accepted").first()
        if row is None:
            raise NotFound("duties.item")
    if actor.is_outside:
        channel = "online"
        _refuse_flood(source)
    made = Objection.objects.create(
        version=version, item=row, key=secrets.token_urlsafe(12), text=text, name=name, contact=contact or None,
        channel=channel, unit_id=actor.unit_id, source=source,
        due=calendar.due(clock.today(), int(dated.value("duties.days_to_answer"))),
    )  # fmt: skip
    # People write of themselves and of others; what can never be erased keeps the fingerprint only.
    said = hashlib.sha256(text.encode()).hexdigest()
    return Made(made, list=version.pk, item=item, channel=channel, text_sha256=said)


def _refuse_flood(source: str) -> None:
    if not source:
        return
    limit = int(dated.value("duties.objections_an_hour"))
    since = clock.now() - timedelta(hours=1)
    if Objection.objects.filter(source=source, created_at__gte=since).count() >= limit:
        refuse(
            say("一小时内最多提 {limit} 条。请稍后再提，也可以打 12345 或者到村（居）委会说", limit=limit),
            rule="duties.too_many",
            source=PROCEDURE,
        )


@action("duties.dismiss", on=Objection, label=say("不采纳，说明理由"), main=True)
def dismiss(actor: Actor, objection: Objection, *, reply: Answer) -> None:
    """Answer an objection that does not change the list, with the reason."""
    _close(objection, "dismiss", reply)


@action(
    "duties.uphold",
    on=Objection,
    label=say("采纳"),
    effects=(
        say("公示中的清单退回修改，改后重新审核、重新征求村（居）委会意见。"),
        say("施行中的清单不改，记入下一年度修订。"),
    ),
    main=True,
)
def uphold(actor: Actor, objection: Objection, *, reply: Answer) -> dict[str, object]:
    """Answer an objection that is right: a list in publicity goes back to the consultation."""
    version = DutyList.objects.select_for_update(of=("self",)).get(pk=objection.version_id)
    _close(objection, "uphold", reply)
    if version.state == "publicised":
        reopen(actor, version, objection=objection.pk)
        return {"returned": version.pk}
    return {"for_revision": version.pk}


def _close(objection: Objection, word: str, reply: str) -> None:
    objection.state = rules.OBJECTION_FLOW.step(objection.state, word)
    objection.reply, objection.replied_at = reply, clock.now()
    objection.save()
    telling.unit_of_answer(objection)
