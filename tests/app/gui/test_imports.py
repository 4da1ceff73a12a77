"""Dropped files through the control API: sent in pieces, guessed, tried, imported, followed, cancelled, undone."""

from __future__ import annotations

import gzip
import socket
import threading
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from tests.app.serving import opened_for_serving, until
from tests.app.shop import hf

from hundredfold.app.door.problem import Problem
from hundredfold.app.gui.imports.uploads import KEPT, Uploads
from hundredfold.app.serving import in_background
from hundredfold.log.disk import Disk

FILES = Path(__file__).parents[2] / "fixtures" / "imports"
ORDERS = "order_id,customer_id,date,total\n1,c1,2026-03-01,10.50\n2,c2,2026-03-02,5\n"


class Api:
    """The control API of a running server, for somebody with these rights."""

    def __init__(self, served, scope="write", *, personal_data=True):
        secret, _ = served.tokens.create("api", "test", scope=scope, personal_data=personal_data)
        self._url, self._headers = f"{served.url}/api/v1", {"Authorization": f"Bearer {secret}"}

    def ask(self, method, path, status=200, **asked):
        answer = httpx.request(method, f"{self._url}{path}", headers=self._headers, timeout=60, **asked)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def post(self, path, status=200, **body):
        return self.ask("POST", path, status, json=body)

    def dropped(self, name, content, piece=1000):
        """A file, sent in pieces."""
        upload = self.post("/uploads", 201, name=name, size=len(content))
        while upload["state"] == "receiving":
            at = upload["received"]
            path = f"/uploads/{upload['id']}/content"
            upload = self.ask("PUT", path, params={"at": at}, content=content[at : at + piece])
        return upload

    def guessed(self, name, content, **known):
        upload = self.dropped(name, content)
        assert upload["state"] == "ready", upload
        return upload, self.post(f"/uploads/{upload['id']}/guess", **known)

    def imported(self, upload, mapping):
        """A finished import."""
        begun = self.post("/imports", 202, upload=upload["id"], mapping=mapping)
        return self.finished(begun["id"])

    def finished(self, job):
        return until(lambda: self.over(job))

    def over(self, job):
        found = self.ask("GET", f"/imports/{job}")
        return found if found["state"] not in ("waiting", "running", "undoing") else None


@contextmanager
def shop_served(folder):
    assert hf("init", folder / "shop", "--timezone", "Europe/Lisbon").code == 0
    path = folder / "shop" / "definitions" / "shop.yaml"
    path.write_text(
        "events:\n  Order Completed: {key: properties.order_id}\n"
        "attributes:\n  spent: {event: Order Completed, value: properties.total, aggregate: sum}\n"
    )
    assert hf("apply", folder=folder / "shop").code == 0
    with opened_for_serving(folder / "shop") as opened:
        opened.serve_with(None)
        with in_background(opened) as served:
            yield served, opened


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with shop_served(tmp_path_factory.mktemp("imports")) as found:
        yield found


@pytest.fixture(scope="module")
def api(served):
    return Api(served[0])


def spent(served, customer):
    return Api(served[0], "read").ask("GET", f"/profiles/{customer}")["attributes"].get("spent")


@pytest.mark.parametrize(
    ("file", "preset", "messages", "rejected"),
    [
        ("shopify_orders.csv", "shopify-orders", 2, {"no_id": 1}),
        ("woocommerce_orders.csv", "woocommerce-orders", 2, {}),
        ("magento_orders.csv", "magento-orders", 2, {}),
        ("vtex_orders.csv", "vtex-orders", 1, {}),
        ("klaviyo_contacts.csv", "klaviyo-contacts", 2, {}),
        ("mailchimp_contacts.csv", "mailchimp-contacts", 2, {}),
        ("pedidos_ponto_e_virgula.csv", None, 2, {}),
    ],
)
def test_a_known_export_needs_no_answer(api, file, preset, messages, rejected):
    upload, guess = api.guessed(file, (FILES / file).read_bytes())

    tried = api.post(f"/uploads/{upload['id']}/preview", mapping=guess["mapping"])

    assert (guess["preset"], guess["questions"]) == (preset, [])
    assert (tried["messages"], tried["whole"]) == (messages, True)
    assert {one["reason"]: one["rows"] for one in tried["troubles"]} == rejected
    assert tried["form"] == guess["form"]


