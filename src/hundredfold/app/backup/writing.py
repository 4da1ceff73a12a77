"""Writing a backup down, in a process that loads nothing else: what was fixed, and what people wrote."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from hundredfold.app.backed_up import FILE, TREE, WARNING, FileNote, Manifest
from hundredfold.app.backup.copying import copied, new_folder
from hundredfold.app.documents import Document, positions
from hundredfold.words.calendar import iso


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the workspace: where to read it, so many bytes of it (None: all), and whether it never changes."""

    name: str
    source: str
    size: int | None
    fixed: bool


def written(asked: Document, progress: Callable[[int, int], None]) -> Document:
    """Copies what was fixed, and what people wrote, and writes down what it copied: all of it, or nothing is left."""
    folder, target = Path(asked["folder"]), Path(asked["target"])
    items, position = [Item(*one) for one in asked["items"]], {int(p): int(end) for p, end in asked["position"].items()}
    notes: dict[str, FileNote] = {}
    with new_folder(target) as fresh:
        tree = fresh / TREE
        tree.mkdir()
        for name, path in written_by_people(folder):
            with suppress(FileNotFoundError):  # deleted since, such as an editor's own
                notes[name] = FileNote(*copied(path, tree / name), fixed=False)
        known: dict[int, str] = {}
        for n, item in enumerate(items):
            progress(n, len(items))
            source = Path(item.source)
            number = source.stat().st_ino
            if item.fixed and number in known:  # two snapshots share what has not changed between them
                os.link(tree / known[number], _ready(tree / item.name))
                notes[item.name] = notes[known[number]]
                continue
            size, digest = copied(source, tree / item.name, size=item.size, link=item.fixed)
            notes[item.name] = FileNote(size, digest, item.fixed)
            if item.fixed:
                known[number] = item.name
        manifest = Manifest(version("hundredfold"), int(asked["made"]), position, notes)
        manifest.write(fresh)
    return {
        "backup": str(target),
        "position": positions(position),
        "files": len(notes),
        "bytes": sum(note.size for note in notes.values()),
        "made": iso(manifest.made),
        "manifest": str(target / FILE),
        "warning": WARNING,
    }


def _ready(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def written_by_people(folder: Path) -> Iterator[tuple[str, Path]]:
    """The files of a workspace beside `data`, by their names in it, without those that version control keeps."""
    seen: set[Path] = set()
    for place, folders, files in os.walk(folder, followlinks=True):
        here = Path(place)
        top = here == folder
        folders[:] = [name for name in sorted(folders) if name != ".git" and not (top and name == "data")]
        if here.resolve() in seen:
            folders.clear()
            continue
        seen.add(here.resolve())
        for name in sorted(files):
            if (here / name).is_file():
                yield (here / name).relative_to(folder).as_posix(), here / name
