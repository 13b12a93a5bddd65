"""Papers: the layout of GB/T 9704-2012 in both formats, the same text, the same bytes, a foot on every page."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.shared import Mm

from gongzhi.core.access import Actor
from gongzhi.core.papers import (
    Attachments,
    Clause,
    Column,
    Doc,
    Facts,
    Heading,
    Imprint,
    Paper,
    Para,
    Party,
    SignatureBlock,
    Table,
    fingerprint,
    plain_text,
    redline,
    render,
    render_doc,
    wording,
)
from gongzhi.core.words import say

HASH = "0123456789abcdef" * 4
ITEMS = Table(
    [Column("序号", 1, "no"), Column("事项", 5), Column("金额（元）", 2, "fen")],
    [(n, "协助做好残疾人服务", 100_000 * n) for n in range(1, 45)],
    caption="协助事项清单",
    total=True,
    capitals=True,
)
WIDE = Table(
    [Column("序号", 1, "no"), *[Column(f"指标{n}", 2) for n in range(9)]], [(1, *["有"] * 9)], wide=True
)
AGREEMENT = Doc(
    title="沙溪镇人民政府与中荷村村民委员会\n2026年协助管理协议书",
    number="沙政协〔2026〕15号",
    date=date(2026, 3, 16),
    blocks=[
        Para("双方平等协商，订立本协议。"),
        Heading("协助事项"),
        Heading("事项与标准", 2),
        ITEMS,
        Clause(12, redline("每年培训 1 场", "每年培训 4 场", "b")),
        Facts([("甲方", "沙溪镇人民政府"), ("乙方", "中荷村村民委员会"), ("期限", "一年")], pairs=2),
        SignatureBlock(
            [Party("甲方", "沙溪镇人民政府", date=date(2026, 3, 16)), Party("乙方", "中荷村村民委员会")]
        ),
        WIDE,
        Para("此页起恢复竖排。"),
    ],
    hash=HASH,
    record="318 776",
    receipt_url="https://gongzhi.example/r/318776",
)
NOTICE = Doc(
    title="关于公布协助事项清单的通知",
    issuer="太仓市沙溪镇人民政府",
    number="沙政发〔2026〕3号",
    date=date(2026, 1, 9),
    letterhead="太仓市沙溪镇人民政府文件",
    addressee="各村（居）民委员会",
    blocks=[Para("现将清单公布如下。" * 12), Attachments(["履职事项清单", "协助事项清单"])],
    imprint=Imprint("市民政局", "沙溪镇党政办公室", date(2026, 1, 9)),
)


def pdf_pages(data: bytes, tmp_path: Path) -> list[str]:
    """The text of each page, spaces left out."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(data)
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True
    ).stdout
    return [re.sub(r"\s", "", page) for page in text.split("\f")[:-1]]


def pdf_tool(tool: str, data: bytes, tmp_path: Path, *options: str) -> str:
    path = tmp_path / "paper.pdf"
    path.write_bytes(data)
    return subprocess.run([tool, *options, path], capture_output=True, check=True, text=True).stdout


needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")


class TestWording:
    @pytest.mark.parametrize(
        ("n", "text"),
        [
            (1, "一"),
            (10, "十"),
            (12, "十二"),
            (20, "二十"),
            (105, "一百零五"),
            (110, "一百一十"),
            (1001, "一千零一"),
        ],
    )
    def test_articles_are_counted_as_laws_count_them(self, n: int, text: str) -> None:
        assert wording.chinese(n) == text

    def test_headings_are_numbered_and_restart_below(self) -> None:
        numbering = wording.Numbering()
        said = [numbering.label(Heading("x", level)) for level in (1, 2, 2, 3, 1, 2)]
        assert said == ["一、x", "（一）x", "（二）x", "1. x", "二、x", "（一）x"]

    def test_totals_sum_money_but_not_serial_numbers(self) -> None:
        assert wording.totals(ITEMS) == ["合计", None, 99_000_000]
        assert wording.capitals(ITEMS) == "合计人民币（大写）：玖拾玖万元整"

    def test_date_of_issue_has_no_leading_zero(self) -> None:
        assert wording.day(date(2026, 1, 9)) == "2026年1月9日"

    def test_the_date_stands_four_characters_in_and_the_issuer_is_centred_over_it(self) -> None:
        issuer, day = wording.sign_off_indents(replace(NOTICE, issuer="民政局"))
        assert (issuer, day) == (4 + (wording.width("2026年1月9日") - 3) / 2, 4)


