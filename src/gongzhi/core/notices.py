"""What a unit should know of: one row per event and unit, seen per post."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Post
from gongzhi.core.rows import Row
from gongzhi.core.units import Unit
from gongzhi.core.words import Words

if TYPE_CHECKING:
    from gongzhi.core.thing import Thing


class Notice(Row):
    """A sentence for the posts of one unit, with the page it is about."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="notices")
    roles = ArrayField(models.TextField())
    verb = models.TextField()
    about = models.JSONField()
    url = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "core"
        indexes = [models.Index(fields=["unit", "-at", "-id"], name="core_notice_newest")]

    def __str__(self) -> str:
        return str(Words.from_json(self.about))


def post(unit_id: int, roles: Iterable[str], about: Words, *, verb: str, url: str) -> None:
    """Tell the ``roles`` of a unit one sentence."""
    Notice.objects.create(unit_id=unit_id, roles=list(roles), about=about.to_json(), verb=verb, url=url)


def send(unit_id: int, roles: Iterable[str], about: Words, thing: Thing, *, verb: str, url: str = "") -> None:
    """Tell the ``roles`` of a unit something about a thing."""
    post(unit_id, roles, about, verb=verb, url=url or thing.get_absolute_url())


def for_actor(actor: Actor) -> models.QuerySet[Notice]:
    """The notices of this post, newest first."""
    if actor.unit_id is None:
        return Notice.objects.none()
    return Notice.objects.filter(unit_id=actor.unit_id, roles__contains=[actor.role]).order_by("-at", "-pk")


def unseen(actor: Actor, cap: int = 99) -> int:
    """How many notices came since the post last looked, counted up to ``cap``."""
    if actor.post_id is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_UNSEEN, [actor.unit_id, actor.role, actor.post_id, cap])
        (count,) = cursor.fetchone()
    return int(count)


_UNSEEN = (
    "SELECT count(*) FROM (SELECT FROM core_notice WHERE unit_id = %s AND roles @> ARRAY[%s] AND at > coalesce("
    "(SELECT notices_seen FROM core_post WHERE id = %s), '-infinity') LIMIT %s) AS unseen"
)


def mark_seen(actor: Actor) -> None:
    """The post has looked at its notices."""
    Post.objects.filter(pk=actor.post_id or 0).update(notices_seen=clock.now())
