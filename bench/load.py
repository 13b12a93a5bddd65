"""A small HTTP load generator: some keep-alive connections, each asking again as soon as it has its answer."""

from __future__ import annotations

import multiprocessing
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """What a run of requests gave. Times in milliseconds."""

    requests: int
    seconds: float
    per_second: float
    p50: float
    p99: float


def measure(
    port: int,
    path: str,
    headers: Mapping[str, str],
    *,
    connections: int = 4,
    seconds: float = 4.0,
    warm: int = 20,
) -> Rate:
    """Ask for ``path`` over and over, and require 200 each time."""
    context = multiprocessing.get_context("fork")
    times = context.SimpleQueue()
    _client(port, path, headers, 0.0, warm)
    workers = [
        context.Process(target=lambda: times.put(_client(port, path, headers, seconds, 1)))
        for _ in range(connections)
    ]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    found: list[float] = sorted(t for _ in workers for t in times.get())
    for worker in workers:
        worker.join()
    elapsed = min(time.perf_counter() - began, seconds) or seconds
    return Rate(
        requests=len(found),
        seconds=round(elapsed, 2),
        per_second=round(len(found) / elapsed, 1),
        p50=round(_share(found, 0.50) * 1000, 2),
        p99=round(_share(found, 0.99) * 1000, 2),
    )


def measure_writes(
    port: int, requests: Sequence[bytes], *, connections: int = 8, seconds: float = 4.0, wanted: int = 302
) -> Rate:
    """Send whole requests one after the other, each connection its own share of them over and over."""
    context = multiprocessing.get_context("fork")
    times = context.SimpleQueue()
    workers = [
        context.Process(
            target=lambda n: times.put(_writes(port, requests[n::connections], seconds, wanted)), args=(n,)
        )
        for n in range(connections)
    ]
    for worker in workers:
        worker.start()
    parts = [times.get() for _ in workers]
    for worker in workers:
        worker.join()
    if failed := [part for part in parts if isinstance(part, str)]:
        raise RuntimeError(failed[0])
    found: list[float] = sorted(t for part in parts for t in part)
    return Rate(
        requests=len(found),
        seconds=seconds,
        per_second=round(len(found) / seconds, 1),
        p50=round(_share(found, 0.50) * 1000, 2),
        p99=round(_share(found, 0.99) * 1000, 2),
    )


def _writes(port: int, requests: Sequence[bytes], seconds: float, wanted: int) -> list[float] | str:
    """The times of one connection's writes, or what went wrong, so that nobody waits for it."""
    try:
        return _writer(port, requests, seconds, wanted)
    except (OSError, RuntimeError) as error:
        return str(error)


def _writer(port: int, requests: Sequence[bytes], seconds: float, wanted: int) -> list[float]:
    """One connection that writes: the time of each request, in seconds."""
    times: list[float] = []
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            began = time.perf_counter()
            connection.sendall(requests[len(times) % len(requests)])
            status = _answer(connection)
            times.append(time.perf_counter() - began)
            if status != wanted:
                raise RuntimeError(f"a write answered {status}")
    return times


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _client(port: int, path: str, headers: Mapping[str, str], seconds: float, least: int) -> list[float]:
    """One connection: the time of each request, in seconds."""
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: 127.0.0.1",
        *(f"{key}: {value}" for key, value in headers.items()),
        "",
        "",
    ]
    request = "\r\n".join(lines).encode()
    times: list[float] = []
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        end = time.perf_counter() + seconds
        while len(times) < least or time.perf_counter() < end:
            began = time.perf_counter()
            connection.sendall(request)
            status = _answer(connection)
            times.append(time.perf_counter() - began)
            if status != 200:
                raise RuntimeError(f"{path} answered {status}")
    return times


def _answer(connection: socket.socket) -> int:
    """Read one whole answer; returns its status."""
    buffer = b""
    while b"\r\n\r\n" not in buffer:
        chunk = connection.recv(65536)
        if not chunk:
            raise RuntimeError("the server closed the connection")
        buffer += chunk
    head, _, body = buffer.partition(b"\r\n\r\n")
    lower = head.lower()
    if b"content-length:" in lower:
        length = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        missing = length - len(body)
        while missing > 0:
            missing -= len(connection.recv(min(missing, 1 << 20)))
    elif b"transfer-encoding: chunked" in lower:
        while not body.endswith(b"0\r\n\r\n"):
            body += connection.recv(65536)
    return int(head.split(b" ", 2)[1])
