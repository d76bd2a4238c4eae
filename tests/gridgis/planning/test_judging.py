from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridgis.planning.comparison import Lineage, lineages, moved_units
from gridgis.planning.parents import Limits
from gridgis.planning.proposal import rebalance
from gridgis.planning.regions import shares
from gridgis.planning.suggestions import plan_faults, suggest
from gridgis.planning.units import UnitSet, lay_out_shapes
from gridgis.planning.workload import officers_needed, workload
from gridgis.planning.written_limits import LimitKind, written_limits
from gridgis.supervision.enterprises import RiskColour
from tests.fakes.unit_grids import grid_edges, grid_problem, grid_xy


def test_suggestions_make_loads_better_and_keep_cells_whole() -> None:
    problem = grid_problem(4, 4, 4, np.ones(16), 0.2)
    labels = np.array([0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 1, 1, 2, 2, 3, 3], dtype=np.int32)
    for one in suggest(problem, labels):
        after = labels.copy()
        for unit, cell in one.moves:
            after[unit] = cell
        assert not [fault for fault in plan_faults(problem, after) if fault.kind in {"in_pieces", "empty"}]
        before_load, after_load = (np.bincount(plan, minlength=4) for plan in (labels, after))
        assert ((after_load - 4) ** 2).sum() < ((before_load - 4) ** 2).sum()
    assert suggest(problem, labels)


def test_faults_name_pieces_loads_and_empty_cells() -> None:
    problem = grid_problem(3, 3, 3, np.ones(9), 0.1)
    labels = np.array([0, 1, 0, 1, 1, 1, 1, 1, 1], dtype=np.int32)
    kinds = {(fault.kind, fault.cell) for fault in plan_faults(problem, labels)}
    assert kinds == {("in_pieces", 0), ("too_light", 0), ("too_heavy", 1), ("empty", 2)}


def test_lineage_tells_kept_renamed_split_merged_and_moved() -> None:
    before = {"a": "1", "b": "1", "c": "2", "d": "3", "e": "4", "f": "4", "g": "5", "h": "5", "i": "5", "j": "6"}
    after = {"a": "1", "b": "1", "c": "9", "d": "4", "e": "4", "f": "4", "g": "5", "h": "5", "i": "6", "j": "6"}
    told = {line.before[0]: line.lineage for line in lineages(before, after) if line.before}
    assert told == {
        "1": Lineage.KEPT,
        "2": Lineage.RENAMED,
        "3": Lineage.MERGED,
        "4": Lineage.MERGED,
        "5": Lineage.MOVED,
        "6": Lineage.MOVED,
    }
    split = lineages({"a": "1", "b": "1"}, {"a": "1", "b": "7"})
    assert [line.lineage for line in split] == [Lineage.SPLIT]
    assert [one.unit for one in moved_units(before, after, {})] == ["c", "d", "i"]


def test_workload_counts_visits_by_colour() -> None:
    made = workload(
        site_unit=[0, 0, -1],
        site_risk=[RiskColour.RED, RiskColour.BLUE, RiskColour.RED],
        site_industry=["", "", ""],
        hazards=[0, 3],
        population=[0, 60],
        area_m2=[0, 0],
    )
    assert made.visits_h[0] == pytest.approx(365 / 7 + 365 / 90 * 20 / 60)
    assert made.hazards_h.tolist() == [0, 2]
    assert made.residents_h.tolist() == [0, 3]
    assert made.of_cells(np.array([0, 0]), 1).total_h[0] == pytest.approx(made.total_h.sum())
    assert officers_needed(3601, 1800) == 3


def test_cells_go_to_parents_by_largest_remainder() -> None:
    assert shares(np.array([50.0, 30.0, 20.0]), 7).tolist() == [4, 2, 1]
    assert shares(np.array([99.0, 0.5, 0.5]), 4).tolist() == [2, 1, 1]


def test_shapes_that_share_a_border_are_neighbours_by_its_length() -> None:
    boxes = [shapely.box(120 + x / 1000, 32.5, 120 + (x + 1) / 1000, 32.501) for x in range(3)]
    graph, _, area_m2, outer_m = lay_out_shapes(boxes, 0.5, 4549)
    assert graph.other.tolist() == [1, 0, 2, 1]
    assert graph.border == pytest.approx(110.9, rel=1e-2)
    assert area_m2 == pytest.approx(110.9 * 93.9, rel=1e-2)
    assert outer_m[0] > outer_m[1]


def unit_set(parents: list[str], load: np.ndarray) -> UnitSet:
    from gridgis.planning.graph import UnitGraph

    return UnitSet(
        codes=tuple(str(unit) for unit in range(16)),
        graph=UnitGraph.of_edges(16, grid_edges(4, 4)),
        xy=grid_xy(4, 4),
        area_m2=np.ones(16),
        outer_m=np.zeros(16),
        load=load,
        population=np.ones(16, dtype=np.int64),
        enterprises=np.ones(16, dtype=np.int64),
        parent=tuple(parents),
        today=("",) * 16,
    )


def test_cells_stay_inside_their_parents_and_parents_that_cannot_are_named() -> None:
    load = np.ones(16)
    load[0] = 40.0
    made = rebalance(unit_set(["A"] * 8 + ["B"] * 8, load), cells=4, limits=Limits(tolerance=0.1), attempts=1)[0]
    assert {one.parent for one in made.not_within} == {"A"}
    assert made.parents[0].faults[0].code == "planning.unit_too_heavy"
    assert not set(made.labels[:8].tolist()) & set(made.labels[8:].tolist())
    assert made.bound is not None
    assert made.bound <= made.value + 1e-9


def test_no_cell_reaches_across_a_barred_border() -> None:
    barred = tuple((str(unit), str(unit + 4)) for unit in (4, 5, 6, 7))
    made = rebalance(
        unit_set(["A"] * 16, np.ones(16)), cells=4, limits=Limits(tolerance=0.0, barred=barred), attempts=1
    )[0]
    assert not set(made.labels[:8].tolist()) & set(made.labels[8:].tolist())


def test_written_limits_name_roads_before_neighbours() -> None:
    square = shapely.box(0, 0, 100, 100)
    road = (LimitKind.ROAD, "人民路", shapely.LineString([(110, -50), (110, 150)]))
    limits = written_limits(
        square, [road], {"东村": shapely.box(100, 0, 200, 100), "北村": shapely.box(0, 100, 100, 200)}
    )
    told = {limit.side: (limit.kind, limit.names) for limit in limits}
    assert told["east"] == (LimitKind.ROAD, ("人民路",))
    assert told["north"] == (LimitKind.NEIGHBOUR, ("北村",))
    assert told["south"] == (LimitKind.EDGE, ())
