"""A county in a database of its own for the tests that look at the whole house: journeys, doors, API, accessibility.

The county is built once per process and copied for each module (PostgreSQL's TEMPLATE), so that a module can commit
what it likes. While a module runs, Django's connection, its evidence folder and its keys are the copy's. The clock
stands at 12 January 2026 and can be moved; server threads see the same clock, for it is a setting.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from django.utils import timezone

from tests import county as made

KEYS = "tests:" + "5a" * 32
_numbers = itertools.count(1)


class Clock:
    """The county's clock for everybody in the process, server threads too."""

    def to(self, moment: datetime | date) -> None:
        """Move to a moment; a bare date means nine in the morning."""
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(9))
        if timezone.is_naive(moment):
            moment = moment.replace(tzinfo=made.SHANGHAI)
        settings.CLOCK_OFFSET = moment - timezone.now()

    def forward(self, **step: float) -> None:
        """Move on by ``timedelta(**step)``."""
        settings.CLOCK_OFFSET += timedelta(**step)


def _admin(statement: str) -> None:
    """Run a statement outside the test database."""
    known = connections["default"].settings_dict
    with psycopg.connect(
        host=known["HOST"], port=known["PORT"] or None, user=known["USER"] or None, password=known["PASSWORD"] or None,
        dbname="postgres", autocommit=True,
    ) as connection:  # fmt: skip
        connection.execute(statement)  # type: ignore[arg-type]


def _copy(source: str, target: str) -> None:
    _admin(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
    _admin(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def _forget() -> None:
    """What a process remembers of the database it was connected to."""
    from gongzhi.core import calendar, dated
    from gongzhi.site import navigation

    dated.remembered.forget()
    calendar.remembered.forget()
    navigation._county_name.cache_clear()
    connections["default"].close()


@contextlib.contextmanager
def _connected(name: str, home: Path) -> Iterator[None]:
    """Work in database ``name`` with home ``home``."""
    known = connections["default"].settings_dict
    before = known["NAME"]
    _forget()
    known["NAME"] = name
    with override_settings(GONGZHI_HOME=home, GONGZHI_KEYS=KEYS, CLOCK_OFFSET=settings.CLOCK_OFFSET):
        try:
            yield
        finally:
            _forget()
            known["NAME"] = before


@pytest.fixture(scope="session")
def template(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The county's database and home, to be copied."""
    home = tmp_path_factory.mktemp("county")
    name = f"{settings.DATABASES['default']['NAME']}_county{os.environ.get('PYTEST_XDIST_WORKER', '')}"
    with django_db_blocker.unblock():
        connections["default"].close()
        _copy("template1", name)
        with _connected(name, home):
            call_command("migrate", verbosity=0)
            made.build(home)
    yield name, home
    with django_db_blocker.unblock():
        _admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextlib.contextmanager
def _copied(source: str, kept: Path, home: Path, blocker: Any) -> Iterator[str]:
    """Work in a copy of database ``source`` with its home ``kept``; gone afterwards."""
    name = f"{source}_{next(_numbers)}"
    shutil.copytree(kept, home, dirs_exist_ok=True)
    with blocker.unblock():
        _copy(source, name)
        try:
            with _connected(name, home):
                yield name
        finally:
            _admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def town(
    template: tuple[str, Path], django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[made.County]:
    """The county on 12 January 2026, in a copy that the module may change and commit."""
    with _copied(*template, tmp_path_factory.mktemp("home"), django_db_blocker):
        Clock().to(made.TODAY)
        yield made.load()


@pytest.fixture(scope="session")
def lived_template(
    template: tuple[str, Path], django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path, dict[str, int]]]:
    """The county after its year, to be copied."""
    from tests import lived as telling

    source, kept = template
    name, home = f"{source}_lived", tmp_path_factory.mktemp("lived")
    shutil.copytree(kept, home, dirs_exist_ok=True)
    with django_db_blocker.unblock():
        _copy(source, name)
        with _connected(name, home):
            told = telling.live()
    yield name, home, told.ids
    with django_db_blocker.unblock():
        _admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def lived(
    lived_template: tuple[str, Path, dict[str, int]],
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Any]:
    """The county on 7 December 2026, with one of everything, in a copy that the module may change and commit."""
    from tests import lived as telling

    source, kept, ids = lived_template
    with _copied(source, kept, tmp_path_factory.mktemp("home"), django_db_blocker):
        Clock().to(telling.DECEMBER)
        yield telling.Lived(made.load(), dict(ids))


@pytest.fixture(scope="module")
def hand(town: made.County) -> Clock:
    """The county's clock."""
    return Clock()


@pytest.fixture(scope="module")
def house(lived: Any) -> Any:
    """The lived county with every id of the table."""
    from gongzhi.lists.duties.models import Objection
    from gongzhi.registers.places.models import Place
    from tests.lived import token

    lived.ids["objection_key"] = Objection.objects.get(pk=lived.ids["objection"]).key
    lived.ids["place_row"] = Place.objects.get(unit=lived.county.place).pk
    for actor in lived.county.actors.values():
        if actor.post_id is not None:  # who has come in and said nothing has no keys
            token(actor)
    return lived


def chromium() -> str:
    """Where Chromium is; without it these tests fail, they are not skipped."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.fail(
            "没有找到 Chromium：journeys and accessibility need it. apt-get install chromium, or set CHROMIUM."
        )
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for the module."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    with sync_playwright() as tools:
        running = tools.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield running
        running.close()
        # Under Playwright's event loop Django keeps a connection of its own, which must not outlive the database.
        connections.close_all()


@pytest.fixture(scope="module")
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server over the module's county: threads of this process, so that the clock is shared."""
    request.getfixturevalue("house" if request.module.__name__.endswith("test_pages") else "town")
    import threading

    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Keep pictures of the open pages when a journey fails."""
    report = yield
    if report.failed and item.get_closest_marker("story"):
        module = item.getparent(pytest.Module)
        module.broken = getattr(module, "broken", "") or item.name  # type: ignore[union-attr]
    people = getattr(item, "funcargs", {}).get("people")
    if people is not None and report.failed:
        folder = Path("var/journeys")
        folder.mkdir(parents=True, exist_ok=True)
        report.sections.append(("pictures", people.pictures(folder, item.name)))
    return report


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "story: the module's tests are one story, told in order")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A story whose earlier part failed is not told on."""
    module = item.getparent(pytest.Module)
    broken = getattr(module, "broken", "")
    if item.get_closest_marker("story") and broken:
        pytest.fail(f"the story broke at {broken}", pytrace=False)
