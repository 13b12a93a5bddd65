"""What the style guide shows: the parts of a county's year, as they stand on real pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace as Any_
from typing import Any

from gongzhi.core.refusal import Problem, Refused

PUBLIC_NAV = ["这件事归谁管", "两份清单", "协议", "评估结果", "村和社区"]
NAV = ["工作台", "清单管理", "主导治理", "能动善治", "融合共治", "县情"]
TABS = [("轮到我", "inbox", 9), ("找", "search", 0), ("本镇", "layout-grid", 0), ("我办过的", "history", 0)]

TOWNS: list[tuple[str, int, float, float, int, int, str]] = [
    # name, places, score, x, row, width, names
    ("璜泾镇", 17, 86.16, 7, 1, 7, "西塔 王秀 玉影山 银杏 新华 荣文 新联 荡茜 永乐 王秀 孙桥 孟河 杨漕 新海 新明 长洲 雅鹿"),
    ("沙溪镇", 28, 82.50, 1.5, 2, 7, "新北 东市 西市 利泰 直塘 归庄 岳王 沙东 涂松 印北 洪泾 中荷 松南 胜利 泥桥 虹桥 泰西 太星 岳星 新建 岳镇 塘桥 项桥 庄西 凡山 香塘 渠泾 半泾"),
    ("浮桥镇", 25, 83.06, 9.5, 2, 7, "茜泾 牌楼 浮桥 九曲 老闸 时思 六尺 建红 和平 新城 浮南 新港 戚浦 陆公 茜泾 马北 丁泾 新邵 七丫 浮桥 时思 浪港 方桥 绿化 三市"),
    ("双凤镇", 14, 82.40, 0, 3, 4, "双凤 湖川桥 新川苑 凤雅 新苑 庆丰 凤中 黄桥 勤力 泥泾 维新 新湖 新卫 新闯"),
    ("城厢镇", 23, 86.47, 4.5, 3, 5, "中区 东区 府东 县府 南园 桃园 弇山 梅园 南区 康乐 西区 德兴 西郊 胜泾 古塘 伟阳 太丰 新毛 新农 永丰 电站 万丰 东林"),
    ("经济开发区", 30, 80.74, 10, 3, 6, "惠阳 太平 东郊 洋沙 朝阳 荷塘 翱翔 太胜 太东 向东岛 香花桥 华盛园 娄江 滨河 陆渡 东城 景瑞 城北 珠江 浦溪 裕珑 柳园 丽景 花北 小桥 岳南 红庙 陆渡 横沥 洙泾"),
    ("浏河镇", 15, 80.03, 16.5, 3, 3, "复兴 河北 闸北 新塘 紫薇苑 东方 海塘 浏南 东仓 何桥 新闸 闸北 万安 张桥 新镇"),
    ("科教新城", 8, 87.88, 6.5, 4, 8, "南郊 常丰 鹃桥 学苑 新丰 城南 文渊 良辅"),
]  # fmt: skip
STEPS = [
    (5, "90 分及以上", 18), (4, "85 到 90", 40), (3, "80 到 85", 59), (2, "75 到 80", 27), (1, "不到 75", 13), (0, "未评", 3),
]  # fmt: skip


def tile_groups() -> list[dict[str, Any]]:
    """The 160 places with a spread of steps that looks like a year's scores."""
    groups = []
    for name, n, score, x, y, w, names in TOWNS:
        tiles = []
        for i, short in enumerate(names.split()):
            step = (i * 7 + len(short) + int(score)) % 6
            step = step if step or i % 5 == 0 else 3
            tiles.append(
                {
                    "label": short,
                    "href": f"#{name}{i}",
                    "step": step,
                    "warn": step == 1 and i % 2 == 0,
                    "up": step == 5 and i % 3 == 0,
                    "title": f"{name}{short}：村居评政府 {70 + step * 4}.20 分",
                }
            )
        groups.append(
            {"name": name, "href": f"#{name}", "n": n, "value": f"{score:.2f}", "x": x, "y": y, "w": w, "tiles": tiles, "current": name == "沙溪镇"}
        )
    return groups


