"""One file of the embedded log: a header and frames, found by offset and read through a memory map.

    magic 8s | partitions u32 | reserved u32 | number u64 | CRC-32 of this header and the vector u32 | reserved u32
    || vector i64 x partitions || frames

A sealed segment has an index file beside it with the frames' places; it can always be made again from the frames.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from hundredfold.errors import LogError, newer
from hundredfold.log.base import Vector
from hundredfold.log.disk import Disk, write_all
from hundredfold.log.frame import MAGIC, FrameHead, body_at, head_at, is_whole, rows_in, version_of

VERSION: Final = 1
_NAMED: Final = b"HFLOG\x00\x00"
_MAGIC: Final = _NAMED + bytes((VERSION,))
_HEAD: Final = struct.Struct("<8sIIQ")
_CRC: Final = struct.Struct("<II")
_INDEX: Final = struct.Struct("<8sQQII")
_NAME: Final = re.compile(r"segment-(\d{12})\.log")


class Damaged(LogError):
    """A segment is not as it was written."""


def segment_paths(folder: Path) -> list[Path]:
    """The segments of a folder, oldest first."""
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def must_be_known(path: Path, magic: bytes) -> None:
    """Raises LogError for the first bytes of a segment that a newer version wrote."""
    if magic[:-1] == _NAMED and magic[-1] > VERSION:
        raise LogError(newer(path, "log segment", magic[-1], VERSION))


def versions(path: Path) -> tuple[int | None, int | None]:
    """The versions of a segment and of its first frame, as far as they can be told; of all its frames: a version that
    writes frames in another way begins a new segment."""
    with path.open("rb") as file:
        start = file.read(_HEAD.size)
        if len(start) < _HEAD.size or start[: len(_NAMED)] != _NAMED:
            return None, None
        magic, partitions, _, _ = _HEAD.unpack(start)
        file.seek(header_bytes(partitions))
        return magic[-1], version_of(file.read(8))


def header_bytes(partitions: int) -> int:
    """Where the first frame of a segment begins."""
    return _HEAD.size + _CRC.size + 8 * partitions


class Segment:
    """A segment as readers see it: the frames up to `end` are whole and published.

    `places[f]` is where frame f begins, `vectors[f]` the offsets before it; both have one row more, for the end.
    One thread may `publish` while others read.
    """

    def __init__(self, path: Path, number: int, base: Vector) -> None:
        self.path, self.number, self.base, self.partitions = path, number, base, len(base)
        self.frames = 0
        self._places: Vector | None = np.array([header_bytes(self.partitions)], np.int64)
        self._vectors: Vector | None = base[None, :].copy()
        self._last = base
        self._checked = bytearray()
        self._map: pa.Buffer | None = None

    @classmethod
    def create(cls, folder: Path, number: int, base: Vector, disk: Disk) -> tuple[Segment, int]:
        """A new segment, durable with its name, and its open file. An OSError leaves nothing behind.

        It gets its name when its header is whole, so a segment with a torn header is damage, never a crash's trace.
        """
        path = folder / f"segment-{number:012d}.log"
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        file = disk.open(fresh, create=True)
        try:
            head, bases = _HEAD.pack(_MAGIC, len(base), 0, number), base.astype("<i8").tobytes()
            write_all(disk, file, head + _CRC.pack(zlib.crc32(bases, zlib.crc32(head)), 0) + bases, 0)
            disk.sync(file)
            fresh.rename(path)
            disk.sync_folder(folder)
        except OSError:
            os.close(file)
            fresh.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            raise
        return cls(path, number, base.copy()), file

    @classmethod
    def of(cls, path: Path) -> Segment:
        """A segment with its header read and no frame yet. Raises LogError when the header is torn."""
        with path.open("rb") as file:
            start = file.read(_HEAD.size + _CRC.size)
            if len(start) < _HEAD.size + _CRC.size:
                raise LogError(f"{path}: byte {len(start)}: the segment's header is cut off.")
            magic, partitions, _, number = _HEAD.unpack_from(start)
            bases = file.read(8 * partitions) if magic == _MAGIC and partitions < 1 << 20 else b""
        must_be_known(path, magic)
        check, _ = _CRC.unpack_from(start, _HEAD.size)
        if magic != _MAGIC or check != zlib.crc32(bases, zlib.crc32(start[: _HEAD.size])):
            raise LogError(f"{path}: byte 0: this is no segment of a log, or its header is damaged.")
        return cls(path, number, np.frombuffer(bases, "<i8").astype(np.int64))

    @property
    def places(self) -> Vector:
        """Where each frame begins, and where the last one ends: int64 (frames + 1,)."""
        self._load()
        assert self._places is not None
        return self._places[: self.frames + 1]

    @property
    def vectors(self) -> Vector:
        """The offsets before each frame, and behind the last: int64 (frames + 1, partitions)."""
        self._load()
        assert self._vectors is not None
        return self._vectors[: self.frames + 1]

    @property
    def end(self) -> int:
        """The place behind the last frame."""
        return int(self.places[-1])

    @property
    def ends(self) -> Vector:
        """The offset behind the last frame of every partition."""
        last: Vector = self._last if self._vectors is None else self.vectors[-1]
        return last

    def publish(self, places_after: Sequence[int], vectors_after: Sequence[Vector]) -> None:
        """Shows readers further frames, all at once: where each ends, and the offsets behind it."""
        assert self._places is not None
        assert self._vectors is not None
        first, last = self.frames + 1, self.frames + len(places_after)
        if last >= len(self._places):
            more = last + 1
            self._places = np.concatenate([self._places, np.empty(more, np.int64)])
            self._vectors = np.concatenate([self._vectors, np.empty((more, self.partitions), np.int64)])
        if places_after:
            self._places[first : last + 1], self._vectors[first : last + 1] = places_after, vectors_after
        self._checked.extend(b"\x01" * len(places_after))
        self.frames = last

    def scan(self) -> int:
        """Publishes the whole groups that lie behind the published ones; returns how many bytes then follow.

        Raises LogError when those bytes hold a later group: then they are no torn tail but damage.
        """
        size = self.path.stat().st_size
        content = self._content(size)
        view = memoryview(content)
        heads = list(self._whole_groups(view, self.end))
        vectors = [head.vector for head in heads[1:]] + [_ends(content, head) for head in heads[-1:]]
        self.publish([head.end for head in heads], vectors)
        if any(head.group > self.end for head in _heads_behind(view, self.end, self.partitions)):
            raise LogError(
                f"{self.path}: byte {self.end}: a frame is damaged, and whole frames follow. Restore a backup."
            )
        return size - self.end

    def _whole_groups(self, view: memoryview, at: int) -> Iterator[FrameHead]:
        group: list[FrameHead] = []
        while (head := head_at(view, at, self.partitions)) is not None and is_whole(view, head):
            group.append(head)
            at = head.end
            if not head.more:
                yield from group
                group = []

    def read(self, frame: int) -> pa.RecordBatch:
        """A frame's rows. Raises LogError, with the file and the byte, when it is not as it was written."""
        self._load()
        assert self._places is not None
        place, after = self._places[frame : frame + 2].tolist()
        content = self._content(after)
        damaged = Damaged(f"{self.path}: byte {place}: a frame is damaged. Restore a backup.")
        if not self._checked[frame]:
            view = memoryview(content)
            head = head_at(view, place, self.partitions)
            if head is None or head.end != after or not is_whole(view, head):
                raise damaged
            self._checked[frame] = True
        try:
            return rows_in(content, body_at(place, self.partitions), after)
        except (pa.ArrowException, OSError) as error:  # it was whole when it was checked, and was damaged since
            raise damaged from error

    def _content(self, end: int) -> pa.Buffer:
        found = self._map
        if found is None or found.size < end:
            try:
                with self.path.open("rb") as file:
                    found = pa.py_buffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            except FileNotFoundError:
                raise self._trimmed() from None
            if found.size < end:
                raise Damaged(
                    f"{self.path}: byte {found.size}: the file is cut off; it had {end} bytes. Restore a backup."
                )
            self._map = found
        return found

    def _trimmed(self) -> LogError:
        return LogError(f"{self.path.name} was trimmed while it was read. Start again at the log's start.")

    # The index of a sealed segment.

    @property
    def index_path(self) -> Path:
        """Where the index of the sealed segment lies."""
        return self.path.with_suffix(".index")

    def seal(self) -> None:
        """Writes the index. It is only a short cut, so a failure is no failure of the log."""
        content = self.places.tobytes() + self.vectors.tobytes()
        head = _INDEX.pack(_MAGIC, self.end, self.frames, self.partitions, zlib.crc32(content))
        fresh = self.path.with_suffix(".index.new")
        with contextlib.suppress(OSError):
            fresh.write_bytes(head + content)
            fresh.replace(self.index_path)

    def open_sealed(self) -> None:
        """Takes the frames from the index, or from the file when the index is no help. Raises LogError when torn."""
        if not self._indexed():
            if self.scan():
                raise LogError(
                    f"{self.path}: byte {self.end}: a frame is torn, and later segments follow. Restore a backup."
                )
            self.seal()

    def _indexed(self) -> bool:
        try:
            with self.index_path.open("rb") as file:
                magic, end, frames, partitions, _ = _INDEX.unpack(file.read(_INDEX.size))
                whole = os.fstat(file.fileno()).st_size == _INDEX.size + 8 * (frames + 1) * (1 + partitions)
                file.seek(-8 * self.partitions, os.SEEK_END)
                last = np.frombuffer(file.read(), "<i8")
        except (OSError, struct.error):
            return False
        if not whole or magic != _MAGIC or partitions != self.partitions or end != self.path.stat().st_size:
            return False
        self.frames, self._places, self._vectors, self._last = frames, None, None, last
        self._checked = bytearray(frames)
        return True

    def _load(self) -> None:
        """Reads an index when it is first needed: most segments of a long log never are."""
        if self._vectors is not None:
            return
        try:
            content = self.index_path.read_bytes()
        except FileNotFoundError:
            raise self._trimmed() from None
        _, _, frames, partitions, check = _INDEX.unpack_from(content)
        if zlib.crc32(content[_INDEX.size :]) != check:
            raise Damaged(
                f"{self.index_path}: the index is damaged. Delete this file; it is made again at the next start."
            )
        numbers = np.frombuffer(content, "<i8", offset=_INDEX.size)
        self._places = numbers[: frames + 1]
        self._vectors = numbers[frames + 1 :].reshape(frames + 1, partitions)


def _ends(content: pa.Buffer, head: FrameHead) -> Vector:
    partitions = rows_in(content, head.body, head.end).column(0).to_numpy()
    return head.vector + np.bincount(partitions, minlength=len(head.vector))


def _heads_behind(view: memoryview, at: int, partitions: int) -> Iterator[FrameHead]:
    rest = bytes(view[at:])
    found = rest.find(MAGIC)
    while found >= 0:
        head = head_at(view, at + found, partitions)
        if head is not None and is_whole(view, head):
            yield head
        found = rest.find(MAGIC, found + 1)
