"""The tiny district with accounts: one of each role for the first town, and clients that are signed in as them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from api.auth.secret import csrf_token, secret_hash
from api.live import LiveHub
from api.served import ServedDistrict
from geodata.store import Store, open_store
from gridgis.access import ADMINISTRATORS, Action, Grant, Role
from gridgis.accounts import Account, ApiToken, Session
from gridgis.dispatch.state import DistrictState
from gridgis.supervision.enterprises import Enterprise
from tests.fakes.served import HERE, client_of, fill
from tests.fakes.tiny_district import NOON, TOWN_1, tiny_alarm, tiny_district

if TYPE_CHECKING:
    from starlette.testclient import TestClient

NOW = NOON.astimezone(UTC)
DEPARTMENT = "住建局"
COOKIE = f"gridgis-{HERE.rsplit(':', 1)[1]}"
PASSWORD = "three small ducks 3"  # noqa: S105  of accounts that tests make


def office_district() -> DistrictState:
    """The tiny district with telephones and departments, and an alarm in each town."""
    state = tiny_district()
    enterprises = tuple(
        replace(one, department=DEPARTMENT, contact="钱六", phone=f"1390000000{number}")
        for number, one in enumerate(state.enterprises)
    )
    teams = tuple(replace(one, phone="13811112222", leader="孙七") for one in state.teams)
    alarms = tuple(
        replace(tiny_alarm(lon, 32.505, code=code), caller="李四", phone="13933334444", note="来电 13933334444")
        for lon, code in ((120.105, "J001"), (120.155, "J002"))
    )
    return replace(state, enterprises=enterprises, teams=teams, alarms=alarms)


def role_grant(role: Role, area: str = TOWN_1) -> Grant:
    """A role for the first town, and for one department where it needs one."""
    return Grant(
        role=role,
        area="" if role in ADMINISTRATORS else area,
        department=DEPARTMENT if role is Role.DEPARTMENT else "",
        since=NOW - timedelta(days=30),
    )


def account_of(code: str, *grants: Grant, must_change: bool = False) -> Account:
    """An account with grants."""
    return Account(
        id=uuid4(), code=code, title=f"{code}先生", grants=grants, must_change=must_change, password_changed_at=NOW
    )


class Office:
    """A database with accounts, and clients of one service of it.

    Args:
        folder: Where the database goes.
        settings: Of the service.
    """

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.path = folder / "district.gpkg"
        self.state = office_district()
        fill(self.path, self.state)
        with open_store(self.path) as store, store.unit_of_work(actor="test", now=NOW) as work:
            work.put_alarms(self.state.alarms)
            for role in Role:
                work.add_account(account_of(role.value, role_grant(role)), "no hash")
            work.commit()
        self.nobody = client_of(None, db=str(self.path), **settings)
        self._clients: dict[str, TestClient] = {}

    @property
    def store(self) -> Store:
        """The database that the service has open."""
        store: Store = self.nobody.app.state.accounts  # type: ignore[attr-defined]
        return store

    @property
    def served(self) -> ServedDistrict:
        """What the service has loaded."""
        served: ServedDistrict = self.nobody.app.state.served  # type: ignore[attr-defined]
        return served

    @property
    def hub(self) -> LiveHub:
        """Who listens to the service."""
        hub: LiveHub = self.nobody.app.state.live  # type: ignore[attr-defined]
        return hub

    def add(self, account: Account, password_hash: str = "no hash") -> Account:  # noqa: S107  none that any fits
        """Keep one more account."""
        with self.store.unit_of_work(actor="test", now=NOW) as work:
            work.add_account(account, password_hash)
            work.commit()
        return account

    def as_role(self, role: Role) -> TestClient:
        """A client signed in as the account of a role."""
        return self.signed_in(role.value)

    def signed_in(self, code: str, *, at: datetime = NOW) -> TestClient:
        """A client signed in as an account, with the header that changes need."""
        if code not in self._clients:
            secret = f"secret of {code}"
            session = Session(
                id=uuid4(),
                account_id=self.store.account_named(code).id,
                started_at=at,
                seen_at=at,
                address="testclient",
            )
            with self.store.unit_of_work(actor="test", now=at) as work:
                work.open_session(session, secret_hash(secret))
                work.commit()
            self._clients[code] = self.client(cookie=secret)
        return self._clients[code]

    def with_token(self, code: str, scopes: Iterable[Action], *, until: datetime | None = None) -> TestClient:
        """A client that shows a token of an account."""
        secret = f"gridgis_{uuid4()}"
        token = ApiToken(
            id=uuid4(),
            account_id=self.store.account_named(code).id,
            title="test",
            scopes=frozenset(scopes),
            created_at=NOW,
            expires_at=until or NOW + timedelta(days=1),
        )
        with self.store.unit_of_work(actor="test", now=NOW) as work:
            work.add_token(token, secret_hash(secret))
            work.commit()
        return self.client(token=secret)

    def client(self, *, cookie: str = "", token: str = "") -> TestClient:
        """Another client of the same service."""
        client = type(self.nobody)(self.nobody.app, base_url=HERE, raise_server_exceptions=False)
        if cookie:
            client.cookies.set(COOKIE, cookie, domain="127.0.0.1")
            client.headers["x-csrf-token"] = csrf_token(cookie)
        if token:
            client.headers["authorization"] = f"Bearer {token}"
        return client

    def enterprise(self, number: int) -> Enterprise:
        """An enterprise: 0 in the first town, 1 in the second, 2 without a place."""
        return self.state.enterprises[number]

    def close(self) -> None:
        """Close the database."""
        self.hub.close()
        self.served.close()
        self.nobody.app.state.recognition.close()  # type: ignore[attr-defined]
        self.store.close()


def ids(items: Iterable[dict[str, Any]]) -> set[UUID]:
    """Identifiers of listed records."""
    return {UUID(item["id"]) for item in items}
