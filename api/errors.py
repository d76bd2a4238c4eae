"""Answer every error as problem details (RFC 9457), by one table from codes and classes to statuses.

A handler never catches: it lets an error of `gridgis.errors` pass, and what stands here turns it into
``application/problem+json`` in the language that was asked for.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from gridgis.errors import (
    Conflict,
    GridGISError,
    InputRejected,
    InvalidValue,
    NotKnown,
    StoreFault,
    Unreadable,
)
from maps.words import LANGUAGES, Words

MEDIA_TYPE = "application/problem+json"
FAULTS_LISTED = 100
SHOWN_CHARACTERS = 200

STATUS_OF_CODE: Mapping[str, int] = MappingProxyType(
    {
        "alarm.type_unknown": 422,
        "body.too_large": 413,
        "host.refused": 421,
        "language.unknown": 422,
        "place.outside_district": 422,
        "plan.none": 409,
        "run_card.unknown": 422,
        "base_map.building": 503,
        "base_map.failed": 503,
        "base_map.unwritable": 503,
    }
)
"""Codes whose status differs from their class's."""

STATUS_OF_CLASS: Mapping[type[GridGISError], int] = MappingProxyType(
    {
        InvalidValue: 422,
        NotKnown: 404,
        InputRejected: 422,
        Unreadable: 422,
        StoreFault: 503,
        Conflict: 409,
        GridGISError: 500,
    }
)

CODE_OF_STATUS: Mapping[int, str] = MappingProxyType(
    {
        400: "request.unreadable",
        404: "page.unknown",
        405: "request.method",
        413: "body.too_large",
    }
)


def status_of(error: GridGISError) -> int:
    """HTTP status of an error: its code's, else its class's."""
    by_class = next(status for kind, status in STATUS_OF_CLASS.items() if isinstance(error, kind))
    return STATUS_OF_CODE.get(error.code, by_class)


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route for its OpenAPI entry; 421, 422 and 503 stand on every one."""
    return {
        status: {
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            "description": DESCRIPTIONS[status],
        }
        for status in sorted({*statuses, 421, 422, 503})
    }


DESCRIPTIONS: Mapping[int, str] = MappingProxyType(
    {
        404: "没有所指的对象 / what was named does not exist",
        409: "与已有记录冲突 / a clash with what is recorded",
        413: "请求体过大 / the body is too large",
        421: "有账号体系之前只接受本机地址 / only loopback hosts until accounts exist",
        422: "参数不合规则 / a value breaks its rule",
        503: "数据库或底图暂不可用 / the database or the base map can't be used now",
    }
)


def language_of(request: Request, default: str) -> str:
    """The language of an answer: ``?lang=``, else the best of Accept-Language, else the default."""
    asked = request.query_params.get("lang", "").lower()
    if asked in LANGUAGES:
        return asked
    ranked: list[tuple[float, int, str]] = []
    for place, item in enumerate(request.headers.get("accept-language", "")[:SHOWN_CHARACTERS].split(",")):
        tag, _, weight = item.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        language = tag.split("-")[0].lower()
        if language in LANGUAGES and quality > 0:
            ranked.append((-quality, place, language))
    return min(ranked)[2] if ranked else default


def words_of(request: Request) -> Words:
    """The words of the language that a request asks for."""
    catalogues: Mapping[str, Words] = request.app.state.words
    return catalogues[language_of(request, request.app.state.settings.lang)]


def plain(value: Any) -> Any:
    """A value that JSON can hold: numbers that are finite, texts of bounded length."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return str(value)[:SHOWN_CHARACTERS]


def problem(
    request: Request,
    status: int,
    code: str,
    fields: Mapping[str, Any],
    *,
    detail: str = "",
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """One answer of problem details in the language of the request."""
    words = words_of(request)
    body = {
        "type": f"/api/v1/problems/{code}",
        "title": words.text(f"problem.{status}"),
        "status": status,
        "detail": detail or words.error(GridGISError(code, **fields)),
        "instance": request.url.path,
        "code": code,
        "fields": plain(fields),
    }
    if errors:
        body["errors"] = [plain(error) for error in errors[:FAULTS_LISTED]]
    content_headers = {"Content-Language": words.language, "Vary": "Accept-Language", "Cache-Control": "no-store"}
    return JSONResponse(body, status, {**content_headers, **(headers or {})}, media_type=MEDIA_TYPE)


def refuse(request: Request, error: GridGISError) -> JSONResponse:
    """Problem details of one of our own errors; a refused file lists its faults."""
    words = words_of(request)
    faults = error.faults if isinstance(error, InputRejected) else ()
    listed = [
        {
            "where": [part for part in (fault.sheet, fault.row, fault.column) if part],
            "code": fault.code,
            "detail": words.fault(fault),
        }
        for fault in faults[:FAULTS_LISTED]
    ]
    status = status_of(error)
    headers = {"Retry-After": "2"} if status == STATUS_OF_CLASS[StoreFault] else {}
    return problem(request, status, error.code, error.fields, errors=listed, headers=headers)


def _own(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, GridGISError)  # noqa: S101  registered for this class alone
    return refuse(request, error)


def _validation(request: Request, error: Exception) -> JSONResponse:
    """A request that does not fit its typed form: which parts, and why, in words."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for this class alone
    words = words_of(request)
    listed = []
    for item in error.errors():
        kind = str(item["type"])
        key = f"request.{kind}"
        text = words.text(key, **plain(item.get("ctx", {}))) if key in words else str(item["msg"])
        listed.append({"where": [str(part)[:SHOWN_CHARACTERS] for part in item["loc"]], "code": kind, "detail": text})
    first = listed[0]
    where = ".".join(map(str, first["where"][1:])) or str(first["where"][0])
    fields = {"where": where, "reason": first["detail"], "count": len(listed)}
    return problem(request, 422, "request.invalid", fields, errors=listed)


def _http(request: Request, error: Exception) -> JSONResponse:
    """What the framework itself refuses: no such page, a method that is not served, an unreadable body."""
    assert isinstance(error, HTTPException)  # noqa: S101  registered for this class alone
    code = CODE_OF_STATUS.get(error.status_code, "request.refused")
    fields = {"path": request.url.path, "method": request.method}
    return problem(request, error.status_code, code, fields, headers=error.headers)


def _fault(request: Request, error: Exception) -> JSONResponse:
    """A fault of ours: told without its inside, which goes to the log."""
    logging.getLogger("gridgis.api").error("fault at %s", request.url.path, exc_info=error)
    return problem(request, 500, "server.fault", {})


def add_problem_details(app: FastAPI) -> None:
    """Answer every error of an application as problem details."""
    app.add_exception_handler(GridGISError, _own)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)
