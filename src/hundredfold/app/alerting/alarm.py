"""The alarm: tells once when something begins to be wrong and once when it is over, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from hundredfold.app.alerting.channels import Channel
from hundredfold.app.alerting.conditions import Conditions, Memory, Wrong
from hundredfold.app.alerting.wording import Language, Turn, sentence
from hundredfold.app.documents import Document
from hundredfold.app.egress import EgressError
from hundredfold.log.disk import replace_file
from hundredfold.words.calendar import HOUR, MINUTE, iso

QUIET: Final = 5 * MINUTE
"""What is wrong is over when it has been right for so long: what comes and goes is told once."""
FIRST_PAUSE: Final = MINUTE // 2
LONGEST_PAUSE: Final = HOUR


class _Lasting(msgspec.Struct):
    """Something that is wrong, or was so until a moment ago."""

    kind: str
    name: str
    value: float
    limit: float
    began: int
    quiet: int | None = None
    """Since when it has been right."""


class _Letter(msgspec.Struct):
    """What a channel has not taken yet."""

    channel: str
    key: str
    alert: Document
    attempts: int = 0
    again: int = 0


class Kept(msgspec.Struct):
    """What outlives the process."""

    lasting: dict[str, _Lasting] = msgspec.field(default_factory=dict)
    letters: list[_Letter] = msgspec.field(default_factory=list)
    memory: Memory = msgspec.field(default_factory=Memory)


def read_kept(path: Path) -> Kept:
    """What a process before this one left; nothing at the first time."""
    return msgspec.json.decode(path.read_bytes(), type=Kept) if path.exists() else Kept()


class Alarm:
    """Compares what is wrong with what was, and tells the channels. `path` keeps `kept`; `now` is microseconds UTC."""

    def __init__(
        self,
        conditions: Conditions,
        channels: Mapping[str, Channel],
        path: Path,
        kept: Kept,
        now: Callable[[], int],
        *,
        workspace: str,
        language: Language,
        failed: Callable[[str, EgressError], None],
    ) -> None:
        self._conditions, self._channels, self._path, self._kept = conditions, channels, path, kept
        self._now, self._workspace, self._language, self._failed = now, workspace, language, failed
        self._written = b""

    def tick(self) -> None:
        """Looks once, and sends what is to be sent."""
        now = self._now()
        wrong = {each.key: each for each in self._conditions.look()}
        for key, each in wrong.items():
            self._holds(key, each, now)
        for key in self._kept.lasting.keys() - wrong.keys():
            self._rests(key, now)
        self._keep()
        self._send(now)
        self._keep()

    def _holds(self, key: str, wrong: Wrong, now: int) -> None:
        known = self._kept.lasting.get(key)
        if known is not None:
            known.quiet = None
            return
        begun = _Lasting(wrong.kind, wrong.name, wrong.value, wrong.limit, now)
        self._kept.lasting[key] = begun
        self._kept.letters += [_Letter(name, key, self._alert(begun, key, "began", now)) for name in self._channels]

    def _rests(self, key: str, now: int) -> None:
        known = self._kept.lasting[key]
        if known.quiet is None:
            known.quiet = now
        if now - known.quiet < QUIET:
            return
        del self._kept.lasting[key]
        over = self._alert(known, key, "ended", now)
        for name in self._channels:
            waiting = [each for each in self._kept.letters if (each.channel, each.key) == (name, key)]
            begun = [each for each in waiting if each.alert["state"] == "began"]
            if begun:  # nobody has been told that it began: there is nothing to tell any more
                self._kept.letters.remove(begun[-1])
            else:
                self._kept.letters.append(_Letter(name, key, over))

    def _send(self, now: int) -> None:
        """In order; behind one that a channel did not take, its others wait, too."""
        blocked: set[str] = set()
        for letter in list(self._kept.letters):
            if letter.channel not in self._channels:  # it was taken out of the settings
                self._kept.letters.remove(letter)
            elif letter.channel in blocked or letter.again > now:
                blocked.add(letter.channel)
            elif self._sent(letter, now):
                self._kept.letters.remove(letter)
                self._keep()
            else:
                blocked.add(letter.channel)

    def _sent(self, letter: _Letter, now: int) -> bool:
        try:
            self._channels[letter.channel].send(letter.alert)
        except EgressError as error:
            letter.attempts += 1
            letter.again = now + min(FIRST_PAUSE * 2 ** min(letter.attempts, 12), LONGEST_PAUSE)
            self._failed(letter.channel, error)
            return False
        return True

    def _alert(self, lasting: _Lasting, key: str, turn: Turn, now: int) -> Document:
        text = sentence(self._language, lasting.kind, turn, name=lasting.name, value=lasting.value, limit=lasting.limit)
        return {
            # The same one that comes twice, since an answer was lost, has the same id.
            "id": f"{key}-{lasting.began}-{turn}",
            "alert": lasting.kind,
            "about": lasting.name or None,
            "state": turn,
            "began": iso(lasting.began),
            "at": iso(now),
            "workspace": self._workspace,
            "value": lasting.value,
            "limit": lasting.limit,
            "text": text,
        }

    def _keep(self) -> None:
        written = msgspec.json.encode(self._kept)
        if written != self._written:
            replace_file(self._path, written)
            self._written = written
