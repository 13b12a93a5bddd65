"""What people see: the answer to a plain question, the lists, objections without signing in, files, fixed costs."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from gongzhi.cast import OPENED, Cast
from gongzhi.core import units
from gongzhi.core.access import PUBLIC, Actor
from gongzhi.core.clock import Hand
from gongzhi.lists.duties import actions, queries
from gongzhi.lists.duties.models import Consultation, DutyItem, DutyList, Objection
from gongzhi.lists.duties.sheets import ITEMS
from gongzhi.lists.duties.tests.conftest import put

ClientFor = Callable[[Actor], Client]
Reach = Callable[..., DutyList]


@pytest.fixture
def in_force(whole: Cast, hand: Hand) -> DutyList:
    """The default list, in force."""
    version = actions.seed_default(
        whole.wang,
        2026,
        number="太政发〔2026〕15号",
        valid_from=date(2026, 4, 1),
        legal=whole.fang,
        head=whole.zhang,
    )
    hand.set(date(2026, 4, 1))
    actions.turn_of_the_day()
    version.refresh_from_db()
    return version


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


# ---- 这件事归谁管 ----


ASKED = {
    "残疾人参加医保，村里能帮忙办吗": "B10",
    "邻居漏水吵架找谁": "A05",
    "隔壁搭违建归谁拆": "N05",
    "居住证去哪里办": "B19",
    "村里让我交清洁费合规吗": "A13",
    "开收入证明找谁": "N09",
    "我妈失智了没人照顾": "A20",
    "低保": "B06",
    "办暂住证": "B19",
    "社区罚款合法吗": "N04",
    "被家暴了怎么办": "B13",
    "电动车飞线充电归谁管": "B14",
    "想成立业委会": "A19",
    "当兵报名": "B27",
}


def test_residents_find_it_in_their_own_words(in_force: DutyList) -> None:
    found = {q: queries.find(in_force, q).answer for q in ASKED}
    assert {q: i.code if i else None for q, i in found.items()} == ASKED


def test_what_is_on_no_list_has_no_answer(in_force: DutyList) -> None:
    assert queries.find(in_force, "宇宙飞船发射").answer is None
    assert queries.find(in_force, "？！").related == []


def test_the_answer_says_whose_which_article_who_pays_and_how_to_object(in_force: DutyList) -> None:
    said = text_of(Client().get("/duties/ask/", {"q": "残疾人参加医保，村里能帮忙办吗"}))
    for words in ("归市残联管，", "村（居）委会应当帮您。", "残疾人保障法 第七条、第四十七条", "应当鼓励、帮助残疾人参加社会保险",
                  "您不用出钱", "村民委员会组织法第三十七条（2018 文本）", "10 个工作日内书面答复", "12345", "太政发〔2026〕15号"):  # fmt: skip
        assert words in said
    assert "待核对" not in said


def test_a_doubtful_basis_keeps_its_mark_wherever_it_is_shown(in_force: DutyList) -> None:
    doubtful = DutyItem.objects.get(version=in_force, code="B16")
    assert "待核对" in text_of(Client().get(doubtful.get_absolute_url()))
    assert "依据待核实" in text_of(Client().get("/duties/public/"))
    assert "条号待复核" in text_of(Client().get(f"/duties/{in_force.pk}/print/"))


def test_no_answer_offers_other_ways(in_force: DutyList) -> None:
    said = text_of(Client().get("/duties/ask/", {"q": "宇宙飞船"}))
    assert "清单里没有直接写到“宇宙飞船”" in said
    assert "12345" in said


def test_a_question_is_text_whatever_it_holds(in_force: DutyList) -> None:
    for question in ("<script>alert(1)</script>", "' | !! & (", "a" * 5000, "''低保''"):
        answer = Client().get("/duties/ask/", {"q": question})
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.content


def test_before_there_is_a_list_the_page_says_so(cast: Cast) -> None:
    assert "清单还没有印发" in text_of(Client().get("/duties/ask/"))
    assert Client().get("/duties/public/").status_code == 200


# ---- doors ----

PAGES = {
    # path: who may open it (all others: 302 to sign-in for the public, 404 for the rest). {open} was never sent out.
    "/duties/": "everyone",
    "/duties/ask/": "everyone",
    "/duties/public/": "everyone",
    "/duties/history/": "everyone",
    "/duties/compare/": "everyone",
    "/duties/{open}/": "wang zhang fang shen min can",
    "/duties/{open}/print/": "wang zhang fang shen min can",
    "/duties/{open}/items.xlsx": "wang zhang fang shen min can",
    "/duties/{open}/offers/": "wang zhang fang shen min can",
    "/duties/{open}/consultation/": "wang zhang fang shen min can",
    "/duties/{open}/figures/": "wang zhang fang shen min can",
    "/duties/{open}/papers/whole.docx": "wang zhang fang shen min can",
    "/duties/items/{open_item}/": "wang zhang fang shen min can",
    "/duties/{shown}/": "everyone",
    "/duties/{shown}/print/": "everyone",
    "/duties/{shown}/items.xlsx": "everyone",
    "/duties/{shown}/papers/whole.docx": "everyone",
    "/duties/items/{shown_item}/": "everyone",
    "/duties/object/?list={shown}": "everyone",
    "/duties/object/?list={open}": "wang zhang fang shen min can",
    "/duties/{shown}/consultation.xlsx": "wang zhang fang shen lu qian tao zhou wu",
    "/duties/consultations/{opinion}/": "wang zhang fang shen lu zhou",
    "/duties/objections/{objection}/": "wang zhang fang shen",
    "/duties/new/draft": "wang",
    "/duties/new/object": "signed in",
    "/duties/{open}/add_item": "wang",
    "/duties/{open}/edit_item": "wang",
    "/duties/{open}/drop_item": "wang",
    "/duties/{open}/load_default": "wang",
    "/duties/{open}/accept_item": "wang",
    "/duties/{open}/return_item": "wang",
    "/duties/{open}/offer_item": "min can",
    "/duties/{open}/send_review": "wang",
    "/duties/{open}/withdraw": "wang",
    "/duties/{open}/review_item": "fang",
    "/duties/{open}/pass_review": "fang",
    "/duties/{open}/return_review": "fang",
    "/duties/{shown}/revise": "wang",
    "/duties/{shown}/open_consultation": "wang",
    "/duties/{shown}/close_consultation": "wang",
    "/duties/{shown}/amend": "wang",
    "/duties/{shown}/publicise": "wang",
    "/duties/{shown}/reopen": "wang",
    "/duties/{shown}/issue": "zhang",
    "/duties/{shown}/close_before": "",
    "/duties/{shown}/enter_force": "",
    "/duties/{shown}/retire": "",
    "/duties/{shown}/flag_repealed": "wang fang min can",
    "/duties/consultations/{opinion}/agree": "zhou",
    "/duties/consultations/{opinion}/dissent": "zhou",
    "/duties/consultations/{opinion}/record": "wang lu",
    "/duties/consultations/{opinion}/reply": "wang",
    "/duties/objections/{objection}/dismiss": "wang",
    "/duties/objections/{objection}/uphold": "wang",
}
# Insiders, superiors, neighbours (another department, village or township) and strangers.
WHO = ("wang", "zhang", "fang", "shen", "min", "can", "lu", "zhou", "wu", "tao", "qian", "root")


@pytest.fixture
def doors(cast: Cast, draft: DutyList, reach: Reach) -> dict[str, int]:
    """A version open to the public, one still in work, an opinion of 中荷村 and an objection."""
    shown = reach(draft, "publicised")
    objection = actions.object_to(PUBLIC, list=shown.pk, text="意见意见")
    other = actions.draft(cast.wang, year=2026, kind="two")
    put(cast, other, "A01", "SELF_DUTY", "召集会议")
    return {
        "shown": shown.pk, "open": other.pk, "objection": objection.pk,
        "opinion": Consultation.objects.get(version=shown, unit=cast["中荷村"]).pk,
        "shown_item": queries.items(shown)[0].pk, "open_item": queries.items(other)[0].pk,
    }  # fmt: skip


def test_every_door(cast: Cast, doors: dict[str, int], client_for: ClientFor) -> None:
    clients = {name: client_for(getattr(cast, name)) for name in WHO}
    wrong = []
    for path, who in PAGES.items():
        url = path.format(**doors)
        public = Client().get(url).status_code
        if public != 200 if who == "everyone" else public not in (302, 404):
            wrong.append((path, "public", public))
        for name, client in clients.items():
            status = client.get(url).status_code
            opened = who in ("everyone", "signed in") or name in who.split()
            if status not in ((200, 422) if opened else (404,)):
                wrong.append((path, name, status))
    assert wrong == []


def test_every_verb_stands_in_the_table_of_doors() -> None:
    from gongzhi.core import action

    walked = {p.rstrip("/").rsplit("/", 1)[-1] for p in PAGES}
    assert {v.word for v in action.registry.values() if v.room == "duties"} <= walked


def test_a_department_sees_its_own_offers_only(
    cast: Cast, doors: dict[str, int], client_for: ClientFor
) -> None:
    actions.offer_item(cast.min, doors["open"], code="B17", name="慈善款物分配", bases=[{"law": "慈善法"}])
    url = f"/duties/{doors['open']}/offers/"
    assert "慈善款物分配" in text_of(client_for(cast.min).get(url))
    assert "慈善款物分配" not in text_of(client_for(cast.can).get(url))


def test_the_workbook_of_opinions_holds_the_readers_scope_only(
    cast: Cast, doors: dict[str, int], client_for: ClientFor
) -> None:
    def rows(actor: Actor) -> int:
        answer = client_for(actor).get(f"/duties/{doors['shown']}/consultation.xlsx")
        return load_workbook(io.BytesIO(answer.content)).active.max_row - 1

    assert (rows(cast.wang), rows(cast.lu), rows(cast.tao), rows(cast.zhou)) == (4, 3, 1, 1)


# ---- objections on the page ----


def test_anybody_objects_on_the_page_and_reads_the_answer_later(cast: Cast, doors: dict[str, int]) -> None:
    client = Client()
    url = f"/duties/object/?list={doors['shown']}&item={doors['shown_item']}"
    assert "不用登录" in text_of(client.get(url))
    said = {
        "list": doors["shown"],
        "item": doors["shown_item"],
        "text": "这一条写得不清楚",
        "channel": "online",
    }
    said |= {"name": "李四", "contact": "13812345678"}
    answer = client.post("/duties/object/", said)
    assert answer.status_code == 302
    page = text_of(Client().get(answer["Location"]))
    assert "收到了" in page
    assert "13812345678" not in page
    made = Objection.objects.latest("pk")
    assert (made.channel, made.unit_id, made.item_id) == ("online", None, doors["shown_item"])
    actions.dismiss(cast.wang, made, reply="已写明")
    assert "已写明" in text_of(Client().get(answer["Location"]))
    assert Client().get("/duties/reply/unknown/").status_code == 404


def test_an_empty_objection_is_shown_again(doors: dict[str, int]) -> None:
    answer = Client().post("/duties/object/", {"list": doors["shown"], "text": "", "channel": "online"})
    assert answer.status_code == 422
    assert not Objection.objects.filter(text="").exists()


def test_too_many_objections_from_one_place_are_refused_in_words(doors: dict[str, int]) -> None:
    said = {"list": doors["shown"], "text": "意见意见", "channel": "online"}
    answers = [Client().post("/duties/object/", said) for _ in range(6)]
    assert [a.status_code for a in answers] == [302] * 5 + [422]
    assert "12345" in text_of(answers[-1])


def test_the_office_sees_contacts_masked(cast: Cast, doors: dict[str, int], client_for: ClientFor) -> None:
    made = actions.object_to(PUBLIC, list=doors["shown"], text="意见意见", name="李四", contact="13812345678")
    page = text_of(client_for(cast.wang).get(made.get_absolute_url()))
    assert "13812345678" not in page
    assert "李四" not in page
    assert "李*" in page


# ---- working on the page ----


def test_an_item_is_edited_on_the_page(cast: Cast, doors: dict[str, int], client_for: ClientFor) -> None:
    client, url = client_for(cast.wang), f"/duties/{doors['open']}/edit_item"
    page = client.get(url, {"item": doors["open_item"]}).content.decode()
    assert "召集会议" in page
    assert "村民委员会组织法" in page
    said = {
        "item": doors["open_item"], "code": "A01", "list_type": "SELF_DUTY", "name": "召集会议、报告工作", "applies_to": "both",
        "cycle": "yearly", "lead": "0", "bases-0-law": "村民委员会组织法", "bases-0-article": "第二十一条",
        "bases-0-text_year": "2018", "bases-0-mark": "checked", "bases-1-law": "", "bases-1-article": "",
    }  # fmt: skip
    answer = client.post(url, said)
    assert (answer.status_code, answer["Location"]) == (302, f"/duties/{doors['open']}/")
    item = DutyItem.objects.get(pk=doors["open_item"])
    assert (item.name, item.cycle, [str(b) for b in item.bases.all()]) == (
        "召集会议、报告工作", "yearly", ["村民委员会组织法第二十一条（2018 文本）"],
    )  # fmt: skip


def test_a_refusal_on_the_page_names_rule_and_source(
    cast: Cast, doors: dict[str, int], client_for: ClientFor
) -> None:
    said = {
        "code": "B01",
        "list_type": "ASSIST",
        "name": "维护治安",
        "applies_to": "both",
        "cycle": "standing",
    }
    answer = client_for(cast.wang).post(f"/duties/{doors['open']}/add_item", said)
    assert answer.status_code == 422
    assert "必须写明牵头部门" in text_of(answer)
    assert "清单编制程序" in text_of(answer)


def test_a_list_in_force_shows_its_edit_verb_locked_with_the_way_out(
    in_force: DutyList, whole: Cast, client_for: ClientFor
) -> None:
    page = client_for(whole.wang).get(f"/duties/{in_force.pk}/")
    said = text_of(page)
    assert "已印发的清单不能改" in said
    assert "社区工作准入" in said
    assert f"/duties/{in_force.pk}/revise" in page.content.decode()


# ---- files ----


def test_the_comparison_is_a_page_a_workbook_and_papers(in_force: DutyList, whole: Cast, hand: Hand) -> None:
    hand.set(date(2026, 10, 12))
    actions.revise(whole.wang, in_force, year=2027)
    new = in_force.successors.get()
    item = DutyItem.objects.get(version=new, code="B24")
    actions.edit_item(whole.wang, new, item=item.pk, standard="每季度抽查一次")
    dropped = DutyItem.objects.get(version=new, code="B20")
    actions.drop_item(whole.wang, new, item=dropped.pk, reason="普查年度再列")
    query = {"old": in_force.pk, "new": new.pk}
    assert Client().get("/duties/compare/", query).status_code == 404  # a draft is not for everybody
    assert Client().get("/duties/compare.xlsx", query).status_code == 404
    from gongzhi.lists.duties.papers import comparison_doc
    from gongzhi.lists.duties.sheets import comparison_workbook

    sheet = load_workbook(io.BytesIO(comparison_workbook(queries.comparison(in_force, new)))).active
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=2)]
    assert [(r[0], r[1], r[4]) for r in rows] == [("取消", "B20", ""), ("修改", "B24", "B24")]
    assert "每季度抽查一次" in rows[1][7]
    doc = comparison_doc(in_force, new)
    assert "精简率 3.70%" in doc.blocks[1].text  # 27 → 26


@pytest.mark.parametrize("key", ["whole", "note"])
@pytest.mark.parametrize("fmt", ["docx", "pdf"])
def test_the_papers_are_whole_files(in_force: DutyList, key: str, fmt: str) -> None:
    answer = Client().get(f"/duties/{in_force.pk}/papers/{key}.{fmt}")
    assert answer.status_code == 200
    if fmt == "pdf":
        assert answer.content.startswith(b"%PDF")
    else:
        inside = zipfile.ZipFile(io.BytesIO(answer.content)).read("word/document.xml").decode()
        assert "太政发〔2026〕15号" in inside
        assert {"whole": "残疾人工作、参保帮助", "note": "期满未答复 0 个"}[key] in re.sub(
            "<[^>]+>", "", inside
        )


def test_the_workbook_of_items_keeps_the_marks_and_no_formula(in_force: DutyList, whole: Cast) -> None:
    DutyItem.objects.filter(version=in_force, code="A01").update(note="=1+1")
    answer = Client().get(f"/duties/{in_force.pk}/items.xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    at = {str(c.label): n for n, c in enumerate(ITEMS.columns)}
    rows = {r[at["编号"]].value: r for r in sheet.iter_rows(min_row=2)}
    assert len(rows) == 63
    assert "依据待核实" in rows["B16"][at["依据"]].value
    note = rows["A01"][at["备注"]]
    assert (note.value, note.data_type) == ("=1+1", "s")


def test_the_figures_go_out_as_a_workbook(in_force: DutyList) -> None:
    answer = Client().get(f"/duties/{in_force.pk}/figures.xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert ("各清单的事项", "协助政府工作事项", 27) in rows
    assert sum(n for what, _, n in rows if what == "各部门的协助事项") == 27
    assert ("其他", "没有依据", 0) in rows


# ---- fixed costs ----


def more_of_everything(cast: Cast, version: DutyList) -> None:
    """Ten times the items, committees asked and objections."""
    for item in list(DutyItem.objects.filter(version=version)):
        bases = list(item.bases.all())
        for n in range(9):
            item.pk, item.code, item.normal_name = (
                None,
                f"{item.code[0]}{800 + n}{item.code[-1]}"[:4],
                f"{item.normal_name}{n}",
            )
            item.code = f"X{DutyItem.objects.count():03}"
            item.save()
            for b in bases:
                b.pk, b.item = None, item
                b.save()
    rows = [(units.COMMITTEE, f"第{n}村", f"第{n}村", None) for n in range(36)]
    for unit in units.open_units(rows, parent=cast["沙溪镇"], opened=OPENED):
        Consultation.objects.create(
            version=version, unit=unit, round=version.round, state="agreed", text="同意"
        )
    for _ in range(9):
        actions.object_to(cast.zhou, list=version.pk, text="意见意见", channel="paper")


COSTS = (
    "/duties/",
    "/duties/{v}/",
    "/duties/{v}/offers/",
    "/duties/{v}/consultation/",
    "/duties/{v}/objections/",
    "/duties/{v}/figures/",
    "/duties/{v}/print/",
    "/duties/{v}/items.xlsx",
    "/duties/public/{v}/",
    "/duties/history/",
    "/duties/ask/?q=残疾人医保",
    "/duties/items/{i}/",
    "/duties/consultations/{c}/",
    "/duties/compare/?old={v}&new={v}",
    "/api/v1/duties",
    "/api/v1/duties/{v}/items",
    "/api/v1/duties/{v}/figures",
    "/api/v1/duties/search?q=残疾人医保",
)


def test_ten_times_the_data_costs_no_more_queries(
    cast: Cast, draft: DutyList, reach: Reach, client_for: ClientFor
) -> None:
    version = reach(draft, "in_force")
    actions.object_to(cast.zhou, list=version.pk, text="意见意见", channel="paper")
    item = DutyItem.objects.get(version=version, code="B10")
    opinion = Consultation.objects.get(version=version, unit=cast["中荷村"])
    urls = [path.format(v=version.pk, i=item.pk, c=opinion.pk) for path in COSTS]
    client = client_for(cast.wang)

    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    for url in urls:
        count(url)  # what is remembered between requests is read once
    before = {url: count(url) for url in urls}
    more_of_everything(cast, version)
    assert {url: count(url) for url in urls} == before
    assert max(before.values()) <= 26


def test_whoever_took_an_objection_on_paper_enters_it(
    cast: Cast, doors: dict[str, int], client_for: ClientFor
) -> None:
    said = {"list": doors["shown"], "text": "村民书面提出的意见", "channel": "paper"}
    assert client_for(cast.gu).post("/duties/object/", said).status_code == 302
    made = Objection.objects.latest("pk")
    assert (made.channel, made.unit) == ("paper", cast["中荷村"])
