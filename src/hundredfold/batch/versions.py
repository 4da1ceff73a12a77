"""Versions of models, a file each: runs that use the same one share it, and it is read when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import orjson

from hundredfold.errors import WorkspaceError
from hundredfold.log.disk import replace_file
from hundredfold.words.model import Version

AT_ONCE: Final = 64
"""Versions that are held in memory; those of a few hundred models would be read again and again."""


class Versions:
    """The versions in a folder, by the digest of their JSON. One that is there never changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.read = lru_cache(AT_ONCE)(self._read)

    def kept(self, version: Version) -> str:
        """The digest under which a version lies in the folder from now on."""
        if isinstance(version, Kept):
            return version.digest
        content = orjson.dumps(version, option=orjson.OPT_SORT_KEYS)
        digest = blake2b(content, digest_size=16).hexdigest()
        if not self._path(digest).exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(self._path(digest), content)
        return digest

    def _read(self, digest: str) -> dict[str, Any]:
        path = self._path(digest)
        try:
            found: dict[str, Any] = orjson.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise WorkspaceError(
                f"{path} is no version of a model ({error}). Take it from a backup, or remove the runs in "
                f"{self._folder.parent} that name it, and run `hf batch`."
            ) from error
        return found

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"


class Kept(Mapping[str, Any]):
    """A version that lies in a folder; two are equal when their content is."""

    __slots__ = ("_versions", "digest")

    def __init__(self, versions: Versions, digest: str) -> None:
        self._versions, self.digest = versions, digest

    def __getitem__(self, name: str) -> Any:
        return self._versions.read(self.digest)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._versions.read(self.digest))

    def __len__(self) -> int:
        return len(self._versions.read(self.digest))

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Kept) else super().__eq__(other)

    def __hash__(self) -> int:
        return hash(self.digest)
