"""A served workspace that asks for a login, and how one logs in to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.app.shop import hf
from tests.gui.conftest import serving

from hundredfold.app.door.logins import Logins
from hundredfold.app.gui.administration import open_logins
from hundredfold.app.settings import with_setting
from hundredfold.app.workspace import Workspace
from hundredfold.store.users import Role


@dataclass(frozen=True)
class Guarded:
    """The server's address and token, its users, and the passwords that were told."""

    url: str
    token: str
    logins: Logins
    passwords: dict[str, str] = field(default_factory=dict)

    def user(self, name: str, role: Role = "marketer") -> str:
        """Adds a user who sees personal data; gives the name."""
        self.passwords[name], _ = self.logins.users.add(name, role, personal_data=True)
        return name

    def log_in(self, page: Page, name: str, path: str = "/settings") -> None:
        """Opens a screen and logs in there."""
        page.goto(f"{self.url}{path}")
        self.enter(page, name)
        expect(page.get_by_role("heading", name="Log in")).to_be_hidden()

    def enter(self, page: Page, name: str) -> None:
        """Fills the login in, and sends it."""
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Password", exact=True).fill(self.passwords[name])
        page.get_by_role("button", name="Log in").click()


@contextmanager
def guarded(folder: Path) -> Iterator[Guarded]:
    """A new workspace, served to whoever logs in: ana is its admin."""
    assert hf("init", folder, "--timezone", "Europe/Lisbon").code == 0
    settings = folder / "hundredfold.yaml"
    settings.write_text(with_setting(settings.read_text(), "rates", "rates.csv"))
    (folder / "rates.csv").write_text("date,currency,rate\n2026-01-01,USD,0.85\n2026-11-20,USD,0.8431\n")
    assert hf("batch", folder=folder).code == 0
    with open_logins(Workspace.open(folder)) as logins, serving(folder) as served:
        there = Guarded(served.url, served.token, logins)
        there.user("ana", "admin")
        yield there
