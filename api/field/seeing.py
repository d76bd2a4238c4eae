"""Say who may see and do what with a hazard: its cell then and now, its department, and who reported it decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from api.asked import Asked
from gridgis.access import Action, AreaFilter, Principal, areas_for, decide, decide_anywhere, demand
from gridgis.access.areas import Part
from gridgis.errors import NotKnown
from gridgis.hazards import Act, Hazard, HazardCase
from gridgis.hazards.transitions import TABLE, legal

if TYPE_CHECKING:
    from uuid import UUID

    from geodata.store import Store, UnitOfWork

REPORTERS_OWN = frozenset({Act.AMEND, Act.NOTE, Act.URGE})
"""What whoever reported a hazard may do about it wherever it lies: the outcome of a report comes back to him."""


@dataclass(frozen=True, slots=True)
class HazardSight:
    """What somebody sees of hazards.

    Attributes:
        asked: What the request is answered with.
        who: Who asks.
    """

    asked: Asked
    who: Principal

    def cells(self, hazards: Sequence[Hazard]) -> list[list[str]]:
        """Codes of the cells of each: that of its record, and those of its place in the plan in force now.

        A hazard whose cell was drawn anew so never loses whoever answers for the place today.
        """
        plan = self.asked.plan_if_any
        own = [[one.cell_code] if one.cell_code else [] for one in hazards]
        if plan is None or not hazards:
            return own
        places = np.array([one.place or (np.nan, np.nan) for one in hazards], np.float64).reshape(-1, 2)
        located = plan.locate(places).codes()
        return [[*codes, *filter(None, found)] for codes, found in zip(own, located.tolist(), strict=True)]

    def seen(self, hazards: Sequence[Hazard]) -> list[Hazard]:
        """Those that somebody sees."""
        area = areas_for(self.who, Action.HAZARDS_READ, self.asked.now)
        if area.everything:
            return list(hazards)
        return [
            one
            for one, codes in zip(hazards, self.cells(hazards), strict=True)
            if (area and one.reporter == self.who.name) or area.covers(codes, [one.department])
        ]

    def may_take(self, act: Act, hazard: Hazard) -> bool:
        """Whether somebody may take a step of a hazard that he sees."""
        if act in REPORTERS_OWN and hazard.reporter == self.who.name:
            return decide_anywhere(self.who, TABLE[act].action, at=self.asked.now).allowed
        (codes,) = self.cells([hazard])
        action = TABLE[act].action
        return decide(self.who, action, cell_codes=codes, departments=[hazard.department], at=self.asked.now).allowed

    def acts(self, case: HazardCase) -> list[Act]:
        """What whoever asks can do next."""
        return [act for act in legal(case, self.who.name) if self.may_take(act, case.hazard)]

    def demand(self, act: Act, hazard: Hazard) -> None:
        """Refuse a step that is not for whoever asks.

        Raises:
            NotAllowed: A reason of `gridgis.access`.
            NotKnown: ``hazard.unknown`` for a hazard that he does not see.
        """
        self.demand_seen(hazard)
        if not self.may_take(act, hazard):
            (codes,) = self.cells([hazard])
            action = TABLE[act].action
            demand(self.who, action, cell_codes=codes, departments=[hazard.department], at=self.asked.now)

    def demand_seen(self, hazard: Hazard) -> None:
        """Refuse a hazard that whoever asks does not see, as if there were none.

        Raises:
            NotKnown: ``hazard.unknown``.
        """
        if not self.seen([hazard]):
            raise NotKnown("hazard.unknown", value=str(hazard.id))

    def case(self, store: Store | UnitOfWork, hazard_id: UUID) -> HazardCase:
        """A hazard that whoever asks sees.

        Raises:
            NotKnown: ``hazard.unknown``.
        """
        case = store.hazard_case(hazard_id)
        self.demand_seen(case.hazard)
        return case

    def is_mine(self, codes: Iterable[str]) -> bool:
        """Whether a place whose cells these are is in the area of whoever asks, of whatever department."""
        area = areas_for(self.who, Action.HAZARDS_REPORT, self.asked.now)
        return AreaFilter(tuple(Part(part.area, "") for part in area.parts)).covers(list(codes))
