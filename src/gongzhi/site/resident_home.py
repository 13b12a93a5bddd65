"""The resident's home: what waits for them, where they stand, and the ways on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongzhi.core import roles, units
from gongzhi.core.access import Actor
from gongzhi.core.pages import render, signed_in
from gongzhi.core.refusal import NotFound
from gongzhi.participation.ballots import queries as ballots
from gongzhi.participation.conversations import queries as conversations
from gongzhi.participation.deliberations import queries as deliberations
from gongzhi.participation.deliberations.queries import Filters
from gongzhi.participation.deliberations.rules import FLOW, flow
from gongzhi.registers.residents import queries, rules
from gongzhi.site.phone import tag_of


@signed_in
@require_GET
def home(request: Any) -> HttpResponseBase:
    """Where the residence stands, and what the house offers to a resident."""
    actor = request.actor
    if actor.role != roles.RESIDENT:
        raise NotFound("resident")
    claims = queries.of_resident(actor.account_id)
    page = {
        "title": _("有事说一声"),
        "confirmed": next((c for c in claims if c.state == "confirmed"), None),
        "open": next((c for c in claims if c.state in rules.OPEN), None),
        "last": claims[0] if claims else None,
        "raises": actor.may("deliberations.raise") is not None,
        "news": conversations.unread(actor) if actor.may("conversations.subscriptions") else 0,
        "account": tag_of(actor),
        **_matters(actor),
    }
    return render(request, "site/resident_home.html", page)


OWN, ELSEWHERE = 10, 5
"""So many of the resident's own matters, and of the community's, stand on the first page."""


def _matters(actor: Actor) -> dict[str, Any]:
    """What the resident said, what waits for a word or a vote, what the own community talks about and has done."""
    if actor.may("deliberations.raise") is None:
        return {}
    own = deliberations.mine(actor, OWN)
    here = actor.unit_id
    board = deliberations.board(actor, Filters(place=here, open=True), size=ELSEWHERE).rows if here else []
    decided = (
        deliberations.board(actor, Filters(place=here, state="closed"), size=ELSEWHERE).rows if here else []
    )
    return {
        "mine": own.raisings,
        "turns": _turns(own, actor),
        "offer": own.offer,
        "board": board,
        "decided": decided,
        "place": actor.unit_name or units.county().short,
        "seals": flow.rows_of_seals(),
        "states": {name: state.label for name, state in FLOW.states.items()},
    }


@dataclass(frozen=True)
class Turn:
    """Something that waits for this resident: what to do, about what, where, until when."""

    do: str
    about: str
    url: str
    until: date | None


def _turns(own: deliberations.Mine, actor: Actor) -> list[Turn]:
    """What waits for this resident: a vote, a round of checks, a word on the result."""
    votes = [
        Turn(_("请您投票"), b.question, f"{b.get_absolute_url()}vote", b.local_closes.date())
        for b in ballots.waiting(actor)
    ]
    checks = [
        Turn(_("请您到现场查验"), s.matter.title, s.get_absolute_url(), s.matter.due)
        for s in own.to_check
        if s.matter is not None
    ]
    rates = [
        Turn(_("请您说说满意不满意"), r.matter.title, f"{r.get_absolute_url()}rate", r.matter.due)
        for r in own.to_rate
        if r.matter is not None
    ]
    return [*votes, *checks, *rates]
