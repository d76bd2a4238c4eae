from __future__ import annotations

from typing import Any

import geopandas as gpd
import pytest
from shapely import Point, box

from geodata.crs import parse_crs, wgs84_to_gcj02
from gridgis.errors import InputRejected
from gridgis.geometry import xy_to_metric
from gridgis.supervision.enterprises import RiskColour
from tests.fakes import tiny_district as tiny
from tests.fakes.office import Office, enterprise_rows


def codes(report: Any) -> list[str]:
    return [fault.code for fault in report.set_aside]


def noted(report: Any) -> list[str]:
    return [warning.code for warning in report.warnings]


def many(count: int = 40) -> list[dict[str, Any]]:
    """So many enterprises without a credit code, all over the district."""
    return [
        {
            "企业名称": f"店{at}",
            "无代码原因": "个体",
            "登记编号": f"N{at}",
            "风险等级": "低",
            "经度": 120.101 + 0.0574 * (at * 7 % count) / count,
            "纬度": 32.5005 + 0.019 * at / count,
        }
        for at in range(count)
    ]


def test_a_row_is_a_site_and_its_enterprise_comes_with_it(office: Office) -> None:
    report = office.table("enterprises", enterprise_rows())
    assert (report.added, report.unplaced) == (4, 1)
    assert (len(office.store.enterprises()), len(office.store.sites())) == (3, 4)


def test_a_site_without_coordinates_waits_and_is_never_at_nowhere(office: Office) -> None:
    rows = [row | {"经度": "0", "纬度": "0.0"} for row in enterprise_rows()]
    report = office.table("enterprises", rows)
    assert report.unplaced == 4
    assert [fault.row for fault in report.waiting] == [2, 3, 4, 5]
    assert noted(report) == ["place.nowhere"]
    assert len(office.store.unplaced()) == 4


def test_a_place_that_is_known_stays_where_the_file_tells_none(office: Office) -> None:
    rows = enterprise_rows()
    office.table("enterprises", rows)
    report = office.table("enterprises", [row | {"经度": "", "纬度": ""} for row in rows])
    assert (report.updated, report.unchanged, report.unplaced) == (0, 4, 1)


@pytest.mark.parametrize(
    ("values", "code", "column"),
    [
        ({"统一社会信用代码": ""}, "enterprise.no_credit_code", "统一社会信用代码"),
        ({"统一社会信用代码": "", "无代码原因": "个体"}, "enterprise.no_number", "登记编号"),
        ({"统一社会信用代码": "91321204000000012X"}, "credit_code.check", "统一社会信用代码"),
        ({"统一社会信用代码": "321204000000123"}, "credit_code.length", "统一社会信用代码"),
        ({"统一社会信用代码": "I1321204000000012X"}, "credit_code.form", "统一社会信用代码"),
        ({"企业名称": ""}, "value.missing", "企业名称"),
        ({"风险等级": "Ⅱ级"}, "value.word", "风险等级"),
        ({"从业人数": "十来个"}, "value.whole", "从业人数"),
        ({"经度": "东边"}, "place.number", "经度"),
        ({"纬度": ""}, "place.half", "纬度"),
        ({"经度": "32.505", "纬度": "120.103"}, "place.swapped", "经度"),
        ({"经度": "509699.1", "纬度": "3597802.2"}, "place.metres_for_degrees", "经度"),
    ],
)
def test_a_row_with_a_wrong_value_is_set_aside(office: Office, values: dict[str, str], code: str, column: str) -> None:
    first, *rest = enterprise_rows()
    report = office.table("enterprises", [first | values, *rest])
    assert [(fault.code, fault.column, fault.row) for fault in report.set_aside] == [(code, column, 2)]


def test_the_form_in_which_a_credit_code_is_written_does_not_matter(office: Office) -> None:
    code = enterprise_rows()[0]["统一社会信用代码"]
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    for written in (wide, f"{code[:8]} {code[8:]}", f"{code[:8]}-{code[8:]}", code.lower()):
        office.table("enterprises", [{"企业名称": "甲", "信用代码": written}])
    assert [enterprise.credit_code for enterprise in office.store.enterprises()] == [code]


