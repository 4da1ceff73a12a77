"""The definitions in force: what `apply` has put there, whatever stands in the files since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from hundredfold.definition.canonical import document_of
from hundredfold.definition.check import fingerprint
from hundredfold.definition.load import from_document
from hundredfold.definition.model import Definitions
from hundredfold.errors import WorkspaceError, newer
from hundredfold.log.disk import replace_file

FILE: Final = "definitions.json"
FORMAT: Final = 1


@dataclass(frozen=True)
class InForce:
    """Definitions with their version, and when they were applied (microseconds UTC; None: nothing ever was)."""

    definitions: Definitions
    fingerprint: str
    applied: int | None


def read(folder: Path) -> InForce:
    """The definitions in force; none before the first `apply`. Raises WorkspaceError for a damaged file."""
    path = folder / FILE
    if not path.exists():
        nothing = Definitions()
        return InForce(nothing, fingerprint(nothing), None)
    try:
        told: dict[str, Any] = orjson.loads(path.read_bytes())
        if told.get("format", 1) > FORMAT:
            raise WorkspaceError(newer(path, "definitions", told["format"], FORMAT))
        return InForce(from_document(told["document"]), str(told["fingerprint"]), int(told["applied"]))
    except (ValueError, KeyError, TypeError) as error:
        raise WorkspaceError(f"{path} is damaged ({error}). Run hf apply to write it anew.") from None


def put(folder: Path, definitions: Definitions, applied: int) -> InForce:
    """Brings definitions into force: all of them or, after a crash, those that were there."""
    version = fingerprint(definitions)
    told = {"format": FORMAT, "fingerprint": version, "applied": applied, "document": document_of(definitions)}
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / FILE, orjson.dumps(told, option=orjson.OPT_INDENT_2))
    return InForce(definitions, version, applied)
