"""Check where sites are: unplaced, at nowhere, swapped, outside, in no cell, fixed without a reason, or all shifted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point

from gridgis.checks.finding import Finding, error, note, warning
from gridgis.checks.grid import GridReport
from gridgis.checks.map_shift import Shift, taken_back
from gridgis.checks.scope import Scope
from gridgis.geometry import LocalPlane
from gridgis.supervision.enterprises import Site
from gridgis.supervision.placing import Placing, site_xy

_NOWHERE_DEGREES = 0.01
_MOST_LON, _MOST_LAT = 180.0, 90.0
_HALF = 0.5
_LEAST_ASTRAY, _LEAST_SHARE_ASTRAY, _MOST_LEFT = 5, 0.002, 0.25
_LEAST_NEAR_ROADS, _MOST_ASKED, _FARTHER, _LEAST_FARTHER_M = 30, 2000, 1.5, 20.0
_CHINA = (73.0, 18.0, 136.0, 54.0)


def check_sites(scope: Scope, grid: GridReport) -> Iterator[Finding]:
    """Sites that are not where they can be supervised."""
    yield from _fixed(scope)
    yield from _unplaced(scope)
    if not scope.has_ground:
        return
    sites = [site for site in scope.state.sites if site.placed and not _decided(scope, site)]
    xy = site_xy(sites)
    inside = scope.covers(xy)
    wrong = _impossible(scope, xy, inside)
    for row, code in wrong.items():
        site = sites[row]
        yield error(code, "site", site.code, site=site.name, lon=site.lon, lat=site.lat)
    left = np.setdiff1d(np.flatnonzero(~inside), list(wrong))
    possible = len(sites) - len(wrong)
    shift = find_shift(scope, np.delete(xy, list(wrong), axis=0))
    if shift is not None:
        yield warning(
            "sites.shifted",
            "district",
            scope.state.district.code,
            system=shift.shift.value,
            sites=possible,
            outside=shift.outside,
            outside_after=shift.outside_after,
            away_m=round(shift.away_m),
        )
        left = left[~scope.covers(taken_back(xy[left], shift.shift))]
    if len(left) > _HALF * possible and len(left) >= _LEAST_ASTRAY:
        yield error("sites.mostly_outside", "district", scope.state.district.code, outside=len(left), sites=possible)
        return
    yield from _outside(scope, [sites[row] for row in left.tolist()])
    yield from _in_no_cell(scope, grid)


def _decided(scope: Scope, site: Site) -> bool:
    """Whether a person put the site in a cell of the plan."""
    return bool(site.cell_code) and site.cell_code in scope.plan.cell_by_code


def _fixed(scope: Scope) -> Iterator[Finding]:
    for site in scope.state.sites:
        if site.cell_code and not site.cell_reason.strip():
            cell = scope.name_of(site.cell_code)
            yield error("site.cell_reason", "site", site.code, _point(site), site=site.name, cell=cell)


def _unplaced(scope: Scope) -> Iterator[Finding]:
    waiting = tuple(site.name for site in scope.state.sites if not site.placed and not _decided(scope, site))
    if waiting:
        yield note("sites.unplaced", "district", scope.state.district.code, count=len(waiting), names=waiting)


def _impossible(scope: Scope, xy: NDArray[np.float64], inside: NDArray[np.bool_]) -> dict[int, str]:
    """Rows of sites outside whose coordinates can't be meant, each with the code of its fault."""
    found: dict[int, str] = {}
    turned = scope.covers(xy[:, ::-1])
    for row in np.flatnonzero(~inside).tolist():
        lon, lat = xy[row]
        if max(abs(lon), abs(lat)) < _NOWHERE_DEGREES:
            found[row] = "site.nowhere"
        elif turned[row]:
            found[row] = "site.swapped"
        elif not (abs(lon) <= _MOST_LON and abs(lat) <= _MOST_LAT):
            found[row] = "site.not_degrees"
    return found


def _outside(scope: Scope, sites: Sequence[Site]) -> Iterator[Finding]:
    if not sites:
        return
    outline = scope.state.district.outline
    ground = [outline] if outline is not None else [cell.geometry for cell in scope.plan.cells]
    plane = LocalPlane.around(ground)
    area = shapely.union_all(shapely.make_valid(np.asarray(plane.to_metres(np.asarray(ground, dtype=object)))))
    away_m = shapely.distance(area, shapely.points(plane.xy_to_metres(site_xy(sites))))
    for site, distance_m in zip(sites, np.atleast_1d(away_m).tolist(), strict=True):
        yield warning("site.outside", "site", site.code, _point(site), site=site.name, away_m=round(distance_m))


