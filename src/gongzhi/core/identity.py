"""Identifiers of people, bodies and places: their check digits and how they are masked. Pure.

Citizen ID (GB 11643), unified social credit code (GB 32100 with the organisation code of GB 11714 inside),
statistical division code, mobile phone, certificate number. Residence is never judged by an ID prefix:
natives of Taicang keep 320522, incomers have any prefix.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from gongzhi.core.refusal import refuse
from gongzhi.core.words import Words, say

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORG = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# fmt: off
_DOUBLE_SURNAMES = {
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容",
    "宇文", "长孙", "司徒", "夏侯", "端木", "百里", "东郭", "南宫", "独孤", "澹台",
    "闻人", "轩辕", "钟离", "申屠", "公冶", "太史", "呼延", "淳于", "单于", "赫连",
    "濮阳", "司空", "公羊", "第五", "宗政", "仲孙", "鲜于", "闾丘", "亓官", "拓跋",
}
# fmt: on

MALE, FEMALE = "male", "female"
SEXES: dict[str, Words] = {MALE: say("男"), FEMALE: say("女")}


def tidy(text: str) -> str:
    """Half-width upper case without spaces or dashes: the one spelling that is compared and indexed."""
    return re.sub(r"[\s\-·－]", "", unicodedata.normalize("NFKC", text)).upper()


@dataclass(frozen=True)
class CitizenId:
    """A checked citizen ID or residence permit number of 18 characters."""

    number: str
    born: date
    sex: str

    def age_on(self, day: date) -> int:
        """Full years on ``day``; a birthday counts as completed on the day itself (民法典第 200 条)."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


def citizen_check(first17: str) -> str:
    """The 18th character for 17 digits (GB 11643, ISO 7064 MOD 11-2)."""
    return _ID_CHECKS[sum(w * int(d) for w, d in zip(_ID_WEIGHTS, first17, strict=True)) % 11]


def citizen_id(text: str, *, today: date | None = None, field: str = "") -> CitizenId:
    """Check a citizen ID (15 or 18 characters, also 港澳台居民居住证 81/82/83); returns the 18-character form.

    Raises Refused ``identity.citizen_id`` on ``field`` for shape, birth date or check digit; a birth date
    after ``today`` is refused when ``today`` is given. The area code is not checked.
    """
    number = tidy(text)
    if re.fullmatch(r"\d{15}", number):
        number = number[:6] + "19" + number[6:]
        number += citizen_check(number)
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", number):
        _no(say("身份证号应为 18 位（末位可以是 X）或 15 位数字"), "citizen_id", "GB 11643", field)
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        _no(say("身份证号里的出生日期不存在"), "citizen_id", "GB 11643", field)
    if born.year < 1850 or (today is not None and born > today):
        _no(say("身份证号里的出生日期不合理"), "citizen_id", "GB 11643", field)
    if citizen_check(number[:17]) != number[17]:
        _no(say("身份证号的校验位不对，请核对是否输错"), "citizen_id", "GB 11643", field)
    return CitizenId(number, born, MALE if int(number[16]) % 2 else FEMALE)


def org_check(first8: str) -> str:
    """The 9th character of an organisation code (GB 11714)."""
    c = 11 - sum(w * _ORG.index(d) for w, d in zip(_ORG_WEIGHTS, first8, strict=True)) % 11
    return {10: "X", 11: "0"}.get(c, str(c))


def org_code(text: str, *, field: str = "") -> str:
    """Check an organisation code of 9 characters (GB 11714); returns it without the dash."""
    code = tidy(text)
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        _no(say("组织机构代码应为 9 位"), "org_code", "GB 11714", field)
    if org_check(code[:8]) != code[8]:
        _no(say("组织机构代码的校验位不对，请核对是否输错"), "org_code", "GB 11714", field)
    return code


