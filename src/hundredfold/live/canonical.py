"""The canonical state: a function of the messages that were applied, the definitions and the clock, of nothing else.

Sent ids and texts are numbered in the order of their bytes, each family is one run, and what only tells how the state
came about is left out: epochs, copies that did not count, circles that a withdrawn statement had joined. So is what
cannot matter any more: cells of windows that have passed, and the texts that only they had. Cells whose sums are zero
stay: that there is a cell says that something happened, which `distinct` and `max` are asked about.

Two files are not part of it, because they tell of places, not of customers: the log's tail depends on how far the
history reaches, the runs of the index of duplicates on how they were merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.attribute.block import NEVER
from hundredfold.attribute.cells import Cells, grouped
from hundredfold.attribute.column import TEXT, Column, Ints, Mask
from hundredfold.attribute.facts import keyed_rows
from hundredfold.attribute.plan import Family
from hundredfold.attribute.reach import first_bucket
from hundredfold.identity.persons import Statements, person_labels
from hundredfold.live.engine import Engine
from hundredfold.live.image import Image, PerId, Runs, image_of
from hundredfold.live.state import Deletion

_NOBODY: Final = -1


class Numbering:
    """Codes of a pool to codes in the order of the texts' bytes; codes that are not in use have none."""

    def __init__(self, texts: Sequence[str], used: Mask) -> None:
        old = np.flatnonzero(used)
        picked = pa.array([texts[code] for code in old.tolist()], pa.large_string())
        order = pc.sort_indices(picked).to_numpy()
        self.old: Ints = old[order]
        """The old code of each new one."""
        self.texts: pa.Array = picked.take(pa.array(order))
        self._new = np.full(len(texts), _NOBODY)
        self._new[self.old] = np.arange(len(order))

    def __len__(self) -> int:
        return len(self.old)

    def of(self, codes: Ints) -> Ints:
        """The new codes, -1 for codes that are not in use."""
        result: Ints = self._new[codes]
        return result


def canonical_image(engine: Engine) -> tuple[Image, Numbering]:
    """The canonical state but its cells, and the numbering of its sent ids."""
    image = _recounted(image_of(engine), engine)
    sids = Numbering(engine.sids.all, _in_use(image))
    said = _canonical_statements(image.statements, sids)
    return (
        Image(
            _canonical_per_id(image.per_id, said, sids),
            {name: covered[sids.old] for name, covered in image.covered.items()},
            _pairs([(hashes, sids.of(codes)) for hashes, codes in image.keys], value_is_sid=True),
            _pairs([(sids.of(codes), refs) for codes, refs in image.tail], value_is_sid=False),
            said,
            _canonical_pending(image.pending, sids),
            _canonical_deletions(image.deletions, sids),
        ),
        sids,
    )


def _recounted(image: Image, engine: Engine) -> Image:
    """The image without what copies left behind that a smaller one replaced: which of them came first is chance."""
    replaced = image.per_id.replaced
    sids = np.flatnonzero(replaced)
    if len(sids) == 0:
        return image
    compiled = engine.compiled
    block = engine.block(engine.stored(sids))
    rows, hashes = keyed_rows(block, compiled.setup.definitions.events, compiled.pool)
    keys = [(h[kept], s[kept]) for h, s in image.keys for kept in (~replaced[s],)]
    tail = [(s[kept], r[kept]) for s, r in image.tail for kept in (~replaced[s],)]
    own = engine.raw.in_tail(block.ref)
    time, sid, ref = image.pending
    waiting = ~replaced[sid] | np.isin(ref, block.ref)
    return replace(
        image,
        keys=[*keys, (hashes, block.sid[rows])],
        tail=[*tail, (block.sid[own], block.ref[own])],
        pending=(time[waiting], sid[waiting], ref[waiting]),
    )


def _in_use(image: Image) -> Mask:
    """The sent ids that anything is known of.

    Whoever has cells or a first message was heard; a key's message was heard, is pending, or is void by a deletion that
    lists its sent id. What is left has only sent messages that change nothing, now or ever, such as an `unmerge` that
    names nobody: the tail can do without them.
    """
    used: Mask = image.per_id.first_time != NEVER
    used[image.statements.one] = used[image.statements.other] = used[image.pending[1]] = True
    for deletion in image.deletions:
        used[list(deletion.sids)] = True
    return used


def _canonical_statements(said: Statements, sids: Numbering) -> Statements:
    """The statements by sent ids and message; one that was heard twice, when something was heard anew, once."""
    one, other = sids.of(said.one), sids.of(said.other)
    if len(said) == 0:
        return said
    order, starts = grouped((one, other, said.ref))
    once = order[starts]
    kept = said.take(once)
    return Statements(one[once], other[once], kept.link, kept.time, kept.tie, kept.ref)


