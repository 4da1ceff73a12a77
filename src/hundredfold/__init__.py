"""One exact customer profile from years of history and the live stream of events.

import hundredfold as hf
hf.connect("shop/").profiles(at="2026-03-01").polars()
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hundredfold.app.frames import Shop
    from hundredfold.predict.lifetime import lifetime_value

__all__ = ["connect", "lifetime_value"]


def connect(folder: str | Path) -> Shop:
    """The workspace in a folder, for questions that are answered as frames."""
    from hundredfold.app.frames import Shop

    return Shop(folder)


def __getattr__(name: str) -> object:
    # Estimators load much that the commands do not need.
    if name == "lifetime_value":
        from hundredfold.predict.lifetime import lifetime_value

        return lifetime_value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
