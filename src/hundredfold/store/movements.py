"""Who came into segments and left them, and when: moves in blocks, sizes hour by hour, members as of the last block.

Everything lies in one SQLite file, and whatever belongs together is written in one transaction: after a crash there is
all of it or none. Segments go by stretches, each a segment as long as its condition meant the same; customers go by
numbers, whose keys (sent ids) lie beside. Number 0 stands for customers who are not named any more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hundredfold.store.queries import open_database, queries

FILE: Final = "movements.sqlite"
"""Its name in a workspace's store."""
NOBODY: Final = 0
HOUR: Final = 3_600_000_000
_SQL: Final = queries("movements")
_LATEST: Final = (1 << 63) - 1
Ints: TypeAlias = npt.NDArray[np.int64]
Bytes: TypeAlias = npt.NDArray[np.uint8]
_NETS: Final = np.dtype([("stretch", "<u4"), ("entered", "<u4"), ("left", "<u4")])


@dataclass(frozen=True, slots=True)
class Stretch:
    """A segment as long as its condition meant the same. `begun` and `ended` are microseconds UTC, `ended` None: not
    yet; `size` is how many members it began with, `now` how many it has behind the last block.
    """

    number: int
    segment: str
    condition: str
    begun: int
    size: int
    now: int
    ended: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """`count` moves that were told together: the clock in microseconds UTC and the log's positions."""

    at: int
    positions: Mapping[int, int]
    count: int


@dataclass(frozen=True, slots=True)
class Block:
    """Moves in the order in which they were told: stretches, customers, 1 for who came and 0 for who left, all (n,).

    `number` is given by the store; later blocks have greater ones.
    """

    heads: tuple[Head, ...]
    stretch: Ints
    customer: Ints
    entered: Bytes
    number: int = 0

    @property
    def at(self) -> Ints:
        """When each happened."""
        return np.repeat([head.at for head in self.heads], [head.count for head in self.heads]).astype(np.int64)


