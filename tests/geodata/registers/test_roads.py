from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import LineString, Point

from gridgis.errors import InputRejected, Unreadable
from tests.fakes import tiny_district as tiny
from tests.fakes.office import Office, write_csv
from tests.fakes.osm_files import OsmFile, helsinki_file
from tests.fakes.stores import rows as stored


def noted(report: Any) -> dict[str, dict[str, Any]]:
    return {warning.code: warning.fields for warning in report.warnings}


def quality(office: Office) -> dict[str, Any]:
    """What is kept of the quality of the roads."""
    ((told,),) = stored(office.store.path, "SELECT quality FROM road_sources")
    kept: dict[str, Any] = json.loads(told)
    return kept


def osm(office: Office, name: str = "roads.osm") -> Path:
    """A file of a few roads of the tiny district."""
    file = OsmFile()
    file.way((0, 0), (9, 0), name="南路")
    file.way((9, 0), (9, 9), name="东路")
    file.way((0, 0), (0, 9), (9, 9), oneway="yes")
    file.way((4, -1), (4, 9), tags={"waterway": "river"})
    return file.write(office.folder / name)


LINES: list[tuple[dict[str, Any], Any]] = [
    (
        {"道路等级": "县道", "路名": "一路", "单行": "否", "路面宽度": "7"},
        LineString([(120.11, 32.51), (120.12, 32.51)]),
    ),
    (
        {"道路等级": "村道", "路名": "二路", "单行": "是", "路面宽度": "宽"},
        LineString([(120.12, 32.51), (120.12, 32.52)]),
    ),
    ({"道路等级": "天路", "路名": "三路", "单行": "", "路面宽度": ""}, LineString([(120.12, 32.52), (120.11, 32.51)])),
]


class TestOsm:
    """An extract of OpenStreetMap."""

    def test_roads_and_base_map_come_in_with_their_quality(self, office: Office) -> None:
        report = office.file(osm(office), "roads")
        roads = office.store.roads()
        assert roads is not None
        assert report.added > 0
        assert "南路" in roads.name
        assert [feature.kind for feature in office.store.base_map()] == ["river"]
        assert (quality(office)["kind"], quality(office)["ways"]) == ("osm", 3)
        assert list(noted(report)) == ["roads.untagged_crossings"]

    def test_the_same_file_again_changes_nothing(self, office: Office) -> None:
        office.file(osm(office), "roads")
        version = office.store.version()
        report = office.file(osm(office), "roads")
        assert (report.added, report.updated, office.store.version()) == (0, 0, version)

    def test_another_file_takes_the_place_of_the_roads(self, office: Office) -> None:
        office.file(osm(office), "roads")
        other = OsmFile()
        other.way((0, 0), (5, 0), name="新路")
        office.file(other.write(office.folder / "new.osm"), "roads")
        roads = office.store.roads()
        assert roads is not None
        assert set(roads.name) == {"新路"}

    def test_a_mapping_file_is_refused_for_tags_need_none(self, office: Office) -> None:
        mapping = office.folder / "roads.toml"
        mapping.write_text('[columns]\nname = "路名"\n', "utf-8")
        with pytest.raises(InputRejected, match=r"mapping\.useless"):
            office.file(osm(office), "roads", mapping=mapping)

    def test_a_dry_run_keeps_the_roads_that_are_there(self, office: Office) -> None:
        office.file(osm(office), "roads", dry_run=True)
        assert office.store.roads() is None

    def test_a_real_extract_comes_in_whole(self, office: Office) -> None:
        """Helsinki, in a district whose ground is not known yet."""
        report = office.file(helsinki_file(), "roads")
        told = noted(report)
        assert report.added > 5000
        assert told["roads.cut"]["nodes"] > 0
        assert told["roads.restrictions"]["count"] == sum(quality(office)["restrictions"].values())

    def test_roads_of_another_place_are_refused_and_the_own_ones_stay(self, office: Office) -> None:
        office.usual("boundaries")
        office.file(osm(office), "roads")
        with pytest.raises(InputRejected, match=r"roads\.elsewhere"):
            office.file(helsinki_file(), "roads")
        assert office.store.roads() is not None
        assert "南路" in office.store.roads().name  # type: ignore[union-attr]

    def test_roads_that_do_not_hang_together_are_told(self, office: Office) -> None:
        file = OsmFile()
        for row in range(0, 12, 3):
            file.way((0, row), (9, row))
        told = noted(office.file(file.write(office.folder / "islands.osm"), "roads"))
        assert told["roads.parts"]["parts"] == 4
        assert told["roads.parts"]["share"] == 25

    @pytest.mark.parametrize(("keep", "code"), [(0.5, "osm.truncated"), (0.0, "osm.empty")])
    def test_a_file_that_was_cut_off_is_refused_whole(self, office: Office, keep: float, code: str) -> None:
        whole = helsinki_file().read_bytes()
        path = office.folder / "cut.osm.pbf"
        path.write_bytes(whole[: int(len(whole) * keep)])
        with pytest.raises(Unreadable) as refused:
            office.file(path, "roads")
        assert refused.value.code == code
        assert (office.store.roads(), office.store.imports()) == (None, ())


