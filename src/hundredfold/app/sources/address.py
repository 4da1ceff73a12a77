"""Where a PostgreSQL is: an address that names one host, which must be this machine or one that may be reached."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from hundredfold.app.egress import Gate
from hundredfold.app.sources.file import Connection
from hundredfold.errors import ImportFailed
from hundredfold.said import said

_PORT: Final = 5432
_ELSEWHERE: Final = ("host", "hostaddr", "port", "service", "servicefile")
_PROVED: Final = "verify-full"


def written_address(folder: Path, name: str, connection: Connection, environment: Mapping[str, str]) -> str:
    """The address of a source's database, as it stands outside of the workspace. Raises ImportFailed."""
    if connection.env is not None:
        if not environment.get(connection.env):
            raise ImportFailed(
                said(
                    "{name}: the environment variable {variable} is not set; set it to postgresql://USER:PASSWORD@HOST/NAME",
                    name=name,
                    variable=connection.env,
                )
            )
        return environment[connection.env]
    path = (folder / str(connection.file)).resolve()
    if path.is_relative_to(folder.resolve()):
        raise ImportFailed(
            said(
                "{name}: {path} is in the workspace, which is kept in git; move the address out of it",
                name=name,
                path=str(connection.file),
            )
        )
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ImportFailed(said("{name}: the address cannot be read from {path}", name=name, path=str(path))) from None


def checked_address(name: str, address: str, gate: Gate) -> str:
    """An address to connect to, once its host was asked for at the gate; another machine is reached by TLS.

    Raises ImportFailed and EgressError; neither tells the address.
    """
    wrong = ImportFailed(
        said("{name}: this is no address of a PostgreSQL; write postgresql://USER:PASSWORD@HOST:PORT/NAME", name=name)
    )
    try:
        parts = urlsplit(address)
        host, port = unquote(parts.hostname or ""), parts.port or _PORT
        settings = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("postgresql", "postgres") or "," in parts.netloc:
        raise wrong
    if elsewhere := sorted(settings.keys() & set(_ELSEWHERE)):
        raise ImportFailed(
            said("{name}: write the host before the slash; `{setting}` is not taken", name=name, setting=elsewhere[0])
        )
    settings.setdefault("connect_timeout", "10")
    if not _here(host):
        settings["hostaddr"] = gate.address(host, port)
        if not gate.allowed.trusts(host):
            if settings.setdefault("sslmode", _PROVED) != _PROVED:
                raise ImportFailed(
                    said(
                        "{name}: {host} is reached with sslmode=verify-full only, unless it is among egress.internal",
                        name=name,
                        host=host,
                    )
                )
            settings.setdefault("sslrootcert", "system")
    return urlunsplit(parts._replace(query=urlencode(settings)))


def _here(host: str) -> bool:
    """Whether a host is this machine: a socket's folder, no name at all, or a loopback address."""
    if not host or host.startswith("/") or host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False
