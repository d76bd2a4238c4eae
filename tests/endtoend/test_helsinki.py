"""A whole district from its office's files and the real roads of Helsinki: who is sent equals networkx's answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geodata import open_district
from geodata.importing import ImportReport
from gridgis.dispatch import Response, choose_response
from gridgis.dispatch.alarms import Alarm, ResponseLevel
from gridgis.dispatch.state import LOCAL_TIME, DistrictState
from gridgis.dispatch.teams import Command, Team, Tier
from tests.fakes.helsinki_office import CARD, CODE, EAST, NORTH, NOW, SOUTH, WEST, areas, import_office, write_office
from tests.fakes.networkx_times import NetworkxTimes
from tests.fakes.road_graphs import pieces_of
from tests.fakes.tiny_district import identify

ALARMS = 200
DAY_HOUR = 14
WITH_CAPABILITY = {"灭火": "fire", "医疗急救": "medical", "警戒": "cordon", "": ""}
TIERS = dict(zip(("区级", "镇街", "村居", "专业", "社会"), Tier, strict=True))
COMMANDS = dict(zip(("直属", "请求", "邀请"), Command, strict=True))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[DistrictState, list[ImportReport]]:
    folder = tmp_path_factory.mktemp("helsinki")
    write_office(folder)
    db, reports = import_office(folder)
    return open_district(db), reports


class Expected:
    """Who ought to go, by networkx's times and the plainest reading of the rules."""

    def __init__(self, state: DistrictState) -> None:
        assert state.roads is not None
        self.state = state
        local = NOW.astimezone(LOCAL_TIME)
        profiles = sorted({one.profile for one in state.teams})
        self.times = {code: NetworkxTimes(state.roads, code, local) for code in profiles}

    def arrivals_ms(self, lon: float, lat: float) -> dict[str, int]:
        """Milliseconds from order to arrival of every team that a road leads to the place, by code."""
        router = self.state.router
        assert router is not None
        found: dict[str, int] = {}
        for profile, times in self.times.items():
            teams = [team for team in self.state.teams if team.profile == profile]
            arrivals = router.arrivals(profile, [(team.lon, team.lat) for team in teams], (lon, lat))
            pieces = [pieces_of(router, arrivals._from, at) for at in range(len(teams))]
            travel_ms = times.to_place(pieces_of(router, arrivals._to, 0), pieces)
            for team, ms in zip(teams, travel_ms, strict=True):
                if ms >= 0:
                    found[team.code] = round(1000 * (team.turnout.at(DAY_HOUR) + ms / 1000 + arrivals.walk_s))
        return found

    def sent(self, line: int, arrivals_ms: dict[str, int], village: str) -> list[str]:
        """Codes of the teams that go on a line: the own village's team, else the earliest that a road leads there."""
        reached = [team for team in self._able(line) if team.code in arrivals_ms]
        in_order = sorted(reached, key=lambda team: self._rank(team, arrivals_ms, village))
        return [team.code for team in in_order[: CARD[line][4]]]

    def _able(self, line: int) -> list[Team]:
        _, tier, capability, command, _ = CARD[line]
        wanted = WITH_CAPABILITY[capability]
        return [
            team
            for team in self.state.teams
            if (team.tier, team.command) == (TIERS[tier], COMMANDS[command])
            and (not wanted or wanted in team.capabilities)
        ]

    @staticmethod
    def _rank(team: Team, arrivals_ms: dict[str, int], village: str) -> tuple[bool, int, str]:
        own = team.tier is Tier.VILLAGE and team.home_cell_code == village
        return not own, arrivals_ms[team.code], team.code


def answer(state: DistrictState, lon: float, lat: float, number: int) -> Response:
    moment = NOW
    alarm = Alarm(identify("alarm", str(number)), "", "fire", ResponseLevel.II, lon, lat, moment)
    return choose_response(state, alarm, when=moment)


def test_every_file_is_taken_whole(imported: tuple[DistrictState, list[ImportReport]]) -> None:
    state, reports = imported
    assert [fault for report in reports for fault in report.set_aside] == []
    assert len(state.plans[0].cells) == len(areas()) - 1
    assert len(state.teams) == 6 + 4 * 8 + 3
    assert state.roads is not None
    assert state.roads.nodes > 3000
    assert state.roads.source.attribution.startswith("© OpenStreetMap")


def test_the_choice_for_200_random_alarms_equals_networkx(
    imported: tuple[DistrictState, list[ImportReport]],
) -> None:
    """The same teams on the same lines with the same milliseconds; one without a road only fills up a line.

    Rules about turning are left out on both sides; `tests/laws/test_roads_turns.py` compares those.
    """
    state, _ = imported
    assert state.roads is not None
    assert state.roads.turn_restrictions
    state = replace(state, roads=replace(state.roads, turn_restrictions=()))
    expected = Expected(state)
    chance = np.random.default_rng(3)
    filled_up = 0
    for number, (lon, lat) in enumerate(chance.uniform((WEST, SOUTH), (EAST, NORTH), (ALARMS, 2)).tolist()):
        response = answer(state, lon, lat, number)
        assert [cell.cell.code[: len(CODE)] for cell in response.cells] == [CODE] * 3
        arrivals_ms = expected.arrivals_ms(lon, lat)
        sent: list[list[str]] = [[] for _ in CARD]
        for chosen in response.chosen:
            if chosen.estimate.estimated:
                assert chosen.team.code not in arrivals_ms
                filled_up += 1
            else:
                assert chosen.estimate.eta_ms == arrivals_ms[chosen.team.code]
                sent[chosen.need.code - 1].append(chosen.team.code)
        village = response.cells[1].cell.code
        assert sent == [expected.sent(line, arrivals_ms, village) for line in range(len(CARD))]
        assert len(response.chosen) == sum(need[4] for need in CARD)
    assert filled_up < ALARMS
