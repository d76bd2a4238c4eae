"""What the check shows about cells and units, one fault put in at a time."""

from __future__ import annotations

from dataclasses import replace

from shapely import MultiPolygon, Polygon, box

from gridgis.cells import Cell, PlanStatus, Unit
from tests.fakes.broken_district import (
    BASIC,
    below,
    changed,
    drawn,
    found,
    posts_not_in,
    units_not_below,
    with_post,
    without,
)
from tests.fakes.clean_district import clean_district, with_cells, with_plan
from tests.fakes.tiny_district import (
    DISTRICT,
    TOWN_1,
    TOWN_2,
    VILLAGE_1,
    VILLAGE_2,
    VILLAGE_3,
)


def test_a_basic_cell_taken_away() -> None:
    """Its units and its officer's post still name it."""
    state = clean_district()
    assert found(with_cells(state, without(BASIC))) == {("cell.missing", BASIC)}


def test_a_basic_cell_and_its_units_taken_away() -> None:
    """Its officer's post still names it."""
    state = clean_district()
    assert found(with_cells(state, without(BASIC), units_not_below(BASIC))) == {("cell.missing", BASIC)}


def test_a_basic_cell_and_all_that_names_it_taken_away() -> None:
    state = clean_district()
    assert found(posts_not_in(with_cells(state, without(BASIC), units_not_below(BASIC)), BASIC)) == {
        ("tiling.gap", VILLAGE_1)
    }


def test_a_village_taken_away() -> None:
    state = clean_district()
    assert found(with_cells(state, without(VILLAGE_1))) == {("cell.missing", VILLAGE_1)}


def test_a_village_and_all_its_cells_and_units_taken_away() -> None:
    state = clean_district()
    assert found(with_cells(state, below(VILLAGE_1), units_not_below(VILLAGE_1))) == {("cell.missing", VILLAGE_1)}


def test_villages_without_their_town() -> None:
    state = clean_district()
    assert found(with_cells(state, without(TOWN_2))) == {("cell.missing", TOWN_2)}


def test_two_basic_cells_of_two_villages_taken_away() -> None:
    state = clean_district()
    assert found(with_cells(state, without(BASIC, VILLAGE_3 + "002"))) == {
        ("cell.missing", BASIC),
        ("cell.missing", VILLAGE_3 + "002"),
    }


def test_a_basic_cell_drawn_over_its_neighbour() -> None:
    """That no unit of it fills the ground is the same fault."""
    state = clean_district()
    assert found(with_cells(state, drawn(BASIC, east=0.003))) == {("tiling.overlap", VILLAGE_1)}


def test_a_basic_cell_drawn_too_small() -> None:
    """That its units reach beyond it is the same fault."""
    state = clean_district()
    assert found(with_cells(state, drawn(BASIC, east=-0.003))) == {("tiling.gap", VILLAGE_1)}


def test_a_village_drawn_over_its_neighbour() -> None:
    """That its basic cells do not fill it is the same fault."""
    state = clean_district()
    assert found(with_cells(state, drawn(VILLAGE_1, east=0.003))) == {("tiling.overlap", TOWN_1)}


def test_a_village_drawn_too_small() -> None:
    state = clean_district()
    assert found(with_cells(state, drawn(VILLAGE_1, west=0.002))) == {("tiling.gap", TOWN_1)}


def test_a_town_drawn_over_its_neighbour() -> None:
    state = clean_district()
    assert found(with_cells(state, drawn(TOWN_2, west=-0.004))) == {("tiling.overlap", DISTRICT)}


def test_an_outline_drawn_too_large() -> None:
    state = clean_district()
    district = replace(state.district, outline=box(120.09, 32.50, 120.16, 32.52))
    assert found(with_plan(replace(state, district=district), lambda plan: replace(plan, district=district))) == {
        ("tiling.gap", DISTRICT)
    }


def test_an_outline_drawn_too_small() -> None:
    state = clean_district()
    district = replace(state.district, outline=box(120.10, 32.50, 120.158, 32.52))
    assert found(with_plan(replace(state, district=district), lambda plan: replace(plan, district=district))) == {
        ("tiling.outside_parent", TOWN_2)
    }


def test_a_border_drawn_twice_three_metres_apart() -> None:
    state = clean_district()
    assert found(with_cells(state, drawn(BASIC, east=-0.000_03))) == {("tiling.sliver", VILLAGE_1)}


def test_a_border_drawn_twice_within_the_tolerance() -> None:
    state = clean_district()
    assert found(with_cells(state, drawn(BASIC, east=-0.000_003))) == set()


def test_a_basic_cell_that_takes_ground_of_the_next_village() -> None:
    """That the next village has a gap there is the same fault."""
    state = clean_district()
    grown = with_cells(state, drawn(VILLAGE_1 + "002", east=0.002))
    assert found(with_cells(grown, drawn(VILLAGE_2 + "001", west=0.002))) == {
        ("tiling.outside_parent", VILLAGE_1 + "002")
    }


