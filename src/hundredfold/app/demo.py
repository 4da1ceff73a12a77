"""The demo: a real shop's two years, its batch, the weeks after it through the HTTP API, and the audit of everybody."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.app import work
from hundredfold.app.auditing import audited
from hundredfold.app.documents import Document, decimal
from hundredfold.app.door.server import listen
from hundredfold.app.importing import shelf, told
from hundredfold.app.lock import WorkspaceLock
from hundredfold.app.opened import OpenWorkspace, Tell
from hundredfold.app.replay import Caller, Message, NotTaken, ReplayClock, Watched, liveliest, replayed, time_of
from hundredfold.app.runbook import Runbook
from hundredfold.app.serving import Served, in_background
from hundredfold.app.settings import FILE, with_setting
from hundredfold.app.workspace import Workspace, real_clock
from hundredfold.attribute.column import NUMBER, Column
from hundredfold.demo.catalogue import catalogue
from hundredfold.demo.people import SOURCE, write_people
from hundredfold.demo.retail import TIMEZONE, as_sent, import_retail, midnight
from hundredfold.errors import WorkspaceError
from hundredfold.ingest.bulk import ImportReport, Progress
from hundredfold.words.calendar import iso

CURRENCY: Final = "GBP"
CUT: Final = date(2011, 11, 1)
"""What happened before this day is history; the days from it on are replayed."""
DAYS: Final = 39
"""So many days are replayed: to the end of the data, 2011-12-09."""
MARK: Final = ".demo"
"""Lies in a workspace that the demo made and may make anew."""
SETTINGS: Final = {"page": "true", "event_bytes": "131072"}
"""What the demo's shop says besides zone and currency: its greatest orders have hundreds of lines."""

Tables = dict[str, Any]
Step = Callable[[str, Document], None]
"""Is told the name and the figures of every step when it is done."""


def run(
    folder: Path,
    *,
    cut: date = CUT,
    days: int = DAYS,
    port: int = 0,
    step: Step = lambda name, figures: None,
    progress: Callable[[str], Progress] = lambda what: lambda done, total: None,
    tell: Tell = lambda text: None,
    stay: Callable[[Document], None] | None = None,
) -> Document:
    """Runs the demo in a new workspace at `folder`; returns all its figures.

    What happened before the day `cut` is imported, and the `days` from it on are replayed. `step` and `stay` are told
    the figures; `stay` is called when everything is done, and the server ends when it returns.
    Raises WorkspaceError for a folder that is not the demo's, NotTaken, ListenError.
    """
    began = time.perf_counter()
    figures: Document = {"workspace": str(folder.resolve())}

    def done(name: str, found: Document) -> None:
        figures[name] = found
        step(name, found)

    listen("127.0.0.1", port).close()  # a port that is taken should be told at once, not when all is done
    clock = ReplayClock(midnight(cut), real_clock)
    workspace = _new_workspace(folder, clock)
    with OpenWorkspace(workspace, WorkspaceLock(workspace.data, "hf demo"), holder="hf demo", tell=tell) as opened:
        work.apply(opened)
        read = _read(cut, opened.now(), progress("lines read"))
        # Before the orders: the newest messages of the history are to be orders, as in any shop.
        people = _people(opened, read.since)
        imported = _imported(opened, read)
        known = _known(opened)
        # Whatever is stored and is no fact of its own was a second message of one business key.
        by_key = imported["stored"] - known["orders"] - known["refunds"]
        done("import", imported | {"duplicates_by_key": by_key})
        done("people", people)
        done("known", known)
        done("batch", _batched(opened))
        messages = as_sent(read.later, until=cut + timedelta(days=days))
        with in_background(opened, port) as served:
            with _calling(served) as caller:
                watched = _worth_watching(messages, caller, opened)
                end = max(time_of(messages[-1]), watched.ends)
                replay = replayed(messages, caller, clock, watched, end, workspace.zone, progress("messages replayed"))
            clock.run()
            workspace.run_clock(clock.offset, real_clock)
            done("replay", replay.document(midnight(cut), end))
            done("customer", _watched(watched, replay.rows, workspace))
            done("totals", _known(opened))
            done("audit", _audited(opened, progress("customers checked")))
            figures["clock"] = iso(workspace.now())
            figures["seconds"] = round(time.perf_counter() - began, 3)
            figures["url"] = served.url
            if stay is not None:
                stay(figures)
    return figures


def wait_for_ever() -> None:
    """Stays until the process is asked to stop."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        Event().wait()
    except KeyboardInterrupt:
        return
    finally:
        signal.signal(signal.SIGTERM, before)


# --- the steps -------------------------------------------------------------------------------------------------------


def _new_workspace(folder: Path, clock: ReplayClock) -> Workspace:
    """An empty shop with the demo's definitions; one that an earlier demo left is made anew."""
    if folder.exists():
        if not (folder / MARK).is_file() and any(folder.iterdir()):
            raise WorkspaceError(
                f"{folder} is there already and is not the demo's; nothing was changed. "
                "Name another folder: hf demo DIR."
            )
        if (folder / "data").is_dir():
            WorkspaceLock(folder / "data", "hf demo").release()  # whoever serves it must not lose it
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).write_text("Made by hf demo, which may delete this folder and make it anew.\n", encoding="utf-8")
    made = Workspace.create(folder, TIMEZONE, CURRENCY)
    for definition in files("hundredfold.demo").joinpath("definitions").iterdir():
        (made.definitions_folder / definition.name).write_text(definition.read_text("utf-8"), encoding="utf-8")
    catalogue().write_parquet(folder / "products.parquet")
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    for name, value in SETTINGS.items():
        text = with_setting(text, name, value)
    path.write_text(text, encoding="utf-8")
    # Until the end of the replay this process lives by its clock; others add an offset to the real one.
    workspace = Workspace.open(folder, clock)
    Workspace.open(folder).run_clock(clock.offset)
    return workspace


