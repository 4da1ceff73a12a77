"""What the commands do in a workspace that this process has open; each task answers the document that is printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hundredfold.app.acting import note
from hundredfold.app.documents import Document, positions
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.versioning import note_versions
from hundredfold.app.workspace import Workspace
from hundredfold.words.calendar import iso

if TYPE_CHECKING:
    from hundredfold.app.rates import Wanted
    from hundredfold.ingest.bulk import Progress
    from hundredfold.segment.kept import Kept


def apply(opened: OpenWorkspace, *, check: bool = False) -> Document:
    """Brings the written definitions into force; with `check` only tells. Raises DefinitionErrors."""
    from hundredfold.app.applying import planned
    from hundredfold.app.leaving import keep_plan

    with opened.applying:
        plan = planned(opened.workspace)
        for file in plan.absent:
            opened.tell(f"the lookup table {file} is not there yet; its fields are missing until it is")
        if not check:
            before = opened.workspace.in_force()
            if plan.differs or before.applied is None:
                note_versions(opened.workspace, before, opened.workspace.bring_into_force(plan.definitions))
            # Tables may have changed where the definitions have not.
            opened.renew()
            opened.take_up()
            keep_plan(opened.workspace)
    found = plan.difference
    if not check and plan.differs:
        names = {"added": found.added, "changed": found.changed, "removed": found.removed}
        told = "; ".join(f"{what}: {', '.join(which)}" for what, which in names.items() if which)
        note(opened.workspace.store, "definitions.applied", plan.fingerprint[:12], after=told)
    return {
        "added": list(found.added),
        "changed": list(found.changed),
        "removed": list(found.removed),
        "fingerprint": plan.fingerprint,
        "applied": not check,
    }


def preview(opened: OpenWorkspace) -> Document:
    """What the written definitions would change for a sample of customers. Raises DefinitionErrors, WorkspaceError."""
    from hundredfold.app.preview import previewed

    return previewed(opened)


def rates(
    opened: OpenWorkspace, *, lines: list[Wanted], table: str | None, version: str | None, check: bool = False
) -> Document:
    """Changes exchange rates by lines and by the text of a CSV file. Raises DefinitionError, Problem 409."""
    from hundredfold.app.rates import changed, in_table

    return changed(opened, [*lines, *(() if table is None else in_table(table))], version=version, check=check)


def filled(opened: OpenWorkspace) -> Document:
    """How far the messages fill the catalogue's attributes, for a sample of customers; nothing is applied."""
    from hundredfold.app.filled import catalogue_filled

    return catalogue_filled(opened)


def import_data(
    opened: OpenWorkspace,
    *,
    path: str,
    source: str | None = None,
    mapping: str | None = None,
    table: str | None = None,
    query: str | None = None,
    goes_on: int | None = None,
    progress: Progress | None = None,
    began: Callable[[int], None] = lambda run: None,
) -> Document:
    """Imports a file or folder, as a run, whose number `began` is told. Raises ImportFailed, DefinitionError.

    `path` may be the address of a database: then a `table` is imported, what the `query` of a file gives, or the only
    table that there is. With `goes_on` it belongs to the import of that run, which was cut off: both are undone
    together.
    """
    from hundredfold.app.importing import imported, told, unpriced_told
    from hundredfold.app.runbook import Runbook
    from hundredfold.app.sources.opening import rows_at

    book = Runbook(opened.workspace.runbook, opened.workspace.now)
    with book.run("import", source=source, **({} if goes_on is None else {"goes_on": goes_on})) as running:
        number = goes_on or running.number
        began(number)
        with rows_at(opened.workspace, path, mapping, table=table, query=query) as (rows, chosen):
            report = imported(opened, rows, run=number, source=source, mapping=chosen, progress=progress)
        counts = {"read": report.read, "stored": report.stored, "duplicates": report.duplicates}
        running.outcome |= {**counts, "rejected": report.rejected}
        if report.unpriced:
            running.outcome |= {"unpriced": unpriced_told(report.unpriced)}
    after = f"{report.stored} stored, {report.duplicates} duplicates, {report.rejected} rejected"
    note(opened.workspace.store, "import.done", f"run {number}", after=after)
    return {**told(report), "run": number}


