"""A workspace that this process works in: its log, its history and the engine over them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Thread
from typing import Final

import pyarrow as pa

from hundredfold.app.beside import Beside
from hundredfold.app.formats import must_be_known
from hundredfold.app.import_book import ImportBook
from hundredfold.app.lock import WorkspaceLock
from hundredfold.app.logs import open_log
from hundredfold.app.runbook import Runbook, Running
from hundredfold.app.tables import load_tables
from hundredfold.app.workspace import Workspace
from hundredfold.attribute.order import before, refs_of
from hundredfold.attribute.read import Clock
from hundredfold.audit import Run as AuditedRun
from hundredfold.batch.process import load_history
from hundredfold.batch.run import Run, RunBook, cuts_of, models_of
from hundredfold.definition.canonical import document_of
from hundredfold.definition.model import Definitions
from hundredfold.errors import HundredfoldError, WorkspaceError
from hundredfold.live import manifest, snapshot
from hundredfold.live.engine import Engine
from hundredfold.live.setup import Compiled, Setup
from hundredfold.live.turns import Turns
from hundredfold.log.disk import Disk
from hundredfold.log.history import History
from hundredfold.log.stored import STORED, Positions
from hundredfold.predict.models import FAMILIES
from hundredfold.profile.answers import Answers
from hundredfold.words.model import Fitted

Successor = Callable[[Engine], Callable[[], None]]
"""Makes ready to serve with another engine, and returns what does it."""
Tell = Callable[[str], None]
"""Is told, in a sentence, what somebody at work should know."""


SNAPSHOT_AFTER: Final = 50_000
"""So many messages applied since the last snapshot are worth a new one."""


class OpenWorkspace:
    """A workspace with its log open and locked for this process. Its methods may be called from any thread.

    The engine is started when it is first asked for: from the newest snapshot that fits, else from all messages.
    """

    def __init__(
        self, workspace: Workspace, lock: WorkspaceLock, *, holder: str = "", tell: Tell = lambda _: None
    ) -> None:
        must_be_known(workspace)
        self.workspace, self.lock, self.tell = workspace, lock, tell
        self.guard = Turns()
        """Held by whoever uses the engine, which one thread drives at a time."""
        self.log = open_log(workspace, holder=holder, tell=tell)
        self.history = History(workspace.history_folder)
        self.published = RunBook(workspace.runs_folder)
        self._engine: Engine | None = None
        self._applied = 0
        self._held: int | None = None
        self._renewals = self._filled = 0
        self._serve_with: Successor | None = None
        self._ranked: Callable[[], None] | None = None
        self._applies_also: Callable[[], None] = lambda: None
        self.batching = Lock()
        """Held as long as a batch runs."""
        self.beside = Beside(workspace.scratch / "beside", lock.file)
        """What is done in a process of its own."""
        self.copying = Beside(workspace.scratch / "copying", lock.file)
        """The same for backups, which need not wait for a batch, nor a batch for them."""
        self._snapshots = Lock()
        self.importing = Lock()
        """Held by whoever imports or undoes an import."""
        self.applying = Lock()
        """Held by whoever brings definitions into force."""
        self.filling: Thread | None = None
        """The back-fill that runs, or ran last."""

    def now(self) -> int:
        """The engine's time, in microseconds UTC: the workspace's, or the instant at which it is held."""
        return self.workspace.now() if self._held is None else self._held

    @contextmanager
    def clock_held(self) -> Iterator[int]:
        """The engine, brought up to now, at a clock that stands still as long as the block runs; gives the instant."""
        with self.guard:
            self._held = self.workspace.now()
            try:
                self.engine()
                yield self._held
            finally:
                self._held = None

    def engine(self) -> Engine:
        """The engine, with everything applied that the log holds. Use it under `guard`."""
        with self.guard:
            if self._engine is None:
                self._engine = self._started()
            self._applied += self._engine.catch_up()
            return self._engine

    @property
    def served_setup(self) -> Setup:
        """What the engine works with now, for whoever needs neither its state nor its turn."""
        return self.served.setup

    @property
    def served(self) -> Compiled:
        """The same, made ready for work."""
        engine = self._engine
        return (self.engine() if engine is None else engine).compiled

    def answers(self) -> Answers:
        """What can be asked of the engine. Use it under `guard`."""
        return Answers(self.engine(), self.runs())

    def cuts(self) -> dict[str, tuple[int, ...]]:
        """The newest cut points of every tier."""
        return cuts_of(self.runs())

    def models(self) -> dict[str, Fitted]:
        """The newest models."""
        return models_of(self.runs())

    def clock(self, at: int) -> Clock:
        """A clock with what the newest runs have learnt."""
        return Clock(at, self.cuts(), self.models())

    def audited_runs(self) -> list[AuditedRun]:
        """The batch runs as the audit is told of them, the newest first."""
        return [audited(run) for run in reversed(self.runs())]

    def runs(self) -> list[Run]:
        """The batch runs that were published, oldest first."""
        return self.published.runs()

    def applies_also(self, take_up: Callable[[], None]) -> None:
        """From now on `take_up` is called, too, when what is written comes into force."""
        self._applies_also = take_up

    def take_up(self) -> None:
        """Brings into force here what is written besides definitions."""
        self._applies_also()

    def renew(self) -> None:
        """Definitions or tables have changed: the engine is started anew.

        While one serves, what is new is filled in a process beside, and the old one answers until the new one has
        caught up. Raises DefinitionError for a table that breaks its rule.
        """
        setup = self.setup() if self.serves else None
        with self.guard:
            if self._engine is None or setup is None:
                self._renewals += 1
                self._engine = None
                return
            if self._engine.compiled.setup == setup and self._filled == self._renewals:
                return
            self._renewals += 1
            self.beside.stop("fill")  # one that runs is for definitions that do not count any more
            self.filling = Thread(target=self._fill, args=(self._renewals,), name="back-fill", daemon=True)
            self.filling.start()

    def _fill(self, renewal: int) -> None:
        book = Runbook(self.workspace.runbook, self.workspace.now)
        try:
            with self.beside.turn():
                if renewal == self._renewals:  # else they have changed again
                    with book.run("back-fill") as running:
                        self._fill_beside(renewal, running)
        except HundredfoldError as error:
            if renewal == self._renewals:
                self.tell(f"{error} What was in force before is still served. Say hf apply to try again.")

    def _fill_beside(self, renewal: int, running: Running) -> None:
        with self.guard:
            old = self.engine()
            if not manifest.any_made_with(self.workspace.snapshots, old.compiled.setup):
                self.write(old, canonical=False)
        told = {
            "folder": str(self.workspace.folder),
            "now": self.now(),
            "served": document_of(old.compiled.setup.definitions),
        }
        running.outcome |= self.beside.run("fill", told, running.tell)
        kept = self.take_over(self.beside.place / "snapshot")
        scratch = self._scratch(renewal)
        fresh = snapshot.open_engine(kept, self.setup(), self.log, self.history, scratch, self.now)
        fresh.scored_at = self._scored_at()
        done = fresh.catch_up()
        serve_with = self._serve_with
        take_over = serve_with(fresh) if serve_with is not None else None
        with self.guard:
            if renewal == self._renewals and self._serve_with is not None and take_over is not None:
                self._engine, self._applied = fresh, done + fresh.catch_up()
                self._filled = renewal
                take_over()

    def serve_with(self, told: Successor | None, ranked: Callable[[], None] | None = None) -> None:
        """From now on readers wait for answers: what takes long is done beside, a new engine is then told of.

        `told` makes ready to serve with it; what it returns is called with the turn held, and so is `ranked`, when a
        batch has published other cut points or models. With None nobody waits.
        """
        self._serve_with, self._ranked = told, ranked

    @property
    def serves(self) -> bool:
        """Whether readers wait for answers."""
        return self._serve_with is not None

    def setup(self) -> Setup:
        """What values depend on besides messages. Raises DefinitionError for a table that breaks its rule."""
        return setup_of(self.workspace, tell=self.tell)

    def raw_messages(self, upto: Positions) -> Iterator[pa.Table]:
        """Every message stored before some positions, in tables of `STORED` columns: history's, then the log's."""
        covered = self.history.positions
        for bucket in range(self.history.buckets):
            yield _before(self.history.scan(bucket, STORED.names), upto)
        for table in self.log.read(covered):
            yield _before(table, upto)

    def keep(self) -> None:
        """Writes a snapshot when so much was applied since the last one that starting without it would be slow."""
        with self.guard:
            if self._engine is not None and self._applied >= SNAPSHOT_AFTER:
                self.write(self._engine, canonical=False)
                self._applied = 0

    def write(self, engine: Engine, *, canonical: bool) -> None:
        """Writes a snapshot of an engine, and lets go of those that are too old. Use it under `guard`."""
        folder = self.workspace.snapshots
        folder.mkdir(parents=True, exist_ok=True)
        with self._snapshots:
            snapshot.write(engine, manifest.next_folder(folder), canonical=canonical)
            if not self.beside.busy:  # what works beside may be about to open an older one
                manifest.tidy(folder)

    def take_over(self, made: Path) -> Path:
        """Makes a snapshot that was written beside the newest one, and returns where it is now."""
        folder = self.workspace.snapshots
        folder.mkdir(parents=True, exist_ok=True)
        with self._snapshots:
            kept = made.rename(manifest.next_folder(folder))
            Disk().sync_folder(folder)
            manifest.tidy(folder)
        return kept

    @contextmanager
    def files_held(self) -> Iterator[None]:
        """No snapshot comes or goes, and nothing is brought into force, while the block runs: let it be a moment."""
        with self.applying, self._snapshots:
            yield

    def publish(self, run: Run) -> None:
        """Makes a batch run count."""
        before = self.cuts(), self.models()
        self.published.publish(run)
        if self._ranked is not None and (self.cuts(), self.models()) != before:
            with self.guard:
                self._ranked()

    def close(self) -> None:
        """Stores what was submitted and lets go of the folder."""
        self.beside.leave()
        self.copying.leave()
        if self.filling is not None:
            self.filling.join()
        try:
            self.keep()
        finally:
            self.log.close()
            self.lock.release()

    def __enter__(self) -> OpenWorkspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # The engine and its snapshots.

    def _started(self) -> Engine:
        setup = self.setup()
        if self._engine is None:
            shutil.rmtree(self.workspace.scratch, ignore_errors=True)
        scratch = self._scratch(self._renewals)
        # A clock that was set back cannot be reached from a state that stands behind it.
        found = manifest.newest(self.workspace.snapshots, setup, clock=self.now()).folder
        try:
            if found is not None:
                engine = snapshot.open_engine(found, setup, self.log, self.history, scratch, self.now)
                engine.scored_at = self._scored_at()
                return engine
        except WorkspaceError as error:
            self.tell(f"{error} The state is built anew.")
        engine = Engine(setup, self.log, self.history, scratch, self.now)
        engine.scored_at = self._scored_at()
        load_history(engine, self.history)
        return engine

    def will_score_at(self, cut: int) -> None:
        """A batch run with this cut begins: what its scores will be read from is kept."""
        with self.guard:
            engine = self.engine()
            if engine.scored_at is None:
                engine.scored_at = cut

    def _scored_at(self) -> int | None:
        """The cut of the run whose models count; later ones do not move it back."""
        return min((one.cut for one in self.models().values()), default=None)

    def _scratch(self, renewal: int) -> Path:
        """Where the engine of a renewal keeps its index of duplicates."""
        return self.workspace.scratch / f"{renewal:06d}" / "seen"


def setup_of(workspace: Workspace, definitions: Definitions | None = None, *, tell: Tell = lambda _: None) -> Setup:
    """What values depend on besides messages, with other definitions than those in force if some are given.

    Raises DefinitionError for a table that breaks its rule, WorkspaceError for an import that cannot be read.
    """
    settings = workspace.settings
    definitions = workspace.in_force().definitions if definitions is None else definitions
    tables = load_tables(workspace.folder, definitions, settings.rates, workspace.zone)
    for file in tables.absent:
        tell(f"the lookup table {file} is not there yet; its fields are missing until it is")
    undone = ImportBook(workspace.imports).undone()
    return Setup(
        definitions,
        workspace.zone,
        settings.currency,
        settings.shared_over,
        tables.lookups,
        tables.rates,
        undone,
        FAMILIES,
    )


def audited(run: Run) -> AuditedRun:
    """A batch run as the audit is told of it."""
    models = {key: fitted.version for key, fitted in models_of([run]).items()}
    return AuditedRun(run.cut, run.published, dict(run.tiers), models)


def _before(table: pa.Table, upto: Positions) -> pa.Table:
    wanted = before(refs_of(table), upto)
    return table if wanted.all() else table.filter(pa.array(wanted))
