"""Time `GridPlan.locate`: 1,000,000 points in 3,000 cells, beside geopandas and shapely on the same points.

A seeded county of bent quadrilaterals, each village cell made of basic cells, stands in for a district. Points are even
over its box: some lie outside. Every peer must give the same cells before its time counts; only points within the
border tolerance of a cell may differ, since the peers know no tolerance.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.cells import Cell, CellKind, District, GridPlan, PlanStatus
from gridgis.codes import record_id

DISTRICT = "321204"
WEST, SOUTH, EAST, NORTH = 119.886, 32.341, 120.304, 32.716
PEERS = ("geopandas", "shapely")
BASIC_A_VILLAGE = 10
VILLAGES_A_TOWN = 20
POINTS_A_SIDE = 6

Locate = Callable[[NDArray[np.float64]], NDArray[np.int64]]


def run(peers: list[str] | None = None, quick: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002  one call for all
    """Seconds of each engine, and how many times longer than ours each peer takes.

    Args:
        peers: ``geopandas`` (`sjoin`), ``shapely`` (`STRtree.query`); both by default.
        quick: A tenth of the points and of the cells.
    """
    villages, count = (30, 100_000) if quick else (300, 1_000_000)
    plan = county(villages)
    basic = [place for place, cell in enumerate(plan.cells) if cell.level == 3]
    areas = np.array([plan.cells[place].geometry for place in basic], dtype=object)
    seed = np.random.default_rng(20200101)
    xy = seed.uniform((WEST - 0.01, SOUTH - 0.01), (EAST + 0.01, NORTH + 0.01), (count, 2))
    number = {place: order for order, place in enumerate(basic)}
    order = np.array([*(number.get(place, -1) for place in range(len(plan.cells))), -1])
    engines: dict[str, Locate] = {"gridgis": lambda points: order[plan.locate(points).index[:, 2]]}
    engines |= {peer: _makers()[peer](areas) for peer in (PEERS if peers is None else peers)}
    began = time.perf_counter()
    plan.locate(xy[:2])
    prepared_s = time.perf_counter() - began
    wanted = engines["gridgis"](xy)
    seconds: dict[str, float] = {}
    for name, engine in engines.items():
        other = np.flatnonzero(engine(xy) != wanted)
        if len(other) and not plan.locate(xy[other]).on_border.all():
            sys.exit(f"{name} answers differently")
        seconds[name] = min(_seconds(engine, xy) for _ in range(3))
    one = xy[len(xy) // 2]
    return {
        "points": count,
        "cells": len(basic),
        "found": int((wanted >= 0).sum()),
        "prepared_s": round(prepared_s, 4),
        "seconds": {name: round(spent, 3) for name, spent in seconds.items()},
        "ratios": {
            f"{name}_vs_gridgis": round(spent / seconds["gridgis"], 2)
            for name, spent in seconds.items()
            if name != "gridgis"
        },
        "one_point_ms": round(1000 * min(_seconds(engines["gridgis"], one[None]) for _ in range(50)), 3),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def county(villages: int) -> GridPlan:
    """A plan of so many villages of ten basic cells each, of bent borders that neighbours share."""
    across = round(villages**0.5 * 1.2)
    down = -(-villages // across)
    columns, rows = across * 5, down * 2
    x, y = _bent_grid(columns, rows)
    cells: list[Cell] = []
    for village in range(across * down):
        town_code = f"{DISTRICT}{100 + village // VILLAGES_A_TOWN:03d}"
        village_code = f"{town_code}{1 + village % VILLAGES_A_TOWN:03d}"
        west, south = village % across * 5, village // across * 2
        places = [(west + step % 5, south + step // 5) for step in range(BASIC_A_VILLAGE)]
        basic = [_area(x, y, column, row) for column, row in places]
        cells.append(_cell(village_code, 2, shapely.union_all(basic), town_code))
        cells.extend(
            _cell(f"{village_code}{sequence:03d}", 3, area, village_code)
            for sequence, area in enumerate(basic, start=1)
        )
    towns: dict[str, list[Any]] = {}
    for cell in cells:
        if cell.level == 2:
            towns.setdefault(cell.parent_code, []).append(cell.geometry)
    cells.extend(_cell(code, 1, shapely.union_all(parts), DISTRICT) for code, parts in towns.items())
    outline = shapely.union_all([cell.geometry for cell in cells if cell.level == 1])
    assert isinstance(outline, shapely.Polygon)
    return GridPlan(
        id=record_id(DISTRICT, "plan", "1"),
        code="1",
        name="bench",
        district=District(record_id(DISTRICT, "district", DISTRICT), DISTRICT, "bench", outline),
        status=PlanStatus.PUBLISHED,
        effective_from=datetime(2020, 1, 1, tzinfo=UTC),
        cells=tuple(sorted(cells, key=lambda cell: (cell.level, cell.code))),
    )


def _bent_grid(columns: int, rows: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of a grid whose lines are bent, `POINTS_A_SIDE` to a side of a cell."""
    u, v = np.meshgrid(
        np.linspace(0, 1, columns * POINTS_A_SIDE + 1), np.linspace(0, 1, rows * POINTS_A_SIDE + 1), indexing="ij"
    )
    seed = np.random.default_rng(20200101)
    rough = 0.15 / POINTS_A_SIDE
    bend_x, bend_y = (seed.uniform(-rough, rough, u.shape) for _ in range(2))
    x = WEST + (EAST - WEST) * (u + bend_x / columns + 0.01 * np.sin(9 * v))
    y = SOUTH + (NORTH - SOUTH) * (v + bend_y / rows + 0.01 * np.sin(7 * u))
    return x, y


