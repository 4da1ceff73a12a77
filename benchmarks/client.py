"""A lean HTTP/1.1 client: raw keep-alive sockets, requests built beforehand, so that little CPU is the client's own.

`python -m benchmarks.client HOST PORT KEY FILE [--connections N] [--batch N]` sends the JSON lines of a file in batches
to `/v1/batch` and prints what it took; the server under test is another process and is measured apart.
"""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import own_cpu_seconds

OVERLOAD: Final = 429
EVERY: Final = 0.1
"""Seconds between two batches of what comes in behind a measurement."""
PATIENCE: Final = 60.0
"""Seconds without any answer after which a load gives up."""


class Connection:
    """One keep-alive connection; a request at a time."""

    def __init__(self, host: str, port: int, timeout: float = PATIENCE) -> None:
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._got = bytearray()
        self._from = 0.0

    def send(self, request: bytes) -> None:
        """Send a whole request."""
        self._from = time.perf_counter()
        self.socket.sendall(request)

    def take(self) -> tuple[int, bytes, float] | None:
        """Read what is there; status, body and seconds since `send` once the answer is complete, else None.

        Raises ConnectionError when the server hung up.
        """
        part = self.socket.recv(65_536)
        if not part:
            raise ConnectionError("the server closed the connection before its answer was complete")
        self._got += part
        end = self._got.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self._got[:end]).lower()
        body = _complete(head, self._got, end + 4)
        if body is None:
            return None
        self._got.clear()
        return int(head[9:12]), body, time.perf_counter() - self._from

    def ask(self, request: bytes) -> tuple[int, bytes, float]:
        """Send a request and wait for its answer."""
        self.send(request)
        while (answer := self.take()) is None:
            pass
        return answer

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()


def _complete(head: bytes, got: bytearray, start: int) -> bytes | None:
    """The body if all of it has arrived: by its length, or by the last chunk."""
    _, found, rest = head.partition(b"content-length:")
    if found:
        length = int(rest.split(b"\r\n", 1)[0])
        return bytes(got[start : start + length]) if len(got) >= start + length else None
    if b"transfer-encoding: chunked" in head:
        return bytes(got[start:]) if got.endswith(b"0\r\n\r\n") else None
    return b""


