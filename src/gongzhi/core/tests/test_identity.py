"""Identifiers: the vectors, the check digits, the masks."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.core import identity
from gongzhi.core.refusal import Refused

TODAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("number", "sex", "born"),
    [
        ("11010519491231002X", "female", date(1949, 12, 31)),
        ("440524188001010014", "male", date(1880, 1, 1)),
        ("320522198501011231", "male", date(1985, 1, 1)),
        ("32058519900307001X", "male", date(1990, 3, 7)),
        ("320585201503010021", "female", date(2015, 3, 1)),
        ("320585200802290030", "male", date(2008, 2, 29)),
    ],
)
def test_valid_citizen_ids(number, sex, born):
    found = identity.citizen_id(number.lower(), today=TODAY)
    assert (found.number, found.sex, found.born) == (number, sex, born)


def test_the_old_form_is_completed():
    assert identity.citizen_id("320522850101123").number == "320522198501011231"


def test_age_on_a_day():
    child = identity.citizen_id("320585201503010021")
    assert child.age_on(TODAY) == 10
    assert (child.age_on(date(2029, 2, 28)), child.age_on(date(2029, 3, 1))) == (13, 14)


@pytest.mark.parametrize(
    "number",
    [
        "320585201502290025",  # the date does not exist
        "320585199003070010",  # wrong check digit
        "",
        "32058519900307001",
        "3205851990030700１x0",
        "020585199003070014",
        "3205859003070",
        "32058517000307001X",
    ],
)
def test_invalid_citizen_ids(number):
    with pytest.raises(Refused) as refused:
        identity.citizen_id(number, today=TODAY, field="id")
    assert refused.value.rule == "identity.citizen_id"
    assert refused.value.problems[0].field == "id"


def test_nobody_is_born_tomorrow():
    first = "32058520260102001"
    number = first + identity.citizen_check(first)
    with pytest.raises(Refused):
        identity.citizen_id(number, today=TODAY)
    assert identity.citizen_id(number, today=date(2026, 1, 2)).born == date(2026, 1, 2)


@given(
    st.integers(100000, 999999),
    st.dates(date(1850, 1, 1), date(2025, 12, 31)),
    st.integers(0, 999),
    st.integers(0, 17),
    st.sampled_from("0123456789"),
)
def test_one_wrong_digit_is_always_noticed(area, born, order, at, digit):
    first = f"{area}{born:%Y%m%d}{order:03d}"
    number = first + identity.citizen_check(first)
    assert identity.citizen_id(number, today=TODAY).number == number
    assert identity.citizen_id(number).sex == ("male" if order % 2 else "female")
    wrong = number[:at] + digit + number[at + 1 :]
    if wrong != number:
        with pytest.raises(Refused):
            identity.citizen_id(wrong, today=TODAY)


@given(
    st.sampled_from(["810000", "820000", "830000"]),
    st.dates(date(1950, 1, 1), date(2020, 1, 1)),
    st.integers(0, 999),
)
def test_residence_permits_use_the_same_rule(prefix, born, order):
    first = f"{prefix}{born:%Y%m%d}{order:03d}"
    assert identity.citizen_id(first + identity.citizen_check(first)).born == born


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",
        "51320585509000011N",
        "52320585MJ0000018C",
        "5332058550900002X8",
        "54320585MF0000013G",
        "55320585MF00000218",
    ],
)
def test_valid_credit_codes(code):
    assert identity.uscc(f" {code.lower()} ") == code
    assert identity.org_code(code[8:17]) == code[8:17]


@pytest.mark.parametrize(
    "code", ["51320585509000012N", "51320585509000011M", "5132058550900001IN", "123", ""]
)
def test_invalid_credit_codes(code):
    with pytest.raises(Refused) as refused:
        identity.uscc(code, field="code")
    assert refused.value.rule == "identity.uscc"


_CODE = st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY")


@given(
    st.lists(_CODE, min_size=2, max_size=2),
    st.integers(0, 999999),
    st.lists(_CODE, min_size=8, max_size=8),
    st.data(),
)
def test_credit_code_checks_hold_and_notice_one_wrong_character(head, area, org, data):
    body = "".join(org)
    first = f"{''.join(head)}{area:06d}{body}{identity.org_check(body)}"
    if first[16] == "X" or first[16].isdigit():
        code = first + identity.credit_check(first)
        assert identity.uscc(code) == code
        at = data.draw(st.integers(0, 17))
        wrong = code[:at] + data.draw(_CODE) + code[at + 1 :]
        if wrong != code:
            with pytest.raises(Refused):
                identity.uscc(wrong)


def test_division_codes():
    zhonghe = identity.division("320585101204", name="中荷村村民委员会")
    assert (zhonghe.level, zhonghe.kind, zhonghe.parent, zhonghe.warnings) == (
        "village",
        "village",
        "320585101000",
        (),
    )
    ludu = identity.division("320585400019")
    assert (ludu.kind, ludu.parent) == ("residents", "320585400000")
    shaxi = identity.division("320585101", name="沙溪镇")
    assert (shaxi.code, shaxi.level, shaxi.kind, shaxi.parent) == (
        "320585101000",
        "township",
        "town",
        "320585000000",
    )
    assert identity.division("320585").level == "county"
    assert identity.division("32").parent == ""
    assert identity.division("441900003", name="东城街道").kind == "subdistrict"  # 东莞 has no counties


def test_division_exceptions_warn_and_pass():
    assert identity.division("320585101204", name="某某社区居民委员会").warnings
    assert identity.division("320585101999").warnings
    assert identity.division("320585700000").warnings
    assert not identity.division("320585101204", name="中荷村").warnings


@pytest.mark.parametrize(
    "code", ["", "3205851012", "32058510120x", "320000101204", "000000000000", "320585000201"]
)
def test_what_is_no_division_code(code):
    with pytest.raises(Refused):
        identity.division(code)


@pytest.mark.parametrize(
    "text", ["13812345678", "138 1234 5678", "+86 138-1234-5678", "8613812345678", "１３８１２３４５６７８"]
)
def test_phones(text):
    assert identity.phone(text) == "13812345678"


@pytest.mark.parametrize("text", ["", "12812345678", "1381234567", "138123456789", "0512-53520000"])
def test_what_is_no_mobile_phone(text):
    with pytest.raises(Refused):
        identity.phone(text)


def test_certificate_numbers_follow_the_countys_pattern():
    assert identity.certificate("2019 0011 3201", r"\d{12}") == "201900113201"
    with pytest.raises(Refused):
        identity.certificate("2019001132", r"\d{12}")


def test_masks():
    assert [identity.mask_name(n) for n in ("张三", "张三丰", "欧阳修文", "欧阳", "张", "")] == [
        "张*", "张**", "欧阳**", "欧*", "*", "",
    ]  # fmt: skip
    assert identity.mask_phone("13812345678") == "138****5678"
    assert identity.mask_id("320585201503010021") == "320585********0021"
    assert identity.mask_id_public("320585201503010021") == "3205************21"
    assert identity.mask_bank("6222020111122220000") == "***************0000"


@given(st.text(max_size=30))
def test_masks_never_show_everything(text):
    for mask in (
        identity.mask_name,
        identity.mask_phone,
        identity.mask_id,
        identity.mask_id_public,
        identity.mask_bank,
    ):
        if text.strip().strip("*"):
            assert mask(text) != text.strip()
