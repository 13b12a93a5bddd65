"""The acts of residents, and of those who help them."""

from gongzhi.registers.residents.actions.claiming import answer, claim, withdraw
from gongzhi.registers.residents.actions.consents import agree, sign_out_everywhere, withdraw_consent
from gongzhi.registers.residents.actions.deciding import ask_more, confirm, decline, lapse
from gongzhi.registers.residents.actions.ending import end
from gongzhi.registers.residents.actions.entering import (
    change_phone,
    choose_nickname,
    correct,
    sign_out_all,
    unlink,
)
from gongzhi.registers.residents.actions.following import follow
from gongzhi.registers.residents.actions.guardians import name_guardian
from gongzhi.registers.residents.actions.helping import register
from gongzhi.registers.residents.actions.leaving import leave
from gongzhi.registers.residents.actions.taking import take_along
from gongzhi.registers.residents.actions.unmasking import unmask

__all__ = [
    "agree",
    "answer",
    "ask_more",
    "change_phone",
    "choose_nickname",
    "claim",
    "confirm",
    "correct",
    "decline",
    "end",
    "follow",
    "lapse",
    "leave",
    "name_guardian",
    "register",
    "sign_out_all",
    "sign_out_everywhere",
    "take_along",
    "unlink",
    "unmask",
    "withdraw",
    "withdraw_consent",
]
