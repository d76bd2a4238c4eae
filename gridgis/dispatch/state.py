"""Hold everything one answer or one check of a district needs, read at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from gridgis.cells.cell import District
from gridgis.cells.plan import GridPlan, PlanStatus
from gridgis.dispatch.alarms import Alarm, Dispatch
from gridgis.dispatch.closures import Edge, RoadClosure, closed_edges, closed_edges_at
from gridgis.dispatch.readiness import Readiness
from gridgis.dispatch.road_changes import RoadChange, changed_router
from gridgis.dispatch.run_cards import RunCards
from gridgis.dispatch.teams import Command, Commitment, CommitmentKind, Team
from gridgis.errors import InvalidValue
from gridgis.people.officers import Officer, Post, officers_of
from gridgis.supervision.enterprises import Enterprise, Site

if TYPE_CHECKING:
    from gridgis.roads import RoadNetwork, Router, VehicleProfile
    from gridgis.roads.kept import Kept
    from gridgis.roads.router import Percentile

LOCAL_TIME = ZoneInfo("Asia/Shanghai")
Changed = tuple[frozenset[Edge], tuple[tuple[UUID, float | None], ...]]  # closed edges, and other changes to roads
MOMENTS_KEPT = 8  # routers over roads as they were closed before


def _default_profiles() -> Mapping[str, VehicleProfile]:
    from gridgis.roads import DEFAULT_PROFILES

    return DEFAULT_PROFILES


@dataclass(frozen=True)
class DistrictState:
    """A district as it stands: its grid, people, register, teams, run cards and roads.

    Nothing here changes; a change of data makes a new state. What is derived (router, indexes) is made when first
    asked for.

    Attributes:
        district: The root of the grid.
        plans: Every plan, drafts too.
        officers: People of the grid.
        posts: Their postings.
        enterprises: Legal persons.
        sites: Their places.
        teams: Rescue teams and requested services.
        run_cards: What each alarm type and level calls for.
        roads: Road network, None until roads are imported.
        commitments: Spans for which teams are taken.
        alarms: Register of alarms.
        dispatches: Teams sent.
        closures: Roads closed now and before.
        road_changes: Roads closed, slow or flooded for a while, now and before.
        readiness: People, duties, kit and bases of teams.
        profiles: Vehicle profiles by code.
        detour_factor: Road length over straight line where roads can't answer; ≥ 1.
        farthest_snap_m: A place or base farther from every usable road than this is not answered by roads.
        arrival_percentile: 50 to choose teams by the time that one of two drives keeps, 90 by that of nine of ten, so
            that a sure eight minutes beat seven that may be twelve.
        open_dispatch_h: Hours for which a dispatch without a recorded return holds its team.
        rest_after_h: A team that was out for so many hours rests when it is home.
        rest_h: For how many hours it rests then, 0 for never.
        learned_times: Factors on turnout and travel by team code, learned from the teams' own runs; none while switched
            off.

    Raises:
        InvalidValue: ``setting.detour_factor``, ``setting.farthest_snap``, ``setting.arrival_percentile``,
            ``setting.open_dispatch`` or ``setting.rest``.
    """

    district: District
    plans: tuple[GridPlan, ...] = ()
    officers: tuple[Officer, ...] = ()
    posts: tuple[Post, ...] = ()
    enterprises: tuple[Enterprise, ...] = ()
    sites: tuple[Site, ...] = ()
    teams: tuple[Team, ...] = ()
    run_cards: RunCards = field(default_factory=RunCards)
    roads: RoadNetwork | None = None
    commitments: tuple[Commitment, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    dispatches: tuple[Dispatch, ...] = ()
    closures: tuple[RoadClosure, ...] = ()
    road_changes: tuple[RoadChange, ...] = ()
    readiness: Readiness = field(default_factory=Readiness)
    profiles: Mapping[str, VehicleProfile] = field(default_factory=_default_profiles)
    detour_factor: float = 1.4
    farthest_snap_m: float = 2000.0
    arrival_percentile: Percentile = 50
    open_dispatch_h: float = 24.0
    rest_after_h: float = 8.0
    rest_h: float = 4.0
    learned_times: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.detour_factor >= 1:
            raise InvalidValue("setting.detour_factor", value=self.detour_factor)
        if not self.farthest_snap_m >= 0:
            raise InvalidValue("setting.farthest_snap", value=self.farthest_snap_m)
        if self.arrival_percentile not in {50, 90}:
            raise InvalidValue("setting.arrival_percentile", value=self.arrival_percentile)
        if not self.open_dispatch_h > 0:
            raise InvalidValue("setting.open_dispatch", value=self.open_dispatch_h)
        if not (self.rest_after_h > 0 and self.rest_h >= 0):
            raise InvalidValue("setting.rest", value=self.rest_h)

    def plan_at(self, when: datetime) -> GridPlan | None:
        """The plan in force at a moment, None before the first one took effect; drafts are never in force."""
        in_force = [
            plan
            for plan in self.plans
            if plan.status is not PlanStatus.DRAFT
            and plan.effective_from <= when
            and (plan.effective_to is None or when < plan.effective_to)
        ]
        return max(in_force, key=lambda plan: (plan.effective_from, plan.code), default=None)

    @cached_property
    def open_router(self) -> Router | None:
        """The compiled search over the roads as if none were closed, None without roads."""
        if self.roads is None:
            return None
        from gridgis.roads import Router

        return Router(self.roads, profiles=self.profiles)

    @cached_property
    def router(self) -> Router | None:
        """The compiled search over the roads as they are now, None without roads; it shares what is prepared."""
        if self.roads is None or self.open_router is None:
            return None
        changes = [one for one in self.road_changes if one.holds]
        return changed_router(self.open_router, self.roads, closed_edges(self.closures), changes)

    def router_at(self, when: datetime) -> Router | None:
        """The search over the roads as they were at a moment, None without roads; it shares what is prepared.

        A moment to come has the roads as they are now. The roads themselves are those that were imported last.
        """
        if self.roads is None or self.open_router is None:
            return None
        closed = self.roads.known_edges(closed_edges_at(self.closures, when))
        changes = tuple(one for one in self.road_changes if one.holds_at(when))
        if (closed, _names(changes)) == self._changed_now:
            return self.router
        roads, open_router = self.roads, self.open_router
        return self._earlier_routers.get(
            (closed, _names(changes)), lambda: changed_router(open_router, roads, closed, changes)
        )

    @cached_property
    def _changed_now(self) -> Changed:
        closed = closed_edges(self.closures)
        known = frozenset[Edge]() if self.roads is None else self.roads.known_edges(closed)
        return known, _names(one for one in self.road_changes if one.holds)

    @cached_property
    def _earlier_routers(self) -> Kept[Changed, Router]:
        from gridgis.roads.kept import Kept

        return Kept(MOMENTS_KEPT)

    def after(self, before: DistrictState) -> DistrictState:
        """This state, with the router of an earlier one where the roads are the same ones: it takes seconds to make."""
        made = before.__dict__.get("open_router")
        if made is not None and before.roads is self.roads and before.profiles == self.profiles:
            self.__dict__["open_router"] = made
            self.__dict__["_earlier_routers"] = before._earlier_routers
            if "router" in before.__dict__ and before._changed_now == self._changed_now:
                self.__dict__["router"] = before.__dict__["router"]
        return self

    @cached_property
    def teams_by_code(self) -> tuple[Team, ...]:
        """Teams in the order of their codes, whatever order they were given in."""
        return tuple(sorted(self.teams, key=lambda team: (team.code, team.id.int)))

    @cached_property
    def officer_by_id(self) -> Mapping[UUID, Officer]:
        """Officers by identifier."""
        return {officer.id: officer for officer in self.officers}

    @cached_property
    def _posts_by_cell(self) -> Mapping[str, tuple[Post, ...]]:
        found: dict[str, list[Post]] = {}
        for post in self.posts:
            found.setdefault(post.cell_code, []).append(post)
        return {code: tuple(posts) for code, posts in found.items()}

    def posts_in(self, cell_code: str, day: date) -> list[Post]:
        """Posts held in a cell on a local day, own posts before acting ones."""
        return officers_of(cell_code, self._posts_by_cell.get(cell_code, ()), day)

    @cached_property
    def _team_dispatches(self) -> tuple[Commitment, ...]:
        """Spans for which dispatches take teams.

        A requested service has its own control room and is never held by our dispatch; an invited team is held from
        the moment it accepts.
        """
        command = {team.id: team.command for team in self.teams}
        alarm_code = {alarm.id: alarm.code for alarm in self.alarms}
        longest = timedelta(hours=self.open_dispatch_h)
        return tuple(
            Commitment(
                dispatch.team_id,
                CommitmentKind.DISPATCHED,
                since=dispatch.dispatched_at,
                until=dispatch.home_at or dispatch.dispatched_at + longest,
                alarm_code=alarm_code.get(dispatch.alarm_id, ""),
            )
            for dispatch in self.dispatches
            if command.get(dispatch.team_id) is Command.OWN
            or (command.get(dispatch.team_id) is Command.INVITE and dispatch.acknowledged_at is not None)
        )

    @cached_property
    def _rests(self) -> tuple[Commitment, ...]:
        """Rests of own teams after they were out for long."""
        own = {team.id for team in self.teams if team.command is Command.OWN}
        long, rest = timedelta(hours=self.rest_after_h), timedelta(hours=self.rest_h)
        return tuple(
            Commitment(dispatch.team_id, CommitmentKind.RESTING, since=dispatch.home_at, until=dispatch.home_at + rest)
            for dispatch in self.dispatches
            if dispatch.team_id in own
            and dispatch.home_at is not None
            and dispatch.home_at - dispatch.dispatched_at >= long
        )

    def commitments_at(self, when: datetime) -> Mapping[UUID, Commitment]:
        """What each team is taken by at a moment; a dispatch before a rest, then the earliest."""
        found: dict[UUID, Commitment] = {}
        for commitment in sorted(
            _holding((*self.commitments, *self._team_dispatches, *self._rests), when), key=_weight
        ):
            found.setdefault(commitment.team_id, commitment)
        return found


def _holding(commitments: Iterable[Commitment], when: datetime) -> list[Commitment]:
    return [commitment for commitment in commitments if commitment.holds_at(when)]


def _names(changes: Iterable[RoadChange]) -> tuple[tuple[UUID, float | None], ...]:
    """What tells changes to roads apart; that their times or reasons differ does not matter to searches."""
    return tuple((one.id, one.factor) for one in changes)


def _weight(commitment: Commitment) -> tuple[bool, datetime, str]:
    return (commitment.kind is not CommitmentKind.DISPATCHED, commitment.since, commitment.alarm_code)
