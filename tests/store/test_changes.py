"""The book of changes: newest first, page by page, in short."""

from __future__ import annotations

from contextlib import closing

from hundredfold.store.changes import LONGEST, Change, Changes


def test_changes_are_listed_newest_first_and_page_by_page(tmp_path):
    made = [Change(at, "ana", "session", "user.added", f"u{at}", None, "viewer") for at in range(5)]
    with closing(Changes(tmp_path / "c.sqlite")) as here, closing(Changes(tmp_path / "c.sqlite")) as there:
        for change in made:
            there.add(change)

        first = here.newest(2)
        rest = here.newest(10, before=first[-1].id)

    assert [change.object for change in first + rest] == ["u4", "u3", "u2", "u1", "u0"]
    assert (first[0].who, first[0].way, first[0].before, first[0].after) == ("ana", "session", None, "viewer")


def test_a_long_change_is_told_in_short(tmp_path):
    with closing(Changes(tmp_path / "c.sqlite")) as book:
        book.add(Change(1, "ana", "token", "definitions.applied", "f", None, "added: " + "a, " * 1000))
        (kept,) = book.newest()

    assert len(kept.after) == LONGEST
    assert kept.after.endswith("…")
