"""Who may log in to a workspace, and the control API's part for whoever sees to that."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from fastapi import APIRouter

from hundredfold.app.acting import note
from hundredfold.app.door.logins import Logins
from hundredfold.app.gui.arrivals import arrivals
from hundredfold.app.gui.changes import changes
from hundredfold.app.gui.people import people
from hundredfold.app.gui.rates import rates
from hundredfold.app.gui.session import session
from hundredfold.app.gui.settings import settings
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.workspace import Workspace, real_clock
from hundredfold.store.sessions import FILE as SESSIONS
from hundredfold.store.sessions import Sessions
from hundredfold.store.users import FILE as USERS
from hundredfold.store.users import Users


@contextmanager
def open_logins(workspace: Workspace) -> Iterator[Logins]:
    """The users of a workspace and their sessions, by the real clock: a replay of the past logs nobody out."""
    workspace.store.mkdir(parents=True, exist_ok=True)
    logins = Logins(
        Users(workspace.store / USERS, now=real_clock, random=os.urandom),
        Sessions(workspace.store / SESSIONS, now=real_clock, random=os.urandom),
        demo=workspace.settings.page,
        home=workspace.settings.public_url,
    )
    try:
        yield logins
    finally:
        logins.close()


def administration(opened: OpenWorkspace, logins: Logins) -> list[APIRouter]:
    """The routers of the session, users, settings, rates, changes and arrivals."""
    workspace = opened.workspace
    return [
        session(logins, workspace),
        people(logins, partial(note, workspace.store)),
        settings(opened),
        rates(opened),
        changes(workspace.store),
        arrivals(opened),
    ]
