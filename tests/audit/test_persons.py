"""Rules 8 to 11; S21 to S23, S35."""

from typing import Any

import pytest

from audit.shop import NOON, ORDERS, Shop, number, time
from hundredfold.audit import audit

LONG_AGO = "2026-01-01T00:00Z"


def shop(**setting: Any) -> Shop:
    """Three users and two unknown visitors, each with a page seen: c1 first, then c2 ..."""
    made = Shop(ORDERS, **setting)
    for day, who in enumerate(({"userId": "c1"}, {"userId": "c2"}, {"userId": "c3"})):
        made.say("page", f"2026-01-0{day + 1}T00:00Z", **who)
    for day, name in enumerate(("x", "y")):
        made.say("page", f"2025-01-0{day + 1}T00:00Z", anonymousId=name)
    return made


def people(made: Shop, **when: Any) -> dict[str, tuple[str, ...]]:
    return {key: profile.ids for key, profile in made.profiles(**when).items()}


APART = {"u:c1": ("u:c1",), "u:c2": ("u:c2",), "u:c3": ("u:c3",), "a:x": ("a:x",), "a:y": ("a:y",)}


def test_everybody_is_alone_without_links():
    assert people(shop()) == APART


def test_an_identify_with_both_ids_makes_one_person_whose_values_are_merged():
    s = shop()
    s.order(LONG_AGO, 10, userId=None, anonymousId="x")
    s.order(LONG_AGO, 5)

    s.say("identify", NOON, userId="c1", anonymousId="x", trust="browser")

    assert people(s)["u:c1"] == ("a:x", "u:c1")
    assert s.value("revenue") == number(15)


def test_the_newest_statement_by_time_then_message_id_decides_whatever_the_order_of_arrival():
    s = shop()

    s.say("unmerge", "2026-02-02T00:00Z", userId="c1", anonymousId="x")
    s.say("identify", "2026-02-01T00:00Z", userId="c1", anonymousId="x")
    assert people(s) == APART

    s.say("identify", "2026-02-02T00:00Z", userId="c1", anonymousId="x", id="z")
    assert people(s)["u:c1"] == ("a:x", "u:c1")
    assert people(s, at="2026-02-01T00:00Z")["u:c1"] == ("a:x", "u:c1")


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        ({"kind": "alias", "previousId": "c2"}, ("u:c1", "u:c2")),
        ({"kind": "alias", "previousId": "x", "anonymousId": "x"}, ("a:x", "u:c1")),
        ({"kind": "alias", "previousId": "x", "trust": "browser"}, ("a:x", "u:c1")),
        ({"kind": "alias", "previousId": "x", "trust": "server"}, ("u:c1", "u:x")),
        ({"kind": "alias", "previousId": "c1"}, ("u:c1",)),
        ({"kind": "identify"}, ("u:c1",)),
        ({"kind": "track", "event": "e", "anonymousId": "x"}, ("u:c1",)),
        ({"kind": "page", "anonymousId": "x"}, ("u:c1",)),
    ],
)
def test_only_identify_and_alias_state_links(fields, ids):
    s = shop()

    s.say(at=NOON, userId="c1", **{"received": NOON, **fields})

    assert people(s)["u:c1"] == ids


def test_an_unmerge_means_the_previous_id_before_the_anonymous_one():
    s = shop()
    s.say("alias", LONG_AGO, userId="c1", previousId="c2")
    s.say("identify", LONG_AGO, userId="c1", anonymousId="x")

    s.say("unmerge", NOON, userId="c1", previousId="c2", anonymousId="x")

    assert people(s)["u:c1"] == ("a:x", "u:c1")


def test_a_browser_cannot_unmerge():
    s = shop()
    s.say("identify", LONG_AGO, userId="c1", anonymousId="x")

    s.say("unmerge", NOON, userId="c1", anonymousId="x", trust="browser", received=NOON)

    assert people(s)["u:c1"] == ("a:x", "u:c1")


def test_an_id_with_more_neighbours_than_allowed_is_shared_and_loses_all_links():
    s = shop(shared_over=2)
    for user in ("c1", "c2"):
        s.say("alias", LONG_AGO, userId=user, previousId="boss")
    assert len(people(s)["u:c1"]) == 3

    s.say("alias", LONG_AGO, userId="c3", previousId="boss")

    assert people(s) == APART


def test_an_anonymous_id_of_two_persons_joins_none():
    s = shop()
    s.say("identify", LONG_AGO, userId="c1", anonymousId="x")

    s.say("identify", "2026-02-01T00:00Z", userId="c2", anonymousId="x")
    assert people(s) == APART

    s.say("alias", LONG_AGO, userId="c2", previousId="c1")
    assert people(s)["u:c1"] == ("a:x", "u:c1", "u:c2")


def test_shared_ids_are_set_aside_before_anonymous_ids_are_looked_at():
    s = shop(shared_over=2)
    for name in ("y", "z1", "z2"):
        s.say("identify", LONG_AGO, userId="c2", anonymousId=name)

    s.say("identify", LONG_AGO, userId="c2", anonymousId="x")
    s.say("identify", LONG_AGO, userId="c1", anonymousId="x")

    assert people(s)["u:c1"] == ("a:x", "u:c1")


def test_a_person_is_named_by_the_user_who_spoke_first():
    s = shop()

    s.say("alias", LONG_AGO, userId="c3", previousId="c2")
    s.say("identify", LONG_AGO, userId="c3", anonymousId="x")

    assert s.profiles()["u:c3"].customer_id == "c3"  # c3 aliased on the first day, before c2 saw a page
    assert people(s, at="2026-01-01T00:00Z") == {
        "u:c1": ("u:c1",), "u:c3": ("a:x", "u:c2", "u:c3"), "a:y": ("a:y",),
    }  # fmt: skip


def test_ids_that_never_spoke_come_last_by_their_bytes():
    s = Shop(ORDERS)

    s.say("alias", LONG_AGO, userId="z", previousId="b")
    s.say("alias", LONG_AGO, userId="z", previousId="a")

    assert people(s) == {"u:z": ("u:a", "u:b", "u:z")}


def test_unmerges_and_deletions_make_nobody_exist_and_profiles_do():
    s = Shop(ORDERS)

    s.say("unmerge", LONG_AGO, userId="c1", anonymousId="x")
    s.say("delete", LONG_AGO, userId="c2", ids=["u:c2"], positions={})
    s.say("profile", userId="c3", covers_until=LONG_AGO, values={}, source="crm")

    assert people(s) == {"u:c3": ("u:c3",)}


def test_a_user_and_an_anonymous_id_of_one_text_are_two():
    s = Shop(ORDERS)

    s.order(LONG_AGO, userId="c1")
    s.order(LONG_AGO, userId=None, anonymousId="c1")

    assert {key: profile.customer_id for key, profile in s.profiles().items()} == {"u:c1": "c1", "a:c1": "c1"}


def test_only_the_wanted_customers_are_given():
    s = shop()

    found = audit(s.messages, s.definitions, s.setting, at=time(NOON), only={"u:c2"})

    assert list(found) == ["u:c2"]
