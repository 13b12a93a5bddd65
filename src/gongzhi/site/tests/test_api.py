"""The API's front door: keys, scopes, idempotency, problems, and one operation per verb."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from gongzhi.cast import Cast, build, resident
from gongzhi.core import action, calendar, clock
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Account, ApiToken
from gongzhi.core.journal import JournalEntry
from gongzhi.site.callers import digest


def key_for(actor: Actor, *verbs: str) -> dict[str, str]:
    secret = f"gz_{actor.role}_{len(verbs)}"
    ApiToken.objects.get_or_create(
        post_id=actor.post_id, digest=digest(secret), defaults={"name": "t", "verbs": list(verbs)}
    )
    return {"Authorization": f"Bearer {secret}"}


def post(path: str, body: dict[str, Any], headers: dict[str, str], key: str = "key-0001", **more: str) -> Any:
    return Client().post(
        f"/api/v1{path}",
        json.dumps(body),
        content_type="application/json",
        headers={**headers, "Idempotency-Key": key, **more},
    )


def test_every_verb_is_an_operation_of_the_same_name(cast: Cast) -> None:
    document = Client().get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    found = {op.get("operationId") for path in document["paths"].values() for op in path.values()}
    assert set(action.registry) <= found


def test_me_says_who_the_key_acts_as(cast: Cast) -> None:
    answer = Client().get("/api/v1/me", headers=key_for(cast.lu)).json()
    assert (answer["role"], answer["unit"]) == ("township_officer", "沙溪镇")
    assert Client().get("/api/v1/me").json()["role"] == "public"
    wrong = Client().get("/api/v1/me", headers={"Authorization": "Bearer nothing"})
    assert (wrong.status_code, wrong["Content-Type"]) == (401, "application/problem+json")


def test_writes_need_a_key_even_from_a_signed_in_browser(cast: Cast, client_for: Any) -> None:
    answer = client_for(cast.guard).post(
        f"/api/v1/accounts/{cast.gu.account_id}/unlock",
        json.dumps({"reason": "x"}),
        content_type="application/json",
        headers={"Idempotency-Key": "key-0001"},
    )
    assert answer.status_code == 401


def said(client: Client, words: str = "路灯不亮", key: str = "key-0001", **headers: str) -> Any:
    return client.post(
        "/api/v1/deliberations/new/raise",
        json.dumps({"text": words}),
        content_type="application/json",
        headers={"Idempotency-Key": key, **headers},
    )


@pytest.fixture
def phone(cast: Cast, client_for: Any) -> Client:
    """The signed-in phone of a resident of 中荷村, with its form token checked as in earnest."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = client_for(resident(cast["中荷村"])).cookies
    return client


def test_a_resident_writes_by_the_own_session_and_its_form_token(phone: Client) -> None:
    assert said(phone).status_code == 401
    assert said(phone, **{"X-CSRFToken": "x" * 32}).status_code == 401
    form = {"X-CSRFToken": phone.get("/resident/token").json()["token"]}
    first, again = said(phone, **form), said(phone, **form)
    assert first.status_code == 200, first.content
    assert first.json() == again.json()
    assert JournalEntry.objects.filter(verb="deliberations.raise").count() == 1
    assert said(phone, "别的", **form).status_code == 409
    assert said(phone, "太黑了", "key-0002", **form).status_code == 200
    assert phone.get("/api/v1/me").json()["role"] == "resident"


def test_two_residents_without_a_home_have_keys_of_their_own(cast: Cast, client_for: Any) -> None:
    for who in (cast.song, resident()):
        answer = client_for(who).post(
            "/api/v1/conversations/new/follow",
            json.dumps({"sort": "category", "key": "roads"}),
            content_type="application/json",
            headers={"Idempotency-Key": "key-0001"},
        )
        assert answer.status_code == 200, answer.content


def test_a_key_of_a_resident_opens_nothing(cast: Cast) -> None:
    headers = key_for(resident(cast["中荷村"]))
    assert Client().get("/api/v1/me", headers=headers).status_code == 401
    assert post("/deliberations/new/raise", {"text": "路灯不亮"}, headers).status_code == 401


def test_an_idle_session_is_told_so_at_the_api_and_led_to_the_door_on_a_page(phone: Client) -> None:
    form = {"X-CSRFToken": phone.get("/resident/token").json()["token"]}
    with clock.at(clock.now() + timedelta(days=400)):
        assert said(phone, **form).status_code == 401
    assert phone.get("/api/v1/me").json()["role"] == "public"


def test_the_two_ways_in_are_described(cast: Cast) -> None:
    described = document()
    schemes = described["components"]["securitySchemes"]
    assert (schemes["Keys"]["scheme"], schemes["ResidentSession"]["in"]) == ("bearer", "cookie")
    assert schemes["FormToken"]["name"] == "X-CSRFToken"
    asked = described["paths"]["/api/v1/deliberations/new/raise"]["post"]["security"]
    assert asked == [{"Keys": []}, {"ResidentSession": [], "FormToken": []}]
    assert described["paths"]["/api/v1/me"]["get"]["security"] == [{"Keys": []}, {"ResidentSession": []}]


