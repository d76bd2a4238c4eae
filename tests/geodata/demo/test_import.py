"""The ordinary importers take every file whole, and the district they make passes every check."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from geodata.demo import DemoFiles
from geodata.importing import ImportReport, import_file
from geodata.store import Store
from gridgis.checks import Severity, check_district
from gridgis.dispatch import choose_response
from gridgis.dispatch.alarms import AlarmNature, ResponseLevel
from gridgis.dispatch.state import LOCAL_TIME, DistrictState
from gridgis.dispatch.teams import Command
from gridgis.figures import dispatch_figures

NOW = datetime(2020, 7, 1, tzinfo=UTC)
HALF_YEAR = date(2020, 1, 1), date(2020, 6, 30)


def test_nothing_is_set_aside(reports: tuple[ImportReport, ...]) -> None:
    assert [report.noun for report in reports if report.set_aside] == []
    assert [fault.code for report in reports for fault in report.warnings] == ["roads.restrictions"]
    assert all(report.added and not report.updated and not report.unused for report in reports)


def test_importing_a_file_again_changes_nothing(files: DemoFiles, store: Store) -> None:
    report = import_file("teams", store, files.directory / "救援队伍.xlsx", now=NOW, actor="test")
    assert (report.added, report.updated) == (0, 0)
    assert report.unchanged == 334


@pytest.mark.parametrize("when", [None, datetime(2035, 1, 1, tzinfo=UTC)])
def test_the_check_finds_only_the_sites_that_wait_for_a_place(state: DistrictState, when: datetime | None) -> None:
    """On the first day of the plan, and on whatever day somebody tries the demo."""
    found = check_district(state, when=when)
    assert [(finding.code, finding.severity) for finding in found] == [("sites.unplaced", Severity.NOTE)]


def test_the_half_year_has_the_reported_figures(state: DistrictState) -> None:
    figures = dispatch_figures(state, *HALF_YEAR, LOCAL_TIME)
    assert figures["alarms"] == 195
    assert figures["person_dispatches"] == 1968
    assert figures["requests"]
    natures = Counter(alarm.nature for alarm in state.alarms)
    assert natures[AlarmNature.DRILL] > 0 < natures[AlarmNature.FALSE]


def test_alarms_are_of_every_level_and_mostly_small(state: DistrictState) -> None:
    levels = Counter(alarm.level for alarm in state.alarms)
    assert levels[ResponseLevel.IV] > levels[ResponseLevel.III] > levels[ResponseLevel.II] > levels[ResponseLevel.I] > 0


def test_requested_services_answer_and_are_never_counted(state: DistrictState) -> None:
    command = {team.id: team.command for team in state.teams}
    for dispatch in state.dispatches:
        asked = command[dispatch.team_id] is Command.REQUEST
        assert bool(dispatch.answered_by and dispatch.reference) == asked


def test_past_dispatches_are_those_the_program_would_choose(state: DistrictState) -> None:
    """Volunteers may decline; everyone else that went is chosen again for the same moment."""
    sent: dict[object, set[str]] = {}
    code = {team.id: team.code for team in state.teams if team.command is not Command.INVITE}
    for dispatch in state.dispatches:
        sent.setdefault(dispatch.alarm_id, set()).add(code.get(dispatch.team_id, ""))
    for alarm in sorted(state.alarms, key=lambda alarm: alarm.code)[:12]:
        if alarm.nature is AlarmNature.REAL:
            chosen = {one.team.code for one in choose_response(_without(state, alarm.code), alarm).chosen}
            assert sent[alarm.id] - {""} <= chosen


def _without(state: DistrictState, alarm_code: str) -> DistrictState:
    """The district as it was before an alarm, its roads compiled once."""
    ids = {alarm.id for alarm in state.alarms if alarm.code >= alarm_code}
    earlier = tuple(dispatch for dispatch in state.dispatches if dispatch.alarm_id not in ids)
    before = DistrictState(
        state.district,
        plans=state.plans,
        teams=state.teams,
        run_cards=state.run_cards,
        alarms=state.alarms,
        dispatches=earlier,
    )
    before.__dict__.update(roads=state.roads, router=state.router)
    return before
