"""Sets of tiles are made once, kept while nothing drawn changes, and each sees its own."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from api import tile_sets
from api.served import ServedDistrict
from api.settings import Settings
from api.tile_sets import NOTHING, Tiles, TileSets, Wanted, cut
from gridgis.access import AreaFilter
from gridgis.access.areas import Part
from maps.tiles import DEEPEST_ZOOM, Tile
from tests.fakes.served import FakeSource
from tests.fakes.tiny_district import NOON, TOWN_1, tiny_district

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATE = replace(tiny_district(), roads=None)
WIDE = Tile(10, 853, 414)


@pytest.fixture
def source() -> FakeSource:
    return FakeSource(STATE)


@pytest.fixture
def served(source: FakeSource, tmp_path: Path) -> Iterator[ServedDistrict]:
    settings = Settings(db=str(tmp_path / "district.gpkg"), now=NOON, reload_after_s=0.0)
    district = ServedDistrict(source, settings, lambda: NOON)
    yield district
    district.close()


@pytest.fixture
def sets(served: ServedDistrict) -> TileSets:
    return TileSets(served)


def asked(sets: TileSets, served: ServedDistrict, wanted: Wanted) -> Tiles:
    data = served.current()
    return asyncio.run(sets.get(wanted, data, data.state.plan_at(NOON)))


def test_pages_and_ogc_have_the_same_tiles(sets: TileSets, served: ServedDistrict) -> None:
    assert asked(sets, served, Wanted(("cells",))) is served.live_tiles("cells")


def test_tiles_are_kept_while_what_they_draw_is_the_same(
    sets: TileSets, served: ServedDistrict, source: FakeSource
) -> None:
    """A change of teams makes new tiles of teams and of all together, and no others."""
    wanted = [Wanted(("cells",), "cells2"), Wanted(("teams",)), Wanted(("cells", "teams"))]
    before = [asked(sets, served, one) for one in wanted]
    for tiles in before:
        tiles.tile(WIDE)
    source.change(replace(STATE, teams=STATE.teams[:3]))
    after = [asked(sets, served, one) for one in wanted]
    assert [one is other for one, other in zip(before, after, strict=True)] == [True, False, False]
    assert after[0].peek(WIDE) is not None
    assert after[2].peek(WIDE) is None


def test_who_sees_a_part_has_tiles_of_that_part(sets: TileSets, served: ServedDistrict) -> None:
    part = AreaFilter.of([Part(TOWN_1, "")])
    whole, own = (
        asked(sets, served, Wanted(("enterprises",), area=area)) for area in (AreaFilter.of([Part("", "")]), part)
    )
    assert whole.version != own.version
    assert asked(sets, served, Wanted(("enterprises",), area=part)) is own


def test_sets_asked_for_long_ago_are_dropped(
    sets: TileSets, served: ServedDistrict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tile_sets, "MOST_SETS", 2)
    first = asked(sets, served, Wanted(("cells",), "cells1"))
    for level in (2, 3):
        asked(sets, served, Wanted(("cells",), f"cells{level}"))
    assert asked(sets, served, Wanted(("cells",), "cells1")) is not first


def test_a_district_without_a_base_map_has_empty_tiles_of_it(sets: TileSets, served: ServedDistrict) -> None:
    tiles = asked(sets, served, Wanted(("base",)))
    assert tiles is NOTHING
    assert asyncio.run(cut(tiles, WIDE)) == b""
    both = asked(sets, served, Wanted(("base", "cells")))
    assert both.max_zoom == served.live_tiles("cells").max_zoom < DEEPEST_ZOOM
    assert asyncio.run(cut(both, WIDE)) == both.peek(WIDE) != b""
