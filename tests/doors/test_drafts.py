"""What was never sent is nobody's but its own side's: on no page, list, export, paper, in no search, API, to-do or notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from gongzhi.core import todo
from gongzhi.core.money import Fen
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.lists.agreements import actions
from gongzhi.lists.agreements.models import Agreement
from gongzhi.lists.duties import actions as duties
from gongzhi.lists.duties.models import DutyItem, DutyList
from tests.conftest import Clock
from tests.county import SHANGHAI, County
from tests.doors.table import ROWS
from tests.doors.walk import client_of, told
from tests.lived import token

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("drafts")]


@dataclass(frozen=True)
class Draft:
    """Something unsent: the thing's id, whose it is, who must not know, and the words that give it away."""

    id: int
    own: tuple[str, ...]
    others: tuple[str, ...]
    words: tuple[str, ...]


ABOVE = ("wang", "can")
AROUND = ("sun", "")


def _with_words(actor: Any, agreement: Agreement, body: str) -> None:
    clause = agreement.clauses.filter(kind="text").first()
    assert clause is not None
    actions.amend_text(actor, agreement, clause=clause.key, heading=clause.heading, body=body, reason=body)


def _drafts(town: County) -> dict[str, Draft]:
    """A draft of either side, one given up before it was sent, and changes that lie unsent in open talks."""
    lu, head = town.lu, town.heads
    ours = actions.draft(lu, year=2026, party_b=town.committees[0].pk)
    _with_words(lu, ours, "甲方稿子里的话")
    theirs = actions.draft(town.wu, year=2026)
    _with_words(town.wu, theirs, "乙方稿子里的话")
    given_up = actions.draft(lu, year=2026, party_b=town.committees[2].pk)
    _with_words(lu, given_up, "放下的稿子里的话")
    actions.refuse(lu, given_up, reason="先不办了")
    talks = actions.draft(lu, year=2026, party_b=town.committees[3].pk)
    actions.propose(lu, talks)
    _with_words(head[town.committees[3].pk], talks, "还没送出的修改")
    return {
        "ours": Draft(ours.pk, ("lu", "chen", "he"), ("zhou", "gu", "wu", *ABOVE, *AROUND), ("甲方稿子里的话", ours.number)),
        "theirs": Draft(theirs.pk, ("wu",), ("lu", "chen", "zhou", *ABOVE), ("乙方稿子里的话", theirs.number)),
        "given_up": Draft(given_up.pk, ("lu",), ("xu", *ABOVE), ("放下的稿子里的话", "先不办了", given_up.number)),
        "talks": Draft(talks.pk, ("head03",), ("lu", *ABOVE), ("还没送出的修改",)),
    }  # fmt: skip


@pytest.fixture(scope="module")
def drafts(town: County, hand: Clock, django_db_blocker: Any) -> Iterator[dict[str, Draft]]:
    with django_db_blocker.unblock():
        made = _drafts(town)
        hand.to(
            datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
        )  # everything is long late, and the superiors were told
        todo.escalate()
        yield made


def _addresses(ids: dict[str, Any]) -> list[str]:
    """Every address of the house for these ids, and what searching for them asks."""
    found = []
    for path, letters in ROWS.values():
        if "p" not in letters:
            try:
                found.append(path.format(**ids))
            except KeyError:
                continue
    return found


def _api(pk: int) -> list[str]:
    """Every read of the API, with the thing's id wherever one is asked for."""
    from gongzhi.site.api import api

    paths = api.get_openapi_schema()["paths"]
    return [
        path.replace("{pk}", str(pk)).replace("{unit_id}", "1")
        for path, operations in paths.items()
        if "get" in operations and path.count("{") - path.count("{pk}") - path.count("{unit_id}") == 0
    ]


READERS = ("lu", "zhou", "wang", "xu", "")  # both sides of one, the county above, the neighbour, the public


def _get(town: County, who: str, paths: list[str], api: list[str]) -> dict[str, str]:
    client, key = client_of(town, who), token(getattr(town, who)) if who else {}
    shown = {path: client.get(path) for path in paths}
    shown |= {path: client_of(town, "").get(path, headers=key) for path in api}
    for path, answer in shown.items():
        assert answer.status_code < 500, path
    return {path: told(answer) for path, answer in shown.items() if answer.status_code == 200}


