"""A sink that keeps what it gets, and imports of texts, for the tests of this folder."""

import json
from datetime import UTC

from hundredfold.ingest.bulk import import_path
from hundredfold.ingest.mapping import WHOLE_MESSAGES
from hundredfold.ingest.mapping_file import parse_mapping
from hundredfold.ingest.stored import BULK

STARTED = 1_790_000_000_000_000  # 2026-09-21


class Shelf:
    """Stored messages by id, as a log would keep them."""

    def __init__(self):
        self.messages = {}

    def __call__(self, table):
        assert table.schema == BULK
        rows = table.to_pylist()
        fresh = 0
        for row in rows:
            if row["message_id"] not in self.messages:
                self.messages[row["message_id"]] = row
                fresh += 1
        return fresh, len(rows) - fresh

    @property
    def rows(self):
        return list(self.messages.values())

    @property
    def payloads(self):
        return [json.loads(row["payload"]) for row in self.rows]


def imported(path, mapping=None, shelf=None, **more):
    """Import a path with a mapping (YAML text); returns the report and the shelf."""
    shelf = Shelf() if shelf is None else shelf
    found = WHOLE_MESSAGES if mapping is None else parse_mapping(mapping)
    return import_path(path, mapping=found, sink=shelf, **{"started": STARTED, "zone": UTC, **more}), shelf


def written(folder, name, text, encoding="utf-8"):
    """A file with a text."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path
