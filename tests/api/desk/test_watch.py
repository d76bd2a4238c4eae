"""By the clock the next number is called until somebody answers, and roads are open again when their time is over."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.desk.messenger import Messenger
from api.desk.watch import Watch
from api.served import ServedDistrict
from api.settings import Settings
from geodata.store import Store, open_store
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.desk import Wanted, give_orders, take_call, take_step, take_team_step
from gridgis.dispatch.incidents import Call, Case, Stamp, Step
from gridgis.dispatch.incidents.calling import CallRule, Number, attempts, numbers_of
from gridgis.dispatch.incidents.ordering import Milestone, reach_milestone
from gridgis.dispatch.readiness import Readiness
from gridgis.dispatch.run_cards import Task
from gridgis.errors import InvalidValue
from gridgis.ports import Delivery
from maps.words import Words
from tests.fakes import ready_teams as ready
from tests.fakes.notifiers import Recorded
from tests.fakes.served import fill
from tests.fakes.signed_in import NOW
from tests.fakes.tiny_district import teams, tiny_district

SQUAD = replace(next(team for team in teams() if team.code == "S1"), phone="0523-1", leader="值班室")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def pass_s(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Desk:
    """A district with an order to the chemical squad that nobody has answered."""

    def __init__(self, folder: Path, *gateways: Recorded) -> None:
        path = folder / "district.gpkg"
        fill(path, tiny_district())
        self.clock = Clock()
        self.store: Store = open_store(path)
        with self.store.unit_of_work(actor="test", now=NOW) as work:
            work.put_teams([SQUAD])
            work.put_members(ready.members())
            work.commit()
        self.served = ServedDistrict(self.store, Settings(db=str(path), reload_after_s=0), self.clock)
        self.messenger = Messenger(self.store, gateways, self.clock)
        self.watch = Watch(self.store, self.served, self.messenger, Words.load("zh"), CallRule())
        self.dispatch = self._order()

    def _order(self) -> UUID:
        incident, dispatch, stamp = uuid4(), uuid4(), Stamp.of("王芳", NOW)
        known = {"type": "hazmat", "level": ResponseLevel.II, "lon": 120.105, "lat": 32.505}
        state = self.store.state()
        with self.store.unit_of_work(actor="王芳", now=NOW) as work:
            take_call(work, incident, Call(uuid4(), "", incident, NOW), stamp)
            take_step(work, incident, lambda case: complete_(case, known, stamp))
            give_orders(work, state, incident, [Wanted(dispatch, SQUAD.id, Task.RESCUE)], stamp)
            work.commit()
        return dispatch

    def send_first(self) -> None:
        from api.desk.orders import first_message

        case = self.store.case_of_dispatch(self.dispatch)
        numbers = numbers_of(SQUAD, self.store.readiness(), NOW)
        self.settle(
            first_message(case, case.dispatches[0], SQUAD, numbers, Words.load("zh"), channels=self.messenger.channels)
        )

    def settle(self, *messages: Any) -> None:
        for done in self.messenger.send(messages):
            done.result()

    def look(self) -> int:
        due = self.watch.look()
        deadline = time.monotonic() + 10
        while self.messenger.busy and time.monotonic() < deadline:
            self.messenger.wait()
        return due

    def notices(self) -> list[tuple[str, str, str]]:
        log = self.store.case_of_dispatch(self.dispatch).log
        return [
            (one.text, one.facts["channel"], one.facts["state"])
            for one in log
            if one.step is Step.NOTIFIED and one.facts["about"] == "order"
        ]

    def close(self) -> None:
        self.messenger.close()
        self.served.close()
        self.store.close()


def complete_(case: Case, known: dict[str, Any], stamp: Stamp) -> Case:
    from gridgis.dispatch.incidents.receiving import complete

    return complete(case, known, stamp)


@pytest.fixture
def sms() -> Recorded:
    return Recorded(channel="sms")


@pytest.fixture
def desk(tmp_path: Path, sms: Recorded) -> Iterator[Desk]:
    made = Desk(tmp_path, sms, Recorded(channel="voice"))
    yield made
    made.close()


def test_number_after_number_is_called_until_nobody_is_left_and_that_is_told(desk: Desk) -> None:
    desk.send_first()
    assert desk.look() == 0
    for _ in range(5):
        desk.clock.pass_s(61)
        assert desk.look() == 1
    assert desk.notices() == [
        ("值班室", "sms", "sent"),
        ("值班室", "voice", "sent"),
        ("周一", "sms", "sent"),
        ("周一", "voice", "sent"),
        ("吴二", "sms", "sent"),
        ("吴二", "voice", "sent"),
    ]
    desk.clock.pass_s(61)
    assert desk.look() == 1
    assert desk.notices()[-1] == ("", "", "exhausted")
    desk.clock.pass_s(61)
    assert desk.look() == 0


def test_nobody_is_called_again_once_somebody_answered(desk: Desk) -> None:
    desk.send_first()
    stamp = Stamp.of("周一", NOW)
    with desk.store.unit_of_work(actor="周一", now=NOW) as work:
        take_team_step(
            work, desk.dispatch, lambda case: reach_milestone(case, desk.dispatch, Milestone.ACKNOWLEDGED, stamp)
        )
        work.commit()
    desk.clock.pass_s(600)
    assert desk.look() == 0
    assert len(desk.notices()) == 1


def test_a_number_that_fails_is_followed_at_once_by_the_next(desk: Desk, sms: Recorded) -> None:
    sms.state = Delivery.FAILED
    desk.send_first()
    assert desk.look() == 1
    assert [state for _, _, state in desk.notices()] == ["failed", "sent"]


def test_an_order_on_its_way_is_not_sent_twice_by_two_looks(desk: Desk) -> None:
    desk.send_first()
    desk.clock.pass_s(61)
    desk.watch.look()
    desk.look()
    assert len(desk.notices()) == 2


def test_roads_are_open_again_when_their_time_is_over_and_teams_under_way_are_told(desk: Desk) -> None:
    slow = replace(ready.flood(120.10, 120.104), until=NOW + timedelta(minutes=10))
    with desk.store.unit_of_work(actor="王芳", now=NOW) as work:
        work.put_road_changes([slow])
        work.commit()
    desk.clock.pass_s(599)
    assert desk.look() == 0
    desk.clock.pass_s(2)
    assert desk.look() == 1
    (over,) = desk.store.road_changes()
    assert (over.ended_at, over.ended_by) == (desk.clock.at, "clock")
    assert desk.look() == 0


def test_those_on_duty_are_called_and_each_number_once() -> None:
    held = Readiness((*ready.members(), replace(ready.members()[0], id=uuid4(), code="S1/03", phone="0523-1")))
    assert [one.phone for one in numbers_of(SQUAD, held, NOW)] == ["0523-1", "13600000001", "13600000002"]
    on_duty = Readiness(ready.members(), (ready.duty(),))
    assert [one.name for one in numbers_of(SQUAD, on_duty, NOW)] == ["值班室", "吴二"]


def test_no_more_numbers_are_tried_than_the_rule_says() -> None:
    numbers = [Number(str(at), str(at)) for at in range(9)]
    assert len(attempts(numbers, ("sms", "voice"), CallRule(most=2))) == 4
    with pytest.raises(InvalidValue, match=r"setting\.calling"):
        CallRule(next_after_s=-1)