def steps() -> list[dict[str, str]]:
    """An agreement in its second round."""
    table = [
        ("a", "起草", "1 月 12 日", "done"), ("b", "提出修改", "2 月 2 日", "done"), ("a", "回应", "2 月 24 日", "done"),
        ("b", "再提修改", "3 月 5 日", "done"), ("a", "回应", "3 月 16 日前", "now"), ("b", "村内决定", "", "later"),
        ("both", "签署", "", "later"), ("b", "公开", "", "later"), ("both", "履约", "", "later"), ("both", "双向评估", "", "later"),
        ("a", "结算", "", "later"),
    ]  # fmt: skip
    return [{"side": s, "label": label, "when": when, "state": state} for s, label, when, state in table]


SEALS = [
    {"char": "问", "label": "巡访问事", "lines": ["11 月 24 日　小组长走访", "✓ 1 个工作日登记，限 2 个"], "state": "done", "short": "11 月 24 日"},
    {"char": "提", "label": "两委提事", "lines": ["11 月 28 日　受理，并入同类 3 件", "✓ 4 个工作日答复，限 7 个"], "state": "done", "short": "11 月 28 日"},
    {"char": "议", "label": "分层议事", "lines": ["12 月 5 日至 1 月 16 日　村级", "✓ 486 人投票，代表会议通过"], "state": "done", "short": "1 月 16 日"},
    {"char": "干", "label": "协同干事", "lines": ["1 月 19 日起　4 项任务", "3 项办完，1 项退回重办"], "state": "again", "short": "1 项重办"},
    {"char": "监", "label": "群众监事", "lines": ["3 月 9 日起　5 位监督人", "3 位查完，2 位在查"], "state": "now", "short": ""},
]  # fmt: skip


@dataclass(frozen=True)
class KitVerb:
    """A verb as the macros see it."""

    label: str
    name: str = "agreements.respond"
    effects: tuple[str, ...] = ()
    irreversible: bool = False
    asks: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class KitOffer:
    """An offer as the macros see it."""

    verb: KitVerb
    url: str = "#verb"
    main: bool = False
    locked: Refused | None = None


LOCK = Refused(
    Problem(
        "现在还不能签：要等中荷村作出村内决定。涉及村民利益的事项，由村民会议或村民代表会议讨论决定。",
        rule="agreements.committee_decides",
        source="村民委员会组织法第二十四条（2018 文本）",
    )
)
OFFERS = [
    KitOffer(KitVerb("送出第 2 轮回应"), main=True), KitOffer(KitVerb("约当面协商")), KitOffer(KitVerb("请乙方说明")),
    KitOffer(KitVerb("暂停协商")), KitOffer(KitVerb("退出协商")), KitOffer(KitVerb("签署"), locked=LOCK),
]  # fmt: skip
PROBLEMS = [
    Problem("付款比总额少 4,800.00 元，补平以后才能送出", rule="agreements.sums", source="协助管理协议书（示范文本）第九条", way_out="#pay"),
    Problem("第六条、第十一条还没有回应", rule="agreements.unanswered", source="本县设定", way_out="#c6"),
]
VERB = KitVerb(
    "送出，轮到乙方",
    effects=("送出后不能撤回，这一轮的文字封存。", "轮到中荷村，3 月 18 日（周三）前回应，5 个工作日。", "接受 3 条：第四条、第六条、第十一条。", "对案 1 条：第八条，共同抽查。"),
    irreversible=True,
)


def run(text: str, mark: str = "", side: str = "") -> Any:
    """One run of a redline."""
    return Any_(text=text, mark=mark, side=side)


CLAUSE_4 = [
    run("乙方协助探访村内 40 名独居老人，每人每月不少于 1 次，全年 480 人次，"), run("其中高温、寒潮预警期间集中探访不少于 60 人次，", "ins", "b"),
    run("每人次 "), run("50.00", "del", "b"), run("60.00", "ins", "b"), run(" 元，计 "), run("24,000.00", "del", "b"), run("28,800.00", "ins", "b"), run(" 元。"),
]  # fmt: skip
CLAUSE_6 = [run("乙方协助收集居住证申领材料"), run("并核验真伪", "del", "b"), run("，每周三转送派出所，全年约 360 份，每份 40.00 元，计 14,400.00 元。")]
CLAUSE_8 = [
    run("乙方协助动员农户分类投放，"), run("抽查准确率不低于 90%", "del", "b"), run("每季度抽查 1 次，准确率不低于 85%", "ins", "b"),
    run("，由镇城管部门会同乙方共同抽查", "ins", "a"), run("，计 24,000.00 元。"),
]  # fmt: skip
SUMS: list[dict[str, Any]] = [
    {"name": "weights", "label": "权重", "value": "100 / 100", "ok": "yes", "kind": "int", "must": "100", "of": "100"},
    {"name": "items", "label": "8 项金额合计", "value": "180,000.00", "ok": "", "raw": "180000.00"},
    {"name": "total", "label": "协议总额", "value": "180,000.00", "ok": "equal", "equals": "items", "raw": "180000.00"},
    {"name": "instalments", "label": "三期付款合计", "value": "175,200.00", "ok": "no", "equals": "items", "raw": "175200.00"},
]
WEIGHTS = [25, 20, 15, 10, 10, 8, 7, 5]


