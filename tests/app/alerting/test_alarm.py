"""One alert when something begins to be wrong and one when it is over, across failures and restarts."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from tests.app.alerting.postbox import listening_hook, listening_mailbox
from tests.app.serving import opened_for_serving, until
from tests.app.shop import hf, order, write_lines

from hundredfold.app import work
from hundredfold.app.alerting.alarm import Alarm, read_kept
from hundredfold.app.alerting.channels import SIGNATURE, channels, signature
from hundredfold.app.alerting.conditions import Conditions
from hundredfold.app.alerting.settings import Alerts
from hundredfold.app.duties import alarm, scheduler
from hundredfold.app.egress import Allowed, Gate
from hundredfold.app.runbook import Runbook
from hundredfold.app.serving import in_background
from hundredfold.app.settings import parse_settings
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.errors import WorkspaceError
from hundredfold.log.memory import MemoryLog
from hundredfold.words.calendar import HOUR, MINUTE, SECOND, parse_time

START = parse_time("2026-11-20T12:00Z")
SECRETS = {"HF_ALERT_SECRET": "s3cret", "HF_SMTP_PASSWORD": "pass"}


class House:
    """A log, a book of runs, a live side at a position, an alarm over them, and the clock."""

    def __init__(self, folder, told, **watched):
        self.folder, self.now, self.log = folder, START, MemoryLog(2)
        self.settings = Alerts.model_validate({**told, **watched})
        self.book = Runbook(folder / "runs.ndjson", lambda: self.now)
        self.live, self.found, self.failed = None, 0, []
        self.language = "en"
        self.alarm = self.begun()

    def positions(self):
        return self.log.end() if self.live is None else self.live

    def mismatches(self):
        return self.found

    def begun(self):
        kept = read_kept(self.folder / "alerts.json")
        conditions = Conditions(self.settings, self.log, self, self.book, lambda: self.now, kept.memory)
        return Alarm(
            conditions,
            channels(self.settings, Gate(Allowed(internal=["localhost"]), 5), SECRETS, lambda: self.now),
            self.folder / "alerts.json",
            kept,
            lambda: self.now,
            workspace="shop",
            language=self.language,
            failed=lambda channel, error: self.failed.append((channel, str(error))),
        )

    def restart(self):
        self.found = 0
        self.alarm = self.begun()

    def pass_by(self, minutes):
        """The clock goes on, and the alarm looks once a minute."""
        for _ in range(minutes):
            self.now += MINUTE
            self.alarm.tick()

    def run(self, kind, error=None, **outcome):
        try:
            with self.book.run(kind) as running:
                running.outcome |= outcome
                if error:
                    raise WorkspaceError(error)
        except WorkspaceError:
            pass


@pytest.fixture
def hook():
    with listening_hook() as listening:
        yield listening


@pytest.fixture
def house(tmp_path, hook):
    return House(tmp_path, {"webhook": {"url": hook.url}})


def test_a_live_side_that_stands_still_is_told_once_and_its_end_once(house, hook):
    house.live = house.positions()
    house.log.mark("m", {})
    house.pass_by(30)
    house.live = None
    house.pass_by(30)

    assert hook.states == [("lag", "began"), ("lag", "ended")]
    began, ended = hook.alerts
    assert (began["value"], began["limit"], began["workspace"]) == (120, 60, "shop")
    assert began["text"] == "The live side is 120 s behind the log; the limit is 60 s."
    assert ended["began"] == began["began"]


def test_a_live_side_that_keeps_up_with_a_stream_is_not_late(house, hook):
    house.live = house.positions()
    for _ in range(30):
        behind = house.log.end()
        house.log.mark("m", {})
        house.live = behind  # always one message behind, never the same one for long
        house.pass_by(1)

    assert hook.bodies == []


def test_what_comes_and_goes_is_told_once(house, hook):
    for _ in range(20):
        house.run("batch", "no room")
        house.pass_by(1)
        house.run("batch")
        house.pass_by(3)

    assert hook.states == [("failed", "began")]
    house.pass_by(10)
    assert hook.states == [("failed", "began"), ("failed", "ended")]


def test_a_run_that_will_be_tried_again_is_no_alert_yet(house, hook):
    house.run("batch", "no room", retry="2026-11-20T13:00:00Z")
    house.pass_by(10)
    assert hook.bodies == []

    house.run("batch", "no room: u:secret")
    house.pass_by(10)

    assert hook.states == [("failed", "began")]
    assert hook.alerts[0]["text"] == "The run 2 (batch) failed. Why it did: hf runs"
    assert b"secret" not in hook.bodies[0]


def test_a_mismatch_lasts_until_an_audit_finds_none_also_over_a_restart(house, hook):
    house.run("audit", mismatches=0)
    house.found = 1
    house.pass_by(2)
    house.restart()
    house.pass_by(10)
    assert hook.states == [("mismatch", "began")]

    house.run("audit", mismatches=2)
    house.pass_by(10)
    house.run("audit", mismatches=0)
    house.pass_by(10)

    assert hook.states == [("mismatch", "began"), ("mismatch", "ended")]


def test_state_survives_a_restart_and_what_was_not_delivered_comes_later(house, hook):
    hook.status = 503
    house.run("batch", "no room")
    house.pass_by(3)
    house.restart()
    house.pass_by(3)
    assert house.failed[0] == ("webhook", "localhost answered 503; it is tried again.")
    assert hook.bodies == []

    hook.status = 200
    house.pass_by(120)
    house.restart()
    house.pass_by(120)

    assert hook.states == [("failed", "began")]


def test_a_receiver_that_was_away_all_the_while_hears_nothing_of_what_is_over(house, hook):
    hook.status = 500
    house.run("batch", "no room")
    house.pass_by(3)
    house.run("batch")
    house.pass_by(10)
    hook.status = 200
    house.pass_by(200)

    assert hook.bodies == []


def test_an_alert_is_signed_and_repeats_under_the_same_id(house, hook):
    house.run("batch", "no room")
    house.pass_by(1)

    (body,), (headers,) = hook.bodies, hook.headers
    stamp = (START + MINUTE) // SECOND
    proof = hmac.new(b"s3cret", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers[SIGNATURE] == f"t={stamp},v1={proof}" == signature("s3cret", stamp, body)
    assert json.loads(body)["id"] == f"failed:batch-{START + MINUTE}-began"


def test_alerts_go_by_mail_in_the_workspaces_language(tmp_path):
    with listening_mailbox() as box:
        email = {
            "host": "localhost",
            "port": box.port,
            "security": "none",
            "sender": "hf@shop.pt",
            "to": ["ana@shop.pt"],
        }
        house = House(tmp_path, {"email": email})
        house.language = "pt"
        house.restart()
        box.busy = True
        house.run("batch", "no room")
        house.pass_by(1)
        assert house.failed[0][1].startswith("localhost did not take the mail (SMTPSenderRefused)")
        box.busy = False
        house.pass_by(5)

    ((to, subject, text),) = box.mails
    assert (to, subject) == (["ana@shop.pt"], "hundredfold: shop: failed began")
    assert text.startswith("A execução 1 (batch) falhou. Porquê: hf runs")


def test_a_silent_source_is_told_in_a_workspace_and_an_import_ends_it(shop, tmp_path, hook):
    settings = (shop / "hundredfold.yaml").read_text().replace("alerts: null", "").replace("egress: {}", "")
    alerts = (
        f"alerts: {{webhook: {{url: '{hook.url}'}}, stale_hours: {{erp: 30}}}}\negress: {{internal: [localhost]}}\n"
    )
    (shop / "hundredfold.yaml").write_text(settings + alerts)
    with opened_for_serving(shop) as opened:
        real, late = opened.workspace._real_now, [0]
        opened.workspace._real_now = lambda: real() + late[0]
        served = Server(opened)
        bell = alarm(opened, served, None, SECRETS)

        def later(hours):
            late[0] += hours * HOUR
            bell.tick()

        later(0)
        for _ in range(4):
            later(11)
        assert hook.states == [("stale", "began")]
        assert hook.alerts[0]["text"].startswith("Nothing has come from the source erp for 33 hours")
        file = write_lines(tmp_path / "a.ndjson", [order(1, "c1", "2020-03-01", 1) | {"receivedAt": "2020-03-01"}])
        work.import_data(opened, path=str(file), source="web")
        later(1)
        assert len(hook.bodies) == 1
        work.import_data(opened, path=str(file), source="erp")  # a copy of what is stored says nothing
        file = write_lines(tmp_path / "b.ndjson", [order(2, "c1", "2020-03-01", 1) | {"receivedAt": "2020-03-01"}])
        work.import_data(opened, path=str(file), source="erp")
        bell = alarm(opened, served, None, SECRETS)
        later(1)
        later(1)

    assert hook.states == [("stale", "began"), ("stale", "ended")]


class Server:
    """A live side that is always at the log's end."""

    def __init__(self, opened):
        self.opened = opened

    def positions(self):
        return self.opened.log.end()

    def mismatches(self):
        return 0


