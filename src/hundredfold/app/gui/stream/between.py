"""A stretch of the log, of which no more is read than it has."""

from __future__ import annotations

import pyarrow as pa

from hundredfold.attribute.order import before, refs_of
from hundredfold.log.base import Log, advanced, within
from hundredfold.log.stored import STORED, Positions


def between(log: Log, begin: Positions, upto: Positions, *, limit_rows: int) -> pa.Table:
    """The messages from some positions up to others, in order per partition, read in tables of so many rows."""
    tables, position = [STORED.empty_table()], dict(begin)
    if within(upto, begin):
        return tables[0]
    for table in log.read(begin, limit_rows=limit_rows):
        tables.append(table.filter(pa.array(before(refs_of(table), upto))))
        position = advanced(position, table)
        if within(upto, position):
            break
    return pa.concat_tables(tables)
