"""Snapshots: an engine's state in a folder, from which another goes on where it was, without applying anything again.

There are two kinds. As it stands, for the running engine: quick, and what has not changed since the last one is linked.
And canonical, for the batch: the same bytes for the same messages, however they came (see `canonical`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np

from hundredfold.attribute.cells import Cells
from hundredfold.attribute.column import Pool
from hundredfold.attribute.plan import Family
from hundredfold.definition.check import fingerprint
from hundredfold.errors import LogError, WorkspaceError
from hundredfold.live.canonical import Numbering, canonical_cells, canonical_image, mark_texts, renumbered, text_arrays
from hundredfold.live.columns import checksum, read_texts, write_columns, write_texts
from hundredfold.live.engine import Engine
from hundredfold.live.image import Image, image_of, put
from hundredfold.live.manifest import MANIFEST, FileNote, Manifest, RunNote, TextNote, setting_fingerprint
from hundredfold.live.packed import PackedCells
from hundredfold.live.packed_file import read_cells, write_cells
from hundredfold.live.raw import Past
from hundredfold.live.setup import Setup
from hundredfold.log.base import Log
from hundredfold.log.disk import Disk
from hundredfold.log.seen import Seen

_SEEN: Final = "seen"
_SIDS: Final = "sids"
_POOL: Final = "pool"


def write(engine: Engine, folder: Path, *, canonical: bool) -> Manifest:
    """Writes a snapshot into a new folder: all of it or, after a crash or an error, none.

    Raises WorkspaceError when the folder is there already or the disk does not take it.
    """
    if folder.exists():
        raise WorkspaceError(f"{folder} is there already. Write the snapshot under another name.")
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir(parents=True)
        manifest = _write_canonical(engine, fresh) if canonical else _write_as_it_stands(engine, fresh)
        engine.seen.snapshot(fresh / _SEEN)
        manifest = replace(manifest, files=dict(_file_notes(fresh, _former(engine))))
        manifest.write(fresh)
        fresh.rename(folder)
        Disk().sync_folder(folder.parent)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise WorkspaceError(
            f"the snapshot {folder} could not be written: {error}. The ones before it are as they were."
        ) from error
    if not canonical:
        engine.snapshot = folder
    return manifest


def open_engine(
    folder: Path,
    setup: Setup,
    log: Log,
    past: Past | None,
    scratch: Path,
    now: Callable[[], int],
    *,
    thorough: bool = False,
) -> Engine:
    """An engine as it was when the snapshot was written; `catch_up` brings it to the log's end and the clock to now.

    Its base stays in the snapshot's files, which are mapped. The log must reach back to the snapshot's positions or
    the history up to them. Raises WorkspaceError for a snapshot that is damaged or was made under another setup;
    large files are read through for damage only when it shall be `thorough`.
    """
    manifest = Manifest.read(folder)
    manifest.check(folder, thorough=thorough)
    manifest.must_fit(folder, setup)
    _must_follow(log, manifest, folder)
    try:
        sids, pool = (Pool(_texts(folder, manifest.texts[name])) for name in (_SIDS, _POOL))
        seen = Seen.open(folder / _SEEN, scratch)
        engine = Engine(setup, log, past, scratch, now, sids=sids, pool=pool, seen=seen)
        put(Image.read(folder, list(engine.state.covered)), engine)
        for family, runs in engine.state.runs.items():
            runs.restore(*_opened_runs(folder, manifest.cells.get(family.name, ()), engine, family))
    except (OSError, KeyError, TypeError, ValueError, LogError) as error:
        raise WorkspaceError(
            f"{folder} cannot be opened: {error}. Take the snapshot before it, or build the state anew from the log."
        ) from error
    engine.state.clock, engine.state.epoch = manifest.clock, manifest.epoch
    engine.positions = dict(manifest.positions)
    engine.snapshot = folder
    return engine


def _must_follow(log: Log, manifest: Manifest, folder: Path) -> None:
    for partition, start in log.start().items():
        if start > manifest.positions.get(partition, 0):
            raise WorkspaceError(
                f"{folder} ends at offset {manifest.positions.get(partition, 0)} of partition {partition}, and the log "
                f"begins at {start}. Build the state anew from the history and the log."
            )


# --- as it stands ----------------------------------------------------------------------------------------------------


def _write_as_it_stands(engine: Engine, fresh: Path) -> Manifest:
    former = _former(engine)
    image_of(engine).write(fresh)
    cells: dict[str, list[RunNote]] = {}
    for name, family in _named(engine):
        runs = engine.state.runs[family]
        written: list[tuple[int, Cells | PackedCells]] = [*runs.base(), *runs.runs()]
        for place, (epoch, run) in enumerate(written):
            note = RunNote(epoch, f"cells-{name}-{place}.arrow")
            if epoch > 0 or former is None or not _taken_over(note, former, family, fresh):
                write_cells(fresh / note.file, run)
            cells.setdefault(family.name, []).append(note)
    texts = {
        name: _write_new_texts(pool.all, name, former, fresh)
        for name, pool in ((_SIDS, engine.sids), (_POOL, engine.compiled.pool))
    }
    return replace(_manifest(engine, canonical=False), epoch=engine.state.epoch, cells=cells, texts=texts)


def _taken_over(note: RunNote, former: tuple[Path, Manifest], family: Family, fresh: Path) -> bool:
    folder, manifest = former
    return note in manifest.cells.get(family.name, ()) and _linked(folder / note.file, fresh / note.file)


def _write_new_texts(
    texts: Sequence[str], name: str, former: tuple[Path, Manifest] | None, fresh: Path
) -> list[TextNote]:
    """Pools only grow: files are taken over as long as each holds at least as many texts as all behind it."""
    notes: list[TextNote] = []
    done = 0
    for note in former[1].texts[name] if former is not None else ():
        assert former is not None
        if note.count < len(texts) - done - note.count or not _linked(former[0] / note.file, fresh / note.file):
            break
        notes.append(note)
        done += note.count
    if done < len(texts) or not notes:
        note = TextNote(len(texts) - done, f"{name}-{len(notes)}.arrow")
        write_texts(fresh / note.file, texts[done:])
        notes.append(note)
    return notes


def _former(engine: Engine) -> tuple[Path, Manifest] | None:
    """The snapshot that this engine's base lies in, if it is still there."""
    if engine.snapshot is None:
        return None
    try:
        return engine.snapshot, Manifest.read(engine.snapshot)
    except WorkspaceError:
        return None