def _canonical_per_id(per_id: PerId, said: Statements, sids: Numbering) -> PerId:
    n, old = len(sids), sids.old
    # New ids ascend, so the first one that has an old label is the least of its person.
    _, first, place = np.unique(per_id.label[old], return_index=True, return_inverse=True)
    heard = per_id.first_time[old] != NEVER
    return PerId(
        label=first[place],
        circle=person_labels((said.one, said.other), np.ones(n, np.bool_)),
        since=np.zeros(n, np.int64),
        first_time=per_id.first_time[old],
        first_tie=per_id.first_tie[old] * heard,
        first_ref=per_id.first_ref[old] * heard,
        last_time=per_id.last_time[old],
        replaced=np.zeros(n, np.bool_),
    )


def _pairs(runs: Runs, *, value_is_sid: bool) -> Runs:
    """The pairs of an index as one sorted run, each once; those of sent ids that are not in use are left out."""
    nothing = np.empty(0, np.int64)
    keys = np.concatenate([nothing, *(keys for keys, _ in runs)])
    values = np.concatenate([nothing, *(values for _, values in runs)])
    rows = np.flatnonzero((values if value_is_sid else keys) >= 0)
    keys, values = keys[rows], values[rows]
    order, starts = grouped((keys, values)) if len(keys) else (rows, rows)
    once = order[starts]
    return [(keys[once], values[once])]


def _canonical_pending(pending: tuple[Ints, Ints, Ints], sids: Numbering) -> tuple[Ints, Ints, Ints]:
    time, sid, ref = pending
    sid = sids.of(sid)
    order = np.lexsort((ref, sid, time))
    return time[order], sid[order], ref[order]


def _canonical_deletions(deletions: list[Deletion], sids: Numbering) -> list[Deletion]:
    """The erasures by positions and sent ids; copies of one, whichever came first, are one."""
    found: dict[tuple[tuple[tuple[int, int], ...], tuple[int, ...]], Deletion] = {}
    for each in deletions:
        ids = np.sort(sids.of(np.array(list(each.sids), np.int64))).tolist()
        one = Deletion(frozenset(ids), each.positions, each.void_keys)
        found[tuple(sorted(each.positions.items())), tuple(ids)] = one
    return [one for _, one in sorted(found.items(), key=lambda item: item[0])]


# --- cells -----------------------------------------------------------------------------------------------------------


def canonical_cells(engine: Engine, family: Family, sids: Numbering) -> Cells:
    """The cells of a family as one run over the new sent ids; their texts still have the pool's codes."""
    state = engine.state
    cells = state.runs[family].whole(state.since, state.people.ids)
    if family.bucket is not None and len(cells):
        assert cells.bucket is not None
        reached = cells.bucket >= first_bucket(engine.compiled.plan, family, engine.reads_from)
        cells = cells if reached.all() else cells.take(reached)
    return _sorted(Cells(sids.of(cells.sid), cells.bucket, cells.key, cells.arrays))


def text_arrays(family: Family, cells: Cells) -> list[str]:
    """The arrays of a family that may hold texts: kind and value in one. The empty name is that of the key."""
    named = [name for name in cells.arrays if name.endswith(".value")]
    return [*([""] if family.key in ("by", "value") else []), *named]


def mark_texts(family: Family, cells: Cells, used: Mask) -> None:
    """Marks the codes of texts that cells hold."""
    for name in text_arrays(family, cells):
        used[_texts(_array(cells, name))[1]] = True


def renumbered(family: Family, cells: Cells, texts: Numbering) -> Cells:
    """Cells with the new codes of their texts, sorted again."""
    key, arrays = cells.key, dict(cells.arrays)
    for name in text_arrays(family, cells):
        tagged = _array(cells, name).copy()
        rows, codes = _texts(tagged)
        tagged[rows] = Column(np.full(len(rows), TEXT, np.uint8), texts.of(codes)).tagged()
        if name:
            arrays[name] = tagged
        else:
            key = tagged
    return _sorted(Cells(cells.sid, cells.bucket, key, arrays))


def _array(cells: Cells, name: str) -> Ints:
    array = cells.arrays[name] if name else cells.key
    assert array is not None
    return array


def _texts(tagged: Ints) -> tuple[Ints, Ints]:
    """The rows that hold texts, and the texts' codes."""
    column = Column.of_tagged(tagged)
    rows = np.flatnonzero(column.kind == TEXT)
    return rows, column.data[rows]


def _sorted(cells: Cells) -> Cells:
    groups = [group for group in (cells.sid, cells.bucket, cells.key) if group is not None]
    order, _ = grouped(groups) if len(cells) else (cells.sid, cells.sid)
    return cells.take(order)
