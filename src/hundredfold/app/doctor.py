"""What is wrong with this installation or workspace, and how to mend it. Nothing is changed by looking."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.app.applying import planned
from hundredfold.app.lock import announced
from hundredfold.app.runbook import Runbook
from hundredfold.app.sources.loading import listed
from hundredfold.app.tables import load_tables
from hundredfold.app.workspace import Workspace, real_clock
from hundredfold.errors import HundredfoldError, WorkspaceError
from hundredfold.live.manifest import newest, snapshots
from hundredfold.log.embedded import RESERVE_BYTES, EmbeddedLog
from hundredfold.log.history import History
from hundredfold.log.rows import MARKER
from hundredfold.words.calendar import DAY, iso

Check = dict[str, Any]
"""`name`, `ok`, `found`, and `mend`: what to do, where something can be done."""

ROOM: Final = 4 * RESERVE_BYTES
"""So much room a disk should have: the log refuses messages before the last of it is gone."""
_OLDEST_CLOCK: Final = 1_735_689_600_000_000  # 2025-01-01: before this software was written


def examined(folder: Path) -> list[Check]:
    """All checks of the installation and of the workspace in a folder, in the order in which to mend them."""
    checks = [_python(), _packages(), _clock()]
    try:
        workspace = Workspace.open(folder)
    except HundredfoldError as error:
        return [*checks, _check("workspace", str(error), mend="Make one with hf init DIR, or mend its file.")]
    checks.append(
        _check("workspace", f"{folder.resolve()}, {workspace.settings.timezone}, {workspace.settings.currency}")
    )
    for look in (
        _room,
        _permissions,
        _written,
        _in_force,
        _tables,
        _sources,
        _quality,
        _log,
        _history,
        _snapshots,
        _server,
    ):
        checks.extend(_guarded(look, workspace))
    return checks


def _check(name: str, found: str, *, mend: str = "", ok: bool | None = None) -> Check:
    return {"name": name, "ok": not mend if ok is None else ok, "found": found, "mend": mend}


def _guarded(look: Callable[[Workspace], Iterator[Check]], workspace: Workspace) -> Iterator[Check]:
    try:
        yield from look(workspace)
    except (HundredfoldError, OSError) as error:
        yield _check(look.__name__.strip("_").replace("_", " "), str(error), mend="Mend what the sentence says.")


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    return _check("python", found, mend="" if sys.version_info >= (3, 11) else "Install Python 3.11 or later.")


def _packages() -> Check:
    missing = []
    for wanted in distribution("hundredfold").requires or ():
        if "extra ==" in wanted or ("sys_platform" in wanted and sys.platform == "win32"):
            continue
        name = wanted.split(";")[0].split(">")[0].split("<")[0].split("=")[0].split("[")[0].strip()
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return _check("packages", f"missing: {', '.join(missing)}", mend="Install them: pip install hundredfold")
    return _check("packages", f"hundredfold {version('hundredfold')} with all it needs")


def _clock() -> Check:
    now = real_clock()
    mend = "" if now > _OLDEST_CLOCK else "Set this machine's clock: times of events are measured against it."
    return _check("clock", iso(now), mend=mend)


def _room(workspace: Workspace) -> Iterator[Check]:
    free = shutil.disk_usage(workspace.folder).free
    mend = "" if free >= ROOM else "Make room on this disk: the log refuses messages when it is nearly full."
    yield _check("disk", f"{free / 2**30:.1f} GiB free", mend=mend)


def _permissions(workspace: Workspace) -> Iterator[Check]:
    closed = [path.name for path in _parts(workspace) if path.exists() and not os.access(path, os.R_OK | os.W_OK)]
    mend = f"Give this user the right to read and write {', '.join(closed)}." if closed else ""
    yield _check("permissions", "this user may read and write" if not closed else "not everything is open", mend=mend)
    keys = workspace.store / "tokens.sqlite"
    if keys.exists() and keys.stat().st_mode & 0o002:
        yield _check("tokens", "everybody may change the file of tokens", mend=f"chmod o-w {keys}")


def _parts(workspace: Workspace) -> Iterator[Path]:
    yield from (workspace.folder, workspace.definitions_folder, workspace.data, workspace.log_folder)


def _written(workspace: Workspace) -> Iterator[Check]:
    try:
        plan = planned(workspace)
    except HundredfoldError as error:
        yield _check("definitions", str(error), mend="Mend the files; hf apply changes nothing until then.")
        return
    count = len(plan.definitions.attributes)
    if plan.differs:
        yield _check(
            "definitions", f"{count} attributes written, not as they are in force", mend="Run hf apply.", ok=True
        )
    else:
        yield _check("definitions", f"{count} attributes, in force as written")


def _in_force(workspace: Workspace) -> Iterator[Check]:
    found = workspace.in_force()
    if found.applied is None:
        yield _check("in force", "no definitions yet: profiles have no values", mend="Run hf apply.", ok=True)
    else:
        yield _check("in force", f"{len(found.definitions.attributes)} attributes since {iso(found.applied)}")
    if abs(workspace.settings.clock_offset) > 60:
        yield _check("workspace clock", f"set to {iso(workspace.now())}, not to the real time")


def _tables(workspace: Workspace) -> Iterator[Check]:
    definitions = workspace.in_force().definitions
    tables = load_tables(workspace.folder, definitions, workspace.settings.rates, workspace.zone)
    if tables.absent:
        names = ", ".join(tables.absent)
        yield _check("tables", f"not there: {names}", mend=f"Put {names} into the workspace, or import the table.")
    else:
        rows = sum(map(len, tables.lookups.values()))
        days = [day for rates in tables.rates.values() for day in rates]
        rates = f", rates until {iso(max(days) * DAY)[:10]}" if days else ""
        yield _check("tables", f"{len(tables.lookups)} lookups with {rows:,} rows{rates}")


def _sources(workspace: Workspace) -> Iterator[Check]:
    for one in listed(workspace)["sources"]:
        if one["error"]:
            yield _check(f"source {one['name']}", one["error"], mend=f"Mend sources/{one['name']}.yaml.")
        elif (failed := one["failed"]) is not None:
            told = f"the load of {failed['at']} failed: {failed['error']}"
            yield _check(f"source {one['name']}", told, mend=f"Mend what it says, then: hf load {one['name']}")
        else:
            last = one["last"]
            yield _check(f"source {one['name']}", "not loaded yet" if last is None else f"loaded at {last['at']}")


def _quality(workspace: Workspace) -> Iterator[Check]:
    runs = Runbook(workspace.runbook, workspace.now).runs()
    newest = next((run for run in runs if run["kind"] == "quality" and "problems" in run), None)
    if newest is not None:
        mend = "Look at them: hf quality" if newest["problems"] else ""
        yield _check("quality", f"{newest['problems']} things to look at, as of {newest['started']}", mend=mend)


def _log(workspace: Workspace) -> Iterator[Check]:
    try:
        log = EmbeddedLog(workspace.log_folder, read_only=True)
    except WorkspaceError:
        yield _check("log", "empty: nothing has come in yet")
        return
    with log:
        # Reading proves it: every frame's checksum is compared.
        yield _check("log", f"{_counted(log.read(log.start()))}, all readable, {log.partitions} partitions")
        if log.partitions != workspace.settings.partitions:
            yield _check(
                "partitions",
                f"hundredfold.yaml says {workspace.settings.partitions}, the log has {log.partitions}",
                mend=f"Write partitions: {log.partitions}; the number cannot change.",
            )


def _history(workspace: Workspace) -> Iterator[Check]:
    history = History(workspace.history_folder)
    found = _counted(history.scan(bucket, ["kind"]) for bucket in range(history.buckets))
    yield _check("history", f"{found}, all files readable")


def _counted(stored: Iterable[pa.Table]) -> str:
    """How many messages there are, and how many markers that stand between them for the log itself, as of batches."""
    rows = marks = 0
    for table in stored:
        rows += table.num_rows
        marks += table.filter(pc.equal(table["kind"], MARKER)).num_rows
    return f"{rows - marks:,} messages" + (f", {marks:,} markers of the log" if marks else "")


def _snapshots(workspace: Workspace) -> Iterator[Check]:
    count, found = len(snapshots(workspace.snapshots)), newest(workspace.snapshots, thorough=True)
    if found.skipped:
        yield _check("snapshots", found.skipped[0], mend="Remove it; the state is built from the one before, or anew.")
    else:
        yield _check("snapshots", f"{count}, whole" if count else "none yet")


def _server(workspace: Workspace) -> Iterator[Check]:
    server = announced(workspace.data)
    yield _check("server", "none is running" if server is None else f"{server.url} (process {server.pid})")
