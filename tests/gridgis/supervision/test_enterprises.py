"""Enterprises and their sites."""

from __future__ import annotations

import pytest

from gridgis.codes import record_id
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.supervision.enterprises import Enterprise, RiskColour, Site


def site(lon: float | None, lat: float | None) -> Site:
    return Site(record_id("321204", "site", "1"), record_id("321204", "enterprise", "1"), "1", "厂", "", lon, lat)


@pytest.mark.parametrize(
    ("lon", "lat", "placed"),
    [(120.1, 32.5, True), (0.0, 0.0, True), (None, None, False), (120.1, None, False), (None, 32.5, False)],
)
def test_a_site_is_placed_when_it_has_both_coordinates(lon: float | None, lat: float | None, placed: bool) -> None:  # noqa: FBT001
    """At 0, 0 it has coordinates; that they can't be meant is for the check to say."""
    assert site(lon, lat).placed is placed


def test_an_enterprise_nothing_is_known_of_counts_as_low_risk() -> None:
    enterprise = Enterprise(record_id("321204", "enterprise", "1"), "1", "店", None, no_credit_code_reason="个体户")
    assert enterprise.risk is RiskColour.BLUE
    assert enterprise.staff is None


def test_risk_has_four_colours_from_the_worst_down_and_is_no_response_level() -> None:
    assert [colour.value for colour in RiskColour] == ["red", "orange", "yellow", "blue"]
    assert not {colour.value for colour in RiskColour} & {level.value for level in ResponseLevel}
