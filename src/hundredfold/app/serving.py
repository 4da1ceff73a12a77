"""The server of an embedded workspace: the door, the live side behind it, and the address for the commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from uuid import uuid4

from fastapi import APIRouter
from prometheus_client import CollectorRegistry

from hundredfold.app.acting import Actor, acting, note
from hundredfold.app.beat import Beat
from hundredfold.app.control import tasks
from hundredfold.app.door.assembly import Door, Outside, Settings, open_door
from hundredfold.app.door.limits import Limits, Rate
from hundredfold.app.door.logbook import fault, logbook
from hundredfold.app.door.logins import Logins
from hundredfold.app.door.registry import registry as schema_registry
from hundredfold.app.door.server import ending_in_order, listen, reachable, running
from hundredfold.app.door.server import serve as serve_at
from hundredfold.app.door.site import Site
from hundredfold.app.duties import Duties
from hundredfold.app.erasure import completed
from hundredfold.app.feeding import feeding
from hundredfold.app.foreign import Foreign, Stamps
from hundredfold.app.governing import governing
from hundredfold.app.gui.administration import administration, open_logins
from hundredfold.app.gui.became import became
from hundredfold.app.gui.builder import builder
from hundredfold.app.gui.customers.routes import customers
from hundredfold.app.gui.files import Built
from hundredfold.app.gui.home import home
from hundredfold.app.gui.imports.jobs import open_imports
from hundredfold.app.gui.microsegments.explorer import Explorer
from hundredfold.app.gui.microsegments.movement import movement
from hundredfold.app.gui.microsegments.routes import microsegments
from hundredfold.app.gui.plans import Plans
from hundredfold.app.gui.segments.files import segment_files
from hundredfold.app.gui.segments.history import segment_history
from hundredfold.app.gui.segments.preview import segment_preview
from hundredfold.app.gui.segments.routes import segments
from hundredfold.app.gui.segments.words import segment_words
from hundredfold.app.gui.sources import Listening, sources
from hundredfold.app.gui.stored import stored
from hundredfold.app.gui.stream.debugger import Debugger
from hundredfold.app.gui.tour import open_tour
from hundredfold.app.logs import kafka_client
from hundredfold.app.noting import Noting
from hundredfold.app.opened import SNAPSHOT_AFTER, OpenWorkspace
from hundredfold.app.publishing import Publishing, publishes, schemas_of
from hundredfold.app.segment_history import open_movements
from hundredfold.app.telemetry import Telemetry
from hundredfold.app.tracking_plan import tracking_plan
from hundredfold.app.workspace import Workspace
from hundredfold.live.loop import Live, Logbook
from hundredfold.profile.feed import Feed
from hundredfold.profile.watch import Watch
from hundredfold.publish.both import Both
from hundredfold.segment.days import Days, Keyed
from hundredfold.segment.kept import Kept
from hundredfold.segment.recorded import Recorder
from hundredfold.segment.recording import Recording, Writer
from hundredfold.store.tokens import Tokens
from hundredfold.words.message import Entry

NOTING_SECONDS = 1.0
OWN_TOKEN = "commands on this machine"  # noqa: S105 - whom it is for, not the token


@dataclass(frozen=True)
class Side:
    """What runs behind the door: the live loop, its feed, the audit in production, the schedule and the alarm."""

    live: Live
    feed: Feed
    watch: Watch
    registry: CollectorRegistry
    logbook: Logbook
    duties: Duties
    publishing: Publishing | None
    """None where profiles are not published on Kafka."""
    recording: Recording
    writer: Writer
    days: Days
    """Who was in which micro-segment on which day."""
    keyed: Keyed
    noting: Beat

    def start(self) -> None:
        """Begins."""
        self.live.start()
        self.writer.start()
        if self.publishing is not None:
            self.publishing.start(self.live)
        self.watch.start()
        self.duties.start()
        self.noting.start()

    def not_ready(self) -> list[str]:
        """What is in the way of right answers, as sentences."""
        return self.live.not_ready()

    def not_alive(self) -> list[str]:
        """What will not go away by itself, as sentences."""
        return self.live.not_alive()

    def mismatches(self) -> int:
        """How many customers the audit in production has found wrong since the server began."""
        return self.watch.mismatches

    def checked(self) -> tuple[int, int | None]:
        """How many customers the audit in production has checked since the server began, and when the last ones."""
        return self.watch.checked, self.watch.newest

    def waiting(self) -> int:
        """How many messages the log holds that are not counted yet."""
        return self.live.waiting()

    def stop(self) -> None:
        """Ends after what is just being done."""
        self.duties.stop()
        self.noting.stop()
        self.watch.stop()
        self.live.stop()
        self.writer.stop()
        self.recording.store.close()
        if self.publishing is not None:
            self.publishing.stop()
        self.feed.close()


def _side(opened: OpenWorkspace) -> Side:
    """The live side of a workspace, on the engine that it serves now and on every later one."""
    registry, book = CollectorRegistry(), logbook(sys.stderr, opened.workspace.now)
    registry.register(Telemetry(opened.workspace))
    feed = Feed(uuid4().hex)
    publishing = (
        Publishing(opened, logbook=book, fault=fault, registry=registry) if publishes(opened.workspace) else None
    )
    recording = Recording(open_movements(opened.workspace))
    days, keyed = Days(opened.workspace.days), Keyed()
    noting = Noting(feed if publishing is None else Both(feed, publishing.newest), opened, days, keyed, lambda: live)
    live = Live(
        opened.engine(),
        noting,
        logbook=book,
        fault=fault,
        cuts=opened.cuts,
        keeping=Recorder(recording).members_of,
        models=opened.models,
        turns=opened.guard,
        keep=lambda engine: opened.write(engine, canonical=False),
        keep_after=SNAPSHOT_AFTER,
        registry=registry,
    )
    opened.serve_with(live.successor, lambda: live.following.begin_anew())
    watch = Watch(
        live,
        logbook=book,
        fault=fault,
        runs=opened.audited_runs,
        cuts=opened.cuts,
        models=opened.models,
        registry=registry,
    )
    duties = Duties(opened, live, watch, logbook=book, fault=fault, environment=os.environ)
    writer = Writer(recording, book, fault)
    keeping = Beat("noting", noting.keep, seconds=NOTING_SECONDS, logbook=book, fault=fault)
    return Side(live, feed, watch, registry, book, duties, publishing, recording, writer, days, keyed, keeping)


def serve(
    opened: OpenWorkspace,
    host: str,
    port: int,
    *,
    public: bool,
    ready: Callable[[str], None],
    takes_in: bool = True,
) -> None:
    """Serves until the process is asked to stop; `ready` is told the address. Raises ListenError.

    With `takes_in` false other processes take messages in.
    """
    listening = listen(host, port, public=public)
    url = f"http://{reachable(host)}:{listening.getsockname()[1]}"
    with (
        listening,
        _started(opened, takes_in=takes_in) as (side, door),
        ending_in_order(),
        _own_token(door.tokens) as token,
    ):
        opened.lock.announce(url, token)
        ready(url)
        with _site(opened, door) as site:
            serve_at(site, listening, leaving=lambda: _leaving(opened, side))


@dataclass(frozen=True)
class Served:
    """A server that runs in the background: its address, a token of its own that may do everything, and the keys."""

    url: str
    token: str
    tokens: Tokens


@contextmanager
def in_background(opened: OpenWorkspace, port: int = 0) -> Iterator[Served]:
    """Serves on the loopback, in a thread, as long as the block runs; port 0 takes a free one. Raises ListenError."""
    with (
        _started(opened) as (side, door),
        _own_token(door.tokens) as token,
        _site(opened, door) as site,
        running(site, port=port, leaving=lambda: _leaving(opened, side)) as url,
    ):
        opened.lock.announce(url, token)
        yield Served(url, token, door.tokens)


@contextmanager
def _started(opened: OpenWorkspace, *, takes_in: bool = True) -> Iterator[tuple[Side, Door]]:
    """The live side at work, and the door before it."""
    with (
        open_logins(opened.workspace) as logins,
        open_imports(opened, lambda: f"u-{uuid4().hex}") as importing,
        open_tour(opened) as touring,
    ):
        side = _side(opened)
        door = _door(opened, side, logins, [*importing, touring], takes_in=takes_in)
        foreign = _foreign(opened, side, door)
        side.start()
        try:
            if foreign is not None:
                foreign.start()
            yield side, door
        finally:
            if foreign is not None:
                foreign.stop()
            opened.serve_with(None)
            side.stop()
            door.close()


def _foreign(opened: OpenWorkspace, side: Side, door: Door) -> Foreign | None:
    """What carries other systems' values into the log, where the workspace names topics of theirs."""
    workspace = opened.workspace
    if not workspace.settings.foreign_topics:
        return None
    return Foreign(
        kafka_client(workspace),
        workspace.settings.foreign_topics,
        opened.log,
        door.rejections,
        Stamps(workspace.now, workspace.zone, workspace.settings.event_bytes),
        side.logbook,
        side.registry,
    )


