"""Items from Excel: the export is the template; only into a draft; every rule of a list at its own row; undone whole."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.cast import Cast
from gongzhi.core import journal
from gongzhi.core.access import Actor
from gongzhi.core.exchange import commit, export, returned, stage, template, undo
from gongzhi.core.exchange.models import ImportRun
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.todo import Todo
from gongzhi.lists.duties import actions, queries, rules
from gongzhi.lists.duties.models import DutyItem, DutyList
from gongzhi.lists.duties.sheets import ITEMS, item_rows
from gongzhi.lists.duties.tests.conftest import fresh
from gongzhi.lists.duties.tests.test_drafting import refused

ClientFor = Callable[[Actor], Client]
Reach = Callable[..., DutyList]
HEAD = [str(c.label) for c in ITEMS.columns]
LAW = "《村民委员会组织法》第三十条（2018 文本）〔条文已核〕"


def row(**cells: str) -> list[str | None]:
    """One line by column keys."""
    return [cells.get(c.key) for c in ITEMS.columns]


def assist(code: str, name: str, **more: str) -> list[str | None]:
    """A line of the 协助 list that lacks nothing."""
    whole = {"list_type": "协助政府工作事项", "lead": "太仓市民政局", "payer": "委托部门承担", "bases": LAW}
    return row(code=code, name=name, **{**whole, **more})


def own(code: str, name: str, **more: str) -> list[str | None]:
    """A line of the 履职 list."""
    return row(**{"list_type": "依法履行职责事项", "code": code, "name": name, "bases": LAW, **more})


def book(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        page = workbook.add_worksheet()
        for y, line in enumerate([HEAD, *rows]):
            for x, value in enumerate(line):
                if value is not None:
                    page.write_string(y, x, value)
    return out.getvalue()


def staged(cast: Cast, version: DutyList, rows: list[list[Any]]) -> ImportRun:
    return stage(cast.wang, ITEMS, book(rows), "清单.xlsx", version.pk)


def reasons(run: ImportRun) -> dict[int, list[str]]:
    """Line → the columns that are wrong."""
    bad = run.rows.filter(bad=True).order_by("line")
    return {r.line: sorted(p["column"] for p in r.problems) for r in bad}


def codes(version: DutyList) -> list[str]:
    return [i.code for i in queries.items(version)]


# ---- bases in one cell ----

TEXT = st.text(st.characters(categories=["Lo", "Nd"]), min_size=1, max_size=12)
BASES = st.lists(
    st.builds(
        rules.Basis,
        law=TEXT.map(lambda t: f"关于{t}的通知（民发〔2015〕136号）"),
        article=st.sampled_from(["", "第三条第（五）项", "第二条、第二十一条"]),
        text_year=st.sampled_from([None, 2018]),
        mark=st.sampled_from(list(rules.MARKS)),
        quote=st.sampled_from(["", "村民委员会应当"]),
    ),
    max_size=4,
    unique_by=lambda b: (b.law, b.article),
)


@given(BASES)
def test_bases_are_read_back_as_they_were_written(bases: list[rules.Basis]) -> None:
    assert rules.read_bases(rules.written(bases)) == bases


@pytest.mark.parametrize(
    ("text", "law", "article", "mark"),
    [
        ("村民委员会组织法第三十条", "村民委员会组织法", "第三十条", "verify"),
        ("《民法典》第二百七十七条〔条号待复核〕；", "民法典", "第二百七十七条", "knowledge"),
        ("江苏省生活垃圾分类有关条例", "江苏省生活垃圾分类有关条例", "", "verify"),
    ],
)
def test_bases_as_people_write_them(text: str, law: str, article: str, mark: str) -> None:
    (basis,) = rules.read_bases(text)
    assert (basis.law, basis.article, basis.mark) == (law, article, mark)


@pytest.mark.parametrize(
    "text", ["《民法典", "《民法典》第一条〔大概〕", "民法典第一条\n《民法典》第一条", "《》"]
)
def test_a_basis_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Refused) as found:
        rules.read_bases(text)
    assert found.value.rule == "duties.basis_form"


# ---- there and back ----


def test_the_export_is_the_template_and_changes_nothing(whole: Cast, client_for: ClientFor) -> None:
    version = actions.draft(whole.wang, year=2026)
    actions.load_default(whole.wang, version)
    exported = export(whole.wang, ITEMS, item_rows(whole.wang, version)).read()
    empty = openpyxl.load_workbook(template(ITEMS)).worksheets[0]
    sheet = openpyxl.load_workbook(io.BytesIO(exported)).worksheets[0]
    assert [c.value for c in sheet[1]] == [c.value for c in empty[1]]
    lists = [v.formula1 for v in empty.data_validations.dataValidation]
    assert len(lists) == sum(c.kind == "choice" for c in ITEMS.columns)
    run = stage(whole.wang, ITEMS, exported, "清单.xlsx", version.pk)
    assert (run.same, run.creates, run.updates, run.bad) == (63, 0, 0, 0), reasons(run)
    page = client_for(whole.wang).get(f"/duties/{version.pk}/import/{run.pk}/").content.decode()
    assert "0 行可以导入，63 行和现在一样" in page
    assert "文件和现有数据完全一样" in page


def test_new_and_changed_items_are_written_in_one_act(cast: Cast, draft: DutyList) -> None:
    run = staged(cast, draft, [
        own("A05", "调解民间纠纷", plain="邻里有矛盾，可以找村委会", bases="《人民调解法》第八条〔条文已核〕"),
        assist("B17", "慈善款物分配", words="捐款、救灾物资", bases=f"{LAW}\n《慈善法》第七十四条"),
    ])  # fmt: skip
    assert (run.creates, run.updates, run.bad) == (1, 1, 0), reasons(run)
    assert codes(draft) == ["A05", "B10"], "a preview writes nothing"
    commit(cast.wang, ITEMS, run.pk)
    assert codes(draft) == ["A05", "B10", "B17"]
    new = DutyItem.objects.get(version=draft, code="B17")
    assert (new.lead, new.payer, new.words, new.cycle) == (
        cast["民政局"],
        "lead",
        ["捐款", "救灾物资"],
        "standing",
    )
    assert (new.lineage, new.mark, new.bases.count()) == (new.pk, "verify", 2)
    old = DutyItem.objects.get(version=draft, code="A05")
    assert (old.plain, old.words, old.bases.get().law) == (
        "邻里有矛盾，可以找村委会",
        ["漏水", "吵架"],
        "人民调解法",
    )
    assert queries.find(draft, "捐款归谁管").answer == new
    entry = journal.of(draft)[0]
    assert (entry.verb, entry.done["created"], entry.done["updated"]) == ("exchange.commit", 1, 1)
    assert entry.done["was"][0]["before"]["plain"] == ""
    assert fresh(draft).revision == draft.revision + 1


def test_the_whole_import_is_undone(cast: Cast, draft: DutyList) -> None:
    before = list(item_rows(cast.wang, draft))
    run = staged(cast, draft, [own("A05", "调解民间纠纷", plain="新说法"), assist("B17", "慈善款物分配")])
    commit(cast.wang, ITEMS, run.pk)
    undo(cast.wang, ITEMS, run.pk)
    assert list(item_rows(cast.wang, draft)) == before
    assert queries.find(draft, "慈善款物").answer is None
    assert journal.of(draft)[0].verb == "exchange.undo"


def test_names_may_be_exchanged(cast: Cast, draft: DutyList) -> None:
    commit(
        cast.wang,
        ITEMS,
        staged(cast, draft, [own("A01", "村务公开一类"), own("A02", "村务公开二类事项表")]).pk,
    )
    run = staged(cast, draft, [own("A01", "村务公开二类事项表"), own("A02", "村务公开一类")])
    commit(cast.wang, ITEMS, run.pk)
    assert DutyItem.objects.get(version=draft, code="A02").name == "村务公开一类"
    undo(cast.wang, ITEMS, run.pk)
    assert DutyItem.objects.get(version=draft, code="A01").name == "村务公开一类"


@pytest.mark.parametrize("since", ["edit", "drop", "flag"])
def test_what_was_touched_since_keeps_the_import(cast: Cast, draft: DutyList, since: str) -> None:
    run = staged(cast, draft, [assist("B17", "慈善款物分配")])
    commit(cast.wang, ITEMS, run.pk)
    item = DutyItem.objects.get(version=draft, code="B17").pk
    if since == "edit":
        actions.edit_item(cast.wang, draft, item=item, plain="改过")
    elif since == "drop":
        actions.drop_item(cast.wang, draft, item=item, reason="不要了")
    else:
        actions.flag_repealed(
            cast.wang,
            draft,
            item=item,
            law="村民委员会组织法",
            since=draft.created_at.date(),
            document="新法",
        )
    with pytest.raises(Refused) as found:
        undo(cast.wang, ITEMS, run.pk)
    assert found.value.rule == ("exchange.used_since" if since == "flag" else "exchange.changed_since")
    run.refresh_from_db()
    assert (run.state, DutyItem.objects.filter(pk=item).exists()) == ("committed", True)


# ---- every rule at its own row ----

REFUSED = {
    "no lead department": (assist("B17", "慈善款物分配", lead=""), ["lead"]),
    "nobody pays": (assist("B17", "慈善款物分配", payer=""), ["payer"]),
    "no basis": (assist("B17", "慈善款物分配", bases=""), ["bases"]),
    "an unreadable basis": (assist("B17", "慈善款物分配", bases="《民法典"), ["bases"]),
    "a township is no department": (assist("B17", "慈善款物分配", lead="沙溪镇"), ["lead"]),
    "code without its shape": (assist("B1", "慈善款物分配"), ["code"]),
    "no such list": (assist("B17", "慈善款物分配", list_type="其他"), ["list_type"]),
    "no name": (assist("B17", ""), ["name"]),
    "the same task in another list": (assist("B17", "协助调解民间纠纷工作"), ["name"]),
    "the same task in the same list": (own("A09", "做好调解民间纠纷工作"), ["name"]),
    "the code of another item": (own("B10", "村务公开"), ["code"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_each_rule_refuses_its_own_row(cast: Cast, draft: DutyList, case: str) -> None:
    line, columns = REFUSED[case]
    run = staged(
        cast, draft, [own("A09", "村务公开"), line] if "A09" not in line else [own("A10", "村务公开"), line]
    )
    assert reasons(run) == {3: columns}
    with pytest.raises(Refused) as found:
        commit(cast.wang, ITEMS, run.pk)
    assert found.value.rule == "exchange.bad_rows"
    assert len(codes(draft)) == 2, "all or nothing"
    commit(cast.wang, ITEMS, run.pk, only_good=True)
    assert len(codes(draft)) == 3, "the good rows only"


def test_two_lines_of_the_file_may_not_be_one_task(cast: Cast, draft: DutyList) -> None:
    run = staged(cast, draft, [own("A09", "村务公开"), assist("B18", "协助村务公开"), own("A09", "另一件事")])
    assert reasons(run) == {3: ["name"], 4: ["code"]}


def test_a_line_that_gives_way_leaves_its_item_and_the_rest_is_looked_at_again(
    cast: Cast, draft: DutyList
) -> None:
    commit(cast.wang, ITEMS, staged(cast, draft, [own("A01", "办理公共事务"), own("A02", "公益事业")]).pk)
    run = staged(cast, draft, [
        own("A03", "办理公共事务"),          # free only if A01 becomes something else
        own("A01", "办理公共事务和公益"),
        own("A04", "办理公共事务和公益事"),   # gives way to the line above
        own("A02", "公益事业办理公共事务和公益"),
    ])  # fmt: skip
    assert 4 in reasons(run)
    commit(cast.wang, ITEMS, run.pk, only_good=True)
    problems = rules.check_same_task(queries.lines(draft))
    assert not problems


def test_two_lists_take_no_main_responsibility(cast: Cast) -> None:
    version = actions.draft(cast.wang, year=2026, kind="two")
    run = staged(cast, version, [row(list_type="主体责任事项", code="C01", name="党的建设", bases=LAW)])
    assert reasons(run) == {2: ["list_type"]}


def test_bad_rows_come_back_with_their_reasons_and_go_in_again(cast: Cast, draft: DutyList) -> None:
    run = staged(cast, draft, [assist("B17", "慈善款物分配", lead=""), assist("B18", "志愿活动场所便利")])
    page = openpyxl.load_workbook(returned(cast.wang, ITEMS, run)).worksheets[0]
    line = [c.value for c in page[2]]
    assert (page.max_row, line[1], line[-2]) == (2, "B17", 2)
    assert "必须写明牵头部门" in line[-1]
    line[HEAD.index("牵头部门")] = "太仓市民政局"
    again = staged(cast, draft, [line[: len(HEAD)]])
    assert (again.bad, again.creates) == (0, 1)


# ---- only into a draft, only by the office ----


def test_only_a_draft_takes_items(cast: Cast, draft: DutyList, reach: Reach) -> None:
    waiting = staged(cast, draft, [own("A09", "村务公开")])
    done = staged(cast, draft, [own("A10", "反映意见建议")])
    commit(cast.wang, ITEMS, done.pk)
    reach(draft, "under_review")
    for act in (
        lambda: staged(cast, draft, [own("A11", "法律宣传")]),
        lambda: commit(cast.wang, ITEMS, waiting.pk),
        lambda: undo(cast.wang, ITEMS, done.pk),
    ):
        with refused("duties.not_editable"):
            act()
    reach(draft, "in_force")
    with pytest.raises(Refused) as found:
        staged(cast, draft, [own("A11", "法律宣传")])
    assert found.value.rule == "duties.in_force_unchanged"
    assert found.value.problems[0].way_out.endswith("revise")
    waiting.refresh_from_db()
    assert waiting.state == "staged"


def test_what_opinions_change_is_reviewed_again(cast: Cast, draft: DutyList, reach: Reach) -> None:
    reach(draft, "consulted")
    actions.amend(cast.wang, draft.pk, reason="采纳意见")
    run = staged(cast, draft, [own("A05", "调解民间纠纷", plain="新说法")])
    commit(cast.wang, ITEMS, run.pk)
    assert DutyItem.objects.get(version=draft, code="A05").legality == ""
    assert Todo.objects.filter(key__contains="review:amended", closed=None).exists()
    undo(cast.wang, ITEMS, run.pk)
    assert DutyItem.objects.get(version=draft, code="A05").legality == "passed"
    assert not Todo.objects.filter(key__contains="review:amended", closed=None).exists()


@pytest.mark.parametrize("who", ["min", "lu", "zhou", "fang", "zhang", "shen"])
def test_nobody_else_imports(cast: Cast, draft: DutyList, client_for: ClientFor, who: str) -> None:
    actor = getattr(cast, who)
    with pytest.raises(NotFound):
        stage(actor, ITEMS, book([own("A09", "村务公开")]), "清单.xlsx", draft.pk)
    assert client_for(actor).get(f"/duties/{draft.pk}/import/").status_code == 404


# ---- the pages ----


def test_the_page_of_a_draft_leads_through_the_import(
    cast: Cast, draft: DutyList, client_for: ClientFor
) -> None:
    client = client_for(cast.wang)
    desk = f"/duties/{draft.pk}/import/"
    assert desk in client.get(f"/duties/{draft.pk}/").content.decode()
    file = SimpleUploadedFile(
        "清单.xlsx", book([own("A09", "村务公开"), assist("B17", "慈善款物分配", lead="")])
    )
    answer = client.post(desk, {"file": file})
    preview = client.get(answer["Location"]).content.decode()
    assert "1 行可以导入，1 行有问题" in preview
    assert "必须写明牵头部门" in preview
    assert draft.label() in preview
    run = ImportRun.objects.get()
    other = actions.draft(cast.wang, year=2026, kind="two")
    assert client.get(f"/duties/{other.pk}/import/{run.pk}/").status_code == 404
    assert client.post(f"{desk}{run.pk}/commit", {"rows": "good"}).status_code == 302
    assert "A09" in codes(draft)
    assert "清单.xlsx" in client.get(f"/duties/{draft.pk}/").content.decode(), (
        "the version's own story tells it"
    )
    assert client.post(f"{desk}{run.pk}/undo").status_code == 302
    assert "A09" not in codes(draft)
    for name in ("template", "export"):
        assert b"".join(client.get(desk + name).streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


def test_a_list_in_force_says_why_it_takes_nothing(
    cast: Cast, draft: DutyList, reach: Reach, client_for: ClientFor
) -> None:
    reach(draft, "in_force")
    client = client_for(cast.wang)
    page = client.get(f"/duties/{draft.pk}/import/")
    assert page.status_code == 422
    assert "已印发的清单不能改" in page.content.decode()
    assert f"/duties/{draft.pk}/revise" in page.content.decode()
    assert "/import/" not in client.get(f"/duties/{draft.pk}/").content.decode()


def test_looking_at_a_file_costs_the_same_whatever_its_length(
    cast: Cast, draft: DutyList, django_assert_max_num_queries: Any
) -> None:
    lines = [
        own(f"D{n:03}", f"{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{n:03}号公共设施{chr(0x4E00 + 97 * n)}巡查")
        for n in range(200)
    ]
    with django_assert_max_num_queries(16):
        run = staged(cast, draft, lines)
    assert run.good + run.bad == 200
