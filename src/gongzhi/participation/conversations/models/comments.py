"""Comments, what they said before, and reports of them."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from gongzhi.core import clock
from gongzhi.core.access import Actor, ScopedQuerySet, scope
from gongzhi.core.models import Thing, Unit
from gongzhi.core.words import Words, say
from gongzhi.participation.conversations import rules
from gongzhi.participation.conversations.models.threads import Thread


class Comments(ScopedQuerySet):
    """Comments as somebody may look at them: what the thread shows, one's own, and all for those who moderate."""

    def visible_to(self, actor: Actor, verb: str) -> Self:
        if verb != Comment.VIEW or actor.may(verb) is None:
            return super().visible_to(actor, verb)
        reached = either(Q(thread__public=True), scope(actor, Thread.VIEW, ("thread__unit",)))
        own = None if actor.account_id is None else Comment.owned_by(actor.account_id)
        moderated = scope(actor, "conversations.moderate", Comment.SCOPE)
        return self.filter(either(reached & Q(state=rules.SHOWN), own, moderated))


def either(*conditions: Q | None) -> Q:
    """Any of some scopes: None is nothing at all, and an empty condition is everything (Django drops it from an "or")."""
    known = [c for c in conditions if c is not None]
    if not known:
        return Q(pk=None)
    return reduce(or_, known) if all(known) else Q()


class Comment(Thing):
    """What an account said in a thread; ``root`` is the comment under which it stands, ``answers`` the one it replies to.

    Staff speak for their post (``post_id``, ``role``, ``unit_name``), residents under their nickname, or as “居民” where
    they chose not to be ``named``. ``helper_id`` is the account of the worker who wrote it down for them. ``replies``
    counts the shown comments under a root. The text is in no journal.
    """

    SCOPE = ("thread__unit", "answerer")
    FLOW = rules.FLOW
    VIEW = "conversations.read"
    UNTOLD = frozenset({"conversations.report", "conversations.keep"})
    UNJOURNALLED = (
        "text",
        "account_id",
        "appeal",
        "hide_note",
        "answer",
        "held_word",
        "named",
        "hidden_by",
        "helper_id",
    )

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="comments", db_index=False)
    root = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="under", db_index=False
    )
    answers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    account_id = models.BigIntegerField()
    post_id = models.BigIntegerField(null=True)
    role = models.TextField()
    unit_name = models.TextField(default="")
    named = models.BooleanField(default=True)
    helper_id = models.BigIntegerField(null=True)
    text = models.TextField()
    state = models.TextField(default=rules.SHOWN)
    replies = models.IntegerField(default=0)
    reports = models.IntegerField(default=0)
    edited_at = models.DateTimeField(null=True)
    held_for = models.TextField(default="")
    held_word = models.TextField(default="")
    hide_reason = models.TextField(default="")
    hide_note = models.TextField(default="")
    hidden_by = models.BigIntegerField(null=True)
    hidden_at = models.DateTimeField(null=True)
    appeal = models.TextField(default="")
    answer = models.TextField(default="")
    answerer = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects: ClassVar[Any] = models.Manager.from_queryset(Comments)()

    class Meta:
        app_label = "conversations"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=rules.FLOW.names), name="conversations_state"),
            models.CheckConstraint(
                condition=Q(replies__gte=0, reports__gte=0), name="conversations_comment_counts"
            ),
            models.CheckConstraint(
                condition=Q(root=None, answers=None) | Q(root__isnull=False, answers__isnull=False),
                name="conversations_comment_two_levels",
            ),
            models.CheckConstraint(
                condition=Q(hide_reason__in=["", *rules.REASONS]), name="conversations_hide_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[rules.HIDDEN, rules.APPEALED, rules.UPHELD]) | ~Q(hide_reason=""),
                name="conversations_hidden_with_reason",
            ),
        ]
        indexes = [
            # What a thread's page walks through: roots that are shown, or under which something is.
            models.Index(
                fields=["thread", "id"],
                condition=Q(root=None) & (Q(state=rules.SHOWN) | Q(replies__gt=0)),
                name="conversations_roots",
            ),
            models.Index(
                fields=["root", "id"],
                condition=Q(root__isnull=False, state=rules.SHOWN),
                name="conversations_replies",
            ),
            models.Index(fields=["account_id", "-created_at"], name="conversations_of_account"),
            models.Index(
                fields=["thread", "id"],
                condition=~Q(state=rules.SHOWN) | Q(reports__gt=0),
                name="conversations_to_look_at",
            ),
            models.Index(
                fields=["answerer"], condition=Q(answerer__isnull=False), name="conversations_appealed_to"
            ),
        ]

    @classmethod
    def owned_by(cls, account_id: int) -> Q:
        """The author's own, and what a worker wrote down for the author."""
        return Q(account_id=account_id) | Q(helper_id=account_id)

    def label(self) -> str:
        return f"评论 {self.pk}"

    def todo_about(self, word: str) -> Words:
        said = {
            "release": say("核对暂缓显示的评论：{what}", what=self.thread.about),
            "unhide": say("答复申诉：{what}", what=self.thread.about),
        }
        return said.get(word, say("{what}", what=self.thread.about))

    def get_absolute_url(self) -> str:
        return f"/conversations/comments/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        return {"moderators": self.thread.unit_id, "answerers": self.answerer_id or self.thread.unit_id}

    @property
    def held_word_shown(self) -> str:
        """The entry of the list that was met, as people read it."""
        return self.held_word.strip("<>")

    @property
    def is_staff(self) -> bool:
        """Whether it was said for a post."""
        return self.post_id is not None


class CommentVersion(models.Model):
    """What a comment said before it was edited or withdrawn. Only the auditor reads it."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="versions")
    text = models.TextField()
    verb = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "conversations"

    def __str__(self) -> str:
        return f"{self.comment_id} {self.verb}"


class Report(models.Model):
    """That an account finds a comment against the rules: once per account and comment."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reported")
    account_id = models.BigIntegerField()
    reason = models.TextField()
    note = models.TextField(default="")
    at = models.DateTimeField(default=clock.now)
    outcome = models.TextField(default="")

    class Meta:
        app_label = "conversations"
        constraints = [
            models.UniqueConstraint(fields=["comment", "account_id"], name="conversations_report_once"),
            models.CheckConstraint(
                condition=Q(reason__in=list(rules.REASONS)), name="conversations_report_reason"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "hidden", "kept", "withdrawn"]),
                name="conversations_report_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.reason}"
