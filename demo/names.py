"""Invented people and organisations: names, identity numbers that pass their checks, telephone numbers, titles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from gongzhi.core import identity

SURNAMES = (
    "陆顾沈周王张陈徐朱吴钱孙李杨金倪曹陶高许严蒋唐毛邵钟龚宋范邱姚潘薛俞胡孟石董夏苏"
    "马闵奚季凌戴于叶冯何袁汪郁浦计戚葛冷黄赵施姜屠尤盛"
)
GIVEN_M = (
    "建国志明永强海波文斌国华卫东晓峰伟民俊杰振宇春生福根祥林雪明金泉惠忠耀良宏伟家栋子轩一鸣浩然立新敏学正平"
)
GIVEN_F = (
    "秀英丽华玉兰美芳雪琴惠娟晓燕静怡梅珍文倩雅萍红霞春兰凤仙桂芬佳慧思雨梦婷心怡巧云月娥敏芝爱珍素贞小芳"
)


@dataclass(frozen=True)
class Someone:
    """An invented person."""

    name: str
    sex: str  # "M" or "F"
    born: date
    citizen_id: str
    phone: str


def name(rng: Random, sex: str) -> str:
    """A name of two or three characters."""
    given = GIVEN_M if sex == "M" else GIVEN_F
    start = rng.randrange(0, len(given) - 1, 2)
    pair = given[start : start + 2]
    if rng.random() < 0.22:
        return rng.choice(SURNAMES) + rng.choice(given)
    if rng.random() < 0.35:
        pair = rng.choice(given) + rng.choice(given)
    return rng.choice(SURNAMES) + pair


class People:
    """Makes people one after another; no identity number or telephone comes twice."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.serials: dict[tuple[str, date], int] = {}
        self.phones = 0

    def one(self, youngest: int = 24, oldest: int = 68, sex: str = "") -> Someone:
        """One person between two ages on the demonstration's day."""
        rng = self.rng
        sex = sex or rng.choice("MF")
        born = date(2026, 6, 1) - timedelta(days=rng.randrange(youngest * 365, oldest * 365 + 300))
        prefix = "320522" if born.year < 1993 else "320585"
        if rng.random() < 0.18:
            prefix = rng.choice(["320524", "321023", "340825", "342622", "411523", "320921"])
        return Someone(name(rng, sex), sex, born, self._citizen_id(prefix, born, sex), self._phone())

    def _citizen_id(self, prefix: str, born: date, sex: str) -> str:
        step = self.serials.get((prefix, born), 0)
        self.serials[prefix, born] = step + 1
        serial = 100 + step * 2 + (1 if sex == "M" else 0)
        body = f"{prefix}{born:%Y%m%d}{serial:03d}"
        return body + identity.citizen_check(body)

    def _phone(self) -> str:
        self.phones += 1
        return f"1{self.rng.choice(['39', '38', '58', '86', '77'])}0{self.phones % 10_000_000:07d}"


def uscc(prefix: str, number: int) -> str:
    """A social credit code of the county that passes both its checks: prefix "51" … "55"."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    digits, serial = "", number
    for _ in range(6):
        serial, at = divmod(serial, len(alphabet))
        digits = alphabet[at] + digits
    body = f"MJ{digits}"
    organisation = body + identity.org_check(body)
    first = f"{prefix}320585{organisation}"
    return first + identity.credit_check(first)


THEMES = {
    "public_benefit": [
        "爱心助学",
        "为老服务",
        "助残关爱",
        "环保",
        "护河",
        "爱心车队",
        "衣物循环",
        "急救互助",
        "关爱未成年人",
    ],
    "service": [
        "便民理发",
        "家电维修",
        "健康义诊",
        "家政",
        "托管陪伴",
        "法律咨询",
        "心理疏导",
        "缝补",
        "代买代办",
    ],
    "mutual_aid": [
        "邻里",
        "妈妈",
        "老伙伴",
        "丧事简办",
        "拼车出行",
        "农机",
        "宠物友邻",
        "单亲家庭互助",
    ],
    "governance": [
        "楼道长",
        "乡贤",
        "红色楼道",
        "垃圾分类",
        "平安巡防",
        "业主",
        "河道巡查",
        "文明养宠",
    ],
    "mediation": ["老娘舅", "和事佬", "五老", "邻里纠纷", "物业纠纷", "婚姻家庭"],
}
ENDINGS = {
    "public_benefit": ["志愿服务队", "公益社", "爱心社"],
    "service": ["服务队", "服务社", "工作室"],
    "mutual_aid": ["互助会", "互助组", "小组"],
    "governance": ["自治会", "议事会", "劝导队"],
    "mediation": ["调解工作室", "调解小组", "调解室"],
}
REGISTERED = [
    ("52", "{word}社会工作服务中心", "service"),
    ("52", "{word}公益服务中心", "public_benefit"),
    ("51", "太仓市{word}协会", "public_benefit"),
    ("52", "{word}养老服务中心", "service"),
    ("52", "{word}社区发展中心", "governance"),
    ("51", "太仓市{word}志愿者协会", "public_benefit"),
    ("52", "{word}矛盾调解服务中心", "mediation"),
    ("52", "{word}邻里互助中心", "mutual_aid"),
]
WORDS = [
    "德颐", "瑞恩", "乐和", "同心", "馨家", "众扶", "南园", "娄江", "璜水", "七浦",
    "新湖", "浏岛", "沙头", "弇山", "金仓", "悦邻", "明德", "善行", "守望", "和谐",
    "幸福里", "春晖", "朝阳", "晚晴", "蒲公英", "小桔灯", "向日葵", "橄榄枝", "微光", "暖阳",
    "百合", "青禾", "云上", "知行", "常青", "安康", "睦邻", "童心", "启明", "海棠",
]  # fmt: skip
SUBJECTS = [
    "书法", "摄影", "太极拳", "锡剧", "江南丝竹", "龙狮", "武术", "棋类", "钓鱼", "农村专业技术",
    "园林绿化", "电子商务", "物业管理", "食品行业", "家庭教育", "老年体育", "残疾人文体", "青年企业家", "女企业家", "教育学会",
    "医学会", "会计学会", "民间文艺", "作家", "美术家", "舞蹈家", "信鸽", "门球", "羽毛球", "自行车运动",
]  # fmt: skip