class TestRedline:
    def test_a_number_changes_as_a_whole(self) -> None:
        runs = redline("费用 84,000.00 元", "费用 84,500.00 元")
        assert [(r.mark, r.text) for r in runs if r.mark] == [("del", "84,000.00"), ("ins", "84,500.00")]

    def test_both_texts_can_be_read_back(self) -> None:
        before, after = "乙方每月巡查两次并记录。", "乙方每季度巡查一次，并书面记录。"
        runs = redline(before, after, "b")
        assert "".join(r.text for r in runs if r.mark != "ins") == before
        assert "".join(r.text for r in runs if r.mark != "del") == after
        assert {r.side for r in runs if r.mark} == {"b"}

    def test_the_same_text_has_no_mark(self) -> None:
        assert [r.mark for r in redline("同一句", "同一句")] == [""]


class TestFingerprint:
    def test_changes_with_a_word_and_not_with_foot_or_watermark(self) -> None:
        print_ = fingerprint(AGREEMENT)
        assert fingerprint(replace(AGREEMENT, hash=None, record=None, watermark="陆某")) == print_
        assert fingerprint(replace(AGREEMENT, blocks=[*AGREEMENT.blocks, Para("加一句。")])) != print_

    def test_deleted_words_are_not_part_of_the_text(self) -> None:
        text = plain_text(AGREEMENT)
        assert "第十二条　每年培训 4 场" in text
        assert "1 场" not in text


@needs_poppler
class TestPdf:
    def test_page_size_pages_and_turned_table(self, tmp_path: Path) -> None:
        sizes = re.findall(
            r"Page +\d+ size: +([\d.]+) x ([\d.]+)",
            pdf_tool("pdfinfo", render_doc(AGREEMENT, "pdf"), tmp_path, "-f", "1", "-l", "99"),
        )
        portrait = [float(w) < float(h) for w, h in sizes]
        assert {tuple(sorted((round(float(w)), round(float(h))))) for w, h in sizes} == {(595, 842)}
        assert portrait.count(False) == 1
        assert portrait[0]
        assert portrait[-1]

    def test_foot_with_hash_record_and_receipt_on_every_page(self, tmp_path: Path) -> None:
        pages = pdf_pages(render_doc(AGREEMENT, "pdf"), tmp_path)
        assert len(pages) >= 4
        for number, page in enumerate(pages, 1):
            assert HASH in page
            assert "记录号318776" in page
            assert "gongzhi.example/r/318776" in page
            assert f"—{number}—" in page

    def test_page_number_outside_odd_right_even_left(self, tmp_path: Path) -> None:
        pdf_tool("pdftotext", render_doc(AGREEMENT, "pdf"), tmp_path, "-bbox")
        boxes = (tmp_path / "paper.html").read_text("utf-8")
        dashes = []
        for page in boxes.split("<page ")[1:3]:
            found = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>—', page)
            dashes.append(min(float(x) for x, y in found if float(y) > 700))
        assert dashes[0] > 300 > dashes[1]

    def test_text_and_money_in_figures_and_capitals(self, tmp_path: Path) -> None:
        text = "".join(pdf_pages(render_doc(AGREEMENT, "pdf"), tmp_path))
        for piece in (
            "一、协助事项",
            "（一）事项与标准",
            "第十二条",
            "990,000.00",
            "玖拾玖万元整",
            "甲方（盖章）",
        ):
            assert piece in text

    def test_a_full_line_holds_28_characters_and_a_page_22_lines(self, tmp_path: Path) -> None:
        body = Doc(title="标题", blocks=[Para("一二三四五六七八九十" * 140, indent=False)])
        pdf_tool("pdftotext", render_doc(body, "pdf"), tmp_path, "-layout")
        text = (tmp_path / "paper.txt").read_text("utf-8")
        pages = [[line.strip() for line in p.splitlines() if line.strip()] for p in text.split("\f")]
        assert {len(line) for line in pages[1][:-1]} == {28}
        assert len(pages[1]) == 22 + 1  # and the page number

    def test_every_font_is_embedded(self, tmp_path: Path) -> None:
        rows = pdf_tool("pdffonts", render_doc(NOTICE, "pdf"), tmp_path).splitlines()[2:]
        assert rows
        assert all(re.search(r"\byes +yes +(yes|no) +\d+ +0$", row) for row in rows)

    def test_red_letterhead_sign_off_and_imprint(self, tmp_path: Path) -> None:
        text = "".join(pdf_pages(render_doc(NOTICE, "pdf"), tmp_path))
        for piece in (
            "太仓市沙溪镇人民政府文件",
            "沙政发〔2026〕3号",
            "附件：1.履职事项清单",
            "抄送：市民政局。",
            "2026年1月9日印发",
        ):
            assert piece in text

    def test_words_of_a_user_are_text_and_never_markup(self, tmp_path: Path) -> None:
        text = "".join(
            pdf_pages(
                render_doc(Doc(title="<b>甲</b>", blocks=[Para("<script>x</script>&amp;")]), "pdf"), tmp_path
            )
        )
        assert "<b>甲</b>" in text
        assert "<script>x</script>&amp;" in text


