"""Any history adds up to the current tables, on each kind of database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.store import Store, UnitOfWork, rebuild, verify_store
from gridgis.cells import GridPlan, PlanStatus
from gridgis.errors import GridGISError
from tests import strategies
from tests.fakes import tiny_district as tiny
from tests.fakes.office import FEATURES, Office
from tests.fakes.road_networks import base_maps, street_grid
from tests.fakes.stores import NOW, Places

Draw = Callable[[st.SearchStrategy[Any]], Any]


def put(store: Store, now: datetime, *changes: Callable[[UnitOfWork], object]) -> None:
    with store.unit_of_work(actor="test", now=now) as work:
        for change in changes:
            change(work)
        work.commit()


def put_people(office: Office, draw: Draw, now: datetime) -> None:
    people = draw(st.lists(strategies.officers(), min_size=1, max_size=3))
    posts = draw(st.lists(strategies.posts(people), max_size=3))
    put(office.store, now, lambda work: work.put_officers(people), lambda work: work.put_posts(posts))


def put_register(office: Office, draw: Draw, now: datetime) -> None:
    owners = draw(st.lists(strategies.enterprises(), min_size=1, max_size=3))
    sites = draw(st.lists(strategies.sites(owners), max_size=3))
    put(office.store, now, lambda work: work.put_enterprises(owners), lambda work: work.put_sites(sites))


def put_calls(office: Office, draw: Draw, now: datetime) -> None:
    teams = draw(st.lists(strategies.teams(), min_size=1, max_size=2))
    alarms = draw(st.lists(strategies.alarms(), min_size=1, max_size=2))
    sent = draw(st.lists(strategies.dispatches(alarms, teams), max_size=2))
    put(
        office.store,
        now,
        lambda work: work.put_teams(teams),
        lambda work: work.put_alarms(alarms),
        lambda work: work.put_dispatches(sent),
    )


def put_rules(office: Office, draw: Draw, now: datetime) -> None:
    cards = draw(strategies.run_cards())
    told = draw(st.dictionaries(strategies.codes, st.floats(0, 9) | strategies.words | st.lists(st.booleans())))
    put(office.store, now, lambda work: work.put_run_cards(cards), lambda work: work.put_settings(told))


def put_district(office: Office, draw: Draw, now: datetime) -> None:
    district = replace(draw(strategies.districts()), id=office.store.district().id)
    put(office.store, now, lambda work: work.put_district(district))


def put_plan(office: Office, draw: Draw, now: datetime) -> None:
    """A plan that comes by no file: drawn, completed, superseded."""
    code = draw(st.sampled_from("PQ"))
    cells = draw(st.lists(st.sampled_from(tiny.tiny_district().plans[0].cells), unique_by=lambda cell: cell.code))
    plan = GridPlan(
        strategies.identity("plan", code),
        code,
        draw(strategies.names),
        tiny.district(),
        draw(st.sampled_from(PlanStatus)),
        NOW,
        tuple(replace(cell, id=strategies.identity("cell", f"{code}/{cell.code}")) for cell in cells),
        effective_to=draw(st.none() | st.just(NOW)),
    )
    put(office.store, now, lambda work: work.put_plan(plan))


def put_roads(office: Office, draw: Draw, now: datetime) -> None:
    network = street_grid(draw(st.integers(2, 4)), 3, name=draw(strategies.names))
    base_map = draw(base_maps())
    put(office.store, now, lambda work: work.put_roads(network, base_map, {"now": now.isoformat()}))


def erase(office: Office, draw: Draw, now: datetime) -> None:
    store = office.store
    noun, found = draw(st.sampled_from([("alarm", store.alarms()), ("officer", store.officers())]))
    put(store, now, lambda work: work.erase(noun, [one.id for one in found[:2]]))


def import_layer(office: Office, draw: Draw, now: datetime) -> None:
    """Features of a layer of the office, all but a few, some with another name."""
    noun = draw(st.sampled_from(sorted(FEATURES)))
    name = {"boundaries": "名称", "cells": "网格名称", "units": "单元名称"}[noun]
    told = FEATURES[noun]()
    left, renamed = (draw(st.sets(st.integers(0, len(told) - 1), max_size=2)) for _ in range(2))
    chosen = [
        ({**values, name: "新名"} if at in renamed else values, shape)
        for at, (values, shape) in enumerate(told)
        if at not in left
    ]
    effective = draw(st.none() | st.just(now))
    office.layer(noun, chosen, now=now, effective=effective, crs=draw(st.none() | st.just("EPSG:4326")))


RECORDS = (put_people, put_register, put_calls, put_rules, put_district, erase)
FILES = (put_plan, put_roads, import_layer, import_layer)


@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_any_history_adds_up_to_the_tables(
    places: Places, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    with places.new_store() as store:
        office = Office(tmp_path_factory.mktemp("office"), store)
        office.usual("boundaries", "cells")
        steps = st.lists(st.sampled_from(RECORDS) | st.sampled_from(FILES), min_size=1, max_size=8)
        for at, step in enumerate(data.draw(steps)):
            with suppress(GridGISError):
                step(office, data.draw, NOW + timedelta(hours=at))
        assert rebuild(store) == ()
        assert verify_store(store, now=NOW).broken is None


def test_the_files_of_an_office_add_up_to_the_tables(store: Store, tmp_path: Path) -> None:
    office = Office(tmp_path, store)
    office.usual()
    office.usual("cells", now=NOW + timedelta(days=3))
    assert rebuild(store) == ()
