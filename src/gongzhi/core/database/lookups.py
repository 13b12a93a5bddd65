"""``field__any=[…]``: one of many, in a statement that is the same however many there are.

``__in`` writes a place for each value, so that every length is another statement to compile, plan and keep.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Field, ForeignObject, Lookup


class AnyOf(Lookup):
    """``column = ANY (list)``."""

    lookup_name = "any"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        return "%s", [list(value)]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, values = self.process_lhs(compiler, connection)
        right, more = self.process_rhs(compiler, connection)
        kind = self.lhs.output_field.cast_db_type(connection)
        return f"{left} = ANY ({right}::{kind}[])", [*values, *more]


def register() -> None:
    """Make the lookup known to every field and relation."""
    Field.register_lookup(AnyOf)
    ForeignObject.register_lookup(AnyOf)
