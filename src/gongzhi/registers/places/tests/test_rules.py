"""What codes and names say."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gongzhi.registers.places import rules

COUNTY_FILE = Path(rules.__file__).parent / "data" / "taicang-2023.csv"


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("320585101204", "village", "320585101000"),
        ("320585101000", "township", "320585000000"),
        ("320585000000", "county", "320500000000"),
        ("320500000000", "city", "320000000000"),
        ("320000000000", "province", ""),
    ],
)
def test_a_code_tells_its_level_and_its_parent(code: str, level: str, parent: str) -> None:
    assert (rules.level_of(code), rules.parent_code(code)) == (level, parent)


def test_a_subtree_is_a_range_of_codes() -> None:
    assert rules.subtree("320585101000") == ("320585101000", "320585101999")
    assert rules.subtree("320585000000") == ("320585000000", "320585999999")
    assert rules.subtree("320585101204") == ("320585101204", "320585101204")


@pytest.mark.parametrize(
    ("name", "short", "tile", "legal"),
    [
        ("中荷村委会", "中荷村", "中荷", "中荷村村民委员会"),
        ("新农村委会", "新农村", "新农", "新农村村民委员会"),
        ("府东社区居委会", "府东社区", "府东", "府东社区居民委员会"),
        ("海塘社区居民委员会", "海塘社区", "海塘", "海塘社区居民委员会"),
        ("玉影山社区居委会", "玉影山社区", "玉影山", "玉影山社区居民委员会"),
        ("和平花园社区居委会", "和平花园社区", "和平", "和平花园社区居民委员会"),
        ("新港花苑社区居民委员会", "新港花苑社区", "新港", "新港花苑社区居民委员会"),
        ("大堤村民委员会", "大堤村", "大堤", "大堤村村民委员会"),
        ("大堤村村民委员会", "大堤村", "大堤", "大堤村村民委员会"),
    ],
)
def test_names_are_shortened_the_way_people_say_them(name: str, short: str, tile: str, legal: str) -> None:
    assert rules.short_name(name) == short
    assert rules.tile_name(short) == tile
    assert rules.committee_name(short, rules.kind_of_name(name)) == legal


def test_governments_have_their_own_full_names() -> None:
    assert rules.government_name("沙溪镇", "320585101000") == "沙溪镇人民政府"
    assert rules.government_name("东华门街道", "110101001000") == "东华门街道办事处"
    assert rules.government_name("科教新城", "320585403000") == "科教新城管理委员会"


def test_the_name_decides_the_kind_and_a_difference_is_a_warning_not_a_refusal() -> None:
    assert rules.kind_of("320585101204", "中荷村委会") == rules.VILLAGERS
    assert rules.kind_of("320585101204", "中荷社区居委会") == rules.RESIDENTS
    assert [p.rule for p in rules.warnings("320585101204", "中荷社区居委会")] == ["places.kind_differs"]
    assert [p.rule for p in rules.warnings("320585101712", "某某生活区")] == ["places.code_range"]
    assert rules.warnings("320585101404", "某某社区") == []


def test_a_stated_level_that_differs_is_reported() -> None:
    assert [p.rule for p in rules.warnings("320585101000", "沙溪镇", "village")] == ["places.level_differs"]


def test_the_county_file_is_whole() -> None:
    rows = list(csv.DictReader(COUNTY_FILE.open(encoding="utf-8")))
    levels = [rules.level_of(r["code"]) for r in rows]
    assert (levels.count("county"), levels.count("township"), levels.count("village")) == (1, 8, 160)
    assert all(r["parent_code"] == rules.parent_code(r["code"]) for r in rows)
    kinds = [rules.kind_of(r["code"], r["name"]) for r in rows if rules.level_of(r["code"]) == "village"]
    assert (kinds.count(rules.RESIDENTS), kinds.count(rules.VILLAGERS)) == (88, 72)
    assert not [w for r in rows for w in rules.warnings(r["code"], r["name"], r["level"])]
    codes = [r["code"] for r in rows]
    assert rules.orphans(codes, set()) == []
    assert [p.params["code"] for p in (o.message for o in rules.orphans(["320585999001"], set()))] == [
        "320585999001"
    ]


def test_an_oversized_community_is_noted_with_a_split_plan() -> None:
    note = rules.size_note(rules.RESIDENTS, 4120, 1000, 3000)
    assert note is not None
    assert (note.params["parts"], note.params["each"]) == (2, 2060)
    assert rules.size_note(rules.RESIDENTS, 1000, 1000, 3000) is None
    assert rules.size_note(rules.RESIDENTS, 3000, 1000, 3000) is None
    assert rules.size_note(rules.RESIDENTS, 3001, 1000, 3000) is not None
    assert rules.size_note(rules.VILLAGERS, 4120, 1000, 3000) is None
