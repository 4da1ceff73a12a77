"""Imports as jobs: begun, followed, cancelled and undone from a browser, which may come and go meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path
from threading import Lock, Thread
from typing import Final

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from hundredfold.app import work
from hundredfold.app.door.access import requires
from hundredfold.app.door.logbook import fault
from hundredfold.app.door.problem import Problem
from hundredfold.app.gui.imports.mappings import mappings
from hundredfold.app.gui.imports.shown import ImportShown, Job, Noted, of_job, of_run
from hundredfold.app.gui.imports.uploads import Uploads, uploading
from hundredfold.app.import_book import Import, ImportBook
from hundredfold.app.importing import pricing_of
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.runbook import CUT_OFF, Runbook
from hundredfold.errors import HundredfoldError, WorkspaceError
from hundredfold.ingest.mapping import Mapping, Products
from hundredfold.ingest.mapping_file import parse_mapping
from hundredfold.said import said
from hundredfold.words.calendar import iso

LISTED: Final = 50
_NOTES: Final = "import *.json"


class Cancelled(HundredfoldError):
    """Whoever began an import does not want it any more."""


class NewImport(BaseModel):
    """A dropped file, and what its rows become."""

    model_config = ConfigDict(extra="forbid")

    upload: str
    mapping: str = Field(description="The mapping file.")
    source: str | None = Field(None, max_length=100)
    rows: int | None = Field(None, ge=0, description="How many rows it has, as far as is known: for the progress.")


class Imports:
    """The imports of a workspace. One goes on at a time; those that wait keep their order. For any thread."""

    def __init__(self, opened: OpenWorkspace, uploads: Uploads, new_id: Callable[[], str]) -> None:
        self._opened, self._uploads, self._new_id = opened, uploads, new_id
        self._jobs: dict[str, Job] = {}
        self._threads: list[Thread] = []
        self._turn, self._guard = Lock(), Lock()
        self._left = False
        self._since = iso(opened.workspace.now())

    def begin(self, asked: NewImport) -> Job:
        """Begins an import, which goes on when this returns. Raises DefinitionError, Problem 404, 409."""
        _spares_the_data(parse_mapping(asked.mapping, "mapping"))
        path = self._uploads.whole(asked.upload)
        job = Job(self._new_id(), path.name, asked.source, asked.rows, upload=asked.upload)
        mapping = path.with_name(f"mapping {job.id}.yaml")
        mapping.write_text(asked.mapping, encoding="utf-8")
        job.mapping = mapping.name
        self._import(job, path)
        return job

    def go_on(self, run: int) -> Job:
        """Goes on with an import that was cut off: what it has stored already counts once. Raises Problem 404, 409."""
        shown = next((one for one in self.shown() if one.run == run), None)
        if shown is None:
            raise Problem(404, "no_import", said("run {run} is no import; hf runs lists all of them", run=run))
        if not shown.can_go_on:
            told = "it was not cut off, or its file is not here any more; drop the file again, or undo the import"
            raise Problem(409, "cannot_go_on", told)
        known = self._noted()[run]
        job = Job(known.id, known.name, known.source, known.of, upload=known.upload, mapping=known.mapping)
        self._import(job, self._uploads.whole(known.upload), goes_on=run)
        return job

    def _import(self, job: Job, path: Path, goes_on: int | None = None) -> None:
        def do() -> None:
            if job.cancelled.is_set():
                raise Cancelled(said("it was cancelled before it began; nothing was stored"))
            document = work.import_data(
                self._opened,
                path=str(path),
                source=job.source,
                mapping=str(path.with_name(job.mapping)),
                goes_on=goes_on,
                progress=lambda done, of: self._told(job, done, of),
                began=lambda run: self._numbered(job, run),
            )
            job.outcome = document
            job.done = job.of = document["read"]

        self._start(job, do)

    def cancel(self, id: str) -> Job:
        """Asks an import to end; what it has stored is undone then. Raises Problem 404, 409."""
        job = self._job(id)
        if job.over or job.state == "undoing":
            raise Problem(409, "over", said("this import is over; undo it instead"))
        job.cancelled.set()
        return job

    def undo(self, run: int) -> Job:
        """Begins to undo the import of a run. Raises NotFound, WorkspaceError, Problem 409."""
        now = self._opened.workspace.now()
        ImportBook(self._opened.workspace.imports).to_undo(run, now)
        known = next((job for job in self._jobs.values() if job.run == run), None)
        if known is not None and not known.over:
            raise Problem(409, "busy", said("this import goes on still; wait, or cancel it"))
        job = known or Job(f"run-{run}", "", None, None, run=run)
        job.state, job.error = "undoing", None
        self._start(job, lambda: self._undone(job))
        return job

    def shown(self) -> list[ImportShown]:
        """All imports, the newest first."""
        book = Runbook(self._opened.workspace.runbook, self._opened.workspace.now)
        imports, noted, now = self._imports(), self._noted(), self._opened.workspace.now()
        jobs = list(self._jobs.values())
        waiting = [of_job(job) for job in reversed(jobs) if job.run is None]
        begun = {job.run: job for job in jobs}
        found: dict[int, ImportShown] = {}
        for run in (run for run in book.runs() if run["kind"] == "import"):
            # An import that went on is one import, by the run that began it: the newest run says how it stands.
            number = run.get("goes_on") or run["number"]
            if "ended" not in run and run["started"] < self._since:
                # One process serves a workspace, so this one ended with an earlier one, whoever has its number now.
                run = {**run, "error": CUT_OFF}
            if number not in found and len(found) < LISTED:
                known = begun.get(number), imports.get(number), noted.get(number)
                found[number] = of_run({**run, "number": number}, *known, lambda: pricing_of(self._opened), now)
        return waiting + list(found.values())

    def one(self, id: str) -> ImportShown:
        """An import by its id. Raises Problem 404."""
        # The address of an import outlives the server that began it.
        known = {f"run-{one.run}" for one in self._noted().values() if one.id == id}
        found = next((one for one in self.shown() if one.id == id or one.id in known), None)
        if found is None:
            raise Problem(404, "no_import", said("there is no such import; hf runs lists all of them"))
        return found

    def leave(self) -> None:
        """Ends what goes on, for the server is about to stop; what was stored can be undone later."""
        with self._guard:
            self._left = True
            threads = list(self._threads)
        for job in self._jobs.values():
            job.cancelled.set()
        for thread in threads:
            thread.join(10)

    def _start(self, job: Job, do: Callable[[], None]) -> None:
        with self._guard:
            if self._left:
                raise WorkspaceError(said("the server is about to stop. Ask again when it serves."))
            self._jobs[job.id] = job
            context = copy_context()
            thread = Thread(target=lambda: context.run(self._run, job, do), name="import", daemon=True)
            self._threads = [*(one for one in self._threads if one.is_alive()), thread]
        thread.start()

    def _run(self, job: Job, do: Callable[[], None]) -> None:
        try:
            with self._turn:
                if job.state == "waiting":
                    job.state = "running"
                undoing = job.state == "undoing"
                do()
                if job.cancelled.is_set() and not undoing:
                    raise Cancelled(said("it was cancelled when all was stored already; it was undone"))
                job.state = "undone" if undoing else "done"
        except Cancelled as cancelled:
            self._withdraw(job, str(cancelled))
        except HundredfoldError as error:
            job.state, job.error = "failed", str(error)
        except Exception as error:  # noqa: BLE001 - its text may quote a cell: only its kind and place are told
            found = fault(error)
            job.state, job.error = (
                "failed",
                said("the import failed: {error} at {place}", error=found["error"], place=found["place"]),
            )

    def _withdraw(self, job: Job, told: str) -> None:
        """What a cancelled import has stored is undone, but not when the server leaves."""
        try:
            if not self._left and job.run in self._imports():
                job.state = "undoing"
                with self._turn:
                    self._undone(job)
            job.state, job.error = "cancelled", told
        except HundredfoldError as error:
            job.state, job.error = "failed", str(error)

    def _undone(self, job: Job) -> None:
        assert job.run is not None
        work.undo_import(self._opened, run=job.run)

    def _told(self, job: Job, done: int, of: int | None) -> None:
        job.done, job.of = done, of if of is not None else job.of
        if job.cancelled.is_set():
            raise Cancelled(said("it was cancelled; nothing of it counts"))

    def _numbered(self, job: Job, run: int) -> None:
        job.run, job.started = run, self._opened.workspace.now()
        noted = Noted(
            id=job.id,
            run=run,
            name=job.name,
            source=job.source,
            of=job.of,
            upload=job.upload,
            mapping=job.mapping,
        )
        self._uploads.note(job.upload, _NOTES.replace("*", f"{run:06}"), noted.model_dump_json())

    def _noted(self) -> dict[int, Noted]:
        """What is known of imports whose files are still here, by run."""
        found = (Noted.model_validate_json(text) for text in self._uploads.notes(_NOTES))
        return {one.run: one for one in found}

    def _job(self, id: str) -> Job:
        job = self._jobs.get(id)
        if job is None:
            raise Problem(
                404, "no_import", said("this import does not go on; the list of imports says what became of it")
            )
        return job

    def _imports(self) -> dict[int, Import]:
        """What the imports have stored, by run."""
        return {one.run: one for one in ImportBook(self._opened.workspace.imports).imports()}


@contextmanager
def open_imports(opened: OpenWorkspace, new_id: Callable[[], str]) -> Iterator[list[APIRouter]]:
    """The routes of uploads, mappings and imports; when the block ends, imports that go on end, too."""
    workspace = opened.workspace
    uploads = Uploads(workspace.uploads, now=workspace.now, new_id=new_id)
    uploads.tidy()
    imports = Imports(opened, uploads, new_id)
    try:
        yield [uploading(uploads), mappings(workspace, uploads, lambda: pricing_of(opened)), importing(imports)]
    finally:
        imports.leave()


def importing(imports: Imports) -> APIRouter:
    """The routes under `/imports`."""
    router = APIRouter(prefix="/imports", tags=["imports"])

    @router.get("", dependencies=[requires("read")])
    def all_imports() -> list[ImportShown]:
        """The imports, the newest first."""
        return imports.shown()

    @router.post("", status_code=202, dependencies=[requires("write", personal_data=True)])
    def begin_import(asked: NewImport, response: Response) -> ImportShown:
        """Begins to import a dropped file; ask for the import to see how far it is."""
        job = imports.begin(asked)
        response.headers["Location"] = f"/api/v1/imports/{job.id}"
        return of_job(job)

    @router.get("/{import_id}", dependencies=[requires("read")])
    def one_import(import_id: str) -> ImportShown:
        """How far an import is, and what came of it."""
        return imports.one(import_id)

    @router.delete("/{import_id}", status_code=202, dependencies=[requires("write")])
    def cancel_import(import_id: str) -> ImportShown:
        """Cancels an import: nothing of it counts."""
        return of_job(imports.cancel(import_id))

    @router.post("/{run}/go-on", status_code=202, dependencies=[requires("write", personal_data=True)])
    def go_on_import(run: int, response: Response) -> ImportShown:
        """Goes on with an import that a stop of the server has cut off; nothing counts twice."""
        job = imports.go_on(run)
        response.headers["Location"] = f"/api/v1/imports/{job.id}"
        return of_job(job)

    @router.post("/{run}/undo", status_code=202, dependencies=[requires("write")])
    def withdraw_import(run: int, response: Response) -> ImportShown:
        """Undoes the import of a run: values are as if it had never been."""
        job = imports.undo(run)
        response.headers["Location"] = f"/api/v1/imports/{job.id}"
        return of_job(job)

    return router


def _spares_the_data(mapping: Mapping) -> None:
    """Raises Problem 422 for a lookup table among the files that the workspace writes itself."""
    for table in mapping.tables:
        if isinstance(table, Products) and Path(table.file).parts[0] == "data":
            raise Problem(
                422,
                "bad_file",
                said("{file} lies among the workspace's own files; name one beside them", file=table.file),
            )
