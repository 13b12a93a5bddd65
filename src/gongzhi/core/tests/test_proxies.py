"""Whose word on addresses is taken: only that of the county's own proxies, read from our end."""

from __future__ import annotations

import pytest

from gongzhi.core import proxies

OURS = proxies.read("127.0.0.1, 10.20.0.0/16, fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # a stranger's word
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # what the client itself had put in front
        ("127.0.0.1", "10.20.3.4, 198.51.100.1", "198.51.100.1"),  # even where it names one of ours
        ("127.0.0.1", "198.51.100.1, 10.20.3.4", "198.51.100.1"),  # two of ours in a row
        ("127.0.0.1", "198.51.100.1, unknown", "127.0.0.1"),
        ("127.0.0.1", "10.20.1.1, 10.20.3.4", "10.20.1.1"),
        ("::ffff:127.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("fd00::1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_client_is_the_first_from_our_end_that_is_no_proxy_of_ours(
    peer: str, forwarded: str, client: str
) -> None:
    assert proxies.client(peer, forwarded, OURS) == client


def test_nobody_is_trusted_unless_named() -> None:
    assert proxies.read("") == proxies.read(" none ") == ()
    assert proxies.client("127.0.0.1", "198.51.100.1", ()) == "127.0.0.1"


@pytest.mark.parametrize("text", ["proxy", "10.0.0.1/8", "0.0.0.0/0", "::/0", "10.0.0.300", "*"])
def test_what_is_no_address_or_trusts_everybody_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="GONGZHI_PROXIES"):
        proxies.read(f"127.0.0.1,{text}")


@pytest.mark.parametrize(
    ("said", "scheme"), [("https", "https"), ("HTTP", "http"), ("https, http", "http"), ("wss", ""), ("", "")]
)
def test_the_scheme_is_what_the_nearest_proxy_wrote(said: str, scheme: str) -> None:
    assert proxies.scheme(said) == scheme


def test_an_ipv6_subscriber_is_one_however_many_addresses_he_has() -> None:
    assert proxies.neighbourhood("2001:db8:1:2:3::4") == proxies.neighbourhood("2001:db8:1:2:ffff::1")
    assert proxies.neighbourhood("2001:db8:1:3::4") != proxies.neighbourhood("2001:db8:1:2::4")
    assert proxies.neighbourhood("::ffff:198.51.100.1") == "198.51.100.1"
    assert proxies.neighbourhood("elsewhere") == "elsewhere"
