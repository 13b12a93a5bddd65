"""Search: what two characters, one character and pinyin find, in which order, and never outside one's reach."""

from __future__ import annotations

import pytest
from django.db import connection, models

from gongzhi.cast import Cast
from gongzhi.core import access, roles, search
from gongzhi.core.access import Actor
from gongzhi.core.roles import Reach
from gongzhi.core.search import Entry, SearchEntry
from gongzhi.core.units import Unit


class TestWords:
    def test_bigrams_of_chinese_words_and_numbers(self) -> None:
        assert search.bigrams("中荷村 ２０２６ 年 ABC") == ["中荷", "荷村", "村", "2026", "年", "abc"]

    def test_bigrams_of_nothing(self) -> None:
        assert search.bigrams(" ，。") == []

    def test_initials_in_the_usual_reading(self) -> None:
        assert search.initials("中荷村") == "zhc"
        assert search.initials("重庆路社区") == "cqlsq"

    def test_every_reading_of_a_polyphone(self) -> None:
        assert {"dz", "sz", "cz"} <= set(search.all_initials("单庄"))

    def test_combinations_of_polyphones_are_capped(self) -> None:
        assert len(search.all_initials("重行长乐单解重行长乐")) == search.READINGS

    def test_pinyin_key_sorts_as_a_dictionary_does_and_numbers_by_value(self) -> None:
        names = ["中荷村", "安里村", "第10组", "第9组", "虹桥村"]
        assert sorted(names, key=search.pinyin_key) == ["安里村", "第9组", "第10组", "虹桥村", "中荷村"]


RIGHTS = {
    "test.view": {
        roles.COUNTY_OFFICER: Reach.ALL,
        roles.TOWNSHIP_OFFICER: Reach.BELOW,
        roles.COMMITTEE_HEAD: Reach.OWN,
        roles.PUBLIC: Reach.ALL,
    },
    "test.view_inner": {roles.COUNTY_OFFICER: Reach.ALL},
}
KINDS = {"test.place": "test.view", "test.inner": "test.view_inner"}


