"""The verbs of the register of places, and where other rooms say what follows a unit that is taken over."""

from gongzhi.registers.places.actions.enrolment import enrol, open_place
from gongzhi.registers.places.actions.facts import add_alias, correct, rename, set_figures
from gongzhi.registers.places.actions.imports import import_
from gongzhi.registers.places.actions.scale import close, merge, split
from gongzhi.registers.places.succession import follows

__all__ = [
    "add_alias",
    "close",
    "correct",
    "enrol",
    "follows",
    "import_",
    "merge",
    "open_place",
    "rename",
    "set_figures",
    "split",
]
