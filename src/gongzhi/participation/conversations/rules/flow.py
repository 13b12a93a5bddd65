"""Where a comment stands, who may do what, and the county's figures. Pure."""

from __future__ import annotations

import json

from gongzhi.core import roles
from gongzhi.core.flow import Flow, Move, State
from gongzhi.core.params import Param
from gongzhi.core.refusal import refuse
from gongzhi.core.roles import Reach, Rights, grant
from gongzhi.core.words import say
from gongzhi.participation.conversations.rules.holding import CITIZEN_ID, PHONE
from gongzhi.participation.conversations.rules.reasons import APPEAL

SHOWN, HELD, HIDDEN, APPEALED, UPHELD, WITHDRAWN = (
    "shown",
    "held",
    "hidden",
    "appealed",
    "upheld",
    "withdrawn",
)
FLOW = Flow(
    "conversations",
    initial=SHOWN,
    states=[
        State(SHOWN, say("已显示")),
        State(
            HELD, say("等核对"), turn="moderators", main="release", days="conversations.days_to_look_at_held"
        ),
        State(HIDDEN, say("已隐藏")),
        State(
            APPEALED,
            say("已申诉"),
            turn="answerers",
            main="unhide",
            days="conversations.days_to_answer_appeal",
        ),
        State(UPHELD, say("申诉后维持隐藏"), final=True),
        State(WITHDRAWN, say("作者已撤回"), final=True),
    ],
    moves=[
        Move("release", (HELD,), SHOWN, by=("moderators",)),
        Move("hide", (SHOWN, HELD), HIDDEN, by=("moderators",)),
        Move("unhide", (HIDDEN, APPEALED), SHOWN, by=("moderators", "answerers")),
        Move("uphold", (APPEALED,), UPHELD, by=("moderators", "answerers")),
        Move("appeal", (HIDDEN,), APPEALED),
        Move("withdraw", (SHOWN, HELD, HIDDEN, APPEALED), WITHDRAWN),
    ],
)
OPEN, CLOSED = "open", "closed"
THREAD_STATES = {OPEN: say("可以发言"), CLOSED: say("讨论已结束")}

MODERATORS = (
    *roles.COMMITTEE,
    roles.TOWNSHIP_OFFICER,
    roles.TOWNSHIP_HEAD,
    *roles.COUNTY,
)
"""Who keeps order where the thread is: the committee in its own, the township and the county in theirs."""
SPEAKERS = tuple(r for r in roles.STAFF if r not in (*roles.ADMINISTRATORS, roles.AUDITOR))
_AUTHORS = {**grant(SPEAKERS, Reach.SELF), roles.RESIDENT: Reach.SELF}
_MODERATE = grant(MODERATORS, Reach.OWN)
_MINE = {roles.RESIDENT: Reach.SELF}

RIGHTS: Rights = {
    # Threads: public ones are open to everyone; others to the residents below their unit and to staff in line.
    "conversations.view": {
        **grant(roles.STAFF, Reach.OWN),
        **grant((*roles.TOWNSHIP, *roles.COUNTY), Reach.BELOW),
        roles.AUDITOR: Reach.ALL,
        roles.PUBLIC: Reach.OWN,
        roles.RESIDENT: Reach.ABOVE,
    },
    # One comment: what its thread shows, one's own, and for moderators everything in their threads.
    "conversations.read": {
        **grant(roles.STAFF, Reach.OWN),
        roles.AUDITOR: Reach.ALL,
        roles.PUBLIC: Reach.OWN,
        roles.RESIDENT: Reach.SELF,
    },
    "conversations.moderate": {**_MODERATE, roles.AUDITOR: Reach.ALL},
    "conversations.originals": {roles.AUDITOR: Reach.ALL},
    "conversations.figures": {
        **grant(roles.COMMITTEE, Reach.OWN),
        **grant((*roles.TOWNSHIP, *roles.COUNTY), Reach.BELOW),
        roles.AUDITOR: Reach.ALL,
    },
    "conversations.comment": {**grant(SPEAKERS, Reach.ALL), roles.RESIDENT: Reach.SELF},
    "conversations.edit": _AUTHORS,
    "conversations.withdraw": _AUTHORS,
    "conversations.appeal": _AUTHORS,
    "conversations.report": {**grant(SPEAKERS, Reach.ALL), roles.RESIDENT: Reach.ALL},
    "conversations.release": _MODERATE,
    "conversations.hide": _MODERATE,
    "conversations.keep": _MODERATE,
    "conversations.unhide": _MODERATE,
    "conversations.uphold": _MODERATE,
    "conversations.subscriptions": _MINE,
    "conversations.follow": _MINE,
    "conversations.unfollow": _MINE,
    "conversations.pause_digest": _MINE,
    "conversations.resume_digest": _MINE,
}


def check_answerer(hidden_by: int | None, account_id: int | None) -> None:
    """An appeal is answered by somebody other than the one who hid the comment."""
    if hidden_by is not None and hidden_by == account_id:
        refuse(
            say("这条评论是您隐藏的，申诉要由别人答复"),
            rule="conversations.own_decision",
            source=APPEAL.source,
        )


OWN = say("本县设定")
LISTED = {
    "privacy": [PHONE, CITIZEN_ID],
    "advert": ["加微信", "加V信", "扫码领", "刷单", "代开发票", "无抵押贷款", "包过办证", "兼职日结"],
    "vulgar": ["傻逼", "滚蛋", "王八蛋", "狗东西"],
    "insult": ["不得好死", "断子绝孙", "死全家"],
    "discrimination": ["外地人滚", "乡下人滚"],
    "illegal": ["网上赌场", "代办假证", "枪支出售", "迷药出售"],
}


def _own(key: str, value: int, label: str, unit: str, least: int, most: int) -> Param:
    return Param(
        f"conversations.{key}",
        str(value),
        label=say(label),
        unit=say(unit),
        source=OWN,
        assumption=True,
        least=least,
        most=most,
    )


PARAMETERS = [
    Param(
        "conversations.hold_words",
        json.dumps(LISTED, ensure_ascii=False),
        kind="json",
        label=say("先核对再显示的词"),
        source=say("网络信息内容生态治理规定第 6、7 条；个人信息保护法第 10 条；词表为本县设定"),
        assumption=True,
        help=say("按理由分组；<手机号>、<身份证号> 代表这类号码"),
    ),
    _own("edit_minutes", 15, "发表以后多久之内可以修改", "分钟", 0, 1440),
    _own("comments_per_hour", 20, "同一账号每小时最多发表", "条", 1, 1000),
    _own("comment_length", 1000, "一条评论最多", "字", 50, 2000),
    _own("days_to_look_at_held", 1, "核对暂缓显示的评论的期限", "个工作日", 1, 30),
    _own("days_to_answer_report", 3, "处理举报的期限", "个工作日", 1, 30),
    _own("days_to_answer_appeal", 5, "答复申诉的期限", "个工作日", 1, 30),
    _own("subscriptions_most", 200, "同一账号最多关注", "项", 10, 1000),
    _own("news_days", 180, "居民消息保留", "天", 30, 3650),
]
