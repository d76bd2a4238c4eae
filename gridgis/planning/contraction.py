"""Make one unit of those that must stay together, so that no search can part them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridgis.planning.graph import UnitGraph
from gridgis.planning.problem import NO_CELL, Problem

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


def together_groups(problem: Problem) -> Ints:
    """int32 (n), the number of the group in which each unit must stay; a unit of its own is a group of one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs, units = problem.together, problem.units
    links = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(units, units))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int32)


@dataclass(frozen=True, eq=False)
class Contracted:
    """A problem whose groups are units.

    Attributes:
        problem: The smaller problem. Its together pairs are those between parts of a group that do not touch; distances
            to a centre are to the unit of the group that lies best for the group itself, so moment and travel are never
            less than in the whole problem and are measured again there.
        unit_of: int32 (n), the unit of the smaller problem in which each unit is.
    """

    problem: Problem
    unit_of: Ints

    def expanded(self, labels: Ints) -> Ints:
        """Labels of the whole problem from labels of the smaller one."""
        return np.asarray(labels[self.unit_of], dtype=np.int32)


def contract(problem: Problem) -> Contracted:
    """The problem with each connected part of a group as one unit; the same problem where nothing is together."""
    if not len(problem.together):
        return Contracted(problem, np.arange(problem.units, dtype=np.int32))
    unit_of = problem.graph.pieces(together_groups(problem))
    count = int(unit_of.max()) + 1
    tail, head = unit_of[problem.graph.tail], unit_of[problem.graph.other]
    once = tail < head
    pairs = np.column_stack((tail[once], head[once]))
    border, borders = problem.graph.border[once], problem.graph.borders[once]

    def summed(values: Floats) -> Floats:
        return np.bincount(unit_of, weights=values, minlength=count).astype(np.float64)

    load = summed(problem.load)
    size = summed(np.ones(problem.units))
    weight = np.where(load[unit_of] > 0, problem.load / np.maximum(load[unit_of], 1e-300), 1.0 / size[unit_of])
    today, locked, moving = _todays(problem, unit_of, count)
    outer = np.zeros(problem.units) if problem.outer is None else problem.outer
    smaller = Problem(
        load=load,
        graph=UnitGraph.of_edges(count, pairs, border, borders),
        xy=np.column_stack([summed(problem.xy[:, axis] * weight) for axis in (0, 1)]),
        cells=problem.cells,
        least=problem.least,
        most=problem.most,
        objective=problem.objective,
        area=None if problem.area is None else summed(problem.area),
        outer=summed(outer),
        today=today,
        moving_cost=moving,
        locked=locked,
        apart=_between(problem.apart, unit_of),
        together=_between(problem.together, unit_of),
        travel=None if problem.travel is None else _travel(problem.travel, weight, unit_of, count),
        whole_distances=problem.whole_distances,
    )
    return Contracted(smaller, np.asarray(unit_of, dtype=np.int32))


def _between(pairs: Ints, unit_of: Ints) -> Ints:
    made = unit_of[pairs]
    return np.unique(np.sort(made[made[:, 0] != made[:, 1]], axis=1), axis=0).astype(np.int32).reshape(-1, 2)


def _todays(problem: Problem, unit_of: Ints, count: int) -> tuple[Ints | None, NDArray[np.bool_] | None, Floats | None]:
    """Today's cell of each group by its locked or else dearest units, whether it is locked, what moving it costs."""
    today = problem.today
    if today is None:
        return None, None, None
    price = np.ones(problem.units) if problem.moving_cost is None else problem.moving_cost
    held = np.zeros(problem.units, dtype=np.bool_) if problem.locked is None else problem.locked
    cell_of = np.full(count, NO_CELL, dtype=np.int32)
    cost = np.zeros(count)
    votes: dict[tuple[int, int], float] = {}
    for unit in np.flatnonzero(today != NO_CELL).tolist():
        key = int(unit_of[unit]), int(today[unit])
        votes[key] = votes.get(key, 0.0) + (1e12 if held[unit] else 0.0) + float(price[unit])
    best = np.full(count, -1.0)
    for (group, cell), vote in sorted(votes.items()):
        if vote > best[group]:
            best[group], cell_of[group] = vote, cell
    home = today == cell_of[unit_of]
    np.add.at(cost, unit_of[home], price[home])
    locked = np.zeros(count, dtype=np.bool_)
    locked[unit_of[held]] = True
    return cell_of, locked if locked.any() else None, cost


def _travel(travel: Floats, weight: Floats, unit_of: Ints, count: int) -> Floats:
    """Travel between groups: by load to the unit of the group that its own load reaches at least cost."""
    from scipy import sparse

    units = len(unit_of)
    gather = sparse.csr_array((weight, (unit_of, np.arange(units))), shape=(count, units))
    to_unit = np.asarray(gather @ travel)
    own = to_unit[unit_of, np.arange(units)]
    order = np.lexsort((own, unit_of))
    centre = order[np.searchsorted(unit_of[order], np.arange(count))]
    return np.ascontiguousarray(to_unit[:, centre])
