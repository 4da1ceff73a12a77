"""The live loop: messages, the clock, whoever asks meanwhile, and what goes wrong."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from tests.live.shop import Shop, everything, identify, new, order, view

from hundredfold.errors import LogError
from hundredfold.live.loop import Unreadable
from hundredfold.live.turns import Turns
from hundredfold.words.calendar import DAY, HOUR, MINUTE, iso, parse_time


def test_one_event_through_a_real_log_is_on_the_feed(shop):
    reader = shop.feed.subscribe()
    shop.live.start()

    shop.send(order("c1", 12.5))

    record = reader.wait(30)
    assert (record["customer_id"], record["changes"]["spent"]["new"]) == ("c1", 12.5)


def test_a_window_of_minutes_expires_on_the_feed_without_an_event(shop):
    reader = shop.feed.subscribe()
    shop.send(view("c1"))
    shop.settle()
    shop.now += MINUTE
    shop.send(view("c1"))
    shop.settle()
    everything(reader)
    shop.live.start()

    shop.now = shop.now // MINUTE * MINUTE + 4 * MINUTE
    first = reader.wait(30)
    shop.now += MINUTE

    second = reader.wait(30)
    assert first["changes"]["views_in_5_minutes"] == {"old": 2, "new": 1}
    assert second["changes"]["views_in_5_minutes"] == {"old": 1, "new": 0}
    assert second["at"] == iso(shop.now)


def test_nothing_is_told_before_a_cell_leaves_its_window(shop):
    shop.send(view("c1"))
    shop.settle()
    reader = shop.feed.subscribe()

    shop.now += 5 * MINUTE - 1 - shop.now % MINUTE
    shop.settle()

    assert everything(reader) == []


def test_a_turn_of_the_day_is_one_record_behind_which_all_values_are_those_of_the_new_day(shop):
    shop.send(*(order(f"c{number}", 5) for number in range(30)))
    shop.settle()
    reader = shop.feed.subscribe()
    shop.now = parse_time("2026-11-23T00:00:00Z")
    shop.settle()
    turned = everything(reader)

    shop.send(order("c7", 3))
    shop.settle()

    (after,) = everything(reader)
    assert [(r["day"], r["at"]) for r in turned] == [("2026-11-23", "2026-11-23T00:00:00Z")]
    assert after["changes"]["spent_today"] == {"old": 0.0, "new": 3.0}
    assert after["changes"]["spent"] == {"old": 5.0, "new": 8.0}


def test_a_customers_own_day_turns_at_his_own_midnight(shop):
    shop.send(identify("c1", timezone="Asia/Tokyo"), order("c1"), identify("c2", timezone="Europe/Madrid"), order("c2"))
    shop.settle()
    reader = shop.feed.subscribe()

    shop.now = parse_time("2026-11-22T15:00:00Z")
    shop.settle()

    values = shop.live.ask(lambda engine: {c: local_orders(shop, c) for c in ("c1", "c2")})
    assert [(r["day"], r["zone"]) for r in everything(reader)] == [("2026-11-23", "Asia/Tokyo")]
    assert values == {"c1": 0, "c2": 1}


def local_orders(shop, customer):
    value = shop.live.following.current.values(shop.engine.sids.known(f"u:{customer}"))["local_orders"]
    return value.millionths // 1_000_000


def test_a_message_from_the_future_is_told_when_its_time_comes(shop):
    reader = shop.feed.subscribe()
    later = {**order("c1", 9), "timestamp": iso(shop.now + 5 * MINUTE)}
    shop.send(later)
    shop.settle()
    before = everything(reader)

    shop.now += 5 * MINUTE
    shop.settle()

    assert before == []
    assert new(everything(reader)[0])["spent"] == 9.0


def test_a_flood_is_applied_in_chunks_and_told_in_few_batches(shop):
    reader = shop.feed.subscribe()
    shop.send(*(order(f"c{number % 50}", 1) for number in range(5_000)))

    rounds = 0
    while shop.live.turn():
        rounds += 1
    shop.settle()

    told = {r["customer_id"]: r["changes"]["spent"]["new"] for r in everything(reader)}
    assert rounds > 1
    assert told == {f"c{number}": 100.0 for number in range(50)}


def test_messages_that_keep_coming_do_not_make_the_server_unready(shop, monkeypatch):
    apply = shop.engine.apply

    def apply_while_more_comes(table):
        shop.send(order("c2"))
        apply(table)

    monkeypatch.setattr(shop.engine, "apply", apply_while_more_comes)
    shop.send(order("c1"))

    done = [shop.live.turn() for _ in range(5)]

    assert done == [1] * 5
    assert shop.live.not_ready() == []


def test_what_stands_in_the_log_at_the_start_is_not_told_as_a_change(tmp_path):
    shop = Shop(tmp_path)
    shop.send(order("c1"))
    reader = shop.feed.subscribe()
    not_yet = shop.live.not_ready()
    shop.settle()
    started = everything(reader)

    shop.send(order("c1"))
    shop.settle()

    (record,) = everything(reader)
    shop.close()
    assert [r.get("reset") for r in started] == [True]
    assert record["changes"]["orders"] == {"old": 1, "new": 2}
    assert (len(not_yet), shop.live.not_ready()) == (1, [])


def test_whoever_asks_has_the_engine_to_himself_and_may_ask_for_what_is_in_the_log(shop):
    shop.live.start()
    answers = []

    def ask(number):
        shop.send(order(f"c{number}"))
        answers.append(shop.live.ask(lambda engine: engine.sids.known(f"u:c{number}") is not None, fresh=True))

    threads = [Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert answers == [True] * 8


def test_what_is_read_after_telling_fits_the_feed(shop):
    reader = shop.feed.subscribe()
    shop.send(order("c1"))
    shop.live.ask(lambda engine: None, fresh=True)
    before = everything(reader)

    shop.live.ask(lambda engine: None, told=True)

    assert before == []
    assert [r["customer_id"] for r in everything(reader)] == ["c1"]


def test_turns_are_taken_in_the_order_in_which_they_were_asked_for():
    turns, order, asked = Turns(), [], []

    def take(number, ready):
        ready.set()
        with turns, turns:
            order.append(number)

    with turns:
        for number in range(5):
            ready = Event()
            thread = Thread(target=take, args=(number, ready))
            thread.start()
            ready.wait(30)
            while len(turns._waiting) <= number:
                pass
            asked.append(thread)
        wanted = turns.wanted
    for thread in asked:
        thread.join(30)

    assert order == [0, 1, 2, 3, 4]
    assert (wanted, turns.wanted) == (True, False)


def test_a_log_that_cannot_be_read_turns_health_red_until_it_can(shop, monkeypatch):
    reader, failing = shop.feed.subscribe(), Event()
    monkeypatch.setattr("hundredfold.live.loop.TRY_AGAIN_SECONDS", 0.01)
    whole = shop.log.read

    def read(*arguments, **further):
        if failing.is_set():
            raise LogError("the disk of u:c1 is gone")
        return whole(*arguments, **further)

    shop.log.read = read
    failing.set()
    shop.live.start()
    shop.send(order("c1"))
    while not shop.live.not_ready():
        pass
    alive = shop.live.not_alive()

    failing.clear()

    assert reader.wait(30)["customer_id"] == "c1"
    while shop.live.not_ready():
        pass
    assert alive == []
    assert '"error": "LogError"' in shop.lines.getvalue()
    assert "u:c1" not in shop.lines.getvalue()


def test_windows_end_while_the_log_cannot_be_read(shop):
    shop.send(order("c1"))
    shop.settle()
    shop.log.read = lambda *_, **__: (_ for _ in ()).throw(LogError("the broker is gone"))
    shop.send(order("c2"))
    shop.now += DAY

    with pytest.raises(Unreadable):
        shop.live.turn()

    values = shop.live.following.current.values(shop.engine.sids.known("u:c1"))
    assert values["spent_today"].millionths == 0


def test_a_state_that_may_be_broken_stops_the_loop_loudly(shop):
    def apply(table):
        raise ValueError("c1's card is 4111")

    shop.engine.apply = apply
    shop.live.start()

    shop.send(order("c1"))

    shop.live._thread.join(30)
    assert len(shop.live.not_alive()) == len(shop.live.not_ready()) == 1
    assert '"error": "ValueError"' in shop.lines.getvalue()
    assert "4111" not in shop.lines.getvalue()


def test_the_state_is_kept_after_so_many_messages_and_a_failing_disk_stops_nothing(opened):
    kept = []

    def keep(engine):
        kept.append(sum(engine.positions.values()))
        raise OSError("no room")

    shop = opened(keep=keep, keep_after=10)
    shop.send(*(order("c1") for _ in range(9)))
    shop.settle()
    shop.send(order("c1"))
    shop.settle()
    shop.send(*(order("c1") for _ in range(12)))

    shop.settle()

    assert kept == [10, 22]
    assert shop.live.not_alive() == []


def test_stopping_tells_what_was_applied(shop):
    reader = shop.feed.subscribe()
    shop.send(order("c1"))
    shop.live.ask(lambda engine: None, fresh=True)

    shop.live.stop()

    assert [r["customer_id"] for r in everything(reader)] == ["c1"]


@pytest.mark.parametrize("jump", [HOUR, DAY, 40 * DAY])
def test_a_clock_that_jumps_loses_nothing(shop, jump):
    shop.send(view("c1"), order("c1"))
    shop.settle()

    shop.now += jump
    shop.settle()

    values = shop.live.following.current.values(shop.engine.sids.known("u:c1"))
    assert values["views_in_5_minutes"].millionths == 0
    assert (values["spent_today"].millionths == 0) == (jump >= DAY)
