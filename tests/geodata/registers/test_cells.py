from __future__ import annotations

from typing import Any

import pytest
from shapely import box

from gridgis.cells import CellKind
from gridgis.errors import Conflict, InputRejected
from tests.fakes import tiny_district as tiny
from tests.fakes.office import EFFECTIVE, Office, cell_features

FIRST = tiny.VILLAGE_1 + "001"


def changed(code: str, shape: Any = None, **values: Any) -> list[tuple[dict[str, Any], Any]]:
    """The basic cells with one feature changed."""
    return [
        (
            {**told, **values} if told["网格编码"] == code else told,
            shape if shape is not None and told["网格编码"] == code else area,
        )
        for told, area in cell_features()
    ]


@pytest.fixture(autouse=True)
def _boundaries(office: Office) -> None:
    office.usual("boundaries")


def test_cells_complete_the_plan_in_force(office: Office) -> None:
    assert office.layer("cells", cell_features()).added == 6
    (plan,) = office.store.plans()
    assert [cell.code for cell in plan.of_level(3)] == [told["网格编码"] for told, _ in cell_features()]


def test_the_village_follows_from_the_code_where_it_is_not_told(office: Office) -> None:
    features = [({name: told[name] for name in ("网格编码", "网格名称")}, area) for told, area in cell_features()]
    office.layer("cells", features)
    cell = office.store.plans()[0].cell(FIRST)
    assert (cell.parent_code, cell.kind) == (tiny.VILLAGE_1, CellKind.BASIC)


def test_a_dedicated_cell_keeps_its_group(office: Office) -> None:
    office.layer("cells", [(told | {"园区组": "园区甲"}, area) for told, area in changed(FIRST, 网格类型="专属网格")])
    cell = office.store.plans()[0].cell(FIRST)
    assert (cell.kind, cell.site_group) == (CellKind.DEDICATED, "园区甲")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"网格编码": tiny.VILLAGE_1}, "cell.not_basic"),
        ({"网格编码": tiny.DISTRICT}, "cell.not_basic"),
        ({"网格编码": "321204999999001", "所属村居编码": ""}, "cell.parent_unknown"),
        ({"所属村居编码": tiny.VILLAGE_2}, "cell.parent_differs"),
        ({"网格编码": "320684101001001"}, "cell_code.district"),
        ({"网格类型": "大网格"}, "value.word"),
        ({"网格名称": ""}, "value.missing"),
    ],
)
def test_a_row_with_a_wrong_value_is_set_aside(office: Office, values: dict[str, str], code: str) -> None:
    report = office.layer("cells", changed(FIRST, **values))
    assert [fault.code for fault in report.set_aside] == [code]
    assert report.added == 5


def test_a_cell_in_another_village_than_its_code_says_is_set_aside(office: Office) -> None:
    report = office.layer("cells", changed(FIRST, box(120.15, 32.50, 120.16, 32.52)))
    (fault,) = report.set_aside
    assert (fault.code, fault.fields["share"]) == ("cell.outside_parent", 0)


def test_a_cell_in_force_is_not_edited(office: Office) -> None:
    office.layer("cells", cell_features())
    with pytest.raises(Conflict, match=r"plan\.in_force"):
        office.layer("cells", changed(FIRST, 网格名称="新名"))


def test_a_new_cell_from_a_later_day_on_makes_the_next_plan(office: Office) -> None:
    features = cell_features()
    office.layer("cells", features[:5])
    office.layer("cells", features, effective=EFFECTIVE.replace(month=7))
    first, second = office.store.plans()
    assert (len(first.of_level(3)), len(second.of_level(3))) == (5, 6)


def test_before_the_boundaries_cells_are_refused_with_the_way_out(tmp_path: Any) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = Office.new(folder)
    with other.store, pytest.raises(InputRejected, match=r"import\.no_plan"):
        other.layer("cells", cell_features())
