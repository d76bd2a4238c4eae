"""What the check shows about enterprises and sites, one fault put in at a time."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
import shapely

from gridgis.checks.map_shift import Shift, shifted, taken_back
from tests.fakes.broken_district import (
    BASIC,
    a_site,
    all_found,
    found,
    with_enterprise,
    with_sites,
    without,
)
from tests.fakes.clean_district import clean_district, with_cells
from tests.fakes.tiny_district import (
    DISTRICT,
    VILLAGE_3,
)


def test_an_enterprise_without_a_credit_code() -> None:
    state = clean_district()
    assert found(with_enterprise(state, credit_code=None)) == {
        ("enterprise.credit_code_missing", clean_district().enterprises[0].code)
    }


def test_an_enterprise_without_a_credit_code_and_a_reason() -> None:
    state = clean_district()
    assert found(with_enterprise(state, credit_code=None, no_credit_code_reason="个体户，未办理")) == set()


def test_an_enterprise_whose_credit_code_fails_its_check() -> None:
    state = clean_district()
    code = clean_district().enterprises[0].code
    assert found(with_enterprise(state, credit_code=code[:-1] + ("0" if code[-1] != "0" else "1"))) == {
        ("enterprise.credit_code_check", clean_district().enterprises[0].code)
    }


def test_an_enterprise_whose_credit_code_is_too_short() -> None:
    state = clean_district()
    assert found(with_enterprise(state, credit_code="9132120400000")) == {
        ("enterprise.credit_code_form", clean_district().enterprises[0].code)
    }


def test_two_enterprises_with_one_credit_code() -> None:
    state = clean_district()
    assert found(with_enterprise(state, credit_code=state.enterprises[1].credit_code)) == {
        ("enterprise.credit_code_shared", clean_district().enterprises[1].code)
    }


def test_a_site_of_nobody() -> None:
    state = clean_district()
    assert found(with_sites(state, replace(a_site("X", 120.11, 32.51), enterprise_id=UUID(int=1)))) == {
        ("site.enterprise_unknown", "X")
    }


def test_a_site_at_nought() -> None:
    state = clean_district()
    assert found(with_sites(state, a_site("X", 0.0, 0.0))) == {("site.nowhere", "X")}


def test_a_site_with_swapped_coordinates() -> None:
    state = clean_district()
    assert found(with_sites(state, a_site("X", 32.51, 120.11))) == {("site.swapped", "X")}


def test_a_site_in_metres() -> None:
    state = clean_district()
    assert found(with_sites(state, a_site("X", 510_000.0, 3_600_000.0))) == {("site.not_degrees", "X")}


def test_a_site_outside_the_district() -> None:
    state = clean_district()
    assert found(with_sites(state, a_site("X", 120.20, 32.51))) == {("site.outside", "X")}


def test_a_site_outside_that_a_person_put_in_a_cell() -> None:
    state = clean_district()
    assert (
        found(with_sites(state, a_site("X", 120.1601, 32.51, cell_code=VILLAGE_3 + "002", cell_reason="厂门在村内")))
        == set()
    )


def test_a_site_on_the_districts_border() -> None:
    state = clean_district()
    assert found(with_sites(state, a_site("X", 120.16, 32.51), a_site("Y", 120.16 + 3e-6, 32.51))) == set()


def test_a_site_put_in_a_cell_without_a_reason() -> None:
    state = clean_district()
    assert found(with_sites(state, a_site("X", 120.11, 32.51, cell_code=BASIC))) == {("site.cell_reason", "X")}


def test_a_site_put_in_a_cell_that_does_not_exist() -> None:
    state = clean_district()
    assert found(with_sites(state, a_site("X", 120.11, 32.51, cell_code=BASIC[:-1] + "9", cell_reason="现场核定"))) == {
        ("site.cell_unknown", "X")
    }


def test_sites_in_a_cell_taken_away() -> None:
    """That they lie in no cell is the same fault."""
    state = clean_district()
    assert found(with_cells(with_sites(state, a_site("X", 120.105, 32.512)), without(BASIC))) == {
        ("cell.missing", BASIC)
    }


def test_most_sites_in_another_system() -> None:
    state = clean_district()
    assert found(with_sites(state, *(a_site(f"X{number}", 121.0 + number / 100, 31.0) for number in range(9)))) == {
        ("sites.mostly_outside", DISTRICT)
    }


def test_a_staff_number_used_twice() -> None:
    state = clean_district()
    other = replace(state.officers[0], id=UUID(int=3))
    assert found(replace(state, officers=(*state.officers, other))) == {("officer.code_doubled", "P01")}


def test_sites_of_a_shifted_map_are_told_once() -> None:
    """GCJ-02 copied as WGS84: those pushed over the border are not listed one by one."""
    state = clean_district()
    seed = np.random.default_rng(5)
    xy = seed.uniform((120.1005, 32.5005), (120.1595, 32.5195), (300, 2))
    for shift in Shift:
        moved_xy = shifted(xy, shift)
        assert state.district.outline is not None
        assert (~shapely.contains_xy(state.district.outline, moved_xy)).sum() > 5
        sites = [a_site(f"X{number}", lon, lat) for number, (lon, lat) in enumerate(moved_xy.tolist())]
        assert found(with_sites(state, *sites)) == {("sites.shifted", DISTRICT)}
        told = next(one for one in all_found(with_sites(state, *sites)) if one.code == "sites.shifted")
        assert told.fields["system"] == shift.value
    right = [a_site(f"X{number}", lon, lat) for number, (lon, lat) in enumerate(xy.tolist())]
    assert found(with_sites(state, *right)) == set()


def test_a_shift_is_told_by_roads_where_no_site_is_pushed_over_the_border() -> None:
    state = clean_district()
    seed = np.random.default_rng(6)
    along = np.column_stack((seed.uniform(120.11, 120.15, 200), np.full(200, 32.5102)))
    sites = [a_site(f"X{n}", lon, lat) for n, (lon, lat) in enumerate(shifted(along, Shift.GCJ02).tolist())]
    assert found(with_sites(state, *sites)) == {("sites.shifted", DISTRICT)}
    right = [a_site(f"X{n}", lon, lat) for n, (lon, lat) in enumerate(along.tolist())]
    assert found(with_sites(state, *right)) == set()


def test_the_shift_of_a_known_place_is_the_published_one() -> None:
    """Tiananmen: WGS84 116.39123, 39.90711 is about 116.39747, 39.90851 in GCJ-02 and 116.40385, 39.91485 in BD-09."""
    place = np.array([[116.39123, 39.90711]])
    assert shifted(place, Shift.GCJ02)[0] == pytest.approx([116.39747, 39.90851], abs=2e-5)
    assert shifted(place, Shift.BD09)[0] == pytest.approx([116.40385, 39.91485], abs=5e-5)
    for shift in Shift:
        assert taken_back(shifted(place, shift), shift)[0] == pytest.approx(place[0], abs=1e-8)
