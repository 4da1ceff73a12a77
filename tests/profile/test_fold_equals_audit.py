"""The first law: the fast fold and the plain audit give the same profiles, bit for bit."""

from __future__ import annotations

from hypothesis import given

from exactness import audited, rebuilt
from worlds import World, worlds


@given(worlds())
def test_the_fold_of_all_messages_equals_the_audit(world: World):
    expected = audited(world, world.at, world.known_at)

    found = rebuilt(world, world.at, world.known_at)

    assert found == expected
