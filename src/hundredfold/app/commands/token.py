"""`hf token`: write keys and access tokens."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from hundredfold.app.commands.asking import AsJson, Asked, Misuse, answer

if TYPE_CHECKING:
    from hundredfold.store.tokens import Grant, Tokens

NAME: Final = "token"
app = typer.Typer(help="Write keys and access tokens.", no_args_is_help=True)


@app.command()
def create(
    context: typer.Context,
    scope: Annotated[
        Literal["read", "write", "admin"],
        typer.Option(help="write: a write key, which may only append. read, admin: an access token for /api."),
    ],
    personal_data: Annotated[
        bool, typer.Option("--personal-data", help="The token may see whom the data is about.")
    ] = False,
    kind: Annotated[
        Literal["server", "browser", "api"] | None,
        typer.Option(help="server and browser are write keys, api is an access token (also with --scope write)."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="A write key's source, or whom the token is for.")] = None,
    json: AsJson = False,
) -> None:
    """Make a write key or an access token. It is shown once."""
    chosen = kind or ("server" if scope == "write" else "api")
    if chosen != "api" and scope != "write":
        raise Misuse(f"a {chosen} key may only append: say --scope write, or leave --kind out")
    if chosen != "api" and personal_data:
        raise Misuse("a write key reads nothing, so --personal-data means nothing for it; leave it out")
    with closing(_tokens(context.obj)) as tokens:
        secret, grant = tokens.create(
            chosen,
            name or (chosen if chosen != "api" else "command line"),
            scope=scope if chosen == "api" else None,
            personal_data=personal_data,
        )
    _note(context.obj, "key.created", grant)
    document: dict[str, Any] = {
        "token": secret,
        "id": grant.id,
        "kind": chosen,
        "scope": scope,
        "personal_data": personal_data,
        "name": grant.name,
    }
    answer(document, as_json=json, shown=lambda out: out.print(secret, markup=False))


@app.command(name="list")
def everyone(context: typer.Context, json: AsJson = False) -> None:
    """List write keys and access tokens, without their secrets."""
    from hundredfold.store.tokens import listed

    with closing(_tokens(context.obj)) as tokens:
        found = [listed(grant) for grant in tokens.list()]

    def shown(out: Any) -> None:
        for one in found:
            state = "revoked" if one["revoked_at"] else "open"
            out.print(
                f"{one['id']}  {one['kind']:7} {one['scope'] or 'write':5}  {state:7}  {one['name']}", markup=False
            )

    answer({"tokens": found}, as_json=json, shown=shown)


@app.command()
def revoke(
    context: typer.Context,
    token_id: Annotated[str, typer.Argument(metavar="ID", help="As hf token list shows it.")],
    json: AsJson = False,
) -> None:
    """Close a write key or access token for ever."""
    with closing(_tokens(context.obj)) as tokens:
        grant = tokens.revoke(token_id)
    _note(context.obj, "key.revoked", grant)
    answer({"revoked": token_id}, as_json=json, shown=lambda out: out.print(f"{token_id} is revoked"))


def _tokens(asked: Asked) -> Tokens:
    # Tokens lie in a file that several processes may share: no need to go through the server.
    from hundredfold.app.workspace import real_clock
    from hundredfold.store.tokens import Tokens

    store = asked.workspace().store
    store.mkdir(parents=True, exist_ok=True)
    return Tokens(store / "tokens.sqlite", now=real_clock, random=os.urandom)


def _note(asked: Asked, what: str, grant: Grant) -> None:
    from hundredfold.app.acting import COMMAND, acting, note
    from hundredfold.store.tokens import told

    acting.set(COMMAND)
    note(asked.workspace().store, what, f"{grant.name} ({grant.id})", after=told(grant))
