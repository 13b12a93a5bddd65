"""Where everything is kept: one folder, ``GONGZHI_HOME`` (``./var`` unless told), and its secrets."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

SECRET_NAMES = ("django", "owner", "app", "superuser")


@dataclass(frozen=True)
class Home:
    """The folder that holds data, keys and logs. Nothing else on the machine is touched."""

    root: Path

    @classmethod
    def here(cls) -> Home:
        """The home that the environment names, as an absolute path. It need not exist yet."""
        return cls(Path(os.environ.get("GONGZHI_HOME") or "var").resolve())

    @property
    def run(self) -> Path:
        """What only matters while running: lock, addresses."""
        return self.root / "run"

    @property
    def log(self) -> Path:
        """One log file per child."""
        return self.root / "log"

    @property
    def postgres(self) -> Path:
        """The embedded PostgreSQL, or a link to where it had to be put."""
        return self.root / "postgres"

    @property
    def accounts_file(self) -> Path:
        """One sign-in per role, written by the demonstration county."""
        return self.root / "demo-accounts.json"

    @property
    def demo_mark(self) -> Path:
        """Present while the demonstration county is being built, so that half a county is noticed."""
        return self.root / "demo-unfinished"

    @property
    def demo_stories(self) -> Path:
        """Present while the demonstration's matters are being told beside the running site: those begun so far."""
        return self.root / "demo-stories"

    def make(self) -> Home:
        """Create the folders. The home itself is closed to other users of the machine."""
        fresh = not self.root.exists()
        for folder in (self.root, self.run, self.log, self.root / "static"):
            folder.mkdir(parents=True, exist_ok=True)
        if fresh:
            # Traversable, because PostgreSQL runs as another user when started by root; not listable.
            self.root.chmod(0o711)
        self.run.chmod(0o700)
        self.log.chmod(0o700)
        return self

    def secrets(self) -> dict[str, str]:
        """The random secrets of this installation, made at the first call. The file is 0600."""
        path = self.root / "secrets.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        missing = [name for name in SECRET_NAMES if not known.get(name)]
        if missing:
            known |= {name: secrets.token_urlsafe(48) for name in missing}
            write_private(path, json.dumps(known, indent=1))
        return known

    def identity(self) -> str:
        """A short random name of this home, stable for its life."""
        path = self.root / "identity"
        if not path.exists():
            write_private(path, secrets.token_hex(6))
        return path.read_text().strip()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
