"""Who may do what with residents and their claims. Pure.

A resident and a child's guardian reach their own; a committee reaches those who live with it or claim to. Above the
committee nobody reads about a person: the township and the county see that a claim waits, where, and how long.
"""

from __future__ import annotations

from gongzhi.core import roles
from gongzhi.core.roles import Reach, Rights, grant

_OWN = {roles.RESIDENT: Reach.SELF}
_COMMITTEE = grant(roles.COMMITTEE, Reach.OWN)
_BOTH = {**_OWN, **_COMMITTEE}
_WATCHERS = {
    **grant(roles.COMMITTEE, Reach.OWN),
    roles.TOWNSHIP_OFFICER: Reach.BELOW,
    roles.TOWNSHIP_HEAD: Reach.BELOW,
    **grant(roles.COUNTY, Reach.ALL),
    roles.AUDITOR: Reach.ALL,
}

RIGHTS: Rights = {
    "residents.view": _BOTH,
    "residents.figures": _WATCHERS,
    # the resident, or the committee on the resident's behalf
    "residents.correct": _BOTH,
    "residents.agree": _BOTH,
    "residents.withdraw_consent": _BOTH,
    "residents.leave": _BOTH,
    "residents.claim": _BOTH,
    # the resident alone
    "residents.choose_nickname": _OWN,
    "residents.change_phone": _OWN,
    "residents.name_guardian": _OWN,
    "residents.take_along": _OWN,
    "residents.sign_out_all": _OWN,
    "residents.unlink": _OWN,
    "residents.answer": _OWN,
    "residents.withdraw": _OWN,
    "residents.end": _BOTH,
    # the committee alone
    "residents.register": _COMMITTEE,
    "residents.confirm": _COMMITTEE,
    "residents.ask_more": _COMMITTEE,
    "residents.decline": _COMMITTEE,
    "residents.unmask": _COMMITTEE,
    # nobody but the house itself
    "residents.lapse": {},
    "residents.follow": {},
}
