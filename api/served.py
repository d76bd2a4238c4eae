"""Serve one district: load it once, load it again when its data change, keep its base map's file beside it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from starlette.concurrency import run_in_threadpool

from api.moments import Clock
from api.questions import propose
from api.settings import Settings
from api.snapshot import DataSource, Snapshot
from geodata.store import beside
from gridgis.access import AreaFilter
from gridgis.access.areas import EVERYTHING
from gridgis.errors import GridGISError, InvalidValue, StoreFault
from maps.base_map import BaseMap, base_map_key, build_base_map
from maps.layers import LiveTiles

if TYPE_CHECKING:
    from gridgis.roads import Preparation, Router

LOG = logging.getLogger("gridgis.api")
LONGEST_WAIT_S = 15.0
Warming = Callable[[Snapshot, datetime], object]
MEGABYTE = 1_000_000


class _BaseMapBegun(NamedTuple):
    """A base map that is made or being made.

    Attributes:
        version: Version of the data that it belongs to.
        drawn: What it draws: the roads, and water, railways and places.
        made: The base map.
    """

    version: int
    drawn: tuple[object, object]
    made: Future[BaseMap | None]

    @property
    def failed(self) -> bool:
        """Whether it could not be made."""
        return self.made.done() and self.made.exception() is not None


class ServedDistrict:
    """The newest version of the data that was loaded, and the base map that belongs to it. Safe among threads.

    Args:
        source: Where the data come from.
        settings: Of this process.
        clock: Says what time it is.
        also: What else is made in the background of a version's data at a moment.
    """

    def __init__(self, source: DataSource, settings: Settings, clock: Clock, also: Sequence[Warming] = ()) -> None:
        self._source = source
        self._settings = settings
        self._clock = clock
        self._also = also
        self._loading = threading.Lock()
        self._making = threading.Lock()
        self._background = ThreadPoolExecutor(2, thread_name_prefix="gridgis-background")
        self._base_map: _BaseMapBegun | None = None
        self._fault = ""
        self._warmed: Router | None = None
        self.loaded_s = 0.0
        self._snapshot = self._load(source.version())
        self._looked = time.monotonic()

    def now(self) -> datetime:
        """What time it is, aware."""
        return self._clock()

    def at_hand(self) -> Snapshot | None:
        """The data as they are now, without waiting; None when it is time to look for a change: ask `current` then."""
        due = time.monotonic() - self._looked >= self._settings.reload_after_s
        return None if due else self._snapshot

    async def newest(self) -> Snapshot:
        """The data as they are now, as `current` has them; a look for a change is made in a thread."""
        at_hand = self.at_hand()
        return await run_in_threadpool(self.current) if at_hand is None else at_hand

    def current(self) -> Snapshot:
        """The data as they are now; looks for a change at most every ``reload_after_s`` seconds.

        The request that finds a change loads it; others are answered from the version before until it is there, and
        all are while the database can't be read, which ``/readyz`` tells.
        """
        if self.at_hand() is None and self._loading.acquire(blocking=False):
            try:
                self._refresh()
            except GridGISError as error:
                self._note(error.code)
            else:
                self._note("")
            finally:
                self._looked = time.monotonic()
                self._loading.release()
        return self._snapshot

    def reach(self, version: int) -> Snapshot:
        """The data as they are now, of this version or a newer one; waits for whoever is loading.

        Raises:
            StoreFault: When the database can't be read.
        """
        with self._loading:
            if self._snapshot.version != version:
                self._refresh()
                self._looked = time.monotonic()
            return self._snapshot

    def _note(self, fault: str) -> None:
        """Write down, once each, that the database can't be read and that it can again."""
        if fault and fault != self._fault:
            LOG.warning("the database can't be read, answers come from memory: %s", fault)
        elif self._fault and not fault:
            LOG.warning("the database can be read again")
        self._fault = fault

    def _refresh(self) -> None:
        """Load the data when their version changed."""
        version = self._source.version()
        if version != self._snapshot.version:
            self._snapshot = self._load(version, before=self._snapshot)
            self.warm()

    def _load(self, version: int, before: Snapshot | None = None) -> Snapshot:
        """Read everything; tiles that did not change are taken over from the version before.

        The version was read first: what an import brings in between is newer than its number, and so loaded again.
        """
        started = time.monotonic()
        state = self._source.state()
        same_roads = before is not None and state.roads is not None and state.roads is before.state.roads
        features = before.base_features if before is not None and same_roads else self._source.base_map()
        snapshot = Snapshot(version, state, features, before=before)
        self.loaded_s = time.monotonic() - started
        return snapshot

    def look(self) -> int:
        """Version of the stored data, read anew, once it is sure that they can be read and written now.

        Raises:
            StoreFault: When they can't.
        """
        return self._source.check_ready(least_free_bytes=self._settings.least_free_mb * MEGABYTE)

    def base_map(self) -> BaseMap | None:
        """The base map, made at its first use; None for a district without roads, water and places.

        Raises:
            StoreFault: ``base_map.building`` while it takes longer than a request can wait; ``base_map.unwritable``
                or ``base_map.failed`` when it can't be made.
            Unreadable: ``base_map.unreadable``.
        """
        try:
            return self._base_map_of(self.current()).result(LONGEST_WAIT_S)
        except StillRunning as error:
            raise StoreFault("base_map.building") from error

    def base_map_ready(self) -> BaseMap | None:
        """The base map when it is ready, without waiting."""
        if self._base_map is None:
            return None
        made = self._base_map.made
        return made.result() if made.done() and made.exception() is None else None

    def _base_map_of(self, snapshot: Snapshot) -> Future[BaseMap | None]:
        """The base map of a version, begun when nobody has; that of before where it draws the same."""
        with self._making:
            begun, drawn = self._base_map, (snapshot.state.roads, snapshot.base_features)
            if begun is None or begun.version != snapshot.version:
                again = begun is not None and begun.drawn == drawn and not begun.failed
                made = begun.made if begun and again else self._background.submit(self._make_base_map, snapshot)
                begun = self._base_map = _BaseMapBegun(snapshot.version, drawn, made)
            return begun.made

    def _make_base_map(self, snapshot: Snapshot) -> BaseMap | None:
        """Open the file whose name holds the hash of what is drawn, cut it when it is not there, remove older ones."""
        layers = snapshot.base_layers()
        if not layers:
            return None
        database = beside(self._settings.db)
        folder = self._settings.tiles_dir or database.parent
        path = folder / f"{database.name}.base-{base_map_key(layers)}.pmtiles"
        if not path.exists():
            build_base_map(layers, path)
            for older in folder.glob(f"{database.name}.base-*.pmtiles"):
                if older != path:
                    older.unlink(missing_ok=True)
        return BaseMap(path)

    def warm(self) -> Future[None]:
        """In the background, make what the first requests need: base map, search index, tiles, compiled routing.

        Returns:
            Done when all but the base map is made.
        """
        snapshot = self._snapshot
        self._base_map_of(snapshot)
        return self._background.submit(self._warm, snapshot)

    def _warm(self, snapshot: Snapshot) -> None:
        now = self.now()
        new_roads = snapshot.state.router is not self._warmed
        self._warmed = snapshot.state.router
        tasks: list[Callable[[], object]] = [
            *([lambda: _answer_once(snapshot, now)] if new_roads else []),
            lambda: _prepare_roads(snapshot, self._source, now),
            lambda: snapshot.search_index(now),
            lambda: snapshot.cell_tiles(now),
            lambda: snapshot.enterprise_tiles,
            lambda: snapshot.team_tiles,
            *(partial(one, snapshot, now) for one in self._also),
        ]
        for task in tasks:
            if snapshot is not self._snapshot:
                return  # data that nobody asks for any more
            try:
                task()
            except GridGISError as error:
                LOG.warning("not warmed: %s", error)

    def live_tiles(self, name: str, area: AreaFilter = EVERYTHING) -> LiveTiles:
        """The live tiles of a name: cells, enterprises that a filter covers, or teams."""
        snapshot = self.current()
        if name == "cells":
            return snapshot.cell_tiles(self.now())
        return snapshot.enterprise_tiles_in(area, self.now()) if name == "enterprises" else snapshot.team_tiles

    def close(self) -> None:
        """End the background work."""
        self._background.shutdown(wait=True, cancel_futures=True)


