"""`hf segment`: who is in a segment, now and at any time, the same from the folder and from the server."""

from __future__ import annotations

import httpx
import pyarrow.parquet as pq
import pytest
from tests.app.serving import opened_for_serving, until
from tests.app.shop import hf, order, shop_in

from hundredfold.app.export import whole
from hundredfold.app.serving import in_background
from hundredfold.app.workspace import Workspace
from hundredfold.errors import WorkspaceError
from hundredfold.ingest.message import entry
from hundredfold.words.calendar import iso, parse_time

SEGMENTS = """\
segments:
  won_back: {where: left(lapsing) >= time('2026-03-01') and days_since(left(lapsing)) < 30}
  lapsing: {where: days_since(last_order_at) > 2 and total_purchase_value >= 10}
  hats: {where: favourite_category = 'hats'}
  reachable: {where: email is not null or orders >= 2}
  lost: {where: lapsing and not reachable}
  hatless: {where: not hats}
"""
ORDERS = [
    order(1, "c1", "2026-03-01T10:00:00Z", 20),
    order(2, "c2", "2026-03-02T10:00:00Z", 5),
    order(3, "c2", "2026-03-03T10:00:00Z", 5),
    order(4, "c3", "2026-03-05T10:00:00Z", 90),
]


def shop(folder):
    return shop_in(folder, ORDERS, files={"definitions/segments.yaml": SEGMENTS})


def segment(folder, name, *arguments):
    said = hf("segment", name, "--json", *arguments, folder=folder)
    assert said.code == 0, said.err
    return said.json


def test_members_are_those_for_whom_it_holds_at_a_clock(tmp_path):
    folder = shop(tmp_path / "shop")

    found = segment(folder, "lapsing", "--members", "--at", "2026-03-06T12:00:00Z")
    assert found["members"] == ["c1", "c2"]
    assert (found["count"], found["of"], found["as_of"]) == (2, 3, "2026-03-06T12:00:00Z")
    # Three days before, the second customer had just bought for the second time, and the third did not exist.
    assert segment(folder, "lapsing", "--at", "2026-03-03T12:00:00Z")["count"] == 0
    assert segment(folder, "lapsing", "--members", "--at", "2026-03-04T12:00:00Z")["members"] == ["c1"]
    assert segment(folder, "lapsing", "--members")["members"] == ["c1", "c2", "c3"]
    assert segment(folder, "hats")["count"] == 0
    assert segment(folder, "reachable", "--members")["members"] == ["c2"]
    assert segment(folder, "lost", "--members")["members"] == ["c1", "c3"]
    # Of nobody a category is known: who is not in a segment for want of a value is not in it.
    assert segment(folder, "hatless")["count"] == 3


def test_before_the_first_batch_the_count_of_a_segment_by_tiers_is_null_and_says_why(tmp_path):
    tiers = """\
attributes:
  spent_third: {formula: "tier(total_purchase_value, 3)"}
  best: {formula: spent_third = 3}
segments:
  top: {where: best}
  top_or_any: {where: spent_third = 3 or orders > 0}
"""
    files = {"definitions/segments.yaml": SEGMENTS, "definitions/tiers.yaml": tiers}
    folder = shop_in(tmp_path / "shop", ORDERS, files=files)
    before = segment(folder, "top")
    assert (before["count"], before["why"]) == (
        None,
        "no batch has worked out spent_third yet, so nobody is known to be in it. Say hf batch, or wait for the next "
        "one.",
    )
    assert hf("batch", folder=folder).code == 0
    past = segment(folder, "top", "--members", "--at", "2026-03-06T12:00:00Z")
    told = hf("segment", "top", "--at", "2026-03-06T12:00:00Z", folder=folder)
    listed = hf("segment", "top", "--members", "--at", "2026-03-06T12:00:00Z", folder=folder)
    why = "no batch had worked out spent_third by then, so nobody is known to have been in it. Ask for a later time."

    assert (past["count"], past["members"], past["why"]) == (None, [], why)
    assert told.out == f"top: {why}\n"
    assert (listed.out, listed.err) == ("", f"hf: warning: top: {why}\n")
    assert segment(folder, "top_or_any", "--at", "2026-03-06T12:00:00Z")["count"] == 3
    assert segment(folder, "top")["count"] == 1
    assert segment(folder, "hats", "--at", "2026-03-06T12:00:00Z")["count"] == 0
    with opened_for_serving(folder) as opened, in_background(opened) as served:
        answer = httpx.get(
            f"{served.url}/api/v1/segments/top?at=2026-03-06T12:00:00Z",
            headers={"Authorization": f"Bearer {served.token}", "Accept-Language": "pt"},
        ).json()
    assert answer["count"] is None
    assert answer["why"].startswith("nessa altura ainda nenhum batch tinha calculado spent_third")


