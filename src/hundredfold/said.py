"""Sentences for people that can be said in another language: the English text, which knows what it was made of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


class Said(str):
    """An English sentence with its template and what stands in the template's places.

    It is a text like any other, so that errors, logs and the command line need not know of it. `in_words` says the same
    with the templates of another language; what stands in the places and was said itself is said anew, too.
    """

    template: str
    parts: dict[str, Any]

    def __new__(cls, template: str, /, **parts: Any) -> Said:
        """The sentence; the places of the template are written as for `str.format`."""
        made = super().__new__(cls, template.format(**parts))
        made.template, made.parts = template, parts
        return made

    def __str__(self) -> Said:
        """The sentence itself: the text of an error is what was said, and not a copy that has forgotten it."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade, (self.template, self.parts)

    def in_words(self, words: Mapping[str, str]) -> str:
        """The sentence by other templates, found by the English ones; a template that is missing stays English.

        Numbers for which a template says how they are written, as in `{rows:,}`, are written as in that language.
        """
        parts = {name: _part(part, words) for name, part in self.parts.items()}
        return words.get(self.template, self.template).format(**parts)

    def plain(self) -> dict[str, Any]:
        """The template and its parts as JSON can hold them; see `from_plain`."""
        parts = {name: part.plain() if isinstance(part, Said) else part for name, part in self.parts.items()}
        return {"template": self.template, "parts": parts}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Said:
        """What was said, from what `plain` made of it.

        >>> Said.from_plain(Said("{name} is empty", name=Said("the file")).plain())
        'the file is empty'
        """
        parts = {
            name: cls.from_plain(part) if isinstance(part, dict) else part for name, part in plain["parts"].items()
        }
        return cls(plain["template"], **parts)


def said(template: str, /, **parts: Any) -> Said:
    """A sentence for people. Every template has its like in each language that pages speak; a test sees to that.

    >>> told = said("no attribute is called {name!r}", name="age")
    >>> told, told.in_words({"no attribute is called {name!r}": "nenhum atributo se chama {name!r}"})
    ("no attribute is called 'age'", "nenhum atributo se chama 'age'")
    """
    return Said(template, **parts)


_FOUR, _FIVE = said("1,234"), said("12,345.6")
"""By these a language shows, among its words, how it writes numbers: with which signs, and four digits in which way."""


def written(number: float, how: str, words: Mapping[str, str]) -> str:
    """A number as a language writes it; `how` is what `format` takes, English without more.

    >>> portuguese = {"1,234": "1234", "12,345.6": "12 345,6"}
    >>> written(1234, ",", portuguese), written(1234567.8, ",.1f", portuguese), written(0.125, ".1%", portuguese)
    ('1234', '1 234 567,8', '12,5%')
    >>> written(1234567.8, ",.1f", {})
    '1,234,567.8'
    """
    whole, point, rest = format(number, how).partition(".")
    if len(whole.lstrip("-")) == len(_FOUR):
        whole = whole.replace(",", _between(words.get(_FOUR, _FOUR)))
    shown = words.get(_FIVE, _FIVE)
    return whole.replace(",", shown[2]) + point.replace(".", shown[-2]) + rest


def _between(four: str) -> str:
    """What stands behind the first of four digits."""
    return four[1:-3]


def kept(text: str) -> str:
    """A text for a store: JSON where it was said, so that it can be said in any language later; else as it is."""
    return json.dumps(text.plain(), ensure_ascii=False) if isinstance(text, Said) else text


def recalled(stored: str) -> str:
    """The text that `kept` made this of. One that was stored plainly stays as it is.

    >>> recalled(kept(said("{name} needs userId", name="alias"))), recalled("alias needs userId")
    ('alias needs userId', 'alias needs userId')
    """
    return Said.from_plain(json.loads(stored)) if stored.startswith('{"template":') else stored


def without_places(text: str) -> str:
    """A text as a template that has no places, whatever braces stand in it."""
    return text.replace("{", "{{").replace("}", "}}")


def joined(sentences: Sequence[str]) -> str:
    """Several sentences, each on a line of its own."""
    first, *others = sentences
    for other in others:
        first = Said("{above}\n{below}", above=first, below=other)
    return first


def _part(part: Any, words: Mapping[str, str]) -> Any:
    if isinstance(part, Said):
        return part.in_words(words)
    return _Figure(part, words) if type(part) in (int, float) else part


class _Figure:
    """A number in the place of a template: one that says how it is written has it as the language does."""

    def __init__(self, number: float, words: Mapping[str, str]) -> None:
        self._number, self._words = number, words

    def __format__(self, how: str) -> str:
        return written(self._number, how, self._words) if how else str(self._number)

    def __repr__(self) -> str:
        return repr(self._number)


def _remade(template: str, parts: dict[str, Any]) -> Said:
    return Said(template, **parts)
