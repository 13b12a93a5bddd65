"""The faces: filters, reading language and size, the macros, and the style guide under axe in a real browser."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import threading
from collections.abc import Iterator
from datetime import date, datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from gongzhi.core import clock
from gongzhi.site import filters, jinja, kit, middleware

SITE = Path(jinja.__file__).parent
AXE = SITE / "front/node_modules/axe-core/axe.min.js"


def env() -> Any:
    return engines["jinja"].env


def said(source: str, **context: Any) -> str:
    return str(env().from_string('{% import "site/ui.html" as ui %}' + source).render(**context))


# ---- filters ----


def test_days_are_said_as_people_say_them() -> None:
    with clock.at(datetime(2026, 3, 11, 9)):
        assert filters.day(date(2026, 3, 16)) == "3 月 16 日（周一）"
        assert filters.short_day(date(2025, 12, 1)) == "2025 年 12 月 1 日"
        with translation.override("en"):
            assert filters.day(date(2026, 3, 16)) == "16 Mar (Mon)"
    assert filters.day(None) == "" == filters.ymd(None)


def test_numbers_money_and_masks() -> None:
    assert filters.yuan(8400000) == "84,000.00"
    assert filters.capitals(8400000) == "捌万肆仟元整"
    assert filters.pct(18 / 28) == "64.29%"
    assert filters.signed(-6.2) == "−6.20"
    assert filters.record(317905) == "317 905"
    assert filters.mask_name("陈建国") == "陈*"
    assert filters.mask_phone("13812345678") == "138****5678"


def test_query_keeps_the_other_filters() -> None:
    request = RequestFactory().get("/x/?state=signed&after=abc")
    assert jinja.query(request, after=None) == "?state=signed"
    assert jinja.query(request, after="d", sort="") == "?state=signed&after=d"


# ---- language and size ----


def test_traditional_turns_what_is_read_and_nothing_that_is_sent() -> None:
    page = (
        '<p title="协议">协议书</p><textarea>协议</textarea><input value="协议" placeholder="找协议">'
        '<script>var a = "协议"</script><a href="/找协议">发展</a>'
    )
    turned = middleware.traditional(page)
    assert '<p title="協議">協議書</p>' in turned
    assert "<textarea>协议</textarea>" in turned
    assert 'value="协议" placeholder="找協議"' in turned
    assert '"协议"</script><a href="/找协议">發展</a>' in turned
    assert (
        middleware.traditional("<p>残疾人参加社会保险，村里群众核定后面向大家</p>")
        == "<p>殘疾人參加社會保險，村裡群眾核定後面向大家</p>"
    )
    assert middleware.simplified("協議書") == "协议书"


def reading(path: str, **cookies: str) -> tuple[HttpRequest, Any]:
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    return request, middleware.Reading(lambda r: HttpResponse(f"<p>{translation.get_language()} 协议</p>"))(
        request
    )


def test_the_reader_chooses_language_and_size_by_cookie() -> None:
    _, answer = reading("/lists?lang=zh-hant&type=large&state=signed")
    assert answer.status_code == 302
    assert answer["Location"] == "/lists?state=signed"
    assert answer.cookies["lang"].value == "zh-hant"
    request, answer = reading("/lists", lang="zh-hant", type="large")
    assert answer.content.decode() == "<p>zh-hans 協議</p>"
    assert request.large
    _, answer = reading("/lists", lang="en")
    assert answer.content.decode() == "<p>en 协议</p>"
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["Content-Security-Policy"].startswith("default-src 'self'")
    _, answer = reading("/lists?lang=xx", lang="xx")
    assert answer.content.decode() == "<p>zh-hans 协议</p>"


# ---- macros ----


def test_a_locked_verb_stays_with_its_reason_and_article() -> None:
    page = said("{{ ui.offers(offers) }}", offers=kit.offers())
    assert 'aria-disabled="true"' in page
    assert "村民委员会组织法第二十四条" in page
    assert page.index("送出第 2 轮回应") < page.index("签署")


def test_what_people_typed_is_escaped() -> None:
    run = {"text": "<script>alert(1)</script>", "mark": "ins", "side": "b"}
    for page in (
        said("{{ ui.redline(runs) }}", runs=[run]),
        said("{{ ui.tag(x) }}{{ ui.page_title(x) }}{{ ui.input('a', x, x, help=x) }}", x="<script>"),
        said(
            "{{ ui.tile_map([{'name': x, 'x': 0, 'y': 1, 'w': 1, 'tiles': [{'label': x, 'step': 1, 'title': x}]}]) }}",
            x='"><script>',
        ),
        said(
            "{% call ui.chart({'kind': 'bar', 'title': x, 'names': [x], 'series': []}) %}{% endcall %}",
            x="'\"><script>",
        ),
    ):
        assert "<script" not in page


def test_a_replacement_reads_as_one_change_of_one_side() -> None:
    page = said("{{ ui.redline(runs) }}", runs=kit.data()["clauses"][0])
    assert re.findall(r"who-tag[^>]*>(.*?)<", page) == ["乙增", "乙改", "乙改"]


def test_every_icon_used_is_in_the_sprite() -> None:
    known = set(json.loads((SITE / "front/icons.json").read_text()))
    used = set()
    for path in SITE.parent.rglob("templates/**/*.html"):
        used |= set(re.findall(r"icon\(\"([a-z0-9-]+)\"", path.read_text()))
    assert used
    assert used <= known, used - known


def test_every_macro_is_in_the_reference() -> None:
    reference = (SITE.parents[2] / "docs/faces.md").read_text()
    macros = [name for name in dir(env().get_template("site/ui.html").module) if not name.startswith("_")]
    assert len(macros) > 40
    assert [m for m in macros if f"`{m}" not in reference and f" {m}(" not in reference] == []


# ---- the style guide in a browser ----


def guide(part: str, *, large: bool = False, language: str = "zh-Hans") -> str:
    request = HttpRequest()
    request.path, request.GET = f"/_kit/{part}", QueryDict("")
    request.large, request.reading = large, language  # type: ignore[attr-defined]
    with clock.at(datetime(2026, 3, 11, 9)):
        return str(
            env()
            .get_template("site/kit.html")
            .render(**kit.context(part), request=request, csrf_input="", csrf_token="x")
        )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    assert jinja.MANIFEST.exists(), (
        "the front end is not built: npm ci && npm run build in src/gongzhi/site/front"
    )
    folder = tmp_path_factory.mktemp("guide")
    (folder / "static").symlink_to(SITE / "static")
    for part in kit.PAGES:
        (folder / f"{part}.html").write_text(guide(part))
        (folder / f"{part}-large.html").write_text(guide(part, large=True))

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        found = os.environ.get("CHROMIUM") or shutil.which("chromium")
        running = tools.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.mark.parametrize(("width", "suffix"), [(1440, ""), (390, ""), (390, "-large")])
def test_no_part_breaks_wcag_or_the_screen(address: str, browser: Any, width: int, suffix: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, is_mobile=width < 700)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    for part in kit.PAGES:
        page.goto(f"{address}/{part}{suffix}.html")
        page.wait_for_load_state("networkidle")
        page.evaluate(AXE.read_text())
        found = page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        faults += [f"{part}: {v['id']} {v['nodes'][0]['html'][:120]}" for v in found["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            faults.append(f"{part}: {wide} px wide on {width}")
    context.close()
    assert faults == []


def test_targets_are_large_enough_for_thumbs(address: str, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True)
    page = context.new_page()
    for suffix, least in (("", 44), ("-large", 60)):
        for part in ("workbench", "agreement", "forms"):
            page.goto(f"{address}/{part}{suffix}.html")
            small = page.evaluate(
                """least => [...document.querySelectorAll('a.btn, button, a.chip, .tabs-bar a, select, summary.btn, .tile')]
                .filter(e => e.offsetParent && !e.closest('[hidden]'))
                .map(e => [e.textContent.trim(), e.getBoundingClientRect()])
                .filter(([, r]) => r.height && r.height < least - 0.5)
                .map(([t, r]) => t + ' ' + r.height)""",
                least,
            )
            assert small == [], f"{part}{suffix}"
    context.close()


def test_totals_follow_the_typing_exactly(address: str, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/forms.html")
    total = page.locator('[data-total="amount"]')
    assert total.locator(".value").inner_text() == "144,000.00"
    page.locator("[data-row-add]").click()
    page.locator('[name="instalments-5-amount"], [name="instalments-2-amount"]').first.fill("３５,999.90")
    assert total.get_attribute("data-ok") == "no"
    assert total.locator(".off").inner_text() == "少 0.10"
    page.locator('[name="instalments-5-amount"], [name="instalments-2-amount"]').first.fill("36000")
    assert total.get_attribute("data-ok") == "yes"
    assert total.locator(".value").inner_text() == "180,000.00"
    page.locator("tr:has([name='instalments-0-amount']) [data-row-remove]").click()
    assert total.locator(".off").inner_text() == "少 72,000.00"
    context.close()


def test_slash_goes_to_the_search_box(address: str, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/workbench.html")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    context.close()


def test_charts_are_drawn_and_their_tables_stay(address: str, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/county.html")
    page.locator("[data-chart] svg").first.wait_for()
    assert page.locator("[data-chart] svg").count() == 2
    assert page.locator(".chart-box table").count() == 2
    context.close()
