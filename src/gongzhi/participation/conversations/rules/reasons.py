"""Why a comment may be held or hidden: a closed list, each with its legal basis. Pure.

Criticism of a committee or an authority is no ground: 宪法第 41 条 gives citizens the right to criticise and to suggest.
Where we are not sure of an article's number, ``unsure`` says so on the page.
"""

from __future__ import annotations

from dataclasses import dataclass

from gongzhi.core.words import Words, say


@dataclass(frozen=True)
class Reason:
    """One ground: its words, the law it rests on, and whether the article still wants checking."""

    label: Words
    basis: Words
    unsure: bool = False

    @property
    def source(self) -> Words:
        """The basis as it is shown."""
        return say("{basis}（条文序号待核对）", basis=self.basis) if self.unsure else self.basis


REASONS: dict[str, Reason] = {
    "illegal": Reason(say("法律禁止发布的内容"), say("网络信息内容生态治理规定第 6 条")),
    "insult": Reason(
        say("侮辱、诽谤他人"), say("网络信息内容生态治理规定第 6 条第（十）项；民法典第 1024 条")
    ),
    "privacy": Reason(say("公开了他人的个人信息或者隐私"), say("个人信息保护法第 10 条；民法典第 1032 条")),
    "rumour": Reason(say("散布谣言"), say("网络信息内容生态治理规定第 6 条第（八）项")),
    "discrimination": Reason(
        say("煽动对人群或者地域的歧视"), say("网络信息内容生态治理规定第 7 条"), unsure=True
    ),
    "vulgar": Reason(say("低俗、谩骂"), say("网络信息内容生态治理规定第 7 条"), unsure=True),
    "advert": Reason(say("与这件事无关的广告"), say("本县讨论规则")),
    "flood": Reason(say("重复刷屏"), say("本县讨论规则")),
}
LABELS = {key: reason.label for key, reason in REASONS.items()}

# Both read in reprints of the published texts: 第十三条 gives the appeal, 第十六条 the entrance for reports.
APPEAL = Reason(say("申诉"), say("互联网跟帖评论服务管理规定（2022 年修订）第 13 条"))
REPORT = Reason(say("举报"), say("网络信息内容生态治理规定第 16 条"))
