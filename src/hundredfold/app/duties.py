"""What a server does of its own accord: the schedule, and the alarm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from hundredfold.app.alerting.alarm import Alarm, read_kept
from hundredfold.app.alerting.channels import channels
from hundredfold.app.alerting.conditions import Conditions
from hundredfold.app.auditing import audited
from hundredfold.app.batching import batched
from hundredfold.app.beat import Beat
from hundredfold.app.egress import EgressError, Gate
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.quality import Examiner
from hundredfold.app.runbook import Runbook, Running
from hundredfold.app.schedule.jobs import AuditJob, Job, LoadJob
from hundredfold.app.schedule.scheduler import Scheduler
from hundredfold.app.sources.loading import loaded
from hundredfold.live.loop import Live, Logbook
from hundredfold.log.stored import Positions
from hundredfold.profile.watch import Watch

SCHEDULE_SECONDS: Final = 1.0
ALARM_SECONDS: Final = 5.0

Fault = Callable[[BaseException], dict[str, str]]


@dataclass(frozen=True)
class _Server:
    """What the alarm looks at."""

    opened: OpenWorkspace
    live: Live
    watch: Watch

    def positions(self) -> Positions:
        """How far the live side is."""
        return self.live.positions

    def mismatches(self) -> int:
        """What the audit in production found."""
        return self.watch.mismatches


class Duties:
    """The threads of a server that nobody asks for anything. Raises WorkspaceError where the settings lack a secret."""

    def __init__(
        self,
        opened: OpenWorkspace,
        live: Live,
        watch: Watch,
        *,
        logbook: Logbook,
        fault: Fault,
        environment: Mapping[str, str],
    ) -> None:
        self._scheduler = scheduler(opened, logbook, fault)
        self._beats = [Beat("schedule", self._scheduler.tick, seconds=SCHEDULE_SECONDS, logbook=logbook, fault=fault)]
        bell = alarm(opened, _Server(opened, live, watch), logbook, environment)
        if bell is not None:
            self._beats.append(Beat("alarm", bell.tick, seconds=ALARM_SECONDS, logbook=logbook, fault=fault))

    def start(self) -> None:
        """Begins."""
        for beat in self._beats:
            beat.start()

    def leave(self) -> None:
        """Nothing new is begun."""
        self._scheduler.leave()

    def stop(self) -> None:
        """Ends behind what is just being done."""
        self.leave()
        for beat in self._beats:
            beat.stop()
        self._scheduler.close()


def scheduler(opened: OpenWorkspace, logbook: Logbook, fault: Fault) -> Scheduler:
    """The scheduler of a workspace: its jobs are what the commands do."""
    workspace = opened.workspace

    def batch(_: Job, running: Running) -> None:
        batched(opened, running=running)

    def audit(job: Job, running: Running) -> None:
        assert isinstance(job, AuditJob)
        audited(opened, sample=job.sample, running=running)

    def load(job: Job, running: Running) -> None:
        assert isinstance(job, LoadJob)
        loaded(opened, job.sources, running)

    examiner = Examiner(opened)

    def quality(_: Job, running: Running) -> None:
        running.outcome |= {"problems": len(examiner.report()["problems"])}

    return Scheduler(
        workspace.settings.schedule,
        workspace.zone,
        workspace.schedule_folder,
        Runbook(workspace.runbook, workspace.now),
        workspace.now,
        {"load": load, "batch": batch, "audit": audit, "quality": quality},
        lambda name, error: logbook.error(f"scheduled {name} failed", **fault(error)),
    )


def alarm(opened: OpenWorkspace, server: _Server, logbook: Logbook, environment: Mapping[str, str]) -> Alarm | None:
    """The alarm of a workspace; None where the settings ask for none. Raises WorkspaceError."""
    workspace, settings = opened.workspace, opened.workspace.settings
    if settings.alerts is None:
        return None
    kept = read_kept(workspace.alerts)
    book = Runbook(workspace.runbook, workspace.now)
    return Alarm(
        Conditions(settings.alerts, opened.log, server, book, workspace.now, kept.memory),
        channels(settings.alerts, Gate(settings.egress), environment, workspace.now),
        workspace.alerts,
        kept,
        workspace.now,
        workspace=workspace.folder.resolve().name,
        language=settings.language,
        failed=lambda channel, error: _not_told(logbook, channel, error),
    )


def _not_told(logbook: Logbook, channel: str, error: EgressError) -> None:
    logbook.error(f"an alert could not be sent by {channel}", error=str(error))
