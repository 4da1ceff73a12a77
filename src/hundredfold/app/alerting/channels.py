"""The ways of telling: a webhook, or e-mail. Both go through the gate."""

from __future__ import annotations

import hashlib
import hmac
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from typing import Any, Final, Protocol

import orjson

from hundredfold.app.alerting.settings import Alerts, Email, Webhook
from hundredfold.app.documents import Document
from hundredfold.app.egress import EgressError, Gate, untrusted
from hundredfold.errors import WorkspaceError
from hundredfold.words.calendar import SECOND

SIGNATURE: Final = "X-Hundredfold-Signature"


class Channel(Protocol):
    """Somebody who is told alerts."""

    def send(self, alert: Document) -> None:
        """Sends an alert. Raises EgressError when it did not arrive."""


def channels(alerts: Alerts, gate: Gate, environment: Mapping[str, str], now: Callable[[], int]) -> dict[str, Channel]:
    """The channels that the settings name. Raises WorkspaceError where the environment lacks a secret."""
    found: dict[str, Channel] = {}
    if alerts.webhook is not None:
        secret = _secret(environment, alerts.webhook.secret_env, "alerts.webhook.secret_env")
        found["webhook"] = WebhookChannel(alerts.webhook, secret, gate, now)
    if alerts.email is not None:
        named = alerts.email.password_env
        password = "" if alerts.email.user is None else _secret(environment, named, "alerts.email.password_env")
        found["email"] = EmailChannel(alerts.email, password, gate)
    return found


def _secret(environment: Mapping[str, str], name: str, where: str) -> str:
    if not environment.get(name):
        raise WorkspaceError(f"the environment variable {name} is not set, which {where} of hundredfold.yaml names.")
    return environment[name]


def signature(secret: str, time: int, body: bytes) -> str:
    """The header that proves an alert: the time (seconds since 1970) and the HMAC-SHA256 of `time.body`, in hex."""
    found = hmac.new(secret.encode(), f"{time}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={time},v1={found}"


class WebhookChannel:
    """HTTP POST of JSON."""

    def __init__(self, settings: Webhook, secret: str, gate: Gate, now: Callable[[], int]) -> None:
        self._settings, self._secret, self._gate, self._now = settings, secret, gate, now

    def send(self, alert: Document) -> None:
        """Sends an alert; any answer but 2xx is none."""
        body = orjson.dumps(alert)
        signed = signature(self._secret, self._now() // SECOND, body)
        self._gate.post(self._settings.url, body, {"Content-Type": "application/json", SIGNATURE: signed})


class EmailChannel:
    """A mail to everybody who is named."""

    def __init__(self, settings: Email, password: str, gate: Gate) -> None:
        self._settings, self._password, self._gate = settings, password, gate

    def send(self, alert: Document) -> None:
        """Sends an alert; it has arrived when the server took it for somebody: the rest is not worth a storm."""
        settings = self._settings
        mail = EmailMessage()
        mail["From"], mail["To"] = settings.sender, ", ".join(settings.to)
        mail["Subject"] = f"hundredfold: {alert['workspace']}: {alert['alert']} {alert['state']}"
        # A mail program shows one that comes twice, since the answer to the first was lost, as one.
        mail["Message-ID"] = f"<{alert['id']}@hundredfold>"
        mail.set_content(f"{alert['text']}\n\n{alert['began']} - {alert['at']}\n")
        try:
            with _Smtp(self._gate, settings) as server:
                if settings.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if settings.user is not None:
                    server.login(settings.user, self._password)
                server.send_message(mail)
        except ssl.SSLCertVerificationError as error:
            raise untrusted(settings.host, error) from None
        except (OSError, smtplib.SMTPException) as error:
            # What servers answer may quote addresses: only the kind is told.
            raise EgressError(
                f"{settings.host} did not take the mail ({type(error).__name__}); it is tried again."
            ) from None


class _Smtp(smtplib.SMTP):
    """A connection to a mail server through the gate."""

    def __init__(self, gate: Gate, settings: Email) -> None:
        self._gate, self._tls = gate, settings.security == "tls"
        super().__init__(settings.host, settings.port, local_hostname="localhost", timeout=gate.seconds)

    def _get_socket(self, host: str, port: int, timeout: Any) -> socket.socket:
        plain = self._gate.connect(host, port)
        return self._gate.secure(plain, host) if self._tls else plain
