"""Decide which team may serve which line of a run card, and whether it is free to go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from gridgis.dispatch.readiness import Readiness
from gridgis.dispatch.reasons import Reason
from gridgis.dispatch.run_cards import NO_UNTRAINED_RESCUE, UNTRAINED_TIERS, Need, RunCard, Task
from gridgis.dispatch.state import LOCAL_TIME
from gridgis.dispatch.teams import Command, Commitment, CommitmentKind, Team, Tier


def serves(team: Team, need: Need) -> bool:
    """Whether a team is of the tier, under the command and with the capability that a line wants."""
    return _called(team, need) and (not need.capability or need.capability in team.capabilities)


def serves_as_fallback(team: Team, need: Need) -> bool:
    """Whether a team lacks the capability wanted and has the one that may stand in for it."""
    return (
        _called(team, need)
        and bool(need.fallback)
        and need.fallback in team.capabilities
        and need.capability not in team.capabilities
    )


def _called(team: Team, need: Need) -> bool:
    return team.command is need.command and (need.tier is None or team.tier is need.tier)


def untrained_for(team: Team, need: Need, alarm_type: str) -> bool:
    """Whether a line would send an untrained team into a chemical, gas or confined-space rescue.

    A run card can't say so for a tier (`RunCard` refuses it); a line open to any tier is refused here, team by team.
    """
    untrained = team.tier in UNTRAINED_TIERS or team.command is Command.INVITE
    return untrained and need.task is Task.RESCUE and alarm_type in NO_UNTRAINED_RESCUE


def is_home(team: Team, need: Need, cell_codes: frozenset[str]) -> bool:
    """Whether a team goes at once because it is the alarm's own: its village team, or a local line's own team.

    Args:
        team: The team.
        need: The line it would serve.
        cell_codes: Codes of the alarm's cells of every level.
    """
    return team.home_cell_code in cell_codes and (need.local or need.tier is Tier.VILLAGE)


def not_free(
    team: Team, commitments: Mapping[UUID, Commitment], local: datetime, readiness: Readiness | None = None
) -> Reason | None:
    """Why a team can't be sent, None when it can.

    Args:
        team: The team.
        commitments: What teams are taken by at that moment.
        local: The moment of the order in local time.
        readiness: The teams' rosters; one that says nothing of these days leaves it to the team's usual shift.
    """
    if not team.in_service:
        return Reason("passed.out_of_service", {"why": team.out_of_service_reason})
    off_duty = None if readiness is None else readiness.off_duty(team, local)
    if off_duty is not None:
        return off_duty
    rostered = readiness is not None and any(one.holds_at(local) for one in readiness.duties_of.get(team.id, ()))
    if not rostered and not team.shift.covers(local.time()):
        start, end = (f"{moment:%H:%M}" for moment in (team.shift.start, team.shift.end))
        return Reason("passed.off_shift", {"start": start, "end": end})
    commitment = commitments.get(team.id)
    if commitment is None:
        return None
    if commitment.kind is CommitmentKind.DISPATCHED:
        return Reason("passed.busy", {"alarm": commitment.alarm_code})
    until = "" if commitment.until is None else f"{commitment.until.astimezone(LOCAL_TIME):%Y-%m-%d %H:%M}"
    return Reason("passed.resting", {"until": until})


def unqualified_for(lapsed: Mapping[str, int], need: Need) -> bool:
    """Whether a line wants a capability for which nobody of a team is certified any more."""
    return bool(lapsed) and need.capability in lapsed


def not_called(team: Team, card: RunCard, lapsed: Mapping[str, int]) -> Reason:
    """Why no line of a card is open to a team that serves none of them."""
    of_command = [need for need in card.needs if need.command is team.command]
    if not of_command:
        return Reason("passed.command_not_called", {"command": team.command.value})
    of_tier = [need for need in of_command if need.tier is None or need.tier is team.tier]
    if not of_tier:
        return Reason("passed.tier_not_called", {"tier": team.tier.value})
    open_to_it = [need for need in of_tier if serves(team, need) or serves_as_fallback(team, need)]
    for need in open_to_it:
        if unqualified_for(lapsed, need):
            return Reason("passed.unqualified", {"capability": need.capability, "lapsed": lapsed[need.capability]})
    if open_to_it:
        return Reason("passed.untrained", {"type": card.type})
    return Reason("passed.no_capability", {"capabilities": _ordered(need.capability for need in of_tier)})


def _ordered(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))
