"""One verb: check, do and record together, all or nothing.

``@action("agreements.sign", on=Agreement, …)`` turns a function into a verb. Calling it opens a transaction,
finds and locks the row within the actor's scope, runs the check and the function, checks the scope again, then
writes the journal entry, the to-dos of the new state and the notices. Out of scope reads as "not found".
The verb's name is the permission, the journal entry, the URL, the API operation and the button.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from django.db import connection, models, transaction
from pydantic import BaseModel

from gongzhi.core import ask, journal, todo
from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.core.refusal import NotFound, Refused, refuse
from gongzhi.core.thing import Thing
from gongzhi.core.words import Words, say

P = ParamSpec("P")
T = TypeVar("T", bound=Thing)
Facts = dict[str, Any]
Check = Callable[[Actor, Any], None]

registry: dict[str, Verb[Any]] = {}


class Made(Generic[T]):
    """What a creating verb returns: the new thing and the facts for the journal."""

    def __init__(self, thing: T, **facts: Any) -> None:
        self.thing = thing
        self.facts = facts


@dataclass(kw_only=True)
class Verb(Generic[T]):
    """What faces know about a verb. ``effects`` says what will happen, to whom, and what cannot be undone."""

    name: str
    label: Words
    fn: Callable[..., Any]
    on: type[T] | None = None
    check: Check | None = None
    effects: tuple[Words, ...] = ()
    irreversible: bool = False
    leaves_scope: bool = False
    main: bool = False
    offered: bool = True
    keeps_todo: bool = False
    secret: bool = False
    room: str = field(init=False)
    word: str = field(init=False)

    def __post_init__(self) -> None:
        self.room, self.word = self.name.split(".")

    @property
    def model(self) -> type[T]:
        """The kind of thing this verb acts on; a mistake to ask of a creating verb."""
        assert self.on is not None
        return self.on

    @cached_property
    def asks(self) -> dict[str, ask.Asked]:
        """The questions of the verb, from its signature."""
        return ask.asked(self.fn, skip=2 if self.on else 1)

    @cached_property
    def form(self) -> Any:
        """The plain form for the verb's page."""
        return ask.form_class(self.name, self.asks)

    @cached_property
    def schema(self) -> type[BaseModel]:
        """The body of the verb's API operation."""
        return ask.schema("".join(part.title() for part in self.name.replace("_", ".").split(".")), self.asks)

    def open_to(self, actor: Actor) -> bool:
        """Whether the actor's role has the right at all."""
        return actor.may(self.name) is not None

    def locked(self, actor: Actor, thing: T) -> Refused | None:
        """Why the verb cannot be done on ``thing`` now; None where it can. Asks nothing of the input."""
        try:
            self._check_flow(actor, thing)
            if self.check is not None:
                self.check(actor, thing)
        except Refused as refused:
            return refused
        return None

    def _check_flow(self, actor: Actor, thing: T) -> None:
        flow = thing.FLOW
        if flow is not None and any(m.verb == self.word for m in flow.moves):
            flow.step(thing.state, self.word, thing.side_of(actor))

    def perform(
        self, actor: Actor, pk: int | T | None, data: Mapping[str, Any], seen: int | None = None
    ) -> T:
        """Do the verb with checked input; ``seen`` is the revision the actor was looking at."""
        with transaction.atomic():
            if self.on is None:
                return self._create(actor, data)
            thing = self._lock(actor, pk)
            if seen is not None and thing.revision != seen:
                refuse(say("您看到的内容已经有人改过，请刷新后再办"), rule="core.stale")
            return self._act(actor, thing, data)

    def _lock(self, actor: Actor, pk: Any) -> T:
        key = pk.pk if isinstance(pk, models.Model) else pk
        shape: Any = {"model": self.model, "verb": self.name, "reach": actor.may(self.name)}
        if self.model.WHOLE:
            _whole(actor, key, **shape)
        found = _locked(actor, key, **shape)
        if not found:
            raise NotFound(self.name)
        return found[0]  # type: ignore[no-any-return]

    def _create(self, actor: Actor, data: Mapping[str, Any]) -> T:
        if not self.open_to(actor):
            raise NotFound(self.name)
        made: Made[T] = self.fn(actor, **data)
        scope, values = self._within(actor, made.thing)
        place = self._ask(
            f"SELECT {journal.NEXT} WHERE EXISTS ({scope})", [made.thing.home_unit_id(), *values]
        )
        self._record(actor, made.thing, place, made.facts, {}, _snapshot(made.thing))
        return made.thing

    def _act(self, actor: Actor, thing: T, data: Mapping[str, Any]) -> T:
        before = _snapshot(thing)
        self._check_flow(actor, thing)
        if self.check is not None:
            self.check(actor, thing)
        facts = self.fn(actor, thing, **data) or {}
        thing.revision, *place = self._raise_revision(actor, thing)
        self._record(actor, thing, place, facts, before, _snapshot(thing))
        return thing

    def _raise_revision(self, actor: Actor, thing: T) -> Sequence[Any]:
        """One more, provided that the actor still reaches the thing; and where the journal's entry goes."""
        meta, name = thing._meta, connection.ops.quote_name
        key = name(str(meta.pk.column))
        scope, values = ("", []) if self.leaves_scope else self._within(actor, thing)
        return self._ask(
            f"UPDATE {name(meta.db_table)} SET revision = revision + 1 WHERE {key} = %s"  # noqa: S608  names only
            f"{scope and f' AND {key} IN ({scope})'} RETURNING revision, {journal.NEXT}",
            [thing.pk, *values, thing.home_unit_id()],
        )

    def _within(self, actor: Actor, thing: T) -> tuple[str, list[Any]]:
        """The statement that finds the thing's key if the actor reaches it."""
        found = _reached.sql(actor, thing.pk, model=type(thing), verb=self.name, reach=actor.may(self.name))
        if found is None:
            raise NotFound(self.name)
        return found

    def _ask(self, statement: str, values: list[Any]) -> Sequence[Any]:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            row: Sequence[Any] | None = cursor.fetchone()
        if row is None:
            raise NotFound(self.name)
        return row

    def _record(
        self, actor: Actor, thing: T, place: Sequence[Any], facts: Facts, before: Facts, after: Facts
    ) -> None:
        changed = [k for k in after if before.get(k) != after[k]]
        journal.write(
            actor,
            self.name,
            thing_type=thing.kind(),
            thing_id=thing.pk,
            label=thing.label(),
            unit_id=thing.home_unit_id(),
            place=place,
            facts=facts,
            before={k: before[k] for k in changed if k in before},
            after={k: after[k] for k in changed},
        )
        if not self.keeps_todo:
            todo.follow(thing)


