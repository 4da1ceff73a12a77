"""Lines of JSON become drafts: each is a whole message, taken as it was sent."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any, Final

import polars as pl

from hundredfold.errors import MessageRejected
from hundredfold.ingest.assemble import UNNAMED, draft_of, frame_of
from hundredfold.ingest.decode import decode
from hundredfold.ingest.draft import ROW, Drafts, Reception, Rejection
from hundredfold.ingest.message import entry, moment
from hundredfold.ingest.source import LINE
from hundredfold.said import said
from hundredfold.words.calendar import iso, parse_time

_ELSEWHERE: Final = timezone(timedelta(hours=1))


def assemble_lines(frame: pl.DataFrame, reception: Reception, *, local: bool, encoding: str = "utf-8") -> Drafts:
    """The drafts of lines. `local`: a timestamp without zone is in the mapping's, and the message will say so."""
    drafts, rejected = [], []
    for number, line in zip(frame[ROW].to_list(), frame[LINE].to_list(), strict=True):
        try:
            drafts.append(_draft(line, number, reception, local, encoding))
        except MessageRejected as error:
            rejected.append(Rejection(number, error.reason, str(error)))
    return Drafts(frame_of(drafts), rejected)


def _draft(line: bytes, number: int, reception: Reception, local: bool, encoding: str) -> tuple[Any, ...]:
    if encoding != "utf-8":
        try:
            line = line.decode(encoding).encode()
        except UnicodeError:
            raise MessageRejected(
                "bad_json", said("the line is not {encoding}; see `encoding:`", encoding=encoding)
            ) from None
    mended: list[str] = []
    message = decode(line, mended.append)
    if not isinstance(message, dict):
        raise MessageRejected("bad_json", said("a line is one message: a JSON object"))
    changed = local and _made_absolute(message, reception)
    received = reception.received(moment(message.get("receivedAt"), "receivedAt", reception.zone))
    made = entry(
        message,
        received=received,
        trust="import",
        source=reception.source,
        payload=None if mended or changed else line,
        message_id=UNNAMED,
        zone=reception.zone,
        limit=reception.limit,
    )
    own_id = None if message.get("messageId") in (None, "") else made.message_id
    return draft_of(made, own_id, number, 1)


def _made_absolute(message: dict[str, Any], reception: Reception) -> bool:
    """Give a local timestamp its zone, so that the stored message says by itself when it happened."""
    stamp = message.get("timestamp")
    if not isinstance(stamp, str) or parse_time(stamp) == parse_time(stamp, _ELSEWHERE):
        return False
    time = moment(stamp, "timestamp", reception.zone)
    assert time is not None
    message["timestamp"] = iso(time)
    return True
