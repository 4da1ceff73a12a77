"""Why a text is no YAML, in the words of people instead of the parser's, as far as it happens often."""

from __future__ import annotations

import re
from typing import Final

from ruamel.yaml.error import MarkedYAMLError

from hundredfold.said import Said, said

_QUOTED: Final = re.compile(r"(?:character|key) ['\"](?P<found>.+?)['\"](?: |$)", re.DOTALL)
_COLON: Final = said("Put the value into quotes when it holds a colon and a blank, or look at the indentation")
_QUOTES: Final = said("Put the whole value into quotes")
_OFTEN: Final = (
    ("found '<stream end>'", said("the text ends before everything is closed"), None),
    ("got '<stream end>'", said("the text ends before everything is closed"), None),
    ("found unexpected end of stream", said("a quote is opened and not closed"), None),
    ("mapping values are not allowed", said("a colon stands where no key can be"), _COLON),
    ("expected <block end>, but found '<scalar>'", said("something stands behind a value that has ended"), None),
    ("expected <block end>", said("the indentation does not fit the lines above"), None),
    ("sequence entries are not allowed", said("an entry of a list (`-`) cannot stand here"), None),
    ("could not find expected ':'", said("a key has no colon behind it"), None),
    ("expected ',' or ']'", said("a list in brackets lacks a comma or its `]`"), None),
    ("expected ',' or '}'", said("fields in braces lack a comma or their `}}`"), None),
    ("expected the node content", said("a value is missing here"), None),
)
"""What the parser's words hold, what that means, and what to do; the first that fits counts."""


def why_no_yaml(error: MarkedYAMLError) -> Said:
    """What is wrong with the text, and a hint where there is one; what happens seldom is in the parser's words."""
    words = " ".join(part for part in (error.context, error.problem) if part)
    named = _QUOTED.search(words)
    found = named["found"] if named else ""
    problem: str
    hint = None
    if found == "\\t" and "cannot start any token" in words:
        problem = said("a tab stands where only blanks can")
    elif "cannot start any token" in words:
        problem, hint = said("no value can begin with {character}", character=found), _QUOTES
    elif "found unknown escape character" in words:
        problem = said("in double quotes no {character} can follow a backslash", character=found)
    elif "found duplicate key" in words:
        problem = said("the key `{key}` stands here twice", key=found)
    else:
        known = ((told, next_step) for part, told, next_step in _OFTEN if part in words)
        problem, hint = next(known, (words or said("it cannot be read"), None))
    told = said("this is no YAML: {problem}", problem=problem)
    return told if hint is None else said("{problem}. {hint}", problem=told, hint=hint)
