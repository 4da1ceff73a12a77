"""The workspace's own file, `hundredfold.yaml`: what it says, how it is written first, and where it is wrong."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from hundredfold.app.alerting.settings import Alerts
from hundredfold.app.alerting.wording import Language
from hundredfold.app.egress import Allowed
from hundredfold.app.schedule.jobs import Schedule
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.definition.source import Source, read_source
from hundredfold.errors import DefinitionError
from hundredfold.ingest.message import MAX_EVENT_BYTES
from hundredfold.log.kafka.client import OURS, Setting, parse_address
from hundredfold.words.calendar import zone_named
from hundredfold.words.currency import CURRENCIES

FILE: Final = "hundredfold.yaml"
EMBEDDED: Final = "embedded"

TEMPLATE: Final = """\
# A hundredfold workspace. What is not said here has the value that is shown; fields that are not known are refused.

# The zone of the shop's calendar: "today", weeks and months begin at its midnight. A name of the IANA database.
timezone: {timezone}

# The currency in which all money is kept (ISO 4217).
currency: {currency}

# Daily exchange rates: a CSV, Parquet or NDJSON file, relative to this folder, with the columns date, currency, rate
# (what one unit of the currency is worth in the workspace's). Without it, amounts in other currencies are no values.
rates: null

# An id that is linked to more ids than this (a till, a family's tablet) is nobody's: its links are off.
shared_over: 50

# Where messages are kept: "embedded" is a folder of files in data/log; kafka://host:port[,host:port...][/prefix] are
# topics on Apache Kafka, made with hf kafka setup; see docs/kafka.md.
log: embedded

# Settings for Kafka's client library (librdkafka), such as those of TLS and SASL. A value may be an environment
# variable: `sasl.password: ${{KAFKA_PASSWORD}}`.
kafka: {{}}

# Other systems' batch values that come by topics of that Kafka: the source of each, and its topic; see docs/kafka.md.
foreign_topics: {{}}

# Into how many partitions the log is divided. It cannot change once the log has been written.
partitions: 4

# A YAML file, relative to this folder, with what each event is expected to carry; see the tracking plan's page.
tracking_plan: null

# Web pages that may send messages with a browser key, such as https://shop.example; "*" is everywhere.
origins: ["*"]

# The address at which clients reach the server, when it stands behind a proxy: https://events.shop.example
public_url: null

# The most bytes that one event may have. Segment's clients keep to 32768; a wholesaler's order may need more.
event_bytes: 32768

# How many events a second one write key may send, and how many at once after a quiet time. What is more is refused
# with 429, and the clients send it again: `rate_limit: {{events: 1000, burst: 10000}}`. null is without limit.
rate_limit: null

# The form of the profiles that are published there, avro, json or none; a schema registry of Confluent's kind, such as
# https://registry.example, when it shall not be this server itself; and whether those of batch runs have their state.
profiles: {{form: avro, registry: null, state: false}}

# What the server does by itself, at cron's times in the zone above: `batch: {{at: "0 3 * * *"}}`,
# `audit: {{at: "0 5 * * *", sample: 1000}}`, `load: {{at: "*/15 * * * *", sources: [erp]}}`. What was missed while it
# was off is done once.
schedule: {{}}

# Who is told when something is wrong, by webhook or e-mail; see docs/operations.md.
alerts: null

# The only hosts that anything is sent to: `hosts` on the internet, `internal` ones in a private network.
egress: {{}}

# The language of alerts: en or pt.
language: en

# Lets whoever works on this machine in without a login, as an admin, and gives a tour to buy on: for demos only.
page: false

# How far the workspace's clock is before the real one, in seconds. A replay of the past sets it; it runs on from there.
clock_offset: 0
"""


def _known_zone(name: str) -> str:
    if zone_named(name) is None:
        raise ValueError(f"no time zone is called {name!r}; write it like Europe/Lisbon{_near_zone(name)}")
    return name


def _near_zone(name: str) -> str:
    from zoneinfo import available_timezones

    near = get_close_matches(name, available_timezones(), 1)
    return f". Did you mean {near[0]}?" if near else ""


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        near = get_close_matches(code.upper(), sorted(CURRENCIES), 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ValueError(f"no currency has the code {code!r}; write one of ISO 4217, such as EUR.{hint}")
    return code


def _reaches_the_alerts(egress: Allowed, told: ValidationInfo) -> Allowed:
    alerts = told.data.get("alerts")
    for host in alerts.hosts if alerts is not None else ():
        if not egress.names(host):
            raise ValueError(f"alerts go to {host}, which is not allowed; add it to `hosts`, or to `internal`")
    if alerts is not None and not egress.trusts_all(alerts.open_hosts):
        raise ValueError(f"alerts go to {alerts.open_hosts[0]} without TLS; use TLS, or name the host in `internal`")
    return egress


def _known_log(address: str) -> str:
    if address != EMBEDDED:
        parse_address(address)
    return address


def _with_kafka(topics: dict[str, str], told: ValidationInfo) -> dict[str, str]:
    if topics and told.data.get("log", EMBEDDED) == EMBEDDED:
        raise ValueError("topics are read where the log is on Kafka; say `log: kafka://HOST:PORT` too")
    twice = sorted(topic for topic in set(topics.values()) if list(topics.values()).count(topic) > 1)
    if twice:
        raise ValueError(f"the topic {twice[0]} is named for two sources; each source needs a topic of its own")
    return topics


def _passed_on(settings: dict[str, Setting]) -> dict[str, Setting]:
    taken = sorted(OURS & settings.keys())
    if taken:
        raise ValueError(f"`{taken[0]}` is set by hundredfold itself: exactness rests on it; take it out")
    return settings


class Profiles(BaseModel):
    """How profiles are published on Kafka."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    form: Literal["avro", "json", "none"] = "avro"
    registry: str | None = Field(None, pattern="^https?://[^@]+$")
    state: bool = False

    @field_validator("state")
    @classmethod
    def _in_avro(cls, state: bool, told: ValidationInfo) -> bool:
        if state and told.data.get("form", "avro") != "avro":
            raise ValueError("only records in Avro have room for states; say `form: avro`, or leave `state` out")
        return state


