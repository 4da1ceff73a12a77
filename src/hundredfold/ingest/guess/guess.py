"""The guess: from a file to the mapping of its table, with a question wherever two readings are possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import polars as pl

from hundredfold.errors import ImportFailed
from hundredfold.ingest.guess import numbers, times
from hundredfold.ingest.guess.currencies import meant
from hundredfold.ingest.guess.dialect import dialect_of
from hundredfold.ingest.guess.form import Kind, MappingForm, MappingPart, form_of, written
from hundredfold.ingest.guess.kinds import is_time, kind_of, parts_of, roles_of
from hundredfold.ingest.guess.known import Known, recognised, shipped
from hundredfold.ingest.guess.looks import HEAD, Look, looks_of
from hundredfold.ingest.mapping_file import parse_mapping
from hundredfold.ingest.source import Source, Style, source_of
from hundredfold.said import said

About: TypeAlias = Literal["dates", "numbers", "currency", "customer", "order"]
_AMOUNTS: Final = ("total", "lines.price", "lines.quantity", "properties.total", "properties.price")
_STAMPS: Final = ("timestamp", "receivedAt", "sentAt", "valid_from")


@dataclass(frozen=True, slots=True)
class Choice:
    """A possible answer, and what the example of the question is under it."""

    value: str
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What the file leaves open. `example` is a cell that can be read in several ways, of `column`."""

    about: About
    choices: tuple[Choice, ...]
    column: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """How the amounts of a column are read: one of its cells, the number that it is, and of which currency."""

    column: str
    example: str
    value: float
    currency: str | None


@dataclass(frozen=True, slots=True)
class Guess:
    """What a file seems to hold. `text` is the mapping file, `form` the same as a form.

    As long as there are questions, the mapping holds the first choice of each.
    """

    form: MappingForm
    text: str
    columns: tuple[Look, ...] = ()
    preset: str | None = None
    questions: tuple[Question, ...] = ()
    zoneless: bool = False
    """It has times that do not say their zone: they are taken in the mapping's, else the workspace's."""
    rows: int = 0
    """How many rows it has, or about so many."""
    amounts: tuple[Amount, ...] = ()
    """How amounts that are written as text are read."""


@dataclass
class _Settled:
    """What the answers and the cells have settled so far."""

    answers: Mapping[About, str]
    questions: list[Question] = field(default_factory=list)
    zoneless: bool = False

    def ask(self, question: Question) -> str:
        """The answer to a question; the first choice while there is none."""
        answer = self.answers.get(question.about)
        if answer in [choice.value for choice in question.choices]:
            return str(answer)
        self.questions.append(question)
        return question.choices[0].value


def guess(
    path: Path,
    *,
    kind: Kind | None = None,
    answers: Mapping[About, str] | None = None,
    known: Sequence[Known] = (),
) -> Guess:
    """The mapping of a file. `kind` says what the table is, `answers` what was asked; `known` are own mappings.

    Raises ImportFailed for a file that cannot be read.
    """
    variant = source_of(path)
    style = dialect_of(path) if variant.name == "csv" else Style()
    source = variant(path, style)
    source.check()
    if source.messages:
        form = MappingForm(kind="messages")
        return Guess(form, written(form), rows=source.rows_about())
    looks, seen, whole = looks_of(source, source.columns())
    if not seen:
        raise ImportFailed(said("{name} names its columns and has no rows; export it again", name=path.name))
    settled = _Settled(answers or {})
    found = recognised(looks, [*known, *shipped()])
    if found is not None and kind in (None, found.form.kind):
        form = found.form
    else:
        found, form = None, _form(source, looks, kind, settled)
    if variant.name == "csv":
        form = form.model_copy(update={"separator": style.separator, "encoding": style.encoding})
    form = _with_times(_with_numbers(form, looks, settled), looks, settled)
    text = written(form)
    return Guess(
        form_of(parse_mapping(text)) or form,
        text,
        tuple(looks.values()),
        None if found is None else found.name,
        tuple(settled.questions),
        settled.zoneless,
        seen if whole else max(seen, source.rows_about()),
        tuple(_amounts(form, looks)),
    )


