"""Pages get analytics.js from here, as its makers built it, and keep it."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import replace

import pytest

from hundredfold.app.door.scripts import Scripts

MAIN = b"console.log('analytics');" * 40
PART = "auto-track.bundle.0123abcd.js"


@pytest.fixture
def shop(opened, tmp_path):
    """A shop whose server has been built with scripts."""
    shop = opened()
    folder = tmp_path / "carried"
    folder.mkdir()
    (folder / "analytics.min.js").write_bytes(MAIN)
    (folder / PART).write_bytes(b"part();")
    return built_with(shop, folder)


def built_with(shop, folder):
    tracking = replace(shop.door.tracking, scripts=Scripts(folder))
    shop.door = replace(shop.door, site=replace(shop.door.site, tracking=tracking))
    return shop


def get(shop, path, **headers):
    return asyncio.run(shop.ask("GET", path, headers={"Accept-Encoding": "identity", **headers}))


def test_the_script_of_a_source_is_for_every_page_and_kept_for_a_day(shop):
    answer = get(shop, f"/analytics.js/v1/{shop.browser_key}/analytics.min.js")
    older = get(shop, f"/analytics.js/v1/{shop.browser_key}/platform/analytics.min.js", Origin="https://shop.example")

    assert answer.content == older.content == MAIN
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers.get_list("access-control-allow-origin") == ["*"]
    assert older.headers.get_list("access-control-allow-origin") == ["*"]


def test_it_is_packed_for_who_unpacks(shop):
    path = f"/analytics.js/v1/{shop.browser_key}/analytics.min.js"

    packed = get(shop, path, **{"Accept-Encoding": "br, gzip"})

    assert packed.content == MAIN
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(gzip.compress(MAIN, mtime=0)) < len(MAIN)
    assert packed.headers["vary"] == "accept-encoding"
    assert packed.headers["etag"] != get(shop, path).headers["etag"]


def test_who_has_it_is_told_so(shop):
    path = f"/analytics.js/v1/{shop.browser_key}/analytics.min.js"
    tag = get(shop, path).headers["etag"]

    again = get(shop, path, **{"If-None-Match": f'"other", W/{tag}'})
    other = get(shop, path, **{"If-None-Match": '"other"'})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "content-length" not in again.headers
    assert again.headers["cache-control"] == "public, max-age=86400"
    assert other.status_code == 200


def test_a_part_never_changes(shop):
    answer = get(shop, f"/analytics-next/bundles/{PART}")

    assert answer.content == b"part();"
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/analytics.js/v1/wrong/analytics.min.js", "bad_key"),
        ("/analytics.js/v1//analytics.min.js", "bad_key"),
        ("/analytics.js/v1/KEY/analytics.classic.js", "unknown_script"),
        ("/analytics.js/v1/KEY", "unknown_script"),
        ("/analytics-next/bundles/analytics.min.js", "unknown_script"),
        ("/analytics-next/bundles/other.js", "unknown_script"),
        (f"/analytics-next/bundles/x/{PART}", "unknown_script"),
        ("/analytics-next/bundles/..%2Ftokens.py", "unknown_script"),
    ],
)
def test_what_is_not_there_is_told(shop, path, code):
    answer = get(shop, path.replace("KEY", shop.browser_key))

    assert (answer.status_code, answer.json()["code"]) == (404, code)


def test_a_token_is_no_write_key(shop):
    assert get(shop, f"/analytics.js/v1/{shop.token()}/analytics.min.js").status_code == 404


def test_a_script_is_only_read(shop):
    answer = asyncio.run(shop.ask("POST", f"/analytics.js/v1/{shop.browser_key}/analytics.min.js"))

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_server_that_was_built_without_says_so(shop, tmp_path):
    built_with(shop, tmp_path / "none")

    answer = get(shop, f"/analytics.js/v1/{shop.browser_key}/analytics.min.js")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_built")
    assert "make web" in answer.json()["detail"]