def test_whatever_counts_tells_why_nobody_is_known_to_be_in_a_segment_without_values(tmp_path):
    lacking = """\
attributes:
  spent_third: {formula: "tier(total_purchase_value, 3)"}
  cell: {model: rfm, inputs: {recency: last_order_at, frequency: orders, money: total_purchase_value}}
  loved: {formula: "cell like '%5'"}
segments:
  top: {where: spent_third = 3}
  champions: {where: loved}
  all_top: {where: champions or top}
  any: {where: champions or orders > 0}
  nobody: {where: orders > 100}
"""
    waits = "no batch has worked out {} yet, so nobody is known to be in it. Say hf batch, or wait for the next one."
    off = "the model cell is off, so nobody is known to be in it: 3 customers have bought, and at least 20 are needed."
    folder = shop_in(tmp_path / "shop", ORDERS, files={"definitions/lacking.yaml": lacking})
    begun = iso(Workspace.open(folder).now())

    untrained = counted_everywhere(folder)
    assert hf("batch", folder=folder).code == 0
    trained = counted_everywhere(folder)

    known = {"any": (3, None), "nobody": (0, None)}
    assert untrained == known | {
        "top": (None, waits.format("spent_third")),
        "champions": (None, waits.format("cell")),
        "all_top": (None, waits.format("cell, spent_third")),
    }
    assert {name: (count, why and why[: len(off)]) for name, (count, why) in trained.items()} == known | {
        "top": (1, None),
        "champions": (None, off),
        "all_top": (1, None),
    }
    later = iso(Workspace.open(folder).now())
    past = [segment(folder, "champions", "--at", at)["why"] for at in (begun, later)]
    assert past[0].startswith("no batch had worked out cell by then")
    assert past[1].startswith("the model cell was off then, so nobody is known to have been in it: 3 customers")


def counted_everywhere(folder):
    """Each segment's count and reason: the command's, which are those of the list, the preview and one by itself."""
    names = ("top", "champions", "all_top", "any", "nobody")
    told = {name: (found["count"], found.get("why")) for name in names for found in [segment(folder, name)]}
    with opened_for_serving(folder) as opened, in_background(opened) as served:
        headers = {"Authorization": f"Bearer {served.token}"}
        with httpx.Client(base_url=f"{served.url}/api/v1", headers=headers, timeout=60) as api:
            lines = settled(api)["segments"]
            alone = {name: api.get(f"/segments/{name}").json() for name in names}
            tried = {name: api.post("/segments/preview", json={"where": name}).json() for name in names}
            portuguese = api.get("/segments/champions", headers={"Accept-Language": "pt"}).json()["why"]
    assert {one["name"]: (one["count"], one["why"]) for one in lines} == told
    assert {name: (one["count"], one.get("why")) for name, one in alone.items()} == told
    assert {name: (one["count"], one["why"]) for name, one in tried.items()} == told
    assert "não se sabe de ninguém que lá esteja" in portuguese
    return told


def test_what_was_not_yet_received_counts_for_nobody(tmp_path):
    folder = shop(tmp_path / "shop")

    assert segment(folder, "lapsing", "--known-at", "2026-03-10T00:00:00Z")["count"] == 0


def test_for_people_it_is_a_sentence_or_a_list(tmp_path):
    folder = shop(tmp_path / "shop")

    said = hf("segment", "lapsing", "--at", "2026-03-06T12:00:00Z", folder=folder)
    assert said.out == "lapsing: 2 of 3 customers (66.7%), as of 2026-03-06T12:00:00Z\n"
    assert hf("segment", "reachable", "--members", folder=folder).out == "c2\n"


def cut_off(path):
    """A file whose writing fails half-way."""
    with whole(path) as fresh:
        fresh.write_text("half of it")
        raise OSError("the disk is full")


