from __future__ import annotations

from typing import Any

import pytest
from shapely import box

from tests.fakes import tiny_district as tiny
from tests.fakes.office import Office, unit_features

FIRST = tiny.VILLAGE_1 + "001001"


def changed(shape: Any = None, **values: Any) -> list[tuple[dict[str, Any], Any]]:
    """The units with the first one changed."""
    (told, area), *rest = unit_features()
    return [({**told, **values}, area if shape is None else shape), *rest]


@pytest.fixture(autouse=True)
def _cells(office: Office) -> None:
    office.usual("boundaries", "cells")


def test_units_complete_the_plan_in_force(office: Office) -> None:
    assert office.layer("units", unit_features()).added == 12
    unit = next(unit for unit in office.store.plans()[0].units if unit.code == FIRST)
    assert (unit.cell_code, unit.population, unit.enterprises) == (tiny.VILLAGE_1 + "001", 100, 1)


def test_a_heading_may_tell_its_unit(office: Office) -> None:
    features = [
        ({"单元编码": told["单元编码"], "网格编码": told["网格编码"], "人口(万人)": "1.5"}, area)
        for told, area in unit_features()
    ]
    office.layer("units", features)
    assert {unit.population for unit in office.store.plans()[0].units} == {15_000}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"网格编码": tiny.VILLAGE_1}, "cell.unknown"),
        ({"网格编码": tiny.VILLAGE_1 + "099"}, "cell.unknown"),
        ({"单元编码": "320684101001001001"}, "cell_code.district"),
        ({"人口": "-3"}, "value.whole"),
        ({"人口": "约一百"}, "value.whole"),
        ({"单元编码": ""}, "value.missing"),
    ],
)
def test_a_row_with_a_wrong_value_is_set_aside(office: Office, values: dict[str, str], code: str) -> None:
    report = office.layer("units", changed(**values))
    assert [fault.code for fault in report.set_aside] == [code]


def test_a_unit_in_another_cell_is_set_aside(office: Office) -> None:
    report = office.layer("units", changed(box(120.15, 32.50, 120.16, 32.51)))
    assert [fault.code for fault in report.set_aside] == ["cell.outside_parent"]
