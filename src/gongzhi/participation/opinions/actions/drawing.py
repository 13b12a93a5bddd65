"""Drawing a poll's map: new answers are folded into the sums, the map is computed from them, and kept as a version.

It may run twice without harm: where nothing has changed nothing is drawn. NumPy is loaded here, not by the pages.

Two maps one after the other never differ by fewer people than a count needs to be told (``map_group``): neither the close
nor a statement that was hidden or shown again draws one, for whoever laid the two side by side would read off what the
last voter answered.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Count, F, Max

from gongzhi.core import dated
from gongzhi.participation.opinions.models import Moments, OpinionMap, Participant, Poll, Statement, Vote

if TYPE_CHECKING:
    from gongzhi.participation.opinions.rules.mapping import Drawn
    from gongzhi.participation.opinions.rules.matrix import Inputs, Settings, Sums

AT_ONCE = 500
"""People folded in one transaction: a voter waits for no more than that."""


def due_polls() -> list[int]:
    """The polls whose map should be drawn: enough people voted since, or the poll has closed. Two queries."""
    changed = max(int(dated.value("opinions.map_changed")), least())
    voted = (
        Participant.objects.filter(fresh=True)
        .values("poll")
        .annotate(n=Count("pk"))
        .filter(n__gte=changed)
        .values_list("poll", flat=True)
    )
    wanted = Moments.objects.filter(wanted__gt=F("drawn")).values_list("poll", flat=True)
    return sorted({*voted, *wanted})


def redraw(poll_id: int) -> OpinionMap | None:
    """Draw the next version if it is due; None where it is not. One at a time per poll (see ``tasks``)."""
    from gongzhi.participation.opinions.rules import mapping

    if poll_id not in due_polls():
        return None
    Moments.objects.bulk_create([Moments(poll_id=poll_id)], ignore_conflicts=True)
    wanted = Moments.objects.values_list("wanted", flat=True).get(poll_id=poll_id)
    final = Poll.objects.filter(pk=poll_id, state="closed").exists()
    before = OpinionMap.objects.filter(poll_id=poll_id).order_by("-version").first()
    if not fold(poll_id, least()):
        return _keep_last(poll_id, before, wanted=wanted, final=final)
    while fold(poll_id, 1):
        pass
    gathered = gather(poll_id, before)
    drawn = mapping.draw(gathered.inputs, gathered.sums)
    return _keep(poll_id, before, gathered, drawn, wanted=wanted, final=final)


def least() -> int:
    """By how many people's answers two maps must differ, if they differ."""
    return int(dated.value("opinions.map_group"))


def fold(poll_id: int, enough: int) -> int:
    """Count what some people answered since, if ``enough`` of them answer otherwise than they were counted; returns how
    many were. Whoever answers as before, or has come back to it, is nobody to hide among."""
    from gongzhi.participation.opinions.rules.matrix import Sums

    with transaction.atomic():
        moments = Moments.objects.select_for_update().get(poll_id=poll_id)
        people = list(
            Participant.objects.select_for_update(skip_locked=True)
            .filter(poll_id=poll_id, fresh=True)
            .order_by("pk")[:AT_ONCE]
        )
        size = Statement.objects.filter(poll_id=poll_id).aggregate(last=Max("number"))["last"] or 0
        now = _answers(poll_id, [p.account_id for p in people], size)
        same = [p.pk for p in people if bytes(p.counted).ljust(size, b"\0") == now[p.account_id]]
        Participant.objects.filter(pk__in=same).update(fresh=False)
        people = [p for p in people if p.pk not in set(same)]
        if len(people) < enough:
            return 0
        sums = Sums.unpack(bytes(moments.sums), moments.size) if moments.size else Sums.none(0)
        sums = sums.grown(size)
        sums.fold(_matrix([bytes(p.counted) for p in people], size), -1)
        for one in people:
            one.counted, one.fresh = now[one.account_id], False
        sums.fold(_matrix([bytes(p.counted) for p in people], size), +1)
        Participant.objects.bulk_update(people, ["counted", "fresh"], batch_size=AT_ONCE)
        moments.size, moments.sums = size, sums.pack()
        moments.save(update_fields=["size", "sums"])
        return len(people)


def _answers(poll_id: int, accounts: list[int], size: int) -> dict[int, bytes]:
    """What each account has answered: one byte a statement, by its number."""
    from gongzhi.participation.opinions.rules.matrix import CODE

    found = {account: bytearray(size) for account in accounts}
    rows = Vote.objects.filter(poll_id=poll_id, account_id__in=accounts)
    for account, number, value in rows.values_list("account_id", "statement__number", "value"):
        found[account][number - 1] = CODE[value]
    return {account: bytes(codes) for account, codes in found.items()}


def _matrix(rows: list[bytes], size: int) -> Any:
    """Rows of codes as a matrix; what was counted before a statement came is a gap."""
    from gongzhi.participation.opinions.rules.numeric import np

    flat = b"".join(row.ljust(size, b"\0") for row in rows)
    return np.frombuffer(flat, dtype=np.uint8).reshape(len(rows), size)


