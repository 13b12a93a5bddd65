"""Who may look, state, vote and keep order. Pure.

Confirmed residents of the unit and of the units below it speak and vote (Reach.ABOVE). A poll that is not public is its own
community's: the township keeps order in its own polls only. The committee's staff reach up to the polls of the township and the
county, for residents who cannot come online vote there through them.
"""

from __future__ import annotations

from gongzhi.core import roles
from gongzhi.core.roles import Reach, Rights, grant

KEEPERS = grant(
    (*roles.COMMITTEE, roles.TOWNSHIP_OFFICER, roles.TOWNSHIP_HEAD, roles.COUNTY_OFFICER), Reach.OWN
)
_LOOK = {
    **grant(tuple(r for r in roles.STAFF if r not in roles.ADMINISTRATORS), Reach.OWN),
    **grant((*roles.COMMITTEE, roles.SUPERVISOR), Reach.ABOVE),
    roles.AUDITOR: Reach.ALL,
    roles.RESIDENT: Reach.ABOVE,
    roles.PUBLIC: Reach.OWN,
}
_SPEAK = {**grant(roles.COMMITTEE, Reach.ABOVE), roles.RESIDENT: Reach.ABOVE}

RIGHTS: Rights = {
    "opinions.view": _LOOK,
    "opinions.propose": {**KEEPERS, **_SPEAK},
    "opinions.vote": _SPEAK,
    "opinions.approve": KEEPERS,
    "opinions.hide": KEEPERS,
    "opinions.restore": KEEPERS,
    "opinions.merge": KEEPERS,
    "opinions.adjust": KEEPERS,
    "opinions.close": KEEPERS,
    "opinions.check": {roles.AUDITOR: Reach.ALL},
}
