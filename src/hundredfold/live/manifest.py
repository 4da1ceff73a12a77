"""Which files a snapshot consists of, and whether they are as they were written.

A snapshot is a folder `snapshot-000042`. It appears under its name as a whole or not at all; what can go wrong
afterwards (a disk that forgets, a copy that was cut off) is found on opening, and the snapshot before it serves.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from hundredfold.definition.check import fingerprint
from hundredfold.errors import WorkspaceError, newer
from hundredfold.live.columns import checksum
from hundredfold.live.setup import Setup
from hundredfold.log.base import within
from hundredfold.log.disk import replace_file
from hundredfold.log.stored import Positions

MANIFEST: Final = "snapshot.json"
FORMAT: Final = 3
_NAME: Final = re.compile(r"snapshot-(\d{6,})")
_SMALL: Final = 64 << 20
"""Files up to this size are read through on opening; larger ones when asked for."""
_KEPT: Final = 2


@dataclass(frozen=True, slots=True)
class FileNote:
    """A file's size in bytes and its CRC-32."""

    size: int
    crc: int


@dataclass(frozen=True, slots=True)
class RunNote:
    """A file of cells, and the epoch in which its run was made; 0 is the base."""

    epoch: int
    file: str


@dataclass(frozen=True, slots=True)
class TextNote:
    """A file of texts, and how many it holds."""

    count: int
    file: str


