"""The grid has the towns and villages of the public list, and every level tiles the one above."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely
from shapely import Polygon

from geodata.demo.cells import numeral, short
from geodata.demo.files import Country
from geodata.demo.jiangyan import outline, towns
from gridgis.cells import CellKind, GridPlan
from gridgis.dispatch.state import DistrictState
from gridgis.geometry import to_metric


def shapes(plan: GridPlan, level: int) -> np.ndarray:
    cells = plan.of_level(level) if level < 4 else plan.units
    return np.array([cell.geometry for cell in cells], dtype=object)


def test_the_outline_is_jiangyans(state: DistrictState) -> None:
    """Corners of cells on the outline move it by a few centimetres at most."""
    real, made = to_metric(outline()), to_metric(state.district.outline)
    assert isinstance(made, Polygon)
    assert abs(real.area / 1e6 - 857) < 1
    assert shapely.hausdorff_distance(real.exterior, made.exterior) < 0.05


def test_towns_and_villages_are_those_of_the_list(plan: GridPlan) -> None:
    listed = towns()
    assert {cell.code: cell.name for cell in plan.of_level(1)} == {town.code: town.name for town in listed}
    villages = {village.code: village.name for town in listed for village in town.villages}
    assert {cell.code: cell.name for cell in plan.of_level(2)} == villages
    counts = [40, 30, 22, 18, 29, 19, 11, 17, 29, 13, 18, 16, 18, 1, 1, 1, 1, 1]
    assert [len(town.villages) for town in listed] == counts


def test_six_of_fourteen_governed_towns_are_key_towns(plan: GridPlan) -> None:
    governed = [town for town in plan.of_level(1) if town.governed]
    assert len(governed) == 14
    assert sum(town.key_town for town in governed) == 6
    left = {town.name for town in plan.of_level(1) if not town.governed}
    assert left == {"林场", "种猪场", "林业站", "渔业社"}


def test_there_are_about_a_thousand_basic_cells_of_about_four_thousand_units(plan: GridPlan) -> None:
    assert len(plan.of_level(3)) == pytest.approx(1000, abs=40)
    assert len(plan.units) == pytest.approx(4000, abs=60)
    assert {unit.cell_code for unit in plan.units} == {cell.code for cell in plan.of_level(3)}


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_areas_of_a_level_tile_the_district_with_the_same_corners(
    plan: GridPlan, state: DistrictState, level: int
) -> None:
    areas = shapes(plan, level)
    assert shapely.coverage_is_valid(areas)
    assert shapely.equals(shapely.coverage_union_all(areas), state.district.outline)


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_areas_are_single_pieces_without_holes(plan: GridPlan, level: int) -> None:
    areas = shapes(plan, level)
    assert all(isinstance(area, Polygon) for area in areas)
    assert shapely.get_num_interior_rings(areas).sum() == 0


def test_corners_are_written_to_a_centimetre(plan: GridPlan) -> None:
    corners = shapely.get_coordinates(shapes(plan, 4)) * 1e7
    assert np.abs(corners - np.rint(corners)).max() < 1e-3


def test_cells_are_the_unions_of_their_units(plan: GridPlan) -> None:
    parts: dict[str, list[shapely.Geometry]] = {}
    for unit in plan.units:
        parts.setdefault(unit.cell_code, []).append(unit.geometry)
    for cell in plan.of_level(3):
        assert shapely.coverage_union_all(parts[cell.code]).equals(cell.geometry)


def test_another_seed_tiles_too(other_country: Country) -> None:
    grid = other_country.grid
    for layer in (grid.towns, grid.villages, grid.cells, grid.units):
        assert shapely.coverage_is_valid(layer.shape)
        assert {shape.geom_type for shape in layer.shape} == {"Polygon"}
    assert (len(grid.towns.code), len(grid.villages.code)) == (18, 285)


def test_seats_lie_in_their_towns(plan: GridPlan) -> None:
    for town in plan.of_level(1):
        assert town.seat is not None
        if town.governed:
            assert plan.locate(town.seat).cells(0)[0] is town
    for village in plan.of_level(2):
        assert village.seat is not None
        assert plan.locate(village.seat).cells(0)[1] is village


def test_towns_are_as_large_as_their_villages_want(plan: GridPlan) -> None:
    """Small units are small, and no governed town is off the area laid out for it by more than a tenth."""
    laid_out = {town.code: town for town in towns()}
    for cell in plan.of_level(1):
        area_km2 = to_metric(cell.geometry).area / 1e6
        assert area_km2 == pytest.approx(laid_out[cell.code].area_km2, rel=0.1)
        assert cell.governed or area_km2 < 1.5


def test_parks_are_dedicated_cells_and_one_spans_villages(plan: GridPlan) -> None:
    dedicated = [cell for cell in plan.of_level(3) if cell.kind is CellKind.DEDICATED]
    assert 20 <= len(dedicated) <= 40
    groups = Counter(cell.site_group for cell in dedicated if cell.site_group)
    assert groups
    assert min(groups.values()) >= 2
    for name in groups:
        assert len({cell.parent_code for cell in dedicated if cell.site_group == name}) == groups[name]


def test_cell_codes_count_from_one_in_every_village(plan: GridPlan) -> None:
    for village in plan.of_level(2):
        cells = plan.children(village.code)
        assert [cell.code for cell in cells] == [f"{village.code}{number:03d}" for number in range(1, len(cells) + 1)]


def test_about_650_thousand_people_live_there(plan: GridPlan) -> None:
    assert 550_000 < sum(unit.population for unit in plan.units) < 750_000


def test_names_are_short_and_numbers_chinese() -> None:
    assert short("中天社区居民委员会") == "中天"
    assert short("梅垛村委会") == "梅垛"
    assert [numeral(number) for number in (1, 9, 10, 11, 20, 35)] == ["一", "九", "十", "十一", "二十", "三十五"]
