"""A workspace in a notebook."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.app.shop import hf, order, write_lines

import hundredfold
from hundredfold.errors import WorkspaceError


def test_profiles_come_as_the_frame_that_is_asked_for(shop, tmp_path):
    messages = [order(n, f"c{n % 2}", f"2026-03-0{n}T10:00:00Z", 10 * n) for n in range(1, 5)]
    hf("import", write_lines(tmp_path / "a.ndjson", messages), folder=shop)

    now = hundredfold.connect(shop).profiles()
    earlier = hundredfold.connect(shop).profiles(at="2026-03-02T12:00").polars().sort("customer_id")

    assert len(now) == 2
    assert dict(zip(*(now.arrow()[name].to_pylist() for name in ("customer_id", "orders")), strict=True)) == {
        "c0": 2,
        "c1": 2,
    }
    assert earlier["total_purchase_value"].to_list() == [Decimal(20), Decimal(10)]
    assert "shape: (2," in repr(now)


def test_a_folder_that_is_no_workspace_says_so(tmp_path):
    with pytest.raises(WorkspaceError):
        hundredfold.connect(tmp_path).profiles()