class Movements:
    """The file; its methods may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._lock = RLock()
        # A block that a power cut took is found again: members are as of the last one that is there.
        self._database = open_database(path, _SQL["schema"], synchronous="NORMAL")
        self._database.execute(_SQL["cleared"])

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._database.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Whatever the block writes is there when it ends, or nothing of it."""
        with self._lock:
            self._database.execute(_SQL["begin"])
            try:
                yield
                self._database.execute(_SQL["commit"])
            except BaseException:
                self._database.execute(_SQL["rollback"])
                raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Nothing is written while the block runs."""
        with self._lock:
            yield

    # --- stretches and customers -------------------------------------------------------------------------------------

    def stretches(self) -> list[Stretch]:
        """All of them, in the order in which they began."""
        return [Stretch(*row) for row in self._all("stretches")]

    def start(self, number: int, segment: str, condition: str, at: int, bits: Bytes, size: int) -> None:
        """Begins a stretch with the customers whose bits are set, by number."""
        told = {"number": number, "segment": segment, "condition": condition, "begun": at, "size": size}
        self._database.execute(_SQL["start"], told)
        self._put_members(number, self._last_block(), bits)

    def end(self, number: int, at: int) -> None:
        """Ends a stretch."""
        self._database.execute(_SQL["end"], {"number": number, "at": at})
        self._database.execute(_SQL["drop_members"], {"number": number})

    def rename(self, segment: str, into: str) -> None:
        """Gives all stretches of a segment another name; those of a removed segment with that name have none then."""
        self._database.execute(_SQL["rename"], {"segment": segment, "into": into})

    def name(self, numbers: Iterable[int], keys: Iterable[str]) -> None:
        """Gives customers their keys, or other ones."""
        self._database.executemany(_SQL["put_customer"], zip(numbers, keys, strict=True))

    def customers(self) -> tuple[Ints, list[str]]:
        """The numbers of all customers who are named, ascending, and their keys."""
        found = self._all("customers")
        return np.array([number for number, _ in found], np.int64), [key for _, key in found]

    def keys(self, numbers: Iterable[int]) -> dict[int, str]:
        """The keys of some customers, as far as they are named."""
        wanted = {number: self._one("customer", number) for number in set(numbers)}
        return {number: str(row[0]) for number, row in wanted.items() if row is not None}

    # --- moves -------------------------------------------------------------------------------------------------------

    def add(self, block: Block) -> None:
        """Adds moves behind all others; they are not earlier."""
        number = self._last_block() + 1
        heads = [
            [head.at, head.count, {str(p): offset for p, offset in head.positions.items()}] for head in block.heads
        ]
        told = {
            "number": number,
            "first": block.heads[0].at,
            "last": block.heads[-1].at,
            "moves": len(block.stretch),
            "heads": json.dumps(heads, separators=(",", ":")),
            "content": _packed(block.stretch, block.customer, block.entered),
        }
        self._database.execute(_SQL["add_block"], told)
        change = np.where(block.entered == 1, 1, -1)
        stretches, which = np.unique(block.stretch, return_inverse=True)
        sums = np.zeros(len(stretches), np.int64)
        np.add.at(sums, which, change)
        changes = zip(stretches.tolist(), sums.tolist(), strict=True)
        self._database.executemany(
            _SQL["change_now"], [{"number": stretch, "change": by} for stretch, by in changes if by]
        )
        self._count(block)

    def _count(self, block: Block) -> None:
        """Adds moves to the counts of their hours; an hour holds what came behind its beginning, up to its end."""
        hours = -(-block.at // HOUR)
        for hour in np.unique(hours).tolist():
            there = hours == hour
            before = self._one("hour", hour)
            held = np.empty(0, _NETS) if before is None else np.frombuffer(before[0], _NETS)
            size = int(max(block.stretch[there].max(), held["stretch"].max(initial=0))) + 1
            sums = np.zeros((2, size), np.int64)
            for row, field in ((1, "entered"), (0, "left")):
                sums[row] += np.bincount(block.stretch[there & (block.entered == row)], minlength=size)
                sums[row, held["stretch"]] += held[field]
            some = np.flatnonzero(sums.any(axis=0))
            nets = np.empty(len(some), _NETS)
            nets["stretch"], nets["entered"], nets["left"] = some, sums[1, some], sums[0, some]
            self._database.execute(_SQL["put_hour"], {"hour": hour, "content": nets.tobytes()})

    def blocks(self, after: int = -_LATEST, upto: int = _LATEST, *, newest_first: bool = False) -> Iterator[Block]:
        """The blocks that hold moves later than one instant and not later than another, besides others."""
        numbers = [number for (number,) in self._all("block_numbers", {"after": after, "upto": upto})]
        for number in reversed(numbers) if newest_first else numbers:
            yield self._block(number)

    def behind_block(self, number: int) -> Iterator[Block]:
        """The blocks behind one."""
        for later in range(number + 1, self._last_block() + 1):
            yield self._block(later)

    def hours(self, after: int) -> list[tuple[int, npt.NDArray[Any]]]:
        """The hours that end later than an instant, ascending, by their ends as hours since 1970, with the `stretch`,
        `entered` and `left` of what moved in them.
        """
        rows = self._all("hours", {"after": after // HOUR})
        return [(hour, np.frombuffer(content, _NETS)) for hour, content in rows]

    def hours_before(self, upto: int) -> Iterator[tuple[int, npt.NDArray[Any]]]:
        """As `hours`: those that begin not later than an instant, the newest first."""
        for hour, content in self._all("hours_before", {"upto": -(-upto // HOUR)}):
            yield hour, np.frombuffer(content, _NETS)

    # --- members -----------------------------------------------------------------------------------------------------

    def members(self) -> dict[int, Bytes]:
        """Who is in each stretch that has not ended, behind the last block: a bit for every customer's number."""
        kept = [(stretch, block, _bits(content)) for stretch, block, content in self._all("members")]
        first = 1 + min((block for _, block, _ in kept), default=0)
        rest = [self._block(number) for number in range(first, self._last_block() + 1)] if kept else []
        width = max((len(bits) for _, _, bits in kept), default=0)
        width = max([width, *(int(block.customer.max(initial=0)) // 8 + 1 for block in rest)])
        found = np.zeros((len(kept), width), np.uint8)
        row_of, since = {stretch: row for row, (stretch, _, _) in enumerate(kept)}, [block for _, block, _ in kept]
        for row, (_, _, bits) in enumerate(kept):
            found[row, : len(bits)] = bits
        for number, block in enumerate(rest, first):
            size = int(block.stretch.max(initial=0)) + 1
            place = np.full(size, -1)
            for stretch, row in row_of.items():
                if stretch < size and since[row] < number:
                    place[stretch] = row
            rows_of = place[block.stretch]
            some = (rows_of >= 0) & (block.customer != NOBODY)
            customer = block.customer[some]
            flat = rows_of[some] * width + (customer >> 3)
            # Whoever moves was on the other side before.
            np.bitwise_xor.at(found.reshape(-1), flat, (1 << (customer & 7)).astype(np.uint8))
        return {stretch: found[row] for stretch, row in row_of.items()}

    def keep_members(self) -> None:
        """Writes the members down as they are behind the last block: the next start goes on from there."""
        last = self._last_block()
        for stretch, bits in self.members().items():
            self._put_members(stretch, last, bits)

    def behind(self) -> int:
        """How many moves there are behind the members that were written down last."""
        return int(self._row("moves_behind")[0])

    # --- who is forgotten --------------------------------------------------------------------------------------------

    def forget(self, numbers: Ints, positions: str | None) -> None:
        """Takes customers, who are in nothing, out of all that was recorded; their moves stay as nobody's.

        `positions` are those of their deletion, which is noted, if there was one.
        """
        if len(numbers):
            self.keep_members()
            for (number,) in self._all("block_numbers", {"after": -_LATEST, "upto": _LATEST}):
                block = self._block(number)
                theirs = np.isin(block.customer, numbers)
                if theirs.any():
                    customer = np.where(theirs, NOBODY, block.customer)
                    content = _packed(block.stretch, customer, block.entered)
                    self._database.execute(_SQL["change_block"], {"number": number, "content": content})
            self._database.executemany(_SQL["drop_customer"], [(number,) for number in numbers.tolist()])
        if positions is not None:
            self._database.execute(_SQL["put_forgotten"], {"positions": positions})

    def forgotten(self) -> dict[str, int]:
        """How many deletions with certain positions have been seen to."""
        return dict(self._all("forgotten"))

    def empty_journal(self) -> None:
        """Lets nothing of what was forgotten stay in the journal of the file."""
        with self._lock:
            self._database.execute(_SQL["emptied"])

    # --- how far it is -----------------------------------------------------------------------------------------------

    def stand(self) -> tuple[int, dict[int, int]] | None:
        """The clock and the log's positions up to which everything is recorded; None before the first."""
        row = self._one("stand")
        return None if row is None else (int(row[0]), {int(p): end for p, end in json.loads(row[1]).items()})

    def put_stand(self, at: int, positions: Mapping[int, int]) -> None:
        """Notes how far everything is recorded."""
        told = json.dumps({str(p): end for p, end in positions.items()})
        self._database.execute(_SQL["put_stand"], {"at": at, "positions": told})

    # --- rows --------------------------------------------------------------------------------------------------------

    def _block(self, number: int) -> Block:
        _, moves, heads, content = self._row("block", number)
        told = tuple(
            Head(at, {int(p): end for p, end in positions.items()}, n) for at, n, positions in json.loads(heads)
        )
        return Block(told, *_unpacked(content, moves), number)

    def _put_members(self, stretch: int, block: int, bits: Bytes) -> None:
        told = {"stretch": stretch, "block": block, "bits": _squeezed(bits.tobytes())}
        self._database.execute(_SQL["put_members"], told)

    def _last_block(self) -> int:
        return int(self._row("last_block")[0])

    def _all(self, query: str, told: Any = ()) -> list[Any]:
        with self._lock:
            return self._database.execute(_SQL[query], told).fetchall()

    def _one(self, query: str, *told: Any) -> Any:
        with self._lock:
            return self._database.execute(_SQL[query], told).fetchone()

    def _row(self, query: str, *told: Any) -> Any:
        row = self._one(query, *told)
        assert row is not None
        return row


def _packed(stretch: Ints, customer: Ints, entered: Bytes) -> bytes:
    parts = stretch.astype("<u4").tobytes(), customer.astype("<u4").tobytes(), np.packbits(entered).tobytes()
    return _squeezed(b"".join(parts))


def _unpacked(content: bytes, moves: int) -> tuple[Ints, Ints, Bytes]:
    plain = _bits(content)
    numbers = plain[: 8 * moves].view("<u4").astype(np.int64)
    return numbers[:moves], numbers[moves:], np.unpackbits(plain[8 * moves :], count=moves)


def _squeezed(plain: bytes) -> bytes:
    """A length of 8 bytes, and the content as zstd has it."""
    squeezed: bytes = pa.compress(plain, codec="zstd", asbytes=True)
    return len(plain).to_bytes(8, "little") + squeezed


def _bits(squeezed: bytes) -> Bytes:
    size = int.from_bytes(squeezed[:8], "little")
    return np.frombuffer(pa.decompress(squeezed[8:], size, codec="zstd", asbytes=True), np.uint8)
