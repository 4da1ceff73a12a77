"""What `alerts:` of the workspace's file says: what is watched, and who is told."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

Variable = Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_]*$")]
"""The name of an environment variable; a secret does not stand in a file that is shared."""
Mailbox = Annotated[str, Field(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$")]


class Webhook(BaseModel):
    """An address that is sent JSON, signed with the secret in an environment variable."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    url: str = Field(pattern=r"^https?://[^\s@]+$")
    secret_env: Variable = "HF_ALERT_SECRET"  # noqa: S105 - its name

    @property
    def host(self) -> str:
        """The host that is sent to."""
        return urlsplit(self.url).hostname or ""


class Email(BaseModel):
    """A mail server and who is written to."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    host: str = Field(min_length=1)
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: Mailbox
    to: list[Mailbox] = Field(min_length=1)
    user: str | None = None
    password_env: Variable = "HF_SMTP_PASSWORD"  # noqa: S105 - its name


class Alerts(BaseModel):
    """What is watched, and where it is told."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    mismatch: bool = True
    failed_run: bool = True
    quality: bool = True
    lag_seconds: float | None = Field(60, gt=0)
    stale_hours: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    """For each source that is expected to send, after how many hours of silence to tell."""
    webhook: Webhook | None = None
    email: Email | None = None

    @model_validator(mode="after")
    def _told_to_somebody(self) -> Self:
        if self.webhook is None and self.email is None:
            raise ValueError("nobody would be told; add `webhook` or `email`")
        return self

    @property
    def hosts(self) -> list[str]:
        """The hosts that alerts are sent to."""
        return [channel.host for channel in (self.webhook, self.email) if channel is not None]

    @property
    def open_hosts(self) -> list[str]:
        """Those of them that are sent to without TLS."""
        webhook = [self.webhook.host] if self.webhook is not None and self.webhook.url.startswith("http:") else []
        return webhook + ([self.email.host] if self.email is not None and self.email.security == "none" else [])
