"""Our topics on the broker: how they must be, how they are made, and where they begin and end."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hundredfold.errors import LogError, LogUnavailable
from hundredfold.log.kafka.client import BATCH_PROFILES, EVENTS, PROFILES, Client, passing
from hundredfold.log.stored import Positions

if TYPE_CHECKING:
    from concurrent.futures import Future

    from confluent_kafka.admin import AdminClient

MESSAGE_BYTES: Final = 8 << 20
"""The most bytes that a batch of records may have."""
PATIENCE: Final = 10.0
"""Seconds that a question to the broker may take."""
_AGAIN: Final = 0.05
_LOOK: Final = 0.2
"""Seconds between two looks at what the client library says while it does not answer."""
_HOPE: Final = 1.0
"""Seconds after which a broker that does not let us in is no longer waited for."""
_ENDLESS: Final = {"retention.ms": "-1", "retention.bytes": "-1"}
_COMMON: Final = {"max.message.bytes": str(MESSAGE_BYTES), "unclean.leader.election.enable": "false"}
SETTINGS: Final[Mapping[str, Mapping[str, str]]] = {
    # Retention is ours: messages go when two batches have covered them, and never by age.
    EVENTS: {"cleanup.policy": "delete", **_ENDLESS, **_COMMON},
    BATCH_PROFILES: {"cleanup.policy": "compact", **_COMMON},
    PROFILES: {"cleanup.policy": "compact", **_COMMON},
}


@dataclass(frozen=True, slots=True)
class Found:
    """A topic as it is on the broker. `settings` is empty where we may not read them."""

    name: str
    id: str
    partitions: int
    replicas: int
    settings: Mapping[str, str]


class Topics:
    """Asks and tells the broker about topics.

    Errors: LogUnavailable when it does not answer in time, LogError when it refuses.
    """

    def __init__(self, client: Client, patience: float = PATIENCE) -> None:
        self.client, self._patience = client, patience
        self._admin = self._made()

    def _made(self) -> AdminClient:
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient

        try:
            return AdminClient(self.client.conf({}))
        except KafkaException as error:
            raise LogError(f"`kafka:` in the workspace's file: {self.client.said(error.args[0].str())}.") from None

    def found(self, name: str, *, configured: bool = False) -> Found | None:
        """A topic of ours, or None when there is none; with its settings when `configured`."""
        from confluent_kafka import KafkaError, KafkaException, TopicCollection

        full = self.client.topic(name)
        what = f"looking for the topic {full}"
        try:
            told = self._answers(
                what, lambda admin: admin.describe_topics(TopicCollection([full]), request_timeout=self._patience)
            )
        except KafkaException as error:
            if error.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
                return None
            raise self.client.failed(what, error.args[0]) from None
        topic = told[full]
        replicas = min((len(partition.replicas) for partition in topic.partitions), default=0)
        settings = self._settings(full) if configured else {}
        return Found(full, str(topic.topic_id), len(topic.partitions), replicas, settings)

    def _settings(self, full: str) -> dict[str, str]:
        """The settings of a topic; none where we may not read them."""
        from confluent_kafka import KafkaError, KafkaException
        from confluent_kafka.admin import ConfigResource, ResourceType

        resource, what = ConfigResource(ResourceType.TOPIC, full), f"reading the settings of {full}"
        try:
            told = self._answers(what, lambda admin: admin.describe_configs([resource], request_timeout=self._patience))
        except KafkaException as error:
            if error.args[0].code() == KafkaError.TOPIC_AUTHORIZATION_FAILED:
                return {}
            raise self.client.failed(what, error.args[0]) from None
        return {key: str(entry.value) for key, entry in told[resource].items()}

    def brokers(self) -> int:
        """How many brokers there are."""
        told = self._told(
            "looking for brokers", lambda admin: {"all": admin.describe_cluster(request_timeout=self._patience)}
        )
        return len(told["all"].nodes)

    def make(self, name: str, partitions: int, replication: int) -> None:
        """Makes a topic of ours with the right settings, and waits until the broker knows it."""
        from confluent_kafka.admin import NewTopic

        full = self.client.topic(name)
        topic = NewTopic(full, partitions, replication, config=wanted(name, replication))
        self._told(f"making the topic {full}", lambda admin: admin.create_topics([topic]))
        until = clock.monotonic() + self._patience
        while self.found(name) is None and clock.monotonic() < until:
            clock.sleep(_AGAIN)

    def start(self, name: str, partitions: int) -> Positions:
        """The first offsets that the broker still has."""
        from confluent_kafka.admin import OffsetSpec

        return self._offsets(name, partitions, OffsetSpec.earliest())  # type: ignore[no-untyped-call]

    def end(self, name: str, partitions: int) -> Positions:
        """The offsets behind the last record."""
        from confluent_kafka.admin import OffsetSpec

        return self._offsets(name, partitions, OffsetSpec.latest())  # type: ignore[no-untyped-call]

    def _offsets(self, name: str, partitions: int, spec: Any) -> dict[int, int]:
        from confluent_kafka import TopicPartition

        full = self.client.topic(name)
        asked = {TopicPartition(full, partition): spec for partition in range(partitions)}
        found = self._told(
            f"asking for the offsets of {full}",
            lambda admin: admin.list_offsets(asked, request_timeout=self._patience),
        )
        offsets = {place.partition: int(result.offset) for place, result in found.items()}
        if min(offsets.values()) < 0:  # so the client library answers, without an error, when time is up
            raise LogUnavailable(f"Kafka at {self.client.servers} did not tell the offsets of {full}. Try again.")
        return offsets

    def forget(self, name: str, before: Positions) -> None:
        """Lets the broker delete the records before some positions, none of which is behind the end."""
        from confluent_kafka import TopicPartition

        full = self.client.topic(name)
        places = [TopicPartition(full, partition, offset) for partition, offset in before.items()]
        self._told(f"deleting old records of {full}", lambda admin: admin.delete_records(places))

    def _told(self, what: str, ask: Callable[[AdminClient], Mapping[Any, Future[Any]]]) -> dict[Any, Any]:
        from confluent_kafka import KafkaException

        try:
            return self._answers(what, ask)
        except KafkaException as error:
            raise self.client.failed(what, error.args[0]) from None

    def _answers(self, what: str, ask: Callable[[AdminClient], Mapping[Any, Future[Any]]]) -> dict[Any, Any]:
        """Asks until there is an answer or patience ends; leaders that are just changing are waited for.

        Raises KafkaException for any other refusal, LogUnavailable when time is up.
        """
        from confluent_kafka import KafkaException

        began = clock.monotonic()
        until = began + self._patience
        while True:
            admin = self._admin  # held while it is asked, for another thread may replace it
            try:
                answers = self._waited(what, admin, ask(admin), began)
                self.client.heard.answered()
                return answers
            except KafkaException as error:
                if not passing(error.args[0]) or clock.monotonic() >= until:
                    raise
            # What the client library remembers of leaders, it never asks for again here: another client does.
            self._admin = self._made()
            clock.sleep(_AGAIN)

    def _waited(self, what: str, admin: AdminClient, asked: Mapping[Any, Future[Any]], began: float) -> dict[Any, Any]:
        until, left = clock.monotonic() + self._patience, set(asked.values())
        while left:
            left = wait(left, _LOOK).not_done
            admin.poll(0)  # only so does the client library say what is wrong
            complaint, now = self.client.heard.complaint, clock.monotonic()
            hopeless = complaint is not None and complaint.hopeless and now >= began + _HOPE
            if left and (hopeless or now >= until):
                raise self.client.unanswered(what, f"did not answer within {self._patience:g} s")
        return {key: future.result() for key, future in asked.items()}


def wanted(name: str, replication: int) -> dict[str, str]:
    """The settings of a topic of ours. With three copies, two must have a record before it is acknowledged."""
    return {**SETTINGS[name], "min.insync.replicas": str(min(2, max(1, replication - 1)))}


def differences(found: Found, name: str, partitions: int) -> list[str]:
    """What is wrong with a topic, as sentences without a full stop."""
    told = [f"it has {found.partitions} partitions, not {partitions}"] if found.partitions != partitions else []
    for key, value in SETTINGS[name].items():
        if key == "max.message.bytes":
            if int(found.settings.get(key, value)) < int(value):
                told.append(f"{key} is {found.settings[key]}; at least {value} is needed")
        elif found.settings.get(key, value) != value:
            told.append(f"{key} is {found.settings[key]}, not {value}")
    needed = int(found.settings.get("min.insync.replicas", "1"))
    if needed > found.replicas:
        told.append(
            f"min.insync.replicas is {needed}, and there are {found.replicas} replicas: nothing could be stored"
        )
    elif found.replicas >= 3 and needed < 2:
        told.append("min.insync.replicas is 1: an acknowledged message could be lost with one broker; set it to 2")
    return told


def checked(topics: Topics, name: str, partitions: int) -> Found:
    """The topic, fit for us. Raises LogError which tells what is wrong."""
    found = topics.found(name, configured=True)
    if found is None:
        raise LogError(
            f"Kafka at {topics.client.servers} has no topic {topics.client.topic(name)}. Make it: hf kafka setup."
        )
    wrong = differences(found, name, partitions)
    if wrong:
        raise LogError(f"the topic {found.name} does not fit: {_listed(wrong)}. Mend it; hf kafka setup checks it.")
    return found


def _listed(parts: Iterable[str]) -> str:
    return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class SetUp:
    """A topic after `set_up`: as it is, whether it was made just now, and what is wrong with it."""

    found: Found
    made: bool
    differs: Sequence[str]


def set_up(topics: Topics, partitions: int, replication: int | None) -> list[SetUp]:
    """Makes those of our topics that are not there, and looks at all of them; nothing that is there is changed.

    `replication`: copies of a new topic; None: 3, or as many as there are brokers.
    """
    copies = min(3, topics.brokers()) if replication is None else replication
    done = []
    for name in SETTINGS:
        made = topics.found(name) is None
        if made:
            topics.make(name, partitions, copies)
        found = topics.found(name, configured=True)
        if found is None:
            raise LogUnavailable(f"the topic {topics.client.topic(name)} was made and is not there yet. Say it again.")
        done.append(SetUp(found, made, differences(found, name, partitions)))
    return done
