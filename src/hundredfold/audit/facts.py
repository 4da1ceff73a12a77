"""Facts: the events that attributes are made of, one for all messages that speak of one business key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, TypeAlias

from hundredfold.audit.messages import Deletion, Heard
from hundredfold.audit.paths import MISSING, as_text, walk
from hundredfold.definition.model import EventRule
from hundredfold.words.calendar import parse_time
from hundredfold.words.value import is_finite

FactKey: TypeAlias = tuple[str, str]
"""The declaring event's name and the key as text."""


@dataclass(frozen=True, slots=True)
class Fact:
    """An event as attributes see it: the winner's content at the group's earliest time (rule 6)."""

    kind: str
    name: str | None
    """The name of a track event; that of the declaring one, where a business key is declared."""
    winner: Heard
    time: int


class EventRules:
    """What `events:` declares, asked the other way round: what is a message of this name?"""

    def __init__(self, rules: Mapping[str, EventRule], zone: tzinfo) -> None:
        self.zone = zone
        self.of_name = dict(rules)
        for rule in rules.values():
            self.of_name |= dict.fromkeys(rule.also, rule)
        self.removed: dict[str, list[EventRule]] = {}
        for rule in rules.values():
            for name in rule.removed_by:
                self.removed.setdefault(name, []).append(rule)

    def key(self, heard: Heard) -> FactKey | None:
        """Rule 5: the fact that a message speaks of; None for one without key. S8: only track messages."""
        rule = self.of_name.get(track_name(heard) or "")
        return None if rule is None else _key(rule, heard)

    def removes(self, heard: Heard) -> Iterable[FactKey]:
        """Rule 5: the facts that a message removes."""
        keys = (_key(rule, heard) for rule in self.removed.get(track_name(heard) or "", ()))
        return [key for key in keys if key is not None]

    def winner(self, group: Iterable[Heard]) -> Heard:
        """Rule 6: the message that speaks for all of one key."""
        return max(group, key=self._rank)

    def _rank(self, heard: Heard) -> tuple[Any, ...]:
        message = heard.message
        rule = self.of_name[track_name(heard) or ""]
        revision = _revision(rule, message.payload, self.zone)
        stamp = message.received if message.sent is None else message.sent
        return (*((1, revision) if revision else (0, stamp)), heard.time, message.message_id)


def track_name(heard: Heard) -> str | None:
    """The name of a track event; None for every other message."""
    name = heard.message.payload.get("event")
    return name if heard.kind == "track" and isinstance(name, str) else None


def _key(rule: EventRule, heard: Heard) -> FactKey | None:
    """S7: the business key of a message under a rule."""
    if rule.key is None:
        return None
    text = as_text(walk(heard.message.payload, rule.key))
    return None if text is None else (rule.name, text)


def _revision(rule: EventRule, payload: Mapping[str, Any], zone: tzinfo) -> tuple[int, float | str] | None:
    """S9: what a revision compares by, numbers before times before texts; None when there is none."""
    raw = MISSING if rule.revision is None else walk(payload, rule.revision)
    match raw:
        case bool():
            return None
        case int() | float() if is_finite(raw):
            return 0, float(raw)
        case str():
            time = parse_time(raw, zone)
            return (2, raw) if time is None else (1, time)
        case _:
            return None


def void_keys(heard: Sequence[Heard], deletions: Iterable[Deletion], rules: EventRules) -> set[FactKey]:
    """S6, S37: the keys whose fact was the deleted customer's when he was deleted; they stay void at every (T, K)."""
    groups: dict[FactKey, list[Heard]] = {}
    for one in heard:
        key = rules.key(one)
        if key is not None:
            groups.setdefault(key, []).append(one)
    spoken_of: dict[str | None, set[FactKey]] = {}
    for key, group in groups.items():
        for one in group:
            spoken_of.setdefault(one.key, set()).add(key)
    void = set()
    for deletion in deletions:
        for key in set[FactKey]().union(*(spoken_of.get(erased, ()) for erased in deletion.ids)):
            then = [one for one in groups[key] if deletion.before(one)]
            if then and rules.winner(then).key in deletion.ids:
                void.add(key)
    return void


def facts(counted: Iterable[Heard], void: set[FactKey], rules: EventRules) -> list[Fact]:
    """Section 4, step 5: the events of all messages that count, in no particular order."""
    groups: dict[FactKey, list[Heard]] = {}
    removed = set(void)
    found = []
    for one in counted:
        if not one.is_event:
            continue
        removed.update(rules.removes(one))
        key = rules.key(one)
        if key is not None:
            groups.setdefault(key, []).append(one)
        else:
            found.append(Fact(one.kind, _own_name(one, rules), one, one.time))
    for key, group in groups.items():
        if key not in removed:
            found.append(Fact("track", key[0], rules.winner(group), min(one.time for one in group)))
    return found


def _own_name(heard: Heard, rules: EventRules) -> str | None:
    """S8: an `also` message without a key is a fact of its own under the declaring name."""
    name = track_name(heard)
    rule = rules.of_name.get(name or "")
    return name if rule is None else rule.name
