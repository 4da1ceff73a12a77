"""What is damaged in the state is found and mended from the raw messages, by name, by time, or for everybody."""

from __future__ import annotations

import pytest
from tests.app.serving import opened_for_serving
from tests.app.shop import hf, order, write_lines

from hundredfold.app import work
from hundredfold.app.serving import in_background
from hundredfold.live.engine import Engine


@pytest.fixture
def sold(shop, tmp_path):
    """Orders of January, which a batch has covered, and of March, received in those months."""

    def received(n, month):
        return order(n, f"c{n % 9}", f"2026-{month:02}-0{n % 9 + 1}", n) | {"receivedAt": f"2026-{month:02}-20"}

    old = [received(n, 1) for n in range(1, 19)]
    known = {"type": "identify", "userId": "c2", "anonymousId": "x2", "messageId": "i", "receivedAt": "2026-01-21"}
    assert hf("import", write_lines(tmp_path / "old.ndjson", [*old, known]), folder=shop).code == 0
    assert hf("batch", folder=shop).code == 0
    new = [received(n, 3) for n in (20, 21, 22)]
    assert hf("import", write_lines(tmp_path / "new.ndjson", new), folder=shop).code == 0
    return shop


def damage(engine, key):
    """Adds to every sum of a sent id what nobody sent."""
    sid = engine.sids.code(key)
    for runs in engine.state.runs.values():
        cells = runs.of(engine.sids.codes([key]), engine.state.since)
        wrong = cells.take(cells.sid == sid)
        runs._runs.append((engine.state.epoch, wrong))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 2),
        ({"customer": "c2"}, 1),
        ({"customer": "x2"}, 1),
        ({"customer": "c1"}, 0),
        ({"since": "2026-03-01"}, 1),
        ({"since": "2026-04-01"}, 0),
    ],
)
def test_planted_damage_is_found_and_mended_where_it_is_looked_for(sold, asked, found):
    with opened_for_serving(sold) as opened:
        opened.serve_with(None)
        before = {f"c{n}": work.profile(opened, f"c{n}")["attributes"] for n in range(9)}
        with opened.guard:
            damage(opened.engine(), "u:c2")  # c2 sent something in March,
            damage(opened.engine(), "u:c7")  # c7 did not
        assert work.profile(opened, "c2")["attributes"] != before["c2"]
        since = asked.get("since")
        done = work.refold(opened, customer=asked.get("customer"), since=since and opened.workspace.time(since))
        mended = sum(work.profile(opened, name)["attributes"] == before[name] for name in ("c2", "c7"))
        again = work.refold(opened)
        after = {f"c{n}": work.profile(opened, f"c{n}")["attributes"] for n in range(9)}
        audited = work.audit(opened)

    assert (done["differed"], mended) == (found, found)
    assert again["differed"] == 2 - found
    assert (after, audited["mismatches"]) == (before, 0)
    # What is mended stays so: a later process goes on from it.
    assert hf("audit", "--all", folder=sold).code == 0


def test_a_lost_link_is_found_and_mended(sold):
    with opened_for_serving(sold) as opened:
        opened.serve_with(None)
        with opened.guard:
            people = opened.engine().state.people
            people.withdraw(opened.engine().sids.codes(["u:c2"]))
        assert work.profile(opened, "c2")["ids"] == ["c2"]
        done = work.refold(opened, since=opened.workspace.time("2026-01-21"))
        after = work.profile(opened, "c2")["ids"]

    assert done["differed"] == 1
    assert after == ["c2", "x2"]


def test_the_command_tells_of_a_difference_by_its_exit_code_and_the_run_is_in_the_book(sold, monkeypatch):
    same = hf("refold", "--since", "2026-03-01", "--json", folder=sold)
    real = Engine.catch_up

    def damaging(engine):
        done = real(engine)
        if "u:c2" in set(engine.sids.all) and not engine.refolded:
            damage(engine, "u:c2")
        return done

    monkeypatch.setattr(Engine, "catch_up", damaging)
    differs = hf("refold", "--customer", "c2", folder=sold)

    assert (same.code, same.json["ids"], same.json["differed"]) == (0, 3, 0)
    assert (differs.code, "differed and are mended: 1" in differs.out) == (3, True)
    runs = hf("runs", "--json", folder=sold).json["runs"]
    assert [(run["kind"], run["differed"]) for run in runs[:2]] == [("refold", 1), ("refold", 0)]
    assert hf("refold", "--customer", "nobody", folder=sold).code == 1
    assert hf("refold", "--customer", "c1", "--since", "2026-01-01", folder=sold).code == 2


def test_a_server_folds_anew_what_it_serves(sold):
    with opened_for_serving(sold) as opened, in_background(opened):
        with opened.guard:
            damage(opened.engine(), "u:c2")
        found = hf("refold", "--since", "2026-03-01", "--json", folder=sold)
        again = hf("refold", "--customer", "c2", "--json", folder=sold)

    assert (found.code, found.json["differed"]) == (3, 1)
    assert (again.code, again.json["ids"], again.json["differed"]) == (0, 2, 0)
