"""DuckDB as a peer: the definitions document as SQL, in the two ways that a practitioner would write it.

`filtered`: one GROUP BY with a filtered aggregate per attribute, the plain translation. `by_family`: one GROUP BY per
family, each seeing only its own events, then one join of the families' tables: the careful translation.

Where SQL's meaning is not the specification's: amounts are doubles, so sums and variances depend on the order of
addition in the last digits; `arg_min` and `arg_max` break ties of time at will, and `mode` those of frequency; windows
are constants of the one clock; a changed or late event means running the statement again. `most_frequent` and `top` by
a value need a statement of their own (the sum per key, ranked), in both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks.definitions import EVENTS
from benchmarks.rules import Condition, FamilyRule, Rule, grouped_by_family, weighed
from benchmarks.workload import NUMBERS, TEXTS, Columns

PLAIN = {
    "sum": "coalesce(sum({v}) {f}, 0)",
    "mean": "avg({v}) {f}",
    "min": "min({v}) {f}",
    "max": "max({v}) {f}",
    "first": "arg_min({v}, time) {f}",
    "last": "arg_max({v}, time) {f}",
    "variance": "var_samp({v}) {f}",
    "stddev": "stddev_samp({v}) {f}",
    "time_since_first": "({at} - min(time) {f}) / 1e6",
    "time_since_last": "({at} - max(time) {f}) / 1e6",
    "mean_gap": "(max(time) {f} - min(time) {f}) / 1e6 / nullif(count(*) {f} - 1, 0)",
    "distinct": "count(DISTINCT {b}) {f}",
    "unique_list": "list_sort(list(DISTINCT {b}) {f})",
    "most_frequent": "mode({b}) {f}",
    "median": "quantile_cont({v}, {q}) {f}",
    "quantile": "quantile_cont({v}, {q}) {f}",
    "count": "count(*) {f}",
}


def in_memory(events: Columns, threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A database with the table `events`, in DuckDB's own memory format: texts as enumerations, amounts as doubles."""
    database = duckdb.connect(config={"threads": threads})
    database.register("arriving", arrow(events))
    for column, values in {"event": EVENTS, **TEXTS}.items():
        database.execute(f"CREATE TYPE {column}_name AS ENUM ({', '.join(map(_text, values))})")
    texts = ", ".join(f"{column}::{column}_name AS {column}" for column in ("event", *TEXTS))
    database.execute(f"CREATE TABLE events AS SELECT customer, time, {texts}, {', '.join(NUMBERS)} FROM arriving")
    database.unregister("arriving")
    return database


