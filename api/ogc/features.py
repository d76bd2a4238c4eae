"""Hold the features of one collection in memory: written once, found by place, time, values and area."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray

from api.ogc.crs import CRS84, Crs, geometries_in
from api.ogc.fields import Value
from api.ogc.spans import Span

Rows = NDArray[np.int64]
MOST_VIEWS = 64
MOST_PAGE_BYTES = 16_000_000


@dataclass(frozen=True)
class Records:
    """What the features of a collection are made of, n rows in the order in which they are served.

    Attributes:
        ids: Identifiers, unique.
        shapes: Geometries in lon/lat, object (n); None where a feature has no place.
        properties: Property name to JSON value of each.
        times: Microseconds from and until which each is valid, int64 (n, 2); None where features have no time.
        owners: The records that decide who sees each; None where areas and departments bind nobody.
    """

    ids: Sequence[str]
    shapes: NDArray[np.object_]
    properties: Sequence[Mapping[str, Any]]
    times: NDArray[np.int64] | None = None
    owners: Sequence[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Which records somebody sees, found once.

    Attributes:
        key: Equal for the same records.
        records: Finds their identifiers; None where everything is seen.
    """

    key: Hashable = None
    records: Callable[[], Container[UUID]] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What features are asked for; nothing asked is everything.

    Attributes:
        seen: What whoever asks may see.
        windows: Areas in lon/lat, any of which a feature meets; None for anywhere.
        spans: Spans, each of which a feature meets.
        values: Properties with the value of each.
    """

    seen: Seen = Seen()
    windows: tuple[shapely.Geometry, ...] | None = None
    spans: tuple[Span, ...] = ()
    values: tuple[tuple[str, Value], ...] = ()


class View(NamedTuple):
    """What somebody sees of the features.

    Attributes:
        mask: Which of them, None for all.
        bounds: West, south, east and north of these; None when none has a place.
        span: From when until when they are valid; None when none has a time.
    """

    mask: NDArray[np.bool_] | None
    bounds: tuple[float, ...] | None
    span: Span | None


class _Column(NamedTuple):
    """A property's values, numbered, and the number of each row's; -1 for null."""

    numbers: Mapping[Value, int]
    of_row: NDArray[np.int32]


class Features:
    """The features of one collection at one version of the data. Safe among threads.

    Args:
        records: What they are made of.
        queryable: Names of the properties by whose values they are found.

    Attributes:
        tag: Hash of all that they tell; equal tags are the same features in the same order.
        size_bytes: Bytes of all of them as they are served.
    """

    def __init__(self, records: Records, queryable: Iterable[str] = ()) -> None:
        self._shapes = CRS84.of_lonlat(records.shapes)
        self._bodies, self._heads = _written(records, self._shapes)
        self._tree = shapely.STRtree(self._shapes)
        self._placeless: Rows = np.flatnonzero(shapely.is_missing(self._shapes) | shapely.is_empty(self._shapes))
        self._all: Rows = np.arange(len(self._shapes))
        self._sizes = np.fromiter(map(len, self._bodies), np.int64, len(self._shapes))
        self._largest = int(self._sizes.max(initial=0))
        self._row_of = {identifier: row for row, identifier in enumerate(records.ids)}
        self._columns = {name: _column(one.get(name) for one in records.properties) for name in queryable}
        self._times, self._owners = records.times, records.owners
        self._views: OrderedDict[Hashable, View] = OrderedDict()
        self.size_bytes = int(self._sizes.sum())
        self.tag = _tag(self._bodies, records)

    def __len__(self) -> int:
        return len(self._all)

    def rows(self, wanted: Wanted) -> Rows:
        """Rows of the features asked for, in order.

        A feature without a place meets every window, as the standard has it.
        """
        found = self._all if wanted.windows is None else self._in(wanted.windows)
        if self._times is not None:
            for span in wanted.spans:
                found = found[(self._times[found, 0] <= span.until) & (self._times[found, 1] >= span.since)]
        for name, value in wanted.values:
            column = self._columns[name]
            found = found[column.of_row[found] == column.numbers.get(value, len(column.numbers))]
        mask = self.view(wanted.seen).mask
        return found if mask is None else found[mask[found]]

    def _in(self, windows: Sequence[shapely.Geometry]) -> Rows:
        found = [self._tree.query(window, predicate="intersects") for window in windows]
        if len(found) == 1 and not len(self._placeless):
            return np.sort(found[0])
        return np.unique(np.concatenate([*found, self._placeless]))

    def view(self, seen: Seen) -> View:
        """What somebody sees of the features, worked out once."""
        view = self._views.get(seen.key)
        if view is None:
            view = self._views[seen.key] = self._view(seen)
            while len(self._views) > MOST_VIEWS:
                self._views.popitem(last=False)
        return view

    def _view(self, seen: Seen) -> View:
        mask = None
        if seen.records is not None and self._owners is not None:
            records = seen.records()
            mask = np.fromiter((owner in records for owner in self._owners), np.bool_, len(self))
        shown: Any = slice(None) if mask is None else mask
        times = None if self._times is None else self._times[shown]
        return View(
            mask,
            _around(self._shapes[shown]),
            None if times is None or not len(times) else Span(int(times[:, 0].min()), int(times[:, 1].max())),
        )

    def row(self, identifier: str, wanted: Wanted) -> int | None:
        """The row of a feature; None when there is none of that name among those asked for."""
        row = self._row_of.get(identifier)
        return row if row is not None and row in self.rows(wanted) else None

    def page(self, found: Rows, first: int, limit: int) -> Rows:
        """Of the rows found those from a row on that a page may have: some number, some bytes, but at least one."""
        start = int(np.searchsorted(found, first))
        page = found[start : start + limit]
        if len(page) * self._largest <= MOST_PAGE_BYTES:
            return page
        most = int(np.searchsorted(np.cumsum(self._sizes[page]), MOST_PAGE_BYTES))
        return page[: max(most, 1)]

    def written(self, rows: Rows, crs: Crs) -> list[bytes]:
        """Features as GeoJSON in a system."""
        listed = rows.tolist()
        if crs is CRS84:
            return [self._bodies[row] for row in listed]
        moved = geometries_in(crs, self._shapes[rows])
        return [
            b"%b%b}" % (self._bodies[row][: self._heads[row]], (shape or "null").encode())
            for row, shape in zip(listed, moved, strict=True)
        ]


def _written(records: Records, shapes: NDArray[np.object_]) -> tuple[list[bytes], list[int]]:
    """Each feature as GeoJSON, its geometry last, and where that begins."""
    bodies, heads = [], []
    geometries = shapely.to_geojson(shapes).tolist()
    for identifier, properties, geometry in zip(records.ids, records.properties, geometries, strict=True):
        told = json.dumps(properties, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        head = f'{{"type":"Feature","id":{json.dumps(identifier)},"properties":{told},"geometry":'.encode()
        bodies.append(b"%b%b}" % (head, (geometry or "null").encode()))
        heads.append(len(head))
    return bodies, heads


def _around(shapes: NDArray[np.object_]) -> tuple[float, ...] | None:
    """West, south, east and north of geometries; None when there is none."""
    corners = shapely.bounds(shapes).reshape(-1, 4)
    corners = corners[~np.isnan(corners).any(axis=1)]
    if not len(corners):
        return None
    return (*corners[:, :2].min(axis=0).tolist(), *corners[:, 2:].max(axis=0).tolist())


def _column(values: Iterable[Any]) -> _Column:
    numbers: dict[Value, int] = {}
    of_row = [-1 if value is None else numbers.setdefault(value, len(numbers)) for value in values]
    return _Column(numbers, np.array(of_row, dtype=np.int32))


def _tag(bodies: Iterable[bytes], records: Records) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for body in bodies:
        digest.update(body)
    if records.times is not None:
        digest.update(records.times.tobytes())
    return digest.hexdigest()
