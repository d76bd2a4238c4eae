"""Turn a district's records into the GeoJSON that a report holds: small, rounded, its words ready to show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.cells.cell import Cell
from gridgis.dispatch.teams import Team
from gridgis.geometry import to_lonlat, to_metric
from gridgis.supervision.enterprises import Enterprise, Site
from maps.styles import RISK_ORDER, team_shape
from maps.words import Words

if TYPE_CHECKING:
    from gridgis.roads import RoadNetwork

Json = dict[str, Any]

DIGITS = 6  # a tenth of a metre
TOLERANCE_M: Mapping[int, float] = MappingProxyType({1: 12.0, 2: 10.0, 3: 8.0})
"""How far a drawn border may lie from the true one, by level."""
ROAD_TOLERANCE_M = 12.0
ROAD_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "motorway": 3.5,
        "trunk": 3.0,
        "primary": 2.5,
        "secondary": 1.8,
        "tertiary": 1.0,
    }
)
"""Classes drawn, most important first, with their line weights in pixels."""
MOST_ROAD_POINTS = 12_000
SITE_DETAILS = ("industry", "department", "address", "chemicals")


def embedded(value: Any) -> str:
    """A value as JSON that may stand inside a script tag: nothing in it can end the tag or begin a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for risky, safe in (("<", "\\u003c"), (">", "\\u003e"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):
        text = text.replace(risky, safe)
    return text


def _rounded(shapes: NDArray[np.object_]) -> list[Json]:
    """Geometries as GeoJSON with rounded coordinates."""
    return [json.loads(text) for text in shapely.to_geojson(shapely.transform(shapes, lambda xy: np.round(xy, DIGITS)))]


def _collection(features: Iterable[tuple[Json, Json]], **more: Any) -> Json:
    """A feature collection of geometries with their properties."""
    listed = [{"type": "Feature", "properties": told, "geometry": shape} for shape, told in features]
    return {"type": "FeatureCollection", "features": listed, **more}


def cell_areas(cells: Sequence[Cell], level: int, metric_epsg: int) -> Json:
    """The cells of a level; a border of two cells is simplified once for both, so that no gap shows."""
    chosen = [cell for cell in cells if cell.level == level]
    shapes = to_metric(np.array([cell.geometry for cell in chosen], dtype=object), metric_epsg)
    drawn = to_lonlat(shapely.coverage_simplify(shapes, TOLERANCE_M[level]), metric_epsg)
    told = [{"name": cell.name, "code": cell.code} for cell in chosen]
    return _collection(zip(_rounded(drawn), told, strict=True))


def main_roads(network: RoadNetwork, metric_epsg: int) -> Json:
    """The greater roads, joined by class and simplified; lesser classes only while the page stays small."""
    kinds = np.array([str(kind).removesuffix("_link") for kind in network.highway])
    geometry = np.asarray(network.geometry, dtype=object)
    features: list[tuple[Json, Json]] = []
    points = 0
    for kind in ROAD_WEIGHTS:
        lines = geometry[kinds == kind]
        if not len(lines):
            continue
        metric = to_metric(shapely.normalize(lines), metric_epsg)
        merged = shapely.simplify(shapely.line_merge(shapely.union_all(metric)), ROAD_TOLERANCE_M)
        points += int(shapely.get_num_coordinates(merged))
        if points > MOST_ROAD_POINTS:
            break
        drawn = to_lonlat(np.array([merged], dtype=object), metric_epsg)
        features.append((_rounded(drawn)[0], {"class": kind}))
    return _collection(features)


def enterprise_points(enterprises: Sequence[Enterprise], sites: Sequence[Site]) -> Json:
    """Every placed site: name, place in `RISK_ORDER`, and details as numbers into ``texts``; 0 for none."""
    known: Mapping[UUID, Enterprise] = {enterprise.id: enterprise for enterprise in enterprises}
    texts: dict[str, int] = {"": 0}
    features = []
    for site in sites:
        if site.lon is None or site.lat is None:
            continue
        enterprise = known[site.enterprise_id]
        words = (enterprise.industry, enterprise.department, site.address, enterprise.chemicals)
        told: Json = {"n": site.name or enterprise.name, "r": RISK_ORDER.index(enterprise.risk)}
        if any(words):
            told["d"] = [texts.setdefault(word, len(texts)) for word in words]
        features.append((_point(site.lon, site.lat), told))
    return _collection(features, texts=list(texts))


def team_points(teams: Sequence[Team], chosen: Mapping[str, str], words: Words, *, only_chosen: bool = False) -> Json:
    """The bases of teams with what their card says; ``chosen`` gives the task of each team sent, by identifier."""
    return _collection(
        (
            _point(team.lon, team.lat),
            {
                "name": team.name,
                "shape": team_shape(team),
                "chosen": str(team.id) in chosen,
                "off": not team.in_service,
                "told": _team_card(team, chosen.get(str(team.id), ""), words),
            },
        )
        for team in teams
        if not only_chosen or str(team.id) in chosen
    )


def _team_card(team: Team, task: str, words: Words) -> list[str]:
    """What a team's card says, in the order of the headings of the page."""
    separator = words.text("page.separator")
    return [
        words.text(f"tier.{team.tier.value}"),
        words.text(f"command.{team.command.value}"),
        separator.join(words.text(f"capability.{one}") for one in sorted(team.capabilities)),
        str(team.people),
        team.department,
        task,
        team.out_of_service_reason,
    ]


def route_lines(chosen: Sequence[Json], words: Words) -> Json:
    """The roads by which the chosen teams come, each with its rank; a team without a road has no line."""
    features = []
    for rank, one in enumerate(chosen):
        if one["route"] is None:
            continue
        shape = np.array([shapely.from_geojson(json.dumps(one["route"]))], dtype=object)
        eta = duration(one["eta_s"], words)
        told = {"rank": rank, "name": one["team"]["name"], "eta": eta, "estimated": bool(one["estimated"])}
        features.append((_rounded(shape)[0], told))
    return _collection(features)


def duration(seconds: float | None, words: Words) -> str:
    """A time as people say it: 6分20秒."""
    if seconds is None:
        return words.text("unit.unknown")
    whole = round(seconds)
    return words.text("unit.minutes_seconds", minutes=whole // 60, seconds=f"{whole % 60:02d}")


def distance(metres: float | None, words: Words) -> str:
    """A distance as people say it: 850 米, 3.2 公里."""
    kilometre = 1000
    if metres is None:
        return words.text("unit.unknown")
    if metres < kilometre:
        return words.text("unit.metres", value=round(metres))
    return words.text("unit.kilometres", value=f"{metres / kilometre:.1f}")


def _point(lon: float, lat: float) -> Json:
    return {"type": "Point", "coordinates": [round(lon, DIGITS), round(lat, DIGITS)]}
