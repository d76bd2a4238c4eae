"""Laws of the choice: true for every district, card, team and hour, with travel times told instead of searched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime, time, timedelta
from functools import cache
from math import inf, nan
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gridgis.dispatch import Response, choose_response
from gridgis.dispatch.alarms import Alarm, ResponseLevel
from gridgis.dispatch.eligibility import serves, serves_as_fallback
from gridgis.dispatch.reach import Ground
from gridgis.dispatch.run_cards import NO_UNTRAINED_RESCUE, UNTRAINED_TIERS, Need, RunCard, RunCards, Task
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Command, Commitment, CommitmentKind, Shift, Team, Tier, Turnout
from maps.words import Words
from tests.fakes.paper_roads import PaperDistrict, PaperRouter
from tests.fakes.tiny_district import NOON, VILLAGE_1, VILLAGE_2, VILLAGE_3, identify, tiny_alarm, tiny_district
from tests.fakes.tiny_district import team as tiny_team

CAPABILITIES = ("fire", "gas", "cordon")
SEARCHED = ("car", "fire_engine")


@st.composite
def drawn_teams(draw: st.DrawFn, *, least: int = 0, most: int = 8) -> list[Team]:
    """Teams with unlike bases, so that a travel time can be told for each."""
    return [
        draw_team(draw, f"T{number:02d}", 120.101 + number / 1000) for number in range(draw(st.integers(least, most)))
    ]


def draw_team(draw: st.DrawFn, code: str, lon: float) -> Team:
    tier = draw(st.sampled_from(Tier))
    command = draw(st.sampled_from((Command.OWN, Command.OWN, Command.REQUEST, Command.INVITE)))
    made = tiny_team(
        code,
        tier,
        draw(st.frozensets(st.sampled_from(CAPABILITIES))),
        draw(st.sampled_from((lon, lon, lon, nan))),
        32.51,
        command=command,
        people=draw(st.integers(1, 12)),
        profile=draw(st.sampled_from(("car", "fire_engine", "foot"))),
        turnout=Turnout.day_and_night(draw(st.integers(0, 600)), 600),
        home=draw(st.sampled_from(("", VILLAGE_1, VILLAGE_2, VILLAGE_3, VILLAGE_1[:9]))),
        shift=draw(st.sampled_from((Shift(), Shift(), Shift(time(20), time(8))))),
    )
    return replace(made, in_service=draw(st.sampled_from((True, True, True, False))))


@st.composite
def drawn_needs(draw: st.DrawFn, *, most: int = 4, alarm_type: str = "fire") -> tuple[Need, ...]:
    needs = []
    for line in range(1, draw(st.integers(1, most)) + 1):
        tier = draw(st.sampled_from((None, *Tier)))
        capability = draw(st.sampled_from(CAPABILITIES if tier is None else ("", *CAPABILITIES)))
        command = draw(st.sampled_from((Command.OWN, Command.OWN, Command.REQUEST, Command.INVITE)))
        barred = alarm_type in NO_UNTRAINED_RESCUE and (tier in UNTRAINED_TIERS or command is Command.INVITE)
        needs.append(
            Need(
                line,
                tier,
                capability,
                command,
                teams=draw(st.integers(1, 3)),
                people=draw(st.sampled_from((0, 0, 10, 25))),
                task=Task.CORDON if barred else draw(st.sampled_from((Task.RESCUE, Task.CORDON))),
                fallback=draw(st.sampled_from(("", *CAPABILITIES))) if capability else "",
                local=draw(st.booleans()),
            )
        )
    return tuple(needs)


@st.composite
def drawn_cases(draw: st.DrawFn) -> tuple[PaperDistrict, Alarm]:
    alarm_type = draw(st.sampled_from(("fire", "gas")))
    teams = draw(drawn_teams())
    commitments = [
        Commitment(team.id, kind, NOON - timedelta(hours=1), alarm_code="A-1")
        for team in teams
        if (kind := draw(st.sampled_from((None, None, None, *CommitmentKind)))) is not None
    ]
    card = RunCard(identify("run_card", "x"), alarm_type, ResponseLevel.III, draw(drawn_needs(alarm_type=alarm_type)))
    seconds = st.one_of(st.integers(0, 3000).map(float), st.just(inf))
    travel_s = {(team.lon, team.lat): draw(seconds) for team in teams}
    unlimited_s = {base: draw(st.integers(0, 3000)) / 1.0 for base in travel_s}
    unlimited_s = {base: min(free, travel_s[base]) for base, free in unlimited_s.items()}
    router = PaperRouter(travel_s, unlimited_s, walk_m=draw(st.sampled_from((0.0, 30.0))))
    return district_of(teams, card, router, commitments), tiny_alarm(120.125, 32.515, alarm_type=alarm_type)


def district_of(
    teams: list[Team], card: RunCard, router: PaperRouter, commitments: list[Commitment] | None = None
) -> PaperDistrict:
    """The tiny district with other teams, one card and told travel times."""
    tiny = {entry.name: getattr(tiny_district(), entry.name) for entry in fields(DistrictState)}
    changed = {"teams": tuple(teams), "run_cards": RunCards((card,)), "commitments": tuple(commitments or ())}
    return PaperDistrict(**{**tiny, **changed}, paper=router)


def say(key: str, values: Mapping[str, Any]) -> str:
    """Words for a test: the key and its fields."""
    return f"{key}{dict(sorted(values.items()))}"


@given(drawn_cases())
def test_every_team_is_chosen_or_passed_over_exactly_once(case: tuple[PaperDistrict, Alarm]) -> None:
    district, alarm = case
    response = choose_response(district, alarm)
    chosen, passed_over = ([one.team.code for one in named] for named in (response.chosen, response.passed_over))
    assert sorted(chosen + passed_over) == sorted(team.code for team in district.teams)


@given(drawn_cases())
def test_nobody_busy_resting_off_shift_or_out_of_service_is_chosen(case: tuple[PaperDistrict, Alarm]) -> None:
    district, alarm = case
    taken = {commitment.team_id for commitment in district.commitments}
    for chosen in choose_response(district, alarm).chosen:
        assert chosen.team.id not in taken
        assert chosen.team.in_service
        assert chosen.team.shift.covers(time(12))


@given(drawn_cases())
def test_a_chosen_team_can_do_what_its_line_asks(case: tuple[PaperDistrict, Alarm]) -> None:
    district, alarm = case
    for chosen in choose_response(district, alarm).chosen:
        expected = serves_as_fallback if chosen.fallback else serves
        assert expected(chosen.team, chosen.need)


@given(drawn_cases())
def test_nobody_untrained_is_sent_to_rescue_where_untrained_rescuers_die(case: tuple[PaperDistrict, Alarm]) -> None:
    district, alarm = case
    if alarm.type in NO_UNTRAINED_RESCUE:
        for chosen in choose_response(district, alarm).chosen:
            untrained = chosen.team.tier in UNTRAINED_TIERS or chosen.team.command is Command.INVITE
            assert not (untrained and chosen.need.task is Task.RESCUE)


@given(drawn_cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(case: tuple[PaperDistrict, Alarm], random: Any) -> None:
    district, alarm = case
    teams, commitments = list(district.teams), list(district.commitments)
    random.shuffle(teams)
    random.shuffle(commitments)
    shuffled = replace(district, teams=tuple(teams), commitments=tuple(commitments))
    assert choose_response(shuffled, alarm).to_json(say) == choose_response(district, alarm).to_json(say)


@given(drawn_cases())
def test_the_answer_is_plain_json_in_order_of_arrival(case: tuple[PaperDistrict, Alarm]) -> None:
    answer = choose_response(*case).to_json(say)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    for listed in (answer["chosen"], answer["passed_over"]):
        arrivals = [inf if entry["eta_s"] is None else entry["eta_s"] for entry in listed]
        assert arrivals == sorted(arrivals)
    for chosen in answer["chosen"]:
        if chosen["eta_s"] is not None:
            assert abs(chosen["turnout_s"] + chosen["travel_s"] + chosen["walk_s"] - chosen["eta_s"]) < 0.002


@given(drawn_cases())
def test_a_line_is_short_exactly_by_what_it_lacks(case: tuple[PaperDistrict, Alarm]) -> None:
    district, alarm = case
    response = choose_response(district, alarm)
    short = {entry.need.code: (entry.teams_missing, entry.people_missing) for entry in response.shortfalls}
    for need in response.card.needs:
        sent = [chosen.team for chosen in response.chosen if chosen.need is need]
        lacking = (max(0, need.teams - len(sent)), max(0, need.people - sum(team.people for team in sent)))
        assert short.get(need.code, (0, 0)) == lacking


@given(drawn_cases())
def test_no_free_able_team_is_left_while_a_line_is_short(case: tuple[PaperDistrict, Alarm]) -> None:
    response = choose_response(*case)
    for short in response.shortfalls:
        left = [passed for passed in response.passed_over if serves(passed.team, short.need)]
        excused = ("out_of_service", "off_shift", "busy", "resting", "untrained")
        assert all(passed.reason.code.removeprefix("passed.") in excused for passed in left)


@given(drawn_cases())
def test_only_own_teams_count_among_own_people(case: tuple[PaperDistrict, Alarm]) -> None:
    response = choose_response(*case)
    own = [chosen.team.people for chosen in response.chosen if chosen.team.command is Command.OWN]
    assert response.own_people == sum(own)
    assert {chosen.team.command for chosen in response.requested} <= {Command.REQUEST}
    assert {chosen.team.command for chosen in response.invited} <= {Command.INVITE}


@given(drawn_cases())
def test_each_profile_is_searched_once_and_once_more_without_limits_at_most(case: tuple[PaperDistrict, Alarm]) -> None:
    district, alarm = case
    choose_response(district, alarm)
    searches = [(profile, limits) for profile, _, limits in district.paper.asked]
    assert len(searches) == len(set(searches))
    assert all(limits or profile == "fire_engine" for profile, limits in searches)


@given(drawn_cases())
def test_a_team_passed_over_as_slower_is_slower_by_what_is_said(case: tuple[PaperDistrict, Alarm]) -> None:
    response = choose_response(*case)
    arrival = {chosen.team.name: chosen.estimate.eta_s for chosen in response.chosen}
    for passed in response.passed_over:
        if passed.reason.code == "passed.slower":
            than = arrival[passed.reason.fields["than"]]
            assert than is not None
            assert passed.estimate.eta_s is not None
            assert abs(passed.estimate.eta_s - than - passed.reason.fields["by_s"]) < 0.002


plain_need = Need(1, Tier.SPECIALIST, "fire", teams=2)
plain_card = RunCard(identify("run_card", "plain"), "fire", ResponseLevel.III, (plain_need,))


def plain_district(travel_s: list[int]) -> PaperDistrict:
    """Equal free squads on one line that wants two, each with its travel time."""
    teams = [
        tiny_team(f"S{number:02d}", Tier.SPECIALIST, ["fire"], 120.101 + number / 1000, 32.51)
        for number in range(len(travel_s))
    ]
    told = {(team.lon, team.lat): float(seconds) for team, seconds in zip(teams, travel_s, strict=True)}
    return district_of(teams, plain_card, PaperRouter(told))


def arrivals_of(response: Response) -> list[float]:
    return [chosen.estimate.eta_s or 0.0 for chosen in response.chosen]


@given(st.lists(st.integers(0, 2000), min_size=2, max_size=30))
def test_the_soonest_by_time_are_chosen(travel_s: list[int]) -> None:
    response = choose_response(plain_district(travel_s), tiny_alarm(120.125, 32.515))
    assert arrivals_of(response) == [seconds + 60.0 for seconds in sorted(travel_s)[:2]]


@given(st.lists(st.integers(0, 2000), min_size=2, max_size=10))
def test_ties_are_decided_by_the_code_of_the_team(travel_s: list[int]) -> None:
    response = choose_response(plain_district(travel_s), tiny_alarm(120.125, 32.515))
    in_order = sorted(range(len(travel_s)), key=lambda number: (travel_s[number], number))
    assert [chosen.team.code for chosen in response.chosen] == [f"S{number:02d}" for number in in_order[:2]]


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=10), st.integers(0, 2000))
def test_another_able_team_never_makes_arrival_later(travel_s: list[int], more_s: int) -> None:
    before = arrivals_of(choose_response(plain_district(travel_s), tiny_alarm(120.125, 32.515)))
    after = arrivals_of(choose_response(plain_district([*travel_s, more_s]), tiny_alarm(120.125, 32.515)))
    assert len(after) >= len(before)
    assert all(now <= then for now, then in zip(after, before, strict=False))


@given(drawn_cases())
@settings(max_examples=50)
def test_a_team_no_road_leads_from_is_never_chosen_over_one_that_can_come(case: tuple[PaperDistrict, Alarm]) -> None:
    response = choose_response(*case)
    stranded = [
        chosen for chosen in response.chosen if chosen.estimate.ground is Ground.OUT_OF_REACH and not chosen.home
    ]
    for chosen in stranded:
        left = [
            passed
            for passed in response.passed_over
            if serves(passed.team, chosen.need) and passed.estimate.ground in {Ground.ROAD, Ground.STRAIGHT}
        ]
        excused = ("out_of_service", "off_shift", "busy", "resting", "untrained")
        assert all(passed.reason.code.removeprefix("passed.") in excused for passed in left)


@given(st.integers(0, 23), st.integers(0, 59))
def test_turnout_is_that_of_the_local_hour(hour: int, minute: int) -> None:
    teams = [tiny_team("S", Tier.SPECIALIST, ["fire"], 120.105, 32.51, turnout=Turnout(tuple(range(24))))]
    district = district_of(teams, plain_card, PaperRouter({(120.105, 32.51): 100.0}))
    local = datetime(2020, 6, 30, hour, minute, tzinfo=NOON.tzinfo)
    response = choose_response(district, tiny_alarm(120.125, 32.515), when=local)
    assert response.chosen[0].estimate.turnout_s == hour


@given(drawn_cases(), st.sampled_from(("zh", "en")))
def test_every_sentence_has_its_words_and_no_empty_brace(case: tuple[PaperDistrict, Alarm], language: str) -> None:
    words = catalogue(language)
    answer = choose_response(*case).to_json(lambda key, values: words.text(key, **values))
    listed = [*answer["chosen"], *answer["passed_over"], *answer["shortfalls"]]
    for sentence in [entry["reason"] for entry in listed] + [line["need"] for line in answer["card"]["needs"]]:
        assert "{" not in sentence
        assert "reasons." not in sentence
        assert "capability." not in sentence


@cache
def catalogue(language: str) -> Words:
    """The words of a language, read once."""
    return Words.load(language)


@given(
    st.lists(st.tuples(st.integers(0, 2000), st.frozensets(st.sampled_from(CAPABILITIES))), min_size=1, max_size=8),
    st.tuples(st.integers(0, 2000), st.frozensets(st.sampled_from(CAPABILITIES))),
    st.lists(st.sampled_from(CAPABILITIES), min_size=1, max_size=4),
)
def test_another_team_never_makes_the_arrivals_later_over_all_lines_together(
    squads: list[tuple[int, frozenset[str]]], more: tuple[int, frozenset[str]], wanted: list[str]
) -> None:
    needs = tuple(Need(line, None, capability) for line, capability in enumerate(wanted, start=1))
    card = RunCard(identify("run_card", "joint"), "fire", ResponseLevel.III, needs)

    def arrivals(listed: list[tuple[int, frozenset[str]]]) -> list[float]:
        teams = [
            tiny_team(f"S{number:02d}", Tier.SPECIALIST, abilities, 120.101 + number / 1000, 32.51)
            for number, (_, abilities) in enumerate(listed)
        ]
        told = {(team.lon, team.lat): float(entry[0]) for team, entry in zip(teams, listed, strict=True)}
        return arrivals_of(choose_response(district_of(teams, card, PaperRouter(told)), tiny_alarm(120.125, 32.515)))

    before, after = arrivals(squads), arrivals([*squads, more])
    assert len(after) >= len(before)
    assert all(now <= then for now, then in zip(after, before, strict=False))
