"""What stands between the parts and the broker: every connection goes through it, and it can hold them and cut them."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from threading import Event, Thread

LOST = (OSError, asyncio.IncompleteReadError)


class Proxy:
    """Passes on what clients and broker say, request by request. `port` is its own, `behind` the broker's."""

    def __init__(self):
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port, self.behind = self._listening.getsockname()[1], None
        self.cuts = 0
        self.held = Event()
        """Set when a request waits because of `hold_after`."""
        self._word, self._passes = None, 0
        self._connections = {}
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def hold(self):
        """Nothing goes to the broker until `go_on`."""
        self._tell(self._open.clear)

    def hold_after(self, passes, word):
        """So many requests that contain a word go to the broker; then nothing does until `go_on`."""
        self.held.clear()
        self._word, self._passes = word, passes

    def go_on(self):
        """Whatever was held goes to the broker."""
        self._word = None
        self._tell(self._open.set)

    def cut(self):
        """Resets every connection; what was held is lost."""
        self._tell(self._cut)

    def close(self):
        self._tell(self._over.set)
        self._thread.join()

    def _tell(self, what):
        done = Event()
        self._loop.call_soon_threadsafe(lambda: (what(), done.set()))
        done.wait(30)

    def _run(self):
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self):
        self._open, self._over = asyncio.Event(), asyncio.Event()
        self._open.set()
        async with await asyncio.start_server(self._joined, sock=self._listening):
            await self._over.wait()
            self._cut()

    async def _joined(self, reader, writer):
        try:
            from_broker, to_broker = await asyncio.open_connection("127.0.0.1", self.behind)
        except OSError:
            _reset(writer)
            return
        ways = [
            asyncio.ensure_future(self._requests(reader, to_broker)),
            asyncio.ensure_future(_all(from_broker, writer)),
        ]
        self._connections[writer] = to_broker
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for side in (writer, self._connections.pop(writer, None)):
            if side is not None:
                side.close()

    async def _requests(self, reader, writer):
        with suppress(*LOST):
            while True:
                size = await reader.readexactly(4)
                request = await reader.readexactly(struct.unpack(">i", size)[0])
                self._look_at(request)
                await self._open.wait()
                writer.write(size + request)
                await writer.drain()

    def _look_at(self, request):
        if self._word is None or self._word not in request:
            return
        if self._passes == 0:
            self._open.clear()
            self.held.set()
        self._passes -= 1

    def _cut(self):
        self.cuts += len(self._connections)
        while self._connections:
            for side in self._connections.popitem():
                _reset(side)


async def _all(reader, writer):
    with suppress(*LOST):
        while content := await reader.read(1 << 16):
            writer.write(content)
            await writer.drain()


def _reset(writer):
    """Ends a connection so that the other side hears a reset."""
    with suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