def test_what_is_imported_counts_and_what_is_undone_does_not(served, api):
    upload, guess = api.guessed("loja.csv", (FILES / "pedidos_ponto_e_virgula.csv").read_bytes())

    done = api.imported(upload, guess["mapping"])

    assert (done["state"], done["counts"]["stored"], done["done"], done["of"]) == ("done", 2, 3, 3)
    assert (done["name"], done["can_undo"]) == ("loja.csv", True)
    assert spent(served, "C-04") == 2056.0
    begun = api.post(f"/imports/{done['run']}/undo", 202)
    undone = api.finished(begun["id"])
    assert (undone["state"], undone["can_undo"], undone["error"]) == ("undone", False, None)
    assert api.post(f"/imports/{done['run']}/undo", 409)["code"] == "workspace"
    with pytest.raises(AssertionError, match="404"):
        spent(served, "C-04")


def test_a_form_says_the_same_as_its_mapping(api):
    upload, guess = api.guessed("a.csv", ORDERS.encode())
    path = f"/uploads/{upload['id']}/preview"

    by_form, by_text = api.post(path, form=guess["form"]), api.post(path, mapping=guess["mapping"])

    assert by_form == by_text
    assert by_form["parsed"][0]["fields"]["properties"] == {"order_id": "1", "total": 10.5}


def test_a_day_that_may_be_a_month_is_asked_for(api):
    content = b"order_id,customer_id,date,total\n1,c1,03/04/2026,10\n2,c2,05/06/2026,5\n"
    upload, guess = api.guessed("a.csv", content)

    answered = api.post(f"/uploads/{upload['id']}/guess", answers={"dates": "month"})

    (question,) = guess["questions"]
    assert (question["about"], question["column"], question["example"]) == ("dates", "date", "03/04/2026")
    assert [one["reading"] for one in question["choices"]] == ["2026-04-03", "2026-03-04"]
    assert answered["questions"] == []
    assert "'%m/%d/%Y'" in answered["mapping"]


def test_a_kind_that_somebody_says_goes_before_the_guess(api):
    _, guess = api.guessed("a.csv", ORDERS.encode(), kind="events")

    assert guess["form"]["kind"] == "events"


def test_a_lookup_table_is_dropped_like_any_other(served, api):
    upload, guess = api.guessed("artigos.csv", "Código;Categoria;Preço\nA-1;sapatos;9,90\nB-2;chapéus;5\n".encode())
    assert [one["about"] for one in guess["questions"]] == ["customer"]
    as_products = api.post(f"/uploads/{upload['id']}/guess", kind="products")

    done = api.imported(upload, as_products["mapping"])

    assert (done["state"], done["counts"]["lookups"]) == ("done", ["products.parquet"])
    assert (served[1].workspace.folder / "products.parquet").is_file()


def test_a_lookup_table_cannot_lie_among_the_workspaces_own_files(api):
    upload = api.dropped("a.csv", b"sku,price\nA,1\n")
    mapping = "{kind: products, key: sku, file: data/snapshots/x.parquet, columns: {sku: sku}}"

    assert api.post("/imports", 422, upload=upload["id"], mapping=mapping)["code"] == "bad_file"


def test_a_kept_mapping_recognises_the_next_file(served, api):
    content = b"a,b,c,d\n1,c1,2026-03-01,10\n"
    mapping = "kind: orders\norder_id: a\nuserId: b\ntimestamp: c\ntotal: d\n"

    api.ask("PUT", "/mappings/our-till", 204, json={"mapping": mapping})
    _, guess = api.guessed("till.csv", content)

    assert guess["preset"] == "our-till"
    assert {"name": "our-till", "shipped": False, "kind": "orders"} in api.ask("GET", "/mappings")
    (path,) = (served[1].workspace.folder / "mappings").iterdir()
    assert path.read_text() == mapping
    api.ask("DELETE", "/mappings/our-till", 204)
    assert api.guessed("till.csv", content)[1]["preset"] is None
    assert api.ask("PUT", "/mappings/our-till", 422, json={"mapping": "kind: parties"})["code"] == "bad_definition"
    api.ask("PUT", "/mappings/..%2Fx", 404, json={"mapping": mapping})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n123", "is a picture"),
        (b"%PDF-1.7 x", "is a PDF"),
        (b"PK\x03\x04" + b"x" * 30 + b"[Content_Types].xml", "is an Excel file"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "with a password"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x", "old Excel file"),
        (b"<!doctype html><p>", "is a web page"),
        (b"PAR1" + b"x" * 20, "was cut off"),
        (b"PARE" + b"x" * 20, "is an encrypted Parquet"),
        (gzip.compress(b"PAR1" + b"x" * 20, mtime=0), "is a packed Parquet"),
        (b"\x1f\x8bxxxx", "is broken"),
        (b"a\0b", "is no text"),
    ],
)
def test_a_wrong_file_gets_a_clear_sentence(api, content, said):
    upload = api.dropped("file.csv", content)

    assert upload["state"] == "refused"
    assert said in upload["problem"]
    assert api.post(f"/uploads/{upload['id']}/guess", 409)["detail"] == upload["problem"]


