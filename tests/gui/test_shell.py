"""The frame around the screens: every address has one page, strict headers, two languages, two appearances."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect


def test_a_language_and_an_appearance_are_kept(page, served):
    page.goto(f"{served.url}/customers")
    page.get_by_label("Language").select_option("pt")
    page.get_by_label("Aspeto").select_option("dark")

    page.reload()

    expect(page.get_by_role("link", name="Clientes")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "pt-PT")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_an_address_of_no_screen_says_so(page, served):
    page.goto(f"{served.url}/nowhere")

    expect(page.get_by_role("heading", name="There is nothing at this address.")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/customers", "/nowhere/at/all"])
def test_every_page_has_strict_headers(served, path):
    answer = httpx.get(f"{served.url}{path}", headers={"Accept": "text/html"})

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_what_is_named_by_its_content_is_kept_for_ever(served):
    page = httpx.get(served.url, headers={"Accept": "text/html"}).text
    script = page.split('src="')[1].split('"')[0]

    answer = httpx.get(f"{served.url}{script}")

    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/assets/nothing.js", "/v1/nothing"])
def test_other_addresses_are_not_the_page(served, path):
    answer = httpx.get(f"{served.url}{path}", headers={"Accept": "text/html"})

    assert answer.status_code in (401, 404, 405)
    assert "<div id" not in answer.text


def test_first_load_is_light(page, served):
    weights = []
    page.on("response", lambda answer: weights.append(answer.request.sizes()["responseBodySize"]))

    page.goto(served.url, wait_until="networkidle")

    assert 0 < sum(weights) < 700_000


def test_the_licences_of_what_is_carried_are_there(served):
    answer = httpx.get(f"{served.url}/licences.txt")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    for package in ("@segment/analytics-next ", "js-cookie ", "react ", "d3-scale "):
        assert f"\n{package}" in answer.text
    assert "Copyright (c) Meta Platforms, Inc. and affiliates." in answer.text
