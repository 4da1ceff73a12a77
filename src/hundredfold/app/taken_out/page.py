"""The page of a full export: what lies in it, column by column, and how to read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pyarrow as pa

from hundredfold.app.taken_out.sheets import EVENTS, IDS, MOVES, QUARANTINE, REJECTED, RUNS, STRETCHES, Columns
from hundredfold.definition.model import Definitions

_HEAD: Final = """\
# Everything in {workspace}

Written by hundredfold {program} at {at}. Position in the log: {position}.

**These files hold personal data**: ids, traits and every message that customers sent. Keep them like the workspace
itself, pass them on only where the law allows it, and delete them when they have served. Who is erased in the
workspace later is not erased here.

Times are UTC with microseconds, amounts exact decimals; what is no value is null. Profiles, ids and events stand at the
same position.

## Which copy of a message counts

Messages arrive twice; every copy that is still stored is here. Of copies with one `message_id` that with the smallest
(`received`, `content`) counts, among equal ones the first in the log. In DuckDB, from this folder:

```sql
SELECT ids.customer_id, event.*
FROM (
  SELECT * FROM 'events/*.parquet'
  QUALIFY row_number() OVER (PARTITION BY message_id ORDER BY received, content, "partition", "offset") = 1
) AS event
JOIN 'ids.parquet' AS ids USING (key)
WHERE NOT event.erased
```

Attributes over events that have a business key (`key:` in `definitions.yaml`) count each fact once, whatever its
messages.
"""
_TABLE: Final = "| column | type | what it is |\n|---|---|---|\n"
_FILES: Final[Mapping[str, tuple[str, Columns]]] = {
    "events/*.parquet": ("Raw messages, with every copy.", EVENTS),
    "ids.parquet": ("Which sent ids are which customer.", IDS),
    "segments.parquet": ("What is recorded of segments.", STRETCHES),
    "moves/*.parquet": ("Who entered segments and left them, oldest first.", MOVES),
    "runs.parquet": ("Batches and other runs, newest first.", RUNS),
    "rejected.parquet": ("Messages that were refused, as far as they are remembered, newest first.", REJECTED),
    "quarantine.parquet": ("Messages that wait to be released, newest first.", QUARANTINE),
}


def page(told: Mapping[str, str], profiles: pa.Schema, definitions: Definitions) -> str:
    """The page as Markdown. `told`: workspace, program, at, position."""
    return _HEAD.format(**told) + "".join(_sheets(profiles, definitions))


def _sheets(profiles: pa.Schema, definitions: Definitions) -> Iterator[str]:
    yield f"\n## profiles.parquet\n\nOne row a customer, as of the time above.\n\n{_TABLE}"
    for field in profiles:
        label = " / ".join(_cell(text) for text in definitions.labels.get(field.name, {}).values())
        said = "The id that names the customer." if field.name == "customer_id" else label or "See `definitions.yaml`."
        yield f"| `{field.name}` | {field.type} | {said} |\n"
    for file, (what, columns) in _FILES.items():
        yield f"\n## {file}\n\n{what}\n\n{_TABLE}"
        yield from (f"| `{name}` | {kind} | {text} |\n" for name, (kind, text) in columns.items())
    yield "\n## definitions.yaml\n\nThe definitions in force: `hf apply` takes them as they are.\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
