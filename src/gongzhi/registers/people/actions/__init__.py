"""The verbs of the register of people."""

from gongzhi.registers.people.actions.entering import correct, enter, verify
from gongzhi.registers.people.actions.leaving import (
    hand_over,
    mark_deceased,
    mark_moved,
    receive,
    restore,
    send_back,
)
from gongzhi.registers.people.actions.merging import confirm_merge, propose_merge, reject_merge, undo_merge
from gongzhi.registers.people.actions.unmasking import unmask
from gongzhi.registers.people.references import refer

__all__ = [
    "confirm_merge",
    "correct",
    "enter",
    "hand_over",
    "mark_deceased",
    "mark_moved",
    "propose_merge",
    "receive",
    "refer",
    "reject_merge",
    "restore",
    "send_back",
    "undo_merge",
    "unmask",
    "verify",
]
