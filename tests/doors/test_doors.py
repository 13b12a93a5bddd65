"""Every address and every verb, tried by insider, partner, superior, neighbour, stranger and the public."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gongzhi.core import access, action
from gongzhi.core.roles import Reach
from gongzhi.core.units import Unit
from tests.doors.table import (
    COUNTY,
    KINDS,
    NEIGHBOURS,
    PEOPLE,
    PLACE,
    ROWS,
    SHEETS,
    TOWNSHIP,
    of_residents,
)
from tests.doors.walk import addresses, client_of, letter, plausible, told
from tests.lived import token

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("doors")]

SHEET_PAGES = {
    "": "desk",
    ".template": "desk",
    ".export": "desk",
    ".run": "run",
    ".progress": "run",
    ".returned": "run",
}
SHEET_ACTS = {".commit": "run", ".undo": "run", ".drop": "run"}


def rows() -> dict[str, tuple[str, str]]:
    """The table with the pages of every sheet written out."""
    found = dict(ROWS)
    for key, (desk, run) in SHEETS.items():
        room, sheet = key.split(".")
        prefix = {"certificates": "certificates/", "items": "{draft_list}/"}.get(sheet, "")
        base = f"/{room}/{prefix}import/"
        for place, which in (SHEET_PAGES | SHEET_ACTS).items():
            word = place[1:]
            path = (
                base
                + ("{run_" + key.replace(".", "_") + "}/" if which == "run" else "")
                + ("" if word == "run" else word)
            )
            letters = {"desk": desk, "run": run}[which]
            found[f"exchange.{key}{place}"] = (path, "ppppps" if place in SHEET_ACTS else letters)
    return found


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    known = {name for _, name in addresses() if name not in action.registry or name in ROWS}
    known -= {"settings.change", "settings.secure"}  # the page of one parameter, below
    assert known - set(rows()) == set(), "give these addresses a row in tests/doors/table.py"
    assert set(rows()) - known == set(), "these rows have no address any more"


def test_every_kind_of_thing_has_a_row() -> None:
    kinds = {v.model.kind() for v in action.registry.values() if v.on is not None}
    assert kinds == set(KINDS)


@pytest.mark.parametrize("name", sorted(rows()))
def test_address(name: str, house: Any) -> None:
    path, letters = rows()[name]
    path = path.format(**house.ids)
    found = "".join(letter(client_of(house, who).get(path)) for who in PEOPLE)
    assert found == letters, f"{path}: {dict(zip(PEOPLE, found, strict=True))}, by the table {letters}"


@pytest.mark.parametrize("name", sorted(rows()))
def test_address_for_residents(name: str, house: Any) -> None:
    path, letters = rows()[name]
    path, expected = path.format(**house.ids), of_residents(name, letters)
    found = "".join(letter(client_of(house, who).get(path)) for who in NEIGHBOURS)
    assert found == expected, f"{path}: {dict(zip(NEIGHBOURS, found, strict=True))}, by the table {expected}"


@pytest.mark.parametrize("name", [n for n, (_, letters) in sorted(rows().items()) if "." in letters[:5]])
def test_a_closed_door_says_the_same_as_no_door(name: str, house: Any) -> None:
    path, letters = rows()[name]
    everybody = zip((*PEOPLE, *NEIGHBOURS), letters + of_residents(name, letters), strict=True)
    for who, sign in everybody:
        if sign != "." or "{" not in path:
            continue
        client = client_of(house, who)
        there = client.get(path.format(**house.ids))
        nowhere = client.get(path.format(**{k: "none" if "key" in k else 99999 for k in house.ids}))
        assert (there.status_code, nowhere.status_code) == (404, 404)
        same = [told(a).replace(p, "") for a, p in ((there, path.format(**house.ids)), (nowhere, "99999"))]
        assert _plain(same[0]) == _plain(same[1]), f"{who} can tell {path} from nothing"


def _plain(page: str) -> str:
    """A page without what differs from request to request."""
    import re

    return re.sub(r'content="[A-Za-z0-9]{64}"|value="[A-Za-z0-9]{64}"|\d+', "", page)


# ---- verbs ----


def owners(house: Any, kind: str) -> list[Unit]:
    units = {
        COUNTY: lambda: Unit.objects.get(kind="county"),
        TOWNSHIP: lambda: house.county.township,
        PLACE: lambda: house.county.place,
    }
    return [units[o]() for o in KINDS[kind].owners]


def reaches(house: Any, verb: Any, who: str) -> bool:
    """Whether somebody should find the verb, by the table of rights and the units of the sample."""
    actor = getattr(house, who) if who else access.PUBLIC
    reach = access.rights().get(verb.name, {}).get(actor.role)
    if reach is None or reach == Reach.ALL or verb.on is None:
        return reach is not None
    kind = verb.model.kind()
    if reach == Reach.SELF:
        return who == KINDS[kind].author != ""
    own = list(owners(house, kind))
    if reach == Reach.ABOVE:
        return any(actor.unit_path.startswith(u.path) for u in own)
    if reach == Reach.OWN:
        return any(u.pk == actor.unit_id for u in own)
    return any(u.path.startswith(actor.unit_path) for u in own)


VERBS = sorted(n for n, v in action.registry.items())
OTHERS = ("chen", "he", "gu", "fang", "min", "ren", "guard", "root", "shen", "qian")


def tried_by(house: Any, verb: Any) -> list[str]:
    """The six, of the other posts the first who holds the verb and the first who does not, and last the residents:
    what a resident may do may be to leave."""
    held = [w for w in OTHERS if reaches(house, verb, w)]
    return [*PEOPLE, *held[:1], *[w for w in OTHERS if w not in held][:1], *NEIGHBOURS]


@pytest.mark.parametrize("name", VERBS)
def test_verb(name: str, house: Any) -> None:
    """By page and by API: in reach it answers, out of reach there is nothing, and nothing is told.

    At the API posts come with their keys, residents by their own sessions (see :func:`tests.lived.token`).
    """
    verb = action.registry[name]
    assert name in access.rights(), f"{name} has no row in its room's RIGHTS"
    sample = house.ids[KINDS[verb.model.kind()].sample] if verb.on is not None else None
    secrets = KINDS[verb.model.kind()].secrets if verb.on is not None else ()
    api = f"/api/v1/{verb.room}/{'new' if sample is None else sample}/{verb.word}"
    page = (
        f"{verb.model.objects.get(pk=sample).get_absolute_url()}{verb.word}"
        if verb.on is not None
        else f"/{verb.room}/new/{verb.word}"
    )
    for who in tried_by(house, verb):
        expected = reaches(house, verb, who)
        if not page.startswith("/settings/new/"):
            _try_page(house, verb, page, who, expected, secrets)
        _try_api(house, verb, api, who, expected, secrets)


def _try_api(house: Any, verb: Any, path: str, who: str, expected: bool, secrets: tuple[str, ...]) -> None:
    headers = {
        "Idempotency-Key": f"door-{verb.name}-{who}-0001",
        **(token(getattr(house, who)) if who else {}),
    }
    client = client_of(house, "")
    if expected and who:
        answer = client.post(path, "{}", content_type="application/json", headers=headers)
        assert answer.status_code in (200, 409, 422) or (answer.status_code == 404 and not verb.asks), (
            f"{who} {path} {answer.status_code}"
        )
        return
    answer = client.post(path, json.dumps(plausible(verb)), content_type="application/json", headers=headers)
    assert answer.status_code == (404 if who else 401), (
        f"{who or 'the public'} {path}: {answer.status_code} {answer.content[:300]!r}"
    )
    for secret in secrets:
        assert secret not in told(answer)


def _try_page(house: Any, verb: Any, path: str, who: str, expected: bool, secrets: tuple[str, ...]) -> None:
    client = client_of(house, who)
    answer = client.get(path)
    sign = letter(answer)
    if who == "":
        assert sign in ("s", "."), f"the public finds {path}: {sign}"
    elif expected:
        assert sign in ("o", "r"), f"{who} should find {path}: {sign}"
        return
    else:
        assert sign == ".", f"{who} should not find {path}: {sign}"
        assert client.post(path, plausible(verb)).status_code == 404
    for secret in secrets:
        assert secret not in told(answer)


# ---- what leaks beside the doors ----


@pytest.mark.parametrize("who", ["wu", "sun", "xu", "lan", ""])
def test_no_list_search_or_export_tells_what_others_wrote(who: str, house: Any) -> None:
    """Everything a neighbour, a stranger or the public can open, searched for the words of somebody else's things."""
    secrets = [s for kind in KINDS.values() for s in kind.secrets]
    client = client_of(house, who)
    paths = [path.format(**house.ids) for path, letters in rows().values() if "p" not in letters]
    paths += [f"/search?q={s[:6]}" for s in secrets] + [f"/search/suggest?q={s[:6]}" for s in secrets]
    paths += [
        f"/api/v1/{room}"
        for room in (
            "agreements",
            "appraisals",
            "people",
            "positions",
            "corrections",
            "duties",
            "residents/claims",
        )
    ]
    for path in paths:
        answer = client.get(path, headers={"Accept": "application/json"} if "suggest" in path else {})
        assert answer.status_code < 500, path
        if answer.status_code == 200:
            said = told(answer)
            found = [s for s in secrets if s in said and s[:6] not in path]
            assert found == [], f"{who or 'the public'} reads {found} at {path}"


def test_sealed_scores_are_nowhere(house: Any) -> None:
    """周 scored the township 77 in the first line; until both have, nobody else finds the marks, not even the county."""
    from gongzhi.core.journal import JournalEntry
    from gongzhi.lists.appraisals.models import Appraisal

    pair = Appraisal.objects.get(pk=house.ids["appraisal"])
    assert pair.state == "scored_b"
    entry = JournalEntry.objects.filter(verb="appraisals.submit", thing_id=pair.pk).get()
    noted = {k: v for k, v in entry.done.items() if k != "commitment"}  # a hash may hold any digits
    assert "77" not in json.dumps([noted, entry.before, entry.after], ensure_ascii=False, default=str)
    for who in ("lu", "chen", "wang", "zhang", "shen"):
        client = client_of(house, who)
        for path in (
            f"/appraisals/{pair.pk}/",
            f"/api/v1/appraisals/{pair.pk}",
            "/appraisals/export.xlsx",
            f"/appraisals/campaigns/{house.ids['campaign']}/",
            "/insight/",
        ):
            said = told(client.get(path))
            found = [mark for mark in ("77.00", ">77<", '"77') if mark in said]
            assert found == [], f"{who} reads it at {path}"