def _prepare_roads(snapshot: Snapshot, source: DataSource, now: datetime) -> None:
    """Prepare the roads, so that every search after this one is quick; until then they are searched unprepared.

    What was prepared at an earlier start is loaded; what is prepared now is kept for the next one.
    """
    router = snapshot.state.router
    if router is None or router.preparation is not None:
        return
    topology_hash = router.topology.content_hash
    kept = None
    with suppress(StoreFault):  # that the database is away is told where it is looked at
        kept = source.road_order(topology_hash)
    if kept is not None:
        try:
            router.prepare(preparation=preparation_of(kept))
        except InvalidValue as error:
            LOG.warning("the kept preparation of the roads is of no use: %s", error)
        else:
            return
    made = router.prepare().preparation
    if made is not None:
        with suppress(StoreFault):
            source.keep_road_order(topology_hash, made.to_bytes(), now=now)


def preparation_of(content: bytes) -> Preparation:
    """What was prepared at an earlier start."""
    from gridgis.roads import Preparation

    return Preparation.from_bytes(content)


def _answer_once(snapshot: Snapshot, now: datetime) -> None:
    """Answer one alarm at a team's base, so that the searches are compiled before a person asks."""
    state = snapshot.state
    if state.teams and state.run_cards.cards:
        team, card = state.teams[0], state.run_cards.cards[0]
        propose(state, (team.lon, team.lat), card.type, card.level, now)
