"""The control API's part for whoever logs in and out."""

from __future__ import annotations

import time
from threading import BoundedSemaphore
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import HTTPConnection

from hundredfold.app.acting import note
from hundredfold.app.alerting.wording import Language
from hundredfold.app.door.access import Requires, anybody
from hundredfold.app.door.logins import DEMO, Logins, address, cookie, cookie_name, cookies, from_here
from hundredfold.app.door.problem import Problem
from hundredfold.app.gui.attempts import Attempts
from hundredfold.app.workspace import Workspace
from hundredfold.said import said
from hundredfold.store.sessions import LONGEST as LONGEST_SESSION
from hundredfold.store.tokens import Grant, Scope
from hundredfold.store.users import LONGEST, SCOPE_OF, Role, User, WeakPassword, folded
from hundredfold.words.calendar import SECOND, iso

AT_ONCE: Final = 8
"""So many logins are looked at at once; comparing passwords takes long on purpose, and others want answers, too."""


class LogIn(BaseModel):
    """A name and a password."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=256)
    password: str = Field(min_length=1, max_length=LONGEST)


class NewPassword(BaseModel):
    """The password as it is, and as it is to be."""

    model_config = ConfigDict(extra="forbid")

    current: str = Field(min_length=1, max_length=LONGEST)
    new: str = Field(min_length=1, max_length=LONGEST)


class LoggedIn(BaseModel):
    """Who is logged in."""

    id: str
    name: str
    role: Role
    scope: Scope
    personal_data: bool
    generated_password: bool = Field(description="The password is the generated one still.")
    demo: bool = Field(description="Let in without a login, because he works on this machine.")


class About(BaseModel):
    """What every page needs to know of the workspace."""

    name: str
    timezone: str
    currency: str
    language: Language


class SessionState(BaseModel):
    """Who is logged in, if anybody is."""

    user: LoggedIn | None
    users: bool = Field(description="False for a workspace in which nobody can log in yet.")
    ended: bool = Field(description="The session that the browser's cookie is of is over.")
    ends_at: str | None = Field(description="When the session is over, however much it is used.")
    workspace: About | None


def session(logins: Logins, workspace: Workspace) -> APIRouter:
    """The routes `/session` and `/session/password`."""
    router = APIRouter(prefix="/session", tags=["session"])
    attempts, room = Attempts(time.monotonic), BoundedSemaphore(AT_ONCE)

    def state(user: User | None, ends: int | None, *, ended: bool = False) -> SessionState:
        settings = workspace.settings
        return SessionState(
            user=None if user is None else _logged_in(user),
            users=user is not None or logins.users.any(),
            ended=ended,
            ends_at=None if ends is None else iso(ends),
            workspace=None
            if user is None
            else About(
                name=workspace.folder.resolve().name,
                timezone=settings.timezone,
                currency=settings.currency,
                language=settings.language,
            ),
        )

    def begin(user: User, request: Request, response: Response) -> SessionState:
        secret = logins.sessions.open(user.id)
        begun = logins.sessions.find(secret)
        response.headers["set-cookie"] = cookie(request.scope, secret, LONGEST_SESSION // SECOND)
        return state(user, None if begun is None else begun.ends)

    @router.get("", dependencies=[anybody()])
    def current_session(request: Request, response: Response) -> SessionState:
        """Who is logged in. In a workspace with a page for this machine, who works there is logged in by asking."""
        response.headers["cache-control"] = "no-store"
        found = logins.who(request.scope)
        if found is not None:
            user, current, _ = found
            return state(user, current.ends)
        if logins.demo and from_here(request.scope):
            return begin(DEMO, request, response)
        return state(None, None, ended=bool(cookies(request.scope, cookie_name(request.scope))))

    @router.post("", dependencies=[anybody()])
    def log_in(given: LogIn, request: Request, response: Response) -> SessionState:
        """Logs in: the answer sets the session's cookie."""
        user = tried(given.name, given.password, request)
        if user is None:
            raise Problem(401, "wrong_login", said("the name or the password is wrong"))
        _end(logins, request)
        response.headers["cache-control"] = "no-store"
        return begin(user, request, response)

    @router.delete("", status_code=204, dependencies=[anybody()])
    def log_out(request: Request, response: Response) -> None:
        """Logs out."""
        _end(logins, request)
        response.headers["set-cookie"] = cookie(request.scope, "", 0)

    @router.put("/password", status_code=204)
    def change_password(
        given: NewPassword, request: Request, grant: Annotated[Grant, Depends(Requires("read"))]
    ) -> None:
        """Changes one's own password, and ends one's other sessions."""
        found = logins.who(request.scope)
        if grant.kind != "session" or found is None or found[0] is DEMO:
            raise Problem(403, "no_login", said("only somebody who has logged in with a password can change it"))
        user, _, secret = found
        if tried(user.name, given.current, request) is None:
            raise Problem(403, "wrong_password", said("the present password is another one"))
        try:
            logins.users.set_password(user.id, given.new)
        except WeakPassword as error:
            raise Problem(422, "weak_password", str(error)) from None
        logins.sessions.end_of(user.id, but=secret)
        note(workspace.store, "user.password_changed", user.name)

    def tried(name: str, password: str, request: Request) -> User | None:
        """The user, when the password is right and not too many were tried. Raises Problem 429."""
        place = address(request.scope)
        plain = folded(name)
        wait = attempts.begin(plain, place)
        if wait:
            raise Problem(
                429,
                "too_many_attempts",
                said("too many wrong passwords; try again in {wait} seconds", wait=wait),
                {"Retry-After": str(wait)},
            )
        if not room.acquire(blocking=False):
            raise Problem(503, "busy", said("many log in just now; try again"), {"Retry-After": "1"})
        try:
            user = logins.users.verify(name, password)
        finally:
            room.release()
        if user is not None:
            attempts.succeeded(plain, place)
        return user

    return router


def _end(logins: Logins, request: HTTPConnection) -> None:
    found = logins.who(request.scope)
    if found is not None:
        logins.sessions.end(found[2])


def _logged_in(user: User) -> LoggedIn:
    return LoggedIn(
        id=user.id,
        name=user.name,
        role=user.role,
        scope=SCOPE_OF[user.role],
        personal_data=user.personal_data,
        generated_password=user.generated,
        demo=user is DEMO,
    )
