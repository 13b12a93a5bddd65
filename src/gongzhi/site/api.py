"""The API's front door: problems, idempotency, one operation per verb, and each room's reads."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Router, Schema, UploadedFile
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.params.functions import File, Header
from pydantic import Field

from gongzhi.core import access, action, evidence, keys, roles
from gongzhi.core.access import Actor
from gongzhi.core.action import Verb
from gongzhi.core.refusal import NotFound, Problem, Refused
from gongzhi.core.words import joined, say
from gongzhi.site.callers import TOKEN, Keys, ResidentSession
from gongzhi.site.models import IdempotencyKey


class ProblemRow(Schema):
    """One reason of a refusal."""

    message: str
    rule: str
    source: str = ""
    field: str = ""
    way_out: str = ""


class ProblemAnswer(Schema):
    """application/problem+json (RFC 9457) with every reason found."""

    type: str
    title: str
    status: int
    detail: str
    problems: list[ProblemRow] = []


class Done(Schema):
    """What a write returns: the thing as it now stands."""

    id: int
    kind: str
    label: str
    state: str
    revision: int
    url: str


class FileKept(Schema):
    """An uploaded file, to be named by id in a verb's list of files."""

    id: int
    sha256: str
    name: str
    size: int


WRITE_ANSWERS: dict[Any, Any] = {
    200: Done,
    401: ProblemAnswer,
    404: ProblemAnswer,
    409: ProblemAnswer,
    422: ProblemAnswer,
}


class Described(NinjaAPI):
    """Describes on every operation the refusals that :func:`problem` answers with, whatever the room said, and that a
    resident's session writes with its form token."""

    def get_openapi_schema(self, **options: Any) -> Any:
        document: Any = super().get_openapi_schema(**options)
        refused = {"schema": {"$ref": "#/components/schemas/ProblemAnswer"}}
        document["components"]["securitySchemes"]["FormToken"] = TOKEN
        for path in document["paths"].values():
            for method, operation in path.items():
                for way in operation["security"] if method != "get" else ():
                    if "ResidentSession" in way:
                        way["FormToken"] = []
                for status in ("400", "401", "404", "409", "413", "422"):
                    content = {"application/problem+json": refused}
                    operation["responses"][status] = {
                        "description": str(say("办不了，原因在内")),
                        "content": content,
                    }
        return document


api = Described(
    title="gongzhi 共治",
    version="1",
    description="每个动作一个接口，与页面上的按钮同名同规则。写操作要带 Idempotency-Key：同一个键只办一次。"
    "岗位用接口钥匙；居民用自己手机登录后的会话，同时带 X-CSRFToken。",
    auth=[Keys(), ResidentSession()],
    urls_namespace="api",
    docs_url="/docs",
)


def problem(
    request: HttpRequest, status: int, title: str, problems: list[Problem], kind: str = "about:blank"
) -> HttpResponse:
    """An RFC 9457 answer."""
    body = {
        "type": kind,
        "title": title,
        "status": status,
        "detail": joined((str(p.message) for p in problems), "；"),
        "problems": [p.as_dict() for p in problems],
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json"
    )


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    status = 409 if refused.rule in ("core.stale", "core.key_reused") else 422
    return problem(
        request, status, str(say("现在还办不了")), list(refused.problems), f"urn:gongzhi:{refused.rule}"
    )


@api.exception_handler(NotFound)
@api.exception_handler(Http404)
def _not_found(request: HttpRequest, _: Exception) -> HttpResponse:
    return problem(request, 404, str(say("没有找到")), [])


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    rows = [
        Problem(
            e["msg"],
            f"core.input.{e['type']}",
            field=".".join(str(p) for p in e["loc"] if p not in ("body", "answers")),
        )
        for e in error.errors
    ]
    return problem(request, 422, str(say("填写有误")), rows)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, _: Exception) -> HttpResponse:
    return problem(request, 401, str(say("请带上岗位的有效接口钥匙；居民请先登录，并带上 X-CSRFToken")), [])


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, error.status_code, str(error), [])


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, _: Exception) -> HttpResponse:
    return problem(request, 413, str(say("内容太大")), [])


def may_call(request: Any, verb: str) -> None:
    """A key limited to some verbs reaches no others."""
    verbs: frozenset[str] = getattr(request, "verbs", frozenset())
    if verbs and verb not in verbs:
        raise NotFound(verb)


def done(thing: Any) -> dict[str, Any]:
    """The answer of a write."""
    return {
        "id": thing.pk,
        "kind": thing.kind(),
        "label": thing.label(),
        "state": str(getattr(thing, "state", "") or ""),
        "revision": thing.revision,
        "url": thing.get_absolute_url(),
    }


