"""A shop whose log is on the tests' broker, and the parts of its server as processes."""

from __future__ import annotations

import json
import signal
import subprocess
from base64 import b64encode
from contextlib import contextmanager
from typing import Any

import httpx
from tests.app.serving import until
from tests.app.shop import HF, hf, order

DEFINITIONS = """\
attributes:
  orders: {event: Order Completed, aggregate: count}
  spent: {event: Order Completed, value: properties.total, aggregate: sum}
  crm_points: {foreign: crm, aggregate: sum, event: Points Earned, value: properties.points}
"""


def shop_on(broker, folder, definitions=DEFINITIONS, **settings):
    """A workspace with a log on the broker, its topics and its definitions in force."""
    assert hf("init", folder).code == 0
    path = folder / "hundredfold.yaml"
    text = path.read_text().replace("log: embedded", f"log: kafka://{broker.address}/{broker.prefix()}")
    for name, value in settings.items():
        lines = [f"{name}: {value}" if line.startswith(f"{name}:") else line for line in text.splitlines()]
        text = "\n".join(lines) + "\n"
    path.write_text(text)
    (folder / "definitions" / "shop.yaml").write_text(definitions)
    for command in (("kafka", "setup"), ("apply",)):
        said = hf(*command, folder=folder)
        assert said.code == 0, said.err
    return folder


class Part:
    """`hf serve --only PART` as a process."""

    def __init__(self, folder, part, *arguments, command=HF):
        self.folder, self.part, self.arguments, self.command = folder, part, arguments, command
        self.process, self.url = None, None

    def start(self):
        """Starts it and waits for its address."""
        log = (self.folder / f"{self.part}.log").open("ab")
        line = [*self.command, "-w", str(self.folder), "serve", "--only", self.part, "--json"]
        port = str(httpx.URL(self.url).port) if self.url else "0"
        with log:
            self.process = subprocess.Popen(
                [*line, "--port", port, *self.arguments], stdout=subprocess.PIPE, stderr=log, text=True
            )
        told = self.process.stdout.readline()
        assert told, (self.folder / f"{self.part}.log").read_text()[-4000:]
        self.url = json.loads(told)["url"]
        return self

    def ready(self, patience=60):
        """Waits until it says that it is."""
        until(lambda: status(f"{self.url}/readyz") == 200, patience)
        return self

    def end(self, how=signal.SIGTERM):
        """Ends it."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(60)
            self.process.stdout.close()
            self.process = None


@contextmanager
def parts(*those):
    """Parts that are started, and ended with the block."""
    try:
        for part in those:
            part.start()
        yield those
    finally:
        for part in those:
            part.end()


def status(url, **asked: Any):
    """The status of a request; None where nobody answers."""
    try:
        return httpx.get(url, timeout=10, **asked).status_code
    except httpx.TransportError:
        return None


class Client:
    """Sends orders, each until it is acknowledged, and reads profiles."""

    def __init__(self, folder):
        key = hf("token", "create", "--scope", "write", "--json", folder=folder).json["token"]
        token = hf("token", "create", "--scope", "read", "--json", folder=folder).json["token"]
        self.behind = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}
        self.bearer = {"Authorization": f"Bearer {token}"}

    def send(self, url, number, customer, total=1):
        """One try; the answer, or None where nobody answers."""
        message = {**order(number, customer, "2026-03-02T10:00:00Z", total), "messageId": f"order-{number}"}
        try:
            return httpx.post(f"{url}/v1/track", json=message, headers=self.behind, timeout=30)
        except httpx.TransportError:
            return None

    def attributes(self, url, customer):
        """A customer's attributes; None without any."""
        asked = httpx.get(f"{url}/api/v1/profiles/{customer}", headers=self.bearer, timeout=30)
        return asked.json()["attributes"] if asked.status_code == 200 else None

    def counts(self, url, customers):
        """How many orders each customer has, by what is served now."""
        return {customer: (self.attributes(url, customer) or {"orders": 0})["orders"] for customer in customers}


def audited(folder):
    """The audit over everybody: how many were checked, and how many differed."""
    said = hf("audit", "--all", "--json", folder=folder)
    assert said.out, said.err
    return said.json["checked"], said.json["mismatches"]
