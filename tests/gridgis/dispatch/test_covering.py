"""Who covers what: first and second to each place, over what ground, and the district parted among the first."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
import pytest
import shapely

from gridgis.dispatch.asked_places import RISK_WEIGHT, AskedPlaces, cells_asked, sites_asked
from gridgis.dispatch.covering import area_km2, part_district, tier_reach, who_comes
from gridgis.dispatch.fleets import TeamsWanted, fleets_of, teams_wanted
from gridgis.dispatch.reach import Reach
from gridgis.dispatch.teams import Tier
from gridgis.errors import Conflict, NotKnown
from gridgis.supervision.enterprises import RiskColour
from tests.fakes.tiny_district import NOON, identify, tiny_district

STATE = tiny_district()
PLAN = STATE.plans[0]
ALL = teams_wanted(STATE, TeamsWanted(), NOON)


def seats(level: int = 3) -> AskedPlaces:
    return cells_asked(PLAN, level)


def test_first_and_second_are_those_that_an_alarm_at_the_place_would_name() -> None:
    """The estimates of the choice itself are the oracle, place by place."""
    places = seats()
    found = who_comes(STATE, ALL, places, NOON)
    for place, xy in enumerate(places.xy.tolist()):
        estimates = Reach(STATE, ALL, (xy[0], xy[1]), NOON).estimates
        by_road = sorted(
            (one.eta_s, number) for number, one in enumerate(estimates) if not one.estimated and one.eta_s is not None
        )
        assert found.first[place] == by_road[0][1]
        assert found.first_s[place] == pytest.approx(by_road[0][0], abs=0.01)
        assert found.second[place] == by_road[1][1]
        assert found.second_s[place] == pytest.approx(by_road[1][0], abs=0.01)


def test_where_nobody_comes_there_is_neither_first_nor_second() -> None:
    places = seats(2)
    none = who_comes(STATE, (), places, NOON)
    assert (none.first.tolist(), none.second.tolist()) == ([-1] * 3, [-1] * 3)
    far = replace(STATE, farthest_snap_m=0.001)
    assert np.isinf(who_comes(far, ALL, places, NOON).first_s).all()
    one = who_comes(STATE, ALL[:1], places, NOON)
    assert one.second.tolist() == [-1] * 3
    with pytest.raises(Conflict) as caught:
        who_comes(replace(STATE, roads=None), ALL, places, NOON)
    assert caught.value.code == "roads.none"


def test_teams_are_those_of_the_own_command_in_service_that_fit() -> None:
    names = [team.code for team in ALL]
    assert names == sorted(names)
    assert "R119" not in names
    assert "VOL" not in names
    assert [team.code for team in teams_wanted(STATE, TeamsWanted(tiers=(Tier.TOWN,)), NOON)] == ["T1", "T2"]
    assert [team.code for team in teams_wanted(STATE, TeamsWanted(capability="hazmat"), NOON)] == ["S1"]
    named = TeamsWanted(teams=(identify("team", "R119"),))
    assert [team.code for team in teams_wanted(STATE, named, NOON)] == ["R119"]
    out = replace(STATE, teams=tuple(replace(team, in_service=team.code != "T1") for team in STATE.teams))
    assert [team.code for team in teams_wanted(out, TeamsWanted(tiers=(Tier.TOWN,)), NOON)] == ["T2"]
    with pytest.raises(NotKnown) as caught:
        teams_wanted(STATE, TeamsWanted(teams=(identify("team", "nobody"),)), NOON)
    assert caught.value.code == "team.unknown"


def test_free_teams_leave_out_those_that_are_taken() -> None:
    from gridgis.dispatch.teams import Commitment, CommitmentKind

    taken = Commitment(identify("team", "T1"), CommitmentKind.DISPATCHED, since=NOON, until=None, alarm_code="J1")
    busy = replace(STATE, commitments=(taken,))
    assert [team.code for team in teams_wanted(busy, TeamsWanted((Tier.TOWN,), free=True), NOON)] == ["T2"]
    assert len(teams_wanted(busy, TeamsWanted((Tier.TOWN,)), NOON)) == 2


def test_a_team_without_position_or_vehicle_is_in_no_fleet() -> None:
    teams = [replace(ALL[0], lon=nan), replace(ALL[1], profile="tank"), ALL[2]]
    (fleet,) = fleets_of(STATE, teams, NOON)
    assert (fleet.profile, fleet.number.tolist()) == (ALL[2].profile, [2])


def test_sites_count_by_their_risk_and_those_without_a_place_are_left_out() -> None:
    places = sites_asked(STATE)
    assert len(places) == 3
    colours = [one.risk for one in STATE.enterprises]
    assert sorted(places.weight.tolist()) == sorted([RISK_WEIGHT[colours[0]]] * 2 + [RISK_WEIGHT[colours[1]]])
    assert RISK_WEIGHT[RiskColour.RED] > RISK_WEIGHT[RiskColour.BLUE]
    assert len(sites_asked(STATE, {STATE.enterprises[1].id})) == 1


def test_reach_of_a_tier_is_that_of_its_vehicles_together_and_a_second_reaches_no_more() -> None:
    within = [150.0, 400.0]
    together = tier_reach(STATE, ALL, within, NOON)
    second = tier_reach(STATE, ALL, within, NOON, by_second=True)
    for time, one, two in zip(within, together, second, strict=True):
        assert one.within_s == two.within_s == time
        assert 0 < two.area_km2 <= one.area_km2
        assert two.area.difference(one.area.buffer(1e-7)).is_empty
    for team in ALL:
        (own,) = tier_reach(STATE, [team], within[:1], NOON)
        assert own.area.difference(together[0].area.buffer(1e-7)).is_empty
    (nothing,) = tier_reach(STATE, (), [300.0], NOON)
    assert nothing.area.is_empty
    (alone,) = tier_reach(STATE, ALL[:1], [900.0], NOON, by_second=True)
    assert alone.area.is_empty


def test_the_district_is_parted_whole_and_each_seat_lies_with_its_first_team() -> None:
    parts = part_district(STATE, ALL, NOON)
    outline = STATE.district.outline
    assert outline is not None
    epsg = STATE.district.metric_epsg
    assert sum(area_km2(part, epsg) for part in parts.values()) == pytest.approx(area_km2(outline, epsg), rel=1e-3)
    base_of = {number: shapely.Point(ALL[number].lon, ALL[number].lat) for number in parts}
    assert all(parts[number].distance(base) < 0.002 for number, base in base_of.items())
    assert part_district(STATE, (), NOON) == {}
    without = replace(STATE, district=replace(STATE.district, outline=None))
    assert sum(area_km2(part, epsg) for part in part_district(without, ALL, NOON).values()) > 5
