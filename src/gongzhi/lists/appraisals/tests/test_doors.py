"""Every door walked as insider, superior, neighbour and stranger; and what each may do behind it."""

from __future__ import annotations

from datetime import date

import pytest

from gongzhi.core import action, journal
from gongzhi.core.access import PUBLIC
from gongzhi.core.refusal import NotFound
from gongzhi.lists.appraisals import actions, queries
from gongzhi.lists.appraisals.rules import RIGHTS

from .conftest import rows

INSIDERS = ("lu", "chen", "he", "zhou", "gu", "jian")
SUPERIORS = ("wang", "zhang", "shen")
NEIGHBOURS = ("wu", "xu", "qian", "sun")
STRANGERS = ("fang", "min", "ren", "root", "eye")


@pytest.mark.parametrize(
    ("names", "status"), [(INSIDERS, 200), (SUPERIORS, 200), (NEIGHBOURS, 404), (STRANGERS, 404)]
)
def test_a_pair_is_seen_by_its_two_sides_and_the_county(walk, client_for, names, status):
    pair = walk.opened()
    for name in names:
        actor = getattr(walk.cast, name)
        client = client_for(actor)
        assert client.get(pair.get_absolute_url()).status_code == status, name
        assert client.get(f"/api/v1/appraisals/{pair.pk}").status_code == status, name
        assert client.get(f"{pair.get_absolute_url()}papers/a_to_b.docx").status_code == status, name


def test_nobody_without_sign_in_sees_a_pair(walk, client_for):
    pair = walk.opened()
    client = client_for(PUBLIC)
    assert client.get(pair.get_absolute_url()).status_code == 302
    assert client.get("/appraisals/").status_code == 302
    assert client.get(f"/api/v1/appraisals/{pair.pk}").status_code == 404
    assert client.get(f"{pair.get_absolute_url()}papers/a_to_b.pdf").status_code == 404


def test_results_open_to_everyone_with_the_publicity_not_before(walk, client_for):
    client = client_for(PUBLIC)
    pair = walk.met()
    assert client.get(f"/appraisals/public/{pair.pk}/").status_code == 404
    assert client.get("/api/v1/appraisals/published").json()["rows"] == []
    actions.accept(walk.a, pair.pk)
    actions.accept(walk.b, pair.pk)
    actions.publish(walk.a, pair.pk, place="公开栏")
    page = client.get(f"/appraisals/public/{pair.pk}/")
    assert page.status_code == 200
    assert "86.05" in page.content.decode()
    assert "82.50" in page.content.decode()
    assert [r["id"] for r in client.get("/api/v1/appraisals/published").json()["rows"]] == [pair.pk]
    assert "中荷村" in client.get("/appraisals/public/?q=中荷").content.decode()
    assert "还没有" not in client.get("/appraisals/public/").content.decode()


@pytest.mark.parametrize(
    ("verb", "allowed"),
    [
        ("appraisals.submit", {"lu", "chen", "zhou", "gu"}),
        ("appraisals.keep", {"lu", "chen", "zhou", "gu"}),
        ("appraisals.keep_report", {"lu", "chen", "zhou", "gu"}),
    ],
)
def test_only_the_two_sides_score(walk, client_for, verb, allowed):
    found = action.registry[verb]
    for name in (*INSIDERS, *SUPERIORS, *NEIGHBOURS, *STRANGERS):
        actor = getattr(walk.cast, name)
        if name in allowed:
            assert found.model.objects.visible_to(actor, verb).filter(pk=walk.pair.pk).exists(), name
        else:
            with pytest.raises(NotFound):
                found.perform(actor, walk.pair.pk, {"rows": []})


def test_a_township_does_not_act_for_its_committee(walk):
    """The township is above the committee in the tree, yet it is only its partner here."""
    pair = walk.pair
    assert pair.side_of(walk.cast.lu) == "a"
    actions.report(walk.cast.lu, pair.pk, overall="甲方的")
    assert pair.sheets.get(side="b").reported_at is None


def test_lists_are_cut_to_the_scope(walk, client_for):
    for name, count in (("wang", 4), ("shen", 4), ("lu", 3), ("tao", 1), ("zhou", 1), ("jian", 1)):
        actor = getattr(walk.cast, name)
        assert queries.pairs(actor).count() == count, name
        page = client_for(actor).get("/appraisals/")
        assert page.status_code == 200
        assert page.content.decode().count('<th scope="row"><a href="/appraisals/') == count, name
        assert len(client_for(actor).get("/api/v1/appraisals").json()["rows"]) == count, name


