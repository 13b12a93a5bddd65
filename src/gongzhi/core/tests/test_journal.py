"""The journal: written once, canonical, authenticated."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.cast import Cast
from gongzhi.core import access, journal
from gongzhi.core.journal import JournalEntry, plain
from gongzhi.core.words import say


def write(cast: Cast, **more):
    base = {
        "thing_type": "core.account",
        "thing_id": 7,
        "label": "协议书",
        "unit_id": cast["中荷村"].pk,
        "unit_path": cast["中荷村"].path,
        "facts": {"sum": Decimal("1.50"), "day": date(2026, 3, 16), "who": "王", "n": [1, {"b": None}]},
        "before": {"state": "a"},
        "after": {"state": "b"},
    }
    return journal.write(cast.zhou, "t.sign", **{**base, **more})


def test_an_entry_says_who_as_what_when_which(cast: Cast):
    entry = JournalEntry.objects.get(pk=write(cast).pk)
    assert (entry.role, entry.actor_name, entry.actor_unit) == ("committee_head", "周*", "中荷村")
    assert (entry.account_id, entry.post_id) == (cast.zhou.account_id, cast.zhou.post_id)
    assert entry.done == {"sum": "1.50", "day": "2026-03-16", "who": "王", "n": [1, {"b": None}]}
    assert (entry.before, entry.after) == ({"state": "a"}, {"state": "b"})
    assert str(entry.role_label) == "村（居）委会主任"
    assert entry.is_authentic()


def test_the_canonical_form_is_as_documented(cast: Cast):
    entry = write(cast, label='a"b')
    content = json.loads(entry.canonical())
    assert sorted(content) == sorted([*journal.CONTENT, "v"])
    assert content["at"] == "2026-03-11T01:00:00.000000+00:00"
    assert content["label"] == 'a"b'
    again = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert again == entry.canonical()
    assert JournalEntry.objects.get(pk=entry.pk).canonical() == entry.canonical()


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.text()
    | st.floats(allow_nan=True)
    | st.decimals(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.django_db
@given(json_values)
def test_any_facts_come_back_the_same_from_the_database(facts):
    kept = plain({"x": facts})
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb", [json.dumps(kept)])
        value = cursor.fetchone()[0]
    back = json.loads(value) if isinstance(value, str) else value
    when = datetime(2026, 1, 1, tzinfo=UTC)
    assert journal.canonical({"at": when, "facts": back}) == journal.canonical({"at": when, "facts": kept})


def test_plain_values():
    assert plain({1: (say("甲 {n}", n=2), {3, 1}, b"\x01", 1.5)}) == {"1": ["甲 2", [1, 3], "01", "1.5"]}
    assert plain("a\0b\ud800") == "ab?"


def test_entries_are_never_changed_or_deleted_by_the_application(cast: Cast):
    entry = write(cast)
    entry.label = "别的"
    with pytest.raises(TypeError, match="never changed"):
        entry.save()
    with pytest.raises(TypeError, match="never deleted"):
        entry.delete()
    with pytest.raises(TypeError, match="never changed"):
        JournalEntry.objects.update(label="")
    with pytest.raises(TypeError, match="never changed"):
        JournalEntry.objects.bulk_update([entry], ["label"])
    with pytest.raises(TypeError, match="never deleted"):
        JournalEntry.objects.all().delete()


@pytest.mark.parametrize(
    "change",
    [
        "label = 'x'",
        "facts = '{}'",
        "at = at + interval '1 second'",
        "account_id = 1",
        "id = id + 1000",
        "salt = ''",
    ],
)
def test_a_row_changed_in_the_database_is_not_authentic(cast: Cast, change):
    entry = write(cast)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE core_journalentry SET {change} WHERE id = %s RETURNING id", [entry.pk])
        (pk,) = cursor.fetchone()
    assert not JournalEntry.objects.get(pk=pk).is_authentic()


def test_writing_costs_two_queries(cast: Cast, django_assert_num_queries):
    with django_assert_num_queries(2):
        write(cast)


def test_who_reads_the_journal(cast: Cast):
    entry = write(cast)
    assert entry in journal.visible_to(cast.shen)
    assert entry in journal.visible_to(cast.eye)
    for actor in (cast.zhou, cast.lu, cast.wang, cast.root, access.PUBLIC):
        assert not journal.visible_to(actor).exists()
    assert entry in journal.by(cast.zhou)
    assert not journal.by(cast.wu).exists()
    assert not journal.by(access.PUBLIC).exists()


def test_the_system_acts_under_its_own_name(cast: Cast):
    entry = journal.write(access.SYSTEM, "t.remind", thing_type="core.account", thing_id=1)
    assert (entry.actor_name, entry.role, entry.account_id, entry.unit_id) == ("系统", "system", None, None)
