"""Change a district for a replay: without some teams, with others elsewhere, with another card, with roads closed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from gridgis.dispatch.closures import Edge, RoadClosure
from gridgis.dispatch.readiness import Readiness
from gridgis.dispatch.run_cards import RunCard
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Team
from gridgis.errors import Conflict, NotKnown


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is tried.

    Attributes:
        without: Codes of teams that there are not.
        moved: Lon/lat of teams that wait elsewhere, by code.
        people: Other numbers of people, by code.
        card: A card instead of that of its type and level.
        closed: Edges of roads that nobody may drive.
        as_now: Whether roads that are changed now and rosters of now count; history is answered without them.
    """

    without: frozenset[str] = frozenset()
    moved: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)
    card: RunCard | None = None
    closed: Collection[Edge] = ()
    as_now: bool = False

    @property
    def changes(self) -> bool:
        """Whether anything differs from the district as it is."""
        return bool(self.without or self.moved or self.people or self.card or self.closed)


def apply(state: DistrictState, scenario: Scenario) -> DistrictState:
    """The district as the scenario has it.

    Raises:
        NotKnown: ``team.unknown`` for a code that no team has.
    """
    known = {team.code for team in state.teams}
    unknown = sorted({*scenario.without, *scenario.moved, *scenario.people} - known)
    if unknown:
        raise NotKnown("team.unknown", value=", ".join(unknown))
    teams = tuple(_placed(team, scenario) for team in state.teams if team.code not in scenario.without)
    cards = state.run_cards if scenario.card is None else state.run_cards.instead(scenario.card)
    closures: tuple[RoadClosure, ...] = state.closures if scenario.as_now else ()
    changes = state.road_changes if scenario.as_now else ()
    readiness = state.readiness if scenario.as_now else Readiness()
    made = replace(
        state, teams=teams, run_cards=cards, closures=closures, road_changes=changes, readiness=readiness
    ).after(state)
    if scenario.closed and made.router is not None:
        made.__dict__["router"] = made.router.without(scenario.closed)
    return made


def edges_at(state: DistrictState, place: tuple[float, float], *, within_m: float) -> tuple[Edge, ...]:
    """The edges, all directions, of the road nearest to a place, lon/lat.

    Raises:
        Conflict: ``closure.no_roads`` before roads were imported.
        NotKnown: ``closure.no_road`` when none is so near.
    """
    if state.open_router is None:
        raise Conflict("closure.no_roads")
    edges = state.open_router.street_near(place, within_m=within_m)
    if not edges:
        raise NotKnown("closure.no_road", lon=place[0], lat=place[1], within_m=within_m)
    return tuple((int(tail), int(head), int(key)) for tail, head, key in edges)


def _placed(team: Team, scenario: Scenario) -> Team:
    at = scenario.moved.get(team.code)
    placed = team if at is None else team.waiting_at(*at)
    return replace(placed, people=scenario.people.get(team.code, team.people))
