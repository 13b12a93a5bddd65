"""Deleting evidence that has served its purpose: a personal proof is kept no longer than it is needed.

Everything else that was handed in stays; nothing here touches what any thing still rests on.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Exists, OuterRef

from gongzhi.core import clock, dated
from gongzhi.core.evidence import Evidence, EvidenceUse, stored_at

if TYPE_CHECKING:
    from gongzhi.core.thing import Thing

BATCH = 5000
"""How many unused files go in one night at the most."""


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


def discard_old_unused() -> int:
    """Delete what was uploaded long ago and nothing rests on; returns how many. Run daily; again changes nothing.

    A use noted while it runs holds the file: the database refuses to delete what is used, and the next night looks again.
    """
    before = clock.now() - timedelta(days=int(dated.value("core.unused_days")))
    unused = ~Exists(EvidenceUse.objects.filter(evidence=OuterRef("pk")))
    rows = Evidence.objects.select_for_update(skip_locked=True).filter(unused, uploaded_at__lt=before)
    with transaction.atomic():
        held = [row.pk for row in rows[:BATCH]]
        return _delete(Evidence.objects.filter(unused, pk__in=held))


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
