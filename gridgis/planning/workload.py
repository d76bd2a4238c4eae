"""Work out the hours a year that a unit asks of the officer who walks it, with its breakdown.

Visits follow the risk colour's interval and take minutes by colour and industry; people living there and hazards
ask for minutes of their own; walking between the places inside follows how many there are and how far apart they lie.
All numbers are settings (practice, 待核), none is law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridgis.supervision.enterprises import RiskColour

Floats = NDArray[np.float64]

DAYS_A_YEAR = 365.0
_MINUTES = 60.0
_TOUR = 0.7124
"""A tour through n places spread evenly over an area a is about 0.7124 sqrt(n a) long (Beardwood and others 1959)."""


@dataclass(frozen=True, slots=True)
class WorkloadWeights:
    """What each kind of work takes.

    Attributes:
        interval_days: Days between visits by risk colour.
        visit_min: Minutes of one visit by risk colour.
        industry_factor: By what a visit takes longer, by industry; 1 where not named.
        hazard_min: Minutes of following up one hazard.
        resident_min: Minutes a year for each person living there.
        walking_km_h: Speed between places.
        detour: How much longer ways are than straight lines.
        rounds_a_year: Rounds through the whole unit, visits aside.
    """

    interval_days: Mapping[RiskColour, float] = field(
        default_factory=lambda: {
            RiskColour.RED: 7.0, RiskColour.ORANGE: 14.0, RiskColour.YELLOW: 30.0, RiskColour.BLUE: 90.0,
        }
    )  # fmt: skip
    visit_min: Mapping[RiskColour, float] = field(
        default_factory=lambda: {
            RiskColour.RED: 60.0, RiskColour.ORANGE: 45.0, RiskColour.YELLOW: 30.0, RiskColour.BLUE: 20.0,
        }
    )  # fmt: skip
    industry_factor: Mapping[str, float] = field(default_factory=dict)
    hazard_min: float = 40.0
    resident_min: float = 3.0
    walking_km_h: float = 12.0
    detour: float = 1.4
    rounds_a_year: float = 52.0


DEFAULT_WEIGHTS = WorkloadWeights()


@dataclass(frozen=True, eq=False)
class Workload:
    """Hours a year of units (n), by kind of work.

    Attributes:
        visits_h, hazards_h, residents_h, travel_h: float64 (n) each.
    """

    visits_h: Floats
    hazards_h: Floats
    residents_h: Floats
    travel_h: Floats

    @property
    def total_h(self) -> Floats:
        """float64 (n), all kinds together."""
        return self.visits_h + self.hazards_h + self.residents_h + self.travel_h

    def of_cells(self, labels: NDArray[np.integer], cells: int) -> Workload:
        """The same for cells, by the cell of each unit."""

        def add_up(hours: Floats) -> Floats:
            return np.bincount(labels, weights=hours, minlength=cells).astype(np.float64)

        return Workload(*map(add_up, (self.visits_h, self.hazards_h, self.residents_h, self.travel_h)))


def workload(
    *,
    site_unit: ArrayLike,
    site_risk: list[RiskColour | None],
    site_industry: list[str],
    hazards: ArrayLike,
    population: ArrayLike,
    area_m2: ArrayLike,
    weights: WorkloadWeights = DEFAULT_WEIGHTS,
) -> Workload:
    """Hours a year of each unit.

    Args:
        site_unit: (s) unit of each site, -1 for none.
        site_risk: Risk colour of each site; None counts as yellow.
        site_industry: Industry of each site.
        hazards: (n) hazards found a year.
        population: (n) people living there.
        area_m2: (n) area.
        weights: What each kind of work takes.
    """
    people = np.asarray(population, dtype=np.float64)
    unit = np.asarray(site_unit, dtype=np.int64)
    colour = [RiskColour.YELLOW if risk is None else risk for risk in site_risk]
    visits = np.array([DAYS_A_YEAR / weights.interval_days[one] for one in colour])
    minutes = np.array(
        [
            weights.visit_min[one] * weights.industry_factor.get(name, 1.0)
            for one, name in zip(colour, site_industry, strict=True)
        ]
    )
    known = unit >= 0
    count = len(people)

    def of_units(values: Floats) -> Floats:
        return np.bincount(unit[known], weights=values[known], minlength=count).astype(np.float64)

    area_km2 = np.asarray(area_m2, dtype=np.float64) / 1e6
    sites = of_units(np.ones(len(unit)))
    mean_visits = of_units(visits) / np.maximum(sites, 1.0)
    tour_km = _TOUR * weights.detour * np.sqrt((sites + 1) * area_km2)
    return Workload(
        visits_h=of_units(visits * minutes) / _MINUTES,
        hazards_h=np.asarray(hazards, dtype=np.float64) * weights.hazard_min / _MINUTES,
        residents_h=people * weights.resident_min / _MINUTES,
        travel_h=tour_km * np.maximum(mean_visits, weights.rounds_a_year) / weights.walking_km_h,
    )


def officers_needed(hours: float, hours_a_year: float) -> int:
    """How many officers so many hours ask for, when each works so many a year."""
    return int(np.ceil(hours / hours_a_year - 1e-9))
