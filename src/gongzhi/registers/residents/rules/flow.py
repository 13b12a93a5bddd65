"""Where a claim of residence can stand, and for what a resident may agree. Pure."""

from __future__ import annotations

from gongzhi.core.flow import Flow, Move, State
from gongzhi.core.words import Words, say

COMMITTEE, RESIDENT = "committee", "resident"
OPEN = ("claimed", "asked")

FLOW = Flow(
    "residents",
    initial="claimed",
    states=[
        State(
            "claimed",
            say("等村（社区）核对"),
            turn=COMMITTEE,
            main="confirm",
            days="residents.days_to_confirm",
        ),
        State("asked", say("等居民补充"), turn=RESIDENT),
        State("confirmed", say("已确认")),
        State("declined", say("没有确认"), final=True),
        State("withdrawn", say("已撤回"), final=True),
        State("lapsed", say("没有补充，已关闭"), final=True),
        State("ended", say("已迁出"), final=True),
    ],
    moves=[
        Move("confirm", ("claimed",), "confirmed", by=(COMMITTEE,)),
        Move("ask_more", ("claimed",), "asked", by=(COMMITTEE,)),
        Move("decline", OPEN, "declined", by=(COMMITTEE,)),
        Move("answer", OPEN, "claimed", by=(RESIDENT,)),
        Move("withdraw", OPEN, "withdrawn", by=(RESIDENT,)),
        Move("lapse", ("asked",), "lapsed"),
        Move("end", ("confirmed",), "ended"),
    ],
)

SERVICE, SENSITIVE, CHILD, MESSAGES, HELPED = "service", "sensitive", "child", "messages", "helped"
PURPOSES: dict[str, Words] = {
    SERVICE: say("使用居民服务"),
    SENSITIVE: say("处理身份证号（敏感个人信息）"),
    CHILD: say("处理未满十四周岁孩子的个人信息"),
    MESSAGES: say("接收每日汇总短信"),
    HELPED: say("请村（社区）工作者代办"),
}
"""What consent is asked for, each by itself (个人信息保护法第 14、29、31 条)."""

GROUNDS: dict[str, Words] = {
    "citizen_id": say("身份证号相同"),
    "phone": say("手机号相同"),
    "name_year": say("姓名和出生年份相同"),
    "name": say("姓名相同"),
}
"""Why an entry of the register of people may be the one who claims, strongest first."""
