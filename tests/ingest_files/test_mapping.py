"""The mapping file: what it may say, and where it says what is wrong."""

import pytest

from hundredfold.errors import DefinitionError
from hundredfold.ingest.mapping_file import load_mapping, parse_mapping


def test_a_bare_text_is_a_column_and_shared_settings_reach_every_table():
    mapping = parse_mapping(
        "{source: erp, timezone: Europe/Lisbon, tables: [{kind: events, userId: who, event: what}, {kind: messages}]}"
    )

    events, messages = mapping.tables
    assert (mapping.source, events.user_id.column, events.timezone, messages.timezone) == (
        "erp",
        "who",
        "Europe/Lisbon",
        "Europe/Lisbon",
    )


@pytest.mark.parametrize("name", ["segment", "online-retail-ii"])
def test_the_presets_are_valid(name):
    assert load_mapping(name).tables


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("kind: events\nuserId: who\nevent: what\ncolour: red\n", 4, "`colour` is not known"),
        ("kind: events\nevent: what\n", 1, "whose the rows are"),
        ("kind: events\nuserId: who\n", 1, "name of the event"),
        ("kind: orders\nuserId: who\n", 1, "`order_id` is missing"),
        ("kind: parties\n", 1, "`kind` is one of"),
        ("userId: who\n", 1, "`kind` is missing"),
        ("kind: messages\ntimezone: Mars\n", 1, "no time zone is called 'Mars'"),
        ("kind: messages\nencoding: klingon\n", 1, "no encoding is called"),
        (
            "tables:\n  - kind: messages\n  - kind: events\n    userId: a\n    event: {join: [b], constant: c}\n",
            5,
            "exactly one",
        ),
        ("kind: customers\nuserId: a\ntraits:\n  a: x\n  a.b: y\n", 1, "cannot lie inside"),
        ("kind: products\nkey: sku\ncolumns: {name: x}\n", 1, "none of `columns`"),
        ("kind: products\nkey: sku\nfile: ../x.parquet\ncolumns: {sku: x}\n", 1, "in the workspace"),
        ("kind: orders\norder_id: a\nuserId: b\nproperties:\n  total: c\n", 1, "made by the table itself"),
        ("kind: messages\nskip:\n  - column: a\n    before: never\n    reason: x\n", 3, "'never' is no time"),
        ("a: [\n", 2, "this is no YAML"),
        ("kind: messages\nkind: events\n", 2, "this is no YAML"),
        ("- 1\n", 1, "a mapping is a document"),
    ],
)
def test_a_mistake_is_named_with_its_line(text, line, said):
    with pytest.raises(DefinitionError, match=said) as caught:
        parse_mapping(text, "shop.yaml")

    assert (caught.value.file, caught.value.line) == ("shop.yaml", line)


def test_an_unknown_name_lists_the_presets(tmp_path):
    with pytest.raises(DefinitionError, match="online-retail-ii, segment"):
        load_mapping(tmp_path / "none.yaml")
