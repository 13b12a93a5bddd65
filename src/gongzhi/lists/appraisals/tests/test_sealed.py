"""Sealed until both have handed in: whatever the acts, wherever one looks."""

from __future__ import annotations

import re
import threading
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongzhi.core import action, clock
from gongzhi.core.refusal import Refused
from gongzhi.insight import queries as insight
from gongzhi.lists.appraisals import actions, queries
from gongzhi.lists.appraisals.models import Appraisal

from .conftest import OPENING, of, photo, report_both, rows

SECRET = {"a": "甲方的秘密意见", "b": "乙方的秘密意见"}
SCORES = {"a": ("71.3", "83.9", "64.7"), "b": ("68.1", "77.9", "91.3")}
TOTALS = {"a": "74.0", "b": "77.3"}
ACTS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["report", "keep", "submit"])), max_size=7)


def look(walk: Any, client_for: Any, name: str) -> dict[str, str]:
    """Everything one person can fetch: pages, API, exports, papers, notices, the journal."""
    pair = walk.pair
    client = client_for(getattr(walk.cast, name))
    base = pair.get_absolute_url()
    addresses = [
        "/appraisals/", base, f"{base}submit", f"{base}report", pair.campaign.get_absolute_url(), "/appraisals/mendings/",
        "/appraisals/export.xlsx", "/appraisals/mendings.xlsx", f"{base}papers/a_to_b.docx", f"{base}papers/b_to_a.docx",
        f"{base}papers/summary.docx", f"{base}papers/mendings.docx", f"{pair.campaign.get_absolute_url()}papers/year.docx",
        "/appraisals/public/", f"/appraisals/public/{pair.pk}/", "/notices", "/records/",
        "/api/v1/appraisals/", f"/api/v1/appraisals/{pair.pk}", "/api/v1/appraisals/figures?year=2025",
        "/api/v1/appraisals/mendings", "/api/v1/appraisals/published",
    ]  # fmt: skip
    return {address: _text(client.get(address)) for address in addresses}


def _text(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:2] == b"PK":
        with ZipFile(BytesIO(body)) as book:
            return "".join(book.read(n).decode(errors="ignore") for n in book.namelist())
    return body.decode(errors="ignore")


def leaks(seen: dict[str, str], author: str) -> list[str]:
    """The addresses whose answers hold a score, a total or the words of one side."""
    numbers = [rf"(?<![\d.]){re.escape(s)}\d?(?!\d)" for s in (*SCORES[author], TOTALS[author])]
    pattern = re.compile("|".join([SECRET[author], *numbers]))
    return [address for address, text in seen.items() if pattern.search(text)]


def act(walk: Any, side: str, verb: str) -> None:
    actor = walk.a if side == "a" else walk.b
    about = "b" if side == "a" else "a"
    if verb == "report":
        own = [
            {"key": r["key"], "text": "自评", "score": r["score"]}
            for r in rows(walk.pair, side, SCORES[side])
        ]
        actions.report(actor, walk.pair.pk, overall="情况", rows=own)
    else:
        found = rows(walk.pair, about, SCORES[side], text=SECRET[side])
        getattr(actions, verb)(actor, walk.pair.pk, rows=found, remark=SECRET[side])


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_no_answer_to_one_side_holds_the_other_s_scores(walk, client_for, acts):
    """Whatever the sequence of acts: before both have handed in, neither the other side nor the county, the
    auditor, a witness or a neighbour is answered anything of a side's sheet."""
    with transaction.atomic():
        submitted = set()
        for side, verb in acts:
            try:
                with transaction.atomic():
                    act(walk, side, verb)
            except Refused:
                continue
            if verb == "submit":
                submitted.add(side)
        for author, readers in (
            ("a", ("zhou", "wang", "shen", "jian", "wu")),
            ("b", ("lu", "wang", "shen", "he")),
        ):
            for reader in readers:
                found = leaks(look(walk, client_for, reader), author)
                if len(submitted) < 2:
                    assert found == [], (reader, author, acts)
                elif reader in ("zhou", "lu", "wang"):
                    assert walk.pair.get_absolute_url() in found, "opened for both at once"
        transaction.set_rollback(True)


def test_the_author_sees_his_own_sheet_all_along(walk, client_for):
    report_both(walk.pair, walk.a, walk.b)
    act(walk, "a", "keep")
    assert walk.pair.get_absolute_url() + "submit" in leaks(look(walk, client_for, "lu"), "a")
    act(walk, "a", "submit")
    assert walk.pair.get_absolute_url() in leaks(look(walk, client_for, "chen"), "a")
    assert leaks(look(walk, client_for, "he"), "a") == [], "the finance post does not score and does not see"


