"""The situations that are hard to get right: where a world may hold one, and which it held."""

from __future__ import annotations

from hundredfold.audit.facts import EventRules, FactKey
from hundredfold.audit.messages import counted, deletions, hear, standing
from hundredfold.log.stored import Positions
from hundredfold.words.calendar import DAY, EARLIEST, day_start, local_day
from worlds import World

MERGED = "a merge across partitions"
PARTED = "an un-merge"
UPDATED = "an update behind the marker of an order before it"
LATE = "a late batch"
EXPIRED = "an expiry without an event"
KILLED = "a kill between snapshot and feed"
CLOCKS = "a day on which the clocks change"
SITUATIONS = (MERGED, PARTED, UPDATED, LATE, EXPIRED, KILLED, CLOCKS)

LATE_ROWS = 3
"""So many old messages in one chunk are a late batch."""


def turning_rows(world: World, times: list[int]) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    """Places in the log before which it is telling to stop: un-merges, orders told anew, stretches of old messages."""
    unmerges, updates, late = [], [], []
    keys: set[str] = set()
    links: dict[tuple[str, str], int] = {}
    newest, old = EARLIEST, 0
    for row, (one, time) in enumerate(zip(world.messages, times, strict=True)):
        said, pair = one.payload, (str(one.payload.get("userId")), str(one.payload.get("anonymousId")))
        match said["type"]:
            case "identify" if time <= world.at:
                links[pair] = max(time, links.get(pair, time))
            case "unmerge" if links.get(pair, world.at) < time <= world.at:
                unmerges.append(row)
            case "track" if said.get("event") in ("Order Completed", "Order Updated") and time <= world.at:
                key = str(said["properties"].get("order_id") or row)
                updates += [row] if key in keys else []
                keys.add(key)
        old = old + 1 if time < newest - DAY else 0
        late += [(row + 1 - old, row + 1)] if old >= LATE_ROWS else []
        newest = max(newest, time) if time <= world.at else newest
    return unmerges, updates, late


def situations(world: World, covers: Positions | None) -> set[str]:
    """What holds of a world's messages that count, with a batch's marker at some positions."""
    heard = hear(standing(world.messages, world.setting.undone), world.setting.zone)
    counting = counted(heard, deletions(heard), world.at, None)
    zone, met = world.setting.zone, set()
    if covers is not None:
        rules = EventRules(world.definitions.events, zone)
        keys: tuple[set[FactKey | None], set[FactKey | None]] = (set(), set())
        for one in counting:
            covered = one.message.offset < covers.get(one.message.partition, 0)
            keys[covered].add(rules.key(one))
        met |= {UPDATED} if (keys[0] & keys[1]) - {None} else set()
    days = {local_day(time, zone) for time in (world.at, *(one.time for one in counting))}
    if any(day_start(day + 1, zone) - day_start(day, zone) != DAY for day in days):
        met.add(CLOCKS)
    return met
