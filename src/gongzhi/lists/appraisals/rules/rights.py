"""Which role may do what in this room, and how far. What is not listed is closed."""

from __future__ import annotations

from gongzhi.core import roles
from gongzhi.core.roles import COMMITTEE, COUNTY, Reach, Rights, grant

# A right reaches the pairs of the own unit only: a township does not act for its committees, nor the reverse.
_A = grant((roles.TOWNSHIP_OFFICER, roles.TOWNSHIP_HEAD), Reach.OWN)
_B = grant(COMMITTEE, Reach.OWN)
_BOTH = {**_A, **_B}
_LOOKERS = {
    **grant(COUNTY, Reach.BELOW),
    **_A,
    roles.TOWNSHIP_FINANCE: Reach.OWN,
    **_B,
    roles.SUPERVISOR: Reach.OWN,
    roles.AUDITOR: Reach.ALL,
}

RIGHTS: Rights = {
    # the yearly campaign: everyone who takes part may read the notice
    "appraisals.read_notice": {
        **grant((*COUNTY, *_LOOKERS), Reach.ALL),
    },
    "appraisals.open": grant(COUNTY, Reach.OWN),
    "appraisals.enrol": grant(COUNTY, Reach.OWN),
    "appraisals.close": grant(COUNTY, Reach.OWN),
    # one pair
    "appraisals.view": _LOOKERS,
    "appraisals.pair": grant(COUNTY, Reach.BELOW),
    "appraisals.begin": {},
    "appraisals.pass_on": {},
    "appraisals.lapse": {},  # follows from closing the year, once everyone silent was reminded
    "appraisals.remind": grant(COUNTY, Reach.BELOW),
    "appraisals.report": _BOTH,
    "appraisals.keep_report": _BOTH,
    "appraisals.keep": _BOTH,
    "appraisals.submit": _BOTH,
    "appraisals.witness": {roles.SUPERVISOR: Reach.OWN, **_B},
    "appraisals.meet": _BOTH,
    "appraisals.object": _BOTH,
    "appraisals.accept": _BOTH,
    "appraisals.recheck": _BOTH,
    "appraisals.countersign": _BOTH,
    "appraisals.dispute": _BOTH,
    "appraisals.publish": _BOTH,
    "appraisals.require": _BOTH,
    "appraisals.conclude": _BOTH,
    "appraisals.mend": _BOTH,
    "appraisals.verify": _BOTH,
    "appraisals.settle": {**_A, roles.TOWNSHIP_FINANCE: Reach.OWN},
    "appraisals.export": _LOOKERS,
    # complaints about retaliation: the filer and the county, nobody between them
    "appraisals.complain": {**_BOTH, roles.SUPERVISOR: Reach.OWN},
    "appraisals.see_complaint": {
        **grant(COUNTY, Reach.OWN),
        **_BOTH,
        roles.SUPERVISOR: Reach.OWN,
        roles.AUDITOR: Reach.ALL,
    },
    "appraisals.take_up": grant(COUNTY, Reach.OWN),
    "appraisals.answer": grant(COUNTY, Reach.OWN),
    "appraisals.withdraw": {**_BOTH, roles.SUPERVISOR: Reach.OWN},
}
