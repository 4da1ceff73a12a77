"""Customers through the control API: found, shown, explained, parted, taken out, erased."""

from __future__ import annotations

import pytest
from tests.app.gui.past_shop import Api, shop_served


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A shop for tests that change nothing."""
    with shop_served(tmp_path_factory.mktemp("customers")) as served:
        yield served


@pytest.fixture
def fresh(tmp_path):
    """A shop of one's own, asked by its admin."""
    with shop_served(tmp_path) as served:
        yield Api(served, "admin", personal_data=True)


def found(api, text):
    return [(one["customer_id"], one["by"], one["text"]) for one in api.get("/customers/search", q=text)["customers"]]


def attribute(profile, name):
    return next(one for one in profile["attributes"] if one["name"] == name)


# --- search ----------------------------------------------------------------------------------------------------------


def test_customers_are_found_by_the_beginning_of_an_id_whatever_its_case(admin):
    assert found(admin, "C1") == [("c17", "id", "c17"), ("c18", "id", "c18")]
    assert found(admin, "c17") == [("c17", "id", "c17")]
    assert found(admin, "c/") == [("c/17?", "id", "c/17?")]
    assert found(admin, "nobody") == []


def test_linked_ids_and_words_of_names_lead_to_the_customer(admin):
    assert found(admin, "anon") == [("c17", "linked id", "anon-9")]
    assert found(admin, "joao n") == [("c17", "name", "João Ninguém")]
    assert found(admin, "silva") == [("c18", "name", "Maria Joana Silva")]
    assert found(admin, "joana") == [("c17", "email", "joana@shop.example"), ("c18", "name", "Maria Joana Silva")]


def test_without_the_right_to_personal_data_only_the_customers_own_ids_are_found(admin, viewer):
    assert found(viewer, "c1") == [("c17", "id", "c17"), ("c18", "id", "c18")]
    assert found(viewer, "joana") == []
    assert found(viewer, "anon") == []
    assert found(viewer, "anon-9") == [("c17", "linked id", "anon-9")]
    assert all(one["naming"] == {} for one in viewer.get("/customers/search", q="c1")["customers"])


def test_before_anything_is_typed_those_who_did_something_lately_are_shown(admin):
    told = admin.get("/customers/search")

    assert {one["customer_id"] for one in told["customers"]} == {"c17", "c18", "c/17?"}
    assert told["known"] == 3
    assert [one["name"] for one in told["figures"]] == ["total_purchase_value", "orders", "largest_order"]
    assert [one["name"] for one in told["traits"]] == ["email", "name"]


# --- the profile -----------------------------------------------------------------------------------------------------


def test_the_profile_is_what_the_batch_knew_and_what_has_come_since(admin):
    told = admin.get("/customers/profile", customer="anon-9")

    assert (told["customer_id"], told["exists"], told["now"]) == ("c17", True, True)
    assert sorted(told["ids"]) == ["anon-9", "c17"]
    assert told["batch"] is not None
    value = attribute(told, "total_purchase_value")
    assert (value["until_batch"], value["since"], value["value"]) == (1241.5, -2, 1239.5)
    assert (value["adds"], value["measure"], value["group"]) == (True, "money", "Orders")
    assert value["label"] == {"en": "Total purchase value", "pt": "Valor total das compras"}
    measures = {name: attribute(told, name)["measure"] for name in ("last_order_at", "average", "orders", "share")}
    assert measures == {"last_order_at": "time", "average": "money", "orders": "count", "share": "number"}
    assert not attribute(told, "average")["has_parts"]


def test_time_travel_shows_the_profile_of_then_without_parts(admin):
    told = admin.get("/customers/profile", customer="c17", at="2026-03-11T12:00:00Z")

    assert attribute(told, "orders")["value"] == 3
    assert (told["now"], attribute(told, "orders")["has_parts"]) == (False, False)
    assert admin.get("/customers/profile", 422, customer="c17", at="yesterday")["code"] == "bad_time"


def test_nobody_is_a_problem_and_traits_are_for_those_with_the_right(admin, viewer):
    assert admin.get("/customers/profile", 404, customer="nobody")["code"] == "not_found"
    told = viewer.get("/customers/profile", customer="c17")
    assert told["ids"] is None
    assert {one["kind"] for one in told["attributes"]} == {"aggregate", "formula"}


