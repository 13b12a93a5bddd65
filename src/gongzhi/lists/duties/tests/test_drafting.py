"""Drawing a version up: inventory by departments, the office's decisions, and what a list may not contain."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from gongzhi.cast import Cast
from gongzhi.core import journal
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.lists.duties import actions, queries
from gongzhi.lists.duties.models import DutyItem, DutyList
from gongzhi.lists.duties.tests.conftest import BASIS, fresh, put


def refused(rule: str):
    """A refusal by this rule; every refusal names a rule code and has words."""

    class Expect:
        def __enter__(self) -> None:
            return None

        def __exit__(self, kind, error, trace) -> bool:
            assert isinstance(error, Refused), f"not refused: {error!r}"
            assert rule in [p.rule for p in error.problems], [p.rule for p in error.problems]
            assert all(str(p.message) for p in error.problems)
            return True

    return Expect()


def test_the_office_opens_a_draft_and_the_journal_says_so(cast: Cast) -> None:
    version = actions.draft(cast.wang, year=2026)
    assert (version.state, version.owner, version.office, version.reviewer) == (
        "drafted", cast["太仓市"], cast["太仓市"], cast["司法局"],
    )  # fmt: skip
    assert journal.of(version)[0].verb == "duties.draft"


def test_only_one_version_of_a_kind_is_in_work(cast: Cast, draft: DutyList) -> None:
    with refused("duties.one_in_work"):
        actions.draft(cast.wang, year=2027)
    assert actions.draft(cast.wang, year=2026, kind="two").scheme == "two"


def test_the_database_too_allows_one_version_in_work(draft: DutyList) -> None:
    draft.pk, draft.year = None, 2030
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.save()


@pytest.mark.parametrize("who", ["lu", "zhou", "min", "fang", "zhang", "shen"])
def test_nobody_else_drafts(cast: Cast, who: str) -> None:
    with pytest.raises(NotFound):
        actions.draft(getattr(cast, who), year=2026)


def test_an_assisted_item_without_a_lead_department_is_refused(cast: Cast, draft: DutyList) -> None:
    with refused("duties.lead_department"):
        put(cast, draft, "B11", "ASSIST", "协助社区矫正", payer="lead")
    assert not DutyItem.objects.filter(code="B11").exists()


def test_the_database_refuses_it_too(draft: DutyList) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyItem.objects.filter(version=draft, code="B10").update(lead=None)


def test_a_township_is_no_lead_department(cast: Cast, draft: DutyList) -> None:
    with refused("duties.lead_department"):
        put(cast, draft, "B11", "ASSIST", "协助社区矫正", payer="lead", lead=cast["沙溪镇"].pk)


def test_the_same_task_in_two_lists_is_refused(cast: Cast, draft: DutyList) -> None:
    with refused("duties.same_task"):
        put(cast, draft, "B05", "ASSIST", "协助调解民间纠纷工作", lead=cast["司法局"].pk, payer="lead")


def test_the_database_holds_a_task_once(draft: DutyList) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyItem.objects.create(
            version=draft, code="A99", list_type="SELF_DUTY", name="x", normal_name="调解民间纠纷"
        )


def test_a_code_is_used_once(cast: Cast, draft: DutyList) -> None:
    with refused("duties.code_unique"):
        put(cast, draft, "A05", "SELF_DUTY", "村务公开")


def test_editing_keeps_what_is_left_out(cast: Cast, draft: DutyList) -> None:
    item = DutyItem.objects.get(version=draft, code="B10")
    actions.edit_item(
        cast.wang, draft, item=item.pk, question="残疾人参加医保找谁", words="医保、残疾证 轮椅", lead=None
    )
    item.refresh_from_db()
    assert (item.question, item.words, item.lead_id) == (
        "残疾人参加医保找谁",
        ["医保", "残疾证", "轮椅"],
        cast["市残联"].pk,
    )
    assert item.bases.count() == 1
    assert journal.of(draft)[0].done["changed"] == ["question", "words"]


def test_an_edit_that_would_make_two_tasks_one_is_refused(cast: Cast, draft: DutyList) -> None:
    item = DutyItem.objects.get(version=draft, code="B10")
    with refused("duties.same_task"):
        actions.edit_item(cast.wang, draft, item=item.pk, name="协助调解民间纠纷")


def test_a_dropped_item_is_kept_with_its_reason(cast: Cast, draft: DutyList) -> None:
    item = DutyItem.objects.get(version=draft, code="A05")
    actions.drop_item(cast.wang, draft, item=item.pk, reason="并入 A06")
    item.refresh_from_db()
    assert (item.standing, item.standing_reason) == ("dropped", "并入 A06")
    assert [i.code for i in queries.items(draft)] == ["B10"]
    put(cast, draft, "A05", "SELF_DUTY", "调解民间纠纷")  # the task may come back


def test_an_item_of_another_version_is_not_found(cast: Cast, draft: DutyList) -> None:
    other = actions.draft(cast.wang, year=2026, kind="two")
    item = DutyItem.objects.get(version=draft, code="A05")
    with pytest.raises(NotFound):
        actions.edit_item(cast.wang, other, item=item.pk, name="别的事")


# ---- departments ----


def offer(cast: Cast, version: DutyList, name: str = "协助慈善款物分配", code: str = "B17") -> DutyItem:
    actions.offer_item(cast.min, version, code=code, name=name, bases=BASIS)
    return DutyItem.objects.get(version=version, name=name)


def test_a_department_offers_and_the_office_accepts(cast: Cast, draft: DutyList) -> None:
    item = offer(cast, draft)
    assert (item.standing, item.lead, item.offered_by) == ("offered", cast["民政局"], cast["民政局"])
    assert len(queries.items(draft)) == 2
    actions.accept_item(cast.wang, draft, item=item.pk, code="B18")
    assert [i.code for i in queries.items(draft)] == ["A05", "B10", "B18"]


def test_an_offer_that_doubles_a_task_is_not_accepted(cast: Cast, draft: DutyList) -> None:
    item = offer(cast, draft, "协助残疾人工作、参保帮助")
    with refused("duties.same_task"):
        actions.accept_item(cast.wang, draft, item=item.pk)
    item.refresh_from_db()
    assert item.standing == "offered"


def test_an_offer_goes_back_with_a_reason(cast: Cast, draft: DutyList) -> None:
    item = offer(cast, draft)
    actions.return_item(cast.wang, draft, item=item.pk, reason="请补条款")
    item.refresh_from_db()
    assert (item.standing, item.standing_reason) == ("returned", "请补条款")


def test_an_open_offer_keeps_the_list_from_review(cast: Cast, draft: DutyList) -> None:
    offer(cast, draft)
    with refused("duties.offers_open"):
        actions.send_review(cast.wang, draft)


@pytest.mark.parametrize("who", ["wang", "lu", "zhou", "fang", "zhang"])
def test_only_departments_offer(cast: Cast, draft: DutyList, who: str) -> None:
    with pytest.raises(NotFound):
        actions.offer_item(getattr(cast, who), draft, code="B17", name="协助慈善款物分配")


def test_departments_do_not_edit(cast: Cast, draft: DutyList) -> None:
    with pytest.raises(NotFound):
        actions.add_item(cast.min, draft, code="B99", list_type="ASSIST", name="报表")


# ---- the default list ----


def test_the_default_list_is_whole(whole: Cast) -> None:
    version = actions.draft(whole.wang, year=2026)
    actions.load_default(whole.wang, version)
    codes = [i.code for i in queries.items(version)]
    assert {f"A{n:02}" for n in range(1, 21)} <= set(codes)
    assert {f"B{n:02}" for n in range(1, 28)} <= set(codes)
    numbers = queries.figures(version)
    assert numbers.by_list["SELF_DUTY"] == 20
    assert numbers.by_list["ASSIST"] == 27
    assert numbers.by_list["MAIN_RESP"] == 6
    assert numbers.by_list["NEGATIVE"] == 10
    assert numbers.without_basis == 0
    assert DutyItem.objects.get(version=version, code="B10").mark == "checked"
    assert DutyItem.objects.get(version=version, code="B16").mark == "verify"
    assert DutyItem.objects.get(version=version, code="A19").mark == "knowledge"
    assert "2026" in fresh(version).remark
    actions.send_review(whole.wang, version)  # it passes every check of its own


def test_two_lists_take_no_main_responsibility_from_the_default(whole: Cast) -> None:
    version = actions.draft(whole.wang, year=2026, kind="two")
    actions.load_default(whole.wang, version)
    assert {i.list_type for i in queries.items(version)} == {"SELF_DUTY", "ASSIST", "NEGATIVE"}


def test_missing_departments_are_all_named(cast: Cast) -> None:
    version = actions.draft(cast.wang, year=2026)
    with pytest.raises(Refused, match=r"公安局.*应急管理局") as found:
        actions.load_default(cast.wang, version)
    assert found.value.rule == "duties.departments_missing"
    assert "残疾人联合会" not in str(found.value)


def test_the_default_fills_only_an_empty_draft(whole: Cast, draft: DutyList) -> None:
    with refused("duties.not_empty"):
        actions.load_default(whole.wang, draft)


def test_giving_up_keeps_the_record_and_frees_the_place(cast: Cast, draft: DutyList) -> None:
    actions.withdraw(cast.wang, draft, reason="并入三份清单")
    assert fresh(draft).state == "withdrawn"
    with refused("duties.flow"):
        actions.send_review(cast.wang, draft)
    assert actions.draft(cast.wang, year=2026).state == "drafted"
