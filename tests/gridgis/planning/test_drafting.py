from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from gridgis.cells import GridPlan, PlanStatus
from gridgis.planning.drafting import draft_plan, next_draft_code
from tests.fakes.tiny_district import NOON, VILLAGE_1, plan


def drafted(labels: list[int]) -> tuple[GridPlan, GridPlan, dict[str, str]]:
    today = plan()
    mine = [unit for unit in today.units if unit.code.startswith(VILLAGE_1)]
    made = draft_plan(today, mine, np.array(labels), code="2", name="草案", effective_from=NOON, reason="均衡")
    return today, made, {unit.code: unit.cell_code for unit in made.units}


def test_cells_that_keep_most_of_their_units_keep_code_and_name_and_the_plan_is_a_draft() -> None:
    today, made, cell_of = drafted([5, 5, 3, 3])
    assert (made.code, made.status, made.reason) == ("2", PlanStatus.DRAFT, "均衡")
    assert cell_of == {unit.code: unit.cell_code for unit in today.units}
    assert {cell.code: cell.name for cell in made.cells} == {cell.code: cell.name for cell in today.cells}
    assert not {cell.id for cell in made.cells} & {cell.id for cell in today.cells}


def test_the_first_half_keeps_the_code_and_new_cells_take_the_next_free_numbers_from_west_to_east() -> None:
    today, made, cell_of = drafted([0, 1, 2, 3])
    codes = [cell.code for cell in made.of_level(3) if cell.parent_code == VILLAGE_1]
    assert codes == [VILLAGE_1 + number for number in ("001", "002", "003", "004")]
    west = [cell_of[VILLAGE_1 + unit] for unit in ("001001", "001002")]
    assert sorted(west) == [VILLAGE_1 + "001", VILLAGE_1 + "003"]
    ground = shapely.union_all([cell.geometry for cell in made.of_level(3) if cell.parent_code == VILLAGE_1])
    assert shapely.equals(ground.normalize(), today.cell(VILLAGE_1).geometry.normalize())


def test_cells_of_units_that_were_not_planned_stay_as_they_are() -> None:
    today, made, cell_of = drafted([0, 0, 0, 0])
    others = [unit for unit in today.units if not unit.code.startswith(VILLAGE_1)]
    assert all(cell_of[unit.code] == unit.cell_code for unit in others)
    assert len([cell for cell in made.of_level(3) if cell.parent_code == VILLAGE_1]) == 1
    assert made.of_level(1) == tuple(replace(cell, id=made.cell(cell.code).id) for cell in today.of_level(1))


def test_a_draft_is_the_same_for_the_same_proposal() -> None:
    assert drafted([0, 1, 1, 0])[1] == drafted([0, 1, 1, 0])[1]


def test_drafts_are_numbered_on() -> None:
    assert next_draft_code(["1", "9", "旧"]) == "10"
    assert next_draft_code([]) == "1"
