"""`python -m benchmarks NAME [--quick] [--to FOLDER]`: run one benchmark and print its result document."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.harness import NAMES, run


def main() -> None:
    """Run, print, and keep the document when a folder is given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--quick", action="store_true", help="a small size: does it run, not how fast")
    parser.add_argument("--to", type=Path, help="also write FOLDER/NAME.json")
    asked = parser.parse_args()
    text = json.dumps(run(asked.name, quick=asked.quick), indent=2)
    if asked.to:
        asked.to.mkdir(parents=True, exist_ok=True)
        (asked.to / f"{asked.name}.json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
