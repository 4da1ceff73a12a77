"""What a backup consists of: every file with its size and SHA-256, and the position at which it was taken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from hundredfold.errors import WorkspaceError, newer
from hundredfold.log.disk import replace_file

if TYPE_CHECKING:
    from hundredfold.log.stored import Positions

FILE: Final = "backup.json"
FORMAT: Final = 1
TREE: Final = "workspace"
"""The folder of a backup in which the workspace's files lie as they did there."""
WARNING: Final = (
    "It holds all personal data of the workspace and the digests of its access tokens: keep it as you keep the "
    "workspace, and erase again, after restoring it, who was erased since."
)


@dataclass(frozen=True, slots=True)
class FileNote:
    """A file's bytes and their SHA-256. One that is `fixed` is never written to: a hard link is as good as a copy."""

    size: int
    sha256: str
    fixed: bool


@dataclass(frozen=True)
class Manifest:
    """A backup. `made` is microseconds UTC; `position` is where the log ends in it; `files` by their path in `TREE`."""

    program: str
    made: int
    position: Positions
    files: Mapping[str, FileNote]

    def write(self, folder: Path) -> None:
        """Writes the manifest, with a checksum of itself."""
        body = asdict(self) | {"position": {str(partition): end for partition, end in self.position.items()}}
        told = {"format": FORMAT, "warning": WARNING, "sha256": _checksum(body), "backup": body}
        replace_file(folder / FILE, json.dumps(told, indent=1, sort_keys=True).encode())

    @staticmethod
    def read(folder: Path) -> Manifest:
        """The manifest of a backup. Raises WorkspaceError when it is missing, damaged or of a newer format."""
        path = folder / FILE
        try:
            told = json.loads(path.read_bytes())
            if told["format"] > FORMAT:
                raise WorkspaceError(newer(path, "backup", told["format"], FORMAT))
            body = told["backup"]
            if told["sha256"] != _checksum(body):
                raise ValueError("its checksum differs")
            files = {_inside(name): FileNote(**note) for name, note in body["files"].items()}
            position = {int(partition): int(end) for partition, end in body["position"].items()}
            return Manifest(str(body["program"]), int(body["made"]), position, files)
        except FileNotFoundError:
            raise WorkspaceError(
                f"{folder} is no backup: it has no {FILE}. Name the folder that hf backup has made."
            ) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise WorkspaceError(f"{path} is damaged ({error}). Nothing was changed. Take another backup.") from None


def _checksum(body: Mapping[str, Any]) -> str:
    return sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _inside(name: str) -> str:
    """A path that stays in its folder. Raises ValueError."""
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise ValueError(f"{name!r} leads out of the backup")
    return name
