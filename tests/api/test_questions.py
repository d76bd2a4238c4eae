"""What command line and HTTP ask alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from api.questions import alarm_types, plan_in_force, propose, serving, whereabouts
from gridgis.cells import NoCell
from gridgis.codes import record_id
from gridgis.dispatch import choose_response
from gridgis.dispatch.alarms import ALARM_TYPES, ResponseLevel
from gridgis.dispatch.run_cards import RunCards
from gridgis.errors import Conflict, InvalidValue, NotKnown
from gridgis.people.officers import Post, PostRole
from tests.fakes.tiny_district import NOON, VILLAGE_1, tiny_alarm, tiny_district

STATE = tiny_district()
BEFORE = NOON.replace(year=2019)


def test_a_place_has_the_cells_of_the_plan_and_their_people() -> None:
    found = whereabouts(STATE, (120.105, 32.505), NOON)
    assert [one.cell.code for one in found.cells] == [VILLAGE_1[:9], VILLAGE_1, VILLAGE_1 + "001"]
    assert [[officer.name for officer, _ in one.people] for one in found.cells] == [["人员01"], ["人员03"], ["人员06"]]
    assert found.reason is NoCell.FOUND
    assert not found.on_border


def test_a_place_outside_has_no_cell_and_says_why() -> None:
    found = whereabouts(STATE, (121.0, 32.5), NOON)
    assert list(found.cells) == []
    assert found.reason is NoCell.OUTSIDE


def test_a_place_on_a_border_is_told_as_one() -> None:
    found = whereabouts(STATE, (120.11, 32.505), NOON)
    assert found.on_border
    assert found.cells[-1].cell.code == VILLAGE_1 + "001"


def test_before_the_first_plan_nothing_can_be_placed() -> None:
    with pytest.raises(Conflict) as refused:
        whereabouts(STATE, (120.105, 32.505), BEFORE)
    assert refused.value.code == "plan.none"
    assert plan_in_force(STATE, NOON) is STATE.plans[0]


def test_people_serve_on_their_days_own_posts_before_acting_ones() -> None:
    cell, held = STATE.plans[0].cell(VILLAGE_1), STATE.posts
    until = replace(held[2], until=NOON.date())
    acting = Post(
        record_id("321204", "post", "acting"),
        STATE.officers[0].id,
        VILLAGE_1,
        PostRole.GRID_LEAD,
        NOON.date(),
        acting_for=STATE.officers[2].id,
    )
    state = replace(STATE, posts=(acting, *held[:2], until, *held[3:]))
    assert [officer.name for officer, _ in serving(state, cell, NOON).people] == ["人员03", "人员01"]
    assert [officer.name for officer, _ in serving(state, cell, NOON + timedelta(days=1)).people] == ["人员01"]


def test_a_proposal_is_what_the_domain_chooses() -> None:
    answer = propose(STATE, (120.134, 32.5165), "hazmat", ResponseLevel.II, NOON)
    alarm = tiny_alarm(120.134, 32.5165, alarm_type="hazmat", level="II")
    assert answer.chosen == choose_response(STATE, alarm, when=NOON).chosen
    assert answer.alarm.code == ""


def test_types_are_the_known_ones_and_those_that_a_card_adds() -> None:
    added = replace(STATE.run_cards.cards[0], type="avalanche")
    state = replace(STATE, run_cards=RunCards.of([*STATE.run_cards.cards, added]))
    assert alarm_types(STATE) == ALARM_TYPES
    assert alarm_types(state) == (*ALARM_TYPES, "avalanche")
    assert propose(state, (120.105, 32.505), "avalanche", added.level, NOON).card == added


def test_an_unknown_type_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidValue) as refused:
        propose(STATE, (120.105, 32.505), "avalanche", ResponseLevel.I, NOON)
    assert refused.value.code == "alarm.type_unknown"
    assert "hazmat" in refused.value.fields["known"]


def test_a_known_type_without_a_card_is_told_apart_from_an_unknown_one() -> None:
    state = replace(STATE, run_cards=RunCards.of(card for card in STATE.run_cards.cards if card.type != "gas"))
    with pytest.raises(NotKnown) as refused:
        propose(state, (120.105, 32.505), "gas", ResponseLevel.I, NOON)
    assert refused.value.code == "run_card.unknown"
