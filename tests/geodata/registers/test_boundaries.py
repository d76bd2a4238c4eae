from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gridgis.cells import CellKind, PlanStatus
from gridgis.errors import Conflict, InputRejected, InvalidValue
from tests.fakes import tiny_district as tiny
from tests.fakes.office import EFFECTIVE, Office, boundary_features
from tests.fakes.stores import NOW

JULY = EFFECTIVE.replace(month=7)
Features = list[tuple[dict[str, Any], Any]]


def changed(code: str, shape: Any = None, **values: Any) -> Features:
    """The boundaries with one feature changed."""
    return [
        (
            {**told, **values} if told["区划代码"] == code else told,
            shape if shape is not None and told["区划代码"] == code else area,
        )
        for told, area in boundary_features()
    ]


def test_outline_towns_and_villages_make_the_first_plan(office: Office) -> None:
    (report,) = office.usual("boundaries")
    (plan,) = office.store.plans()
    assert report.added == 6
    assert (plan.code, plan.status, plan.effective_from, plan.effective_to) == (
        "1",
        PlanStatus.PUBLISHED,
        EFFECTIVE,
        None,
    )
    assert [(cell.code, cell.level, cell.kind, cell.parent_code) for cell in plan.cells] == [
        (tiny.TOWN_1, 1, CellKind.TOWN, tiny.DISTRICT),
        (tiny.TOWN_2, 1, CellKind.TOWN, tiny.DISTRICT),
        (tiny.VILLAGE_1, 2, CellKind.VILLAGE, tiny.TOWN_1),
        (tiny.VILLAGE_2, 2, CellKind.VILLAGE, tiny.TOWN_1),
        (tiny.VILLAGE_3, 2, CellKind.VILLAGE, tiny.TOWN_2),
    ]
    assert plan.cell(tiny.TOWN_1).key_town
    assert plan.cell(tiny.TOWN_1).governed
    assert plan.district.outline == tiny.district().outline


def test_without_a_date_the_first_plan_is_in_force_from_now(office: Office) -> None:
    office.layer("boundaries", boundary_features())
    assert office.store.plans()[0].effective_from == NOW


def test_codes_of_the_statistical_list_lose_their_zeros(office: Office) -> None:
    features = [({**told, "区划代码": f"{told['区划代码']:0<12}"}, area) for told, area in boundary_features()]
    office.layer("boundaries", features)
    assert [cell.code for cell in office.store.plans()[0].cells][:3] == [tiny.TOWN_1, tiny.TOWN_2, tiny.VILLAGE_1]


def test_flags_seats_and_ferries_are_read(office: Office) -> None:
    told = {"是否纳入管理": "否", "驻地经度": "120.15", "驻地纬度": "32.51", "跨水相连": "是"}
    parts = MultiPolygon([box(120.14, 32.50, 120.149, 32.52), box(120.15, 32.50, 120.16, 32.52)])
    office.layer("boundaries", [(values | told, area) for values, area in changed(tiny.VILLAGE_3, parts)])
    village = office.store.plans()[0].cell(tiny.VILLAGE_3)
    assert (village.governed, village.seat, village.parts_joined) == (False, (120.15, 32.51), True)
    assert village.geometry == parts


def test_a_village_without_its_town_is_set_aside(office: Office) -> None:
    features = [one for one in boundary_features() if one[0]["区划代码"] != tiny.TOWN_2]
    report = office.layer("boundaries", features)
    (fault,) = report.set_aside
    assert (fault.code, fault.value, fault.fields["parent"]) == ("cell.parent_unknown", tiny.VILLAGE_3, tiny.TOWN_2)
    assert tiny.VILLAGE_3 not in office.store.plans()[0].cell_by_code


def test_villages_find_the_town_of_an_earlier_file(office: Office) -> None:
    features = boundary_features()
    office.layer("boundaries", features[:3])
    assert office.layer("boundaries", features[3:]).added == 3
    assert len(office.store.plans()) == 1


