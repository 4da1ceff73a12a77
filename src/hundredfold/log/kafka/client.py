"""How to reach a broker: its address, the prefix of our topics, and the settings that the user passes on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hundredfold.errors import LogError, LogUnavailable
from hundredfold.log.kafka.heard import Complaints

if TYPE_CHECKING:
    from confluent_kafka import KafkaError

Setting = str | int | float | bool

EVENTS: Final = "events"
BATCH_PROFILES: Final = "profiles.batch"
PROFILES: Final = "profiles"

OURS: Final = frozenset(
    {
        "acks",
        "auto.offset.reset",
        "bootstrap.servers",
        "enable.auto.commit",
        "enable.gapless.guarantee",
        "enable.idempotence",
        "enable.partition.eof",
        "group.id",
        "isolation.level",
        "metadata.broker.list",
        "request.required.acks",
        "transactional.id",
    }
)
"""Settings on which exactness rests: nobody else sets them."""
_ADDRESS: Final = re.compile(r"kafka://(?P<servers>[^/@\s]+)(?:/(?P<prefix>[A-Za-z0-9._-]{0,200}))?/?")
_SERVER: Final = re.compile(r"(?:[^\s:,\[\]]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}")
_VARIABLE: Final = re.compile(r"\$\{(\w+)\}")
_SECRET: Final = re.compile("password|secret|sasl|token|pem|key", re.IGNORECASE)
_PUBLIC: Final = re.compile(r"mechanisms?$|\.location$", re.IGNORECASE)
"""Settings that an error may quote, for they say where it lies."""


@dataclass(frozen=True)
class Client:
    """A broker as clients see it. `servers`: host:port, with commas between; `settings` may hold secrets."""

    servers: str
    prefix: str = ""
    settings: Mapping[str, Setting] = field(default_factory=dict, repr=False)
    heard: Complaints = field(default_factory=Complaints, repr=False, compare=False)

    def topic(self, name: str) -> str:
        """The full name of one of our topics."""
        return self.prefix + name

    def conf(self, defaults: Mapping[str, Any], **own: Any) -> dict[str, Any]:
        """A client's configuration: `defaults`, the user's settings over them, and over all what must be (`own`).

        In the names of `own`, `_` stands for a dot.
        """
        fixed = {name.replace("_", "."): value for name, value in own.items()}
        shared = {
            "client.id": "hundredfold",
            "reconnect.backoff.max.ms": 1_000,
            "socket.keepalive.enable": True,
            "logger": self.heard,
        }
        return {**shared, **defaults, **self.settings, "bootstrap.servers": self.servers, **fixed}

    def said(self, error: object) -> str:
        """What the client library says of an error, without the values of settings that may be secrets."""
        text = str(error)
        for name, value in self.settings.items():
            if _SECRET.search(name) and not _PUBLIC.search(name) and len(str(value)) > 3:
                text = text.replace(str(value), "***")
        return text

    def failed(self, what: str, error: KafkaError) -> LogError:
        """An error of the client library as ours: LogUnavailable where it may go away by itself."""
        if passing(error):
            return self.unanswered(what, f"does not answer ({error.str()})")
        return LogError(f"{what}: Kafka at {self.servers} refuses: {self.said(error)}.")

    def unanswered(self, what: str, otherwise: str) -> LogUnavailable:
        """Nobody has answered, and why, as far as connections have failed; `otherwise` where nothing is known of it."""
        complaint, place = self.heard.complaint, f"{what}: Kafka at {self.servers}"
        if complaint is None:
            return LogUnavailable(f"{place} {self.said(otherwise)}. Try again.")
        return LogUnavailable(f"{place} cannot be reached: {self.said(complaint.why)}. {complaint.mend}")


def passing(error: KafkaError) -> bool:
    """Whether an error may go away by itself: nobody answers, or leaders are just changing."""
    from confluent_kafka import KafkaError as Codes

    return error.retriable() or error.code() in (
        Codes._ALL_BROKERS_DOWN,
        Codes._AUTHENTICATION,  # as with the wrong password, and with a broker that does not know its users yet
        Codes._FATAL,
        Codes._MSG_TIMED_OUT,
        Codes._NOENT,  # no leader is known any more: the broker that was one is gone
        Codes._PURGE_INFLIGHT,
        Codes._PURGE_QUEUE,
        Codes._RESOLVE,
        Codes._SSL,
        Codes._TIMED_OUT,
        Codes._TIMED_OUT_QUEUE,
        Codes._TRANSPORT,
        Codes.BROKER_NOT_AVAILABLE,
        Codes.COORDINATOR_LOAD_IN_PROGRESS,
        Codes.FENCED_LEADER_EPOCH,
        Codes.KAFKA_STORAGE_ERROR,
        Codes.LEADER_NOT_AVAILABLE,
        Codes.NETWORK_EXCEPTION,
        Codes.NOT_CONTROLLER,
        Codes.NOT_ENOUGH_REPLICAS,
        Codes.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
        Codes.NOT_LEADER_FOR_PARTITION,
        Codes.OFFSET_NOT_AVAILABLE,
        Codes.REPLICA_NOT_AVAILABLE,
        Codes.REQUEST_TIMED_OUT,
        Codes.UNKNOWN_LEADER_EPOCH,
    )


def parse_address(text: str) -> tuple[str, str]:
    """Servers and prefix of `kafka://host:port[,host:port...][/prefix]`. Raises ValueError, which quotes no secret."""
    found = _ADDRESS.fullmatch(text)
    if found is None or not all(_SERVER.fullmatch(server) for server in found["servers"].split(",")):
        raise ValueError(
            "write kafka://host:port, with more hosts behind commas and a prefix for topics behind a slash, such as "
            "kafka://broker-1:9092,broker-2:9092/shop. (users and passwords belong under `kafka:`)"
        )
    return found["servers"], found["prefix"] or ""


def client_of(address: str, settings: Mapping[str, Setting], environment: Mapping[str, str]) -> Client:
    """The client of an address, with `${NAME}` in settings taken from the environment.

    Raises LogError for a variable that is not set, and ValueError for an address that is none.
    """
    servers, prefix = parse_address(address)
    return Client(servers, prefix, {name: _expanded(name, value, environment) for name, value in settings.items()})


def _expanded(name: str, value: Setting, environment: Mapping[str, str]) -> Setting:
    if not isinstance(value, str):
        return value

    def of(found: re.Match[str]) -> str:
        if found[1] not in environment:
            raise LogError(f"kafka: {name} asks for the environment variable {found[1]}, which is not set. Set it.")
        return environment[found[1]]

    return _VARIABLE.sub(of, value)
