"""`publish`: everybody's batch profile of 200 attributes, read from a run's state, as Avro, on a real broker's topic.

What counts is everything that the process does which publishes a run: it opens the snapshot, reads all values, encodes
and sends them, notes the keys, and waits until the broker has everything. The peers write some of the same profiles one
record at a time, as a client library does; reading them is no part of theirs. Figures that begin with `state_` are of a
smaller shop, whose run is published with states and without.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from benchmarks.broker import broker
from benchmarks.harness import Bar, Figures, alone, result
from benchmarks.past import copied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measure import Meter
    from hundredfold.live.engine import Engine

BARS: Final = (Bar("cpu_seconds", "s", most=200),)
SMALLER: Final = (2_500_000, 50_000)
"""Events and customers of the shop that is published with states."""
SAMPLE: Final = 5_000
"""Profiles that a peer writes at most; its figures are for as many as ours."""
PEERS: Final = {"fastavro, a record at a time": "fastavro_records", "orjson, a document at a time": "json_documents"}


def run(quick: bool) -> dict[str, Any]:
    """A batch, and its run published; peers on a sample of the same profiles."""
    events, customers = (20_000, 1_000) if quick else (50_000_000, 1_000_000)
    with copied(events, customers) as shop, broker() as one:
        shop.workspace("batch")
        ours = alone("benchmarks.publish:ours", folder=str(shop.folder), servers=one.servers)
        made = {name: alone(f"benchmarks.publish:{peer}", folder=str(shop.folder)) for name, peer in PEERS.items()}
    with copied(*((events, customers) if quick else SMALLER)) as shop, broker() as one:
        shop.workspace("batch")
        told = {"folder": str(shop.folder), "servers": one.servers}
        plain = alone("benchmarks.publish:ours", **told)
        states = alone("benchmarks.publish:ours", **told, state=True)
    figures: Figures = {
        "cpu_seconds": ours["measured"]["cpu"],
        "wall_seconds": ours["measured"]["wall"],
        "profiles_per_cpu_second": ours["profiles"] / ours["measured"]["cpu"],
        "bytes_per_profile": ours["bytes"] / ours["profiles"],
        "memory_bytes": ours["measured"]["memory_peak"],
        "encoding_cpu_seconds": ours["encoding"],
        "state_cpu_seconds": states["measured"]["cpu"],
        "state_cpu_seconds_without": plain["measured"]["cpu"],
        "state_bytes_per_profile": states["bytes"] / states["profiles"],
        "state_bytes_per_profile_without": plain["bytes"] / plain["profiles"],
    }
    peers: dict[str, Figures] = {
        name: {
            "encoding_cpu_seconds": found["measured"]["cpu"] * ours["profiles"] / found["profiles"],
            "bytes_per_profile": found["bytes"] / found["profiles"],
        }
        for name, found in made.items()
    }
    return result("publish", figures, peers, BARS, quick, profiles=ours["profiles"], events=events)


@contextmanager
def _engine(folder: str) -> Iterator[tuple[Engine, Any, Path]]:
    """The engine of a workspace's newest run, the run, and a scratch folder."""
    from hundredfold.app.publishing import engine_of
    from hundredfold.app.workspace import Workspace
    from hundredfold.batch.run import RunBook
    from hundredfold.log.embedded import EmbeddedLog

    workspace = Workspace.open(Path(folder))
    newest = RunBook(workspace.runs_folder).runs()[-1]
    with EmbeddedLog(workspace.log_folder, read_only=True) as log, TemporaryDirectory() as scratch:
        place = Path(scratch)
        yield engine_of(workspace, newest, log, place / "seen", lambda done, of: None), newest, place