@compiled
def _reached(actor: Actor, pk: int, *, model: type[Thing], verb: str, reach: Any) -> models.QuerySet[Any]:
    return model.objects.visible_to(actor, verb).order_by().filter(pk=pk).values("pk")


@compiled
def _locked(actor: Actor, pk: int, *, model: type[Thing], verb: str, reach: Any) -> models.QuerySet[Any]:
    rows = model.objects.visible_to(actor, verb).order_by().filter(pk=pk).select_for_update(of=("self",))
    return rows.select_related(*model.LOADED) if model.LOADED else rows


@compiled
def _whole(actor: Actor, pk: int, *, model: type[Thing], verb: str, reach: Any) -> models.QuerySet[Any]:
    rows = model.objects.visible_to(actor, verb).filter(pk=pk)
    whole: Any = model._meta.get_field(model.WHOLE)
    wholes = whole.related_model.objects.order_by().filter(pk__in=rows.values(whole.attname))
    return wholes.select_for_update(of=("self",)).values_list("pk")  # type: ignore[no-any-return]


class Act(Verb[T], Generic[T, P]):
    """A verb on a thing: ``sign(actor, agreement_or_pk, **answers)`` returns the thing as it now is."""

    def __call__(self, actor: Actor, thing: T | int, *args: P.args, **kwargs: P.kwargs) -> T:
        assert not args, "answers are given by name"
        return self.perform(actor, thing, kwargs)