def test_an_enterprise_without_a_code_is_kept_under_the_offices_number(office: Office) -> None:
    office.table("enterprises", [{"单位名称": "小店", "无代码原因": "个体工商户", "登记编号": "G-17"}])
    (enterprise,) = office.store.enterprises()
    assert (enterprise.code, enterprise.credit_code, enterprise.no_credit_code_reason) == ("G-17", None, "个体工商户")


@pytest.mark.parametrize(
    ("told", "risk"),
    [
        ("红", RiskColour.RED),
        ("重大风险", RiskColour.RED),
        ("橙色", RiskColour.ORANGE),
        ("较大", RiskColour.ORANGE),
        ("一般风险", RiskColour.YELLOW),
        ("低", RiskColour.BLUE),
        ("blue", RiskColour.BLUE),
    ],
)
def test_the_words_for_a_risk_are_understood(office: Office, told: str, risk: RiskColour) -> None:
    office.table("enterprises", [row | {"风险等级": told} for row in enterprise_rows()])
    assert {enterprise.risk for enterprise in office.store.enterprises()} == {risk}


def test_no_risk_is_taken_as_low_and_told(office: Office) -> None:
    rows = [row | {"风险等级": ""} for row in enterprise_rows()]
    report = office.table("enterprises", rows)
    assert noted(report) == ["enterprise.no_risk"]
    assert {enterprise.risk for enterprise in office.store.enterprises()} == {RiskColour.BLUE}


def test_a_file_without_a_risk_column_leaves_the_risks_that_are_stored(office: Office) -> None:
    rows = enterprise_rows()
    office.table("enterprises", rows)
    without = [{name: value for name, value in row.items() if name != "风险等级"} for row in rows]
    report = office.table("enterprises", without)
    assert (report.updated, noted(report)) == (0, [])


def test_rows_of_one_enterprise_that_differ_are_told(office: Office) -> None:
    rows = enterprise_rows()
    rows[1] |= {"行业": "机械", "企业名称": "另一个名字"}
    report = office.table("enterprises", rows)
    assert sorted((w.code, w.fields["heading"], w.fields["rows"]) for w in report.warnings) == [
        ("enterprise.values_differ", "企业名称", "3"),
        ("enterprise.values_differ", "行业", "3"),
    ]
    assert office.store.enterprises()[0].industry == "化工"


def test_blank_values_on_further_rows_of_an_enterprise_are_no_difference(office: Office) -> None:
    rows = enterprise_rows()
    rows[0]["行业"] = ""
    assert noted(office.table("enterprises", rows)) == []
    assert office.store.enterprises()[0].industry == "化工"


def test_sites_without_numbers_are_told_apart_by_name_and_address(office: Office) -> None:
    common = {"企业名称": "甲", "无代码原因": "个体", "登记编号": "N1"}
    rows: list[dict[str, str]] = [
        common | {"场所名称": "东厂", "地址": "一路", "场所编号": ""},
        common | {"场所名称": "", "地址": "二路", "场所编号": ""},
        common | {"场所名称": "", "地址": "一路", "场所编号": ""},
        common | {"场所名称": "", "地址": "一路", "场所编号": ""},
        common | {"场所名称": "", "地址": "", "场所编号": "2"},
        common | {"场所名称": "", "地址": "", "场所编号": "CS-9"},
    ]
    report = office.table("enterprises", rows)
    assert [site.code for site in office.store.sites()] == ["CS-9", "N1", "N1-2", "N1-东厂", "N1-二路"]
    assert [(fault.code, fault.row, fault.fields["first"]) for fault in report.set_aside] == [("row.code_twice", 5, 4)]


def test_an_enterprise_that_moves_keeps_its_one_site(office: Office) -> None:
    row = {"企业名称": "甲", "无代码原因": "个体", "登记编号": "N1", "地址": "一路"}
    office.table("enterprises", [row])
    office.table("enterprises", [row | {"地址": "二路"}])
    (site,) = office.store.sites()
    assert (site.code, site.address) == ("N1", "二路")


def test_the_cell_that_a_person_fixed_needs_a_reason(office: Office) -> None:
    office.usual("boundaries", "cells")
    cell = tiny.VILLAGE_1 + "002"
    rows = [row | {"网格编码": cell, "认定理由": ""} for row in enterprise_rows()]
    rows[1]["认定理由"] = "跨界厂区"
    report = office.table("enterprises", rows)
    assert noted(report) == ["site.cell_without_reason"]
    told = [(site.cell_code, site.cell_reason) for site in office.store.sites()]
    by_file = (cell, "企业台账所列")  # this one has no coordinates, so nothing else tells where it is
    assert told == [(None, ""), (cell, "跨界厂区"), (None, ""), by_file]


