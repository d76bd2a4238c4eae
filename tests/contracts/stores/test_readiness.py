"""Readiness of teams, changed roads, lessons and versions of run cards come back as they were put."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from geodata.store import Store, rebuild, verify_store
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.desk import Wanted, give_orders, take_call, take_step
from gridgis.dispatch.incidents import Call, Stamp
from gridgis.dispatch.incidents.receiving import complete
from gridgis.dispatch.run_cards import RunCards, Task
from gridgis.errors import Conflict, InvalidValue, StoreFault
from tests.fakes import ready_teams as ready
from tests.fakes.stores import NOW, look
from tests.fakes.tiny_district import run_cards, teams, tiny_district

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def office(store: Store) -> Store:
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_teams(teams())
        work.put_run_cards(run_cards())
        work.commit()
    return store


def edit(store: Store, *, at: datetime = NOW, since: datetime | None = None, name: str = "新") -> None:
    card = replace(run_cards().find("fire", ResponseLevel.III), name=name)
    with store.unit_of_work(actor="李强", now=at) as work:
        work.put_run_card_version(card, effective_from=since or at, reason="演练后调整")
        work.commit()


def names(cards: RunCards, at: datetime) -> str:
    return cards.find("fire", ResponseLevel.III, at).name


def test_readiness_comes_back_as_it_was_put(office: Store) -> None:
    with office.unit_of_work(actor="test", now=NOW) as work:
        work.put_members(ready.members())
        work.put_duties([ready.duty()])
        work.put_kit([ready.suits()])
        work.put_bases([ready.base()])
        work.put_road_changes([ready.slow_road(), ready.flood()])
        work.commit()
    assert office.readiness() == ready.readiness()
    assert office.road_changes() == (ready.slow_road(), ready.flood())
    assert rebuild(office) == ()
    event = office.events(noun="team_member")[0]
    assert (event.personal["after"]["name"], "周一" in str(event.body)) == ("周一", False)


def test_people_can_be_erased_and_the_team_stays(office: Store) -> None:
    with office.unit_of_work(actor="test", now=NOW) as work:
        work.put_members(ready.members())
        work.commit()
    with office.unit_of_work(actor="retention", now=LATER) as work:
        assert work.erase("team_member", [ready.LEADER]) == 1
        work.commit()
    assert [one.phone for one in office.readiness().members] == ["", "13600000002"]
    assert "13600000001" not in str(look(office, "SELECT * FROM events"))
    assert verify_store(office, now=LATER).broken is None


def test_nobody_belongs_to_a_team_that_is_not_stored(store: Store) -> None:
    with store.unit_of_work(actor="test", now=NOW) as work, pytest.raises(Conflict, match=r"store\.reference"):
        work.put_members(ready.members())


def test_an_edited_card_is_in_force_from_its_moment_and_the_past_keeps_its_own(office: Store) -> None:
    edit(office, since=LATER)
    cards = office.run_cards()
    assert (names(cards, NOW), names(cards, LATER)) == ("小小区fire/III", "新")
    assert [one.number for one in cards.history("fire", ResponseLevel.III)] == [1, 2]
    assert rebuild(office) == ()


def test_an_import_after_an_edit_is_a_version_of_its_own(office: Store) -> None:
    edit(office)
    with office.unit_of_work(actor="test", now=LATER) as work:
        work.put_run_cards(run_cards())
        work.commit()
    cards = office.run_cards()
    assert [names(cards, at) for at in (NOW - timedelta(days=1), NOW, LATER)] == [
        "小小区fire/III",
        "新",
        "小小区fire/III",
    ]
    with office.unit_of_work(actor="test", now=LATER) as work:
        work.put_run_cards(run_cards())
        work.commit()
    assert len(office.run_cards().versions) == 3


def test_versions_are_only_added(office: Store) -> None:
    edit(office)
    for statement in ("UPDATE run_card_versions SET name = 'x'", "DELETE FROM run_card_versions"):
        with office.unit_of_work(actor="test", now=NOW) as work:
            work.put_kit([ready.suits()])
            with pytest.raises(StoreFault, match="only be added"), work._reading() as connection:
                connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"reason": " "}, "run_card.reason"), ({"effective_from": NOW - timedelta(seconds=1)}, "run_card.in_past")],
)
def test_a_version_has_a_reason_and_does_not_rewrite_the_past(
    office: Store, changed: dict[str, object], code: str
) -> None:
    card = replace(run_cards().find("fire", ResponseLevel.III), name="新")
    told: dict[str, object] = {"effective_from": NOW, "reason": "x", **changed}
    with office.unit_of_work(actor="test", now=NOW) as work, pytest.raises(InvalidValue) as refused:
        work.put_run_card_version(card, **told)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_the_same_card_again_is_no_version(office: Store) -> None:
    card = run_cards().find("fire", ResponseLevel.III)
    with office.unit_of_work(actor="test", now=NOW) as work, pytest.raises(InvalidValue, match=r"run_card\.same"):
        work.put_run_card_version(card, effective_from=NOW, reason="x")


def test_lessons_and_positions_belong_to_their_incident(office: Store) -> None:
    incident, dispatch = uuid4(), uuid4()
    stamp = Stamp.of("王芳", NOW)
    known = {"type": "fire", "level": ResponseLevel.III, "lon": 120.105, "lat": 32.505}
    with office.unit_of_work(actor="王芳", now=NOW) as work:
        take_call(work, incident, Call(uuid4(), "", incident, NOW), stamp)
        take_step(work, incident, lambda case: complete(case, known, stamp))
        give_orders(work, tiny_district(), incident, [Wanted(dispatch, teams()[0].id, Task.RESCUE)], stamp)
        work.put_lessons([ready.lesson(incident)])
        work.put_positions([ready.position(dispatch)])
        work.put_positions([ready.position(dispatch, after_s=30, lon=120.111)])
        work.commit()
    assert office.lessons(incident_id=incident) == (ready.lesson(incident),)
    assert office.positions([dispatch]) == {dispatch: ready.position(dispatch, after_s=30, lon=120.111)}
    with office.unit_of_work(actor="王芳", now=LATER) as work:
        work.put_lessons([ready.lesson(incident).done("已配", "王芳", LATER)])
        work.commit()
    assert office.lessons(open_only=True) == ()
    assert rebuild(office) == ()
    assert ready.lesson(incident).late_on(date(2020, 7, 31))
    assert office.lessons(incident_id=UUID(int=1)) == ()