def test_scheduled_jobs_run_beside_a_server_as_the_commands_do(shop, tmp_path):
    text = (shop / "hundredfold.yaml").read_text()
    plan = 'schedule: {batch: {at: "0 3 * * *"}, audit: {at: "0 3 * * *", sample: 5}}'
    (shop / "hundredfold.yaml").write_text(text.replace("schedule: {}", plan))
    hf(
        "import",
        write_lines(tmp_path / "a.ndjson", [order(n, f"c{n}", "2026-03-01", n) for n in range(9)]),
        folder=shop,
    )
    with opened_for_serving(shop) as opened:
        real, late = opened.workspace._real_now, [0]
        opened.workspace._real_now = lambda: real() + late[0]
        opened.serve_with(None)
        night = scheduler(opened, None, lambda error: {"error": str(error)})
        assert night.tick() == 0
        late[0] = 24 * HOUR
        assert night.tick() == 2
        night.close()
    said = hf("runs", "--json", folder=shop).json

    audit, batch, first = said["runs"]
    assert (first["kind"], first["read"], first["stored"]) == ("import", 9, 9)
    assert (batch["kind"], batch["customers"], batch["events"], batch["attempt"]) == ("batch", 9, 9, 1)
    assert (audit["kind"], audit["customers"], audit["mismatches"], audit["error"]) == ("audit", 5, 0, None)
    assert audit["scheduled"] == batch["scheduled"]
    assert set(said["scheduled"]) == {"batch", "audit"}
    assert "next batch: " in hf("runs", folder=shop).out


