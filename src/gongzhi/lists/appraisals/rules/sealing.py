"""Sealed until both have handed in: who may read a sheet, and the commitment that proves it was not changed.

What a side hands in is kept encrypted; the journal keeps only SHA-256 over a random salt and the content. When
the sheets are opened, salt and content are published in the same act, so that anyone can recompute the
commitment and see that nothing was altered in between.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from gongzhi.lists.appraisals.rules.flow import SEALED_STATES


def is_open(state: str) -> bool:
    """Whether scores may be seen at all in this state: both have handed in, or the county's closing act has
    recorded the silent side as 未评, so that it can no longer answer what it reads."""
    return state not in SEALED_STATES


def may_read(reader: str | None, author: str, state: str) -> bool:
    """Whether someone acting for side ``reader`` (None: an onlooker, whatever his rank) may read what side
    ``author`` wrote on its scoring sheet."""
    return is_open(state) or (reader is not None and reader == author)


def canonical(content: Any) -> str:
    """The one JSON text of a sheet that is hashed: sorted keys, no blanks, text as it is."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def commitment(salt: str, content: Any) -> str:
    """SHA-256 in hexadecimal over ``salt``, a newline and the canonical content."""
    return hashlib.sha256(f"{salt}\n{canonical(content)}".encode()).hexdigest()


def matches(commitment_: str, salt: str, content: Any) -> bool:
    """Whether opened content is what was committed to."""
    return hmac.compare_digest(commitment_, commitment(salt, content))
