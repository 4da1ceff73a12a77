"""The control API's part for the list of attributes, and for their drafts."""

from __future__ import annotations

from contextlib import closing

from fastapi import APIRouter
from pydantic import BaseModel, Field

from hundredfold.app.gui.definitions.drafting import Drafting, Listed, draft_routes
from hundredfold.app.gui.definitions.writing import Writing
from hundredfold.app.gui.desk import Reading
from hundredfold.attribute.kinds import Kind, fields
from hundredfold.definition.document import kind_of
from hundredfold.store.versions import FILE, Versions
from hundredfold.words.calendar import iso


class AttributeListed(Listed):
    """An attribute in a list."""

    kind: str
    values: list[Kind] = Field(description="What its values can be, of those in force.")
    many: bool = Field(description="Its values are lists.")


class TakenAway(BaseModel):
    """An attribute that is no more; its versions have what it said."""

    name: str
    label: dict[str, str]
    at: str | None
    who: str


class AttributesListed(BaseModel):
    """All attributes, those in force first, and the version of what is in force; `removed` newest first."""

    attributes: list[AttributeListed]
    removed: list[TakenAway]
    fingerprint: str
    applied_at: str | None


def listed(writing: Writing) -> APIRouter:
    """The routes `/definitions/attributes/...` for drafts."""
    router = APIRouter(prefix="/definitions/attributes", tags=["definitions"])
    desk = Drafting(writing)

    @router.get("")
    def list_attributes(grant: Reading) -> AttributesListed:
        """All attributes: those in force, those that are only written, those that are drafts."""
        in_force = writing.opened.workspace.in_force()
        kinds = {one.name: one for one in fields(writing.opened.served.plan)}
        found = [
            AttributeListed(
                **dict(one),
                kind=kind_of(written),
                values=list(kinds[one.name].kinds) if one.name in kinds else [],
                many=one.name in kinds and kinds[one.name].many,
            )
            for one, written in desk.listed(grant)
        ]
        return AttributesListed(
            attributes=found,
            removed=_removed(writing, {one.name for one in found}),
            fingerprint=in_force.fingerprint,
            applied_at=None if in_force.applied is None else iso(in_force.applied),
        )

    draft_routes(router, desk)
    return router


def _removed(writing: Writing, names: set[str]) -> list[TakenAway]:
    """The attributes whose newest version is that they are gone, but for those that are written again."""
    with closing(Versions(writing.opened.workspace.store / FILE)) as store:
        gone = [one for name, one in store.newest().items() if one.fields is None and name not in names]
        before = {
            one.attribute: next((old.fields for old in store.of(one.attribute) if old.fields), {}) for one in gone
        }
    return [
        TakenAway(
            name=one.attribute,
            label=before[one.attribute].get("label", {}),
            at=iso(one.at) if one.at else None,
            who=one.who,
        )
        for one in sorted(gone, key=lambda one: (-one.at, one.attribute))
    ]
