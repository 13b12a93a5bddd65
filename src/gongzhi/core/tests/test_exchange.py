"""Excel both ways: template, preview, reasons sent back, one act, undo; sealed columns stay sealed on the way."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.db import connection, models
from python_calamine import CalamineWorkbook

from gongzhi.cast import Cast
from gongzhi.core import access, clock, identity, roles
from gongzhi.core.access import Actor
from gongzhi.core.exchange import (
    Change,
    Column,
    Row,
    Sheet,
    bulk,
    commit,
    committing,
    drop,
    export,
    returned,
    stage,
    staging,
    template,
    undo,
)
from gongzhi.core.exchange.models import ImportChange, ImportFile, ImportProgress, ImportRow, ImportRun
from gongzhi.core.journal import JournalEntry
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.roles import Reach
from gongzhi.core.sealed import SealedTextField, blind
from gongzhi.core.thing import Thing
from gongzhi.core.units import Unit
from gongzhi.core.words import say


class Resident(Thing):
    """A row of the tests' register."""

    name = models.TextField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_constraint=False)
    phone = SealedTextField(default="", blind=True)
    kind = models.TextField(default="worker")
    since = models.DateField(null=True)
    pay_fen = models.BigIntegerField(null=True)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    extra = models.JSONField(default=dict)
    SCOPE = ("unit",)

    class Meta:
        app_label = "exchange_tests"


class Visit(models.Model):
    """Something that refers to a resident."""

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT)

    class Meta:
        app_label = "exchange_tests"


COLUMNS = [
    Column("name", say("姓名"), required=True, example="顾勤", mask=identity.mask_name),
    Column("village", say("所属村（社区）"), required=True),
    Column("phone", say("手机号"), "phone", sealed=True),
    Column("kind", say("岗位"), "choice", choices={"director": "主任", "worker": "社区工作者"}),
    Column("since", say("任职日期"), "date"),
    Column("pay", say("月补贴（元）"), "money"),
    Column("score", say("评分"), "decimal"),
]


def examine(actor: Actor, rows: list[Row]) -> None:
    """Villages within the actor's reach; a known phone is the same person."""
    names = {r["village"] for r in rows if r["village"]}
    below = Unit.objects.filter(short__in=names, path__startswith=actor.unit_path)
    units = dict(below.values_list("short", "pk"))
    for row in rows:
        row.values["unit"] = units.get(row["village"])
        if row["village"] and not row.values["unit"]:
            row.bad("village", say("“{name}”不在您的范围内", name=row["village"]))
        if row["phone"]:
            known = Resident.objects.filter(phone_index=blind(row["phone"])).first()
            if known is not None:
                row.target = known.pk
                row.doing = "same" if known.name == row["name"] else "update"


def apply(actor: Actor, rows: list[Row]) -> list[Change]:
    new = [r for r in rows if r.doing == "create"]
    old = [r for r in rows if r.doing == "update"]
    fields = ("name", "unit_id", "phone", "kind", "since", "pay_fen", "score")
    ids = bulk.copy_new(
        Resident,
        fields,
        [
            (r["name"], r["unit"], r["phone"] or "", r["kind"] or "worker", r["since"], r["pay"], r["score"])
            for r in new
        ],
    )
    images = bulk.update_rows(Resident, ("name", "phone"), [(r.target, r["name"], r["phone"]) for r in old])
    made = [Change(r.line, pk, mark="0") for r, pk in zip(new, ids, strict=True)]
    return made + [Change(r.line, r.target, *images[r.target]) for r in old if r.target]


SHEET = Sheet(
    "tests.residents",
    say("村（社区）工作者"),
    COLUMNS,
    verb="tests.import",
    examine=examine,
    apply=apply,
    revert=lambda actor, changes: bulk.revert_rows(Resident, changes),
    rows=lambda actor: (
        {"name": r.name, "village": r.unit.short, "kind": r.kind, "since": r.since, "pay": r.pay_fen}
        for r in Resident.objects.visible_to(actor, "tests.import").select_related("unit").order_by("pk")
    ),
    unique=["phone"],
    personal=True,
)


@pytest.fixture
def tables(db: None) -> None:
    """The tests' own tables, made in the test's transaction."""
    with connection.schema_editor() as editor:
        editor.create_model(Resident)
        editor.create_model(Visit)


