"""Querysets that are turned into SQL once: later calls change only the values.

Building a queryset and compiling it costs the ORM ten times what the database driver needs to ask and answer
(0.4–0.7 ms against 0.05 ms), so what is asked on every page or in every act is decorated::

    @compiled
    def open_todos(kind: str, pk: int) -> QuerySet[Todo]:
        return Todo.objects.filter(thing_type=kind, thing_id=pk, closed=None)

    open_todos(thing.kind(), thing.pk)  # a list, as ``list(queryset)`` would give

Positional arguments are **values**: they may only end up as parameters of the statement (lists with the lookup
``__any``). Keyword arguments, ``None``,
booleans and an actor's role are **shape**: each combination is compiled once. An :class:`Actor` may be given as a
value, so ``visible_to`` works as everywhere, and ``clock.today()`` and ``clock.now()`` are asked each time anew. Whatever
else the function reads (dated parameters, say) would be kept for ever, so it is given in. Building it twice with
different made-up values, on different days, shows what depends on what; a statement that cannot be split so is a
TypeError at its first call.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import update_wrapper
from operator import itemgetter
from typing import Any, Generic, ParamSpec

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import query as kinds
from django.utils import timezone

from gongzhi.core import clock
from gongzhi.core.access import Actor

P = ParamSpec("P")
Values = list[Any]
Fill = Callable[[Values], Any]
Make = Callable[[list[Any]], list[Any]]
SHAPES_AT_MOST = 200
DAYS = (date(2002, 3, 4), date(2001, 2, 3))


class Compiled(Generic[P]):
    """A function that builds a queryset, called as one that returns its rows."""

    def __init__(self, build: Callable[P, models.QuerySet[Any]]) -> None:
        self._build = build
        self._statements: dict[Hashable, _Statement] = {}
        update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[Any]:
        shape, values = _split(args)
        return self._statement((shape, *kwargs.items()), args, kwargs).rows(values)

    def first(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        """The first row, or None. The queryset should have at most one, or a limit."""
        found = self(*args, **kwargs)
        return found[0] if found else None

    def sql(self, *args: P.args, **kwargs: P.kwargs) -> tuple[str, list[Any]] | None:
        """The statement and its parameters, to stand inside another one; None where nothing can be found."""
        shape, values = _split(args)
        statement = self._statement((shape, *kwargs.items()), args, kwargs)
        return None if statement.sql is None else (statement.sql, statement.parameters(values))

    def _statement(self, key: Hashable, args: Sequence[Any], kwargs: dict[str, Any]) -> _Statement:
        found = self._statements.get(key)
        if found is None:
            if len(self._statements) >= SHAPES_AT_MOST:  # somebody plays with what an address may choose
                self._statements.clear()
            found = self._statements[key] = _Statement(self._build, args, kwargs)
        return found


def compiled(build: Callable[P, models.QuerySet[Any]]) -> Compiled[P]:
    """Decorate a function from values to a queryset; see the module."""
    return Compiled(build)


def _split(args: Iterable[Any]) -> tuple[Hashable, Values]:
    """What decides the statement, and what fills it."""
    shape: list[Any] = []
    values: Values = []
    for arg in args:
        if isinstance(arg, Actor):
            line = [int(part) for part in arg.unit_path.split(".")[:-1]]
            given = (arg.unit_id, arg.unit_path, arg.post_id, arg.account_id)
            shape.append((arg.role, arg.only, arg.unit_kind, len(line), *(v is None for v in given)))
            values += [*given, *line]
        elif arg is None or isinstance(arg, bool):
            shape.append(arg)
        elif isinstance(arg, list):
            shape.append(list)
            values.append(arg)
        else:
            shape.append(type(arg))
            values.append(arg)
    return tuple(shape), values


def _made_up(args: Iterable[Any], base: int) -> list[Any]:
    """Arguments of the same shape with values that occur nowhere else."""
    fresh = iter(range(base, base + 200))

    def one(value: Any) -> Any:
        number = next(fresh)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Actor):
            return actor(value)
        if isinstance(value, list):  # of whatever the column holds: the database casts it
            return [number, number + 1]
        if isinstance(value, int):
            return number
        if isinstance(value, Decimal):
            return Decimal(number)
        if isinstance(value, str):
            return f"value{number}"
        if isinstance(value, datetime):
            return datetime(1970, 1, 1, tzinfo=timezone.get_current_timezone()) + timedelta(days=number)
        if isinstance(value, date):
            return date(1970, 1, 1) + timedelta(days=number)
        raise TypeError(f"{value!r} cannot be a value of a compiled query")

    def actor(given: Actor) -> Actor:
        path = "".join(f"{next(fresh)}." for _ in range(given.unit_path.count(".")))
        ids = {name: one(getattr(given, name)) for name in ("unit_id", "post_id", "account_id")}
        return replace(given, unit_path=path, **ids)

    return [one(value) for value in args]


def attach(rows: Iterable[Any], name: str, children: Iterable[Any], *, by: str) -> None:
    """Give each row its ``children`` as ``prefetch_related(name)`` would; ``by`` is the children's foreign key."""
    groups: dict[int, list[Any]] = {}
    for child in children:
        groups.setdefault(getattr(child, by), []).append(child)
    for row in rows:
        found = getattr(row, name).all()
        found._result_cache = groups.get(row.pk, [])
        row._prefetched_objects_cache = {**getattr(row, "_prefetched_objects_cache", {}), name: found}


