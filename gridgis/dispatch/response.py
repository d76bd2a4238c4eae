"""Hold the answer to an alarm: who is sent, who was passed over and why, and what is short."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import shapely

from gridgis.cells.cell import Cell
from gridgis.dispatch.alarms import Alarm
from gridgis.dispatch.reach import Estimate
from gridgis.dispatch.reasons import Reason, Say, say_all, word
from gridgis.dispatch.run_cards import Need, RunCard
from gridgis.dispatch.teams import Command, Team
from gridgis.people.officers import PostRole

if TYPE_CHECKING:
    from gridgis.roads import Route

_SECOND_DIGITS, _METRE_DIGITS, _DEGREE_DIGITS = 3, 1, 7


@dataclass(frozen=True, slots=True)
class CellOfficer:
    """Who answers for a cell on the day of the alarm."""

    name: str
    role: PostRole
    phone: str


@dataclass(frozen=True, slots=True)
class AlarmCell:
    """A cell in which the alarm lies, with its officers."""

    cell: Cell
    officers: tuple[CellOfficer, ...]


@dataclass(frozen=True, slots=True)
class ChosenTeam:
    """A team to be sent, requested or invited.

    Attributes:
        team: The team.
        need: The line of the run card it serves.
        estimate: When it would arrive.
        late_s: Seconds from the order to an arrival that nine of ten drives keep, None where the roads have no answer.
        reasons: Why this team; the first one is the main one.
        rank: Its place among the teams of its line by arrival, from 1.
        home: Whether it is the alarm's own village's or town's and goes whatever its rank.
        fallback: Whether it serves by the fallback capability.
        route: The roads it takes, None where the roads have no answer.
    """

    team: Team
    need: Need
    estimate: Estimate
    late_s: float | None
    reasons: tuple[Reason, ...]
    rank: int
    home: bool
    fallback: bool
    route: Route | None


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A team that is not sent, and why."""

    team: Team
    estimate: Estimate
    reason: Reason


@dataclass(frozen=True, slots=True)
class NextBest:
    """The team that would come next for a line of the card; ``place`` counts from 1."""

    team: Team
    need: Need
    estimate: Estimate
    place: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a line of the card lacks.

    Attributes:
        need: The line.
        teams_missing: Teams wanted and not found.
        people_missing: People wanted and not found, 0 where the line names no number.
        reason: Why.
    """

    need: Need
    teams_missing: int
    people_missing: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to one alarm at one moment; it proposes and changes nothing.

    Attributes:
        alarm: The alarm.
        when: The moment it was answered for, aware.
        card: The run card followed.
        cells: The alarm's cells from level 1 to 3; empty without a plan in force or in a gap of it.
        chosen: Teams in order of arrival, those without an estimate last.
        passed_over: All other teams, soonest first, those without an estimate last.
        shortfalls: What is missing, in the order of the card.
        next_best: Who would come next, by line and arrival.
    """

    alarm: Alarm
    when: datetime
    card: RunCard
    cells: tuple[AlarmCell, ...]
    chosen: tuple[ChosenTeam, ...]
    passed_over: tuple[PassedOver, ...]
    shortfalls: tuple[Shortfall, ...]
    next_best: tuple[NextBest, ...]

    def under(self, command: Command) -> tuple[ChosenTeam, ...]:
        """The chosen teams under one command."""
        return tuple(chosen for chosen in self.chosen if chosen.team.command is command)

    @property
    def own_people(self) -> int:
        """People of own teams; requested services and volunteers that have not accepted are never counted."""
        return _people(self.under(Command.OWN))

    @property
    def requested(self) -> tuple[ChosenTeam, ...]:
        """Services to be requested (119, 120, 110, power, gas)."""
        return self.under(Command.REQUEST)

    @property
    def invited(self) -> tuple[ChosenTeam, ...]:
        """Teams to be invited; they count when they accept."""
        return self.under(Command.INVITE)

    def to_json(self, say: Say) -> dict[str, Any]:
        """The answer as plain JSON values; every sentence is made by ``say``.

        Args:
            say: Gives the words of a catalogue key and its fields, such as ``reasons.passed.busy``.

        Returns:
            ``alarm``, ``when``, ``card``, ``cells``, ``chosen``, ``passed_over``, ``shortfalls``, ``next_best``,
            ``requested``, ``invited`` and ``people``. Seconds, metres and lon/lat degrees; no NaN and no infinity.
        """
        return {
            "alarm": _alarm(self.alarm),
            "when": _moment(self.when),
            "card": _card(self.card, say),
            "cells": [_cell(located) for located in self.cells],
            "chosen": [_chosen(order, chosen, say) for order, chosen in enumerate(self.chosen, start=1)],
            "passed_over": [_passed_over(passed, say) for passed in self.passed_over],
            "shortfalls": [_shortfall(short, say) for short in self.shortfalls],
            "next_best": [_next_best(candidate, say) for candidate in self.next_best],
            "requested": [_to_ask(chosen, say, "requested_at") for chosen in self.requested],
            "invited": [_to_ask(chosen, say, "invited_at") for chosen in self.invited],
            "people": {
                "own": self.own_people,
                "requested": _people(self.requested),
                "invited": _people(self.invited),
                "invited_accepted": 0,
            },
        }


def say_need(need: Need, say: Say) -> str:
    """A line of a run card in words."""
    what = say("reasons.comma", {}).join(
        part
        for part in (
            word("tier", need.tier.value, say) if need.tier else "",
            word("capability", need.capability, say) if need.capability else "",
        )
        if part
    )
    fields = {
        "line": need.code,
        "what": what,
        "command": word("command", need.command.value, say),
        "task": word("task", need.task.value, say),
        "teams": need.teams,
        "people": need.people,
    }
    return say("reasons.need_with_people" if need.people else "reasons.need", fields)


