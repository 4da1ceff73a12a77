"""A file that breaks in its middle: what came before it stays, and importing the mended one completes it."""

import polars as pl
import pytest

from hundredfold.errors import ImportFailed
from ingest_files.shelf import Shelf, imported


def test_a_file_cut_in_its_middle_says_what_was_stored_and_can_be_imported_again(tmp_path):
    path, shelf = tmp_path / "e.parquet", Shelf()
    frame = pl.DataFrame({"user_id": ["c"] * 300, "event": [f"e{n}" for n in range(300)]})
    frame.write_parquet(path, row_group_size=100, compression="uncompressed", use_pyarrow=True)
    whole = path.read_bytes()
    place = whole.index(b"e250") - 400
    path.write_bytes(whole[:place] + b"\xff" * 300 + whole[place + 300 :])

    with pytest.raises(ImportFailed, match="messages before it are stored"):
        imported(path, shelf=shelf, chunk=100)
    path.write_bytes(whole)
    report, _ = imported(path, shelf=shelf)

    assert report.stored + report.duplicates == 300
    assert report.duplicates > 0
    assert len(shelf.rows) == 300