def test_members_are_written_into_a_file_whole_or_not_at_all(tmp_path):
    folder, told = shop(tmp_path / "shop"), tmp_path / "told" / "lapsing.csv"
    assert "nothing is recorded yet" in hf("segment", "lapsing", "--sizes", folder=folder).out
    at = ("--at", "2026-03-06T12:00:00Z")
    values = ("--attribute", "orders", "--attribute", "categories")

    found = segment(folder, "lapsing", "--to", told, *values, *at)
    assert found == {"segment": "lapsing", "count": 2, "file": str(told), "as_of": "2026-03-06T12:00:00Z"}
    before = told.read_text()
    assert before == '"customer_id","orders","categories"\n"c1",1,"hats; shoes"\n"c2",2,"hats; shoes"\n'
    said = hf("segment", "lapsing", "--to", tmp_path / "lapsing.parquet", folder=folder)
    assert said.out.startswith("3 members of lapsing, as of ")
    assert pq.read_table(tmp_path / "lapsing.parquet").to_pydict() == {"customer_id": ["c1", "c2", "c3"]}

    wrong = [
        (2, "let it end in .csv or .parquet", ("--to", tmp_path / "lapsing.xlsx")),
        (2, "let it end in .csv or .parquet", ("--to", told.parent)),
        (2, "say one of them", ("--to", told, "--members")),
        (2, "--attribute goes with --to", ("--attribute", "orders")),
        (2, "--sizes goes with", ("--to", told, "--sizes")),
        (1, "Did you mean `orders`?", ("--to", told, "--attribute", "ordres")),
        (1, "cannot be written", ("--to", told / "in-a-file.csv")),
    ]
    for code, text, arguments in wrong:
        said = hf("segment", "lapsing", *arguments, folder=folder)
        assert (said.code, text in said.err) == (code, True), said.err
    said = hf("profiles", "--to", told / "in-a-file.parquet", folder=folder)
    assert (said.code, "cannot be written" in said.err) == (1, True), said.err
    with pytest.raises(WorkspaceError, match="full"):
        cut_off(told)
    assert told.read_text() == before

    with opened_for_serving(folder) as opened, in_background(opened) as served:
        assert segment(folder, "lapsing", "--to", told, *values, *at) == found
        assert told.read_text() == before
        headers = {"Authorization": f"Bearer {served.token}"}
        with httpx.Client(base_url=f"{served.url}/api/v1", headers=headers, timeout=60) as api:
            settled(api)
        assert segment(folder, "lapsing", "--to", told, *values)["count"] == 3
        assert [line.split(",")[0] for line in told.read_text().splitlines()[1:]] == ['"c1"', '"c2"', '"c3"']
        assert hf("segment", "lapsin", "--to", told, folder=folder).code == 1
    assert [one.name for one in told.parent.iterdir()] == ["lapsing.csv"]


def test_a_segment_that_there_is_none_of_is_told_with_the_nearest(tmp_path):
    said = hf("segment", "lapsin", folder=shop(tmp_path / "shop"))

    assert said.code == 1
    assert "no segment in force is called `lapsin`. Did you mean `lapsing`?" in said.err


def test_a_server_tells_the_same(tmp_path):
    folder = shop(tmp_path / "shop")
    alone = segment(folder, "lapsing", "--members", "--at", "2026-03-06T12:00:00Z")
    with opened_for_serving(folder) as opened, in_background(opened):
        assert segment(folder, "lapsing", "--members", "--at", "2026-03-06T12:00:00Z") == alone
        assert segment(folder, "lapsing")["count"] == 3


def entry_of(message, opened):
    """A message as the door would store it now."""
    workspace = opened.workspace
    return entry(message, received=workspace.now(), trust="server", source="shop", zone=workspace.zone)


def settled(api):
    """All segments, as soon as they have been counted since the start."""
    return until(lambda: found if (found := api.get("/segments").json())["as_of"] else None)


def test_counts_members_and_what_is_shared_agree_while_orders_come(tmp_path):
    folder = shop(tmp_path / "shop")
    with opened_for_serving(folder) as opened, in_background(opened) as served:
        headers = {"Authorization": f"Bearer {served.token}"}
        with httpx.Client(base_url=f"{served.url}/api/v1", headers=headers, timeout=60) as api:
            before = settled(api)
            opened.log.append([entry_of(order(5, "c1", iso(opened.workspace.now()), 1), opened)])
            after = settled(api)
            shared = api.get("/segment-overlaps", params={"name": ["reachable", "lapsing"]}).json()
            members = {
                name: api.get(f"/segments/{name}/members").json()["members"] for name in ("lapsing", "reachable")
            }
            unknown = api.get("/segment-overlaps", params={"name": ["lapsin"]})

        counts = {line["name"]: line["count"] for line in after["segments"]}
        assert {line["name"]: line["count"] for line in before["segments"]} == {
            "won_back": 0, "lapsing": 3, "hats": 0, "reachable": 1, "lost": 2, "hatless": 3,
        }  # fmt: skip
        assert (before["customers"], after["customers"]) == (3, 3)
        assert counts == {"won_back": 1, "lapsing": 2, "hats": 0, "reachable": 2, "lost": 1, "hatless": 3}
        assert after["segments"][1]["where"] == "days_since(last_order_at) > 2 and total_purchase_value >= 10"
        assert after["segments"][1]["attributes"] == ["last_order_at", "total_purchase_value"]
        assert after["segments"][0]["attributes"] == ["last_order_at", "total_purchase_value"]
        assert {name: len(found) for name, found in members.items()} == {"lapsing": 2, "reachable": 2}
        both = len(set(members["lapsing"]) & set(members["reachable"]))
        assert shared["shared"] == [[2, both], [both, 2]]
        assert unknown.status_code == 404
        assert "Did you mean `lapsing`?" in unknown.json()["detail"]