def test_nobody_is_told_that_a_side_is_still_writing(walk, client_for):
    report_both(walk.pair, walk.a, walk.b)
    act(walk, "a", "keep")
    for reader in ("zhou", "wang", "shen"):
        page = client_for(getattr(walk.cast, reader)).get(walk.pair.get_absolute_url()).content.decode()
        assert "交自评" in page
        assert "暂存评分" not in page, reader
    assert insight._last({}, insight.appraisals.by_place(walk.cast.wang, 2025))[walk.pair.party_b_id][1] == (
        action.registry["appraisals.report"].label
    )


def everything_stored() -> str:
    """Every row of every table of ours as the database would print it."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if not model.__module__.startswith("gongzhi."):
                continue
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{model._meta.db_table}" t')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def test_at_rest_nothing_can_be_read_before_the_opening(walk):
    act(walk, "a", "report")
    act(walk, "b", "report")
    act(walk, "a", "keep")
    act(walk, "a", "submit")
    act(walk, "b", "keep")
    stored = {"db": everything_stored()}
    assert leaks(stored, "a") == []
    assert leaks(stored, "b") == []
    act(walk, "b", "submit")
    assert leaks({"db": everything_stored()}, "a") == ["db"]


def test_sealed_material_is_its_unit_s_alone(walk, client_for):
    report_both(walk.pair, walk.a, walk.b)
    file = photo(walk.a, "抽查.png")
    found = rows(walk.pair, "b", ("50", "85", "78"))
    found[0] |= {"text": "没有记录", "evidence": [file]}
    actions.submit(walk.a, walk.pair.pk, rows=found)
    for name, status in (("lu", 200), ("zhou", 404), ("wang", 404), ("shen", 404), ("wu", 404)):
        assert client_for(getattr(walk.cast, name)).get(f"/evidence/{file}").status_code == status, name
    actions.submit(walk.b, walk.pair.pk, rows=rows(walk.pair, "a", ("95", "70", "80")))
    for name, status in (("lu", 200), ("zhou", 200), ("wang", 200), ("shen", 200), ("wu", 404)):
        assert client_for(getattr(walk.cast, name)).get(f"/evidence/{file}").status_code == status, name


def test_someone_else_s_material_cannot_be_sealed_in(walk):
    report_both(walk.pair, walk.a, walk.b)
    theirs = photo(walk.b, "对方.png")
    found = rows(walk.pair, "b", ("92", "85", "78"))
    found[0]["evidence"] = [theirs]
    with pytest.raises(Refused) as caught:
        actions.keep(walk.a, walk.pair.pk, rows=found)
    assert caught.value.rule == "core.evidence_unknown"


def test_averages_count_opened_pairs_only(walk):
    """One opened pair among sealed ones: the figures are that pair's, and the sealed ones add nothing."""
    walk.opened()
    other = of(walk.cast, "虹桥村")
    report_both(other, walk.a, walk.cast.wu)
    actions.submit(walk.a, other.pk, rows=rows(other, "b", ("61.7", "61.7", "61.7")))
    figures = queries.overall(walk.cast.wang, 2025)
    assert (str(figures.a_to_b), figures.sealed, figures.both) == ("86.05", 3, 1)
    assert {i.label: i.count for i in queries.by_item(walk.cast.wang, 2025)}["独居老人探访"] == 1


@pytest.mark.django_db(transaction=True)
def test_both_hand_in_at_once(walk):
    """Two submissions in the same instant: one opens both, exactly once."""
    report_both(walk.pair, walk.a, walk.b)
    barrier, failed = threading.Barrier(2), []

    def submit(actor: Any, about: str, scores: Any) -> None:
        try:
            with clock.at(OPENING):
                found = rows(walk.pair, about, scores)
                barrier.wait(timeout=10)
                actions.submit(actor, walk.pair.pk, rows=found)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=submit, args=(walk.a, "b", ("92", "85", "78"))),
        threading.Thread(target=submit, args=(walk.b, "a", ("95", "70", "80"))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    pair = Appraisal.objects.get(pk=walk.pair.pk)
    assert (pair.state, str(pair.a_to_b), str(pair.b_to_a)) == ("revealed", "86.050", "82.500")
    assert set(pair.sheets.values_list("opened", flat=True)) == {True}


@pytest.mark.django_db(transaction=True)
def test_one_side_hands_in_twice_at_once(walk):
    """Two posts of the same side: one sheet counts, the other is refused."""
    report_both(walk.pair, walk.a, walk.b)
    barrier, said = threading.Barrier(2), []

    def submit(actor: Any, scores: Any) -> None:
        try:
            with clock.at(OPENING):
                found = rows(walk.pair, "b", scores)
                barrier.wait(timeout=10)
                actions.submit(actor, walk.pair.pk, rows=found)
                said.append("done")
        except Refused as refused:
            said.append(refused.rule)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=submit, args=(walk.cast.lu, ("92", "85", "78"))),
        threading.Thread(target=submit, args=(walk.cast.chen, ("82", "75", "68"))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["appraisals.turn", "done"]
