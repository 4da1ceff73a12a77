"""One contestant in this process: `python -m benchmarks.contestant MODULE:FUNCTION '{"argument": 1}'`.

The last line of stdout is what it returned, with the measurement.
"""

from __future__ import annotations

import importlib
import json
import sys

from benchmarks.measure import Meter


def main() -> None:
    """Call the function and print the document."""
    place, arguments = sys.argv[1:3]
    module, _, function = place.partition(":")
    meter = Meter()
    found = getattr(importlib.import_module(module), function)(meter, **json.loads(arguments)) or {}
    print(json.dumps({**found, "measured": meter.measured.document()}))


if __name__ == "__main__":
    main()
