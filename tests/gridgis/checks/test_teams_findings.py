"""What the check shows about teams and run cards, one fault put in at a time."""

from __future__ import annotations

from dataclasses import replace

from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.run_cards import Need, RunCards, Task
from gridgis.dispatch.teams import Tier
from gridgis.roads import RoadNetwork
from tests.fakes.broken_district import (
    found,
    teams_not,
    with_card,
    with_team,
)
from tests.fakes.clean_district import clean_district
from tests.fakes.tiny_district import (
    DISTRICT,
    TOWN_2,
    VILLAGE_2,
    road_graph,
)


def test_a_town_without_a_team() -> None:
    state = clean_district()
    assert found(teams_not(state, "T2")) == {("team.town_without", TOWN_2)}


def test_a_village_without_a_team() -> None:
    state = clean_district()
    assert found(teams_not(state, "V2")) == {("team.village_without", VILLAGE_2)}


def test_no_village_teams_at_all() -> None:
    state = clean_district()
    assert found(teams_not(state, "V1", "V2", "V3")) == {
        ("team.village_without_any", DISTRICT),
        ("run_card.nobody_of_tier", "collapse/I"),
    }


def test_a_team_whose_home_does_not_exist() -> None:
    """That its town has no team is the same fault."""
    state = clean_district()
    assert found(with_team(state, "T2", home_cell_code="321204177")) == {("team.home_unknown", "T2")}


def test_a_team_that_stands_outside() -> None:
    state = clean_district()
    assert found(with_team(state, "V1", lon=120.0995)) == {("team.outside", "V1")}


def test_a_team_that_stands_far_outside() -> None:
    """That no road is near is the same fault."""
    state = clean_district()
    assert found(with_team(state, "V1", lon=120.09)) == {("team.outside", "V1")}


def test_a_team_far_from_every_road() -> None:
    """The roads of the third village are not drawn; the volunteers there are only invited."""
    graph = road_graph()
    east = [node for node, data in graph.nodes(data=True) if data["x"] > 120.14]
    graph.remove_nodes_from(east)
    state = replace(clean_district(), roads=RoadNetwork.from_graph(graph))
    assert found(state) == {("team.far_from_roads", code) for code in ("T2", "V3", "S2")}


def test_a_team_without_a_base() -> None:
    state = clean_district()
    assert found(with_team(state, "V1", lon=float("nan"), lat=float("nan"))) == {("team.no_base", "V1")}


def test_a_team_at_nought() -> None:
    state = clean_district()
    assert found(with_team(state, "V1", lon=0.0, lat=0.0)) == {("team.no_base", "V1")}


def test_a_team_in_a_vehicle_nobody_knows() -> None:
    state = clean_district()
    assert found(with_team(state, "T1", profile="hovercraft")) == {("team.profile_unknown", "T1")}


def test_a_requested_service_outside_the_district() -> None:
    state = clean_district()
    assert found(with_team(state, "R119", lon=120.163)) == set()


def test_a_village_team_out_of_service() -> None:
    """It is there; the choice says why it is not sent."""
    state = clean_district()
    assert found(with_team(state, "V1", in_service=False, out_of_service_reason="检修")) == set()


def test_an_alarm_type_without_some_of_its_cards() -> None:
    state = clean_district()
    kept = (card for card in state.run_cards.cards if card.type != "gas" or card.level in {"I", "III"})
    assert found(replace(state, run_cards=RunCards.of(kept))) == {("run_card.missing", "gas")}


def test_no_run_cards() -> None:
    state = clean_district()
    assert found(replace(state, run_cards=RunCards())) == {("run_card.none", DISTRICT)}


def test_a_run_card_that_asks_for_what_nobody_can() -> None:
    state = clean_district()
    card = state.run_cards.find("fire", ResponseLevel.III)
    assert found(with_card(state, "fire", ResponseLevel.III, *card.needs, Need(9, Tier.SPECIALIST, "nuclear"))) == {
        ("run_card.nobody_able", "fire/III")
    }


def test_the_only_squad_for_chemicals_loses_that_capability() -> None:
    """Asked for by many lines, it is told once."""
    state = clean_district()
    assert found(with_team(state, "S1", capabilities=frozenset({"gas", "confined_space"}))) == {
        ("run_card.nobody_able", "hazmat/I")
    }


def test_a_run_card_that_asks_a_tier_for_what_only_others_can() -> None:
    state = clean_district()
    card = state.run_cards.find("fire", ResponseLevel.III)
    assert found(with_card(state, "fire", ResponseLevel.III, *card.needs, Need(9, Tier.VOLUNTEER, "hazmat"))) == {
        ("run_card.nobody_of_tier_able", "fire/III")
    }


def test_no_district_team() -> None:
    state = clean_district()
    assert found(teams_not(state, "DT")) == {("run_card.nobody_of_tier", "collapse/I")}


def test_a_level_two_card_that_does_not_call_the_towns() -> None:
    state = clean_district()
    card = state.run_cards.find("fire", ResponseLevel.II)
    assert found(
        with_card(state, "fire", ResponseLevel.II, *(need for need in card.needs if need.tier is not Tier.TOWN))
    ) == {("run_card.tiers", "fire/II")}


def test_a_rescue_that_only_the_untrained_could_serve() -> None:
    state = clean_district()
    card = state.run_cards.find("gas", ResponseLevel.IV)
    assert found(with_card(state, "gas", ResponseLevel.IV, *card.needs, Need(9, None, "guide", task=Task.RESCUE))) == {
        ("run_card.only_untrained", "gas/IV")
    }
