"""Two texts side by side: any two moments of one agreement, two years, two committees; on screen and in three files."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gongzhi.cast import Cast
from gongzhi.core.access import PUBLIC, Actor
from gongzhi.core.clock import Hand
from gongzhi.core.refusal import NotFound
from gongzhi.lists.agreements import actions, papers
from gongzhi.lists.agreements.models import Agreement
from gongzhi.lists.agreements.queries import text, versions
from gongzhi.lists.agreements.rules.compare import Pair, compare, counts
from gongzhi.lists.agreements.rules.terms import ItemTerms, Line, PaymentTerms, TextTerms, numbered

from .conftest import fresh, item_fields, key_of

Reach = Callable[..., Agreement]
Clients = Callable[[Actor], Client]


def a_text(*terms: Any, keys: str = "abcdefg") -> list[Line]:
    return numbered([Line(k, t) for k, t in zip(keys, terms, strict=False)])


def kinds(pairs: list[Pair]) -> list[tuple[str, str]]:
    return [(p.kind, p.line.terms.heading) for p in pairs]


B09 = ItemTerms("老年人权益", "探访", weight=60, amount_fen=100, code="B09")
B19 = ItemTerms("居住证", "协助", weight=40, amount_fen=50, code="B19")
PAY = PaymentTerms("付款", 150)


def test_two_agreements_match_by_task_template_and_payment_whatever_they_are_called() -> None:
    last_year = a_text(TextTerms("保密", "甲", "secrecy"), B09, TextTerms("其他", "乙"), PAY)
    this_year = a_text(
        ItemTerms("老年人探访", "探访两次", weight=100, amount_fen=200, code="B09"), TextTerms("保守秘密", "甲", "secrecy"),
        PaymentTerms("费用", 200), TextTerms("其他", "乙"), keys="wxyz",
    )  # fmt: skip
    pairs = compare(last_year, this_year, same_text=False)
    assert kinds(pairs) == [
        ("changed", "老年人探访"), ("changed", "保守秘密"), ("changed", "费用"), ("same", "其他"),
    ]  # fmt: skip
    assert [str(f) for f in pairs[0].fields] == ["标题", "要求", "权重", "金额"]


def test_a_removed_clause_stands_where_it_stood_and_a_struck_one_is_no_part_of_a_text() -> None:
    old = a_text(B09, B19, PAY)
    new = [old[0], Line(old[1].key, B19, struck=True), old[2]]
    assert kinds(compare(old, new, same_text=True)) == [
        ("same", "老年人权益"), ("removed", "居住证"), ("same", "付款"),
    ]  # fmt: skip
    assert counts(compare(new, old, same_text=True)) == {"added": 1, "removed": 0, "changed": 0, "same": 2}


def test_rounds_match_by_the_clause_itself() -> None:
    old = a_text(TextTerms("一", "甲"), TextTerms("二", "乙"))
    new = a_text(TextTerms("二", "甲"), TextTerms("一", "乙"))
    assert kinds(compare(old, new, same_text=True)) == [("changed", "二"), ("changed", "一")]


# ---- the text as it stood ----


def words(lines: list[Line]) -> list[tuple[str, str]]:
    return [(x.terms.heading, x.terms.text()) for x in lines if not x.struck]


def now(made: Agreement) -> list[tuple[str, str]]:
    return words(text.table(fresh(made)).projected(None))


def pay_the_rest(actor: Actor, made: Agreement) -> None:
    """The largest instalment takes up what the items came to."""
    projected = text.table(fresh(made)).projected(made.side_of(actor))
    pay = next(x for x in projected if isinstance(x.terms, PaymentTerms))
    assert isinstance(pay.terms, PaymentTerms)
    parts = [{"due": p.due, "amount": p.amount_fen, "tail": p.tail} for p in pay.terms.instalments]
    most = max(parts, key=lambda p: p["amount"])
    most["amount"] += pay.terms.total_fen - pay.terms.instalments_fen
    actions.amend_payment(actor, made, clause=pay.key, instalments=parts)


def talked(county: Cast, made: Agreement) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Three rounds with everything in them; after each the point's name and the text as it then lay on the table."""
    yield f"{made.pk}.r0", now(made)
    actions.amend_item(
        county.gu, made, **item_fields(made, "B09", standard="乙方每月探访两次"), reason="高温天多"
    )
    actions.strike(county.gu, made, clause=key_of(made, "B19"), reason="人手不够")
    actions.add_text(county.gu, made, heading="高温", body="高温天付高温津贴。", reason="有规定")
    actions.balance(county.gu, made, what="weights")
    pay_the_rest(county.gu, made)
    actions.respond(county.gu, made)
    yield f"{made.pk}.r1", now(made)
    for change in made.changes.filter(status="open"):
        if change.kind == "text":
            actions.amend_text(
                county.lu,
                made,
                clause=change.key,
                heading="高温",
                body="高温天双方另行商量津贴。",
                reason="没有标准",
            )
        else:
            actions.accept(county.lu, made, change=change.pk)
    actions.respond(county.lu, made)
    yield f"{made.pk}.r2", now(made)
    actions.agree(county.gu, fresh(made))
    yield f"{made.pk}.r3", now(made)


