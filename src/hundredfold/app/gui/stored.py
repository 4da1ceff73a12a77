"""A topic of the WebSocket that tells that messages were stored, whatever they change: how many there are by now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from hundredfold.app.feeding import Topic
from hundredfold.app.opened import OpenWorkspace
from hundredfold.profile.records import Record
from hundredfold.store.tokens import Grant

EVERY: Final = 0.3
"""Seconds between two looks at the end of the log, which cost next to nothing."""


def stored(opened: OpenWorkspace) -> Topic:
    """The topic `stored`: a record whenever there are more messages than when somebody began to follow it."""

    def topic(_query: str, _grant: Grant) -> AsyncIterator[Record]:
        return follow(sum(opened.log.end().values()))

    async def follow(told: int) -> AsyncIterator[Record]:
        while True:
            await asyncio.sleep(EVERY)
            found = sum(opened.log.end().values())
            if found != told:
                told = found
                yield {"stored": found}

    return topic
