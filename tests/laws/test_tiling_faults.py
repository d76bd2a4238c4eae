"""What `tiling_faults` promises about any board of cells."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, affinity, box

from gridgis.cells import Cell
from gridgis.cells.tiling import TilingFault, TilingKind, tiling_faults, tiling_faults_by_parent, width_m
from gridgis.geometry import LocalPlane, to_metric
from tests.fakes.grids import (
    DISTRICT,
    SOUTH,
    STEP,
    WEST,
    a_cell,
    a_unit,
    board_plan,
    corners,
    grouped,
    joined,
    square,
)

COLUMNS, ROWS = 4, 3
VILLAGE = f"{DISTRICT}101001"
TOLERANCE_M = 0.5
DEGREE_M = LocalPlane(WEST, SOUTH).metres_a_degree


def measured_m2(area: shapely.Geometry) -> float:
    return float(shapely.area(to_metric(area)))


def kinds(faults: list[TilingFault]) -> list[TilingKind]:
    return [fault.kind for fault in faults]


@st.composite
def boards(draw: st.DrawFn) -> tuple[Polygon | MultiPolygon, list[Cell]]:
    """A village and cells that tile it, each in one part, some with points on a border that the next cell lacks."""
    board = corners(COLUMNS, ROWS, jitter=draw(st.sampled_from([0.0, 0.3])), seed=draw(st.integers(0, 999)))
    labels = {
        (column, row): f"{VILLAGE}{draw(st.integers(1, 5)):03d}" for column in range(COLUMNS) for row in range(ROWS)
    }
    cells = []
    for code, area in grouped(board, labels).items():
        parts = [part for part in shapely.get_parts(area) if isinstance(part, Polygon)]
        for number, part in enumerate(parts):
            finer = shapely.segmentize(part, STEP / 7) if draw(st.booleans()) else part
            cells.append(a_cell(f"{code[:-2]}{number}{code[-1]}", finer))
    return joined(square(board, *place) for place in labels), sorted(cells, key=lambda cell: cell.code)


@given(boards())
@settings(max_examples=60, deadline=None)
def test_cells_that_tile_have_no_fault(board: tuple[Polygon | MultiPolygon, list[Cell]]) -> None:
    village, cells = board
    assert tiling_faults(cells, village, TOLERANCE_M) == []
    assert tiling_faults(cells, None, TOLERANCE_M) == []
    assert tiling_faults(cells, village, 0.0) == []


@given(board=boards(), data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_cell_taken_away_leaves_its_ground_as_one_gap(
    board: tuple[Polygon | MultiPolygon, list[Cell]], data: st.DataObject
) -> None:
    village, cells = board
    assume(len(cells) > 1)
    lost = data.draw(st.sampled_from(cells))
    faults = tiling_faults([cell for cell in cells if cell is not lost], village, TOLERANCE_M)
    assert kinds(faults) == [TilingKind.GAP]
    assert faults[0].area_m2 == pytest.approx(measured_m2(lost.geometry), rel=1e-5)
    assert shapely.area(shapely.symmetric_difference(faults[0].geometry, lost.geometry)) < 1e-11
    assert lost.code not in faults[0].cell_codes


@given(board=boards(), data=st.data())
@settings(max_examples=60, deadline=None)
def test_gaps_and_overlaps_and_ground_outside_account_for_every_square_metre(
    board: tuple[Polygon | MultiPolygon, list[Cell]], data: st.DataObject
) -> None:
    """Area of the village = cells − overlaps − outside + gaps, when one cell is moved."""
    village, cells = board
    moved = data.draw(st.integers(0, len(cells) - 1))
    east, north = data.draw(st.tuples(st.floats(-1, 1), st.floats(-1, 1)))
    shapes = [cell.geometry for cell in cells]
    shapes[moved] = affinity.translate(shapes[moved], east * STEP, north * STEP)
    given_cells = [a_cell(cell.code, shape) for cell, shape in zip(cells, shapes, strict=True)]
    faults = tiling_faults(given_cells, village, 0.0)
    assert TilingKind.DISCONNECTED not in kinds(faults)
    total = {kind: sum(fault.area_m2 for fault in faults if fault.kind is kind) for kind in TilingKind}
    covered = shapely.union_all(shapes)
    plane = LocalPlane.around([village])
    assert total[TilingKind.GAP] == pytest.approx(measured_m2(shapely.difference(village, covered)), abs=2)
    assert total[TilingKind.OUTSIDE_PARENT] == pytest.approx(measured_m2(shapely.difference(covered, village)), abs=2)
    cells_m2, village_m2 = sum(measured_m2(shape) for shape in shapes), measured_m2(village)
    balance = cells_m2 - total[TilingKind.OVERLAP] - total[TilingKind.OUTSIDE_PARENT] + total[TilingKind.GAP]
    assert balance == pytest.approx(village_m2, abs=5)
    assert all(plane.to_metres(fault.geometry).is_valid for fault in faults)


@given(width=st.floats(0.05, 40), sign=st.sampled_from([-1, 1]), turned=st.floats(0, 180))
@settings(max_examples=60, deadline=None)
def test_a_border_drawn_twice_is_a_fault_only_beyond_the_tolerance(width: float, sign: int, turned: float) -> None:
    """Two cells of 1 km whose common border differs by ``width``: nothing, a sliver, or a gap or overlap."""
    assume(abs(width - TOLERANCE_M) > 0.01)
    plane = LocalPlane(WEST, SOUTH)
    village = box(-300, -500, 300, 500)
    parts = box(-300, -500, 0, 500), box(-sign * width, -500, 300, 500)
    shapes = [affinity.rotate(part, turned, origin=(0, 0)) for part in (village, *parts)]
    west, east = (a_cell(f"{VILLAGE}00{number}", plane.to_lonlat(shapes[number])) for number in (1, 2))
    faults = tiling_faults([west, east], plane.to_lonlat(shapes[0]), TOLERANCE_M)
    if width < TOLERANCE_M:
        assert faults == []
        return
    wanted = TilingKind.SLIVER if width <= 20 * TOLERANCE_M else (TilingKind.OVERLAP if sign > 0 else TilingKind.GAP)
    assert kinds(faults) == [wanted]
    assert faults[0].cell_codes == (west.code, east.code)
    rounded_m = 0.01  # coordinates have seven decimals of a degree
    assert faults[0].width_m == pytest.approx(width, rel=0.01, abs=rounded_m)
    assert faults[0].area_m2 == pytest.approx(1000 * width, rel=0.01, abs=1000 * rounded_m)


def test_two_parts_that_meet_at_a_corner_are_disconnected_and_a_ferry_joins_them() -> None:
    board = corners(2, 2)
    apart = joined([square(board, 0, 0), square(board, 1, 1)])
    rest = [a_cell(f"{VILLAGE}00{number}", square(board, *place)) for number, place in ((2, (1, 0)), (3, (0, 1)))]
    village = joined(square(board, column, row) for column in range(2) for row in range(2))
    cell = a_cell(VILLAGE + "001", apart)
    (fault,) = tiling_faults([cell, *rest], village, TOLERANCE_M)
    assert (fault.kind, fault.cell_codes, fault.width_m) == (TilingKind.DISCONNECTED, (cell.code,), None)
    assert fault.area_m2 == pytest.approx(measured_m2(square(board, 0, 0)), rel=1e-3)
    ferried = Cell(cell.id, cell.code, cell.name, 3, cell.kind, cell.parent_code, apart, parts_joined=True)
    assert tiling_faults([ferried, *rest], village, TOLERANCE_M) == []


@pytest.mark.parametrize(("slit_m", "connected"), [(0.3, True), (0.8, False)])
def test_a_slit_within_the_tolerance_does_not_part_a_cell(slit_m: float, connected: bool) -> None:  # noqa: FBT001
    slit = slit_m / DEGREE_M[0]
    halves = box(WEST, SOUTH, WEST + STEP, SOUTH + STEP), box(WEST + STEP + slit, SOUTH, WEST + 2 * STEP, SOUTH + STEP)
    cell = a_cell(VILLAGE + "001", MultiPolygon(halves))
    assert (tiling_faults([cell], MultiPolygon(halves), TOLERANCE_M) == []) is connected


def test_units_may_lie_in_parts() -> None:
    board = corners(2, 2)
    apart = joined([square(board, 0, 0), square(board, 1, 1)])
    rest = joined([square(board, 1, 0), square(board, 0, 1)])
    units = [a_unit(f"{VILLAGE}00100{number}", area, VILLAGE + "001") for number, area in ((1, apart), (2, rest))]
    assert tiling_faults(units, joined([apart, rest]), TOLERANCE_M) == []


def test_a_ring_that_crosses_itself_is_read_as_the_ground_that_it_encloses() -> None:
    bow = Polygon([(WEST, SOUTH), (WEST + STEP, SOUTH + STEP), (WEST + STEP, SOUTH), (WEST, SOUTH + STEP)])
    faults = tiling_faults([a_cell(VILLAGE + "001", bow)], box(WEST, SOUTH, WEST + STEP, SOUTH + STEP), TOLERANCE_M)
    assert kinds(faults) == [TilingKind.GAP, TilingKind.DISCONNECTED]


def test_holes_between_cells_are_gaps_where_there_is_no_outline() -> None:
    board = corners(3, 3)
    ring = [(column, row) for column in range(3) for row in range(3) if (column, row) != (1, 1)]
    cells = [a_cell(f"{VILLAGE}{number:03d}", square(board, *place)) for number, place in enumerate(ring)]
    (fault,) = tiling_faults(cells, None, TOLERANCE_M)
    assert fault.kind is TilingKind.GAP
    assert fault.geometry.normalize().equals_exact(square(board, 1, 1).normalize(), 1e-9)


def test_no_cells_have_no_faults() -> None:
    assert tiling_faults([], box(WEST, SOUTH, WEST + STEP, SOUTH + STEP), TOLERANCE_M) == []


def test_each_parent_gets_the_faults_of_its_own_cells() -> None:
    plan = board_plan(8, 8, jitter=0.2)
    lost = {VILLAGE + "003", f"{DISTRICT}102002007"}
    cells = [cell for cell in plan.of_level(3) if cell.code not in lost]
    villages = {cell.code: cell.geometry for cell in plan.of_level(2)}
    by_parent = tiling_faults_by_parent(cells, villages, lambda cell: cell.code[:12], TOLERANCE_M)
    assert {code: kinds(faults) for code, faults in by_parent.items()} == {code[:12]: [TilingKind.GAP] for code in lost}
    for code, faults in by_parent.items():
        alone = tiling_faults([cell for cell in cells if cell.code.startswith(code)], villages[code], TOLERANCE_M)
        assert [fault.cell_codes for fault in alone] == [fault.cell_codes for fault in faults]


@given(length=st.floats(1, 3000), width=st.floats(0.01, 1), turned=st.floats(0, 180))
@settings(max_examples=60, deadline=None)
def test_the_width_of_a_strip_is_its_lesser_side_and_of_a_disc_its_diameter(
    length: float, width: float, turned: float
) -> None:
    strip = affinity.rotate(box(0, 0, length, length * width), turned)
    assert width_m(strip) == pytest.approx(length * width, rel=0.01)
    disc = Polygon(length * np.column_stack((np.cos(np.linspace(0, 2 * pi, 200)), np.sin(np.linspace(0, 2 * pi, 200)))))
    assert width_m(disc) == pytest.approx(2 * length, rel=0.01)
