"""The log of a workspace: the one place that knows which backend its file names."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from hundredfold.app.workspace import Workspace
from hundredfold.errors import WorkspaceError
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.log.kafka.client import Client, client_of
from hundredfold.store.rejections import Rejection, Rejections

if TYPE_CHECKING:
    from hundredfold.log.kafka.appender import KafkaAppender
    from hundredfold.log.kafka.log import KafkaLog
    from hundredfold.log.kafka.record import Poison


def open_log(
    workspace: Workspace, *, holder: str = "", tell: Callable[[str], None] = lambda _: None
) -> EmbeddedLog | KafkaLog:
    """Opens the log for writing, for the one process that holds the workspace's lock.

    Raises LogError, and LogUnavailable when Kafka does not answer. Processes beside read `workspace.log_folder`.
    """
    partitions = workspace.settings.partitions
    if not workspace.settings.on_kafka:
        return EmbeddedLog(workspace.log_folder, partitions=partitions, holder=holder)
    from hundredfold.log.kafka.log import KafkaLog

    return KafkaLog(
        kafka_client(workspace),
        workspace.log_folder,
        partitions=partitions,
        holder=holder,
        poisoned=lambda poison: _keep_aside(workspace, poison, tell),
        tell=tell,
    )


def open_appender(workspace: Workspace) -> KafkaAppender:
    """Opens the log for a process that only takes messages in. Raises WorkspaceError when the log is embedded."""
    if not workspace.settings.on_kafka:
        raise WorkspaceError(
            "an embedded log has one process. For several, write log: kafka://host:port into hundredfold.yaml."
        )
    from hundredfold.log.kafka.appender import KafkaAppender

    return KafkaAppender(kafka_client(workspace), workspace.settings.partitions)


def kafka_client(workspace: Workspace) -> Client:
    """How to reach the workspace's Kafka, whose log is there. Raises LogError for an environment variable not set."""
    return client_of(workspace.settings.log, workspace.settings.kafka, os.environ)


def _keep_aside(workspace: Workspace, poison: Poison, tell: Callable[[str], None]) -> None:
    """Keeps a record that is no message where refused messages are."""
    where = f"partition {poison.partition}, offset {poison.offset} of the topic: {poison.reason}"
    tell(f"a record was passed over, {where}")
    workspace.store.mkdir(parents=True, exist_ok=True)
    with closing(Rejections(workspace.store / "rejections.sqlite")) as rejections:
        rejections.add([Rejection(workspace.now(), "kafka", "unreadable_record", where, None, poison.value)])
