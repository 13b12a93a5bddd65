"""The auditor computes kept versions of a map again; everybody who sees the poll sees what came of it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongzhi.core.journal import JournalEntry
from gongzhi.core.notices import Notice
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.participation.opinions import actions, queries
from gongzhi.participation.opinions.models import OpinionMap
from gongzhi.participation.opinions.tests.conftest import pour, say_all
from gongzhi.participation.opinions.tests.crowds import crowd


@pytest.fixture
def drawn(cast, poll):
    """A poll with one version of its map."""
    say_all(cast.gu, poll, 8)
    pour(poll, crowd(40, 8, camps=2, share=0.9, seed=5)[1])
    actions.redraw(poll.pk)
    return poll


def falsify(poll, **changes) -> None:
    """Change a version in the database, as the application's own role could not."""
    sets = ", ".join(f"{name} = %s" for name in changes)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE opinions_opinionmap SET {sets} WHERE poll_id = %s",
            [*changes.values(), poll.pk],
        )


def test_the_auditor_checks_on_the_page_and_everybody_reads_the_result(cast, drawn, client_for):
    page = f"/opinions/{drawn.pk}/map/versions"
    auditor, public = client_for(cast.shen), client_for(cast.gu)
    assert "还没有核对" in public.get(page).content.decode()
    assert "重算核对</" not in public.get(page).content.decode().replace("重算核对<span", "")
    answer = auditor.post(f"/opinions/{drawn.pk}/check", {"version": 1, "next_page": page})
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert "重算相符" in public.get(page).content.decode()
    kept = OpinionMap.objects.get()
    assert JournalEntry.objects.get(verb="opinions.check").done == {
        "version": 1, "proved": True, "inputs_hash": kept.inputs_hash, "result_hash": kept.result_hash,
    }  # fmt: skip
    assert not Notice.objects.exists()


@pytest.mark.parametrize("what", ["inputs", "hash", "result"])
def test_a_false_version_is_found_and_told_to_those_who_keep_the_poll(cast, drawn, what, client_for):
    falsify(drawn, **{
        "inputs": {"inputs": b"not even packed"},
        "hash": {"inputs_hash": "0" * 64},
        "result": {"result": '{"groups": []}'},
    }[what])  # fmt: skip
    actions.check(cast.shen, drawn, version=1)
    assert JournalEntry.objects.get(verb="opinions.check").done["proved"] is False
    notice = Notice.objects.get()
    assert (notice.unit_id, "重算不符" in str(notice)) == (drawn.unit_id, True)
    if what != "result":
        assert "重算不符" in client_for(cast.gu).get(f"/opinions/{drawn.pk}/map/versions").content.decode()


def test_nobody_else_checks_and_what_is_not_there_is_refused(cast, drawn, resident):
    for who in (cast.gu, cast.zhou, cast.lu, cast.wang, resident()):
        with pytest.raises(NotFound):
            actions.check(who, drawn, version=1)
    with pytest.raises(Refused) as refused:
        actions.check(cast.shen, drawn, version=9)
    assert (refused.value.rule, refused.value.problems[0].field) == ("opinions.no_version", "version")


def test_the_page_asks_the_same_however_many_versions(cast, drawn, client_for):
    client, page = client_for(cast.shen), f"/opinions/{drawn.pk}/map/versions"

    def asked() -> int:
        client.get(page)
        with CaptureQueriesContext(connection) as made:
            assert client.get(page).status_code == 200
        return len(made)

    few = asked()
    for n in range(2, 6):
        pour(drawn, crowd(10, 8, camps=2, share=0.9, seed=n)[1], start=100 * n)
        actions.redraw(drawn.pk)
        actions.check(cast.shen, drawn, version=n)
    assert asked() == few
    page_rows, checks = queries.versions(drawn)
    assert [m.version for m in page_rows.rows] == [5, 4, 3, 2, 1]
    assert set(checks) == {2, 3, 4, 5}
