"""The workspace's running server, asked by the commands on its machine."""

from __future__ import annotations

import http.client
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from hundredfold.app.documents import Document, json_text, read_json
from hundredfold.app.lock import Server
from hundredfold.errors import HundredfoldError, NotFound, WorkspaceError

PREFIX: Final = "/api/v1"


class Refused(HundredfoldError):
    """The server did not do what it was asked to; its own words say why."""


class RemoteWorkspace:
    """Asks a running server; every answer is the document that the command prints.

    Raises NotFound, Refused with the server's words, and WorkspaceError when the server does not answer.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        address = urlsplit(server.url)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80

    def profile(self, customer: str, **asked: str | None) -> Document:
        """A customer's profile."""
        return self._ask("GET", f"/profiles/{quote(customer, safe='')}{_query(asked)}")

    def segment(self, name: str, *, members: bool = False, **asked: str | None) -> Document:
        """A segment: how many members it has, or who they are."""
        return self._ask("GET", f"/segments/{quote(name, safe='')}{'/members' if members else ''}{_query(asked)}")

    def members_file(
        self, name: str, *, kind: str, attributes: Sequence[str], **asked: str | None
    ) -> tuple[http.client.HTTPMessage, bytes]:
        """All members of a segment as the content of a file, and what stands at its head."""
        named = [("format", kind), *(("attribute", one) for one in attributes)]
        query = urlencode([*named, *((key, value) for key, value in asked.items() if value is not None)])
        return self._asked("GET", f"/segments/{quote(name, safe='')}/members/file?{query}")

    def segment_sizes(self, name: str, *, days: int, hours: int | None) -> Document:
        """A segment's sizes over time."""
        steps = {"days": days} if hours is None else {"hours": hours}
        return self._ask("GET", f"/segment-sizes?{urlencode({'name': name, **steps})}")

    def quality(self, language: str) -> Document:
        """The report on the data's quality, its sentences in a language."""
        return self._ask("GET", "/quality", language=language)

    def runs(self) -> Document:
        """The batch runs."""
        return self._ask("GET", "/runs")

    def work(self, name: str, **arguments: Any) -> Document:
        """Has a task done: apply, import, load, batch, audit, export, forget."""
        return self._ask("POST", f"/{name}", arguments)

    def _ask(self, method: str, path: str, body: Any = None, *, language: str = "en") -> Document:
        document: Document = _read(self._asked(method, path, body, language=language)[1])
        return document

    def _asked(
        self, method: str, path: str, body: Any = None, *, language: str = "en"
    ) -> tuple[http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection(self._host, self._port)
        headers = {
            "Authorization": f"Bearer {self._server.token}",
            "Content-Type": "application/json",
            "Accept-Language": language,
        }
        try:
            text = None if body is None else json_text(body)
            connection.request(method, PREFIX + path, text, headers)
            answer = connection.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise WorkspaceError(
                f"the workspace's server (process {self._server.pid}) does not answer: {error}. "
                "Look at its log, or stop it and ask again."
            ) from None
        finally:
            connection.close()
        if answer.status >= http.client.BAD_REQUEST:
            kind = NotFound if answer.status == http.client.NOT_FOUND else Refused
            raise kind(str(_read(said).get("detail", f"the server answered {answer.status}")))
        return answer.headers, said


def _query(asked: Mapping[str, str | None]) -> str:
    given = {name: value for name, value in asked.items() if value is not None}
    return f"?{urlencode(given)}" if given else ""


def _read(said: bytes) -> Any:
    try:
        return read_json(said)
    except ValueError:
        return {}
