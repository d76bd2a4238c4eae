"""Compile the kernels of the search ahead of their first use; what was compiled stays on disk, beside the modules."""

from __future__ import annotations

import numpy as np

from gridgis.planning.annealing import anneal
from gridgis.planning.centres import bound_by_centres, priced_centres
from gridgis.planning.graph import UnitGraph
from gridgis.planning.problem import Objective, Problem
from gridgis.planning.regions import split
from gridgis.planning.searching import search_regions
from gridgis.planning.stopping import Stop
from gridgis.planning.suggestions import suggest

_SIDE = 4


def make_ready() -> None:
    """Have the kernels in memory before a clock is started: a second from disk, half a minute where never compiled."""
    if not anneal.signatures or not priced_centres.signatures:
        compile_kernels()


def compile_kernels() -> None:
    """Plan a toy district once by every kernel; what is compiled already is only read."""
    number = np.arange(_SIDE * _SIDE).reshape(_SIDE, _SIDE)
    across = np.column_stack((number[:, :-1].ravel(), number[:, 1:].ravel()))
    down = np.column_stack((number[:-1].ravel(), number[1:].ravel()))
    units = number.size
    stop = Stop(attempts=1)
    today = (number // 2 % 2 + number // (2 * _SIDE) * 2).ravel().astype(np.int32)
    for objective in ("moment", "inertia"):
        problem = Problem(
            load=np.ones(units),
            graph=UnitGraph.of_edges(units, np.concatenate([across, down])),
            xy=np.column_stack(np.divmod(number.ravel(), _SIDE)).astype(np.float64),
            cells=_SIDE,
            least=_SIDE - 1.0,
            most=_SIDE + 1.0,
            objective=Objective.named(objective),
            today=today,
        )
        regions = split(problem)
        search_regions(regions, stop, seed=0, prove=True)
        search_regions([*regions, *regions], stop, seed=0)
        bound_by_centres(problem, stop, None)
    suggest(problem, today)
