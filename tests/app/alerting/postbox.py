"""Receivers of alerts that really listen: an HTTP server and a mail server, each in a thread, by TLS if they are to."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from ssl import SSLContext
from threading import Event, Thread


class Hook:
    """What an HTTP server was sent; `status` is what it answers, `location` where it leads."""

    def __init__(self):
        self.status, self.location = 200, None
        self.bodies, self.headers, self.url = [], [], ""

    @property
    def alerts(self):
        return [json.loads(body) for body in self.bodies]

    @property
    def states(self):
        return [(alert["alert"], alert["state"]) for alert in self.alerts]


@contextmanager
def listening_hook(tls: SSLContext | None = None) -> Iterator[Hook]:
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if hook.status < 300:
                hook.bodies.append(body)
                hook.headers.append(dict(self.headers))
            self.send_response(hook.status)
            if hook.location:
                self.send_header("Location", hook.location)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        hook.url = f"http{'s' * (tls is not None)}://localhost:{server.server_address[1]}/alerts"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield hook
        finally:
            server.shutdown()
            thread.join()


class Mailbox:
    """The mails that a mail server took: who they were for, and what they say. `busy`: it takes none.

    `starttls`: it may be asked for TLS; then it wants a password, too, and `logins` are those that it was given.
    """

    def __init__(self, starttls=None):
        self.mails, self.port, self.busy = [], 0, False
        self.starttls, self.logins = starttls, []

    async def talk(self, reader, writer):
        with suppress(OSError):  # whoever does not trust us hangs up
            await self._talk(reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    async def _talk(self, reader, writer):
        async def say(*lines):
            writer.write(b"".join(line.encode() + b"\r\n" for line in lines))
            await writer.drain()

        to, safe = [], False
        await say("220 here")
        while line := (await reader.readline()).decode().strip():
            verb = line.split()[0].upper()
            if verb == "EHLO" and self.starttls:
                await say("250-here", "250 AUTH PLAIN" if safe else "250 STARTTLS")
                continue
            if verb == "STARTTLS":
                await say("220 go on")
                await writer.start_tls(self.starttls)
                safe = True
                continue
            if verb == "AUTH":
                self.logins.append(b64decode(line.split()[2]).decode().split("\0")[1:])
                await say("235 welcome")
                continue
            if verb == "DATA":
                await say("354 go on")
                lines = []
                while (part := await reader.readline()) != b".\r\n":
                    lines.append(part)
                mail = message_from_bytes(b"".join(lines), policy=policy.default)
                self.mails.append((to, str(mail["Subject"]), mail.get_content()))
            if verb == "RCPT":
                to.append(line.partition("<")[2].rstrip(">"))
            await say("451 later" if self.busy and verb == "MAIL" else "221 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                break


@contextmanager
def listening_mailbox(*, tls: SSLContext | None = None, starttls: SSLContext | None = None) -> Iterator[Mailbox]:
    """A mail server; with `tls` it speaks that from the first byte on, with `starttls` when it is asked to."""
    box, ready, loop, over = Mailbox(starttls), Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve():
        server = await asyncio.start_server(box.talk, "127.0.0.1", 0, ssl=tls)
        box.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await over.wait()

    thread = Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(30)
        yield box
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()
