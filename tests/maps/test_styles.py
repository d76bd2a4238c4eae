"""Meaning is never told by colour alone."""

from __future__ import annotations

import pytest

from gridgis.dispatch.teams import Command, Tier
from gridgis.supervision.enterprises import RiskColour
from maps.styles import BORDERS, RISK_ORDER, RISK_STYLES, TIER_SHAPES, team_shape
from tests.fakes.tiny_district import teams


def luminance(colour: str) -> float:
    """Relative luminance of a colour (WCAG 2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("risk", list(RiskColour))
def test_the_letter_of_a_risk_reads_on_its_colour(risk: RiskColour) -> None:
    """Contrast of at least 4.5 (WCAG AA)."""
    style = RISK_STYLES[risk]
    dark, light = sorted((luminance(style.fill), luminance(style.ink)))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_letters_and_shapes_are_all_different() -> None:
    assert len({style.letter for style in RISK_STYLES.values()}) == len(RiskColour) == len(RISK_ORDER)
    assert len(set(TIER_SHAPES.values())) == len(Tier) == len(TIER_SHAPES)


def test_a_requested_service_is_not_drawn_as_an_own_squad() -> None:
    shapes = {team.command: team_shape(team) for team in teams() if team.tier is Tier.SPECIALIST}
    assert shapes[Command.REQUEST] not in TIER_SHAPES.values()
    assert shapes[Command.OWN] == TIER_SHAPES[Tier.SPECIALIST]


def test_borders_of_higher_levels_are_heavier() -> None:
    assert BORDERS[1].weight > BORDERS[2].weight > BORDERS[3].weight
