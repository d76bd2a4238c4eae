"""`gridgis forget`: what may be kept no longer is taken away, and the chain stays whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from geodata.store import Store, open_store, rebuild, verify_store
from gridgis.dispatch.alarms import Dispatch
from tests.fakes.command_line import gridgis
from tests.fakes.served import fill
from tests.fakes.signed_in import NOW, office_district
from tests.fakes.tiny_district import tiny_alarm

OLD, NEW = (datetime(year, 6, 1, tzinfo=UTC) for year in (2019, 2020))


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Alarms of last year, one of which goes on, and one of this month."""
    monkeypatch.setenv("GRIDGIS_NOW", "2020-06-30T12:00+08:00")
    path, state = tmp_path / "district.gpkg", office_district()
    fill(path, state)
    alarm = replace(tiny_alarm(120.105, 32.505), caller="李四", phone="13933334444", note="来电")
    alarms = [
        replace(alarm, id=uuid4(), code=code, reported_at=at)
        for code, at in (("ENDED", OLD), ("OPEN", OLD), ("RECENT", NEW))
    ]
    sent = [
        Dispatch(
            id=uuid4(),
            code=f"{one.code}/1",
            alarm_id=one.id,
            team_id=state.teams[0].id,
            people=3,
            task="fire",
            dispatched_at=one.reported_at,
            home_at=None if one.code == "OPEN" else one.reported_at,
            answered_by="王五",
        )
        for one in alarms
    ]
    with open_store(path) as store, store.unit_of_work(actor="test", now=NOW) as work:
        work.put_alarms(alarms)
        work.put_dispatches(sent)
        work.commit()
    return path


def callers(store: Store) -> dict[str, str]:
    return {one.code: one.caller + one.phone + one.note for one in store.alarms() if one.code[0] != "J"}


def whole(store: Store) -> bool:
    return verify_store(store, now=NOW).broken is None and rebuild(store) == ()


def test_callers_of_ended_alarms_are_forgotten_and_all_else_stays(
    capsys: pytest.CaptureFixture[str], database: Path
) -> None:
    told = gridgis(capsys, "forget", database, "--callers-before", "2020-01-01", "--json").json
    assert (told["alarms"], told["dispatches"], told["set_aside"]) == (1, 1, 0)
    with open_store(database) as store:
        known = callers(store)
        assert (known["ENDED"], bool(known["OPEN"]), bool(known["RECENT"])) == ("", True, True)
        assert {one.code: one.answered_by for one in store.dispatches()}["ENDED/1"] == ""
        assert [one.what for one in store.events()[-2:]] == ["erased", "erased"]
        assert whole(store)
    assert b"ENDED" in database.read_bytes()


def test_a_dry_run_says_the_same_and_changes_nothing(capsys: pytest.CaptureFixture[str], database: Path) -> None:
    with open_store(database) as store:
        before = store.version()
    told = gridgis(capsys, "forget", database, "--callers-before", "2020-01-01", "--dry-run", "--json").json
    assert (told["alarms"], told["dry_run"]) == (1, True)
    with open_store(database) as store:
        assert store.version() == before
        assert callers(store)["ENDED"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_settings_decide_and_while_they_do_not_nothing_is_forgotten(
    capsys: pytest.CaptureFixture[str], database: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    ran = gridgis(capsys, "forget", database, lang=lang)
    assert (ran.code, ran.out) == (0, "")
    assert "callers_kept_days" in ran.err
    monkeypatch.setenv("GRIDGIS_CALLERS_KEPT_DAYS", "180")
    monkeypatch.setenv("GRIDGIS_SET_ASIDE_KEPT_DAYS", "180")
    ran = gridgis(capsys, "forget", database, lang=lang)
    assert (ran.code, ran.err) == (0, "")
    assert "2020-01-02" in ran.out
    with open_store(database) as store:
        assert callers(store)["ENDED"] == ""
    ran = gridgis(capsys, "forget", database, "--dry-run", "--json", lang=lang)
    assert ran.json["alarms"] == 0


@pytest.mark.parametrize("day", ["2020-07-01", "soon", "2020-02-30"])
def test_a_day_that_is_none_or_is_to_come_is_refused(
    capsys: pytest.CaptureFixture[str], database: Path, day: str
) -> None:
    ran = gridgis(capsys, "forget", database, "--callers-before", day)
    assert ran.code == 2
    assert day in ran.err
