"""Messages to counted events: one fact for every business key (semantics 5-7, S7-S9)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import numpy as np

from hundredfold.attribute.block import NEVER, Block
from hundredfold.attribute.cells import grouped
from hundredfold.attribute.column import NUMBER, TEXT, TIME, Column, Ints, Mask, Pool
from hundredfold.attribute.order import in_order, in_order_with_time
from hundredfold.attribute.sorting import stretches
from hundredfold.definition.model import EventRule
from hundredfold.words.message import EVENT_KINDS, KINDS

_TRACK: Final = KINDS.index("track")


@dataclass(slots=True)
class Events:
    """Counted events in the order (sent id, time, message id): rows of a block, with the name and the time that count.

    `name` is a code of the pool, -1 for events that are no track.
    """

    block: Block
    rows: Ints
    sid: Ints
    time: Ints
    name: Ints

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, some: Mask | slice) -> Events:
        """Some of the events."""
        return Events(self.block, self.rows[some], self.sid[some], self.time[some], self.name[some])

    def parts(self, size: int) -> Iterator[Events]:
        """The events in parts of about a size, at least one; no two share a sent id."""
        for start, end in list(stretches(self.sid, size)) or [(0, 0)]:
            yield self.of(slice(start, end))


def counted(block: Block, rules: Mapping[str, EventRule], pool: Pool, void: Collection[tuple[str, str]] = ()) -> Events:
    """The events of messages that were received, are no duplicates, not void, and not later than the clock.

    `void` holds the (event, key) of facts that an erasure has voided for good.
    """
    sent_name = _track_names(block)
    name = sent_name
    # Where there are facts, the earliest message of each gives its time.
    time = block.time.copy() if any(rule.key for rule in rules.values()) else block.time
    plain = block.kind < len(EVENT_KINDS)
    kept = []
    for rule in rules.values():
        if rule.key is None:
            continue
        ours = (block.kind == _TRACK) & np.isin(sent_name, pool.codes([rule.name, *rule.also]))
        if not ours.any():
            continue
        key = block.decoded.columns[rule.key, "key"]
        has_key = ours & (key.kind == TEXT)
        dead = _dead_keys(block, sent_name, rule, key, pool, void)
        alive = has_key & ~np.isin(key.data, dead)
        plain = plain & ~ours
        winners = _winners(block, rule, np.flatnonzero(alive), key.data, time)
        kept += [winners, np.flatnonzero(ours & ~has_key)]
        name = np.where(ours, pool.code(rule.name), name)
    if plain.all():
        rows, time = in_order_with_time(time, block.tie, block.ref, block.ids, block.sid)
    else:
        rows = np.concatenate([np.flatnonzero(plain), *kept])
        order, time = in_order_with_time(time[rows], block.tie[rows], block.ref[rows], block.ids, block.sid[rows])
        rows = rows[order]
    return Events(block, rows, block.sid.take(rows), time, name.take(rows))


def _track_names(block: Block) -> Ints:
    """The code of each track message's event name; -1 for other messages."""
    event = block.decoded.columns["event", "value"]
    named = (block.kind == _TRACK) & (event.kind == TEXT)
    return event.data if named.all() else np.where(named, event.data, -1)


def winning_messages(
    block: Block, rows: Ints, rules: Mapping[str, EventRule], pool: Pool
) -> Iterator[tuple[str, str, int]]:
    """The event, key and row of the message that wins each fact with a key, among some rows."""
    name = _track_names(block)
    for rule in rules.values():
        if rule.key is not None:
            key = block.decoded.columns[rule.key, "key"]
            ours = (block.kind[rows] == _TRACK) & np.isin(name[rows], pool.codes([rule.name, *rule.also]))
            mine = rows[ours & (key.kind[rows] == TEXT)]
            for row in _winners(block, rule, mine, key.data, block.time.copy()).tolist():
                yield rule.name, block.decoded.keys.text(int(key.data[row])), row


def keyed_rows(block: Block, rules: Mapping[str, EventRule], pool: Pool) -> tuple[Ints, Ints]:
    """The rows that bear on a fact with a key (or remove one), and a hash of event and key for each."""
    name = _track_names(block)
    rows, hashes = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for rule in rules.values():
        if rule.key is not None:
            key = block.decoded.columns[rule.key, "key"]
            names = pool.codes([rule.name, *rule.also, *rule.removed_by])
            mine = np.flatnonzero((block.kind == _TRACK) & np.isin(name, names) & (key.kind == TEXT))
            rows.append(mine)
            hashes.append(key_hashes(rule.name, block.decoded.keys.texts(key.data[mine])))
    return np.concatenate(rows), np.concatenate(hashes)


def key_hashes(event: str, keys: Sequence[str]) -> Ints:
    """64-bit hashes of business keys. Two keys with one hash cost a needless look at the messages, never a value."""
    start = blake2b(event.encode() + b"\0", digest_size=8)
    parts = []
    for key in keys:
        one = start.copy()
        one.update(key.encode())
        parts.append(one.digest())
    return np.frombuffer(b"".join(parts), np.int64)


def _dead_keys(
    block: Block, name: Ints, rule: EventRule, key: Column, pool: Pool, void: Collection[tuple[str, str]]
) -> Ints:
    removing: Mask = (block.kind == _TRACK) & np.isin(name, pool.codes(rule.removed_by)) & (key.kind == TEXT)
    voided = block.decoded.keys.codes([text for event, text in void if event == rule.name])
    result: Ints = np.concatenate([np.unique(key.data[removing]), voided])
    return result


def _winners(block: Block, rule: EventRule, rows: Ints, key: Ints, time: Ints) -> Ints:
    """The winning row of each key; its `time` becomes the group's earliest."""
    if len(rows) == 0:
        return rows
    order, starts = grouped((key[rows],))
    sizes = np.diff(np.append(starts, len(order)))
    single: Ints = rows[order[starts[sizes == 1]]]
    if len(single) == len(starts):
        return single
    several = rows[order[np.repeat(sizes > 1, sizes)]]
    group = np.repeat(np.arange(int((sizes > 1).sum())), sizes[sizes > 1])
    has, value = _revision(block, rule, several)
    ranked = in_order(block.time[several], block.tie[several], block.ref[several], block.ids, group, has, value)
    ends = np.cumsum(sizes[sizes > 1])
    winners = several[ranked[ends - 1]]
    earliest = np.minimum.reduceat(block.time[several], ends - sizes[sizes > 1])
    time[winners] = earliest
    both: Ints = np.concatenate([single, winners])
    return both


def _revision(block: Block, rule: EventRule, rows: Ints) -> tuple[Ints, Ints]:
    """Two numbers that order messages by revision: its class (absent, number, time, text) and its value in it."""
    fallback = np.where(block.sent[rows] == NEVER, block.received[rows], block.sent[rows])
    if rule.revision is None:
        return np.zeros(len(rows), np.int64), fallback
    found = block.decoded.columns[rule.revision, "revision"].take(rows)
    text: Mask = found.kind == TEXT
    kinds = [found.kind == NUMBER, found.kind == TIME, text]
    has = np.select(kinds, [1, 2, 3], 0).astype(np.int64)
    ranks = block.decoded.keys.ranks()[np.where(text, found.data, 0)] if text.any() else found.data
    value = np.select(kinds, [found.data, found.data, ranks], fallback)
    return has, value.astype(np.int64)
