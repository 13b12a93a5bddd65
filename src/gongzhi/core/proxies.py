"""Who is asking when a proxy stands in front: its word is taken only from addresses the county has named. Pure.

Anybody can send ``X-Forwarded-For``. The list of hops is therefore read from the right, from the hop nearest to us,
for as long as the one that vouches for it is a trusted proxy.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
NONE = "none"
"""The setting's word for "no proxy: the web server itself speaks TLS"."""


def read(text: str) -> tuple[Network, ...]:
    """``GONGZHI_PROXIES``: addresses and networks with commas; ValueError names what is neither.

    A network that holds every address is refused: it would believe everybody.
    """
    found = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        if item == NONE:
            continue
        try:
            network = ip_network(item)
        except ValueError as error:
            raise ValueError(f"GONGZHI_PROXIES: {error}") from None
        if network.prefixlen == 0:
            raise ValueError(f"GONGZHI_PROXIES: {item} would trust everybody")
        found.append(network)
    return tuple(found)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """``text`` as an address; an IPv4 one in IPv6's clothes is told by its plain form."""
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def is_trusted(text: str, proxies: Sequence[Network]) -> bool:
    """Whether an address is one of the county's own proxies."""
    address = _address(text)
    return address is not None and any(address in network for network in proxies)


def client(peer: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """The address a request comes from: the first, from our end, that is no proxy of ours.

    What is no address ends the reading: then the last trusted hop is the best that is known.
    """
    found = peer
    hops = [hop for hop in forwarded.split(",") if hop.strip()]
    while hops and is_trusted(found, proxies):
        address = _address(hops.pop())
        if address is None:
            break
        found = str(address)
    return found


def scheme(forwarded: str) -> str:
    """``X-Forwarded-Proto`` as the nearest proxy wrote it: "https", "http", or "" for anything else."""
    said = forwarded.rpartition(",")[2].strip().lower()
    return said if said in ("https", "http") else ""


def neighbourhood(address: str) -> str:
    """What one subscriber holds: an IPv4 address, or the /64 around an IPv6 one. Other text stays as it is."""
    found = _address(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return str(found) if found else address
