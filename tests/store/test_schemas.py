"""An id means one schema for ever, whatever was restored, and a schema has the same one everywhere."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hundredfold.store.schemas import MOST, Schemas, number_of

TEXTS = [f'{{"type":"fixed","name":"f","size":{size}}}' for size in range(1, 9)]


@contextmanager
def schemas(path, *number):
    found = Schemas(path, *number)
    try:
        yield found
    finally:
        found.close()


def registered(path, texts, *number):
    """The ids of texts that are registered one after the other, each as a version of one subject."""
    with schemas(path, *number) as found:
        return {text: found.register("shop.profiles-value", text, lambda old: None).id for text in texts}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_a_number_is_a_positive_one_of_31_bits(texts):
    assert all(1 <= number_of(text) <= MOST for text in texts)


def test_after_a_restore_every_schema_gets_the_id_that_it_had(tmp_path):
    at_backup = registered(tmp_path / "live.sqlite", TEXTS[:2])
    shutil.copyfile(tmp_path / "live.sqlite", tmp_path / "restored.sqlite")
    before = registered(tmp_path / "live.sqlite", TEXTS[2:5])

    after = registered(tmp_path / "restored.sqlite", [TEXTS[6], *reversed(TEXTS[:5]), TEXTS[7]])

    assert {text: after[text] for text in TEXTS[:5]} == at_backup | before
    assert len(set(after.values())) == 7


def test_two_schemas_with_one_number_have_two_ids(tmp_path):
    def same(text):
        return MOST - 1

    ids = registered(tmp_path / "schemas.sqlite", TEXTS[:4], same)

    assert list(ids.values()) == [MOST - 1, MOST, 1, 2]
    with schemas(tmp_path / "schemas.sqlite", same) as found:
        assert {text: found.text(number) for text, number in ids.items()} == dict(zip(ids, ids, strict=True))
        assert found.register("other-value", TEXTS[2], pytest.fail).id == 1


def test_who_is_registered_keeps_the_id_of_the_time_when_ids_were_counted(tmp_path):
    path = tmp_path / "schemas.sqlite"
    with closing(sqlite3.connect(path)) as older:
        older.executescript("""
            CREATE TABLE schema (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL UNIQUE) STRICT;
            CREATE TABLE version (
                subject TEXT NOT NULL, version INTEGER NOT NULL, id INTEGER NOT NULL REFERENCES schema (id),
                PRIMARY KEY (subject, version), UNIQUE (subject, id)) STRICT;
        """)
        for number, text in enumerate(TEXTS[:2], 1):
            older.execute("INSERT INTO schema (text) VALUES (?)", [text])
            older.execute("INSERT INTO version VALUES ('shop.profiles-value', ?, ?)", [number, number])
        older.commit()

    ids = registered(path, TEXTS[:3])
    with schemas(path) as found:
        elsewhere = found.register("other-value", TEXTS[1], pytest.fail).id

    assert ids == {TEXTS[0]: 1, TEXTS[1]: 2, TEXTS[2]: number_of(TEXTS[2])}
    assert elsewhere == 2
