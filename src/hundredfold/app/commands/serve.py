"""`hf serve`: the server."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from hundredfold.app.commands.asking import AsJson, Asked, Misuse, say
from hundredfold.errors import WorkspaceError

if TYPE_CHECKING:
    from hundredfold.app.workspace import Workspace

NAME: Final = "serve"
FIRST: Final = "admin"
"""The name of the first user."""


def run(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8080,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    public: Annotated[bool, typer.Option("--public", help="Other machines may reach it: a proxy does TLS.")] = False,
    only: Annotated[
        Literal["ingest", "live", "web"] | None, typer.Option(help="One part as a process of its own.")
    ] = None,
    live: Annotated[
        str | None, typer.Option(envvar="HF_LIVE", help="With --only web: where the live process is, http://HOST:PORT.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Serve the tracking API, the control API and the live side, until the process is asked to stop.

    With a log on Kafka, `--only` starts one part as a process of its own: any number of `ingest` take messages in, one
    `live` follows them, any number of `web` answer whoever reads.
    """
    asked: Asked = context.obj
    workspace = asked.workspace()

    def ready(url: str) -> None:
        if json:
            typer.echo(f'{{"url":"{url}"}}')
        else:
            say(f"serving {asked.folder} at {url}" + (f" ({only} only)" if only else ""))

    if only is not None and not workspace.settings.on_kafka:
        raise Misuse(
            "an embedded workspace is served by one process; --only needs the log on Kafka. Say "
            "`log: kafka://HOST:PORT` in hundredfold.yaml, or leave --only out."
        )
    if live is not None and only != "web":
        raise Misuse("--live is for --only web: it names the live process that answers come from.")
    match only:
        case "ingest":
            from hundredfold.app.apart.ingest import serve_ingest

            serve_ingest(workspace, host, port, public=public, ready=ready)
        case "web":
            from hundredfold.app.apart.web import serve_web

            serve_web(workspace, host, port, public=public, ready=ready, live=live)
        case _:
            _serve(asked, workspace, host, port, public=public, ready=ready, takes_in=only is None, quiet=json)


def _serve(
    asked: Asked,
    workspace: Workspace,
    host: str,
    port: int,
    *,
    public: bool,
    ready: Callable[[str], None],
    takes_in: bool,
    quiet: bool,
) -> None:
    from hundredfold.app.lock import Server, lock_or_server
    from hundredfold.app.opened import OpenWorkspace
    from hundredfold.app.serving import serve

    lock = lock_or_server(workspace.data, "hf serve")
    if isinstance(lock, Server):
        raise WorkspaceError(f"the workspace is served already, at {lock.url} (process {lock.pid}). Use that server.")
    try:
        opened = OpenWorkspace(workspace, lock, holder="hf serve", tell=say)
    except BaseException:
        lock.release()
        raise
    with opened:
        if not quiet and sys.stderr.isatty():
            _first_user(workspace)
        serve(opened, host, port, public=public, ready=ready, takes_in=takes_in)


def _first_user(workspace: Workspace) -> None:
    """Makes the first user of a workspace in which nobody can log in, and tells whoever sits here the password, once.

    Only at a terminal: elsewhere it would stay in somebody's log. A workspace with a page for this machine needs none.
    """
    from hundredfold.app.acting import COMMAND, acting, note
    from hundredfold.app.gui.administration import open_logins
    from hundredfold.store.users import told

    if workspace.settings.page:
        return
    with open_logins(workspace) as logins:
        made = logins.users.add_first(FIRST)
    if made is not None:
        password, user = made
        before = acting.set(COMMAND)
        note(workspace.store, "user.added", user.name, after=told(user))
        acting.reset(before)
        say(f"Log in as {user.name} with the password {password}. It is shown only now; change it in the settings.")