def on_parquet(folder: Path, threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A database whose `events` are the typed Parquet files of a folder (`files.write_parquet`)."""
    database = duckdb.connect(config={"threads": threads})
    properties = ", ".join(f'"properties.{column}" AS {column}' for column in (*TEXTS, *NUMBERS))
    files = _text(str(folder / "**" / "*.parquet"))
    database.execute(
        f"CREATE VIEW events AS SELECT key AS customer, epoch_us(time) AS time, event, {properties} "
        f"FROM read_parquet({files}, hive_partitioning = false)"
    )
    return database


def arrow(events: Columns) -> pa.Table:
    """The events with dictionary-encoded texts, null where a property is absent, and numbers as doubles."""
    columns: dict[str, Any] = {"customer": events.customer, "time": events.time}
    for column, values in {"event": EVENTS, **TEXTS}.items():
        codes = getattr(events, column)
        indices = pa.array(codes, mask=codes >= len(values))
        columns[column] = pa.DictionaryArray.from_arrays(indices, pa.array(values))
    for column in NUMBERS:
        numbers = getattr(events, column)
        columns[column] = pa.array(numbers / 1e6, mask=numbers < 0)
    return pa.table(columns)


def filtered(rules: Sequence[Rule], at: int, into: str = "profiles") -> list[str]:
    """Statements that leave a table with `customer` and one column an attribute: one aggregate an attribute."""
    plain = [rule for rule in rules if not weighed(rule)]
    wanted = ", ".join(f'{expression(rule, at, where(rule.family, rule.window))} AS "{rule.name}"' for rule in plain)
    grouped = f"SELECT customer, {wanted} FROM events GROUP BY customer"
    return _joined(rules, [("plain", [rule.name for rule in plain], grouped)], into)


def by_family(rules: Sequence[Rule], at: int, into: str = "profiles") -> list[str]:
    """The same table by way of one table a family."""
    tables = []
    for number, (family, found) in enumerate(grouped_by_family(rules).items()):
        plain = [rule for rule in found if not weighed(rule)]
        if not plain:
            continue
        wanted = ", ".join(f'{expression(rule, at, _within(rule.window))} AS "{rule.name}"' for rule in plain)
        grouped = f"SELECT customer, {wanted} FROM events WHERE {where(family, None) or 'true'} GROUP BY customer"
        tables.append((f"family_{number}", [rule.name for rule in plain], grouped))
    return _joined(rules, tables, into)


def expression(rule: Rule, at: int, condition: str) -> str:
    """The aggregate of one attribute, filtered by a condition unless that is empty."""
    f = f"FILTER ({condition})" if condition else ""
    return PLAIN[rule.aggregate].format(v=rule.family.value, b=rule.family.by, f=f, at=at, q=rule.q)


def where(family: FamilyRule, window: tuple[int, int] | None) -> str:
    """The condition under which an event counts; empty when every one does."""
    terms = [_within(window)] if window else []
    if family.events is not None:
        terms.append(_one_of("event", [EVENTS[code] for code in family.events]))
    terms += [_holds(condition) for condition in family.conditions]
    terms += [f"{column} IS NOT NULL" for column in (family.value, family.by) if column]
    return " AND ".join(terms)


def _joined(rules: Sequence[Rule], tables: list[tuple[str, list[str], str]], into: str) -> list[str]:
    """Statements that make the tables, and the ranked keys, and join all of them on the customers seen."""
    tables = tables + [(f"ranked_{rule.name}", [rule.name], _ranked(rule)) for rule in rules if weighed(rule)]
    made = [f"CREATE OR REPLACE TEMP TABLE {name} AS {query}" for name, _, query in tables]
    columns = ", ".join(f'{_missing(rule)} AS "{rule.name}"' for rule in rules)
    joins = " ".join(f"LEFT JOIN {name} USING (customer)" for name, _, _ in tables)
    people = "(SELECT DISTINCT customer FROM events)"
    return [*made, f"CREATE OR REPLACE TABLE {into} AS SELECT customer, {columns} FROM {people} {joins}"]


def _ranked(rule: Rule) -> str:
    """The keys of each customer, the heaviest first; equal weights by the later last event."""
    family, limit = rule.family, rule.k if rule.aggregate == "top" else 1
    weight = f"sum({family.value})" if family.value else "count(*)"
    keys = (
        f"SELECT customer, {family.by} AS key, {weight} AS weight, max(time) AS latest "
        f"FROM events WHERE {where(family, rule.window)} GROUP BY ALL"
    )
    ranked = f"list(key ORDER BY weight DESC, latest DESC)[1:{limit}]"
    chosen = ranked if rule.aggregate == "top" else f"{ranked}[1]"
    return f'SELECT customer, {chosen} AS "{rule.name}" FROM ({keys}) GROUP BY customer'


def _missing(rule: Rule) -> str:
    """A customer without events of the family has 0 for counts and sums, and nothing otherwise."""
    zero = rule.aggregate in {"count", "sum", "distinct"}
    return f'coalesce("{rule.name}", 0)' if zero else f'"{rule.name}"'


def _within(window: tuple[int, int] | None) -> str:
    return f"time >= {window[0]} AND time < {window[1]}" if window else ""


def _holds(condition: Condition) -> str:
    if condition.operator == "in":
        return _one_of(condition.column, [str(option) for option in condition.options])
    (option,) = condition.options
    return f"{condition.column} {condition.operator} {option if isinstance(option, float) else _text(option)}"


def _one_of(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(map(_text, values))})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