def test_a_village_whose_town_row_is_bad_is_set_aside_too(office: Office) -> None:
    report = office.layer("boundaries", changed(tiny.TOWN_2, 名称=""))
    assert [(fault.code, fault.row) for fault in report.set_aside] == [("value.missing", 3), ("cell.parent_unknown", 6)]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"区划代码": "32120410"}, "cell_code.length"),
        ({"区划代码": "3212O4102"}, "cell_code.form"),
        ({"区划代码": "320684102"}, "cell_code.district"),
        ({"区划代码": "320684"}, "cell_code.district"),
        ({"区划代码": tiny.VILLAGE_1 + "001"}, "boundary.too_deep"),
        ({"区划代码": tiny.TOWN_1}, "row.code_twice"),
        ({"级别": "村居"}, "boundary.level"),
        ({"重点镇街": "可能"}, "value.flag"),
    ],
)
def test_a_row_with_a_wrong_value_is_set_aside(office: Office, values: dict[str, str], code: str) -> None:
    report = office.layer("boundaries", changed(tiny.TOWN_2, **values))
    assert report.set_aside[0].code == code


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (Point(120.15, 32.51), "geometry.not_area"),
        (LineString([(120.1, 32.5), (120.2, 32.5)]), "geometry.not_area"),
        (Polygon(), "geometry.missing"),
        (box(118.0, 32.50, 118.02, 32.52), "cell.outside_parent"),
        (Polygon([(120.14, 32.50), (120.16, 32.52), (120.16, 32.50), (120.14, 32.52)]), "geometry.crossing"),
    ],
)
def test_a_shape_that_can_not_be_meant_is_set_aside(office: Office, shape: shapely.Geometry, code: str) -> None:
    report = office.layer("boundaries", changed(tiny.VILLAGE_3, shape))
    assert [fault.code for fault in report.set_aside] == [code]


def test_a_table_without_shapes_is_refused(office: Office) -> None:
    with pytest.raises(InputRejected, match=r"import\.no_areas"):
        office.table("boundaries", [told for told, _ in boundary_features()])


def test_a_change_to_the_plan_in_force_needs_a_date(office: Office) -> None:
    office.usual("boundaries")
    with pytest.raises(Conflict, match=r"plan\.in_force"):
        office.layer("boundaries", changed(tiny.TOWN_2, 名称="新镇"))
    assert office.store.plans()[0].cell(tiny.TOWN_2).name == "乙镇"


def test_with_a_date_a_change_makes_the_next_plan_and_ends_the_one_before(office: Office) -> None:
    office.usual("boundaries", "cells", "units")
    report = office.layer("boundaries", changed(tiny.TOWN_2, 名称="新镇"), effective=JULY)
    first, second = office.store.plans()
    assert (report.added, report.updated, report.unchanged) == (0, 1, 5)
    assert (first.status, first.effective_to) == (PlanStatus.SUPERSEDED, JULY)
    assert (second.code, second.status, second.effective_from) == ("2", PlanStatus.PUBLISHED, JULY)
    assert (first.cell(tiny.TOWN_2).name, second.cell(tiny.TOWN_2).name) == ("乙镇", "新镇")
    assert (len(second.cells), len(second.units)) == (len(first.cells), len(first.units))
    assert {cell.id for cell in first.cells}.isdisjoint(cell.id for cell in second.cells)


def test_the_next_plan_again_changes_nothing(office: Office) -> None:
    office.usual("boundaries")
    for _ in range(2):
        office.layer("boundaries", changed(tiny.TOWN_2, 名称="新镇"), effective=JULY)
        version = office.store.version()
    assert (office.store.version(), len(office.store.plans())) == (version, 2)


def test_a_date_before_the_plan_in_force_is_refused(office: Office) -> None:
    office.usual("boundaries")
    with pytest.raises(InvalidValue, match=r"plan\.effective_before"):
        office.layer("boundaries", changed(tiny.TOWN_2, 名称="新镇"), effective=EFFECTIVE - timedelta(days=1))


def test_the_same_border_written_from_another_corner_is_no_change(office: Office) -> None:
    office.usual("boundaries")
    turned = [
        (told, Polygon([*area.exterior.coords[2:], *area.exterior.coords[1:3]])) for told, area in boundary_features()
    ]
    report = office.layer("boundaries", turned)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 6)


def test_a_new_outline_updates_the_district_without_a_new_plan(office: Office) -> None:
    office.usual("boundaries")
    report = office.layer("boundaries", changed(tiny.DISTRICT, box(120.09, 32.49, 120.17, 32.53)))
    assert (report.updated, report.unchanged) == (1, 5)
    assert office.store.district().outline == box(120.09, 32.49, 120.17, 32.53)


def test_english_headings_do_as_well(office: Office) -> None:
    english = {"区划代码": "code", "名称": "name", "级别": "level", "重点镇街": "key_town"}
    features = [
        ({english[heading]: value for heading, value in told.items()}, area) for told, area in boundary_features()
    ]
    assert office.layer("boundaries", features).added == 6
