"""What the live side counts, for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """The live side's numbers in a registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.messages = Counter("hf_live_messages", "Messages applied to the engine.", registry=registry)
        self.lag_messages = Gauge("hf_live_lag_messages", "Messages stored and not yet applied.", registry=registry)
        self.lag_seconds = Gauge(
            "hf_live_lag_seconds", "How long ago the last message applied was received; 0 with none left.",
            registry=registry,
        )  # fmt: skip
        self.customers = Histogram(
            "hf_live_flush_customers",
            "Customers read again at once.",
            buckets=(1, 4, 16, 64, 256, 1024, 4096),
            registry=registry,
        )
        self.flush_seconds = Histogram(
            "hf_live_flush_seconds",
            "Time of reading customers again and telling what changed.",
            buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0),
            registry=registry,
        )
        self.faults = Counter("hf_live_faults", "Faults of the live loop, by stage.", ["stage"], registry=registry)
        self.refolded = Gauge("hf_live_refolded", "Sent ids folded anew from raw messages.", registry=registry)
        self.open = Gauge(
            "hf_feed_open", "1 once everybody has been read since the start: changes are told.", registry=registry
        )
        self.readers = Gauge("hf_feed_readers", "Readers of the feed.", registry=registry)
        self.resets = Gauge("hf_feed_resets", "Readers that fell too far behind and began anew.", registry=registry)
