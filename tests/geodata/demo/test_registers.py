"""Enterprises, people, teams and run cards keep the district's figures and rules, and none of them is real."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from stdnum.cn import uscc

from geodata.demo.enterprises import ENTERPRISES, FIXED, ON_BORDERS, SECOND_SITES, UNPLACED, WITHOUT_CODE, credit_code
from geodata.demo.people import allot
from gridgis.cells import GridPlan
from gridgis.dispatch.alarms import ALARM_TYPES, ResponseLevel
from gridgis.dispatch.run_cards import NO_UNTRAINED_RESCUE, UNTRAINED_TIERS, Task
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Command, Tier
from gridgis.people.officers import PostRole
from gridgis.supervision.enterprises import RiskColour
from gridgis.supervision.placing import site_xy

DAYS = (date(2020, 1, 1), date(2020, 2, 29), date(2020, 5, 1), date(2020, 6, 30))


def points_of(state: DistrictState) -> NDArray[np.object_]:
    """The sites that are placed, as points."""
    return np.asarray(shapely.points(site_xy([site for site in state.sites if site.placed])), dtype=np.object_)


def test_enterprises_have_valid_codes_that_cant_be_real(state: DistrictState) -> None:
    coded = [one.credit_code for one in state.enterprises if one.credit_code]
    assert len(state.enterprises) == ENTERPRISES > 5882
    assert len(set(coded)) == len(coded) == ENTERPRISES - WITHOUT_CODE
    assert all(uscc.is_valid(code) and code[8:11] == "DEM" and code[2:8] == "321204" for code in coded)
    assert all(one.no_credit_code_reason for one in state.enterprises if not one.credit_code)


@given(st.integers(0, 99_999))
def test_every_credit_code_passes_its_check(number: int) -> None:
    assert uscc.is_valid(credit_code(number))


def test_risk_colours_have_believable_shares(state: DistrictState) -> None:
    counts = Counter(one.risk for one in state.enterprises)
    share = {colour: counts[colour] / ENTERPRISES for colour in RiskColour}
    assert 0.01 < share[RiskColour.RED] < 0.05
    assert share[RiskColour.RED] < share[RiskColour.ORANGE] < share[RiskColour.YELLOW] < share[RiskColour.BLUE]


def test_some_sites_wait_for_a_place_some_lie_on_borders_some_are_second_ones(
    state: DistrictState, plan: GridPlan
) -> None:
    assert len(state.sites) == ENTERPRISES + SECOND_SITES
    assert sum(not site.placed for site in state.sites) == UNPLACED
    assert sum(bool(site.cell_code and site.cell_reason) for site in state.sites) == FIXED
    cells = shapely.STRtree([cell.geometry for cell in plan.of_level(3)])
    points = points_of(state)
    held = np.bincount(cells.query(points, predicate="intersects")[0], minlength=len(points))
    assert held.min() == 1
    assert (held > 1).sum() >= ON_BORDERS


def test_parks_are_thick_with_enterprises(state: DistrictState, plan: GridPlan) -> None:
    parks = [
        cell.geometry
        for cell in plan.of_level(3)
        if "园" in cell.name or "集中区" in cell.name or "开发区" in cell.name
    ]
    points = points_of(state)
    inside = np.unique(shapely.STRtree(parks).query(points, predicate="intersects")[0])
    land = sum(park.area for park in parks) / sum(cell.geometry.area for cell in plan.of_level(1))
    assert land < 0.03
    assert len(inside) / len(points) > 0.2


def test_units_tell_how_many_enterprises_they_hold(state: DistrictState, plan: GridPlan) -> None:
    assert sum(unit.enterprises for unit in plan.units) == sum(site.placed for site in state.sites)


def test_the_offices_have_their_people(state: DistrictState, plan: GridPlan) -> None:
    day = date(2020, 6, 30)
    held = [post for post in state.posts if post.holds_on(day) and post.acting_for is None]
    roles = Counter(post.role for post in held)
    assert (roles[PostRole.SAFETY_OFFICER], roles[PostRole.ENFORCEMENT_OFFICER], roles[PostRole.SAFETY_DOCTOR]) == (
        89,
        54,
        78,
    )
    enforcing = Counter(post.cell_code for post in held if post.role is PostRole.ENFORCEMENT_OFFICER)
    for town in plan.of_level(1):
        assert enforcing[town.code] == (5 if town.key_town else 3 if town.governed else 0)


def test_enforcement_officers_are_licensed_and_seasoned(state: DistrictState) -> None:
    ids = {post.officer_id for post in state.posts if post.role is PostRole.ENFORCEMENT_OFFICER}
    officers = [officer for officer in state.officers if officer.id in ids]
    assert all(officer.licence and officer.licence_until and officer.in_service_since for officer in officers)
    assert min(officer.licence_until or date.min for officer in officers) > date(2020, 12, 31)
    assert max(officer.in_service_since or date.max for officer in officers) <= date(2017, 1, 1)
    assert sum(officer.professional for officer in officers) / len(officers) >= 0.75


@pytest.mark.parametrize("day", DAYS)
def test_every_cell_has_someone_on_every_day(state: DistrictState, plan: GridPlan, day: date) -> None:
    held = {post.cell_code for post in state.posts if post.holds_on(day)}
    assert held >= {cell.code for cell in plan.cells}


def test_some_officers_keep_two_cells_and_some_are_covered(state: DistrictState) -> None:
    kept = Counter(
        post.officer_id
        for post in state.posts
        if post.role is PostRole.GRID_OFFICER and post.acting_for is None and post.holds_on(DAYS[0])
    )
    assert max(kept.values()) == 2
    assert sum(post.acting_for is not None for post in state.posts) > 20


def test_three_eleven_and_n_teams(state: DistrictState, plan: GridPlan) -> None:
    counts = Counter((team.tier, team.command) for team in state.teams)
    assert counts[Tier.DISTRICT, Command.OWN] == 1
    assert counts[Tier.SPECIALIST, Command.OWN] == 11
    assert counts[Tier.VOLUNTEER, Command.INVITE] == 8
    homes = {tier: {team.home_cell_code for team in state.teams if team.tier is tier} for tier in Tier}
    assert homes[Tier.TOWN] == {town.code for town in plan.of_level(1) if town.governed}
    assert homes[Tier.VILLAGE] == {village.code for village in plan.of_level(2)}
    requested = {
        capability for team in state.teams if team.command is Command.REQUEST for capability in team.capabilities
    }
    assert requested >= {"fire", "medical", "police", "electric", "gas"}


def test_teams_assemble_more_slowly_at_night(state: DistrictState) -> None:
    for team in state.teams:
        assert team.turnout.at(2) >= team.turnout.at(14)
        assert team.turnout.at(2) > team.turnout.at(14) or team.tier is not Tier.VILLAGE


def test_everything_made_up_is_marked(state: DistrictState) -> None:
    assert all(team.demo and ("演示" in team.name or "样例" in team.name) for team in state.teams)
    assert all("演示" in officer.name for officer in state.officers)
    assert all("演示" in one.name and "演示" in one.contact for one in state.enterprises)
    assert all("演示" in alarm.note and "演示" in alarm.caller for alarm in state.alarms)
    phones = [*(one.phone for one in state.enterprises), *(one.phone for one in state.officers)]
    phones += [*(one.phone for one in state.teams), *(one.phone for one in state.alarms)]
    assert all(phone.startswith("000-") for phone in phones)


def test_every_alarm_has_a_card_and_the_high_levels_call_all_tiers(state: DistrictState) -> None:
    for alarm_type in ALARM_TYPES:
        for level in ResponseLevel:
            needs = state.run_cards.find(alarm_type, level).needs
            tiers = {need.tier for need in needs if need.command is Command.OWN}
            assert Tier.VILLAGE in tiers
            if level in {ResponseLevel.I, ResponseLevel.II}:
                assert tiers >= {Tier.DISTRICT, Tier.TOWN, Tier.VILLAGE, Tier.SPECIALIST} or alarm_type == "fire"


@pytest.mark.parametrize("alarm_type", sorted(NO_UNTRAINED_RESCUE))
def test_nobody_untrained_is_sent_into_gas_chemicals_or_tanks(state: DistrictState, alarm_type: str) -> None:
    for level in ResponseLevel:
        for need in state.run_cards.find(alarm_type, level).needs:
            if need.tier in UNTRAINED_TIERS or need.command is Command.INVITE:
                assert need.task in {Task.DO_NOT_ENTER, Task.CORDON}
                assert need.safe_distance_m > 0


@given(st.integers(14, 500), st.lists(st.floats(1, 40), min_size=1, max_size=14))
def test_shares_add_up_and_nobody_goes_without(total: int, weight: list[float]) -> None:
    shares = allot(total, weight)
    assert sum(shares) == total
    assert min(shares) >= 1
