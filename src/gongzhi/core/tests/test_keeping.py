"""Pages kept for readers without a session: made anew after every act, never given to anybody signed in."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory

from gongzhi.core import access, journal, keeping
from gongzhi.core.access import Actor
from gongzhi.core.keeping import kept_for_the_public
from gongzhi.core.refusal import NotFound


class Page:
    """A view that says how often it was made."""

    def __init__(self, **answer: Any) -> None:
        self.made, self.answer, self.token = 0, answer, False

    def __call__(self, request: Any) -> HttpResponse:
        self.made += 1
        if self.token:
            get_token(request)
        return HttpResponse(f"{self.made}", **self.answer)


def ask(
    page: Page, path: str = "/matters/1/", actor: Actor = access.PUBLIC, method: str = "get", **sent: Any
) -> str:
    request: Any = getattr(RequestFactory(), method)(path)
    request.actor = actor
    request.COOKIES |= sent
    answer: Any = kept_for_the_public(page)(request)  # type: ignore[arg-type]
    return str(answer.content.decode())


def test_made_once_until_something_happens(db: None) -> None:
    page = Page()
    assert [ask(page), ask(page)] == ["1", "1"]
    journal.write(access.SYSTEM, "test.act", thing_type="test.thing", thing_id=1)
    assert [ask(page), ask(page)] == ["2", "2"]


def test_one_query_when_kept(db: None, django_assert_num_queries: Any) -> None:
    page = Page()
    ask(page)
    with django_assert_num_queries(1):
        ask(page)


def test_every_reading_is_a_page_of_its_own(db: None) -> None:
    page = Page()
    said = [
        ask(page),
        ask(page, "/matters/2/"),
        ask(page, "/matters/1/?after=3"),
        ask(page, lang="en"),
        ask(page, type="large"),
    ]
    assert said == ["1", "2", "3", "4", "5"]
    assert ask(page, lang="en") == "4"


def test_nobody_signed_in_is_given_one(db: None) -> None:
    page = Page()
    somebody = Actor(role="resident", account_id=7)
    assert [ask(page), ask(page, actor=somebody), ask(page, actor=somebody), ask(page)] == [
        "1",
        "2",
        "3",
        "1",
    ]


def test_what_changes_without_an_act_shows_soon(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    page, now = Page(), [100.0]
    monkeypatch.setattr(keeping.time, "monotonic", lambda: now[0])
    assert ask(page) == "1"
    now[0] += keeping.SECONDS - 0.1
    assert ask(page) == "1"
    now[0] += 0.2
    assert ask(page) == "2"


@pytest.mark.parametrize(("status", "token"), [(422, False), (200, True)])
def test_only_whole_pages_without_a_form_of_the_readers_own(db: None, status: int, token: bool) -> None:
    page = Page(status=status)
    page.token = token
    assert [ask(page), ask(page)] == ["1", "2"]


def test_other_methods_and_failures_pass(db: None) -> None:
    page = Page()
    assert [ask(page, method="head"), ask(page, method="post"), ask(page)] == ["1", "2", "3"]

    def nothing(request: Any) -> HttpResponse:
        raise NotFound("test")

    request: Any = RequestFactory().get("/matters/3/")
    request.actor = access.PUBLIC
    with pytest.raises(NotFound):
        kept_for_the_public(nothing)(request)


def test_so_many_are_kept(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "PAGES", 2)
    monkeypatch.setattr(keeping, "BYTES", 3)
    page = Page()
    assert [ask(page, f"/{n}/") for n in (1, 2, 3)] == ["1", "2", "3"]
    assert [ask(page, "/3/"), ask(page, "/1/")] == ["3", "4"]
    page.made = 9_999
    assert [ask(page, "/large/"), ask(page, "/large/")] == ["10000", "10001"]
