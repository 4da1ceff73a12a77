"""An expression's text as tokens: numbers, texts, names, symbols."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from hundredfold.definition.mistakes import ExpressionError
from hundredfold.said import said

_WORDS: Final = "and or not in is like null true false case when then else end"
KEYWORDS: Final = frozenset(_WORDS.split())
MAX_LENGTH: Final = 50_000
"""How many characters an expression may have."""

_PLAIN = r"[^\W\d][\w$]*|\$[\w$]*"
_QUOTED = r"`(?:[^`\n]|``)+`"
_PIECES: Final = re.compile(
    rf"""(?P<blank>\s+)
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?P<glued>[\w$`.]*))
    |(?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
    |(?P<name>(?:{_PLAIN}|{_QUOTED})(?:\.(?:[\w$]+|{_QUOTED}))*(?P<rest>[.`]?))
    |(?P<symbol><=|>=|!=|[=<>+\-*/(),])""",
    re.VERBOSE,
)
_SEGMENT: Final = re.compile(rf"{_QUOTED}|[\w$]+")
_PLAIN_FIRST: Final = re.compile(_PLAIN)
_PLAIN_LATER: Final = re.compile(r"[\w$]+")
_INSTEAD: Final = {
    "==": said("Equality is one `=`"),
    "<>": said("Write `!=`"),
    "&&": said("Write `and`"),
    "||": said("Write `or`; texts are joined by concat(a, b)"),
    "!": said("Write `not`, or `!=`"),
    "&": said("Write `and`"),
    "|": said("Write `or`"),
    "%": said("There is no remainder operator"),
    "^": said("There is no power operator"),
    "‘": said("Write straight quotes: 'text'"),
    "’": said("Write straight quotes: 'text'"),
    "“": said("Write straight quotes: 'text'"),
    "”": said("Write straight quotes: 'text'"),
    "–": said("Write the minus of the keyboard: -"),
    "−": said("Write the minus of the keyboard: -"),
    "×": said("Write *"),
    "÷": said("Write /"),
    "≤": said("Write <="),
    "≥": said("Write >="),
    "≠": said("Write !="),
    ";": said("An expression is one line without an end mark"),
    "{": said("There are no braces; write ( )"),
    "[": said("There are no square brackets; write ( )"),
}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression; `position` counts from 1.

    `value` is a text's content, a name's path (dots between its parts), else what is written. `word` is a keyword, or a
    plain name of one part in small letters, and empty for all else.
    """

    kind: Literal["number", "text", "name", "symbol", "end"]
    value: str
    position: int
    source: str
    word: str = ""

    @property
    def keyword(self) -> bool:
        """Whether it is a word of the language and no name."""
        return self.word in KEYWORDS

    @property
    def shown(self) -> str:
        """What a message calls it."""
        return said("the end") if self.kind == "end" else _short(self.source)


def tokens(text: str) -> list[Token]:
    """All tokens of an expression, with an `end` behind them. Raises ExpressionError for what is none."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            said(
                "the expression has {count:,} characters, at most {most:,} are read", count=len(text), most=MAX_LENGTH
            ),
            expression=text,
            position=1,
            hint=said("Split it, or put long lists into a lookup table"),
        )
    return [*_pieces(text), Token("end", "", len(text) + 1, "")]


def _pieces(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        found = _PIECES.match(text, at)
        if found is None:
            raise _stray(text, at)
        source, position, kind = found.group(), at + 1, found.lastgroup
        at = found.end()
        if found["number"]:
            yield _number(text, found)
        elif found["text"]:
            yield Token("text", _unquoted(text, source, position), position, source)
        elif found["name"]:
            yield _name(text, found)
        elif kind == "symbol":
            if text[found.start() : at + 1] in _INSTEAD:
                raise _stray(text, found.start())
            yield Token("symbol", source, position, source)


def _number(text: str, found: re.Match[str]) -> Token:
    if found["glued"]:
        raise ExpressionError(
            said("{short} is neither a number nor a name", short=_short(found.group())),
            expression=text,
            position=found.start() + 1,
            length=len(found.group()),
            hint=said("A name that begins with a digit is written in backquotes: `2nd_order`"),
        )
    return Token("number", found.group(), found.start() + 1, found.group())


def _unquoted(text: str, source: str, position: int) -> str:
    content = source[1:-1].replace(source[0] * 2, source[0])
    if any("\ud800" <= c <= "\udfff" for c in content):
        raise ExpressionError(
            said("this text holds half a character"), expression=text, position=position, length=len(source)
        )
    return content


def _name(text: str, found: re.Match[str]) -> Token:
    source, position = found.group(), found.start() + 1
    if found["rest"]:
        at = found.start("rest")
        expected = said("a name behind the point") if found["rest"] == "." else said("a closing backquote")
        raise ExpressionError(
            said("the name {short} does not end", short=_short(source)),
            expression=text,
            position=at + 1,
            expected=expected,
            hint=said("A part with blanks or signs is written in backquotes: properties.`my field`"),
        )
    parts = [_part(text, part, found.start()) for part in _SEGMENT.finditer(source)]
    plain = len(parts) == 1 and not source.startswith("`")
    return Token("name", ".".join(parts), position, source, source.lower() if plain else "")


def _part(text: str, part: re.Match[str], start: int) -> str:
    source = part.group()
    if not source.startswith("`"):
        return source
    content = source[1:-1].replace("``", "`")
    if "." in content or any("\ud800" <= c <= "\udfff" for c in content):
        raise ExpressionError(
            said(
                "{part} holds {what}",
                part=_short(source),
                what=said("a point") if "." in content else said("half a character"),
            ),
            expression=text,
            position=start + part.start() + 1,
            length=len(source),
            hint=said(
                "A point always goes one level deeper, so a field whose own name has one cannot be read; rename "
                "it where it is sent"
            ),
        )
    return content


def spelt(path: str) -> str:
    """A path as an expression writes it: parts that are no plain names, and a lone keyword, in backquotes.

    >>> spelt("properties.my field"), spelt("case"), spelt("properties.case")
    ('properties.`my field`', '`case`', 'properties.case')
    """
    first, *later = path.split(".")
    plain = _PLAIN_FIRST.fullmatch(first) and (later or first.lower() not in KEYWORDS)
    parts = [first if plain else _backquoted(first)]
    return ".".join(parts + [part if _PLAIN_LATER.fullmatch(part) else _backquoted(part) for part in later])


def _backquoted(part: str) -> str:
    return "`" + part.replace("`", "``") + "`"


def _stray(text: str, at: int) -> ExpressionError:
    sign = text[at]
    if sign in "'\"`":
        what = said("name in backquotes") if sign == "`" else said("text in quotes")
        return ExpressionError(
            said("the {what} that begins here does not end", what=what),
            expression=text,
            position=at + 1,
            length=len(text) - at,
            hint=said("Close it with {sign}; a {sign} inside is written twice", sign=sign),
        )
    word = text[at : at + 2] if text[at : at + 2] in _INSTEAD else sign
    return ExpressionError(
        said("{short} means nothing here", short=_short(word)),
        expression=text,
        position=at + 1,
        length=len(word),
        hint=_INSTEAD.get(word),
    )


def _short(source: str) -> str:
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in source)
    return f"`{shown if len(shown) <= 40 else shown[:37] + '...'}`"
