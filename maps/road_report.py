"""Draw what is likely wrong with a district's roads on one page that opens with no network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import folium
import numpy as np
import shapely
from branca.element import Figure

from gridgis.roads import Router
from gridgis.roads.drawing_faults import BadValue, DrawingFault, DrawingFaultKind, find_drawing_faults
from gridgis.roads.road_faults import Island, SuspiciousEnd, find_islands, find_suspicious_ends
from maps import report_layers
from maps.report_layers import Json
from maps.reports import MAX_ZOOM, MIN_ZOOM, Call, DataLayer, add_head, number_elements
from maps.words import Words

MOST_DRAWN = 5000
MOST_LISTED = 40
MOST_MINOR = 120_000  # edges up to which every road is drawn, not the main ones alone
SIMPLIFIED_DEGREES = 2e-5  # about two metres
COUNTS = (
    "ways", "nodes", "edges", "zero_length", "duplicates", "loops", "dead_ends", "ferries", "fairways",
    "level_crossings", "missing_nodes", "cut_ways", "lost_ways", "broken_restrictions",
)  # fmt: skip


def road_report(
    router: Router,
    metric_epsg: int,
    words: Words,
    *,
    name: str,
    profile_code: str,
    quality: Mapping[str, Any] | None,
    railways: Sequence[shapely.LineString] = (),
) -> str:
    """The page of a road network: figures of its file; islands, suspicious ends and odd drawing, on the map and listed.

    Args:
        router: The roads.
        metric_epsg: EPSG code of metric coordinates in which lines are simplified.
        words: Language of the page.
        name: Of the district.
        profile_code: The vehicle for which islands are islands.
        quality: What was told of the file when it was imported, None for nothing.
        railways: Rails, lon/lat, by which level crossings are found.

    Raises:
        NotKnown: ``profile.unknown``.
        Unreadable: ``vendor.missing`` when the browser libraries were not set up.
    """
    network = router.network
    islands, ends = find_islands(router, profile_code), find_suspicious_ends(router)
    bad = [BadValue(one["key"], one["value"], tuple(one["ways"])) for one in (quality or {}).get("bad_tags", [])]
    odd = find_drawing_faults(router, railways=railways, bad_values=bad)
    page = folium.Map([float(network.y.mean()), float(network.x.mean())], zoom_start=11, tiles=None, prefer_canvas=True)
    page.options |= {"minZoom": MIN_ZOOM, "maxZoom": MAX_ZOOM, "attributionControl": False}
    page.default_js, page.default_css = [], []
    figure = page.get_root()
    assert isinstance(figure, Figure)  # noqa: S101  folium puts every map in one
    title = words.text("page.roads.title", district=name)
    add_head(figure, title)
    if router.network.edges <= MOST_MINOR:
        minor = _minor_roads(router)
        DataLayer("minorRoads", words.text("page.roads.minor"), minor, {}).add_to(page)
    look = {"weights": dict(report_layers.ROAD_WEIGHTS)}
    DataLayer("roads", words.text("page.layer.roads"), report_layers.main_roads(network, metric_epsg), look).add_to(
        page
    )
    drawn = DataLayer("islands", words.text("page.roads.islands"), _island_lines(router, islands, words), {})
    drawn.add_to(page)
    marked = DataLayer("roadEnds", words.text("page.roads.ends"), _end_points(ends, words), {})
    marked.add_to(page)
    for kind in DrawingFaultKind:
        of_kind = [one for one in odd if one.kind is kind]
        if of_kind:
            layer = DataLayer("roadOdd", words.text(f"page.roads.odd.{kind}"), _odd_shapes(of_kind, words), {})
            layer._name = f"report_{kind}"  # noqa: SLF001  folium names elements by it
            layer.add_to(page)
    folium.LayerControl(collapsed=False).add_to(page)
    Call("roadFaults", [page], _told(title, (islands, ends, odd), router, quality or {}, words)).add_to(page)
    Call("sources", [page], network.source.attribution).add_to(page)
    page.fit_bounds(
        [[float(network.y.min()), float(network.x.min())], [float(network.y.max()), float(network.x.max())]]
    )
    number_elements(figure)
    language = "zh-CN" if words.language == "zh" else words.language
    html: str = figure.render()
    return html.replace("<html>", f'<html lang="{language}">', 1)


def _minor_roads(router: Router) -> Json:
    """Every street as one line of many, for the ground of the map."""
    streets, network = router.streets, router.network
    first = np.zeros(len(streets.shapes), dtype=np.int64)
    first[streets.of_edge] = np.arange(network.edges)
    lines = shapely.simplify(network.geometry[first], SIMPLIFIED_DEGREES)
    return {"type": "FeatureCollection", "features": [_feature(shapely.MultiLineString(lines.tolist()), {})]}


def _island_lines(router: Router, islands: tuple[Island, ...], words: Words) -> Json:
    features = []
    for island in islands[:MOST_DRAWN]:
        lines = np.array([shapely.MultiLineString(list(router.network.geometry[island.edges]))], dtype=object)
        features.append(_feature(lines[0], {"text": _island_text(island, words)}))
    return {"type": "FeatureCollection", "features": features}


def _end_points(ends: tuple[SuspiciousEnd, ...], words: Words) -> Json:
    return {
        "type": "FeatureCollection",
        "features": [
            _feature(shapely.Point(one.lon, one.lat), {"text": _end_text(one, words), "kind": one.kind.value})
            for one in ends[:MOST_DRAWN]
        ],
    }


def _feature(shape: shapely.Geometry, properties: Json) -> Json:
    rounded = shapely.set_precision(shape, 1e-6, mode="pointwise")
    return {"type": "Feature", "geometry": json.loads(shapely.to_geojson(rounded)), "properties": properties}


def _odd_shapes(odd: Sequence[DrawingFault], words: Words) -> Json:
    features = [
        _feature(one.shape, {"text": _odd_text(one, words), "kind": one.kind.value}) for one in odd[:MOST_DRAWN]
    ]
    return {"type": "FeatureCollection", "features": features}


def _odd_text(one: DrawingFault, words: Words) -> str:
    road = one.road or words.text("page.closure.nameless")
    return words.text("page.roads.odd", kind=words.text(f"page.roads.odd.{one.kind}"), road=road, told=one.told)


def _odd_lists(odd: Sequence[DrawingFault], words: Words) -> list[Json]:
    """A list for each kind that there is, with a place for each row."""
    made = []
    for kind in DrawingFaultKind:
        listed = [one for one in odd if one.kind is kind]
        if listed:
            shown = listed[:MOST_LISTED]
            places = [shapely.get_coordinates(one.shape)[0][::-1].round(6).tolist() for one in shown]
            title = words.text("page.roads.odd_count", kind=words.text(f"page.roads.odd.{kind}"), count=len(listed))
            rows = [[one.road or words.text("page.closure.nameless"), one.told] for one in shown]
            made.append({"title": title, "rows": rows, "places": places})
    return made


def _island_text(island: Island, words: Words) -> str:
    names = "、".join(island.names) or words.text("page.closure.nameless")
    return words.text("page.roads.island", names=names, metres=round(island.length_m))


def _end_text(one: SuspiciousEnd, words: Words) -> str:
    name = one.name or words.text("page.closure.nameless")
    gap = f"{one.gap_m:.1f}" if isfinite(one.gap_m) else ""
    return words.text(f"page.roads.end.{one.kind.value}", name=name, gap=gap, node=one.node_id)


def _told(
    title: str,
    found: tuple[tuple[Island, ...], tuple[SuspiciousEnd, ...], tuple[DrawingFault, ...]],
    router: Router,
    told: Mapping[str, Any],
    words: Words,
) -> Json:
    """The table beside the map: figures, then islands and ends with where they are."""
    islands, ends, odd = found
    figures = [[words.text(f"page.roads.figure.{name}"), str(told[name])] for name in COUNTS if name in told]
    bad = [[f"{one['key']}={one['value']}", str(one["count"])] for one in told.get("bad_tags", [])[:MOST_LISTED]]
    geometry = router.network.geometry
    places = [shapely.get_coordinates(geometry[island.edges[0]])[0][::-1].tolist() for island in islands[:MOST_LISTED]]
    return {
        "title": title,
        "figures": figures,
        "bad": {"title": words.text("page.roads.bad_tags"), "rows": bad},
        "lists": [
            {
                "title": words.text("page.roads.islands_count", count=len(islands)),
                "rows": [[_island_text(one, words)] for one in islands[:MOST_LISTED]],
                "places": places,
            },
            {
                "title": words.text("page.roads.ends_count", count=len(ends)),
                "rows": [[_end_text(one, words)] for one in ends[:MOST_LISTED]],
                "places": [[one.lat, one.lon] for one in ends[:MOST_LISTED]],
            },
            *_odd_lists(odd, words),
        ],
    }
