"""Who is in which stage, kept by day: whoever is erased is in no entry, whenever that happens."""

from __future__ import annotations

from tests.live.shop import Shop, order
from tests.segment.test_recorded import erase

from hundredfold.app.lock import WorkspaceLock
from hundredfold.app.noting import Noting
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.workspace import Workspace
from hundredfold.segment.days import Days, Keyed, keys_of

STAGE = {"lifecycle_stage": {"formula": "case when orders > 1 then 'active' else 'new' end"}}


def test_who_is_erased_just_when_a_day_is_taken_is_not_kept(tmp_path):
    workspace, days = Workspace.create(tmp_path / "workspace"), Days(tmp_path / "days")
    shop = Shop(tmp_path, attributes=STAGE)
    shop.send(order("c1"), order("c2"))
    shop.settle()
    happens = []

    def live():
        meanwhile, happens[:] = [*happens], []
        for happening in meanwhile:
            happening()
        return shop.live

    def erased():
        erase(shop, "c1")
        shop.settle()

    with OpenWorkspace(workspace, WorkspaceLock(workspace.data, "test")) as opened:
        noting = Noting(shop.feed, opened, days, Keyed(), live)
        noting.keep()
        happens += [lambda: noting.turn("2026-11-22", None, shop.now, {}), erased]
        noting.keep()
        noting.keep()

    (at,) = days.instants("lifecycle_stage")
    assert days.read(at, "lifecycle_stage").keys.tolist() == keys_of(["u:c2"]).tolist()
    shop.close()
