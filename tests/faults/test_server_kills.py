"""A service that is killed at any moment under mixed writes loses no change that it answered and keeps none in part."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen, TimeoutExpired

import httpx
import pytest

from geodata.store import Store, open_store, rebuild, verify_store
from tests.fakes.mixed_writes import HttpWriter, add_manager, importing, kept, writing
from tests.fakes.postgis import running_cluster
from tests.fakes.served_process import ENDED_WITHIN_S, running
from tests.fakes.stores import NOW, Places, PlacesInFiles, PlacesOnServer, look, rows

ROUNDS = [pytest.param(3, id="some"), pytest.param(200, id="many", marks=pytest.mark.long)]
LONGEST_S = 0.6


@dataclass
class Tally:
    """What the rounds found.

    Attributes:
        rounds: Kills.
        answered: Changes that were acknowledged, all found again.
        in_doubt: Changes that were cut off before their answer; whole or not there.
        slowest_s: Longest time that opening the database again took.
    """

    rounds: int = 0
    answered: int = 0
    in_doubt: int = 0
    slowest_s: float = 0.0


@pytest.fixture(params=["geopackage", "postgis"])
def places(request: pytest.FixtureRequest) -> Places:
    if request.param == "postgis":
        return PlacesOnServer(request.getfixturevalue("cluster"))
    return PlacesInFiles(request.getfixturevalue("tmp_path_factory"))


def check_accounts(store: Store, writers: list[HttpWriter], tally: Tally) -> None:
    """Every change of an account that was answered is there, every other is there whole or not at all."""
    accounts = {one.code: kept(one) for one in store.accounts() if one.code != "manager"}
    for writer in writers:
        for name, told in writer.acknowledged.items():
            assert accounts.pop(name) in {told, writer.in_doubt.get(name, told)}
        for name, told in writer.in_doubt.items():
            assert accounts.pop(name, told) == told
        tally.answered += writer.answers
        tally.in_doubt += len(writer.in_doubt)
    assert not accounts


def check_import(store: Store, last: int, tally: Tally) -> None:
    """The whole of one round is there, none older than the last that was committed, and the spatial index is right."""
    sites = store.sites()
    names = {name.split("轮")[0] for name in (*(one.name for one in store.enterprises()), *(one.name for one in sites))}
    assert len(names) == 1
    assert int(names.pop().removeprefix("第")) >= last
    tally.answered += last
    placed = len(sites) - len(store.unplaced())
    if store.database.name.endswith(".gpkg"):
        check_file(Path(store.database.name), placed)
    else:
        around = "SELECT count(*) FROM sites WHERE geom && ST_MakeEnvelope(100, 0, 140, 60, 4326)"
        assert look(store, around) == [(placed,)]


def check_trail(store: Store) -> None:
    """The chain is whole and every table is what its events make of it."""
    assert verify_store(store, now=NOW).broken is None
    assert rebuild(store) == ()


def check_file(path: Path, placed: int) -> None:
    """A file is sound, its R-tree with it."""
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(path, "PRAGMA foreign_key_check") == []
    assert rows(path, "SELECT rtreecheck('rtree_sites_geom')") == [("ok",)]
    assert rows(path, "SELECT count(*) FROM rtree_sites_geom") == [(placed,)]


def wait(process: Popen[str], seconds: float) -> None:
    with suppress(TimeoutExpired):
        process.wait(seconds)


def kill_in_mid_work(database: str, chance: random.Random, folder: Path) -> tuple[list[HttpWriter], int]:
    """One round: the writers as they were when service and importer were killed, and the importer's last round."""
    settings = {"reload_after_s": 0, "tiles_dir": folder}
    with running(database, log=folder / "log", **settings) as service, importing(database) as importer:
        assert importer.stdout is not None
        last = importer.stdout.readline()
        with writing(service.origin, range(3)) as writers:
            wait(service.process, chance.uniform(0, LONGEST_S))
            first, second = chance.sample([service.process, importer], 2)
            first.kill()
            wait(second, chance.uniform(0, 0.02))
            second.kill()
        last = [last, *importer.stdout.readlines()][-1]
    return writers, int(last)


@contextmanager
def reopened(database: str, tally: Tally) -> Iterator[Store]:
    """The database opened and read anew; how long that took is noted."""
    began = time.monotonic()
    with open_store(database) as store:
        store.state()
        tally.rounds += 1
        tally.slowest_s = max(tally.slowest_s, time.monotonic() - began)
        yield store


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_service_killed_at_any_moment(places: Places, rounds: int, tmp_path: Path) -> None:
    chance, tally = random.Random(rounds), Tally()
    for _ in range(rounds):
        with places.new_store() as store:
            add_manager(store)
            writers, imported = kill_in_mid_work(store.database.name, chance, tmp_path)
            with reopened(store.database.name, tally) as again:
                check_accounts(again, writers, tally)
                check_import(again, imported, tally)
                check_trail(again)
    print(tally)  # noqa: T201  the figures, shown with -rP
    assert tally.answered > rounds * 3


def test_a_database_server_killed_at_any_moment(tmp_path: Path) -> None:
    chance, tally = random.Random(5), Tally()
    with running_cluster() as cluster:
        database = cluster.empty_district()
        with open_store(database) as store:
            add_manager(store)
        with running(database, log=tmp_path / "log", reload_after_s=0, tiles_dir=tmp_path) as service:
            with writing(service.origin, range(3)) as writers:
                for _ in range(5):
                    wait(service.process, chance.uniform(0, LONGEST_S))
                    cluster.kill()
                    assert httpx.get(f"{service.origin}/readyz", timeout=ENDED_WITHIN_S).status_code == 503
                    assert httpx.get(f"{service.origin}/healthz", timeout=ENDED_WITHIN_S).status_code == 200
                    cluster.start()
                    for writer in writers:
                        writer.began.clear()
                    assert all(writer.began.wait(ENDED_WITHIN_S) for writer in writers)
            assert httpx.get(f"{service.origin}/readyz", timeout=ENDED_WITHIN_S).status_code == 200
            with reopened(database, tally) as again:
                check_accounts(again, writers, tally)
                check_trail(again)
    print(tally)  # noqa: T201  the figures, shown with -rP
