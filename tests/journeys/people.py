"""Somebody at a browser: goes to pages, answers questions by their names, presses buttons by their labels."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from PIL import Image

from gongzhi.core import clock, roles
from gongzhi.registers.residents import queries as residents
from gongzhi.site.sessions import AGREED_KEY, POST_KEY, RESIDENT_KEY, SEEN_KEY
from tests.county import County

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 60_000  # of milliseconds: a busy machine answers late, and that alone is no failure
OWN_BUTTON = (
    "main .verb-end button:not([data-close]), main .score-form button.main"  # what a verb's page is for
)


def picture(shade: int = 120) -> dict[str, Any]:
    """A photo as the phone's camera hands it over."""
    out = BytesIO()
    Image.new("RGB", (240, 160), (shade, 110, 60)).save(out, "JPEG")
    return {"name": f"现场{shade}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


class Desk:
    """One page, open in one person's browser."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.address = address
        self.faults: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("response", self._look)

    def _look(self, response: Any) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")

    def go(self, path: str) -> Desk:
        """Open an address of the house."""
        answer = self.page.goto(self.address + path, wait_until="domcontentloaded")
        assert answer is None or answer.status < 500, f"{path} answers {answer.status}"
        return self

    @property
    def path(self) -> str:
        """Where the page is, without the host."""
        return str(self.page.url).removeprefix(self.address)

    @property
    def title(self) -> str:
        """The page's one heading."""
        return str(self.page.locator("h1").inner_text())

    def text(self, selector: str = "main") -> str:
        """What can be read."""
        return str(self.page.locator(selector).first.inner_text())

    def says(self, *words: str, within: str = "main") -> Desk:
        """The page shows each of these."""
        shown = self.text(within)
        for word in words:
            assert word in shown, f"{self.path} does not say “{word}” but:\n{shown[:3000]}"
        return self

    def hides(self, *words: str) -> Desk:
        """The page's source holds none of these."""
        source = self.page.content()
        for word in words:
            assert word not in source, f"{self.path} tells “{word}”"
        return self

    def answer(self, **answers: Any) -> Desk:
        """Fill in questions by name: text, choices, ticks, lists of files. ``None`` leaves one alone."""
        for name, value in answers.items():
            if value is not None:
                self._one(name.replace("__", "-"), value)
        return self

    def _row(self, name: str) -> Any:
        """The field of a list of rows ("rows-2-score"); rows that are not there yet are added by their button."""
        prefix, number, key = name.split("-", 2)
        box = self.page.locator("main [data-rows]").filter(has=self.page.locator(f'[name^="{prefix}-"]'))
        if not box.count():
            at = self.page.evaluate(
                "p => [...document.querySelectorAll('main [data-rows]')].findIndex("
                "b => b.querySelector('template')?.innerHTML.includes(`name=\"${p}-`))",
                prefix,
            )
            box = self.page.locator("main [data-rows]").nth(at)
        for _ in range(int(number) + 1 - box.locator("tbody tr").count()):
            box.locator("[data-row-add]").click()
        return box.locator("tbody tr").nth(int(number)).locator(f'[name$="-{key}"]')

    def _one(self, name: str, value: Any) -> None:
        found = self.page.locator(f'main [name="{name}"]')
        if not found.count() and name.count("-") == 2:
            found = self._row(name)
        kind = found.first.get_attribute("type") or found.first.evaluate("e => e.tagName.toLowerCase()")
        if kind == "radio":
            self.page.locator(f'main [name="{name}"][value="{value}"]').check()
        elif kind == "checkbox":
            found.set_checked(bool(value))
        elif kind == "file":
            found.last.set_input_files(value)
        elif kind == "select":
            found.select_option(str(value))
        elif kind == "hidden" and found.locator("xpath=..").get_attribute("data-combo"):
            box = found.locator("xpath=..")
            box.locator("[role=combobox]").press_sequentially(str(value))
            box.locator("[role=option]").first.dispatch_event("mousedown")
        elif kind == "hidden":
            found.evaluate("(e, v) => { e.value = v }", str(value))
        else:
            found.first.fill(str(value))

    def press(self, label: str, *, exact: bool = True) -> Desk:
        """Press a button or follow a link by its words, and wait for what comes."""
        scope = self.page.locator("main, .sticky-verb, dialog")
        button = scope.get_by_role("button", name=label, exact=exact)
        link = scope.get_by_role("link", name=label, exact=exact)
        target = button if button.count() else link
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            target.first.click()
        return self

    def submit(self) -> Desk:
        """Tick the confirmation where there is one and press the verb's own button."""
        tick = self.page.locator('main [name="confirmed"]')
        if tick.count():
            tick.check()
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.locator(OWN_BUTTON).last.click()
        return self

    def submit_plain(self) -> Desk:
        """Press the page's main button even where the browser itself would object to an empty answer."""
        self.page.evaluate("document.querySelectorAll('main form').forEach(f => { f.noValidate = true })")
        return self.submit()

    def do(self, path: str, **answers: Any) -> Desk:
        """A whole verb at its page: open, answer, confirm, done. Fails with the page's reasons if it is refused."""
        self.go(path).answer(**answers).submit()
        refused = self.page.locator(".refusal, .field.bad .error")
        why = " / ".join(refused.all_inner_texts())
        assert not why, f"{path}: {why}"
        assert self.path != path, f"{path}: {self.text()[:2000]}"
        return self

    def refused(self, path: str, *words: str, **answers: Any) -> Desk:
        """The same verb is refused, in these words."""
        self.go(path)
        if self.page.locator(OWN_BUTTON).count():
            self.answer(**answers).submit_plain()
        shown = self.page.locator(".refusal").first
        assert shown.count(), f"{path} was not refused: {self.text()[:1500]}"
        said = shown.inner_text()
        for word in words:
            assert word in said, f"{path} refuses, but says: {said}"
        return self

    def download(self, path: str) -> bytes:
        """The bytes behind an address, asked for with this person's cookies."""
        answer = self.page.request.get(self.address + path)
        assert answer.status == 200, f"{path} answers {answer.status}"
        return bytes(answer.body())

    def link(self, label: str) -> str:
        """Where the first link with these words leads."""
        return str(
            self.page.get_by_role("link", name=re.compile(re.escape(label))).first.get_attribute("href")
        )

    def open_link(self, label: str) -> Desk:
        """Follow it."""
        return self.go(self.link(label).removeprefix(self.address))

    def fits(self) -> Desk:
        """Nothing sticks out at the right."""
        wide, screen = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= screen, f"{self.path} is {wide} px wide on a screen of {screen}"
        return self


class People:
    """Everybody's browsers of one test."""

    def __init__(self, county: County, address: str, browser: Any) -> None:
        self.county, self.address, self.browser = county, address, browser
        self.desks: list[Desk] = []

    def at(self, who: str = "", *, phone: bool = False, scripts: bool = True) -> Desk:
        """A browser signed in as ``who`` (nobody when empty). How one signs in has its own journey."""
        context = self.browser.new_context(
            viewport=PHONE if phone else WIDE, is_mobile=phone, has_touch=phone, locale="zh-CN",
            timezone_id="Asia/Shanghai", java_script_enabled=scripts, accept_downloads=True,
        )  # fmt: skip
        if who:
            context.add_cookies([{"name": "sessionid", "value": self.session(who), "url": self.address}])
        desk = Desk(context.new_page(), self.address)
        self.desks.append(desk)
        return desk

    def session(self, who: str) -> str:
        """The key of a fresh session."""
        session = SessionStore()
        actor = self.county.actors[who]
        if actor.role == roles.RESIDENT:
            session[RESIDENT_KEY] = actor.account_id
            session[AGREED_KEY] = residents.version("service").isoformat()
        else:
            session[POST_KEY] = actor.post_id
        session[SEEN_KEY] = int(clock.now().timestamp())
        session.create()
        return str(session.session_key)

    def leave(self) -> None:
        """Close every browser; what broke inside a page, or on the server, breaks the test."""
        faults = [fault for desk in self.desks for fault in desk.faults]
        for desk in self.desks:
            desk.page.context.close()
        self.desks.clear()
        assert faults == []

    def pictures(self, folder: Path, name: str) -> str:
        """Save what every open page shows; returns where."""
        kept = []
        for n, desk in enumerate(self.desks):
            path = folder / f"{re.sub(r'[^a-z0-9_]+', '-', name.lower())}-{n}.png"
            try:
                desk.page.screenshot(path=str(path), full_page=True)
                kept.append(f"{path}  {desk.path}")
            except Exception as error:  # a page that is closed already
                kept.append(f"{path}: {error}")
        return "\n".join(kept)
