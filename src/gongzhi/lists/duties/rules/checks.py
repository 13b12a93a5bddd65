"""What a list must satisfy: the refusals of the procedure, each with its rule code and source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from gongzhi.core.refusal import Problem
from gongzhi.core.words import Words, joined, say
from gongzhi.lists.duties.rules.lists import ASSIST, LIST_TYPES, LISTS_OF_KIND, NEGATIVE, Line

PROCEDURE = say("清单编制程序：一个事项只在一份清单里，协助事项写明牵头部门，条条有依据（本市设定）")
NUMBERING = say("党政机关公文处理工作条例第九条、GB/T 9704—2012 发文字号")
FUNDING = say("村民委员会组织法第三十七条（2018 文本）：委托部门承担经费")
YEARLY = say("清单每年修订一次，中途变动只走社区工作准入程序（民发〔2015〕136号）")

_CODE = re.compile(r"^[A-Z][0-9]{2,3}$")
_NUMBER = re.compile(r"^[\u4e00-\u9fff]{2,12}〔([0-9]{4})〕([1-9][0-9]{0,4})号$")
_DROPPED = re.compile(r"[\W_]+")
_FILLER_HEAD = re.compile(r"^(依法|协助|配合|做好|开展|负责)+")
_FILLER_TAIL = re.compile(r"(相关|有关|等)*(工作|事项|事务)$")
SAME_TASK = Decimal("0.85")


def normal_name(name: str) -> str:
    """A task's name without punctuation, width differences and the filler words that hide that two are one.

    "协助维护社会治安" and "社会治安维护工作" stay different words; "协助做好人口普查工作" and "人口普查" become one.
    """
    text = _DROPPED.sub("", unicodedata.normalize("NFKC", name))
    core = _FILLER_TAIL.sub("", _FILLER_HEAD.sub("", text))
    return core or text


def likeness(a: str, b: str) -> Decimal:
    """How alike two names are, 0 to 1: Dice's measure over the pairs of characters of their normal forms."""
    x, y = _pairs(normal_name(a)), _pairs(normal_name(b))
    if not x or not y:
        return Decimal(int(normal_name(a) == normal_name(b)))
    return Decimal(2 * len(x & y)) / Decimal(len(x) + len(y))


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)} or ({text} if text else set())


def check_line(line: Line, kind: str) -> list[Problem]:
    """What is wrong with one line by itself, for its own version's kind."""
    found: list[Problem] = []
    if not _CODE.match(line.code):
        found.append(_p(say("编号应当是一个大写字母加两到三位数字，例如 B10"), "code_format", "code"))
    if line.list_type not in LISTS_OF_KIND.get(kind, ()):
        text = say("这一版没有“{list}”这份清单", list=LIST_TYPES.get(line.list_type, line.list_type))
        found.append(_p(text, "list_not_in_kind", "list_type"))
    if line.list_type == ASSIST and not line.lead:
        found.append(_p(say("协助事项 {code} 必须写明牵头部门", code=line.code), "lead_department", "lead"))
    if line.list_type == ASSIST and not line.payer:
        text = say("协助事项 {code} 必须写明谁出钱", code=line.code)
        found.append(Problem(text, "duties.funding", FUNDING, "payer"))
    if not normal_name(line.name):
        found.append(_p(say("请写事项名称"), "name", "name"))
    return found


def check_basis(lines: Iterable[Line]) -> list[Problem]:
    """Items without a legal basis: there must be none when the list goes to the legality review."""
    bare = [x.code for x in lines if not x.bases]
    if not bare:
        return []
    text = say("{count} 个事项没有写依据：{codes}", count=len(bare), codes=joined(bare))
    return [_p(text, "basis", "bases")]


def check_codes(lines: Sequence[Line]) -> list[Problem]:
    """A code stands for one item of a version."""
    seen: set[str] = set()
    found = []
    for line in lines:
        if line.code in seen:
            found.append(_p(say("编号 {code} 用了两次", code=line.code), "code_unique", "code"))
        seen.add(line.code)
    return found


def check_same_task(lines: Sequence[Line], threshold: Decimal = SAME_TASK) -> list[Problem]:
    """The same task, by its normalised name or nearly so, stands in one list only and once."""
    return [same_task(lines[i], lines[j]) for i, j in clashes(lines, threshold)]


def clashes(lines: Sequence[Line], threshold: Decimal = SAME_TASK) -> Iterator[tuple[int, int]]:
    """The places of every two lines that are the same task, the earlier first."""
    pairs = [_pairs(normal_name(x.name)) for x in lines]
    part, whole = threshold.as_integer_ratio()
    for j, b in enumerate(lines):
        for i, a in enumerate(lines[:j]):
            shared, both = 2 * len(pairs[i] & pairs[j]), len(pairs[i]) + len(pairs[j])
            if NEGATIVE in (a.list_type, b.list_type) and a.list_type != b.list_type:
                # "Demolition" as a thing that must not be asked contradicts the same words on a duty list.
                alike = shared == both
            else:
                alike = shared * whole >= part * both
            if both and alike:
                yield i, j


