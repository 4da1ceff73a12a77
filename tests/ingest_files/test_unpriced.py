"""Money without a rate is told of: exactly the rows whose amounts the audit finds to be no value."""

import json
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from hundredfold.audit.lookups import Rates
from hundredfold.audit.paths import walk
from hundredfold.definition.model import EventRule
from hundredfold.ingest.draft import DRAFT
from hundredfold.ingest.message import canonical
from hundredfold.ingest.unpriced import MOST, OTHER, Pricing, Unpriced, joined
from hundredfold.words.calendar import day_start, local_day
from hundredfold.words.message import KINDS

ZONE = ZoneInfo("Europe/Lisbon")
DAY = 20_500
RATES = {"USD": {DAY: 850_000_000, DAY + 2: 860_000_000}, "GBP": {}, "chf": {DAY - 1: 1}}
EVENTS = {
    "Order Completed": EventRule("Order Completed", currency="properties.currency", money=("properties.total",)),
    "Refunded": EventRule("Refunded", currency="properties.paid.currency", money=("properties.total",)),
    "Seen": EventRule("Seen"),
}
PRICING = Pricing(EVENTS, RATES, "EUR", ZONE)

currencies = st.sampled_from(
    ["EUR", "eur", "USD", "usd", "GBP", "CHF", "", "R$", "Ana Maria", "12.50", 7, None, ["EUR"]]
)
messages = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["track", "track", "page"]),
        "event": st.sampled_from([*EVENTS, "Other"]),
        "currency": currencies,
        "paid": currencies,
        "line": currencies,
        "time": st.integers(-2, 3).map(lambda days: day_start(DAY + days, ZONE)),
        "apart": st.sampled_from([-1, 0, 1]),
        "rows": st.integers(1, 3),
    }
)


def framed(said):
    rows = []
    for number, one in enumerate(said):
        properties = {
            "currency": one["currency"],
            "paid": {"currency": one["paid"]},
            "lines": [{"currency": one["line"]}],
        }
        payload = canonical({"event": one["event"], "properties": properties})
        moment = one["time"] + one["apart"]
        rows.append((KINDS.index(one["kind"]), "u:c", None, b"", moment, 0, None, "s", payload, number, one["rows"]))
    return pl.DataFrame(rows, schema=DRAFT, orient="row")


def without_value(frame):
    """The rows of which the audit converts no amount, and their first day."""
    rates = Rates(RATES, "EUR", ZONE)
    rows, days = 0, []
    for kind, time, payload, count in frame.select("kind", "time", "payload", "rows").iter_rows():
        message = json.loads(payload)
        rule = EVENTS.get(message["event"])
        if KINDS[kind] != "track" or rule is None or rule.currency is None:
            continue
        if rates.convert(1_000_000, walk(message, rule.currency), time) is None:
            rows += count
            days.append(local_day(time, ZONE))
    return rows, min(days, default=None)


@settings(max_examples=200, deadline=None)
@given(st.lists(messages, max_size=12))
def test_what_is_told_is_what_the_audit_finds_to_be_no_value(said):
    frame = framed(said)

    found = PRICING.unpriced(frame)

    rows, first = without_value(frame)
    assert sum(one.rows for one in found.values()) == rows
    assert min((one.since for one in found.values()), default=None) == first
    assert found.keys() <= {"USD", "GBP", "CHF", "R$", OTHER}
    assert all(PRICING.lacks(code, one.since) for code, one in found.items())


def test_what_has_got_a_rate_lacks_none():
    assert PRICING.lacks("USD", DAY - 1)
    assert not PRICING.lacks("usd", DAY)
    assert not PRICING.lacks("eur", 0)


def test_a_column_without_currencies_is_told_in_a_few_words():
    found = joined({}, {f"X{number}": Unpriced(1, number) for number in range(500)})

    assert len(found) == MOST + 1
    assert found[OTHER] == Unpriced(500 - MOST, min(found[OTHER].since, 499))
    assert sum(one.rows for one in found.values()) == 500
