"""The daily digest: one a day at most, to those who agreed, killed or not; ended by its own link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from gongzhi.core import gateway
from gongzhi.core.access import Actor
from gongzhi.core.clock import Hand
from gongzhi.core.words import Words
from gongzhi.participation.conversations import actions, tasks
from gongzhi.participation.conversations.models import Digest, Reader
from gongzhi.participation.conversations.queries import digests
from gongzhi.participation.conversations.tests.conftest import Village
from gongzhi.registers.residents.models import Consent, Resident
from gongzhi.registers.residents.queries import mailing

Sent = list[tuple[str, str]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What went out: (number, text)."""
    found: Sent = []
    monkeypatch.setattr(gateway, "is_open", lambda: True)
    monkeypatch.setattr(gateway, "send", lambda channel, to, text, key="": found.append((to, text)) or "")
    return found


@pytest.fixture
def agreed(village: Village, hand: Hand) -> Village:
    """安 and 白 follow 中荷村 and have phones; 安 alone agreed to messages. Something has happened."""
    thing = village.places["中荷村"]
    for who, phone in ((village.an, "13812345678"), (village.bai, "13812345679")):
        person = Resident.objects.get(pk=who.account_id)
        person.phone = phone
        person.save()
        actions.subscribe_account(who.account_id, thing)
    consent(village, village.an)
    actions.tell(thing, Words("进入议事"), public=True)
    hand.forward(minutes=5)
    return village


def consent(village: Village, who: Any) -> None:
    Consent.objects.create(
        resident_id=who.account_id, purpose="messages", version=date(2026, 1, 1), by_account=who.account_id
    )


def test_who_agreed_is_told_once_a_day_and_only_of_what_is_new(
    agreed: Village, sent: Sent, hand: Hand
) -> None:
    assert tasks.send_digests() == 1
    assert tasks.send_digests() == 0
    [(number, text)] = sent
    assert number == "13812345678"
    assert "进入议事" in text
    assert "/conversations/unsubscribe/" in text
    hand.forward(days=1)
    assert tasks.send_digests() == 0  # nothing new
    actions.tell(agreed.places["中荷村"], Words("开始表决"), public=True)
    hand.forward(minutes=5)
    assert tasks.send_digests() == 1
    assert "开始表决" in sent[1][1]
    assert "进入议事" not in sent[1][1]


def test_what_was_read_on_the_page_is_not_told_again(agreed: Village, sent: Sent) -> None:
    actions.mark_seen(agreed.an)
    assert (tasks.send_digests(), sent) == (0, [])


def test_a_consent_taken_back_ends_the_digests(agreed: Village, sent: Sent) -> None:
    Consent.objects.update(withdrawn="2026-03-11T09:00:00+08:00")
    assert (tasks.send_digests(), sent) == (0, [])


def test_a_run_killed_before_or_after_sending_sends_no_second_one(
    agreed: Village, sent: Sent, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(channel: str, to: str, text: str, key: str = "") -> str:
        sent.append((to, text))
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(gateway, "send", die)
        with pytest.raises(Killed):
            tasks.send_digests()
    assert Digest.objects.get().state == "sending"
    assert (tasks.send_digests(), len(sent)) == (0, 1)
    hand.forward(days=1)
    assert (tasks.send_digests(), len(sent)) == (1, 2)  # and nothing is lost


def test_what_the_service_did_not_take_is_sent_again(
    agreed: Village, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> str:
        raise gateway.Undelivered

    with monkeypatch.context() as patch:
        patch.setattr(gateway, "send", refuse)
        assert tasks.send_digests() == 0
    assert Reader.objects.get(account_id=agreed.an.account_id).told_id == 0
    assert (tasks.send_digests(), len(sent)) == (1, 1)


def test_many_lines_are_counted(agreed: Village, sent: Sent, hand: Hand) -> None:
    for n in range(9):
        actions.tell(agreed.places["中荷村"], Words("第 {n} 步", {"n": n}), public=True)
    hand.forward(minutes=5)
    tasks.send_digests()
    assert "第 8 步；第 7 步；第 6 步；第 5 步；第 4 步 等 10 条" in sent[0][1]


def test_no_hidden_or_held_word_is_told(agreed: Village, sent: Sent, hand: Hand) -> None:
    mine = agreed.say(agreed.an, "王家老三的病历")
    agreed.say(agreed.bai, "加微信看病历", answers=mine.pk)
    actions.hide(agreed.zhou, mine, reason="privacy", note="病历")
    hand.forward(minutes=5)
    tasks.send_digests()
    assert "已隐藏" in sent[0][1]
    assert "病历" not in sent[0][1]


def test_the_link_ends_the_digests_without_signing_in(agreed: Village, sent: Sent, hand: Hand) -> None:
    tasks.send_digests()
    path = sent[0][1].rpartition("/conversations/unsubscribe/")[2]
    path = f"/conversations/unsubscribe/{path}"
    client = Client()
    assert "不再发每日摘要？" in client.get(path).content.decode()
    assert Reader.objects.get(account_id=agreed.an.account_id).wants_digest  # opening it only asks
    assert client.post(path).status_code == 200
    reader = Reader.objects.get(account_id=agreed.an.account_id)
    assert not reader.wants_digest
    actions.tell(agreed.places["中荷村"], Words("又一步"), public=True)
    hand.forward(days=1)
    assert (tasks.send_digests(), len(sent)) == (0, 1)
    assert mailing.agrees(agreed.an.account_id), "to end the digests is not to take the consent back"
    actions.resume_digest(agreed.an, reader)
    assert tasks.send_digests() == 1
    for forged in (f"{reader.pk}:x", signing.Signer(salt="other").sign(str(reader.pk)), str(reader.pk)):
        assert client.get(f"/conversations/unsubscribe/{forged}/").status_code == 404


def test_the_page_shows_consent_and_digest_apart(
    agreed: Village, sent: Sent, client_for: Callable[[Actor], Client]
) -> None:
    an, reader = client_for(agreed.an), actions.reader_of(agreed.an.account_id)

    def page() -> str:
        return an.get("/conversations/digest/").content.decode()

    assert "撤回同意" in page()
    actions.pause_digest(agreed.an, reader)
    assert "已停，不会发" in page()
    assert "撤回同意" in page(), "the consent stands"
    actions.resume_digest(agreed.an, reader)
    mine = f"/residents/{agreed.an.account_id}/withdraw_consent"
    answer = an.post(mine, {"purpose": "messages", "next_page": "/conversations/digest/"})
    assert (answer.status_code, answer["Location"]) == (302, "/conversations/digest/")
    assert "没有同意，不会发" in page()
    assert Reader.objects.get(pk=reader.pk).wants_digest, "nor is the digest switched off by it"
    assert tasks.send_digests() == 0


def test_a_young_event_waits_for_those_that_began_before_it(agreed: Village) -> None:
    before = digests.horizon()
    actions.tell(agreed.places["中荷村"], Words("刚刚"), public=True)
    assert digests.horizon() == before
