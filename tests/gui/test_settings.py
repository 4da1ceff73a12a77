"""The settings: one's account, users, keys, sources, the workspace, and who changed what."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import expect
from tests.gui.conftest import looked_at
from tests.gui.guarded import guarded
from tests.gui.keyboard import confirmed

PASSWORD = re.compile(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}")


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    with guarded(tmp_path_factory.mktemp("guarded") / "shop") as there:
        yield there


def test_every_part_is_shown_and_nothing_is_wrong_with_it(page, there):
    there.log_in(page, "ana")

    for part, heading in (
        ("account", "My account"),
        ("users", "Users"),
        ("keys", "Keys and tokens"),
        ("connect", "Connect a source"),
        ("workspace", "Workspace"),
        ("changes", "Changes"),
        ("runs", "Runs"),
    ):
        page.get_by_label("Language", exact=True).or_(page.get_by_label("Idioma", exact=True)).select_option("en")
        page.get_by_role("link", name=heading, exact=True).click()
        expect(page.get_by_role("heading", name=heading, level=2)).to_be_visible()
        assert page.url.endswith(f"?part={part}")
        looked_at(page, f"settings-{part}")


def test_a_password_of_ones_own(page, there):
    there.log_in(page, there.user("bruno"))
    expect(page.get_by_text("Your password is the generated one still.")).to_be_visible()

    page.get_by_label("Present password").fill(there.passwords["bruno"])
    page.get_by_label("New password", exact=True).fill("correct horse battery")
    page.get_by_label("New password, once more").fill("correct horse")
    expect(page.get_by_role("alert")).to_have_text("The two are not the same.")
    expect(page.get_by_role("button", name="Change it")).to_be_disabled()
    page.get_by_label("New password, once more").fill("correct horse battery")
    page.get_by_role("button", name="Change it").click()

    expect(page.get_by_role("status").filter(has_text="The password is changed.")).to_be_visible()
    expect(page.get_by_text("Your password is the generated one still.")).to_be_hidden()
    assert there.logins.users.verify("bruno", "correct horse battery") is not None


def test_a_user_is_added_with_a_password_that_is_shown_once_changed_and_shut_out(page, there):
    there.log_in(page, "ana", "/settings?part=users")

    page.get_by_role("button", name="Add a user").click()
    page.get_by_label("Name", exact=True).fill("carla")
    page.get_by_label("Role", exact=True).select_option("marketer")
    page.get_by_role("button", name="Add a user").click()
    password = page.get_by_role("region", name="The password of carla").locator("code").inner_text()
    page.get_by_role("button", name="Close").click()
    row = page.get_by_role("row").filter(has_text="carla")
    row.get_by_label("See personal data: carla").check()
    row.get_by_role("button", name="Shut out: carla").click()
    expect(row.get_by_text("Shut out", exact=True).first).to_be_visible()
    with page.expect_response(lambda answer: answer.request.post_data_json == {"disabled": False}):
        row.get_by_role("button", name="Let in again: carla").click()
    expect(row.get_by_role("button", name="Shut out: carla")).to_be_visible()

    carla = there.logins.users.verify("carla", password)
    assert PASSWORD.fullmatch(password)
    assert (carla.role, carla.personal_data) == ("marketer", True)
    expect(page.get_by_text(password)).to_have_count(0)

    row.get_by_role("button", name="Reset password: carla").press("Enter")
    confirmed(page, "Reset password")
    fresh = page.get_by_role("region", name="The password of carla").locator("code")
    expect(fresh).to_have_text(PASSWORD)
    assert there.logins.users.verify("carla", fresh.inner_text()) is not None
    assert there.logins.users.verify("carla", password) is None
    page.get_by_role("button", name="Close").click()
    row.get_by_role("button", name="Remove: carla").press("Enter")
    confirmed(page, "Remove")
    expect(row).to_be_hidden()
    page.get_by_role("link", name="Changes").click()
    changes = page.get_by_role("row").filter(has_text="carla")
    expect(changes.first).to_contain_text("User removed")
    expect(changes.last).to_contain_text("User added")


def test_the_only_admin_stays_and_is_told_why(page, there, provoked):
    provoked += ["status of 409"]
    there.log_in(page, "ana", "/settings?part=users")

    page.get_by_label("Role: ana").select_option("viewer")

    expect(page.get_by_role("alert")).to_contain_text("ana is the only admin")
    expect(page.get_by_label("Role: ana")).to_have_value("admin")


def test_a_key_is_made_used_and_revoked(page, there):
    there.log_in(page, "ana", "/settings?part=keys")

    page.get_by_role("button", name="Make a key or token").click()
    page.get_by_label("Name", exact=True).fill("erp")
    page.get_by_role("button", name="Make a key or token").click()
    key = page.get_by_role("region", name="The secret of erp").locator("code").inner_text()
    row = page.get_by_role("row").filter(has_text="erp")
    expect(row).to_contain_text("never")
    sent = httpx.post(f"{there.url}/v1/track", json={"event": "Hello", "userId": "c1"}, auth=(key, ""))
    page.reload()
    expect(row).not_to_contain_text("never")
    revoke, dialog = row.get_by_role("button", name="Revoke: erp"), page.get_by_role("dialog")
    for leave in (lambda: page.keyboard.press("Escape"), lambda: page.keyboard.press("Enter")):
        revoke.press("Enter")
        expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
        leave()
        expect(page.locator("dialog")).to_have_count(0)
        expect(revoke).to_be_focused()
    revoke.press("Enter")
    confirmed(page, "Revoke")

    expect(row).to_be_hidden()
    assert sent.status_code == 200
    assert httpx.post(f"{there.url}/v1/track", json={}, auth=(key, "")).status_code == 401


def test_a_source_is_connected_and_its_first_event_appears(page, there):
    there.log_in(page, "ana", "/settings?part=connect")

    page.get_by_label("Source", exact=True).fill("new shop")
    page.get_by_role("button", name="Make a write key").click()
    expect(page.get_by_text("Waiting for the first event of new shop…")).to_be_visible()
    lines = page.locator("pre").inner_text()
    key = re.search(r"-u '(hfs_[\w-]+):'", lines)[1]
    asked = {"url": f"{there.url}/v1/track", "auth": (key, "")}
    httpx.post(json={"userId": "c1"}, **asked)
    expect(page.get_by_text("An event came, and was refused")).to_be_visible()
    httpx.post(json={"userId": "c1", "event": "Order Completed", "properties": {"order_id": "A-1"}}, **asked)

    expect(page.get_by_text("First event received")).to_be_visible()
    assert f"curl {there.url}/v1/track" in lines


def test_who_is_no_admin_sees_what_concerns_him(page, there):
    there.log_in(page, there.user("mara"), "/settings?part=users")

    expect(page.get_by_text("Only an admin sees this.")).to_be_visible()
    parts = page.get_by_role("navigation", name="Settings").get_by_role("link")
    expect(parts).to_have_text(["My account", "Connect a source", "Workspace", "Runs"])


def test_hostile_names_are_text(page, there):
    name = "<img src=x onerror=alert(1)> \u202eevil " + "x" * 60
    there.logins.users.add("<b>bold</b>", "viewer")
    for kind in ("server", "browser"):
        made = httpx.post(
            f"{there.url}/api/v1/tokens",
            json={"kind": kind, "name": name},
            headers={"Authorization": f"Bearer {there.token}"},
        )
        assert made.status_code == 201
    there.log_in(page, "ana", "/settings?part=users")

    expect(page.get_by_role("row").filter(has_text="<b>bold</b>")).to_be_visible()
    page.get_by_role("link", name="Keys and tokens").click()
    expect(page.get_by_role("rowheader").filter(has_text="onerror=alert(1)")).to_have_count(2)
    page.get_by_role("link", name="Changes").click()
    expect(page.get_by_role("cell").filter(has_text="onerror=alert(1)")).to_have_count(2)
    assert page.locator("td img, th img, td b").count() == 0
