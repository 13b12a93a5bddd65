"""The papers of the five steps. None of them names who raised a matter."""

from __future__ import annotations

from gongzhi.core.papers import Paper
from gongzhi.core.words import say
from gongzhi.participation.deliberations.models import Matter, Session, Task

from . import matters, sessions, tasks

PAPERS = {
    "registration": Paper(say("问事登记单"), build=matters.registration, on=Matter),
    "screening": Paper(say("议题审定表"), build=matters.screening, on=Matter, when=matters.screened),
    "outcome": Paper(say("协商成果公示"), build=matters.outcome, on=Matter, when=matters.hung_out),
    "supervision": Paper(say("群众监事评议表"), build=tasks.supervision, on=Matter, when=tasks.supervised),
    "closing": Paper(say("办结回执"), build=matters.closing, on=Matter, when=matters.closed),
    "notice": Paper(say("会议通知"), build=sessions.notice, on=Session, when=sessions.announced),
    "attendance": Paper(
        say("签到表和会议纪要"), build=sessions.attendance, on=Session, when=sessions.announced, personal=True
    ),
    "task": Paper(say("任务单"), build=tasks.sheet, on=Task, when=tasks.given),
}
