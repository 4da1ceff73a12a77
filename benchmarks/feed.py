"""The feed of changes, as a client reads it."""

from __future__ import annotations

from benchmarks.client import Connection, get
from benchmarks.harness import BenchmarkFailed
from benchmarks.shop import Shop


class Feed:
    """The server-sent events of `/api/v1/feed`, read as they come."""

    def __init__(self, one: Shop) -> None:
        self._socket = Connection("127.0.0.1", one.port).socket
        self._socket.settimeout(30)
        self._socket.sendall(get("/api/v1/feed", one.token, "text/event-stream"))
        self._got = bytearray()
        while b"\r\n\r\n" not in self._got:
            self._more()
        if not self._got.startswith(b"HTTP/1.1 200"):
            raise BenchmarkFailed(f"the feed was refused: {bytes(self._got[:200])!r}")

    def wait_for(self, customer: str) -> None:
        """Return when a record that names the customer has arrived; TimeoutError after 30 s without any."""
        name = f'"{customer}"'.encode()
        while name not in self._got:
            del self._got[: -len(name)]
            self._more()
        self._got.clear()

    def _more(self) -> None:
        part = self._socket.recv(65_536)
        if not part:
            raise BenchmarkFailed("the server ended the feed")
        self._got += part
