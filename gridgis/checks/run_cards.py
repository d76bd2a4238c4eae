"""Check the run cards: a card for every alarm, teams for every line, and nobody untrained sent in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from gridgis.checks.finding import Finding, error, note, warning
from gridgis.dispatch.alarms import ALARM_TYPES, ResponseLevel
from gridgis.dispatch.eligibility import serves, serves_as_fallback, untrained_for
from gridgis.dispatch.run_cards import NO_UNTRAINED_RESCUE, Need, RunCard
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Command, Tier

_JOINT_LEVELS = (ResponseLevel.I, ResponseLevel.II)
_JOINT_TIERS = (Tier.DISTRICT, Tier.TOWN, Tier.VILLAGE)


def check_run_cards(state: DistrictState) -> Iterator[Finding]:
    """Cards that are missing, lines that nobody can serve, tiers that are not called from level II up."""
    cards = state.run_cards.cards
    if not cards:
        yield warning("run_card.none", "district", state.district.code)
        return
    yield from _missing(state)
    for card in cards:
        yield from _joint(card)
        yield from _untrained(state, card)
    yield from _nobody(state)


def _code(card: RunCard) -> str:
    return f"{card.type}/{card.level.value}"


def _missing(state: DistrictState) -> Iterator[Finding]:
    """One finding a type, with the levels that have no card."""
    there = {(card.type, card.level) for card in state.run_cards.cards}
    for alarm_type in (*ALARM_TYPES, *sorted(state.run_cards.types - set(ALARM_TYPES))):
        levels = tuple(level.value for level in ResponseLevel if (alarm_type, level) not in there)
        if levels:
            yield error("run_card.missing", "run_card", alarm_type, alarm_type=alarm_type, levels=levels)


def _joint(card: RunCard) -> Iterator[Finding]:
    """From level II up a card calls district, town and village teams."""
    if card.level in _JOINT_LEVELS:
        called = {need.tier for need in card.needs if need.command is Command.OWN}
        tiers = tuple(tier.value for tier in _JOINT_TIERS if tier not in called)
        if tiers:
            yield error(
                "run_card.tiers", "run_card", _code(card), alarm_type=card.type, level=card.level.value, tiers=tiers
            )


def _untrained(state: DistrictState, card: RunCard) -> Iterator[Finding]:
    """Lines for a rescue that only untrained teams could serve."""
    if card.type not in NO_UNTRAINED_RESCUE:
        return
    for need in card.needs:
        able = [team for team in state.teams if serves(team, need)]
        if able and all(untrained_for(team, need, card.type) for team in able):
            yield error(
                "run_card.only_untrained",
                "run_card",
                _code(card),
                alarm_type=card.type,
                level=card.level.value,
                line=need.code,
                capability=need.capability,
            )


def _nobody(state: DistrictState) -> Iterator[Finding]:
    """What no team of the district can serve, once for all the lines that ask for it."""
    held = {capability for team in state.teams for capability in team.capabilities}
    asked = [
        (_wanted(need, held), card, need)
        for card in state.run_cards.cards
        for need in card.needs
        if not any(serves(team, need) for team in state.teams)
    ]
    asked.sort(key=lambda one: (one[0], _code(one[1]), one[2].code))
    for (capability, tier, command), lines in groupby(asked, key=lambda one: one[0]):
        of_it = list(lines)
        needs = [need for _, _, need in of_it]
        cards = tuple(dict.fromkeys(f"{_code(card)}#{need.code}" for _, card, need in of_it))
        stood_in = all(any(serves_as_fallback(team, need) for team in state.teams) for need in needs)
        fields = {"capability": capability, "tier": tier, "command": command, "lines": len(needs), "cards": cards}
        if not capability:
            yield error("run_card.nobody_of_tier", "run_card", _code(of_it[0][1]), **fields)
        elif stood_in:
            fields["fallback"] = needs[0].fallback
            yield note("run_card.fallback_only", "run_card", _code(of_it[0][1]), **fields)
        elif not tier and not command:
            yield error("run_card.nobody_able", "run_card", _code(of_it[0][1]), **fields)
        else:
            yield error("run_card.nobody_of_tier_able", "run_card", _code(of_it[0][1]), **fields)


def _wanted(need: Need, held: set[str]) -> tuple[str, str, str]:
    """What is lacking: a capability that nobody has, or else the tier and command with it."""
    if need.capability and need.capability not in held:
        return need.capability, "", ""
    return need.capability, need.tier.value if need.tier else "", need.command.value
