"""Under which name a comment stands, and who may read more than that.

Staff speak for their post. A resident stands under the nickname, or as “居民” where the comment was written without it.
Whoever raised the thread's thing unnamed is “居民” to everybody, and “提出人（不公开）” to the committee alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from gongzhi.core import roles
from gongzhi.core.access import Actor
from gongzhi.core.words import Words, say
from gongzhi.participation.conversations.models import Thread
from gongzhi.registers.residents import queries as residents

SOMEBODY = say("居民")
RAISER = say("提出人（不公开）")
GOVERNMENT = (
    *roles.TOWNSHIP,
    *roles.COUNTY,
    roles.DEPARTMENT_OFFICER,
    roles.LEGAL_OFFICER,
    roles.REGISTRAR,
)


Author = tuple[int, int | None, str, str, bool]
"""(account, post, role, unit's name, named)."""


def side(role: str) -> str:
    """The side of the two-party mark under which a post speaks; "" for residents and organisations."""
    return "a" if role in GOVERNMENT else "b" if role in (*roles.COMMITTEE, roles.SUPERVISOR) else ""


def of_residents(accounts: Iterable[int]) -> dict[int, str]:
    """The names under which residents are shown in public. One query, none where nobody is asked for."""
    wanted = list(accounts)
    return residents.display_names(wanted) if wanted else {}


def knows_raiser(actor: Actor, thread: Thread) -> bool:
    """Whether the actor is told which comments are the unnamed raiser's: the thread's own committee alone."""
    return actor.role in roles.COMMITTEE and actor.unit_id == thread.unit_id


def signature(by: Author, thread: Thread, known: dict[int, str], knows: bool) -> Words | str:
    """The name over one comment; ``known`` are residents' names by account."""
    account_id, post_id, role, unit_name, named = by
    if post_id is not None:
        return say("{unit} {post}", unit=unit_name, post=roles.SHORT[role])
    if account_id in thread.unnamed:
        return RAISER if knows else SOMEBODY
    return known.get(account_id, SOMEBODY) if named else SOMEBODY
