"""Browser libraries as they stand inside one page."""

from __future__ import annotations

import pytest

from gridgis.errors import Unreadable
from maps.vendored import inline_script, inline_style, vendored


def test_a_missing_library_says_how_to_get_it() -> None:
    with pytest.raises(Unreadable) as fault:
        vendored("leaflet/no-such-file.js")
    assert fault.value.code == "vendor.missing"


def test_images_of_a_style_sheet_stand_in_it() -> None:
    style = inline_style("leaflet/leaflet.css")
    assert "url(images/" not in style
    assert "url(data:image/png;base64," in style


def test_a_script_names_no_source_map() -> None:
    assert "sourceMappingURL" not in inline_script("leaflet/leaflet.js")