class TestLines:
    """The lines of a survey."""

    def test_columns_are_guessed_and_lines_joined_to_a_network(self, office: Office) -> None:
        report = office.layer("roads", LINES)
        roads = office.store.roads()
        assert roads is not None
        assert report.mapping == {"道路等级": "road_class", "路名": "name", "单行": "oneway", "路面宽度": "width"}
        assert (roads.nodes, roads.edges) == (3, 5)
        assert (quality(office)["kind"], quality(office)["lines"]) == ("lines", 3)

    def test_values_that_are_not_understood_are_told_with_their_rows(self, office: Office) -> None:
        report = office.layer("roads", LINES)
        told = {(w.code, w.column, w.value): w.fields["rows"] for w in report.warnings if w.column}
        assert told == {
            ("road_lines.class_unknown", "道路等级", "天路"): "3",
            ("road_lines.figure", "路面宽度", "宽"): "2",
        }

    def test_a_mapping_file_tells_columns_classes_and_rules(self, office: Office) -> None:
        mapping = office.folder / "roads.toml"
        mapping.write_text(
            '[columns]\nroad_class = "道路等级"\nwidth = ""\n[classes]\n"天路" = "primary"\n[rules]\ntolerance_m = 2\n',
            "utf-8",
        )
        report = office.layer("roads", LINES, mapping=mapping)
        assert report.mapping == {"道路等级": "road_class", "路名": "name", "单行": "oneway"}
        roads = office.store.roads()
        assert roads is not None
        assert "primary" in roads.highway

    @pytest.mark.parametrize(
        ("rules", "code"),
        [
            ("tolerance = 2", "mapping.rule"),
            ('tolerance_m = "2"', "mapping.rule"),
            ("join_crossings = 1", "mapping.rule"),
            ("tolerance_m = 500", "road_lines.tolerance"),
            ('other_class = "straße"', "road_lines.class"),
        ],
    )
    def test_rules_that_can_not_be_meant_are_refused(self, office: Office, rules: str, code: str) -> None:
        from gridgis.errors import GridGISError

        mapping = office.folder / "roads.toml"
        mapping.write_text(f"[rules]\n{rules}\n", "utf-8")
        with pytest.raises(GridGISError) as refused:
            office.layer("roads", LINES, mapping=mapping)
        assert refused.value.code == code

    def test_an_end_that_nearly_meets_another_road_is_told(self, office: Office) -> None:
        near = ({"道路等级": "村道"}, LineString([(120.115, 32.5101), (120.115, 32.515)]))
        told = noted(office.layer("roads", [*LINES, near]))
        assert told["roads.hanging"]["count"] == 1
        assert told["roads.hanging"]["lines"].startswith("4 (")

    def test_features_that_are_no_lines_are_left_out_and_told(self, office: Office) -> None:
        told = noted(office.layer("roads", [*LINES, ({"道路等级": "县道"}, Point(120.11, 32.51)), ({}, None)]))
        assert (told["roads.left_out_no_line"]["count"], told["roads.left_out_empty"]["count"]) == (1, 1)

    def test_a_layer_without_lines_is_refused(self, office: Office) -> None:
        with pytest.raises(InputRejected, match=r"road_lines\.none"):
            office.layer("roads", [({"道路等级": "县道"}, Point(120.11, 32.51))])

    def test_a_survey_in_metres_comes_by_the_system_it_declares(self, office: Office) -> None:
        frame = gpd.GeoDataFrame(
            [told for told, _ in LINES], geometry=[line for _, line in LINES], crs="EPSG:4490"
        ).to_crs(4549)
        path = office.folder / "survey.gpkg"
        frame.to_file(path, layer="道路", driver="GPKG")
        office.file(path, "roads")
        roads = office.store.roads()
        assert roads is not None
        assert roads.x.min() == pytest.approx(120.11, abs=1e-6)

    def test_the_base_map_of_an_earlier_extract_stays(self, office: Office) -> None:
        office.file(osm(office), "roads")
        office.layer("roads", LINES)
        assert [feature.kind for feature in office.store.base_map()] == ["river"]

    def test_two_columns_that_may_be_the_class_are_told(self, office: Office) -> None:
        with pytest.raises(InputRejected, match=r"columns\.refused"):
            office.layer("roads", [({"技术等级": "二级公路", "类型": "国道"}, LINES[0][1])])


@pytest.mark.parametrize(("content", "code"), [("a,b\n1,2\n", "osm.not_osm"), ("\x00\x01", "osm.not_osm")])
def test_what_is_neither_is_refused(office: Office, content: str, code: str) -> None:
    path = office.folder / "roads.dat"
    path.write_text(content, "utf-8")
    with pytest.raises(Unreadable) as refused:
        office.file(path, "roads")
    assert refused.value.code == code


def test_a_table_is_no_file_of_roads(office: Office) -> None:
    with pytest.raises(Unreadable, match=r"osm\.not_osm"):
        office.file(write_csv(office.folder / "t.csv", [{"路名": "一路"}]), "roads")


def test_teams_and_roads_together_answer(office: Office) -> None:
    office.usual()
    office.file(osm(office), "roads")
    assert office.store.state().router is not None
    assert office.store.district().code == tiny.DISTRICT
