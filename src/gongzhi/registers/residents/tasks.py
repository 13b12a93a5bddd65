"""What the residents' door does by itself: tells decisions, closes what is not answered, deletes what is due."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import Exists, OuterRef

from gongzhi.core import access, clock, dated, discarding, gateway
from gongzhi.core.outbox import app
from gongzhi.core.refusal import Refused
from gongzhi.core.words import Words, say
from gongzhi.registers.residents import rules
from gongzhi.registers.residents.actions import claiming, codes, deciding
from gongzhi.registers.residents.models import Claim, Resident
from gongzhi.registers.residents.queries.notices import taking_part

log = logging.getLogger(__name__)
BATCH = 200
TOLD = {
    "confirmed": say("【共治】您在{place}的居住登记已经确认，可以参加这里的协商和表决了。"),
    "asked": say("【共治】{place}请您补充居住申请的材料，请登录查看。"),
    "declined": say("【共治】{place}没有确认您的居住申请，理由请登录查看，可以重新申请。"),
    "lapsed": say("【共治】您在{place}的居住申请没有按时补充，已经关闭，可以重新申请。"),
    "ended": say("【共治】{place}已结束您的居住登记。如有不符，请登录查看或到村（社区）说明。"),
}
FOLLOWED = say("【共治】{old}已并入{place}，您的居住登记随之转到{place}，不用重新申请，权利不变。")


def tell_decisions() -> int:
    """Tell residents where their claims stand, each once; returns how many messages went out.

    Whoever took the consent back is told at the own page or in person, and by no message.
    """
    served = Exists(Resident.objects.filter(taking_part(), pk=OuterRef("resident")))
    rows = Claim.objects.filter(told=None).annotate(served=served)
    rows = rows.select_related("resident", "unit", "came_from").order_by("pk")[:BATCH]
    sent = 0
    for claim in rows:
        number = claim.resident.phone or claim.resident.contact
        text = _text(claim)
        if claim.served and number and text is not None and gateway.is_open():
            try:
                gateway.send(
                    gateway.SMS, number.reveal(), str(text), key=f"claim-{claim.pk}-{claim.revision}"
                )
            except gateway.Undelivered:
                continue  # at the next round
            sent += 1
        Claim.objects.filter(pk=claim.pk, revision=claim.revision).update(told=clock.now())
    return sent


def _text(claim: Claim) -> Words | None:
    """What is sent: where it stands, or that it followed a merger, and then nothing is asked of the resident."""
    if claim.came_from is not None and claim.state in (*rules.OPEN, "confirmed"):
        return say(FOLLOWED.msgid, old=claim.came_from.short, place=claim.unit.short)
    known = TOLD.get(claim.state)
    return say(known.msgid, place=claim.unit.short) if known else None


def lapse_unanswered() -> int:
    """Close the claims to which nothing was added in time; returns how many."""
    rows = Claim.objects.filter(state="asked", due__lt=clock.today()).values_list("pk", flat=True)
    done = 0
    for pk in list(rows):
        try:
            deciding.lapse(access.SYSTEM, pk)
            done += 1
        except Refused:
            log.info("claim %s was answered meanwhile", pk)
    return done


def discard_old_proofs() -> int:
    """Delete the photos of claims that were decided long enough ago; returns how many files."""
    days = timedelta(days=int(dated.value("residents.evidence_days")))
    rows = Claim.objects.exclude(state__in=rules.OPEN).filter(decided__lt=clock.today() - days)
    return sum(discarding.discard(claim, key=claiming.PROOF) for claim in rows.iterator(chunk_size=BATCH))


@app.periodic(cron="* * * * *")
@app.task(name="residents.tell", lock="residents.tell", queueing_lock="residents.tell", pass_context=False)
def tell(timestamp: int = 0) -> int:
    """Each minute."""
    return tell_decisions()


@app.periodic(cron="23 17 * * *")  # 01:23 in Beijing
@app.task(name="residents.tidy", lock="residents.tidy", pass_context=False)
def tidy(timestamp: int = 0) -> dict[str, int]:
    """Each night."""
    return {"lapsed": lapse_unanswered(), "proofs": discard_old_proofs(), "codes": codes.forget_old()}
