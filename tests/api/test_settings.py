"""How the settings of a serving process are read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from api.settings import Settings
from gridgis.errors import InvalidValue


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


def test_settings_do_not_change_while_serving() -> None:
    settings = Settings.read(db="a.gpkg")
    with pytest.raises(ValidationError):
        settings.db = "b.gpkg"  # type: ignore[misc]  # that is what is refused
