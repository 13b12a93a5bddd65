"""提: the two committees take a matter on, pass it to whoever is responsible, or say why it cannot be deliberated."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils import timezone

from gongzhi.core import clock, decisions, evidence
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Evidence
from gongzhi.core.words import say
from gongzhi.participation.deliberations.models import Decision, Matter
from gongzhi.participation.deliberations.rules import screening
from gongzhi.registers.places import queries as places

from .asked import Abstain, AnswerText, Eligible, HeldOn, Minutes, No, Present, Yes
from .course import find_me, keep_answer, move
from .telling import talk_about, tell


def decided(matter: Matter, about: str, votes: decisions.Votes, held_on: Any, minutes: str) -> Decision:
    """Keep the two committees' vote on what to do; refused unless their meeting had its quorum and agreed."""
    registered = timezone.localtime(matter.registered_at).date()
    kind = places.kind_of(matter.unit_id) or decisions.RESIDENTS
    found = screening.screened(kind, votes, held_on, clock.today(), registered)
    return Decision.objects.create(
        matter=matter, about=about, body=decisions.TWO_COMMITTEES, held_on=held_on, eligible=votes.eligible,
        present=votes.present, yes=votes.yes, no=votes.no, abstain=votes.abstain, invalid=votes.invalid,
        rule=found.pack, verified=found.verified, needed_present=found.needed_present, needed_yes=found.needed_yes,
        passed=found.passed, minutes=minutes,
    )  # fmt: skip


def screened(
    actor: Actor, matter: Matter, word: str, text: str, row: Decision, scans: list[int], basis: str = ""
) -> None:
    """Note that the matter was screened, and answer the raisers, who were owed it until the turn's last day."""
    keep_answer(matter, word, text, basis=basis, due=matter.due)
    evidence.use(actor, matter, scans, key=f"decision:{row.pk}")
    matter.screened_at = clock.now()


@action(
    "deliberations.accept",
    on=Matter,
    label=say("受理"),
    main=True,
    effects=(
        say("按“两委”会议的意见受理，题目和事由随即公开，接着安排议事。"),
        say("答复送到每一位提出人。"),
    ),
)
def accept(
    actor: Actor,
    matter: Matter,
    *,
    held_on: HeldOn,
    eligible: Eligible,
    present: Present,
    yes: Yes,
    no: No = 0,
    abstain: Abstain = 0,
    answer: AnswerText,
    major: Annotated[bool, Ask(say("是重大事项"), help=say("村里的重大事项按“四议两公开”办"))] = False,
    minutes: Minutes = "",
    evidence: Evidence = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """The two committees take the matter on."""
    row = decided(matter, "accept", decisions.Votes(eligible, present, yes, no, abstain), held_on, minutes)
    screened(actor, matter, "accept", answer, row, evidence)
    matter.major = major
    if not matter.withheld:
        matter.published_at = matter.published_at or clock.now()
    move(matter, "accept")
    matter.save()
    find_me(matter)
    talk_about(matter)
    tell(matter, say("“{title}”受理了，接着安排大家商量", title=matter.title), wide=True)
    return {"decision": row.pk, "held_on": held_on, "present": present, "yes": yes, "major": major}


@action(
    "deliberations.decline",
    on=Matter,
    label=say("不纳入协商"),
    irreversible=True,
    effects=say("理由、依据和可以去的地方会告诉每一位提出人；没有公开的不公开。"),
)
def decline(
    actor: Actor,
    matter: Matter,
    *,
    reason: Annotated[
        str, Ask(say("为什么不能协商"), choices={k: r.label for k, r in screening.REASONS.items()})
    ],
    held_on: HeldOn,
    eligible: Eligible,
    present: Present,
    yes: Yes,
    no: No = 0,
    abstain: Abstain = 0,
    answer: AnswerText,
    basis: Annotated[
        str, Ask(say("依据"), help=say("哪部法律、法规或政策的第几条；不填就用这一类的通常依据"), max=300)
    ] = "",
    minutes: Minutes = "",
    evidence: Evidence = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """The two committees find that this cannot be deliberated: the reason, what it rests on, where else to go."""
    printed = screening.check_reason(reason, basis)
    row = decided(matter, "decline", decisions.Votes(eligible, present, yes, no, abstain), held_on, minutes)
    told = f"{answer}\n{screening.REASONS[reason].instead}"
    screened(actor, matter, "decline", told, row, evidence, basis=printed)
    move(matter, "decline")
    matter.save()
    talk_about(matter)
    tell(matter, say("“{title}”不能协商，请看理由和可以去的地方", title=matter.title))
    return {"decision": row.pk, "reason": reason, "basis": printed}
