"""Who reads what: insider, superior, neighbour, stranger, the raiser, another resident, the public; and that nobody who
should not can tell who raised a matter."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from gongzhi.core import evidence, search
from gongzhi.core.access import PUBLIC, Actor
from gongzhi.core.journal import JournalEntry
from gongzhi.core.notices import Notice
from gongzhi.core.refusal import NotFound
from gongzhi.core.todo import Todo
from gongzhi.participation.conversations.models import Event, Subscription
from gongzhi.participation.deliberations import actions, queries
from gongzhi.participation.deliberations.models import Inquiry, Matter, Objection, Raising, Supervisor
from gongzhi.registers.residents import actions as residents

from .conftest import Village, fresh, rule

WORDS = "我是住 3 号楼 502-X 的梅阿姨，天黑不敢走"
PERSONAL = "core.evidence_personal"
SECRETS = ("梅阿姨", "502-X", "梅雪", "13812345678", "金老伯", "m-e-i")


def watchers(village: Village) -> dict[str, Actor]:
    return {
        "head": village.zhou, "worker": village.gu, "township": village.lu, "county": village.wang, "auditor": village.shen,
        "neighbour": village.wu, "stranger": village.tao, "department": village.min, "raiser": village.mei,
        "resident": village.lan, "elsewhere": village.liu, "guest": village.ke, "public": PUBLIC,
    }  # fmt: skip


def seen_by(village: Village, look: Any) -> set[str]:
    found = set()
    for name, actor in watchers(village).items():
        try:
            if look(actor):
                found.add(name)
        except NotFound:
            pass
    return found


EVERYONE = {
    "head", "worker", "township", "county", "auditor", "neighbour", "stranger", "department", "raiser", "resident",
    "elsewhere", "guest", "public",
}  # fmt: skip


def test_before_it_is_published_a_matter_is_its_own_sides(village: Village) -> None:
    matter = village.registered()
    assert seen_by(village, lambda a: queries.whole(a, matter.pk)) == {
        "head",
        "worker",
        "township",
        "county",
        "auditor",
        "raiser",
    }
    assert seen_by(village, lambda a: queries.board(a).rows) == {
        "head",
        "worker",
        "township",
        "county",
        "auditor",
        "raiser",
    }
    assert seen_by(village, lambda a: search.find(a, "中心河")) == {
        "head",
        "worker",
        "township",
        "county",
        "auditor",
    }


def test_published_it_is_everybodys(village: Village) -> None:
    matter = village.accepted()
    assert seen_by(village, lambda a: queries.whole(a, matter.pk)) == EVERYONE
    assert seen_by(village, lambda a: search.find(a, "中心河")) == EVERYONE


def test_what_a_resident_said_is_his_and_his_committees(village: Village) -> None:
    raising = village.raised()
    assert seen_by(village, lambda a: queries.raising(a, raising.pk)) == {"head", "worker", "raiser"}
    actions.register(village.gu, raising, title="装路灯", category="lighting", text="没灯", publish=True)
    matter = Matter.objects.get()
    assert seen_by(village, lambda a: queries.raising(a, raising.pk)) == {"head", "worker", "raiser"}
    assert seen_by(village, lambda a: queries.whole(a, matter.pk).raisings) == {"head", "worker"}
    assert seen_by(village, lambda a: queries.whole(a, matter.pk).own) == {"raiser"}
    assert seen_by(village, lambda a: queries.waiting(a).exists()) == set()
    village.raised(village.lan)
    assert seen_by(village, lambda a: queries.waiting(a).exists()) == {"head", "worker", "resident"}


def test_objections_and_questions_are_between_who_asks_and_who_leads(village: Village) -> None:
    matter = village.hung_out()
    actions.object_to(village.lan, matter=matter.pk, text="太亮")
    actions.inquire(village.lan, matter=matter.pk, text="几盏？")
    for model in (Objection, Inquiry):
        reach = seen_by(village, lambda a, m=model: m.objects.visible_to(a, m.VIEW).exists())
        assert reach == {"head", "worker", "resident"}
    assert seen_by(village, lambda a: queries.whole(a, matter.pk).objections) == {"head", "worker"}
    assert queries.whole(PUBLIC, matter.pk).objected == 1, "that there is one, everybody may know"


def test_outsiders_read_no_minutes_and_no_names_of_those_who_were_asked(village: Village) -> None:
    matter = village.talked()
    inside, outside = queries.whole(village.gu, matter.pk), queries.whole(PUBLIC, matter.pk)
    assert inside.sessions[0].minutes
    assert not outside.sessions[0].minutes
    assert all(str(p.name) for people in inside.stakeholders.values() for p in people)
    assert not any(str(p.name) for people in outside.stakeholders.values() for p in people)
    assert not any(d.minutes for d in outside.decisions)


def photo(shade: int = 90) -> io.BytesIO:
    out = io.BytesIO()
    made = Image.new("RGB", (64, 48), (shade, 120, 60))
    exif = made.getexif()
    exif[0x010F] = "梅家手机"  # the maker of the camera
    made.save(out, "JPEG", exif=exif)
    out.seek(0)
    return out


@pytest.fixture
def home(settings: Any, tmp_path: Any) -> None:
    settings.GONGZHI_HOME = tmp_path


def test_a_raisers_photo_is_shown_only_with_consent_and_without_its_camera(
    village: Village, home: None
) -> None:
    mine = evidence.attach(village.mei, photo(), name="梅阿姨家门口.jpg")
    raising = village.raised(photos=[mine.pk])
    actions.register(village.gu, raising, title="装路灯", category="lighting", text="没灯")
    matter = Matter.objects.get()
    assert seen_by(village, lambda a: evidence.visible(a, mine.pk)) == {"head", "worker", "raiser"}
    assert rule(lambda: actions.publish(village.gu, matter, photos=[mine.pk])) == "deliberations.own_photo"
    Raising.objects.update(may_publish=True)
    actions.publish(village.gu, matter, photos=[mine.pk])
    assert seen_by(village, lambda a: evidence.visible(a, mine.pk)) == {"head", "worker", "raiser"}, (
        "the original stays"
    )
    (shown,) = queries.whole(PUBLIC, matter.pk).of(matter, "public")
    assert (shown.account_id, shown.name, shown.unit_id) == (None, "照片.jpg", village.gu.unit_id)
    with evidence.open(PUBLIC, shown) as file:
        content = file.read()
    assert "梅家手机".encode() not in content
    assert not Image.open(io.BytesIO(content)).getexif()
    with pytest.raises(NotFound):
        evidence.plain_copy(village.wu, mine.pk)


def test_no_verb_publishes_a_residents_own_file(village: Village, home: None) -> None:
    granny = residents.register(
        village.gu, name="何阿婆", birth_year=1941, building="3 组 18 号", told=True, asked=True
    )
    hers = evidence.attach(village.gu, photo(40), name="何阿婆家.jpg")
    actions.raise_matter(village.gu, text="井盖松了", on_behalf=granny.pk, photos=[hers.pk])
    mine = evidence.attach(village.mei, photo(110), name="梅阿姨家门口.jpg")
    village.raised(photos=[mine.pk])
    matter = village.talked()
    actions.draft_outcome(village.gu, matter, text="装灯 24 盏")
    for file in (hers, mine):
        settle = {"agree": 4, "place": "村口", "evidence": [file.pk]}
        assert rule(lambda s=settle: actions.settle(village.gu, fresh(matter), **s)) == PERSONAL
        assert rule(lambda f=file: actions.publish(village.gu, fresh(matter), photos=[f.pk])) == PERSONAL
        assert not evidence.may_see(PUBLIC, file)
    ours = evidence.attach(village.gu, photo(180), name="村口.jpg")
    actions.settle(village.gu, fresh(matter), agree=4, place="村口", evidence=[ours.pk])
    assert evidence.may_see(PUBLIC, ours)


def test_sheets_and_scans_of_a_published_matter_stay_inside(village: Village, home: None) -> None:
    matter = village.accepted(evidence=[evidence.attach(village.zhou, photo(20), name="两委会表决.jpg").pk])
    session = village.called(fresh(matter))
    village.later(days=3)
    sheet, shown = (evidence.attach(village.gu, photo(n), name=f"{n}.jpg").pk for n in (80, 140))
    actions.hold(village.gu, session, hall=4, minutes="谈妥", evidence=[sheet])
    evidence.use(village.gu, fresh(matter), [shown], key="public")
    inside = {"head", "worker", "township", "county", "auditor"}
    for kept in evidence.of(matter, key=f"decision:{matter.decisions.get().pk}") + evidence.of(session):
        assert seen_by(village, lambda a, pk=kept.pk: evidence.visible(a, pk)) == inside
    assert seen_by(village, lambda a: evidence.visible(a, shown)) == EVERYONE
    assert seen_by(village, lambda a: queries.whole(a, matter.pk).sessions[0].minutes) == inside
    for admin in (village.county.root, village.county.guard):
        assert not queries.whole(admin, matter.pk).inside, "administrators read no papers"
        assert not evidence.may_see(admin, evidence.Evidence.objects.get(pk=sheet))


def test_a_helped_residents_photo_is_no_affair_of_the_other_posts_of_the_house(
    village: Village, home: None
) -> None:
    granny = residents.register(
        village.gu, name="何阿婆", birth_year=1941, building="3 组 18 号", told=True, asked=True
    )
    hers = evidence.attach(village.gu, photo(), name="何阿婆家.jpg")
    house = {**watchers(village), "supervisor": village.county.jian}
    seen = {name for name, who in house.items() if evidence.may_see(who, hers)}
    assert seen == {"worker"}, "until it is used only the post that handed it in"
    actions.raise_matter(village.gu, text="井盖松了", on_behalf=granny.pk, photos=[hers.pk])
    seen = {name for name, who in house.items() if evidence.may_see(who, hers)}
    assert seen == {"head", "worker"}


def unnamed_course(village: Village) -> Matter:
    """A matter raised by 梅, who does not want to be known, on its whole way."""
    raising = village.raised(text=WORDS, location="3 号楼 502-X 门口", unnamed=True, key="m-e-i")
    actions.add_words(village.mei, raising, text="我姓梅，梅阿姨，电话 13812345678")
    actions.register(village.gu, raising, title="步道装路灯", category="lighting", text="步道晚上没有灯。")
    matter = Matter.objects.get()
    actions.accept(village.zhou, matter, **village.vote())
    session = village.called(fresh(matter))
    village.later(days=3)
    actions.hold(village.gu, session, hall=4, minutes="谈妥")
    actions.draft_outcome(village.gu, fresh(matter), text="装灯 24 盏")
    actions.settle(village.gu, fresh(matter), agree=4, place="村口")
    actions.object_to(village.mei, matter=matter.pk, text="我梅阿姨不同意")
    Objection.objects.update(state="answered", answer="答复了")
    actions.inquire(village.mei, matter=matter.pk, text="梅雪问什么时候装")
    village.later(workdays=6)
    actions.adopt(village.gu, fresh(matter))
    return fresh(matter)


def test_no_page_export_api_search_notice_or_log_gives_an_unnamed_raiser_away(
    village: Village, client_for: Any
) -> None:
    matter = unnamed_course(village)
    pages = [f"/deliberations/{matter.pk}/", "/deliberations/", "/api/v1/deliberations?size=50", "/search?q=步道", "/search?q=梅",
             "/search/suggest?q=梅", "/notices", "/", "/late", "/records/", f"/deliberations/{matter.pk}/papers/registration.docx"]  # fmt: skip
    for name, actor in watchers(village).items():
        if name in ("head", "worker", "raiser"):
            continue
        client = _client(client_for, actor)
        for page in pages:
            answer = client.get(page)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            text = body.decode("utf-8", "ignore")
            shown = actor.name if name != "public" else ""
            assert not [s for s in SECRETS if s in text and s != shown], f"{name} reads {page}"


def test_the_journal_of_a_raiser_is_a_number_without_words(village: Village) -> None:
    unnamed_course(village)
    for entry in JournalEntry.objects.all():
        kept = json.dumps([entry.facts, entry.label, entry.actor_name, entry.actor_unit], ensure_ascii=False)
        assert not [s for s in SECRETS if s in kept], entry
        if entry.role == "resident":
            assert (entry.actor_name, entry.actor_unit) == ("", "")
            from gongzhi.core.action import registry

            assert registry[entry.verb].secret, f"{entry.verb} is told in public proofs"


def test_todos_notices_and_events_name_no_raiser(village: Village) -> None:
    unnamed_course(village)
    said = [*(str(t) for t in Todo.objects.all()), *(str(n) for n in Notice.objects.all())]
    said += [json.dumps([e.about, e.url], ensure_ascii=False) for e in Event.objects.all()]
    assert said
    assert not [(s, line) for line in said for s in SECRETS if s in line]
    assert Subscription.objects.filter(account_id=village.mei.account_id).exists()


def test_an_unnamed_raiser_is_unnamed_in_the_conversation(village: Village) -> None:
    from gongzhi.participation.conversations import queries as conversations

    matter = unnamed_course(village)
    assert conversations.thread_of(matter).unnamed == [village.mei.account_id]


def test_who_volunteers_is_read_by_a_masked_name(village: Village) -> None:
    village.checking()
    assert seen_by(village, lambda a: Supervisor.objects.visible_to(a, Supervisor.VIEW).exists()) == {
        "head",
        "worker",
        "resident",
    }
    names = {str(s.name) for s in queries.whole(PUBLIC, Matter.objects.get().pk).supervisors}
    assert names <= {"兰*", "竹*", "菊*", "松*"}


def _client(client_for: Any, actor: Actor) -> Client:
    """A browser of the house for posts; residents are walked by their own sign-in in the residents' room."""
    return client_for(actor) if actor.role != "resident" else client_for(PUBLIC)