def _in_no_cell(scope: Scope, grid: GridReport) -> Iterator[Finding]:
    """Sites inside the district in no cell, where nothing reported about the grid accounts for it."""
    placed = scope.placed
    if not scope.plan.cells:
        return
    for row in np.flatnonzero(placed.placing == Placing.GAP).tolist():
        site = placed.sites[row]
        point = _point(site)
        if grid.ground is None or not shapely.intersects(grid.ground, point):
            around = [code for code in placed.codes()[row].tolist() if code] or [scope.state.district.code]
            yield error("site.no_cell", "site", site.code, point, site=site.name, lies_in=scope.name_of(around[-1]))


def _point(site: Site) -> Point | None:
    return Point(site.lon, site.lat) if site.lon is not None and site.lat is not None else None


@dataclass(frozen=True, slots=True)
class ShiftFound:
    """A shift that most sites seem to have.

    Attributes:
        shift: The system in which they seem to be given.
        outside: Sites outside the district as they are.
        outside_after: Sites outside when the shift is taken back.
        away_m: How far the shift moves a site of this district, in the mean.
    """

    shift: Shift
    outside: int
    outside_after: int
    away_m: float


def find_shift(scope: Scope, xy: NDArray[np.float64]) -> ShiftFound | None:
    """The shift of a Chinese web map that the sites seem to have, None when none explains where they lie.

    Two signs count: sites that lie outside come inside when the shift is taken back (at least 5 and 0.2 % of all, and
    three in four of them), or half of all sites come much nearer to a road (by a third, and 20 m).

    Args:
        scope: The district.
        xy: Lon/lat of the sites that have possible coordinates, shape (n, 2).
    """
    west, south, east, north = _CHINA
    xy = xy[(xy[:, 0] > west) & (xy[:, 0] < east) & (xy[:, 1] > south) & (xy[:, 1] < north)]
    if len(xy) < _LEAST_ASTRAY:
        return None
    plane = LocalPlane(float(xy[:, 0].mean()), float(xy[:, 1].mean()))
    outside = int((~scope.covers(xy)).sum())
    roads = _Roads(scope, plane)
    away_m = roads.median_away_m(xy)
    best: tuple[float, float, ShiftFound] | None = None
    for shift in Shift:
        back = taken_back(xy, shift)
        outside_after, away_after_m = int((~scope.covers(back)).sum()), roads.median_away_m(back)
        come_in = outside >= max(_LEAST_ASTRAY, _LEAST_SHARE_ASTRAY * len(xy)) and outside_after <= _MOST_LEFT * outside
        near_roads = away_m > _FARTHER * away_after_m and away_m - away_after_m > _LEAST_FARTHER_M
        if come_in or near_roads:
            moved_m = float(np.hypot(*(plane.xy_to_metres(xy) - plane.xy_to_metres(back)).T).mean())
            found = ShiftFound(shift, outside, outside_after, moved_m)
            if best is None or (outside_after, away_after_m) < best[:2]:
                best = (outside_after, away_after_m, found)
    return best[2] if best else None


class _Roads:
    """How near sites lie to roads."""

    def __init__(self, scope: Scope, plane: LocalPlane) -> None:
        roads = scope.state.roads
        self._plane = plane
        shapes = np.zeros(0, dtype=object) if roads is None else plane.to_metres(roads.geometry)
        self._tree = shapely.STRtree(shapes)

    def median_away_m(self, xy: NDArray[np.float64]) -> float:
        """Metres from half of the points to the nearest road; 0 without roads or with few points."""
        if not len(self._tree.geometries) or len(xy) < _LEAST_NEAR_ROADS:
            return 0.0
        asked = xy[:: max(1, len(xy) // _MOST_ASKED)]
        points = np.asarray(shapely.points(self._plane.xy_to_metres(asked)), dtype=object)
        _, away_m = self._tree.query_nearest(points, all_matches=False, return_distance=True)
        return float(np.median(away_m))
