"""What the client library says of connections that fail: it only logs it, and answers "timed out" to whoever asked."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Final

_FILE: Final = "under `kafka:` in hundredfold.yaml"
_MEND: Final = {
    "APIVERSION_QUERY": f"Look whether security.protocol {_FILE} is what this port expects.",
    "AUTH_HANDSHAKE": f"Look at sasl.mechanism and security.protocol {_FILE}.",
    "AUTH_LEGACY": f"Look at sasl.username and sasl.password {_FILE}.",
    "AUTH_REQ": f"Look at sasl.username and sasl.password {_FILE}.",
    "SSL_HANDSHAKE": f"Look at security.protocol and ssl.ca.location {_FILE}.",
}
"""By the state in which a broker that is there ends the connection: what to look at."""
_AT_WORK: Final = "UP"
"""The state of a connection that is used. It ends with its broker; and at once where a login was expected."""
_FAILED: Final = re.compile(
    r"(?:\[thrd:[^\]]*\]: )?(?P<broker>\S+?)(?:/\w+)?: (?P<why>.*) \(after \d+ms in state (?P<state>\w+)"
)
# Everything else the library says goes to this logger too, which is silent unless somebody listens.
_LIBRARY: Final = logging.getLogger("hundredfold.kafka")
_LIBRARY.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a connection failed, and in which of the client library's states."""

    why: str
    state: str

    @property
    def mend(self) -> str:
        """What to do, as sentences."""
        if self.state == _AT_WORK:
            return f"Try again. If it never worked, look whether security.protocol {_FILE} is what this port expects."
        return _MEND.get(self.state, "Try again.")

    @property
    def hopeless(self) -> bool:
        """Whether waiting longer will hardly help: somebody is there, and does not let us in."""
        return self.state in _MEND


class Complaints:
    """The logger that the client library's clients are given, of all clients of one process before one broker."""

    def __init__(self) -> None:
        self.complaint: Complaint | None = None
        """The last one since the broker has answered; of several in the same state the longest."""

    def log(self, level: int, form: str, *told: object) -> None:
        """Takes what the library says, in the library's threads or whoever polls."""
        _LIBRARY.log(level, form, *told)
        if level < logging.INFO or not told or told[0] != "FAIL":
            return
        found = _FAILED.match(str(told[-1]))
        if found is None:
            return
        new, old = Complaint(f"{found['broker']}: {found['why']}", found["state"]), self.complaint
        if old is None or old.state != new.state or len(old.why) < len(new.why):
            self.complaint = new

    def answered(self) -> None:
        """The broker has answered: what was said before is over."""
        self.complaint = None
