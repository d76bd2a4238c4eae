"""State what is asked: units, limits and what counts as better, checked once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridgis.errors import Fault, InputRejected, InvalidValue
from gridgis.planning.graph import UnitGraph

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

NO_CELL = -1
_FAR_PLACES = 100.0
_METRES = 1000.0


class Term(StrEnum):
    """What can count in an objective; less is better in each."""

    CUT_EDGES = "cut_edges"  # borders between units of different cells
    BORDER = "border"  # their length
    MOMENT = "moment"  # load times squared distance to the best centre unit, distances in thousands of units of xy
    INERTIA = "inertia"  # the same to the cell's own centroid, distances not rounded
    TRAVEL = "travel"  # load times the cost of travel to the best centre unit
    ROUNDNESS = "roundness"  # sum of 1 - Polsby-Popper over cells
    STABILITY = "stability"  # cost of the units that change cells
    EVENNESS = "evenness"  # sum of squared relative deviations of load


@dataclass(frozen=True, slots=True)
class Objective:
    """What counts as better: a weight for each term, all at least 0.

    Raises:
        InvalidValue: ``planning.objective`` for a negative weight or none above 0.
    """

    cut_edges: float = 0.0
    border: float = 0.0
    moment: float = 0.0
    inertia: float = 0.0
    travel: float = 0.0
    roundness: float = 0.0
    stability: float = 0.0
    evenness: float = 0.0

    def __post_init__(self) -> None:
        weights = [getattr(self, term.value) for term in Term]
        if any(not np.isfinite(weight) or weight < 0 for weight in weights) or not any(weights):
            raise InvalidValue("planning.objective", value=str(weights))
        if sum(bool(weight) for weight in (self.moment, self.inertia, self.travel)) > 1:
            raise InvalidValue("planning.objective_centres", value="moment, inertia, travel")

    @classmethod
    def named(cls, name: str) -> Objective:
        """The objective of one term alone.

        Raises:
            InvalidValue: ``planning.objective``.
        """
        if name not in {term.value for term in Term}:
            raise InvalidValue("planning.objective", value=name)
        return cls(**{name: 1.0})


@dataclass(frozen=True, eq=False)
class Problem:
    """Units (n) to be put into cells, each in one part and within limits of load.

    Attributes:
        load: float64 (n), what each unit weighs.
        graph: Borders over which a cell may hold together.
        xy: float64 (n, 2), where each unit lies, metres (or any plane unit).
        cells: How many cells.
        least: Least load of a cell.
        most: Most load of a cell.
        objective: What counts as better.
        area: float64 (n) or None, needed for roundness.
        outer: float64 (n), length of each unit's border with no other unit.
        today: int32 (n), each unit's cell today, `NO_CELL` for none; None without a plan today.
        moving_cost: float64 (n), what it costs in stability to move a unit.
        locked: bool (n), units that keep the cell they have today.
        apart: (p, 2), units that may not be in one cell.
        together: (q, 2), units that must be in one cell.
        travel: float64 (n, n) or None: cost of travel from unit i to unit j for one unit of load.
        whole_distances: Whether the moment rounds distances to whole units of ``xy``, as published instances have
            them; None: where the units reach over a hundred or more.
    """

    load: Floats
    graph: UnitGraph
    xy: Floats
    cells: int
    least: float
    most: float
    objective: Objective
    area: Floats | None = None
    outer: Floats | None = None
    today: Ints | None = None
    moving_cost: Floats | None = None
    locked: NDArray[np.bool_] | None = None
    apart: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int32))
    together: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int32))
    travel: Floats | None = None
    whole_distances: bool | None = None

    def __post_init__(self) -> None:
        if self.units == 0:
            raise InputRejected("planning.no_units", (), count=0)
        self._check_lengths()
        self._check_units()
        self._check_what_is_asked()
        if self.whole_distances is None:
            across = float(np.hypot(*np.ptp(self.xy, axis=0)))
            object.__setattr__(self, "whole_distances", across >= _FAR_PLACES)

    def _check_lengths(self) -> None:
        """Each array has a value for each unit, and pairs name units that there are."""
        units = self.units
        given = {
            "xy": self.xy,
            "area": self.area,
            "outer": self.outer,
            "today": self.today,
            "moving_cost": self.moving_cost,
            "locked": self.locked,
            "travel": self.travel,
            "graph": self.graph.start[1:],
        }
        for name, values in given.items():
            if values is not None and len(values) != units:
                raise InvalidValue("planning.lengths", value=f"{len(values)} {name}, {units} workload")
        if self.travel is not None and self.travel.shape != (units, units):
            raise InvalidValue("planning.lengths", value=f"{self.travel.shape} travel, {units} workload")
        faults = [
            Fault("planning.pair_unknown", {"pair": int(row), "value": str(pairs[row].tolist())}, row=int(row) + 1)
            for pairs in (self.apart, self.together)
            for row in np.flatnonzero(((pairs < 0) | (pairs >= units)).any(axis=1))
        ]
        if faults:
            raise InputRejected("planning.pairs", faults, count=len(faults))

    def _check_units(self) -> None:
        """Every number of a unit is one with which can be reckoned."""
        moving = np.zeros(self.units) if self.moving_cost is None else self.moving_cost
        checks: tuple[tuple[str, Any, Any], ...] = (
            ("planning.workload", ~np.isfinite(self.load) | (self.load < 0), self.load),
            ("planning.place", ~np.isfinite(self.xy).all(axis=1), self.xy),
            ("planning.moving_cost", ~np.isfinite(moving) | (moving < 0), moving),
        )
        faults = [
            Fault(code, {"unit": int(row), "value": str(values[row].tolist())}, row=int(row) + 1)
            for code, wrong, values in checks
            for row in np.flatnonzero(wrong)
        ]
        if faults:
            raise InputRejected("planning.units", faults, count=len(faults))

    def _check_what_is_asked(self) -> None:
        """The limits, objective and locks make sense together."""
        if self.cells < 1:
            raise InvalidValue("planning.cells", value=self.cells)
        if not 0 <= self.least <= self.most or not np.isfinite(self.most):
            raise InvalidValue("planning.limits", least=self.least, most=self.most)
        if self.objective.roundness > 0 and self.area is None:
            raise InvalidValue("planning.roundness_without_areas", value="area")
        if self.objective.travel > 0 and self.travel is None:
            raise InvalidValue("planning.travel_without_times", value="travel")
        if self.locked is not None and self.locked.any():
            if self.today is None:
                raise InvalidValue("planning.locks_without_plan", value="today")
            kept = self.today[self.locked]
            if ((kept < 0) | (kept >= self.cells)).any():
                raise InvalidValue("planning.locks_without_cell", value=sorted(set(kept.tolist())), cells=self.cells)

    @property
    def units(self) -> int:
        """How many units."""
        return len(self.load)

    def among(self, units: NDArray[np.integer], **changed: Any) -> Problem:
        """The problem of some units alone."""
        place = np.full(self.units, -1, dtype=np.int32)
        place[units] = np.arange(len(units), dtype=np.int32)

        def pairs(given: Ints) -> Ints:
            mine = place[given]
            return mine[(mine >= 0).all(axis=1)]

        def part(values: Floats | None) -> Floats | None:
            return None if values is None else values[units]

        kept: dict[str, Any] = {
            "load": self.load[units],
            "graph": self.graph.among(units),
            "xy": self.xy[units],
            "area": part(self.area),
            "outer": part(self.outer),
            "today": None if self.today is None else self.today[units],
            "moving_cost": part(self.moving_cost),
            "locked": None if self.locked is None else self.locked[units],
            "apart": pairs(self.apart),
            "together": pairs(self.together),
            "travel": None if self.travel is None else self.travel[np.ix_(units, units)],
        }
        return replace(self, **(kept | changed))


def moment_costs(xy: Floats, *, whole: bool) -> Floats:
    """What one unit of load of i costs at centre j in the moment: the squared distance in thousands."""
    far = np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1])
    return np.ascontiguousarray(((np.round(far) if whole else far) / _METRES) ** 2)
