"""The mapping file: one YAML document, checked, with the place of every mistake; and the presets that are shipped."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from io import StringIO
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from hundredfold.definition.refusal import refusal
from hundredfold.definition.syntax_mistake import why_no_yaml
from hundredfold.errors import DefinitionError
from hundredfold.ingest.mapping import Mapping
from hundredfold.said import said

T = TypeVar("T")

PRESETS: Final = "hundredfold.ingest.presets"
_SHARED: Final = ("files", "separator", "encoding", "decimal", "thousands", "signs", "timezone", "missing")
"""What may be said beside `tables` for all of them."""


def load_mapping(name: str | Path, named_in: str | None = None) -> Mapping:
    """The mapping in a file, or the preset of a name. Raises DefinitionError with file and line.

    `named_in`: the file that names it, which is told where there is none of the name.
    """
    path = Path(name)
    if path.is_file():
        try:
            return parse_mapping(path.read_text(encoding="utf-8-sig"), str(path))
        except UnicodeDecodeError:
            raise DefinitionError(said("the mapping is no UTF-8 text; save it as UTF-8"), file=str(path)) from None
    folder = resources.files(PRESETS)
    known = sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    if str(name) in known:
        return parse_mapping((folder / f"{name}.yaml").read_text(encoding="utf-8"), f"preset {name}")
    raise DefinitionError(
        said(
            "there is no mapping file {name}, and no preset of that name; presets: {known}",
            name=str(name),
            known=", ".join(known),
        ),
        file=named_in,
    )


def parse_mapping(text: str, file: str | None = None) -> Mapping:
    """The mapping that a YAML text declares: `tables:`, or one table at the top. Raises DefinitionError with a line."""
    return read_document(
        text,
        file,
        lambda data: Mapping.model_validate(with_tables(data)),
        otherwise=said("a mapping is a document with `kind:`, or with `tables:`"),
    )


def read_document(text: str, file: str | None, made: Callable[[dict[str, Any]], T], *, otherwise: str) -> T:
    """What `made` makes of the data of a YAML text; its ValidationError becomes a DefinitionError with a line.

    `otherwise` is told of a text that is no object.
    """
    try:
        document = YAML(typ="rt").load(StringIO(text))
    except YAMLError as error:
        marked = error if isinstance(error, MarkedYAMLError) else MarkedYAMLError()
        line = None if marked.problem_mark is None else marked.problem_mark.line + 1
        raise DefinitionError(why_no_yaml(marked), file=file, line=line) from None
    if not isinstance(document, CommentedMap):
        raise DefinitionError(otherwise, file=file, line=1)
    try:
        return made(_plain(document))
    except ValidationError as error:
        first = error.errors()[0]
        line, column, path = _position(document, list(first["loc"]))
        raise DefinitionError(_said(first, path), file=file, line=line, column=column) from None


def with_tables(document: dict[str, Any]) -> dict[str, Any]:
    """A table at the top becomes the only one; what is said beside `tables` holds for each of them."""
    if "tables" not in document:
        source = {"source": document.pop("source")} if "source" in document else {}
        return {**source, "tables": [document]}
    shared = {name: document.pop(name) for name in _SHARED if name in document}
    if isinstance(document["tables"], list):
        document["tables"] = [{**shared, **table} if isinstance(table, dict) else table for table in document["tables"]]
    return document


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node


def _position(node: Any, place: list[int | str]) -> tuple[int, int, list[str]]:
    """Line, column, and the path as it is written: without the names that only the model has for its unions."""
    line, column, path = node.lc.line, node.lc.col, list[str]()
    for part in place:
        if isinstance(node, CommentedMap) and part in node:
            line, column = node.lc.key(part)
            path += [str(part)] if part != "tables" else []
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line, column = node.lc.item(part)
        else:
            continue  # the tag of a union, or a field that is missing: its parent is the place
        node = node[part]
    return line + 1, column + 1, path


def _said(error: Any, written: list[str]) -> str:
    path = ".".join([*written, error["loc"][-1]] if error["type"] == "missing" else written)
    text = refusal(error)
    match error["type"]:
        case "extra_forbidden":
            return said("`{path}` is not known here; remove it or look for its spelling", path=path)
        case "missing":
            return said("`{path}` is missing", path=path)
        case "union_tag_not_found":
            return said("`kind` is missing: messages, events, orders, refunds, customers or products")
        case "union_tag_invalid":
            return said("`kind` is one of messages, events, orders, refunds, customers, products")
        case _:
            return said("`{path}`: {told}", path=path, told=text) if path else text