@dataclass(frozen=True)
class Gathered:
    """The inputs of a map, the sums that belong to them, and whose rows they are."""

    inputs: Inputs
    sums: Sums
    people: list[int]


def gather(poll_id: int, before: OpinionMap | None) -> Gathered:
    """What the next map is computed from: everybody counted, the statements on show, the map before. Four queries."""
    from gongzhi.participation.opinions.rules.matrix import Inputs, Sums
    from gongzhi.participation.opinions.rules.numeric import np

    numbers = tuple(
        Statement.objects.filter(poll_id=poll_id, state="shown")
        .order_by("number")
        .values_list("number", flat=True)
    )
    moments = Moments.objects.get(poll_id=poll_id)
    counted = Participant.objects.filter(poll_id=poll_id).exclude(counted=b"").order_by("pk")
    rows = list(counted.values_list("pk", "counted", "group"))
    columns = [n - 1 for n in numbers if n <= moments.size]
    numbers = tuple(n + 1 for n in columns)
    codes = _matrix([bytes(r[1]) for r in rows], moments.size)[:, columns]
    spoke = (codes != 0).any(axis=1)
    sums = Sums.unpack(bytes(moments.sums), moments.size) if moments.size else Sums.none(0)
    return Gathered(
        Inputs(
            numbers,
            codes[spoke],
            np.array([r[2] for r in rows], dtype=np.uint8)[spoke],
            _axes(before, numbers),
            _settings(),
        ),
        sums.at(columns),
        [pk for (pk, _, _), s in zip(rows, spoke, strict=True) if s],
    )


def _axes(before: OpinionMap | None, numbers: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """The axes of the map before at today's statements."""
    if before is None:
        return ()
    known = dict(zip(before.result["statements"], before.result["axes"], strict=True))
    return tuple((known.get(n, (0, 0))[0], known.get(n, (0, 0))[1]) for n in numbers)


def _settings() -> Settings:
    from gongzhi.participation.opinions.rules.matrix import Settings

    names = ("votes", "people", "group", "shared", "apart")
    return Settings(**{name: int(dated.value(f"opinions.map_{name}")) for name in names})


def _keep(
    poll_id: int, before: OpinionMap | None, gathered: Gathered, drawn: Drawn, *, wanted: int, final: bool
) -> OpinionMap:
    """Write the version, everybody's group and how far each statement lies out."""
    from gongzhi.participation.opinions.rules import mapping
    from gongzhi.participation.opinions.rules.matrix import GAP, fingerprint

    packed = gathered.inputs.pack()
    with transaction.atomic():
        Moments.objects.filter(poll_id=poll_id).update(drawn=wanted)
        made: OpinionMap = OpinionMap.objects.create(
            poll_id=poll_id,
            version=before.version + 1 if before else 1,
            people=drawn.result["people"],
            votes=int((gathered.inputs.rows != GAP).sum()),
            final=final,
            result=drawn.result,
            inputs=zlib.compress(packed, 6),
            inputs_hash=fingerprint(packed),
            result_hash=fingerprint(mapping.canonical(drawn.result)),
        )
        _spread(poll_id, drawn.extremity)
        _regroup(gathered, drawn)
    return made


def _keep_last(poll_id: int, before: OpinionMap | None, *, wanted: int, final: bool) -> OpinionMap | None:
    """Too few have voted since for a map of their own: at the close the one before is the last, as it stands."""
    Moments.objects.filter(poll_id=poll_id).update(drawn=wanted)
    if before is None or before.final or not final:
        return None
    last: OpinionMap = OpinionMap.objects.create(
        poll_id=poll_id, version=before.version + 1, people=before.people, votes=before.votes, final=True,
        result=before.result, inputs=before.inputs, inputs_hash=before.inputs_hash, result_hash=before.result_hash,
    )  # fmt: skip
    return last


def _spread(poll_id: int, extremity: dict[int, int]) -> None:
    """Tell the statements how far they lie out: before any participant is locked, as voters do."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE opinions_statement s SET extremity = n.far FROM unnest(%s::int[], %s::int[]) AS n(number, far) "
            "WHERE s.poll_id = %s AND s.number = n.number AND s.extremity <> n.far",
            [list(extremity), list(extremity.values()), poll_id],
        )


def _regroup(gathered: Gathered, drawn: Drawn) -> None:
    """Tell those whose group has changed."""
    pairs = zip(gathered.people, gathered.inputs.last.tolist(), drawn.labels.tolist(), strict=True)
    moved = [(pk, new) for pk, old, new in pairs if old != new]
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE opinions_participant p SET "group" = n.label FROM unnest(%s::bigint[], %s::int[]) AS n(pk, label) '
            "WHERE p.id = n.pk",
            [[pk for pk, _ in moved], [label for _, label in moved]],
        )