def _amounts(form: MappingForm, looks: Mapping[str, Look]) -> Iterator[Amount]:
    """The most telling cell of each column of amounts, and how it is read."""
    style = numbers.Style(form.decimal, form.thousands)
    for part in form.parts:
        look = looks[part.column]
        if part.target not in _AMOUNTS or look.kind != "text" or part.target == "lines.quantity":
            continue
        read = ((cell, numbers.reading(cell, style, form.signs)) for cell in (*look.grouped, *look.examples))
        for cell, value in read:
            if value is not None:
                yield Amount(part.column, cell, value, form.currency)
                break


def _form(source: Source, looks: Mapping[str, Look], kind: Kind | None, settled: _Settled) -> MappingForm:
    """The form of a table that nobody knows, by the names and looks of its columns."""
    roles = roles_of(looks)
    kind = kind or kind_of(roles, looks, source.path.name)
    if kind not in ("products", "messages") and not roles.keys() & {"userId", "anonymousId"}:
        roles = _with_asked("customer", "userId", roles, looks, settled)
        kind = kind or kind_of(roles, looks, source.path.name)
    kind = kind or "customers"
    if kind == "orders" and "order_id" not in roles:
        roles = _with_asked("order", "order_id", roles, looks, settled)
    line_total = kind in ("orders", "refunds") and _of_lines(source, roles, kind)
    parts = parts_of(kind, roles, looks, line_total=line_total)
    told: dict[str, Any] = {}
    if kind == "products":
        keys = [part.target.removeprefix("columns.") for part in parts if part.target.startswith("columns.")]
        told = {"key": "sku" if "sku" in keys else keys[0], "file": "products.parquet"}
    if kind == "events" and "event" not in roles:
        told = {"event": "Order Completed" if "total" in roles else "Imported"}
    return MappingForm(kind=kind, parts=parts, **told)


def _with_asked(
    about: About, role: str, roles: Mapping[str, str], looks: Mapping[str, Look], settled: _Settled
) -> dict[str, str]:
    """The roles with the column that somebody says has one that must be there."""
    free = [name for name in looks if name not in (roles.get("userId"), roles.get("anonymousId"))] or list(looks)
    chosen = settled.ask(Question(about, tuple(Choice(name) for name in free)))
    return {other: column for other, column in roles.items() if column != chosen} | {role: chosen}


def _of_lines(source: Source, roles: Mapping[str, str], kind: Kind) -> bool:
    """Whether the total differs between the rows of one order: then it is that of a line."""
    key, total = roles.get("order_id" if kind == "orders" else "refund_id"), roles.get("total")
    if key is None or total is None:
        return False
    head = next(source.chunks([key, total], HEAD)).frame.select(key, total).drop_nulls()
    if head[total].dtype == pl.String:
        head = head.filter(head[total].str.strip_chars() != "")
    return bool((head.group_by(key).n_unique()[total] > 1).any())


def _with_numbers(form: MappingForm, looks: Mapping[str, Look], settled: _Settled) -> MappingForm:
    """With the decimal sign and the thousands that all amounts allow."""
    texts = {part: looks[part.column] for part in form.parts if part.type == "number" or part.target in _AMOUNTS}
    texts = {part: look for part, look in texts.items() if look.kind == "text"}
    needed = [look for part, look in texts.items() if part.target in _AMOUNTS] or list(texts.values())
    if not needed:
        return form
    signs = tuple(sorted({sign for look in texts.values() for sign in look.signs}))
    meanings = meant({sign for look in needed for sign in look.signs})
    if len(meanings) > 1 and form.column("currency") is None:
        # Without their signs, amounts of several currencies would be amounts of one: such rows are told instead.
        signs = ()
    style = _style(needed, signs, settled)
    readable = {part for part, look in texts.items() if _reads(style, look)}
    parts = tuple(
        part.model_copy(update={"type": None})
        if part in texts and part not in readable and part.target not in _AMOUNTS
        else part
        for part in form.parts
    )
    told = {"decimal": style.decimal, "thousands": style.thousands, "signs": signs, "parts": parts}
    form = form.model_copy(update=told)
    return _with_currency(form, needed, meanings[0], settled) if signs and len(meanings) == 1 else form


