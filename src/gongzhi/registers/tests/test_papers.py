"""Every paper of the registers prints, and gives no more than its reader may know."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from docx import Document

from gongzhi.core.access import PUBLIC, Actor
from gongzhi.registers.corrections import actions as corrections
from gongzhi.registers.organisations import actions as organisations
from gongzhi.registers.positions import actions as positions

ID, PHONE = "320522198501011231", "13812345678"


def words(answer: Any) -> str:
    """Everything that a docx says."""
    assert answer.status_code == 200
    document = Document(io.BytesIO(answer.content))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


@pytest.fixture
def things(county: Any) -> dict[str, str]:
    person = county.person(county.gu, "顾清荷", citizen_id=ID, phone=PHONE)
    post = positions.appoint(
        county.gu,
        person=person.pk,
        organisation=county.bodies["中荷村"].pk,
        kind="director",
        basis="elected",
        since=date(2021, 3, 28),
    )
    certificate = positions.certify(
        county.lu, person=person.pk, level="worker", number="SW20230001", issued=date(2024, 5, 1)
    )
    positions.log_hours(county.gu, certificate, on=date(2025, 5, 1), hours=Decimal("24.5"), topic="个案工作")
    club = organisations.record(
        county.gu,
        name="银龄互助会",
        record_no="1",
        place=county.places["中荷村"].pk,
        service="mutual",
        leader="沈梅",
    )
    asked = corrections.ask(
        county.gu, ledger="people", entry=person.pk, field="name", value="顾青荷", reason="写错了"
    )
    corrections.decline(county.lu, asked, reason="身份证上就是清")
    return {
        "profile": f"/places/{county.places['中荷村'].pk}/papers/profile",
        "roll": f"/places/{county.places['沙溪镇'].pk}/papers/roll",
        "sheet": f"/organisations/{club.pk}/papers/sheet",
        "entry": f"/people/{person.pk}/papers/entry",
        "proof": f"/positions/{post.pk}/papers/proof",
        "education": f"/positions/certificates/{certificate.pk}/papers/education",
        "reply": f"/corrections/{asked.pk}/papers/reply",
    }


def test_papers_say_what_they_should(
    county: Any, things: dict[str, str], client_for: Callable[[Actor], Client]
) -> None:
    client = client_for(county.gu)
    said = {key: words(client.get(f"{url}.docx")) for key, url in things.items()}
    assert "320585101204" in said["profile"]
    assert "顾清荷" in said["profile"]
    assert "中荷村" in said["roll"]
    assert "虹桥村" in said["roll"]
    assert "万安村" not in said["roll"]
    assert "沈梅" in said["sheet"]
    assert "2021-03-28" in said["proof"]
    assert "24.5" in said["education"]
    assert "身份证上就是清" in said["reply"]
    assert "320522********1231" in said["entry"]
    for key, text in said.items():
        assert ID not in text, key
        assert PHONE not in text, key
    assert "顾清荷" not in said["entry"]


def test_papers_keep_the_doors_of_their_things(
    county: Any, things: dict[str, str], client_for: Callable[[Actor], Client]
) -> None:
    for actor, personal in ((county.lu, 200), (county.wu, 404), (PUBLIC, 404)):
        client = client_for(actor)
        for key in ("profile", "roll", "sheet"):
            assert client.get(f"{things[key]}.docx").status_code == 200
        for key in ("entry", "proof", "education", "reply"):
            assert client.get(f"{things[key]}.docx").status_code == personal, (actor.role, key)
    assert "沈*" in words(client_for(PUBLIC).get(f"{things['sheet']}.docx"))


def test_a_paper_prints_as_pdf(
    county: Any, things: dict[str, str], client_for: Callable[[Actor], Client]
) -> None:
    answer = client_for(county.gu).get(f"{things['profile']}.pdf")
    assert answer.content.startswith(b"%PDF")
