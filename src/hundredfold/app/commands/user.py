"""`hf user`: who may log in to the web interface."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hundredfold.app.commands.asking import AsJson, Asked, Misuse, answer

if TYPE_CHECKING:
    from hundredfold.app.door.logins import Logins
    from hundredfold.store.users import User

NAME: Final = "user"
app = typer.Typer(help="Who may log in to the web interface.", no_args_is_help=True)

UserName = Annotated[str, typer.Argument(metavar="NAME", help="What the user types to log in.")]


@app.command()
def add(
    context: typer.Context,
    name: UserName,
    role: Annotated[
        str,
        typer.Option(help="viewer looks at everything, marketer changes definitions, admin does everything."),
    ] = "viewer",
    personal_data: Annotated[
        bool, typer.Option("--personal-data", help="The user may see whom the data is about.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Add a user. The generated password is shown once."""
    from hundredfold.store.users import ROLES, told

    known = next((one for one in ROLES if one == role), None)
    if known is None:
        raise Misuse(f"no role is called {role!r}; the roles are {', '.join(ROLES)}")
    with _logins(context.obj) as (logins, note):
        password, user = logins.users.add(name, known, personal_data=personal_data)
        note("user.added", user.name, after=told(user))
    _show_password(user, password, as_json=json)


@app.command(name="list")
def everyone(context: typer.Context, json: AsJson = False) -> None:
    """List the users."""
    from hundredfold.store.users import told

    with _logins(context.obj) as (logins, _):
        users = logins.users.list()

    def shown(out: Any) -> None:
        for user in users:
            out.print(f"{user.name:20}  {told(user)}", markup=False)

    answer({"users": [_document(user) for user in users]}, as_json=json, shown=shown)


@app.command(name="reset-password")
def reset_password(context: typer.Context, name: UserName, json: AsJson = False) -> None:
    """Give a user a new password, which is shown once, and end all of the user's sessions."""
    with _logins(context.obj) as (logins, note):
        user = logins.users.named(name)
        password = logins.users.reset_password(user.id)
        logins.sessions.end_of(user.id)
        note("user.password_reset", user.name)
    _show_password(user, password, as_json=json)


@app.command()
def remove(context: typer.Context, name: UserName, json: AsJson = False) -> None:
    """Remove a user, who is logged out at once."""
    from hundredfold.store.users import told

    with _logins(context.obj) as (logins, note):
        user = logins.users.remove(logins.users.named(name).id)
        logins.sessions.end_of(user.id)
        note("user.removed", user.name, before=told(user))
    answer({"removed": user.name}, as_json=json, shown=lambda out: out.print(f"{user.name} is removed", markup=False))


@contextmanager
def _logins(asked: Asked) -> Iterator[tuple[Logins, Callable[..., None]]]:
    # Users lie in a file that several processes may share: no need to go through the server.
    from functools import partial

    from hundredfold.app.acting import COMMAND, acting, note
    from hundredfold.app.gui.administration import open_logins

    workspace = asked.workspace()
    acting.set(COMMAND)
    with open_logins(workspace) as logins:
        yield logins, partial(note, workspace.store)


def _document(user: User) -> dict[str, Any]:
    from hundredfold.words.calendar import iso

    return {
        "name": user.name,
        "role": user.role,
        "personal_data": user.personal_data,
        "created_at": iso(user.created),
        "disabled_at": None if user.disabled is None else iso(user.disabled),
    }


def _show_password(user: User, password: str, *, as_json: bool) -> None:
    answer(
        {**_document(user), "password": password},
        as_json=as_json,
        shown=lambda out: out.print(password, markup=False),
    )
