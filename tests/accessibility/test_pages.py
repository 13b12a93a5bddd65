"""Every page of the house, wide, on a phone and in large type: WCAG 2.1 AA by axe-core, no sideways scrolling,
one heading, no stray English, no holes in sentences."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import gongzhi.site
from gongzhi.core import action
from tests.doors.table import KINDS, NEIGHBOURS, PEOPLE, of_residents
from tests.doors.test_doors import reaches, rows
from tests.journeys.people import PHONE, WIDE, People

AXE = Path(gongzhi.site.__file__).parent / "front/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
NOT_PAGES = (
    ".xlsx", ".docx", ".pdf", ".json", ".js", ".png", ".webmanifest", ".template", ".export",
    ".returned", ".progress", ".commit", ".undo", ".drop", ".file", ".paper",
)  # fmt: skip
BESIDES = {
    "evidence",
    "evidence.thumb",
    "healthz",
    "suggest",
    "pick",
    "sign-out",
    "record.proof",
    "code",
    "_kit",
    "_kit.part",
    "resident.token",
    "resident.alike",
}
STAFF = (
    *PEOPLE,
    "chen",
    "he",
    "gu",
    "jian",
    "fang",
    "min",
    "ren",
    "zhang",
    "guard",
    "root",
    "eye",
    "shen",
    "tao",
    "qian",
    *NEIGHBOURS,
)
ENGLISH = re.compile(r"[A-Za-z]{2,}")
KNOWN = {
    "API", "Excel", "docx", "PDF", "pdf", "xlsx", "JSON", "TOTP", "English", "GB", "ID", "QR", "SHA", "IP", "MB", "Word", "CSV", "csv",
    "gongzhi", "gz", "WPS", "china", "division", "http", "https", "localhost", "OpenAPI", "Idempotency", "Key",
    "zhc", "full",  # an example of initials; the own word of a parameter
}  # fmt: skip
HOLES = re.compile(r"\bNone\b|\b[Uu]ndefined\b|\bNaN\b|%\([a-z_]+\)|\{[a-z_]+\}|&lt;|&amp;")
WORDS = """() => {
  const leave = '[lang=en],code,.print,script,noscript,style,template,.only-read,kbd,time,svg,[data-code]', said = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(leave)) said.push(walk.currentNode.textContent.trim());
  for (const e of document.querySelectorAll('[aria-label],[title],[placeholder]'))
    for (const name of ['aria-label', 'title', 'placeholder']) if (e.hasAttribute(name)) said.push(e.getAttribute(name));
  return said.filter(Boolean).join(' ');
}"""


def pages_of(house: Any) -> list[tuple[str, str]]:
    """(who, address) of every page somebody can open; the busiest ones once for each kind of post."""
    found = [(who, path) for who in STAFF for path in ("/",)]
    for name, (path, letters) in rows().items():
        if name.endswith(NOT_PAGES) or name in BESIDES or path.split("?")[0].endswith(NOT_PAGES):
            continue
        who = next((w for w, sign in zip(PEOPLE, letters, strict=True) if sign == "o"), None)
        if letters.endswith("o"):
            who = ""  # what everybody may read is looked at as everybody sees it
        if who is not None:
            found.append((who, path.format(**house.ids)))
        if "o" in of_residents(name, letters) and (who is None or "s" in letters):
            found.append((NEIGHBOURS[0], path.format(**house.ids)))  # as the resident reads it
    found += [
        ("shen", "/records/"),
        ("root", "/accounts/"),
        ("guard", f"/accounts/{house.ids['account']}/"),
        ("", "/nothing-here"),
    ]
    found += [("wang", "/settings/agreements.notice_days"), ("gu", "/search?q=没有这样的词")]
    for key in ("talking", "refused", "signing", "late", "next_door"):
        found.append(("wang", f"/agreements/{house.ids[key]}/"))
    found += [("wu", f"/agreements/{house.ids['talking']}/?show={show}") for show in ("all", "clean")]
    found += [
        ("lu", f"/agreements/{house.ids['late']}/year"),
        ("sun", f"/appraisals/{house.ids['opened_appraisal']}/"),
    ]
    found += [
        ("lu", f"/appraisals/{house.ids['appraisal']}/submit"),
        ("zhou", f"/duties/consultations/{house.ids['consultation']}/dissent"),
    ]
    return list(dict.fromkeys([*found, *verb_pages(house)]))


def verb_pages(house: Any) -> list[tuple[str, str]]:
    """The page of every verb, as somebody who holds it."""
    found = []
    for name, verb in action.registry.items():
        who = next((w for w in STAFF if w and reaches(house, verb, w)), None)
        if who is None or name in ("settings.change", "settings.secure"):
            continue
        if verb.on is None:
            found.append((who, f"/{verb.room}/new/{verb.word}"))
        else:
            thing = verb.model.objects.get(pk=house.ids[KINDS[verb.model.kind()].sample])
            found.append((who, f"{thing.get_absolute_url()}{verb.word}"))
    return found


def look(desk: Any, path: str, logins: set[str], *, wide: bool) -> list[str]:
    """Everything that is wrong with one page; ``wide`` has axe look at the wide layout too."""
    page = desk.page
    answer = page.goto(desk.address + path, wait_until="load")
    if answer is None or answer.status >= 500 or "html" not in answer.headers.get("content-type", ""):
        return [f"answers {answer and answer.status} {answer and answer.headers.get('content-type')}"]
    faults = []
    heads = page.locator("h1").count()
    if heads != 1:
        faults.append(f"{heads} headings of the first rank")
    said = page.evaluate(WORDS)
    strange = {
        w for w in ENGLISH.findall(re.sub(r"\S*[@_./〔〕\d]\S*", " ", said)) if w not in KNOWN | logins
    }
    if strange:
        faults.append(f"English words: {sorted(strange)[:8]}")
    if hole := HOLES.search(said):
        faults.append(f"a hole in a sentence: …{said[max(0, hole.start() - 30) : hole.end() + 20]!r}")
    page.evaluate(AXE.read_text())  # not as a script: the pages allow none but their own
    if wide:
        faults += axe(page, "wide")
    page.set_viewport_size(PHONE)
    faults += sideways(page, "phone")
    page.evaluate("document.documentElement.classList.add('large')")
    faults += sideways(page, "large type on a phone")
    faults += axe(page, "large type on a phone")
    page.set_viewport_size(WIDE)
    return faults


def sideways(page: Any, where: str) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"{where}: {wide} px wide on {PHONE['width']}"] if wide > PHONE["width"] else []


def axe(page: Any, where: str) -> list[str]:
    """Violations, each with its first element."""
    found = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS)
    return [
        f"{where}: {v['id']} ×{len(v['nodes'])} {v['nodes'][0]['html'][:160]}" for v in found["violations"]
    ]


PARTS = (
    "/deliberations",
    "/agreements",
    "/appraisals",
    "/duties",
    "/conversations",
    "/opinions",
    "/ballots",
    "/people",
    "/positions",
    "/places",
    "/organisations",
    "/residents",
    "/resident",
    "/insight",
    "",
)


@pytest.mark.parametrize(
    "part", [pytest.param(p, marks=pytest.mark.xdist_group(f"accessibility {p}")) for p in PARTS]
)
def test_every_page(part: str, house: Any, address: str, browser: Any) -> None:
    people = People(house.county, address, browser)
    logins = set(house.county.actors)
    desks: dict[str, Any] = {}
    faults: dict[str, list[str]] = {}
    verbs = set(verb_pages(house))
    mine = [
        (w, p)
        for w, p in pages_of(house)
        if (p.startswith(part + "/") if part else not p.startswith(PARTS[:-1]))
    ]
    try:
        for who, path in mine:
            desk = desks.get(who) or desks.setdefault(who, people.at(who))
            if wrong := look(desk, path, logins, wide=(who, path) not in verbs):
                faults[f"{who or 'the public'} {path}"] = wrong
    finally:
        people.leave()
    assert mine
    report = "\n".join(f"{where}\n    " + "\n    ".join(wrong) for where, wrong in faults.items())
    assert not faults, f"{len(faults)} of {len(mine)} pages:\n{report}"
