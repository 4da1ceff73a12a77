"""What the door counts, for Prometheus."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from hundredfold.app.door.reception import Outcome

_SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The door's counters in a registry. Labels come from closed lists, never from what was sent."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.requests = Counter(
            "hf_ingest_requests", "Requests by route and status.", ["route", "status"], registry=registry
        )
        self.messages = Counter("hf_ingest_messages", "Messages made durable in the log.", ["trust"], registry=registry)
        self.rejected = Counter("hf_ingest_rejected", "Messages refused, by reason.", ["reason"], registry=registry)
        self.planned = Counter(
            "hf_ingest_plan_violations", "Messages against the tracking plan, by mode.", ["mode"], registry=registry
        )
        self.mended = Counter(
            "hf_ingest_mended",
            "Values mended on reading: NaN, huge integers, NUL, lone surrogates.",
            ["what"],
            registry=registry,
        )
        self.flagged = Counter(
            "hf_ingest_future",
            "Messages whose time lay in the future and was set to the reception's.",
            registry=registry,
        )
        self.limited = Counter(
            "hf_ingest_limited",
            "Events sent faster than their key may send, not taken in.",
            ["trust"],
            registry=registry,
        )
        self.waiting = Gauge("hf_ingest_waiting_bytes", "Bytes received and not yet durable.", registry=registry)
        self.seconds = Histogram(
            "hf_ingest_seconds", "Time from the whole body to the answer.", registry=registry, buckets=_SECONDS
        )

    def mend(self, what: str) -> None:
        """Counts one mended value."""
        self.mended.labels(what).inc()

    def outcome(self, outcome: Outcome, trust: str) -> None:
        """Counts what became of one request's messages."""
        if outcome.entries:
            self.messages.labels(trust).inc(len(outcome.entries))
            flagged = sum(entry.flagged for entry in outcome.entries)
            if flagged:
                self.flagged.inc(flagged)
        for rejection in outcome.rejections:
            self.rejected.labels(rejection.reason).inc()
        modes = (("observe", outcome.observed), ("warn", len(outcome.warnings)), ("quarantine", len(outcome.held)))
        for mode, count in modes:
            if count:
                self.planned.labels(mode).inc(count)
