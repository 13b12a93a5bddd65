"""What the pages of verbs begin with: words and numbers that are known already, and what is decided about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from gongzhi.participation.deliberations import queries
from gongzhi.participation.deliberations.models import Matter, Raising, Session, Task
from gongzhi.participation.deliberations.rules import meetings

Context = dict[str, Any]


def _signing(request: Any, session: Session) -> Context:
    """Everybody who was asked, with the ticks of the sheet as it stands, or as it was just refused."""
    people = list(session.stakeholders.order_by("pk"))
    if request.method == "POST":
        ticked = {
            name: {int(x) for x in request.POST.getlist(name) if x.isdecimal()} for name in ("hall", "remote")
        }
    else:
        ticked = {
            name: {p.pk for p in people if p.came and p.channel == channel}
            for name, channel in (("hall", meetings.HALL), ("remote", meetings.ONLINE))
        }
    return {"people": people, "ticked": ticked}


def _holding(request: Any, session: Session) -> Context:
    """The numbers of the sheet of who came, to begin with."""
    channels = list(session.stakeholders.filter(came=True).values_list("channel", flat=True))
    if not channels:
        return {}
    return {"initial": {"hall": channels.count(meetings.HALL), "remote": channels.count(meetings.ONLINE)}}


def _registering(request: Any, raising: Raising) -> Context:
    """What the resident said stands above the questions; where it is and what it is likely about are filled in."""
    likely = queries.likely_category(raising.text)
    initial = {"location": raising.location, **({"category": likely.category} if likely else {})}
    said = _("原话：{text}").format(text=raising.text)
    return {"initial": initial, "tells": [{"icon": "messages", "text": said}]}


def _editing(request: Any, matter: Matter) -> Context:
    """The words as they stand."""
    return {"initial": {name: getattr(matter, name) for name in ("title", "category", "text", "location")}}


def _drafting(request: Any, matter: Matter) -> Context:
    """A new version begins with the last one, so that what changes can be read from it."""
    last = matter.outcomes.order_by("-version").first()
    return {"initial": {"text": last.text}} if last else {}


def _settling(request: Any, matter: Matter) -> Context:
    """The text that will hang out stands above the questions."""
    last = matter.outcomes.order_by("-version").first()
    if last is None:
        return {}
    text = _("要公示的是第 {n} 稿：{text}").format(n=last.version, text=last.text)
    return {"tells": [{"icon": "file-text", "text": text}]}


def _reassigning(request: Any, task: Task) -> Context:
    """Who has the task now and until when."""
    return {"initial": {name: getattr(task, name) for name in ("owner_kind", "owner_name", "due")}}


BEGINNINGS: dict[str, Callable[[Any, Any], Context]] = {
    "sign_in": _signing,
    "hold": _holding,
    "register": _registering,
    "edit": _editing,
    "draft_outcome": _drafting,
    "settle": _settling,
    "reassign": _reassigning,
}
