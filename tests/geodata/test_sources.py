"""What a file is decides its content; every refusal is in words and says how to mend it."""

from __future__ import annotations

import ast
import hashlib
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata import archives, sources
from geodata.sources import read_source
from gridgis.errors import GridGISError, Unreadable
from maps.words import LANGUAGES, Words
from tests.fakes.office_files import (
    features,
    point,
    squares,
    write_csv,
    write_geojson,
    write_shapefile,
    write_workbook,
    zip_files,
)
from tests.fakes.osm_files import helsinki_file

ROWS = "编码,名称\n1,罗塘\n2,三水\n"
MODULES = (
    "archives",
    "cell_text",
    "crs",
    "delimited",
    "file_kinds",
    "gdal_layers",
    "geopackages",
    "kml",
    "layers",
    "positions",
    "raw_layer",
    "shapefiles",
    "shapes",
    "sources",
    "tables",
    "text_encoding",
    "workbooks",
)


def code(path: Path, layer: str | None = None) -> str:
    """The code by which a file is refused."""
    with pytest.raises(Unreadable) as refused:
        read_source(path, layer=layer)
    assert refused.value.fields["file"]
    return refused.value.code


def put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert code(tmp_path / "a.csv") == "file.missing"
    assert code(tmp_path / "no" / "a.gpkg") == "file.missing"


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.gpkg", "a.shp", "a.geojson", "a.kml", "a.zip"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    for content in (b"", b"\r\n \t", b"\xef\xbb\xbf", bytes(4096)):
        assert code(put(tmp_path / name, content)) == "file.empty"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.pdf", b"%PDF-1.7", "file.foreign"),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n", "file.foreign"),
        ("a.rar", b"Rar!\x1a\x07\x00", "file.foreign"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c", "file.foreign"),
        ("a.csv.gz", b"\x1f\x8b\x08\x00", "file.foreign"),
        ("a.osm", b'<?xml version="1.0"?>\n<osm version="0.6"></osm>', "file.osm"),
        ("a.xml", b"<?xml version='1.0'?><note/>", "file.unknown"),
        ("a.xls", b"<html><table></table></html>", "file.html"),
        (
            "a.xls",
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "file.html",
        ),
        ("a.xlsx", "编码,名称\n1,罗塘".encode(), "file.not_as_named"),
        ("a.gpkg", b"hello", "file.not_as_named"),
        ("a.dbf", b"\x03\x7a\x01\x01", "shapefile.part"),
        ("a.prj", b"GEOGCS", "shapefile.part"),
        ("a.csv", b"\x00\x01\x02\x03" * 100, "file.unknown"),
    ],
)
def test_what_can_not_be_read_says_what_it_is(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    assert code(put(tmp_path / name, content)) == expected


@pytest.mark.parametrize("parts", [("mimetype", "content.xml"), ("word/document.xml",)])
def test_documents_of_other_programs_say_how_to_save_them(tmp_path: Path, parts: tuple[str, ...]) -> None:
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        for part in parts:
            archive.writestr(part, "")
    assert code(tmp_path / "a.ods") == "file.foreign"


def test_openstreetmap_data_are_sent_to_their_own_importer() -> None:
    assert code(helsinki_file()) == "file.osm"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert code(tmp_path) == "file.folder"


def test_content_decides_before_the_name(tmp_path: Path) -> None:
    book = write_workbook(tmp_path / "a.xlsx", [("编码", "名称"), ("1", "罗塘")]).rename(tmp_path / "a.csv")
    assert read_source(book)[0].rows[0].values == {"编码": "1", "名称": "罗塘"}
    text = write_csv(tmp_path / "a.xls", ROWS.replace(",", "\t"), "utf-16")
    assert len(read_source(text)[0].rows) == 2


def test_the_hash_is_that_of_the_file(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS)
    assert read_source(str(path))[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_only_file_of_an_archive_is_read(tmp_path: Path) -> None:
    path = tmp_path / "台账.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("数据/镇街.csv", ROWS)
        archive.writestr("数据/说明.docx", b"")
        archive.writestr("__MACOSX/._镇街.csv", b"")
    (table,) = read_source(path)
    assert (table.file, len(table.rows)) == ("台账.zip", 2)
    assert table.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_names_that_chinese_windows_packs_in_gbk_are_known(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("abcd.csv", ROWS)
        archive.writestr("efgh.csv", ROWS)
    path.write_bytes(path.read_bytes().replace(b"abcd", "镇街".encode("gbk")).replace(b"efgh", "村居".encode("gbk")))
    assert len(read_source(path, layer="村居")[0].rows) == 2


def test_one_of_several_files_of_an_archive_has_to_be_named(tmp_path: Path) -> None:
    for name in ("镇街", "村居"):
        write_shapefile(tmp_path / f"{name}.shp", features(squares()))
    path = zip_files(tmp_path / "a.zip", *tmp_path.glob("镇街.*"), *tmp_path.glob("村居.*"))
    assert code(path) == "layer.which"
    assert code(path, layer="单元") == "layer.unknown"
    assert len(read_source(path, layer="村居")[0].rows) == 2


def test_an_archive_without_data_is_refused(tmp_path: Path) -> None:
    assert code(zip_files(tmp_path / "a.zip", put(tmp_path / "a.docx", b"x"))) == "archive.nothing"


def test_a_locked_archive_is_refused(tmp_path: Path) -> None:
    path = zip_files(tmp_path / "a.zip", write_csv(tmp_path / "a.csv", ROWS))
    data = bytearray(path.read_bytes())
    directory = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[directory + 8] |= 1
    assert code(put(path, bytes(data))) == "archive.locked"


def test_an_archive_that_grows_beyond_reason_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zip_files(tmp_path / "a.zip", write_csv(tmp_path / "a.csv", ROWS * 10_000))
    monkeypatch.setattr(archives, "MOST_UNPACKED_BYTES", 10_000)
    assert code(path) == "archive.too_large"


def test_names_that_lead_out_of_an_archive_lead_nowhere(tmp_path: Path) -> None:
    inner = tmp_path / "in"
    inner.mkdir()
    path = inner / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../out.csv", ROWS)
    assert len(read_source(path)[0].rows) == 2
    assert sorted(found.name for found in tmp_path.rglob("*")) == ["a.zip", "in"]


def test_nothing_unpacked_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    read_source(zip_files(tmp_path / "a.zip", write_csv(tmp_path / "a.csv", ROWS)))
    code(zip_files(tmp_path / "b.zip", write_csv(tmp_path / "b.csv", "编码\n")))
    assert list(folder.iterdir()) == []


class Watch:
    """Progress that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def start(self, task: str, total: int | None) -> None:
        self.told.append(f"{task} {total}")

    def advance(self, done: int) -> None:
        self.told.append(f"+{done}")

    def finish(self) -> None:
        self.told.append("end")


def test_progress_is_told_and_ends_whatever_happens(tmp_path: Path) -> None:
    watch = Watch()
    read_source(write_csv(tmp_path / "a.csv", ROWS), progress=watch)
    with pytest.raises(Unreadable):
        read_source(write_csv(tmp_path / "a.csv", "编码\n"), progress=watch)
    assert watch.told == ["progress.source.read None", "end"] * 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.data())
def test_damaged_files_are_read_or_refused_in_words_never_otherwise(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever bytes of a good file are overwritten or lost."""
    name = data.draw(st.sampled_from(["a.csv", "a.xlsx", "a.gpkg", "a.geojson", "a.shp", "a.fgb"]))
    good = tmp_path / "good"
    if not good.exists():
        good.mkdir()
        write_csv(good / "a.csv", ROWS, "gbk")
        write_workbook(good / "a.xlsx", [("编码", "名称"), ("1", "罗塘")])
        features(squares()).to_file(good / "a.gpkg")
        write_geojson(good / "a.geojson", [point(120, 32)])
        write_shapefile(good / "a.shp", features(squares()))
        features(squares()).to_file(good / "a.fgb")
    folder = tmp_path / "bad"
    folder.mkdir(exist_ok=True)
    for part in good.glob(f"{Path(name).stem}.*"):
        (folder / part.name).write_bytes(part.read_bytes())
    content = bytearray((good / name).read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    (folder / name).write_bytes(bytes(content))
    assert outcome(folder / name) in {"read", "refused in words"}


def outcome(path: Path) -> str:
    try:
        read_source(path)
    except GridGISError as refused:
        told = f"errors.{refused.code}.what" in Words.load("zh")
        return "refused in words" if told else refused.code
    return "read"


def codes_in(module: str) -> Iterator[str]:
    """The codes that a module writes down as text."""
    source = Path(sources.__file__).with_name(f"{module}.py").read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = re.fullmatch(r"(file|table|layer|geometry|archive|workbook|shapefile|crs)\.[a-z_]+", node.value)
            if found:
                yield node.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_the_readers_says_what_is_wrong_and_how_to_mend_it(language: str) -> None:
    words = Words.load(language)
    codes = {code for module in MODULES for code in codes_in(module)}
    assert len(codes) > 50
    keys = {f"errors.{code}.{part}" for code in codes for part in ("what", "mend")}
    assert sorted(key for key in keys if key not in words) == []
