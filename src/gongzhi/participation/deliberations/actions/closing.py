"""The raisers' word at the end, the closing with its receipt, and what is asked and answered on the way."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core import clock, dated
from gongzhi.core import evidence as files
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask, Evidence
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.participation.deliberations.models import Inquiry, Matter, Raising
from gongzhi.participation.deliberations.rules import oversight

from .asked import AnswerText
from .course import account_of, in_view, keep_answer, move, ours, touched
from .raising import may_speak_for
from .telling import talk_about, tell, tell_one

LAW_31 = say("村民委员会组织法第三十一条（2018 文本）：村民可以查询、反映")


def _may_rate(actor: Actor, raising: Raising) -> None:
    matter = raising.matter
    if raising.state != "registered" or matter is None or matter.state != "rating":
        refuse(say("查验通过以后再请您评价"), rule="deliberations.not_rating")


@action(
    "deliberations.rate",
    on=Raising,
    label=say("评价满不满意"),
    main=True,
    secret=True,
    check=_may_rate,
    effects=say("多数提出人不满意的，退回重办或重新商量。"),
)
def rate(
    actor: Actor,
    raising: Raising,
    *,
    score: Annotated[
        int,
        Ask(
            say("满不满意"),
            choices={5: say("很满意"), 4: say("满意"), 3: say("一般"), 2: say("不满意"), 1: say("很不满意")},
        ),
    ],
    text: Annotated[str, Ask(say("说一句"), max=1000, rows=3)] = "",
) -> dict[str, Any]:
    """The raiser says whether he is satisfied; the committee may note what he said when it called him back."""
    raising.scored_for = may_speak_for(actor, raising.account_id)
    raising.score, raising.score_text, raising.scored_at = score, text, clock.now()
    raising.save()
    touched(raising.matter_id)
    return {"matter": raising.matter_id, "score": score, "on_behalf": raising.scored_for}


@action(
    "deliberations.tell_raisers",
    on=Matter,
    label=say("告诉提出人"),
    check=ours,
    keeps_todo=True,
    effects=say("每一位提出人都会收到，也写在大家看得到的事项页上：请不要写姓名、门牌和电话。"),
)
def tell_raisers(actor: Actor, matter: Matter, *, text: AnswerText) -> dict[str, Any]:
    """Tell all raisers how it stands."""
    row = keep_answer(matter, "note", text)
    tell(matter, say("“{title}”有新的答复", title=matter.title))
    return {"answer": row.pk}


def scores_of(matter: Matter) -> list[int | None]:
    """What each raiser who is still in it said, None for silence."""
    return list(matter.raisings.filter(state="registered").values_list("score", flat=True))


def _may_close(actor: Actor, matter: Matter) -> None:
    if matter.state != "rating":
        return
    ours(actor, matter)
    scores = scores_of(matter)
    satisfied = oversight.content(scores, int(dated.value("deliberations.satisfied_from")))
    waiting = sum(s is None for s in scores)
    passed = matter.due is None or clock.today() > matter.due
    tried = matter.sent_back or not matter.tasks.exists()
    oversight.check_closing(satisfied, int(tried), waiting, passed)


@action(
    "deliberations.close",
    on=Matter,
    label=say("办结"),
    main=True,
    irreversible=True,
    check=_may_close,
    effects=(
        say("结果公开，评价计入满意率；没有评价的不算满意。"),
        say("办结回执可以核验，经过从此不能改。"),
    ),
)
def close(
    actor: Actor,
    matter: Matter,
    *,
    conclusion: Annotated[
        str, Ask(say("公开的结果"), help=say("办成了什么、花了多少、谁查过"), min=2, max=3000, rows=5)
    ],
    photos: Evidence = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """The matter ends with its result in public."""
    scores = scores_of(matter)
    matter.satisfied = oversight.content(scores, int(dated.value("deliberations.satisfied_from")))
    matter.conclusion, matter.closed_at = conclusion, clock.now()
    files.use(actor, matter, photos, key="result")
    keep_answer(matter, "closed", conclusion)
    move(matter, "close")
    matter.save()
    talk_about(matter)
    tell(matter, say("“{title}”办结了，结果已经公开", title=matter.title), wide=True)
    said = [s for s in scores if s is not None]
    return {"satisfied": matter.satisfied, "raisers": len(scores), "scores": sorted(said)}


@action(
    "deliberations.inquire",
    label=say("问一问"),
    secret=True,
    effects=say("牵头单位要在期限内答复您。"),
)
def inquire(
    actor: Actor,
    *,
    matter: Annotated[int, Ask(say("哪件事"), pick="deliberations.matter")],
    text: Annotated[str, Ask(say("想知道什么"), min=2, max=1000, rows=4)],
) -> Made[Inquiry]:
    """Ask how a matter stands, or about what was published."""
    found = in_view(actor, matter)
    if found.inquiries.filter(account_id=account_of(actor), state="asked").exists():
        refuse(say("您上一个问题正等答复"), rule="deliberations.asked", field="text", source=LAW_31)
    row = Inquiry.objects.create(matter=found, account_id=actor.account_id, text=text)
    return Made(row, matter=found.pk)


@action("deliberations.reply", on=Inquiry, label=say("答复询问"), main=True, secret=True)
def reply(actor: Actor, inquiry: Inquiry, *, answer: AnswerText) -> dict[str, Any]:
    """Answer what a resident wanted to know."""
    inquiry.answer, inquiry.answered_at, inquiry.state = answer, clock.now(), "replied"
    inquiry.save()
    tell_one(inquiry.account_id, inquiry, say("您关于“{title}”的询问有了答复", title=inquiry.matter.title))
    return {"matter": inquiry.matter_id}
