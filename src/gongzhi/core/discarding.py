"""Deleting evidence that has served its purpose: a personal proof is kept no longer than it is needed.

Everything else that was handed in stays; nothing here touches what any thing still rests on.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import models, transaction

from gongzhi.core.evidence import Evidence, EvidenceUse, stored_at

if TYPE_CHECKING:
    from gongzhi.core.thing import Thing


def discard(thing: Thing, *, key: str) -> int:
    """Delete the files that ``thing`` rests on under ``key`` and nothing else rests on; returns how many.

    For personal proofs whose purpose is fulfilled (个人信息保护法第 47 条), inside an act or a job.
    """
    uses = EvidenceUse.objects.filter(thing_type=thing.kind(), thing_id=thing.pk, key=key)
    ids = list(uses.values_list("evidence_id", flat=True))
    uses.delete()
    return _delete(Evidence.objects.filter(pk__in=ids, uses=None))


def discard_unused(account_id: int) -> int:
    """Delete what a resident uploaded and nothing rests on; returns how many."""
    return _delete(Evidence.objects.filter(account_id=account_id, uses=None))


def _delete(rows: models.QuerySet[Evidence]) -> int:
    digests = list(rows.values_list("sha256", flat=True))
    Evidence.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
    for digest in digests:
        transaction.on_commit(partial(_remove, digest))
    return len(digests)


def _remove(digest: str) -> None:
    """The bytes go once nobody else has handed in the same."""
    if not Evidence.objects.filter(sha256=digest).exists():
        for path in (stored_at(digest), stored_at(digest).with_name(digest + ".thumb.jpg")):
            path.unlink(missing_ok=True)
