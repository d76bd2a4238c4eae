"""The choice on the tiny district, by its real roads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from math import inf, nan

import pytest

from gridgis.cells.plan import PlanStatus
from gridgis.dispatch import Response, choose_response
from gridgis.dispatch.alarms import Dispatch, ResponseLevel
from gridgis.dispatch.reach import Ground
from gridgis.dispatch.reasons import Reason
from gridgis.dispatch.run_cards import Need, RunCard, RunCards, Task
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Command, Commitment, CommitmentKind, Shift, Team, Tier
from gridgis.errors import InvalidValue, NotKnown
from tests.fakes.tiny_district import (
    BRIDGE_NAME,
    LOCAL,
    NOON,
    TOWN_1,
    VILLAGE_2,
    identify,
    metres_between,
    team,
    tiny_alarm,
    tiny_district,
)

WEST_BANK = (120.1285, 32.5180)
EAST_BANK = (120.1315, 32.5180)


def with_needs(district: DistrictState, *needs: Need, alarm_type: str = "fire") -> DistrictState:
    card = RunCard(identify("run_card", "test"), alarm_type, ResponseLevel.III, needs)
    return replace(district, run_cards=RunCards((card,)))


def with_teams(*teams: Team) -> DistrictState:
    return replace(tiny_district(), teams=teams)


def codes(response: Response) -> list[str]:
    return [chosen.team.code for chosen in response.chosen]


def reason_of(response: Response, code: str) -> Reason:
    return next(passed.reason for passed in response.passed_over if passed.team.code == code)


def squad(code: str, lon: float, lat: float, capabilities: Iterable[str] = ("fire",), profile: str = "car") -> Team:
    return team(code, Tier.SPECIALIST, capabilities, lon, lat, profile=profile)


def test_a_nearer_team_across_the_river_loses() -> None:
    near, far = squad("NEAR", *WEST_BANK), squad("FAR", 120.1450, 32.5180)
    assert metres_between(*WEST_BANK, *EAST_BANK) < metres_between(120.1450, 32.5180, *EAST_BANK)
    district = with_needs(with_teams(near, far), Need(1, None, "fire"))
    response = choose_response(district, tiny_alarm(*EAST_BANK))
    assert codes(response) == ["FAR"]
    assert reason_of(response, "NEAR").code == "passed.slower"
    assert reason_of(response, "NEAR").fields["than"] == "FAR"
    assert response.chosen[0].estimate.ground is Ground.ROAD
    assert response.chosen[0].route is not None


def test_a_fire_engine_that_may_not_cross_the_bridge_is_told_which_bridge() -> None:
    engine = squad("ENGINE", 120.129, 32.503, profile="fire_engine")
    other = squad("OTHER", 120.155, 32.518)
    district = with_needs(with_teams(engine, other), Need(1, None, "fire"))
    response = choose_response(district, tiny_alarm(120.1315, 32.5021))
    assert codes(response) == ["OTHER"]
    reason = reason_of(response, "ENGINE")
    assert reason.code == "passed.vehicle_cannot_pass"
    assert reason.fields["road"] == BRIDGE_NAME
    assert reason.fields["limit_kind"] == "maxweight"
    assert reason.fields["own"] > reason.fields["limit"] == 10.0


def test_the_bridge_is_not_blamed_when_the_engine_would_have_been_slower_anyway() -> None:
    engine = squad("ENGINE", 120.105, 32.518, profile="fire_engine")
    other = squad("OTHER", 120.1315, 32.503)
    district = with_needs(with_teams(engine, other), Need(1, None, "fire"))
    response = choose_response(district, tiny_alarm(120.1315, 32.5021))
    assert reason_of(response, "ENGINE").code == "passed.out_of_reach"


def test_a_team_no_road_leads_from_is_proposed_only_for_want_of_any_other() -> None:
    engine = squad("ENGINE", 120.129, 32.503, profile="fire_engine")
    district = with_needs(with_teams(engine), Need(1, None, "fire"))
    response = choose_response(district, tiny_alarm(120.1315, 32.5021))
    (chosen,) = response.chosen
    assert chosen.estimate.ground is Ground.OUT_OF_REACH
    assert chosen.estimate.estimated
    assert chosen.route is None
    assert "note.no_way" in {note.code for note in chosen.reasons}


def test_the_own_village_team_goes_at_once_whatever_its_rank() -> None:
    own = team("OWN", Tier.VILLAGE, (), 120.1251, 32.5181, profile="foot", home=VILLAGE_2)
    quick = team("QUICK", Tier.VILLAGE, (), 120.1351, 32.5101, profile="car")
    district = with_needs(with_teams(own, quick), Need(1, Tier.VILLAGE, "", task=Task.GUIDE))
    response = choose_response(district, tiny_alarm(120.135, 32.5105))
    assert codes(response) == ["OWN"]
    assert response.chosen[0].home
    assert response.chosen[0].need.task is Task.GUIDE
    assert response.chosen[0].reasons[0].code == "chosen.home"
    assert reason_of(response, "QUICK").code == "passed.local_first"


def test_when_the_own_village_team_is_busy_the_soonest_other_goes_and_says_so() -> None:
    own = team("OWN", Tier.VILLAGE, (), 120.1251, 32.5181, home=VILLAGE_2)
    quick = team("QUICK", Tier.VILLAGE, (), 120.1351, 32.5101)
    district = with_needs(with_teams(own, quick), Need(1, Tier.VILLAGE, ""))
    busy = Commitment(own.id, CommitmentKind.DISPATCHED, NOON - timedelta(minutes=5), alarm_code="A-7")
    response = choose_response(replace(district, commitments=(busy,)), tiny_alarm(120.135, 32.5105))
    assert codes(response) == ["QUICK"]
    assert "note.own_cannot_go" in {note.code for note in response.chosen[0].reasons}
    assert reason_of(response, "OWN") == Reason("passed.busy", {"alarm": "A-7"})


@pytest.mark.parametrize(("local", "expected"), [(True, "OWN"), (False, "OTHER")])
def test_the_own_town_team_goes_first_only_on_a_line_marked_local(local: bool, expected: str) -> None:  # noqa: FBT001
    own = team("OWN", Tier.TOWN, (), 120.105, 32.518, home=TOWN_1)
    other = team("OTHER", Tier.TOWN, (), 120.131, 32.511)
    district = with_needs(with_teams(own, other), Need(1, Tier.TOWN, "", local=local))
    assert codes(choose_response(district, tiny_alarm(120.131, 32.512))) == [expected]


def test_an_own_town_engine_stopped_by_the_bridge_is_not_sent_in_place_of_one_that_can_come() -> None:
    response = choose_response(tiny_district(), tiny_alarm(120.135, 32.512))
    town = [chosen for chosen in response.chosen if chosen.need.tier is Tier.TOWN]
    assert [chosen.team.code for chosen in town] == ["T2"]
    assert "note.own_cannot_go" in {note.code for note in town[0].reasons}
    assert reason_of(response, "T1").code == "passed.vehicle_cannot_pass"
    assert reason_of(response, "T1").fields["road"] == BRIDGE_NAME


def test_a_dangerous_card_keeps_the_village_team_out_with_its_distance() -> None:
    response = choose_response(tiny_district(), tiny_alarm(120.105, 32.512, alarm_type="hazmat", level="II"))
    village = next(chosen for chosen in response.chosen if chosen.team.tier is Tier.VILLAGE)
    assert village.team.code == "V1"
    assert village.need.task is Task.DO_NOT_ENTER
    assert village.need.safe_distance_m == 300


@pytest.mark.parametrize("alarm_type", ["hazmat", "gas", "confined_space"])
def test_a_line_open_to_any_tier_sends_no_untrained_team_to_rescue(alarm_type: str) -> None:
    village = team("VILLAGE", Tier.VILLAGE, ("gas",), 120.1251, 32.5121)
    trained = squad("SQUAD", 120.105, 32.502, ("gas",))
    district = with_needs(with_teams(village, trained), Need(1, None, "gas"), alarm_type=alarm_type)
    response = choose_response(district, tiny_alarm(120.125, 32.512, alarm_type=alarm_type))
    assert codes(response) == ["SQUAD"]
    assert reason_of(response, "VILLAGE").code == "passed.untrained"
    alone = replace(district, teams=(village,))
    response = choose_response(alone, tiny_alarm(120.125, 32.512, alarm_type=alarm_type))
    assert codes(response) == []
    assert response.shortfalls[0].reason.code == "short.only_untrained"


def test_a_run_card_refuses_to_send_the_untrained_to_rescue() -> None:
    with pytest.raises(InvalidValue, match=r"run_card\.untrained_rescue"):
        with_needs(tiny_district(), Need(1, Tier.VILLAGE, "", task=Task.RESCUE), alarm_type="gas")


def test_one_team_serves_one_line_and_the_sum_of_arrivals_is_least() -> None:
    both = squad("BOTH", 120.125, 32.5101, ("fire", "gas"))
    fire = squad("FIRE", 120.115, 32.5101, ("fire",))
    district = with_needs(with_teams(both, fire), Need(1, None, "fire"), Need(2, None, "gas"))
    response = choose_response(district, tiny_alarm(120.125, 32.512))
    assert {chosen.team.code: chosen.need.code for chosen in response.chosen} == {"BOTH": 2, "FIRE": 1}
    told = next(chosen for chosen in response.chosen if chosen.team.code == "FIRE").reasons[0]
    assert told == Reason("chosen.sooner_serve_elsewhere", {"team": "BOTH", "line": 2})


def test_every_line_gets_a_first_team_before_any_gets_a_second() -> None:
    one, two = squad("A", 120.125, 32.5101), squad("B", 120.115, 32.5101)
    district = with_needs(with_teams(one, two), Need(1, None, "fire", teams=2), Need(2, Tier.SPECIALIST, ""))
    response = choose_response(district, tiny_alarm(120.125, 32.512))
    assert {chosen.need.code for chosen in response.chosen} == {1, 2}
    (short,) = response.shortfalls
    assert (short.need.code, short.teams_missing) == (1, 1)
    assert short.reason.fields["elsewhere"] == 1


def test_teams_are_added_until_enough_people_come() -> None:
    squads = [squad(f"S{number}", 120.105 + number / 200, 32.5101) for number in range(5)]
    district = with_needs(with_teams(*squads), Need(1, None, "fire", teams=1, people=15))
    response = choose_response(district, tiny_alarm(120.125, 32.512))
    assert len(response.chosen) == 3
    assert response.own_people == 18
    assert response.shortfalls == ()
    assert response.chosen[2].reasons[0] == Reason("chosen.for_people", {"people": 15})


def test_people_that_nobody_can_bring_are_a_shortfall() -> None:
    district = with_needs(with_teams(squad("S", 120.105, 32.5101)), Need(1, None, "fire", teams=1, people=15))
    (short,) = choose_response(district, tiny_alarm(120.125, 32.512)).shortfalls
    assert (short.teams_missing, short.people_missing, short.reason.code) == (0, 9, "short.people")


def test_a_capability_nobody_has_is_a_shortfall_by_name() -> None:
    district = with_needs(with_teams(squad("S", 120.105, 32.5101)), Need(1, None, "nuclear", teams=2))
    response = choose_response(district, tiny_alarm(120.125, 32.512))
    (short,) = response.shortfalls
    assert (short.need.capability, short.teams_missing, short.reason.code) == ("nuclear", 2, "short.nobody_able")
    assert reason_of(response, "S") == Reason("passed.no_capability", {"capabilities": ["nuclear"]})


def test_a_fallback_serves_only_when_nobody_with_the_wanted_capability_can_come() -> None:
    wanted, other = squad("WANTED", 120.105, 32.502, ("hazmat",)), squad("OTHER", 120.125, 32.5101, ("fire",))
    district = with_needs(with_teams(wanted, other), Need(1, None, "hazmat", fallback="fire"))
    response = choose_response(district, tiny_alarm(120.125, 32.512))
    assert codes(response) == ["WANTED"]
    assert reason_of(response, "OTHER").code == "passed.fallback_not_needed"
    resting = Commitment(wanted.id, CommitmentKind.RESTING, NOON - timedelta(hours=1), NOON + timedelta(hours=1))
    response = choose_response(replace(district, commitments=(resting,)), tiny_alarm(120.125, 32.512))
    assert codes(response) == ["OTHER"]
    assert response.chosen[0].fallback
    assert "note.fallback" in {note.code for note in response.chosen[0].reasons}
    assert reason_of(response, "WANTED").fields == {"until": "2020-06-30 13:00"}


def test_requested_and_invited_teams_are_listed_apart_and_not_counted_as_own() -> None:
    response = choose_response(tiny_district(), tiny_alarm(120.125, 32.512, level="II"))
    assert {chosen.team.code for chosen in response.requested} == {"R119", "R120"}
    assert {chosen.team.code for chosen in response.invited} == {"VOL"}
    own = [chosen.team for chosen in response.chosen if chosen.team.command is Command.OWN]
    assert response.own_people == sum(team.people for team in own)
    assert "note.to_request" in {note.code for note in response.requested[0].reasons}


def test_an_own_line_is_never_filled_by_a_requested_service() -> None:
    fire_119 = replace(squad("R119", 120.125, 32.5121), command=Command.REQUEST)
    district = with_needs(with_teams(fire_119), Need(1, None, "fire"))
    response = choose_response(district, tiny_alarm(120.125, 32.512))
    assert codes(response) == []
    assert reason_of(response, "R119").code == "passed.command_not_called"
    assert response.shortfalls[0].reason.code == "short.nobody_able"


def test_off_shift_and_out_of_service_are_told() -> None:
    night = replace(squad("NIGHT", 120.125, 32.5121), shift=Shift(time(20), time(8)))
    laid_up = replace(squad("LAID", 120.125, 32.5121), in_service=False, out_of_service_reason="车辆年检")
    district = with_needs(with_teams(night, laid_up), Need(1, None, "fire"))
    response = choose_response(district, tiny_alarm(120.125, 32.512))
    assert reason_of(response, "NIGHT") == Reason("passed.off_shift", {"start": "20:00", "end": "08:00"})
    assert reason_of(response, "LAID") == Reason("passed.out_of_service", {"why": "车辆年检"})
    at_night = choose_response(district, tiny_alarm(120.125, 32.512), when=datetime(2020, 6, 30, 23, tzinfo=LOCAL))
    assert codes(at_night) == ["NIGHT"]
    assert at_night.chosen[0].estimate.turnout_s == 120


def sent_to(sent: Team, *, back: timedelta | None, accepted: bool = True) -> Dispatch:
    earlier = NOON - timedelta(hours=2)
    return Dispatch(
        identify("dispatch", "d"),
        "d",
        identify("alarm", "A-1"),
        sent.id,
        6,
        "rescue",
        dispatched_at=earlier,
        acknowledged_at=earlier if accepted else None,
        home_at=None if back is None else earlier + back,
    )


@pytest.mark.parametrize(
    ("command", "back", "accepted", "sent"),
    [
        (Command.OWN, None, True, []),
        (Command.OWN, timedelta(hours=1), True, ["S"]),
        (Command.OWN, timedelta(hours=3), True, []),
        (Command.INVITE, None, True, []),
        (Command.INVITE, None, False, ["S"]),
        (Command.REQUEST, None, True, ["S"]),
    ],
)
def test_a_dispatch_holds_a_team_until_it_is_back(
    command: Command,
    back: timedelta | None,
    accepted: bool,  # noqa: FBT001
    sent: list[str],
) -> None:
    record = replace(squad("S", 120.125, 32.5121), command=command)
    earlier = replace(tiny_alarm(120.11, 32.51), id=identify("alarm", "A-1"), code="A-1")
    district = replace(
        with_needs(with_teams(record), Need(1, None, "fire", command)),
        alarms=(earlier,),
        dispatches=(sent_to(record, back=back, accepted=accepted),),
    )
    response = choose_response(district, tiny_alarm(120.125, 32.512))
    assert codes(response) == sent
    if not sent:
        assert reason_of(response, "S") == Reason("passed.busy", {"alarm": "A-1"})


def test_a_dispatch_whose_return_nobody_recorded_stops_holding_its_team_after_a_day() -> None:
    record = squad("S", 120.125, 32.5121)
    district = replace(with_needs(with_teams(record), Need(1, None, "fire")), dispatches=(sent_to(record, back=None),))
    later = choose_response(district, tiny_alarm(120.125, 32.512), when=NOON + timedelta(hours=23))
    assert codes(later) == ["S"]


def test_without_roads_times_are_marked_as_straight_line_estimates() -> None:
    district = with_needs(replace(with_teams(squad("S", 120.105, 32.51)), roads=None), Need(1, None, "fire"))
    (chosen,) = choose_response(district, tiny_alarm(120.125, 32.51)).chosen
    assert chosen.estimate.ground is Ground.STRAIGHT
    assert chosen.estimate.estimated
    assert chosen.estimate.distance_m == pytest.approx(1.4 * metres_between(120.105, 32.51, 120.125, 32.51), rel=1e-4)
    assert chosen.estimate.eta_s is not None
    assert chosen.estimate.eta_s > 60


def test_a_place_far_from_every_road_is_answered_by_estimate() -> None:
    district = with_needs(replace(with_teams(squad("S", 120.105, 32.51)), farthest_snap_m=50), Need(1, None, "fire"))
    (chosen,) = choose_response(district, tiny_alarm(120.110, 32.514)).chosen
    assert chosen.estimate.ground is Ground.STRAIGHT


def test_a_team_without_coordinates_comes_last_and_without_a_time() -> None:
    lost, known = replace(squad("A", 120.125, 32.5101), lon=nan, lat=nan), squad("B", 120.105, 32.502)
    district = with_needs(with_teams(lost, known), Need(1, None, "fire"))
    response = choose_response(district, tiny_alarm(120.125, 32.512))
    assert codes(response) == ["B"]
    assert reason_of(response, "A").code == "passed.no_position"
    both = with_needs(with_teams(lost, known), Need(1, None, "fire", teams=2))
    response = choose_response(both, tiny_alarm(120.125, 32.512))
    assert codes(response) == ["B", "A"]
    assert response.chosen[1].estimate.eta_s is None


def test_the_three_cells_and_their_officers_are_told() -> None:
    response = choose_response(tiny_district(), tiny_alarm(120.135, 32.512))
    assert [located.cell.name for located in response.cells] == ["甲镇", "二村", "二村东格"]
    assert [len(located.officers) for located in response.cells] == [1, 1, 1]


def test_without_a_plan_in_force_the_answer_still_comes() -> None:
    before = datetime(2019, 12, 31, tzinfo=LOCAL)
    response = choose_response(tiny_district(), tiny_alarm(120.125, 32.512), when=before)
    assert response.cells == ()
    assert response.chosen


def test_a_draft_is_never_in_force() -> None:
    tiny = tiny_district()
    draft = replace(tiny.plans[0], status=PlanStatus.DRAFT)
    assert replace(tiny, plans=(draft,)).plan_at(NOON) is None
    assert tiny.plan_at(NOON) is tiny.plans[0]


def test_a_place_outside_the_district_names_the_nearest_town() -> None:
    with pytest.raises(InvalidValue, match=r"place\.outside_district") as refused:
        choose_response(tiny_district(), tiny_alarm(120.20, 32.51))
    assert refused.value.fields["nearest"] == "乙镇"
    assert refused.value.fields["distance_m"] == pytest.approx(metres_between(120.16, 32.51, 120.20, 32.51), rel=0.01)


def test_outside_the_outline_is_outside_before_any_plan_too() -> None:
    with pytest.raises(InvalidValue, match=r"place\.outside_district"):
        choose_response(replace(tiny_district(), plans=()), tiny_alarm(120.20, 32.51))


def test_a_district_without_outline_and_cells_has_no_outside() -> None:
    tiny = tiny_district()
    bare = replace(tiny, plans=(), district=replace(tiny.district, outline=None))
    assert choose_response(bare, tiny_alarm(120.20, 32.51)).chosen


def test_an_unknown_type_names_the_known_ones() -> None:
    with pytest.raises(NotKnown, match=r"run_card\.unknown") as refused:
        choose_response(tiny_district(), tiny_alarm(120.125, 32.512, alarm_type="meteor"))
    assert "hazmat" in refused.value.fields["known"]


def test_a_type_without_a_card_at_that_level_names_its_levels() -> None:
    district = with_needs(tiny_district(), Need(1, None, "fire"))
    with pytest.raises(NotKnown, match=r"run_card\.level_unknown") as refused:
        choose_response(district, tiny_alarm(120.125, 32.512, level="I"))
    assert refused.value.fields["known"] == "III"


@pytest.mark.parametrize(("lon", "lat"), [(nan, 32.5), (120.1, inf), (200.0, 32.5), (120.1, -91.0)])
def test_coordinates_that_are_not_on_the_globe_are_refused(lon: float, lat: float) -> None:
    with pytest.raises(InvalidValue, match=r"place\.coordinates"):
        choose_response(tiny_district(), tiny_alarm(lon, lat))


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"time\.naive"):
        choose_response(tiny_district(), tiny_alarm(120.125, 32.512), when=datetime(2020, 6, 30))  # noqa: DTZ001


def test_the_alarm_s_own_moment_is_the_default() -> None:
    alarm = tiny_alarm(120.125, 32.512, when=datetime(2020, 6, 30, 3, tzinfo=LOCAL))
    response = choose_response(tiny_district(), alarm)
    assert response.when == alarm.reported_at.astimezone(UTC)
    assert {chosen.estimate.turnout_s for chosen in response.chosen} == {120}


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("detour_factor", 0.9, "setting.detour_factor"),
        ("detour_factor", nan, "setting.detour_factor"),
        ("farthest_snap_m", -1.0, "setting.farthest_snap"),
        ("open_dispatch_h", 0.0, "setting.open_dispatch"),
    ],
)
def test_a_setting_out_of_range_is_refused(setting: str, value: float, code: str) -> None:
    with pytest.raises(InvalidValue, match=code):
        replace(tiny_district(), **{setting: value})  # type: ignore[arg-type]  # the settings are numbers
