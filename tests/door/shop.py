"""A shop's server for the tests: the real door on a real log in a folder, and a client that speaks to it."""

from __future__ import annotations

import io
import itertools
import json
from base64 import b64encode
from contextlib import asynccontextmanager

import httpx

from hundredfold.app.door.assembly import Outside, open_door
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.words.calendar import SECOND, parse_time

NOW = parse_time("2026-11-22T10:00:00Z")


class Shop:
    """The door with its log, keys and clock."""

    def __init__(self, folder, log=None, **further):
        self.now = NOW
        self.lines = io.StringIO()
        self.log = log or EmbeddedLog(folder / "log", reserve_bytes=0)
        ids, secrets = itertools.count(1), itertools.count(1)
        outside = Outside(
            now=lambda: self.now,
            random=lambda n: next(secrets).to_bytes(n, "big"),
            new_id=lambda: f"made-{next(ids)}",
            stream=self.lines,
        )
        self.door = open_door(folder / "stores", self.log, outside, **further)
        self.server_key, _ = self.door.tokens.create("server", "backend")
        self.browser_key, _ = self.door.tokens.create("browser", "web")

    def token(self, scope="read", personal_data=False):
        return self.door.tokens.create("api", "tests", scope=scope, personal_data=personal_data)[0]

    def stored(self):
        """The messages in the log, as dictionaries of their columns, payloads read; without places, as received."""
        rows = [row for table in self.log.read({}) for row in table.to_pylist()]
        for row in rows:
            row["text"] = row["payload"]
            row["payload"] = json.loads(row["payload"])
        return sorted(rows, key=lambda row: row["message_id"])

    def one(self):
        (row,) = self.stored()
        return row

    @asynccontextmanager
    async def client(self):
        transport = httpx.ASGITransport(self.door.site)
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            yield client

    async def ask(self, method, path, **further):
        async with self.client() as client:
            return await client.request(method, path, **further)

    async def send(self, path, body, key=None, headers=None):
        """Posts a body (an object, or bytes as they are) with a write key; the server's unless told otherwise."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.ask(
            "POST", path, content=content, headers={**basic(key or self.server_key), **(headers or {})}
        )

    def close(self):
        self.door.close()
        if isinstance(self.log, EmbeddedLog):
            self.log.close()


def basic(key):
    return {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def track(number=1, **further):
    """An order of a customer."""
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": f"c{number}",
        "messageId": f"m{number:04}",
        "timestamp": "2026-11-22T09:59:00Z",
        "properties": {"order_id": f"o{number}", "total": 37.5},
        **further,
    }


def seconds(number):
    return number * SECOND
