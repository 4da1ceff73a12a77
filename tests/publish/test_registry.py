"""The registry answers as Confluent's: to its own client, and to plain requests."""

from __future__ import annotations

from base64 import b64encode

import httpx
import orjson
import pytest
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.error import SchemaRegistryError
from tests.door.shop import Shop

from hundredfold.app.door.registry import MEDIA_TYPE, registry
from hundredfold.app.door.server import running
from hundredfold.app.egress import Allowed, EgressError, Gate
from hundredfold.attribute.kinds import Field
from hundredfold.publish.compatible import Incompatible
from hundredfold.publish.outlet import NotPublished
from hundredfold.publish.registry import OwnRegistry, RemoteRegistry
from hundredfold.publish.schema import schema_of, text_of
from hundredfold.store.schemas import Schemas, number_of

FIRST = text_of(schema_of([Field("orders", ("count",))]))
SECOND = text_of(schema_of([Field("orders", ("count",)), Field("revenue", ("number",))]))
OTHER = text_of(schema_of([Field("orders", ("text",))]))
SUBJECT = "shop.profiles-value"


class Served:
    """Schemas behind a server, and tokens to it."""

    def __init__(self, schemas, tokens, url):
        self.schemas, self.url = schemas, url
        self.read, self.write = (tokens.create("api", "test", scope=scope)[0] for scope in ("read", "write"))
        self.browser = tokens.create("browser", "page")[0]

    def get(self, path, token=None):
        return httpx.get(f"{self.url}{path}", headers={"Authorization": f"Bearer {token or self.read}"})

    def client(self, token):
        return SchemaRegistryClient({"url": self.url, "basic.auth.user.info": f"me:{token}"})


@pytest.fixture
def served(tmp_path):
    shop, schemas = Shop(tmp_path / "shop"), Schemas(tmp_path / "schemas.sqlite")
    with running(registry(schemas, shop.door.tokens)) as url:
        yield Served(schemas, shop.door.tokens, url)
    schemas.close()
    shop.close()


def test_the_stock_client_finds_every_schema(served):
    own = OwnRegistry(served.schemas)
    first, second = own.register(SUBJECT, FIRST), own.register(SUBJECT, SECOND)
    assert own.register("other-value", FIRST) == first == own.register(SUBJECT, FIRST)

    with served.client(served.read) as client:
        assert client.get_subjects() == ["other-value", SUBJECT]
        assert client.get_versions(SUBJECT) == [1, 2]
        assert client.get_latest_version(SUBJECT).schema_id == second
        assert client.get_version(SUBJECT, 1).schema.schema_str == FIRST
        assert client.get_schema(first).schema_str == FIRST
        spaced = orjson.dumps(orjson.loads(SECOND), option=orjson.OPT_INDENT_2).decode()
        assert client.lookup_schema(SUBJECT, Schema(spaced, "AVRO")).version == 2
        assert served.get(f"/schemas/ids/{first}/versions").json() == [
            {"subject": "other-value", "version": 1},
            {"subject": SUBJECT, "version": 1},
        ]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/subjects/nobody/versions", 40401),
        ("/subjects/nobody/versions/1", 40401),
        ("/subjects/here/versions/9", 40402),
        ("/subjects/here/versions/soon", 42202),
        ("/schemas/ids/99", 40403),
        (f"/schemas/ids/{2**64}", 422),
        ("/schemas/ids/x", 422),
        ("/subjects/here/elsewhere", 404),
    ],
)
def test_what_is_not_there_is_said_in_the_registry_s_form(served, path, code):
    OwnRegistry(served.schemas).register("here", FIRST)

    answer = served.get(path)

    assert answer.status_code == int(str(code)[:3])
    assert answer.json()["error_code"] == code
    assert answer.json()["message"]
    assert answer.headers["content-type"] == MEDIA_TYPE


def test_nobody_reads_without_a_token(served):
    for headers in ({}, {"Authorization": "Basic !"}, {"Authorization": f"Bearer {served.browser}"}):
        answer = httpx.get(f"{served.url}/subjects", headers=headers)
        assert (answer.status_code, answer.json()["error_code"]) == (401, 401)
    for credentials in (f"{served.read}:", f"me:{served.read}"):
        headers = {"Authorization": f"Basic {b64encode(credentials.encode()).decode()}"}
        assert httpx.get(f"{served.url}/subjects", headers=headers).json() == []


def test_the_stock_client_registers_what_fits_and_only_with_the_right_to(served):
    with served.client(served.read) as client, pytest.raises(SchemaRegistryError) as refused:
        client.register_schema(SUBJECT, Schema(FIRST, "AVRO"))
    assert refused.value.error_code == 403

    with served.client(served.write) as client:
        assert client.register_schema(SUBJECT, Schema(FIRST, "AVRO")) == number_of(FIRST)
        with pytest.raises(SchemaRegistryError, match=r"values\.orders") as refused:
            client.register_schema(SUBJECT, Schema(OTHER, "AVRO"))
        assert refused.value.error_code == 409
    assert served.schemas.versions(SUBJECT) == [1]


def test_another_registry_gives_the_ids_when_it_is_allowed_to_be_asked(served):
    gate = Gate(Allowed(internal=["127.0.0.1"]))
    there = RemoteRegistry(served.url, f"me:{served.write}", gate.ask)

    for text in (FIRST, SECOND, FIRST):
        assert there.register(SUBJECT, text) == number_of(text)
    with pytest.raises(Incompatible, match=r"`values\.orders` was long"):
        there.register(SUBJECT, OTHER)
    with pytest.raises(NotPublished, match="answered 401"):
        RemoteRegistry(served.url, None, gate.ask).register(SUBJECT, FIRST)
    with pytest.raises(EgressError, match="egress"):
        RemoteRegistry(served.url, None, Gate(Allowed()).ask).register(SUBJECT, FIRST)


def test_a_schema_that_does_not_fit_leaves_nothing_behind(served):
    own = OwnRegistry(served.schemas)
    own.register("here", FIRST)

    with pytest.raises(Incompatible):
        own.register("here", OTHER)

    assert served.schemas.versions("here") == [1]
    assert own.register("elsewhere", SECOND) == number_of(SECOND)