def _of(town: County, who: str, draft: Draft) -> dict[str, str]:
    """What somebody reads when he asks for this very thing."""
    here = f"/agreements/{draft.id}/"
    paths = [p for p in _addresses({"agreement": draft.id}) if here in p]
    paths += [here + verb for verb in ("propose", "comment")]
    paths += [
        f"{here}papers/comparison.docx",
        f"/agreements/compare/?new={draft.id}",
        f"/agreements/compare.xlsx?new={draft.id}",
    ]
    for words in draft.words:
        paths += [
            f"/search?q={words}",
            f"/search/suggest?q={words}",
            f"/search/pick?kind=agreements.agreement&q={words}",
        ]
    return _get(town, who, paths, [p for p in _api(draft.id) if f"/agreements/{draft.id}" in p])


def _everything(town: County, who: str) -> dict[str, str]:
    """Every page, list, export and read of the house that asks for nothing in particular."""
    paths = [*_addresses({}), "/agreements/?year=2026&group=ended", "/agreements/?year=2026&group=talking"]
    paths += [
        "/agreements/export.xlsx?year=2026",
        "/insight/?year=2026",
        *(f"/search?q={u.short}" for u in town.committees[:4]),
    ]
    return _get(town, who, paths, [p for p in _api(0) if "/0" not in p])


@pytest.mark.parametrize("who", READERS)
def test_no_list_export_search_or_notice_tells_of_it(
    who: str, drafts: dict[str, Draft], town: County
) -> None:
    shown = _everything(town, who)
    assert len(shown) > (40 if who else 15)
    for name, draft in drafts.items():
        if who in draft.own:
            continue
        signs = [*draft.words, *([] if name == "talks" else [f"/agreements/{draft.id}/"])]
        for path, text in shown.items():
            found = [sign for sign in signs if sign in text]
            assert found == [], f"{who or 'the public'} reads {found} at {path}"


@pytest.mark.parametrize("name", ["ours", "theirs", "given_up", "talks"])
def test_nobody_else_reads_it_by_its_address(name: str, drafts: dict[str, Draft], town: County) -> None:
    draft = drafts[name]
    for who in draft.others:
        for path, text in _of(town, who, draft).items():
            asked = {w for w in draft.words if f"q={w}" in path}  # a search repeats the question
            found = [w for w in draft.words if w in text and w not in asked]
            assert found == [], f"{who or 'the public'} reads {found} at {path}"
            if name != "talks":
                assert f"/agreements/{draft.id}/" not in text.replace(path, ""), (
                    f"{who or 'the public'} at {path}"
                )


@pytest.mark.parametrize("name", ["ours", "theirs", "given_up", "talks"])
def test_its_own_side_reads_it(name: str, drafts: dict[str, Draft], town: County) -> None:
    draft = drafts[name]
    for who in draft.own:
        shown = _of(town, who, draft)
        assert (
            draft.words[0] in shown[f"/agreements/{draft.id}/"] + shown[f"/api/v1/agreements/{draft.id}"]
        ), who
        if name != "talks":
            assert f"/agreements/{draft.id}/" in shown[f"/search?q={draft.words[-1]}"]


def test_its_own_side_has_it_on_the_workbench_and_nobody_above_is_told(
    drafts: dict[str, Draft], town: County
) -> None:
    assert any(t.thing_id == drafts["theirs"].id for t in todo.waiting_for(town.wu))
    for who in ("lu", "chen", "wang", "zhang"):
        for path in ("/late", "/notices", "/"):
            assert "起草并送出虹桥村" not in told(client_of(town, who).get(path))


def test_that_the_other_side_drafts_is_told_so_that_nobody_drafts_beside_it(
    drafts: dict[str, Draft], town: County
) -> None:
    place, unit = town.committees[1].short, town.committees[1].pk
    with pytest.raises(Refused) as refused:
        actions.draft(town.lu, year=2026, party_b=unit)
    assert refused.value.rule == "agreements.other_side_drafts"
    assert refused.value.problems[0].way_out == ""
    with pytest.raises(Refused) as refused:
        actions.draft(town.zhou, year=2026)
    assert refused.value.rule == "agreements.other_side_drafts"
    page = told(client_of(town, "lu").get("/agreements/?year=2026"))
    assert f"{place}：乙方起草中" in page
    assert (
        place
        not in told(client_of(town, "lu").get("/agreements/new/draft_all?year=2026")).split("协助事项")[0]
    )


