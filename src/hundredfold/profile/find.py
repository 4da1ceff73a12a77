"""Customers by what somebody types: the beginning of an id of theirs, or of a word in one of their texts.

Texts are held a second time as they are compared, in lower case and without accents, in chunks that grow with the
engine's pools. The first eight bytes of each are a number, so that a million of them are compared in some milliseconds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.attribute.column import Ints, Pool
from hundredfold.live.engine import Engine
from hundredfold.live.following import Following

ID: Final = "id"
LINKED: Final = "linked id"
"""By what a customer was found, where it was no attribute."""
_HEAD: Final = 8
_CHUNK: Final = 16_384
"""A last chunk with fewer texts is made anew together with those that have come."""
_AT_ONCE: Final = 1 << 17
_LOOKED_AT: Final = 1_000
"""Of so many ids that fit the shortest come first; who wants others types more."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A customer: the number of the sent id that names him, by what he was found, and the text that fits."""

    customer: int
    by: str
    text: str


class Finder:
    """Finds customers of an engine. It may be used from any thread; `find` needs the turn with the engine."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ids, self._texts = _Folded(Pool(), tagged=True), _Folded(Pool())

    def fitting(self, sids: Pool, texts: Pool, typed: str) -> tuple[Ints, Ints]:
        """The sent ids and the texts that begin with what was typed, by their codes; needs nobody's turn."""
        with self._lock:
            if self._ids.pool is not sids:
                self._ids = _Folded(sids, tagged=True)
            if self._texts.pool is not texts:
                self._texts = _Folded(texts)
            return self._ids.fitting(typed), self._texts.fitting(typed)

    def find(
        self,
        engine: Engine,
        fitting: tuple[Ints, Ints],
        typed: str,
        attributes: Collection[str],
        most: int,
        *,
        personal_data: bool,
    ) -> list[Hit]:
        """At most so many customers, each once: by ids, then by texts of some attributes, once values are followed.

        Without personal data other ids than the one that names a customer count only when they were typed in full.
        """
        engine.state.grow()
        found: dict[int, Hit] = {}
        people, sids = engine.state.people, engine.sids
        for sid in self._by_id(sids, fitting[0], typed):
            if len(found) == most:
                break
            label = people.label(sid)
            customer = people.customer(label) if people.exists(label) else None
            full = sids.text(sid)[2:] == typed
            if customer is not None and (personal_data or full or customer == sid):
                found.setdefault(customer, Hit(customer, ID if customer == sid else LINKED, sids.text(sid)[2:]))
        if isinstance(engine.follower, Following):
            current = engine.follower.current
            for name in attributes if personal_data else ():
                for customer in current.holders(name, fitting[1], most).tolist():
                    told = str(current.values(customer)[name])
                    found.setdefault(customer, Hit(customer, name, told))
        return list(found.values())[:most]

    def _by_id(self, sids: Pool, fitting: Ints, typed: str) -> Iterator[int]:
        """The one that was typed in full, then those that begin with it, the shorter ones first."""
        exact = [code for key in (f"u:{typed}", f"a:{typed}") if (code := sids.known(key)) is not None]
        yield from exact
        some = zip(sids.texts(fitting[:_LOOKED_AT]), fitting[:_LOOKED_AT].tolist(), strict=True)
        ordered = [code for _, code in sorted(some, key=lambda one: (one[0][0] != "u", len(one[0]), one[0]))]
        yield from (code for code in ordered if code not in exact)


class _Chunk:
    """Some texts as they are compared."""

    def __init__(self, texts: pa.Array, *, words: bool) -> None:
        self.texts, self._heads = texts, _heads(texts)
        # Those in which a word may begin behind the first one.
        self._several = np.flatnonzero(pc.match_substring(texts, " ")) if words else np.empty(0, np.int64)
        self._with_several = texts.take(pa.array(self._several))

    def __len__(self) -> int:
        return len(self.texts)

    def fitting(self, begins: str) -> Ints:
        """The places of the texts that begin so, or any of whose words does, ascending."""
        raw = begins.encode()
        least, most = (int.from_bytes(raw[:_HEAD].ljust(_HEAD, pad), "big") for pad in (b"\0", b"\xff"))
        found = np.flatnonzero((self._heads >= np.uint64(least)) & (self._heads <= np.uint64(most)))
        if len(raw) > _HEAD and len(found):
            found = found[pc.starts_with(self.texts.take(pa.array(found)), begins).to_numpy(zero_copy_only=False)]
        if len(self._several):
            fits = pc.match_substring(self._with_several, f" {begins}").to_numpy(zero_copy_only=False)
            found = np.union1d(found, self._several[fits])
        return found


class _Folded:
    """The texts of a pool as they are compared; `tagged` ones without the mark of their name space."""

    def __init__(self, pool: Pool, *, tagged: bool = False) -> None:
        self.pool, self._tagged = pool, tagged
        self._chunks: list[_Chunk] = []
        self._known = 0

    def fitting(self, typed: str) -> Ints:
        """The codes of the texts that begin with what was typed, ascending; of untagged ones any word may."""
        self._grow()
        wanted = folded(typed)
        found, start = [np.empty(0, np.int64)], 0
        for chunk in self._chunks:
            found.append(chunk.fitting(wanted) + start)
            start += len(chunk)
        return np.concatenate(found)

    def _grow(self) -> None:
        size = len(self.pool)
        if self._chunks and self._known < size and len(self._chunks[-1]) < _CHUNK:
            self._known -= len(self._chunks.pop())
        for start in range(self._known, size, _AT_ONCE):
            end = min(start + _AT_ONCE, size)
            self._chunks.append(_Chunk(self._folded(self.pool.all[start:end]), words=not self._tagged))
        self._known = size

    def _folded(self, texts: Sequence[str]) -> pa.Array:
        lone = (text.encode("utf-8", "replace") for text in texts)
        chunk = pa.array((text[2:] for text in lone) if self._tagged else lone, pa.binary()).cast(pa.string())
        plain = pc.all(pc.string_is_ascii(chunk), min_count=0).as_py()
        return pc.utf8_lower(chunk if plain else _without_accents(chunk))


def folded(text: str) -> str:
    """A text as it is compared.

    >>> folded("João")
    'joao'
    """
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(part for part in decomposed if not unicodedata.combining(part)).lower()


def _without_accents(chunk: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(pc.utf8_normalize(chunk, "NFKD"), r"\p{Mn}+", "")


def _heads(texts: pa.Array) -> npt.NDArray[np.uint64]:
    """The first bytes of texts, as numbers that sort like them."""
    _, ends, held = texts.buffers()
    raw = np.frombuffer(held if held is not None and held.size else b"\0", np.uint8)
    offsets = np.frombuffer(ends, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    starts, lengths = offsets[:-1], np.diff(offsets)
    found = np.zeros(len(texts), np.uint64)
    for place in range(_HEAD):
        byte = np.where(lengths > place, raw[np.minimum(starts + place, len(raw) - 1)], 0)
        found = found << np.uint64(8) | byte.astype(np.uint64)
    return found
