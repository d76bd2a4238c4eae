"""How the settings of a serving process are read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from api.settings import Settings
from gridgis.errors import InvalidValue, Unreadable


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDGIS_PORT", "9000")
    monkeypatch.setenv("GRIDGIS_MAP_APPROVAL", "苏S(2026)1号")
    settings = Settings.read(db="a.gpkg", port=7000)
    assert settings.port == 7000
    assert settings.map_approval == "苏S(2026)1号"


def test_the_clock_is_local_where_it_names_no_offset_and_the_machines_where_it_is_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GRIDGIS_NOW", "2020-06-30T14:00")
    assert Settings.read(db="a.gpkg").now == datetime(2020, 6, 30, 6, tzinfo=UTC)
    monkeypatch.setenv("GRIDGIS_NOW", "")
    assert Settings.read(db="a.gpkg").now is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GRIDGIS_PORT", "eight"),
        ("GRIDGIS_PORT", "70000"),
        ("GRIDGIS_LANG", "fr"),
        ("GRIDGIS_RELOAD_AFTER_S", "-1"),
        ("GRIDGIS_BASEMAP", "ftp://map.example"),
        ("GRIDGIS_BASEMAP", "https://a.example/; script-src *"),
    ],
)
def test_a_wrong_variable_is_named_with_its_value(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidValue) as refused:
        Settings.read(db="a.gpkg")
    assert refused.value.code == "setting.invalid"
    assert refused.value.fields["name"] == variable
    assert refused.value.fields["value"] == value


def test_a_wrong_moment_of_the_clock_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDGIS_NOW", "yesterday")
    with pytest.raises(InvalidValue) as refused:
        Settings.read(db="a.gpkg")
    assert refused.value.code == "time.form"


class TestFile:
    """Settings out of a file are weaker than those of the environment, and stronger than nothing."""

    @staticmethod
    def written(folder: Path, text: str) -> Path:
        path = folder / "gridgis.toml"
        path.write_text(text, "utf-8")
        return path

    def test_arguments_go_before_variables_and_those_before_the_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = self.written(tmp_path, 'db = "file.gpkg"\nport = 1\nreload_after_s = 5\nlang = "en"\n')
        monkeypatch.setenv("GRIDGIS_PORT", "2")
        monkeypatch.setenv("GRIDGIS_LANG", "")
        settings = Settings.read(config=path, fallback={"lang": "zh", "map_approval": "x"}, reload_after_s=9)
        assert (settings.db, settings.port, settings.reload_after_s) == ("file.gpkg", 2, 9)
        assert (settings.lang, settings.map_approval) == ("en", "x")

    def test_the_environment_names_the_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GRIDGIS_CONFIG", str(self.written(tmp_path, 'db = "file.gpkg"')))
        assert Settings.read().db == "file.gpkg"

    @pytest.mark.parametrize("moment", ['"2020-06-30T14:00"', "2020-06-30T14:00:00", "2020-06-30T14:00:00+08:00"])
    def test_a_moment_is_local_here_too(self, tmp_path: Path, moment: str) -> None:
        path = self.written(tmp_path, f'db = "a.gpkg"\nnow = {moment}')
        assert Settings.read(config=path).now == datetime(2020, 6, 30, 6, tzinfo=UTC)

    def test_a_mark_at_the_beginning_of_the_file_is_none_of_it(self, tmp_path: Path) -> None:
        path = self.written(tmp_path, '\ufeffdb = "区.gpkg"')
        assert Settings.read(config=path).db == "区.gpkg"

    @pytest.mark.parametrize(
        ("text", "code", "said"),
        [
            ('db = "a.gpkg"\nprot = 80\npasswort = "x"', "setting.unknown", "passwort, prot"),
            ('db = "a.gpkg"\nport = "eight"', "setting.invalid", "gridgis.toml: port"),
            ('db = "a.gpkg"\n[http]\nport = 80', "setting.unknown", "http"),
            ("port = 80", "setting.missing", "GRIDGIS_DB"),
        ],
    )
    def test_a_wrong_name_or_value_is_named(self, tmp_path: Path, text: str, code: str, said: str) -> None:
        with pytest.raises(InvalidValue) as refused:
            Settings.read(config=self.written(tmp_path, text))
        assert refused.value.code == code
        assert said in str(refused.value)

    @pytest.mark.parametrize("content", [b"db = ", b"\xff\xfe", b"db: a.gpkg", None])
    def test_a_file_that_is_missing_or_no_toml_is_told(self, tmp_path: Path, content: bytes | None) -> None:
        path = tmp_path / "gridgis.toml"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(Unreadable) as refused:
            Settings.read(config=path)
        assert refused.value.code == "setting.file"
        assert refused.value.fields["file"] == str(path)


def test_settings_do_not_change_while_serving() -> None:
    settings = Settings.read(db="a.gpkg")
    with pytest.raises(ValidationError):
        settings.db = "b.gpkg"  # type: ignore[misc]  # that is what is refused
