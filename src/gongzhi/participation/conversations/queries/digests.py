"""The daily digest: who is due one, what it says, and whose unsubscribe link this is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db.models import Max

from gongzhi.core import clock, roles, units
from gongzhi.core.access import Actor
from gongzhi.core.words import Words
from gongzhi.participation.conversations import rules
from gongzhi.participation.conversations.models import Digest, Event, Reader, Subscription
from gongzhi.participation.conversations.queries.news import events_for

SALT = "gongzhi.conversations.unsubscribe"
LOOKED_BACK = 3
"""Days that a digest reaches back: who was missed by a broken run is told by the next."""
LATE_COMMITS = timedelta(minutes=2)
"""Events this young may still be joined by ones with smaller numbers, from acts that began earlier."""


def stop_link(reader: Reader) -> str:
    """The address in a digest that ends the digests of this reader."""
    return (
        f"{settings.PUBLIC_URL}/conversations/unsubscribe/{signing.Signer(salt=SALT).sign(str(reader.pk))}/"
    )


def reader_by(token: str) -> Reader | None:
    """The reader to whom an unsubscribe link belongs; None for a link that we did not sign."""
    try:
        pk = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    found: Reader | None = Reader.objects.filter(pk=int(pk)).first()
    return found


def owner(reader: Reader) -> Actor:
    """The account as which a link's holder ends its digests; nothing else can be done with it."""
    return Actor(role=roles.RESIDENT, account_id=reader.account_id)


def horizon() -> int:
    """The last event that digests may tell now."""
    rows = Event.objects.filter(at__lte=clock.now() - LATE_COMMITS)
    return int(rows.aggregate(last=Max("pk"))["last"] or 0)


def lines_for(reader: Reader, line: Iterable[int], upto: int) -> list[str]:
    """What happened since the last digest and was not seen on the page, newest first."""
    since = clock.now() - timedelta(days=LOOKED_BACK)
    rows = events_for(reader.account_id, line).filter(at__gte=since, pk__lte=upto)
    rows = rows.filter(pk__gt=max(reader.told_id, reader.seen_id)).order_by("-id")[: rules.MOST]
    return [str(Words.from_json(e.about)) for e in rows]


def text(reader: Reader, lines: list[str]) -> str:
    """What is sent to one person."""
    news = f"{settings.PUBLIC_URL}/conversations/news/"
    return str(rules.digest(units.county().short, lines, news, stop_link(reader)))


def text_for(reader: Reader, line: Iterable[int]) -> str:
    """The digest that would be sent now; "" where there is nothing new."""
    lines = lines_for(reader, line, horizon())
    return text(reader, lines) if lines else ""


def due() -> list[int]:
    """The accounts that something of the last days may concern, by a topic they follow or by themselves."""
    since = clock.now() - timedelta(days=LOOKED_BACK)
    topics = Event.objects.filter(at__gte=since).values_list("topics", flat=True)
    told = {topic for found in topics.iterator(chunk_size=2000) for topic in found}
    own = {int(t.removeprefix("account:")) for t in told if t.startswith("account:")}
    following = Subscription.objects.filter(topic__in=told, active=True)
    accounts = own | set(following.values_list("account_id", flat=True))
    return sorted(accounts)


def sent(account_id: int) -> list[Digest]:
    """The last digests that were sent to an account."""
    return list(Digest.objects.filter(account_id=account_id, state="sent").order_by("-day")[:7])
