"""Runs the application: on the loopback unless told otherwise, stopping when the last answer is given."""

from __future__ import annotations

import gc
import ipaddress
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Final, TypeAlias

import uvicorn

from hundredfold.app.door.asgi import Application
from hundredfold.errors import HundredfoldError

SWITCH_SECONDS: Final = 0.0005
"""How long a thread may keep another one waiting."""
GRACE_SECONDS: Final = 20
"""How long open requests may take when the server stops."""

Leaving: TypeAlias = Callable[[], None]
"""Is called when the server begins to stop, to end answers that would go on for ever."""


def _nothing() -> None:
    pass


class ListenError(HundredfoldError):
    """The address cannot, or must not, be listened at."""


def listen(host: str, port: int, *, public: bool = False) -> socket.socket:
    """A listening socket; port 0 takes a free one.

    Raises ListenError for an address that others can reach, unless `public` says that this is wanted, and for one that
    is in use.
    """
    if not public and not is_loopback(host):
        raise ListenError(
            f"{host} can be reached from other machines. Say so (--public) when a proxy with TLS stands in front, "
            "or listen at 127.0.0.1."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise ListenError(f"{host}:{port} cannot be listened at: {error.strerror}. Choose another port.") from None
    return listening


def reachable(host: str) -> str:
    """The name under which this machine reaches a server that listens at a host."""
    if host in ("0.0.0.0", ""):  # noqa: S104 - the address of everywhere is not one to call
        return "127.0.0.1"
    return f"[{'::1' if host == '::' else host}]" if ":" in host else host


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address. A name counts only when it is `localhost`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve(application: Application, listening: socket.socket, *, leaving: Leaving = _nothing) -> None:
    """Serves until the process is asked to stop (SIGINT, SIGTERM); open requests are answered first."""
    tuned()
    server(application, leaving=leaving).run(sockets=[listening])


def tuned() -> None:
    """Makes this process a server: its threads take turns quickly, and collecting garbage does not stop it for long."""
    # Answering, writing and folding take turns; the usual 5 ms for each would be most of an answer's time.
    sys.setswitchinterval(SWITCH_SECONDS)
    # What is there now stays: looking through all of it for garbage stops every thread for a tenth of a second.
    gc.collect()
    gc.freeze()


class Server(uvicorn.Server):
    """The server, which says when it is about to leave: answers without an end have to find one then."""

    leaving: Leaving = staticmethod(_nothing)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends endless answers, then waits for the others."""
        self.leaving()
        await super().shutdown(sockets)


def server(application: Application, *, leaving: Leaving = _nothing) -> Server:
    """The configured server. It writes no log of its own: its access log would hold customers' ids."""
    config = uvicorn.Config(
        application,
        loop="asyncio" if sys.platform == "win32" else "uvloop",
        http="httptools",
        ws="websockets-sansio",
        lifespan="auto",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    made = Server(config)
    made.leaving = leaving
    return made


@contextmanager
def running(
    application: Application, *, host: str = "127.0.0.1", port: int = 0, leaving: Leaving = _nothing
) -> Iterator[str]:
    """Serves in a thread as long as the block runs; gives the server's URL. For notebooks, demos and tests."""
    listening = listen(host, port)
    its = server(application, leaving=leaving)
    thread = Thread(target=its.run, kwargs={"sockets": [listening]}, name="door", daemon=True)
    thread.start()
    address = f"[{host}]" if ":" in host else host
    try:
        while not its.started and thread.is_alive():
            thread.join(0.005)
        yield f"http://{address}:{listening.getsockname()[1]}"
    finally:
        its.should_exit = True
        thread.join()
        listening.close()


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Being asked to stop unwinds what was opened: the HTTP server repeats the signal when it has answered the last."""

    def leave(*_: object) -> None:
        raise SystemExit(0)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
