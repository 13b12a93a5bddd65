"""Our own launcher: a real server, started, killed, started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from gongzhi.running.database import check, refuse_old
from gongzhi.running.home import Home
from gongzhi.running.ordinary import Ordinary, choose, reaches
from gongzhi.running.postgres import APP, OWNER, SUPERUSER, throwaway
from gongzhi.running.trouble import DATABASE, Trouble

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def test_server_is_not_root_and_answers_with_a_password_only(server):
    with psycopg.connect(server.url(APP)) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (APP,)
    owner = os.stat(f"/proc/{server.child.pid}").st_uid
    assert owner != 0
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(f"postgresql://{APP}@127.0.0.1:{server.port}/gongzhi")


def test_chinese_is_text_to_it(server):
    with psycopg.connect(server.url(APP)) as connection:
        row = connection.execute("SELECT '中荷村' ~ '^[[:alpha:]]+$', upper('é'), pg_encoding_to_char(encoding) "
                                 "FROM pg_database WHERE datname = 'gongzhi'").fetchone()  # fmt: skip
    assert row == (True, "É", "UTF8")


def test_no_role_in_use_is_superuser(server):
    with psycopg.connect(server.url(SUPERUSER, "postgres")) as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls "
            "FROM pg_roles WHERE rolname IN (%s, %s)", [OWNER, APP]
        ).fetchall()  # fmt: skip
    assert sorted(rows) == [(APP, False), (OWNER, False)]


def test_kill_9_loses_no_committed_row():
    with throwaway(durable=True) as server:
        server.ensure_roles()
        with psycopg.connect(server.url(OWNER), autocommit=True) as connection:
            connection.execute("CREATE TABLE act (id int)")
            for number in range(200):
                connection.execute("INSERT INTO act VALUES (%s)", [number])
            port = server.port
            os.kill(server.child.pid, signal.SIGKILL)
            server.child.wait()
        began = time.monotonic()
        server.start()
        assert time.monotonic() - began < 20
        assert server.port == port
        with psycopg.connect(server.url(OWNER)) as connection:
            assert connection.execute("SELECT count(*) FROM act").fetchone() == (200,)


def test_a_folder_left_half_made_is_started_over():
    with throwaway() as server:
        server.stop()
        (server.base / "initialising").touch()
        (server.data / "global" / "pg_control").unlink()
        server.start()
        assert not (server.base / "initialising").exists()
        assert not (server.base / "first-password").exists()
        psycopg.connect(server.url(SUPERUSER, "postgres")).close()


def test_it_dies_with_its_parent(tmp_path):
    """A supervisor that is killed with -9 leaves no database behind."""
    script = (
        "import os, sys; from gongzhi.running.postgres import throwaway\n"
        "with throwaway() as server:\n"
        "    print(server.child.pid, server.base, flush=True); sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    _, base = parent.stdout.readline().split()
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 15
    while os.path.exists(f"{base}/data/postmaster.pid") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not os.path.exists(f"{base}/data/postmaster.pid")
    subprocess.run(["rm", "-rf", base], check=True)


def test_older_than_15_is_refused(server):
    assert check(server.url(APP)) >= 15
    refuse_old(15)
    with pytest.raises(Trouble, match="PostgreSQL 14") as refused:
        refuse_old(14)
    assert refused.value.code == DATABASE


def test_unreachable_is_said_plainly():
    with pytest.raises(Trouble, match="cannot be reached") as refused:
        check("postgresql://nobody@127.0.0.1:1/none")
    assert refused.value.code == DATABASE


def test_secrets_are_random_private_and_stable(tmp_path):
    one, other = Home(tmp_path / "a").make(), Home(tmp_path / "b").make()
    assert one.secrets() == one.secrets()
    assert not set(one.secrets().values()) & set(other.secrets().values())
    assert all(len(secret) >= 60 for secret in one.secrets().values())
    assert (one.root / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_an_ordinary_user_stays_who_they_are(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert choose(tmp_path) is None


@root_only
def test_root_gives_the_server_to_the_homes_owner_or_a_named_user(monkeypatch, tmp_path):
    os.chown(tmp_path, 1, 1)
    assert choose(tmp_path).uid == 1
    os.chown(tmp_path, 0, 0)
    assert choose(tmp_path).uid != 0
    monkeypatch.setenv("GONGZHI_PG_USER", "daemon")
    assert choose(tmp_path).name == "daemon"
    monkeypatch.setenv("GONGZHI_PG_USER", "root")
    with pytest.raises(Trouble, match="does not run as root"):
        choose(tmp_path)
    monkeypatch.setenv("GONGZHI_PG_USER", "no-such-user")
    with pytest.raises(Trouble, match="no such user"):
        choose(tmp_path)


@root_only
def test_reaches_asks_as_that_user():
    nobody = Ordinary("nobody", 65534, 65534)
    with tempfile.TemporaryDirectory() as folder:
        closed = Path(folder)
        (closed / "inside").mkdir()
        closed.chmod(0o755)
        assert reaches(nobody, closed / "inside")
        closed.chmod(0o700)
        assert not reaches(nobody, closed / "inside")
        assert reaches(None, closed / "inside")
        closed.chmod(0o711)
        assert not reaches(nobody, closed)
        assert reaches(nobody, closed, os.X_OK)


@root_only
def test_programs_are_copied_when_the_servers_user_cannot_reach_them(monkeypatch, tmp_path):
    from gongzhi.running import postgres

    with throwaway() as server:
        monkeypatch.setattr(
            postgres, "reaches", lambda user, path: "site-packages" not in str(path) and reaches(user, path)
        )
        copy = server.binaries()
        assert server.base in copy.parents
        assert server.said
        done = subprocess.run([copy / "pg_dump", "--version"], capture_output=True, text=True)
        assert done.stdout.startswith("pg_dump (PostgreSQL) 18")
        server.said.clear()
        assert server.binaries() == copy
        assert not server.said
