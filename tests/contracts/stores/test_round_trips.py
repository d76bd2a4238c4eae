"""What is put comes back as it was, for every noun."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, box

from geodata.store import Changes, Store, UnitOfWork
from geodata.store.rows import post_code
from gridgis.cells import District, GridPlan, PlanStatus
from gridgis.dispatch.alarms import Alarm, ResponseLevel
from gridgis.dispatch.run_cards import RunCards
from gridgis.errors import InvalidValue
from tests import strategies
from tests.fakes.stores import NOW, some_enterprises

Record = TypeVar("Record")
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def tried(store: Store) -> Iterator[UnitOfWork]:
    """A unit of work that is never committed, so that examples do not meet."""
    with store.unit_of_work(actor="test", now=NOW) as work:
        yield work


def by_code(records: list[Record]) -> tuple[Record, ...]:
    return tuple(sorted(records, key=lambda record: record.code))  # type: ignore[attr-defined]


def lists(of: st.SearchStrategy[Record], least: int = 0) -> st.SearchStrategy[list[Record]]:
    """Up to eight records with different codes."""
    return st.lists(of, min_size=least, max_size=8, unique_by=lambda record: record.code)  # type: ignore[attr-defined]


@FEW
@given(strategies.districts())
def test_a_district_comes_back_with_its_outline(shared_store: Store, district: District) -> None:
    with tried(shared_store) as work:
        work.put_district(district)
        assert work.district() == district


@FEW
@given(st.data())
def test_a_plan_comes_back_with_its_cells_and_units(shared_store: Store, data: st.DataObject) -> None:
    with tried(shared_store) as work:
        plan = data.draw(strategies.plans(work.district()))
        assert work.put_plan(plan) == Changes(added=len(plan.cells) + len(plan.units))
        assert work.plans() == (plan,)


@FEW
@given(st.data())
def test_people_and_posts_come_back(shared_store: Store, data: st.DataObject) -> None:
    people = data.draw(lists(strategies.officers(), least=1))
    numbers = {one.id: one.code for one in people}
    held = data.draw(
        st.lists(
            strategies.posts(people),
            max_size=8,
            unique_by=(
                lambda post: post.id,
                lambda post: (post.officer_id, post.cell_code, post.role, post.since, post.acting_for),
            ),
        )
    )
    with tried(shared_store) as work:
        work.put_officers(people)
        work.put_posts(held)
        assert work.officers() == by_code(people)
        assert work.posts() == tuple(sorted(held, key=lambda post: post_code(post, numbers)))


@FEW
@given(st.data())
def test_enterprises_and_sites_come_back_placed_or_not(shared_store: Store, data: st.DataObject) -> None:
    owners = data.draw(lists(strategies.enterprises(), least=1))
    places = data.draw(lists(strategies.sites(owners)))
    with tried(shared_store) as work:
        work.put_enterprises(owners)
        work.put_sites(places)
        assert work.enterprises() == by_code(owners)
        assert work.sites() == by_code(places)
        assert work.unplaced() == by_code([site for site in places if site.lon is None])


@FEW
@given(st.data())
def test_teams_alarms_and_dispatches_come_back(shared_store: Store, data: st.DataObject) -> None:
    teams = data.draw(lists(strategies.teams(), least=1))
    calls = data.draw(lists(strategies.alarms(), least=1))
    sent = data.draw(lists(strategies.dispatches(calls, teams)))
    with tried(shared_store) as work:
        work.put_teams(teams)
        work.put_alarms(calls)
        work.put_dispatches(sent)
        assert (work.teams(), work.alarms(), work.dispatches()) == (by_code(teams), by_code(calls), by_code(sent))


@FEW
@given(strategies.run_cards())
def test_run_cards_come_back_with_their_lines_in_order(shared_store: Store, cards: RunCards) -> None:
    with tried(shared_store) as work:
        assert work.put_run_cards(cards) == Changes(added=len(cards.cards))
        assert work.run_cards() == cards


@FEW
@given(st.data())
def test_putting_records_again_changes_nothing_and_another_value_changes_one(
    shared_store: Store, data: st.DataObject
) -> None:
    teams = data.draw(lists(strategies.teams(), least=1))
    with tried(shared_store) as work:
        assert work.put_teams(teams) == Changes(added=len(teams))
        assert work.put_teams(reversed(teams)) == Changes(unchanged=len(teams))
        one = data.draw(st.sampled_from(teams))
        other = data.draw(strategies.turnouts())
        changed = one.__class__(**{name: getattr(one, name) for name in one.__slots__} | {"turnout": other})
        expected = Changes(updated=1) if other != one.turnout else Changes(unchanged=1)
        assert work.put_teams([changed]) == expected
        assert changed in work.teams()


def test_a_multipolygon_of_one_part_comes_back_as_the_polygon_it_is(shared_store: Store) -> None:
    shape = box(120, 32.4, 120.1, 32.5)
    with tried(shared_store) as work:
        district = work.district()
        work.put_district(district.__class__(district.id, district.code, district.name, MultiPolygon([shape])))
        assert work.district().outline == shape


@pytest.mark.parametrize(("lon", "lat"), [(181.0, 32.0), (120.0, -91.0), (float("nan"), 32.0), (120.0, float("inf"))])
def test_a_place_that_is_not_on_the_globe_is_refused(shared_store: Store, lon: float, lat: float) -> None:
    alarm = Alarm(
        id=strategies.identity("alarm", "1"),
        code="1",
        type="fire",
        level=ResponseLevel.I,
        lon=lon,
        lat=lat,
        reported_at=NOW,
    )
    with tried(shared_store) as work, pytest.raises(InvalidValue, match=r"place\.coordinates"):
        work.put_alarms([alarm])


@pytest.mark.parametrize("field", ["code", "name", "contact"])
def test_a_character_that_not_every_database_can_keep_is_refused(shared_store: Store, field: str) -> None:
    odd = replace(some_enterprises(1)[0], **{field: "某\0厂"})  # type: ignore[arg-type]  # all three are texts
    with tried(shared_store) as work:
        with pytest.raises(InvalidValue, match=r"store\.text"):
            work.put_enterprises([odd])
        assert work.enterprises() == ()


def test_moments_without_an_offset_are_refused(store: Store) -> None:
    with (
        pytest.raises(InvalidValue, match=r"time\.offset"),
        store.unit_of_work(actor="test", now=NOW.replace(tzinfo=None)),
    ):
        pass


def test_plans_come_in_order_of_taking_effect(store: Store) -> None:
    district = store.district()
    plans = [
        GridPlan(
            strategies.identity("plan", code),
            code,
            code,
            district,
            PlanStatus.DRAFT,
            NOW.replace(year=year),
            (),
        )
        for code, year in (("1", 2021), ("2", 2020))
    ]
    with store.unit_of_work(actor="test", now=NOW) as work:
        for plan in plans:
            work.put_plan(plan)
        work.commit()
    assert [plan.code for plan in store.plans()] == ["2", "1"]
