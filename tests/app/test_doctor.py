"""The doctor says what is wrong and how to mend it, and looks without touching."""

from __future__ import annotations

import pytest
from tests.app.shop import hf, order, write_lines

from hundredfold.app.workspace import Workspace


def checks(folder):
    said = hf("doctor", "--json", folder=folder)
    return said.code, {check["name"]: check for check in said.json["checks"]}


def test_a_sound_workspace_is_healthy(shop, tmp_path):
    hf("import", write_lines(tmp_path / "a.ndjson", [order(1, "c1", "2026-03-01", 5)]), folder=shop)

    code, found = checks(shop)

    assert code == 0
    assert all(check["ok"] for check in found.values())
    assert found["log"]["found"].startswith("1 messages")


def test_markers_of_the_log_are_no_messages(shop, tmp_path):
    orders = [order(number, f"c{number}", "2026-03-01", 5) for number in range(3)]
    hf("import", write_lines(tmp_path / "a.ndjson", orders), folder=shop)
    assert checks(shop)[1]["log"]["found"].startswith("3 messages, all readable")

    hf("batch", folder=shop)

    found = checks(shop)[1]
    partitions = Workspace.open(shop).settings.partitions
    assert found["log"]["found"].startswith(f"3 messages, {partitions} markers of the log, all readable")
    assert found["history"]["found"].startswith("3 messages, ")


def test_a_folder_without_workspace_is_told_what_to_do(tmp_path):
    code, found = checks(tmp_path)

    assert code == 1
    assert "hf init" in found["workspace"]["found"]


@pytest.mark.parametrize(
    ("damage", "name", "said"),
    [
        (
            lambda shop: (shop / "definitions" / "x.yaml").write_text("attributes: {a: {formula: b}}"),
            "definitions",
            "`b`",
        ),
        (lambda shop: (shop / "products.csv").unlink(), "tables", "not there: products.csv"),
        (lambda shop: (shop / "hundredfold.yaml").write_text("timezone: Mars"), "workspace", "no time zone"),
        (lambda shop: (shop / "data" / "in-force" / "definitions.json").write_text("{"), "definitions", "damaged"),
    ],
)
def test_what_is_broken_is_named_with_its_remedy(shop, damage, name, said):
    damage(shop)

    code, found = checks(shop)

    assert code == 1
    assert not found[name]["ok"]
    assert said in found[name]["found"]
    assert found[name]["mend"]


def test_a_damaged_log_is_found(shop, tmp_path):
    for number in (1, 2):
        hf("import", write_lines(tmp_path / "a.ndjson", [order(number, "c1", "2026-03-01", 5)]), folder=shop)
    (segment,) = (shop / "data" / "log").glob("segment-*.log")
    content = bytearray(segment.read_bytes())
    content[len(content) // 4] ^= 0xFF
    segment.write_bytes(content)

    code, found = checks(shop)

    assert (code, found["log"]["ok"]) == (1, False)
