"""The key ring: named master keys outside the database, from which every other key is derived.

``settings.GONGZHI_KEYS`` is "id:hex,id:hex": the first is used for new values, all of them open old ones, and
the last (the oldest) gives the blind indexes, which therefore survive a rotation: put the new key in front.
Where the setting is empty the ring lies in ``GONGZHI_HOME/keys/ring``, made on first use except in production.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed


@dataclass(frozen=True)
class Ring:
    """Master keys by id, newest first."""

    keys: dict[str, bytes]

    @property
    def current(self) -> str:
        """The id under which new values are sealed."""
        return next(iter(self.keys))

    @property
    def oldest(self) -> str:
        """The id that the blind indexes hang on."""
        return next(reversed(self.keys))


def folder() -> Path:
    """Where keys lie: readable by their owner only."""
    path = Path(settings.GONGZHI_HOME) / "keys"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def new_key() -> str:
    """A fresh "id:hex"; the id is short and tells keys apart, it is not secret."""
    raw = secrets.token_bytes(32)
    return f"k{hashlib.sha256(raw).hexdigest()[:6]}:{raw.hex()}"


@cache
def ring() -> Ring:
    """The ring in use; ImproperlyConfigured when it cannot be read or must not be made."""
    text = settings.GONGZHI_KEYS or _from_file()
    keys: dict[str, bytes] = {}
    for item in filter(None, (part.strip() for part in text.replace("\n", ",").split(","))):
        name, _, digits = item.partition(":")
        try:
            keys[name] = bytes.fromhex(digits)
        except ValueError:
            raise ImproperlyConfigured(f"GONGZHI_KEYS: key {name!r} is not hexadecimal") from None
        if not name.isalnum() or len(keys[name]) < 16:
            raise ImproperlyConfigured("GONGZHI_KEYS: each key is id:hex with at least 16 bytes")
    if not keys:
        raise ImproperlyConfigured("GONGZHI_KEYS is empty")
    return Ring(keys)


def _from_file() -> str:
    path = folder() / "ring"
    if not path.exists():
        if settings.PRODUCTION:
            raise ImproperlyConfigured(
                "set GONGZHI_KEYS, or put the county's keys back into GONGZHI_HOME/keys/ring"
            )
        fresh = path.with_name(f"ring.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(new_key() + "\n")
        try:
            os.link(fresh, path)  # of two first starts at once, one key wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


@cache
def derived(key: str, use: str) -> bytes:
    """The 16-byte key for one use ("seal", "blind", "journal") under master ``key``; KeyError if not in the ring."""
    return mac_sm3(ring().keys[key], f"gongzhi:{use}".encode())[:16]


def mac_sm3(key: bytes, content: bytes) -> bytes:
    """HMAC-SM3."""
    mac = HMAC(key, hashes.SM3())
    mac.update(content)
    return mac.finalize()


def blind_hash(purpose: str, text: str) -> str:
    """The blind index of ``text`` for one field: the first 128 bits of HMAC-SM3, in hex."""
    return mac_sm3(derived(ring().oldest, "blind"), f"{purpose}\0{text}".encode())[:16].hex()


def mac(content: bytes) -> str:
    """ "id:hex": the journal's authentication of a row under the current key."""
    key = ring().current
    return f"{key}:{mac_sm3(derived(key, 'journal'), content).hex()}"


def mac_fits(content: bytes, stored: str) -> bool:
    """Whether ``stored`` is the mac of ``content`` under a key of the ring."""
    key, _, digest = stored.partition(":")
    if key not in ring().keys:
        return False
    return hmac.compare_digest(mac_sm3(derived(key, "journal"), content).hex(), digest)


def _forget(*, setting: str, **_: object) -> None:
    if setting in ("GONGZHI_KEYS", "GONGZHI_HOME"):
        ring.cache_clear()
        derived.cache_clear()


setting_changed.connect(_forget, dispatch_uid="gongzhi_keys")


def signing_key(*, make: bool = False) -> Ed25519PrivateKey:
    """The key that signs the journal's checkpoints; ``make`` one where there is none.

    ImproperlyConfigured when it is missing and must not be made: it was lost, or this is another county's home.
    """
    path = folder() / "checkpoint.key"
    if not path.exists():
        if not make:
            raise ImproperlyConfigured(
                f"{path} is missing: put it back from the backup, or begin a new one with keys.new_signing_key()"
            )
        return new_signing_key()
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def new_signing_key() -> Ed25519PrivateKey:
    """Make a signing key and put it in use. Public keys of earlier ones stay beside it and stay trusted."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key()
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    fresh = folder() / f"checkpoint.{os.getpid()}"
    fresh.touch(mode=0o600)
    fresh.write_bytes(secret)
    open_form = public.public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    (folder() / f"checkpoint-{key_id(public)}.pub").write_bytes(open_form)
    fresh.replace(folder() / "checkpoint.key")
    return key


def key_id(public: Ed25519PublicKey) -> str:
    """The name of a public key: the first 16 hex digits of the SHA-256 of its raw form."""
    return hashlib.sha256(raw_form(public)).hexdigest()[:16]


def raw_form(public: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def public_keys() -> dict[str, Ed25519PublicKey]:
    """Every trusted public key by id."""
    found = {}
    for path in folder().glob("checkpoint-*.pub"):
        key = serialization.load_pem_public_key(path.read_bytes())
        assert isinstance(key, Ed25519PublicKey)
        found[key_id(key)] = key
    return found
