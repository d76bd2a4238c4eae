"""Wire one application out of its settings; nothing is built at import and nothing is wired anywhere else."""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.gzip import GZipMiddleware

from api.auth.guard import Authorise
from api.auth.hashing import Hashing
from api.auth.managing import Managing
from api.auth.openid import WITHIN_S, OpenId, Provider
from api.auth.recognising import Recognition
from api.auth.signing_in import SigningIn
from api.bodies.problems import Problem
from api.desk.messenger import Messenger, Webhook
from api.desk.watch import Watch
from api.errors import add_problem_details
from api.guards import BodyLimit, CatchFaults, HeadAsGet, KnownHosts, SecurityHeaders
from api.live import LiveHub
from api.logs import LogRequests
from api.metrics import CountRequests, Metrics
from api.moments import Clock, clock
from api.ogc.editions import Editions
from api.ogc.routes import routes as ogc_routes
from api.routes import (
    accounts,
    alarms,
    cells,
    closures,
    district,
    enterprises,
    explanations,
    exports,
    hazards,
    incidents,
    live,
    looking_back,
    officers,
    openid,
    pages,
    records,
    responses,
    road_changes,
    roads,
    run_cards,
    search,
    service,
    session,
    team_files,
    teams,
    tiles,
    trail,
    typed,
    uploads,
    waves,
    words,
)
from api.served import ServedDistrict
from api.settings import Settings
from api.snapshot import DataSource
from api.stopping import told_of_signals
from api.tile_sets import TileSets
from api.trail import TrailCheck
from gridgis import __version__
from gridgis.dispatch.incidents.calling import CallRule
from gridgis.errors import InvalidValue, Unreadable
from maps.words import LANGUAGES, Words

if TYPE_CHECKING:
    from geodata.store import Store
    from gridgis.ports import Notifier

API = "/api/v1"
LEAST_PACKED_BYTES, PACKING = 2000, 1  # offices are near: little work counts more than few bytes
API_ROUTES = (
    district,
    cells,
    responses,
    enterprises,
    officers,
    teams,
    alarms,
    incidents,
    records,
    hazards,
    waves,
    typed,
    closures,
    explanations,
    roads,
    road_changes,
    run_cards,
    team_files,
    looking_back,
    search,
    words,
    session,
    openid,
    accounts,
    trail,
    exports,
    live,
)
DESCRIPTION = """三级网格与“3+11+N”救援力量的接口。坐标为 WGS84/CGCS2000 经度、纬度；时间为带时区的 ISO 8601；
错误为 RFC 9457 的 application/problem+json，`detail` 的语言取自 `?lang=` 或 Accept-Language。

Coordinates are longitude and latitude (WGS84/CGCS2000), times ISO 8601 with offset, errors RFC 9457 problem details.
Vector tiles, not listed below:
`/tiles/{base|cells|enterprises|teams}/{z}/{x}/{y}.mvt`, see `tiles` of `/api/v1/district`.
Photos in parts, not listed below: `/api/v1/uploads` (tus 1.0: creation, checksum, termination, expiration)."""