def test_a_server_does_what_is_due_and_tells_what_is_wrong_by_itself(shop, monkeypatch, hook):
    monkeypatch.setenv("HF_ALERT_SECRET", "s3cret")
    text = (shop / "hundredfold.yaml").read_text()
    text = text.replace("schedule: {}", 'schedule: {audit: {at: "0 3 * * *"}}')
    text = text.replace("alerts: null", f"alerts: {{webhook: {{url: '{hook.url}'}}}}")
    (shop / "hundredfold.yaml").write_text(text.replace("egress: {}", "egress: {internal: [localhost]}"))
    with opened_for_serving(shop) as opened:
        real, late = opened.workspace._real_now, [0]
        opened.workspace._real_now = lambda: real() + late[0]
        book = Runbook(opened.workspace.runbook, opened.workspace.now)
        with pytest.raises(WorkspaceError), book.run("batch"):
            raise WorkspaceError("no room")
        with in_background(opened):
            until(lambda: (shop / "data" / "schedule" / "done.json").exists())
            late[0] = 24 * HOUR
            audit = until(lambda: next((run for run in book.runs() if run["kind"] == "audit"), None))
            until(lambda: hook.bodies)

    assert (audit["attempt"], "scheduled" in audit) == (1, True)
    assert hook.states == [("failed", "began")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("schedule: {models: {at: '0 1 * * *'}}", "this version has no models to train"),
        ("schedule: {batch: {at: '0 25 * * *'}}", "'25' is no hour"),
        ("schedule: {audit: {at: '0 2 * * *', sample: 0}}", "schedule.audit.sample"),
        ("alerts: {lag_seconds: 5}", "nobody would be told"),
        ("alerts: {webhook: {url: 'https://hooks.example/x'}}", "alerts go to hooks.example, which is not allowed"),
        (
            "alerts: {webhook: {url: 'http://hooks.example/x'}}\negress: {hosts: [hooks.example]}",
            "alerts go to hooks.example without TLS",
        ),
        ("egress: {hosts: ['https://hooks.example']}", "is no host; write its name alone"),
        ("language: de", "language"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused_with_their_place(text, problem):
    with pytest.raises(DefinitionErrors) as refused:
        parse_settings(text)

    assert problem in str(refused.value)
    assert "hundredfold.yaml" in str(refused.value)


def test_a_secret_that_is_missing_is_named(tmp_path):
    told = Alerts.model_validate({"webhook": {"url": "https://hooks.example/x", "secret_env": "OTHER"}})

    with pytest.raises(WorkspaceError, match="environment variable OTHER is not set"):
        channels(told, Gate(Allowed()), SECRETS, lambda: 0)
