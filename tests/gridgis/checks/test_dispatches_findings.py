"""What the check shows about alarms and dispatches, one fault put in at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tests.fakes.broken_district import (
    a_dispatch,
    found,
    with_dispatches,
)
from tests.fakes.clean_district import clean_district


def test_a_team_sent_twice_one_after_the_other() -> None:
    state = clean_district()
    assert found(with_dispatches(state, a_dispatch("D1", 1), a_dispatch("D2", 3))) == set()


def test_a_team_sent_to_two_places_at_once() -> None:
    state = clean_district()
    assert found(with_dispatches(state, a_dispatch("D1", 1), a_dispatch("D2", 2))) == {("dispatch.overlap", "D2")}


def test_a_requested_service_sent_to_two_places_at_once() -> None:
    state = clean_district()
    answered = {"answered_by": "指挥中心", "reference": "119-7"}
    assert (
        found(
            with_dispatches(
                state,
                a_dispatch("D1", 1, team_code="R119", **answered),
                a_dispatch("D2", 2, team_code="R119", **answered),
            )
        )
        == set()
    )


def test_a_team_home_before_it_left() -> None:
    state = clean_district()
    assert found(with_dispatches(state, a_dispatch("D1", 5, home_at=datetime(2020, 3, 1, 4, tzinfo=UTC)))) == {
        ("dispatch.order", "D1")
    }


def test_a_dispatch_of_a_team_that_is_not_known() -> None:
    state = clean_district()
    assert found(with_dispatches(state, a_dispatch("D1", 1, team_code="??"))) == {("dispatch.team_unknown", "D1")}


def test_a_dispatch_to_an_alarm_that_is_not_known() -> None:
    state = clean_district()
    assert found(replace(with_dispatches(state, a_dispatch("D1", 1)), alarms=())) == {("dispatch.alarm_unknown", "D1")}
