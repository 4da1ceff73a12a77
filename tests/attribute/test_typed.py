"""Typed columns say what the JSON says, whichever of them are there."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.attribute.column import TEXT, Column, Pool
from hundredfold.attribute.decode import Decoded, Decoder, Lines
from hundredfold.attribute.plan import plan
from hundredfold.attribute.typed import columns_of, decoded_of, typed
from hundredfold.log.stored import STORED
from making.models import MODELS
from stored import stored
from worlds import worlds


def said(column: Column, pool: Pool) -> list[tuple[int, object]]:
    return [
        (kind, pool.text(data) if kind == TEXT else data)
        for kind, data in zip(column.kind.tolist(), column.data.tolist(), strict=True)
    ]


def spelled(decoded: Decoded, pool: Pool) -> dict[object, object]:
    """Everything that was decoded, codes spelled out."""

    def lines(found: Lines) -> object:
        columns = {each: said(column, pool) for each, column in found.columns.items()}
        return found.parent.tolist(), found.number.tolist(), columns

    own = {
        (path, mode): said(column, decoded.keys if mode in ("key", "revision") else pool)
        for (path, mode), column in decoded.columns.items()
    }
    return {**own, **{each: lines(found) for each, found in decoded.lines.items()}}


@given(worlds(most_messages=20), st.data())
def test_typed_columns_say_what_the_json_says(world, data):
    pool = Pool()
    decoder = Decoder(plan(world.definitions, pool, MODELS).wanted, pool, world.setting.zone)
    table = stored(world.messages, world.setting.zone)
    names = columns_of(decoder)
    unknown = data.draw(st.sets(st.sampled_from(range(max(1, table.num_rows)))))
    left_out = data.draw(st.sets(st.sampled_from(range(len(names) // 3))))

    beside = typed(table, decoder, pool)
    assert beside.column_names == [*STORED.names, *names]
    beside = without(beside, names, pa.array([row in unknown for row in range(table.num_rows)], pa.bool_()))
    beside = beside.drop_columns([name for i in left_out for name in names[3 * i : 3 * i + 3]])

    assert beside.select(STORED.names).equals(table)
    as_json = decoder.decode(table["payload"].combine_chunks())
    assert spelled(decoded_of(beside, decoder, pool), pool) == spelled(as_json, pool)


def without(table: pa.Table, names: list[str], rows: pa.Array) -> pa.Table:
    """The table with nulls for the columns of some rows, as after an erasure."""
    for name in names:
        field = table.schema.field(name)
        gone = pc.if_else(rows, pa.scalar(None, field.type), table[name])
        table = table.set_column(table.schema.get_field_index(name), field, gone)
    return table
