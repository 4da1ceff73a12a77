"""Turning a restored copy of a log on Kafka into an embedded log: the same files at the same positions."""

from __future__ import annotations

from hundredfold.app.settings import EMBEDDED, FILE, parse_settings, with_setting
from hundredfold.app.workspace import Workspace
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.errors import WorkspaceError
from hundredfold.log.kafka.mirror import known_of


def embed(workspace: Workspace) -> None:
    """Makes the log of a workspace that nobody has open an embedded one. Raises WorkspaceError.

    What `foreign_topics` says becomes a comment in the workspace's file: topics are read with a log on Kafka only.
    """
    if not workspace.settings.on_kafka:
        raise WorkspaceError("the log in this backup is embedded already. Leave --embedded out; nothing was changed.")
    mirror = workspace.log_folder
    path = workspace.folder / FILE
    text = with_setting(path.read_bytes().decode("utf-8-sig"), "log", EMBEDDED)
    if workspace.settings.foreign_topics:
        text = _commented(text, "foreign_topics")
    try:
        parse_settings(text)
    except DefinitionErrors as error:
        raise WorkspaceError(f"`log: {EMBEDDED}` cannot be written into {FILE} of the backup: {error}") from None
    path.write_text(text, encoding="utf-8")
    known_of(mirror).unlink()
    mirror.rename(workspace.data / "log")


def _commented(text: str, name: str) -> str:
    """The text of a workspace's file with one field, and the lines that are indented below it, as comments."""
    lines, inside = [], False
    for line in text.splitlines(keepends=True):
        inside = line.startswith(f"{name}:") or (inside and (line[0].isspace() or line.startswith("}")))
        lines.append(f"# {line}" if inside and line.strip() else line)
    return "".join(lines)
