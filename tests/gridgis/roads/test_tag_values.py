"""Values of road tags are read in all their usual forms, and nonsense is told from silence."""

from __future__ import annotations

from math import inf, isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridgis.roads.tag_values import length_m, speed_kmh, stated, weight_t


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50),
        ("50 km/h", 50),
        ("50kmh", 50),
        ("60公里/小时", 60),
        ("30 mph", 48.28),
        ("30mph", 48.28),
        ("10 knots", 18.52),
        ("50;60", 50),
        ("60|50", 50),
        ("30-50", 30),
        ("none", inf),
        ("walk", 6),
        ("RU:urban", 60),
        ("CN:urban", 50),
        ("CN:motorway", 120),
        ("DE:zone:30", 30),
        ("DE:zone30", 30),
        ("FR:30", 30),
        ("GB:nsl_single", 96.56),
        ("XX:living_street", 20),
        ("  40 ", 40),
    ],
)
def test_speeds_are_read_in_km_per_hour(text: str, kmh: float) -> None:
    assert speed_kmh(text) == pytest.approx(kmh, abs=0.01)


@pytest.mark.parametrize(
    ("text", "tonnes"),
    [
        ("3.5", 3.5),
        ("3.5 t", 3.5),
        ("3,5t", 3.5),
        ("10吨", 10),
        ("7500 kg", 7.5),
        ("10 st", 9.07),
        ("5000 lbs", 2.268),
        ("none", inf),
        ("20;30", 20),
    ],
)
def test_weights_are_read_in_tonnes(text: str, tonnes: float) -> None:
    assert weight_t(text) == pytest.approx(tonnes, abs=0.01)


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("3.5", 3.5),
        ("3.5 m", 3.5),
        ("3,5m", 3.5),
        ("4.2米", 4.2),
        ("350 cm", 3.5),
        ("12'6\"", 3.81),
        ("12' 6\"", 3.81),
        ("12 ft 6 in", 3.81),
        ("12ft", 3.6576),
        ("12'", 3.6576),
        ('126"', 3.2004),
        ("none", inf),
    ],
)
def test_heights_and_widths_are_read_in_metres(text: str, metres: float) -> None:
    assert length_m(text) == pytest.approx(metres, abs=0.001)


@pytest.mark.parametrize("text", ["default", "signals", "unsigned", "below_default", "variable"])
def test_a_value_that_names_no_figure_states_none(text: str) -> None:
    figures = [read(text) for read in (speed_kmh, weight_t, length_m)]
    assert all(figure is not None and isnan(figure) for figure in figures)


@pytest.mark.parametrize("text", ["", "fast", "5o", "-3", "0", "999999", "50 parsecs", "urban", "12'6'6"])
def test_nonsense_is_not_understood(text: str) -> None:
    assert speed_kmh(text) is None
    assert weight_t(text) is None
    assert length_m(text) is None


@given(text=st.text(max_size=12))
def test_no_text_breaks_a_reader_and_no_figure_is_out_of_range(text: str) -> None:
    for read, most in ((speed_kmh, 300), (weight_t, 1000), (length_m, 100)):
        value = read(text)
        assert value is None or isnan(value) or value == inf or 0 < value <= most


@given(kmh=st.integers(1, 300))
def test_plain_numbers_are_km_per_hour_tonnes_and_metres(kmh: int) -> None:
    assert speed_kmh(str(kmh)) == kmh
    assert weight_t(str(kmh)) == kmh
    assert length_m(str(kmh)) == (kmh if kmh <= 100 else None)


@pytest.mark.parametrize(("text", "yes"), [("yes", True), ("viaduct", True), ("no", False), ("", False), (None, False)])
def test_a_bridge_is_stated_in_any_form_but_no(text: str | None, *, yes: bool) -> None:
    assert stated(text) is yes