def todo_groups(on: date) -> list[dict[str, Any]]:
    """What waits for a township officer."""

    def row(left: int | None, title: str, detail: str, side: str, waits: str, button: str, main: bool = False, **more: str) -> dict[str, Any]:
        due = None if left is None else on + timedelta(days=left)
        return {"left": left, "due": due, "title": title, "detail": detail, "side": side, "waits": waits, "button": button, "main": main, "url": "#todo", **more}

    late = [
        row(-9, "付第一期款 84,000.00 元", "虹桥村 2026 年协议第九条 · 滞纳金已计 12 天 504.00 元", "b", "虹桥村", "办理付款", True, waits_note="村里可书面通知后暂停该项"),
        row(-2, "答复村民对垃圾分类补贴去向的查询", "胜利村 · 村务公开查询 · 由监督委员会转来", "b", "胜利村", "写答复", True, waits_after="和 1 位村民在等"),
    ]
    week = [
        row(0, "确认 2 月履约记录", "松南村 · 6 项，附照片和签到 11 份", "b", "松南村", "去确认", True, waits_note="确认后才能付款"),
        row(1, "签署 2026 年协助管理协议书", "塘桥村 · 村民代表会议已通过，对方 3 月 9 日已签", "b", "塘桥村", "去签署", True, waits_after="已签，等本镇"),
        row(2, "回报本镇整改：全年培训只办 1 场，约定 4 场", "泰西村 2025 年双向评估提出 · 整改清单第 2 项", "b", "泰西村", "写回报", waits_after="等回报"),
    ]
    later = [
        row(3, "回应第 2 轮修改：4 条里还有 2 条没回应", "中荷村 2026 年协助管理协议书", "b", "中荷村", "去回应"),
        row(5, "对“消防网格上报系统”进村申请提意见", "市消防救援大队申请 · 工作准入 · 涉及 28 个村和社区", "", "准入审核组", "提意见"),
    ]
    return [
        {"label": "已逾期", "note": f"{len(late)} 件", "rows": late},
        {"label": "本周到期", "note": f"{len(week)} 件，至 3 月 13 日", "rows": week},
        {"label": "以后", "note": f"{len(later)} 件", "rows": later},
    ]


def story() -> list[dict[str, Any]]:
    """Five entries of one agreement."""
    at = datetime(2026, 3, 5, 7, 42, tzinfo=UTC)
    rows = [
        ("b", "周* 提出第 2 轮修改，4 条", 317905, 0), ("b", "两委联席会议同意再谈，应到 9 人，实到 8 人", 317812, 1),
        ("a", "陆* 回应第 1 轮：接受 5 处，对案 3 处", 316204, 9), ("b", "周* 提出第 1 轮修改，8 处", 312377, 31), ("a", "按清单起草，同日送 28 个村和社区", 309640, 52),
    ]  # fmt: skip
    return [{"side": s, "text": text, "number": n, "at": at - timedelta(days=d), "url": "#", "sealed": d > 0} for s, text, n, d in rows]


