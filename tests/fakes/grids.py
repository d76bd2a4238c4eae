"""Plans laid over a board of squares, for tests of tiling and of locating."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from gridgis.cells import Cell, CellKind, District, GridPlan, PlanStatus, Unit
from gridgis.codes import record_id

DISTRICT = "321204"
WEST, SOUTH, STEP = 120.10, 32.50, 0.001
KINDS = (CellKind.TOWN, CellKind.VILLAGE, CellKind.BASIC)


def corners(columns: int, rows: int, *, jitter: float = 0.0, seed: int = 0) -> NDArray[np.float64]:
    """Corners (columns + 1, rows + 1, 2) of a board; jitter moves each by up to that share of a step."""
    east, north = np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij")
    moved = np.random.default_rng(seed).uniform(-jitter, jitter, (columns + 1, rows + 1, 2))
    return np.stack((WEST + (east + moved[..., 0]) * STEP, SOUTH + (north + moved[..., 1]) * STEP), axis=-1)


def square(board: NDArray[np.float64], column: int, row: int) -> Polygon:
    """One square of a board."""
    return Polygon([board[column, row], board[column + 1, row], board[column + 1, row + 1], board[column, row + 1]])


def joined(parts: Iterable[shapely.Geometry]) -> Polygon | MultiPolygon:
    """The union of squares."""
    union = shapely.union_all(list(parts))
    assert isinstance(union, Polygon | MultiPolygon)
    return union


def a_cell(code: str, geometry: Polygon | MultiPolygon, *, parent: str | None = None) -> Cell:
    """A cell whose level and parent follow from its code."""
    level = len(code) // 3 - 2
    return Cell(
        id=record_id(DISTRICT, "cell", f"1/{code}"),
        code=code,
        name=f"格{code[6:]}",
        level=level,
        kind=KINDS[level - 1],
        parent_code=code[:-3] if parent is None else parent,
        geometry=geometry,
    )


def a_unit(code: str, geometry: Polygon | MultiPolygon, cell_code: str) -> Unit:
    """A unit of a cell."""
    return Unit(record_id(DISTRICT, "unit", f"1/{code}"), code, f"元{code}", cell_code, geometry)


def a_plan(
    cells: Iterable[Cell],
    *,
    outline: Polygon | MultiPolygon | None = None,
    units: Iterable[Unit] = (),
    tolerance_m: float = 0.5,
) -> GridPlan:
    """A published plan in force since 2020."""
    return GridPlan(
        id=record_id(DISTRICT, "plan", "1"),
        code="1",
        name="现行方案",
        district=District(
            record_id(DISTRICT, "district", DISTRICT), DISTRICT, "棋盘区", outline, border_tolerance_m=tolerance_m
        ),
        status=PlanStatus.PUBLISHED,
        effective_from=datetime(2020, 1, 1, tzinfo=UTC),
        cells=tuple(cells),
        units=tuple(units),
    )


def grouped(board: NDArray[np.float64], labels: Mapping[tuple[int, int], str]) -> dict[str, Polygon | MultiPolygon]:
    """The union of the squares of each label, by label."""
    parts: dict[str, list[Polygon]] = {}
    for (column, row), label in sorted(labels.items()):
        parts.setdefault(label, []).append(square(board, column, row))
    return {label: joined(squares) for label, squares in sorted(parts.items())}


def board_plan(columns: int = 4, rows: int = 4, *, jitter: float = 0.0) -> GridPlan:
    """Two towns (west, east) of two villages each (south, north), one basic cell a square, two units a cell.

    ``columns`` and ``rows`` are even; units are the west and east halves of a square.
    """
    board = corners(columns, rows, jitter=jitter)
    basic: dict[tuple[int, int], str] = {}
    counted: dict[str, int] = {}
    for column in range(columns):
        for row in range(rows):
            village = f"{DISTRICT}10{1 + column * 2 // columns}00{1 + row * 2 // rows}"
            counted[village] = counted.get(village, 0) + 1
            basic[column, row] = f"{village}{counted[village]:03d}"
    cells = [
        a_cell(code, area)
        for digits in (9, 12, 15)
        for code, area in grouped(board, {place: code[:digits] for place, code in basic.items()}).items()
    ]
    units = []
    for (column, row), code in basic.items():
        west, east = board[column, row : row + 2], board[column + 1, row : row + 2]
        middle = (west + east) / 2
        for number, (left, right) in enumerate(((west, middle), (middle, east)), start=1):
            units.append(a_unit(f"{code}{number:03d}", Polygon([left[0], right[0], right[1], left[1]]), code))
    return a_plan(cells, outline=joined(cell.geometry for cell in cells if cell.level == 1), units=units)