def test_a_repeated_write_is_done_once(cast: Cast) -> None:
    path, headers = f"/accounts/{cast.gu.account_id}/unlock", key_for(cast.guard)
    first, again = post(path, {"reason": "忘了"}, headers), post(path, {"reason": "忘了"}, headers)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert JournalEntry.objects.filter(verb="accounts.unlock").count() == 1
    other = post(path, {"reason": "别的"}, headers)
    assert (other.status_code, other.json()["type"]) == (409, "urn:gongzhi:core.key_reused")


def test_a_refusal_carries_rule_field_and_source(cast: Cast) -> None:
    answer = post(
        f"/accounts/{cast.gu.account_id}/reset_password",
        {"first_password": "abc", "reason": "忘了"},
        key_for(cast.guard),
    )
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    problem = answer.json()["problems"][0]
    assert (problem["rule"], problem["field"]) == ("site.password_length", "password")
    assert "GB/T 22239" in problem["source"]


def test_out_of_scope_reads_as_not_found(cast: Cast) -> None:
    path = f"/accounts/{cast.gu.account_id}/unlock"
    assert post(path, {"reason": "x"}, key_for(cast.lu)).status_code == 404
    assert post("/accounts/999999/unlock", {"reason": "x"}, key_for(cast.guard)).status_code == 404
    assert post(path, {"reason": "x"}, key_for(cast.guard, "accounts.view")).status_code == 404


def test_a_narrowed_key_reads_no_more_than_it_names(cast: Cast) -> None:
    def people(*verbs: str) -> int:
        return Client().get("/api/v1/people", headers=key_for(cast.lu, *verbs)).status_code  # type: ignore[no-any-return]

    assert people() == people("people.view", "people.correct") == 200
    assert people("agreements.view") == 404
    held = Client().get("/api/v1/me", headers=key_for(cast.lu, "agreements.view")).json()["verbs"]
    assert held == ["agreements.view"]


def test_a_reset_password_ends_the_keys_too(cast: Cast) -> None:
    from gongzhi.site.actions import reset_password

    headers = key_for(cast.gu)
    assert Client().get("/api/v1/me", headers=headers).status_code == 200
    reset_password(cast.guard, cast.gu.account_id or 0, first_password="Anders#2026", reason="电脑丢了")
    assert Client().get("/api/v1/me", headers=headers).status_code == 401


def test_a_stale_revision_conflicts(cast: Cast) -> None:
    path, headers = f"/accounts/{cast.gu.account_id}/unlock", key_for(cast.guard)
    assert post(path, {"reason": "一"}, headers, "key-0001", **{"If-Match": "0"}).status_code == 200
    assert post(path, {"reason": "二"}, headers, "key-0002", **{"If-Match": "0"}).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_ten_equal_writes_at_once_are_one_act(now: Any) -> None:
    calendar.seed()
    cast = build()
    account = Account.objects.get(login="gu")
    headers, barrier, answers = key_for(cast.guard), Barrier(10), []

    def write() -> None:
        with clock.at(now):
            barrier.wait()
            answers.append(post(f"/accounts/{account.pk}/unlock", {"reason": "同时"}, headers).status_code)
            connection.close()

    threads = [Thread(target=write) for _ in range(10)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert answers == [200] * 10
    assert JournalEntry.objects.filter(verb="accounts.unlock").count() == 1


# ---- one rule for addresses, one for figures ----


def document() -> dict[str, Any]:
    found: dict[str, Any] = Client().get("/api/v1/openapi.json").json()
    return found


def test_no_address_ends_in_a_slash(cast: Cast) -> None:
    paths = document()["paths"]
    assert len(paths) > 100
    assert [p for p in paths if p.endswith("/")] == []


def answered(schema: Any, shapes: dict[str, Any], seen: set[str]) -> Iterator[tuple[str, Any]]:
    """Every schema that an answer is made of, with the name of its field."""
    if isinstance(schema, list):
        for one in schema:
            yield from answered(one, shapes, seen)
    if not isinstance(schema, dict):
        return
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    if name and name not in seen:
        seen.add(name)
        yield from answered(shapes[name], shapes, seen)
    yield schema.get("title", ""), schema
    for field, inner in schema.get("properties", {}).items():
        yield field, inner
        yield from answered(inner, shapes, seen)
    for key in ("items", "anyOf", "allOf", "additionalProperties"):
        yield from answered(schema.get(key), shapes, seen)


def test_no_answer_holds_a_floating_point_number(cast: Cast) -> None:
    """Scores, rates and quantities are exact decimals, written as strings; all other numbers are integers."""
    described = document()
    shapes, seen = described["components"]["schemas"], set[str]()
    floats = {
        f"{path} {field}"
        for path, operations in described["paths"].items()
        for operation in operations.values()
        for answer in operation["responses"].values()
        for content in answer.get("content", {}).values()
        for field, schema in answered(content["schema"], shapes, seen)
        if schema.get("type") == "number"
    }
    assert floats == set()
    rate = shapes["Figure"]["properties"]["signing_rate"]
    assert (rate["type"], "百分数" in rate["description"]) == ("string", True)