def ours(meter: Meter, folder: str, servers: str, state: bool = False) -> dict[str, Any]:
    """The run, published; `encoding` is the CPU time of making records of the values."""
    from hundredfold.attribute.kinds import fields
    from hundredfold.attribute.read import Clock
    from hundredfold.log.kafka.client import BATCH_PROFILES, Client
    from hundredfold.log.kafka.topics import Topics
    from hundredfold.publish.avro import Avro
    from hundredfold.publish.batch import publish_run
    from hundredfold.publish.outlet import Outlet
    from hundredfold.store.sent import Sent

    class Timed(Avro):
        """Ours, with a watch on it."""

        cpu = 0.0
        size = 0

        def rows(self, *given: Any) -> Any:
            began = time.thread_time()
            found = super().rows(*given)
            self.cpu += time.thread_time() - began
            return found

        def encode(self, *given: Any) -> Iterator[bytes]:
            for record in super().encode(*given):
                self.size += len(record)
                yield record

    client = Client(servers, f"benchmark-{state}.")
    Topics(client).make(BATCH_PROFILES, 4, 1)
    with meter, _engine(folder) as (engine, newest, scratch):
        encoder, sent = Timed(fields(engine.compiled.plan), 1), Sent(scratch / "sent.sqlite")
        outlet = Outlet(client, linger=50)
        done = publish_run(engine, newest, Clock(newest.cut, newest.tiers), encoder, outlet, sent, state=state)
    return {"profiles": done.profiles, "bytes": encoder.size, "encoding": encoder.cpu}


def fastavro_records(meter: Meter, folder: str) -> dict[str, Any]:
    """The same values with fastavro, the fastest encoder that Python has, from records that are there."""
    import fastavro

    from hundredfold.attribute.kinds import fields
    from hundredfold.publish.schema import schema_of

    with _engine(folder) as (engine, newest, _):
        schema = fastavro.parse_schema(schema_of(fields(engine.compiled.plan)))
        records = [_record(profile, newest, exact=True) for profile in _profiles(engine, newest)]
    size = 0
    with meter:
        for record in records:
            out = BytesIO()
            fastavro.schemaless_writer(out, schema, record)
            size += 5 + len(out.getvalue())
    return {"profiles": len(records), "bytes": size}


def json_documents(meter: Meter, folder: str) -> dict[str, Any]:
    """The same values as JSON with orjson, numbers as doubles, from documents that are there."""
    import orjson

    with _engine(folder) as (engine, newest, _):
        records = [_record(profile, newest, exact=False) for profile in _profiles(engine, newest)]
    size = 0
    with meter:
        for record in records:
            size += len(orjson.dumps(record))
    return {"profiles": len(records), "bytes": size}


def _profiles(engine: Engine, newest: Any) -> list[tuple[str, dict[str, Any]]]:
    from hundredfold.attribute.read import Clock
    from hundredfold.attribute.values import profile_values

    engine.advance(newest.cut)
    labels = engine.state.people.everybody()[:SAMPLE]
    values = profile_values(engine.read(labels, Clock(newest.cut)), engine.compiled.pool)
    counts = {name for name, reading in engine.compiled.plan.readings.items() if reading.aggregate.result == "count"}
    whole = [{name: (value, name in counts) for name, value in profile.items()} for profile in values]
    return list(zip(engine.sids.texts(labels), whole, strict=True))


def _record(profile: tuple[str, dict[str, Any]], newest: Any, *, exact: bool) -> dict[str, Any]:
    from decimal import Decimal

    from hundredfold.words.value import Moment, Number

    def plain(value: Any, whole: bool = False) -> Any:
        match value:
            case Number(millionths):
                return millionths // 10**6 if whole else Decimal(millionths).scaleb(-6) if exact else millionths / 1e6
            case Moment(micros):
                return micros
            case tuple():
                return [plain(item) for item in value]
            case _:
                return value

    key, values = profile
    return {
        "customer_id": key[2:],
        "anonymous": False,
        "ids": [key[2:]],
        "at": newest.cut,
        "run": newest.cut,
        "published": newest.published,
        "known_at": newest.cut,
        "definition_version": newest.version,
        "covers": {str(partition): offset for partition, offset in newest.covers.items()},
        "values": {name: plain(value, whole) for name, (value, whole) in values.items()},
        "state": None,
    }