@dataclass
class _Read:
    """What the data set says: messages before a day and from it on, and when everybody came (microseconds UTC)."""

    report: ImportReport
    seconds: float
    before: list[pa.Table] = field(default_factory=list)
    later: list[pa.Table] = field(default_factory=list)
    since: dict[str, int] = field(default_factory=dict)


def _read(cut: date, started: int, progress: Progress) -> _Read:
    found, first, began = _Read(ImportReport(), 0), midnight(cut), time.perf_counter()

    def gather(table: pa.Table) -> tuple[int, int]:
        for key, at in zip(table["key"].to_pylist(), table["time"].to_pylist(), strict=True):
            found.since[key[2:]] = min(at, found.since.get(key[2:], at))
        before = pc.less(table["time"], first)
        found.before.append(table.filter(before))
        found.later.append(table.filter(pc.invert(before)))
        return 0, 0

    found.report = import_retail(gather, started=started, progress=progress)
    found.seconds = time.perf_counter() - began
    return found


def _imported(opened: OpenWorkspace, read: _Read) -> Document:
    """The figures of the import of what happened before the cut."""
    began = time.perf_counter()
    book = Runbook(opened.workspace.runbook, opened.workspace.now)
    with book.run("import", source="online-retail-ii") as running, shelf(opened, running.number) as place:
        counts = [place.store(table) for table in read.before]
        stored, duplicates = (sum(column) for column in zip(*counts, strict=True))
        document = told(replace(read.report, stored=stored, duplicates=duplicates))
        running.outcome |= {count: document[count] for count in ("read", "stored", "duplicates", "rejected")}
    del document["rejections"], document["lookups"]
    return document | {"seconds": round(read.seconds + time.perf_counter() - began, 3)}


def _people(opened: OpenWorkspace, since: dict[str, int]) -> Document:
    """Who the customers are, which is made up; of those who come later it is known when they come."""
    began = time.perf_counter()
    with TemporaryDirectory(prefix="hundredfold-") as folder:
        path = Path(folder) / "people.ndjson"
        write_people(path, since)
        found = work.import_data(opened, path=str(path), source=SOURCE)
    return {"simulated": found["stored"], "seconds": round(time.perf_counter() - began, 3)}


def _known(opened: OpenWorkspace) -> Document:
    """What all profiles add up to."""
    with opened.clock_held() as now:
        found = opened.answers().everybody()
    orders, refunds = _total(found.values["orders"]), _total(found.values["refunds"])
    return {
        "at": iso(now),
        "customers": len(found.customers),
        "with_orders": int((_column(found.values["orders"]).data > 0).sum()),
        "orders": orders // 1_000_000,
        "revenue": decimal(_total(found.values["total_purchase_value"])),
        "refunds": refunds // 1_000_000,
        "refunded": decimal(_total(found.values["refunded_value"])),
    }


def _column(values: Any) -> Column:
    assert isinstance(values, Column), "a number, not a list"
    return values


def _total(values: Any) -> int:
    """The sum over all customers, in millionths."""
    column = _column(values)
    return int(column.data[column.kind == NUMBER].sum(dtype=np.int64))


def _batched(opened: OpenWorkspace) -> Document:
    began = time.perf_counter()
    document = work.batch(opened)
    attributes = len(opened.workspace.in_force().definitions.attributes)
    return document | {"attributes": attributes, "seconds": round(time.perf_counter() - began, 3)}


def _audited(opened: OpenWorkspace, progress: Progress) -> Document:
    began = time.perf_counter()
    return audited(opened, progress=progress) | {"seconds": round(time.perf_counter() - began, 3)}


def _watched(watched: Watched, rows: list[Document], workspace: Workspace) -> Document:
    def local(text: str) -> str:
        return f"{datetime.fromisoformat(text).astimezone(workspace.zone):%d %b %H:%M}"

    day = f"{datetime.fromtimestamp(watched.starts / 1e6, workspace.zone):%d %B %Y}"
    return {
        "customer_id": watched.customer,
        "day": day,
        "rows": [row | {"local": local(row["at"])} for row in rows],
    }


# --- the replay ------------------------------------------------------------------------------------------------------


@contextmanager
def _calling(served: Served) -> Iterator[Caller]:
    """A client with a write key of its own, for as long as the replay runs."""
    secret, grant = served.tokens.create("server", "online-retail-ii")
    caller = Caller(served.url, secret, served.token)
    try:
        yield caller
    finally:
        caller.close()
        served.tokens.revoke(grant.id)


def _worth_watching(messages: list[Message], caller: Caller, opened: OpenWorkspace) -> Watched:
    """The liveliest day of somebody who has a history."""
    for day in liveliest(messages, opened.workspace.zone):
        with opened.guard:
            known = opened.engine().sids.known(f"u:{day.customer}") is not None
        if known and caller.profile(day.customer)["attributes"]["orders"]:
            return day
    raise NotTaken("nobody with a history ordered in the days to be replayed; replay more days")
