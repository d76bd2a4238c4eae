"""What `GridPlan.locate` promises, against the written rule worked out point by point."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely import Point, Polygon, box

from gridgis.cells import Cell, GridPlan, NoCell
from gridgis.errors import InvalidValue
from gridgis.geometry import LocalPlane
from tests.fakes.grids import DISTRICT, SOUTH, STEP, WEST, a_cell, a_plan, corners, grouped, joined, square

COLUMNS, ROWS = 4, 3
MANY = 300  # more points than are asked one by one


def by_the_rule(plan: GridPlan, lon: float, lat: float) -> tuple[tuple[str, str, str], NoCell, bool]:
    """The three codes, the reason and whether the border rule decided, as docs/explanation/cells.md says."""
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return ("", "", ""), NoCell.NO_COORDINATES, False
    by_code = {cell.code: cell for cell in plan.cells}
    divided = {code for cell in plan.cells for code in codes_above(cell.code)}
    deepest = max(cell.level for cell in plan.cells)
    leaves = [cell for cell in plan.cells if cell.code not in divided]
    others = [[cell for cell in plan.cells if cell.level == level and cell.code in divided] for level in (3, 2, 1)]
    found, decided = None, False
    for group in (leaves, *others):
        covering = within(plan, group, lon, lat, tolerance_m=0.5 if group is leaves else 0)
        if covering:
            found, decided = min(covering[0], key=lambda cell: cell.code), covering[1] or len(covering[0]) > 1
            break
    codes = ["", "", ""]
    if found is not None:
        for code in (*codes_above(found.code), found.code):
            codes[len(code) // 3 - 3] = code if code in by_code else ""
    if codes[deepest - 1]:
        reason = NoCell.FOUND
    elif found is not None or inside_outline(plan, lon, lat):
        reason = NoCell.GAP
    else:
        reason = NoCell.OUTSIDE
    return (codes[0], codes[1], codes[2]), reason, decided


def codes_above(code: str) -> list[str]:
    return [code[:digits] for digits in (9, 12) if digits < len(code)]


def within(
    plan: GridPlan, cells: list[Cell], lon: float, lat: float, *, tolerance_m: float
) -> tuple[list[Cell], bool] | None:
    """Cells that cover a point, else those within the tolerance (True), else None."""
    touching = [cell for cell in cells if cell.geometry.intersects(Point(lon, lat))]
    if touching:
        return touching, False
    near = [cell for cell in cells if away_m(plan, cell.geometry, lon, lat) < tolerance_m]
    return (near, True) if near else None


def away_m(plan: GridPlan, area: shapely.Geometry, lon: float, lat: float) -> float:
    outline = plan.district.outline
    plane = LocalPlane.around([outline] if outline is not None else [cell.geometry for cell in plan.cells])
    return float(shapely.distance(plane.to_metres(area), plane.to_metres(Point(lon, lat))))


def inside_outline(plan: GridPlan, lon: float, lat: float) -> bool:
    outline = plan.district.outline
    if outline is not None:
        return bool(outline.intersects(Point(lon, lat)))
    ground = shapely.union_all([cell.geometry for cell in plan.cells if cell.level == min(c.level for c in plan.cells)])
    filled = shapely.union_all([Polygon(part.exterior) for part in shapely.get_parts(ground)])
    return bool(filled.intersects(Point(lon, lat)))


@st.composite
def plans(draw: st.DrawFn) -> GridPlan:
    """Boards whose squares are joined into any cells: in several parts, with holes, gaps and levels left out."""
    board = corners(COLUMNS, ROWS, jitter=draw(st.sampled_from([0.0, 0.2])), seed=draw(st.integers(0, 50)))
    places = [(column, row) for column in range(COLUMNS) for row in range(ROWS)]
    codes = [f"{DISTRICT}10{town}00{village}00{basic}" for town in (1, 2) for village in (1, 2) for basic in (1, 2, 3)]
    labels = {place: draw(st.sampled_from(codes)) for place in places}
    lost = draw(st.sets(st.sampled_from(codes), max_size=3))
    without_basic = draw(st.sets(st.sampled_from([f"{DISTRICT}101001", f"{DISTRICT}102002"])))
    depth = draw(st.sampled_from([9, 12, 15, 15, 15]))
    areas = {
        code: area
        for digits in (9, 12, 15)
        if digits <= depth
        for code, area in grouped(board, {place: code[:digits] for place, code in labels.items()}).items()
        if code not in lost and not (digits == 15 and code[:12] in without_basic)
    }
    if draw(st.booleans()):  # points on one side of a border only
        areas = {code: shapely.segmentize(area, STEP / 3) if code[-1] == "1" else area for code, area in areas.items()}
    outline = joined(square(board, *place) for place in places)
    if draw(st.booleans()):
        outline = joined([outline, box(WEST - STEP, SOUTH, WEST, SOUTH + STEP)])
    return a_plan(
        [a_cell(code, area) for code, area in areas.items()], outline=outline if draw(st.booleans()) else None
    )


@st.composite
def places(draw: st.DrawFn, plan: GridPlan) -> list[tuple[float, float]]:
    """Points on corners and borders, a hair beside them, inside, outside and nowhere."""
    xy = shapely.get_coordinates([cell.geometry for cell in plan.cells])
    chosen = xy[draw(st.lists(st.integers(0, len(xy) - 1), min_size=4, max_size=12))]
    between = (chosen[1:] + chosen[:-1]) / 2
    aside = chosen + draw(st.sampled_from([1e-12, 1e-7, 2e-6, 2e-5])) * np.array([1, -1])
    anywhere = draw(
        st.lists(
            st.tuples(
                st.floats(WEST - 2 * STEP, WEST + (COLUMNS + 2) * STEP),
                st.floats(SOUTH - 2 * STEP, SOUTH + (ROWS + 2) * STEP),
            ),
            max_size=8,
        )
    )
    nowhere = [(math.nan, SOUTH), (WEST, math.inf), (-math.inf, math.nan), (0.0, 0.0), (500.0, -200.0)]
    return [(float(lon), float(lat)) for lon, lat in (*chosen, *between, *aside, *anywhere, *nowhere)]


@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_every_point_gets_the_cells_that_the_written_rule_gives(data: st.DataObject) -> None:
    plan = data.draw(plans())
    if not plan.cells:
        return
    points = data.draw(places(plan))
    located = plan.locate(points)
    codes = located.codes()
    for number, (lon, lat) in enumerate(points):
        wanted, reason, decided = by_the_rule(plan, lon, lat)
        assert tuple(codes[number]) == wanted, (lon, lat)
        assert located.reason[number] == reason, (lon, lat)
        assert located.on_border[number] == decided, (lon, lat)


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_many_points_at_once_get_what_each_gets_alone(data: st.DataObject) -> None:
    plan = data.draw(plans())
    if not plan.cells:
        return
    points = np.array(data.draw(places(plan)))
    order = np.random.default_rng(1).permutation(np.arange(MANY * len(points)) % len(points))[: MANY + len(points)]
    together, alone = plan.locate(points[order]), plan.locate(points)
    assert np.array_equal(together.index, alone.index[order])
    assert np.array_equal(together.reason, alone.reason[order])
    assert np.array_equal(together.on_border, alone.on_border[order])


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_point_of_a_tiled_district_has_no_cell_or_two(data: st.DataObject) -> None:
    """On shared borders and corners too, and the three levels agree."""
    board = corners(COLUMNS, ROWS, jitter=0.3, seed=data.draw(st.integers(0, 999)))
    labels = {
        (column, row): f"{DISTRICT}10{1 + column // 2}00{1 + row % 2}00{1 + (column + row) % 3}"
        for column in range(COLUMNS)
        for row in range(ROWS)
    }
    cells = [
        a_cell(code, area)
        for digits in (9, 12, 15)
        for code, area in grouped(board, {place: code[:digits] for place, code in labels.items()}).items()
    ]
    plan = a_plan(cells, outline=joined(cell.geometry for cell in cells if cell.level == 1))
    xy: NDArray[np.float64] = shapely.get_coordinates([cell.geometry for cell in cells])
    share = data.draw(st.floats(0, 1))
    on_border = np.concatenate((xy, xy[:-1] * share + xy[1:] * (1 - share)))
    inside = on_border[shapely.intersects_xy(plan.district.outline, on_border[:, 0], on_border[:, 1])]
    located = plan.locate(inside)
    assert (located.reason == NoCell.FOUND).all()
    codes = located.codes()
    assert all(third.startswith(second) and second.startswith(first) for first, second, third in codes)


def test_a_point_on_a_border_belongs_to_the_smallest_code() -> None:
    board = corners(2, 2)
    codes = {(0, 0): "4", (1, 0): "2", (0, 1): "3", (1, 1): "9"}
    plan = a_plan(
        [a_cell(f"{DISTRICT}10{code}", square(board, *place)) for place, code in codes.items()],
        outline=joined(square(board, *place) for place in codes),
    )
    located = plan.locate([board[1, 1], (board[1, 0] + board[1, 1]) / 2, (board[0, 1] + board[1, 1]) / 2, board[0, 0]])
    assert [code[-1] for code in located.codes()[:, 0]] == ["2", "2", "3", "4"]
    assert located.on_border.tolist() == [True, True, True, False]


def test_a_point_in_a_gap_narrower_than_the_tolerance_belongs_to_the_cell_beside_it() -> None:
    degree_m = LocalPlane(WEST, SOUTH).metres_a_degree[0]
    gap = 0.4 / degree_m
    west, east = (
        box(WEST, SOUTH, WEST + STEP, SOUTH + STEP),
        box(WEST + STEP + gap, SOUTH, WEST + 2 * STEP, SOUTH + STEP),
    )
    plan = a_plan(
        [a_cell(f"{DISTRICT}102", west), a_cell(f"{DISTRICT}101", east)],
        outline=box(WEST, SOUTH, WEST + 2 * STEP, SOUTH + STEP),
    )
    located = plan.locate((WEST + STEP + gap / 4, SOUTH + STEP / 2))
    assert located.codes()[0, 0] == f"{DISTRICT}101"
    assert located.on_border[0]


def test_a_village_without_basic_cells_answers_itself() -> None:
    board = corners(2, 1)
    town, first, second = f"{DISTRICT}101", f"{DISTRICT}101001", f"{DISTRICT}101002"
    plan = a_plan(
        [
            a_cell(town, joined([square(board, 0, 0), square(board, 1, 0)])),
            a_cell(first, square(board, 0, 0)),
            a_cell(second, square(board, 1, 0)),
            a_cell(first + "001", square(board, 0, 0)),
        ]
    )
    located = plan.locate([(WEST + STEP / 2, SOUTH + STEP / 2), (WEST + 1.5 * STEP, SOUTH + STEP / 2)])
    assert located.codes().tolist() == [[town, first, first + "001"], [town, second, ""]]
    assert located.reason.tolist() == [NoCell.FOUND, NoCell.GAP]


def test_a_cell_whose_parent_is_missing_still_names_what_lies_above() -> None:
    board = corners(1, 1)
    town, basic = f"{DISTRICT}101", f"{DISTRICT}101001001"
    plan = a_plan([a_cell(town, square(board, 0, 0)), a_cell(basic, square(board, 0, 0))])
    assert plan.locate((WEST + STEP / 2, SOUTH + STEP / 2)).codes().tolist() == [[town, "", basic]]


def test_a_plan_without_cells_places_nothing() -> None:
    outline = box(WEST, SOUTH, WEST + STEP, SOUTH + STEP)
    inside, outside = (WEST + STEP / 2, SOUTH + STEP / 2), (WEST - STEP, SOUTH)
    located = a_plan([], outline=outline).locate([inside, outside])
    assert located.reason.tolist() == [NoCell.GAP, NoCell.OUTSIDE]
    assert a_plan([]).locate([inside, outside]).reason.tolist() == [NoCell.OUTSIDE, NoCell.OUTSIDE]


def test_no_points_give_no_rows_and_one_point_gives_one() -> None:
    plan = a_plan([a_cell(f"{DISTRICT}101", box(WEST, SOUTH, WEST + STEP, SOUTH + STEP))])
    assert plan.locate([]).index.shape == (0, 3)
    assert plan.locate(np.zeros((0, 2))).codes().shape == (0, 3)
    one = plan.locate((WEST + STEP / 2, SOUTH + STEP / 2))
    assert (len(one), one.cells(0)) == (1, (plan.cells[0], None, None))


@pytest.mark.parametrize("wrong", [[1.0, 2.0, 3.0], [[1.0], [2.0]], [[[1.0, 2.0]]]])
def test_an_array_of_another_shape_is_refused(wrong: list[float]) -> None:
    plan = a_plan([a_cell(f"{DISTRICT}101", box(WEST, SOUTH, WEST + STEP, SOUTH + STEP))])
    with pytest.raises(InvalidValue, match=r"place\.shape"):
        plan.locate(wrong)
