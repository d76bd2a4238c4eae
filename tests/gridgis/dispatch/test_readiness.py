"""Who is on duty, certified and equipped decides who goes, and every exclusion is told by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.readiness import Duty, Readiness, missing_kit
from gridgis.dispatch.response import Response
from gridgis.dispatch.run_cards import RunCard
from gridgis.dispatch.selection import choose_response
from gridgis.dispatch.state import DistrictState
from gridgis.errors import InvalidValue
from tests.fakes import ready_teams as ready
from tests.fakes.tiny_district import NOON, teams, tiny_alarm, tiny_district

SQUAD = next(team for team in teams() if team.code == "S1")


def answered(readiness: Readiness, card: RunCard | None = None, *, learned: dict[str, Any] | None = None) -> Response:
    state = tiny_district()
    cards = state.run_cards if card is None else state.run_cards.instead(card)
    made: DistrictState = replace(state, readiness=readiness, run_cards=cards, learned_times=learned or {}).after(state)
    return choose_response(made, tiny_alarm(120.105, 32.505, alarm_type="hazmat", level="II"))


def reason(response: Response, code: str) -> str:
    return next((one.reason.code for one in response.passed_over if one.team.code == code), "")


def codes(chosen: Iterable[Any]) -> set[str]:
    return {one.team.code for one in chosen}


def test_a_squad_whose_certificates_have_all_run_out_is_passed_over_by_name() -> None:
    assert "S1" in codes(answered(Readiness(ready.members())).chosen)
    lapsed = answered(Readiness(ready.members(until=date(2020, 6, 29))))
    assert reason(lapsed, "S1") == "passed.unqualified"
    assert lapsed.shortfalls
    last_day = answered(Readiness(ready.members(until=date(2020, 6, 30))))
    assert "S1" in codes(last_day.chosen)


def test_a_team_whose_people_are_not_known_is_taken_at_its_registers_word() -> None:
    assert Readiness().lapsed(SQUAD, NOON.date()) == {}


@pytest.mark.parametrize(
    ("begins_h", "excluded"), [(-1, False), (0, False), (1, True), (-8, True), (-7.9, False), (40, False)]
)
def test_a_team_is_on_duty_when_its_roster_says_so_and_as_usual_when_it_says_nothing(
    begins_h: float, *, excluded: bool
) -> None:
    duty = ready.duty(ready.AT + timedelta(hours=begins_h))
    response = answered(Readiness(duties=(duty,)))
    assert (reason(response, "S1") == "passed.off_duty") is excluded


def test_a_duty_that_was_taken_back_says_nothing() -> None:
    duty = replace(ready.duty(ready.AT + timedelta(hours=1)), cancelled=True)
    assert "S1" in codes(answered(Readiness(duties=(duty,))).chosen)


def test_a_rostered_team_answers_outside_its_usual_shift() -> None:
    from gridgis.dispatch.eligibility import not_free

    night: datetime = NOON.replace(hour=22)
    volunteers = next(team for team in teams() if team.code == "VOL")
    duty = Duty(ready.DEPUTY, "VOL/1", volunteers.id, night - timedelta(hours=1), night + timedelta(hours=1))
    assert not_free(volunteers, {}, night) is not None
    assert not_free(volunteers, {}, night, Readiness(duties=(duty,))) is None


def test_kit_that_is_missing_is_told_and_another_team_brings_it() -> None:
    card = tiny_district().run_cards.find("hazmat", ResponseLevel.II)
    needs = tuple(replace(need, kit=(("防化服", 4),)) if need.capability == "hazmat" else need for need in card.needs)
    short = answered(Readiness(kit=(ready.suits(3),)), replace(card, needs=needs))
    assert [one.reason.fields["kit"] for one in short.shortfalls if one.reason.code == "short.kit"] == ["防化服 1"]
    assert missing_kit((("防化服", 4),), ({"防化服": 3}, {"防化服": 1})) == {}


def test_learned_factors_change_arrivals() -> None:
    def eta(response: Response) -> float:
        return next(one.estimate.eta_s or 0 for one in response.chosen if one.team.code == "S1")

    plain, learned = answered(Readiness()), answered(Readiness(), learned={"S1": [2.0, 1.0]})
    assert eta(learned) == pytest.approx(eta(plain) + 60)


def test_those_on_duty_are_called_in_their_order() -> None:
    held = Readiness(ready.members(), (ready.duty(),))
    assert [one.name for one in held.on_duty(SQUAD, NOON)] == ["吴二"]
    assert [one.name for one in held.on_duty(SQUAD, NOON + timedelta(days=3))] == ["周一", "吴二"]


@pytest.mark.parametrize("hours", [0, -1, 24 * 7 + 1])
def test_a_duty_has_a_span(hours: float) -> None:
    with pytest.raises(InvalidValue, match=r"duty\.span"):
        ready.duty(hours=hours)
