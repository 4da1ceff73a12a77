"""Versions of models, which runs name and share."""

import orjson
import pytest

from hundredfold.batch.run import Run, RunBook, Training
from hundredfold.errors import WorkspaceError

BUYING = {"buying": {"r": 0.243, "alpha": 4.414}, "names": ["a", "b"]}


def run(cut, **versions):
    return Run(cut, cut + 1, {0: cut}, models={name: Training(version, cut) for name, version in versions.items()})


def test_runs_that_use_the_same_version_share_its_file(tmp_path):
    book = RunBook(tmp_path)
    book.publish(run(1, alive=BUYING, none=None))
    book.publish(run(2, alive=dict(reversed(BUYING.items())), value={"other": 1}))
    first, second = book.runs()
    book.publish(run(3, alive=second.models["alive"].version))

    read = RunBook(tmp_path).runs()

    assert len(list((tmp_path / "versions").iterdir())) == 2
    assert [dict(each.models["alive"].version) for each in read] == [BUYING] * 3
    assert len({each.models["alive"].version for each in read}) == 1
    assert read[0].models["alive"].version == first.models["alive"].version == BUYING
    assert read[1].models["value"].version != read[1].models["alive"].version
    assert read[0].models["none"] == Training(None, 1)
    assert [Run.of(each.document()).models["alive"].version for each in read] == [BUYING] * 3


def test_a_version_is_read_when_it_is_asked(tmp_path):
    RunBook(tmp_path).publish(run(1, alive=BUYING))
    (file,) = (tmp_path / "versions").iterdir()
    file.write_bytes(b"{")

    (found,) = RunBook(tmp_path).runs()

    assert found.models["alive"].on
    with pytest.raises(WorkspaceError, match=r"no version of a model.*Take it from a backup"):
        found.models["alive"].version["buying"]


def test_runs_that_have_their_versions_within_are_read_too(tmp_path):
    told = {**run(1, alive=BUYING).document(), "format": 1}
    (tmp_path / "1.json").write_bytes(orjson.dumps(told))

    (found,) = RunBook(tmp_path).runs()

    assert found.models["alive"].version == BUYING
