"""The file of exchange rates, as people change it: what it says, what a change would do, and the change itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from hundredfold.app.acting import note
from hundredfold.app.documents import Document
from hundredfold.app.door.problem import Problem
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.settings import FILE, read_settings, with_setting
from hundredfold.app.tables import (
    RATE_COLUMNS,
    billionths,
    load_rates,
    rate_day,
    rate_text,
    rates_in,
    rates_text,
    read_rows,
)
from hundredfold.app.workspace import Workspace
from hundredfold.errors import DefinitionError
from hundredfold.log.disk import replace_file
from hundredfold.said import said
from hundredfold.words.calendar import iso_date
from hundredfold.words.currency import CURRENCIES

HOME: Final = "rates.csv"
"""Where the first rates of a workspace are written."""
TOLD: Final = 200
"""So many changes are told one by one."""


class Wanted(NamedTuple):
    """A rate as it is to be from now on: of a currency from a day on; without a rate the line is taken away."""

    currency: str
    day: str
    rate: str | None


class Written(NamedTuple):
    """The rates as their file says them, in billionths by local day; `version` is None while there is no file."""

    file: str | None
    version: str | None
    rates: Mapping[str, Mapping[int, int]]


class Change(NamedTuple):
    """What becomes of one line; decimal numbers, None where there is none."""

    currency: str
    day: str
    before: str | None
    after: str | None


def written(workspace: Workspace) -> Written:
    """The rates as they stand in their file. Raises DefinitionError for a file with mistakes."""
    named = read_settings(workspace.folder / FILE).rates
    if named is None:
        return Written(None, None, {})
    path = workspace.folder / named
    rates = load_rates(path)
    return Written(named, hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest(), rates)


def in_table(text: str) -> Iterator[Wanted]:
    """What a CSV text wants, with the columns date, currency, rate. Raises DefinitionError."""
    for code, days in rates_in(text, said("the file of rates")).items():
        for day, rate in days.items():
            yield Wanted(code, iso_date(day), rate_text(rate))


def changed(opened: OpenWorkspace, wanted: Iterable[Wanted], *, version: str | None, check: bool = False) -> Document:
    """Writes rates over the version that somebody has seen, and counts with them at once; `check`: only tells.

    What they touch is folded anew beside, as after a changed lookup table. Raises DefinitionError for what is no rate
    and for a file that is changed by hand only, Problem 409 when the file has changed since.
    """
    workspace = opened.workspace
    with opened.applying:
        before = written(workspace)
        if before.version != version:
            text = said("somebody else has changed the rates since you looked; look at them again, then write")
            raise Problem(409, "changed_meanwhile", text)
        after, changes = _with(before.rates, wanted, workspace.settings.currency)
        if changes and not check:
            opened.setup()  # tells of a table with a mistake before anything is written
            file = _writable(workspace, before)
            replace_file(workspace.folder / file, rates_text(after).encode())
            _name(workspace, file)
            opened.renew()
            _note(workspace, file, changes)
    return {
        "changes": [change._asdict() for change in changes[:TOLD]],
        "added": sum(one.before is None for one in changes),
        "corrected": sum(None not in (one.before, one.after) for one in changes),
        "removed": sum(one.after is None for one in changes),
        "version": (before if check else written(workspace)).version,
        "written": bool(changes) and not check,
    }


def _with(
    rates: Mapping[str, Mapping[int, int]], wanted: Iterable[Wanted], own: str
) -> tuple[dict[str, dict[int, int]], list[Change]]:
    """Rates with what is wanted, and what differs, by currency and day. Raises DefinitionError."""
    after = {code: dict(days) for code, days in rates.items()}
    touched: set[tuple[str, int]] = set()
    for one in wanted:
        code, day = _place(one, own)
        days = after.setdefault(code, {})
        if one.rate is None:
            days.pop(day, None)
        elif (rate := billionths(one.rate)) is None:
            raise DefinitionError(said("{rate!r} is no rate; write a number above 0, such as 0.8431", rate=one.rate))
        else:
            days[day] = rate
        touched.add((code, day))
    changes = []
    for code, day in sorted(touched):
        was, now = rates.get(code, {}).get(day), after[code].get(day)
        if was != now:
            changes.append(Change(code, iso_date(day), *(None if n is None else rate_text(n) for n in (was, now))))
    return after, changes


def _place(one: Wanted, own: str) -> tuple[str, int]:
    code, day = one.currency.strip().upper(), rate_day(one.day)
    if one.rate is not None and code not in CURRENCIES:
        raise DefinitionError(said("no currency has the code {code!r}; write one of ISO 4217, such as USD", code=code))
    if one.rate is not None and code == own:
        raise DefinitionError(said("all money is kept in {own}, which needs no rate", own=own))
    if day is None:
        raise DefinitionError(said("{day!r} is no day; write it like 2026-01-31", day=one.day))
    return code, day


def _writable(workspace: Workspace, before: Written) -> str:
    """The file that is written. Raises DefinitionError where something would be lost in it."""
    file = before.file or HOME
    path = workspace.folder / file
    if before.file is None and path.exists():
        raise DefinitionError(
            said(
                "{file} is there, but hundredfold.yaml does not name it; say `rates: {file}`, or move it away",
                file=file,
            )
        )
    if path.suffix.lower() != ".csv":
        raise DefinitionError(said("{file} is no CSV file, so change it by hand, and say hf apply", file=file))
    if before.file is not None and (more := set(read_rows(path)[0]) - set(RATE_COLUMNS)):
        raise DefinitionError(
            said(
                "{file} has a column {column!r} besides date, currency, rate, so change it by hand, and say hf apply",
                file=file,
                column=min(more),
            )
        )
    return file


def _name(workspace: Workspace, file: str) -> None:
    """Has the workspace's own file name the rates; what else was changed there by hand counts after a restart."""
    path = workspace.folder / FILE
    if read_settings(path).rates != file:
        replace_file(path, with_setting(path.read_text(encoding="utf-8-sig"), "rates", file).encode())
    workspace.settings = workspace.settings.model_copy(update={"rates": file})


def _note(workspace: Workspace, file: str, changes: list[Change]) -> None:
    if len(changes) == 1:
        (one,) = changes
        note(workspace.store, "rates.changed", f"{one.currency} {one.day}", before=one.before, after=one.after)
        return
    codes = ", ".join(sorted({one.currency for one in changes}))
    note(workspace.store, "rates.changed", file, after=f"{len(changes)} rates: {codes}")