class Creation(Verb[T], Generic[T, P]):
    """A verb that makes a thing: ``draft(actor, **answers)`` returns the new thing."""

    def __call__(self, actor: Actor, *args: P.args, **kwargs: P.kwargs) -> T:
        assert not args, "answers are given by name"
        return self.perform(actor, None, kwargs)


@overload
def action(
    name: str, *, on: type[T], label: Words, **options: Any
) -> Callable[[Callable[Concatenate[Actor, T, P], Facts | None]], Act[T, P]]: ...
@overload
def action(
    name: str, *, on: None = None, label: Words, **options: Any
) -> Callable[[Callable[Concatenate[Actor, P], Made[T]]], Creation[T, P]]: ...
def action(name: str, *, on: Any = None, label: Words, **options: Any) -> Any:
    """Register a function as the verb ``name``.

    Options: ``check(actor, thing)`` raises Refused where the verb cannot be done whatever the input; ``effects``
    sentences shown before the act; ``irreversible`` asks for the verb again; ``main`` puts it first;
    ``offered=False`` leaves it out of the page's buttons; ``leaves_scope`` for handing a thing over;
    ``keeps_todo`` leaves the flow's to-dos as they are; ``secret`` keeps the verb's name out of public proofs.
    """
    effects = options.pop("effects", ())
    options["effects"] = (effects,) if isinstance(effects, Words) else tuple(effects)

    def register(fn: Callable[..., Any]) -> Any:
        if name in registry:
            raise ValueError(f"the verb {name} is registered twice")
        verb: Verb[Any] = (Act if on else Creation)(name=name, label=label, fn=fn, on=on, **options)
        verb.__doc__ = fn.__doc__
        registry[name] = verb
        return verb

    return register


@dataclass(frozen=True)
class Offer:
    """A verb on a page: open, or locked with the reason."""

    verb: Verb[Any]
    url: str
    locked: Refused | None

    @property
    def main(self) -> bool:
        return self.verb.main and self.locked is None


def offers(actor: Actor, thing: Thing) -> list[Offer]:
    """The verbs this actor's role holds on ``thing``: open ones first, of these the one that is awaited, then main ones.

    Verbs that the flow does not know in this state are left out, except those locked by their own check.
    """
    found = []
    for verb in registry.values():
        if verb.on is not type(thing) or not verb.offered or not verb.open_to(actor):
            continue
        if thing.SCOPE and not _reaches(actor, verb, thing):
            continue
        locked = verb.locked(actor, thing)
        if locked is not None and locked.rule.endswith((".flow", ".turn")):
            continue
        found.append(Offer(verb, f"{thing.get_absolute_url()}{verb.word}", locked))
    awaited = thing.FLOW.state(thing.state).main if thing.FLOW else ""
    return sorted(
        found,
        key=lambda o: (o.locked is not None, awaited not in (o.verb.word, o.verb.name), not o.verb.main),
    )


def _reaches(actor: Actor, verb: Verb[Any], thing: Thing) -> bool:
    """The scope, decided on the loaded row where that needs no query (own unit), else by one query."""
    from gongzhi.core.roles import Reach

    reach = actor.may(verb.name)
    if reach == Reach.ALL:
        return True
    if reach == Reach.OWN and all("__" not in f for f in thing.SCOPE):
        return any(getattr(thing, f"{f}_id", None) == actor.unit_id for f in thing.SCOPE)
    return bool(_reached(actor, thing.pk, model=type(thing), verb=verb.name, reach=reach))


def _snapshot(thing: Thing) -> Facts:
    """The thing's own columns as plain values; sealed and unjournalled ones are left out."""
    return {name: journal.plain(getattr(thing, name)) for name in _journalled(type(thing))}


@cache
def _journalled(model: type[Thing]) -> tuple[str, ...]:
    skip = {"id", "revision", "created_at", *model.UNJOURNALLED}
    return tuple(
        f.attname
        for f in model._meta.concrete_fields
        if f.attname not in skip and not getattr(f, "sealed", False)
    )


__all__ = ["Act", "Creation", "Made", "NotFound", "Offer", "Verb", "action", "offers", "registry"]
