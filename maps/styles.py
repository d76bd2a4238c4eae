"""Give every meaning on a map one colour, letter or shape, so that none is told by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gridgis.dispatch.teams import Command, Team, Tier
from gridgis.supervision.enterprises import RiskColour


@dataclass(frozen=True, slots=True)
class RiskStyle:
    """How a risk colour is drawn: fill, ink that reads on it (contrast AA), and the letter beside the colour."""

    fill: str
    ink: str
    letter: str


@dataclass(frozen=True, slots=True)
class BorderStyle:
    """How the cells of a level are drawn: line weight in pixels, opacity, dashes."""

    weight: float
    opacity: float
    dashes: str = ""


RISK_STYLES: Mapping[RiskColour, RiskStyle] = MappingProxyType(
    {
        RiskColour.RED: RiskStyle("#c62828", "#ffffff", "重"),
        RiskColour.ORANGE: RiskStyle("#ef6c00", "#1b1b1b", "较"),
        RiskColour.YELLOW: RiskStyle("#fbc02d", "#1b1b1b", "一"),
        RiskColour.BLUE: RiskStyle("#1565c0", "#ffffff", "低"),
    }
)

RISK_ORDER = (RiskColour.RED, RiskColour.ORANGE, RiskColour.YELLOW, RiskColour.BLUE)

TIER_SHAPES: Mapping[Tier, str] = MappingProxyType(
    {
        Tier.DISTRICT: "◆",
        Tier.TOWN: "■",
        Tier.VILLAGE: "●",
        Tier.SPECIALIST: "▲",
        Tier.VOLUNTEER: "○",
    }
)
REQUESTED_SHAPE = "✚"

BORDERS: Mapping[int, BorderStyle] = MappingProxyType(
    {
        1: BorderStyle(weight=2.5, opacity=0.9),
        2: BorderStyle(weight=1.2, opacity=0.75),
        3: BorderStyle(weight=0.6, opacity=0.6, dashes="3 3"),
    }
)
BORDER_INK = "#455a64"
ACCENT = "#00695c"


def team_shape(team: Team) -> str:
    """The shape of a team: its tier's, or the cross of a requested service (119, 120, 110, power, gas)."""
    return REQUESTED_SHAPE if team.command is Command.REQUEST else TIER_SHAPES[team.tier]
