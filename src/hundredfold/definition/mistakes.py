"""What is wrong with a definition, told so that a person can mend it: the place, what stood there, what to write."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from hundredfold.errors import DefinitionError
from hundredfold.said import Said, joined, said

_SHOWN = 96
"""How many characters of a long line are shown around a mistake."""


class ExpressionError(DefinitionError):
    """An expression that cannot be read.

    `position` counts characters of the expression from 1; `file`, `line` and `column` say where in a document, when it
    comes from one. `expected` and `hint` are None where there is nothing to say.
    """

    def __init__(
        self,
        problem: Said,
        *,
        expression: str,
        position: int,
        length: int = 1,
        expected: Said | None = None,
        hint: Said | None = None,
    ) -> None:
        sentence = problem
        if expected is not None:
            sentence = said("{problem}; expected {expected}", problem=sentence, expected=expected)
        if hint is not None:
            sentence = said("{problem}. {hint}", problem=sentence, hint=hint)
        super().__init__(sentence, below=pointed(expression, position, length), column=position)
        self.problem, self.expected, self.hint = problem, expected, hint
        self.expression, self.position, self.length = expression, position, length

    def __str__(self) -> str:
        bare = self.file is None and self.line is None and self.column is not None
        return said("column {column}: {told}", column=self.column, told=self.message) if bare else super().__str__()

    def placed(self, subject: Said, file: str | None, line: int | None, column: int | None) -> ExpressionError:
        """The same mistake, with what it is about and its place in a document."""
        self.subject = subject
        self.file, self.line, self.column = file, line, column
        return self


class DefinitionErrors(DefinitionError):
    """Everything that is wrong with a set of definitions, in `errors`, in the order of the documents."""

    def __init__(self, errors: Sequence[DefinitionError]) -> None:
        first = errors[0]
        super().__init__(
            first.told,
            subject=first.subject,
            below=first.below,
            file=first.file,
            line=first.line,
            column=first.column,
        )
        self.errors = tuple(errors)

    def __str__(self) -> str:
        count = len(self.errors)
        head = (
            said("1 mistake in the definitions:")
            if count == 1
            else said("{count} mistakes in the definitions:", count=count)
        )
        return joined([head, *(str(error) for error in self.errors)])


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that a misspelt one most likely means, whatever the case; None when none is near.

    >>> nearest("Agregate", ["aggregate", "event"])
    'aggregate'
    """
    folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), folded, 1, 0.6)
    return folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str], what: Said) -> Said:
    """The sentence behind an unknown word: the nearest known one, else all of them (at most twelve).

    >>> did_you_mean("evnt", ["event", "value"], said("Fields"))
    'Did you mean `event`?'
    >>> did_you_mean("xyz", ["event", "value"], said("Fields"))
    'Fields: event, value.'
    """
    names = sorted(known)
    near = nearest(word, names)
    if near is not None:
        return said("Did you mean `{near}`?", near=near)
    if not names:
        return said("{what}: none.", what=what)
    shown = ", ".join(names[:12]) + (" ..." if len(names) > 12 else ".")
    return said("{what}: {names}", what=what, names=shown)


def pointed(text: str, position: int, length: int = 1) -> str:
    """The line of a text that holds a position (from 1), with carets under `length` characters from there.

    >>> print(pointed("a + * b", 5))
        a + * b
            ^
    """
    place = min(position - 1, len(text))
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    line, offset = text[start : end if end >= 0 else len(text)], place - start
    cut = max(0, offset - _SHOWN // 2)
    before, after = "…" * (cut > 0), "…" * (len(line) > cut + _SHOWN)
    shown = "".join(c if c.isprintable() else " " for c in line[cut : cut + _SHOWN])
    marked = shown[offset - cut : offset - cut + max(length, 1)]
    blank = " " * _width(before + shown[: offset - cut])
    return f"    {before}{shown}{after}\n    {blank}{'^' * max(_width(marked), 1)}"


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
