"""The way in, and out again; the address stays what it was."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.app.shop import hf
from tests.gui.conftest import in_english, looked_at, serving
from tests.gui.guarded import guarded


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    with guarded(tmp_path_factory.mktemp("guarded") / "shop") as there:
        yield there


def test_a_login_leads_to_what_was_asked_for_and_a_logout_out_again(page, there):
    page.goto(f"{there.url}/settings?part=runs")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    looked_at(page, "login")
    in_english(page)

    there.log_in(page, there.user("bruno"), "/settings?part=runs")
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    (cookie,) = page.context.cookies()
    page.get_by_role("link", name="My account").click()
    page.get_by_role("button", name="Log out").click()

    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert page.context.cookies() == []


def test_a_wrong_password_says_so_and_a_sixth_makes_wait(page, there, provoked):
    provoked += ["status of 401", "status of 429"]
    page.goto(there.url)
    page.get_by_label("Name", exact=True).fill(there.user("carla"))

    for _ in range(5):
        page.get_by_label("Password", exact=True).fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Password", exact=True)).to_be_empty()
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    page.get_by_label("Password", exact=True).fill(there.passwords["carla"])
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("Too many wrong passwords")


def test_a_session_that_is_over_asks_for_a_login_and_goes_on_where_it_was(page, there, provoked):
    provoked += ["status of 401"]
    there.log_in(page, there.user("dora"), "/settings?part=workspace")
    expect(page.get_by_text("Europe/Lisbon")).to_be_visible()

    def over(route):  # just as the page asks for the runs: any earlier, and what it asks of itself would find out first
        there.logins.sessions.end_of(there.logins.users.named("dora").id)
        route.continue_()

    page.route("**/api/v1/runs", over, times=1)
    page.get_by_role("link", name="Runs").click()

    expect(page.get_by_role("status")).to_contain_text("Your session is over")
    there.enter(page, "dora")
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()


def test_a_workspace_without_users_says_how_to_make_one(page, tmp_path):
    hf("init", tmp_path / "shop")
    with serving(tmp_path / "shop") as served:
        page.goto(served.url)

        expect(page.get_by_text("Nobody can log in yet.")).to_be_visible()
        expect(page.get_by_text("hf user add admin --role admin")).to_be_visible()


def test_the_login_is_used_by_keyboard_alone(page, there):
    page.goto(there.url)
    expect(page.get_by_label("Name", exact=True)).to_be_focused()

    page.keyboard.type(there.user("eva"))
    page.keyboard.press("Tab")
    page.keyboard.type(there.passwords["eva"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Home")).to_be_visible()
