"""The segments' part of the control API: tried while it is typed, said as rows, drafted, published, renamed."""

from __future__ import annotations

import csv
from io import BytesIO

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.app.gui.past_shop import Api, identify
from tests.app.serving import opened_for_serving, until
from tests.app.shop import order, shop_in

from hundredfold.app.member_files import csv_of
from hundredfold.app.serving import in_background

SEGMENTS = """\
attributes:
  mail_domain: {formula: "case when email like '%@shop.example' then 'shop.example' end"}
  heard_of_c3: {event: {type: identify}, where: "traits.email = 'c3@shop.example'", aggregate: count}
  orders_of_c3: {event: Order Completed, where: userId = 'c3', aggregate: count}
segments:
  # Who bought more than once.
  loyal: {where: orders >= 2, label: {en: Loyal, pt: Fiéis}}
  reachable: {where: email is not null}
  lost: {where: not loyal and not reachable}
"""
TOTAL = "total_purchase_value"
SPENT = {f"c{n}": 10.0 * n for n in range(1, 21)}


def sold():
    """An order each of 20 customers, of 10 to 200 euros; the first five buy again for nothing, and have addresses."""
    found = [order(n, f"c{n}", "2026-03-01T10:00:00Z", 10 * n) for n in range(1, 21)]
    found += [order(100 + n, f"c{n}", "2026-03-02T10:00:00Z", 0) for n in range(1, 6)]
    return found + [identify(n, f"c{n}", f"a{n}", email=f"c{n}@shop.example") for n in range(1, 6)]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A shop that serves."""
    folder = shop_in(tmp_path_factory.mktemp("s") / "shop", sold(), files={"definitions/segments.yaml": SEGMENTS})
    with opened_for_serving(folder) as opened, in_background(opened) as found:
        api = Api(found, "admin", personal_data=True)
        until(lambda: api.get("/segments")["as_of"])
        yield found


@pytest.fixture
def api(served):
    return Api(served, "admin", personal_data=True)


def test_a_condition_is_tried_on_everybody_as_of_one_state(api):
    found = api.post("/segments/preview", where=f"{TOTAL} > 100 AND orders=1", spread=TOTAL)

    assert found["mistakes"] == []
    assert found["where"] == "total_purchase_value > 100 and orders = 1"
    assert (found["count"], found["customers"]) == (10, 20)
    assert found["parts"] == [
        {"where": "total_purchase_value > 100", "count": 10},
        {"where": "orders = 1", "count": 15},
    ]
    assert [one["attribute"] for one in found["attributes"]] == ["total_purchase_value", "orders"]
    assert [one["measure"] for one in found["attributes"]] == ["money", "count"]
    assert len(found["members"]) == 5
    for one in found["members"]:
        assert one["values"] == [SPENT[one["customer_id"]], 1]
    spread = found["spread"]
    assert (spread["kind"], spread["members"], spread["everybody"]) == ("number", 10, 20)
    assert (spread["least"], spread["greatest"], spread["middle"], spread["middle_everybody"]) == (10, 200, 150, 100)
    for bar in spread["bars"]:
        low, high = bar["low"] or 0, bar["high"] or 1_000
        inside = [value for value in SPENT.values() if low <= value < high]
        assert (bar["members"], bar["everybody"]) == (sum(value > 100 for value in inside), len(inside))
    kept = api.get("/segments")
    assert found["position"] == kept["position"]


def test_every_segment_in_force_is_tried_as_it_is_kept(api):
    for one in api.get("/segments")["segments"]:
        found = api.post("/segments/preview", where=one["where"], name=one["name"])
        assert (found["count"], found["entering"], found["leaving"]) == (one["count"], 0, 0)
        ids = {member["customer_id"] for member in found["members"]}
        assert ids <= set(api.get(f"/segments/{one['name']}/members")["members"])


def test_a_condition_may_ask_when_customers_moved_of_segments_of_which_none_in_force_asks_that(api):
    asked = {"left(loyal) is null": 20, "entered(loyal) is not null": 0, "days_since(left(lost)) < 3 or orders > 1": 5}

    assert {where: api.post("/segments/preview", where=where)["count"] for where in asked} == asked


def test_a_condition_may_ask_when_somebody_entered_or_left(api):
    found = api.post("/segments/preview", where="not loyal and left(reachable) is null", name="lost")

    assert (found["mistakes"], found["count"]) == ([], 15)


def test_what_publishing_would_move_is_told(api):
    found = api.post("/segments/preview", where=f"{TOTAL} <= 30 or {TOTAL} = 200", name="loyal")

    # In force are the customers 1 to 5; it would be 1, 2, 3 and 20.
    assert (found["count"], found["entering"], found["leaving"]) == (4, 1, 2)


@pytest.mark.parametrize(
    ("where", "place", "told"),
    [
        ("orders >", (9, 1), "found the end; expected"),
        ("orders > 1 and ordres > 2", (16, 6), "Did you mean `orders`?"),
        ("orders > 1 and last_order_at = 5", (16, 17), "this is true for nobody"),
        ("lost or orders > 3", (1, 4), "segments go in a circle: lost -> loyal -> lost"),
    ],
)
def test_a_mistake_is_told_at_its_place(api, where, place, told):
    found = api.post("/segments/preview", where=where, name="loyal")

    (mistake,) = found["mistakes"]
    assert told in mistake["text"]
    assert (mistake["position"], mistake["length"]) == place
    assert found["count"] is None
    assert api.post("/segments/preview", where="orders > 1")["mistakes"] == []


WHY = (
    "it follows from personal data, and a count could tell whether somebody is a customer. Ask an admin for the right "
    "to see personal data."
)


def test_who_may_not_see_personal_data_gets_counts_only(served):
    found = Api(served, "write", personal_data=False).post("/segments/preview", where="orders > 1", spread="email")

    assert (found["count"], found["why"]) == (5, None)
    assert (found["hidden"], found["members"], found["spread"]) == (True, [], None)


@pytest.mark.parametrize(
    "where",
    [
        "email = 'c3@shop.example'",
        "orders > 1 and email like 'c%'",
        "reachable and orders > 0",
        "not lost",
        "left(reachable) is null",
        "mail_domain = 'shop.example'",
        "heard_of_c3 > 0",
        "orders_of_c3 > 0",
    ],
)
def test_whether_somebody_is_a_customer_is_not_to_be_counted_without_the_right_to_personal_data(served, api, where):
    seen = api.post("/segments/preview", where=where, spread="orders")
    blind = Api(served, "write", personal_data=False).post("/segments/preview", where=where, spread="orders")

    assert seen["count"] > 0
    numbers = {name: value for name, value in blind.items() if name not in ("where", "why", "hidden")}
    assert numbers == {name: [] if isinstance(value, list) else None for name, value in numbers.items()}
    assert (blind["where"], blind["hidden"], blind["why"]) == (where, True, WHY)


def test_whom_a_condition_would_move_does_not_tell_the_count_of_a_segment_that_is_not_told(served, api):
    blind = Api(served, "write", personal_data=False)
    found = [who.post("/segments/preview", where="orders > 0", name="reachable") for who in (api, blind)]
    own = blind.post("/segments/preview", where="orders > 0", name="loyal")

    assert [(one["count"], one["entering"], one["leaving"]) for one in found] == [(20, 15, 0), (20, None, None)]
    assert (own["count"], own["entering"], own["leaving"]) == (20, 15, 0)


@pytest.mark.parametrize("scope", ["read", "write", "admin"])
def test_numbers_of_segments_that_tell_of_persons_need_the_right_to_personal_data(served, api, scope):
    blind = Api(served, scope, personal_data=False)
    overlap = {"name": ["loyal", "reachable", "lost"]}

    seen, told = ({one["name"]: one for one in who.get("/segments")["segments"]} for who in (api, blind))
    alone = {name: blind.get(f"/segments/{name}") for name in seen}
    past = blind.get("/segments/reachable", at="2026-03-03T00:00:00Z")
    shared, sizes = blind.get("/segment-overlaps", **overlap), blind.get("/segment-sizes", days=1)

    assert {name: one["count"] for name, one in seen.items()} == {"loyal": 5, "reachable": 5, "lost": 15}
    assert {name: (one["count"], one["why"]) for name, one in told.items()} == {
        "loyal": (5, None),
        "reachable": (None, WHY),
        "lost": (None, WHY),
    }
    assert {name: (one["count"], one.get("why")) for name, one in alone.items()} == {
        name: (one["count"], one["why"]) for name, one in told.items()
    }
    assert (past["count"], past["why"], past["of"]) == (None, WHY, 20)
    assert (shared["shared"], shared["why"]) == ([[5, None, None], [None] * 3, [None] * 3], WHY)
    assert api.get("/segment-overlaps", **overlap) | {"as_of": ""} == shared | {
        "as_of": "",
        "shared": [[5, 5, 0], [5, 5, 0], [0, 0, 15]],
        "why": None,
    }
    assert sizes["sizes"]["loyal"][-1] == 5
    assert (set(sizes["sizes"]["reachable"]), set(sizes["sizes"]["lost"]), sizes["why"]) == ({None}, {None}, WHY)
    assert blind.get("/segment-sizes", days=1, name="loyal")["why"] is None
    assert api.get("/segment-sizes", days=1)["sizes"]["reachable"][-1] == 5


# --- what conditions may name ----------------------------------------------------------------------------------------


def test_what_conditions_may_name_is_told_with_its_kinds_and_values(api, served):
    found = api.get("/segment-words")

    words = {one["name"]: one for one in found["attributes"]}
    assert [one["name"] for one in found["segments"]] == ["loyal", "reachable", "lost"]
    assert (words["orders"]["family"], words["orders"]["kinds"], words["orders"]["measure"]) == (
        "did",
        ["count"],
        "count",
    )
    assert words["purchase_value_today"]["window"] == "today"
    assert (words[TOTAL]["measure"], words["last_order_at"]["measure"]) == ("money", "time")
    assert (words["email"]["family"], words["email"]["measure"]) == ("is", "nothing")
    assert (words["average"]["family"], words["categories"]["many"]) == ("is", True)
    values = api.get("/segment-values", attribute="email")["values"]
    assert sorted(one["value"] for one in values) == [f"c{n}@shop.example" for n in range(1, 6)]
    assert {one["customers"] for one in values} == {1}
    hidden = Api(served, "read", personal_data=False).get("/segment-values", attribute="email")
    assert (hidden["hidden"], hidden["values"]) == (True, [])
    assert "Did you mean `orders`?" in api.get("/segment-values", 404, attribute="ordres")["detail"]


def test_members_are_told_with_attributes(api):
    found = api.get("/segments/loyal/customers", attribute=[TOTAL, "email"])

    assert found["count"] == 5
    assert [one["customer_id"] for one in found["members"]] == [f"c{n}" for n in range(1, 6)]
    assert [one["values"] for one in found["members"]] == [[10.0 * n, f"c{n}@shop.example"] for n in range(1, 6)]
    assert len(api.get("/segments/lost/customers", limit=3)["members"]) == 3
    assert "Did you mean `loyal`?" in api.get("/segments/loyall/customers", 404)["detail"]


# --- written ---------------------------------------------------------------------------------------------------------


def test_members_are_downloaded_with_attributes_and_no_formula_of_a_spreadsheet(api, served):
    asked = {"attribute": ["email", "orders", TOTAL], "format": "csv"}
    headers = {"Authorization": f"Bearer {served.token}"}
    url = f"{served.url}/api/v1/segments/reachable/members/file"
    found = httpx.get(url, params=asked, headers=headers, timeout=60)
    table = pq.read_table(BytesIO(httpx.get(url, params={**asked, "format": "parquet"}, headers=headers).content))

    rows = list(csv.DictReader(found.text.splitlines()))
    assert {(one["customer_id"], one["email"], one["orders"]) for one in rows} == {
        (f"c{n}", f"c{n}@shop.example", "2") for n in range(1, 6)
    }
    assert found.headers["content-type"].startswith("text/csv")
    assert "reachable-" in found.headers["content-disposition"]
    assert {one["customer_id"]: float(one[TOTAL]) for one in table.to_pylist()} == {
        f"c{n}": SPENT[f"c{n}"] for n in range(1, 6)
    }
    assert table["orders"].to_pylist() == [2] * 5
    assert httpx.get(url, params={"attribute": "emial"}, headers=headers).status_code == 404
    formulas = pa.table({"customer_id": ["=1+1", "@x", "c=1"], "tags": [["-a", "b"], None, []], "spent": [-1, 2, 3]})
    assert b"".join(csv_of(formulas)).decode().splitlines()[1:] == [
        '"\'=1+1","\'-a; b",-1', '"\'@x",,2', '"c=1","",3',
    ]  # fmt: skip


def test_a_condition_is_the_same_as_rows_text_and_yaml(api):
    found = api.post("/definitions/segments/check", name="loyal")
    assert found["text"] == "loyal: {where: orders >= 2, label: {en: Loyal, pt: Fiéis}}\n"
    row = found["sentence"]["where"]
    assert (row["kind"], row["left"]["value"], row["test"], row["right"][0]["value"]) == ("row", "orders", ">=", 2)

    said = found["sentence"] | {"where": row | {"right": [{"kind": "number", "value": 3}]}}
    changed = api.post("/definitions/segments/check", name="loyal", text=found["text"], sentence=said)
    assert changed["text"] == "loyal: {where: orders >= 3, label: {en: Loyal, pt: Fiéis}}\n"
    same = api.post("/definitions/segments/check", name="loyal", text=found["text"], sentence=found["sentence"])
    assert same["text"] == found["text"]
    wrong = api.post("/definitions/segments/check", name="new", text="new:\n  where: orders = 'many'\n")
    assert [(one["field"], one["position"], one["length"]) for one in wrong["mistakes"]] == [("where", 1, 15)]


@pytest.mark.parametrize("body", [{}, {"base": None}, {"where": "orders > 3"}, {"text": "big: {}", "were": None}])
def test_a_draft_that_says_nothing_takes_nothing_away(api, body):
    api.answer("PUT", "/definitions/segments/loyal/draft", 422, json=body)

    assert api.get("/definitions/segments/loyal")["draft"] is None


def test_a_draft_is_published_renamed_and_taken_away(api, served):
    api.answer("PUT", "/definitions/segments/big/draft", json={"text": "big: {where: loyal and orders < 9}\n"})
    listed = {one["name"]: one for one in api.get("/definitions/segments")}
    assert (listed["big"]["draft"], listed["big"]["in_force"]) == (True, False)
    diff = api.get("/definitions/segments/big/diff")
    assert [one["after"] for one in diff["changes"]] == ["loyal and orders < 9"]
    published = api.post("/definitions/segments/big/publish", base=None)
    assert published["added"] == ["segments.big"]

    def counted(name):
        lines = api.get("/segments")["segments"]
        return next((one["count"] for one in lines if one["name"] == name), None)

    until(lambda: counted("big") == 5)
    stale = api.post("/definitions/segments/big/publish", 404, base=None)
    assert "you have no draft" in stale["detail"]

    assert "There is" in api.post("/definitions/segments/loyal/rename", 422, to="orders")["detail"].capitalize()
    renamed = api.post("/definitions/segments/loyal/rename", to="faithful")
    assert sorted(renamed["followers"]) == ["big", "lost"]
    until(lambda: counted("faithful") == 5)
    assert api.get("/definitions/segments/faithful")["written"]["text"].startswith("faithful: {where: orders >= 2")
    assert api.get("/definitions/segments/big")["in_force"]["where"] == "faithful and orders < 9"

    api.answer("PUT", "/definitions/segments/faithful/draft", json={"text": "", "base": None})
    draft = api.get("/definitions/segments/faithful")["draft"]
    assert len(draft["entry"]["mistakes"]) == 2
    assert api.get("/definitions/segments/faithful/diff")["followers"] == ["lost", "big"]
    version = api.get("/definitions/segments/big")["version"]
    api.answer("PUT", "/definitions/segments/big/draft", json={"text": "", "base": version})
    assert api.post("/definitions/segments/big/publish", base=version)["removed"] == ["segments.big"]
    api.answer("DELETE", "/definitions/segments/faithful/draft", 204)
