"""Schemas over HTTP, as Confluent's clients ask for them: subjects, versions, schemas by id.

Who reads shows an access token of scope read, as the password of Basic or as Bearer; who registers, one of scope write.
"""

from __future__ import annotations

from base64 import b64decode
from typing import Annotated, Any, Final

import orjson
from fastapi import FastAPI, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from hundredfold.app.door.asgi import bearer
from hundredfold.publish.compatible import Incompatible, check
from hundredfold.store.schemas import MOST, Schemas, Version
from hundredfold.store.tokens import Scope, Tokens

PREFIXES: Final = ("/subjects", "/schemas")
"""What the addresses begin with."""
MEDIA_TYPE: Final = "application/vnd.schemaregistry.v1+json"

Id = Annotated[int, Path(ge=0, le=MOST)]

_NO_SUBJECT: Final = 40401
_NO_VERSION: Final = 40402
_NO_SCHEMA: Final = 40403
_BAD_SCHEMA: Final = 42201
_BAD_VERSION: Final = 42202


class Refused(Exception):
    """A request that is not answered as asked; the first three digits of the code are the status."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class Given(BaseModel):
    """A schema as clients send it."""

    schema_: Any = None
    schemaType: str = "AVRO"  # noqa: N815 - its name on the wire

    model_config = {"alias_generator": lambda name: name.rstrip("_")}


def registry(schemas: Schemas, tokens: Tokens) -> FastAPI:
    """The application; it answers everything below `PREFIXES`."""
    app = FastAPI(title="schemas", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)

    def allow(request: Request, scope: Scope = "read") -> None:
        secret = _secret(request.headers.get("authorization"))
        grant = tokens.verify(secret) if secret else None
        if grant is None or grant.kind != "api":
            raise Refused(401, "send an access token as the password of Basic, or as Bearer: hf token create")
        if not grant.allows(scope):
            raise Refused(403, f"this token does not reach so far; use one with scope {scope}")

    @app.get("/subjects")
    def subjects(request: Request) -> Response:
        allow(request)
        return _answer(schemas.subjects())

    @app.get("/subjects/{subject}/versions")
    def versions(request: Request, subject: str) -> Response:
        allow(request)
        return _answer(schemas.versions(subject) or _missing(_NO_SUBJECT, "subject"))

    @app.get("/subjects/{subject}/versions/{version}")
    def version(request: Request, subject: str, version: str) -> Response:
        allow(request)
        return _answer(_shown(_version(schemas, subject, version)))

    @app.get("/subjects/{subject}/versions/{version}/schema")
    def only_schema(request: Request, subject: str, version: str) -> Response:
        allow(request)
        return Response(_version(schemas, subject, version).text, media_type=MEDIA_TYPE)

    @app.post("/subjects/{subject}")
    async def looked_up(request: Request, subject: str, given: Given) -> Response:
        await run_in_threadpool(allow, request)
        found = await run_in_threadpool(schemas.find, subject, _text(given))
        if found is None and not await run_in_threadpool(schemas.versions, subject):
            _missing(_NO_SUBJECT, "subject")
        return _answer(_shown(found or _missing(_NO_SCHEMA, "schema")))

    @app.post("/subjects/{subject}/versions")
    async def register(request: Request, subject: str, given: Given) -> Response:
        await run_in_threadpool(allow, request, "write")
        text = _text(given)
        try:
            made = await run_in_threadpool(schemas.register, subject, text, lambda old: check(old, text))
        except Incompatible as error:
            raise Refused(409, str(error)) from None
        return _answer({"id": made.id})

    @app.get("/schemas/ids/{schema_id}")
    def schema(request: Request, schema_id: Id) -> Response:
        allow(request)
        return _answer({"schema": schemas.text(schema_id) or _missing(_NO_SCHEMA, "schema")})

    @app.get("/schemas/ids/{schema_id}/versions")
    def used(request: Request, schema_id: Id) -> Response:
        allow(request)
        found = schemas.used(schema_id) or _missing(_NO_SCHEMA, "schema")
        return _answer([{"subject": subject, "version": version} for subject, version in found])

    @app.get("/schemas/types")
    def types(request: Request) -> Response:
        allow(request)
        return _answer(["AVRO"])

    return app


def _version(schemas: Schemas, subject: str, version: str) -> Version:
    if version != "latest" and not (version.isascii() and version.isdigit() and 0 < int(version) < 1 << 31):
        raise Refused(_BAD_VERSION, "a version is a number from 1, or latest")
    if not schemas.versions(subject):
        _missing(_NO_SUBJECT, "subject")
    found = schemas.version(subject, None if version == "latest" else int(version))
    return found or _missing(_NO_VERSION, "version")


def _missing(code: int, what: str) -> Any:
    raise Refused(code, f"{what.capitalize()} not found. GET /subjects lists what there is.")


def _text(given: Given) -> str:
    """A schema without what does not bear on it; equal schemas have equal texts."""
    try:
        if given.schemaType != "AVRO":
            raise ValueError
        return orjson.dumps(orjson.loads(given.schema_)).decode()
    except (ValueError, TypeError):
        raise Refused(_BAD_SCHEMA, 'send {"schema": ...} with an Avro schema as JSON text') from None


def _shown(found: Version) -> dict[str, Any]:
    return {"subject": found.subject, "version": found.version, "id": found.id, "schema": found.text}


def _secret(authorization: str | None) -> str | None:
    """The token: the password of Basic (or its user name, alone), or what stands behind Bearer."""
    if authorization is None:
        return None
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return bearer(authorization.encode("latin-1"))
    try:
        user, _, password = b64decode(credentials.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return password or user or None


def _answer(document: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, {"cache-control": "no-store"}, media_type=MEDIA_TYPE)


def _error(code: int, message: str) -> Response:
    status = int(str(code)[:3])
    answer = _answer({"error_code": code, "message": message}, status)
    if status == 401:
        answer.headers["www-authenticate"] = 'Basic realm="hundredfold"'
    return answer


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return _error(error.code, error.message)


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _error(error.status_code, "there is nothing here; GET /subjects lists what there is")


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _error(422, "send what Confluent's clients send: ids are numbers of 31 bits, bodies are JSON objects")