@pytest.fixture
def rights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds of things: places that many may see, and inner papers that only the county may."""
    table = {**access.rights(), **RIGHTS}
    monkeypatch.setattr(access, "rights", lambda: table)
    monkeypatch.setattr(search, "kinds_known", lambda: KINDS)


@pytest.fixture
def places(cast: Cast, rights: None) -> Cast:
    """One entry per committee, those of 沙溪镇 open to the public, and one inner paper of 中荷村."""
    committees = Unit.objects.filter(kind="committee").order_by("pk")
    search.put_many(
        "test.place",
        [
            Entry(
                u.pk,
                u.short,
                f"/places/{u.pk}/",
                [u.path],
                hint="",
                names=[u.name],
                public=u.short != "万安村",
            )
            for u in committees
        ],
    )
    village = cast["中荷村"]
    search.put_many("test.inner", [Entry(1, "中荷村信访材料", "/inner/1/", [village.path], public=True)])
    return cast


def labels(actor: Actor, text: str, **more: object) -> list[str]:
    return [f.label for f in search.find(actor, text, **more)]  # type: ignore[arg-type]


class TestFinding:
    @pytest.mark.parametrize(
        "text",
        ["中荷", "荷村", "荷", "中", "zhc", "ZH", "zhonghe", "zhonghecun", "hecun", " 中荷村 ", "中荷村民"],
    )
    def test_parts_of_a_name_and_its_pinyin(self, places: Cast, text: str) -> None:
        assert "中荷村" in labels(places.wang, text)

    @pytest.mark.parametrize(
        "text", ["", "，", "中桥", "zhx", "%", "_", "'", "\\", "a & b", "中荷 虹桥", "'中荷':*"]
    )
    def test_what_is_not_there_is_not_found_and_nothing_breaks(self, places: Cast, text: str) -> None:
        found = labels(places.wang, text)
        assert found == (["中荷村", "中荷村信访材料"] if text == "'中荷':*" else [])

    def test_exact_before_beginning_before_the_rest(self, places: Cast) -> None:
        path = places["沙溪镇"].path
        search.put_many(
            "test.place", [Entry(9001, "虹桥", "/", [path]), Entry(9002, "新虹桥村", "/", [path])]
        )
        assert labels(places.wang, "虹桥") == ["虹桥", "虹桥村", "新虹桥村"]

    def test_exact_initials_before_longer_ones(self, places: Cast) -> None:
        search.put_many("test.place", [Entry(9001, "中荷村民小组", "/", [places["沙溪镇"].path])])
        assert labels(places.wang, "zhc")[0] == "中荷村"

    def test_limit_and_kinds(self, places: Cast) -> None:
        assert len(labels(places.wang, "村", limit=2)) == 2
        assert labels(places.wang, "中荷", kinds=["test.inner"]) == ["中荷村信访材料"]
        assert labels(places.wang, "中荷", kinds=["nothing.such"]) == []


class TestScope:
    def test_county_finds_all(self, places: Cast) -> None:
        assert set(labels(places.wang, "村")) == {"中荷村", "虹桥村", "万安村", "中荷村信访材料"}

    def test_township_finds_below_itself_and_only_what_its_role_may_see(self, places: Cast) -> None:
        assert set(labels(places.lu, "村")) == {"中荷村", "虹桥村"}
        assert labels(places.lu, "信访") == []

    def test_neighbouring_township_finds_its_own(self, places: Cast) -> None:
        assert labels(places.tao, "村") == ["万安村"]

    def test_committee_finds_itself_and_not_its_neighbour(self, places: Cast) -> None:
        assert labels(places.zhou, "村") == ["中荷村"]
        assert labels(places.zhou, "虹桥") == []

    def test_a_role_without_the_right_finds_nothing(self, places: Cast) -> None:
        assert labels(places.shen, "村") == []

    def test_the_public_finds_what_is_public_of_kinds_open_to_it(self, places: Cast) -> None:
        assert set(labels(access.PUBLIC, "村")) == {"中荷村", "虹桥村"}
        assert labels(access.PUBLIC, "信访") == []

    def test_naming_a_closed_kind_opens_nothing(self, places: Cast) -> None:
        assert labels(places.zhou, "中荷", kinds=["test.inner"]) == []

    def test_scope_words_typed_as_a_query_find_nothing_more(self, places: Cast) -> None:
        county = places["太仓市"].pk
        for text in (f"@u{county}", f"@o{county}", "u", "o", "@p", "@ktest.place", "@open", "open"):
            assert labels(places.zhou, text) == [], text


class TestKeeping:
    def test_drop_forgets(self, places: Cast) -> None:
        search.drop_many("test.place", [places["中荷村"].pk])
        assert labels(places.lu, "中荷") == []

    def test_put_many_replaces(self, places: Cast) -> None:
        village = places["中荷村"]
        search.put_many("test.place", [Entry(village.pk, "新荷村", "/", [village.path])])
        assert labels(places.lu, "新荷") == ["新荷村"]
        assert labels(places.lu, "中荷") == []

    def test_rebuild_replaces_the_whole_kind_and_no_other(self, places: Cast) -> None:
        village = places["中荷村"]
        assert search.rebuild("test.place", iter([Entry(village.pk, "只有这一个", "/", [village.path])])) == 1
        assert labels(places.wang, "村") == ["中荷村信访材料"]

    def test_a_thing_is_entered_in_its_own_scope(self, places: Cast) -> None:
        village = places["虹桥村"]

        class Meeting(search.Thing):
            unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
            SCOPE = ("unit",)

            class Meta:
                app_label = "test"
                managed = False

            def label(self) -> str:
                return "虹桥村第三次会议"

            def get_absolute_url(self) -> str:
                return "/meetings/5/"

            @classmethod
            def kind(cls) -> str:
                return "test.place"

        meeting = Meeting(pk=5_000_000, unit=village)
        search.put(meeting, hint="会议")
        search.put(meeting, hint="第二次写入")
        assert labels(places.wu, "第三次") == ["虹桥村第三次会议"]
        assert labels(places.zhou, "第三次") == []
        search.drop(meeting)
        assert labels(places.wu, "第三次") == []


def test_the_index_answers_two_characters_among_many(places: Cast) -> None:
    names = "东西南北中上下新老大小长安和平"
    path = places["虹桥村"].path
    search.rebuild(
        "test.place",
        (
            Entry(n, f"{names[n % 15]}{names[n // 15 % 15]}{names[n // 225 % 15]}村{n}组", "/", [path])
            for n in range(1, 6001)
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {SearchEntry._meta.db_table}")
        cursor.execute(
            f"EXPLAIN SELECT id FROM {SearchEntry._meta.db_table} WHERE tokens @@ %s::tsquery",
            [f"({search._words('安和')}) & ({search._scope(places.wu, None)})"],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "core_search_tokens" in plan
    found = search.find(places.wu, "安和", limit=5)
    assert len(found) == 5
    assert all("安和" in f.label for f in found)