class RateLimit(BaseModel):
    """How many events one write key may send: each second, and at once after a quiet time."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    events: int = Field(ge=1)
    burst: int = Field(ge=1)

    @field_validator("burst")
    @classmethod
    def _a_second_or_more(cls, burst: int, told: ValidationInfo) -> int:
        # Clients come back at whole seconds: of a smaller burst they could not use the rate.
        if burst < told.data.get("events", 1):
            raise ValueError("write at least as many as `events`, the rate of a second")
        return burst


SourceName = Annotated[str, Field(min_length=1, max_length=256)]
Topic = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,249}$")]


class Settings(BaseModel):
    """What `hundredfold.yaml` says."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    currency: Annotated[str, AfterValidator(_known_currency)] = "EUR"
    rates: str | None = Field(None, min_length=1)
    shared_over: int = Field(50, ge=1)
    log: Annotated[str, AfterValidator(_known_log)] = EMBEDDED
    kafka: Annotated[dict[str, Setting], AfterValidator(_passed_on)] = Field(default_factory=dict, repr=False)
    foreign_topics: Annotated[
        dict[Annotated[str, Field(min_length=1, max_length=256)], Topic], AfterValidator(_with_kafka)
    ] = Field(default_factory=dict)
    partitions: int = Field(4, ge=1, le=1024)
    tracking_plan: str | None = Field(None, min_length=1)
    origins: list[Annotated[str, Field(min_length=1)]] = Field(default_factory=lambda: ["*"])
    public_url: str | None = Field(None, pattern="^https?://")
    event_bytes: int = Field(MAX_EVENT_BYTES, ge=1024, le=1 << 20)
    rate_limit: RateLimit | None = None
    profiles: Profiles = Field(default_factory=Profiles)
    schedule: Schedule = Field(default_factory=Schedule)
    alerts: Alerts | None = None
    egress: Annotated[Allowed, AfterValidator(_reaches_the_alerts)] = Field(Allowed(), validate_default=True)
    language: Language = "en"
    page: bool = False
    clock_offset: float = 0

    @property
    def on_kafka(self) -> bool:
        """Whether the log is on Kafka."""
        return self.log != EMBEDDED


def first_text(timezone: str, currency: str) -> str:
    """The text of a new workspace's file. Raises DefinitionErrors for an unknown zone or currency."""
    parse_settings(f"timezone: {timezone!r}\ncurrency: {currency!r}\n", "init")
    return TEMPLATE.format(timezone=timezone, currency=currency)


def read_settings(path: Path) -> Settings:
    """What a workspace's file says. Raises DefinitionErrors with the places of all mistakes."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"the file is not UTF-8 (byte {error.start}); save it as UTF-8"
        raise DefinitionErrors([DefinitionError(problem, file=path.name)]) from None
    return parse_settings(text, path.name)


def parse_settings(text: str, file: str = FILE) -> Settings:
    """What the text of a workspace's file says. Raises DefinitionErrors with the places of all mistakes."""
    source = read_source(text, file)
    data = {} if source.data is None else source.data
    if not isinstance(data, dict):
        raise DefinitionErrors(
            [DefinitionError("write fields with values, such as `timezone: UTC`", file=file, line=1)]
        )
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise DefinitionErrors([_placed(source, fault) for fault in error.errors()]) from None


def with_clock_offset(text: str, seconds: float) -> str:
    """The text of a workspace's file with another clock offset; everything else, comments too, stays as it is."""
    return with_setting(text, "clock_offset", f"{seconds:.6f}".rstrip("0").rstrip("."))


def with_setting(text: str, name: str, value: str) -> str:
    """The text of a workspace's file with another value of one field; everything else, comments too, stays as it is."""
    lines = text.splitlines(keepends=True)
    written = f"{name}: {value}\n"
    place = read_source(text, FILE).place((name,), of_key=True)
    if place is None or not lines[place.line - 1].startswith(name):
        return (text if text.endswith("\n") or not text else text + "\n") + written
    lines[place.line - 1] = written
    return "".join(lines)


def _placed(source: Source, fault: Any) -> DefinitionError:
    key = tuple(fault["loc"])
    extra = fault["type"] == "extra_forbidden"
    place = source.place(key, of_key=extra)
    name = ".".join(str(part) for part in key)
    if extra:
        near = get_close_matches(name, Settings.model_fields, 1)
        problem = f"unknown field `{name}`. " + (
            f"Did you mean `{near[0]}`?" if near else f"Fields: {', '.join(Settings.model_fields)}."
        )
    else:
        problem = f"`{name}`: {str(fault['msg']).removeprefix('Value error, ')}"
    line, column = (place.line, place.column) if place else (None, None)
    return DefinitionError(problem, file=source.file, line=line, column=column)
