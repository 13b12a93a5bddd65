"""Compiled queries give what the ORM gives, whatever the values; what cannot be compiled says so at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.db.models import Count, F, Q
from django.test.utils import CaptureQueriesContext

from gongzhi.cast import Cast
from gongzhi.core import clock, roles
from gongzhi.core.access import Actor, scope
from gongzhi.core.accounts import Post
from gongzhi.core.compiled import compiled
from gongzhi.core.roles import Reach
from gongzhi.core.todo import Todo
from gongzhi.core.units import Unit


@compiled
def below(path: str, kind: str) -> models.QuerySet[Unit]:
    return Unit.objects.filter(path__startswith=path, kind=kind).select_related("parent").order_by("pk")


def test_instances_with_what_was_selected_beside_them(cast: Cast, django_assert_num_queries: Any) -> None:
    found = below(cast["沙溪镇"].path, "committee")
    assert [u.short for u in found] == ["中荷村", "虹桥村", "府东社区"]
    with django_assert_num_queries(0):
        assert {u.parent.short for u in found} == {"沙溪镇"}
    assert found == list(
        Unit.objects.filter(path__startswith=cast["沙溪镇"].path, kind="committee").order_by("pk")
    )
    assert below(cast["浏河镇"].path, "committee") == [cast["万安村"]]
    assert below(cast["浏河镇"].path, "township") == [cast["浏河镇"]]


def test_nothing_null_stays_nothing(cast: Cast) -> None:
    (county,) = below(cast["太仓市"].path, "county")
    assert county.parent is None


def test_a_value_means_itself_in_a_pattern(cast: Cast) -> None:
    below(cast["沙溪镇"].path, "committee")
    assert below("%", "committee") == below("_", "committee") == below("\\", "committee") == []


def test_a_statement_is_compiled_once_and_filled_each_time(cast: Cast) -> None:
    @compiled
    def named(short: str, opened: date) -> models.QuerySet[Unit]:
        built.append(short)
        return Unit.objects.filter(short=short, opened__lte=opened)

    built: list[str] = []
    assert named.first("中荷村", date(2020, 1, 1)) == cast["中荷村"]
    assert named.first("虹桥村", date(2020, 1, 1)) == cast["虹桥村"]
    assert named.first("虹桥村", date(2019, 1, 1)) is None
    assert len(built) == 2  # once, and once more to see what depends on what


def test_tuples_flat_lists_dicts_and_named_rows(cast: Cast) -> None:
    @compiled
    def as_tuples(kind: str) -> Any:
        return Unit.objects.filter(kind=kind).order_by("pk").values_list("short", "parent__short")

    @compiled
    def as_flat(kind: str) -> Any:
        return Unit.objects.filter(kind=kind).order_by("pk").values_list("opened", flat=True)

    @compiled
    def as_dicts(kind: str) -> Any:
        return Unit.objects.filter(kind=kind).values("parent__short").annotate(n=Count("pk")).order_by("n")

    @compiled
    def as_named(kind: str) -> Any:
        rows = Unit.objects.filter(kind=kind).order_by("pk")
        return rows.annotate(town=F("parent__short")).values_list("short", "town", named=True)

    assert as_tuples("township") == [("沙溪镇", "太仓市"), ("浏河镇", "太仓市")]
    assert set(as_flat("department")) == {date(2020, 1, 1)}
    assert as_dicts("committee") == [{"parent__short": "浏河镇", "n": 1}, {"parent__short": "沙溪镇", "n": 3}]
    assert [(r.short, r.town) for r in as_named("township")] == [("沙溪镇", "太仓市"), ("浏河镇", "太仓市")]


def test_lists_inside_and_json_out(cast: Cast) -> None:
    @compiled
    def waiting(unit: int, role: str) -> models.QuerySet[Todo]:
        return Todo.objects.filter(unit_id=unit, roles__contains=[role])

    for role in (roles.COMMITTEE_HEAD, roles.COMMITTEE_WORKER):
        Todo.objects.create(
            thing_type="x", thing_id=1, key=role, unit=cast["中荷村"], roles=[role, "other"], verb="a.b",
            about={"msgid": role}
        )  # fmt: skip
    (found,) = waiting(cast["中荷村"].pk, roles.COMMITTEE_WORKER)
    assert (found.key, found.about) == (roles.COMMITTEE_WORKER, {"msgid": roles.COMMITTEE_WORKER})


def test_one_of_a_list_of_any_length(cast: Cast) -> None:
    @compiled
    def named(ids: list[int], names: list[str]) -> Any:
        rows = Unit.objects.filter(pk__any=ids, short__any=names, parent__any=ids).order_by("pk")
        return rows.values_list("short", flat=True)

    ids = [cast[name].pk for name in ("沙溪镇", "中荷村", "虹桥村", "太仓市")]
    assert named(ids, ["虹桥村", "沙溪镇"]) == ["沙溪镇", "虹桥村"]
    assert named(ids, ["虹桥村"]) == ["虹桥村"]
    assert named(ids, []) == named([], ["虹桥村"]) == []
    assert list(Unit.objects.filter(pk__any=ids, short__any=["虹桥村"])) == [cast["虹桥村"]]


def test_what_is_not_a_value_is_another_statement(cast: Cast) -> None:
    @compiled
    def posts(*, open_only: bool, most: int) -> models.QuerySet[Post]:
        rows = Post.objects.filter(until=None) if open_only else Post.objects.exclude(until=None)
        return rows.order_by("pk")[:most]

    assert len(posts(open_only=True, most=3)) == 3
    assert len(posts(open_only=True, most=5)) == 5
    assert posts(open_only=False, most=5) == []


@pytest.mark.parametrize("reach", [Reach.OWN, Reach.BELOW, Reach.ABOVE, Reach.ALL, None])
def test_every_reach_is_cut_as_the_orm_cuts_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, reach: Reach | None
) -> None:
    def may(actor: Actor, verb: str) -> Reach | None:
        return reach if actor.role != roles.COMMITTEE_HEAD or verb == "x.y" else None

    monkeypatch.setattr(Actor, "may", may)

    @compiled
    def seen(actor: Actor, *, verb: str) -> models.QuerySet[Post]:
        condition = scope(actor, verb, ("unit",))
        return Post.objects.none() if condition is None else Post.objects.filter(condition)

    for actor in cast.actors.values():
        for verb in ("x.y", "x.z"):
            condition = scope(actor, verb, ("unit",))
            expected = set() if condition is None else set(Post.objects.filter(condition))
            assert set(seen(actor, verb=verb)) == expected


def test_the_clock_is_read_each_time(cast: Cast) -> None:
    @compiled
    def held(role: str) -> models.QuerySet[Post]:
        return Post.objects.filter(
            role=role, since__lte=clock.today(), account__password_set__lte=clock.now()
        )

    with clock.at(date(2030, 1, 1)):
        assert len(held(roles.COUNTY_HEAD)) == 1
    with clock.at(date(2019, 1, 1)):
        assert held(roles.COUNTY_HEAD) == []


def test_what_reckons_with_the_clock_is_refused(db: None) -> None:
    @compiled
    def late() -> models.QuerySet[Todo]:
        return Todo.objects.filter(due__lt=clock.today() + timedelta(days=1))

    with pytest.raises(TypeError, match="from none of its values"):
        late()


def test_what_turns_on_a_value_is_refused(db: None) -> None:
    @compiled
    def odd(pk: int) -> models.QuerySet[Unit]:
        return Unit.objects.filter(pk__in=range(pk % 50))

    with pytest.raises(TypeError, match="depends on its values"):
        odd(3)


def test_a_statement_stands_inside_another(cast: Cast) -> None:
    @compiled
    def ids(path: str) -> Any:
        return Unit.objects.filter(path__startswith=path).values("pk")

    sql, values = ids.sql(cast["沙溪镇"].path) or ("", [])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM core_post WHERE unit_id IN ({sql})", values)
        assert cursor.fetchone() == (Post.objects.filter(unit__path__startswith=cast["沙溪镇"].path).count(),)


def test_one_query_however_many_are_loaded_beside(cast: Cast) -> None:
    @compiled
    def heads(role: str) -> models.QuerySet[Post]:
        return Post.objects.filter(Q(role=role) | Q(role="")).select_related("account__home", "unit__parent")

    heads(roles.COMMITTEE_HEAD)
    with CaptureQueriesContext(connection) as asked:
        assert {p.unit.parent.short for p in heads(roles.COMMITTEE_HEAD) if p.account.home == p.unit} == {
            "沙溪镇", "浏河镇"
        }  # fmt: skip
    assert len(asked) == 1
