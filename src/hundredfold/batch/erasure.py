"""What leaves the history: payloads of erased customers, of which what decides facts stays, and undone imports.

See semantics 12, S6 and S42.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from hundredfold.definition.model import EventRule
from hundredfold.live.engine import Engine
from hundredfold.log.history import History

_STAYS: Final = ("type", "event", "userId", "anonymousId", "timestamp", "ids", "positions")


def erase_from_history(engine: Engine, history: History) -> None:
    """Takes the payloads of erased customers and all that undone imports have stored out of history."""
    if undone := engine.compiled.setup.undone:
        history.drop(undone)
    erased = reach(engine)
    if erased:
        history.erase(erased, skeleton(engine.compiled.setup.definitions.events))


def reach(engine: Engine) -> dict[str, dict[int, int]]:
    """How far each sent id that was ever erased is: below which positions its messages do not count any more."""
    erased: dict[str, dict[int, int]] = {}
    for deletion in engine.state.deletions:
        for key in (engine.sids.text(sid) for sid in deletion.sids):
            own = erased.setdefault(key, {})
            for partition, offset in deletion.positions.items():
                own[partition] = max(own.get(partition, 0), offset)
    return erased


def skeleton(rules: Mapping[str, EventRule]) -> Callable[[bytes], bytes]:
    """A function from a payload to what stays of it: its ids, and what decides which message a fact's winner was."""
    paths = {path for rule in rules.values() for path in (rule.key, rule.revision) if path is not None}

    def bones(payload: bytes) -> bytes:
        message = json.loads(payload)
        kept: dict[str, Any] = {name: message[name] for name in _STAYS if name in message}
        for path in sorted(paths):
            _copy(message, kept, path.split("."))
        return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    return bones


def _copy(source: Any, target: dict[str, Any], steps: list[str]) -> None:
    for step in steps[:-1]:
        if not isinstance(source, dict) or not isinstance(source.get(step), dict):
            return
        source, target = source[step], target.setdefault(step, {})
    if isinstance(source, dict) and steps[-1] in source and isinstance(target, dict):
        target[steps[-1]] = source[steps[-1]]