def test_who_comes_back_after_having_been_churned_is_in_the_ready_segment_of_the_reactivated(tmp_path):
    folder = shop(tmp_path / "shop")
    Workspace.open(folder).set_clock(parse_time("2026-11-20T10:00Z"))
    assert hf("catalogue", "reactivated_customers", "--add", folder=folder).code == hf("apply", folder=folder).code == 0
    with opened_for_serving(folder) as opened, in_background(opened) as served:
        headers = {"Authorization": f"Bearer {served.token}"}
        with httpx.Client(base_url=f"{served.url}/api/v1", headers=headers, timeout=60) as api:
            settled(api)
            assert segment(folder, "churned_customers", "--members")["members"] == ["c1", "c2", "c3"]
            opened.log.append([entry_of(order(5, "c1", iso(opened.workspace.now()), 1), opened)])
            opened.log.append([entry_of(order(6, "c4", iso(opened.workspace.now()), 1), opened)])
            settled(api)

            assert segment(folder, "reactivated_customers", "--members")["members"] == ["c1"]


def test_sizes_and_moves_are_told_by_the_server_and_sizes_afterwards(tmp_path):
    folder = shop(tmp_path / "shop")
    assert hf("segment", "lapsing", "--sizes", "--days", "2", "--json", folder=folder).json["sizes"] == {
        "lapsing": [None, None, None]
    }
    with opened_for_serving(folder) as opened, in_background(opened) as served:
        headers = {"Authorization": f"Bearer {served.token}"}
        with httpx.Client(base_url=f"{served.url}/api/v1", headers=headers, timeout=60) as api:
            settled(api)
            opened.log.append([entry_of(order(5, "c1", iso(opened.workspace.now()), 1), opened)])
            found = api.get("/segment-sizes", params={"days": 2}).json()
            some = api.get("/segment-sizes", params={"hours": 3, "name": ["lapsing", "hats"]}).json()
            moved = api.get("/segments/lapsing/moves").json()
            pages = [api.get("/segments/reachable/moves", params={"limit": 1, "before": "7"}).status_code]
            unknown = api.get("/segments/lapsin/moves"), api.get("/segment-sizes", params={"name": "lapsin"})
            running = segment(folder, "lapsing", "--sizes", "--days", "2")

        assert found["sizes"] == {
            "won_back": [None, None, 1], "lapsing": [None, None, 2], "hats": [None, None, 0],
            "reachable": [None, None, 2], "lost": [None, None, 1], "hatless": [None, None, 3],
        }  # fmt: skip
        assert len(found["at"]) == 3
        assert found["at"][-1] == found["as_of"]
        assert all("T00:00:00" in one for one in found["at"][:2])
        assert (len(some["at"]), some["sizes"]["lapsing"][-1]) == (4, 2)
        assert [(one["customer_id"], one["move"]) for one in moved["moves"]] == [("c1", "left")]
        assert moved["next"] is None
        assert pages == [422]
        assert [one.status_code for one in unknown] == [404, 404]
        assert running["sizes"] == {"lapsing": [None, None, 2]}
    said = hf("segment", "lapsing", "--sizes", "--days", "2", folder=folder)
    assert [line.split()[-1] for line in said.out.splitlines()] == ["-", "-", "2"]
    assert hf("segment", "lapsing", "--sizes", "--members", folder=folder).code == 2
    taken = tmp_path / "taken"
    assert hf("export", "--to", taken, folder=folder).code == 0
    stretches = {one["stretch"]: one for one in pq.read_table(taken / "segments.parquet").to_pylist()}
    left = [
        (one["key"], one["entered"])
        for one in pq.read_table(taken / "moves").to_pylist()
        if stretches[one["stretch"]]["segment"] == "lapsing"
    ]
    assert left == [("u:c1", False)]
    assert {one["segment"]: (one["size"], one["now"]) for one in stretches.values()}["lapsing"] == (3, 2)
    # What was recorded counts where no server runs, and at any time: nobody had left before.
    assert segment(folder, "won_back", "--members")["members"] == ["c1"]
    assert segment(folder, "won_back", "--at", moved["moves"][0]["at"])["count"] == 1
    assert segment(folder, "won_back", "--at", found["at"][1])["count"] == 0
    assert segment(folder, "won_back", "--known-at", found["at"][1])["count"] == 0
