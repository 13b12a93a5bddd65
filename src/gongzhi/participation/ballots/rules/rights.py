"""Who may do what. Whoever hosts the ballot runs it; residents vote where they have a vote (``Ballot.owned_by``)."""

from __future__ import annotations

from gongzhi.core import roles
from gongzhi.core.roles import Reach, Rights, grant

_HOSTS = grant((*roles.COMMITTEE, roles.TOWNSHIP_OFFICER, roles.COUNTY_OFFICER), Reach.OWN)
# The supervision committee may be the second pair of eyes at the table (村民委员会组织法第三十二条).
_TABLE = {**_HOSTS, roles.SUPERVISOR: Reach.OWN}
_STAFF = grant(tuple(r for r in roles.STAFF if r not in roles.ADMINISTRATORS), Reach.OWN)

RIGHTS: Rights = {
    "ballots.view": {
        **_STAFF,
        **grant(roles.TOWNSHIP, Reach.BELOW),
        **grant(roles.COUNTY, Reach.ALL),
        roles.AUDITOR: Reach.ALL,
        roles.RESIDENT: Reach.SELF,
        roles.PUBLIC: Reach.OWN,  # has no unit: only what is open to everyone
    },
    "ballots.figures": {
        **_STAFF,
        **grant(roles.TOWNSHIP, Reach.BELOW),
        **grant(roles.COUNTY, Reach.ALL),
        roles.AUDITOR: Reach.ALL,
    },
    "ballots.open": _HOSTS,
    "ballots.extend": _HOSTS,
    "ballots.cancel": _HOSTS,
    "ballots.close": _HOSTS,
    "ballots.count": _HOSTS,
    "ballots.recount": _HOSTS,
    "ballots.run_off": _HOSTS,
    "ballots.vote": {roles.RESIDENT: Reach.SELF},
    "ballots.roll": _TABLE,
    "ballots.hand_out": _TABLE,
    "ballots.take_back": _TABLE,
    "ballots.enter": _TABLE,
    "ballots.drop_batch": _TABLE,
}
