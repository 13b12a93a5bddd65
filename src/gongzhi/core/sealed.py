"""Personal fields that stay sealed: SM4-GCM at rest, a blind index to find them by, masked unless revealed.

A :class:`SealedTextField` reads as a :class:`Sealed`, whose text everywhere (str, repr, format, log, pickle,
JSON) is its mask or its cipher; the plain text comes out of :meth:`Sealed.reveal` alone. The stored form is
``<key id>:<base64 of nonce, cipher, tag>``; the field's label is authenticated with it, so that a cipher moved
to another column does not open. Equality is asked of the companion column ``<field>_index`` (HMAC-SM3 over
the normalised text): ``Person.objects.filter(phone_index=blind("138 1234 5678"))``.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from django.db.models.signals import pre_save

from gongzhi.core import keys
from gongzhi.core.identity import tidy

HIDDEN = "••••••"
NONCE, TAG = 12, 16


class Broken(Exception):
    """A sealed value does not open: it was altered, moved, or its key is not in the ring."""


def seal(text: str, purpose: str = "") -> str:
    """The stored form of ``text`` under the current key; ``purpose`` must be the same at opening."""
    key = keys.ring().current
    nonce = secrets.token_bytes(NONCE)
    cipher = Cipher(algorithms.SM4(keys.derived(key, "seal")), modes.GCM(nonce)).encryptor()
    cipher.authenticate_additional_data(purpose.encode())
    body = cipher.update(text.encode()) + cipher.finalize()
    return f"{key}:{b64encode(nonce + body + cipher.tag).decode()}"


def unseal(stored: str, purpose: str = "") -> str:
    """The text that :func:`seal` was given; raises :class:`Broken` when it does not open."""
    key, _, body = stored.partition(":")
    try:
        raw = b64decode(body, validate=True)
        secret = keys.derived(key, "seal")
    except (NotBase64, KeyError) as error:
        raise Broken(f"sealed with key {key!r}, which does not open it") from error
    if len(raw) < NONCE + TAG:
        raise Broken("a sealed value was cut short")
    mode = modes.GCM(raw[:NONCE], raw[-TAG:])
    opener = Cipher(algorithms.SM4(secret), mode).decryptor()
    opener.authenticate_additional_data(purpose.encode())
    try:
        return (opener.update(raw[NONCE:-TAG]) + opener.finalize()).decode()
    except InvalidTag:
        raise Broken("a sealed value was altered or belongs to another field") from None


@dataclass(frozen=True)
class Blind:
    """A text to look for in a blind index; the field it meets normalises and hashes it."""

    text: str

    def __repr__(self) -> str:
        return "Blind(…)"


def blind(text: str) -> Blind:
    """What to compare a ``<field>_index`` column with."""
    return Blind(text)


class Sealed:
    """A sealed value in hand. Only :meth:`reveal` gives the text; everything else shows the mask."""

    __slots__ = ("field", "stored")

    def __init__(self, stored: str, field: str) -> None:
        self.stored = stored
        self.field = field

    def reveal(self) -> str:
        """The plain text. Whoever calls this has checked the right, asked the reason and journals it."""
        return unseal(self.stored, self.field) if self.stored else ""

    def __str__(self) -> str:
        if not self.stored:
            return ""
        mask = _masks.get(self.field)
        if mask is None:
            return HIDDEN
        try:
            return mask(self.reveal())
        except Broken:
            return HIDDEN

    def __repr__(self) -> str:
        return "<Sealed>"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __html__(self) -> str:
        from html import escape

        return escape(str(self))

    def __bool__(self) -> bool:
        return bool(self.stored)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and (self.field, self.stored) == (other.field, other.stored)

    def __hash__(self) -> int:
        return hash((self.field, self.stored))

    def __reduce__(self) -> Any:
        return (Sealed, (self.stored, self.field))


_masks: dict[str, Callable[[str], str]] = {}


class _Sealing:
    """Seals a plain text the moment it is put on a row, so that no row ever holds it."""

    def __init__(self, field: SealedTextField) -> None:
        self.field = field

    def __get__(self, row: Any, owner: Any = None) -> Any:
        if row is None:
            return self
        name = self.field.attname
        if name not in row.__dict__:
            row.refresh_from_db(fields=[name])
        return row.__dict__[name]

    def __set__(self, row: Any, value: Any) -> None:
        row.__dict__[self.field.attname] = self.field.to_python(value)


class SealedTextField(models.TextField):  # type: ignore[type-arg]
    """A text column that is sealed at rest and reads as :class:`Sealed`.

    ``blind=True`` adds the indexed companion column ``<name>_index``; ``normalise`` gives the one spelling
    that is indexed (default: half-width, upper case, no blanks); ``mask`` says what ``str()`` shows.
    """

    sealed = True

    if TYPE_CHECKING:
        _pyi_private_set_type: str | Sealed | None  # type: ignore[assignment]
        _pyi_private_get_type: Sealed  # type: ignore[assignment]

    def __init__(
        self,
        *args: Any,
        blind: bool = False,
        normalise: Callable[[str], str] = tidy,
        mask: Callable[[str], str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.blind, self.normalise, self.mask = blind, normalise, mask
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.blind:
            kwargs["blind"] = True
        return name, path, args, kwargs

    @property
    def index_name(self) -> str:
        """The companion column's name."""
        return f"{self.name}_index"

    @property
    def purpose(self) -> str:
        """The label that is authenticated with each cipher: "people.person.phone"."""
        return f"{self.model._meta.label_lower}.{self.name}"

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        if cls._meta.abstract:
            return
        setattr(cls, self.attname, _Sealing(self))
        if self.mask is not None:
            _masks[self.purpose] = self.mask
        if self.blind and not any(f.name == self.index_name for f in cls._meta.local_fields):
            cls.add_to_class(self.index_name, BlindIndexField(of=self.name))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        """A column read: never opened here."""
        return None if value is None else Sealed(value, self.purpose)

    def to_python(self, value: Any) -> Sealed | None:
        """Anything put on a row becomes sealed; a value sealed for another field is sealed anew."""
        if value is None or isinstance(value, models.Expression):
            return value  # type: ignore[return-value]
        if isinstance(value, Sealed):
            if value.field == self.purpose:
                return value
            value = value.reveal()
        return Sealed(seal(value, self.purpose) if value else "", self.purpose)

    def get_prep_value(self, value: Any) -> Any:
        value = self.to_python(value)
        return value.stored if isinstance(value, Sealed) else value

    def value_to_string(self, obj: Any) -> str:
        """The serialised form is the cipher."""
        value = self.value_from_object(obj)
        return value.stored if value else ""

    def index_of(self, value: str | Sealed | Blind | None) -> UUID | None:
        """The blind index of a text, null for an empty one."""
        text = (
            value.reveal() if isinstance(value, Sealed) else value.text if isinstance(value, Blind) else value
        )
        text = self.normalise(text) if text else ""
        return UUID(keys.blind_hash(self.purpose, text)) if text else None

    def get_lookup(self, lookup_name: str) -> Any:
        """Only null can be asked of the cipher; equality is asked of the index."""
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is sealed: filter by {self.index_name}=blind(…)")
        return super().get_lookup(lookup_name)


