"""One version of the data, with what answers need of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.snapshot import Snapshot
from gridgis.errors import NotKnown
from gridgis.supervision.enterprises import RiskColour
from gridgis.supervision.placing import place_sites
from tests.fakes.tiny_district import NOON, TOWN_1, VILLAGE_1, VILLAGE_2, VILLAGE_3, tiny_district

STATE = tiny_district()
PLAN = STATE.plans[0]
CODES = [cell.code for cell in PLAN.cells]


def test_sites_lie_where_the_domain_places_them() -> None:
    found = Snapshot(1, STATE).sites_in_cells(PLAN)
    assert np.array_equal(found.codes, place_sites(PLAN, STATE.sites).codes())
    assert [one.name for one in found.enterprises_in[VILLAGE_1]] == ["小小企业1"]
    assert VILLAGE_3 + "001" not in found.enterprises_in


def test_without_a_plan_sites_lie_nowhere() -> None:
    found = Snapshot(1, STATE).sites_in_cells(None)
    assert found.codes.shape == (len(STATE.sites), 3)
    assert not found.codes.any()
    assert sum(found.risk_counts(CODES).values()) == 0


@given(st.lists(st.sampled_from(CODES), max_size=6))
def test_an_enterprise_counts_once_in_any_set_of_cells(codes: list[str]) -> None:
    found = Snapshot(1, STATE).sites_in_cells(PLAN)
    inside = {one.id: one.risk for code in codes for one in found.enterprises_in.get(code, ())}
    assert found.risk_counts(codes) == {
        risk.value: sum(colour is risk for colour in inside.values()) for risk in RiskColour
    }


def test_an_enterprise_with_sites_in_two_villages_counts_once_in_their_town() -> None:
    found = Snapshot(1, STATE).sites_in_cells(PLAN)
    assert found.risk_counts([VILLAGE_1, VILLAGE_2])["red"] == found.risk_counts([TOWN_1])["red"] == 1


def test_what_is_made_is_made_once_and_the_search_once_a_day() -> None:
    snapshot = Snapshot(1, STATE)
    assert snapshot.sites_in_cells(PLAN) is snapshot.sites_in_cells(PLAN)
    assert snapshot.cell_tiles(NOON) is snapshot.cell_tiles(NOON)
    index = snapshot.search_index(NOON)
    assert snapshot.search_index(NOON + timedelta(hours=1)) is index
    assert snapshot.search_index(NOON + timedelta(days=1)) is not index


def test_tiles_are_taken_over_only_while_nothing_drawn_changed() -> None:
    before = Snapshot(1, STATE)
    cells, enterprises = before.cell_tiles(NOON), before.enterprise_tiles
    after = Snapshot(2, replace(STATE, sites=STATE.sites[:1]), before=before)
    assert after.cell_tiles(NOON) is cells
    assert after.enterprise_tiles.version != enterprises.version


def test_before_the_first_plan_there_are_empty_tiles() -> None:
    tiles = Snapshot(1, STATE).cell_tiles(NOON.replace(year=2019))
    assert tiles.version != Snapshot(1, STATE).cell_tiles(NOON).version


@pytest.mark.parametrize("noun", ["enterprise", "officer", "team"])
def test_what_is_not_recorded_is_not_known(noun: str) -> None:
    with pytest.raises(NotKnown) as refused:
        getattr(Snapshot(1, STATE), noun)(UUID(int=1))
    assert refused.value.code == f"{noun}.unknown"


def test_the_base_map_draws_roads_then_what_lies_beside_them() -> None:
    assert [one.layer for one in Snapshot(1, STATE).base_layers()] == ["roads"]
    assert Snapshot(1, replace(STATE, roads=None)).base_layers() == []