def load(opened: OpenWorkspace, *, names: list[str], full: bool = False, progress: Progress | None = None) -> Document:
    """Loads sources, or all of them, as a run. Raises NotFound, DefinitionError, ImportFailed."""
    from hundredfold.app.runbook import Runbook
    from hundredfold.app.sources.loading import loaded

    with Runbook(opened.workspace.runbook, opened.workspace.now).run("load", sources=names) as running:
        document = loaded(opened, names, running, full=full, progress=progress)
    note(opened.workspace.store, "sources.loaded", f"run {running.number}", after=", ".join(document["sources"]))
    return document


def undo_import(opened: OpenWorkspace, *, run: int) -> Document:
    """Undoes the import of a run. Raises NotFound, WorkspaceError."""
    from hundredfold.app.undoing import undone

    document = undone(opened, run)
    note(opened.workspace.store, "import.undone", f"run {run}", after=f"{document['withdrawn']} withdrawn")
    return document


def profile(
    opened: OpenWorkspace,
    customer: str,
    *,
    at: int | None = None,
    known_at: int | None = None,
    personal_data: bool = True,
) -> Document:
    """A customer's profile. Raises NotFound."""
    from hundredfold.app.answers import profile_document, without_personal_data

    with opened.clock_held():
        answers = opened.answers()
        found = answers.profile(customer, at=at, known_at=known_at)
    document = profile_document(found, answers.attributes)
    return document if personal_data else without_personal_data(document, answers.attributes)


def segment(
    opened: OpenWorkspace,
    name: str,
    *,
    at: int | None = None,
    known_at: int | None = None,
    members: bool = False,
    kept: Kept | None = None,
    say: Callable[[str], str] = str,
    personal_data: bool = True,
) -> Document:
    """How many members a segment has at a clock, or who they are; of now as they are `kept`, if so. Raises NotFound.

    The count is null, with a sentence `why` in the words of `say`, where nobody is known to be in it because what it
    asks for had no values; and where it would tell of persons to somebody who may not see `personal_data`.
    """
    from hundredfold.app.nobody import why_hidden, why_nobody
    from hundredfold.app.segment_history import recorded_by
    from hundredfold.definition.effects import personal
    from hundredfold.segment.asked import asked

    if not personal_data and name in personal(opened.served_setup.definitions):
        counted = segment(opened, name, at=at, known_at=known_at, kept=kept)
        return counted | {"count": None, "why": say(why_hidden())}
    present = (
        None
        if kept is None or at is not None or known_at is not None
        else _kept(opened, kept, name, say, members=members)
    )
    if present is not None:
        return present
    with recorded_by(opened, kept) as recorded, opened.clock_held() as now:
        answers = opened.answers()
        found = asked(opened.engine(), answers, name, recorded=recorded, at=at, known_at=known_at)
        definitions, runs = opened.engine().compiled.setup.definitions, answers.counting(found.everybody.at, known_at)
        position = positions(opened.engine().positions)
    past = at is not None or known_at is not None
    why = why_nobody(definitions, definitions.asked[name], runs, past=past)
    count = _counted(int(found.inside.sum()), why, say)
    document = {"segment": name, **count, "of": found.of, "as_of": iso(now if at is None else at)}
    return {**document, "position": position, **({"members": found.members} if members else {})}


