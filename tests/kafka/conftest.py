"""A real broker for the tests of the log on Kafka: started when a test first asks for it, one for all of them."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.kafka.proxy import Proxy

SCRIPT = Path(__file__).parents[2] / "deploy" / "dev" / "kafka"
NO_BROKER_HERE = 69
"""The script's exit code where Java or Maven is missing."""


@dataclass
class Broker:
    """A broker with its data in a folder; it keeps its address when it is started again.

    With a `proxy` it tells clients the proxy's port, and the proxy its own.
    """

    folder: Path
    proxy: Proxy | None = None
    address: str = ""
    made: int = 0

    def start(self) -> None:
        told = [] if self.proxy is None else ["", str(self.proxy.port)]
        done = subprocess.run([SCRIPT, "start", self.folder, *told], capture_output=True, text=True, timeout=300)
        if done.returncode == NO_BROKER_HERE and os.environ.get("HF_REQUIRE_KAFKA") != "1":
            pytest.skip(done.stderr.strip())
        assert done.returncode == 0, done.stderr
        self.address = done.stdout.strip()
        if self.proxy is not None:
            self.proxy.behind = int(self.address.rpartition(":")[2])
            self.address = f"127.0.0.1:{self.proxy.port}"

    def stop(self) -> None:
        subprocess.run([SCRIPT, "stop", self.folder], check=True, timeout=120)

    def kill(self) -> None:
        subprocess.run([SCRIPT, "kill", self.folder], check=True, timeout=120)

    def restart(self) -> None:
        self.kill()
        self.start()

    def pause(self) -> None:
        os.kill(self.process, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.process, signal.SIGCONT)

    @property
    def process(self) -> int:
        return int((self.folder / "pid").read_text())

    def prefix(self) -> str:
        """A prefix of topics that nobody has used."""
        self.made += 1
        return f"t{self.made}."


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    broker = Broker(tmp_path_factory.mktemp("kafka"))
    broker.start()
    yield broker
    broker.stop()