@pytest.mark.parametrize("verb", ["propose", "refuse", "comment", "mark_interest", "succeed", "amend_text"])
def test_no_verb_finds_it(verb: str, drafts: dict[str, Draft], town: County) -> None:
    from gongzhi.core import action

    for name, who in (("ours", "zhou"), ("theirs", "chen"), ("theirs", "wang"), ("given_up", "xu")):
        with pytest.raises(NotFound):
            action.registry[f"agreements.{verb}"].perform(getattr(town, who), drafts[name].id, {})


def test_the_moment_it_is_sent_the_other_side_has_it(drafts: dict[str, Draft], town: County) -> None:
    draft = drafts["ours"]
    actions.propose(town.lu, draft.id)
    assert "甲方稿子里的话" in told(client_of(town, "zhou").get(f"/agreements/{draft.id}/"))
    assert f"/agreements/{draft.id}/" in told(client_of(town, "wang").get(f"/search?q={draft.words[1]}"))
    assert Agreement.objects.get(pk=draft.id).sent_at is not None


# ---- the county's own lists: before the first consultation a version is the county's and its departments' ----


def test_a_list_that_was_never_consulted_on_is_the_countys_own(
    town: County, drafts: dict[str, Draft]
) -> None:
    force = DutyList.objects.get(state="in_force")
    draft = duties.revise(town.wang, force, year=2027, remark="没送出的修订说明")
    draft = DutyList.objects.get(supersedes=force)
    duties.offer_item(
        town.can, draft, code="B31", name="没送出的新事项", applies_to="both", payer="lead", cycle="yearly",
        plain="说明", bases=[{"law": "残疾人保障法", "article": "第十九条", "mark": "verify"}],
    )  # fmt: skip
    offered = DutyItem.objects.get(version=draft, code="B31")
    duties.accept_item(town.wang, draft, item=offered.pk)
    secrets = ("没送出的修订说明", "没送出的新事项")
    ids = {"draft_list": draft.pk, "list": force.pk, "duty_item": offered.pk}

    def read(who: str) -> dict[str, str]:
        client, key = client_of(town, who), token(getattr(town, who)) if who else {}
        paths = [*_addresses(ids), f"/search?q={secrets[1]}", f"/duties/ask/?q={secrets[1]}"]
        shown = {path: client.get(path) for path in paths}
        shown |= {path: client_of(town, "").get(path, headers=key) for path in _api(draft.pk)}
        return {path: told(a) for path, a in shown.items() if a.status_code == 200}

    for who in ("zhou", "lu", ""):
        for path, text in read(who).items():
            found = [s for s in secrets if s in text and f"q={s}" not in path]
            assert found == [], f"{who or 'the public'} reads {found} at {path}"
    assert secrets[1] in read("wang")[f"/duties/{draft.pk}/"]
    assert secrets[1] in read("can")[f"/duties/{draft.pk}/"]
    duties.send_review(town.wang, draft)
    duties.pass_review(town.fang, draft)
    assert client_of(town, "zhou").get(f"/duties/{draft.pk}/").status_code == 404
    duties.open_consultation(town.wang, draft)
    assert secrets[1] in read("zhou")[f"/duties/{draft.pk}/"]


def test_amounts_in_an_unsent_change_are_in_no_sum(drafts: dict[str, Draft], town: County) -> None:
    """The other side's totals do not move before the change is sent."""
    draft = drafts["talks"]
    agreement = Agreement.objects.get(pk=draft.id)
    before = told(client_of(town, "lu").get(f"/agreements/{draft.id}/"))
    item = agreement.items.select_related("clause").order_by("clause__position").first()
    assert item is not None
    head = town.heads[town.committees[3].pk]
    actions.amend_item(
        head, agreement, clause=str(item.clause_id), heading=item.clause.heading, standard=item.standard,
        weight=item.weight, amount=Fen(item.amount_fen + 777_00), quantity=item.quantity, unit=item.unit,
        unit_price=None, deadline=item.deadline, reason="没送出的数字",
    )  # fmt: skip
    after = told(client_of(town, "lu").get(f"/agreements/{draft.id}/"))
    strip = [
        page.split('name="csrf"')[0] + page.split("<main")[1].split('name="seen"')[0]
        for page in (before, after)
    ]
    assert strip[0].count("777") == strip[1].count("777") == 0
    assert "没送出的数字" not in after
