"""PostgreSQL as the house uses it: statements prepared on the server, and a connection looked at for nothing.

Values travel beside the statement instead of inside it, and a statement that comes back is planned once: the
database's part of a page halves. A connection that was closed by the other side has its end waiting in the socket,
so asking the kernel is enough; Django would send ``SELECT 1`` before each request.
"""

from __future__ import annotations

import select
from typing import Any

from django.db.backends.postgresql import base

PREPARED_AT_MOST = 400


class DatabaseWrapper(base.DatabaseWrapper):
    """Connections of this project."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.prepared_max = PREPARED_AT_MOST
        return connection

    def is_usable(self) -> bool:
        """Whether the connection is open: nothing to read from the server means that it has not said goodbye."""
        if self.connection is None or self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN | select.POLLRDHUP)
        return super().is_usable() if poll.poll(0) else True