# --- behind ----------------------------------------------------------------------------------------------------------


def test_the_orders_behind_a_sum_add_up_to_it(admin):
    told = admin.get("/customers/behind", customer="c17", attribute="total_purchase_value")

    assert [(part["message"]["message_id"], part["adds"], part["since_batch"]) for part in told["parts"]] == [
        ("m4", 39, True), ("m1", 1200.5, False),
    ]  # fmt: skip
    assert (told["meaning"], told["value"], told["sum"], told["next"]) == ("adds", 1239.5, 1239.5, None)
    assert told["parts"][0]["time"] == "2026-03-10T10:00:00Z"  # the fact's, not the correction's


def test_what_does_not_count_is_named_with_its_reason(admin):
    told = admin.get("/customers/behind", customer="c17", attribute="large_orders", of="left_out")

    assert [(one["message"]["message_id"], one["reason"]) for one in told["others"]] == [
        ("m3", "cancelled"), ("m4", "condition"), ("m2", "replaced"),
    ]  # fmt: skip
    assert told["others"][0]["by"]["message_id"] == "m5"
    assert told["others"][2]["by"]["message_id"] == "m4"
    assert told["reasons"] == {"cancelled": 1, "condition": 1, "replaced": 1}
    only = admin.get("/customers/behind", customer="c17", attribute="large_orders", of="left_out", reason="replaced")
    assert [one["message"]["message_id"] for one in only["others"]] == ["m2"]


def test_pages_of_parts_follow_each_other_without_gap(admin):
    ask = {"customer": "c17", "attribute": "orders", "limit": 1}
    first = admin.get("/customers/behind", **ask)
    second = admin.get("/customers/behind", **ask, before=first["next"])

    assert [first["parts"][0]["message"]["message_id"], second["parts"][0]["message"]["message_id"]] == ["m4", "m1"]
    assert (first["counted"], second["next"]) == (2, None)
    assert admin.get("/customers/behind", 422, **ask, before="x")["code"] == "bad_place"


def test_a_formula_names_what_it_is_made_of_and_a_trait_who_said_it(admin, viewer):
    formula = admin.get("/customers/behind", customer="c17", attribute="average")
    trait = admin.get("/customers/behind", customer="c17", attribute="email")

    assert (formula["meaning"], formula["names"]) == ("names", ["total_purchase_value", "orders"])
    assert [(one["value"], one["decides"]) for one in trait["parts"]] == [("joana@shop.example", True)]
    assert viewer.get("/customers/behind", 403, customer="c17", attribute="email")["code"] == "not_allowed"
    assert admin.get("/customers/behind", 404, customer="c17", attribute="nothing")["code"] == "not_found"


def test_payloads_and_sent_ids_are_for_those_with_the_right(admin, viewer):
    ask = {"customer": "c17", "attribute": "orders"}
    mine, theirs = (api.get("/customers/behind", **ask)["parts"][0]["message"] for api in (admin, viewer))

    assert (mine["sent_id"], mine["payload"]["properties"]["total"]) == ("c17", 39)
    assert (theirs["sent_id"], theirs["payload"]) == (None, None)
    assert theirs["event"] == "Order Updated"


# --- timeline --------------------------------------------------------------------------------------------------------


def test_the_timeline_tells_everything_newest_first_with_what_has_become_of_it(admin):
    told = admin.get("/customers/timeline", customer="c17")

    assert [(one["message"]["message_id"], one["fate"], one["by"]) for one in told["happened"]] == [
        ("m5", "counts", None),
        ("m4", "counts", None),
        ("m3", "cancelled", "m5"),
        ("m2", "replaced", "m4"),
        ("m1", "counts", None),
        ("i1", "counts", None),
        ("p1", "counts", None),
    ]
    assert sum(bar["count"] for bar in told["bars"]) == told["messages"] == 7
    assert (told["first"], told["last"]) == ("2026-02-27T10:00:00Z", "2026-03-12T11:00:00Z")


