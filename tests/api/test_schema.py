"""The whole OpenAPI against the running application: no answer of 500, and every answer as described."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.lived import token

pytestmark = [pytest.mark.xdist_group("doors")]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
WHO = ("lu", "gu", "wang", "ren", "mei")  # calls are made as each in turn, so that all reaches are met
EXAMPLES = 4
QUIET = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_answers_are_as_described(house: Any) -> None:
    from gongzhi.core import action
    from gongzhi.wsgi import application

    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    keys = [token(getattr(house, who)) for who in WHO]
    calls, faults = 0, []
    for found in document.get_all_operations():
        operation = found.ok()
        asked = 0

        @QUIET
        @given(case=operation.as_strategy())
        def call(case: Any) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(headers=keys[asked % len(keys)], checks=CHECKS)

        try:
            call()
        except (Exception, BaseExceptionGroup) as error:  # every operation is tried, then all faults are told
            faults.append(f"{operation.label}\n{str(error)[:900]}")
        calls += asked
    assert faults == [], f"{len(faults)} operations:\n" + "\n\n".join(faults)
    assert calls > len(action.registry) * 3, "hardly anything was asked"