def _area(x: NDArray[np.float64], y: NDArray[np.float64], column: int, row: int) -> shapely.Polygon:
    west, south = column * POINTS_A_SIDE, row * POINTS_A_SIDE
    step = np.arange(POINTS_A_SIDE)
    whole = np.full(POINTS_A_SIDE, POINTS_A_SIDE)
    along = np.concatenate((step, whole, whole - step, 0 * whole))
    up = np.concatenate((0 * whole, step, whole, whole - step))
    return shapely.Polygon(np.column_stack((x[west + along, south + up], y[west + along, south + up])))


def _cell(code: str, level: int, area: Any, parent: str) -> Cell:
    kind = (CellKind.TOWN, CellKind.VILLAGE, CellKind.BASIC)[level - 1]
    return Cell(record_id(DISTRICT, "cell", f"1/{code}"), code, code, level, kind, parent, area)


def _makers() -> Mapping[str, Callable[[NDArray[np.object_]], Locate]]:
    return {"geopandas": _geopandas, "shapely": _shapely}


def _geopandas(areas: NDArray[np.object_]) -> Locate:
    import geopandas

    frame = geopandas.GeoDataFrame(geometry=areas, crs=4326)

    def locate(xy: NDArray[np.float64]) -> NDArray[np.int64]:
        points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(xy[:, 0], xy[:, 1]), crs=4326)
        joined = points.sjoin(frame, how="left", predicate="intersects")
        return joined["index_right"].fillna(-1).groupby(level=0).min().to_numpy(dtype=np.int64)

    return locate


def _shapely(areas: NDArray[np.object_]) -> Locate:
    tree = shapely.STRtree(areas)

    def locate(xy: NDArray[np.float64]) -> NDArray[np.int64]:
        asked, found = tree.query(shapely.points(xy), predicate="intersects")
        first = np.full(len(xy), len(areas), dtype=np.int64)
        np.minimum.at(first, asked, found)
        first[first == len(areas)] = -1
        return first

    return locate


def _seconds(engine: Locate, xy: NDArray[np.float64]) -> float:
    began = time.perf_counter()
    engine(xy)
    return time.perf_counter() - began


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", default="", help="comma-separated, of " + ", ".join(PEERS))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(argv)
    figures = run([peer for peer in told.peers.split(",") if peer] or None, quick=told.quick)
    print(json.dumps(figures, indent=None if told.json else 2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
