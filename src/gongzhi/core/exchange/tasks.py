"""The worker's part of large imports. Every job looks at the run's state first, so that running twice does nothing."""

from __future__ import annotations

import logging

from gongzhi.core.access import Actor
from gongzhi.core.accounts import Post
from gongzhi.core.exchange import committing, staging
from gongzhi.core.exchange.models import ImportRun
from gongzhi.core.exchange.sheet import sheet_of
from gongzhi.core.outbox import app
from gongzhi.core.refusal import Refused
from gongzhi.core.words import say

log = logging.getLogger(__name__)


def _actor(post_id: int | None) -> Actor:
    """Who asked for the job, which is not always who uploaded the file."""
    assert post_id is not None
    return Post.objects.select_related("account", "unit").get(pk=post_id).actor()


def _fail(run: ImportRun, state: str) -> None:
    """Say on the page that it went wrong; the reason is in the log, where it belongs."""
    note = str(say("处理时出了问题，没有写入任何数据。请再试一次；还不行，请联系系统管理员"))
    ImportRun.objects.filter(pk=run.pk).update(state=state, note=note)


@app.task(name="exchange.read_file", queue="imports")
def read_file(run_id: int) -> None:
    """Read a large upload into staging."""
    run = ImportRun.objects.get(pk=run_id)
    try:
        staging.fill_from_file(_actor(run.post_id), sheet_of(run.sheet), run)
    except Refused as refused:
        ImportRun.objects.filter(pk=run_id).update(state="failed", note=str(refused))
    except Exception:
        _fail(run, "failed")
        raise


@app.task(name="exchange.write_run", queue="imports")
def write_run(run_id: int, post_id: int) -> None:
    """Write a large staged run."""
    run = ImportRun.objects.get(pk=run_id)
    try:
        committing.write(_actor(post_id), sheet_of(run.sheet), run_id)
    except Refused as refused:
        log.info("import %s refused: %s", run_id, refused.rule)  # the page shows run.note
    except Exception:
        _fail(run, "staged")
        raise


@app.task(name="exchange.undo_run", queue="imports")
def undo_run(run_id: int, post_id: int) -> None:
    """Take a large import back."""
    run = ImportRun.objects.get(pk=run_id)
    try:
        committing.take_back(_actor(post_id), sheet_of(run.sheet), run_id)
    except Refused as refused:
        log.info("undo of import %s refused: %s", run_id, refused.rule)
    except Exception:
        _fail(run, "committed")
        raise


@app.periodic(cron="47 18 * * *")  # 02:47 in Beijing: cron runs in UTC
@app.task(name="exchange.forget", lock="exchange.forget", queue="imports")
def forget(timestamp: int = 0) -> int:
    """Each night, forget staged lines and before-images that have had their time."""
    return committing.forget()
