"""The hot pages ask the database the same number of questions at one time and ten times the county's rows."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import scale
from gongzhi.lists.agreements.models import Agreement
from tests.doors.walk import client_of

pytestmark = [pytest.mark.xdist_group("doors")]

HOT = {
    "workbench of a township": ("lu", "/"),
    "workbench of a committee": ("gu", "/"),
    "workbench of the county": ("wang", "/"),
    "list of agreements": ("wang", "/agreements/?year=2026"),
    "list of agreements of a township": ("lu", "/agreements/"),
    "one agreement": ("gu", "/agreements/{agreement}/"),
    "its year": ("lu", "/agreements/{agreement}/year"),
    "figures of agreements": ("wang", "/agreements/statistics/"),
    "county overview": ("wang", "/insight/"),
    "appraisals": ("wang", "/appraisals/"),
    "search": ("wang", "/search?q=社区"),
    "suggestions": ("wang", "/search/suggest?q=社区"),
    "list of duties": ("", "/duties/public/"),
    "whose job is it": ("", "/duties/ask/?q=垃圾分类谁管"),
    "places": ("", "/places/"),
    "organisations": ("wang", "/organisations/"),
    "people": ("wang", "/people/"),
    "positions": ("wang", "/positions/"),
    "public agreements": ("", "/agreements/public/"),
    "late below": ("wang", "/late"),
    "API: agreements": ("wang", "/api/v1/agreements"),
    "API: appraisals": ("wang", "/api/v1/appraisals"),
    "API: people": ("wang", "/api/v1/people"),
    "API: places": ("", "/api/v1/places"),
}


def questions(client: Any, path: str) -> int:
    """How many queries a page makes, once what a process remembers is remembered."""
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200, f"{path} answers {answer.status_code}"
    return len(asked)


def grow() -> None:
    """Ten times the rows in the same hands: nine copies of the county, whose committees, agreements, people and to-dos are
    then laid under the first one's units. Rows are copied in SQL, not made by verbs: what is measured is reading.
    """
    known = connection.settings_dict
    connection.close()
    with psycopg.connect(
        host=known["HOST"], port=known["PORT"] or None, user=known["USER"] or None, password=known["PASSWORD"] or None, dbname=known["NAME"]
    ) as other:  # fmt: skip
        scale.multiply(other, 1, 10)
    with connection.cursor() as cursor:
        for statement in LAID_UNDER:
            cursor.execute(statement.replace("#", str(scale.SHIFT)))


LAID_UNDER = (
    "UPDATE core_unit SET parent_id = parent_id % # WHERE id >= # AND kind = 'committee'",
    "UPDATE core_unit u SET path = p.path || u.id || '.' FROM core_unit p WHERE p.id = u.parent_id AND u.id >= # AND u.kind = 'committee'",
    "UPDATE agreements_agreement SET party_a_id = party_a_id % #, seq = seq + id / # * 1000 WHERE id >= #",
    "UPDATE appraisals_appraisal SET party_a_id = party_a_id % # WHERE id >= #",
    "UPDATE core_todo SET unit_id = unit_id % # WHERE id >= #",
    "UPDATE core_notice SET unit_id = unit_id % # WHERE id >= #",
    "UPDATE people_person SET unit_id = unit_id % # WHERE id >= #",
    "UPDATE positions_position SET unit_id = unit_id % # WHERE id >= #",
    "UPDATE organisations_organisation SET under_id = under_id % # WHERE id >= #",
)


def test_hot_pages_ask_the_same_at_ten_times_the_rows(house: Any) -> None:
    clients = {who: client_of(house, who) for who in {who for who, _ in HOT.values()}}
    paths = {name: (who, path.format(**house.ids)) for name, (who, path) in HOT.items()}
    before = {name: questions(clients[who], path) for name, (who, path) in paths.items()}
    rows = Agreement.objects.count()
    grow()
    assert Agreement.objects.filter(party_a=house.county.township).count() >= rows * 9
    after = {name: questions(clients[who], path) for name, (who, path) in paths.items()}
    more = {name: (before[name], after[name]) for name in HOT if after[name] > before[name]}
    assert more == {}, "these pages ask more when there is more (before, after)"
    assert {n: q for n, q in after.items() if q > 60} == {}