@pytest.fixture
def cast_(tables: None, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    """The cast, with the right to import for townships (below themselves) and village directors (their own)."""
    rights = {
        "tests.import": {
            roles.TOWNSHIP_OFFICER: Reach.BELOW,
            roles.COMMITTEE_HEAD: Reach.OWN,
            roles.COUNTY_OFFICER: Reach.ALL,
        }
    }
    table = {**access.rights(), **rights}
    monkeypatch.setattr(access, "rights", lambda: table)
    return cast


HEAD = ["姓名*", "所属村（社区）*", "手机号", "岗位", "任职日期", "月补贴（元）", "评分"]
GOOD = [
    ["顾勤", "中荷村", "13800005678", "社区工作者", date(2025, 1, 2), 1200.5, 88.25],
    ["吴桥", "虹桥村", 13900001111, "主任", "2024年3月1日", "1,300.00", None],
]


def book(rows: list[list[Any]], head: list[str] | None = None) -> bytes:
    """An xlsx file with a header and rows."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out)
    page = workbook.add_worksheet()
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    for line, row in enumerate([head or HEAD, *rows]):
        for at, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(line, at, value, day)
            elif value is not None:
                page.write(line, at, value)
    workbook.close()
    return out.getvalue()


def staged(actor: Actor, rows: list[list[Any]], head: list[str] | None = None) -> ImportRun:
    return stage(actor, SHEET, book(rows, head), "工作者.xlsx")


def problems(run: ImportRun) -> dict[int, list[str]]:
    return {r.line: [p["message"] for p in r.problems] for r in run.rows.filter(bad=True).order_by("line")}


class TestPreview:
    def test_nothing_is_written_and_everything_is_counted(self, cast_: Cast) -> None:
        run = staged(cast_.lu, GOOD)
        assert (run.state, run.total, run.good, run.bad, run.creates) == ("staged", 2, 2, 0, 2)
        assert Resident.objects.count() == 0
        assert not JournalEntry.objects.filter(verb__startswith="exchange.").exists()

    def test_columns_in_any_order_with_spaces_titles_above_and_strangers(self, cast_: Cast) -> None:
        data = book(
            [["姓 名 ", "备注", "所属村(社区)", "手机号（选填）"], ["顾勤", "x", "中荷村", "13800005678"]],
            ["2026年花名册"],
        )
        run = stage(cast_.lu, SHEET, data, "a.xlsx")
        assert (run.good, run.ignored) == (1, ["备注"])
        assert run.rows.get().line == 3

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
    def test_csv(self, cast_: Cast, encoding: str) -> None:
        text = "姓名,所属村（社区）,手机号\r\n顾勤,中荷村,13800005678\r\n,,\r\n"
        run = stage(cast_.lu, SHEET, text.encode(encoding), "a.csv")
        assert (run.total, run.good) == (1, 1)

    def test_every_bad_row_has_all_its_reasons(self, cast_: Cast) -> None:
        run = staged(
            cast_.lu,
            [
                *GOOD,
                [None, "万安村", "1380000", "书记", "下个月", "1,30", "x"],
                ["重复", "中荷村", "138 0000 5678", None, None, None, None],
            ],
        )
        found = problems(run)
        assert (run.good, run.bad) == (2, 2)
        assert set(found) == {4, 5}
        assert len(found[4]) == 7
        assert found[5] == ["和第 2 行重复"]

    def test_empty_cells_are_no_repeats(self, cast_: Cast) -> None:
        assert staged(cast_.lu, [["甲", "中荷村", None], ["乙", "中荷村", " "], ["丙", "虹桥村"]]).bad == 0

    def test_out_of_reach_is_a_bad_row(self, cast_: Cast) -> None:
        assert problems(staged(cast_.tao, GOOD)) == {
            2: ["“中荷村”不在您的范围内"],
            3: ["“虹桥村”不在您的范围内"],
        }

    def test_sealed_columns_lie_sealed_good_or_bad(self, cast_: Cast) -> None:
        run = staged(cast_.lu, [["顾勤", "中荷村", "13800005678"], ["吴桥", "虹桥村", "1380000567"]])
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT t::text FROM {ImportRow._meta.db_table} t WHERE run_id = %s", [run.pk])
            stored = "\n".join(row[0] for row in cursor.fetchall())
        assert "顾勤" in stored
        assert "1380000" not in stored

    @pytest.mark.parametrize(
        ("data", "word"),
        [
            (b"", "没有数据|缺少"),
            (b"\x00\x01\x02binary", "认不出"),
            (b"PK\x03\x04 broken", "打不开"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "打不开"),
            ("姓名,手机号\n顾勤,1".encode(), "缺少这几列：所属村（社区）"),
            ("姓名,姓名,所属村（社区）\na,b,c".encode(), "出现了两次"),
            ("姓名,所属村（社区）\n".encode(), "没有数据行"),
        ],
    )
    def test_a_file_that_is_none_of_ours_is_refused_whole(self, cast_: Cast, data: bytes, word: str) -> None:
        with pytest.raises(Refused, match=word):
            stage(cast_.lu, SHEET, data, "a.xlsx")
        assert not ImportRun.objects.exists()

    def test_a_zip_that_unpacks_to_too_much_is_not_opened(self, cast_: Cast) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for n in range(5):
                archive.writestr(f"{n}", b"\0" * 100 * 1024 * 1024)
        with pytest.raises(Refused, match="太大"):
            stage(cast_.lu, SHEET, out.getvalue(), "a.xlsx")

    def test_without_the_right_there_is_no_such_thing(self, cast_: Cast) -> None:
        for actor in (cast_.gu, cast_.shen, access.PUBLIC):
            with pytest.raises(NotFound):
                staged(actor, GOOD)


class TestCommit:
    def test_one_act_one_journal_entry_and_values_as_meant(self, cast_: Cast) -> None:
        run = commit(cast_.lu, SHEET, staged(cast_.lu, GOOD).pk)
        assert (run.state, run.creates) == ("committed", 2)
        first, second = Resident.objects.order_by("pk")
        assert (first.name, first.unit_id, first.phone.reveal()) == (
            "顾勤",
            cast_["中荷村"].pk,
            "13800005678",
        )
        assert (first.since, first.pay_fen, first.score) == (date(2025, 1, 2), 120_050, Decimal("88.25"))
        assert (second.kind, second.since, second.pay_fen) == ("director", date(2024, 3, 1), 130_000)
        assert (second.revision, second.extra) == (0, {})
        assert Resident.objects.get(phone_index=blind("13900001111")) == second
        entry = JournalEntry.objects.get(verb="exchange.commit")
        assert entry.done["created"] == 2
        assert entry.done["file_sha256"] == run.file_hash
        assert "13800005678" not in str(entry.facts)

    def test_a_bad_row_stops_all_unless_only_good_ones_are_wanted(self, cast_: Cast) -> None:
        run = staged(cast_.lu, [*GOOD, ["无村", None]])
        with pytest.raises(Refused, match="还有 1 行有问题"):
            commit(cast_.lu, SHEET, run.pk)
        assert Resident.objects.count() == 0
        run = commit(cast_.lu, SHEET, run.pk, only_good=True)
        assert Resident.objects.count() == 2
        assert JournalEntry.objects.get(verb="exchange.commit").done["left_out"] == 1

    def test_twice_is_once(self, cast_: Cast) -> None:
        run = staged(cast_.lu, GOOD)
        commit(cast_.lu, SHEET, run.pk)
        with pytest.raises(Refused) as refused:
            commit(cast_.lu, SHEET, run.pk)
        assert refused.value.rule == "exchange.state"
        assert Resident.objects.count() == 2

    def test_known_rows_are_updated_or_left(self, cast_: Cast) -> None:
        commit(cast_.lu, SHEET, staged(cast_.lu, GOOD).pk)
        run = staged(cast_.lu, [["顾清", *GOOD[0][1:]], GOOD[1]])
        assert (run.creates, run.updates, run.same) == (0, 1, 1)
        commit(cast_.lu, SHEET, run.pk)
        assert sorted(Resident.objects.values_list("name", "revision")) == [("吴桥", 0), ("顾清", 1)]

    def test_what_changed_since_the_preview_is_looked_at_again(self, cast_: Cast) -> None:
        run = staged(cast_.lu, GOOD)
        commit(cast_.lu, SHEET, staged(cast_.lu, GOOD).pk)
        assert commit(cast_.lu, SHEET, run.pk).same == 2
        assert Resident.objects.count() == 2

    def test_a_row_gone_bad_since_the_preview_writes_nothing_and_says_so(self, cast_: Cast) -> None:
        run = staged(cast_.lu, GOOD)
        Unit.objects.filter(short="虹桥村").update(short="虹桥新村")
        with pytest.raises(Refused, match="1 行在预览之后"):
            commit(cast_.lu, SHEET, run.pk)
        run.refresh_from_db()
        assert (run.state, run.bad, Resident.objects.count()) == ("staged", 1, 0)
        assert problems(run) == {3: ["“虹桥村”不在您的范围内"]}
        commit(cast_.lu, SHEET, run.pk, only_good=True)
        assert Resident.objects.count() == 1

    def test_nobody_else_commits_it(self, cast_: Cast) -> None:
        run = staged(cast_.lu, GOOD)
        for actor in (cast_.tao, cast_.zhou, cast_.gu):
            with pytest.raises(NotFound):
                commit(actor, SHEET, run.pk)
        assert commit(cast_.wang, SHEET, run.pk).state == "committed"

    def test_given_up_is_forgotten(self, cast_: Cast) -> None:
        run = drop(cast_.lu, SHEET, staged(cast_.lu, GOOD).pk)
        assert (run.state, run.rows.count()) == ("dropped", 0)
        with pytest.raises(Refused):
            commit(cast_.lu, SHEET, run.pk)


class TestUndo:
    def test_new_rows_go_and_changed_ones_are_as_before(self, cast_: Cast) -> None:
        commit(cast_.lu, SHEET, staged(cast_.lu, GOOD).pk)
        before = Resident.objects.filter(name="顾勤").values().get()
        again = staged(cast_.lu, [["顾清", *GOOD[0][1:]], ["新人", "中荷村", "13711112222"]])
        commit(cast_.lu, SHEET, again.pk)
        run = undo(cast_.lu, SHEET, again.pk)
        assert run.state == "undone"
        assert set(Resident.objects.values_list("name", flat=True)) == {"顾勤", "吴桥"}
        after = Resident.objects.filter(name="顾勤").values().get()
        assert {k: v for k, v in before.items() if k != "revision"} == {
            k: v for k, v in after.items() if k != "revision"
        }
        assert after["phone"].reveal() == "13800005678"
        assert not ImportChange.objects.filter(run=run).exists()
        assert JournalEntry.objects.filter(verb="exchange.undo", thing_id=run.pk).count() == 1

    def test_refused_as_a_whole_when_a_row_was_changed_since(self, cast_: Cast) -> None:
        run = commit(cast_.lu, SHEET, staged(cast_.lu, GOOD).pk)
        Resident.objects.filter(name="顾勤").update(revision=1)
        with pytest.raises(Refused) as refused:
            undo(cast_.lu, SHEET, run.pk)
        assert refused.value.rule == "exchange.changed_since"
        assert "第 2 行" in str(refused.value)
        run.refresh_from_db()
        assert (run.state, Resident.objects.count()) == ("committed", 2)
        assert "第 2 行" in run.note

    def test_refused_when_something_refers_to_a_new_row(self, cast_: Cast) -> None:
        run = commit(cast_.lu, SHEET, staged(cast_.lu, GOOD).pk)
        Visit.objects.create(resident=Resident.objects.first())
        with pytest.raises(Refused) as refused:
            undo(cast_.lu, SHEET, run.pk)
        assert refused.value.rule == "exchange.used_since"
        assert Resident.objects.count() == 2

    def test_twice_is_once_and_only_within_reach(self, cast_: Cast) -> None:
        run = commit(cast_.lu, SHEET, staged(cast_.lu, GOOD).pk)
        with pytest.raises(NotFound):
            undo(cast_.tao, SHEET, run.pk)
        undo(cast_.lu, SHEET, run.pk)
        with pytest.raises(Refused):
            undo(cast_.lu, SHEET, run.pk)


def cells(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


class TestForgetting:
    def test_a_written_run_keeps_only_what_was_left_out(self, cast_: Cast) -> None:
        run = commit(cast_.lu, SHEET, staged(cast_.lu, [*GOOD, ["无村", None]]).pk, only_good=True)
        assert list(run.rows.values_list("line", "bad")) == [(4, True)]

    def test_stale_previews_and_old_before_images_go(self, cast_: Cast) -> None:
        waiting = staged(cast_.lu, GOOD)
        written = commit(cast_.lu, SHEET, staged(cast_.lu, GOOD).pk)
        assert committing.forget() == 0
        with clock.at(clock.now() + timedelta(days=8)):
            assert committing.forget() == 1
        waiting.refresh_from_db()
        assert (waiting.state, waiting.rows.count()) == ("dropped", 0)
        assert written.changes.count() == 2
        with clock.at(clock.now() + timedelta(days=31)):
            assert committing.forget() == 1
            assert committing.forget() == 0
            with pytest.raises(Refused) as refused:
                undo(cast_.lu, SHEET, written.pk)
        assert refused.value.rule == "exchange.undo_days"
        assert Resident.objects.count() == 2


class TestWorkbooks:
    def test_template_has_drop_downs_comments_and_text_columns(self) -> None:
        with template(SHEET) as file:
            opened = openpyxl.load_workbook(file)
        page = opened.worksheets[0]
        assert [c.value for c in page[1]] == HEAD
        assert "必填" in page["A1"].comment.text
        assert "例：顾勤" in page["A1"].comment.text
        (drop_down,) = page.data_validations.dataValidation
        assert drop_down.formula1 == '"主任,社区工作者"'
        assert str(drop_down.sqref).startswith("D2:D")
        assert opened.sheetnames == ["村（社区）工作者", "说明"]

    def test_long_choices_lie_on_a_hidden_sheet(self) -> None:
        choices = {str(n): f"第 {n} 个很长的选项名称" for n in range(100)}
        sheet = Sheet(
            "tests.long",
            say("长"),
            [Column("a", say("甲"), "choice", choices=choices)],
            verb="tests.import",
            apply=lambda a, r: [],
            revert=lambda a, c: None,
        )
        with template(sheet) as file:
            opened = openpyxl.load_workbook(file)
        assert opened.worksheets[0].data_validations.dataValidation[0].formula1 == "选项!$A$1:$A$100"
        assert opened["选项"].sheet_state == "hidden"

    def test_an_empty_template_filled_in_is_read_back(self, cast_: Cast) -> None:
        with template(SHEET) as file:
            opened = openpyxl.load_workbook(file)
        opened.worksheets[0].append(["顾勤", "中荷村", "13800005678", "主任", date(2026, 1, 2), 5, 6])
        out = io.BytesIO()
        opened.save(out)
        assert stage(cast_.lu, SHEET, out.getvalue(), "a.xlsx").good == 1

    def test_the_export_is_an_import_and_names_who_exported_it(self, cast_: Cast) -> None:
        commit(cast_.lu, SHEET, staged(cast_.lu, GOOD).pk)
        with export(cast_.lu, SHEET) as file:
            data = file.read()
        rows = cells(data)
        assert rows[0] == HEAD
        assert rows[1][:2] == ["顾勤", "中荷村"]
        assert rows[1][4:6] == [date(2025, 1, 2), 1200.5]
        run = stage(cast_.lu, SHEET, data, "again.xlsx")
        assert (run.total, run.bad) == (2, 0)
        opened = openpyxl.load_workbook(io.BytesIO(data))
        assert (
            "沙溪镇 镇（街道）社会治理岗 陆远 2026-03-11 09:00" in opened.worksheets[0].oddHeader.right.text
        )
        assert "沙溪镇 镇（街道）社会治理岗 陆远 2026-03-11 09:00" in [c.value for c in opened["说明"]["A"]]

    def test_the_export_keeps_to_the_actors_scope(self, cast_: Cast) -> None:
        commit(cast_.lu, SHEET, staged(cast_.lu, GOOD).pk)
        with export(cast_.zhou, SHEET) as file:
            assert [r[0] for r in cells(file.read())[1:]] == ["顾勤"]
        with pytest.raises(NotFound):
            export(cast_.shen, SHEET)

    def test_a_text_that_looks_like_a_formula_stays_text(self, cast_: Cast) -> None:
        with export(cast_.lu, SHEET, [{"name": "=1+1", "village": "@SUM(A1)"}]) as file:
            page = openpyxl.load_workbook(file).worksheets[0]
        assert (page["A2"].value, page["A2"].data_type, page["B2"].data_type) == ("=1+1", "s", "s")

    def test_bad_rows_come_back_with_reasons_and_can_be_sent_again(self, cast_: Cast) -> None:
        run = staged(cast_.lu, [*GOOD, ["无名", "中荷村", "1380000", "书记", "下个月", "1,30", 5]])
        with returned(cast_.lu, SHEET, run) as file:
            data = file.read()
        opened = openpyxl.load_workbook(io.BytesIO(data))
        page = opened.worksheets[0]
        assert [c.value for c in page[1]][-2:] == ["原行号", "原因"]
        line = [c.value for c in page[2]]
        assert line[:6] == ["无名", "中荷村", "1380000", "书记", "下个月", "1,30"]
        assert line[7] == 4
        assert "手机号：手机号应为 11 位" in line[8]
        assert page["C2"].fill.fgColor.rgb == "FFFCEBE8"
        assert "11 位" in page["C2"].comment.text
        assert page["A2"].comment is None
        for cell, value in (("C2", "13711112222"), ("D2", "主任"), ("E2", "2026-03-16"), ("F2", 130)):
            page[cell] = value
        out = io.BytesIO()
        opened.save(out)
        again = stage(cast_.lu, SHEET, out.getvalue(), "改好.xlsx")
        assert (again.good, again.bad) == (1, 0)


class TestWorker:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Everything of more than one line is large."""
        monkeypatch.setattr(staging, "IN_REQUEST", 1)
        monkeypatch.setattr(committing, "IN_REQUEST", 1)

    def test_large_files_are_read_written_and_undone_by_jobs_that_may_run_twice(self, cast_: Cast) -> None:
        from gongzhi.core.exchange import tasks

        run = staged(cast_.lu, GOOD)
        assert (run.state, run.rows.count()) == ("reading", 0)
        assert "顾勤" not in ImportFile.objects.get(run=run).content
        tasks.read_file(run_id=run.pk)
        tasks.read_file(run_id=run.pk)
        run.refresh_from_db()
        assert (run.state, run.good, run.rows.count()) == ("staged", 2, 2)
        assert not ImportFile.objects.filter(run=run).exists()
        assert commit(cast_.lu, SHEET, run.pk).state == "committing"
        tasks.write_run(run_id=run.pk, post_id=cast_.lu.post_id)
        tasks.write_run(run_id=run.pk, post_id=cast_.lu.post_id)
        assert Resident.objects.count() == 2
        assert undo(cast_.lu, SHEET, run.pk).state == "undoing"
        tasks.undo_run(run_id=run.pk, post_id=cast_.lu.post_id)
        tasks.undo_run(run_id=run.pk, post_id=cast_.lu.post_id)
        run.refresh_from_db()
        assert (run.state, Resident.objects.count()) == ("undone", 0)

    def test_a_refusal_in_the_worker_is_said_on_the_run(self, cast_: Cast) -> None:
        from gongzhi.core.exchange import tasks

        run = staged(cast_.lu, GOOD)
        tasks.read_file(run_id=run.pk)
        commit(cast_.lu, SHEET, run.pk)
        Unit.objects.filter(short="虹桥村").update(short="虹桥新村")
        tasks.write_run(run_id=run.pk, post_id=cast_.lu.post_id)
        run.refresh_from_db()
        assert (run.state, run.bad) == ("staged", 1)
        assert "1 行在预览之后" in run.note

    def test_the_journal_names_who_wrote_a_large_import_not_who_uploaded_it(self, cast_: Cast) -> None:
        from gongzhi.core.exchange import tasks

        run = staged(cast_.lu, GOOD)
        tasks.read_file(run_id=run.pk)
        commit(cast_.wang, SHEET, run.pk)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (args->>'post_id')::bigint FROM procrastinate_jobs WHERE task_name = 'exchange.write_run'"
            )
            (post_id,) = cursor.fetchone()
        tasks.write_run(run_id=run.pk, post_id=post_id)
        assert JournalEntry.objects.get(verb="exchange.commit").post_id == cast_.wang.post_id

    def test_jobs_are_queued_in_the_acts_own_transaction(self, cast_: Cast) -> None:
        run = staged(cast_.lu, GOOD)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT args->>'run_id' FROM procrastinate_jobs WHERE task_name = 'exchange.read_file'"
            )
            assert [row[0] for row in cursor.fetchall()] == [str(run.pk)]


def test_progress_counts_long_runs_and_is_seen_from_outside(cast_: Cast) -> None:
    from gongzhi.core.exchange import progress

    with progress.of(-1, 5000) as report:
        report(2000)
        assert ImportProgress.objects.get(run_id=-1).percent == 40
        report(2000)
        assert ImportProgress.objects.get(run_id=-1).percent == 80
    ImportProgress.objects.filter(run_id=-1).delete()
    with progress.of(-2, 10) as report:
        report(10)
    assert not ImportProgress.objects.filter(run_id=-2).exists()
