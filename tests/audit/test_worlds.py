"""Laws that the audit itself must keep, over made-up worlds; and that those worlds are real ones."""

from collections import Counter
from random import Random

from hypothesis import given

from hundredfold.audit import AuditedProfile, audit
from hundredfold.audit.messages import content_hash, event_time, sent_id
from hundredfold.ingest.message import entry
from making.messages import MOMENTS
from making.models import MODELS
from worlds import World, features, world, worlds


def profiles(w: World, messages=None) -> dict[str, AuditedProfile]:
    told = w.messages if messages is None else messages
    return audit(told, w.definitions, w.setting, w.tables, at=w.at, known_at=w.known_at, runs=w.runs, models=MODELS)


def values(found: dict[str, AuditedProfile]) -> dict[str, object]:
    return {key: (profile.ids, profile.values, profile.errors) for key, profile in found.items()}


@given(worlds())
def test_the_order_in_which_messages_are_given_does_not_matter(w):
    shuffled = list(w.messages)
    Random(1).shuffle(shuffled)

    assert values(profiles(w, shuffled)) == values(profiles(w))


@given(worlds())
def test_every_sent_id_is_of_one_person_and_every_person_has_every_attribute(w):
    found = profiles(w)

    ids = Counter(sent_id for profile in found.values() for sent_id in profile.ids)
    assert max(ids.values(), default=1) == 1
    assert all(key in profile.ids for key, profile in found.items())
    assert all(profile.values.keys() == w.definitions.attributes.keys() for profile in found.values())


@given(worlds())
def test_every_message_of_a_world_passes_the_door_with_the_same_time(w):
    for m in w.messages:
        stored = entry(
            m.payload, received=m.received, trust=m.trust, source=m.source, sent=m.sent,
            message_id=m.message_id, zone=w.setting.zone,
        )  # fmt: skip
        assert stored.time == event_time(m, w.setting.zone)
        assert stored.content == content_hash(m.payload)
        assert stored.key == sent_id(m.payload)
        assert stored.source == m.source


@given(worlds())
def test_offsets_count_up_in_every_partition(w):
    offsets = {n: [m.offset for m in w.messages if m.partition == n] for n in range(w.partitions)}

    assert all(found == list(range(len(found))) for found in offsets.values())
    assert sum(map(len, offsets.values())) == len(w.messages)


def test_worlds_hold_every_interesting_situation():
    random, met = Random(7), set()

    for _ in range(400):
        numbers = [[random.getrandbits(32) for _ in range(size)] for size in (8, 25)]
        met |= features(world(random.choice(MOMENTS), random.getrandbits(32), *numbers))

    assert {
        "duplicate with other content", "fact across senders", "fact across partitions", "late to K", "skewed clock",
        "type unmerge", "type delete", "type profile", "foreign", "formula", "trait", "each", "zone customer",
        "clock change near T", "tiers known", "window same days last year", "aggregate share",
    } <= met  # fmt: skip
