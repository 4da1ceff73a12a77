"""Profiles in a notebook: a workspace, opened or reached through its server, as frames."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from hundredfold.app.commands.asking import Asked

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Relation:
    """A table that becomes the frame you work with; it prints like one."""

    table: pa.Table

    def arrow(self) -> pa.Table:
        """As an Arrow table."""
        return self.table

    def polars(self) -> pl.DataFrame:
        """As a Polars frame."""
        import polars as pl

        frame = pl.from_arrow(self.table)
        assert isinstance(frame, pl.DataFrame)
        return frame

    def pandas(self) -> Any:
        """As a pandas frame; pandas must be installed."""
        return self.table.to_pandas()

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __repr__(self) -> str:
        return repr(self.polars())

    def _repr_html_(self) -> str:
        return str(self.polars()._repr_html_())


class Shop:
    """A workspace. It is opened for each question, or asked of its server when one is running."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def profiles(self, at: str | datetime | None = None, known_at: str | datetime | None = None) -> Relation:
        """All profiles: `customer_id` and a column for every attribute, at a time (default: now).

        Times are ISO 8601; without a zone they are the workspace's. Raises WorkspaceError for a folder that is none.
        """
        asked = Asked(str(self.folder))
        workspace = asked.workspace()
        when, known = (None if time is None else workspace.time(str(time)) for time in (at, known_at))
        with TemporaryDirectory() as place:
            file = str(Path(place) / "profiles.parquet")
            asked.export(to=file, at=when, known_at=known)
            return Relation(pq.read_table(file))

    def __repr__(self) -> str:
        return f"hundredfold.connect({str(self.folder)!r})"
