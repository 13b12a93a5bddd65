"""Who may do what. A matter is led by the unit it belongs to; residents act on what is their own. Pure."""

from __future__ import annotations

from gongzhi.core import roles
from gongzhi.core.roles import Reach, Rights, grant

_LEADERS = (*roles.COMMITTEE, roles.TOWNSHIP_OFFICER, roles.TOWNSHIP_HEAD, roles.COUNTY_OFFICER)
"""Posts that lead matters of their own unit: the committee; the township and the county for those at their level."""
_LEAD = grant(_LEADERS, Reach.OWN)
_ME = {roles.RESIDENT: Reach.SELF}
_OWNERS = grant((*_LEADERS, roles.DEPARTMENT_OFFICER, roles.ORG_MANAGER), Reach.OWN)
"""Posts whose unit may take a task or a referral."""

_EVERYONE = {
    **grant(roles.STAFF, Reach.OWN),
    **grant((*roles.TOWNSHIP, *roles.COUNTY), Reach.BELOW),
    roles.AUDITOR: Reach.ALL,
    roles.PUBLIC: Reach.OWN,
    **_ME,
}
"""Published matters are open to all; before that the unit, the unit a matter was passed to, those above, its raisers."""

_INSIDE = {
    **grant(tuple(r for r in roles.STAFF if r not in roles.ADMINISTRATORS), Reach.OWN),
    **grant((*roles.TOWNSHIP, *roles.COUNTY), Reach.BELOW),
    roles.AUDITOR: Reach.ALL,
}
"""Minutes, inner notes, the names of those invited, sheets and scans: the unit's, and those' who oversee it or audit it.
Administrators keep the system running and read no papers (三员分立)."""

_BY_UNIT = (
    "register", "join", "separate", "pass_on", "give_back", "enter", "edit", "publish", "withhold", "merge",
    "accept", "decline", "refer", "lift", "recall", "tell_raisers",
    "call", "put_to_vote", "invite", "sign_in", "hold", "adjourn", "cancel", "draft_outcome", "settle", "disagree", "submit", "decide",
    "record_resolution", "end", "adopt", "answer_objection", "uphold",
    "assign", "reassign", "drop_task", "draw", "appoint", "conclude", "send_back", "reopen", "close", "reply",
)  # fmt: skip

RIGHTS: Rights = {
    "deliberations.view": _EVERYONE,
    "deliberations.see_inside": _INSIDE,
    # What one resident said: his committee and he himself, nobody above and no auditor.
    "deliberations.see_raising": {**_LEAD, **_ME},
    "deliberations.see_supervisor": {**_LEAD, roles.SUPERVISOR: Reach.OWN, **_ME},
    **{f"deliberations.{word}": _LEAD for word in _BY_UNIT},
    "deliberations.import": {
        **grant(roles.COMMITTEE, Reach.OWN),
        **grant((roles.TOWNSHIP_OFFICER, roles.COUNTY_OFFICER), Reach.BELOW),
    },
    # Done by the resident, or by the committee for one who has no phone or was called back; the record says which.
    "deliberations.raise": {**grant(roles.COMMITTEE, Reach.OWN), **_ME},
    "deliberations.add_words": {**_LEAD, **_ME},
    "deliberations.withdraw": {**_LEAD, **_ME},
    "deliberations.rate": {**_LEAD, **_ME},
    "deliberations.volunteer": {**_LEAD, **_ME},
    "deliberations.step_back": {**_LEAD, **_ME},
    "deliberations.check": {**_LEAD, **_ME},
    "deliberations.object": {**_LEAD, **_ME},
    "deliberations.inquire": _ME,
    **dict.fromkeys(
        (
            "deliberations.take_on", "deliberations.hand_back", "deliberations.report_back",
            "deliberations.accept_task", "deliberations.decline_task", "deliberations.finish_task",
        ),
        _OWNERS,
    ),
}  # fmt: skip
