"""Another system's batch values, from topics of its own into the log: each record becomes a profile message.

What the values mean is settled by the log's messages alone (semantics 29); this only carries them there, at least once,
under ids that make a second copy count once. A record is left behind when its message is durable, not before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, Counter

from hundredfold.app.door.intake import Appender
from hundredfold.app.door.logbook import fault
from hundredfold.errors import LogError, MessageRejected
from hundredfold.ingest.decode import decode
from hundredfold.ingest.message import entry
from hundredfold.live.loop import Logbook
from hundredfold.live.stoppable import Stoppable
from hundredfold.log.kafka.client import Client
from hundredfold.store.rejections import Rejection, Rejections
from hundredfold.words.message import Entry

if TYPE_CHECKING:
    from confluent_kafka import Consumer, Message

GROUP: Final = "hundredfold-foreign"
AT_ONCE: Final = 1_000
_POLL_SECONDS: Final = 0.5
_AGAIN_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Stamps:
    """What a message gets on its way in: the time of its reception (microseconds UTC), the zone of times without."""

    now: Callable[[], int]
    zone: tzinfo
    limit: int
    """The most bytes that a record's text may have."""


class Foreign(Stoppable):
    """Carries the records of some topics into a log, in a thread; `topics`: the full name of each source's topic.

    It begins where its consumer group stopped, the first time with the oldest record.
    """

    def __init__(
        self,
        client: Client,
        topics: Mapping[str, str],
        log: Appender,
        rejections: Rejections,
        stamps: Stamps,
        logbook: Logbook,
        registry: CollectorRegistry,
    ) -> None:
        super().__init__("foreign")
        self._client, self._log, self._rejections = client, log, rejections
        self._stamps, self._logbook = stamps, logbook
        self._sources = {topic: source for source, topic in topics.items()}
        self._taken = Counter(
            "hf_foreign_records_total", "Records of other systems' topics.", ["source", "outcome"], registry=registry
        )

    def _run(self) -> None:
        consumer = None
        while not self._stop.is_set():
            try:
                consumer = consumer or self._made()
                self._turn(consumer)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look may find it gone
                self._logbook.error("foreign topics failed", **fault(error))
                _close(consumer)
                consumer = None
                self._stop.wait(_AGAIN_SECONDS)
        _close(consumer)

    def _made(self) -> Consumer:
        from confluent_kafka import Consumer

        own = {"group_id": self._client.topic(GROUP), "enable_auto_commit": False, "auto_offset_reset": "earliest"}
        consumer = Consumer(self._client.conf({}, **own))
        consumer.subscribe(sorted(self._sources))
        return consumer

    def _turn(self, consumer: Consumer) -> None:
        taken = consumer.consume(AT_ONCE, _POLL_SECONDS)
        found = [message for message in taken if message.error() is None]
        failed = [message for message in taken if message.error() is not None]
        # What came beside an error was read too: the consumer stands behind it, and would not read it again.
        if found and self._stored(found):
            self._leave_behind(consumer, found)
        for message in failed:
            error, source = message.error(), self._sources.get(message.topic() or "", "")
            self._logbook.error("foreign topics wait", source=source, reason=error.name() if error else "")
        if failed:
            self._stop.wait(_AGAIN_SECONDS)

    def _stored(self, found: Sequence[Message]) -> bool:
        """Stores records, as long as that may take; False when it was ended before."""
        entries, refused = self._read(found)
        while entries:
            if self._stop.is_set():
                return False
            try:
                self._log.submit(entries).result()
                break
            except LogError as error:  # the records stay in hand until the log has them
                self._logbook.error("foreign records wait", count=len(entries), **fault(error))
                self._stop.wait(_AGAIN_SECONDS)
        if refused:
            self._rejections.add(refused)
        for one in entries:
            self._taken.labels(one.source, "stored").inc()
        for refusal in refused:
            self._taken.labels(refusal.source, "rejected").inc()
        return True

    def _leave_behind(self, consumer: Consumer, found: Sequence[Message]) -> None:
        """Commits what was stored. Where that fails, the records come again, to us or to another consumer."""
        from confluent_kafka import KafkaException

        try:
            ours = {(place.topic, place.partition) for place in consumer.assignment()}
            # Who has taken a partition over meanwhile may be further in it already.
            ends = [place for place in _behind(found) if (place.topic, place.partition) in ours]
            if ends:
                consumer.commit(offsets=ends, asynchronous=False)
        except KafkaException as error:
            reason = error.args[0].name()
            self._logbook.error("foreign records come again", count=len(found), reason=reason)

    def _read(self, found: Sequence[Message]) -> tuple[list[Entry], list[Rejection]]:
        entries: list[Entry] = []
        refused: list[Rejection] = []
        for message in found:
            source = self._sources[message.topic() or ""]
            try:
                entries.append(self._entry(message, source))
            except MessageRejected as error:
                text = message.value() or b""
                refused.append(Rejection(self._stamps.now(), source, error.reason, str(error), _id_of(message), text))
        return entries, refused

    def _entry(self, message: Message, source: str) -> Entry:
        text = message.value()
        if text is None:
            raise MessageRejected("no_value", "the record has no value; send the profile that holds from now on")
        told = _decoded(text)
        return entry(
            {**told, "type": "profile", "source": source},
            received=self._stamps.now(),
            trust="server",
            source=source,
            message_id=_id_of(message),
            zone=self._stamps.zone,
            limit=self._stamps.limit,
        )


def _decoded(text: bytes) -> dict[str, Any]:
    told = decode(text)
    if not isinstance(told, dict):
        raise MessageRejected("bad_json", "the record is no JSON object; see the page on Kafka for its form")
    return told


def _id_of(message: Message) -> str:
    """An id that only this record has, even if its topic was deleted and made anew."""
    _, at = message.timestamp()
    return f"{message.topic()}/{message.partition()}/{message.offset()}/{at}"


def _behind(found: Sequence[Message]) -> list[Any]:
    from confluent_kafka import TopicPartition

    ends: dict[tuple[str, int], int] = {}
    for message in found:
        place = (message.topic() or "", message.partition() or 0)
        ends[place] = max(ends.get(place, 0), (message.offset() or 0) + 1)
    return [TopicPartition(topic, partition, offset) for (topic, partition), offset in ends.items()]


def _close(consumer: Consumer | None) -> None:
    if consumer is not None:
        consumer.close()
