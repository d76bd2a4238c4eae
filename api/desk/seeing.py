"""Say who may see and do what with an incident: its place, the homes and departments of its teams decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from api.asked import Asked
from gridgis.access import MASKS, Action, Principal, decide, demand
from gridgis.access.masking import mask_text
from gridgis.cells import Cell
from gridgis.dispatch.incidents import Case, Incident
from gridgis.dispatch.teams import Team


@dataclass(frozen=True, slots=True)
class Seeing:
    """What somebody sees of incidents.

    Attributes:
        asked: What the request is answered with.
        who: Who asks.
    """

    asked: Asked
    who: Principal

    def cells(self, incident: Incident) -> tuple[Cell, ...]:
        """The cells of its place in the plan in force, from level 1 downwards; none while it has no place."""
        plan = self.asked.plan_if_any
        if plan is None or incident.place is None:
            return ()
        return tuple(cell for cell in plan.locate(incident.place).cells(0) if cell is not None)

    def teams(self, case: Case) -> list[Team]:
        """The teams that were sent."""
        known = self.asked.data.team_by_id
        return [known[one.team_id] for one in case.dispatches if one.team_id in known]

    def bound(self, case: Case) -> dict[str, list[str]]:
        """Cells and departments that an incident concerns."""
        teams = self.teams(case)
        areas = self.asked.data.record_areas(self.asked.now)
        homes = [code for team in teams for code in areas.chain(team.home_cell_code)]
        return {
            "cell_codes": [*(cell.code for cell in self.cells(case.incident)), *homes],
            "departments": [team.department for team in teams],
        }

    def may(self, action: Action, case: Case) -> bool:
        """Whether somebody may do something with an incident."""
        return decide(self.who, action, **self.bound(case), at=self.asked.now).allowed

    def demand(self, action: Action, case: Case) -> None:
        """Refuse what somebody may not do with an incident.

        Raises:
            NotAllowed: A reason of `gridgis.access`.
        """
        demand(self.who, action, **self.bound(case), at=self.asked.now)

    def may_team(self, action: Action, team: Team) -> bool:
        """Whether somebody may do something with a team: its home and department count."""
        areas = self.asked.data.record_areas(self.asked.now)
        codes = areas.chain(team.home_cell_code)
        return decide(self.who, action, cell_codes=codes, departments=[team.department], at=self.asked.now).allowed

    def demand_team(self, action: Action, team: Team) -> None:
        """Refuse what somebody may not do with a team: its home and department count.

        Raises:
            NotAllowed: A reason of `gridgis.access`.
        """
        areas = self.asked.data.record_areas(self.asked.now)
        demand(
            self.who,
            action,
            cell_codes=areas.chain(team.home_cell_code),
            departments=[team.department],
            at=self.asked.now,
        )

    def seen(self, cases: Iterable[Case]) -> list[Case]:
        """Those that somebody sees, callers' telephones masked where they are not for him."""
        return [self.masked(case) for case in cases if self.may(Action.ALARMS_READ, case)]

    def masked(self, case: Case) -> Case:
        """A case with the telephones masked that are not for whoever asks."""
        if self.may(Action.ALARMS_CONTACT, case):
            return case
        hide = MASKS["alarm"]["phone"].hide
        return replace(
            case,
            incident=replace(case.incident, note=mask_text(case.incident.note)),
            calls=tuple(replace(one, phone=hide(one.phone), said=mask_text(one.said)) for one in case.calls),
            log=tuple(replace(one, text=mask_text(one.text)) for one in case.log),
        )
