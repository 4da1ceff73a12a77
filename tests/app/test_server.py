"""A workspace with a running server: the commands go through it and say the same."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from base64 import b64encode

import httpx
import pyarrow.parquet as pq
import pytest
from tests.app.serving import until
from tests.app.shop import HF, hf, order, write_lines

from hundredfold.app.lock import announced


@pytest.fixture
def serving(shop, tmp_path):
    """A shop with one order, and its server in a process of its own; gives the folder and the server's URL."""
    hf("import", write_lines(tmp_path / "first.ndjson", [order(1, "c1", "2026-03-01", 10)]), folder=shop)
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen([*HF, "-w", str(shop), "serve", "--port", "0"], stdout=log, stderr=log)
    url = None
    try:
        while url is None:
            assert server.poll() is None, (tmp_path / "server.log").read_text()
            found = announced(shop / "data")
            url = found.url if found is not None and ready(found.url) else None
            time.sleep(0.02)
        yield shop, url
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0


def ready(url):
    try:
        return httpx.get(f"{url}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def profile(folder, customer="c1", *arguments):
    said = hf("profile", customer, "--json", *arguments, folder=folder)
    assert said.code == 0, said.err
    return said.json


def test_what_is_tracked_counts_when_it_is_acknowledged(serving):
    shop, url = serving
    key = hf("token", "create", "--scope", "write", "--json", folder=shop).json["token"]
    basic = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}

    for number in range(2, 5):
        sent = httpx.post(f"{url}/v1/track", json=order(number, "c1", "2026-03-02", 1), headers=basic)
        assert sent.status_code == 200

        assert profile(shop)["attributes"]["orders"] == number


def test_commands_do_through_the_server_what_they_do_alone(serving, tmp_path):
    shop, _ = serving

    imported = hf(
        "import", write_lines(tmp_path / "b.ndjson", [order(2, "c2", "2026-03-02", 5)]), "--json", folder=shop
    )
    batch = hf("batch", "--json", folder=shop)
    written = hf("profiles", "--to", tmp_path / "all.parquet", "--at", "2026-03-03", "--json", folder=shop)
    audited = hf("audit", "--all", "--json", folder=shop)
    runs = hf("runs", "--json", folder=shop)

    assert imported.json["stored"] == 1
    assert batch.json["customers"] == 2
    assert written.json["customers"] == pq.read_table(tmp_path / "all.parquet").num_rows == 2
    assert (audited.code, audited.json["checked"], audited.json["mismatches"]) == (0, 2, 0)
    assert [run["kind"] for run in runs.json["runs"]][:3] == ["audit", "batch", "import"]
    assert profile(shop)["parts"]["orders"] == {"until_batch": 1, "since": 0}


def test_definitions_that_are_applied_hold_in_the_running_server(serving):
    shop, _ = serving
    (shop / "definitions" / "more.yaml").write_text(
        "attributes: {best: {event: Order Completed, value: properties.total, aggregate: max}}\n"
    )

    done = hf("apply", "--json", folder=shop)

    assert done.json["added"] == ["attributes.best"]
    until(lambda: "best" in profile(shop)["attributes"])
    assert profile(shop)["attributes"]["best"] == 10.0
    (shop / "definitions" / "more.yaml").write_text("attributes: {worse: {formula: nothing}}\n")
    refused = hf("apply", "--json", folder=shop)
    assert (refused.code, refused.json["errors"][0]["line"]) == (1, 1)
    assert profile(shop)["attributes"]["best"] == 10.0


def test_a_customer_is_forgotten_through_the_server(serving):
    shop, _ = serving

    assert hf("forget", "c1", folder=shop).code == 0

    assert profile(shop)["attributes"]["orders"] == 0
    assert hf("forget", "nobody", folder=shop).code == 1
    assert hf("profile", "nobody/../x", folder=shop).code == 1


def test_an_erased_customer_who_comes_back_is_a_new_one_and_may_be_imported_again(serving, tmp_path):
    shop, url = serving
    key = hf("token", "create", "--scope", "write", "--json", folder=shop).json["token"]
    basic = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}
    late = write_lines(tmp_path / "late.ndjson", [order(7, "c1", "2026-03-05", 3)])

    erased = httpx.post(
        f"{url}/v1/batch", json={"batch": [{"type": "delete", "userId": "c1", "messageId": "x"}]}, headers=basic
    )
    refused = hf("import", late, "--json", folder=shop).json
    httpx.post(f"{url}/v1/track", json=order(6, "c1", "2026-03-04", 1), headers=basic)
    taken = hf("import", late, "--json", folder=shop).json

    assert erased.status_code == 200
    assert refused["reasons"] == {"erased": 1}
    assert (taken["stored"], taken["rejected"]) == (1, 0)
    assert profile(shop)["attributes"]["total_purchase_value"] == 4.0
    assert hf("audit", "--all", folder=shop).code == 0


def test_tokens_reach_as_far_as_they_say(serving):
    shop, url = serving
    made = {
        name: hf("token", "create", *arguments, "--json", folder=shop).json["token"]
        for name, arguments in {
            "read": ("--scope", "read"),
            "person": ("--scope", "read", "--personal-data"),
        }.items()
    }

    def ask(method, path, token, **further):
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.request(method, f"{url}/api/v1{path}", headers=headers, **further)

    whole = ask("GET", "/profiles/c1", made["person"])
    less = ask("GET", "/profiles/c1?at=2026-03-02", made["read"])
    assert whole.json()["ids"] == ["c1"]
    assert "email" in whole.json()["attributes"]
    assert less.json()["ids"] is None
    assert "email" not in less.json()["attributes"]
    assert less.json()["attributes"]["orders"] == 1
    assert ask("GET", "/profiles/c1?at=soon", made["read"]).status_code == 422
    assert ask("POST", "/import", made["person"], json={"path": "/etc/passwd"}).status_code == 403
    assert ask("POST", "/apply", made["person"], json={}).status_code == 403
    assert httpx.get(f"{url}/api/v1/profiles/c1").status_code == 401


def test_a_workspace_is_served_once(serving):
    shop, url = serving

    again = hf("serve", "--port", "0", folder=shop)

    assert again.code == 1
    assert url in again.err


def test_the_servers_own_token_ends_with_it(shop, tmp_path):
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen([*HF, "-w", str(shop), "serve", "--port", "0"], stdout=log, stderr=log)
    while (found := announced(shop / "data")) is None:
        assert server.poll() is None, (tmp_path / "server.log").read_text()
        time.sleep(0.02)
    server.send_signal(signal.SIGTERM)
    server.wait(30)

    listed = json.loads(hf("token", "list", "--json", folder=shop).out)["tokens"]
    assert found.token
    assert [one["revoked_at"] is not None for one in listed] == [True]
    assert announced(shop / "data") is None


def test_parts_of_a_server_are_refused_for_an_embedded_workspace(shop):
    refused = hf("serve", "--only", "ingest", folder=shop)

    assert refused.code == 2
    assert "one process" in refused.err
