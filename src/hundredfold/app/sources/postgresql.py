"""PostgreSQL, by ADBC: rows come as Arrow batches, in one transaction that can only read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import adbc_driver_manager
import adbc_driver_postgresql.dbapi
import polars as pl
import pyarrow as pa

from hundredfold.app.load_book import Cursor
from hundredfold.app.sources.database import Database
from hundredfold.app.sources.file import Incremental
from hundredfold.app.sources.selection import Selection, quoted
from hundredfold.errors import ImportFailed
from hundredfold.said import said

_TYPE: Final = b"POSTGRESQL:type"
_AS_THEY_ARE: Final = frozenset(
    ("bool", "int2", "int4", "int8", "float8", "text", "varchar", "bpchar", "name", "date", "timestamp", "timestamptz")
)
_TIMES: Final = frozenset(("timestamp", "timestamptz", "date"))
_WHOLE: Final = frozenset(("int2", "int4", "int8"))
_TEXTS: Final = frozenset(("text", "varchar", "bpchar"))
_SINCE: Final = "hundredfold.since"
"""The setting of the transaction that holds the bound value: a statement with parameters would not be streamed."""
_STATE: Final = re.compile(r"SQLSTATE: (\w{5})")


class Postgresql(Database):
    """A table or query of a PostgreSQL; `now` is the local time as text, `address` a checked one."""

    def __init__(
        self,
        title: str,
        selection: Selection,
        incremental: Incremental | None,
        since: Cursor | None,
        timeout: int,
        *,
        address: str,
        now: str,
    ) -> None:
        super().__init__(title, selection, incremental, since, timeout)
        self._address, self._now = address, now
        self._connection: Any = None
        self._types: dict[str, str] = {}

    def close(self) -> None:
        """Ends the transaction and the connection."""
        if self._connection is not None:
            with suppress(adbc_driver_manager.Error):
                self._connection.rollback()
            self._connection.close()
            self._connection = None

    def look(self) -> tuple[str, ...]:
        """Connects. All is read as of one moment, also when it is read in several goes."""
        try:
            self._connection = adbc_driver_postgresql.dbapi.connect(self._address)
            with self._connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute(f"SET LOCAL statement_timeout = {self._timeout * 1000}")
                cursor.execute("SET LOCAL TIME ZONE 'UTC'")
                schema = cursor.adbc_execute_schema(self.selection.described())
                if self.since is not None:
                    cursor.execute("SELECT set_config($1, $2, true)", (_SINCE, str(self.since)))
                    cursor.fetchall()
        except adbc_driver_manager.Error as error:
            raise self._failed(error) from None
        names = tuple(schema.names)
        self._types = {
            name: (field.metadata or {}).get(_TYPE, b"").decode() for name, field in zip(names, schema, strict=True)
        }
        return names

    def measure(self) -> tuple[int, Cursor | None]:
        """Counts; the furthest time is not later than now."""
        name = self.selection.cursor
        if name is None:
            count, _ = self._one(self.selection.reached("count(*)", "NULL::text", None))
            return count, None
        kind = self._types[name]
        if kind not in _TIMES | _WHOLE | _TEXTS:
            raise ImportFailed(
                said("{name}: `incremental` needs a column of times, whole numbers or texts", name=self.title)
            )
        furthest = f"max({quoted(name)})"
        if kind in _TIMES:
            furthest = f"CASE WHEN {furthest} > CAST($1 AS {kind}) THEN CAST($1 AS {kind}) ELSE {furthest} END"
        bound = (self._now,) if kind in _TIMES else ()
        count, reached = self._one(self.selection.reached("count(*)", f"CAST({furthest} AS text)", self._since), *bound)
        return count, int(reached) if reached is not None and kind in _WHOLE else reached

    def frames(self, columns: list[str], size: int) -> Iterator[tuple[pl.DataFrame, list[tuple[int, str]]]]:
        """As the database has them; what Arrow has no plain type for comes as text, lists and objects as JSON."""
        statement = self.selection.rows([self._expression(name) for name in columns], self._since)
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement)
                for batch in cursor.fetch_record_batch():
                    for start in range(0, batch.num_rows, size):
                        piece = pa.Table.from_batches([batch.slice(start, size)])
                        yield pl.DataFrame(pl.from_arrow(piece)), []
        except adbc_driver_manager.Error as error:
            raise self._failed(error) from None

    def _expression(self, name: str) -> str:
        column, kind = quoted(name), self._types[name]
        if kind in _AS_THEY_ARE:
            return column
        if kind in ("numeric", "float4"):
            # A number is the nearest double (semantics 13); a float4 goes by the digits it is written with.
            return f"CAST(CAST({column} AS text) AS float8) AS {column}"
        if kind.startswith("_"):
            return f"CAST(to_json({column}) AS text) AS {column}"
        return f"CAST({column} AS text) AS {column}"

    @property
    def _since(self) -> str | None:
        if self.since is None or self.selection.cursor is None:
            return None
        return f"CAST(current_setting('{_SINCE}') AS {self._types[self.selection.cursor]})"

    def _one(self, statement: str, *bound: str) -> Any:
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement, bound or None)
                return cursor.fetchone()
        except adbc_driver_manager.Error as error:
            raise self._failed(error) from None

    def _failed(self, error: adbc_driver_manager.Error) -> ImportFailed:
        """What went wrong; only of refused statements in the server's words, for others hold what stands in rows."""
        found = _STATE.search(str(error))
        state = getattr(error, "sqlstate", None) or (found[1] if found else "")
        if state == "57014":
            return ImportFailed(
                said(
                    "{name}: a statement took more than {seconds} s; give it more with `timeout`, or read less",
                    name=self.title,
                    seconds=self._timeout,
                )
            )
        if state[:2] in ("42", "0A", "3D", "28", "25"):
            told = re.search(r"(?:ERROR|FATAL): +([^\n]*)", str(error))
            problem = told[1] if told else state
            return ImportFailed(said("{name}: PostgreSQL says: {problem}", name=self.title, problem=problem))
        if self._connection is None or state[:2] in ("", "08", "57"):
            return ImportFailed(
                said(
                    "{name}: PostgreSQL does not answer, or let nobody in; is it up, and the address right?",
                    name=self.title,
                )
            )
        return ImportFailed(
            said("{name}: PostgreSQL refused the query (SQLSTATE {state})", name=self.title, state=state)
        )
