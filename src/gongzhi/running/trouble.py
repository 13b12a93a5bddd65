"""What can go wrong outside the application, in words for the person at the terminal."""

from __future__ import annotations

OK = 0
FOUND = 1  # the command ran and the answer is no: verify found a change, a test of a rule failed, an import was refused
USAGE = 2  # the command line is wrong
SETUP = 3  # something on this machine or in the settings is missing or unsafe
DATABASE = 4  # the database cannot be reached or is too old
BUSY = 5  # another gongzhi runs here, or the port is taken

MEANINGS = {
    OK: "done",
    FOUND: "the command ran and found something wrong (a changed row, a refused import)",
    USAGE: "the command line is wrong",
    SETUP: "something is missing on this machine, or the settings are unsafe for production",
    DATABASE: "the database cannot be reached, or is older than PostgreSQL 15",
    BUSY: "gongzhi already runs in this home, or the port is taken",
}


class Trouble(Exception):
    """Stop, say why and what to do, and leave with ``code``."""

    def __init__(self, message: str, *, code: int = SETUP, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.help = help