def test_an_archive_is_told_from_a_workbook(api, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("orders.csv", ORDERS)

    assert "is a ZIP archive" in api.dropped("a.zip", (tmp_path / "a.zip").read_bytes())["problem"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"order_id,customer_id\n", "has no rows"),
        (b"sep=;\na;b\n1;2\n", "a note for Excel"),
        (b"a,a\n1,2\n", "two columns called"),
        (
            gzip.compress(bytes(ORDERS + "".join(f"{n},c{n * n},2026-01-01,{n}\n" for n in range(3, 9000)), "ascii"))[
                :-99
            ],
            "cannot be read",
        ),
    ],
)
def test_a_table_that_cannot_be_read_gets_a_clear_sentence(api, content, said):
    upload = api.dropped("file.csv", content)

    assert said in api.post(f"/uploads/{upload['id']}/guess", 400)["detail"]


def test_the_content_says_what_a_file_is_and_its_name_is_no_path(served, api):
    upload = api.dropped("../../Encomendas de março.xls", gzip.compress(ORDERS.encode()))

    assert (upload["name"], upload["format"]) == ("Encomendas de março.xls.csv.gz", "csv")
    folder = served[1].workspace.uploads / upload["id"]
    assert (folder / upload["name"]).is_file()
    assert api.post(f"/uploads/{upload['id']}/guess")["rows"] == 2


def test_a_piece_at_the_wrong_place_is_refused_and_the_right_one_taken(api):
    upload = api.post("/uploads", 201, name="a.csv", size=len(ORDERS))
    path = f"/uploads/{upload['id']}/content"
    api.ask("PUT", path, params={"at": 0}, content=ORDERS[:10].encode())

    again = api.ask("PUT", path, 409, params={"at": 0}, content=ORDERS[:10].encode())
    too_much = api.ask("PUT", path, 413, params={"at": 10}, content=b"x" * 1000)
    whole = api.ask("PUT", path, params={"at": 10}, content=ORDERS[10:].encode())

    assert (again["code"], too_much["code"]) == ("wrong_place", "too_large")
    assert (whole["state"], whole["received"]) == ("ready", len(ORDERS))
    api.post(f"/uploads/{upload['id']}/preview", mapping="kind: orders\norder_id: order_id\nuserId: customer_id\n")
    api.ask("DELETE", f"/uploads/{upload['id']}", 204)
    assert api.ask("GET", f"/uploads/{upload['id']}", 404)["code"] == "no_upload"


def test_a_half_that_is_here_is_gone_on_with_and_the_whole_is_compared(api):
    content = ORDERS.encode()
    asked = {"name": "half.csv", "size": len(content), "goes_on": True}
    path = f"/uploads/{api.post('/uploads', 201, **asked)['id']}/content"
    api.ask("PUT", path, params={"at": 0}, content=content[:10])

    half = api.post("/uploads", 201, **asked)
    other = api.post("/uploads", 201, **{**asked, "size": len(content) + 1})
    anew = api.post("/uploads", 201, name="half.csv", size=len(content))

    assert (half["received"], f"/uploads/{half['id']}/content") == (10, path)
    assert (other["received"], anew["received"]) == (0, 0)
    assert len({half["id"], other["id"], anew["id"]}) == 3
    wrong = {"at": 10, "crc32": f"{zlib.crc32(b'another file'):08x}"}
    assert api.ask("PUT", path, 409, params=wrong, content=content[10:])["code"] == "damaged"
    right = {"at": 0, "crc32": f"{zlib.crc32(content):08X}"}
    assert api.ask("PUT", path, params=right, content=content)["state"] == "ready"


def test_of_a_piece_that_was_cut_off_counts_what_has_arrived(api, served):
    upload = api.post("/uploads", 201, name="cut.csv", size=10_000)
    path = f"/uploads/{upload['id']}/content"
    url = urlsplit(served[0].url)
    secret, _ = served[0].tokens.create("api", "cut", scope="write", personal_data=True)
    with socket.create_connection((url.hostname, url.port)) as wire:
        head = f"PUT /api/v1{path}?at=0 HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: Bearer {secret}\r\n"
        wire.sendall(f"{head}Content-Length: 10000\r\n\r\n".encode() + b"x" * 4_000)
        folder = served[1].workspace.uploads / upload["id"]
        until(lambda: (folder / "content").stat().st_size == 4_000)

    assert until(lambda: api.ask("GET", f"/uploads/{upload['id']}")["received"]) == 4_000
    assert api.ask("PUT", path, params={"at": 4_000}, content=b"y" * 6_000)["state"] == "ready"