def test_a_fixed_cell_that_no_plan_has_sets_the_row_aside(office: Office) -> None:
    office.usual("boundaries", "cells")
    first, *rest = enterprise_rows()
    report = office.table("enterprises", [first | {"网格编码": tiny.VILLAGE_1 + "099", "认定理由": "x"}, *rest])
    assert codes(report) == ["cell.unknown"]


def test_coordinates_in_metres_come_by_naming_their_system(office: Office) -> None:
    rows = enterprise_rows()
    for row in rows[:3]:
        row["经度"], row["纬度"] = (f"{one:.4f}" for one in xy_to_metric([(row["经度"], row["纬度"])], 4549)[0])
    office.table("enterprises", rows, crs="EPSG:4549")
    site = office.store.sites()[0]
    assert (site.lon, site.lat) == pytest.approx((120.103, 32.505), abs=1e-8)


def test_degrees_where_metres_are_named_are_refused(office: Office) -> None:
    with pytest.raises(InputRejected, match=r"import\.nothing_left") as refused:
        office.table("enterprises", enterprise_rows()[:3], crs="EPSG:4549")
    assert {fault.code for fault in refused.value.faults} == {"place.degrees_for_metres"}


def test_an_easting_with_a_zone_number_that_the_system_does_not_have_is_refused(office: Office) -> None:
    rows = [row | {"经度": "40509699.1", "纬度": "3597802.2"} for row in enterprise_rows()]
    with pytest.raises(InputRejected) as refused:
        office.table("enterprises", rows, crs="EPSG:4549")
    assert {fault.code for fault in refused.value.faults} == {"place.outside_system"}
    assert office.table("enterprises", rows, crs="EPSG:4528").added == 4


def test_a_system_that_is_not_known_to_the_metre_is_told(office: Office) -> None:
    rows = [row | {"经度": "509699.1", "纬度": "3597802.2"} for row in enterprise_rows()]
    assert noted(office.table("enterprises", rows, crs="EPSG:2385")) == ["layer.crs_inexact"]


def test_northing_before_easting_is_found_out_where_the_district_is_known(office: Office) -> None:
    office.usual("boundaries")
    rows = enterprise_rows()[:3]
    for row in rows:
        east, north = xy_to_metric([(row["经度"], row["纬度"])], 4549)[0]
        row["经度"], row["纬度"] = f"{north:.2f}", f"{east:.2f}"
    with pytest.raises(InputRejected) as refused:
        office.table("enterprises", rows, crs="EPSG:4549")
    assert {fault.code for fault in refused.value.faults} <= {"place.swapped", "place.outside_system"}


def test_coordinates_of_a_web_map_are_told_and_taken_back_when_named(office: Office) -> None:
    office.usual("boundaries", "cells")
    rows = many()
    right = {site["登记编号"]: (site["经度"], site["纬度"]) for site in rows}
    for row in rows:
        row["经度"], row["纬度"] = wgs84_to_gcj02([(row["经度"], row["纬度"])])[0].tolist()  # type: ignore[arg-type]
    report = office.table("enterprises", rows)
    assert noted(report) == ["places.shifted"]
    assert report.warnings[0].fields["system"] == "GCJ-02"
    assert parse_crs(report.warnings[0].fields["crs"]).name == "GCJ02"
    report = office.table("enterprises", rows, crs=report.warnings[0].fields["crs"])
    assert noted(report) == []
    for site in office.store.sites():
        assert (site.lon, site.lat) == pytest.approx(right[site.code], abs=1e-7)


def test_a_heading_that_names_a_web_map_has_to_be_confirmed(office: Office) -> None:
    rows = [{"企业名称": "甲", "无代码原因": "x", "登记编号": "1", "经度（高德）": 120.11, "纬度（高德）": 32.51}]
    with pytest.raises(InputRejected, match=r"place\.system_told"):
        office.table("enterprises", rows)
    assert office.table("enterprises", rows, crs="GCJ02").added == 1