class _Statement:
    """One compiled statement: its text, how its parameters come from the values, how rows become results."""

    def __init__(
        self, build: Callable[..., models.QuerySet[Any]], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> None:
        first, second = _made_up(args, 21_107), _made_up(args, 22_398)
        self._made: dict[int, Fill] = {}
        with clock.at(DAYS[0]):
            once = _compile(build(*first, **kwargs))
        with clock.at(DAYS[1]):
            again = _compile(build(*second, **kwargs))
        self.sql: str | None = once[0] if once else None
        if once is None or again is None:
            assert once is again, f"{build.__qualname__} finds something or nothing depending on its values"
            return
        sql, self._given, self._make = once
        if sql != again[0]:
            raise TypeError(f"{build.__qualname__}: the statement depends on its values")
        before, after = _split(first)[1], _split(second)[1]
        for at, (a, b) in enumerate(zip(self._given, again[1], strict=True)):
            fill = _fill(a, b, before, after)
            if fill is not None:
                self._made[at] = fill

    def parameters(self, values: Values) -> list[Any]:
        """The statement's parameters."""
        found = list(self._given)
        for at, fill in self._made.items():
            found[at] = fill(values)
        return found

    def rows(self, values: Values) -> list[Any]:
        """Ask."""
        if self.sql is None:
            return []
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.parameters(values))
            return self._make(cursor.fetchall())


def _fill(a: Any, b: Any, first: Values, second: Values) -> Fill | None:
    """How a parameter, ``a`` for the values ``first`` and ``b`` for ``second``, is made; None for a constant."""
    if a == b:
        return None
    for at, (x, y) in enumerate(zip(first, second, strict=True)):
        if a == x and b == y:
            return itemgetter(at) if type(a) is type(x) else _cast(type(a), at)
    if isinstance(a, list | tuple):
        parts = [_fill(x, y, first, second) or (lambda v, x=x: x) for x, y in zip(a, b, strict=True)]
        kind = type(a)
        return lambda values: kind([part(values) for part in parts])
    for at, (x, y) in enumerate(zip(first, second, strict=True)):
        if isinstance(a, str) and isinstance(x, str) and x in a and a.replace(x, y) == b:
            head, _, tail = a.partition(x)
            return _pattern(head, tail, at)
    for asked in (clock.today, clock.now):
        if a == _on(DAYS[0], asked) and b == _on(DAYS[1], asked):
            return lambda values, asked=asked: asked()  # type: ignore[misc]
    raise TypeError(f"the parameter {a!r} of a compiled query comes from none of its values")


def _on(day: date, asked: Callable[[], Any]) -> Any:
    with clock.at(day):
        return asked()


def _cast(kind: Any, at: int) -> Fill:
    return lambda values: kind(values[at])


def _pattern(head: str, tail: str, at: int) -> Fill:
    """A pattern of LIKE, the value in it escaped as the ORM does it."""

    def fill(values: Values) -> str:
        text = values[at].replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        return f"{head}{text}{tail}"

    return fill


# ---- what the ORM made of it ----


def _compile(queryset: models.QuerySet[Any]) -> tuple[str, tuple[Any, ...], Make] | None:
    """The statement, its parameters, and what makes its rows into results; None where nothing can be found."""
    compiler: Any = queryset.query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    columns = [c[0] for c in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(columns)
    result = _result(queryset, compiler)
    lookups = queryset._prefetch_related_lookups  # type: ignore[attr-defined]

    def make(rows: list[Any]) -> list[Any]:
        found: Any = result(compiler.apply_converters(rows, converters) if converters else rows)
        if lookups:
            models.prefetch_related_objects(found, *lookups)
        return found  # type: ignore[no-any-return]

    return sql, tuple(params), make


def _result(queryset: Any, compiler: Any) -> Callable[[Iterable[Any]], list[Any]]:
    """From rows to what iterating over the queryset gives."""
    kind, width = queryset._iterable_class, compiler.col_count
    if kind is kinds.FlatValuesListIterable:
        return lambda rows: [row[0] for row in rows]
    names = [*queryset.query.values_select, *queryset.query.annotation_select]
    if kind is kinds.ValuesListIterable:
        return lambda rows: [tuple(row[:width]) for row in rows]
    if kind is kinds.NamedValuesListIterable:
        row_of = kinds.create_namedtuple_class(*(queryset._fields or names))  # type: ignore[attr-defined]
        return lambda rows: [row_of(*row[:width]) for row in rows]
    if kind is kinds.ValuesIterable:
        selected = list(queryset.query.selected or names)
        return lambda rows: [dict(zip(selected, row, strict=False)) for row in rows]
    assert kind is kinds.ModelIterable
    return _things(queryset.db, compiler)


def _things(db: str, compiler: Any) -> Callable[[Iterable[Any]], list[Any]]:
    """Rows as instances with what ``select_related`` and ``annotate`` added."""
    info = compiler.klass_info
    model, first, last = info["model"], info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[first:last]]
    related = kinds.get_related_populators(info, compiler.select, db)  # type: ignore[call-arg]
    added = list(compiler.annotation_col_map.items())

    def make(rows: Iterable[Any]) -> list[Any]:
        found = []
        for row in rows:
            thing = model.from_db(db, names, row[first:last])
            for populator in related:
                populator.populate(row, thing)
            for name, at in added:
                setattr(thing, name, row[at])
            found.append(thing)
        return found

    return make


__all__ = ["Compiled", "attach", "compiled"]
