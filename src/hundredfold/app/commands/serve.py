"""`hf serve`: the server."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import typer

from hundredfold.app.commands.asking import AsJson, Asked, Misuse, say
from hundredfold.errors import WorkspaceError

NAME: Final = "serve"


def run(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8080,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    public: Annotated[bool, typer.Option("--public", help="Other machines may reach it: a proxy does TLS.")] = False,
    only: Annotated[
        Literal["ingest", "live", "web"] | None, typer.Option(help="One part as a process of its own.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Serve the tracking API, the control API and the live side, until the process is asked to stop."""
    if only is not None:
        raise Misuse(
            "an embedded workspace is served by one process; --only needs the log and the stores on servers of their "
            "own, which this version does not have. Leave --only out."
        )
    from hundredfold.app.lock import Server, lock_or_server
    from hundredfold.app.opened import OpenWorkspace
    from hundredfold.app.serving import serve

    asked: Asked = context.obj
    workspace = asked.workspace()
    lock = lock_or_server(workspace.data, "hf serve")
    if isinstance(lock, Server):
        raise WorkspaceError(f"the workspace is served already, at {lock.url} (process {lock.pid}). Use that server.")

    def ready(url: str) -> None:
        if json:
            typer.echo(f'{{"url":"{url}"}}')
        else:
            say(f"serving {asked.folder} at {url}")

    try:
        opened = OpenWorkspace(workspace, lock, holder="hf serve", tell=say)
    except BaseException:
        lock.release()
        raise
    with opened:
        serve(opened, host, port, public=public, ready=ready)
