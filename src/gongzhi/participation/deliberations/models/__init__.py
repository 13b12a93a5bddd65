"""Facts of deliberations and what the database itself guarantees about them."""

from .matters import Answer, Counter, Gram, Matter, Referral
from .oversight import Check, Draw, SentBack, Supervisor
from .raisings import Addition, Inquiry, Objection, Raising
from .sessions import Decision, Outcome, Publicity, Session, Stakeholder
from .tasks import Task

__all__ = [
    "Addition", "Answer", "Check", "Counter", "Decision", "Draw", "Gram", "Inquiry", "Matter", "Objection", "Outcome",
    "Publicity", "Raising", "Referral", "SentBack", "Session", "Stakeholder", "Supervisor", "Task",
]  # fmt: skip
