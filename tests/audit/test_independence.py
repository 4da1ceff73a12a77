"""The judge shares nothing with what it judges."""

import ast
from pathlib import Path

import hundredfold.audit

MAY_IMPORT = (
    "hundredfold.audit",
    "hundredfold.words",
    "hundredfold.errors",
    "hundredfold.definition.check.model_key",
    "hundredfold.definition.model",
    "hundredfold.definition.syntax",
    "hundredfold.definition.parser.text_of",
)
FAST = {"numpy", "polars", "pyarrow", "duckdb"}


def imported(file: Path) -> list[str]:
    """Everything that a file imports, as module.name."""
    found = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{name.name}" for name in node.names]
    return found


def test_the_audit_knows_only_the_words_and_the_definitions():
    files = sorted(Path(hundredfold.audit.__file__).parent.glob("*.py"))

    names = {name for file in files for name in imported(file)}

    assert len(files) > 10
    ours = {name for name in names if name.startswith("hundredfold.")}
    assert [n for n in sorted(ours) if not n.startswith(MAY_IMPORT)] == []
    # Models take arrays: those of one customer are made where he is handed over, and nowhere else.
    plain = {name for file in files if file.name != "scores.py" for name in imported(file)}
    assert not FAST & {name.split(".")[0] for name in plain}