def test_every_moment_reads_as_it_then_stood(county: Cast, reach: Reach) -> None:
    made = reach("with_b")
    seen = dict(talked(county, made))
    assert [p.ref for p in versions.points(fresh(made))] == [*seen, str(made.pk)]
    for ref, told in seen.items():
        assert words(versions.version(county.shen, ref).lines) == told, ref
    assert len(set(map(str, seen.values()))) == 3, "agreeing changes nothing that was not on the table"


def test_a_supplement_is_a_moment_of_its_own(county: Cast, reach: Reach) -> None:
    made = reach("performing")
    signed = now(made)
    actions.open_supplement(county.zhou, made, cause="workload", reason="高温天数增加")
    actions.amend_item(
        county.gu, made, **item_fields(made, "B09", standard="乙方每月探访三次"), reason="高温"
    )
    actions.add_text(county.gu, made, heading="高温", body="高温天付高温津贴。", reason="有规定")
    actions.send_supplement(county.gu, made)
    actions.agree_supplement(county.lu, made)
    actions.sign_supplement(county.zhou, made)
    actions.sign_supplement(county.chen, made)
    last = f"{made.pk}.r1"
    assert [p.ref for p in versions.points(fresh(made))][-2:] == [f"{made.pk}.s1", str(made.pk)]
    assert words(versions.version(county.lu, last).lines) == signed
    assert words(versions.version(county.lu, f"{made.pk}.s1").lines) == now(made) != signed


def test_who_changed_what_and_why_between_two_rounds(county: Cast, reach: Reach) -> None:
    made = reach("with_b")
    list(talked(county, made))
    old, new = (versions.version(county.lu, f"{made.pk}.r{n}") for n in (0, 3))
    found = {e.pair.line.terms.heading: e for e in versions.compared(old, new) if e.pair.kind != "same"}
    heat = found["高温"]
    assert (heat.pair.kind, heat.who, heat.why) == ("added", ["乙方", "甲方"], ["有规定", "没有标准"])
    assert {r.side for r in heat.runs if r.mark} == {"a", "b"}
    struck = next(e for e in found.values() if e.pair.kind == "removed")
    assert (struck.who, struck.why) == (["乙方"], ["人手不够"])
    assert "".join(r.text for r in heat.runs if r.mark != "del") == heat.pair.line.terms.text()
    back = versions.compared(new, old)
    assert not any(e.who for e in back), "nobody made the changes backwards"


def test_what_a_side_has_not_sent_is_in_no_text(county: Cast, reach: Reach) -> None:
    made = reach("with_b")
    actions.amend_item(
        county.gu, made, **item_fields(made, "B09", standard="还没送出的话"), reason="草稿理由"
    )
    for who in (county.lu, county.gu, county.wang):
        for point in versions.points(fresh(made)):
            assert "还没送出的话" not in str(words(versions.version(who, point.ref).lines))


@pytest.mark.parametrize("ref", ["", "x", "1.r", "0", "99999", "{pk}.r7", "{pk}.s1", "{pk}.x1"])
def test_no_such_moment_is_not_found(county: Cast, reach: Reach, ref: str) -> None:
    made = reach("with_b")
    with pytest.raises(NotFound):
        versions.version(county.lu, ref.format(pk=made.pk))


