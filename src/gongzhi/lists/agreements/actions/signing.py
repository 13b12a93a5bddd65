"""The committee's own decision, the two signatures, and the scan of the sealed paper."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core import calendar, clock, dated, decisions
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Evidence, Note
from gongzhi.core.evidence import use
from gongzhi.core.refusal import refuse
from gongzhi.core.roles import LABELS
from gongzhi.core.words import joined, say
from gongzhi.lists.agreements.models import Agreement, Decision, Disclosure, Signature, Supplement
from gongzhi.lists.agreements.queries import text
from gongzhi.lists.agreements.rules import FLOW, bodies, disclosure, flow
from gongzhi.lists.agreements.rules.terms import chinese_date

from . import waiting
from .rounds import back_to_talks
from .writing import my_side

LAW_24 = say(
    "村民委员会组织法第二十四条（2018 文本）：涉及村民利益的事项，经村民会议或者村民代表会议讨论决定方可办理"
)


@action(
    "agreements.decide",
    on=Agreement,
    label=say("记录村（居）内决定"),
    main=True,
    effects=say("按会议日期适用的议事规则计票。通过后等双方签署；没有通过则回到协商，轮到乙方。"),
)
def decide(
    actor: Actor,
    agreement: Agreement,
    *,
    body: Annotated[str, Ask(say("会议"), choices=decisions.BODIES)],
    held_on: Annotated[date, Ask(say("开会日期"))],
    eligible: Annotated[int, Ask(say("应到人数"), min=1, max=100000)],
    present: Annotated[int, Ask(say("实到人数"), min=0, max=100000)],
    yes: Annotated[int, Ask(say("同意"), min=0, max=100000)],
    no: Annotated[int, Ask(say("反对"), min=0, max=100000)] = 0,
    abstain: Annotated[int, Ask(say("弃权"), min=0, max=100000)] = 0,
    invalid: Annotated[int, Ask(say("无效"), min=0, max=100000)] = 0,
    note: Note = "",
    evidence: Evidence = [],  # noqa: B006  never changed
) -> dict[str, Any]:
    """Record one body's vote on the fixed text. When every body needed has agreed, both may sign."""
    _check_day(agreement, held_on)
    votes = decisions.Votes(eligible, present, yes, no, abstain, invalid)
    found = decisions.outcome(body, agreement.committee_kind, votes, held_on)
    row = Decision.objects.create(
        agreement=agreement, body=body, held_on=held_on, eligible=eligible, present=present, yes=yes, no=no,
        abstain=abstain, invalid=invalid, pack=found.pack, verified=found.verified, passed=found.passed,
        needed_present=found.needed_present, needed_yes=found.needed_yes, text_sha256=agreement.text_sha256, note=note,
    )  # fmt: skip
    use(actor, agreement, evidence, key=f"decision:{row.pk}")
    facts = {"decision": row.pk, "body": body, "held_on": held_on, "eligible": eligible, "present": present, "yes": yes,
             "pack": found.pack, "passed": found.passed, "evidence": evidence}  # fmt: skip
    if not found.quorate:
        # Too few came: no decision was made, the meeting can be called again.
        return {**facts, "quorate": False}
    if not found.passed:
        back_to_talks(agreement, flow.B)
        return facts
    passed = set(agreement.decisions.filter(passed=True, superseded=False).values_list("body", flat=True))
    if not bodies.still_needed(agreement.touches_residents, passed):
        agreement.state = FLOW.step(agreement.state, "decide", flow.B)
        agreement.save()
    return facts


def _check_day(agreement: Agreement, held_on: date) -> None:
    if held_on > clock.today():
        refuse(say("会议日期不能晚于今天"), rule="agreements.future", field="held_on")
    if agreement.agreed_on and held_on < agreement.agreed_on:
        refuse(
            say("会议要在 {day} 文本谈妥以后开，表决的才是这份文本", day=agreement.agreed_on.isoformat()),
            rule="agreements.decided_before_text",
            field="held_on",
        )


