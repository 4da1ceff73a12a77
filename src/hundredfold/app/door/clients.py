"""What the browser clients of Segment and RudderStack ask for before they send."""

from __future__ import annotations

from typing import Any, Final

from hundredfold.app.door.asgi import Scope, basic_user, header, query
from hundredfold.app.door.problem import Answer, Problem, answer_json
from hundredfold.store.tokens import Tokens
from hundredfold.words.calendar import iso

SOURCE_CONFIG: Final = "/sourceConfig"
METRICS: Final = "/v1/m"
"""Where clients report on themselves; nobody here reads that."""


def answer(path: str, scope: Scope, tokens: Tokens, public_url: str | None) -> Answer:
    """The settings that a client asks for. Raises Problem 404 for another path, 401 or 404 for an unknown write key."""
    if scope["method"] not in ("GET", "HEAD"):
        raise _unknown()
    parts = path.split("/")
    if len(parts) == 5 and parts[:3] == ["", "v1", "projects"] and parts[4] == "settings":
        known(parts[3], tokens, 404)
        return answer_json(segment_settings(parts[3], public_url or _reached(scope)))
    if path == SOURCE_CONFIG:
        secret = query(scope, "writeKey") or basic_user(header(scope, b"authorization"))
        source, created = known(secret, tokens, 401)
        return answer_json(rudder_source(secret or "", source, created))
    raise _unknown()


def known(secret: str | None, tokens: Tokens, status: int) -> tuple[str, int]:
    """A write key's source, and when it was made. Raises Problem with the status for a key that is none."""
    grant = tokens.verify(secret) if secret else None
    if grant is None or grant.kind == "api":
        raise Problem(status, "bad_key", "no source has this write key; make one with hf token create")
    return grant.name, grant.created


def segment_settings(key: str, url: str) -> dict[str, Any]:
    """What analytics.js wants to know of a source: where to send, and that nothing else is to be loaded."""
    protocol, _, host = url.rstrip("/").partition("://")
    enabled = {"__default": {"enabled": True, "integrations": {}}}
    return {
        "integrations": {
            "Segment.io": {
                "apiKey": key,
                "apiHost": f"{host}/v1",
                "protocol": protocol,
                "unbundledIntegrations": [],
                "addBundledMetadata": True,
                "maybeBundledConfigIds": {},
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
            }
        },
        "plan": {"track": enabled, "identify": enabled, "group": enabled},
        "edgeFunction": {},
        "analyticsNextEnabled": True,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0},
        "legacyVideoPluginsEnabled": False,
        "remotePlugins": [],
    }


def rudder_source(key: str, name: str, created: int) -> dict[str, Any]:
    """What RudderStack's clients want to know of a source: that it is enabled and has no destinations of its own."""
    off = {"enabled": False}
    return {
        "source": {
            "id": name,
            "name": name,
            "writeKey": key,
            "enabled": True,
            "config": {"statsCollection": {"errors": off, "metrics": off}},
            "destinations": [],
            "dataplanes": {},
            "workspaceId": "hundredfold",
            "updatedAt": iso(created),
        },
        "updatedAt": iso(created),
    }


def _reached(scope: Scope) -> str:
    host = header(scope, b"host") or b"localhost"
    return f"{scope.get('scheme', 'http')}://{host.decode('latin-1')}"


def _unknown() -> Problem:
    return Problem(404, "unknown_address", "the tracking API has no such address; messages go to POST /v1/batch")