RECEIPT = {"number": 317905, "about": "中荷村提出第 2 轮修改", "digest": "9f2c 81d0 4be7 a36c", "sealed": "3 月 5 日 16:00", "url": "/records/317905", "qr": "https://gongzhi.example/records/317905"}
PAPERS = [
    {"label": "协议书（第 2 轮征求稿）", "links": [("docx", "#"), ("PDF", "#")]}, {"label": "条款对照表", "links": [("xlsx", "#")]},
    {"label": "第 1 轮协商纪要", "links": [("PDF", "#")]}, {"label": "两委会议纪要 3 月 4 日", "links": [("扫描件", "#")]},
]  # fmt: skip
DUMBBELLS = [
    ("科教新城", 89.43, 87.88, "62%", "96%"), ("城厢镇", 87.07, 86.47, "78%", "97%"), ("璜泾镇", 87.71, 86.16, "100%", "98%"), ("浮桥镇", 86.51, 83.06, "92%", "96%"),
    ("沙溪镇", 86.05, 82.50, "64%", "98%"), ("双凤镇", 84.42, 82.40, "100%", "90%"), ("经济开发区", 83.95, 80.74, "77%", "100%"), ("浏河镇", 83.70, 80.03, "80%", "98%"),
]  # fmt: skip
MINI = "done:新北 东市 西市|none:利泰|done:直塘 归庄 岳王 沙东 涂松 印北|theirs:洪泾|talk:中荷|done:松南 胜利 泥桥 虹桥 泰西 太星 岳星 新建 岳镇|mine:塘桥|talk:项桥 庄西|paused:凡山|talk:香塘|theirs:渠泾|talk:半泾"
MINI_LEGEND = [("done", "已签署", 18), ("talk", "协商中", 5), ("theirs", "村内决定", 2), ("mine", "等本镇签", 1), ("paused", "中止", 1), ("none", "未同意", 1)]
ANSWER = {
    "what": "协助事项 B10　残疾人工作、参保帮助",
    "sentence": "归市残联管，村（居）委会应当帮您。",
    "left": {"unit": "太仓市残疾人联合会", "note": "受理补贴申请，核定，拨款"},
    "right": {"unit": "您那里的村（居）委会", "note": "告诉您政策，帮忙填表，可以代办"},
    "basis": [{"law": "残疾人保障法", "article": "第四十七条", "quote": "残疾人所在城乡基层群众性自治组织、残疾人家庭，应当鼓励、帮助残疾人参加社会保险。", "verify": False}],
    "pays": "您不用出钱。村（居）委会办事要的经费由委托的部门承担，写进每年的协助管理协议。",
    "pays_source": "村民委员会组织法第三十七条（2018 文本）",
    "ways": [
        {"title": "觉得答案不对", "text": "对清单提异议，10 个工作日内书面答复", "label": "提异议", "href": "#"},
        {"title": "村里不肯帮", "text": "先找监督委员会，再向镇政府反映", "label": "写下来，交上去", "href": "#"},
        {"title": "不方便上网", "text": "到村（居）委会说，或者打 12345，都算数", "label": "找最近的窗口", "href": "#"},
    ],
}
NEAR = [
    {"side": "a", "title": "隔壁搭违建归谁拆", "text": "归城市管理局。村（居）委会不是执法责任人，不能要求它去拆。", "href": "#"},
    {"side": "b", "title": "邻居漏水吵架找谁", "text": "村（居）委会自己的事：调解民间纠纷。不愿调解可以直接起诉。", "href": "#"},
    {"side": "both", "title": "居住证去哪里办", "text": "归公安局，村（居）委会协助收材料。", "href": "#"},
]
TABLE = [
    ("虹桥村", "已签署", 88.20, 71.35, 16.85, -6.20, "▲ 1 笔逾期", "按期付款 3 月 31 日"), ("项桥村", "协商中", 85.90, 70.60, 15.30, -4.85, "▲ 1 笔逾期", "用工费补付 3 月 31 日"),
    ("东市社区", "已签署", 88.79, 73.94, 14.85, -3.10, "3 笔全部按时", "没有"), ("泰西村", "已签署", 86.40, 74.30, 12.10, -1.45, "3 笔全部按时", "培训补 3 场 3 月 13 日"),
    ("塘桥村", "等本镇签", 90.10, 80.20, 9.90, 0.80, "3 笔全部按时", "没有"),
]  # fmt: skip
CHART = {
    "kind": "line", "title": "近五年双向评估平均分", "names": ["2021", "2022", "2023", "2024", "2025"], "min": 76, "max": 90, "unit": "分",
    "series": [{"name": "政府评村居", "side": "a", "data": [84.1, 84.9, 85.2, 86.0, 85.85]}, {"name": "村居评政府", "side": "b", "data": [78.3, 79.4, 80.9, 81.4, 83.24]}],
}  # fmt: skip
CHART_BARS = {
    "kind": "bar", "title": "各镇协议金额", "names": ["沙溪", "浮桥", "璜泾", "城厢"], "unit": "万元",
    "series": [{"name": "社会治安", "data": [120, 98, 77, 110]}, {"name": "公共服务", "data": [210, 180, 150, 190]}, {"name": "矛盾调解", "data": [60, 44, 52, 71]}],
}  # fmt: skip
