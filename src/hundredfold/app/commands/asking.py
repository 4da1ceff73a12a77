"""What all commands share: the workspace they are asked about, how they answer, and how they fail."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperGroup

from hundredfold.errors import HundredfoldError

if TYPE_CHECKING:
    from rich.console import Console

    from hundredfold.app.documents import Document
    from hundredfold.app.opened import OpenWorkspace
    from hundredfold.app.remote import RemoteWorkspace
    from hundredfold.app.workspace import Workspace

DONE: Final = 0
FAILED: Final = 1
WRONG_USE: Final = 2
DIFFERS: Final = 3

_JSON: Final = "hundredfold.json"


def _noted(context: typer.Context, value: bool) -> bool:
    """Remembers the wish for JSON where the whole command can see it, for what goes wrong."""
    context.meta[_JSON] = context.meta.get(_JSON, False) or value
    return value


AsJson = Annotated[
    bool,
    typer.Option(
        "--json", help="Print one JSON document, and nothing else, on standard output.", callback=_noted, is_eager=True
    ),
]
AtTime = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Set the clock: later events do not count, windows end there. ISO 8601."),
]
KnownAtTime = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Only what had been received by then. Default: everything stored."),
]


def language() -> str:
    """The terminal's language, as its environment says it: `pt-PT`; empty where it says none."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return said.partition(".")[0].replace("_", "-")


class Misuse(HundredfoldError):
    """A command was asked for something that it cannot mean; exit code 2."""


@dataclass
class Asked:
    """Which workspace a command was asked about."""

    name: str

    @property
    def folder(self) -> Path:
        """Its folder."""
        return Path(self.name)

    def workspace(self) -> Workspace:
        """The workspace. Raises NoWorkspace."""
        from hundredfold.app.workspace import Workspace

        return Workspace.open(self.folder)

    @contextmanager
    def reached(self, command: str) -> Iterator[OpenWorkspace | RemoteWorkspace]:
        """The workspace, open in this process; or its server, when one is running. Raises WorkspaceError."""
        from hundredfold.app.lock import Server, lock_or_server

        workspace = self.workspace()
        lock = lock_or_server(workspace.data, f"hf {command}")
        if isinstance(lock, Server):
            from hundredfold.app.remote import RemoteWorkspace

            yield RemoteWorkspace(lock)
            return
        try:
            from hundredfold.app.acting import COMMAND, acting
            from hundredfold.app.opened import OpenWorkspace

            acting.set(COMMAND)
            opened = OpenWorkspace(workspace, lock, holder=f"hf {command}", tell=warn)
        except BaseException:
            lock.release()
            raise
        with opened:
            yield opened

    def done(
        self, command: str, here: Callable[[OpenWorkspace], Document], *, task: str | None = None, **arguments: Any
    ) -> Document:
        """What a command's work answers: done by the server when one is running, else `here`, in this process.

        The server knows the work as `task`, by default the command's name, with these arguments. Raises WorkspaceError,
        and what the work raises, which is Refused or NotFound when the server does it.
        """
        from hundredfold.app.remote import RemoteWorkspace

        with self.reached(command) as reached:
            if isinstance(reached, RemoteWorkspace):
                return reached.work(task or command, **arguments)
            return here(reached)

    def export(self, *, to: str, at: int | None, known_at: int | None) -> Document:
        """Writes all profiles into a Parquet file, which the server does when one is running."""
        from hundredfold.app import work
        from hundredfold.words.calendar import iso

        given = {"at": at, "known_at": known_at}
        times = {name: None if time is None else iso(time) for name, time in given.items()}
        return self.done(
            "profiles",
            lambda opened: work.export(opened, to=to, at=at, known_at=known_at),
            task="export",
            to=to,
            **times,
        )


class Commands(TyperGroup):
    """The commands; what goes wrong on purpose ends with a sentence and an exit code, not with a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Runs a command."""
        try:
            return super().invoke(ctx)
        except HundredfoldError as error:
            fail(error, as_json=ctx.meta.get(_JSON, False))
        except BrokenPipeError:
            # Who reads our output has enough of it; the interpreter must not complain when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(DONE) from None


def fail(error: HundredfoldError, *, as_json: bool) -> None:
    """Tells what went wrong and ends. Raises Exit."""
    typer.echo(f"hf: {error}", err=True)
    if as_json:
        typer.echo(_json({"error": str(error), "errors": _places(error)}))
    raise typer.Exit(_exit_code(error)) from error


def _exit_code(error: HundredfoldError) -> int:
    from hundredfold.app.workspace import NoWorkspace

    return WRONG_USE if isinstance(error, Misuse | NoWorkspace) else FAILED


def _places(error: HundredfoldError) -> list[dict[str, Any]]:
    """Each mistake in definitions with its place."""
    from hundredfold.errors import DefinitionError

    if not isinstance(error, DefinitionError):
        return []
    found = getattr(error, "errors", (error,))
    return [{"file": one.file, "line": one.line, "column": one.column, "message": one.message} for one in found]


def _json(document: Any) -> str:
    from hundredfold.app.documents import json_text

    return json_text(document)


def answer(document: Any, *, as_json: bool, shown: Callable[[Console], None]) -> None:
    """Prints a document as JSON, or as people read it."""
    if as_json:
        typer.echo(_json(document))
        return
    from rich.console import Console

    shown(Console(highlight=False, soft_wrap=True))


def say(text: str) -> None:
    """Tells progress, on standard error."""
    typer.echo(text, err=True)


def warn(text: str) -> None:
    """Tells something that somebody should know, on standard error."""
    typer.echo(f"hf: warning: {text}", err=True)


def instant(asked: Asked, name: str, text: str | None) -> int | None:
    """The time that an option says, without zone in the workspace's; None when it was not given. Raises Misuse."""
    if text is None:
        return None
    time = asked.workspace().time(text)
    if time is None:
        raise Misuse(f"{name} {text!r} is no time; write 2026-11-22, 2026-11-22T10:00 or 2026-11-22T10:00:00Z")
    return time


class Counter:
    """Tells on standard error how far something is, when somebody is watching; at most once a second."""

    def __init__(self, what: str) -> None:
        self._what, self._told, self._watched = what, 0.0, sys.stderr.isatty()

    def __call__(self, done: int, total: int | None) -> None:
        """Notes that so many are done."""
        if not self._watched:
            return
        import time

        if time.monotonic() - self._told >= 1:
            self._told = time.monotonic()
            say(f"{done:,}{'' if total is None else f' of {total:,}'} {self._what}")