@dataclass(slots=True)
class Load:
    """What a load saw: answers by status, seconds of each accepted request, and the whole."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    wall: float = 0.0
    cpu: float = 0.0

    def document(self) -> dict[str, Any]:
        """The load as plain data, times as milliseconds at percentiles."""
        statuses = {str(status): n for status, n in self.statuses.items()}
        return {"statuses": statuses, "wall": self.wall, "client_cpu": self.cpu, **percentiles(self.seconds)}


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """`p50_ms`, `p99_ms` and `most_ms`: the values at rank ceil(share * n).

    >>> percentiles([0.001, 0.002, 0.003])
    {'p50_ms': 2.0, 'p99_ms': 3.0, 'most_ms': 3.0}
    """
    if not seconds:
        return {}
    ordered = sorted(seconds)
    rank = {"p50_ms": 50, "p99_ms": 99, "most_ms": 100}
    return {name: ordered[-(-share * len(ordered) // 100) - 1] * 1000 for name, share in rank.items()}


def load(host: str, port: int, requests: Sequence[bytes], connections: int = 4) -> Load:
    """Send every request once, keeping all connections busy; a 429 is counted, and sent again when it says so.

    Raises TimeoutError when nothing is answered for a minute.
    """
    found, waiting = Load(), deque(requests)
    resting: list[tuple[float, bytes]] = []
    selector = selectors.DefaultSelector()
    idle = [Connection(host, port) for _ in range(connections)]
    busy: dict[Connection, bytes] = {}
    for connection in idle:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    cpu, began = own_cpu_seconds(), time.perf_counter()
    while waiting or resting or busy:
        resting = _woken(resting, waiting)
        while idle and waiting:
            connection = idle.pop()
            busy[connection] = waiting.popleft()
            connection.send(busy[connection])
        ready = selector.select(0.01 if resting else PATIENCE)
        if not ready and not resting:
            raise TimeoutError(f"no answer for {PATIENCE:.0f} s, {len(waiting) + len(busy)} requests are left")
        for key, _ in ready:
            answer = key.data.take()
            if answer is None:
                continue
            request = busy.pop(key.data)
            idle.append(key.data)
            _note(found, answer, request, resting)
    found.wall, found.cpu = time.perf_counter() - began, own_cpu_seconds() - cpu
    for connection in idle:
        connection.close()
    selector.close()
    return found


def _woken(resting: list[tuple[float, bytes]], waiting: deque[bytes]) -> list[tuple[float, bytes]]:
    now = time.perf_counter()
    waiting.extend(request for until, request in resting if until <= now)
    return [(until, request) for until, request in resting if until > now]


def _note(found: Load, answer: tuple[int, bytes, float], request: bytes, resting: list[tuple[float, bytes]]) -> None:
    status, _, seconds = answer
    found.statuses[status] += 1
    if status == OVERLOAD:
        resting.append((time.perf_counter() + 1.0, request))
    else:
        found.seconds.append(seconds)


def post(path: str, body: bytes, key: str = "", *, token: str = "") -> bytes:
    """A whole POST request: of the tracking API with a write key, the user name of Basic, else with a bearer token."""
    secret = f"Basic {b64encode(f'{key}:'.encode()).decode()}" if key else f"Bearer {token}"
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {secret}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def get(path: str, token: str = "", accept: str = "application/json") -> bytes:
    """A whole GET request, with a bearer token when there is one."""
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{bearer}Accept: {accept}\r\n\r\n".encode()


def batches(lines: Sequence[str], size: int, key: str) -> Iterator[bytes]:
    """Requests to `/v1/batch` with `size` messages each."""
    for start in range(0, len(lines), size):
        yield post("/v1/batch", b'{"batch":[' + ",".join(lines[start : start + size]).encode() + b"]}", key)


def pace(host: str, port: int, requests: Iterator[bytes], every: float, over: threading.Event) -> None:
    """Send one request every so many seconds, until `over` is set or there is none left."""
    connection, due = Connection(host, port), time.perf_counter()
    for request in requests:
        if over.wait(max(0.0, due - time.perf_counter())):
            break
        connection.ask(request)
        due += every
    connection.close()


@contextmanager
def paced(port: int, requests: Iterator[bytes], every: float) -> Iterator[None]:
    """Requests to this machine, one every so many seconds, as long as the block runs."""
    over = threading.Event()
    behind = threading.Thread(target=pace, args=("127.0.0.1", port, requests, every, over))
    behind.start()
    try:
        yield
    finally:
        over.set()
        behind.join()


def send_file(host: str, port: int, key: str, file: Path, connections: int = 4, batch: int = 100) -> dict[str, Any]:
    """Send a file of JSON lines from a process of its own; what that process says.

    Raises RuntimeError when it fails, or when a batch was neither accepted nor put off.
    """
    line = [sys.executable, "-m", "benchmarks.client", host, str(port), key, str(file)]
    line += ["--connections", str(connections), "--batch", str(batch)]
    done = subprocess.run(line, capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent)
    if done.returncode:
        raise RuntimeError(f"the load client ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    if set(found["statuses"]) - {"200", str(OVERLOAD)}:
        raise RuntimeError(f"not every batch was accepted: {found['statuses']}")
    return found


def main() -> None:
    """Send a file and print the load as JSON."""
    parser = argparse.ArgumentParser(description="send a file of tracking messages in batches")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("key")
    parser.add_argument("file", type=Path)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--batch", type=int, default=100)
    asked = parser.parse_args()
    requests = list(batches(asked.file.read_text().splitlines(), asked.batch, asked.key))
    print(json.dumps(load(asked.host, asked.port, requests, asked.connections).document()))


if __name__ == "__main__":
    main()
