"""What every governed thing is: scoped, in a state, with sides, a label and a page."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models

from gongzhi.core import clock
from gongzhi.core.access import Actor, ScopedManager
from gongzhi.core.flow import Flow
from gongzhi.core.rows import Row
from gongzhi.core.words import Words, say


class Thing(Row):
    """Base of the models that verbs act on.

    ``SCOPE`` names the lookups to Unit foreign keys that bring a row into an actor's reach; the first is its home.
    ``FLOW`` is the table of states (None where it has none). ``VIEW`` is the right to see it. ``UNTOLD`` are verbs of
    which only the side that does them knows (unsent drafts): the journal has them, the story on pages does not.
    ``OPEN`` are the rows that whoever holds the right ``VIEW`` may look at wherever they are ("published"), and
    ``INSIDE`` the right to what even then is not for everyone; ``owned_by`` says which rows an account itself brought
    in (``Reach.SELF``). ``WHOLE`` names the foreign key to the thing of which this is a part: an act on the part
    locks the whole first, as acts on the whole do, so that no two acts wait for one another. ``LOADED`` are relations
    that its label, sides and checks follow: an act loads them in the statement that locks the row.
    ``PRIVATE_EVIDENCE``: files used here are seen through it alone.
    """

    created_at = models.DateTimeField(default=clock.now, editable=False)
    revision = models.IntegerField(default=0, editable=False)

    SCOPE: ClassVar[tuple[str, ...]] = ()
    FLOW: ClassVar[Flow | None] = None
    VIEW: ClassVar[str] = ""
    UNJOURNALLED: ClassVar[tuple[str, ...]] = ()
    UNTOLD: ClassVar[frozenset[str]] = frozenset()
    OPEN: ClassVar[models.Q | None] = None
    INSIDE: ClassVar[str] = ""
    PRIVATE_EVIDENCE: ClassVar[bool] = False
    WHOLE: ClassVar[str] = ""
    LOADED: ClassVar[tuple[str, ...]] = ()
    state: Any

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label()

    @classmethod
    def owned_by(cls, account_id: int) -> models.Q:
        """The rows that the account itself brought in; a mistake to ask of things that have no owner."""
        raise TypeError(f"{cls.__name__} has no owner: the reach SELF means nothing here")

    @classmethod
    def told_to(cls, actor: Actor) -> models.Q | None:
        """Which rows in reach ``actor`` may know of; None for all of them. A draft that was never sent is nobody's
        business but of those who write it, however far the others' reach."""
        return None

    @property
    def unsent(self) -> bool:
        """Whether only its own side knows of it yet."""
        return False

    @classmethod
    def kind(cls) -> str:
        """The stored name of this kind of thing: "agreements.agreement"."""
        return cls._meta.label_lower

    def label(self) -> str:
        """What people call it: "中荷村 2026 年协助管理协议书"."""
        raise NotImplementedError

    def get_absolute_url(self) -> str:
        """Its page, ending in a slash; a verb's page is this plus the verb's word."""
        raise NotImplementedError

    def sides(self) -> dict[str, int | None]:
        """Side name → unit id, for flows with turns."""
        return {}

    def side_of(self, actor: Actor) -> str | None:
        """The side for which this actor acts, by unit; None for onlookers, and for residents of the unit."""
        if actor.unit_id is None or actor.is_outside:
            return None
        return next((side for side, unit in self.sides().items() if unit == actor.unit_id), None)

    def home_unit_id(self) -> int | None:
        """The unit under which its journal is filed: the first scope field, followed through relations."""
        value: Any = self
        for step in (self.SCOPE[0] + "_id").split("__") if self.SCOPE else ():
            value = getattr(value, step)
        return value if value is not self else None

    def flow_key(self) -> str:
        """What tells two turns in the same state apart (a round's number, say)."""
        return str(self.state)

    def flow_due(self) -> date | None:
        """The last day of the present turn where the thing itself fixes it (a meeting's day, a task's due date)."""
        return None

    def todo_about(self, word: str) -> Words:
        """The line a to-do shows beside the verb."""
        return say("{what}", what=self.label())

    @property
    def state_label(self) -> Words:
        """The state in words."""
        assert self.FLOW is not None
        return self.FLOW.state(self.state).label
