"""The two committees' look at a matter: what can be deliberated, and what cannot, with the reason and its basis. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongzhi.core import decisions
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import Words, say

OPINION = say("《关于加强城乡社区协商的意见》（2015）")


@dataclass(frozen=True)
class Reason:
    """Why a matter cannot be deliberated: its words, what it rests on, where the raiser can go instead.

    ``own_basis``: the committee must name the law and article itself, for the rule differs from matter to matter.
    """

    label: Words
    basis: Words
    instead: Words
    own_basis: bool = False


REASONS: dict[str, Reason] = {
    "law": Reason(
        say("法律、法规或政策已有明确规定"),
        OPINION,
        say("按规定执行；对规定有意见，可以向制定机关反映。"),
        own_basis=True,
    ),
    "court": Reason(
        say("应当或已经由法院、仲裁、行政复议处理"),
        say("民事诉讼法、仲裁法、行政复议法各自的受案规定"),
        say("可以到法律援助中心问一问，由法院、仲裁机构或复议机关处理。"),
    ),
    "secret": Reason(
        say("涉及国家秘密、商业秘密或个人隐私"),
        say("保守国家秘密法；民法典第一千零三十二条"),
        say("请直接向有权处理的机关反映，不在这里公开讨论。"),
    ),
    "commercial": Reason(
        say("当事人之间的单一商业纠纷"),
        say("人民调解法第二条"),
        say("可以申请人民调解，也可以向市场监管部门投诉或者起诉。"),
    ),
    "illegal": Reason(
        say("内容违法，或侵害他人合法权益"),
        say("村民委员会组织法第二十七条（2018 文本）；城市居民委员会组织法第十五条（2018 文本）"),
        say("可以改掉不合法的内容再提出。"),
    ),
    "unclear": Reason(
        say("说的事不清楚，联系不上，无法核实"),
        say("五事协商办法（本县设定）"),
        say("补充时间、地点后可以再提出。"),
    ),
}


def check_reason(key: str, basis: str) -> str:
    """The basis to print: the committee's own words, or the reason's; refused where it must name the article."""
    reason = REASONS[key]
    if reason.own_basis and not basis.strip():
        refuse(
            say("请写明是哪部法律、法规或政策的第几条"),
            rule="deliberations.basis",
            source=OPINION,
            field="basis",
        )
    return basis.strip() or str(reason.basis)


def screened(
    kind: str, votes: decisions.Votes, held_on: date, today: date, registered: date
) -> decisions.Outcome:
    """The committees' vote on what to do with a matter; refused unless it was a meeting and the meeting agreed."""
    check_all(
        [
            Problem(say("会议日期不能晚于今天"), "deliberations.future", field="held_on") if held_on > today else None,
            Problem(say("会议日期不能早于登记日期 {day}", day=registered.isoformat()), "deliberations.before_registered",
                    field="held_on") if held_on < registered else None,
        ]
    )  # fmt: skip
    found = decisions.outcome(decisions.TWO_COMMITTEES, kind, votes, held_on)
    if not found.quorate:
        refuse(
            say("到会不够：至少要 {n} 人，会议没有效力，请重新开会", n=found.needed_present),
            rule="deliberations.screening_quorum",
            source=found.source,
            field="present",
        )
    if not found.passed:
        refuse(
            say("同意不够：至少要 {n} 人。请按会上通过的意见登记", n=found.needed_yes),
            rule="deliberations.screening_vote",
            source=found.source,
            field="yes",
        )
    return found
