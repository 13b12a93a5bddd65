"""Whose row is held in which order, so that nobody waits for somebody who waits for him: claims first, then the resident."""

from __future__ import annotations

from django.db import OperationalError, transaction

from gongzhi.core.refusal import NotFound, refuse
from gongzhi.core.words import say
from gongzhi.registers.residents.models import Claim, Resident


def locked(account_id: int) -> Resident:
    """The resident's row, held until the act ends: nobody claims and gives up the account at once."""
    found: Resident | None = Resident.objects.select_for_update().filter(pk=account_id, left=None).first()
    if found is None:
        raise NotFound("residents.resident")
    return found


def free_claims(resident: Resident) -> list[Claim]:
    """The resident's claims, held until the act ends; Refused while one of them is just being decided.

    Whoever decides holds the claim and waits for the resident. Whoever holds the resident must not wait for the claim.
    """
    try:
        with transaction.atomic():
            return list(resident.claims.select_for_update(nowait=True).order_by("pk"))
    except OperationalError:
        refuse(say("您的居住申请正在办理，请过一会儿再试"), rule="residents.busy")
