"""Items found by place, time and value are those that a look at every feature finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.ogc.crs import CRS84, Bounds, Crs, crs_of
from api.ogc.features import Features, Records, Wanted
from api.ogc.spans import Span, between, parse_span
from tests.fakes.ogc_client import everything

if TYPE_CHECKING:
    from starlette.testclient import TestClient

NEW_YEAR = datetime(2020, 1, 1, tzinfo=UTC)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KINDS = ("a", "b", "c")

longitudes = st.floats(-180, 180, allow_nan=False)
latitudes = st.floats(-85, 85, allow_nan=False)
near = st.integers(0, 60).map(lambda step: step / 4)
moments = st.integers(-400, 400).map(lambda days: NEW_YEAR + timedelta(days=days))
windows = st.lists(near, min_size=4, max_size=4).map(
    lambda numbers: (min(numbers[:2]), min(numbers[2:]), max(numbers[:2]), max(numbers[2:]))
)


@st.composite
def shapes(draw: st.DrawFn) -> shapely.Geometry | None:
    """A point, a line, an area, or no place; often on the edges of windows."""
    x, y = draw(near), draw(near)
    width, height = draw(near) + 0.25, draw(near) + 0.25
    made: list[shapely.Geometry | None] = [
        shapely.Point(x, y),
        shapely.LineString([(x, y), (x + width, y + height)]),
        shapely.Polygon([(x, y), (x + width, y), (x, y + height)]),
        shapely.MultiPolygon([shapely.box(x, y, x + 0.25, y + 0.25), shapely.box(x + 1, y, x + 2, y + 1)]),
        None,
    ]
    return draw(st.sampled_from(made))


@st.composite
def features(draw: st.DrawFn) -> tuple[Records, Features]:
    """Some features with places, spans and kinds."""
    count = draw(st.integers(0, 12))
    placed = np.empty(count, dtype=object)
    placed[:] = [draw(shapes()) for _ in range(count)]
    spans = [sorted((draw(moments), draw(moments))) for _ in range(count)]
    open_ends = [draw(st.booleans()) for _ in range(count)]
    times = np.array(
        [between(since, None if is_open else until) for (since, until), is_open in zip(spans, open_ends, strict=True)],
        dtype=np.int64,
    ).reshape(-1, 2)
    properties = [{"kind": draw(st.sampled_from([*KINDS, None]))} for _ in range(count)]
    records = Records([f"f{number}" for number in range(count)], placed, properties, times)
    return records, Features(records, ["kind"])


def meets(shape: shapely.Geometry | None, boxes: list[shapely.Geometry]) -> bool:
    return shape is None or any(shapely.intersects(shape, box) for box in boxes)


@QUICK
@given(made=features(), box=windows, span=st.tuples(moments, moments), kind=st.sampled_from(KINDS))
def test_features_are_found_as_by_looking_at_each(
    made: tuple[Records, Features], box: Bounds, span: tuple[datetime, datetime], kind: str
) -> None:
    records, found = made
    asked = between(min(span), max(span))
    assert records.times is not None
    in_box = [meets(shape, [shapely.box(*box)]) for shape in records.shapes]
    in_time = [since <= asked.until and until >= asked.since for since, until in records.times.tolist()]
    of_kind = [one["kind"] == kind for one in records.properties]
    for by_box in (False, True):
        for by_time in (False, True):
            for by_kind in (False, True):
                wanted = Wanted(
                    windows=CRS84.windows(box) if by_box and box[0] < box[2] and box[1] < box[3] else None,
                    spans=(asked,) if by_time else (),
                    values=(("kind", kind),) if by_kind else (),
                )
                looked = [
                    row
                    for row in range(len(found))
                    if (wanted.windows is None or in_box[row])
                    and (not by_time or in_time[row])
                    and (not by_kind or of_kind[row])
                ]
                assert found.rows(wanted).tolist() == looked


@QUICK
@given(made=features(), box=windows, limit=st.integers(1, 5))
def test_pages_are_the_features_found_in_order(made: tuple[Records, Features], box: Bounds, limit: int) -> None:
    """Each once, none left out, whatever the length of a page."""
    _, features = made
    found = features.rows(Wanted(windows=CRS84.windows(box)))
    first, seen = 0, []
    while len(page := features.page(found, first, limit)):
        assert len(page) <= limit
        seen += page.tolist()
        first = int(page[-1]) + 1
    assert seen == found.tolist()


@QUICK
@given(west=longitudes, east=longitudes, south=latitudes, north=latitudes, xy=st.tuples(longitudes, latitudes))
def test_a_box_across_the_180th_meridian_is_the_rest_of_the_way_round(
    west: float, east: float, south: float, north: float, xy: tuple[float, float]
) -> None:
    south, north = min(south, north), max(south, north)
    met = any(shapely.intersects(window, shapely.Point(xy)) for window in CRS84.windows((west, south, east, north)))
    in_longitude = west <= xy[0] <= east if west <= east else xy[0] >= west or xy[0] <= east
    assert met == (in_longitude and south <= xy[1] <= north)


@QUICK
@given(
    crs=st.sampled_from([CRS84, crs_of(4326), crs_of(4490), crs_of(4549), crs_of(3857)]),
    corners=st.tuples(*(st.floats(0, 1, allow_nan=False) for _ in range(4))),
    xy=st.tuples(st.floats(119, 121), st.floats(31.5, 33.5)),
)
def test_a_box_in_a_system_holds_the_points_that_lie_in_it_there(
    crs: Crs, corners: tuple[float, ...], xy: tuple[float, float]
) -> None:
    """But for those within some centimetres of an edge that is bent in degrees."""
    points = np.array([shapely.Point(119 + 2 * u, 31.5 + 2 * v) for u, v in (corners[:2], corners[2:])], dtype=object)
    ends = shapely.get_coordinates(crs.of_lonlat(points))
    low, high = ends.min(axis=0), ends.max(axis=0)
    placed = shapely.get_coordinates(crs.of_lonlat(np.array([shapely.Point(xy)], dtype=object)))[0]
    close = 1e-6 if crs.degrees else 1.0
    if np.abs(np.concatenate([placed - low, placed - high])).min() < close:
        return
    met = any(shapely.intersects(window, shapely.Point(xy)) for window in crs.windows([*low.tolist(), *high.tolist()]))
    assert met == bool((placed >= low).all() and (placed <= high).all())


@QUICK
@given(since=st.none() | moments, until=st.none() | moments, dots=st.booleans())
def test_an_interval_is_read_as_it_is_written(since: datetime | None, until: datetime | None, *, dots: bool) -> None:
    if since is not None and until is not None and until < since:
        since, until = until, since
    nothing = ".." if dots else ""
    text = "/".join(nothing if one is None else one.isoformat() for one in (since, until))
    assert parse_span(text) == between(since, until)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["cells3", "units", "alarms", "dispatches", "posts", "enterprises", "roads", "teams"]),
    places=st.tuples(*(st.integers(0, 70) for _ in range(4))),
    span=st.tuples(moments, moments),
)
def test_the_service_finds_what_a_look_at_every_feature_finds(
    ogc: TestClient, name: str, places: tuple[int, ...], span: tuple[datetime, datetime]
) -> None:
    west, east = sorted(120.095 + place / 1000 for place in places[:2])
    south, north = sorted(32.495 + place / 2000 for place in places[2:])
    since, until = sorted(span)
    path = f"/collections/{name}/items"
    box = shapely.box(west, south, east + 1e-9, north + 1e-9)
    asked = {
        "bbox": f"{west},{south},{east + 1e-9},{north + 1e-9}",
        "datetime": f"{since.isoformat()}/{until.isoformat()}",
    }
    wanted = [
        one
        for one in everything(ogc, path, datetime="../..")
        if meets(None if one["geometry"] is None else shapely.geometry.shape(one["geometry"]), [box])
        and in_span(one["properties"], between(since, until))
    ]
    assert everything(ogc, path, **asked) == wanted


ENDS = (("valid_from", "valid_until"), ("dispatched_at", "home_at"), ("reported_at", "reported_at"), ("since", "until"))


def in_span(properties: dict[str, Any], asked: Span) -> bool:
    """Whether a feature's own properties say that it is valid then; the end of a plan is not, that of a post is."""
    for first, last in ENDS:
        if first in properties:
            begin = parse_span(properties[first])
            end = parse_span(properties[last]) if properties[last] else None
            until = None if end is None else end.until - (first == "valid_from")
            return begin.since <= asked.until and (until is None or until >= asked.since)
    return True


@pytest.mark.parametrize("text", ["2020-06-30T23:59:60Z", "2020-06-30t23:59:59z", "2020-06-30T23:59:59.5+08:00"])
def test_moments_are_read_in_every_form_of_the_standard(text: str) -> None:
    assert parse_span(text).since == parse_span(text).until
