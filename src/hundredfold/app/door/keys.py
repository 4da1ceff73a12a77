"""The control API's pages of write keys and access tokens."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from pydantic import BaseModel, Field, model_validator

from hundredfold.app.door.access import requires
from hundredfold.store.tokens import Grant, Kind, Scope, Tokens
from hundredfold.words.calendar import iso


class Wanted(BaseModel):
    """A key or token to be made."""

    kind: Kind
    name: str = Field(min_length=1, max_length=100, description="A write key's source, or whom a token is for.")
    scope: Scope | None = Field(None, description="For kind api only.")
    personal_data: bool = False

    @model_validator(mode="after")
    def fits(self) -> Wanted:
        """A token has a scope, a write key has none."""
        if (self.kind == "api") != (self.scope is not None):
            raise ValueError("kind api needs scope: read, write or admin; write keys have none")
        return self


class Known(BaseModel):
    """A key or token, without its secret."""

    id: str
    kind: Kind
    name: str
    scope: Scope | None
    personal_data: bool
    created_at: str
    revoked_at: str | None


class Made(Known):
    """A new key or token. The secret is shown here and never again."""

    token: str


def keys(tokens: Tokens) -> APIRouter:
    """The routes under `/tokens`."""
    router = APIRouter(prefix="/tokens", tags=["tokens"], dependencies=[requires("admin")])

    @router.get("")
    async def everyone() -> list[Known]:
        """All keys and tokens, revoked ones included."""
        return [Known(**_known(grant)) for grant in await asyncio.to_thread(tokens.list)]

    @router.post("", status_code=201)
    async def create(wanted: Wanted) -> Made:
        """Makes a write key or an access token."""
        secret, grant = await asyncio.to_thread(
            tokens.create, wanted.kind, wanted.name, scope=wanted.scope, personal_data=wanted.personal_data
        )
        return Made(token=secret, **_known(grant))

    @router.delete("/{token_id}", status_code=204)
    async def revoke(token_id: str) -> None:
        """Closes a key or token for ever."""
        await asyncio.to_thread(tokens.revoke, token_id)

    return router


def _known(grant: Grant) -> dict[str, object]:
    return {
        "id": grant.id,
        "kind": grant.kind,
        "name": grant.name,
        "scope": grant.scope,
        "personal_data": grant.personal_data,
        "created_at": iso(grant.created),
        "revoked_at": None if grant.revoked is None else iso(grant.revoked),
    }
