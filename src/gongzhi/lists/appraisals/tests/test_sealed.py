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
ACTS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["keep_report", "report", "keep", "submit"])), max_size=8
)


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
        "/api/v1/appraisals", f"/api/v1/appraisals/{pair.pk}", "/api/v1/appraisals/figures?year=2025",
        "/api/v1/appraisals/mendings", "/api/v1/appraisals/published", f"/api/v1/appraisals/{pair.pk}/own",
        f"{base}keep_report", f"{base}keep", "/", "/done", "/late", "/search?q=秘密意见", "/search/suggest?q=秘密意见",
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
    elif verb == "keep_report":
        found = rows(walk.pair, side, SCORES[side], text=SECRET[side])
        actions.keep_report(actor, walk.pair.pk, overall=SECRET[side], rows=found, files=[photo(actor)])
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
    act(walk, "a", "keep_report")
    assert "暂存自评" not in client_for(walk.cast.zhou).get(walk.pair.get_absolute_url()).content.decode()
    report_both(walk.pair, walk.a, walk.b)
    act(walk, "a", "keep")
    for reader in ("zhou", "wang", "shen"):
        page = client_for(getattr(walk.cast, reader)).get(walk.pair.get_absolute_url()).content.decode()
        assert "交自评" in page
        assert "暂存评分" not in page, reader
    assert insight._last({}, insight.appraisals.by_place(walk.cast.wang, 2025))[walk.pair.party_b_id][1] == (
        action.registry["appraisals.report"].label
    )


def test_a_report_is_kept_gone_on_with_and_handed_in(walk, client_for):
    """A draft with its scores and material; another post of the same unit goes on with it; only then the other side reads."""
    pair, cast = walk.pair, walk.cast
    file = photo(cast.gu, "台账.png")
    own = rows(pair, "b", SCORES["b"], text="去年每月两次，今年补到三次")
    own[2]["score"] = None
    posted = {"overall": SECRET["b"], "files": [str(file)], "next_page": f"{pair.get_absolute_url()}report"}
    for n, row in enumerate(own):
        posted |= {
            f"rows-{n}-key": row["key"],
            f"rows-{n}-text": row["text"],
            f"rows-{n}-score": row["score"] or "",
        }
    base = pair.get_absolute_url()
    kept = client_for(cast.gu).post(f"{base}keep_report", posted)
    assert (kept.status_code, kept["Location"]) == (302, f"{base}report")
    assert (walk.again().state, pair.sheets.get(side="b").reported_at) == ("opened", None)

    form = client_for(cast.zhou).get(f"{base}report").content.decode()
    for said in (SECRET["b"], "去年每月两次", 'value="68.1"', "台账.png", "这是您存的草稿"):
        assert said in form, said
    page = client_for(cast.zhou).get(base).content.decode()
    assert "您存的自评草稿" in page
    assert f'href="{base}report">' in page
    told = client_for(cast.zhou).get(f"/api/v1{base}own").json()
    assert (told["overall"], told["files"], told["reported"]) == (SECRET["b"], [file], False)
    assert [r["score"] for r in told["report"]] == ["68.1", "77.9", None]
    for name in ("lu", "chen", "wang", "zhang", "shen", "jian", "wu", "tao"):
        seen = look(walk, client_for, name)
        assert leaks(seen, "b") == [], name
        assert "这是您存的草稿" not in str(seen), name
        if name != "jian":  # the supervisors sit in the same house
            assert client_for(getattr(cast, name)).get(f"/evidence/{file}").status_code == 404, name
    assert client_for(cast.lu).get(f"/api/v1{base}own").json()["overall"] == "", (
        "the other side has a sheet of its own"
    )

    posted["next_page"] = ""
    assert client_for(cast.zhou).post(f"{base}report", posted).status_code == 302
    assert walk.again().state == "reported_b"
    act(walk, "a", "report")
    assert SECRET["b"] in client_for(cast.lu).get(base).content.decode(), (
        "both are in: the words are laid open"
    )
    assert leaks({"": client_for(cast.lu).get(base).content.decode().replace(SECRET["b"], "")}, "b") == []


def test_a_report_that_was_only_kept_is_not_exchanged(walk, client_for):
    act(walk, "b", "keep_report")
    act(walk, "a", "report")
    walk.hand.set(walk.pair.campaign.report_due)
    walk.hand.forward(days=1)
    assert actions.begin_due() == 4
    assert walk.again().state == "scoring"
    assert leaks(look(walk, client_for, "lu"), "b") == []
    with pytest.raises(Refused) as caught:
        act(walk, "b", "keep_report")
    assert caught.value.rule.endswith((".turn", ".flow"))
    page = client_for(walk.cast.zhou).get(walk.pair.get_absolute_url()).content.decode()
    assert "自评期满时还没有交" in page


def test_who_has_handed_in_keeps_nothing_more(walk):
    act(walk, "a", "report")
    with pytest.raises(Refused):
        act(walk, "a", "keep_report")
    assert queries.own_report(walk.a, walk.again()).overall == "情况"


def test_someone_else_s_material_is_not_kept_in_a_report(walk):
    with pytest.raises(Refused) as caught:
        actions.keep_report(walk.a, walk.pair.pk, overall="x", files=[photo(walk.b)])
    assert caught.value.rule == "core.evidence_unknown"


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
    act(walk, "a", "keep_report")
    act(walk, "b", "keep_report")
    assert leaks({"db": everything_stored()}, "a") == []
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
