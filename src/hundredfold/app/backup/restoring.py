"""Restoring a backup into a new workspace: every byte is compared before anything is in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hundredfold.app.backed_up import TREE, Manifest
from hundredfold.app.backup.copying import copied, must_be_free, new_folder
from hundredfold.app.backup.embedding import embed
from hundredfold.app.documents import Document, positions
from hundredfold.app.formats import must_be_known
from hundredfold.app.settings import EMBEDDED
from hundredfold.app.workspace import Workspace
from hundredfold.errors import WorkspaceError
from hundredfold.log.kafka.client import EVENTS, parse_address
from hundredfold.store.sent import FILE as SENT
from hundredfold.store.sessions import FILE as SESSIONS
from hundredfold.words.calendar import iso


def restored(
    source: Path,
    folder: Path,
    progress: Callable[[int, int], None] = lambda done, of: None,
    *,
    embedded: bool = False,
) -> Document:
    """Makes a workspace of a backup, which stays as it is. Raises WorkspaceError, and makes nothing then.

    A workspace that is there is never overwritten. `embedded`: the copy of a log on Kafka becomes an embedded log;
    otherwise `topic` in the answer is where such a workspace goes on reading.
    """
    source, folder = source.absolute(), folder.absolute()
    must_be_free(folder, "the restored workspace")
    manifest = Manifest.read(source)
    tree = source / TREE
    lacking = [name for name in manifest.files if not (tree / name).is_file()]
    if lacking:
        raise _unusable(source, f"{lacking[0]} is missing" + (f", and {len(lacking) - 1} more" * (len(lacking) > 1)))
    with new_folder(folder) as fresh:
        for n, (name, note) in enumerate(sorted(manifest.files.items())):
            progress(n, len(manifest.files))
            found = copied(tree / name, fresh / name, link=note.fixed)
            if found != (note.size, note.sha256):
                raise _unusable(source, f"{name} is damaged: it is not as it was written")
        if embedded:
            embed(Workspace.open(fresh))
        workspace = Workspace.open(fresh)
        must_be_known(workspace)
        # A backup does not know what was published behind it: who publishes next reads it from the topics.
        (workspace.store / SENT).unlink(missing_ok=True)
        # Who was logged in then is not logged in here.
        (workspace.store / SESSIONS).unlink(missing_ok=True)
    return {
        "workspace": str(folder),
        "position": positions(manifest.position),
        "files": len(manifest.files),
        "bytes": sum(note.size for note in manifest.files.values()),
        "made": iso(manifest.made),
        "program": manifest.program,
        "topic": _topic(workspace.settings.log),
    }


def _topic(log: str) -> str | None:
    """The topic in which a workspace's messages are."""
    return None if log == EMBEDDED else parse_address(log)[1] + EVENTS


def _unusable(source: Path, why: str) -> WorkspaceError:
    return WorkspaceError(f"the backup {source} cannot be restored: {why}. Nothing was put in place. Use another one.")
