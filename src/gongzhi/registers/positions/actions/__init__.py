"""The verbs of positions and certificates."""

from gongzhi.registers.people import actions as people
from gongzhi.registers.positions.actions.certificates import certify, log_hours, renew, revoke
from gongzhi.registers.positions.actions.posts import appoint, correct, end, merge_problems

people.refer("positions.position", "person_id", merge_problems)
people.refer("positions.certificate", "person_id")

__all__ = ["appoint", "certify", "correct", "end", "log_hours", "renew", "revoke"]
