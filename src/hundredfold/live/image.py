"""Everything that an engine holds, but its cells, as plain arrays: what a snapshot writes down and opens again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from hundredfold.attribute.column import Ints, Mask
from hundredfold.identity.persons import Statements
from hundredfold.live.columns import Columns, mapped_columns, read_table, write_columns
from hundredfold.live.engine import Engine
from hundredfold.live.index import Index
from hundredfold.live.raw import Raw
from hundredfold.live.state import Deletion

_PER_ID: Final = "ids.arrow"
_KEYS: Final = "keys.arrow"
_TAIL: Final = "tail.arrow"
_STATEMENTS: Final = "statements.arrow"
_PENDING: Final = "pending.arrow"
_DELETIONS: Final = "deletions.arrow"
FILES: Final = (_PER_ID, _KEYS, _TAIL, _STATEMENTS, _PENDING, _DELETIONS)

Runs = Sequence[tuple[Ints, Ints]]


@dataclass
class PerId:
    """What is known of each sent id, shapes (number of sent ids,).

    `label` and `circle` as in `People`; `since` the epoch from which on cells count; the time (NEVER: none), tie and
    ref of the first message that counts, and the time of the last; whether a smaller copy ever replaced a message.
    """

    label: Ints
    circle: Ints
    since: Ints
    first_time: Ints
    first_tie: Ints
    first_ref: Ints
    last_time: Ints
    replaced: Mask


@dataclass
class Image:
    """An engine's state but its cells; the arrays may be the engine's own.

    `keys` (hash of business key, sent id) and `tail` (sent id, ref) are the runs of indexes; `pending` is time, sent id
    and ref.
    """

    per_id: PerId
    covered: dict[str, Ints]
    keys: Runs
    tail: Runs
    statements: Statements
    pending: tuple[Ints, Ints, Ints]
    deletions: list[Deletion]

    def write(self, folder: Path) -> None:
        """Writes the files `FILES` into a folder."""
        covered = {f"covered {name}": self.covered[name] for name in sorted(self.covered)}
        write_columns(folder / _PER_ID, [{**_named(self.per_id), **covered}])
        write_columns(folder / _KEYS, _runs(self.keys))
        write_columns(folder / _TAIL, _runs(self.tail))
        write_columns(folder / _STATEMENTS, [_named(self.statements)])
        write_columns(folder / _PENDING, [dict(zip(("time", "sid", "ref"), self.pending, strict=True))])
        write_columns(folder / _DELETIONS, [_written(self.deletions)])

    @staticmethod
    def read(folder: Path, covered: Sequence[str]) -> Image:
        """The image in a folder; `covered` names the foreign attributes. Indexes stay in the files."""
        (per_id,) = mapped_columns(folder / _PER_ID)
        (statements,) = mapped_columns(folder / _STATEMENTS)
        (pending,) = mapped_columns(folder / _PENDING)
        return Image(
            PerId(**{one.name: per_id[one.name].copy() for one in fields(PerId)}),
            {name: per_id[f"covered {name}"].copy() for name in covered},
            _read_runs(folder / _KEYS),
            _read_runs(folder / _TAIL),
            Statements(**statements),
            (pending["time"], pending["sid"], pending["ref"]),
            _read(read_table(folder / _DELETIONS)),
        )


def image_of(engine: Engine) -> Image:
    """The state of an engine as it is now; nothing is copied that need not be."""
    state, people, n = engine.state, engine.state.people, len(engine.sids)
    state.grow()
    replaced = np.zeros(n, np.bool_)
    replaced[list(state.replaced)] = True
    return Image(
        PerId(
            people.labels(np.arange(n)),
            people.circles(),
            state.since[:n],
            people.first_time[:n],
            people.first_tie[:n],
            people.first_ref[:n],
            people.last_time[:n],
            replaced,
        ),
        {name: covered[:n] for name, covered in state.covered.items()},
        state.keys.runs(),
        behind_history(engine.raw, engine.raw.tail.runs()),
        people.statements(),
        state.pending,
        state.deletions,
    )


def put(image: Image, engine: Engine) -> None:
    """Makes an image the state of a new engine, whose sent ids are the image's."""
    state, per_id = engine.state, image.per_id
    state.people.restore(image.statements, per_id.label, per_id.circle)
    state.people.first_time, state.people.first_tie = per_id.first_time, per_id.first_tie
    state.people.first_ref, state.people.last_time = per_id.first_ref, per_id.last_time
    state.since, state.covered = per_id.since, image.covered
    state.replaced = set(np.flatnonzero(per_id.replaced).tolist())
    state.keys = Index.of(list(image.keys))
    state.deletions, state.pending = image.deletions, image.pending
    engine.raw.tail = Index.of(behind_history(engine.raw, image.tail))
    state.grow()


def behind_history(raw: Raw, tail: Runs) -> list[tuple[Ints, Ints]]:
    """The messages of the tail that the history has not taken over: it may have moved on, and the log been trimmed."""
    kept = []
    for sids, refs in tail:
        rows = raw.in_tail(refs)
        if rows.any():
            kept.append((sids, refs) if rows.all() else (sids[rows], refs[rows]))
    return kept


def _named(one: PerId | Statements) -> dict[str, Any]:
    return {part.name: getattr(one, part.name) for part in fields(one)}


def _runs(runs: Runs) -> list[Columns]:
    return [{"key": keys, "value": values} for keys, values in runs or [(np.empty(0, np.int64), np.empty(0, np.int64))]]


def _read_runs(path: Path) -> list[tuple[Ints, Ints]]:
    return [(part["key"], part["value"]) for part in mapped_columns(path) if len(part["key"])]


def _written(deletions: Sequence[Deletion]) -> Mapping[str, pa.Array]:
    numbers, texts = pa.list_(pa.int64()), pa.list_(pa.string())
    keys = [sorted(deletion.void_keys) for deletion in deletions]
    places = [sorted(deletion.positions.items()) for deletion in deletions]
    return {
        "sids": pa.array([sorted(deletion.sids) for deletion in deletions], numbers),
        "partitions": pa.array([[partition for partition, _ in each] for each in places], numbers),
        "offsets": pa.array([[offset for _, offset in each] for each in places], numbers),
        "void_events": pa.array([[event for event, _ in each] for each in keys], texts),
        "void_keys": pa.array([[key for _, key in each] for each in keys], texts),
    }


def _read(table: pa.Table) -> list[Deletion]:
    return [
        Deletion(
            frozenset(row["sids"]),
            dict(zip(row["partitions"], row["offsets"], strict=True)),
            set(zip(row["void_events"], row["void_keys"], strict=True)),
        )
        for row in table.to_pylist()
    ]
