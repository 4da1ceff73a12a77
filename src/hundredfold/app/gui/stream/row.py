"""A stored message as a row of the stream."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final, Literal

from pydantic import Field

from hundredfold.app.gui.messages import MessageTold, told
from hundredfold.audit.messages import Heard, read_time
from hundredfold.words.calendar import MINUTE

Mended = Literal["future", "clock", "message_id"]
"""What the door made good, as far as a stored message tells: its time lay in the future; its sender's clock ran more
than a minute otherwise than ours; it brought no message id. Of a NaN that became null nothing is stored."""
CLOCK: Final = MINUTE


class MessageRow(MessageTold):
    """A message in a list: what it is, and whether something about it needs to be looked at."""

    flagged: bool = Field(description="Its time lay in the future, and was set to when it came.")
    mended: list[Mended] = Field(description="What of it the door has mended, as far as that is known.")
    misfits: int = Field(description="How many things about it do not fit what reads it.")


def mended_of(heard: Heard, zone: tzinfo, *, flagged: bool) -> Iterator[Mended]:
    """What the door has mended of a message."""
    message = heard.message
    if flagged:
        yield "future"
    elif message.sent is not None and abs(message.received - message.sent) > CLOCK:
        stated = read_time(message.payload.get("timestamp"), zone)
        if stated is not None and heard.time != stated:
            yield "clock"
    if message.payload and not message.payload.get("messageId"):
        yield "message_id"


def row_of(heard: Heard, misfits: int, zone: tzinfo, *, flagged: bool, personal_data: bool) -> MessageRow:
    """A message as a row, for somebody who may see personal data or not."""
    return MessageRow(
        **dict(told(heard, personal_data=personal_data)),
        flagged=flagged,
        mended=list(mended_of(heard, zone, flagged=flagged)),
        misfits=misfits,
    )
