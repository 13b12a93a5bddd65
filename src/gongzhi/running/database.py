"""Which database, through which role, and what that role may do."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

from gongzhi.running.home import Home
from gongzhi.running.postgres import APP, OWNER, Server, embedded
from gongzhi.running.trouble import DATABASE, Trouble

OLDEST = 15

# Records of what was done: the application may add to them and read them, nothing more.
APPEND_ONLY = (
    "core_journalentry",
    "core_journalleaf",
    "core_journalnode",
    "core_checkpoint",
    "ballots_slip",
    "ballots_entry",
    "ballots_result",
    "opinions_opinionmap",
)
# Only migrations write these.
READ_ONLY = ("django_migrations",)


@dataclass(frozen=True)
class Access:
    """The two addresses of one database. They are equal when only one was given."""

    app: str
    owner: str
    embedded: bool

    @property
    def one_role(self) -> bool:
        """Whether the application would own its tables, so that the database does not guard the journal."""
        return psycopg.conninfo.conninfo_to_dict(self.app).get("user") == psycopg.conninfo.conninfo_to_dict(
            self.owner
        ).get("user")


def external() -> Access | None:
    """The database that the environment names, if it names one."""
    app = os.environ.get("DATABASE_URL")
    if not app:
        return None
    return Access(app=app, owner=os.environ.get("GONGZHI_OWNER_DATABASE_URL") or app, embedded=False)


def access_to(server: Server) -> Access:
    """The addresses of a running embedded server."""
    return Access(app=server.url(APP), owner=server.url(OWNER), embedded=True)


@contextlib.contextmanager
def reachable(home: Home) -> Iterator[Access]:
    """A database that answers, for the length of one command.

    The one in ``DATABASE_URL``; else the embedded one if ``gongzhi up`` runs it now; else the embedded one,
    started here and stopped again.
    """
    given = external()
    if given is not None:
        check(given.owner)
        yield given
        return
    home.make()
    server = embedded(home)
    if server.running_pid() is not None and server.port:
        access = access_to(server)
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(access.app, connect_timeout=5).close()
            yield access
            return
    server.start()
    try:
        server.ensure_roles()
        yield access_to(server)
    finally:
        server.stop()


def check(url: str) -> int:
    """The server's major version; refuses what cannot be reached and what is older than PostgreSQL 15."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as error:
        raise Trouble(f"The database cannot be reached: {error}".strip(), code=DATABASE) from None
    refuse_old(version)
    return version


def refuse_old(major: int) -> None:
    """PostgreSQL 15 is the oldest whose features the tables use."""
    if major < OLDEST:
        raise Trouble(
            f"This is PostgreSQL {major}; gongzhi needs {OLDEST} or newer.",
            code=DATABASE,
            help="Upgrade the server, or unset DATABASE_URL to use the PostgreSQL that comes with gongzhi.",
        )


def refuse_unmigrated(url: str) -> None:
    """A command on a database without our tables says so, instead of failing at the first query."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT to_regclass('core_unit') IS NOT NULL").fetchone()
    if not (row and row[0]):
        raise Trouble("This database has no tables yet.", code=DATABASE, help="`gongzhi migrate` makes them.")


def grant(connection: psycopg.Connection, app: str) -> None:
    """Give the application's role what it needs on the tables of the current schema. May be repeated.

    ``connection`` is the owner's. Everything may be read and written, except that records are only added to.
    """
    owner = connection.execute("SELECT current_user").fetchone()
    assert owner is not None
    if owner[0] == app:
        return
    found = connection.execute("SELECT current_schema()").fetchone()
    schema = sql.Identifier(found[0] if found else "public")
    role = sql.Identifier(app)
    words = {"schema": schema, "role": role, "owner": sql.Identifier(owner[0])}
    for statement in (
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} TO {role}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} GRANT SELECT, INSERT ON TABLES TO {role}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    ):
        connection.execute(sql.SQL(statement).format(**words))
    may = connection.execute(
        "SELECT has_database_privilege(%s, current_database(), 'TEMPORARY')", [app]
    ).fetchone()
    if may and not may[0]:  # large imports are staged in temporary tables
        database = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(database, role))
    for tables, kept in ((APPEND_ONLY, "SELECT, INSERT"), (READ_ONLY, "SELECT")):
        for table in tables:
            name = sql.SQL("{schema}.{table}").format(schema=schema, table=sql.Identifier(table))
            connection.execute(sql.SQL("REVOKE ALL ON {name} FROM {role}").format(name=name, role=role))
            connection.execute(sql.SQL("GRANT " + kept + " ON {name} TO {role}").format(name=name, role=role))


def role_of(url: str) -> str:
    """The user name in a database address."""
    return str(psycopg.conninfo.conninfo_to_dict(url).get("user") or "")


def clear_schema(access: Access) -> None:
    """Drop every table, routine and type of the current schema, as their owner."""
    with psycopg.connect(access.owner) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = current_schema()"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f"DROP TABLE IF EXISTS {table} CASCADE".encode())
        routines = connection.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace "
            "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        ).fetchall()
        for (routine,) in routines:
            connection.execute(f"DROP ROUTINE IF EXISTS {routine} CASCADE".encode())
        types = connection.execute(
            "SELECT format('%I.%I', n.nspname, t.typname) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
            "WHERE n.nspname = current_schema() AND t.typtype IN ('e', 'd')"
            "OR n.nspname = current_schema() AND t.typtype = 'c' AND EXISTS "
            "(SELECT 1 FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')"
        ).fetchall()
        for (name,) in types:
            connection.execute(f"DROP TYPE IF EXISTS {name} CASCADE".encode())