def once(
    actor: Actor, key: str, verb: Verb[Any], pk: int | None, answers: dict[str, Any], seen: int | None
) -> Any:
    """Do a write once per key: a repeated call gets the first answer; the same key for another call is refused."""
    asked = json.dumps([verb.name, pk, answers], default=str, sort_keys=True, ensure_ascii=False)
    content = f"idempotency\n{asked}".encode()  # keyed, for answers can be guessed: scores, numbers of people
    resident = actor.role == roles.RESIDENT
    holder = f"account:{actor.account_id}" if resident else f"post:{actor.post_id}"
    with transaction.atomic():
        IdempotencyKey.objects.bulk_create(
            [IdempotencyKey(holder=holder, key=key, digest=keys.mac(content))], ignore_conflicts=True
        )
        row = IdempotencyKey.objects.select_for_update().get(holder=holder, key=key)
        if not keys.mac_fits(content, row.digest):
            raise Refused(Problem(say("这个 Idempotency-Key 已经用于另一个请求"), "core.key_reused"))
        if row.answer is None:
            row.answer = done(verb.perform(actor, pk, answers, seen=seen))
            row.save(update_fields=["answer"])
        return row.answer


KEY: Any = Header(
    ..., alias="Idempotency-Key", min_length=8, max_length=100, description="每次写操作自拟一个不重复的键"
)
SEEN: Any = Header(
    None, alias="If-Match", pattern=r"^\d{1,9}$", description="您看到的版本号 revision；被人改过就不办"
)
MOST = 2**63 - 1


def _operation(router: Router, verb: Verb[Any]) -> None:
    """One POST per verb, its body made from the verb's own questions."""
    body = verb.schema
    text = (verb.__doc__ or "").strip()
    about = "\n\n".join([text, *(str(e) for e in verb.effects)])

    if verb.on is None:

        def create(request: HttpRequest, answers: body, key: str = KEY) -> Any:  # type: ignore[valid-type]
            may_call(request, verb.name)
            return once(request.actor, key, verb, None, answers.model_dump(), None)  # type: ignore[attr-defined]

        call: Any = create
        path = f"/new/{verb.word}"
    else:

        def act(
            request: HttpRequest,
            pk: int,
            answers: body,  # type: ignore[valid-type]
            key: str = KEY,
            seen: str | None = SEEN,
        ) -> Any:
            may_call(request, verb.name)
            if not 0 < pk <= MOST:
                raise NotFound(verb.name)
            number = int(seen) if seen else None
            return once(request.actor, key, verb, pk, answers.model_dump(), number)  # type: ignore[attr-defined]

        call, path = act, f"/{{pk}}/{verb.word}"
    call.__name__ = verb.name.replace(".", "_")
    call.__annotations__ = {**call.__annotations__, "answers": body}
    router.post(
        path,
        response=WRITE_ANSWERS,
        operation_id=verb.name,
        summary=str(verb.label),
        description=about,
        tags=[verb.room],
    )(call)


files = Router(tags=["evidence"])
UPLOAD: Any = File(...)


@files.post(
    "",
    response={200: FileKept, 401: ProblemAnswer, 422: ProblemAnswer},
    operation_id="evidence.attach",
    summary="上传材料",
)
def upload(request: HttpRequest, file: UploadedFile = UPLOAD) -> Any:
    """Keep a file; name its id in a verb's list of files. Sending the same file twice keeps it once."""
    may_call(request, "evidence.attach")
    kept = evidence.receive(request.actor, file)  # type: ignore[attr-defined]
    return {"id": kept.pk, "sha256": kept.sha256, "name": kept.name, "size": kept.size}


class Me(Schema):
    """Whom this key or session acts as."""

    role: str
    unit: str = Field("", description="单位")
    name: str = ""
    verbs: list[str]


@api.get("/me", response={200: Me, 401: ProblemAnswer}, operation_id="me", summary="我是谁", tags=["me"])
def me(request: HttpRequest) -> Any:
    """The role, unit and rights of the caller."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    held = [v for v in sorted(access.rights()) if actor.may(v)]
    return {"role": actor.role, "unit": actor.unit_name, "name": actor.name, "verbs": held}


def build() -> NinjaAPI:
    """Attach every room's reads and every verb's write."""
    routers: dict[str, Router] = {}
    for room in settings.ROOMS:
        name = room.rsplit(".", 1)[1]
        if name != "site" and find_spec(f"{room}.api"):
            routers[name] = import_module(f"{room}.api").router
    for verb in action.registry.values():
        _operation(routers.setdefault(verb.room, Router(tags=[verb.room])), verb)
    routers["evidence"] = files
    for name, router in routers.items():
        api.add_router(f"/{name}", router)
    return api
