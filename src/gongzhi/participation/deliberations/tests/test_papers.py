"""What each paper says, when there is one, and that none names who raised the matter."""

from __future__ import annotations

from typing import Any

import pytest

from gongzhi.core import journal
from gongzhi.core.access import PUBLIC, Actor
from gongzhi.core.papers import plain_text
from gongzhi.participation.deliberations import actions
from gongzhi.participation.deliberations.models import Stakeholder
from gongzhi.participation.deliberations.papers import PAPERS

from .conftest import Village, fresh

SECRETS = ("梅雪", "兰芳", "河边天黑没有路灯", "代表1")


def said(key: str, actor: Actor, thing: Any) -> str:
    """The paper's text; nobody's name stands in it."""
    paper = PAPERS[key]
    assert paper.applies(actor, thing), key
    text = plain_text(paper.build(actor, thing))
    assert not [s for s in SECRETS if s in text], key
    return text


def offered(actor: Actor, thing: Any) -> set[str]:
    return {key for key, paper in PAPERS.items() if paper.applies(actor, thing)}


def test_the_screening_form_says_counts_outcome_and_answer(village: Village) -> None:
    text = said("screening", village.zhou, village.accepted())
    for told in (
        "应到",
        "9 人",
        "8 人（至少 5 人）",
        "7 人（至少 5 人）",
        "1 人、0 人",
        "受理，纳入协商",
        "您说的事村里受理了。",
    ):
        assert told in text, told


def test_the_screening_form_says_on_what_a_refusal_rests(village: Village) -> None:
    matter = actions.decline(village.zhou, village.registered(), reason="court", **village.vote())
    text = said("screening", village.zhou, matter)
    assert "不纳入协商" in text
    assert "依据：民事诉讼法、仲裁法、行政复议法各自的受案规定" in text
    assert "法律援助中心" in text


def test_the_notice_says_when_where_and_about_what(village: Village) -> None:
    session = village.called(village.accepted())
    for actor in (village.gu, PUBLIC):
        text = said("notice", actor, session)
        for told in ("第 1 次协商会", "村部", "三个方案。", "1 组村民代表、2 组村民代表"):
            assert told in text, told
        assert "代*" not in text, "the notice hangs out"


def test_the_signing_sheet_names_people_for_their_own_committee_only(village: Village) -> None:
    matter = village.accepted()
    session = village.called(matter)
    Stakeholder.objects.create(
        session=session, capacity="热心村民", name="兰芳", invited_on=session.held_at.date()
    )
    first = said("attendance", village.gu, session)
    assert "会议签到表" in first
    assert "会议纪要" not in first
    village.later(days=3)
    actions.hold(village.gu, session, hall=3, remote=1, minutes="大家都说了。")
    session.refresh_from_db()
    inside = said("attendance", village.gu, session)
    for told in ("签到表和会议纪要", "热心村民", "兰*", "到会场 3 人，线上参加 1 人", "大家都说了。"):
        assert told in inside, told
    above = said("attendance", village.lu, session)
    assert ("大家都说了。" in above, "兰*" in above) == (True, False)
    for outsider in (PUBLIC, village.mei):
        text = said("attendance", outsider, session)
        assert "热心村民" in text
        assert not [s for s in ("兰*", "姓名", "大家都说了。") if s in text]


def test_the_outcome_hangs_out_with_its_days_and_how_to_object(village: Village) -> None:
    matter = village.hung_out()
    shown = matter.publicities.get()
    text = said("outcome", PUBLIC, matter)
    for told in (
        "装太阳能路灯 24 盏，晚上 10 点后减半。", f"{shown.since} 至 {shown.until}", "村口公示栏", "提异议", "姓名不公开",
        "3 人（至少 3 人）", "共识只约束同意的各方",
    ):  # fmt: skip
        assert told in text, told
    assert PAPERS["outcome"].build(PUBLIC, matter).hash == shown.outcome.sha256


def test_a_task_has_its_owner_its_money_in_capitals_and_its_day(village: Village) -> None:
    lamps, heaps = village.doing().tasks.order_by("seq")
    text = said("task", village.min, lamps)
    for told in ("民政局", "51,600.00 元（伍万壹仟陆佰元整）", lamps.due.isoformat(), "太阳能路灯 24 盏"):
        assert told in text, told
    assert "不花钱" in said("task", PUBLIC, heaps)
    actions.drop_task(village.gu, heaps, reason="不用了")
    heaps.refresh_from_db()
    assert offered(village.gu, heaps) == set()


def test_the_supervisors_table_has_masked_names_and_findings(village: Village) -> None:
    matter = village.checking()
    assert "没有查完" in said("supervision", village.zhou, matter)
    matter = village.checked(matter, failing=(1,))
    text = said("supervision", PUBLIC, matter)
    names = [str(s.name) for s in matter.supervisors.filter(state="chosen")]
    for told in (*names, "不合格 2 分", "合格 5 分", "还是暗", "抽签 3 位", "27、408、1963"):
        assert told in text, told
    assert not [who for who in ("竹青", "菊香", "松柏") if who in text]


@pytest.mark.parametrize(("score", "told"), [(5, "过半数满意"), (None, "没有人评价，不算满意")])
def test_the_receipt_says_the_five_steps_the_result_and_where_it_is_proven(
    village: Village, score: int | None, told: str
) -> None:
    matter = village.rating()
    if score is not None:
        actions.rate(village.mei, matter.raisings.get(), score=score)
    village.later(days=40)
    matter = actions.close(village.gu, fresh(matter), conclusion="24 盏路灯都亮了。")
    actions.tell_raisers(village.gu, matter, text="再告诉您一声。")
    text = said("closing", PUBLIC, matter)
    for line in (
        "巡访问事",
        "两委提事",
        "分层议事",
        "协同干事",
        "群众监事",
        "24 盏路灯都亮了。",
        "实付 51,000.00 元",
        told,
    ):
        assert line in text, line
    entry = next(e for e in journal.of(matter) if e.verb == "deliberations.close")
    assert PAPERS["closing"].build(PUBLIC, matter).receipt_url == f"/records/{entry.pk}"


def test_papers_are_offered_where_they_make_sense(village: Village) -> None:
    assert offered(village.gu, village.registered()) == {"registration"}
    assert offered(village.gu, village.accepted()) == {"registration", "screening"}
    matter = village.hung_out()
    assert offered(village.gu, matter) == {"registration", "screening", "outcome"}
    assert offered(village.gu, village.closed()) == {
        "registration",
        "screening",
        "outcome",
        "supervision",
        "closing",
    }
    session = village.called(village.accepted())
    assert offered(village.gu, session) == {"notice", "attendance"}
    actions.cancel(village.gu, session, reason="下雨")
    session.refresh_from_db()
    assert offered(village.gu, session) == set()


@pytest.mark.parametrize(("fmt", "start"), [("docx", b"PK"), ("pdf", b"%PDF")])
def test_every_paper_is_fetched(village: Village, client_for: Any, fmt: str, start: bytes) -> None:
    matter = village.closed()
    client = client_for(village.zhou)
    for thing in (matter, matter.sessions.get(), matter.tasks.get(seq=1)):
        for key in offered(village.zhou, thing):
            answer = client.get(f"{thing.get_absolute_url()}papers/{key}.{fmt}")
            assert (answer.status_code, answer.content[: len(start)]) == (200, start), key
    assert client.get(f"{matter.get_absolute_url()}papers/notice.{fmt}").status_code == 404