def test_a_mapping_that_does_not_fit_is_told_where(api):
    upload = api.dropped("a.csv", ORDERS.encode())
    path = f"/uploads/{upload['id']}/preview"

    wrong = api.post(path, 422, mapping="kind: orders\norder_id: order_id\ncolour: red\n")
    missing = api.post(path, 400, mapping="kind: orders\norder_id: no\nuserId: customer_id\n")

    assert "mapping:3" in wrong["detail"]
    assert "has no column 'no'" in missing["detail"]


class FullDisk(Disk):
    def free(self, folder):
        return 100


def test_a_file_needs_room_and_has_a_greatest_size(tmp_path):
    def begun(**how):
        Uploads(tmp_path, now=lambda: 0, new_id=lambda: "u", **how).begin("a.csv", 60)

    with pytest.raises(Problem) as full:
        begun(disk=FullDisk())
    with pytest.raises(Problem) as large:
        begun(limit=59)

    assert (full.value.code, large.value.code) == ("disk_full", "too_large")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_let_go_of_after_a_day(tmp_path):
    clock, ids = [0], iter("abc")
    uploads = Uploads(tmp_path, now=lambda: clock[0], new_id=lambda: next(ids))
    uploads.begin("old.csv", 5)
    clock[0] = KEPT + 1

    uploads.begin("new.csv", 5)

    assert [one.name for one in uploads.all()] == ["new.csv"]


@pytest.fixture
def halted(monkeypatch):
    """Imports that halt at their first rows, until the event is set."""
    from hundredfold.app import importing

    go, import_path = threading.Event(), importing.import_path

    def slow(path, *, progress, **more):
        def told(done, of):
            go.wait(30)
            progress(done, of)

        return import_path(path, progress=told, **more)

    monkeypatch.setattr(importing, "import_path", slow)
    yield go
    go.set()


def test_an_import_is_followed_cancelled_and_leaves_nothing(served, api, halted):
    upload, guess = api.guessed("a.csv", b"order_id,customer_id,date,total\n91,c91,2026-03-01,10\n")
    begun = api.post("/imports", 202, upload=upload["id"], mapping=guess["mapping"], rows=1)
    second = api.post("/imports", 202, upload=upload["id"], mapping=guess["mapping"])
    until(lambda: api.ask("GET", f"/imports/{begun['id']}")["state"] == "running")

    assert api.ask("GET", f"/imports/{second['id']}")["state"] == "waiting"
    for one in (begun, second):
        api.ask("DELETE", f"/imports/{one['id']}", 202)
    halted.set()

    assert [api.finished(one["id"])["state"] for one in (begun, second)] == ["cancelled", "cancelled"]
    with pytest.raises(AssertionError, match="404"):
        spent(served, "c91")
    assert api.ask("DELETE", f"/imports/{begun['id']}", 409)["code"] == "over"


def test_an_import_that_fails_says_why(api):
    upload = api.dropped("a.csv", ORDERS.encode())

    failed = api.imported(upload, "kind: orders\norder_id: no\nuserId: customer_id\n")

    assert failed["state"] == "failed"
    assert "has no column 'no'" in failed["error"]


def test_imports_of_before_a_restart_are_told_and_can_be_undone(tmp_path):
    with shop_served(tmp_path) as found:
        api = Api(found[0])
        upload, guess = api.guessed("a.csv", ORDERS.encode())
        run = api.imported(upload, guess["mapping"])["run"]
    with opened_for_serving(tmp_path / "shop") as opened:
        opened.serve_with(None)
        with in_background(opened) as served:
            api = Api(served)
            (known,) = api.ask("GET", "/imports")

            assert (known["state"], known["name"], known["can_undo"]) == ("done", "a.csv", True)
            assert (known["id"], known["counts"]["stored"]) == (f"run-{run}", 2)
            assert api.ask("GET", f"/imports/{known['id']}") == known
            assert api.post("/imports/99/undo", 404)["code"] == "not_found"


def test_who_may_not_see_personal_data_drops_no_files(served):
    api = Api(served[0], "write", personal_data=False)

    assert api.post("/uploads", 403, name="a.csv", size=1)["code"] == "not_allowed"
    assert isinstance(api.ask("GET", "/imports"), list)
