"""Accounts on the command line."""

from __future__ import annotations

import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.auth.demo import make_demo_accounts
from api.auth.hashing import Hashing
from geodata.store import open_store
from gridgis.access import Role
from tests.fakes.command_line import gridgis
from tests.fakes.served import fill
from tests.fakes.tiny_district import NOON, TOWN_1, VILLAGE_1, tiny_district

PASSWORD = re.compile(r"\b(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\b")


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDGIS_NOW", NOON.isoformat())


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "district.gpkg"
    fill(path, tiny_district())
    return path


def password_in(text: str) -> str:
    found = PASSWORD.search(text)
    assert found is not None, text
    return found[0]


def test_a_new_database_has_a_security_administrator_with_a_password_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new.gpkg"
    ran = gridgis(capsys, "init", path, "--name", "小小区", "--code", "321204")
    password = password_in(ran.out)
    with open_store(path) as store:
        (account,) = store.accounts()
        assert (account.code, account.must_change) == ("admin", True)
        assert [grant.role for grant in account.grants] == [Role.SECURITY_ADMINISTRATOR]
        assert Hashing().is_right(store.password_hash(account.id), password)
        assert password not in str(store.events())
    assert password.encode() not in path.read_bytes()


def test_accounts_are_made_listed_granted_and_disabled(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = gridgis(
        capsys, "user", "add", database, "WangWu", "--title", "王五", "--role", "grid_officer", "--area", VILLAGE_1
    )
    assert made.code == 0
    password_in(made.out)
    until = ("--until", "2021-01-01T00:00", "--reason", "兼任")
    gridgis(capsys, "user", "grant", database, "wangwu", "--role", "department", "--department", "住建局", *until)
    listed = gridgis(capsys, "user", "list", database, "--json").json
    assert listed == [
        {
            "name": "wangwu",
            "title": "王五",
            "state": "usable",
            "must_change": True,
            "grants": [
                {
                    "role": "grid_officer",
                    "area": VILLAGE_1,
                    "department": "",
                    "since": "2020-06-30T12:00+08:00",
                    "until": None,
                },
                {
                    "role": "department",
                    "area": "",
                    "department": "住建局",
                    "since": "2020-06-30T12:00+08:00",
                    "until": "2021-01-01T00:00+08:00",
                },
            ],
        }
    ]
    assert "网格员" in gridgis(capsys, "user", "list", database).out
    gridgis(capsys, "user", "disable", database, "wangwu")
    assert gridgis(capsys, "user", "list", database, "--json").json[0]["state"] == "disabled"
    gridgis(capsys, "user", "enable", database, "wangwu")
    gridgis(capsys, "user", "grant", database, "wangwu", "--none")
    assert gridgis(capsys, "user", "list", database, "--json").json[0]["grants"] == []
    with open_store(database) as store:
        told = store.events(noun="account")
        assert [one.what for one in told] == ["added", "granted", "granted", "disabled", "enabled", "granted"]
        assert {one.actor.split(":")[0] for one in told} == {"console"}
        assert told[2].reason == "兼任"


def test_a_password_is_set_anew(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = password_in(gridgis(capsys, "user", "add", database, "wangwu").out)
    second = password_in(gridgis(capsys, "user", "password", database, "wangwu").out)
    assert first != second
    with open_store(database) as store:
        hashed = store.password_hash(store.account_named("wangwu").id)
    assert Hashing().is_right(hashed, second)
    assert not Hashing().is_right(hashed, first)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "a b"), 2),
        (("add", "wangwu", "--role", "grid_officer"), 2),
        (("add", "wangwu", "--role", "town_lead", "--area", "320101001"), 2),
        (("add", "wangwu", "--role", "king"), 2),
        (("disable", "nobody"), 2),
        (("grant", "nobody", "--none"), 2),
    ],
)
def test_what_can_not_be_is_refused(
    database: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int
) -> None:
    action, *rest = arguments
    ran = gridgis(capsys, "user", action, database, *rest)
    assert ran.code == code
    assert "✗" in ran.err
    with open_store(database) as store:
        assert store.accounts() == ()


def test_nobody_becomes_two_administrators(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gridgis(capsys, "user", "add", database, "zhangsan", "--role", "audit_administrator")
    ran = gridgis(capsys, "user", "grant", database, "zhangsan", "--role", "system_administrator")
    assert ran.code == 1
    assert "三员分立" in ran.err


def test_a_demo_has_an_account_for_each_role_in_a_file_that_only_its_owner_reads(database: Path) -> None:
    now = datetime(2020, 6, 30, tzinfo=UTC)
    with open_store(database) as store:
        path = make_demo_accounts(store, database.parent, {role: role.value for role in Role}, since=now, now=now)
        accounts = store.accounts()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {grant.role for one in accounts for grant in one.grants} == set(Role)
    assert all(len(one.grants) == 1 and not one.must_change for one in accounts)
    lines = path.read_text("utf-8-sig").splitlines()
    assert len(lines) == 1 + len(Role)
    assert len(set(PASSWORD.findall("\n".join(lines)))) == len(Role)
    assert f"town-lead,{password_in(lines[1 + list(Role).index(Role.TOWN_LEAD)])},town_lead,{TOWN_1}," in lines[6]
