"""The demonstration: only into an empty database, redone when it was not finished, never over a real county."""

from __future__ import annotations

import psycopg
import pytest

from gongzhi.running import county
from gongzhi.running.trouble import FOUND, Trouble


def quiet(*words: object) -> None:
    """No progress shown."""


@pytest.fixture
def builder(monkeypatch, access):
    """Stands for ``demo.build.main``: writes one unit, then does what ``then`` says."""

    def install(then=lambda: None):
        def main(progress):
            with psycopg.connect(access.app) as connection:
                connection.execute("INSERT INTO core_unit (name) VALUES ('演示市')")
            progress("区划", 1, 1)
            then()
            return {"units": 1}

        monkeypatch.setattr(county, "from_checkout", lambda module, name: main)

    return install


def test_it_is_built_and_the_mark_is_gone(home, access, builder):
    builder()
    told = []
    assert county.build(home, access, lambda *words: told.append(words)) == {"units": 1}
    assert told == [("区划", 1, 1)]
    assert not home.demo_mark.exists()


def test_not_over_anything(home, access, builder):
    builder()
    county.build(home, access, quiet)
    with pytest.raises(Trouble, match="already holds a county") as refused:
        county.build(home, access, quiet)
    assert refused.value.code == FOUND


def test_half_a_county_is_marked_and_can_be_wiped(home, access, builder):
    def break_off():
        raise KeyboardInterrupt

    builder(break_off)
    with pytest.raises(KeyboardInterrupt):
        county.build(home, access, quiet)
    assert home.demo_mark.exists()
    (home.root / "checkpoints").mkdir()
    home.accounts_file.write_text("[]")
    county.wipe(home, access)
    assert not home.demo_mark.exists()
    assert not home.accounts_file.exists()
    assert not (home.root / "checkpoints").exists()
    with psycopg.connect(access.owner) as connection:
        assert connection.execute("SELECT to_regclass('core_unit')").fetchone() == (None,)


def test_a_real_county_is_never_wiped(home, access):
    with psycopg.connect(access.app) as connection:
        connection.execute("INSERT INTO core_account (login, demo) VALUES ('sysadmin', false)")
    with pytest.raises(Trouble, match="not ours to delete"):
        county.wipe(home, access)
    with psycopg.connect(access.app) as connection:
        assert connection.execute("SELECT login FROM core_account").fetchall() == [("sysadmin",)]
