"""How far each source is loaded: a file a source in `data/sources`, written when all is stored, and only then."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from hundredfold.app.import_book import KEPT, ImportBook
from hundredfold.errors import WorkspaceError, newer
from hundredfold.log.disk import replace_file

FORMAT: Final = 1

Cursor: TypeAlias = int | str
"""How far a load came: the highest value of a column. A time is text as its database writes it."""


class Load(msgspec.Struct):
    """A load that ended well: its run, when it began (microseconds UTC), what it brought, how far it came."""

    run: int
    at: int
    read: int
    stored: int
    duplicates: int
    rejected: int
    cursor: Cursor | None = None


class _Kept(msgspec.Struct):
    format: int
    loads: list[Load]


class LoadBook:
    """The loads of one source. `imports` knows which runs were undone."""

    def __init__(self, folder: Path, name: str, imports: ImportBook) -> None:
        self._path, self._imports = folder / f"{name}.json", imports

    def loads(self) -> list[Load]:
        """The loads that count, oldest first, up to one that was undone: from there on all is to be read again.

        Raises WorkspaceError.
        """
        if not self._path.exists():
            return []
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        except msgspec.MsgspecError:
            raise WorkspaceError(
                f"{self._path} cannot be read. Remove it: the next load reads everything, and nothing counts twice."
            ) from None
        if kept.format > FORMAT:
            raise WorkspaceError(newer(self._path, "source", kept.format, FORMAT))
        undone = {one.run for one in self._imports.imports() if one.undone is not None}
        first = next((place for place, load in enumerate(kept.loads) if load.run in undone), len(kept.loads))
        return kept.loads[:first]

    def add(self, load: Load) -> None:
        """Notes a load. What can no longer be undone is let go of, but for the last."""
        before = self.loads()
        kept = [one for one in before if one.at >= load.at - KEPT] or before[-1:]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(self._path, msgspec.json.encode(_Kept(FORMAT, [*kept, load])))
