"""Sealed fields: what is stored, what is shown, what cannot be opened, how they are found."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.state import ModelState
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.core import identity, journal, keys, sealed
from gongzhi.core.sealed import HIDDEN, Broken, Sealed, SealedTextField, blind, seal, unseal

PHONE = "13812345678"
ONE = "one:" + "11" * 32
TWO = "two:" + "22" * 32


@pytest.fixture(autouse=True)
def ring(settings: Any) -> None:
    settings.GONGZHI_KEYS = ONE


@pytest.fixture
def person(db: None) -> Iterator[Any]:
    """A model with sealed fields and its table, for one test."""
    with isolate_apps("gongzhi.core"):

        class Neighbour(models.Model):
            name = models.TextField()
            phone = SealedTextField(blind=True, normalise=identity.tidy, mask=identity.mask_phone, blank=True)
            note = SealedTextField(null=True)

            class Meta:
                app_label = "core"
                constraints = [models.UniqueConstraint(fields=["phone_index"], name="core_neighbour_phone")]

    with connection.schema_editor() as editor:
        editor.create_model(Neighbour)
    return Neighbour


@given(st.text(max_size=200), st.text(max_size=30))
def test_what_is_sealed_opens_again_for_its_purpose_only(text, purpose):
    stored = seal(text, purpose)
    assert unseal(stored, purpose) == text
    with pytest.raises(Broken):
        unseal(stored, purpose + "x")
    assert seal(text, purpose) != stored


@given(st.data())
def test_one_altered_bit_is_noticed(data):
    key, _, body = seal(PHONE, "p").partition(":")
    raw = bytearray(b64decode(body))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Broken):
        unseal(f"{key}:{b64encode(bytes(raw)).decode()}", "p")


@pytest.mark.parametrize("stored", ["", "one:", "one:AAAA", "nokey:AAAA", "one:!!!", PHONE])
def test_what_is_no_cipher_does_not_open(stored):
    with pytest.raises(Broken):
        unseal(stored)


def test_another_countys_key_does_not_open(settings):
    stored = seal(PHONE)
    settings.GONGZHI_KEYS = "one:" + "33" * 32
    with pytest.raises(Broken):
        unseal(stored)
    settings.GONGZHI_KEYS = TWO
    with pytest.raises(Broken, match="'one'"):
        unseal(stored)


def test_the_column_holds_no_plain_text(person):
    person.objects.create(name="张三", phone=PHONE, note="住二楼")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, phone_index::text, note FROM core_neighbour")
        row = " ".join(cursor.fetchone())
    assert PHONE not in row
    assert "住二楼" not in row
    assert row.startswith("one:")


def test_a_row_never_shows_the_text_by_accident(person, caplog):
    fresh = person(name="张三", phone=PHONE)
    fresh.save()
    for row in (fresh, person.objects.get(pk=fresh.pk), person.objects.only("phone").get(pk=fresh.pk)):
        value = row.phone
        assert isinstance(value, Sealed)
        assert value.reveal() == PHONE
        with caplog.at_level(logging.INFO):
            logging.getLogger("t").info("%s %r %s", value, value, row.__dict__)
        shown = [
            caplog.text,
            f"{value} {value:>20} {value!r} {value.__html__()}",
            json.dumps({"phone": value}, default=str),
            json.dumps(journal.plain({"phone": value, "row": [value]})),
            str(pickle.dumps(row.__dict__["phone"])),
            str(copy.deepcopy(value).__reduce__()),
            str(person.objects.values_list("phone", flat=True)[0]),
            str(vars(row)),
        ]
        for text in shown:
            assert PHONE not in text
        assert str(value) == "138****5678"
        assert pickle.loads(pickle.dumps(value)).reveal() == PHONE
        with pytest.raises(TypeError):
            json.dumps(value, cls=DjangoJSONEncoder)


def test_without_a_mask_or_a_key_there_are_only_dots(person, settings):
    row = person.objects.create(name="张三", phone=PHONE, note="住二楼")
    assert str(row.note) == HIDDEN
    settings.GONGZHI_KEYS = TWO
    assert str(row.phone) == HIDDEN


def test_found_by_the_blind_index_in_any_spelling(person):
    row = person.objects.create(name="张三", phone=PHONE)
    person.objects.create(name="李四", phone="13900000000")
    for spelling in (PHONE, "138 1234 5678", "１３８-1234-5678"):
        assert person.objects.get(phone_index=blind(spelling)).pk == row.pk
    assert person.objects.filter(phone_index__in=[blind(PHONE), blind("1")]).count() == 1
    assert not person.objects.filter(phone_index=blind("")).exists()
    assert isinstance(row.phone_index, UUID)
    assert repr(blind(PHONE)) == "Blind(…)"
    with pytest.raises(TypeError, match="phone_index"):
        person.objects.filter(phone=PHONE)


def test_the_index_follows_every_save(person):
    row = person.objects.create(name="张三", phone=PHONE)
    row.phone = "13900000000"
    row.save()
    assert person.objects.get(phone_index=blind("13900000000")).phone.reveal() == "13900000000"
    row.phone = person(name="x", phone="13700000000").phone
    row.save()
    assert person.objects.filter(phone_index=blind("13700000000")).exists()
    row.phone = ""
    row.save()
    assert row.phone_index is None
    assert not row.phone
    assert row.phone.reveal() == str(row.phone) == ""
    row.phone = PHONE
    with pytest.raises(ValueError, match="phone_index"):
        row.save(update_fields=["phone"])
    row.save(update_fields=["phone", "phone_index"])
    assert person.objects.filter(phone_index=blind(PHONE)).exists()


def test_the_same_number_twice_is_refused_by_the_database_but_two_blanks_are_not(person):
    person.objects.bulk_create(
        [person(name="张三", phone=PHONE), person(name="甲", phone=""), person(name="乙", phone="")]
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        person.objects.create(name="李四", phone="138 1234 5678")


def test_null_stays_null(person):
    row = person.objects.create(name="张三", phone=PHONE)
    assert person.objects.get(pk=row.pk).note is None
    assert person.objects.filter(note__isnull=True).count() == 1


def test_a_cipher_moved_to_another_column_does_not_open(person):
    row = person.objects.create(name="张三", phone=PHONE, note="住二楼")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_neighbour SET note = phone")
    with pytest.raises(Broken):
        person.objects.get(pk=row.pk).note.reveal()
    row.note = row.phone  # in the application it is opened and sealed anew
    assert row.note.reveal() == PHONE


def test_a_new_key_in_front_opens_the_old_and_keeps_the_indexes(person, settings):
    row = person.objects.create(name="张三", phone=PHONE)
    index = row.phone_index
    settings.GONGZHI_KEYS = f"{TWO},{ONE}"
    assert person.objects.get(phone_index=blind(PHONE)).phone.reveal() == PHONE
    assert sealed.reseal(person, "phone") == 1
    assert sealed.reseal(person, "phone") == 0
    again = person.objects.get(pk=row.pk)
    assert again.phone.stored.startswith("two:")
    assert (again.phone.reveal(), again.phone_index) == (PHONE, index)


def test_rows_that_go_in_by_copy_are_sealed_alike(person):
    columns = sealed.sealed_columns(person, [("phone", PHONE), ("note", "")])
    assert set(columns) == {"phone", "phone_index", "note"}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_neighbour (name, phone, phone_index, note) VALUES ('x', %s, %s, %s)",
            [columns["phone"], columns["phone_index"], columns["note"]],
        )
    assert person.objects.get(phone_index=blind(PHONE)).phone.reveal() == PHONE


def test_a_migrations_picture_has_each_column_once(person):
    with isolate_apps("gongzhi.core") as apps:
        again = ModelState.from_model(person).render(apps)
    names = [f.name for f in again._meta.local_fields]
    assert sorted(names) == ["id", "name", "note", "phone", "phone_index"]


def test_an_abstract_parent_hands_its_sealed_fields_down():
    with isolate_apps("gongzhi.core"):

        class Base(models.Model):
            phone = SealedTextField(blind=True)

            class Meta:
                app_label = "core"
                abstract = True

        class Child(Base):
            class Meta:
                app_label = "core"

    assert [f.name for f in Child._meta.local_fields] == ["id", "phone", "phone_index"]
    assert Child(phone=PHONE).phone.reveal() == PHONE


def test_the_ring_is_made_once_and_read_back(settings, tmp_path):
    settings.GONGZHI_KEYS, settings.GONGZHI_HOME = "", tmp_path
    first = keys.ring()
    keys.ring.cache_clear()
    assert keys.ring() == first
    assert (tmp_path / "keys" / "ring").stat().st_mode & 0o077 == 0
    assert [p.name for p in (tmp_path / "keys").iterdir()] == ["ring"]


def test_production_makes_no_keys_by_itself(settings, tmp_path):
    settings.GONGZHI_KEYS, settings.GONGZHI_HOME, settings.PRODUCTION = "", tmp_path, True
    with pytest.raises(ImproperlyConfigured, match="GONGZHI_KEYS"):
        keys.ring()


@pytest.mark.parametrize("text", ["one:zz", "one:11", "o-e:" + "11" * 32, ","])
def test_bad_rings_are_refused(settings, text):
    settings.GONGZHI_KEYS = text
    with pytest.raises(ImproperlyConfigured, match="GONGZHI_KEYS"):
        keys.ring()
