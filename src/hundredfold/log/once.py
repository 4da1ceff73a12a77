"""Of several copies of a message, the one that counts (semantics 3)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hundredfold.log.copies import halves


def without_duplicates(stored: pa.Table) -> pa.Table:
    """The rows of a table that count: of those with one message id the least (received, content), the earliest such."""
    # Ids whose hashes differ in their first half differ; mostly all do, and there is nothing to sort.
    if len(np.unique(halves(stored["hash"])[0])) == stored.num_rows:
        return stored
    codes = _ranks(stored["hash"])
    received = stored["received"].to_numpy()
    place = stored["offset"].to_numpy(), stored["partition"].to_numpy()
    order = np.lexsort((*place, _ranks(stored["content"]), received, codes))
    first = np.append(True, np.diff(codes[order]) != 0)
    return stored if first.all() else stored.take(pa.array(np.sort(order[first])))


def _ranks(values: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """The rank of each 16-byte value among the distinct ones, by its bytes."""
    raw = b"".join(chunk.buffers()[1][chunk.offset * 16 : (chunk.offset + len(chunk)) * 16] for chunk in values.chunks)
    halves = np.frombuffer(raw, ">u8").reshape(-1, 2)
    order = np.lexsort((halves[:, 1], halves[:, 0]))
    ordered = halves[order]
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.cumsum(np.append(False, (ordered[1:] != ordered[:-1]).any(axis=1)))
    return ranks
