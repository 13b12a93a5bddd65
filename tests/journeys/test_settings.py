"""Parameters change from a day on; one act from end to end with the keyboard alone; without script, too."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from gongzhi.core import dated
from gongzhi.lists.agreements.models import Agreement
from tests.county import PASSWORD, SHANGHAI, County
from tests.journeys.people import People

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("lists")]


def test_the_county_changes_a_parameter_from_a_day_on(people: People, hand: Any) -> None:
    key = "agreements.notice_days"
    before = dated.value(key)
    wang = people.at("wang").go("/settings/").says("等本县确认")
    wang.go(f"/settings/{key}").answer(value=str(before + 5), since="2026-02-01", source="").submit_plain()
    assert dated.value(key, on=date(2026, 2, 1)) == before  # nothing without its source
    wang.go(f"/settings/{key}").answer(
        value="三十", since="2026-02-01", source="市政府常务会议纪要"
    ).submit_plain()
    assert wang.page.locator(".refusal, .error").count() > 0
    wang.go(f"/settings/{key}").answer(
        value=str(before + 5), since="2026-02-01", source="市政府第 3 次常务会议纪要", document="〔2026〕3 号"
    ).submit_plain()
    wang.says(str(before + 5), "市政府第 3 次常务会议纪要")
    assert (dated.value(key, on=date(2026, 1, 31)), dated.value(key, on=date(2026, 2, 1))) == (
        before,
        before + 5,
    )
    assert "改成新的数值" not in people.at("lu").go(f"/settings/{key}").text()
    assert (
        "改成新的数值" not in people.at("wang").go("/settings/core.idle_minutes").text()
    )  # security has its own keeper


def test_sign_in_and_one_act_by_keyboard_alone(people: People, town: County, hand: Any) -> None:
    hand.to(datetime(2026, 1, 12, 9, tzinfo=SHANGHAI))
    desk = people.at().go("/sign-in")
    page, keys = desk.page, desk.page.keyboard

    def tab_to(what: str) -> None:
        """Press Tab until the focus is on ``what``; it must come within sixty steps and be visible."""
        for _ in range(60):
            keys.press("Tab")
            if page.evaluate("w => document.activeElement.matches(w)", what):
                ring = page.evaluate(
                    "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' || s.boxShadow !== 'none' })()"
                )
                assert ring, f"the focus on {what} cannot be seen"
                return
        raise AssertionError(f"Tab never reaches {what}")

    keys.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"  # the first stop skips the navigation
    tab_to("#login")
    keys.type("zhou")
    tab_to("#password")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url("**/")
    keys.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.goto(people.address + "/agreements/new/draft")
    tab_to('[name="year"]')
    keys.type("2026")
    tab_to("main .verb-end button.main")
    with page.expect_navigation():
        keys.press("Enter")
    assert Agreement.objects.filter(party_b=town.place, year=2026, drafted_by="b").count() == 1


def test_an_act_works_without_script(people: People, town: County) -> None:
    desk = people.at("wu", scripts=False)
    desk.go("/agreements/new/draft").answer(year=2026).submit()
    agreement = Agreement.objects.get(party_b=town.committees[1], year=2026)
    desk.do(f"/agreements/{agreement.pk}/propose", note="村里先提一稿。")
    assert Agreement.objects.get(pk=agreement.pk).state == "with_a"


def test_no_page_moves_under_the_pointer(people: People) -> None:
    """A press is lost while the page slides: nothing scrolls but by hand, and a jump is a jump."""
    page = people.at("lu").go("/agreements/new/draft_all").page
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_a_choice_stands_though_the_search_goes_on(people: People, town: County) -> None:
    """Chosen from an early list of suggestions: the later, slower answer does not take the choice away."""
    page = people.at("root").go("/accounts/new/open").page
    box = page.locator("main [data-combo]").first
    box.locator("[role=combobox]").press_sequentially(town.place.short[:2])
    box.locator("[role=option]").first.wait_for()
    chosen = box.evaluate(
        """async (combo) => {
          combo.querySelector("[role=combobox]").dispatchEvent(new Event("input"));   // one more letter, just typed
          combo.querySelector("[role=option]").dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
          const at = () => combo.querySelector("input[type=hidden]").value;
          const now = at();
          await new Promise((done) => setTimeout(done, 1500));
          return [now, at()];
        }"""
    )
    assert chosen[0] == chosen[1] != ""


def test_a_form_goes_out_once_and_again_when_the_page_comes_back(people: People) -> None:
    page = people.at("guard").go("/accounts/").page
    page.goto(people.address + f"/accounts/{people.county.actors['gu'].account_id}/unlock")
    sent = page.evaluate(
        """() => {
          const form = document.querySelector("form[data-once]");
          let out = 0;
          form.addEventListener("submit", (event) => { if (!event.defaultPrevented) out++; event.preventDefault(); });
          const press = () => form.requestSubmit();
          form.querySelector("textarea").value = "本人到场";
          press(); press();
          const once = out;
          dispatchEvent(new PageTransitionEvent("pageshow", { persisted: false }));   // the page has finished loading
          press();
          const still = out;
          dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));    // back by the browser's button
          press();
          return [once, still, out];
        }"""
    )
    assert sent == [1, 1, 2]