class BlindIndexField(models.UUIDField):  # type: ignore[type-arg]
    """The companion of a sealed field: HMAC-SM3 over its normalised text (128 bits), null while that is empty.

    It follows the sealed field at every save; nobody sets it.
    """

    sealed = True

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **{"null": True, "editable": False, "db_index": True, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    @property
    def source(self) -> SealedTextField:
        """The field whose text is indexed."""
        field = self.model._meta.get_field(self.of)
        assert isinstance(field, SealedTextField)
        return field

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        if any(f.name == name for f in cls._meta.local_fields):
            return  # the sealed field has brought it already (a migration's picture of the model)
        super().contribute_to_class(cls, name, private_only)

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        value = self.source.index_of(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Blind):
            return self.source.index_of(value) or UUID(int=0)  # an empty text is nobody's
        return super().to_python(value)


def _both(sender: type[models.Model], update_fields: frozenset[str] | None, **_: Any) -> None:
    """Refuse a save that would leave a blind index behind its field."""
    named = update_fields or frozenset()
    for field in sender._meta.local_fields if named else ():
        if isinstance(field, BlindIndexField) and field.of in named and field.name not in named:
            raise ValueError(f"update_fields names {field.of} without {field.name}")


pre_save.connect(_both, dispatch_uid="gongzhi_sealed")


def reseal(model: type[models.Model], name: str, batch: int = 1000) -> int:
    """Seal again, under the current key, every value of a field that an older key sealed; returns how many.

    Run after a new key was put in front of the ring; the old one may leave the ring when this returns 0.
    """
    field = model._meta.get_field(name)
    assert isinstance(field, SealedTextField)
    raw = Cast(RawSQL(f'"{field.column}"', []), models.TextField())  # noqa: S611  a column's own name
    rows = (
        model._base_manager.annotate(_raw=raw)
        .exclude(_raw="")
        .exclude(_raw__startswith=f"{keys.ring().current}:")
    )
    done = 0
    while found := list(rows.order_by("pk")[:batch]):
        for row in found:
            setattr(row, name, getattr(row, name).reveal())
        model._base_manager.bulk_update(found, [name])
        done += len(found)
    return done


def sealed_columns(
    model: type[models.Model], values: Iterable[tuple[str, str]]
) -> dict[str, str | UUID | None]:
    """Column → stored form for plain texts, companions included: for rows that go in by COPY."""
    columns: dict[str, str | UUID | None] = {}
    for name, text in values:
        field = model._meta.get_field(name)
        assert isinstance(field, SealedTextField)
        columns[field.attname] = field.get_prep_value(text)
        if field.blind:
            columns[field.index_name] = field.index_of(text)
    return columns