# ---- the page and its files ----


@pytest.fixture
def two_years(county: Cast, reach: Reach, hand: Hand) -> tuple[Agreement, Agreement]:
    """The village's agreements of 2026 and 2027."""
    first = reach("performing")
    second = actions.draft(county.lu, year=2027, party_b=county["中荷村"].pk, codes="B09,B17")
    actions.amend_item(county.lu, second, **item_fields(second, "B09", standard="乙方每月探访老人两次"))
    return first, fresh(second)


def test_this_year_is_set_beside_the_last(county: Cast, two_years: Any, client_for: Clients) -> None:
    first, second = two_years
    client = client_for(county.lu)
    assert f"/agreements/compare/?new={second.pk}" in client.get(second.get_absolute_url()).content.decode()
    page = client.get("/agreements/compare/", {"new": second.pk}).content.decode()
    assert f'value="{first.pk}" selected' in page
    told = re.sub(r"<[^>]+>|\s", "", page)
    assert "每月探访老人两次" in told
    for said in ("新增 1 条，删去 2 条", "<del", "<ins", "只看改动", "原文"):
        assert said in page, said
    assert "请先打开一份协议" in client.get("/agreements/compare/").content.decode()


def test_the_three_files_say_the_same(county: Cast, two_years: Any, client_for: Clients) -> None:
    first, second = two_years
    client = client_for(county.lu)
    asked = {"old": first.pk, "new": second.pk}
    book = client.get("/agreements/compare.xlsx", asked)
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).worksheets[0]  # type: ignore[attr-defined]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert {r[0] for r in rows} == {"新增", "删去", "修改", "不变"}
    changed = next(r for r in rows if r[0] == "修改" and r[5] and "每月探访老人两次" in r[5])
    assert isinstance(changed[7], int)
    assert isinstance(changed[9], int | float)
    for fmt, magic in (("docx", b"PK"), ("pdf", b"%PDF")):
        answer = client.get(f"/agreements/compare.{fmt}", asked)
        assert answer.content[:4].startswith(magic)
    entries = versions.compared(*(versions.version(county.lu, str(a.pk)) for a in two_years))
    doc = papers.comparison_doc(*(versions.version(county.lu, str(a.pk)) for a in two_years), entries)
    assert "新增 1 条，删去 2 条" in str(doc.blocks[0])


def test_neighbours_strangers_and_the_public_compare_nothing(
    county: Cast, two_years: Any, client_for: Clients
) -> None:
    first, second = two_years
    asked = {"old": first.pk, "new": second.pk}
    for actor in (county.wu, county.sun, county.tao, county.root):
        for address in ("/agreements/compare/", "/agreements/compare.xlsx", "/agreements/compare.pdf"):
            assert client_for(actor).get(address, asked).status_code == 404, (actor.name, address)
    assert client_for(PUBLIC).get("/agreements/compare/", asked).status_code == 302
    mine = actions.draft(county.wu, year=2027)
    assert (
        client_for(county.wu).get("/agreements/compare/", {"old": first.pk, "new": mine.pk}).status_code
        == 404
    )


def test_the_statistics_are_their_own_workbook(county: Cast, reach: Reach, client_for: Clients) -> None:
    reach("signed")
    answer = client_for(county.wang).get("/agreements/statistics.xlsx?year=2026")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]  # type: ignore[attr-defined]
    rows = {r[0]: r for r in sheet.iter_rows(min_row=2, values_only=True)}
    assert (rows["沙溪镇"][1:4], rows["合计"][2]) == ((3, 1, 33.33), 1)
    assert client_for(county.root).get("/agreements/statistics.xlsx").status_code == 404


def test_comparing_costs_the_same_however_long_the_text(county: Cast, reach: Reach) -> None:
    made = reach("with_b")

    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            versions.compared(
                versions.version(county.lu, f"{made.pk}.r0"), versions.version(county.lu, str(made.pk))
            )
        return len(found)

    before = cost()
    list(talked(county, made))
    assert cost() <= before
