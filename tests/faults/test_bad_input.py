"""Bad files of every kind: each is told in words, in both languages, and nothing of it is half-written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from shapely import Polygon, box

from geodata.crs import wgs84_to_gcj02
from geodata.importing import ImportReport
from gridgis.errors import Fault, GridGISError, InputRejected, Unreadable
from tests.fakes import tiny_district as tiny
from tests.fakes.office import (
    Office,
    boundary_features,
    clear,
    enterprise_rows,
    officer_rows,
    run_card_rows,
    team_rows,
    write_layer,
)
from tests.fakes.osm_files import OsmFile, helsinki_file


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office.new(tmp_path)
    with made.store:
        yield made


def refused(office: Office, noun: str, path: Path, **options: Any) -> GridGISError:
    """Why a file is refused; nothing of it is kept."""
    before = (office.store.version(), office.store.imports(), office.store.set_aside())
    with pytest.raises(GridGISError) as caught:
        office.file(path, noun, **options)
    assert (office.store.version(), office.store.imports(), office.store.set_aside()) == before
    faults = caught.value.faults if isinstance(caught.value, InputRejected) else ()
    assert clear(caught.value, *faults)
    return caught.value


def codes(faults: Iterable[Fault]) -> set[str]:
    return {fault.code for fault in faults}


def set_aside(report: ImportReport) -> set[str]:
    """Codes of the rows set aside, told clearly."""
    assert clear(*report.set_aside, *report.warnings, *report.waiting)
    return codes(report.set_aside)


def noted(report: ImportReport) -> set[str]:
    """Codes of the warnings, told clearly."""
    assert clear(*report.warnings)
    return codes(report.warnings)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_road_file(office: Office, share: float) -> None:
    whole = helsinki_file().read_bytes()
    path = office.folder / "cut.osm.pbf"
    path.write_bytes(whole[: int(share * len(whole))])
    assert refused(office, "roads", path).code in {"osm.truncated", "osm.damaged"}
    assert office.store.roads() is None


def test_an_empty_layer(office: Office) -> None:
    path = write_layer(office.folder / "b.geojson", [])
    assert isinstance(refused(office, "boundaries", path), Unreadable)


def test_a_layer_without_one_usable_shape(office: Office) -> None:
    features = [(told, None) for told, _ in boundary_features()]
    path = write_layer(office.folder / "b.geojson", features)
    assert refused(office, "boundaries", path).code == "import.no_areas"


def test_an_unclosed_ring(office: Office) -> None:
    path = write_layer(office.folder / "b.geojson", boundary_features())
    layer = json.loads(path.read_text("utf-8"))
    layer["features"][-1]["geometry"]["coordinates"][0].pop()
    path.write_text(json.dumps(layer), "utf-8")
    report = office.file(path, "boundaries")
    assert report.added == 5
    assert set_aside(report) == {"geometry.unclosed"}


def test_a_self_crossing_ring_and_what_lies_in_it(office: Office) -> None:
    """The town is set aside, and with it its village, each with its own reason."""
    bow_tie = Polygon([(120.14, 32.50), (120.16, 32.52), (120.16, 32.50), (120.14, 32.52)])
    features = [(told, bow_tie if told["区划代码"] == tiny.TOWN_2 else area) for told, area in boundary_features()]
    report = office.layer("boundaries", features)
    assert set_aside(report) == {"geometry.crossing", "cell.parent_unknown"}
    assert report.added == 4


def boundaries_in(office: Office, crs: str, declared: str) -> Path:
    """The boundaries in one system, declared as another."""
    told, areas = zip(*boundary_features(), strict=True)
    frame = gpd.GeoDataFrame(list(told), geometry=list(areas), crs="EPSG:4490").to_crs(crs)
    path = office.folder / "b.gpkg"
    frame.set_crs(declared, allow_override=True).to_file(path, layer="b", driver="GPKG")
    return path


@pytest.mark.parametrize(("crs", "declared"), [("EPSG:4490", "EPSG:4549"), ("EPSG:4549", "EPSG:4490")])
def test_a_layer_in_degrees_that_is_declared_in_metres_and_the_reverse(office: Office, crs: str, declared: str) -> None:
    refused(office, "boundaries", boundaries_in(office, crs, declared))
    assert office.store.plans() == ()


def test_a_layer_in_the_system_that_it_declares(office: Office) -> None:
    report = office.file(boundaries_in(office, "EPSG:4549", "EPSG:4549"), "boundaries")
    assert report.added == 6


def test_coordinates_in_metres_without_a_word_of_it(office: Office) -> None:
    rows = [row | {"经度": 509_699.1, "纬度": 3_597_802.2} for row in enterprise_rows()]
    path = office.folder / "e.csv"
    with pytest.raises(InputRejected) as caught:
        office.table("enterprises", rows, name=path.name)
    assert codes(caught.value.faults) == {"place.metres_for_degrees"}
    assert clear(*caught.value.faults)


def test_coordinates_in_degrees_where_metres_are_named(office: Office) -> None:
    with pytest.raises(InputRejected) as caught:
        office.table("enterprises", enterprise_rows()[:3], crs="4549")
    assert codes(caught.value.faults) == {"place.degrees_for_metres"}
    assert clear(*caught.value.faults)


def test_longitude_and_latitude_swapped(office: Office) -> None:
    rows = enterprise_rows()
    rows[0]["经度"], rows[0]["纬度"] = rows[0]["纬度"], rows[0]["经度"]
    assert set_aside(office.table("enterprises", rows)) == {"place.swapped"}


def test_longitude_and_latitude_swapped_in_a_layer(office: Office) -> None:
    turned = [(told, shapely.transform(area, lambda xy: xy[:, ::-1])) for told, area in boundary_features()]
    path = write_layer(office.folder / "b.geojson", turned)
    refused(office, "boundaries", path)
    assert office.store.plans() == ()


def test_coordinates_of_a_web_map_declared_as_plain_ones(office: Office) -> None:
    office.usual("boundaries", "cells")
    rows = [
        {
            "企业名称": f"店{at}", "无代码原因": "个体", "登记编号": f"N{at}", "风险等级": "低",
            "经度": 120.101 + 0.0574 * (at * 7 % 40) / 40, "纬度": 32.5005 + 0.019 * at / 40,
        }
        for at in range(40)
    ]  # fmt: skip
    for row in rows:
        row["经度"], row["纬度"] = wgs84_to_gcj02([(row["经度"], row["纬度"])])[0].tolist()  # type: ignore[arg-type]
    assert noted(office.table("enterprises", rows)) == {"places.shifted"}


def test_two_encodings_in_one_file(office: Office) -> None:
    head = "工号,姓名,电话\nP1,张三,1\n".encode()
    path = office.folder / "o.csv"
    path.write_bytes(head + "P2,李四,2\nP3,王五,3\n".encode("gb18030"))
    report = office.file(path, "officers")
    assert set_aside(report) == {"table.encoding"}
    assert [officer.name for officer in office.store.officers()] == ["张三"]


def test_the_same_code_twice(office: Office) -> None:
    rows = officer_rows()
    assert set_aside(office.table("officers", [*rows, rows[0] | {"姓名": "别人"}])) == {"row.code_twice"}


def test_a_village_without_a_town(office: Office) -> None:
    features = [one for one in boundary_features() if one[0]["区划代码"] != tiny.TOWN_1]
    assert set_aside(office.layer("boundaries", features)) == {"cell.parent_unknown"}


def test_a_village_outside_its_town(office: Office) -> None:
    features = [
        (told, box(120.10, 32.50, 120.12, 32.52) if told["区划代码"] == tiny.VILLAGE_3 else area)
        for told, area in boundary_features()
    ]
    assert set_aside(office.layer("boundaries", features)) == {"cell.outside_parent"}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "enterprise.no_credit_code"),
        ("无", "enterprise.no_credit_code"),
        ("91321204000000012X", "credit_code.check"),
        ("9132120400000001", "credit_code.length"),
        ("91321204OO0000012X", "credit_code.form"),
        ("9.13212E+17", "credit_code.length"),
    ],
)
def test_an_enterprise_with_no_or_a_wrong_credit_code(office: Office, written: str, code: str) -> None:
    first, *rest = enterprise_rows()
    found = set_aside(office.table("enterprises", [first | {"统一社会信用代码": written}, *rest]))
    assert found <= {code, "table.number_damaged"}
    assert found


def test_a_run_card_that_asks_for_what_nobody_can_do(office: Office) -> None:
    office.usual("boundaries")
    office.table("teams", [row for row in team_rows() if row["队伍编号"] != "S1"])
    report = office.table("run-cards", run_card_rows())
    told = {w.fields["value"] for w in report.warnings if w.code == "run_card.nobody_able"}
    assert noted(report) == {"run_card.nobody_able"}
    assert told == {"hazmat", "gas", "confined_space"}


def test_a_road_network_in_pieces(office: Office) -> None:
    file = OsmFile()
    for row in (0, 3, 6):
        file.way((0, row), (9, row))
    assert noted(office.file(file.write(office.folder / "r.osm"), "roads")) == {"roads.parts"}


def test_a_file_of_another_kind(office: Office) -> None:
    path = office.folder / "o.xlsx"
    path.write_bytes(b"%PDF-1.7 not a workbook")
    assert isinstance(refused(office, "officers", path), Unreadable)


def test_a_file_for_another_register(office: Office) -> None:
    path = write_layer(office.folder / "b.geojson", boundary_features())
    assert refused(office, "officers", path).code == "columns.refused"


@pytest.mark.parametrize("noun", ["cells", "units"])
def test_what_lies_in_a_plan_that_is_not_there_yet(office: Office, noun: str) -> None:
    features = [({"网格编码": "1", "网格名称": "x", "单元编码": "1"}, box(120.1, 32.5, 120.2, 32.6))]
    path = write_layer(office.folder / "c.geojson", features)
    assert refused(office, noun, path).code == "import.no_plan"