def create_app(
    settings: Settings,
    *,
    source: DataSource | None = None,
    now: Clock | None = None,
    notifiers: Sequence[Notifier] = (),
) -> FastAPI:
    """The application that serves one district; its data are loaded when this returns.

    Args:
        settings: Of this process.
        source: Where the data come from; by default the database that the settings name, closed when the service ends.
        now: What time it is; the settings' clock by default.
        notifiers: What brings orders to people; the settings' gateways by default, nothing where none is set.

    Raises:
        StoreFault: When the database can't be opened or read.
    """
    editions = Editions()
    with ExitStack() as opened:
        store = None
        if source is None:
            source = store = opened.enter_context(_open(settings.db))
        served = ServedDistrict(source, settings, now or clock(settings.now), also=[editions.warm])
        opened.callback(served.close)
        recognition = Recognition(store, settings.session_span)
        opened.callback(recognition.close)
        trail_check = None if store is None else TrailCheck(store, served.now, time.monotonic)
        if trail_check is not None:
            opened.callback(trail_check.close)
        hub = None if store is None else LiveHub(served, store)
        if hub is not None:
            opened.callback(hub.close)
            recognition.when_changed = hub.recheck
        messenger = Messenger(store, notifiers or _notifiers(settings), served.now)
        opened.callback(messenger.close)
        rule = CallRule(next_after_s=settings.order_next_after_s)
        watch = None if store is None else Watch(store, served, messenger, Words.load(settings.lang), rule)
        if watch is not None:
            opened.callback(watch.close)
        kept_open = opened.pop_all()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with kept_open, told_of_signals(lambda: None if hub is None else hub.close()):
            served.warm()
            if watch is not None:
                watch.start(settings.watch_every_s)
            yield

    app = FastAPI(
        title="GridGIS",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.served = served
    app.state.editions = editions
    app.state.tile_sets = TileSets(served)
    app.state.live = hub
    app.state.messenger = messenger
    app.state.watch = watch
    app.state.trail = trail_check
    _add_accounts(app, store, recognition)
    app.state.words = {language: Words.load(language) for language in LANGUAGES}
    app.state.metrics = _metrics(served)
    app.state.pages = pages.Pages(Path(str(resources.files("maps").joinpath("web"))), settings.basemap)
    app.state.docs_page = pages.docs_page()
    add_problem_details(app)
    _add_routes(app)
    _add_guards(app, settings)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's own way to extend the document
    return app


def _notifiers(settings: Settings) -> tuple[Notifier, ...]:
    """The gateways that are set, that of short messages first."""
    token = settings.order_webhook_token.get_secret_value()
    set_up = ((settings.order_webhook, "webhook"), (settings.order_voice_webhook, "voice"))
    return tuple(Webhook(address, token, channel) for address, channel in set_up if address)


def _open(db: str) -> Store:
    from geodata.store import open_store

    return open_store(db)


def _add_accounts(app: FastAPI, store: Store | None, recognition: Recognition) -> None:
    """Who may sign in, and what is done with accounts; nothing where no store keeps any."""
    hashing = Hashing()
    app.state.accounts = store
    app.state.recognition = recognition
    app.state.signing_in = None if store is None else SigningIn(store, recognition, hashing)
    app.state.openid = None if store is None else _openid(app.state.settings)
    app.state.managing = None if store is None else Managing(store, recognition, hashing)


def _openid(settings: Settings) -> OpenId | None:
    """Sign-in by the provider that the settings name.

    Raises:
        InvalidValue: ``setting.extra`` when what it takes is not installed.
        Unreadable: ``setting.file`` for a CA certificate that can't be read.
    """
    provider = Provider.of(settings)
    if provider is None:
        return None
    try:
        import httpx
        import joserfc  # noqa: F401  asked for now, so that its absence is told before anybody signs in
    except ImportError as error:
        raise InvalidValue("setting.extra", name="oidc_issuer", extra="oidc") from error
    try:
        context = ssl.create_default_context(cafile=settings.oidc_ca)
    except OSError as error:
        raise Unreadable("setting.file", file=str(settings.oidc_ca), cause=error.strerror or str(error)) from error
    return OpenId(provider, httpx.Client(verify=context, timeout=WITHIN_S))


def _add_guards(app: FastAPI, settings: Settings) -> None:
    """What every request passes, the innermost first."""
    app.add_middleware(BodyLimit)
    app.add_middleware(Authorise)
    app.add_middleware(CatchFaults)
    app.add_middleware(KnownHosts, names=settings.host_names if app.state.recognition.needed() else frozenset())
    app.add_middleware(GZipMiddleware, minimum_size=LEAST_PACKED_BYTES, compresslevel=PACKING)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(CountRequests, metrics=app.state.metrics)
    app.add_middleware(LogRequests)
    app.add_middleware(HeadAsGet)


def _add_routes(app: FastAPI) -> None:
    """The busy ones first, since routes are tried in order; the pages last, which take every address that is left."""
    app.router.routes.extend(tiles.routes())
    app.router.routes.extend(ogc_routes())
    app.router.routes.extend(uploads.routes())
    api = APIRouter(prefix=API)
    for one in API_ROUTES:
        api.include_router(one.router())
    app.include_router(api)
    app.include_router(service.router())
    app.router.routes.extend(pages.routes())
    app.router.default = pages.page


def _metrics(served: ServedDistrict) -> Metrics:
    """Figures of requests, of the process and of the data."""
    figures = Metrics()
    figures.gauge("gridgis_data_version", "Version of the data served", lambda: served.current().version)
    figures.gauge("gridgis_load_seconds", "Seconds that the last load took", lambda: served.loaded_s)
    return figures


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the form of problem details that every route's error answers name."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        form = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = document["components"]["schemas"]
        schemas.update(form.pop("$defs", {}))
        schemas["Problem"] = form
        app.openapi_schema = document
    return app.openapi_schema
