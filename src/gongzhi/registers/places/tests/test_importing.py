"""Importing division files and enrolling a county."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongzhi.core import search
from gongzhi.core.access import PUBLIC, SYSTEM
from gongzhi.core.journal import JournalEntry
from gongzhi.core.models import Unit
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.registers.places import actions, bulk, queries, rules
from gongzhi.registers.places.models import Alias, Import, Place

pytestmark = pytest.mark.django_db


def test_the_county_file_comes_in_whole_and_twice_changes_nothing() -> None:
    first = bulk.import_places(bulk.COUNTY_FILE)
    assert (first.read, first.added, first.changed) == (169, 169, 0)
    assert first.warnings == {}
    again = bulk.import_places(bulk.COUNTY_FILE)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 169)
    kinds = [Place.objects.filter(type=k).count() for k in (rules.RESIDENTS, rules.VILLAGERS)]
    assert kinds == [88, 72]
    assert Place.objects.get(code="320585101204").short == "中荷村"
    assert JournalEntry.objects.filter(verb="places.import").count() == 2


def test_sql_and_python_say_the_same_of_every_name() -> None:
    bulk.import_places(bulk.COUNTY_FILE)
    for p in Place.objects.all():
        assert p.short == rules.short_name(p.name)
        assert p.level == rules.level_of(p.code)
        if p.level == rules.VILLAGE:
            assert p.type == rules.kind_of(p.code, p.name)


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_the_national_files_come_in_one_run_with_their_oddities_reported(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        areas='code,name,cityCode,provinceCode\n320585,"太仓市",3205,32\n',
        streets='code,name,areaCode,provinceCode,cityCode\n320585101,"沙溪镇",320585,32,3205\n',
        villages="code,name,streetCode,provinceCode,cityCode,areaCode\n"
        '320585101204,"中荷村委会",320585101,32,3205,320585\n'
        '320585101205,"松南社区居委会",320585101,32,3205,320585\n'
        '320585101799,"某生活区",320585101,32,3205,320585\n'
        '320585999201,"孤村委会",320585999,32,3205,320585\n'
        '320585101204,"中荷村委会",320585101,32,3205,320585\n'
        '32058510a,"坏代码",320585101,32,3205,320585\n',
    )
    seen: list[tuple[int, int]] = []
    report = bulk.import_places(folder / "villages.csv", lambda done, total: seen.append((done, total)))
    assert report.added == 6
    assert {k: n for k, (n, _) in report.warnings.items()} == {
        "bad_code": 1,
        "code_range": 1,
        "kind_differs": 1,
        "twice": 1,
        "parent": 1,
    }
    assert seen[-1][0] == seen[-1][1]
    assert Place.objects.get(code="320585101205").type == rules.RESIDENTS


def test_a_new_name_of_a_place_that_is_not_enrolled_keeps_the_old_one_as_alias(tmp_path: Path) -> None:
    bulk.import_places(write(tmp_path, a="code,name\n110101001001,旧村委会\n") / "a.csv")
    report = bulk.import_places(write(tmp_path, a="code,name\n110101001001,新村委会\n") / "a.csv")
    assert report.changed == 1
    assert Place.objects.get().name == "新村委会"
    assert Alias.objects.get().value == "旧村委会"


def test_a_file_never_renames_an_enrolled_place(tmp_path: Path) -> None:
    bulk.import_places(bulk.COUNTY_FILE)
    bulk.enrol_county("320585000000")
    report = bulk.import_places(write(tmp_path, a="code,name\n320585101204,别名村委会\n") / "a.csv")
    assert report.warnings["name_differs"][0] == 1
    assert Place.objects.get(code="320585101204").name == "中荷村委会"


@pytest.mark.parametrize("text", ["name,code\nx,1\n", "code,name,a,b,c,d,e\n", "", "code,name\n"])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Refused):
        bulk.import_places(write(tmp_path, a=text) / "a.csv")
    assert not Place.objects.exists()
    assert not Import.objects.exists()


def test_a_path_never_comes_from_a_call(cast: object) -> None:
    with pytest.raises(Refused, match="导入页面"):
        actions.import_(SYSTEM, file="/etc/passwd")
    with pytest.raises(NotFound):
        bulk.import_places(bulk.COUNTY_FILE, actor=cast.lu)  # type: ignore[attr-defined]


def test_enrolling_opens_one_unit_for_each_place_and_lets_it_be_found() -> None:
    bulk.import_places(bulk.COUNTY_FILE)
    county = bulk.enrol_county("320585000000")
    assert Unit.objects.count() == 169
    village = Unit.objects.get(code="320585101204")
    assert (village.name, village.short, village.parent.short, village.parent.parent_id) == (  # type: ignore[union-attr]
        "中荷村村民委员会",
        "中荷村",
        "沙溪镇",
        county.unit_id,
    )
    assert [f.label for f in search.find(PUBLIC, "中荷")] == ["中荷村"]
    assert "府东社区" in [f.label for f in search.find(PUBLIC, "fdsq")]
    actions.enrol(SYSTEM, county)
    assert Unit.objects.count() == 169


def test_only_one_county_is_enrolled_and_from_the_county_down(tmp_path: Path) -> None:
    bulk.import_places(bulk.COUNTY_FILE)
    bulk.import_places(write(tmp_path, a="code,name\n320506000000,吴中区\n") / "a.csv")
    bulk.enrol_county("320585000000")
    with pytest.raises(Refused) as town:
        bulk.enrol_county("320585101000")
    assert town.value.rule == "places.enrol_county"
    with pytest.raises(Refused) as other:
        bulk.enrol_county("320506000000")
    assert other.value.rule == "places.enrol_one"


def test_the_tile_map_has_eight_townships_where_they_lie() -> None:
    bulk.import_places(bulk.COUNTY_FILE)
    bulk.enrol_county("320585000000")
    towns = queries.tiles(PUBLIC)
    assert [t.name for t in towns] == [
        "璜泾镇",
        "沙溪镇",
        "浮桥镇",
        "双凤镇",
        "城厢镇",
        "经济开发区",
        "浏河镇",
        "科教新城",
    ]
    assert sum(len(t.tiles) for t in towns) == 160
    assert {len(t.tiles) for t in towns} == {17, 28, 25, 14, 23, 30, 15, 8}
    assert all(t.x + t.w <= 20 for t in towns)
