"""``python -m gongzhi.running.prepare``: bring the tables up to date. Runs in a process of its own, as the tables' owner.

Prints one line of JSON: how many migrations were applied, and whether the county is still empty.
"""

from __future__ import annotations

import json
import os
import sys

import psycopg

from gongzhi.running.database import grant, role_of
from gongzhi.running.trouble import DATABASE


def main() -> int:
    """Migrate, then grant. ``GONGZHI_APP_DATABASE_URL`` names the role that the grants are for."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        print(f"{len(plan)} migrations", file=sys.stderr)
        call_command("migrate", interactive=False, verbosity=0)
    app = os.environ.get("GONGZHI_APP_DATABASE_URL", "")
    if app:
        with psycopg.connect(os.environ["DATABASE_URL"]) as owner:
            grant(owner, role_of(app))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM core_unit), EXISTS (SELECT 1 FROM core_account WHERE demo)"
        )
        units, demo = cursor.fetchone()
    print(json.dumps({"applied": len(plan), "empty": not units, "demo": demo}))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except psycopg.Error as error:
        print(error, file=sys.stderr)
        sys.exit(DATABASE)
