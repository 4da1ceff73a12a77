"""What publishing counts, for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge


class Metrics:
    """The numbers of everybody's newest profile, in a registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.published = Counter("hf_published", "Profiles that were sent to Kafka.", ["topic"], registry=registry)
        self.removed = Counter("hf_published_removed", "Tombstones sent to Kafka.", ["topic"], registry=registry)
        self.waiting = Gauge("hf_publish_waiting", "Customers whose newest profile is to be sent.", registry=registry)
        self.lag = Gauge(
            "hf_publish_lag_seconds", "How long a newest profile has been on its way, at most.", registry=registry
        )
        self.too_large = Counter("hf_publish_too_large", "Profiles that no record can hold.", registry=registry)
        self.faults = Counter("hf_publish_faults", "Publications that failed and begin again.", registry=registry)
