"""What this room does by itself: each evening one digest to whoever has news and wants them told."""

from __future__ import annotations

from django.db import transaction

from gongzhi.core import clock, gateway
from gongzhi.core.outbox import app
from gongzhi.participation.conversations import actions
from gongzhi.participation.conversations.models import Digest, Reader
from gongzhi.participation.conversations.queries import digests, line_of
from gongzhi.registers.residents import queries as residents
from gongzhi.registers.residents.queries import mailing

BATCH = 500


def send_digests() -> int:
    """Send the day's digests; returns how many went out. It may run twice, or be killed and run again."""
    if not gateway.is_open():
        return 0
    upto, accounts, sent = digests.horizon(), digests.due(), 0
    for start in range(0, len(accounts), BATCH):
        for account_id, number in mailing.numbers(accounts[start : start + BATCH]).items():
            sent += _send(account_id, number, upto)
    return sent


def _send(account_id: int, number: str, upto: int) -> bool:
    """One person's digest, at most one a day: it is written down before it is sent, and told as sent only then.

    Whom a killed run left half done gets nothing more today, and the same news tomorrow.
    """
    reader, actor = actions.reader_of(account_id), residents.actor(account_id)
    if not reader.wants_digest or actor is None:
        return False
    line = line_of(actor)
    lines = digests.lines_for(reader, line, upto)
    if not lines:
        return False
    given = {"upto_id": upto, "lines": len(lines)}
    row, fresh = Digest.objects.get_or_create(account_id=account_id, day=clock.today(), defaults=given)
    if not fresh and not Digest.objects.filter(pk=row.pk, state="failed").update(state="sending", **given):
        return False
    try:
        text, key = digests.text(reader, lines), f"digest-{account_id}-{row.day}"
        gateway.send(gateway.SMS, number, text, key=key)
    except gateway.Undelivered:
        Digest.objects.filter(pk=row.pk).update(state="failed")
        return False
    with transaction.atomic():
        Digest.objects.filter(pk=row.pk).update(state="sent")
        Reader.objects.filter(pk=reader.pk).update(told_id=upto)
    return True


@app.periodic(cron="0,30 10 * * *")  # 18:00 in Beijing, and once more for whom the first run did not reach
@app.task(name="conversations.digest", lock="conversations.digest", pass_context=False)
def digest(timestamp: int = 0) -> int:
    """Each evening."""
    return send_digests()
