"""A process killed at any moment leaves whole units of work; threads and processes that write wait for one another."""

from __future__ import annotations

import random
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from geodata.store import open_store, rebuild, verify_store
from gridgis.roads.network import same_network
from tests.fakes.road_networks import street_grid
from tests.fakes.stores import NOW, ROOT, new_store, rows

WRITER = """
import sys
from geodata.store import open_store
from tests.fakes.stores import NOW, some_enterprises, some_sites

with open_store(sys.argv[1]) as store:
    round_ = 0
    while True:
        round_ += 1
        owners = some_enterprises(200, name=f"第{round_}轮")
        with store.unit_of_work(actor=str(round_), now=NOW) as work:
            work.put_enterprises(owners)
            work.put_sites(some_sites(owners) if round_ % 2 else [])
            if round_ == int(sys.argv[2]):
                print("half-way", flush=True)
                sys.stdin.read()
            work.commit()
        print(round_, flush=True)
"""


def writer(path: Path, stop_in: int = 0, program: str = WRITER) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(path), str(stop_in)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def check_whole(path: Path, *, at_least: int) -> int:
    """The file is sound and holds the whole of one round, and its events; which round."""
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "PRAGMA foreign_key_check") == []
    assert rows(path, "SELECT * FROM gridgis_write_permit") == []
    with open_store(path) as store:
        names = {one.name.split("轮")[0] for one in store.enterprises()}
        actors = [event.actor for event in store.events(noun="enterprise")]
        placed = len(store.sites()) - len(store.unplaced())
        assert rows(path, "SELECT count(*) FROM rtree_sites_geom") == [(placed,)]
        assert verify_store(store, now=NOW).broken is None
    assert len(names) == 1
    (name,) = names
    round_ = int(name.removeprefix("第"))
    assert round_ >= at_least
    assert len(actors) == 200 * round_
    assert set(actors) == {str(number) for number in range(1, round_ + 1)}
    return round_


def test_a_process_killed_before_its_commit_leaves_the_state_before(tmp_path: Path) -> None:
    with new_store(tmp_path) as store:
        path = store.path
    child = writer(path, stop_in=2)
    assert child.stdout is not None
    assert [child.stdout.readline().strip() for _ in range(2)] == ["1", "half-way"]
    child.kill()
    child.communicate()
    assert check_whole(path, at_least=1) == 1


@pytest.mark.parametrize("seed", range(4))
def test_a_process_killed_at_any_moment_leaves_whole_rounds(tmp_path: Path, seed: int) -> None:
    with new_store(tmp_path) as store:
        path = store.path
    child = writer(path)
    assert child.stdout is not None
    seen = 0
    for _ in range(random.Random(seed).randint(1, 6)):
        seen = int(child.stdout.readline())
    child.kill()
    rest, _ = child.communicate()
    seen = max([seen, *(int(line) for line in rest.split())])
    assert check_whole(path, at_least=seen) in {seen, seen + 1}


ROAD_WRITER = """
import sys
from geodata.store import open_store
from tests.fakes.road_networks import street_grid
from tests.fakes.stores import NOW

with open_store(sys.argv[1]) as store:
    round_ = 0
    while True:
        round_ += 1
        with store.unit_of_work(actor=str(round_), now=NOW) as work:
            work.put_roads(street_grid(20 + round_ % 3, 15, name=f"第{round_}轮"), quality={"round": round_})
            if round_ == int(sys.argv[2]):
                print("half-way", flush=True)
                sys.stdin.read()
            work.commit()
        print(round_, flush=True)
"""


def check_whole_roads(path: Path) -> int:
    """The file is sound and holds the roads of one round, its report and its events; which round."""
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "SELECT * FROM gridgis_write_permit") == []
    with open_store(path) as store:
        network, quality = store.roads(), store.road_quality()
        assert network is not None
        assert quality is not None
        round_ = int(quality["round"])
        assert same_network(network, street_grid(20 + round_ % 3, 15, name=f"第{round_}轮"))
        assert [event.actor for event in store.events(noun="roads")] == [str(at + 1) for at in range(round_)]
        assert verify_store(store, now=NOW).broken is None
        assert rebuild(store) == ()
    assert rows(path, "SELECT count(*) FROM rtree_road_edges_geom") == [(network.edges,)]
    return round_


def test_roads_of_a_process_killed_before_its_commit_are_the_old_ones(tmp_path: Path) -> None:
    with new_store(tmp_path) as store:
        path = store.path
    child = writer(path, stop_in=2, program=ROAD_WRITER)
    assert child.stdout is not None
    assert [child.stdout.readline().strip() for _ in range(2)] == ["1", "half-way"]
    child.kill()
    child.communicate()
    assert check_whole_roads(path) == 1


@pytest.mark.parametrize("seed", range(4))
def test_roads_of_a_process_killed_at_any_moment_are_whole(tmp_path: Path, seed: int) -> None:
    with new_store(tmp_path) as store:
        path = store.path
    child = writer(path, program=ROAD_WRITER)
    assert child.stdout is not None
    child.stdout.readline()
    chance = random.Random(seed)
    with suppress(subprocess.TimeoutExpired):
        child.wait(chance.uniform(0, 0.3))
    child.kill()
    child.communicate()
    assert check_whole_roads(path) >= 1


def test_readers_see_whole_rounds_while_another_process_writes(tmp_path: Path) -> None:
    with new_store(tmp_path) as store:
        child = writer(store.path)
        assert child.stdout is not None
        child.stdout.readline()
        try:
            versions = []
            for _ in range(30):
                state = store.state()
                assert len({one.name.split("轮")[0] for one in state.enterprises}) == 1
                versions.append(store.version())
            assert versions == sorted(versions)
        finally:
            child.kill()
            child.communicate()
