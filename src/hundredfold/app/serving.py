"""The server of an embedded workspace: the door, the live side behind it, and the address for the commands."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import uuid4

from prometheus_client import CollectorRegistry

from hundredfold.app.control import tasks
from hundredfold.app.door.assembly import Door, Outside, Settings, open_door
from hundredfold.app.door.limits import Limits
from hundredfold.app.door.logbook import fault, logbook
from hundredfold.app.door.server import listen, running
from hundredfold.app.door.server import serve as serve_at
from hundredfold.app.door.site import Site
from hundredfold.app.erasure import completed
from hundredfold.app.feeding import feeding
from hundredfold.app.opened import SNAPSHOT_AFTER, OpenWorkspace
from hundredfold.app.page.front import open_page
from hundredfold.ingest.tracking_plan import TrackingPlan, parse_tracking_plan
from hundredfold.live.loop import Live, Logbook
from hundredfold.profile.feed import Feed
from hundredfold.profile.watch import Watch
from hundredfold.store.tokens import Tokens

OWN_TOKEN = "commands on this machine"  # noqa: S105 - whom it is for, not the token


@dataclass(frozen=True)
class Side:
    """What runs behind the door: the live loop, its feed, the audit in production."""

    live: Live
    feed: Feed
    watch: Watch
    registry: CollectorRegistry
    logbook: Logbook

    def start(self) -> None:
        """Begins."""
        self.live.start()
        self.watch.start()

    def stop(self) -> None:
        """Ends after what is just being done."""
        self.watch.stop()
        self.live.stop()
        self.feed.close()


def _side(opened: OpenWorkspace) -> Side:
    """The live side of a workspace, on the engine that it serves now and on every later one."""
    registry, book = CollectorRegistry(), logbook(sys.stderr, opened.workspace.now)
    feed = Feed(uuid4().hex)
    live = Live(
        opened.engine(),
        feed,
        logbook=book,
        fault=fault,
        cuts=opened.cuts,
        turns=opened.guard,
        keep=lambda engine: opened.write(engine, canonical=False),
        keep_after=SNAPSHOT_AFTER,
        registry=registry,
    )
    opened.serve_with(live.successor, lambda: live.following.begin_anew())
    watch = Watch(live, logbook=book, fault=fault, runs=opened.audited_runs, cuts=opened.cuts, registry=registry)
    return Side(live, feed, watch, registry, book)


def serve(opened: OpenWorkspace, host: str, port: int, *, public: bool, ready: Callable[[str], None]) -> None:
    """Serves until the process is asked to stop; `ready` is told the address. Raises ListenError."""
    listening = listen(host, port, public=public)
    url = f"http://{_reachable(host)}:{listening.getsockname()[1]}"
    side = _side(opened)
    door = _door(opened, side)
    side.start()
    try:
        with _ending_in_order(), _own_token(door.tokens) as token:
            opened.lock.announce(url, token)
            ready(url)
            with _site(opened, door) as site:
                serve_at(site, listening, leaving=lambda: _leaving(opened, side))
    finally:
        opened.serve_with(None)
        side.stop()
        door.close()
        listening.close()


@dataclass(frozen=True)
class Served:
    """A server that runs in the background: its address, a token of its own that may do everything, and the keys."""

    url: str
    token: str
    tokens: Tokens


@contextmanager
def in_background(opened: OpenWorkspace, port: int = 0) -> Iterator[Served]:
    """Serves on the loopback, in a thread, as long as the block runs; port 0 takes a free one. Raises ListenError."""
    side = _side(opened)
    door = _door(opened, side)
    side.start()
    try:
        with (
            _own_token(door.tokens) as token,
            _site(opened, door) as site,
            running(site, port=port, leaving=lambda: _leaving(opened, side)) as url,
        ):
            opened.lock.announce(url, token)
            yield Served(url, token, door.tokens)
    finally:
        opened.serve_with(None)
        side.stop()
        door.close()


def _leaving(opened: OpenWorkspace, side: Side) -> None:
    """Ends what would go on for long or for ever."""
    side.feed.close()
    opened.beside.stop()


@contextmanager
def _site(opened: OpenWorkspace, door: Door) -> Iterator[Site]:
    """The door's site, with the page for people where the workspace wants it."""
    if not opened.workspace.settings.page:
        yield door.site
        return
    with open_page(opened, door.tokens) as page:
        yield replace(door.site, page=page)


def _door(opened: OpenWorkspace, side: Side) -> Door:
    settings = opened.workspace.settings
    outside = Outside(now=opened.workspace.now, random=os.urandom, new_id=lambda: f"hf-{uuid4()}", stream=sys.stderr)
    return open_door(
        opened.workspace.store,
        opened.log,
        outside,
        settings=Settings(
            plan=tracking_plan(opened),
            zone=opened.workspace.zone,
            origins=tuple(settings.origins),
            public_url=settings.public_url,
            limits=Limits(event_bytes=settings.event_bytes),
        ),
        routers=[
            tasks(opened, outside.new_id),
            feeding(side.feed, now=outside.now, random=os.urandom, origins=settings.origins),
        ],
        erasure=lambda deletion: completed(opened, deletion),
        ready=side.live.not_ready,
        alive=side.live.not_alive,
        registry=side.registry,
    )


def tracking_plan(opened: OpenWorkspace) -> TrackingPlan:
    """The tracking plan that the workspace names; an empty one without. Raises DefinitionError."""
    named = opened.workspace.settings.tracking_plan
    if named is None:
        return TrackingPlan()
    return parse_tracking_plan((opened.workspace.folder / named).read_text(encoding="utf-8-sig"), named)


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


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Being asked to stop unwinds what was opened: the HTTP server repeats the signal when it has answered the last."""

    def leave(*_: object) -> None:
        raise SystemExit(0)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _reachable(host: str) -> str:
    if host in ("0.0.0.0", ""):  # noqa: S104 - the address of everywhere is not one to call
        return "127.0.0.1"
    return f"[{'::1' if host == '::' else host}]" if ":" in host else host
