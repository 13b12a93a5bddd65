"""The legality review: every item passed or returned with its reason; none without a basis."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from gongzhi.core import dated
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Note
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import joined, say
from gongzhi.lists.duties import queries, rules
from gongzhi.lists.duties.actions.items import Item
from gongzhi.lists.duties.actions.lines import close_review, live_item
from gongzhi.lists.duties.models import DutyItem, DutyList, LegalityReview
from gongzhi.lists.duties.rules.checks import PROCEDURE


@action(
    "duties.send_review",
    on=DutyList,
    label=say("送合法性审核"),
    effects=say("送审后不能再改，退回后才能接着改。"),
    main=True,
)
def send_review(actor: Actor, version: DutyList, *, note: Note = "") -> dict[str, object]:
    """Hand the draft to the legality review; it must be whole: bases, departments, no task twice, no open offer."""
    problems = rules.check_list(
        queries.lines(version), version.scheme, Decimal(dated.value("duties.same_task"))
    )
    waiting = DutyItem.objects.filter(version=version, standing="offered").count()
    if waiting:
        text = say("还有 {count} 个部门报送的事项没有处理", count=waiting)
        problems.append(Problem(text, "duties.offers_open", PROCEDURE))
    check_all(problems)
    version.state = rules.FLOW.step(version.state, "send_review")
    version.save()
    return {"note": note, "items": DutyItem.objects.filter(version=version, standing="accepted").count()}


@action(
    "duties.review_item", on=DutyList, label=say("逐条审核"), check=lambda a, v: _reviewing(v), offered=False
)
def review_item(
    actor: Actor,
    version: DutyList,
    *,
    item: Item,
    outcome: Annotated[str, Ask(say("意见"), choices={"passed": say("通过"), "returned": say("退回修改")})],
    reason: Annotated[str, Ask(say("理由"), help=say("退回必须写"), max=1000, rows=3)] = "",
) -> dict[str, object]:
    """Say of one item that it is lawful, or why not. Amended items are reviewed on their own."""
    row = live_item(version, item)
    if outcome == "returned" and not reason:
        refuse(say("退回要写明理由"), rule="duties.return_reason", source=PROCEDURE, field="reason")
    row.legality, row.legality_reason = outcome, reason
    row.save(update_fields=["legality", "legality_reason"])
    LegalityReview.objects.create(
        version=version, item=row, passed=outcome == "passed", reason=reason, by=actor.unit_name
    )
    close_review(version)
    return {"item": row.pk, "code": row.code, "outcome": outcome, "reason": reason}


@action(
    "duties.pass_review",
    on=DutyList,
    label=say("审核通过"),
    effects=say("没有逐条退回的事项一并通过。"),
    main=True,
)
def pass_review(actor: Actor, version: DutyList, *, note: Note = "") -> dict[str, object]:
    """Find the whole list lawful: items not spoken of pass with it; one returned item keeps it back."""
    rows = DutyItem.objects.filter(version=version, standing="accepted")
    returned = list(rows.filter(legality="returned").values_list("code", flat=True))
    if returned:
        refuse(
            say("{codes} 已退回修改，不能整体通过", codes=joined(returned)),
            rule="duties.item_returned",
            source=PROCEDURE,
        )
    check_all(rules.check_basis(queries.lines(version)))
    passed = rows.filter(legality="").update(legality="passed")
    LegalityReview.objects.create(version=version, passed=True, reason=note, by=actor.unit_name)
    version.state = rules.FLOW.step(version.state, "pass_review")
    version.save()
    return {"note": note, "passed": passed}


@action("duties.return_review", on=DutyList, label=say("退回修改"))
def return_review(
    actor: Actor, version: DutyList, *, reason: Annotated[str, Ask(say("总的意见"), max=2000, rows=4)]
) -> dict[str, object]:
    """Send the list back to be mended; the reasons stand at the items."""
    rows = DutyItem.objects.filter(version=version, standing="accepted", legality="returned")
    LegalityReview.objects.create(version=version, passed=False, reason=reason, by=actor.unit_name)
    version.state = rules.FLOW.step(version.state, "return_review")
    version.save()
    return {"reason": reason, "returned": list(rows.values_list("code", flat=True))}


def _reviewing(version: DutyList) -> None:
    if version.state not in ("under_review", "amending"):
        refuse(say("现在是“{state}”，不在审核", state=version.state_label), rule="duties.flow")
