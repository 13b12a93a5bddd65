"""Jobs of the register of organisations: search entries after a large import."""

from __future__ import annotations

from gongzhi.core.outbox import app
from gongzhi.registers.organisations.actions.entering import index
from gongzhi.registers.organisations.models import Organisation


def write_entries(ids: list[int]) -> None:
    """Write the search entries of these organisations anew."""
    index(Organisation.objects.filter(pk__in=ids))


@app.task(name="organisations.index")
def index_organisations(ids: list[int]) -> None:
    """The worker's part; running twice writes the same entries."""
    write_entries(ids)
