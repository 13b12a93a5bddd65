"""The pages of an import, walked as people do; and by those who have no business there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import include, path

from gongzhi.cast import Cast
from gongzhi.core.access import Actor
from gongzhi.core.exchange.models import ImportProgress, ImportRun
from gongzhi.core.exchange.urls import routes
from gongzhi.core.tests.test_exchange import GOOD, SHEET, Resident, book, cast_, tables  # noqa: F401  fixtures

urlpatterns = [*routes(SHEET, "residents/import/"), path("", include("gongzhi.site.urls"))]
handler404 = "gongzhi.core.pages.not_found"
DESK = "/residents/import/"
BAD = [None, "万安村", "1380000", "书记"]


@pytest.fixture
def pages(cast_: Cast) -> Iterator[Cast]:  # noqa: F811
    with override_settings(ROOT_URLCONF=__name__):
        yield cast_


@pytest.fixture
def lu(pages: Cast, client_for: Callable[[Actor], Client]) -> Client:
    return client_for(pages.lu)


def upload(client: Client, rows: list[list[Any]], name: str = "工作者.xlsx") -> Any:
    return client.post(DESK, {"file": SimpleUploadedFile(name, book(rows))})


def test_upload_preview_commit_undo(lu: Client) -> None:
    page = lu.get(DESK)
    assert page.status_code == 200
    assert "还没有导入过" in page.content.decode()
    answer = upload(lu, GOOD)
    run = ImportRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{DESK}{run.pk}/")
    preview = lu.get(answer["Location"]).content.decode()
    assert "2 行都可以导入" in preview
    assert "写入 2 行" in preview
    assert "138****5678" in preview
    assert "13800005678" not in preview
    assert lu.post(f"{DESK}{run.pk}/commit").status_code == 302
    result = lu.get(f"{DESK}{run.pk}/").content.decode()
    assert "已导入 2 行" in result
    assert "撤销整批导入" in result
    assert Resident.objects.count() == 2
    assert lu.post(f"{DESK}{run.pk}/undo").status_code == 302
    assert "已全部撤销" in lu.get(f"{DESK}{run.pk}/").content.decode()
    assert Resident.objects.count() == 0
    assert "已撤销" in lu.get(DESK).content.decode()


def inside(answer: Any) -> str:
    """Everything a workbook says."""
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as parts:
        return "".join(parts.read(n).decode("utf-8", "ignore") for n in parts.namelist())


def test_only_whoever_uploaded_a_file_sees_the_personal_data_in_it(
    lu: Client, pages: Cast, client_for: Callable[[Actor], Client]
) -> None:
    wrong = ["欧阳清风", "没有的村", "13800005678", "社区工作者"]
    page = upload(lu, [["司马长歌", *GOOD[0][1:]], wrong])["Location"]
    wang = client_for(pages.wang)
    own, others = lu.get(page).content.decode(), wang.get(page).content.decode()
    assert "欧阳清风" in own
    assert "司马长歌" in own
    for name in ("欧阳清风", "司马长歌"):
        assert name not in others
    assert "欧阳**" in others
    assert "13800005678" not in own + others
    assert "13800005678" in inside(lu.get(f"{page}returned"))
    told = inside(wang.get(f"{page}returned"))
    assert "没有的村" in told
    assert not [secret for secret in ("13800005678", "欧阳清风") if secret in told]


def test_what_people_write_is_neither_formula_nor_link_in_a_workbook(
    lu: Client, pages: Cast, client_for: Callable[[Actor], Client]
) -> None:
    for text in (
        "=cmd|'/c calc'!A1",
        "external:\\\\elsewhere\\share",
        "https://elsewhere.example/",
        "@SUM(1)",
    ):
        page = upload(lu, [[text, "没有的村", "13800005678", "社区工作者"]])["Location"]
        told = inside(lu.get(f"{page}returned"))
        assert "<f>" not in told
        assert "<hyperlink" not in told
        assert "elsewhere" not in told or 'TargetMode="External"' not in told


def test_bad_rows_are_shown_with_reasons_and_only_good_ones_written(lu: Client) -> None:
    page = lu.get(upload(lu, [*GOOD, BAD])["Location"]).content.decode()
    run = ImportRun.objects.get()
    assert "2 行可以导入，1 行有问题" in page
    assert "这一格必须填写" in page
    assert "只写入没有问题的 2 行" in page
    refused = lu.post(f"{DESK}{run.pk}/commit")
    assert refused.status_code == 422
    assert "还有 1 行有问题" in refused.content.decode()
    workbook = lu.get(f"{DESK}{run.pk}/returned")
    assert b"".join(workbook.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    assert lu.post(f"{DESK}{run.pk}/commit", {"rows": "good"}).status_code == 302
    assert Resident.objects.count() == 2


def test_a_wrong_file_is_refused_in_words_on_the_same_page(lu: Client) -> None:
    answer = lu.post(DESK, {"file": SimpleUploadedFile("a.xlsx", b"\x00\x01")})
    assert answer.status_code == 422
    assert "认不出这个文件" in answer.content.decode()
    assert lu.post(DESK).status_code == 422


def test_downloads(lu: Client) -> None:
    for name, expected in (("template", "-%E6%A8%A1%E6%9D%BF.xlsx"), ("export", "-20260311.xlsx")):
        answer = lu.get(DESK + name)
        assert answer.status_code == 200
        assert expected in answer["Content-Disposition"]
        assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


def test_the_bar_moves_and_leads_back_when_done(lu: Client) -> None:
    run = ImportRun.objects.get(pk=int(upload(lu, GOOD)["Location"].rstrip("/").rsplit("/", 1)[1]))
    assert lu.get(f"{DESK}{run.pk}/progress")["HX-Redirect"] == f"{DESK}{run.pk}/"
    ImportRun.objects.filter(pk=run.pk).update(state="committing", total=5000)
    ImportProgress.objects.create(run=run, done=2000, total=5000)
    bar = lu.get(f"{DESK}{run.pk}/progress").content.decode()
    assert 'aria-valuenow="40.0"' in bar
    assert f'hx-get="{DESK}{run.pk}/progress"' in bar
    assert "可以离开这一页" in lu.get(f"{DESK}{run.pk}/").content.decode()


def test_giving_up(lu: Client) -> None:
    upload(lu, GOOD)
    run = ImportRun.objects.get()
    assert lu.post(f"{DESK}{run.pk}/drop").status_code == 302
    assert "已放弃" in lu.get(f"{DESK}{run.pk}/").content.decode()


@pytest.mark.parametrize("name", ["", "commit", "undo", "drop", "returned", "progress"])
def test_neighbours_and_strangers_find_nothing(
    lu: Client, pages: Cast, client_for: Callable[[Actor], Client], name: str
) -> None:
    upload(lu, GOOD)
    run = ImportRun.objects.get()
    for actor in (pages.tao, pages.zhou, pages.gu, pages.shen):
        client = client_for(actor)
        call = client.post if name in ("commit", "undo", "drop") else client.get
        assert call(f"{DESK}{run.pk}/{name}").status_code == 404
    assert Client().get(f"{DESK}{run.pk}/").status_code == 302
    run.refresh_from_db()
    assert run.state == "staged"


def test_without_the_right_there_is_no_desk(pages: Cast, client_for: Callable[[Actor], Client]) -> None:
    client = client_for(pages.shen)
    for name in ("", "template", "export"):
        assert client.get(DESK + name).status_code == 404
    assert upload(client, GOOD).status_code == 404


def test_queries_do_not_grow_with_the_rows(lu: Client, django_assert_max_num_queries: Any) -> None:
    upload(lu, [[f"村民{n}", "中荷村"] for n in range(60)])
    run = ImportRun.objects.get()
    with django_assert_max_num_queries(16):
        assert lu.get(f"{DESK}{run.pk}/").status_code == 200
