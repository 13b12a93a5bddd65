"""Every page of the room, as insider, superior, neighbour and stranger; what each shows; and how many queries it takes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongzhi.cast import Cast
from gongzhi.core import clock
from gongzhi.core.access import PUBLIC, Actor
from gongzhi.core.action import registry
from gongzhi.lists.agreements import actions, rules
from gongzhi.lists.agreements.models import Agreement

from .conftest import fresh, item_fields, key_of

Reach = Callable[..., Agreement]
Clients = Callable[[Actor], Client]


def test_every_verb_has_rights_and_every_right_a_verb() -> None:
    verbs = {v for v in registry if v.startswith("agreements.")}
    assert verbs == set(rules.RIGHTS) - {"agreements.view"}


@pytest.mark.parametrize("page", ["", "year", "remedies", "disclosure"])
def test_doors_of_an_agreement(county: Cast, reach: Reach, client_for: Clients, page: str) -> None:
    made = reach("performing")
    url = f"{made.get_absolute_url()}{page}"
    for insider in (county.lu, county.chen, county.he, county.zhou, county.gu, county.jian):
        assert client_for(insider).get(url).status_code == 200, insider.name
    for superior in (county.wang, county.zhang, county.shen):
        assert client_for(superior).get(url).status_code == 200, superior.name
    for other in (
        county.wu,
        county.xu,
        county.qian,
        county.tao,
        county.sun,
        county.root,
        county.guard,
        county.can,
    ):
        assert client_for(other).get(url).status_code == 404, other.name
    assert client_for(PUBLIC).get(url).status_code == 302


def test_the_page_tells_each_side_its_turn_and_hides_the_others_drafts(
    county: Cast, reach: Reach, client_for: Clients
) -> None:
    made = reach("with_b")
    actions.amend_item(
        county.gu,
        made,
        **item_fields(made, "B09", standard="乙方每月探访两次，高温天加访"),
        reason="高温天多",
    )
    mine = client_for(county.gu).get(made.get_absolute_url()).content.decode()
    assert "高温天加访" in mine
    assert "乙方草稿" in mine
    theirs = client_for(county.lu).get(made.get_absolute_url()).content.decode()
    assert "高温天加访" not in theirs
    assert "高温天多" not in theirs
    onlooker = client_for(county.wang).get(made.get_absolute_url()).content.decode()
    assert "高温天加访" not in onlooker
    actions.respond(county.gu, made)
    theirs = client_for(county.lu).get(made.get_absolute_url()).content.decode()
    for words in ("等甲方回应", "高温天多", "提出对案", "不接受，写理由", "第 1 轮", "1 条在谈", "没回应"):
        assert words in theirs, words
    assert '<ins class="b">' in theirs
    assert '<del class="b">' in theirs
    assert "现在还不能签" in theirs or client_for(county.chen).get(
        made.get_absolute_url()
    ).content.decode().count("现在还不能签")


def test_accepting_and_sending_work_without_script(county: Cast, reach: Reach, client_for: Clients) -> None:
    made = reach("with_b")
    gu, lu = client_for(county.gu), client_for(county.lu)
    base, key = made.get_absolute_url(), key_of(made, "B09")
    item = made.items.get(code="B09")
    form = gu.get(f"{base}amend_item?clause={key}")
    assert form.status_code == 200
    assert item.standard in form.content.decode()
    sent = gu.post(
        f"{base}amend_item",
        {"clause": key, "heading": "独居老人探访", "standard": "乙方每周探访", "weight": item.weight,
         "amount": f"{item.amount_fen / 100:.2f}", "quantity": str(item.quantity), "unit": item.unit,
         "unit_price": f"{(item.unit_price_fen or 0) / 100:.2f}", "reason": "更勤"},
    )  # fmt: skip
    assert sent.status_code == 302, sent.content.decode()[-3000:]
    assert gu.post(f"{base}respond", {"note": ""}).status_code == 302
    change = made.changes.get()
    assert lu.post(f"{base}accept", {"change": change.pk, "next_page": base}).status_code == 302
    assert lu.post(f"{base}agree", {"note": ""}).status_code == 302
    assert fresh(made).state == "agreed"
    refused = lu.post(f"{base}agree", {"note": ""})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("state", "who", "words"),
    [
        ("drafted_a", "lu", ["set_numbers", "add_item?", "add_duty", "add_text", "propose", "refuse"]),
        (
            "with_b",
            "gu",
            ["set_numbers", "add_item", "respond", "agree", "meet", "pause", "comment", "refuse"],
        ),
        ("agreed", "zhou", ["decide", "return_to_talks", "mark_interest"]),
        ("signing", "chen", ["sign", "return_to_talks"]),
        ("signed", "gu", ["disclose", "attach_scan", "record", "serve_notice", "open_supplement"]),
        ("performing", "he", ["pay"]),
        ("performing", "lu", ["record", "serve_notice", "open_supplement", "attach_scan", "succeed"]),
    ],
)
def test_verb_pages_open(
    county: Cast, reach: Reach, client_for: Clients, state: str, who: str, words: list[str]
) -> None:
    made = reach(state)
    client = client_for(getattr(county, who))
    for word in words:
        answer = client.get(f"{made.get_absolute_url()}{word.rstrip('?')}")
        assert answer.status_code == 200, (word, answer.status_code)
        assert str(registry[f"agreements.{word.rstrip('?')}"].label) in answer.content.decode()


@pytest.mark.parametrize("word", ["amend_item", "strike", "amend_payment", "amend_text", "amend_duty"])
def test_clause_forms_are_filled_in(county: Cast, reach: Reach, client_for: Clients, word: str) -> None:
    made = reach("with_b")
    kind = {"amend_payment": "payment", "amend_text": "text", "amend_duty": "duty"}.get(word, "item")
    clause = made.clauses.filter(kind=kind).first()
    assert clause is not None
    page = client_for(county.gu).get(f"{made.get_absolute_url()}{word}?clause={clause.pk}").content.decode()
    assert f'value="{clause.pk}"' in page
    if word != "strike":
        assert clause.heading in page


def test_numbers_change_together(county: Cast, reach: Reach, client_for: Clients) -> None:
    made = reach("drafted_a")
    client, base = client_for(county.lu), made.get_absolute_url()
    assert "data-sum" in client.get(f"{base}set_numbers").content.decode()
    data: dict[str, str] = {"reason": ""}
    for n, item in enumerate(made.items.all()):
        data |= {
            f"items-{n}-clause": str(item.clause_id), f"items-{n}-weight": str((40, 35, 25)[n]), f"items-{n}-quantity": "0",
            f"items-{n}-unit_price": "", f"items-{n}-amount": ("70,000.00", "60000", "50,000")[n],
        }  # fmt: skip
    for n, (due, amount) in enumerate(
        (("2026-04-30", "72000"), ("2026-08-31", "72,000.00"), ("2026-12-31", "36000"))
    ):
        data |= {f"instalments-{n}-due": due, f"instalments-{n}-amount": amount}
    data["instalments-2-tail"] = "on"
    answer = client.post(f"{base}set_numbers", data)
    assert answer.status_code == 302, answer.content.decode()[-4000:]
    made = fresh(made)
    assert (made.weights, made.items_fen, made.instalments_fen) == (100, 180_000_00, 180_000_00)
    assert made.instalments.get(seq=3).tail


def test_year_page_shows_both_sides_and_interest(county: Cast, reach: Reach, client_for: Clients) -> None:
    made = reach("performing")
    item = made.items.get(code="B09")
    actions.record(county.gu, made, item=item.pk, done_on=clock.today(), quantity=40, text="探访 40 人次")
    made.instalments.filter(seq=1).update(pay_by="2026-02-27", due="2026-02-27")
    page = client_for(county.lu).get(f"{made.get_absolute_url()}year").content.decode()
    for words in ("甲方做了什么", "乙方做了什么", "探访 40 人次", "有异议", "逾期 12 天", "迟延利息"):
        assert words in page, words
    assert (
        "有异议"
        not in client_for(county.gu)
        .get(f"{made.get_absolute_url()}year")
        .content.decode()
        .split("记录履约")[0]
    )
    preview = client_for(county.he).get(f"{made.get_absolute_url()}pay").content.decode()
    assert "迟 12 天" in preview


def test_lists_figures_and_export(county: Cast, reach: Reach, client_for: Clients) -> None:
    reach("performing")
    actions.draft_for_township(county.lu, 2026)
    for actor in (county.lu, county.wang, county.zhou, county.shen, county.he, county.qian):
        client = client_for(actor)
        assert client.get("/agreements/").status_code == 200
        assert client.get("/agreements/statistics/").status_code == 200
        assert client.get("/agreements/?group=running&year=2026&flag=late").status_code == 200
    page = client_for(county.lu).get("/agreements/").content.decode()
    assert "33.33%" in page
    assert "中荷" in page
    assert client_for(county.root).get("/agreements/").status_code == 404
    assert client_for(PUBLIC).get("/agreements/").status_code == 302
    book = client_for(county.lu).get("/agreements/export.xlsx?group=running")
    assert b"".join(book.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


def test_drafting_for_all_from_the_page(county: Cast, client_for: Clients) -> None:
    client = client_for(county.lu)
    assert "为 3 个村和社区起草" in client.get("/agreements/new/draft_all").content.decode()
    answer = client.post("/agreements/new/draft_all", {"year": "2026", "code": ["B09", "B10"]})
    assert answer.status_code == 302
    assert Agreement.objects.count() == 3
    assert client_for(county.zhou).get("/agreements/new/draft_all").status_code == 404
    assert client_for(county.zhou).get("/agreements/new/draft").status_code == 200


def test_the_public_reads_signed_agreements_only(county: Cast, reach: Reach, client_for: Clients) -> None:
    made = reach("with_b")
    public = client_for(PUBLIC)
    assert public.get(f"/agreements/public/{made.pk}/").status_code == 404
    assert "中荷村" not in public.get("/agreements/public/?year=2026").content.decode()
    actions.agree(county.gu, made)
    from .conftest import vote

    vote(county, made)
    actions.sign(county.chen, made)
    actions.sign(county.zhou, made)
    assert "中荷村" in public.get("/agreements/public/").content.decode()
    page = public.get(f"/agreements/public/{made.pk}/").content.decode()
    assert "同意 18" in page
    assert made.number in page
    assert "周和" not in page


def test_papers_for_every_state(county: Cast, reach: Reach, client_for: Clients) -> None:
    made = reach("performing")
    actions.serve_notice(county.lu, made, kind="breach", item=made.items.all()[0].pk, reason="没有探访")
    client = client_for(county.lu)
    for key in ("agreement", "fulfilment", "breach_notice", "disclosure"):
        for fmt, start in (("docx", b"PK"), ("pdf", b"%PDF")):
            answer = client.get(f"{made.get_absolute_url()}papers/{key}.{fmt}")
            assert answer.status_code == 200, key
            assert answer.content.startswith(start)
    assert client.get(f"{made.get_absolute_url()}papers/termination.pdf").status_code == 404
    assert client_for(county.wu).get(f"{made.get_absolute_url()}papers/agreement.pdf").status_code == 404


def count(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_queries_do_not_grow_with_the_data(county: Cast, reach: Reach, client_for: Clients) -> None:
    made = reach("performing")
    urls = (
        "/agreements/",
        "/agreements/statistics/",
        "/agreements/public/",
        f"{made.get_absolute_url()}",
        f"{made.get_absolute_url()}year",
    )
    client = client_for(county.lu)
    for url in urls:
        client.get(url)
    before = {url: count(client, url) for url in urls}
    for year in range(2015, 2025):
        Agreement.objects.filter(pk=made.pk)
        for place in ("中荷村", "虹桥村"):
            actions.draft(county.lu, year=year, party_b=county[place].pk, codes="B09")
    item = made.items.get(code="B09")
    for n in range(10):
        actions.record(
            county.gu, made, item=item.pk, done_on=clock.today(), quantity=n, text=f"第 {n} 次探访"
        )
        actions.comment(county.lu, made, clause=key_of(made, "B09"), text="知道了")
    after = {url: count(client, url) for url in urls}
    assert after == before
    assert max(after.values()) <= 45


def test_api_reads(county: Cast, reach: Reach, client_for: Clients) -> None:
    made = reach("with_b")
    actions.amend_item(county.gu, made, **item_fields(made, "B09", standard="乙方每月探访两次"))
    actions.respond(county.gu, made)
    client = client_for(county.lu)
    listed = client.get("/api/v1/agreements")
    assert listed.status_code == 200, listed.content
    assert listed.json()["rows"][0]["number"] == made.number
    one = client.get(f"/api/v1/agreements/{made.pk}").json()
    assert one["sums"]["balanced"] is True
    assert [c["open_change"] for c in one["clauses"] if c["open_change"]] == [made.changes.get().pk]
    assert one["missing"]
    assert client.get(f"/api/v1/agreements/{made.pk}/year").status_code == 200
    assert client.get(f"/api/v1/agreements/{made.pk}/text").status_code == 200
    assert client.get("/api/v1/agreements/statistics").json()[0]["places"] == 3
    assert client_for(county.wu).get(f"/api/v1/agreements/{made.pk}").status_code == 404
    assert client_for(PUBLIC).get("/api/v1/agreements/published").status_code == 200