def _leaving(opened: OpenWorkspace, side: Side) -> None:
    """Ends what would go on for long or for ever."""
    side.feed.close()
    side.duties.leave()
    opened.beside.stop()
    opened.copying.stop()


@contextmanager
def _site(opened: OpenWorkspace, door: Door) -> Iterator[Site]:
    """The door's site, with the pages for people, and the registry of schemas where the workspace wants it."""
    with ExitStack() as stack:
        site = replace(door.site, pages=Built().answer)
        if publishes(opened.workspace):
            schemas = stack.enter_context(closing(schemas_of(opened.workspace)))
            site = replace(site, registry=schema_registry(schemas, door.tokens))
        yield site


def _door(
    opened: OpenWorkspace, side: Side, logins: Logins, further: Sequence[APIRouter], *, takes_in: bool = True
) -> Door:
    settings, told = opened.workspace.settings, door_settings(opened.workspace)
    plans = Plans(opened.workspace, told.plan)
    debugger = Debugger(opened, side.feed, lambda: plans.in_force)
    listening, kept = Listening(opened), Kept(side.live, side.recording)
    explorer = Explorer(opened, side.live, side.keyed)
    outside = Outside(now=opened.workspace.now, random=os.urandom, new_id=lambda: f"hf-{uuid4()}", stream=sys.stderr)
    door = open_door(
        opened.workspace.store,
        opened.log,
        outside,
        settings=told,
        routers=[
            tasks(opened, outside.new_id, kept),
            segments(opened, kept),
            segment_history(opened, kept),
            segment_files(opened, kept),
            segment_preview(opened, kept),
            segment_words(opened, kept),
            microsegments(opened, explorer, side.days),
            movement(opened, explorer, side.days),
            governing(opened),
            feeding(
                side.feed,
                now=outside.now,
                random=os.urandom,
                origins=settings.origins,
                topics={**debugger.topics, "stored": stored(opened)},
            ),
            *administration(opened, logins),
            *customers(opened, outside.new_id),
            home(opened, side, listening),
            sources(opened, listening),
            *builder(opened, plans),
            *further,
        ],
        behind=debugger.routes,
        erasure=lambda deletion: _erased(opened, deletion),
        ready=side.live.not_ready,
        alive=side.live.not_alive,
        registry=side.registry,
        takes_in=takes_in,
        logins=logins,
        judge=lambda entries: became(opened, entries),
    )
    if takes_in:
        plans.exchanged = door.tracking.reception.exchange
    opened.applies_also(plans.take_up)
    return door


def _erased(opened: OpenWorkspace, deletion: Entry) -> Entry:
    """A deletion that came as a message, completed, and noted as its source's."""
    acting.set(Actor(deletion.source, "token"))
    done = completed(opened, deletion)
    note(opened.workspace.store, "customer.erased", "by message")
    return done


def door_settings(workspace: Workspace) -> Settings:
    """How the door of a workspace is to behave. Raises DefinitionError for mistakes in its tracking plan."""
    settings = workspace.settings
    limit = settings.rate_limit
    return Settings(
        plan=tracking_plan(workspace),
        zone=workspace.zone,
        origins=tuple(settings.origins),
        public_url=settings.public_url,
        limits=Limits(
            event_bytes=settings.event_bytes, rate=None if limit is None else Rate(limit.events, limit.burst)
        ),
    )


@contextmanager
def _own_token(tokens: Tokens) -> Iterator[str]:
    """A token for the commands on this machine, as long as the server runs."""
    for left in tokens.list():
        if left.name == OWN_TOKEN and left.revoked is None:
            tokens.revoke(left.id)
    secret, grant = tokens.create("api", OWN_TOKEN, scope="admin", personal_data=True)
    try:
        yield secret
    finally:
        tokens.revoke(grant.id)
