"""Where a matter comes from, what it is about, at which level it is deliberated, who may own a task. Pure."""

from __future__ import annotations

from gongzhi.core.words import Words, say

APP, VISIT, HOTLINE, LEADER, WORKER, MEETING = "app", "visit", "hotline", "leader", "worker", "meeting"
SOURCES: dict[str, Words] = {
    APP: say("居民手机"),
    VISIT: say("走访"),
    HOTLINE: say("12345 热线"),
    LEADER: say("小组长、楼栋长"),
    WORKER: say("工作人员"),
    MEETING: say("会议和接待"),
}

CATEGORIES: dict[str, Words] = {
    "environment": say("环境卫生"),
    "property": say("物业管理"),
    "parking": say("停车和交通"),
    "roads": say("道路和设施"),
    "lighting": say("照明和公共用电"),
    "water": say("供水、排水和河道"),
    "noise": say("噪声和油烟"),
    "neighbours": say("邻里关系"),
    "building": say("搭建和占用"),
    "safety": say("消防和安全"),
    "elderly": say("养老助残"),
    "culture": say("文体活动和场地"),
    "village": say("集体资产和村务"),
    "other": say("其他"),
}

GROUP, COMMUNITY, TOWN, COUNTY = "group", "community", "town", "county"
LEVELS: dict[str, Words] = {
    GROUP: say("小组、楼栋"),
    COMMUNITY: say("村（社区）"),
    TOWN: say("镇（街道）"),
    COUNTY: say("市（县）"),
}
LEVELS_OF_UNIT: dict[str, tuple[str, ...]] = {
    "committee": (GROUP, COMMUNITY),
    "township": (TOWN,),
    "county": (COUNTY,),
}
"""At which levels a unit may lead a deliberation; a higher one is asked for with ``lift``."""

OWNER_KINDS: dict[str, Words] = {
    "department": say("部门和镇（街道）"),
    "committee": say("村（居）委会"),
    "organisation": say("社会组织"),
    "property": say("物业企业"),
    "volunteers": say("志愿者"),
    "residents": say("居民"),
}
WITH_UNIT = ("department", "committee", "organisation")
"""Owners that have a seat here and accept by themselves; the committee records the word of the others."""
