"""Everything as Parquet: another program reads it back, by what the page in it says, and finds the same totals."""

from __future__ import annotations

import json
import re
import tarfile
from base64 import b64encode
from pathlib import Path

import duckdb
import httpx
import pyarrow.parquet as pq
import pytest
from tests.app.serving import opened_for_serving
from tests.app.shop import hf

from hundredfold.app.lock import WorkspaceLock
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.serving import in_background
from hundredfold.app.taken_out.everything import taken_out
from hundredfold.app.workspace import Workspace
from hundredfold.definition.check import fingerprint
from hundredfold.definition.load import load_text

FIXTURE = sorted((Path(__file__).parents[1] / "fixtures").glob("workspace-*.tar.gz"))[-1]


@pytest.fixture
def shop(tmp_path):
    """A shop with every kind of message, two batches, an erased customer, refused and held back messages."""
    with tarfile.open(FIXTURE) as files:
        files.extractall(tmp_path / "shop", filter="data")
    return tmp_path / "shop"


@pytest.fixture
def taken(shop, tmp_path):
    said = hf("export", "--to", tmp_path / "out", "--json", folder=shop)
    assert said.code == 0, said.err
    return tmp_path / "out", said


def asked(folder, sql):
    return duckdb.sql(sql.replace("'events/", f"'{folder}/events/").replace("'ids.", f"'{folder}/ids.")).fetchall()


def counting(folder):
    """The query that the page shows, for another to read from."""
    (query,) = re.findall(r"```sql\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL)
    return query


def test_another_program_finds_the_totals_that_the_profiles_have(taken, shop):
    folder, said = taken
    # The fixture's facts: an order counts with its newest revision, and not when that is a cancellation.
    totals = asked(
        folder,
        f"""
        WITH counting AS ({counting(folder)}),
        facts AS (
            SELECT customer_id, payload->>'$.event' AS event, payload->'$.properties' AS p FROM counting
            WHERE type = 'track' AND payload->>'$.event' LIKE 'Order %'
            QUALIFY row_number() OVER (
                PARTITION BY p->>'$.order_id' ORDER BY coalesce(CAST(p->>'$.revision' AS INT), 0) DESC) = 1
        )
        SELECT customer_id, sum(CAST(p->>'$.total' AS DECIMAL(38, 6))), count(*) FROM facts
        WHERE event <> 'Order Cancelled' GROUP BY ALL
        """,
    )
    profiles = duckdb.sql(
        f"SELECT customer_id, revenue, orders FROM '{folder}/profiles.parquet' WHERE orders > 0"
    ).fetchall()

    assert sorted(totals) == sorted(profiles)
    assert len(profiles) >= 5
    assert said.json["customers"] == pq.read_metadata(folder / "profiles.parquet").num_rows


def test_raw_messages_ids_and_definitions_are_all_there(taken, shop):
    folder, said = taken
    messages = pq.read_table(folder / "events")
    ids = pq.read_table(folder / "ids.parquet").to_pylist()

    kinds = set(messages["type"].to_pylist())
    assert kinds == {"track", "identify", "page", "screen", "group", "alias", "unmerge", "delete", "profile"}
    assert said.json["events"] == messages.num_rows > 30
    for one in ids:
        known = hf("profile", one["id"], "--json", folder=shop).json
        assert (known["customer_id"], one["id"] in known["ids"]) == (one["customer_id"], True)
        assert one["key"] == f"{one['kind'][0]}:{one['id']}"
    written = load_text((folder / "definitions.yaml").read_text())
    assert fingerprint(written) == fingerprint(Workspace.open(shop).in_force().definitions)


def test_what_was_held_back_refused_and_run_is_there(taken):
    folder, _ = taken
    rejected, waiting, runs = (
        pq.read_table(folder / f"{name}.parquet").to_pylist() for name in ("rejected", "quarantine", "runs")
    )

    assert [(one["reason"], one["message_id"]) for one in rejected] == [("no_id", "bad")]
    assert [one["message_id"] for one in waiting] == ["held"]
    assert json.loads(waiting[0]["payload"])["properties"] == {"points": "many"}
    assert [one["kind"] for one in runs].count("batch") == 2
    assert all(one["error"] is None and one["ended"] >= one["started"] for one in runs)


def test_of_an_erased_customer_only_the_bones_are_there(taken):
    folder, _ = taken
    messages = pq.read_table(folder / "events").to_pylist()
    gone = [one for one in messages if one["erased"]]
    came_back = [one for one in messages if one["key"] == "u:c0" and one["type"] == "track" and not one["erased"]]

    assert len(gone) >= 4
    assert len(came_back) == 2
    assert all("products" in one["payload"] for one in came_back)
    assert {one["key"] for one in gone} == {"u:c0"}
    for one in gone:
        said = json.loads(one["payload"])
        assert set(said.get("properties", {})) <= {"order_id", "revision"}
        assert "products" not in one["payload"]


def test_the_page_documents_every_column_of_every_file(taken):
    folder, _ = taken
    page = (folder / "README.md").read_text()
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.parquet")}

    assert "personal data" in page
    for name, path in files.items():
        heading = f"{name.partition('/')[0]}/*.parquet" if "/" in name else name
        section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
        documented = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", section, re.MULTILINE)
        assert documented == [(field.name, str(field.type)) for field in pq.read_schema(path)]
    assert "| `revenue` | decimal128(38, 6) | Revenue / Receita |" in page
    assert "\n## definitions.yaml\n" in page
    assert {path.name for path in folder.iterdir()} == {
        "README.md", "definitions.yaml", "events", "ids.parquet", "moves", "profiles.parquet", "quarantine.parquet",
        "rejected.parquet", "runs.parquet", "segments.parquet",
    }  # fmt: skip


def test_it_goes_through_the_server_and_stands_at_one_position(shop, tmp_path):
    with opened_for_serving(shop) as opened, in_background(opened) as served:
        key = served.tokens.create("server", "test")[0]
        headers = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}
        sent = {
            "type": "track",
            "event": "Order Completed",
            "userId": "c1",
            "properties": {"order_id": "n", "total": 7},
        }
        assert httpx.post(f"{served.url}/v1/track", json=sent, headers=headers).status_code == 200
        said = hf("export", "--to", tmp_path / "out", "--json", folder=shop)
        end = opened.log.end()

    assert said.code == 0
    assert "personal data" in said.err
    assert said.json["position"] == {str(partition): offset for partition, offset in end.items()}
    reach = {}
    for one in pq.read_table(tmp_path / "out" / "events").to_pylist():
        reach[one["partition"]] = max(reach.get(one["partition"], 0), one["offset"] + 1)
    assert all(offset <= end[partition] for partition, offset in reach.items())


def test_many_messages_are_several_files(shop, tmp_path):
    workspace = Workspace.open(shop)
    with OpenWorkspace(workspace, WorkspaceLock(workspace.data, "a test")) as opened:
        done = taken_out(opened, tmp_path / "out", file_rows=10)

    files = sorted((tmp_path / "out" / "events").iterdir())
    assert len(files) > 2
    assert sum(pq.read_metadata(path).num_rows for path in files) == done["events"]


def test_an_export_never_goes_where_something_is(shop, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine")

    for target in (tmp_path / "out", shop / "out", shop):
        said = hf("export", "--to", target, folder=shop)
        assert said.code == 1
        assert str(target) in said.err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]
    assert not (shop / "out").exists()