def _people(chosen: Iterable[ChosenTeam]) -> int:
    return sum(sent.team.people for sent in chosen)


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).isoformat()


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, _SECOND_DIGITS)


def _metres(value: float | None) -> float | None:
    return None if value is None else round(value, _METRE_DIGITS)


def _alarm(alarm: Alarm) -> dict[str, Any]:
    return {
        "id": str(alarm.id),
        "code": alarm.code,
        "type": alarm.type,
        "level": alarm.level.value,
        "lon": alarm.lon,
        "lat": alarm.lat,
        "reported_at": _moment(alarm.reported_at),
        "address": alarm.address,
        "nature": alarm.nature.value,
    }


def _card(card: RunCard, say: Say) -> dict[str, Any]:
    lines = [
        {
            "line": need.code,
            "need": say_need(need, say),
            "tier": need.tier.value if need.tier else None,
            "capability": need.capability,
            "command": need.command.value,
            "teams": need.teams,
            "people": need.people,
            "task": need.task.value,
            "safe_distance_m": need.safe_distance_m,
            "fallback": need.fallback,
            "local": need.local,
            "kit": [{"kind": kind, "quantity": quantity} for kind, quantity in need.kit],
        }
        for need in card.needs
    ]
    return {"id": str(card.id), "name": card.name, "type": card.type, "level": card.level.value, "needs": lines}


def _cell(located: AlarmCell) -> dict[str, Any]:
    return {
        "level": located.cell.level,
        "code": located.cell.code,
        "name": located.cell.name,
        "officers": [
            {"name": officer.name, "role": officer.role.value, "phone": officer.phone} for officer in located.officers
        ],
    }


def _team(team: Team) -> dict[str, str]:
    return {"id": str(team.id), "name": team.name, "code": team.code}


def _times(estimate: Estimate) -> dict[str, Any]:
    return {
        "turnout_s": _seconds(estimate.turnout_s),
        "travel_s": _seconds(estimate.travel_s),
        "walk_s": _seconds(estimate.walk_s),
        "eta_s": estimate.eta_s,
        "distance_m": _metres(estimate.distance_m),
        "walk_m": _metres(estimate.walk_m),
        "estimated": estimate.estimated,
    }


def _base(team: Team, estimate: Estimate) -> list[float] | None:
    return None if estimate.distance_m is None else [team.lon, team.lat]


def _geojson(route: Route | None) -> dict[str, Any] | None:
    if route is None or route.geometry is None:
        return None
    return {
        "type": "LineString",
        "coordinates": shapely.get_coordinates(route.geometry).round(_DEGREE_DIGITS).tolist(),
    }


def _chosen(order: int, chosen: ChosenTeam, say: Say) -> dict[str, Any]:
    team, need = chosen.team, chosen.need
    main = chosen.reasons[0]
    return {
        "team": _team(team),
        "tier": team.tier.value,
        "command": team.command.value,
        "capabilities": sorted(team.capabilities),
        "people": team.people,
        "profile": team.profile,
        "phone": team.phone,
        "base": _base(team, chosen.estimate),
        **_times(chosen.estimate),
        "late_s": chosen.late_s,
        "ground": chosen.estimate.ground.value,
        "reason": say_all(chosen.reasons, say),
        "reason_code": main.code,
        "reason_fields": dict(main.fields),
        "notes": [{"code": note.code, "fields": dict(note.fields)} for note in chosen.reasons[1:]],
        "task": need.task.value,
        "safe_distance_m": need.safe_distance_m,
        "need": say_need(need, say),
        "need_line": need.code,
        "rank": order,
        "rank_in_need": chosen.rank,
        "local": need.local,
        "home": chosen.home,
        "fallback": chosen.fallback,
        "route": _geojson(chosen.route),
    }


def _passed_over(passed: PassedOver, say: Say) -> dict[str, Any]:
    return {
        "team": _team(passed.team),
        "tier": passed.team.tier.value,
        "command": passed.team.command.value,
        "base": _base(passed.team, passed.estimate),
        "eta_s": passed.estimate.eta_s,
        "estimated": passed.estimate.estimated,
        "reason": passed.reason.say(say),
        "reason_code": passed.reason.code,
        "reason_fields": dict(passed.reason.fields),
    }


def _shortfall(short: Shortfall, say: Say) -> dict[str, Any]:
    return {
        "need": say_need(short.need, say),
        "need_line": short.need.code,
        "teams_missing": short.teams_missing,
        "people_missing": short.people_missing,
        "reason": short.reason.say(say),
        "reason_code": short.reason.code,
        "reason_fields": dict(short.reason.fields),
    }


def _next_best(candidate: NextBest, say: Say) -> dict[str, Any]:
    return {
        "team": _team(candidate.team),
        "need": say_need(candidate.need, say),
        "need_line": candidate.need.code,
        "place": candidate.place,
        "tier": candidate.team.tier.value,
        "people": candidate.team.people,
        **_times(candidate.estimate),
    }


def _to_ask(chosen: ChosenTeam, say: Say, asked_at: str) -> dict[str, Any]:
    """A request or invitation, its time, answerer and reference still to be filled when it is made."""
    return {
        "team": _team(chosen.team),
        "need": say_need(chosen.need, say),
        "need_line": chosen.need.code,
        "task": chosen.need.task.value,
        "people": chosen.team.people,
        "phone": chosen.team.phone,
        "eta_s": chosen.estimate.eta_s,
        asked_at: None,
        "answered_by": None,
        "reference": None,
    }
