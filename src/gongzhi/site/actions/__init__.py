"""The shell's own verbs: accounts and posts, the three administrators' mutual consent, parameters."""

from gongzhi.site.actions.accounts import (
    appoint,
    close,
    dismiss,
    open_account,
    reset_password,
    reset_second_factor,
    unlock,
)
from gongzhi.site.actions.administrators import (
    confirm,
    decline,
    lapse,
    lapse_overdue,
    propose_administrator,
    propose_removal,
    propose_reset,
)
from gongzhi.site.actions.parameters import change_setting, secure_setting
from gongzhi.site.actions.passwords import set_password

__all__ = [
    "appoint",
    "change_setting",
    "close",
    "confirm",
    "decline",
    "dismiss",
    "lapse",
    "lapse_overdue",
    "open_account",
    "propose_administrator",
    "propose_removal",
    "propose_reset",
    "reset_password",
    "reset_second_factor",
    "secure_setting",
    "set_password",
    "unlock",
]
