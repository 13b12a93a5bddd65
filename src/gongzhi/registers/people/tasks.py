"""Jobs of the register of people: search entries after a large import."""

from __future__ import annotations

from gongzhi.core import search
from gongzhi.core.models import Unit
from gongzhi.core.outbox import app
from gongzhi.registers.people.actions.entering import entry
from gongzhi.registers.people.models import Person


def write_entries(ids: list[int]) -> int:
    """Write the search entries of these people anew; returns how many can be found."""
    people = [p for p in Person.objects.filter(pk__in=ids) if p.state in ("listed", "moving")]
    units = {
        u.pk: u
        for u in Unit.objects.filter(pk__in={i for p in people for i in (p.unit_id, p.destination_id)})
    }
    search.drop_many("people.person", ids)
    return search.put_many("people.person", [entry(p, units) for p in people])


@app.task(name="people.index")
def index_people(ids: list[int]) -> None:
    """The worker's part; running twice writes the same entries."""
    write_entries(ids)