def credit_check(first17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015)."""
    total = sum(w * _CREDIT.index(d) for w, d in zip(_CREDIT_WEIGHTS, first17, strict=True))
    return _CREDIT[(31 - total % 31) % 31]


def uscc(text: str, *, field: str = "") -> str:
    """Check a unified social credit code, both its own check and the organisation code's inside it.

    Returns the 18-character form; raises Refused ``identity.uscc`` on ``field``.
    """
    code = tidy(text)
    if not re.fullmatch(f"[{_CREDIT}]{{2}}[0-9]{{6}}[{_CREDIT}]{{10}}", code):
        _no(
            say("统一社会信用代码应为 18 位数字和大写字母（不用 I、O、S、V、Z）"),
            "uscc",
            "GB 32100-2015",
            field,
        )
    if org_check(code[8:16]) != code[16]:
        _no(say("统一社会信用代码第 17 位（组织机构代码校验位）不对"), "uscc", "GB 11714", field)
    if credit_check(code[:17]) != code[17]:
        _no(say("统一社会信用代码的校验位不对，请核对是否输错"), "uscc", "GB 32100-2015", field)
    return code


@dataclass(frozen=True)
class Division:
    """A statistical division code of 12 digits taken apart.

    ``level``: province, city, county, township or village; ``kind`` names what the digits of that level
    usually stand for ("" above township); ``warnings`` say where the code departs from the usual ranges.
    """

    code: str
    level: str
    kind: str
    warnings: tuple[Words, ...] = ()

    @property
    def parent(self) -> str:
        """The 12-digit code of the division above ("" for a province)."""
        cut = {"village": 9, "township": 6, "county": 4, "city": 2, "province": 0}[self.level]
        return self.code[:cut].ljust(12, "0") if cut else ""


TOWNSHIP_KINDS: dict[str, Words] = {
    "subdistrict": say("街道"),
    "town": say("镇"),
    "rural_township": say("乡"),
    "other": say("其他乡级单位（开发区等）"),
}
VILLAGE_KINDS: dict[str, Words] = {
    "residents": say("居委会"),
    "village": say("村委会"),
    "like_residents": say("类似居委会"),
    "like_village": say("类似村委会"),
}
_TOWNSHIP_RANGES = (
    (1, 99, "subdistrict"),
    (100, 199, "town"),
    (200, 399, "rural_township"),
    (400, 599, "other"),
)
_VILLAGE_RANGES = (
    (1, 199, "residents"),
    (200, 399, "village"),
    (400, 499, "like_residents"),
    (500, 599, "like_village"),
)


def division(text: str, *, name: str = "", field: str = "") -> Division:
    """Take a division code of 2, 4, 6, 9 or 12 digits apart (统计用区划代码和城乡划分代码编制规则).

    Raises Refused ``identity.division`` for the wrong shape only. Digits outside the usual ranges, or a
    ``name`` whose ending contradicts them, become warnings: historic exceptions exist.
    """
    digits = tidy(text)
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}", digits):
        _no(say("区划代码应为 12 位数字（县级 6 位、乡级 9 位也可以）"), "division", "", field)
    code = digits.ljust(12, "0")
    # 东莞 441900 and its like have no counties, so only the city and the township must not be skipped
    if code[:2] == "00" or (code[2:4] == "00" and int(code[4:])) or (code[6:9] == "000" and int(code[9:])):
        _no(say("区划代码中间有空的层级"), "division", "", field)
    warnings: list[Words] = []
    if int(code[9:]):
        level, kind = "village", _kind(int(code[9:]), _VILLAGE_RANGES)
    elif int(code[6:9]):
        level, kind = "township", _kind(int(code[6:9]), _TOWNSHIP_RANGES)
    else:
        level = "county" if int(code[4:6]) else "city" if int(code[2:4]) else "province"
        kind = ""
    if level in ("village", "township") and not kind:
        warnings.append(say("{code}：末段超出通常的号段，请核对单位类型", code=code))
    elif name and _ending(name) and kind and _ending(name) != kind:
        warnings.append(say("{code} {name}：名称与号段对应的类型不一致", code=code, name=name))
    return Division(code, level, kind, tuple(warnings))


def _kind(number: int, ranges: tuple[tuple[int, int, str], ...]) -> str:
    return next((kind for low, high, kind in ranges if low <= number <= high), "")


def _ending(name: str) -> str:
    """The kind that the ending of an official name states, "" when it states none."""
    endings = {
        "街道办事处": "subdistrict",
        "街道": "subdistrict",
        "镇": "town",
        "乡": "rural_township",
        "居民委员会": "residents",
        "居委会": "residents",
        "村民委员会": "village",
        "村委会": "village",
    }
    return next((kind for ending, kind in endings.items() if name.endswith(ending)), "")


def phone(text: str, *, field: str = "") -> str:
    """Check a mainland mobile number, with or without +86; returns its 11 digits."""
    digits = re.sub(r"[()（）]", "", tidy(text)).removeprefix("+86")
    if len(digits) == 13:
        digits = digits.removeprefix("86")
    if not re.fullmatch(r"1[3-9]\d{9}", digits):
        _no(say("手机号应为 11 位数字，以 1 开头"), "phone", "", field)
    return digits


def certificate(text: str, pattern: str, *, field: str = "") -> str:
    """Check a certificate number against the county's ``pattern`` (a regular expression for the whole)."""
    number = tidy(text)
    if not re.fullmatch(pattern, number):
        _no(say("证书编号的格式不对，请核对证书原件"), "certificate", "", field)
    return number


def surname(name: str) -> str:
    """The family name of a Chinese name: two characters for the known double surnames, otherwise one."""
    return name[:2] if len(name) > 2 and name[:2] in _DOUBLE_SURNAMES else name[:1]


def mask_name(name: str) -> str:
    """张三 → 张*, 欧阳修文 → 欧阳**: the family name and a star for each further character."""
    text = name.strip()
    kept = surname(text)
    return kept + "*" * (len(text) - len(kept)) if len(text) > len(kept) else "*" * len(text)


def mask_phone(number: str) -> str:
    """138****5678; anything that is not 11 characters keeps its last two only."""
    text = number.strip()
    return f"{text[:3]}****{text[-4:]}" if len(text) == 11 else _tail(text, 2)


def mask_id(number: str) -> str:
    """320585********0021: first six and last four, for authorised users."""
    text = number.strip()
    return f"{text[:6]}{'*' * (len(text) - 10)}{text[-4:]}" if len(text) >= 15 else _tail(text, 2)


def mask_id_public(number: str) -> str:
    """3205************21: first four and last two, for publicity."""
    text = number.strip()
    return f"{text[:4]}{'*' * (len(text) - 6)}{text[-2:]}" if len(text) >= 15 else _tail(text, 1)


def mask_bank(number: str) -> str:
    """Only the last four digits of a bank account."""
    return _tail(number.strip(), 4)


def _tail(text: str, keep: int) -> str:
    keep = min(keep, len(text) // 3)
    return "*" * (len(text) - keep) + (text[-keep:] if keep else "")


def _no(message: Words, rule: str, source: str, field: str) -> NoReturn:
    refuse(message, rule=f"identity.{rule}", source=source, field=field)
