"""Who is told of what: departments of a new draft, everybody of an issue, those who spoke of the answer."""

from __future__ import annotations

from gongzhi.core import notices, roles
from gongzhi.core.models import Unit
from gongzhi.core.words import Words, say
from gongzhi.lists.duties.models import Consultation, DutyItem, DutyList, Objection

READERS = {
    "department": (roles.DEPARTMENT_OFFICER,),
    "township": roles.TOWNSHIP,
    "committee": roles.COMMITTEE,
}


def _all(version: DutyList, kinds: tuple[str, ...], about: Words, verb: str) -> None:
    units = Unit.objects.filter(kind__in=kinds, closed=None, path__startswith=version.owner.path)
    for pk, kind in units.values_list("pk", "kind"):
        notices.send(pk, READERS[kind], about, version, verb=verb)


def departments_may_offer(version: DutyList) -> None:
    """A draft is open: departments hand in what they ask help for."""
    about = say("{what}开始编制，请报送需要村（居）委会协助的事项", what=version.label())
    _all(version, ("department",), about, "duties.offer_item")


def all_of_issue(version: DutyList) -> None:
    """A version was issued: departments, townships and committees are told from when on it counts."""
    about = say(
        "{what}已印发，{day} 起施行",
        what=version.label(),
        day=version.valid_from.isoformat() if version.valid_from else "",
    )
    _all(version, ("department", "township", "committee"), about, "duties.issue")


def department_of_decision(version: DutyList, item: DutyItem) -> None:
    """What became of an offer."""
    if item.offered_by_id is None:
        return
    if item.standing == "accepted":
        about = say("“{name}”已收入{what}", name=item.name, what=version.label())
    else:
        about = say("“{name}”已退回：{reason}", name=item.name, reason=item.standing_reason)
    url = f"{version.get_absolute_url()}offers/"
    notices.send(item.offered_by_id, READERS["department"], about, version, verb="duties.offer_item", url=url)


def committee_of_reply(consultation: Consultation) -> None:
    """What became of a dissent."""
    word = say("采纳") if consultation.adopted else say("没有采纳，已说明理由")
    about = say("您对{what}的意见：{word}", what=consultation.version.label(), word=word)
    notices.send(consultation.unit_id, READERS["committee"], about, consultation, verb="duties.reply")


def unit_of_answer(objection: Objection) -> None:
    """Whoever took an objection for somebody hears the answer, to pass it on."""
    if objection.unit_id is None:
        return
    kind = Unit.objects.values_list("kind", flat=True).get(pk=objection.unit_id)
    if kind in READERS:
        about = say("第 {number} 号异议已答复：{state}", number=objection.pk, state=objection.state_label)
        url = f"/duties/reply/{objection.key}/"
        notices.send(objection.unit_id, READERS[kind], about, objection, verb="duties.object", url=url)
