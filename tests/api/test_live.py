"""What listeners hear, and what they don't."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest

from api import live
from api.auth.who import LOCAL, Who
from api.live import MOST_SINGLE, MOST_WAITING
from api.stopping import told_of_signals
from gridgis.access import Role
from gridgis.errors import StoreFault
from gridgis.supervision.enterprises import Site
from tests.fakes.served import serving
from tests.fakes.signed_in import COOKIE, NOW, Office, account_of, role_grant

if TYPE_CHECKING:
    from geodata.store import UnitOfWork

WITHIN_S = 20


class Heard(NamedTuple):
    """A message as a browser reads it."""

    id: int
    kind: str
    told: dict[str, Any]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


def read(text: bytes) -> Heard | None:
    """A message; None for what only keeps the line open."""
    fields = dict(line.split(": ", 1) for line in text.decode().strip().splitlines() if ": " in line)
    if "event" not in fields:
        return None
    return Heard(int(fields["id"]), fields["event"], json.loads(fields["data"]))


async def heard(stream: AsyncGenerator[bytes, None]) -> AsyncGenerator[Heard, None]:
    async with aclosing(stream):
        async for text in stream:
            found = read(text)
            if found is not None:
                yield found


def run(scenario: Awaitable[None]) -> None:
    async def within() -> None:
        await asyncio.wait_for(scenario, WITHIN_S)

    asyncio.run(within())


def listen(office: Office, who: Who, after: int | None = None, *, still: Callable[[], Who | None] | None = None) -> Any:
    """What somebody hears, as messages."""
    return aclosing(heard(office.hub.listen(who, after, still or (lambda: who))))


def who(office: Office, code: str) -> Who:
    account = office.store.account_named(code)
    return Who(account.principal(), account)


async def write(office: Office, change: Callable[[UnitOfWork], object]) -> int:
    """Change something beside the loop; the version then."""

    def work() -> int:
        with office.store.unit_of_work(actor="test", now=NOW) as doing:
            change(doing)
            doing.commit()
        return office.store.version()

    return await asyncio.to_thread(work)


def renamed(office: Office, number: int, name: str) -> Callable[[UnitOfWork], object]:
    return lambda work: work.put_enterprises([replace(office.enterprise(number), name=name)])


def test_a_change_is_told_after_it_is_loaded_by_number_noun_and_record_and_nothing_else(office: Office) -> None:
    async def scenario() -> None:
        async with listen(office, LOCAL) as messages:
            ready = await anext(messages)
            assert (ready.kind, ready.told) == ("ready", {"version": ready.id})
            version = await write(office, renamed(office, 0, "新名"))
            change = await anext(messages)
            assert (change.id, change.kind) == (version, "change")
            assert change.told["id"] == str(office.enterprise(0).id)
            assert change.told.keys() == {"noun", "what", "at", "id"}
            assert office.served.current().enterprise(office.enterprise(0).id).name == "新名"

    run(scenario())


def test_each_hears_of_what_he_may_see_as_it_is_or_as_it_was(office: Office) -> None:
    office.add(account_of("away", role_grant(Role.TOWN_LEAD, "321204102")))

    async def scenario() -> None:
        here, away, team = (who(office, code) for code in ("town_lead", "away", "team_member"))
        async with (
            listen(office, here) as at_home,
            listen(office, away) as elsewhere,
            listen(office, team) as of_team,
        ):
            for messages in (at_home, elsewhere, of_team):
                assert (await anext(messages)).kind == "ready"
            first = await write(office, renamed(office, 0, "甲镇的"))
            second = await write(office, renamed(office, 1, "乙镇的"))
            teams = await write(office, lambda work: work.put_teams([replace(office.state.teams[0], name="队")]))
            assert [(await anext(at_home)).id for _ in range(2)] == [first, teams]
            assert [(await anext(elsewhere)).id for _ in range(2)] == [second, teams]
            assert (await anext(of_team)).id == teams
            site = next(one for one in office.state.sites if one.enterprise_id == office.enterprise(1).id)
            moved = await write(office, lambda work: work.put_sites([place(site, 120.105)]))
            assert (await anext(at_home)).id == moved
            gone = await anext(elsewhere)
            assert (gone.id, gone.told["noun"]) == (moved, "site")

    run(scenario())


def place(site: Site, lon: float) -> Site:
    return replace(site, lon=lon, lat=32.505)


def test_whoever_comes_back_has_every_message_once(office: Office) -> None:
    """A listener that is cut off again and again, while changes go on, has heard of each of them once, in order."""
    chance = random.Random(7)

    async def scenario() -> None:
        last: int | None
        first, had, last = office.store.version(), list[int](), None
        writing = asyncio.create_task(_write_many(office, 40))
        while not had or had[-1] < first + 40:
            async with listen(office, LOCAL, last) as messages:
                leave_after = chance.randrange(1, 6)
                async for message in messages:
                    assert message.kind in {"ready", "change"}
                    last = message.id
                    if message.kind == "change":
                        had.append(message.id)
                        leave_after -= 1
                    if leave_after == 0 or message.id == first + 40:
                        break
        await writing
        assert had == list(range(had[0], first + 41))
        assert had[0] == first + 1

    run(scenario())


async def _write_many(office: Office, count: int) -> None:
    for number in range(count):
        await asyncio.sleep(0)
        await write(office, renamed(office, 0, f"第{number}名"))


def test_what_was_missed_is_told_first_and_only_what_may_be_seen(office: Office) -> None:
    async def scenario() -> None:
        start = office.store.version()
        seen = await write(office, renamed(office, 0, "一"))
        await write(office, renamed(office, 1, "二"))
        async with listen(office, who(office, "grid_officer"), start) as messages:
            missed, ready = await anext(messages), await anext(messages)
            assert (missed.id, missed.kind) == (seen, "change")
            assert (ready.id, ready.kind) == (office.store.version(), "ready")

    run(scenario())


@pytest.mark.parametrize("last_seen", [-1, 10**12])
def test_a_number_that_is_too_old_or_of_another_database_starts_anew(office: Office, last_seen: int) -> None:
    async def scenario() -> None:
        async with listen(office, LOCAL, last_seen) as messages:
            reset = await anext(messages)
            assert (reset.kind, reset.id) == ("reset", office.store.version())

    live_replayed, live.MOST_REPLAYED = live.MOST_REPLAYED, 0
    try:
        run(scenario())
    finally:
        live.MOST_REPLAYED = live_replayed


def test_an_import_of_many_is_told_by_noun(office: Office) -> None:
    async def scenario() -> None:
        async with listen(office, who(office, "grid_officer")) as messages:
            await anext(messages)
            many = [
                replace(one, code=f"N{at}", id=account_of("x").id)
                for at in range(MOST_SINGLE + 1)
                for one in [office.state.teams[0]]
            ]
            version = await write(office, lambda work: work.put_teams(many))
            change = await anext(messages)
            assert (change.id, change.told["noun"], change.told["what"]) == (version, "team", "many")
            assert "id" not in change.told

    run(scenario())


def test_a_listener_that_does_not_keep_up_is_let_go_with_what_waits_and_misses_nothing(office: Office) -> None:
    async def scenario() -> None:
        first = office.store.version()
        slow = office.hub.listen(LOCAL, None, lambda: LOCAL)
        async with aclosing(heard(slow)) as messages:
            await anext(messages)
            for _ in range(5):
                await write(
                    office,
                    lambda work: work.put_teams(replace(one, people=one.people + 1) for one in office.state.teams),
                )
                office.state = replace(
                    office.state, teams=tuple(replace(one, people=one.people + 1) for one in office.state.teams)
                )
            (listener,) = office.hub._listeners
            while listener.waiting.qsize() < office.store.version() - first:  # noqa: ASYNC110  nothing tells
                await asyncio.sleep(0.01)
            for _ in range(MOST_WAITING):
                listener.offer(b"id: 1\nevent: change\ndata: {}\n\n")
            had = [message.id async for message in messages]
        assert had[: office.store.version() - first] == list(range(first + 1, office.store.version() + 1))
        assert len(had) == MOST_WAITING
        assert len(office.hub) == 0

    run(scenario())


def test_the_stream_ends_with_the_session_and_at_the_next_heartbeat_elsewhere(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.05)

    async def scenario() -> None:
        somebody = who(office, "dispatcher")
        state: list[Who | None] = [somebody]
        stream = office.hub.listen(somebody, None, lambda: state[0])
        texts = [await anext(stream) for _ in range(4)]
        assert texts[-1] == live.HEARTBEAT
        state[0] = None
        kinds = [found.kind async for found in heard(stream)]
        assert kinds == ["end"]

    run(scenario())


def test_an_account_that_is_disabled_hears_no_more_at_once(office: Office) -> None:
    async def scenario() -> None:
        somebody = who(office, "dispatcher")

        def again() -> Who | None:
            return who(office, "dispatcher") if office.store.account(somebody.principal.account_id).usable else None

        async with listen(office, somebody, still=again) as messages:
            await anext(messages)
            await write(office, lambda work: work.disable_account(somebody.principal.account_id))
            assert (await anext(messages)).kind == "end"

    run(scenario())


def test_every_stream_ends_when_the_service_does_and_nobody_is_taken_in(office: Office) -> None:
    async def scenario() -> None:
        async with listen(office, LOCAL) as messages:
            await anext(messages)
            threading.Thread(target=office.hub.close).start()
            assert [message async for message in messages] == []
        with pytest.raises(StoreFault, match=r"live\.full"):
            office.hub.check_room()

    run(scenario())


def test_there_is_room_for_so_many(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_LISTENERS", 1)

    async def scenario() -> None:
        async with listen(office, LOCAL) as messages:
            await anext(messages)
            with pytest.raises(StoreFault, match=r"live\.full"):
                office.hub.check_room()
        office.hub.check_room()

    run(scenario())


def test_a_database_that_goes_away_does_not_end_the_stream(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "AFTER_FAULT_S", 0.01)
    away = [True]
    real = office.store.changed

    def changed(after: int, *, timeout_s: float) -> int:
        if away[0]:
            raise StoreFault("store.unreachable", db="x")
        return real(after, timeout_s=timeout_s)

    monkeypatch.setattr(office.store, "changed", changed)

    async def scenario() -> None:
        async with listen(office, LOCAL) as messages:
            await anext(messages)
            version = await write(office, renamed(office, 0, "回来"))
            await asyncio.sleep(0.05)
            away[0] = False
            assert (await anext(messages)).id == version

    run(scenario())


def test_it_is_served_as_events_to_whoever_is_signed_in(office: Office) -> None:
    office.signed_in("dispatcher")
    with serving(office.nobody.app) as origin:  # type: ignore[arg-type]
        address = f"{origin}/api/v1/live"
        cookie = {"cookie": f"{COOKIE.rsplit('-', 1)[0]}-{origin.rsplit(':', 1)[1]}=secret of dispatcher"}
        assert httpx.get(address).status_code == 401
        with httpx.stream("GET", address, headers=cookie, timeout=WITHIN_S) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["cache-control"] == "no-store"
            lines = answer.iter_lines()
            assert next(lines).startswith("retry: ")
            told = [next(lines) for _ in range(4)]
            assert told[2] == "event: ready"


def test_signals_are_told_and_passed_on() -> None:
    passed, told = [], []
    before = signal.signal(signal.SIGTERM, lambda number, _: passed.append(number))
    try:
        with told_of_signals(lambda: told.append(len(passed))):
            os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert told == [0]
    assert passed == [signal.SIGTERM] * 2
