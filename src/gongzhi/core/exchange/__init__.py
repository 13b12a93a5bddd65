"""Excel both ways: one :class:`Sheet` makes the template, reads it back, previews, writes, undoes and exports.

A room says once what its workbook holds, in ``sheets.py``; permissions are those of its verb::

    from gongzhi.core.exchange import Change, Column, Row, Sheet, bulk

    def examine(actor, rows):                      # up to 2,000 rows: scope, references, existing rows
        known = queries.ids_by_number(actor, [r["number"] for r in rows if r["number"]])
        for r in rows:
            if r["number"] in known:
                r.doing, r.target = "update", known[r["number"]]      # or "same"
            if r["place"] not in mine:
                r.bad("place", say("这个村不在您的管辖范围内"))

    def apply(actor, rows):                        # only good rows; COPY and one UPDATE
        new, old = [r for r in rows if r.doing == "create"], [r for r in rows if r.doing == "update"]
        ids = bulk.copy_new(Person, ("name", "phone"), [(r["name"], r["phone"]) for r in new])
        images = bulk.update_rows(Person, ("name",), [(r.target, r["name"]) for r in old])
        return [Change(r.line, pk, mark="0") for r, pk in zip(new, ids)] + \\
               [Change(r.line, r.target, *images[r.target]) for r in old]

    PEOPLE = Sheet("people.people", say("人员"), [
        Column("name", say("姓名"), required=True), Column("phone", say("手机号"), "phone", sealed=True)],
        verb="people.import", examine=examine, apply=apply,
        revert=lambda actor, changes: bulk.revert_rows(Person, changes),
        rows=lambda actor: queries.people(actor).values("name").iterator(2000), unique=["phone"])

    urlpatterns += exchange.urls.routes(PEOPLE, "import/")   # from gongzhi.core.exchange.urls import routes
    run = stage(actor, PEOPLE, data, "人员.xlsx"); commit(actor, PEOPLE, run.pk, only_good=True)
    undo(actor, PEOPLE, run.pk); template(PEOPLE); export(actor, PEOPLE)     # files at their beginning
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gongzhi.core.exchange.sheet import Change, Column, Row, Sheet, outgoing, sheet_of

if TYPE_CHECKING:
    from gongzhi.core.exchange.committing import commit, undo
    from gongzhi.core.exchange.staging import drop, stage
    from gongzhi.core.exchange.writing import export, returned, template

_LATER = {
    "commit": "committing",
    "undo": "committing",
    "drop": "staging",
    "stage": "staging",
    "export": "writing",
    "returned": "writing",
    "template": "writing",
}


def __getattr__(name: str) -> Any:
    """Load the parts with models and workbooks when they are asked for: rooms' rules may name a sheet earlier."""
    from importlib import import_module

    if name in _LATER:
        return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    raise AttributeError(name)


__all__ = [
    "Change",
    "Column",
    "Row",
    "Sheet",
    "commit",
    "drop",
    "export",
    "outgoing",
    "returned",
    "sheet_of",
    "stage",
    "template",
    "undo",
]
