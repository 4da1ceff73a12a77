"""The ingest process: the door alone, before a log on Kafka. Any number of them may run; none needs a live one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from uuid import uuid4

from prometheus_client import CollectorRegistry

from hundredfold.app.door.assembly import Outside, open_door
from hundredfold.app.door.server import ending_in_order, listen, reachable, serve
from hundredfold.app.logs import open_appender
from hundredfold.app.serving import door_settings
from hundredfold.app.workspace import Workspace


def serve_ingest(workspace: Workspace, host: str, port: int, *, public: bool, ready: Callable[[str], None]) -> None:
    """Takes messages in until the process is asked to stop; `ready` is told the address.

    Raises ListenError, LogError where the topic is not as it must be, LogUnavailable where no broker answers.
    """
    listening = listen(host, port, public=public)
    with listening, open_appender(workspace) as log:
        outside = Outside(now=workspace.now, random=os.urandom, new_id=lambda: f"hf-{uuid4()}", stream=sys.stderr)
        # A deletion names the ids that are linked by then; only the live process knows these: `hf forget` asks it.
        door = open_door(
            workspace.store,
            log,
            outside,
            settings=door_settings(workspace),
            ready=log.trouble,
            registry=CollectorRegistry(),
        )
        try:
            with ending_in_order():
                ready(f"http://{reachable(host)}:{listening.getsockname()[1]}")
                serve(door.site, listening)
        finally:
            door.close()
