"""Schemas get their ids here: in the workspace's own store, or at a registry with Confluent's interface."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Final, Protocol
from urllib.parse import quote

import orjson

from hundredfold.publish.compatible import Incompatible, check
from hundredfold.publish.outlet import NotPublished
from hundredfold.store.schemas import Schemas

MEDIA_TYPE: Final = "application/vnd.schemaregistry.v1+json"
_DONE: Final = 200
_CONFLICT: Final = 409

Post = Callable[[str, bytes, dict[str, str]], tuple[int, bytes]]
"""Sends a body with headers to an address; gives status and body of the answer. Raises HundredfoldError."""


class Registry(Protocol):
    """Gives schemas their ids."""

    def register(self, subject: str, text: str) -> int:
        """The id of a subject's schema, as a new version if need be. Raises Incompatible, NotPublished."""


class OwnRegistry:
    """The workspace's own schemas, which its server shows to readers."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def register(self, subject: str, text: str) -> int:
        """As every registry."""
        return self._schemas.register(subject, text, lambda old: check(old, text)).id


class RemoteRegistry:
    """A registry at an address. `login` is `user:password` for Basic, where it wants one; it is never printed."""

    def __init__(self, url: str, login: str | None, post: Post) -> None:
        self._url, self._login, self._post = url.rstrip("/"), login, post

    def register(self, subject: str, text: str) -> int:
        """As every registry; whether versions fit is for that one to say. Raises what `post` raises, too."""
        headers = {"Content-Type": MEDIA_TYPE, "Accept": MEDIA_TYPE}
        if self._login is not None:
            headers["Authorization"] = f"Basic {b64encode(self._login.encode()).decode()}"
        body = orjson.dumps({"schema": text, "schemaType": "AVRO"})
        status, said = self._post(f"{self._url}/subjects/{quote(subject, safe='')}/versions", body, headers)
        if status == _CONFLICT:
            raise Incompatible(f"the schema registry refuses {subject}: {_message(said)}")
        try:
            if status == _DONE:
                return int(orjson.loads(said)["id"])
        except (ValueError, KeyError, TypeError):
            pass
        raise NotPublished(f"the schema registry answered {status} for {subject}: {_message(said)}. Is it one?")


def _message(body: bytes) -> str:
    """What a registry says of an error."""
    try:
        return str(orjson.loads(body)["message"])[:300]
    except (ValueError, KeyError, TypeError):
        return "nothing that is known"