def test_a_basic_cell_in_two_parts() -> None:
    state = clean_district()
    parts = MultiPolygon([box(120.10, 32.50, 120.103, 32.52), box(120.106, 32.50, 120.11, 32.52)])
    middle = MultiPolygon([box(120.103, 32.50, 120.106, 32.52), box(120.11, 32.50, 120.12, 32.52)])
    other = VILLAGE_1 + "002"
    ferried = with_cells(state, changed(other, geometry=middle, parts_joined=True), lambda _: None)
    assert found(with_cells(ferried, changed(BASIC, geometry=parts))) == {("tiling.disconnected", BASIC)}


def test_a_ring_that_crosses_itself() -> None:
    state = clean_district()
    bow = Polygon([(120.10, 32.50), (120.11, 32.52), (120.11, 32.50), (120.10, 32.52)])
    assert found(with_cells(state, changed(BASIC, geometry=bow))) == {("cell.shape", BASIC)}


def test_a_cell_code_used_twice() -> None:
    state = clean_district()
    assert found(with_plan(state, lambda plan: replace(plan, cells=(*plan.cells, plan.cell(BASIC))))) == {
        ("cell.code_doubled", BASIC)
    }


def test_a_cell_that_names_another_village_than_its_code() -> None:
    state = clean_district()
    assert found(with_cells(state, changed(BASIC, parent_code=VILLAGE_2))) == {("cell.code_not_nested", BASIC)}


def test_a_cell_that_names_a_village_that_does_not_exist_against_its_code() -> None:
    state = clean_district()
    assert found(with_cells(state, changed(BASIC, parent_code="321204109009"))) == {("cell.code_not_nested", BASIC)}


def test_a_cell_code_of_no_level() -> None:
    def renamed(cell: Cell) -> Cell:
        return replace(cell, code=BASIC + "9") if cell.code == BASIC else cell

    def renamed_unit(unit: Unit) -> Unit:
        return replace(unit, cell_code=BASIC + "9") if unit.cell_code == BASIC else unit

    state = with_post(with_cells(clean_district(), renamed, renamed_unit), BASIC, cell_code=BASIC + "9")
    assert found(state) == {("cell.code_form", BASIC + "9")}


def test_a_cell_code_of_another_district() -> None:
    """The town, its villages and their cells, units, posts and teams keep naming each other."""

    def renamed(code: str) -> str:
        return "999999" + code[6:] if code.startswith(TOWN_2) else code

    state = with_cells(
        clean_district(),
        lambda cell: replace(cell, code=renamed(cell.code), parent_code=renamed(cell.parent_code)),
        lambda unit: replace(unit, code=renamed(unit.code), cell_code=renamed(unit.cell_code)),
    )
    state = replace(
        state,
        posts=tuple(replace(post, cell_code=renamed(post.cell_code)) for post in state.posts),
        teams=tuple(replace(team, home_cell_code=renamed(team.home_cell_code)) for team in state.teams),
    )
    assert {code for code, _ in found(state)} == {"cell.code_district"}


def test_a_unit_that_names_a_cell_that_does_not_exist() -> None:
    state = clean_district()
    assert found(
        with_cells(
            state,
            lambda cell: cell,
            lambda unit: replace(unit, cell_code=BASIC[:-1] + "7") if unit.code == BASIC + "001" else unit,
        )
    ) == {("unit.cell_unknown", BASIC + "001")}


def test_a_unit_that_names_the_wrong_cell() -> None:
    """That its own cell has a gap there is the same fault."""
    state = clean_district()
    assert found(
        with_cells(
            state,
            lambda cell: cell,
            lambda unit: replace(unit, cell_code=VILLAGE_1 + "002") if unit.code == BASIC + "001" else unit,
        )
    ) == {("unit_tiling.outside_parent", BASIC + "001")}


def test_a_unit_taken_away() -> None:
    state = clean_district()
    assert found(with_cells(state, lambda cell: cell, lambda unit: None if unit.code == BASIC + "001" else unit)) == {
        ("unit_tiling.gap", BASIC)
    }


def test_a_unit_drawn_over_its_neighbour() -> None:
    state = clean_district()
    wide = box(120.10, 32.50, 120.11, 32.513)
    assert found(
        with_cells(
            state, lambda cell: cell, lambda unit: replace(unit, geometry=wide) if unit.code == BASIC + "001" else unit
        )
    ) == {("unit_tiling.overlap", BASIC)}


def test_a_cell_without_units() -> None:
    state = clean_district()
    assert found(with_cells(state, lambda cell: cell, units_not_below(BASIC))) == {("cell.no_units", BASIC)}


def test_a_village_without_basic_cells() -> None:
    state = clean_district()
    kept = with_cells(state, without(BASIC, VILLAGE_1 + "002"), units_not_below(VILLAGE_1))
    assert found(
        replace(kept, posts=tuple(post for post in kept.posts if not post.cell_code.startswith(VILLAGE_1 + "00")))
    ) == {("cell.undivided", VILLAGE_1)}


def test_no_plan_in_force() -> None:
    state = clean_district()
    assert found(with_plan(state, lambda plan: replace(plan, status=PlanStatus.DRAFT))) == {("plan.none", DISTRICT)}
