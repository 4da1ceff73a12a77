"""Profiles to Kafka: where the workspace's log is there, batch runs and everybody's newest profile are published."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Final

from prometheus_client import CollectorRegistry

from hundredfold.app.documents import Document
from hundredfold.app.egress import Gate
from hundredfold.app.logs import kafka_client
from hundredfold.app.opened import OpenWorkspace, setup_of
from hundredfold.app.runbook import Runbook
from hundredfold.app.workspace import Workspace
from hundredfold.attribute.kinds import fields
from hundredfold.attribute.plan import Plan
from hundredfold.attribute.read import Clock
from hundredfold.batch.process import Progress, apply_up_to, folded
from hundredfold.batch.run import Run, RunBook, cuts_of, models_of
from hundredfold.errors import HundredfoldError
from hundredfold.live import manifest, snapshot
from hundredfold.live.engine import Engine
from hundredfold.live.loop import Live, Logbook
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.history import History
from hundredfold.log.kafka.client import BATCH_PROFILES, PROFILES
from hundredfold.publish.avro import Avro
from hundredfold.publish.batch import alive, publish_run, vanished
from hundredfold.publish.newest import Newest
from hundredfold.publish.outlet import Outlet
from hundredfold.publish.plain import Json
from hundredfold.publish.records import Encoder
from hundredfold.publish.registry import OwnRegistry, Registry, RemoteRegistry
from hundredfold.publish.schema import schema_of, text_of
from hundredfold.publish.topic import keys_in
from hundredfold.store.schemas import Schemas
from hundredfold.store.sent import FILE as SENT
from hundredfold.store.sent import Sent

LOGIN: Final = "HF_REGISTRY_LOGIN"
"""The environment variable with `user:password` for a schema registry that wants them."""
_LINGER: Final = {BATCH_PROFILES: 50, PROFILES: 2}
"""Milliseconds for which records are gathered: a batch is in no hurry."""

Leaving = Callable[[], bool]


class Publication:
    """How a workspace's profiles leave for Kafka, and what is known of what has left. Close it."""

    def __init__(self, workspace: Workspace) -> None:
        workspace.store.mkdir(parents=True, exist_ok=True)
        self._client, self._chosen = kafka_client(workspace), workspace.settings.profiles
        self._schemas = schemas_of(workspace)
        self._registry: Registry = OwnRegistry(self._schemas)
        if self._chosen.registry is not None:
            gate = Gate(workspace.settings.egress)
            self._registry = RemoteRegistry(self._chosen.registry, os.environ.get(LOGIN), gate.ask)
        self.sent = Sent(workspace.store / SENT)

    def encoder(self, plan: Plan, topic: str) -> Encoder:
        """The form of a topic's records. Raises Incompatible, NotPublished, EgressError."""
        found = fields(plan)
        if self._chosen.form == "json":
            return Json(found)
        subject = f"{self._client.topic(topic)}-value"
        return Avro(found, self._registry.register(subject, text_of(schema_of(found))))

    def outlet(self, topic: str, leaving: Leaving = lambda: False) -> Outlet:
        """A producer for a topic, of which it is known what lies there. Raises NotPublished, LogUnavailable."""
        found = Outlet(self._client, linger=_LINGER[topic], leaving=leaving)
        full = found.topic(topic)
        if self.sent.empty(full):  # a new workspace, or one that was restored
            self.sent.add(full, keys_in(self._client, full, leaving))
        return found

    def close(self) -> None:
        """Lets go of the stores."""
        self._schemas.close()
        self.sent.close()


def schemas_of(workspace: Workspace) -> Schemas:
    """The workspace's own schemas."""
    workspace.store.mkdir(parents=True, exist_ok=True)
    return Schemas(workspace.store / "schemas.sqlite")


def publishes(workspace: Workspace) -> bool:
    """Whether profiles of a workspace are published at all."""
    return workspace.settings.on_kafka and workspace.settings.profiles.form != "none"


@contextmanager
def _publication(workspace: Workspace) -> Iterator[Publication]:
    found = Publication(workspace)
    try:
        yield found
    finally:
        found.close()


# --- batch runs ------------------------------------------------------------------------------------------------------


def publish_batch(opened: OpenWorkspace, progress: Progress) -> Document:
    """Publishes the newest batch run; while a server serves, from a process beside. Raises NotPublished."""
    folder = str(opened.workspace.folder)
    if opened.serves:
        with opened.beside.turn():
            return opened.beside.run("publish", {"folder": folder}, progress)
    scratch = opened.workspace.data / "scratch-publish"
    try:
        done = publish_beside({"folder": folder, "scratch": str(scratch)}, progress)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    _take_out_erased(opened)
    return done


