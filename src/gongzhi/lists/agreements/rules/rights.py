"""Who may do what with agreements. Both parties hold the same verbs: that is what equality means here.

A township's officer prepares, its head signs; a committee's worker prepares, its head signs. The committee's
decision and the disclosure are the committee's own; payment is the township's finance post.
"""

from __future__ import annotations

from gongzhi.core import roles
from gongzhi.core.roles import Reach, Rights, grant

_A = (roles.TOWNSHIP_OFFICER, roles.TOWNSHIP_HEAD)
_B = (roles.COMMITTEE_HEAD, roles.COMMITTEE_WORKER)
_HEADS = (roles.TOWNSHIP_HEAD, roles.COMMITTEE_HEAD)
_PARTIES = grant((*_A, *_B), Reach.OWN)
_LEADERS = grant(_HEADS, Reach.OWN)
_VIEWERS = {
    **_PARTIES,
    **grant((roles.TOWNSHIP_FINANCE, roles.SUPERVISOR), Reach.OWN),
    **grant((roles.COUNTY_OFFICER, roles.COUNTY_HEAD), Reach.BELOW),
    roles.DEPARTMENT_OFFICER: Reach.OWN,
    roles.AUDITOR: Reach.ALL,
}

_BOTH_SIDES = (
    "draft", "propose", "amend_item", "amend_duty", "amend_payment", "amend_text", "add_item", "add_duty", "add_text",
    "strike", "set_numbers", "balance", "accept", "refuse_change", "reconsider", "comment", "meet", "respond", "agree", "pause", "reopen",
    "return_to_talks", "refuse", "attach_scan", "record", "confirm_record", "contest_record", "serve_notice", "suspend",
    "resume_item", "suspend_all", "resume", "rectify", "accept_rectification", "reject_rectification", "reduce",
    "withdraw_notice", "consent_termination", "confirm_termination", "open_supplement", "send_supplement",
    "agree_supplement", "drop_supplement",
)  # fmt: skip

RIGHTS: Rights = {
    "agreements.view": _VIEWERS,
    **{f"agreements.{word}": _PARTIES for word in _BOTH_SIDES},
    # Signatures and ends bind a party, so its head makes them, on either side.
    "agreements.sign": _LEADERS,
    "agreements.sign_supplement": _LEADERS,
    "agreements.terminate": _LEADERS,
    "agreements.draft_all": grant(_A, Reach.OWN),
    "agreements.decide": grant(_B, Reach.OWN),
    "agreements.mark_interest": grant(_B, Reach.OWN),
    "agreements.disclose_supplement": {**grant(_B, Reach.OWN), roles.SUPERVISOR: Reach.OWN},
    "agreements.disclose": {**grant(_B, Reach.OWN), roles.SUPERVISOR: Reach.OWN},
    "agreements.pay": grant((roles.TOWNSHIP_FINANCE, roles.TOWNSHIP_OFFICER), Reach.OWN),
    "agreements.acknowledge_payment": grant(_B, Reach.OWN),
    # The evaluation room does both in one act: the first as the system, so that nobody can skip the evaluation and
    # settle a tail by hand; the second as whoever settles there.
    "agreements.mark_evaluated": {},
    "agreements.settle": grant((roles.TOWNSHIP_FINANCE, *_A), Reach.OWN),
    "agreements.succeed": {
        **grant(_A, Reach.OWN),
        **grant((roles.COUNTY_OFFICER, roles.REGISTRAR), Reach.BELOW),
    },
}
