"""Lay a problem out as the flat arrays on which the compiled search works."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridgis.planning.board import BY_PAIR, Board
from gridgis.planning.problem import NO_CELL, Problem, moment_costs

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

MOST_CENTRE_UNITS = 1_500


def lay_out(problem: Problem) -> Board:
    """A board for a problem, its labels all 0."""
    units, cells = problem.units, problem.cells
    objective = problem.objective
    graph = problem.graph
    if objective.travel > 0 and problem.travel is not None:
        far = np.ascontiguousarray(problem.travel, dtype=np.float64)
    elif objective.moment > 0 and units <= MOST_CENTRE_UNITS:
        far = moment_costs(problem.xy, whole=bool(problem.whole_distances))
    elif objective.moment > 0:
        far = np.zeros((1, 1))
    else:
        far = np.zeros((0, 0))
    by_moment = objective.travel or (objective.moment or objective.inertia)
    middle = problem.xy.mean(axis=0)
    x, y = np.ascontiguousarray(((problem.xy - middle) / 1_000.0).T)
    pair_start, pair, pair_sign = _pairs_of_units(problem)
    weights = np.zeros(5)
    weights[:4] = by_moment, objective.stability, objective.roundness, objective.evenness
    home = np.full(units, NO_CELL, dtype=np.int32) if problem.today is None else problem.today.astype(np.int32)
    mean = float(problem.load.sum()) / cells
    board = Board(
        start=graph.start,
        other=graph.other,
        edge_cost=objective.cut_edges * graph.borders + objective.border * graph.border,
        border=graph.border,
        load=np.ascontiguousarray(problem.load, dtype=np.float64),
        moment_load=np.ascontiguousarray(problem.load, dtype=np.float64),
        x=x.copy(),
        y=y.copy(),
        far=far,
        area=np.zeros(units) if problem.area is None else np.ascontiguousarray(problem.area, dtype=np.float64),
        outer=np.zeros(units) if problem.outer is None else np.ascontiguousarray(problem.outer, dtype=np.float64),
        home=home,
        home_cost=np.ones(units) if problem.moving_cost is None else problem.moving_cost.astype(np.float64),
        locked=np.zeros(units, dtype=np.bool_) if problem.locked is None else problem.locked.copy(),
        pair_start=pair_start,
        pair=pair,
        pair_sign=pair_sign,
        weights=weights,
        limits=np.array([problem.least, problem.most, mean if mean > 0 else 1.0]),
        label=np.zeros(units, dtype=np.int32),
        head=np.zeros(cells, dtype=np.int32),
        after=np.zeros(units, dtype=np.int32),
        before=np.zeros(units, dtype=np.int32),
        cell_load=np.zeros(cells),
        size=np.zeros(cells, dtype=np.int32),
        sums=np.zeros((cells, 6)),
        centre_cost=np.zeros(units),
        cost=np.zeros(cells),
        price=np.zeros(cells),
        totals=np.zeros(5),
    )
    board.weights[BY_PAIR] = 100 * (board.edge_cost.max(initial=1.0) + board.weights.max())
    return board


def _pairs_of_units(problem: Problem) -> tuple[Ints, Ints, Floats]:
    """The units paired with each unit, and 1 where the two must be apart, -1 where together."""
    pairs = np.concatenate([problem.apart, problem.together])
    signs = np.repeat([1.0, -1.0], [len(problem.apart), len(problem.together)])
    both = np.concatenate([pairs, pairs[:, ::-1]]).astype(np.int32)
    order = np.argsort(both[:, 0], kind="stable")
    start = np.zeros(problem.units + 1, dtype=np.int32)
    start[1:] = np.cumsum(np.bincount(both[:, 0], minlength=problem.units))
    return start, np.ascontiguousarray(both[order, 1]), np.tile(signs, 2)[order].copy()
