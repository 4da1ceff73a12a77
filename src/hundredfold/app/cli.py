"""The command `hundredfold`, in short `hf`. What a command needs is loaded when it runs, so that help is quick."""

from __future__ import annotations

from typing import Annotated

import typer

from hundredfold.app.commands import (
    apply,
    audit,
    backup,
    batch,
    bench,
    catalogue,
    demo,
    doctor,
    export,
    forget,
    import_,
    init,
    kafka,
    lineage,
    load,
    migrate,
    models,
    profile,
    profiles,
    quality,
    rates,
    refold,
    restore,
    runs,
    segment,
    serve,
    sources,
    token,
    user,
)
from hundredfold.app.commands.asking import Asked, Commands

app = typer.Typer(
    name="hundredfold",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for module in (
    init,
    catalogue,
    apply,
    import_,
    sources,
    load,
    batch,
    serve,
    runs,
    profile,
    profiles,
    segment,
    quality,
    lineage,
    models,
    export,
    audit,
    refold,
    forget,
    backup,
    restore,
    migrate,
    bench,
    demo,
    doctor,
):
    app.command(name=module.NAME)(module.run)
app.add_typer(token.app, name="token")
app.add_typer(user.app, name=user.NAME)
app.add_typer(rates.app, name=rates.NAME)
app.add_typer(kafka.app, name=kafka.NAME)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version as of

        typer.echo(of("hundredfold"))
        raise typer.Exit


@app.callback()
def hundredfold(
    context: typer.Context,
    workspace: Annotated[
        str, typer.Option("-w", "--workspace", metavar="DIR", envvar="HF_WORKSPACE", help="The workspace's folder.")
    ] = ".",
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """One exact customer profile from years of history and the live stream of events.

    Every command takes --json: one JSON document on standard output. Exit codes: 0 done, 1 failed, 2 wrong use,
    3 a difference was found.
    """
    context.obj = Asked(workspace)


def main() -> None:
    """The entry point of the installed commands."""
    app()
