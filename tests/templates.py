"""The templates of all sentences for people: every `said("...")` of the source, and what fields of definitions say."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

import hundredfold
from hundredfold.catalogue.book import book
from hundredfold.definition.document import ATTRIBUTE_PARTS, EventKind, EventPart, LookupPart, SegmentPart
from hundredfold.definition.load import load_folder
from hundredfold.predict.models import FAMILIES
from hundredfold.said import without_places

SOURCE = Path(hundredfold.__file__).parent
SHOWN = (
    "definition",
    "attribute/fitting.py",
    "attribute/plan.py",
    "app/gui",
    "app/beside.py",
    "app/door/access.py",
    "app/door/control.py",
    "app/door/envelope.py",
    "app/door/held_back.py",
    "app/door/keys.py",
    "app/door/logins.py",
    "app/door/reception.py",
    "app/tables.py",
    "app/undoing.py",
    "ingest/cell.py",
    "ingest/decode.py",
    "ingest/guess",
    "ingest/line.py",
    "ingest/lookup.py",
    "ingest/mapping.py",
    "ingest/mapping_file.py",
    "ingest/message.py",
    "ingest/preview.py",
    "ingest/row.py",
    "ingest/tracking_plan.py",
    "predict",
    "profile/answers.py",
    "segment/asked.py",
    "store/quarantine.py",
    "store/rejections.py",
    "store/tokens.py",
    "store/users.py",
)
"""Where what pages show of errors comes from."""
ERRORS = {
    "DefinitionError",
    "ExpressionError",
    "ImportFailed",
    "MessageRejected",
    "NotFound",
    "Problem",
    "TooLittle",
    "WeakPassword",
    "WorkspaceError",
}

WITHOUT_PLACES = {
    "without_places(field.description)",
    "without_places(asked.meaning)",
    "without_places(scoring.family.roles[role].meaning)",
    "without_places(text)",
    "without_places(group)",
    "without_places(group.title)",
    "without_places(one.why)",
}
"""What is said besides literals: what definitions, families of models and the catalogue say of themselves."""


def templates(source: str) -> Iterator[str]:
    """What a source text gives to `said`; a template that is no literal has to be a description of a field."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "said":
            told = call.args[0]
            if isinstance(told, ast.Constant):
                yield str(told.value)
            else:
                assert ast.unparse(told) in WITHOUT_PLACES, f"no literal: {ast.unparse(call)}"


def unsaid(source: str) -> list[str]:
    """The texts of errors that no other language can say: what is raised with a text and without `said`."""
    calls = [call for call in ast.walk(ast.parse(source)) if isinstance(call, ast.Call)]
    raised = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ERRORS]
    return [
        ast.unparse(told)
        for call in raised
        for told in call.args
        if isinstance(told, ast.JoinedStr) or _is_sentence(told, code=len(call.args) > 1)
    ]


def _is_sentence(told: ast.expr, *, code: bool) -> bool:
    """Whether it is a text; the codes of problems are texts of one word, and are no sentences."""
    text = told.value if isinstance(told, ast.Constant) else None
    return isinstance(text, str) and (" " in text or not code)


def all_templates() -> set[str]:
    """The templates of the whole package."""
    sources = (path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    found = {
        told for source in sources if "said import" in source or "def said(" in source for told in templates(source)
    }
    parts = (*ATTRIBUTE_PARTS.values(), EventKind, EventPart, LookupPart, SegmentPart)
    fields = (field for part in parts for field in part.model_fields.values())
    described = {field.description for field in fields if field.description is not None}
    return found | set(map(without_places, described | of_families() | of_the_catalogue() | of_the_demo()))


def of_the_catalogue() -> set[str]:
    """What the catalogue calls its groups, and says of what it does not have."""
    return {one.title for one in book().groups.values()} | {one.why for one in book().later.values()}


def of_the_demo() -> set[str]:
    """The headings of the demo's attributes."""
    return set(load_folder(SOURCE / "demo" / "definitions").groups.values())


def of_families() -> set[str]:
    """What the families of models say of themselves, of their inputs and of their options."""
    families = FAMILIES.values()
    meant = {one.meaning for family in families for one in (*family.roles.values(), *family.options.values())}
    return meant | {family.answers for family in families}


def places(template: str) -> set[str]:
    """The names of a template's places."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def formats(template: str) -> set[tuple[str, str]]:
    """The names of the places that say how their numbers are written, with how."""
    return {(name, how) for _, name, how, _ in Formatter().parse(template) if name is not None and how}


def untold(english: set[str], words: Mapping[str, str]) -> list[str]:
    """What is wrong with a language: templates that it lacks, that nobody says, whose places or numbers are others."""
    return [
        *(f"missing: {one}" for one in sorted(english - words.keys())),
        *(f"nobody says: {one}" for one in sorted(words.keys() - english)),
        *(f"other places: {one}" for one in sorted(english & words.keys()) if places(one) != places(words[one])),
        *(f"other numbers: {one}" for one in sorted(english & words.keys()) if formats(one) != formats(words[one])),
    ]