def same_task(a: Line, b: Line) -> Problem:
    """What is said of two lines that are the same task."""
    if a.list_type != b.list_type:
        text = say(
            "“{a}”（{code_a}）和“{b}”（{code_b}）是同一件事，不能同时在“{list_a}”和“{list_b}”里",
            a=a.name, b=b.name, code_a=a.code, code_b=b.code,
            list_a=LIST_TYPES[a.list_type], list_b=LIST_TYPES[b.list_type],
        )  # fmt: skip
    else:
        text = say(
            "“{a}”（{code_a}）和“{b}”（{code_b}）重复", a=a.name, b=b.name, code_a=a.code, code_b=b.code
        )
    return _p(text, "same_task", "name")


def check_list(lines: Sequence[Line], kind: str, threshold: Decimal = SAME_TASK) -> list[Problem]:
    """Everything that must hold when a whole version goes on to the legality review."""
    if not lines:
        return [_p(say("清单里还没有事项"), "empty", "")]
    found = [p for line in lines for p in check_line(line, kind)]
    return found + check_basis(lines) + check_codes(lines) + check_same_task(lines, threshold)


def check_document_number(number: str, issued: date) -> list[Problem]:
    """The official number: 太政发〔2022〕15号. Six-corner brackets, four-digit year of issue, no leading zero, no 第."""
    match = _NUMBER.match(number)
    if match:
        if int(match[1]) == issued.year:
            return []
        text = say("文号里的年份是 {got}，印发年份是 {want}", got=match[1], want=issued.year)
        return [Problem(text, "duties.document_number", NUMBERING, "number")]
    return [Problem(_number_fault(number), "duties.document_number", NUMBERING, "number")]


def _number_fault(number: str) -> Words:
    if re.search(r"[\[\]（）()【】\[\]<>《》]", number):
        return say("文号的年份用六角括号〔〕，例如 太政发〔2022〕15号")
    if "第" in number:
        return say("文号的序号前不写“第”，例如 太政发〔2022〕15号")
    if re.search(r"〕0", number):
        return say("文号的序号不编虚位，写 15，不写 015")
    if re.search(r"〔[0-9]{0,3}〕", number):
        return say("文号的年份写满四位，例如 〔2022〕")
    return say("文号由机关代字、年份、序号组成，例如 太政发〔2022〕15号")


Span = tuple[date, date | None]


def check_dates(new: Span, previous: Span | None, others: Sequence[Span], today: date) -> list[Problem]:
    """Exactly one version is in force on any day: the new one starts the day after the old one ends.

    ``previous`` is the version being superseded: with an open end it is closed the day before ``new`` starts.
    ``others`` are all further issued versions of the kind. Both ends of a span count.
    """
    start, end = new
    found = []
    if start < today:
        found.append(_d(say("施行日期不能早于印发日期，清单不溯及既往"), "not_backwards"))
    if end is not None and end < start:
        found.append(_d(say("停止施行的日期早于施行日期"), "dates_reversed", "valid_to"))
    if previous is not None:
        found += _after_previous(start, previous)
    for other_start, other_end in others:
        if _meet(new, (other_start, other_end)):
            found.append(_d(say("和 {start} 起施行的另一版重叠", start=other_start.isoformat()), "overlap"))
    return found


def _after_previous(start: date, previous: Span) -> list[Problem]:
    old_start, old_end = previous
    if start <= old_start:
        return [_d(say("新版的施行日期应当晚于上一版的 {start}", start=old_start.isoformat()), "overlap")]
    if old_end is None or start == old_end + timedelta(days=1):
        return []
    if start <= old_end:
        return [_d(say("上一版施行到 {end}，两版重叠", end=old_end.isoformat()), "overlap")]
    return [_d(say("上一版施行到 {end}，中间有几天没有清单", end=old_end.isoformat()), "gap")]


def _meet(a: Span, b: Span) -> bool:
    return (b[1] is None or a[0] <= b[1]) and (a[1] is None or b[0] <= a[1])


def check_year(year: int, previous_year: int | None) -> list[Problem]:
    """A revision is yearly: its year is after the year of the version that it replaces."""
    if previous_year is None or year > previous_year:
        return []
    text = say("{year} 年的清单已经有了。清单一年修订一次，年中新增的事请走社区工作准入", year=previous_year)
    return [Problem(text, "duties.yearly_revision", YEARLY, "year")]


def _p(message: Words, code: str, field: str) -> Problem:
    return Problem(message, f"duties.{code}", PROCEDURE, field)


def _d(message: Words, code: str, field: str = "valid_from") -> Problem:
    return Problem(message, f"duties.{code}", say("任何一天只有一版清单有效（本市设定）"), field)
