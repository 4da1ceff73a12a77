"""The control API's part for users: who may log in, and how far."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from hundredfold.app.door.access import Requires, requires
from hundredfold.app.door.keys import Noting, must_have
from hundredfold.app.door.logins import Logins
from hundredfold.errors import NotFound
from hundredfold.said import said
from hundredfold.store.tokens import Grant
from hundredfold.store.users import LONGEST_NAME, Role, User, told
from hundredfold.words.calendar import iso

Admin = Annotated[Grant, Depends(Requires("admin"))]


class NewUser(BaseModel):
    """Somebody who is to be able to log in."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=LONGEST_NAME, description="What he types to log in.")
    role: Role
    personal_data: bool = Field(False, description="May see whom the data is about.")


class UserChange(BaseModel):
    """What is to be different; null: as it is."""

    model_config = ConfigDict(extra="forbid")

    role: Role | None = None
    personal_data: bool | None = None
    disabled: bool | None = Field(None, description="Cannot log in, and is logged out at once.")


class KnownUser(BaseModel):
    """Somebody who may log in."""

    id: str
    name: str
    role: Role
    personal_data: bool
    generated_password: bool = Field(description="The password is the generated one still.")
    created_at: str
    disabled_at: str | None


class MadeUser(KnownUser):
    """A user with a new password, which is shown here and never again."""

    password: str


def people(logins: Logins, note: Noting) -> APIRouter:
    """The routes under `/users`."""
    router = APIRouter(prefix="/users", tags=["users"], dependencies=[requires("admin")])
    users, sessions = logins.users, logins.sessions

    def reachable(user_id: str, admin: Grant) -> User:
        """A user whom this admin may alter: not one with a right that he has not. Raises NotFound, Problem 403."""
        user = users.get(user_id)
        if user is None:
            raise NotFound(said("no user has the id {user_id!r}. List them to see their ids.", user_id=user_id))
        must_have(admin, user.personal_data)
        return user

    @router.get("")
    def list_users() -> list[KnownUser]:
        """All users, disabled ones included."""
        return [KnownUser(**_known(user)) for user in users.list()]

    @router.post("", status_code=201)
    def add_user(wanted: NewUser, admin: Admin) -> MadeUser:
        """Adds a user, with a generated password."""
        must_have(admin, wanted.personal_data)
        password, user = users.add(wanted.name, wanted.role, personal_data=wanted.personal_data)
        note("user.added", user.name, after=told(user))
        return MadeUser(password=password, **_known(user))

    @router.patch("/{user_id}")
    def change_user(user_id: str, wanted: UserChange, admin: Admin) -> KnownUser:
        """Changes a user's role or right to personal data, disables him, or lets him in again."""
        before = reachable(user_id, admin)
        must_have(admin, bool(wanted.personal_data))
        after = users.change(user_id, **wanted.model_dump())
        if after.disabled is not None:
            sessions.end_of(user_id)
        if told(before) != told(after):
            note("user.changed", after.name, before=told(before), after=told(after))
        return KnownUser(**_known(after))

    @router.post("/{user_id}/password")
    def reset_password(user_id: str, admin: Admin) -> MadeUser:
        """Gives a user a new generated password, and ends his sessions."""
        user = reachable(user_id, admin)
        password = users.reset_password(user_id)
        sessions.end_of(user_id)
        note("user.password_reset", user.name)
        return MadeUser(password=password, **{**_known(user), "generated_password": True})

    @router.delete("/{user_id}", status_code=204)
    def remove_user(user_id: str, admin: Admin) -> None:
        """Removes a user for ever, and ends his sessions."""
        user = reachable(user_id, admin)
        users.remove(user_id)
        sessions.end_of(user_id)
        note("user.removed", user.name, before=told(user))

    return router


def _known(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "name": user.name,
        "role": user.role,
        "personal_data": user.personal_data,
        "generated_password": user.generated,
        "created_at": iso(user.created),
        "disabled_at": None if user.disabled is None else iso(user.disabled),
    }
