"""``python -m gongzhi.running.worker``: runs the jobs that acts have enqueued."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from typing import Any

CONCURRENCY = 4
SECONDS_TO_FINISH = 8.0  # less than the supervisor's patience
log = logging.getLogger(__name__)


async def retry_stalled() -> int:
    """Put back the jobs whose worker died while doing them. They may then run twice: every job is idempotent."""
    from procrastinate.contrib.django import app

    stalled = list(await app.job_manager.get_stalled_jobs())
    for job in stalled:
        await app.job_manager.retry_job(job)
    if stalled:
        log.warning("%s stalled jobs put back", len(stalled))
    return len(stalled)


async def work(*, wait: bool = True, queues: list[str] | None = None) -> None:
    """Run jobs (of some queues only) until told to stop; with ``wait=False`` until there are none left."""
    from procrastinate.contrib.django import app

    only: dict[str, Any] = {"queues": queues} if queues else {}
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        async with app.open_async():
            if wait:
                retrying = asyncio.create_task(_keep_retrying())
                try:
                    await app.run_worker_async(
                        **only,
                        concurrency=CONCURRENCY,
                        delete_jobs="successful",
                        shutdown_graceful_timeout=SECONDS_TO_FINISH,
                    )
                finally:
                    retrying.cancel()
            else:
                await retry_stalled()
                await app.run_worker_async(
                    **only, concurrency=CONCURRENCY, wait=False, install_signal_handlers=False
                )


async def _keep_retrying() -> None:
    while True:
        await retry_stalled()
        await asyncio.sleep(30)


def main() -> int:
    """The worker's process."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.settings")
    django.setup()
    asyncio.run(work())
    return 0


if __name__ == "__main__":
    sys.exit(main())
