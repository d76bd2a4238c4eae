"""Writers take turns whichever process they are of; readers see one moment, and hear of every change."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest

from geodata.store import Store, open_store, verify_store
from gridgis.errors import StoreFault
from tests.fakes.stores import NOW, ROOT, some_enterprises, some_sites

SOON_S = 10.0


def put(store: Store, at: int) -> None:
    """Put one enterprise."""
    with store.unit_of_work(actor=str(at), now=NOW) as work:
        work.put_enterprises([some_enterprises(at + 1)[at]])
        work.commit()


@contextmanager
def another(store: Store) -> Iterator[Store]:
    """The same database opened once more, as by another process."""
    with open_store(store.database.name) as other:
        yield other


def test_threads_that_write_wait_for_one_another_and_lose_nothing(store: Store) -> None:
    def count(at: int) -> int:
        put(store, at)
        return len(store.enterprises())

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(count, range(48)))
    assert max(counts) == len(store.enterprises()) == 48
    assert len(store.events(noun="enterprise")) == 48


def test_two_stores_of_one_database_take_turns(store: Store) -> None:
    with another(store) as other:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda at: put((store, other)[at % 2], at), range(40)))
        assert store.enterprises() == other.enterprises()
    assert len(store.enterprises()) == 40
    assert [event.sequence for event in store.events()] == list(range(1, 42))
    assert verify_store(store, now=NOW).broken is None


def test_a_writer_sees_what_the_one_it_waited_for_wrote(store: Store) -> None:
    """Who counts and then writes counts right, as nobody else writes in between."""

    def add_one(_: int) -> None:
        with another(store) as own, own.unit_of_work(actor="test", now=NOW) as work:
            count = len(work.enterprises())
            work.put_enterprises(some_enterprises(count + 1)[count:])
            work.commit()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add_one, range(18)))
    assert len(store.enterprises()) == 18


def test_a_writer_that_does_not_end_holds_others_only_so_long(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.store.sqlite.BUSY_TIMEOUT_S", 0.05)
    monkeypatch.setattr("geodata.store.postgres.LOCK_TIMEOUT_S", 0.05)
    with another(store) as hurried:
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_enterprises(some_enterprises(3))
            with pytest.raises(StoreFault, match=r"store\.locked"):
                put(hurried, 1)
            assert hurried.enterprises() == ()
        put(hurried, 1)
    assert len(store.enterprises()) == 1


def test_a_database_that_a_writer_keeps_locked_is_not_ready(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.store.sqlite.READY_WITHIN_S", 0.05)
    monkeypatch.setattr("geodata.store.postgres.READY_WITHIN_S", 0.05)
    with another(store) as other, store.unit_of_work(actor="test", now=NOW):
        assert store.check_ready() == store.version()
        with pytest.raises(StoreFault, match=r"store\.locked"):
            other.check_ready()
    assert store.check_ready() == store.version()


def test_getters_of_one_moment_do_not_see_what_is_written_meanwhile(store: Store) -> None:
    with store.one_moment():
        assert store.enterprises() == ()
        with another(store) as other, other.unit_of_work(actor="x", now=NOW) as work:
            owners = some_enterprises(3)
            work.put_enterprises(owners)
            work.put_sites(some_sites(owners))
            work.commit()
        assert store.sites() == ()
    assert len(store.sites()) == 3


def test_a_reader_never_sees_a_half_change(store: Store) -> None:
    with another(store) as other, ThreadPoolExecutor(1) as pool:

        def rename(at: int) -> None:
            owners = some_enterprises(20, name=str(at))
            with other.unit_of_work(actor="x", now=NOW) as work:
                work.put_enterprises(owners[:10])
                work.put_enterprises(owners[10:])
                work.commit()

        writing = pool.submit(lambda: list(map(rename, range(10))))
        while not writing.done():
            assert len({one.name[:1] for one in store.enterprises()}) <= 1
        writing.result()


WRITER = """
import sys
from geodata.store import open_store
from tests.fakes.stores import NOW, some_enterprises

with open_store(sys.argv[1]) as store, store.unit_of_work(actor="test", now=NOW) as work:
    work.put_enterprises(some_enterprises(50))
    print("half-way", flush=True)
    sys.stdin.read()
    work.commit()
"""


def test_a_writer_that_was_killed_leaves_nothing_and_its_place_to_the_next(store: Store) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, store.database.name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "half-way"
    child.kill()
    child.communicate()
    put(store, 0)
    assert [one.code for one in store.enterprises()] == ["00000"]
    assert verify_store(store, now=NOW).broken is None


class TestWaiting:
    """Whoever waits for a change hears of it, whichever process makes it."""

    def test_the_version_comes_at_once_where_another_one_is_known(self, store: Store) -> None:
        assert store.changed(0, timeout_s=SOON_S) == store.version() == 1

    def test_without_a_change_the_time_passes(self, store: Store) -> None:
        started = time.monotonic()
        assert store.changed(1, timeout_s=0.3) == 1
        assert time.monotonic() - started >= 0.3

    def test_no_time_is_just_a_look(self, store: Store) -> None:
        assert store.changed(1, timeout_s=0) == 1

    @pytest.mark.parametrize("by", ["the same store", "another store"])
    def test_a_change_ends_the_wait(self, store: Store, by: str) -> None:
        with another(store) as other, ThreadPoolExecutor(3) as pool:
            waiting = [pool.submit(store.changed, 1, timeout_s=SOON_S) for _ in range(3)]
            started = time.monotonic()
            put(store if by == "the same store" else other, 0)
            assert [one.result() for one in waiting] == [2, 2, 2]
            assert time.monotonic() - started < SOON_S / 2

    def test_what_was_not_committed_ends_no_wait(self, store: Store) -> None:
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(store.changed, 1, timeout_s=0.5)
            with store.unit_of_work(actor="x", now=NOW) as work:
                work.put_enterprises(some_enterprises(2))
            assert waiting.result() == 1

    def test_nobody_who_looks_and_then_waits_misses_anything(self, store: Store) -> None:
        """Changes come all the time; each round starts from the version the last one gave."""
        with another(store) as other, ThreadPoolExecutor(1) as pool:
            writing = pool.submit(lambda: list(map(partial(put, other), range(30))))
            version = 1
            while version < 31:
                later = store.changed(version, timeout_s=SOON_S)
                assert later > version
                version = later
            writing.result()