def may_sign(actor: Actor, agreement: Agreement) -> None:
    """Locked, with the reason, while the committee's own decision is missing."""
    if agreement.state not in (*flow.TALKING, "agreed"):
        return
    passed = set(agreement.decisions.filter(passed=True, superseded=False).values_list("body", flat=True))
    missing = bodies.still_needed(agreement.touches_residents, passed)
    names = joined(str(decisions.BODIES[b]) for b in missing)
    refuse(
        say("现在还不能签：要等乙方作出村（居）内决定（还差{bodies}）", bodies=names),
        rule="agreements.undecided",
        source=LAW_24 if agreement.touches_residents else "",
    )


@action(
    "agreements.sign",
    on=Agreement,
    label=say("签署"),
    main=True,
    check=may_sign,
    irreversible=True,
    effects=(
        say("您代表本方签署这份文本，文字指纹随签署记录封存。"),
        say("双方都签以后协议生效，文本不能再改；变更要另签补充协议。"),
        say("签署后由乙方在期限内公开，付款和履约的提醒自动排好。"),
    ),
)
def sign(
    actor: Actor, agreement: Agreement, *, note: Annotated[str, Ask(say("签署意见"), max=500, rows=2)] = ""
) -> dict[str, Any]:
    """Sign for one's side. With the second signature the agreement is in force."""
    side = my_side(actor, agreement)
    if text.fingerprint(text.words(agreement, text.lines(agreement))) != agreement.text_sha256:
        refuse(say("文本和定稿的指纹不一致，不能签。请退回协商重新定稿"), rule="agreements.text_changed")
    agreement.state = FLOW.step(agreement.state, "sign", side)
    put_signature(actor, agreement, None, side, agreement.text_sha256)
    if agreement.state == "signed":
        agreement.signed_on = clock.today()
        disclose_later(agreement, None)
        waiting.open_year(agreement)
    agreement.save()
    return {
        "side": side,
        "sha256": agreement.text_sha256,
        "note": note,
        "in_force": agreement.state == "signed",
    }


def put_signature(
    actor: Actor, agreement: Agreement, supplement: Supplement | None, side: str, sha256: str
) -> None:
    """Keep who signed which words."""
    Signature.objects.create(
        agreement=agreement, supplement=supplement, side=side, post_id=actor.post_id, name=actor.name,
        role=str(LABELS.get(actor.role, actor.role)), text_sha256=sha256,
    )  # fmt: skip


def disclose_later(agreement: Agreement, supplement: Supplement | None) -> Disclosure:
    """The notice for villagers comes about by itself: its words now, its last day by the county's setting."""
    today = clock.today()
    days = int(dated.value("agreements.days_to_disclose", on=today))
    if supplement is None:
        words = disclosure_words(agreement, today)
    else:
        words = disclosure.mask(supplement.frozen_text)
    return Disclosure.objects.create(
        agreement=agreement, supplement=supplement, due=calendar.due(today, days), text=words
    )


def disclosure_words(agreement: Agreement, signed_on: date) -> str:
    """What the board will say."""
    rows = agreement.decisions.filter(passed=True, superseded=False)
    told = [
        f"{decisions.BODIES[d.body]}于 {chinese_date(d.held_on)}表决：应到 {d.eligible} 人，实到 {d.present} 人，同意 {d.yes} 人。"
        for d in rows
    ]
    return disclosure.disclosure_text(
        title=f"{agreement.party_b.short} {text.title(agreement)}公开", number=agreement.number,
        party_a=agreement.party_a.name, party_b=agreement.party_b.name, lines=text.lines(agreement),
        signed_on=chinese_date(signed_on), decided="".join(told),
    )  # fmt: skip


def _may_attach(actor: Actor, agreement: Agreement) -> None:
    my_side(actor, agreement)
    if not agreement.signed:
        refuse(say("双方签署以后再上传盖章件"), rule="agreements.flow")


@action("agreements.attach_scan", on=Agreement, label=say("上传盖章件"), check=_may_attach, keeps_todo=True)
def attach_scan(actor: Actor, agreement: Agreement, *, evidence: Evidence, note: Note = "") -> dict[str, Any]:
    """Attach a scan of the sealed paper. The frozen words stay what counts."""
    rows = use(actor, agreement, evidence, key="scan")
    return {"evidence": evidence, "sha256": [r.sha256 for r in rows], "note": note}
