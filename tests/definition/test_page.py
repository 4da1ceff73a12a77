"""The reference page and the published schema say what the code does."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from hundredfold.definition.document import schema
from hundredfold.definition.functions import FUNCTIONS
from hundredfold.definition.load import load_text, read_document
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.definition.source import read_source

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "definitions.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
REFRESH = (
    "python -c 'import json; from hundredfold.definition.document import schema; "
    "print(json.dumps(schema(), indent=2, ensure_ascii=False))' > docs/definitions.schema.json"
)
WRONG = """\
attributes:
  orders: {event: Order Completed, agregate: count, aggregate: count}
  loyal: {formula: "coalesc(orders, 0) >= 5"}
segments:
  often: {where: ordrs >= 5}
"""


def test_the_published_schema_is_fresh():
    published = json.loads((DOCS / "definitions.schema.json").read_text(encoding="utf-8"))

    assert published == schema(), f"write it again: {REFRESH}"
    jsonschema.Draft202012Validator.check_schema(published)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_loads_and_fits_the_schema(example):
    data = read_source(example, "page").data

    load_text(example)
    jsonschema.Draft202012Validator(schema()).validate(data or {})
    assert read_document(example).plain() == (data or {})


def test_the_table_of_functions_is_the_table_of_the_code():
    rows = "".join(f"| `{function.form}` | {function.meaning} |\n" for function in FUNCTIONS.values())

    assert between("functions") == f"| function | gives |\n|---|---|\n{rows}"


def test_the_mistakes_on_the_page_are_what_a_load_says():
    with pytest.raises(DefinitionErrors) as raised:
        load_text(WRONG, "definitions/shop.yaml")

    assert between("mistakes") == f"```text\n{WRONG}```\n\n```text\n{raised.value}\n```\n"


def test_the_python_on_the_page_runs():
    for program in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(program, "definitions.md", "exec"), {})


@pytest.mark.parametrize(
    "wrong",
    [{"attribute": {}}, {"attributes": {"a b": {"trait": "x"}}},
     {"attributes": {"a": {"trait": "x", "window": "today"}}},
     {"attributes": {"a": {"event": "X"}}}, {"lookups": {"p": {"file": "f", "key": "k", "source": "s"}}},
     {"attributes": {"a": {"event": "X", "aggregate": "quantile", "q": 2}}}],
)  # fmt: skip
def test_the_schema_refuses_what_a_load_refuses(wrong):
    text = json.dumps(wrong)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema()).validate(wrong)
    with pytest.raises(DefinitionErrors):
        load_text(text)


def between(mark):
    return re.search(rf"<!-- {mark} -->\n(.*?)<!-- end of {mark} -->", PAGE, re.DOTALL)[1]
