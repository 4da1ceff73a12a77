"""The control API's part for those who follow changes: server-sent events, and one WebSocket with topics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request, Response, WebSocket, status
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.websockets import WebSocketDisconnect

from hundredfold.app.door.access import Requires
from hundredfold.app.door.entrance import TICKET_SECONDS, Entrance, Tickets
from hundredfold.app.door.logins import Still
from hundredfold.app.door.problem import Problem
from hundredfold.errors import HundredfoldError
from hundredfold.profile.feed import Feed, FeedReader
from hundredfold.profile.records import Record, Wish
from hundredfold.store.tokens import Grant

HEARTBEAT_SECONDS: Final = 15.0
"""After so long without a record a comment is sent; then the token is looked at again, too."""
MOST_TOPICS: Final = 100
MOST_TEXT: Final = 8192
"""Characters of a message to the WebSocket."""
SUBPROTOCOL: Final = "hundredfold"

Topic = Callable[[str, Grant], AsyncIterator[Record]]
"""Tells a further topic, such as `messages?source=web`: is given what stands behind the question mark, and the grant.

It raises Problem for what it does not understand or somebody may not follow, and HundredfoldError when it cannot go on.
"""


class Ticket(BaseModel):
    """Opens one WebSocket, soon."""

    ticket: str
    expires_in: int


def feeding(
    feed: Feed,
    *,
    now: Callable[[], int],
    random: Callable[[int], bytes],
    origins: Collection[str] = (),
    topics: Mapping[str, Topic] | None = None,
) -> APIRouter:
    """The routes `/feed`, `/ws` and `/ws-ticket`.

    `origins`: whose pages may open the WebSocket besides our own, like `https://crm.example`. `random` gives that many
    random bytes, from the operating system's source. `topics` can be followed on the WebSocket besides the feed.
    """
    router = APIRouter(tags=["feed"])
    tickets = Tickets(now, random)
    entrance: Any = Depends(Entrance("read", tickets=tickets, origins=frozenset(origins)))

    @router.get("/feed", response_class=StreamingResponse)
    async def events(
        request: Request,
        grant: Annotated[Grant, Depends(Requires("read"))],
        customer: Annotated[list[str] | None, Query(description="Only this customer; may be given again.")] = None,
        attributes: Annotated[str | None, Query(description="Only these attributes, with commas between.")] = None,
        segments: Annotated[str | None, Query(description="Only who enters and leaves these segments.")] = None,
        after: Annotated[str | None, Query(description="The id of the last event that you have.")] = None,
        position: Annotated[
            str | None, Query(description="Positions of the log that you have.", examples=['{"0": 812}'])
        ] = None,
        last_event_id: Annotated[str | None, Header(description="As `after`; browsers send it by themselves.")] = None,
    ) -> Response:
        """What changes, as server-sent events, without end.

        Each event is a record with the log's `position`; its id, sent again as `Last-Event-ID`, goes on behind it.
        After a record with `reset` or `day` read anew what you need: records are missing before it, or a day has turned
        for everybody. Who comes into segments and leaves them is told with `entered` and `left`.
        """
        wish = Wish.of(customer, _listed(attributes), _listed(segments), personal_data=grant.personal_data)
        reader = feed.subscribe(_positions(position) if position else _place(feed, last_event_id or after), wish)
        still = _still_allowed(request.app.state.access.way(request.scope))
        return StreamingResponse(
            _stream(feed, reader, still),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    @router.post("/ws-ticket")
    async def ticket(request: Request, _: Annotated[Grant, Depends(Requires("read"))]) -> Ticket:
        """A ticket for `/ws?ticket=`, for browsers, which send no headers with a WebSocket."""
        return Ticket(ticket=tickets.make(request.app.state.access.way(request.scope)), expires_in=TICKET_SECONDS)

    @router.websocket("/ws")
    async def socket(websocket: WebSocket, grant: Grant = entrance) -> None:
        """Topics: send `{"subscribe": "feed"}`, `"profile/c17"` or `"segment/lapsing"`, and `unsubscribe` likewise.

        `messages`, with filters behind it as in `/messages`, tells what is stored: `messages?source=web&kind=track`.
        """
        offered = websocket.scope.get("subprotocols", [])
        await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        still = _still_allowed(websocket.state.way)
        await Conversation(websocket, feed, grant, still, topics or {}).run()

    return router


async def _stream(feed: Feed, reader: FeedReader, still: Callable[[], bool]) -> AsyncIterator[bytes]:
    with reader:
        yield b"retry: 2000\n\n"
        look_again = time.monotonic() + HEARTBEAT_SECONDS
        while not feed.closed:
            record = await reader.next(look_again - time.monotonic())
            if time.monotonic() >= look_again:
                if not still():
                    return
                look_again = time.monotonic() + HEARTBEAT_SECONDS
            if record is None:
                yield b": still here\n\n"
            else:
                head = f"id: {_id(feed, record)}\nevent: {_kind(record)}\ndata: "
                yield head.encode() + orjson.dumps(record) + b"\n\n"


class Conversation:
    """One open WebSocket: its topics, each with a reader of its own."""

    def __init__(
        self,
        websocket: WebSocket,
        feed: Feed,
        grant: Grant,
        still: Callable[[], bool],
        further: Mapping[str, Topic],
    ) -> None:
        self._websocket, self._feed, self._grant, self._still = websocket, feed, grant, still
        self._further = further
        self._topics: dict[str, asyncio.Task[None]] = {}
        self._sending = asyncio.Lock()

    async def run(self) -> None:
        """Talks until the other side leaves, the token or session is closed, or the feed ends."""
        watch = asyncio.create_task(self._watch())
        listen = asyncio.create_task(self._listen())
        try:
            await asyncio.wait([watch, listen], return_when=asyncio.FIRST_COMPLETED)
            if not listen.done():
                await self._websocket.close(status.WS_1008_POLICY_VIOLATION, "the token or the session is closed")
        finally:
            tasks = [watch, listen, *self._topics.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self) -> None:
        while self._still():
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def _listen(self) -> None:
        while True:
            try:
                text = await self._websocket.receive_text()
            except (WebSocketDisconnect, RuntimeError, KeyError):  # gone, or bytes where text is spoken
                return
            said = _said(text)
            topic = said.get("subscribe", said.get("unsubscribe"))
            if not isinstance(topic, str) or not self._knows(topic):
                await self._send(
                    {"error": 'say {"subscribe": "feed"}, "profile/<id>" or "segment/<name>", or unsubscribe'}
                )
            elif "unsubscribe" in said:
                await self._leave(topic)
            elif topic not in self._topics and len(self._topics) >= MOST_TOPICS:
                await self._send({"error": f"at most {MOST_TOPICS} topics; unsubscribe from one"})
            else:
                await self._join(topic, said)

    def _knows(self, topic: str) -> bool:
        if topic.partition("?")[0] in self._further:
            return True
        return topic == "feed" or any(topic.removeprefix(of) not in ("", topic) for of in ("profile/", "segment/"))

    async def _join(self, topic: str, said: dict[str, Any]) -> None:
        await self._leave(topic, quietly=True)
        name, _, query = topic.partition("?")
        if name in self._further:
            await self._join_further(topic, self._further[name], query)
            return
        after = said.get("after")
        customers = [topic.removeprefix("profile/")] if topic.startswith("profile/") else None
        names = [_texts(said.get(field)) for field in ("attributes", "segments")]
        if topic.startswith("segment/"):
            names[1] = [topic.removeprefix("segment/")]
        wish = Wish.of(customers, *names, personal_data=self._grant.personal_data)
        reader = self._feed.subscribe(_place(self._feed, after if isinstance(after, str) else None), wish)
        await self._send({"subscribed": topic, "id": f"{self._feed.boot}:{reader.place}"})
        self._topics[topic] = asyncio.create_task(self._tell(topic, reader))

    async def _join_further(self, topic: str, tell: Topic, query: str) -> None:
        try:
            records = tell(query, self._grant)
        except Problem as problem:
            await self._send({"topic": topic, "error": problem.detail})
            return
        await self._send({"subscribed": topic})
        self._topics[topic] = asyncio.create_task(self._tell_further(topic, records))

    async def _leave(self, topic: str, *, quietly: bool = False) -> None:
        task = self._topics.pop(topic, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if not quietly:
            await self._send({"unsubscribed": topic})

    async def _tell(self, topic: str, reader: FeedReader) -> None:
        with reader:
            async for record in reader:
                await self._send({"topic": topic, "id": _id(self._feed, record), "record": record})

    async def _tell_further(self, topic: str, records: AsyncIterator[Record]) -> None:
        try:
            async for record in records:
                await self._send({"topic": topic, "record": record})
        except HundredfoldError as error:
            await self._send({"topic": topic, "error": str(error)})

    async def _send(self, message: dict[str, Any]) -> None:
        async with self._sending:
            await self._websocket.send_text(orjson.dumps(message).decode())


def _said(text: str) -> dict[str, Any]:
    try:
        said = orjson.loads(text) if len(text) <= MOST_TEXT else None
    except orjson.JSONDecodeError:
        said = None
    return said if isinstance(said, dict) else {}


def _still_allowed(way: Still) -> Callable[[], bool]:
    """Whether the way by which a connection was opened is open still."""

    def still() -> bool:
        grant = way()
        return grant is not None and grant.allows("read")

    return still


def _id(feed: Feed, record: Record) -> str:
    return f"{feed.boot}:{record['sequence']}"


def _listed(names: str | None) -> list[str] | None:
    """Names with commas between."""
    return None if names is None else [name.strip() for name in names.split(",")]


def _texts(names: object) -> list[str] | None:
    """The texts of a list in a message; None when there is none."""
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else None


def _kind(record: Record) -> str:
    kinds = {"reset": "reset", "day": "day", "gone": "gone", "entered": "segments"}
    return next((kind for field, kind in kinds.items() if field in record), "change")


def _place(feed: Feed, last: str | None) -> int | None:
    """The sequence number in an id; -1, which is never held, for another run's or for anything else."""
    if last is None:
        return None
    boot, _, number = last.rpartition(":")
    return int(number) if boot == feed.boot and number.isascii() and number.isdigit() and len(number) < 19 else -1


def _positions(text: str) -> dict[int, int]:
    try:
        found = orjson.loads(text)
        return {int(partition): int(offset) for partition, offset in found.items()}
    except (ValueError, TypeError, AttributeError):
        raise Problem(422, "bad_position", 'position is a JSON object like {"0": 812, "1": 790}') from None
