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
        """The sentence by other templates, found by the English ones; a template that is missing stays English."""
        parts = {name: part.in_words(words) if isinstance(part, Said) else part for name, part in self.parts.items()}
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


def _remade(template: str, parts: dict[str, Any]) -> Said:
    return Said(template, **parts)