@dataclass(frozen=True)
class Manifest:
    """What a snapshot holds. `positions`: everything before them was applied; `clock`: microseconds UTC.

    `cells` gives the runs of each family by its name, oldest first; `texts` the files of each pool, in order.
    """

    canonical: bool
    positions: Positions
    clock: int
    epoch: int
    definitions: str
    setting: str
    cells: Mapping[str, list[RunNote]] = field(default_factory=dict)
    texts: Mapping[str, list[TextNote]] = field(default_factory=dict)
    files: Mapping[str, FileNote] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Writes the manifest into a folder, with a checksum of itself."""
        body = asdict(self)
        body["positions"] = {str(partition): self.positions[partition] for partition in sorted(self.positions)}
        told = {"format": FORMAT, "crc": crc32(_written(body)), "snapshot": body}
        replace_file(folder / MANIFEST, json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False).encode())

    @staticmethod
    def read(folder: Path) -> Manifest:
        """The manifest of a snapshot. Raises WorkspaceError when it is missing or damaged."""
        try:
            told = json.loads((folder / MANIFEST).read_bytes())
            if told["format"] > FORMAT:
                raise WorkspaceError(newer(folder, "snapshot", told["format"], FORMAT))
            if told["format"] != FORMAT:
                raise WorkspaceError(
                    f"{folder} was written in format {told['format']} and this version reads {FORMAT}. "
                    "Take the snapshot before it, or build the state anew from the log."
                )
            if told["crc"] != crc32(_written(told["snapshot"])):
                raise ValueError("its checksum differs")
            return _manifest(told["snapshot"])
        except FileNotFoundError:
            raise WorkspaceError(f"{folder} is no snapshot: it has no {MANIFEST}. {_NEXT_STEP}") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise WorkspaceError(f"{folder / MANIFEST} is damaged ({error}). {_NEXT_STEP}") from error

    def check(self, folder: Path, *, thorough: bool = False) -> None:
        """Raises WorkspaceError when a file is missing, has another size, or, as far as it is read, other content.

        Large files are read through only when it shall be `thorough`.
        """
        for name, note in sorted(self.files.items()):
            path = folder / name
            size = path.stat().st_size if path.is_file() else None
            if size is None:
                raise WorkspaceError(f"{path} is missing. {_NEXT_STEP}")
            if size != note.size:
                raise WorkspaceError(f"{path} has {size} bytes and should have {note.size}. {_NEXT_STEP}")
            if (thorough or size <= _SMALL) and checksum(path) != note.crc:
                raise WorkspaceError(f"{path} is damaged: its checksum differs. {_NEXT_STEP}")

    def must_fit(self, folder: Path, setup: Setup) -> None:
        """Raises WorkspaceError when the snapshot was made under other definitions, tables or settings."""
        for name, mine, theirs in (
            ("definitions", self.definitions, fingerprint(setup.definitions)),
            ("lookup tables, rates or settings", self.setting, setting_fingerprint(setup)),
        ):
            if mine != theirs:
                raise WorkspaceError(
                    f"{folder} was made with other {name} than are in force. Build the state anew with those in force."
                )


_NEXT_STEP: Final = "Take the snapshot before it, or build the state anew from the log."


def _written(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def _manifest(body: Mapping[str, Any]) -> Manifest:
    return Manifest(
        canonical=bool(body["canonical"]),
        positions={int(partition): int(offset) for partition, offset in body["positions"].items()},
        clock=int(body["clock"]),
        epoch=int(body["epoch"]),
        definitions=str(body["definitions"]),
        setting=str(body["setting"]),
        cells={name: [RunNote(**run) for run in runs] for name, runs in body["cells"].items()},
        texts={pool: [TextNote(**note) for note in notes] for pool, notes in body["texts"].items()},
        files={name: FileNote(**note) for name, note in body["files"].items()},
    )


def setting_fingerprint(setup: Setup) -> str:
    """What cells depend on beside definitions and messages, as a short text: zone, currency, tables, rates, undos."""
    lookups = {
        name: sorted(json.dumps(dict(row), sort_keys=True) for row in setup.lookups.get(name, ()))
        for name in sorted(setup.definitions.lookups)
    }
    rates = {name: {str(day): rate for day, rate in days.items()} for name, days in setup.rates.items()}
    told: list[Any] = [str(setup.zone), setup.currency, setup.shared_over, lookups, rates]
    if setup.undone:  # a snapshot of before there were undos is as good as ever
        told.append([[sorted(span.first.items()), sorted(span.end.items())] for span in setup.undone])
    return blake2b(_written({"setting": told}), digest_size=16).hexdigest()


# --- many snapshots in one folder ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Newest:
    """The newest snapshot that is whole, None when there is none; and why newer ones were skipped."""

    folder: Path | None
    skipped: tuple[str, ...] = ()


def snapshots(folder: Path) -> list[Path]:
    """The snapshots of a folder, oldest first, whole or not."""
    found = ((_NAME.fullmatch(path.name), path) for path in folder.iterdir()) if folder.is_dir() else ()
    return [path for _, path in sorted((int(name[1]), path) for name, path in found if name is not None)]


def next_folder(folder: Path) -> Path:
    """Where the next snapshot goes."""
    there = snapshots(folder)
    return folder / f"snapshot-{int(there[-1].name.removeprefix('snapshot-')) + 1 if there else 1:06d}"


def newest(
    folder: Path,
    setup: Setup | None = None,
    *,
    thorough: bool = False,
    clock: int | None = None,
    upto: Positions | None = None,
) -> Newest:
    """The newest snapshot of a folder that is whole and, if a setup is given, was made with it.

    With `clock` and `upto` one from which a clock (microseconds UTC) and positions can still be reached.
    """
    skipped: list[str] = []
    for path in reversed(snapshots(folder)):
        try:
            manifest = Manifest.read(path)
            manifest.check(path, thorough=thorough)
            if setup is not None:
                manifest.must_fit(path, setup)
        except WorkspaceError as error:
            skipped.append(str(error))
            continue
        if _reaches(manifest, clock, upto):
            return Newest(path, tuple(skipped))
        skipped.append(f"{path} stands behind what is asked for.")
    return Newest(None, tuple(skipped))


def any_made_with(folder: Path, setup: Setup) -> bool:
    """Whether there is a snapshot that was made with a setup; none of its files is looked at."""
    for path in snapshots(folder):
        with suppress(WorkspaceError):
            Manifest.read(path).must_fit(path, setup)
            return True
    return False


def _reaches(manifest: Manifest, clock: int | None, upto: Positions | None) -> bool:
    if clock is not None and manifest.clock > clock:
        return False
    return upto is None or within(manifest.positions, upto)


def tidy(folder: Path) -> list[Path]:
    """Deletes what is older than the last two snapshots that are whole, and what a crash left half written.

    Returns the kept snapshots, oldest first. The log must keep everything from the positions of the oldest of them.
    """
    kept: list[Path] = []
    for path in reversed(snapshots(folder)):
        if len(kept) == _KEPT:
            shutil.rmtree(path)
        elif _is_whole(path):
            kept.append(path)
    for path in folder.glob("snapshot-*.new"):
        shutil.rmtree(path)
    return kept[::-1]


def _is_whole(folder: Path) -> bool:
    try:
        Manifest.read(folder).check(folder)
    except WorkspaceError:
        return False
    return True
