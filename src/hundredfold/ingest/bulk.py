"""The bulk path: files become stored messages, chunk by chunk, with ids that make a second import change nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Reasons
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, TypeAlias

import polars as pl
import pyarrow as pa

from hundredfold.errors import ImportFailed
from hundredfold.ingest.assemble import assemble, assemble_groups, on_the_calendar, with_keys
from hundredfold.ingest.condition import taken, without_skipped
from hundredfold.ingest.draft import KEY, ROW, Drafts, Reception, Rejection
from hundredfold.ingest.line import assemble_lines
from hundredfold.ingest.lookup import LookupTable
from hundredfold.ingest.mapping import WHOLE_MESSAGES, Mapping, Messages, Products, Table
from hundredfold.ingest.occurrence import Occurrences
from hundredfold.ingest.plan import Plan, plan_of
from hundredfold.ingest.source import CHUNK, Rows, Style, files_of, source_of
from hundredfold.ingest.stored import stored
from hundredfold.ingest.unpriced import Pricing, Unpriced, joined
from hundredfold.words.calendar import zone_named

LISTED: Final = 1_000
"""How many rejections a report lists."""
GATHERED: Final = 4_000_000
"""How many rows of one file are gathered at once to find those with one key; a longer file is read several times."""
NOBODY: Final = "no table takes the row"

Sink: TypeAlias = Callable[[pa.Table], tuple[int, int]]
"""Takes messages (columns of `stored.BULK`) and says how many were stored and how many were duplicates."""
Progress: TypeAlias = Callable[[int, int | None], None]
"""Is told how many rows are done, and of how many, where that is known."""


@dataclass(frozen=True)
class ImportReport:
    """What became of the rows of an import.

    `read`, `rejected` and `skipped` count rows, `stored` and `duplicates` messages (of a lookup table: rows); the rows
    of an order are one message. `reasons` adds up to `rejected`; `rejections` lists the first 1,000.
    """

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    rejected: int = 0
    reasons: Reasons[str, int] = field(default_factory=dict)
    rejections: tuple[Rejection, ...] = ()
    skipped: Reasons[str, int] = field(default_factory=dict)
    lookups: tuple[str, ...] = ()
    """The lookup tables that were written."""
    unpriced: Reasons[str, Unpriced] = field(default_factory=dict)
    """Rows that are stored but count 0 in sums of money, by their currency, which has no rate."""

    def __add__(self, other: ImportReport) -> ImportReport:
        return ImportReport(
            read=self.read + other.read,
            stored=self.stored + other.stored,
            duplicates=self.duplicates + other.duplicates,
            rejected=self.rejected + other.rejected,
            reasons=dict(Counter(self.reasons) + Counter(other.reasons)),
            rejections=(self.rejections + other.rejections)[:LISTED],
            skipped=dict(Counter(self.skipped) + Counter(other.skipped)),
            lookups=tuple(sorted({*self.lookups, *other.lookups})),
            unpriced=joined(self.unpriced, other.unpriced),
        )


def import_path(
    path: Path | Rows,
    *,
    mapping: Mapping = WHOLE_MESSAGES,
    source: str | None = None,
    started: int,
    zone: tzinfo,
    sink: Sink,
    lookups: Path | None = None,
    erased: Callable[[str], bool] | None = None,
    progress: Progress | None = None,
    pricing: Pricing | None = None,
    chunk: int = CHUNK,
) -> ImportReport:
    """Import a file, all files of a folder, sorted by name, or rows from elsewhere.

    `source` goes before the mapping's; `started` is the import's start in microseconds UTC; `zone` the workspace's.
    `lookups` is the folder for lookup tables; `erased` says of a sent id (`u:...`) whether its owner was erased.
    With `pricing` the report tells which rows have money without a rate.

    What is wrong with a row is counted and listed, never raised. Raises ImportFailed when a file cannot be read at all;
    all files are looked at before the first message is stored, so only a file that breaks in its middle fails later.
    """
    reception = Reception(started, source or mapping.source or "import", zone)
    files = _files(path, mapping, zone)
    if not files:
        title = path.title if isinstance(path, Rows) else path.name
        raise ImportFailed(f"no table of the mapping has `files:` that fit {title}")
    for file in files:
        file.check(lookups)
    run = _Run(reception, sink, erased, progress, _total(files), pricing)
    try:
        for file in files:
            for drafts in file.drafts(run, chunk):
                run.deliver(drafts, file.name)
    except ImportFailed as error:
        if not run.stored:
            raise
        text = f"{error}; {run.stored} messages before it are stored, import all again once the file is mended"
        raise ImportFailed(text) from None
    return run.report(lookups)


class _Run:
    """An import under way: its counts, the occurrences of its messages, its lookup tables."""

    def __init__(
        self,
        reception: Reception,
        sink: Sink,
        erased: Callable[[str], bool] | None,
        progress: Progress | None,
        total: int | None,
        pricing: Pricing | None,
    ) -> None:
        self.reception, self.sink, self.erased, self.progress, self.total = reception, sink, erased, progress, total
        self._pricing = pricing
        self._unpriced: dict[str, Unpriced] = {}
        self.tables: dict[int, LookupTable] = {}
        self.skipped: Counter[str] = Counter()
        self.stored = self._read = self._duplicates = 0
        self._reasons: Counter[str] = Counter()
        self._rejections: list[Rejection] = []
        self._occurrences = Occurrences()

    def read(self, rows: int) -> None:
        """Count rows that were read."""
        self._read += rows
        if self.progress is not None:
            self.progress(self._read, self.total)

    def look_up(self, table: LookupTable, frame: pl.DataFrame, file: str) -> None:
        """Put rows into a lookup table."""
        new, known, rejected = table.add(frame)
        self.stored += new
        self._duplicates += known
        self.reject(rejected, file)

    def reject(self, rejections: list[Rejection], file: str) -> None:
        """Count rejections, and list the first ones."""
        for rejection in rejections:
            self._reasons[rejection.reason] += rejection.rows
            if len(self._rejections) < LISTED:
                self._rejections.append(replace(rejection, file=file))

    def deliver(self, drafts: Drafts, file: str) -> None:
        """Give drafts their ids and hand them on."""
        self.reject(drafts.rejected, file)
        frame = self._not_erased(drafts.frame, file).sort("row")
        if self._pricing is not None:
            self._unpriced = joined(self._unpriced, self._pricing.unpriced(frame))
        for start in range(0, len(frame), CHUNK):
            new, known = self.sink(stored(frame[start : start + CHUNK], self._occurrences))
            self.stored += new
            self._duplicates += known

    def report(self, folder: Path | None) -> ImportReport:
        """What became of it all; writes the lookup tables."""
        written = [table.write(folder).name for table in self.tables.values() if folder is not None]
        return ImportReport(
            read=self._read,
            stored=self.stored,
            duplicates=self._duplicates,
            rejected=self._reasons.total(),
            reasons=dict(sorted(self._reasons.items())),
            rejections=tuple(self._rejections),
            skipped={reason: count for reason, count in sorted(self.skipped.items()) if count},
            lookups=tuple(sorted(set(written))),
            unpriced=self._unpriced,
        )

    def _not_erased(self, frame: pl.DataFrame, file: str) -> pl.DataFrame:
        if self.erased is None or frame.is_empty():
            return frame
        gone = [key for key in frame["key"].unique().to_list() if self.erased(key)]
        if not gone:
            return frame
        mask = frame["key"].is_in(gone)
        text = "the customer was erased; messages are taken again once the tracking API has sent one"
        dropped = frame.filter(mask).select("row", "rows").iter_rows()
        self.reject([Rejection(row, "erased", text, rows) for row, rows in dropped], file)
        return frame.filter(~mask)


def _files(path: Path | Rows, mapping: Mapping, zone: tzinfo) -> list[_File]:
    """What is read of a path, as far as the mapping has tables for it."""
    if isinstance(path, Rows):
        fitting = _fitting(mapping, path.title, path.title)
        return [_File(path.title, path, fitting, zone)] if fitting else []
    files = []
    for name, found in files_of(path):
        if fitting := _fitting(mapping, found.name, name):
            first = fitting[0][1]
            files.append(_File(name, source_of(found)(found, Style(first.separator, first.encoding)), fitting, zone))
    return files


def _fitting(mapping: Mapping, *names: str) -> list[tuple[int, Table]]:
    """The tables of a mapping, with their numbers, that take rows of something with these names."""
    return [
        (number, table)
        for number, table in enumerate(mapping.tables)
        if any(fnmatchcase(name, table.files) for name in names)
    ]


class _File:
    """A file of the import, and the tables of the mapping that may take its rows."""

    def __init__(self, name: str, rows: Rows, tables: list[tuple[int, Table]], zone: tzinfo) -> None:
        self.name, self.tables, self._source, self._zone = name, tables, rows, zone
        self._plans: dict[int, Plan] = {}

    def check(self, lookups: Path | None) -> None:
        """Whether it can be read and has the columns. Raises ImportFailed."""
        self._source.check()
        columns = self._source.columns()
        for number, table in self.tables:
            if self._source.messages:
                if not isinstance(table, Messages):
                    raise ImportFailed(f"{self.name} holds whole messages: `kind: messages`, not `kind: {table.kind}`")
                continue
            missing = sorted(table.needed - set(columns))
            if missing:
                raise ImportFailed(f"{self.name} has no column {missing[0]!r}; it has: {', '.join(columns)}")
            if isinstance(table, Products):
                if lookups is None:
                    raise ImportFailed(f"{self.name} is a table of products, and there is no folder for lookup tables")
                continue
            try:
                self._plans[number] = plan_of(table, columns, self._zone)
            except ImportFailed as error:
                raise ImportFailed(f"{self.name}: {error}") from None

    def rows(self) -> int | None:
        """How many rows it has, where that is known."""
        return self._source.rows()

    def drafts(self, run: _Run, size: int) -> Iterator[Drafts]:
        """What its rows become. A long file whose rows belong together is read several times, each for some keys."""
        parts = 1
        if any(plan.grouping is not None for plan in self._plans.values()):
            parts = max(1, -(-self._source.rows_about() // GATHERED))
        columns = self._columns()
        for part in range(parts):
            gathered: dict[int, list[pl.DataFrame]] = {}
            for piece in self._source.chunks(columns, size):
                if part == 0:
                    run.read(len(piece.frame) + len(piece.unreadable))
                    run.reject(piece.unreadable, self.name)
                for number, table, frame in self._split(piece.frame, run, first=part == 0):
                    plan = self._plans.get(number)
                    if plan is not None and plan.grouping is not None:
                        keyed, keyless = with_keys(plan, frame)
                        if part == 0:
                            run.reject(keyless, self.name)
                        mine = keyed if parts == 1 else keyed.filter(keyed[KEY].hash() % parts == part)
                        gathered.setdefault(number, []).append(mine.select(KEY, ROW, *sorted(plan.columns)))
                    elif part == 0:
                        yield self._assembled(run, number, table, frame)
            for number, frames in gathered.items():
                yield assemble_groups(
                    self._plans[number], pl.concat(frames), self._reception(run, dict(self.tables)[number])
                )

    def _assembled(self, run: _Run, number: int, table: Table, frame: pl.DataFrame) -> Drafts:
        if isinstance(table, Products):
            run.look_up(run.tables.setdefault(number, LookupTable(table, self._zone_of(table))), frame, self.name)
            return Drafts()
        if self._source.messages:
            reception = self._reception(run, table)
            return assemble_lines(frame, reception, local=table.timezone is not None, encoding=table.encoding)
        return assemble(self._plans[number], frame, self._reception(run, table))

    def _split(self, frame: pl.DataFrame, run: _Run, *, first: bool) -> Iterator[tuple[int, Table, pl.DataFrame]]:
        """The rows of each table; the counts are made on the first reading."""
        frame, wild = on_the_calendar(frame)
        if first:
            run.reject(wild, self.name)
        for number, table in self.tables:
            mask = taken(frame, table, self._zone_of(table))
            mine, skipped = without_skipped(frame.filter(mask), table, self._zone_of(table))
            if first:
                run.skipped.update(skipped)
            if not mine.is_empty():
                yield number, table, mine
            frame = frame.filter(~mask)
        if first and len(frame):
            run.skipped[NOBODY] += len(frame)

    def _columns(self) -> frozenset[str]:
        needed = frozenset[str]().union(*(table.needed for _, table in self.tables))
        return needed.union(*(plan.columns for plan in self._plans.values()))

    def _zone_of(self, table: Table) -> tzinfo:
        return (zone_named(table.timezone) or self._zone) if table.timezone else self._zone

    def _reception(self, run: _Run, table: Table) -> Reception:
        return replace(run.reception, zone=self._zone_of(table))


def _total(files: list[_File]) -> int | None:
    counts = [file.rows() for file in files]
    return None if None in counts else sum(count for count in counts if count is not None)