def test_sites_that_mostly_lie_outside_are_told(office: Office) -> None:
    office.usual("boundaries")
    report = office.table("enterprises", [row | {"经度": row["经度"] + 3} for row in many()])
    assert noted(report) == ["places.mostly_outside"]
    assert report.added == 40


def test_one_site_outside_is_kept_for_a_decision_and_told(office: Office) -> None:
    office.usual("boundaries")
    rows = many()
    rows[0]["经度"] = 121.0
    assert [(w.code, w.fields["outside"]) for w in office.table("enterprises", rows).warnings] == [
        ("places.outside", 1)
    ]


def test_a_layer_of_points_is_the_place(office: Office) -> None:
    features: list[tuple[dict[str, Any], Any]] = [
        ({k: v for k, v in row.items() if k not in {"经度", "纬度"}}, Point(row["经度"], row["纬度"]))
        for row in many(6)
    ]
    features.append(({"企业名称": "无图形", "无代码原因": "x", "登记编号": "N98", "风险等级": "低"}, None))
    features.append(
        ({"企业名称": "面", "无代码原因": "x", "登记编号": "N99", "风险等级": "低"}, box(120.1, 32.5, 120.2, 32.6))
    )
    report = office.layer("enterprises", features)
    assert (report.added, report.unplaced, codes(report)) == (7, 1, ["geometry.not_point"])
    assert office.store.sites()[0].lon == pytest.approx(120.101)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_headings_that_a_shapefile_cut_off_are_still_known(office: Office, encoding: str) -> None:
    rows = [row for row in enterprise_rows() if row["经度"]]
    told = [
        {
            name.encode(encoding)[:10].decode(encoding, "ignore"): value
            for name, value in row.items()
            if name not in {"经度", "纬度"}
        }
        for row in rows
    ]
    points = [Point(row["经度"], row["纬度"]) for row in rows]
    path = office.folder / "企业.shp"
    gpd.GeoDataFrame(told, geometry=points, crs="EPSG:4490").to_crs(4549).to_file(path, encoding=encoding)
    report = office.file(path, "enterprises")
    assert (report.added, report.unused, report.set_aside) == (3, (), ())
    assert set(report.mapping.values()) >= {"credit_code", "no_credit_code_reason", "site_code", "risk"}
    assert office.store.sites()[0].lon == pytest.approx(120.103, abs=1e-7)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ("120°06′10.8″", "32°30′18″"),
        ("E120.103", "N32.505"),
        ("120.103°", "32.505°"),
        ("东经120度6分10.8秒", "北纬32度30分18秒"),
    ],
)
def test_degrees_may_be_written_as_people_do(office: Office, lon: str, lat: str) -> None:
    office.table("enterprises", [enterprise_rows()[0] | {"经度": lon, "纬度": lat}])
    site = office.store.sites()[0]
    assert (site.lon, site.lat) == pytest.approx((120.103, 32.505))


def test_one_column_may_hold_both_coordinates(office: Office) -> None:
    row = {"企业名称": "甲", "无代码原因": "x", "登记编号": "1", "经纬度": "120.103，32.505"}
    office.table("enterprises", [row])
    assert (office.store.sites()[0].lon, office.store.sites()[0].lat) == (120.103, 32.505)


def test_headings_of_another_office_are_guessed(office: Office) -> None:
    first, *_ = enterprise_rows()
    row = {
        "序号": 1, "*单位名称": "甲厂", "社会信用代码": first["统一社会信用代码"], "所属行业": "化工",
        "风险分级": "较大", "从业人员": "12人", "详细地址": "一路", "X": 120.103, "Y": 32.505, "备注": "新",
    }  # fmt: skip
    report = office.table("enterprises", [row])
    assert report.unused == ("序号", "备注")
    (enterprise,) = office.store.enterprises()
    assert (enterprise.name, enterprise.staff, enterprise.risk) == ("甲厂", 12, RiskColour.ORANGE)
    assert (office.store.sites()[0].lon, office.store.sites()[0].lat) == (120.103, 32.505)


def test_six_and_a_half_thousand_enterprises_go_in_at_once(office: Office) -> None:
    report = office.table("enterprises", many(6500))
    assert (report.added, report.set_aside) == (6500, ())
