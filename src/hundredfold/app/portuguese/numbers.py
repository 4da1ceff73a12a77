"""How numbers are written in Portugal, as the pages of a browser write them: four digits stand together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NUMBERS: Final[Mapping[str, str]] = {
    "1,234": "1234",
    "12,345.6": "12\N{NO-BREAK SPACE}345,6",
    "{size:,} bytes": "{size:,} bytes",
    "{size:,.0f} MB": "{size:,.0f} MB",
}