def _with_currency(form: MappingForm, needed: Sequence[Look], meaning: Sequence[str], settled: _Settled) -> MappingForm:
    """With the currency that the sign of the amounts is, where nothing else says it; `$` is asked for."""
    if form.kind not in ("orders", "refunds") or form.currency or form.column("currency") is not None:
        return form
    code = meaning[0]
    if len(meaning) > 1:
        look = next(look for look in needed if look.signs)
        choices = tuple(Choice(one) for one in meaning)
        code = settled.ask(Question("currency", choices, look.name, next(iter(look.examples), "")))
    return form.model_copy(update={"currency": code})


def _style(needed: Sequence[Look], signs: tuple[str, ...], settled: _Settled) -> numbers.Style:
    shapes = {shape for look in needed for shape in look.number_shapes}
    found = numbers.readings(shapes)
    if not found:
        return numbers.best(shape for look in needed for shape in look.number_shapes)
    if len(found) == 1:
        return found[0]
    column, example = _telling(needed, found, signs)
    choices = {f"{style.decimal}{style.thousands or ''}": style for style in found}
    readings = {name: _said(numbers.reading(example, style, signs)) for name, style in choices.items()}
    asked = Question("numbers", tuple(Choice(name, readings[name]) for name in choices), column, example)
    return choices[settled.ask(asked)]


def _telling(needed: Sequence[Look], found: Sequence[numbers.Style], signs: tuple[str, ...]) -> tuple[str, str]:
    """A cell that the styles read differently, and its column."""
    for look in needed:
        for example in look.grouped:
            if len({numbers.reading(example, style, signs) for style in found}) > 1:
                return look.name, example
    return needed[0].name, next(iter(needed[0].examples), "")


def _reads(style: numbers.Style, look: Look) -> bool:
    shapes = look.number_shapes
    return bool(shapes) and all(numbers.value(shape, style) is not None for shape in shapes)


def _with_times(form: MappingForm, looks: Mapping[str, Look], settled: _Settled) -> MappingForm:
    """With the formats of times; whether the day or the month comes first is one question for the whole file."""
    texts = {
        part: looks[part.column]
        for part in form.parts
        if looks[part.column].kind == "text" and (part.target in _STAMPS or part.type == "time")
    }
    for part in form.parts:
        settled.zoneless |= looks[part.column].kind == "local time"
    candidates = {
        part: times.formats(look.shapes, look.firsts, named_as_time=part.target in _STAMPS or is_time(look.name, look))
        for part, look in texts.items()
    }
    first = _day_first(candidates, texts, settled)
    parts = tuple(
        _with_time(part, candidates[part], texts[part], first, settled) if part in candidates else part
        for part in form.parts
    )
    return form.model_copy(update={"parts": parts})


def _with_time(part: MappingPart, found: Sequence[str], look: Look, first: bool, settled: _Settled) -> MappingPart:
    if not found:
        return part if part.target in _STAMPS else part.model_copy(update={"type": None, "format": None})
    if part.format in found:
        chosen = part.format or times.ISO
    else:
        chosen = found[0] if len(found) == 1 else next(one for one in found if times.day_first(one) == first)
    zone = "UTC" if chosen.endswith(("UTC", "GMT")) else part.timezone
    if zone is None and not times.zoned(chosen, look.shapes):
        settled.zoneless = True
    return part.model_copy(update={"format": chosen or None, "timezone": zone})


def _day_first(
    candidates: Mapping[MappingPart, Sequence[str]], texts: Mapping[MappingPart, Look], settled: _Settled
) -> bool:
    open_ones = [part for part, found in candidates.items() if len(found) > 1 and part.format not in found]
    if not open_ones:
        return True
    decided = {
        times.day_first(found[0])
        for part, found in candidates.items()
        if len(found) == 1 and found[0][:2] in ("%d", "%m") and texts[part].firsts.differ
    }
    if len(decided) == 1:
        return decided.pop()
    look = texts[open_ones[0]]
    example = next(iter(look.swapped), next(iter(look.examples), ""))
    choices = tuple(Choice(value, _read(example, candidates[open_ones[0]], value)) for value in ("day", "month"))
    return settled.ask(Question("dates", choices, look.name, example)) == "day"


def _read(example: str, found: Sequence[str], value: str) -> str:
    """The date that an example is when the day, or the month, comes first."""
    format = next(one for one in found if times.day_first(one) == (value == "day"))
    return times.read(example, format)


def _said(number: float | None) -> str:
    return "" if number is None else repr(number)