def publish_beside(told: Document, progress: Progress) -> Document:
    """Publishes the newest batch run from what lies on the disk."""
    workspace = Workspace.open(Path(told["folder"]))
    runs = RunBook(workspace.runs_folder).runs()
    run = runs[-1]
    clock = Clock(run.cut, cuts_of(runs), models_of(runs))
    with (
        EmbeddedLog(workspace.log_folder, read_only=True) as log,
        _publication(workspace) as publication,
    ):
        engine = engine_of(workspace, run, log, Path(told["scratch"]) / "seen", progress)
        encoder = publication.encoder(engine.compiled.plan, BATCH_PROFILES)
        outlet = publication.outlet(BATCH_PROFILES)
        state = workspace.settings.profiles.state
        done = publish_run(engine, run, clock, encoder, outlet, publication.sent, progress, state=state)
    return {"profiles": done.profiles, "removed": done.removed, "too_large": done.too_large}


def engine_of(workspace: Workspace, run: Run, log: EmbeddedLog, scratch: Path, progress: Progress) -> Engine:
    """An engine that has applied what a run covers: from its snapshot, as a rule."""
    setup, history = setup_of(workspace), History(workspace.history_folder)
    covers = dict(run.covers)
    start = manifest.newest(workspace.snapshots, setup, clock=run.cut, upto=covers).folder
    if start is None:
        return folded(setup, log, history, covers, run.cut, scratch, progress)
    engine = snapshot.open_engine(start, setup, log, history, scratch, lambda: run.cut)
    apply_up_to(engine, log, covers, progress)
    return engine


def _take_out_erased(opened: OpenWorkspace) -> None:
    """Whoever was erased behind the run is taken out of its topic; a server does it by itself."""
    with _publication(opened.workspace) as publication:
        outlet = publication.outlet(BATCH_PROFILES)
        topic = outlet.topic(BATCH_PROFILES)
        with opened.guard:
            engine = opened.engine()
            gone = vanished(publication.sent.keys(topic), engine.sids, alive(engine))
        _take_out(publication, outlet, topic, gone)


def _take_out(publication: Publication, outlet: Outlet, topic: str, keys: Collection[str]) -> None:
    for key in keys:
        outlet.send(topic, key, None)
    outlet.settled()
    publication.sent.remove(topic, keys)


# --- beside the live side --------------------------------------------------------------------------------------------


class Publishing:
    """A server's part: everybody's newest profile, and a batch run that is not whole in its topic yet."""

    def __init__(
        self,
        opened: OpenWorkspace,
        *,
        logbook: Logbook,
        fault: Callable[[BaseException], dict[str, str]],
        registry: CollectorRegistry,
    ) -> None:
        self._opened, self._logbook = opened, logbook
        self._publication = Publication(opened.workspace)
        self.newest = Newest(
            outlet=lambda leaving: self._publication.outlet(PROFILES, leaving),
            encoder=lambda plan: self._publication.encoder(plan, PROFILES),
            sent=self._publication.sent,
            logbook=logbook,
            fault=fault,
            now=opened.workspace.now,
            run=self._cut,
            registry=registry,
        )
        self._leaving = Event()
        self._rest = Thread(target=self._publish_rest, name="publish rest", daemon=True)

    def start(self, live: Live) -> None:
        """Begins."""
        self.newest.follow(live)
        self._rest.start()

    def stop(self) -> None:
        """Ends; what works beside was told to before."""
        self._leaving.set()
        self.newest.stop()
        self._rest.join()
        self._publication.close()

    def _cut(self) -> int | None:
        run = self._opened.published.newest()
        return None if run is None else run.cut

    def _publish_rest(self) -> None:
        """The newest run, when the process that published it ended before it was whole."""
        opened, cut = self._opened, self._cut()
        try:
            outlet = self._publication.outlet(BATCH_PROFILES, self._leaving.is_set)
            topic = outlet.topic(BATCH_PROFILES)
            if cut is None:
                with opened.beside.turn():
                    if self._cut() is None:  # what lies there is of runs behind the backup that was restored
                        _take_out(self._publication, outlet, topic, self._publication.sent.keys(topic))
                return
            if (self._publication.sent.finished(topic) or 0) >= cut:
                return
            with Runbook(opened.workspace.runbook, opened.workspace.now).run("publish") as running:
                running.outcome |= publish_batch(opened, running.tell)
        except HundredfoldError as error:
            if not self._leaving.is_set():  # otherwise it goes on at the next start
                self._logbook.error("publishing the batch run failed; the next batch publishes again", why=str(error))
