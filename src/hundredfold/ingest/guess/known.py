"""Presets that are recognised by the columns of a file, and fitted to those that it has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

from hundredfold.ingest.guess.form import MappingForm, form_of
from hundredfold.ingest.mapping import Mapping
from hundredfold.ingest.mapping_file import PRESETS, load_mapping

_ENOUGH: Final = 0.6
"""The share of a preset's columns that a file must have."""
_LEAST: Final = 4
_OPTIONAL: Final = ("lines.", "properties.", "traits.", "context.", "columns.", "currency")


@dataclass(frozen=True, slots=True)
class Known:
    """A mapping that somebody has written: its name and its form."""

    name: str
    form: MappingForm


@lru_cache(maxsize=1)
def shipped() -> tuple[Known, ...]:
    """The presets that are a form."""
    names = sorted(entry.name for entry in resources.files(PRESETS).iterdir() if entry.name.endswith(".yaml"))
    plain = [name.removesuffix(".yaml") for name in names]
    return tuple(fitting_a_form([(name, load_mapping(name)) for name in plain]))


def fitting_a_form(mappings: Sequence[tuple[str, Mapping]]) -> list[Known]:
    """Those mappings that a form can show."""
    forms = [(name, form_of(mapping)) for name, mapping in mappings]
    return [Known(name, form) for name, form in forms if form is not None and form.parts]


def recognised(columns: Collection[str], known: Sequence[Known]) -> Known | None:
    """The mapping that was made for a file with these columns, without what the file does not have; or None."""
    best: tuple[float, Known] | None = None
    for one in known:
        wanted = {part.column for part in one.form.parts}
        needed = {part.column for part in one.form.parts if not part.target.startswith(_OPTIONAL)}
        share = len(wanted & set(columns)) / len(wanted)
        if needed <= set(columns) and share >= _ENOUGH and len(wanted & set(columns)) >= _LEAST:
            score = share + len(wanted) / 1_000  # of two that fit as well, the one that says more
            if best is None or score > best[0]:
                best = score, one
    return None if best is None else Known(best[1].name, _fitted(best[1].form, columns))


def _fitted(form: MappingForm, columns: Collection[str]) -> MappingForm:
    parts = tuple(part for part in form.parts if part.column in columns)
    skip = tuple(skip for skip in form.skip if skip.column in columns)
    return form.model_copy(update={"parts": parts, "skip": skip})
