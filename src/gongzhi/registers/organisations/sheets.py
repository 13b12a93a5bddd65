"""The workbook of organisations: registered, recorded, and all others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gongzhi.core import clock, outbox, search
from gongzhi.core.access import Actor
from gongzhi.core.exchange import Change, Column, Row, Sheet, bulk
from gongzhi.core.words import say
from gongzhi.registers.organisations import queries, rules
from gongzhi.registers.organisations.models import Organisation, Status
from gongzhi.registers.places import queries as places

INLINE = 200
FIELDS = (
    "type", "name", "short", "uscc", "record_no", "township_id", "service", "form", "place_id", "under_id",
    "authority_id", "leader", "address", "phone", "established", "verified", "initials",
)  # fmt: skip
CHANGED = (
    "name",
    "short",
    "service",
    "form",
    "authority_id",
    "leader",
    "address",
    "phone",
    "established",
    "verified",
    "initials",
)

COLUMNS = [
    Column("type", say("类型"), "choice", required=True, choices=rules.KINDS, width=20),
    Column("name", say("名称"), required=True, max=120, width=32),
    Column("short", say("简称"), max=40),
    Column("uscc", say("统一社会信用代码"), "uscc", width=22, help=say("登记的社会组织必填")),
    Column(
        "record_no",
        say("备案号"),
        "text",
        max=40,
        width=18,
        help=say("备案的社区社会组织必填，同一个镇内不能重复"),
    ),
    Column("service", say("服务类别"), "choice", choices=rules.SERVICES),
    Column("form", say("组织形式"), "choice", choices=rules.FORMS, width=20),
    Column("place", say("所在村（社区）或镇"), required=True, width=22),
    Column("authority", say("业务主管单位"), max=120, width=24, help=say("写台账里的全称")),
    Column("leader", say("负责人"), max=40),
    Column("address", say("地址"), max=200, width=28),
    Column("phone", say("办公电话"), max=40),
    Column("established", say("成立日期"), "date"),
]


def examine(actor: Actor, rows: list[Row]) -> None:
    """Scope, what each kind must carry, and existing entries by credit code or record number."""
    finder = places.Finder()
    authorities = queries.ids_by_name([r["authority"] for r in rows if r["authority"]])
    for r in rows:
        _place(actor, r, finder)
        if r["authority"]:
            found = authorities.get(r["authority"], [])
            if len(found) != 1:
                r.bad("authority", say("台账里没有这个业务主管单位，或者有重名"))
            else:
                r.values["authority_id"] = found[0]
        if r["type"] and r["type"] != rules.RECORDED and actor.may("organisations.register") is None:
            r.bad("type", say("这一类由登记管理岗登记"))
    _match(rows)
    for r in rows:
        if r["type"]:
            _facts(r)


def _place(actor: Actor, r: Row, finder: places.Finder) -> None:
    if not r["place"]:
        return
    spot = finder.find(r["place"])
    if not isinstance(spot, places.Spot):
        r.bad("place", spot)
    elif not places.reaches(actor, "organisations.import", spot):
        r.bad("place", say("这个村（社区）不在您的范围内"))
    else:
        r.values |= {"place_id": spot.place_id, "under_id": spot.unit_id, "township_id": spot.township_id}


def _match(rows: list[Row]) -> None:
    """Rows whose number is known change that entry."""
    by_number = queries.ids_by_number([r["uscc"] for r in rows if r["uscc"]])
    pairs = [(r["township_id"], r["record_no"]) for r in rows if r["township_id"] and r["record_no"]]
    by_record = queries.ids_by_record(pairs)
    taken: dict[Any, int] = {}
    for r in rows:
        key: Any = r["uscc"] or (r["township_id"], r["record_no"])
        target = by_number.get(r["uscc"]) if r["uscc"] else by_record.get((r["township_id"], r["record_no"]))
        if not r["uscc"] and r["record_no"] and taken.setdefault(key, r.line) != r.line:
            r.bad("record_no", say("和第 {line} 行重复", line=taken[key]))
        if target:
            r.doing, r.target = "update", target


def _facts(r: Row) -> None:
    found = rules.problems(
        r["type"],
        uscc=r["uscc"] or "",
        record_no=r["record_no"] or "",
        service=r["service"] or "",
        form=r["form"] or "",
        established=r["established"],
        today=clock.today(),
    )
    for problem in found:
        r.bad(problem.field, problem.message)
    if r["type"] == rules.RECORDED and r["place_id"] and not r["township_id"]:
        r.bad("place", say("备案在镇（街道）办，请写村或社区"))


def apply(actor: Actor, rows: list[Row]) -> list[Change]:
    """COPY new organisations with their first status, one UPDATE for the others; the search follows."""
    today = clock.today()
    new, old = [r for r in rows if r.doing == "create"], [r for r in rows if r.doing == "update"]
    ids = bulk.copy_new(Organisation, FIELDS, [_new(r, today) for r in new])
    bulk.copy_rows(
        Status,
        ("organisation_id", "type", "state", "since", "basis"),
        [(pk, r["type"], "active", r["established"] or today, "") for pk, r in zip(ids, new, strict=True)],
    )
    known = {o.pk: o for o in Organisation.objects.filter(pk__in=[r.target for r in old])}
    images = bulk.update_rows(Organisation, CHANGED, [_old(r, known[r.target or 0], today) for r in old])
    index_ids([*ids, *known])
    return [Change(r.line, pk, mark="0") for r, pk in zip(new, ids, strict=True)] + [
        Change(r.line, r.target or 0, *images[r.target or 0]) for r in old
    ]


def _new(r: Row, today: Any) -> tuple[Any, ...]:
    texts = {f: r[f] or "" for f in ("short", "service", "form", "leader", "address", "phone")}
    return (
        r["type"], r["name"], texts["short"], r["uscc"], r["record_no"], r["township_id"], texts["service"], texts["form"],
        r["place_id"], r["under_id"], r["authority_id"], texts["leader"], texts["address"], texts["phone"], r["established"],
        today, search.initials(r["name"]),
    )  # fmt: skip


def _old(r: Row, o: Organisation, today: Any) -> tuple[Any, ...]:
    return (
        o.pk, r["name"], r["short"] or o.short, r["service"] or o.service, r["form"] or o.form,
        r["authority_id"] or o.authority_id, r["leader"] or o.leader, r["address"] or o.address, r["phone"] or o.phone,
        r["established"] or o.established, today, search.initials(r["name"]),
    )  # fmt: skip


def index_ids(ids: list[int]) -> None:
    """Write search entries: a few at once, many by the worker."""
    from gongzhi.registers.organisations.tasks import index_organisations, write_entries

    if len(ids) <= INLINE:
        write_entries(ids)
    else:
        outbox.defer(index_organisations, ids=ids)


def revert(actor: Actor, changes: list[Change]) -> None:
    """Take an import back, with the first statuses and search entries of what it made."""
    made = [c.object_id for c in changes if c.made]
    Status.objects.filter(organisation_id__in=made).delete()
    bulk.revert_rows(Organisation, changes)
    search.drop_many("organisations.organisation", made)
    index_ids([c.object_id for c in changes if not c.made])


def rows(actor: Actor) -> Iterator[dict[str, Any]]:
    """What the actor may export: the public register, leaders as the actor may read them."""
    return lines(actor, queries.visible(actor).exclude(state="deregistered"))


def lines(actor: Actor, found: Any) -> Iterator[dict[str, Any]]:
    """These organisations as lines of the workbook."""
    names = places.Finder().names
    for o in found.select_related("authority", "under").order_by("type", "name", "pk").iterator(2000):
        yield {
            "type": o.type,
            "name": o.name,
            "short": o.short or None,
            "uscc": o.uscc,
            "record_no": o.record_no,
            "service": o.service or None,
            "form": o.form or None,
            "place": names.get(o.place_id or 0, ""),
            "authority": o.authority.name if o.authority else None,
            "leader": queries.leader_for(actor, o) or None,
            "address": o.address or None,
            "phone": queries.phone_for(actor, o) or None,
            "established": o.established,
        }


ORGANISATIONS = Sheet(
    "organisations.organisations",
    say("组织"),
    COLUMNS,
    verb="organisations.import",
    examine=examine,
    apply=apply,
    revert=revert,
    rows=rows,
    unique=["uscc"],
    personal=True,
    notes=[say("信用代码或（同一个镇的）备案号已经在册的行会更新那一条。")],
)
