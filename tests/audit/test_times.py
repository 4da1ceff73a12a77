"""S47: parts of the times of a message as paths."""

from audit.shop import Shop, number, of

BY_TIME = of("most_frequent", value=None)


def test_parts_of_a_facts_time_are_keys_by_the_clock_of_the_workspace():
    shop = Shop(
        {
            "on": {**BY_TIME, "by": "timestamp.weekday"},
            "part": {**BY_TIME, "by": "timestamp.part_of_day"},
            "in_month": {**BY_TIME, "by": "timestamp.month", "window": "this year", "zone": "customer"},
            "weekend": of("count", value=None, where="timestamp.weekday >= 6"),
            "lines": {**of("list", value="timestamp.hour"), "each": "properties.products"},
        },
        zone="Europe/Berlin",
    )
    shop.say("identify", "2026-01-01T00:00Z", userId="c1", traits={"timezone": "America/New_York"})
    # Saturday the 28th of February in London, Sunday the 1st of March in Berlin.
    shop.order("2026-02-28T23:30Z", more={"products": [{"timestamp": {"hour": 5}}, {}]})

    found = shop.profiles()["u:c1"].values

    assert found == {
        "on": number(7),
        "part": "night",
        "in_month": number(3),
        "weekend": number(1),
        "lines": (number(0), number(0)),
    }


def test_a_part_is_a_number_or_a_text_like_any_other_and_missing_where_the_time_is():
    shop = Shop(
        {
            "total": of("sum", value="timestamp.day * 2"),
            "as_text": of("list", value="timestamp.month", type="text"),
            "sent": of("count", value="sentAt.hour"),
            "unsent": of("count", value=None, where="sentAt.hour is null"),
        }
    )
    shop.order("2026-02-28T23:30Z")
    shop.order("2026-03-01T00:30Z", sent="2026-03-01T00:31Z", received="2026-03-01T00:31Z", trust="server")

    found = shop.profiles()["u:c1"].values

    assert found == {"total": number(58), "as_text": ("3", "2"), "sent": number(1), "unsent": number(1)}
