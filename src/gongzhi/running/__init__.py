"""Starting, stopping, backing up: PostgreSQL of our own, the supervisor, and the checks before production."""
