"""The one way out: what this program sends of its own accord goes to hosts that the settings name, and nowhere else.

A name may lead anywhere, also to this machine or to the address where a cloud keeps its secrets. So a host is asked for
its addresses here, the connection goes to the very address that was looked at, and redirects are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from threading import Timer
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from hundredfold.errors import HundredfoldError

SECONDS: Final = 10.0
"""The most that a request may take, from the connection to the answer."""


class EgressError(HundredfoldError):
    """Something could not be sent, or must not be."""


def _host(name: str) -> str:
    if not name or (any(letter in name for letter in "/:@* ") and not _is_address(name)):
        raise ValueError(f"{name!r} is no host; write its name alone, such as hooks.example.com")
    return plain_host(name)


def _is_address(name: str) -> bool:
    with suppress(ValueError):
        return bool(ipaddress.ip_address(name))
    return False


def plain_host(name: str) -> str:
    """A host's name as it is compared."""
    return name.lower().rstrip(".")


Host = Annotated[str, AfterValidator(_host)]


class Allowed(BaseModel):
    """Which hosts may be reached: `hosts` on the internet, by TLS; `internal` ones wherever their names lead."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    hosts: list[Host] = Field(default_factory=list)
    internal: list[Host] = Field(default_factory=list)

    def names(self, host: str) -> bool:
        """Whether a host may be reached at all."""
        return plain_host(host) in (*self.hosts, *self.internal)

    def trusts_all(self, hosts: Iterable[str]) -> bool:
        """Whether all of some hosts may be reached without TLS."""
        return all(map(self.trusts, hosts))

    def trusts(self, host: str) -> bool:
        """Whether a host may be in this house, and reached without TLS."""
        return plain_host(host) in self.internal


class Gate:
    """Connects to allowed hosts. `seconds` is the most that one request may take."""

    def __init__(self, allowed: Allowed, seconds: float = SECONDS) -> None:
        self.allowed, self.seconds = allowed, seconds

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection to a host. Raises EgressError for one that is not allowed, or cannot be reached."""
        for address in self._addresses(host, port):
            with suppress(OSError):
                return socket.create_connection((address, port), timeout=self.seconds)
        raise EgressError(f"{host} does not answer at port {port}; it is tried again.")

    def address(self, host: str, port: int) -> str:
        """An address of a host, for a library that connects by itself. Raises EgressError, as `connect` does."""
        return self._addresses(host, port)[0]

    def _addresses(self, host: str, port: int) -> list[str]:
        if not self.allowed.names(host):
            raise EgressError(f"{host} is not among egress.hosts in hundredfold.yaml; add it there to send to it.")
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise EgressError(f"the name {host} cannot be found. Check its spelling, and the machine's DNS.") from None
        addresses = dict.fromkeys(str(where[0]) for *_, where in found)
        good = [address for address in addresses if self.allowed.trusts(host) or is_public(address)]
        if not good:
            raise EgressError(
                f"{host} leads to this machine or a private network. "
                "If that is meant, name it among egress.internal in hundredfold.yaml."
            )
        return good

    def secure(self, plain: socket.socket, host: str) -> ssl.SSLSocket:
        """TLS over a connection: the certificate must be for the name, whatever address it led to.

        Authorities are the machine's, or those that SSL_CERT_FILE names. Raises EgressError, and closes it then.
        """
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        except ssl.SSLCertVerificationError as error:
            raise untrusted(host, error) from None

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        """Sends by HTTP POST. Raises EgressError for any answer but 2xx; a redirect is one, too."""
        status, _ = self.ask(url, body, headers, most=0)
        if not 200 <= status < 300:
            raise EgressError(f"{urlsplit(url).hostname or ''} answered {status}; it is tried again.")

    def ask(self, url: str, body: bytes, headers: dict[str, str], *, most: int = 1 << 16) -> tuple[int, bytes]:
        """Sends by HTTP POST; gives the answer's status and so many bytes of it. Raises EgressError without one."""
        address = urlsplit(url)
        host, tls = address.hostname or "", address.scheme == "https"
        if not tls and self.allowed.names(host) and not self.allowed.trusts(host):
            raise EgressError(f"{host} is reached without TLS only among egress.internal; write https://.")
        connection = _Connection(self, host, address.port or (443 if tls else 80), tls=tls)
        limit = Timer(self.seconds, connection.cut)
        limit.daemon = True
        limit.start()
        try:
            connection.request(
                "POST", f"{address.path or '/'}{'?' * bool(address.query)}{address.query}", body, headers
            )
            answer = connection.getresponse()
            return answer.status, answer.read(most)
        except (OSError, http.client.HTTPException) as error:
            raise EgressError(f"{host} gave no answer ({type(error).__name__}); it is tried again.") from None
        finally:
            limit.cancel()
            connection.close()


class _Connection(http.client.HTTPConnection):
    """An HTTP connection through the gate."""

    def __init__(self, gate: Gate, host: str, port: int, *, tls: bool) -> None:
        super().__init__(host, port)
        self._gate, self._tls = gate, tls

    def connect(self) -> None:
        """Connects to an address that was looked at."""
        plain = self._gate.connect(self.host, self.port)
        self.sock = self._gate.secure(plain, self.host) if self._tls else plain

    def cut(self) -> None:
        """Ends it now: an answer that comes byte by byte would else never be late."""
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def untrusted(host: str, error: ssl.SSLCertVerificationError) -> EgressError:
    """A certificate that proves nothing, and what to do about it."""
    return EgressError(
        f"{host} shows a certificate that is not trusted ({error.verify_message.rstrip('.')}); it is tried again. "
        "Is it of an authority of your own, start with SSL_CERT_FILE naming a file that has this one among all others."
    )


def is_public(address: str) -> bool:
    """Whether an address lies on the internet: neither here nor in a private network."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast
