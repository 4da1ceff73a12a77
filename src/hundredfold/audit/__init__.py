"""The audit: what every value is, worked out a second time, row by row, to judge the fold.

It follows the page `docs/semantics.md` and shares nothing with the fast side but the words and the definitions; it
prefers the plain way to the quick one. Comments such as `rule 6` and `S9` name the place on that page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from hundredfold.audit.facts import facts, void_keys
from hundredfold.audit.messages import counted, deletions, hear, last_times, standing
from hundredfold.audit.persons import persons
from hundredfold.audit.profile import AuditedProfile, Problem, Question, profile_of
from hundredfold.audit.reading import PathReader
from hundredfold.audit.setting import Run, Setting, Tables
from hundredfold.audit.tiers import cut_points
from hundredfold.definition.model import Definitions
from hundredfold.words.message import Message
from hundredfold.words.model import Model

__all__ = ["AuditedProfile", "Problem", "Run", "Setting", "Tables", "audit", "cut_points"]

Thing = TypeVar("Thing")


def audit(
    messages: Iterable[Message],
    definitions: Definitions,
    setting: Setting,
    tables: Tables | None = None,
    *,
    at: int,
    known_at: int | None = None,
    runs: Sequence[Run] = (),
    only: Collection[str] | None = None,
    models: Mapping[str, Model] | None = None,
) -> dict[str, AuditedProfile]:
    """Every person's profile at (T, K), by the tagged form of the customer id (`u:c17`, `a:anon-9`).

    `messages` are all that the workspace stores, in any order. `at` is T, `known_at` is K (None: everything stored),
    both microseconds UTC. `only`: the tagged customer ids whose profiles are wanted. `models`: the families of
    predictive models by name.
    Raises DefinitionError for a lookup table that breaks its rule.
    """
    reader = PathReader.of(definitions, setting, tables or Tables(), at)
    heard = hear(standing(messages, setting.undone), setting.zone)
    erased = deletions(heard)
    void = void_keys(heard, erased, reader.rules)
    now = counted(heard, erased, at, known_at)
    facts_of = _by_sent_id((fact.winner.key, fact) for fact in facts(now, void, reader.rules))
    profiles_of = _by_sent_id((one.key, one) for one in now if one.kind == "profile")
    question = Question(definitions.attributes, reader, _published(runs, at, known_at), models or {})
    last = last_times(now)
    found = {}
    for person in persons(now, setting.shared_over):
        if only is None or person.key in only:
            own_facts = [fact for sent_id in person.ids for fact in facts_of.get(sent_id, ())]
            own_profiles = [one for sent_id in person.ids for one in profiles_of.get(sent_id, ())]
            moved = max((last[sent_id] for sent_id in person.ids if sent_id in last), default=None)
            found[person.key] = profile_of(person, own_facts, own_profiles, moved, question)
    return found


def _by_sent_id(pairs: Iterable[tuple[str | None, Thing]]) -> dict[str | None, list[Thing]]:
    grouped: dict[str | None, list[Thing]] = {}
    for sent_id, thing in pairs:
        grouped.setdefault(sent_id, []).append(thing)
    return grouped


def _published(runs: Sequence[Run], at: int, known_at: int | None) -> list[Run]:
    """Rule 24: the runs with a cut by T and published by K, newest first."""
    known = [run for run in runs if run.cut <= at and (known_at is None or run.published <= known_at)]
    return sorted(known, key=lambda run: (run.cut, run.published), reverse=True)