class TestDocx:
    def test_page_and_fonts(self) -> None:
        opened = docx.Document(io.BytesIO(render_doc(AGREEMENT, "docx")))
        first, turned, last = opened.sections
        margins = (first.top_margin, first.left_margin, first.right_margin, first.bottom_margin)
        assert [round(m / Mm(1)) for m in margins] == [37, 28, 26, 35]
        assert (round(first.page_width / Mm(1)), round(first.page_height / Mm(1))) == (210, 297)
        assert turned.page_width > turned.page_height
        assert last.page_width < last.page_height
        xml = zipfile.ZipFile(io.BytesIO(render_doc(AGREEMENT, "docx"))).read("word/document.xml").decode()
        runs = re.findall(r"<w:r>.*?</w:r>", xml)
        assert runs
        assert all("w:eastAsia=" in run for run in runs if "<w:t" in run)

    def test_missing_fonts_have_alternatives(self) -> None:
        fonts = zipfile.ZipFile(io.BytesIO(render_doc(NOTICE, "docx"))).read("word/fontTable.xml").decode()
        assert 'w:name="仿宋_GB2312"' in fonts
        assert "Noto Serif CJK SC" in fonts

    def test_redline_is_struck_and_underlined_and_not_only_coloured(self) -> None:
        opened = docx.Document(io.BytesIO(render_doc(AGREEMENT, "docx")))
        runs = {r.text: r for p in opened.paragraphs for r in p.runs}
        assert runs["1"].font.strike
        assert runs["4"].font.underline

    @needs_office
    @needs_poppler
    def test_libreoffice_opens_it_and_shows_the_same(self, tmp_path: Path) -> None:
        (tmp_path / "a.docx").write_bytes(render_doc(AGREEMENT, "docx"))
        (tmp_path / "n.docx").write_bytes(render_doc(replace(NOTICE, watermark="陆某 2026-03-16"), "docx"))
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
             "--outdir", tmp_path, tmp_path / "a.docx", tmp_path / "n.docx"],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        pages = pdf_pages((tmp_path / "a.pdf").read_bytes(), tmp_path)
        assert abs(len(pages) - len(pdf_pages(render_doc(AGREEMENT, "pdf"), tmp_path))) <= 1
        for number, page in enumerate(pages, 1):
            assert HASH in page
            assert f"—{number}—" in page
        text = "".join(pages)
        for piece in ("一、协助事项", "第十二条", "玖拾玖万元整", "甲方（盖章）", "此页起恢复竖排。"):
            assert piece in text
        assert "含个人信息" in "".join(pdf_pages((tmp_path / "n.pdf").read_bytes(), tmp_path))


@pytest.mark.parametrize("fmt", ["docx", "pdf"])
@pytest.mark.parametrize("doc", [AGREEMENT, NOTICE], ids=["agreement", "notice"])
def test_the_same_facts_give_the_same_bytes(doc: Doc, fmt: str) -> None:
    assert render_doc(doc, fmt) == render_doc(doc, fmt)


@needs_poppler
@pytest.mark.django_db
def test_a_personal_paper_names_who_exported_it_and_when(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from gongzhi.core import clock

    paper = Paper(say("名册"), build=lambda actor, thing: NOTICE, personal=True)
    actor = Actor(role="registrar", unit_name="太仓市民政局", name="陆某", account_id=1)
    with clock.at(datetime(2026, 3, 16, 2, 30, tzinfo=UTC)):
        pages = pdf_pages(render(paper, actor, None, "pdf"), tmp_path)
    for page in pages:
        assert "含个人信息，请妥善保管太仓市民政局登记管理岗陆某2026-03-1610:30" in page


def test_a_paper_belongs_to_its_kind_and_its_moment() -> None:
    class Draft: ...

    class Signed(Draft):
        signed = True

    paper = Paper(say("协议书"), build=lambda a, t: NOTICE, on=Draft, when=lambda a, t: hasattr(t, "signed"))
    actor = Actor(role="public")
    assert paper.applies(actor, Signed())
    assert not paper.applies(actor, Draft())
    assert not paper.applies(actor, object())


def test_a_receipt_is_printed_as_a_whole_address(settings: Any) -> None:
    settings.PUBLIC_URL = "https://gongzhi.example"
    with zipfile.ZipFile(
        io.BytesIO(render_doc(Doc(title="协议书", blocks=[], receipt_url="/records/7"), "docx"))
    ) as made:
        text = "".join(made.read(n).decode() for n in made.namelist() if n.startswith("word/foot"))
    assert "https://gongzhi.example/records/7" in text
