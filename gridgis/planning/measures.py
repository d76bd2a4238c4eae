"""Measure a plan by every term, in plain numpy; the compiled search is tested against this."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridgis.planning.problem import NO_CELL, Problem, Term, moment_costs

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

_THOUSAND_SQUARED = 1e6
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Measures:
    """What a plan is worth; less is better but for ``polsby_popper``.

    Attributes:
        cell_load: float64 (k), load of each cell.
        most_deviation: Greatest deviation of a cell from the mean load, as a share of it.
        outside: Load above the most or below the least, summed over cells.
        broken: Pairs together that must be apart or apart that must be together, and locked units that moved.
        pieces_apart: Pieces by which cells exceed one part each; empty cells count one.
        cut_edges: Borders between units of different cells.
        border: Their length.
        moment: See `Term.MOMENT`.
        inertia: See `Term.INERTIA`.
        travel: See `Term.TRAVEL`, None without travel costs.
        polsby_popper: Mean over cells of 4 pi area / perimeter squared, None without areas.
        moved_units: Units that change cells, None without a plan today.
        moved_load: Their load.
        moving_cost: Their cost in stability.
        evenness: Sum of squared relative deviations of load.
    """

    cell_load: Floats
    most_deviation: float
    outside: float
    broken: int
    pieces_apart: int
    cut_edges: int
    border: float
    moment: float
    inertia: float
    travel: float | None
    polsby_popper: float | None
    moved_units: int | None
    moved_load: float | None
    moving_cost: float | None
    evenness: float

    @property
    def feasible(self) -> bool:
        """Whether every cell is in one part, not empty and within limits, and locks and pairs are as they must be."""
        return self.pieces_apart == 0 and self.outside <= 0 and self.broken == 0


def measure(problem: Problem, labels: Ints) -> Measures:
    """Every term of a plan of a problem."""
    cells = problem.cells
    cell_load = np.bincount(labels, weights=problem.load, minlength=cells).astype(np.float64)
    mean = max(float(problem.load.sum()) / cells, 1e-300)
    slack = ROUNDING * max(problem.most, mean)
    beyond = np.maximum(np.maximum(cell_load - problem.most, problem.least - cell_load), 0)
    pieces = problem.graph.pieces(labels)
    tail, other = problem.graph.tail, problem.graph.other
    cut = (labels[tail] != labels[other]) & (tail < other)
    moved = None if problem.today is None else (problem.today != labels) & (problem.today != NO_CELL)
    moving = np.ones(problem.units) if problem.moving_cost is None else problem.moving_cost
    return Measures(
        cell_load=cell_load,
        most_deviation=float(np.abs(cell_load - mean).max() / mean),
        outside=float(beyond[beyond > slack].sum()),
        broken=_broken(problem, labels),
        pieces_apart=int(pieces.max()) + 1 - len(np.unique(labels)) + cells - len(np.unique(labels)),
        cut_edges=int(cut.sum()),
        border=float(problem.graph.border[cut].sum()),
        moment=_to_best_centres(problem, labels, None),
        inertia=_inertia(problem, labels),
        travel=None if problem.travel is None else _to_best_centres(problem, labels, problem.travel),
        polsby_popper=_polsby_popper(problem, labels),
        moved_units=None if moved is None else int(moved.sum()),
        moved_load=None if moved is None else float(problem.load[moved].sum()),
        moving_cost=None if moved is None else float(moving[moved].sum()),
        evenness=float((((cell_load - mean) / mean) ** 2).sum()),
    )


def _broken(problem: Problem, labels: Ints) -> int:
    found = int((labels[problem.apart[:, 0]] == labels[problem.apart[:, 1]]).sum())
    found += int((labels[problem.together[:, 0]] != labels[problem.together[:, 1]]).sum())
    if problem.locked is not None and problem.today is not None:
        found += int((problem.locked & (labels != problem.today)).sum())
    return found


def worth(problem: Problem, measures: Measures) -> float:
    """The objective's value of a plan."""
    objective = problem.objective
    roundness = 0.0 if measures.polsby_popper is None else problem.cells * (1 - measures.polsby_popper)
    terms = {
        Term.CUT_EDGES: measures.cut_edges,
        Term.BORDER: measures.border,
        Term.MOMENT: measures.moment,
        Term.INERTIA: measures.inertia,
        Term.TRAVEL: measures.travel or 0.0,
        Term.ROUNDNESS: roundness,
        Term.STABILITY: measures.moving_cost or 0.0,
        Term.EVENNESS: measures.evenness,
    }
    return float(sum(getattr(objective, term.value) * value for term, value in terms.items()))


def _groups(labels: Ints) -> list[NDArray[np.intp]]:
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)


def _to_best_centres(problem: Problem, labels: Ints, costs: Floats | None) -> float:
    """Sum over cells of the least cost of reaching one unit of the cell from all its units."""
    total = 0.0
    for members in _groups(labels):
        if costs is not None:
            near = costs[np.ix_(members, members)]
        else:
            near = moment_costs(problem.xy[members], whole=bool(problem.whole_distances))
        total += float((problem.load[members] @ near).min())
    return total


def _inertia(problem: Problem, labels: Ints) -> float:
    x, y = (problem.xy - problem.xy.mean(axis=0)).T
    weight = np.bincount(labels, weights=problem.load, minlength=problem.cells)
    held = np.maximum(weight, 1e-300)
    first_x = np.bincount(labels, weights=problem.load * x, minlength=problem.cells)
    first_y = np.bincount(labels, weights=problem.load * y, minlength=problem.cells)
    second = np.bincount(labels, weights=problem.load * (x * x + y * y), minlength=problem.cells)
    return float((second - (first_x**2 + first_y**2) / held).sum() / _THOUSAND_SQUARED)


def _polsby_popper(problem: Problem, labels: Ints) -> float | None:
    if problem.area is None:
        return None
    area = np.bincount(labels, weights=problem.area, minlength=problem.cells)
    outer = np.zeros(problem.units) if problem.outer is None else problem.outer
    perimeter = np.bincount(labels, weights=outer, minlength=problem.cells)
    tail = problem.graph.tail
    cut = labels[tail] != labels[problem.graph.other]
    perimeter += np.bincount(labels[tail[cut]], weights=problem.graph.border[cut], minlength=problem.cells)
    return float(np.minimum(4 * np.pi * area / np.maximum(perimeter, 1e-9) ** 2, 1.0).mean())
