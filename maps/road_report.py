"""Draw what is likely wrong with a district's roads on one page that opens with no network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

import folium
import numpy as np
import shapely
from branca.element import Figure

from gridgis.roads import Router
from gridgis.roads.road_faults import Island, SuspiciousEnd, find_islands, find_suspicious_ends
from maps import report_layers
from maps.report_layers import Json
from maps.reports import MAX_ZOOM, MIN_ZOOM, Call, DataLayer, add_head, number_elements
from maps.words import Words

MOST_DRAWN = 5000
MOST_LISTED = 40
COUNTS = (
    "ways", "nodes", "edges", "zero_length", "duplicates", "loops", "dead_ends", "level_crossings", "missing_nodes",
    "cut_ways", "lost_ways", "broken_restrictions",
)  # fmt: skip


def road_report(
    router: Router, metric_epsg: int, words: Words, *, name: str, profile_code: str, quality: Mapping[str, Any] | None
) -> str:
    """The page of a road network: figures of its file, islands and suspicious ends, each on the map and in a list.

    Args:
        router: The roads.
        metric_epsg: EPSG code of metric coordinates in which lines are simplified.
        words: Language of the page.
        name: Of the district.
        profile_code: The vehicle for which islands are islands.
        quality: What was told of the file when it was imported, None for nothing.

    Raises:
        NotKnown: ``profile.unknown``.
        Unreadable: ``vendor.missing`` when the browser libraries were not set up.
    """
    network = router.network
    islands, ends = find_islands(router, profile_code), find_suspicious_ends(router)
    page = folium.Map([float(network.y.mean()), float(network.x.mean())], zoom_start=11, tiles=None, prefer_canvas=True)
    page.options |= {"minZoom": MIN_ZOOM, "maxZoom": MAX_ZOOM, "attributionControl": False}
    page.default_js, page.default_css = [], []
    figure = page.get_root()
    assert isinstance(figure, Figure)  # noqa: S101  folium puts every map in one
    title = words.text("page.roads.title", district=name)
    add_head(figure, title)
    look = {"weights": dict(report_layers.ROAD_WEIGHTS)}
    DataLayer("roads", words.text("page.layer.roads"), report_layers.main_roads(network, metric_epsg), look).add_to(
        page
    )
    drawn = DataLayer("islands", words.text("page.roads.islands"), _island_lines(router, islands, words), {})
    drawn.add_to(page)
    marked = DataLayer("roadEnds", words.text("page.roads.ends"), _end_points(ends, words), {})
    marked.add_to(page)
    folium.LayerControl(collapsed=False).add_to(page)
    Call("roadFaults", [page], _told(title, (islands, ends), router, quality or {}, words)).add_to(page)
    Call("sources", [page], network.source.attribution).add_to(page)
    page.fit_bounds(
        [[float(network.y.min()), float(network.x.min())], [float(network.y.max()), float(network.x.max())]]
    )
    number_elements(figure)
    language = "zh-CN" if words.language == "zh" else words.language
    html: str = figure.render()
    return html.replace("<html>", f'<html lang="{language}">', 1)


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


def _island_text(island: Island, words: Words) -> str:
    names = "、".join(island.names) or words.text("page.closure.nameless")
    return words.text("page.roads.island", names=names, metres=round(island.length_m))


def _end_text(one: SuspiciousEnd, words: Words) -> str:
    name = one.name or words.text("page.closure.nameless")
    gap = f"{one.gap_m:.1f}" if isfinite(one.gap_m) else ""
    return words.text(f"page.roads.end.{one.kind.value}", name=name, gap=gap, node=one.node_id)


def _told(
    title: str,
    found: tuple[tuple[Island, ...], tuple[SuspiciousEnd, ...]],
    router: Router,
    told: Mapping[str, Any],
    words: Words,
) -> Json:
    """The table beside the map: figures, then islands and ends with where they are."""
    islands, ends = found
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
        ],
    }
