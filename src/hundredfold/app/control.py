"""The control API's part for profiles and for the work that the commands have done: one route a task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from hundredfold.app import preview as looking
from hundredfold.app import work
from hundredfold.app.documents import Document, json_text
from hundredfold.app.door.access import Requires, requires
from hundredfold.app.door.language import spoken
from hundredfold.app.models import ModelsShown, models_of
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.times import Time, asked_time
from hundredfold.segment.kept import Kept
from hundredfold.store.tokens import Grant

Reading = Annotated[Grant, Depends(Requires("read"))]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Apply(_Asked):
    """Definitions to be applied, as they stand in the workspace's folder."""

    check: bool = Field(False, description="Only tell what would change.")


class Import(_Asked):
    """A file or folder on the server's machine, or a database."""

    path: str = Field(description="A path, or an address: sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME.")
    source: str | None = None
    map: str | None = Field(None, description="A mapping file on the server's machine, or the name of a preset.")
    table: str | None = Field(None, description="The table of a database; not needed where there is only one.")
    query: str | None = Field(None, description="Instead of a table: a file on the server's machine with one SELECT.")


class Load(_Asked):
    """Sources that the workspace's folder describes."""

    names: list[str] = Field(description="Their names; none: all of them.")
    full: bool = Field(False, description="Read everything, not only what is new.")


class Undo(_Asked):
    """The run of an import."""

    run: int


class Export(_Asked):
    """A Parquet file on the server's machine."""

    to: str
    at: str | None = None
    known_at: str | None = None


class ExportEverything(_Asked):
    """A new folder on the server's machine."""

    to: str


class Audit(_Asked):
    """How many customers to recompute; null: all."""

    sample: int | None = Field(None, ge=1)


class Batch(_Asked):
    """A batch run."""

    full: bool = Field(False, description="Fold everything anew instead of what came since the last run.")


class Backup(_Asked):
    """A new folder on the server's machine."""

    to: str


class Refold(_Asked):
    """Whom to fold anew; null: everybody."""

    customer: str | None = None
    since: str | None = Field(None, description="Who sent something that was received since.")


class Forget(_Asked):
    """A customer to be erased."""

    customer: str


class Exact(Response):
    """A document, its numbers exact."""

    media_type = "application/json"

    def __init__(self, document: Document) -> None:
        super().__init__(json_text(document))


def tasks(opened: OpenWorkspace, new_id: Callable[[], str], kept: Kept | None = None) -> APIRouter:
    """The routes of a workspace that this process has open; `kept` are the segments that it keeps."""
    router = APIRouter(tags=["workspace"])

    def time(name: str, text: str | None) -> int | None:
        return asked_time(opened.workspace, name, text)

    @router.get("/profiles/{customer:path}")
    def profile(customer: str, grant: Reading, at: Time = None, known_at: Time = None) -> Response:
        """A customer's combined profile. Other ids and traits need the right to personal data."""
        when = {"at": time("at", at), "known_at": time("known_at", known_at)}
        return Exact(work.profile(opened, customer, **when, personal_data=grant.personal_data))

    @router.get("/segments/{name}")
    def segment(name: str, grant: Reading, at: Time = None, known_at: Time = None) -> Response:
        """How many members a segment has, of how many customers; null, with `why`, where that is not known, or told."""
        when, sees = (time("at", at), time("known_at", known_at)), grant.personal_data
        found = work.segment(opened, name, at=when[0], known_at=when[1], kept=kept, say=spoken, personal_data=sees)
        return Exact(found)

    @router.get("/segments/{name}/members", dependencies=[requires("read", personal_data=True)])
    def segment_members(name: str, at: Time = None, known_at: Time = None) -> Response:
        """The members of a segment by their customer ids, and how many they are."""
        when = time("at", at), time("known_at", known_at)
        return Exact(work.segment(opened, name, at=when[0], known_at=when[1], members=True, kept=kept, say=spoken))

    @router.get("/runs", dependencies=[requires("read")])
    def runs() -> Response:
        """The batch runs, newest first."""
        return Exact(work.runs(opened.workspace))

    @router.get("/models", dependencies=[requires("read")])
    def models() -> ModelsShown:
        """The predictive models: error against the baseline, whether they are used, and why not."""
        return ModelsShown(models=models_of(opened.workspace, spoken))

    @router.post("/apply", dependencies=[requires("write")])
    def apply(asked: Apply) -> Response:
        """Brings the written definitions into force."""
        return Exact(work.apply(opened, check=asked.check))

    @router.post("/preview", dependencies=[requires("write", personal_data=True)])
    def preview() -> Response:
        """What the written definitions would change for a sample of customers; nothing is applied."""
        return Exact(looking.previewed(opened))

    @router.post("/catalogue/filled", dependencies=[requires("write")])
    def catalogue_filled() -> Response:
        """How far the messages fill the catalogue's attributes, for a sample of customers; nothing is applied."""
        return Exact(work.filled(opened))

    # Files are the machine's, not the workspace's: only who administers it may name them.
    @router.post("/import", dependencies=[requires("admin")])
    def import_data(asked: Import) -> Response:
        """Imports a file, a folder, or a table of a database."""
        return Exact(
            work.import_data(
                opened, path=asked.path, source=asked.source, mapping=asked.map, table=asked.table, query=asked.query
            )
        )

    @router.post("/load", dependencies=[requires("write")])
    def load(asked: Load) -> Response:
        """Loads what is new from other systems."""
        return Exact(work.load(opened, names=asked.names, full=asked.full))

    @router.post("/import/undo", dependencies=[requires("admin")])
    def undo_import(asked: Undo) -> Response:
        """Undoes an import: values are as if it had never been."""
        return Exact(work.undo_import(opened, run=asked.run))

    @router.post("/export", dependencies=[requires("admin", personal_data=True)])
    def export(asked: Export) -> Response:
        """Writes all profiles into a Parquet file."""
        at, known_at = time("at", asked.at), time("known_at", asked.known_at)
        return Exact(work.export(opened, to=asked.to, at=at, known_at=known_at))

    @router.post("/export/everything", dependencies=[requires("admin", personal_data=True)])
    def export_everything(asked: ExportEverything) -> Response:
        """Writes everything into a new folder, as open files."""
        return Exact(work.export_everything(opened, to=asked.to))

    @router.post("/audit", dependencies=[requires("write", personal_data=True)])
    def audit(asked: Audit) -> Response:
        """Recomputes customers from raw messages and compares."""
        return Exact(work.audit(opened, sample=asked.sample))

    @router.post("/batch", dependencies=[requires("write")])
    def batch(asked: Batch) -> Response:
        """Runs the batch now."""
        return Exact(work.batch(opened, full=asked.full))

    @router.post("/backup", dependencies=[requires("admin", personal_data=True)])
    def backup(asked: Backup) -> Response:
        """Copies everything into a new folder."""
        return Exact(work.backup(opened, to=asked.to))

    @router.post("/refold", dependencies=[requires("write", personal_data=True)])
    def refold(asked: Refold) -> Response:
        """Folds customers anew from their raw messages, and tells how many differed."""
        return Exact(work.refold(opened, customer=asked.customer, since=time("since", asked.since)))

    @router.post("/forget", dependencies=[requires("admin", personal_data=True)])
    def forget(asked: Forget) -> Response:
        """Erases a customer."""
        return Exact(work.forget(opened, customer=asked.customer, new_id=new_id))

    return router
