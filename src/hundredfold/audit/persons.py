"""Persons: which sent ids are one human, and what that human is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from hundredfold.audit.messages import Heard, anonymous, user

Pair: TypeAlias = frozenset[str]


@dataclass(frozen=True, slots=True)
class Person:
    """A set of sent ids joined by active links; `key` is the one that names it (rule 11)."""

    key: str
    ids: tuple[str, ...]

    @property
    def customer_id(self) -> str:
        """The id as people know it."""
        return self.key[2:]


def persons(counted: Iterable[Heard], shared_over: int) -> list[Person]:
    """Section 4, step 6: everybody who exists, from the messages that count."""
    counted = list(counted)
    first = first_messages(counted)
    links = usable(active_links(counted), shared_over)
    together = components(set(first) | {end for link in links for end in link}, links)
    # S23: links alone make nobody; somebody must have said something.
    return [_person(ids, first) for ids in together if not first.keys().isdisjoint(ids)]


def first_messages(counted: Iterable[Heard]) -> dict[str, tuple[int, str]]:
    """S23: the earliest counted message of every sent id, deletions and unmerges apart."""
    first: dict[str, tuple[int, str]] = {}
    for one in counted:
        if one.key is not None and one.kind not in ("delete", "unmerge"):
            first[one.key] = min(first.get(one.key, one.order), one.order)
    return first


def active_links(counted: Iterable[Heard]) -> set[Pair]:
    """Rule 9: the pairs whose newest statement is a link."""
    newest: dict[Pair, tuple[tuple[int, str], bool]] = {}
    for one in counted:
        for pair, linked in statements(one):
            newest[pair] = max(newest.get(pair, (one.order, linked)), (one.order, linked))
    return {pair for pair, (_, linked) in newest.items() if linked}


def statements(heard: Heard) -> Iterator[tuple[Pair, bool]]:
    """S21: the pair that a message links (True) or unlinks (False), if it states one."""
    payload, browser = heard.message.payload, heard.message.trust == "browser"
    known, unknown = user(payload.get("userId")), anonymous(payload.get("anonymousId"))
    previous = user(payload.get("previousId"))
    if previous is not None and (browser or anonymous(payload.get("previousId")) == unknown):
        previous = anonymous(payload.get("previousId"))
    other = {"identify": unknown, "alias": previous, "unmerge": previous or unknown}.get(heard.kind)
    if known is None or other is None or other == known:
        return
    if heard.kind == "unmerge" and browser:
        return
    yield frozenset((known, other)), heard.kind != "unmerge"


def usable(active: set[Pair], shared_over: int) -> set[Pair]:
    """Rule 10, S22: first all shared ids lose their links, then all anonymous ids of more than one person theirs."""
    neighbours: dict[str, int] = {}
    for link in active:
        for end in link:
            neighbours[end] = neighbours.get(end, 0) + 1
    shared = {end for end, count in neighbours.items() if count > shared_over}
    links = {link for link in active if shared.isdisjoint(link)}
    torn = _torn(links)
    return {link for link in links if torn.isdisjoint(link)}


def _torn(links: set[Pair]) -> set[str]:
    """The anonymous ids that are linked to users of more than one person."""
    users = {end for link in links for end in link if end.startswith("u:")}
    person_of = {}
    for number, ids in enumerate(components(users, {link for link in links if link <= users})):
        person_of.update(dict.fromkeys(ids, number))
    seen: dict[str, set[int]] = {}
    for link in links:
        for end in link - users:
            seen.setdefault(end, set()).update(person_of[other] for other in link & users)
    return {end for end, people in seen.items() if len(people) > 1}


def components(ids: Iterable[str], links: Iterable[Pair]) -> list[set[str]]:
    """Ids that are joined by links, directly or through others, each group once."""
    neighbours: dict[str, set[str]] = {one: set() for one in ids}
    for link in links:
        for end in link:
            neighbours.setdefault(end, set()).update(link)
    groups, placed = [], set[str]()
    for start in neighbours:
        if start in placed:
            continue
        group, waiting = set[str](), [start]
        while waiting:
            one = waiting.pop()
            if one not in group:
                group.add(one)
                waiting.extend(neighbours[one])
        placed |= group
        groups.append(group)
    return groups


def _person(ids: set[str], first: dict[str, tuple[int, str]]) -> Person:
    """Rule 11: named by the user (else the anonymous id) who spoke first; S23: the silent come last, by their bytes."""
    candidates = {one for one in ids if one.startswith("u:")} or ids
    key = min(candidates, key=lambda one: (one not in first, first.get(one, (0, "")), one))
    return Person(key, tuple(sorted(ids)))
