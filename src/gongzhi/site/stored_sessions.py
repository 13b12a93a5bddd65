"""Sessions in the database, as Django keeps them (``settings.SESSION_ENGINE``), loaded together with what every
request asks first: whether anything remembered in this process has changed."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

from gongzhi.core import dated


class SessionStore(db.SessionStore):
    """One statement where the ORM's own store and the parameters would ask two."""

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT session_data, {dated.versions()} FROM django_session "  # noqa: S608  expressions of ours
                "WHERE session_key = %s AND expire_date > %s",
                [self.session_key, timezone.now()],
            )
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        dated.told(row[1:])
        return self.decode(row[0])

    @classmethod
    def get_model_class(cls) -> Any:
        from django.contrib.sessions.models import Session

        return Session
