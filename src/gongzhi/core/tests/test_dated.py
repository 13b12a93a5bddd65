"""Dated parameters: declared, changed, looked up on a day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.cast import Cast, build
from gongzhi.core import access, clock, dated, params
from gongzhi.core.params import Param
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.words import say

RATE = Param(
    "core.t_rate",
    "0.0005",
    kind="decimal",
    label=say("利率"),
    assumption=True,
    least=0,
    most=1,
    since="2020-01-01",
)
SAFE = Param("core.t_safe", "3", label="次数", security=True)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    known = {**dated.registry(), RATE.key: RATE, SAFE.key: SAFE}
    monkeypatch.setattr(dated, "registry", lambda: known)
    dated.remembered.forget()
    yield
    dated.remembered.forget()


def test_kinds():
    made = {
        "int": ("3", 3),
        "decimal": ("0.05", Decimal("0.05")),
        "bool": ("否", False),
        "date": ("2026-03-16", date(2026, 3, 16)),
        "json": ('["a"]', ["a"]),
        "text": (" 甲 ", "甲"),
    }
    for kind, (text, expected) in made.items():
        assert Param("core.x", text, kind=kind).parse(text) == expected
    for kind, text in (
        ("int", "3.5"),
        ("decimal", "NaN"),
        ("bool", "maybe"),
        ("date", "2026-02-30"),
        ("json", "{"),
    ):
        with pytest.raises(Refused) as refused:
            params.Param("core.x", made[kind][0], kind=kind).parse(text)
        assert refused.value.rule == "core.parameter_kind"
    with pytest.raises(ValueError, match="unknown kind"):
        Param("core.x", "1", kind="float")
    with pytest.raises(Refused):
        RATE.parse("1.01")
    with pytest.raises(Refused):
        Param("core.x", "c", kind="text", choices={"a": "a", "b": "b"})


def test_a_key_is_declared_once_and_by_its_own_room():
    assert "core.idle_minutes" in params.collect([])
    assert params.collect(["gongzhi.core"]) == params.collect([])


def test_the_declared_value_lasts_until_the_first_change(cast: Cast):
    with clock.at(date(2026, 3, 1)):
        dated.change(cast.wang, RATE.key, "0.0004", date(2026, 7, 1), "市政府会议纪要")
    assert dated.value(RATE.key, date(2026, 6, 30)) == Decimal("0.0005")
    assert dated.value(RATE.key, date(2026, 7, 1)) == Decimal("0.0004")
    assert dated.all_on(date(2026, 7, 1))[RATE.key] == Decimal("0.0004")
    with clock.at(date(2026, 7, 2)):
        assert dated.value(RATE.key) == Decimal("0.0004")
        first, second = dated.history(RATE.key)
    assert (first.until, first.declared, first.assumption) == (date(2026, 6, 30), True, True)
    assert (second.since, second.until, second.source) == (date(2026, 7, 1), None, "市政府会议纪要")
    line = next(x for x in dated.in_force(date(2026, 8, 1)) if x.param.key == RATE.key)
    assert line.period == second


def test_gaps_and_unknown_keys_are_errors(cast: Cast):
    with pytest.raises(KeyError, match="no room declares"):
        dated.value("core.t_nothing")
    with pytest.raises(Refused) as refused:
        dated.value(RATE.key, date(2019, 12, 31))
    assert refused.value.rule == "core.parameter_gap"
    with clock.at(date(2026, 3, 1)):
        dated.change(cast.wang, RATE.key, None, date(2026, 7, 1), "停止执行")
    with pytest.raises(Refused):
        dated.value(RATE.key, date(2026, 7, 1))
    assert RATE.key not in dated.all_on(date(2026, 7, 1))


@pytest.mark.parametrize(
    ("key", "value", "since", "source", "rule"),
    [
        ("core.t_nothing", "1", date(2026, 7, 1), "文件", "core.parameter_unknown"),
        (RATE.key, "much", date(2026, 7, 1), "文件", "core.parameter_kind"),
        (RATE.key, "2", date(2026, 7, 1), "文件", "core.parameter_range"),
        (RATE.key, "0.1", date(2026, 7, 1), "  ", "core.parameter_source"),
        (RATE.key, "0.1", date(2026, 2, 1), "文件", "core.parameter_past"),
        (RATE.key, "0.1", date(2019, 1, 1), "文件", "core.parameter_past"),
    ],
)
def test_what_a_change_must_be(cast: Cast, key, value, since, source, rule):
    with clock.at(date(2026, 3, 1)), pytest.raises(Refused) as refused:
        dated.change(cast.wang, key, value, since, source)
    assert refused.value.rule == rule


def test_changes_follow_each_other(cast: Cast):
    with clock.at(date(2026, 3, 1)):
        dated.change(cast.wang, RATE.key, "0.1", date(2026, 2, 1), "文件", document="太政发〔2026〕2号")
        for day in (date(2026, 1, 1), date(2026, 2, 1)):
            with pytest.raises(Refused) as refused:
                dated.change(cast.wang, RATE.key, "0.2", day, "文件", document="太政发〔2026〕3号")
            assert refused.value.rule == "core.parameter_order"
        coming = dated.change(cast.wang, RATE.key, "0.2", date(2026, 7, 1), "文件")
        mended = dated.change(cast.wang, RATE.key, "0.3", date(2026, 7, 1), "更正")
    assert (mended.pk, mended.revision) == (coming.pk, 1)
    assert dated.value(RATE.key, date(2026, 7, 1)) == Decimal("0.3")


def test_who_may_change_what(cast: Cast):
    with clock.at(date(2026, 3, 1)):
        dated.change(cast.guard, SAFE.key, "4", date(2026, 7, 1), "安全会议")
        for actor, key in (
            (cast.wang, SAFE.key),
            (cast.guard, RATE.key),
            (cast.zhou, RATE.key),
            (access.PUBLIC, RATE.key),
        ):
            with pytest.raises(NotFound):
                dated.change(actor, key, "1", date(2026, 7, 1), "文件")


def test_reading_costs_no_query_once_read(cast: Cast, django_assert_num_queries):
    dated.value(RATE.key)
    with django_assert_num_queries(0):
        for _ in range(50):
            dated.value(RATE.key)
            dated.all_on(date(2026, 1, 1))


def test_what_is_rolled_back_is_never_remembered(cast: Cast):
    with clock.at(date(2026, 3, 1)):
        with transaction.atomic():
            dated.change(cast.wang, RATE.key, "0.9", date(2026, 7, 1), "文件")
            assert dated.value(RATE.key, date(2026, 7, 1)) == Decimal("0.9")
            transaction.set_rollback(True)
        assert dated.value(RATE.key, date(2026, 7, 1)) == Decimal("0.0005")


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_a_change_at_its_next_request():
    wang = build().wang
    assert dated.value(RATE.key, date(2026, 7, 1)) == Decimal("0.0005")
    with connection.cursor() as cursor:  # what another process committed
        cursor.execute(
            "INSERT INTO core_parameter (created_at, revision, key, value, since, source, document, assumption)"
            " VALUES (now(), 0, %s, %s, '2026-07-01', '文件', '', false)",
            [RATE.key, json.dumps("0.7")],
        )
    assert dated.value(RATE.key, date(2026, 7, 1)) == Decimal("0.0005")
    dated.request_started.send(sender=None)
    assert dated.value(RATE.key, date(2026, 7, 1)) == Decimal("0.7")
    with clock.at(date(2026, 3, 1)):
        dated.change(wang, RATE.key, "0.6", date(2026, 8, 1), "文件")
    assert dated.value(RATE.key, date(2026, 8, 1)) == Decimal("0.6")


@pytest.mark.django_db
def test_two_values_for_one_day_cannot_be():
    rows = [dated.Parameter(key="k", value=v, since=date(2026, 1, 1), source="x") for v in ("1", "2")]
    with pytest.raises(IntegrityError), transaction.atomic():
        dated.Parameter.objects.bulk_create(rows)


@given(
    st.lists(st.dates(date(2020, 1, 2), date(2030, 1, 1)), unique=True, max_size=8),
    st.dates(date(2020, 1, 1), date(2031, 1, 1)),
)
def test_every_day_has_exactly_one_period(starts, day):
    rows = [
        dated.Parameter(key=RATE.key, value=f"0.{i + 1}", since=s, source="x")
        for i, s in enumerate(sorted(starts))
    ]
    periods = dated._periods(RATE, rows)
    inside = [p for p in periods if p.since <= day and (p.until is None or day <= p.until)]
    assert len(inside) == 1
    assert inside[0].since == max([d for d in (RATE.start, *starts) if d <= day])
