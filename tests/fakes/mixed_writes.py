"""Write to a served database from several sides at once, and remember what was acknowledged and what is in doubt."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

import httpx

from api.auth.secret import csrf_token, secret_hash
from geodata.store import Store
from gridgis.access import Grant, Role
from gridgis.accounts import Account, Session
from tests.fakes.served_process import ENDED_WITHIN_S
from tests.fakes.stores import NOW, ROOT

MOST_ACCOUNTS, PAUSE_S = 5, 0.02
ROLES = ("dispatcher", "planner", "supervisor")
SECRET = "secret of whoever manages accounts"  # noqa: S105  of an account that tests make
IMPORTER = """
import sys
from dataclasses import replace
from geodata.store import open_store
from tests.fakes.stores import NOW, some_enterprises, some_sites

with open_store(sys.argv[1]) as store:
    round_ = 0
    while True:
        round_ += 1
        owners = some_enterprises(40, name=f"第{round_}轮")
        with store.unit_of_work(actor="importer", now=NOW) as work:
            work.put_enterprises(owners)
            moved = round_ % 50 / 1000
            work.put_sites([replace(one, lon=one.lon and one.lon + moved) for one in some_sites(owners)])
            work.commit()
        print(round_, flush=True)
"""


@dataclass(frozen=True)
class Told:
    """What an answer says of an account; all that its changes can change."""

    title: str
    roles: tuple[str, ...] = ()
    usable: bool = True


@dataclass
class HttpWriter:
    """Makes accounts and changes them, one request after the other, until the service is gone.

    Attributes:
        origin: Address of the service.
        seed: Of its choices.
        acknowledged: What the last answer of each account said, by name.
        in_doubt: What the account would be by a change that was not answered; only by the last one of each.
        began: Set at the first answer.
    """

    origin: str
    seed: int
    acknowledged: dict[str, Told] = field(default_factory=dict)
    in_doubt: dict[str, Told] = field(default_factory=dict)
    answers: int = 0
    began: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Write until nobody answers any more."""
        chance = random.Random(self.seed)
        ids: dict[str, str] = {}
        headers = {"X-CSRF-Token": csrf_token(SECRET)}
        cookies = {f"gridgis-{self.origin.rsplit(':', 1)[1]}": SECRET}
        with httpx.Client(base_url=self.origin, headers=headers, cookies=cookies, timeout=ENDED_WITHIN_S) as client:
            while not self.ended.is_set():
                name = chance.choice([*ids, ""] if len(ids) < MOST_ACCOUNTS else [*ids])
                method, path, body, wanted = self._change(chance, name, ids)
                name = name or wanted.title
                self.in_doubt[name] = wanted
                try:
                    answer = client.request(method, path, json=body)
                except httpx.TransportError:
                    return
                if answer.is_success:
                    account = answer.json().get("account", answer.json())
                    ids[name] = account["id"]
                    self.acknowledged[name] = told(account)
                    del self.in_doubt[name]
                    self.answers += 1
                    self.began.set()
                else:
                    assert answer.status_code == 503, answer.text
                    self.ended.wait(PAUSE_S)
                    ids.pop(name, None)

    def _change(
        self, chance: random.Random, name: str, ids: Mapping[str, str]
    ) -> tuple[str, str, Mapping[str, object], Told]:
        """A request, and what the account is once it was carried out."""
        if not name:
            name = f"w{self.seed}-{uuid4().hex[:12]}"
            roles = [chance.choice(ROLES)]
            body: dict[str, object] = {"name": name, "title": name, "grants": [{"role": role} for role in roles]}
            return "POST", "/api/v1/accounts", body, Told(name, tuple(roles))
        now = self.acknowledged[name]
        address = f"/api/v1/accounts/{ids[name]}"
        if chance.random() < 0.5:
            roles = sorted(chance.sample(ROLES, chance.randint(0, 3)))
            body = {"grants": [{"role": role} for role in roles], "reason": f"第{self.answers}次"}
            return "PUT", f"{address}/grants", body, replace(now, roles=tuple(roles))
        way = "disable" if now.usable else "enable"
        return "POST", f"{address}/{way}", {}, replace(now, usable=not now.usable)


def told(account: Mapping[str, object]) -> Told:
    """What an answer says of an account."""
    grants = account["grants"]
    assert isinstance(grants, list)
    return Told(str(account["title"]), _roles(one["role"] for one in grants), account["disabled_at"] is None)


def kept(account: Account) -> Told:
    """What a store says of an account."""
    return Told(account.title, _roles(one.role.value for one in account.grants), account.usable)


def _roles(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(sorted(names))


def add_manager(store: Store) -> None:
    """Somebody who manages accounts, with a session."""
    grant = Grant(role=Role.SECURITY_ADMINISTRATOR, since=NOW.replace(year=2019))
    account = Account(id=UUID(int=7), code="manager", title="manager", grants=(grant,), password_changed_at=NOW)
    session = Session(id=uuid4(), account_id=account.id, started_at=NOW, seen_at=NOW, address="127.0.0.1")
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.add_account(account, "no hash")
        work.open_session(session, secret_hash(SECRET))
        work.commit()


@contextmanager
def writing(origin: str, seeds: Sequence[int]) -> Iterator[list[HttpWriter]]:
    """Writers at work, each of which was answered once; they stop when this is left."""
    writers = [HttpWriter(origin, seed) for seed in seeds]
    threads = [threading.Thread(target=one.run) for one in writers]
    for thread in threads:
        thread.start()
    try:
        for one in writers:
            assert one.began.wait(ENDED_WITHIN_S)
        yield writers
    finally:
        for one in writers:
            one.ended.set()
        for thread in threads:
            thread.join()


@contextmanager
def importing(database: str) -> Iterator[subprocess.Popen[str]]:
    """A process that puts enterprises and sites, and says the number of each round that it committed."""
    with subprocess.Popen(
        [sys.executable, "-c", IMPORTER, database], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        try:
            yield process
        finally:
            process.kill()
