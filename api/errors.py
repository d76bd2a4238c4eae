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

from api.languages import words_of
from gridgis.errors import (
    Conflict,
    GridGISError,
    InputRejected,
    InvalidValue,
    NotAllowed,
    NotKnown,
    StoreFault,
    Unreadable,
)
from maps.words import Words

LOG = logging.getLogger("gridgis.api")
MEDIA_TYPE = "application/problem+json"
ERRORS_LISTED = 100
SHOWN_CHARACTERS = 200
UNAVAILABLE, LOCKED = 503, 429
RETRY_AFTER_S = "2"

STATUS_OF_CODE: Mapping[str, int] = MappingProxyType(
    {
        "access.sign_in": 401,
        "base_map.unreadable": UNAVAILABLE,
        "body.too_large": 413,
        "host.refused": 421,
        "ogc.bbox": 400,
        "ogc.choice": 400,
        "ogc.crs": 400,
        "ogc.cursor": 400,
        "ogc.datetime": 400,
        "ogc.form": 400,
        "ogc.limit": 400,
        "ogc.page_gone": 410,
        "ogc.parameter_twice": 400,
        "ogc.parameter_unknown": 400,
        "ogc.parameters_many": 400,
        "ogc.value": 400,
        "photo.too_large": 413,
        "run_card.level_unknown": 422,
        "run_card.unknown": 422,
        "sign_in.locked": LOCKED,
        "sign_in.wrong": 401,
        "upload.checksum": 460,  # of the protocol tus
        "upload.too_many": LOCKED,
        "upload.version": 412,
    }
)
"""Codes whose status differs from their class's."""

STATUS_OF_CLASS: Mapping[type[GridGISError], int] = MappingProxyType(
    {
        InvalidValue: 422,
        NotKnown: 404,
        InputRejected: 422,
        Unreadable: 422,
        StoreFault: UNAVAILABLE,
        NotAllowed: 403,
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
    """The error answers of a route for its OpenAPI entry; 401, 403, 421, 422 and 503 stand on every one."""
    return {
        status: {
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            "description": DESCRIPTIONS[status],
        }
        for status in sorted({*statuses, 401, 403, 421, 422, 503})
    }


DESCRIPTIONS: Mapping[int, str] = MappingProxyType(
    {
        400: "请求体读不懂 / the body can't be read",
        401: "尚未登录 / nobody is signed in",
        403: "无此权限 / the account may not do this",
        404: "没有所指的对象 / what was named does not exist",
        409: "与已有记录冲突 / a clash with what is recorded",
        413: "请求体过大 / the body is too large",
        421: "不接受这个主机名 / this host name is not accepted",
        422: "参数不合规则 / a value breaks its rule",
        429: "输错口令的次数太多 / too many wrong passwords",
        503: "数据库或底图暂不可用 / the database or the base map can't be used now",
    }
)


def plain(value: Any) -> Any:
    """A value that JSON and UTF-8 can hold: finite numbers, texts of bounded length."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return str(value)[:SHOWN_CHARACTERS].encode("utf-8", "replace").decode()


def problem(
    request: Request,
    status: int,
    code: str,
    fields: Mapping[str, Any],
    *,
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """One answer of problem details in the language of the request."""
    words, shown = words_of(request), plain(fields)
    body = {
        "type": f"/api/v1/problems/{code}",
        "title": words.text(f"problem.{status}"),
        "status": status,
        "detail": words.error(GridGISError(code, **shown)),
        "instance": plain(request.url.path),
        "code": code,
        "fields": shown,
    }
    if errors:
        body["errors"] = plain(errors[:ERRORS_LISTED])
    content_headers = {"Content-Language": words.language, "Vary": "Accept-Language"}
    return JSONResponse(body, status, {**content_headers, **(headers or {})}, media_type=MEDIA_TYPE)


def refuse(request: Request, error: GridGISError) -> JSONResponse:
    """Problem details of one of our own errors."""
    status = status_of(error)
    headers = {}
    if status == UNAVAILABLE:
        headers["Retry-After"] = RETRY_AFTER_S
    if status == LOCKED:
        headers["Retry-After"] = str(60 * error.fields.get("minutes", 1))
    if error.code == "access.sign_in":
        headers["WWW-Authenticate"] = "Bearer"
    return problem(request, status, error.code, error.fields, headers=headers)


def fault(request: Request, error: Exception) -> JSONResponse:
    """A fault of ours: told without its inside, which goes to the log."""
    LOG.error("fault", exc_info=error)
    return problem(request, 500, "server.fault", {})


def _own(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, GridGISError)  # noqa: S101  registered for this class alone
    return refuse(request, error)


def _validation(request: Request, error: Exception) -> JSONResponse:
    """A request that does not fit its typed form: which parts, and why, in words."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for this class alone
    words = words_of(request)
    listed = [
        {"where": list(map(str, item["loc"])), "code": item["type"], "detail": _reason(item, words)}
        for item in error.errors()
    ]
    first = listed[0]
    where = ".".join(first["where"][1:]) or first["where"][0]
    fields = {"where": where, "reason": first["detail"], "count": len(listed)}
    return problem(request, 422, "request.invalid", fields, errors=listed)


def _reason(item: Mapping[str, Any], words: Words) -> str:
    """Why one part of a request does not fit, in words."""
    key = f"request.{item['type']}"
    fields = {name: str(value).replace(" or ", ", ") for name, value in item.get("ctx", {}).items()}
    return words.text(key, **fields) if key in words else words.text("request.other")


def _http(request: Request, error: Exception) -> JSONResponse:
    """What the framework itself refuses: no such page, a method that is not served, an unreadable body."""
    assert isinstance(error, HTTPException)  # noqa: S101  registered for this class alone
    code = CODE_OF_STATUS.get(error.status_code, "request.refused")
    fields = {"path": request.url.path, "method": request.method}
    return problem(request, error.status_code, code, fields, headers=error.headers)


def add_problem_details(app: FastAPI) -> None:
    """Answer every refusal of an application as problem details; faults are caught by `api.guards.CatchFaults`."""
    app.add_exception_handler(GridGISError, _own)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
