"""Alerts by TLS, to servers that really speak it: nothing is told to whom nobody vouches for, and nothing is lost."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from tests.app.alerting.authority import Authority
from tests.app.alerting.postbox import listening_hook, listening_mailbox
from tests.app.alerting.test_alarm import House
from tests.app.serving import opened_for_serving, until
from tests.app.shop import hf, order, write_lines

from hundredfold.app import work
from hundredfold.app.runbook import Runbook
from hundredfold.app.serving import in_background
from hundredfold.errors import WorkspaceError
from hundredfold.words.calendar import HOUR

NOT_TRUSTED = "localhost shows a certificate that is not trusted"


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path / "ours")


@pytest.fixture
def stranger(tmp_path):
    return Authority(tmp_path / "another")


@contextmanager
def told_by(way, certificate):
    """Settings of a channel, and what its receiver has been told so far."""
    if way == "webhook":
        with listening_hook(certificate) as hook:
            yield {"webhook": {"url": hook.url}}, lambda: hook.states
        return
    with listening_mailbox(**{way: certificate}) as box:
        email = {"host": "localhost", "port": box.port, "security": way, "sender": "hf@shop.pt", "to": ["ana@shop.pt"]}
        if way == "starttls":
            email["user"] = "hf"
        yield {"email": email}, lambda: [tuple(subject.split()[2:]) for _, subject, _ in box.mails]
        assert box.logins == [["hf", "pass"]] * (way == "starttls") * len(box.mails)


WAYS = ["webhook", "tls", "starttls"]


@pytest.mark.parametrize("way", WAYS)
def test_a_receiver_of_another_authority_is_told_nothing_until_it_is_trusted(
    tmp_path, authority, stranger, way, monkeypatch
):
    with told_by(way, authority.server("localhost")) as (channel, heard):
        house = House(tmp_path, channel)
        monkeypatch.setenv("SSL_CERT_FILE", str(stranger.file))
        house.run("batch", "no room")
        house.pass_by(1)
        assert heard() == []
        ((name, said),) = house.failed
        assert name in channel
        assert said.startswith(f"{NOT_TRUSTED} (unable to get local issuer certificate)")
        assert "SSL_CERT_FILE" in said

        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        house.pass_by(5)

        assert heard() == [("failed", "began")]
        assert len(house.failed) == 1


@pytest.mark.parametrize("way", WAYS)
def test_a_certificate_for_another_name_is_none(tmp_path, authority, way, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with told_by(way, authority.server("elsewhere")) as (channel, heard):
        house = House(tmp_path, channel)
        house.run("batch", "no room")
        house.pass_by(1)

        assert heard() == []
        assert house.failed[0][1].startswith(f"{NOT_TRUSTED} (Hostname mismatch")


def test_a_mail_server_without_tls_is_not_told_in_the_clear(tmp_path):
    with listening_mailbox() as box:
        house = House(
            tmp_path,
            {"email": {"host": "localhost", "port": box.port, "sender": "hf@shop.pt", "to": ["ana@shop.pt"]}},
        )
        house.run("batch", "no room")
        house.pass_by(1)

        assert box.mails == []
        assert house.failed == [
            ("email", "localhost did not take the mail (SMTPNotSupportedError); it is tried again.")
        ]


def test_a_server_that_cannot_tell_goes_on_and_tells_later(shop, tmp_path, authority, stranger, monkeypatch, capsys):
    monkeypatch.setenv("HF_ALERT_SECRET", "s3cret")
    monkeypatch.setenv("SSL_CERT_FILE", str(stranger.file))
    monkeypatch.setattr("hundredfold.app.duties.ALARM_SECONDS", 0.05)
    hf("import", write_lines(tmp_path / "a.ndjson", [order(1, "c1", "2026-03-01", 1)]), folder=shop)
    with listening_hook(authority.server("localhost")) as hook:
        text = (shop / "hundredfold.yaml").read_text()
        text = text.replace("alerts: null", f"alerts: {{webhook: {{url: '{hook.url}'}}}}")
        (shop / "hundredfold.yaml").write_text(text.replace("egress: {}", "egress: {internal: [localhost]}"))
        with opened_for_serving(shop) as opened:
            real, late = opened.workspace._real_now, [0]
            opened.workspace._real_now = lambda: real() + late[0]
            with pytest.raises(WorkspaceError), Runbook(opened.workspace.runbook, opened.workspace.now).run("batch"):
                raise WorkspaceError("no room")
            with in_background(opened):
                said = []
                until(lambda: said.append(capsys.readouterr().err) or NOT_TRUSTED in "".join(said))
                orders = work.profile(opened, "c1")["attributes"]["orders"]
                monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
                late[0] = HOUR
                until(lambda: hook.bodies)

    assert orders == 1
    assert hook.states == [("failed", "began")]
    assert '"event": "an alert could not be sent by webhook"' in "".join(said)
    assert "no room" not in "".join(said)
