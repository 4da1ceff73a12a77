"""A shop under test: a workspace of its own and its server, driven by the command line as a user would."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML

from benchmarks.client import Connection, get
from benchmarks.harness import BenchmarkFailed

READY = 200
HF = [sys.executable, "-c", "from hundredfold.app.cli import main; main()"]
"""The command `hf` of this very interpreter."""


class Shop:
    """A workspace that is there, keys of its own to it, and its server while it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._server: subprocess.Popen[bytes] | None = None
        self.write_key = self.workspace("token", "create", "--scope", "write")["token"]
        self.token = self.workspace("token", "create", "--scope", "read", "--personal-data")["token"]

    @classmethod
    def made(cls, folder: Path, definitions: dict[str, Any], log: str = "embedded") -> Shop:
        """A shop in a new workspace with definitions in force; a log on Kafka is set up."""
        command("init", str(folder))
        define(folder, "benchmark", definitions)
        if log != "embedded":
            file = folder / "hundredfold.yaml"
            file.write_text(file.read_text().replace("log: embedded", f"log: {log}"))
            command("-w", str(folder), "kafka", "setup")
        command("-w", str(folder), "apply")
        return cls(folder)

    @contextmanager
    def running(self) -> Iterator[Shop]:
        """The shop as long as the block runs; its server is ended with it."""
        try:
            yield self
        finally:
            self.stop(signal.SIGKILL)

    @property
    def pid(self) -> int:
        """The server's process id."""
        if self._server is None:
            raise BenchmarkFailed("the shop's server does not run; call serve() first")
        return self._server.pid

    def workspace(self, *arguments: str) -> dict[str, Any]:
        """`command` on this workspace."""
        return command("-w", str(self.folder), *arguments)

    def serve(self, patience: float = 60, only: str | None = None) -> float:
        """Start the server, or only one part of it; seconds until it says that it is ready."""
        log = (self.folder / "server.log").open("ab")
        line = [*HF, "-w", str(self.folder), "serve", "--port", str(self.port)]
        line += ["--only", only] if only else []
        began = time.perf_counter()
        self._server = subprocess.Popen(line, stdout=log, stderr=log)
        log.close()
        while time.perf_counter() - began < patience:
            if self._server.poll() is not None:
                raise BenchmarkFailed(
                    f"the server ended with {self._server.returncode}; see {self.folder / 'server.log'}"
                )
            if self._ready():
                return time.perf_counter() - began
            time.sleep(0.01)
        raise BenchmarkFailed(f"the server was not ready within {patience:.0f} s")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the server and wait for it."""
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(60)
            self._server = None

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of one request with the read token."""
        connection = Connection("127.0.0.1", self.port)
        status, body, _ = connection.ask(get(path, self.token))
        connection.close()
        return status, body

    def send(self, file: Path, connections: int = 4, batch: int = 100) -> dict[str, Any]:
        """Send a file of JSON lines with the load client in a process of its own; what the client says."""
        line = [sys.executable, "-m", "benchmarks.client", "127.0.0.1", str(self.port), self.write_key, str(file)]
        line += ["--connections", str(connections), "--batch", str(batch)]
        done = subprocess.run(line, capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent)
        if done.returncode:
            raise BenchmarkFailed(f"the load client ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
        found: dict[str, Any] = json.loads(done.stdout)
        if set(found["statuses"]) - {"200", "429"}:
            raise BenchmarkFailed(f"not every batch was accepted: {found['statuses']}")
        return found

    def applied(self, messages: int, patience: float = 60) -> None:
        """Return when the live side has applied so many messages since the server was started."""
        until = time.perf_counter() + patience
        while counter(self.get("/metrics")[1], "hf_live_messages_total") < messages:
            if time.perf_counter() > until:
                raise BenchmarkFailed(f"the live side had not applied {messages} messages within {patience:.0f} s")
            time.sleep(0.1)

    def opened(self, patience: float = 60) -> None:
        """Return when everybody has been read since the server was started, so that changes are told."""
        until = time.perf_counter() + patience
        while not counter(self.get("/metrics")[1], "hf_feed_open"):
            if time.perf_counter() > until:
                raise BenchmarkFailed(f"the feed was not open within {patience:.0f} s")
            time.sleep(0.1)

    def value(self, customer: str, attribute: str) -> Any:
        """One current value of a customer; None while there is no such customer."""
        status, body = self.get(f"/api/v1/profiles/{customer}")
        return json.loads(body)["attributes"].get(attribute) if status == READY else None

    def _ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == READY
        except OSError:
            return False


def command(*arguments: str) -> dict[str, Any]:
    """The JSON that `hf ARGUMENTS --json` prints."""
    line = [*HF, *arguments, "--json"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkFailed(f"hf {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def define(folder: Path, name: str, definitions: dict[str, Any]) -> None:
    """Writes a file of definitions into a workspace."""
    yaml = YAML(typ="safe")
    yaml.representer.ignore_aliases = lambda *_: True  # definitions are written without aliases
    with (folder / "definitions" / f"{name}.yaml").open("w") as out:
        yaml.dump(definitions, out)


def counter(metrics: bytes, name: str) -> float:
    """The value of a counter, named with its labels, among a server's metrics; 0 when it is not there."""
    _, found, rest = metrics.decode().partition(f"\n{name} ")
    return float(rest.split(maxsplit=1)[0]) if found else 0.0


@contextmanager
def shop(definitions: dict[str, Any]) -> Iterator[Shop]:
    """A shop in a temporary folder; its server is ended with it."""
    with (
        TemporaryDirectory(prefix="hundredfold-bench-", dir=os.environ.get("HF_BENCH_FOLDER")) as folder,
        Shop.made(Path(folder) / "shop", definitions).running() as found,
    ):
        yield found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