def test_the_complaint_s_doors(walk, client_for):
    pair = walk.opened()
    made = actions.complain(walk.cast.zhou, appraisal=pair.pk, text="扣了名额")
    for name, status in (
        ("zhou", 200),
        ("jian", 200),
        ("wang", 200),
        ("lu", 404),
        ("chen", 404),
        ("qian", 404),
        ("wu", 404),
    ):
        client = client_for(getattr(walk.cast, name))
        assert client.get(made.get_absolute_url()).status_code == status, name
        listed = client.get("/appraisals/complaints/").content.decode()
        assert (made.get_absolute_url() in listed) == (status == 200), name
    lu = client_for(walk.cast.lu)
    for page in ("/", "/notices", "/late", pair.get_absolute_url(), "/appraisals/"):
        assert "投诉内容" not in lu.get(page).content.decode()
        assert "扣了名额" not in lu.get(page).content.decode()
        assert made.get_absolute_url() not in lu.get(page).content.decode()


def test_the_public_proof_of_a_complaint_does_not_say_what_it_is(walk, client_for):
    pair = walk.opened()
    made = actions.complain(walk.cast.zhou, appraisal=pair.pk, text="扣了名额")
    number = journal.of(made)[0].pk
    for reader in (walk.cast.lu, walk.cast.qian, PUBLIC):
        proof = client_for(reader).get(f"/records/{number}")
        assert proof.status_code == 200
        assert "投诉" not in proof.content.decode()
    assert "投诉打击报复" in client_for(walk.cast.shen).get(f"/records/{number}").content.decode(), (
        "the auditor"
    )


def test_every_verb_of_the_room_has_rights_and_the_reverse():
    verbs = {name for name in action.registry if name.startswith("appraisals.")}
    reads = {"appraisals.view", "appraisals.read_notice", "appraisals.export", "appraisals.see_complaint"}
    assert verbs | reads == set(RIGHTS)


def test_verbs_are_offered_to_whose_turn_it_is(walk, client_for):
    page = client_for(walk.cast.zhou).get(walk.pair.get_absolute_url()).content.decode()
    assert f"{walk.pair.get_absolute_url()}report" in page
    assert "您代表乙方" in page
    assert f"{walk.pair.get_absolute_url()}submit" not in page
    county = client_for(walk.cast.wang).get(walk.pair.get_absolute_url()).content.decode()
    assert f"{walk.pair.get_absolute_url()}report" not in county


def test_the_pages_of_every_verb_open(walk, client_for):
    cast, pair = walk.cast, walk.pair
    a, b, county = client_for(cast.lu), client_for(cast.zhou), client_for(cast.wang)
    base = pair.get_absolute_url()
    assert a.get(f"{base}report").status_code == 200
    assert county.get("/appraisals/new/open").status_code == 200
    assert county.get(pair.campaign.get_absolute_url()).status_code == 200
    walk.opened()
    assert b.get(f"{base}meet").status_code == 200
    assert client_for(cast.jian).get(f"{base}witness").status_code == 200
    actions.meet(
        cast.lu,
        pair.pk,
        held_on=date(2025, 12, 1),
        place="会议室",
        present_a="陆",
        present_b="周",
        minutes="谈",
    )
    assert b.get(f"{base}object").status_code == 200
    line = pair.lines.get(about="b", seq=3)
    actions.object_to(cast.zhou, pair.pk, line=line.pk, reason="补查合格")
    assert a.get(f"{base}recheck").status_code == 200
    assert "补查合格" in a.get(base).content.decode()
    assert a.get(f"{base}submit").status_code == 422, "locked, with the reason"
    assert client_for(cast.zhou).get(f"/appraisals/new/complain?appraisal={pair.pk}").status_code == 200
    for address in (
        "/appraisals/mendings/",
        "/appraisals/complaints/",
        "/appraisals/export.xlsx",
        "/appraisals/mendings.xlsx",
    ):
        assert a.get(address).status_code == 200, address
    assert client_for(cast.fang).get("/appraisals/").status_code == 404


def test_scoring_by_the_page(walk, client_for):
    from .conftest import report_both

    report_both(walk.pair, walk.a, walk.b)
    base = walk.pair.get_absolute_url()
    a = client_for(walk.cast.lu)
    sheet = a.get(f"{base}submit").content.decode()
    assert "独居老人探访" in sheet
    assert "b 的自评" in sheet
    posted = {}
    for n, row in enumerate(rows(walk.pair, "b", ("92", "85", "50"))):
        posted |= {f"rows-{n}-key": row["key"], f"rows-{n}-score": str(row["score"]), f"rows-{n}-text": ""}
    assert a.post(f"{base}keep", posted).status_code == 302
    assert 'value="50.0"' in a.get(f"{base}submit").content.decode()
    again = a.post(f"{base}submit", posted)
    assert again.status_code == 422
    assert "要写明理由" in again.content.decode()
    assert 'value="85"' in again.content.decode(), "what was typed is kept"
    from io import BytesIO

    from PIL import Image

    picture = BytesIO()
    Image.new("RGB", (3, 3)).save(picture, "PNG")
    picture.seek(0)
    picture.name = "抽查.png"
    posted |= {"rows-2-text": "抽查两次都没有记录", "rows-2-evidence": picture}
    assert a.post(f"{base}submit", posted).status_code == 302
    assert walk.again().state == "scored_a"
    mine = a.get(base).content.decode()
    assert "抽查两次都没有记录" in mine, "the own unit still sees its own sheet"
