"""The only writers of agreements: one verb, one function, by noun."""

from .adding import add_duty, add_item, add_text, balance, strike
from .amending import amend_duty, amend_item, amend_payment, amend_text, set_numbers
from .answering import accept, comment, reconsider, refuse_change
from .breaches import accept_rectification, rectify, reduce, reject_rectification
from .closing import mark_evaluated, settle, succeed
from .drafting import draft, draft_all, draft_for_township
from .ending import confirm_termination, consent_termination, terminate
from .notices import resume, resume_item, serve_notice, suspend, suspend_all, withdraw_notice
from .rounds import agree, mark_interest, meet, pause, propose, reopen, respond, return_to_talks
from .rounds import refuse_agreement as refuse
from .signing import attach_scan, decide, sign
from .supplements import (
    agree_supplement,
    disclose_supplement,
    drop_supplement,
    open_supplement,
    send_supplement,
    sign_supplement,
)
from .year import acknowledge_payment, confirm_record, contest_record, disclose, pay, record

__all__ = [
    "accept", "accept_rectification", "acknowledge_payment", "add_duty", "add_item", "add_text", "agree",
    "agree_supplement", "amend_duty", "amend_item", "amend_payment", "amend_text", "attach_scan", "balance", "comment",
    "confirm_record", "confirm_termination", "consent_termination", "contest_record", "decide", "disclose",
    "disclose_supplement", "draft", "draft_all", "draft_for_township", "drop_supplement", "mark_evaluated", "mark_interest", "meet",
    "open_supplement", "pause", "pay", "propose", "reconsider", "record", "rectify", "reduce", "refuse",
    "refuse_change", "reject_rectification", "reopen", "respond", "resume", "resume_item", "return_to_talks",
    "send_supplement", "serve_notice", "set_numbers", "settle", "sign", "sign_supplement", "strike", "succeed", "suspend",
    "suspend_all", "terminate", "withdraw_notice",
]  # fmt: skip
