"""How one district is loaded, loaded again and served meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from api.served import ServedDistrict
from api.settings import Settings
from geodata.store import open_store
from gridgis.dispatch.state import DistrictState
from gridgis.errors import StoreFault
from tests.fakes.served import FakeSource, client_of, fill
from tests.fakes.stores import in_child
from tests.fakes.tiny_district import NOON, tiny_district

if TYPE_CHECKING:
    from starlette.testclient import TestClient

STATE = replace(tiny_district(), roads=None)
FEWER = replace(STATE, teams=STATE.teams[:3])
JOINED_WITHIN_S = 60


def settings(folder: Path, **given: object) -> Settings:
    return Settings(db=str(folder / "district.gpkg"), now=NOON, **{"reload_after_s": 0.0, **given})  # type: ignore[arg-type]


@pytest.fixture
def source() -> FakeSource:
    return FakeSource(STATE)


@pytest.fixture
def served(source: FakeSource, tmp_path: Path) -> Iterator[ServedDistrict]:
    district = ServedDistrict(source, settings(tmp_path), lambda: NOON)
    yield district
    district.close()


def test_data_are_read_once_while_they_do_not_change(served: ServedDistrict, source: FakeSource) -> None:
    assert served.current() is served.current()
    assert source.reads == 1


def test_the_request_that_finds_a_change_is_answered_from_it(served: ServedDistrict, source: FakeSource) -> None:
    before = served.current()
    source.change(FEWER)
    assert len(served.current().state.teams) == 3
    assert served.current().version == before.version + 1
    assert source.reads == 2


def test_a_change_is_looked_for_only_so_often(source: FakeSource, tmp_path: Path) -> None:
    served = ServedDistrict(source, settings(tmp_path, reload_after_s=3600), lambda: NOON)
    source.change(FEWER)
    assert len(served.current().state.teams) == len(STATE.teams)
    served.close()


def test_while_the_database_can_not_be_read_the_last_version_answers(
    served: ServedDistrict, source: FakeSource, caplog: pytest.LogCaptureFixture
) -> None:
    before = served.current()
    source.fault = StoreFault("store.locked", db="district.gpkg")
    assert served.current() is before
    assert "store.locked" in caplog.text
    with pytest.raises(StoreFault):
        served.look()
    source.fault = None
    source.change(FEWER)
    assert served.current() is not before


def test_who_can_not_wait_is_told_when_it_is_time_to_look(source: FakeSource, tmp_path: Path) -> None:
    due = ServedDistrict(source, settings(tmp_path), lambda: NOON)
    not_due = ServedDistrict(source, settings(tmp_path, reload_after_s=3600), lambda: NOON)
    assert due.at_hand() is None
    assert not_due.at_hand() is not_due.current()
    due.close()
    not_due.close()


class SlowSource(FakeSource):
    """A database whose second reading lasts until the test lets it end."""

    def __init__(self) -> None:
        super().__init__(STATE)
        self.reading, self.goes_on = threading.Event(), threading.Event()

    def state(self) -> DistrictState:
        """Everything, after a while."""
        if self.reads:
            self.reading.set()
            assert self.goes_on.wait(JOINED_WITHIN_S)
        return super().state()


def test_others_are_answered_from_the_version_before_while_one_loads(tmp_path: Path) -> None:
    source = SlowSource()
    served = ServedDistrict(source, settings(tmp_path), lambda: NOON)
    source.change(FEWER)
    loading = threading.Thread(target=served.current)
    loading.start()
    assert source.reading.wait(JOINED_WITHIN_S)
    assert len(served.current().state.teams) == len(STATE.teams)
    source.goes_on.set()
    loading.join(JOINED_WITHIN_S)
    assert len(served.current().state.teams) == 3
    assert source.reads == 2
    served.close()


def test_tiles_of_what_did_not_change_are_taken_over(served: ServedDistrict, source: FakeSource) -> None:
    cells, teams = served.live_tiles("cells"), served.live_tiles("teams")
    source.change(FEWER)
    assert served.live_tiles("cells") is cells
    assert served.live_tiles("teams").version != teams.version


def test_the_base_map_is_made_once_beside_the_database_and_older_ones_go(tmp_path: Path) -> None:
    state = tiny_district()
    source = FakeSource(state)
    served = ServedDistrict(source, settings(tmp_path), lambda: NOON)
    assert served.base_map_ready() is None
    made = served.base_map()
    assert made is not None
    assert served.base_map() is made is served.base_map_ready()
    assert [path.name for path in tmp_path.glob("*.pmtiles")] == [made.path.name]
    assert state.roads is not None
    source.change(replace(state, roads=replace(state.roads, name=np.full(len(state.roads.name), "新路", dtype=object))))
    again = served.base_map()
    assert again is not None
    assert again.version != made.version
    assert [path.name for path in tmp_path.glob("*.pmtiles")] == [again.path.name]
    served.close()


def test_a_base_map_goes_on_while_what_it_draws_is_the_same(tmp_path: Path) -> None:
    """A write that touches no road costs no look at every road."""
    source = FakeSource(tiny_district())
    served = ServedDistrict(source, settings(tmp_path), lambda: NOON)
    made = served.base_map()
    source.change(replace(tiny_district(), teams=FEWER.teams))
    assert served.base_map() is made
    served.close()


def test_a_base_map_that_could_not_be_made_is_tried_again_with_the_next_version(tmp_path: Path) -> None:
    source = FakeSource(tiny_district())
    folder = tmp_path / "later"
    served = ServedDistrict(source, settings(tmp_path, tiles_dir=folder), lambda: NOON)
    with pytest.raises(StoreFault):
        served.base_map()
    folder.mkdir()
    source.change(replace(tiny_district(), teams=FEWER.teams))
    assert served.base_map() is not None
    served.close()


def test_a_district_without_roads_and_water_has_no_base_map(served: ServedDistrict) -> None:
    assert served.base_map() is None


def test_a_folder_that_can_not_be_written_is_told_and_everything_else_is_served(tmp_path: Path) -> None:
    served = ServedDistrict(FakeSource(), settings(tmp_path, tiles_dir=tmp_path / "none"), lambda: NOON)
    with pytest.raises(StoreFault) as refused:
        served.base_map()
    assert refused.value.code == "base_map.unwritable"
    assert served.base_map_ready() is None
    assert served.live_tiles("cells").layers
    served.close()


def test_warming_makes_what_the_first_requests_need(served: ServedDistrict) -> None:
    served.warm().result(JOINED_WITHIN_S)
    assert {"cells", "enterprises", "teams"} == set(served.current().made_tiles)


def test_warming_makes_what_others_asked_for_at_the_moment_of_the_service(source: FakeSource, tmp_path: Path) -> None:
    made: list[object] = []
    served = ServedDistrict(source, settings(tmp_path), lambda: NOON, also=[lambda *given: made.append(given)])
    served.warm().result(JOINED_WITHIN_S)
    assert made == [(served.current(), NOON)]
    served.close()


def test_warming_passes_over_what_a_district_does_not_have(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    bare = DistrictState(district=STATE.district)
    served = ServedDistrict(FakeSource(bare), settings(tmp_path), lambda: NOON)
    served.warm().result(JOINED_WITHIN_S)
    served.close()
    assert caplog.text == ""


IMPORTING = """
import sys
from datetime import UTC, datetime
from geodata.store import open_store
from tests.fakes.tiny_district import team
from gridgis.dispatch.teams import Tier

