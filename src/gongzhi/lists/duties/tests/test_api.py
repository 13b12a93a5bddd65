"""The reads as JSON, the writes by the verb's own operation, and the same scope as the pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from gongzhi.cast import Cast
from gongzhi.core.access import Actor
from gongzhi.core.accounts import ApiToken
from gongzhi.lists.duties.models import Consultation, DutyItem, DutyList
from gongzhi.lists.duties.tests.conftest import BASIS
from gongzhi.site.callers import digest

Reach = Callable[..., DutyList]


def key(actor: Actor) -> dict[str, str]:
    secret = f"gz_{actor.post_id}"
    ApiToken.objects.get_or_create(post_id=actor.post_id, digest=digest(secret), defaults={"name": "t"})
    return {"Authorization": f"Bearer {secret}"}


def post(actor: Actor, path: str, **body: Any) -> Any:
    return Client().post(
        f"/api/v1/duties{path}",
        json.dumps(body),
        content_type="application/json",
        headers={**key(actor), "Idempotency-Key": f"key-{path}-{actor.post_id}"},
    )


def get(path: str, actor: Actor | None = None) -> Any:
    return Client().get(f"/api/v1/duties{path}", headers=key(actor) if actor else {})


def test_everybody_reads_what_was_shown_and_nothing_else(cast: Cast, draft: DutyList, reach: Reach) -> None:
    assert get("").json()["rows"] == []
    assert get(f"/{draft.pk}").status_code == 404
    assert get(f"/{draft.pk}/items").status_code == 404
    assert get(f"/{draft.pk}", cast.min).status_code == 200
    version = reach(draft, "publicised")
    assert [r["id"] for r in get("").json()["rows"]] == [version.pk]
    assert get("/in-force").status_code == 404
    [a05, b10] = get(f"/{version.pk}/items").json()
    assert (a05["code"], b10["lead"], b10["bases"][0]["mark"]) == ("A05", "太仓市残疾人联合会", "checked")
    assert get(f"/items/{b10['id']}").json()["answer"] == "归市残联管，村（居）委会应当帮您。"


def test_search_compare_and_figures(cast: Cast, draft: DutyList, reach: Reach) -> None:
    version = reach(draft, "in_force")
    found = get("/search?q=漏水吵架").json()
    assert found["answer"]["code"] == "A05"
    same = get(f"/compare?old={version.pk}&new={version.pk}").json()
    assert (same["same"], same["added"], same["reduction"]) == (2, [], "0.00")
    figures = get(f"/{version.pk}/figures").json()
    assert (figures["without_basis"], figures["agreed"], figures["by_lead"]) == (0, 4, {"市残联": 1})
    assert get("/in-force?on=2026-03-19").json()["id"] == version.pk
    assert get("/in-force?on=2020-01-01").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/0", "/99999999999999999999", "/items/0", "/compare?old=0&new=1", "/search?q=", "?after=x", "?size=0"],
)
def test_strange_input_is_answered_with_a_problem(cast: Cast, path: str) -> None:
    answer = get(path)
    assert answer.status_code in (404, 422)
    assert answer["Content-Type"] == "application/problem+json"


def test_a_write_is_the_verb_with_the_same_refusals(cast: Cast, draft: DutyList) -> None:
    body = {"code": "B11", "list_type": "ASSIST", "name": "协助社区矫正", "payer": "lead", "bases": BASIS}
    refused = post(cast.wang, f"/{draft.pk}/add_item", **body)
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["rule"] == "duties.lead_department"
    assert post(cast.min, f"/{draft.pk}/add_item", **body).status_code == 404
    done = Client().post(
        f"/api/v1/duties/{draft.pk}/add_item",
        json.dumps({**body, "lead": cast["司法局"].pk}),
        content_type="application/json",
        headers={**key(cast.wang), "Idempotency-Key": "another-key"},
    )
    assert (done.status_code, done.json()["id"]) == (200, draft.pk)
    assert DutyItem.objects.filter(version=draft, code="B11").exists()


def test_a_committee_answers_for_itself_only(cast: Cast, draft: DutyList, reach: Reach) -> None:
    reach(draft, "consulting")
    own = Consultation.objects.get(unit=cast["中荷村"])
    for stranger in (cast.wu, cast.lu, cast.wang):
        assert post(stranger, f"/{own.pk}/agree").status_code == 404
    assert post(cast.gu, f"/{own.pk}/agree", text="同意").json()["state"] == "agreed"


def test_a_key_is_needed_to_write(cast: Cast, draft: DutyList) -> None:
    answer = Client().post(
        f"/api/v1/duties/{draft.pk}/withdraw",
        "{}",
        content_type="application/json",
        headers={"Idempotency-Key": "12345678"},
    )
    assert answer.status_code == 401
