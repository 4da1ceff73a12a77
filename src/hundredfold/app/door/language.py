"""The language in which a request is answered: the one that its `Accept-Language` asks for first, of those known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from hundredfold.app.portuguese import PORTUGUESE
from hundredfold.said import Said, said, without_places

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {"en": {}, "pt": PORTUGUESE}
"""The languages, each with its templates by the English ones."""

_asked: ContextVar[str] = ContextVar("language", default="en")


def spoken(text: str) -> str:
    """A sentence in the language of the request that is being answered; a text that was not said stays as it is."""
    return text.in_words(LANGUAGES[_asked.get()]) if isinstance(text, Said) else text


def heading(group: str | None) -> str | None:
    """The heading of attributes or segments: those of the catalogue and the demo are known in every language."""
    return None if group is None else spoken(said(without_places(group)))


def wanted(accept: str) -> str:
    """The language that an `Accept-Language` asks for, by the order in which browsers write it; English by default.

    >>> wanted("pt-PT,pt;q=0.9,en;q=0.8"), wanted("de, pt;q=0.5"), wanted("*")
    ('pt', 'pt', 'en')
    """
    named = (part.partition(";")[0].partition("-")[0].strip().lower() for part in accept.split(","))
    return next((one for one in named if one in LANGUAGES), "en")


@contextmanager
def answering(accept: bytes | None) -> Iterator[None]:
    """While a request with this `Accept-Language` is answered, what is told is told in its language."""
    token = _asked.set(wanted((accept or b"").decode("latin-1")))
    try:
        yield
    finally:
        _asked.reset(token)
