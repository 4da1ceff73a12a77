"""The control API: a FastAPI application with problem documents, to which other rooms bring their routers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from importlib.metadata import version
from typing import Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from hundredfold.app.door.access import Access, sealed
from hundredfold.app.door.asgi import header
from hundredfold.app.door.language import answering
from hundredfold.app.door.problem import PROBLEM, Problem
from hundredfold.definition.refusal import refusal
from hundredfold.errors import DefinitionError, HundredfoldError, LogFull, LogUnavailable, NotFound, WorkspaceError
from hundredfold.said import said

PREFIX: Final = "/api/v1"
_PACKED_FROM: Final = 2_000
"""Answers of so many bytes are packed for whoever takes them so."""
_HOW_HARD: Final = 4
"""zlib's level: answers become about an eighth, in a sixth of the time that its hardest takes."""

_STATUS: Final[tuple[tuple[type[HundredfoldError], int, str], ...]] = (
    (NotFound, 404, "not_found"),
    (DefinitionError, 422, "bad_definition"),
    (WorkspaceError, 409, "workspace"),
    (LogFull, 507, "disk_full"),
    (LogUnavailable, 503, "log_unavailable"),
    (HundredfoldError, 400, "refused"),
)


def control(access: Access, routers: Sequence[APIRouter], *, title: str = "hundredfold") -> FastAPI:
    """The control API of these routers, each under `/api/v1`.

    Its OpenAPI document is at `/openapi.json`. Raises TypeError when a route declares no scope (`requires`).
    """
    app = FastAPI(
        title=title,
        version=version("hundredfold"),
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,  # what the generated client calls its functions
    )
    app.state.access = access
    app.add_middleware(_Spoken)
    app.add_middleware(GZipMiddleware, minimum_size=_PACKED_FROM, compresslevel=_HOW_HARD)
    for router in routers:
        app.include_router(router, prefix=PREFIX)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HundredfoldError, _refused)
    return sealed(app)


class _Spoken:
    """Answers every request in the language that it asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with answering(header(scope, b"accept-language")):
            await self._app(scope, receive, send)


def _response(problem: Problem) -> Response:
    answer = problem.answer()
    return Response(answer.body, answer.status, dict(problem.headers), media_type=PROBLEM.decode())


async def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return _response(error)


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = (
        said("there is nothing here; the addresses are in /openapi.json") if error.status_code == 404 else error.detail
    )
    return _response(Problem(error.status_code, "http", detail, dict(error.headers or {})))


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # Only places and kinds: the values themselves may be somebody's data.
    first, *others = (
        said("{place}: {told}", place=".".join(map(str, fault["loc"])), told=refusal(fault)) for fault in error.errors()
    )
    wrong = reduce(lambda one, other: said("{one}; {other}", one=one, other=other), others, first)
    return _response(Problem(422, "bad_request", said("{wrong}. See /openapi.json for what is expected.", wrong=wrong)))


async def _refused(_request: Request, error: Exception) -> Response:
    status, code = next((status, code) for kind, status, code in _STATUS if isinstance(error, kind))
    wait = {"Retry-After": "1"} if status == 503 else {}
    return _response(Problem(status, code, str(error), wait))
