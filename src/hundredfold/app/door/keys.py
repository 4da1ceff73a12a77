"""The control API's pages of write keys and access tokens."""

from __future__ import annotations

from typing import Annotated, Protocol

from fastapi import APIRouter
from pydantic import BaseModel, Field, model_validator

from hundredfold.app.door.access import requires
from hundredfold.app.door.problem import Problem
from hundredfold.said import said
from hundredfold.store.tokens import Grant, Kind, Scope, Tokens, listed, told
from hundredfold.words.calendar import iso


class WantedKey(BaseModel):
    """A key or token to be made."""

    kind: Kind
    name: str = Field(min_length=1, max_length=100, description="A write key's source, or whom a token is for.")
    scope: Scope | None = Field(None, description="For kind api only.")
    personal_data: bool = False

    @model_validator(mode="after")
    def fits(self) -> WantedKey:
        """A token has a scope, a write key has none."""
        if (self.kind == "api") != (self.scope is not None):
            raise ValueError("kind api needs scope: read, write or admin; write keys have none")
        return self


class KnownKey(BaseModel):
    """A key or token, without its secret."""

    id: str
    kind: Kind
    name: str
    scope: Scope | None
    personal_data: bool
    created_at: str
    revoked_at: str | None
    last_used_at: str | None = Field(None, description="Null for one that was never used, or not since this is noted.")


class MadeKey(KnownKey):
    """A new key or token. The secret is shown here and never again."""

    token: str


class Noting(Protocol):
    """Notes a change in the book of who changed what."""

    def __call__(self, what: str, thing: str, *, before: str | None = None, after: str | None = None) -> None:
        """`what` is a short code; the texts are short and name no customer."""


def must_have(grant: Grant, personal_data: bool) -> None:
    """Raises Problem 403 for whoever would give, or take over, a right that he has not himself."""
    if personal_data and not grant.personal_data:
        raise Problem(
            403, "not_allowed", said("you have no right to personal data yourself, so ask somebody who has it")
        )


def keys(tokens: Tokens, note: Noting) -> APIRouter:
    """The routes under `/tokens`."""
    router = APIRouter(prefix="/tokens", tags=["tokens"], dependencies=[requires("admin")])

    @router.get("")
    def list_keys() -> list[KnownKey]:
        """All keys and tokens, revoked ones included."""
        used = tokens.last_used()
        return [KnownKey(**_known(grant, used.get(grant.id))) for grant in tokens.list()]

    @router.post("", status_code=201)
    def make_key(wanted: WantedKey, admin: Annotated[Grant, requires("admin")]) -> MadeKey:
        """Makes a write key or an access token."""
        must_have(admin, wanted.personal_data)
        secret, grant = tokens.create(wanted.kind, wanted.name, scope=wanted.scope, personal_data=wanted.personal_data)
        note("key.created", f"{grant.name} ({grant.id})", after=told(grant))
        return MadeKey(token=secret, **_known(grant))

    @router.delete("/{token_id}", status_code=204)
    def revoke_key(token_id: str) -> None:
        """Closes a key or token for ever."""
        grant = tokens.revoke(token_id)
        note("key.revoked", f"{grant.name} ({grant.id})", before=told(grant))

    return router


def _known(grant: Grant, used: int | None = None) -> dict[str, object]:
    return {**listed(grant), "last_used_at": None if used is None else iso(used)}
