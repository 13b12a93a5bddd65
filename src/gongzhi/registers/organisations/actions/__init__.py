"""The verbs of the register of organisations."""

from gongzhi.registers.organisations.actions.entering import open_bodies, record, register
from gongzhi.registers.organisations.actions.facts import correct, open_unit, verify
from gongzhi.registers.organisations.actions.standing import deregister, resume, suspend, upgrade

__all__ = [
    "correct",
    "deregister",
    "open_bodies",
    "open_unit",
    "record",
    "register",
    "resume",
    "suspend",
    "upgrade",
    "verify",
]