def _kept(opened: OpenWorkspace, kept: Kept, name: str, say: Callable[[str], str], *, members: bool) -> Document | None:
    from hundredfold.app.nobody import why_nobody

    try:
        found = kept.members(name) if members else kept.counts()
    except KeyError:
        return None  # whoever asks everybody says what there is
    if found is None or not (members or name in found[1]):
        return None
    as_of, told = found
    count = len(told) if isinstance(told, list) else told[name]
    definitions = opened.served_setup.definitions
    why = why_nobody(definitions, definitions.asked.get(name, []), opened.runs())
    document = {"segment": name, **_counted(count, why, say), "of": as_of.customers, "as_of": iso(as_of.at)}
    return {**document, "position": positions(as_of.positions), **({"members": told} if members else {})}


def _counted(count: int, why: str | None, say: Callable[[str], str]) -> Document:
    """A count; null where nobody is known to be in it, and why."""
    return {"count": count} if count or why is None else {"count": None, "why": say(why)}


def export(opened: OpenWorkspace, *, to: str, at: int | None = None, known_at: int | None = None) -> Document:
    """Writes all profiles into a Parquet file."""
    from hundredfold.app.export import table_of, write

    with opened.clock_held() as now:
        found = opened.answers().everybody(at=at, known_at=known_at)
        compiled = opened.engine().compiled
        table = table_of(found.customers, found.values, compiled.plan, compiled.pool)
        position = positions(opened.engine().positions)
    write(table, Path(to))
    note(opened.workspace.store, "profiles.exported", f"{table.num_rows} customers")
    return {"customers": table.num_rows, "file": to, "at": iso(now if at is None else at), "position": position}


def export_everything(opened: OpenWorkspace, *, to: str) -> Document:
    """Writes everything into a new folder, as open files. Raises WorkspaceError."""
    from hundredfold.app.taken_out.everything import taken_out

    document = taken_out(opened, Path(to))
    note(
        opened.workspace.store, "everything.exported", f"{document['customers']} customers, {document['events']} events"
    )
    return document


def batch(opened: OpenWorkspace, *, full: bool = False) -> Document:
    """Runs the batch."""
    from hundredfold.app.batching import batched

    return batched(opened, full=full)


def audit(opened: OpenWorkspace, *, sample: int | None = None, progress: Progress | None = None) -> Document:
    """Recomputes customers from raw messages and compares; `sample` None: all of them."""
    from hundredfold.app.auditing import audited

    return audited(opened, sample=sample, progress=progress)


def refold(
    opened: OpenWorkspace,
    *,
    customer: str | None = None,
    since: int | None = None,
    progress: Progress | None = None,
) -> Document:
    """Folds customers anew from their raw messages, in place. Raises NotFound."""
    from hundredfold.app.refolding import refolded

    return refolded(opened, customer=customer, since=since, progress=progress)


def forget(opened: OpenWorkspace, *, customer: str, new_id: Callable[[], str]) -> Document:
    """Erases a customer. Raises NotFound."""
    from hundredfold.app.erasure import forgotten

    document = forgotten(opened, customer, new_id())
    # Whom is not told: the book is never erased.
    note(opened.workspace.store, "customer.erased", f"{len(document['ids'])} ids")
    return document


def backup(opened: OpenWorkspace, *, to: str) -> Document:
    """Copies everything into a new folder. Raises WorkspaceError."""
    from hundredfold.app.backup.taking import taken

    document = taken(opened, Path(to))
    note(opened.workspace.store, "backup.made", "everything")
    return document


def models(workspace: Workspace) -> Document:
    """The predictive models: error against the baseline, whether they are used, and why not."""
    from hundredfold.app.models import models_of

    return {"models": [one.model_dump() for one in models_of(workspace)]}


def runs(workspace: Workspace) -> Document:
    """The runs, newest first, and when each scheduled job is due next."""
    from hundredfold.app.runbook import Runbook
    from hundredfold.app.schedule.scheduler import upcoming

    due = upcoming(workspace.settings.schedule, workspace.zone, workspace.now())
    return {
        "runs": Runbook(workspace.runbook, workspace.now).runs(),
        "scheduled": {name: iso(time) for name, time in due.items()},
    }
