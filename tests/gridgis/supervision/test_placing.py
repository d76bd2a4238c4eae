"""Which cells a site has."""

from __future__ import annotations

import pytest

from gridgis.codes import record_id
from gridgis.supervision.enterprises import Site
from gridgis.supervision.placing import Placing, place_sites
from tests.fakes.tiny_district import TOWN_1, VILLAGE_1, VILLAGE_2, plan

EAST = VILLAGE_1 + "002"


def site(lon: float | None, lat: float | None, cell_code: str | None = None) -> Site:
    owner = record_id("321204", "enterprise", "1")
    reason = "现场核定" if cell_code else ""
    return Site(record_id("321204", "site", "1"), owner, "1", "厂", "", lon, lat, cell_code, reason)


@pytest.mark.parametrize(
    ("lon", "lat", "cell_code", "placing", "codes"),
    [
        (120.105, 32.51, None, Placing.BY_MAP, [TOWN_1, VILLAGE_1, VILLAGE_1 + "001"]),
        (120.11, 32.51, None, Placing.BY_MAP, [TOWN_1, VILLAGE_1, VILLAGE_1 + "001"]),
        (120.11, 32.51, EAST, Placing.BY_PERSON, [TOWN_1, VILLAGE_1, EAST]),
        (120.20, 32.51, EAST, Placing.BY_PERSON, [TOWN_1, VILLAGE_1, EAST]),
        (None, None, EAST, Placing.BY_PERSON, [TOWN_1, VILLAGE_1, EAST]),
        (120.105, 32.51, VILLAGE_2, Placing.BY_PERSON, [TOWN_1, VILLAGE_2, ""]),
        (120.105, 32.51, "321204199", Placing.BY_MAP, [TOWN_1, VILLAGE_1, VILLAGE_1 + "001"]),
        (120.20, 32.51, None, Placing.OUTSIDE, ["", "", ""]),
        (None, None, None, Placing.UNPLACED, ["", "", ""]),
        (120.105, None, None, Placing.UNPLACED, ["", "", ""]),
    ],
)
def test_a_site_is_placed_by_its_person_then_by_the_map(
    lon: float | None, lat: float | None, cell_code: str | None, placing: Placing, codes: list[str]
) -> None:
    placed = place_sites(plan(), [site(lon, lat, cell_code)])
    assert Placing(int(placed.placing[0])) is placing
    assert placed.codes()[0].tolist() == codes


def test_no_sites_are_placed_nowhere() -> None:
    placed = place_sites(plan(), [])
    assert placed.codes().shape == (0, 3)
    assert placed.placing.shape == (0,)
