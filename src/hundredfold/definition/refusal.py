"""What pydantic says of a value that does not fit, as sentences that can be said in every language."""

from __future__ import annotations

from typing import Final

from pydantic_core import ErrorDetails

from hundredfold.said import said

_ALIKE: Final = {
    "int_parsing": "int_type",
    "float_parsing": "float_type",
    "bool_parsing": "bool_type",
    "model_type": "dict_type",
    "model_attributes_type": "dict_type",
    "mapping_type": "dict_type",
    "enum": "literal_error",
    "datetime_parsing": "datetime_type",
    "datetime_from_date_parsing": "datetime_type",
    "date_parsing": "date_type",
    "date_from_datetime_parsing": "date_type",
}
"""Kinds of errors that say the same to people."""
_SAID: Final = {
    "missing": said("it is missing"),
    "extra_forbidden": said("it is not known here"),
    "string_type": said("it should be a valid string"),
    "int_type": said("it should be a valid integer"),
    "int_from_float": said("it should be a valid integer, got a number with a fractional part"),
    "float_type": said("it should be a valid number"),
    "finite_number": said("it should be a finite number"),
    "bool_type": said("it should be a valid boolean"),
    "dict_type": said("it should be a valid dictionary"),
    "list_type": said("it should be a valid list"),
    "datetime_type": said("it should be a date and time, such as 2026-01-31T09:30Z"),
    "date_type": said("it should be a day, such as 2026-01-31"),
    "json_invalid": said("it is no JSON"),
}


def refusal(error: ErrorDetails) -> str:
    """What is wrong with a value, without its place; what happens seldom is in pydantic's words."""
    kind = _ALIKE.get(error["type"], error["type"])
    known = error.get("ctx", {})
    if kind in _SAID:
        return _SAID[kind]
    match kind:
        case "literal_error":
            return said("it should be {expected}", expected=_either(known["expected"]))
        case "greater_than_equal":
            return said("it should be greater than or equal to {least}", least=known["ge"])
        case "greater_than":
            return said("it should be greater than {bound}", bound=known["gt"])
        case "less_than_equal":
            return said("it should be less than or equal to {most}", most=known["le"])
        case "less_than":
            return said("it should be less than {bound}", bound=known["lt"])
        case "string_too_short" if known["min_length"] == 1:
            return said("it should have at least 1 character")
        case "string_too_short":
            return said("it should have at least {least} characters", least=known["min_length"])
        case "string_too_long":
            return said("it should have at most {most} characters", most=known["max_length"])
        case "too_short":
            return said("it should have at least {least} entries", least=known["min_length"])
        case "too_long":
            return said("it should have at most {most} entries", most=known["max_length"])
        case "string_pattern_mismatch":
            return said("it should match the pattern {pattern}", pattern=known["pattern"])
        case "value_error":
            # What a check of ours raised comes as it was said, with its template.
            return str(known["error"])
    message = error["msg"].replace("Input should", "it should").replace("String should", "it should")
    return message[:1].lower() + message[1:]


def _either(expected: str) -> str:
    """Choices as pydantic lists them: the last one stands behind `or`."""
    first, _, last = expected.rpartition(" or ")
    return said("{one} or {other}", one=first, other=last) if first else last
