"""Finding cells of a plan, their parents, children and neighbours."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from gridgis.cells import GridPlan
from gridgis.cells.adjacency import shared_borders
from gridgis.errors import NotKnown
from gridgis.geometry import LocalPlane
from tests.fakes.grids import DISTRICT, SOUTH, STEP, WEST, a_cell, a_plan, board_plan, corners, joined, square
from tests.fakes.tiny_district import TOWN_1, VILLAGE_1, VILLAGE_2, VILLAGE_3, plan


def codes(cells: tuple[object, ...]) -> list[str]:
    return [cell.code for cell in cells]  # type: ignore[attr-defined]


def test_a_cell_is_found_by_its_code() -> None:
    assert plan().cell(VILLAGE_1).name == "一村"
    with pytest.raises(NotKnown, match=r"cell\.unknown"):
        plan().cell("321204999")


@pytest.mark.parametrize("ask", [GridPlan.children, GridPlan.ancestors, GridPlan.neighbours])
def test_asking_about_a_cell_that_is_not_there_is_refused(ask: object) -> None:
    with pytest.raises(NotKnown, match=r"cell\.unknown"):
        ask(plan(), "321204999")  # type: ignore[operator]


def test_children_stand_in_order_of_their_codes() -> None:
    shuffled = replace(plan(), cells=plan().cells[::-1])
    assert codes(shuffled.children(TOWN_1)) == [VILLAGE_1, VILLAGE_2]
    assert codes(shuffled.children(DISTRICT)) == [TOWN_1, "321204102"]
    assert shuffled.children(VILLAGE_1 + "001") == ()
    assert codes(shuffled.of_level(2)) == [VILLAGE_1, VILLAGE_2, VILLAGE_3]


def test_ancestors_come_from_the_town_downwards() -> None:
    assert codes(plan().ancestors(VILLAGE_1 + "001")) == [TOWN_1, VILLAGE_1]
    assert plan().ancestors(TOWN_1) == ()


def test_parents_that_name_each_other_do_not_hang() -> None:
    first, second = f"{DISTRICT}101", f"{DISTRICT}102"
    area = box(WEST, SOUTH, WEST + STEP, SOUTH + STEP)
    looped = a_plan([a_cell(first, area, parent=second), a_cell(second, area, parent=first)])
    assert looped.ancestors(first) == ()


def test_neighbours_share_a_border_and_not_only_a_corner() -> None:
    board = board_plan(4, 4)
    near = board.neighbours(f"{DISTRICT}101001001")
    middle = next(cell for cell in near if cell.code == f"{DISTRICT}101001002")
    assert len(board.neighbours(middle.code)) == 3
    assert codes(plan().neighbours(VILLAGE_2)) == [VILLAGE_1, VILLAGE_3]
    assert codes(board.neighbours(f"{DISTRICT}101001")) == [f"{DISTRICT}101002", f"{DISTRICT}102001"]


@given(columns=st.integers(1, 5), rows=st.integers(1, 5), jitter=st.sampled_from([0.0, 0.3]), finer=st.booleans())
@settings(max_examples=40, deadline=None)
def test_squares_of_a_board_share_borders_with_those_beside_them(
    columns: int,
    rows: int,
    jitter: float,
    finer: bool,  # noqa: FBT001
) -> None:
    """Also when a border has more points on one side."""
    board = corners(columns, rows, jitter=jitter)
    places = [(column, row) for column in range(columns) for row in range(rows)]
    areas = [square(board, *place) for place in places]
    if finer:
        areas = [
            shapely.segmentize(area, STEP / 5) if sum(place) % 2 else area
            for area, place in zip(areas, places, strict=True)
        ]
    wanted = {
        (first, second)
        for first, (column, row) in enumerate(places)
        for second, (other_column, other_row) in enumerate(places)
        if first < second and abs(column - other_column) + abs(row - other_row) == 1
    }
    assert {(first, second) for first, second in shared_borders(areas, 0.5).tolist()} == wanted


@pytest.mark.parametrize(("apart_m", "shared"), [(0.3, True), (0.7, False)])
def test_borders_that_differ_within_the_tolerance_are_shared(apart_m: float, shared: bool) -> None:  # noqa: FBT001
    apart = apart_m / LocalPlane(WEST, SOUTH).metres_a_degree[0]
    areas = [
        box(WEST, SOUTH, WEST + STEP, SOUTH + STEP),
        box(WEST + STEP + apart, SOUTH, WEST + 2 * STEP, SOUTH + STEP),
    ]
    assert len(shared_borders(areas, 0.5)) == shared


def test_no_areas_share_nothing() -> None:
    assert shared_borders([], 0.5).shape == (0, 2)


def test_cells_that_enclose_and_are_enclosed_are_neighbours() -> None:
    board = corners(3, 3)
    ring = joined(square(board, column, row) for column in range(3) for row in range(3) if (column, row) != (1, 1))
    assert shared_borders([ring, square(board, 1, 1)], 0.5).tolist() == [[0, 1]]


def test_many_threads_may_ask_a_new_plan_at_once() -> None:
    """Nothing is half made: each gets what one alone gets."""
    xy = np.random.default_rng(3).uniform((WEST - STEP, SOUTH - STEP), (WEST + 9 * STEP, SOUTH + 9 * STEP), (3000, 2))
    wanted = board_plan(8, 8, jitter=0.3).locate(xy).index
    for _ in range(5):
        fresh = board_plan(8, 8, jitter=0.3)
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda _, fresh=fresh: fresh.locate(xy).index, range(16)))
        assert all(np.array_equal(answer, wanted) for answer in answers)


def test_asking_does_not_change_the_cells_that_were_given() -> None:
    """Others may draw or copy them meanwhile: the index prepares copies."""
    made = plan()
    made.locate((120.105, 32.51))
    assert not any(shapely.is_prepared(cell.geometry) for cell in made.cells)
