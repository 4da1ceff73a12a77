"""What errors say, in Portuguese (pt-PT): each template by its English one. A test sees that none is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hundredfold.app.portuguese.catalogue import CATALOGUE
from hundredfold.app.portuguese.definitions import DEFINITIONS
from hundredfold.app.portuguese.families import FAMILIES
from hundredfold.app.portuguese.fields import FIELDS
from hundredfold.app.portuguese.fitting import FITTING
from hundredfold.app.portuguese.messages import MESSAGES
from hundredfold.app.portuguese.models import MODELS
from hundredfold.app.portuguese.numbers import NUMBERS
from hundredfold.app.portuguese.quality import QUALITY
from hundredfold.app.portuguese.requests import REQUESTS
from hundredfold.app.portuguese.sources import SOURCES

PORTUGUESE: Final[Mapping[str, str]] = {
    **CATALOGUE,
    **DEFINITIONS,
    **FAMILIES,
    **FIELDS,
    **FITTING,
    **MESSAGES,
    **MODELS,
    **NUMBERS,
    **QUALITY,
    **REQUESTS,
    **SOURCES,
}
"""The Portuguese templates by the English ones."""