def _linked(path: Path, target: Path) -> bool:
    """Links a file that never changes; False where the file system cannot, or the file is gone."""
    try:
        os.link(path, target)
    except OSError:
        return False
    return True


# --- canonical -------------------------------------------------------------------------------------------------------


def _write_canonical(engine: Engine, fresh: Path) -> Manifest:
    image, sids = canonical_image(engine)
    image.write(fresh)
    write_columns(fresh / f"{_SIDS}-0.arrow", [{"text": sids.texts}])
    cells: dict[str, list[RunNote]] = {}
    used = np.zeros(len(engine.compiled.pool), np.bool_)
    texted: list[tuple[Family, Path]] = []
    for name, family in _named(engine):
        found = canonical_cells(engine, family, sids)
        if len(found) == 0:
            continue
        note = RunNote(0, f"cells-{name}-0.arrow")
        cells[family.name] = [note]
        write_cells(fresh / note.file, PackedCells.of(found))
        if text_arrays(family, found):
            mark_texts(family, found, used)
            texted.append((family, fresh / note.file))
    # Only now it is known which texts are left: the codes of families that hold texts are written a second time.
    texts = Numbering(engine.compiled.pool.all, used)
    write_columns(fresh / f"{_POOL}-0.arrow", [{"text": texts.texts}])
    for family, path in texted:
        written = read_cells(path, engine.compiled.plan.merges(family), family)
        assert isinstance(written, PackedCells)
        found = written.whole()
        path.unlink()
        write_cells(path, PackedCells.of(renumbered(family, found, texts)))
    pools = {name: [TextNote(len(made), f"{name}-0.arrow")] for name, made in ((_SIDS, sids), (_POOL, texts))}
    return replace(_manifest(engine, canonical=True), epoch=1, cells=cells, texts=pools)


# --- files -----------------------------------------------------------------------------------------------------------


def _named(engine: Engine) -> Iterator[tuple[str, Family]]:
    """The families with the names of their files: the same whatever other families there are."""
    for family in sorted(engine.state.runs, key=lambda family: family.name):
        yield blake2b(family.name.encode(), digest_size=8).hexdigest(), family


def _manifest(engine: Engine, *, canonical: bool) -> Manifest:
    setup = engine.compiled.setup
    definitions, setting = fingerprint(setup.definitions), setting_fingerprint(setup)
    return Manifest(canonical, dict(engine.positions), engine.state.clock, 1, definitions, setting)


def _opened_runs(
    folder: Path, notes: Sequence[RunNote], engine: Engine, family: Family
) -> tuple[list[tuple[int, PackedCells]], list[tuple[int, Cells]]]:
    """The base and the runs behind it."""
    states = engine.compiled.plan.merges(family)
    base: list[tuple[int, PackedCells]] = []
    runs: list[tuple[int, Cells]] = []
    for note in notes:
        cells = read_cells(folder / note.file, states, family)
        if isinstance(cells, PackedCells):
            base.append((note.epoch, cells))
        else:
            runs.append((note.epoch, cells))
    return base, runs


def _texts(folder: Path, notes: Sequence[TextNote]) -> list[str]:
    return [text for note in notes for text in read_texts(folder / note.file)]


def _file_notes(folder: Path, former: tuple[Path, Manifest] | None) -> Iterator[tuple[str, FileNote]]:
    """Size and checksum of every file; those of a linked file are known from where it came from."""
    known: dict[int, FileNote] = {}
    for name, note in former[1].files.items() if former is not None else ():
        assert former is not None
        if (former[0] / name).is_file():
            known[(former[0] / name).stat().st_ino] = note
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != MANIFEST:
            told = path.stat()
            found = known.get(told.st_ino)
            if found is None or found.size != told.st_size:
                found = FileNote(told.st_size, checksum(path))
            yield path.relative_to(folder).as_posix(), found
