"""Databases of other systems, filled and asked without the product's own code."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi
import pyarrow as pa

ERP = """\
kind: postgresql
connection: {env: ERP_DATABASE}
table: erp.orders
incremental: {column: updated_at}
map:
  kind: orders
  order_id: number
  userId: customer
  timestamp: ordered_at
  total: total
  properties: {updated_at: updated_at}
"""


def in_postgres(address: str, *statements: str) -> None:
    """Does statements, and all of them or none."""
    with adbc_driver_postgresql.dbapi.connect(address) as connection:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.commit()


def into_postgres(address: str, schema: str, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Adds rows to a table."""
    with adbc_driver_postgresql.dbapi.connect(address) as connection:
        with connection.cursor() as cursor:
            cursor.adbc_ingest(table, pa.Table.from_pylist(list(rows)), mode="append", db_schema_name=schema)
        connection.commit()


def in_sqlite(path: Path, statement: str, rows: Iterable[Sequence[Any]] = ((),)) -> None:
    """Does a statement once for each row of values."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(statement, rows)


def lay_source(folder: Path, name: str, text: str) -> None:
    """Writes what a source says."""
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "sources" / f"{name}.yaml").write_text(text)