with open_store(sys.argv[1]) as store:
    for number in range(int(sys.argv[2])):
        with store.unit_of_work(actor="other", now=datetime.now(UTC)) as work:
            work.put_teams([team(f"N{number}", Tier.VOLUNTEER, ("cordon",), 120.11, 32.51)])
            work.commit()
"""


def test_another_process_imports_while_threads_are_answered(tmp_path: Path) -> None:
    """Every answer is of one version, whole; in the end everybody sees everything."""
    database, added, threads = tmp_path / "district.gpkg", 6, 4
    fill(database, STATE)
    with open_store(database) as store:
        served = ServedDistrict(store, settings(tmp_path), lambda: NOON)
        ended, torn = threading.Event(), []

        def ask() -> None:
            seen = 0
            while not ended.wait(0.005):
                snapshot = served.current()
                teams = len(snapshot.state.teams)
                if teams < seen or len(snapshot.team_by_id) != teams:
                    torn.append((seen, teams))
                seen = teams

        asking = [threading.Thread(target=ask) for _ in range(threads)]
        for thread in asking:
            thread.start()
        done = in_child(IMPORTING, database, str(added))
        ended.set()
        for thread in asking:
            thread.join(JOINED_WITHIN_S)
        assert (done.returncode, done.stderr) == (0, "")
        assert torn == []
        assert len(served.current().state.teams) == len(STATE.teams) + added
        served.close()


def test_a_service_starts_serves_its_database_and_closes_it(tmp_path: Path) -> None:
    database = tmp_path / "district.gpkg"
    fill(database, STATE)
    client: TestClient = client_of(None, db=str(database))
    with client:
        assert client.get("/api/v1/district").json()["counts"]["teams"] == len(STATE.teams)
        assert client.get("/tiles/base/14/13658/6629.mvt").status_code in {200, 204}
    assert not list(tmp_path.glob("*-wal"))


def test_a_database_that_is_missing_is_told_before_anything_listens(tmp_path: Path) -> None:
    with pytest.raises(StoreFault) as refused:
        client_of(None, db=str(tmp_path / "none.gpkg"))
    assert refused.value.code == "store.missing"