def test_kinds_and_times_are_filters_and_pages_follow_each_other(admin):
    def ids(**ask):
        told = admin.get("/customers/timeline", customer="c17", **ask)
        return [one["message"]["message_id"] for one in told["happened"]], told["next"], told["fits"]

    assert ids(kind=["page", "identify"])[0] == ["i1", "p1"]
    assert ids(event="Order Completed")[0] == ["m3", "m2", "m1"]
    assert ids(fate="replaced")[0] == ["m2"]
    assert ids(until="2026-03-09T10:00:00Z")[0] == ["i1", "p1"]
    some, follows, fits = ids(limit=4)
    assert (some, fits) == (["m5", "m4", "m3", "m2"], 7)
    assert ids(limit=4, before=follows)[:2] == (["m1", "i1", "p1"], None)


def test_what_lies_behind_the_clock_is_marked_as_later(admin):
    told = admin.get("/customers/timeline", customer="c17", at="2026-03-11T12:00:00Z")

    assert told["fates"] == {"counts": 5, "later": 2}


# --- ids -------------------------------------------------------------------------------------------------------------


def test_links_are_parted_and_joined_again_through_the_log(fresh):
    told = fresh.get("/customers/links", customer="c17")
    assert [(one["id"], one["kind"], one["names_customer"], one["messages"]) for one in told["ids"]] == [
        ("anon-9", "anonymous", False, 1), ("c17", "user", True, 6),
    ]  # fmt: skip
    pair = {"user": "c17", "other": "anon-9", "other_kind": "anonymous"}
    assert [{name: one[name] for name in (*pair, "joined", "said_by")} for one in told["links"]] == [
        {**pair, "joined": True, "said_by": "identify"}
    ]

    parted = fresh.post("/customers/unmerge", **pair)

    assert parted["joined"] is False
    assert fresh.get("/customers/profile", customer="anon-9")["customer_id"] == "anon-9"
    after = fresh.get("/customers/links", customer="c17")
    assert [one["id"] for one in after["ids"]] == ["c17"]
    assert [(one["joined"], one["off"], one["said_by"]) for one in after["links"]] == [(False, "parted", "unmerge")]
    assert fresh.post("/customers/join", **pair)["joined"] is True
    assert fresh.get("/customers/profile", customer="anon-9")["customer_id"] == "c17"
    assert fresh.post("/customers/unmerge", 404, **{**pair, "other": "never"})["code"] == "not_found"


def test_everything_about_a_person_is_one_document(admin):
    told = admin.answer("GET", "/customers/export", params={"customer": "c17"})

    assert told.headers["content-disposition"].startswith("attachment")
    document = told.json()
    assert [one["message_id"] for one in document["messages"]] == ["p1", "i1", "m1", "m2", "m3", "m4", "m5"]
    assert document["messages"][1]["message"]["traits"]["email"] == "joana@shop.example"
    assert document["profile"]["attributes"]["total_purchase_value"] == 1239.5
    assert sorted(one["id"] for one in document["ids"]) == ["anon-9", "c17"]


def test_a_person_is_erased_only_when_the_id_was_typed_once_more(fresh):
    assert fresh.post("/customers/erase", 422, customer="anon-9", typed="anon-9")["code"] == "not_confirmed"

    erased = fresh.post("/customers/erase", customer="anon-9", typed="c17")

    assert sorted(erased["ids"]) == ["anon-9", "c17"]
    assert found(fresh, "c17") == []
    assert found(fresh, "joana@") == []
    told = fresh.get("/customers/profile", customer="c17")
    assert (told["exists"], attribute(told, "orders")["value"]) == (False, 0)
    assert fresh.get("/customers/behind", customer="c17", attribute="orders")["reasons"] == {"erased": 4}


@pytest.mark.parametrize("path", ["links", "export"])
def test_whom_it_is_about_is_for_those_with_the_right(viewer, path):
    assert viewer.get(f"/customers/{path}", 403, customer="c17")["code"] == "not_allowed"


def test_parting_needs_the_right_to_write_and_erasing_that_of_an_admin(served):
    reader, writer = (Api(served, scope, personal_data=True) for scope in ("read", "write"))

    assert reader.post("/customers/unmerge", 403, user="c17", other="a", other_kind="user")["code"] == "not_allowed"
    assert writer.post("/customers/erase", 403, customer="c17", typed="c17")["code"] == "not_allowed"


def test_ids_with_marks_of_addresses_are_ids_like_others(admin):
    assert admin.get("/customers/profile", customer="c/17?")["customer_id"] == "c/17?"
