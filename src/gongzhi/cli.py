"""The command ``gongzhi``: everything an operator does outside the browser."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import gongzhi
from gongzhi.running import trouble
from gongzhi.running.console import err, out, progress, say
from gongzhi.running.home import Home
from gongzhi.running.trouble import FOUND, OK, USAGE, Trouble

Answer = tuple[int, dict[str, Any]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit code; ``gongzhi --help`` lists what each code means."""
    options = parser().parse_args(arguments)
    try:
        code, answer = options.work(options)
    except Trouble as problem:
        err.print(f"[red]gongzhi[/red]  {problem.message}")
        if problem.help:
            err.print(f"         {problem.help}")
        if getattr(options, "json", False):
            print(
                json.dumps({"ok": False, "error": problem.message, "help": problem.help}, ensure_ascii=False)
            )
        return problem.code
    except KeyboardInterrupt:
        return 130
    if getattr(options, "json", False):
        print(json.dumps({"ok": code == OK} | answer, ensure_ascii=False, default=str))
    elif answer:
        for key, value in answer.items():
            out.print(f"{key}: {value}", markup=False)
    return int(code)


def parser() -> argparse.ArgumentParser:
    """The command line, described."""
    codes = "\n".join(f"  {code}  {meaning}" for code, meaning in trouble.MEANINGS.items())
    top = argparse.ArgumentParser(
        prog="gongzhi",
        description="gongzhi 共治: grassroots co-governance. Data live in GONGZHI_HOME (./var unless set).",
        epilog=f"exit codes:\n{codes}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"gongzhi {gongzhi.__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    def command(
        name: str, work: Callable[[argparse.Namespace], Answer], help: str, *, json: bool = True
    ) -> Any:
        sub = commands.add_parser(name, help=help, description=help, epilog=f"exit codes:\n{codes}",
                                  formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
        sub.set_defaults(work=work)
        if json:
            sub.add_argument("--json", action="store_true", help="print the result as one JSON object")
        return sub

    up = command("up", _up, "Start database, web and worker; stop all of them with Ctrl-C.", json=False)
    up.add_argument(
        "--host", default=os.environ.get("HOST", "127.0.0.1"), help="address to listen on (127.0.0.1)"
    )
    up.add_argument(
        "--port", type=int, default=int(os.environ.get("PORT") or 8000), help="port (PORT, else 8000)"
    )
    demo = command("demo", _demo, "Build the demonstration county into an empty database.")
    demo.add_argument("--fresh", action="store_true", help="delete everything in the database first")
    demo.add_argument("--stories", action="store_true", help="only tell what is left of its year of matters")
    command(
        "migrate",
        _migrate,
        "Bring the tables up to date, as their owner, and set the application's privileges.",
    )
    for direction, help in (
        ("import", "Bring a whole file into a register."),
        ("export", "Write a register to a file."),
    ):
        sub = command(direction, _bulk, f"{help} `gongzhi {direction} list` names the kinds.")
        sub.set_defaults(direction=direction)
        sub.add_argument("kind", help="what the file holds, for example places")
        sub.add_argument("file", type=Path, nargs="?", help="the file")
        if direction == "import":
            sub.add_argument(
                "--only-good", action="store_true", help="leave bad rows out instead of refusing the file"
            )
    found = command(
        "found", _found, "Start a real county: open its units and its three administrators' accounts."
    )
    found.add_argument("code", help="the county's division code, for example 320585000000")
    command("verify", _verify, "Walk the whole journal and name the first row that was tampered with.")
    backup = command("backup", _backup, "Write database, keys, checkpoints and evidence into one file.")
    backup.add_argument("file", type=Path)
    restore = command("restore", _restore, "Bring a backup into an empty home or database.")
    restore.add_argument("file", type=Path)
    bench = command("bench", _bench, "Measure pages and imports beside the machine's raw limit.")
    bench.add_argument(
        "words", nargs=argparse.REMAINDER, help="what to measure, and how: `gongzhi bench -- --help`"
    )
    return top


# ---------------------------------------------------------------- commands


def _up(options: argparse.Namespace) -> Answer:
    from gongzhi.running.environment import demo_wanted
    from gongzhi.running.supervisor import Supervisor

    return Supervisor(Home.here(), host=options.host, port=options.port, demo=demo_wanted()).run(), {}


def _migrate(options: argparse.Namespace) -> Answer:
    from gongzhi.running.database import reachable
    from gongzhi.running.migrate import migrate

    home = Home.here()
    with reachable(home) as access:
        return OK, migrate(home, access)


def _demo(options: argparse.Namespace) -> Answer:
    from gongzhi.running import county
    from gongzhi.running.children import MARK
    from gongzhi.running.console import sign_ins
    from gongzhi.running.database import reachable
    from gongzhi.running.migrate import migrate

    home = Home.here().make()
    with reachable(home) as access:
        if (
            not os.environ.get(MARK) and not options.stories
        ):  # `gongzhi up` has done this already, as the owner
            if options.fresh or home.demo_mark.exists():
                county.wipe(home, access)
            migrate(home, access)
        with _django(home, access), progress(quiet=options.json) as step:
            said = {} if options.stories else county.build(home, access, step)
            if options.stories or not os.environ.get(MARK):
                said |= county.tell(home, step)
    if not options.json and not options.stories and not os.environ.get(MARK):
        sign_ins(json.loads(home.accounts_file.read_text(encoding="utf-8")))
    return OK, said


def _bulk(options: argparse.Namespace) -> Answer:
    from gongzhi.running import bulk
    from gongzhi.running.database import reachable

    home = Home.here()
    if options.kind == "list":
        with _django(home, None):
            return OK, {"kinds": sorted(bulk.offered(options.direction))}
    if options.file is None:
        raise Trouble("Name the file.", code=USAGE)
    if options.direction == "import" and not options.file.exists():
        raise Trouble(f"There is no file {options.file}.", code=USAGE)
    from gongzhi.core.refusal import Refused

    with reachable(home) as access, _django(home, access), progress(quiet=options.json) as step:
        try:
            good = getattr(options, "only_good", False)
            return OK, bulk.run(options.direction, options.kind, options.file, step, only_good=good)
        except Refused as refused:
            raise Trouble(str(refused), code=FOUND) from None


def _found(options: argparse.Namespace) -> Answer:
    from gongzhi.running import founding
    from gongzhi.running.console import sign_ins
    from gongzhi.running.database import reachable

    home = Home.here()
    with reachable(home) as access, _django(home, access):
        answer = founding.found(options.code)
    if not options.json:
        sign_ins(answer.pop("accounts"), "")
        say("these passwords are shown once; each must be changed at the first sign-in")
    return OK, answer


def _verify(options: argparse.Namespace) -> Answer:
    from gongzhi.running import bulk
    from gongzhi.running.database import reachable

    home = Home.here()
    with reachable(home) as access, _django(home, access), progress(quiet=options.json) as step:
        from gongzhi.core.sealing import verify_all

        answer = bulk.as_dict(verify_all(bulk.labelled("journal", step)))
    return (OK if answer.get("ok") else FOUND), answer


def _backup(options: argparse.Namespace) -> Answer:
    from gongzhi.running import backup
    from gongzhi.running.database import reachable

    home = Home.here()
    with reachable(home) as access, progress(quiet=options.json) as step:
        return OK, backup.as_dict(backup.backup(home, access, options.file.resolve(), step))


def _restore(options: argparse.Namespace) -> Answer:
    from gongzhi.running import backup
    from gongzhi.running.database import reachable
    from gongzhi.running.migrate import migrate

    home = Home.here().make()
    with reachable(home) as access:
        with progress(quiet=options.json) as step:
            report = backup.restore(home, access, options.file.resolve(), step)
        migrate(home, access)
    say("restored; `gongzhi verify` checks the journal")
    return OK, backup.as_dict(report)


def _bench(options: argparse.Namespace) -> Answer:
    from gongzhi.running.county import from_checkout

    code = from_checkout("bench.run", "main")([*options.words, *(["--json"] if options.json else [])])
    return int(code or 0), {}


@contextlib.contextmanager
def _django(home: Home, access: Any) -> Iterator[None]:
    """The application itself, set up in this process with the home's secrets."""
    from gongzhi.running.database import refuse_unmigrated
    from gongzhi.running.environment import demo_wanted, site_environment

    if access is not None:
        refuse_unmigrated(access.app)
        os.environ.update(site_environment(home, access, demo=demo_wanted()))
        os.environ.pop("GONGZHI_OWNER_DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.settings")
    os.environ.setdefault("GONGZHI_HOME", str(home.root))
    import django

    django.setup()
    try:
        yield
    finally:
        from django.db import connections

        connections.close_all()


if __name__ == "__main__":
    sys.exit(main())
