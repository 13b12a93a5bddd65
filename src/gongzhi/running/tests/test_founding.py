"""Starting a real county, and its files in and out, from the command line."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from gongzhi.core.accounts import Account, Post
from gongzhi.core.journal import JournalEntry
from gongzhi.core.units import Unit
from gongzhi.registers.places.bulk import COUNTY_FILE, import_places
from gongzhi.running import bulk
from gongzhi.running.founding import found
from gongzhi.running.trouble import FOUND, USAGE, Trouble

TAICANG = "320585000000"


def quiet(*words: object) -> None:
    """No progress shown."""


@pytest.fixture
def county(db):
    import_places(COUNTY_FILE)
    return found(TAICANG)


def test_units_and_three_separate_administrators(county):
    assert county["units"] == 169
    assert Unit.objects.filter(kind="committee").count() == 160
    roles = sorted(Post.objects.values_list("role", flat=True))
    assert roles == ["audit_admin", "security_admin", "system_admin"]
    assert all(Account.objects.values_list("must_change", flat=True))
    assert not Account.objects.filter(demo=True).exists()
    assert len({account["password"] for account in county["accounts"]}) == 3
    for account in county["accounts"]:
        assert Account.objects.get(login=account["login"]).check_password(account["password"])


def test_founding_is_in_the_journal_without_passwords(county):
    assert JournalEntry.objects.filter(verb="accounts.open").count() == 3
    written = str(list(JournalEntry.objects.values_list("facts", flat=True)))
    assert not any(account["password"] in written for account in county["accounts"])


def test_only_once(county):
    with pytest.raises(Trouble, match="accounts already") as refused:
        found(TAICANG)
    assert refused.value.code == FOUND


def test_places_come_first(db):
    with pytest.raises(Trouble, match="No place has the code") as refused:
        found(TAICANG)
    assert refused.value.code == USAGE
    assert not Account.objects.exists()


def test_every_register_can_be_brought_in_and_written_out(db):
    kinds = set(bulk.offered("import"))
    assert {"places", "organisations", "people", "positions", "certificates"} <= kinds
    assert {"organisations", "people", "positions", "certificates"} <= set(bulk.offered("export"))


def test_an_unknown_kind_names_the_known_ones(db, tmp_path):
    with pytest.raises(Trouble, match=r"There are: .*people") as refused:
        bulk.run("import", "ghosts", tmp_path / "x", quiet)
    assert refused.value.code == USAGE


def workbook(path, *people):
    """A workbook of people as the export makes it, with these rows filled in."""
    bulk.run("export", "people", path, quiet)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    heading = next(
        row for row in sheet.iter_rows() if any(cell.value and "姓名" in str(cell.value) for cell in row)
    )
    at = {str(cell.value).rstrip("*＊ "): cell.column for cell in heading if cell.value}
    for number, person in enumerate(people, 1):
        for label, value in person.items():
            sheet.cell(heading[0].row + number, at[label], value)
    book.save(path)
    return path


def test_good_rows_only_or_none(county, tmp_path):
    from gongzhi.registers.people.models import Person

    good = {"姓名": "顾勤", "所在村（社区）": "320585101204"}
    place = Unit.objects.filter(kind="committee").order_by("code").first()
    good["所在村（社区）"] = place.code
    file = workbook(tmp_path / "people.xlsx", good, {"姓名": "陆远", "所在村（社区）": "没有这个村"})
    with pytest.raises(Trouble, match="1 of 2 rows cannot be imported") as refused:
        bulk.run("import", "people", file, quiet)
    assert refused.value.code == FOUND
    assert not Person.objects.exists()
    reasons = tmp_path / "people.problems.xlsx"
    assert "没有这个村" in str(list(load_workbook(reasons).worksheets[0].values))
    report = bulk.run("import", "people", file, quiet, only_good=True)
    assert (report["added"], report["bad"]) == (1, 1)
    assert Person.objects.get().name == "顾勤"


def test_an_export_does_not_overwrite(county, tmp_path):
    (tmp_path / "people.xlsx").write_text("mine")
    with pytest.raises(Trouble, match="exists already"):
        bulk.run("export", "people", tmp_path / "people.xlsx", quiet)
    assert (tmp_path / "people.xlsx").read_text() == "mine"
