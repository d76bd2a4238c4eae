"""Orders go out by the gateway that is set, and the log tells how far each is proven to have come."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.desk.messenger import Messenger, Webhook
from geodata.store import create_store
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.desk import Wanted, give_orders, take_call, take_step
from gridgis.dispatch.incidents import Call, Case, Stamp, Step
from gridgis.dispatch.incidents.receiving import complete
from gridgis.dispatch.run_cards import Task
from gridgis.ports import Delivery, OrderMessage
from tests.fakes.notifiers import Recorded
from tests.fakes.signed_in import NOW
from tests.fakes.tiny_district import tiny_district


@contextmanager
def gateway(status: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A gateway on this machine that answers with a status; its address and what it was sent."""
    taken: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            taken.append({**body, "authorization": self.headers.get("authorization", "")})
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:  # a test's own server says nothing
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/sms", taken
        server.shutdown()
        thread.join()


def message(phone: str = "13811112222") -> OrderMessage:
    return OrderMessage(UUID(int=7), "区综合队", phone, "【1】火灾")


def test_a_gateway_gets_the_order_as_json_with_our_token() -> None:
    with gateway(202) as (address, taken):
        assert Webhook(address, "secret").send(message()) is Delivery.SENT
    assert taken == [
        {
            "id": str(UUID(int=7)),
            "team": "区综合队",
            "phone": "13811112222",
            "text": "【1】火灾",
            "person": "",
            "place": 1,
            "channel": "webhook",
            "authorization": "Bearer secret",
        }
    ]


def test_a_gateway_that_refuses_or_is_not_there_has_told_nobody() -> None:
    with gateway(500) as (address, _):
        assert Webhook(address).send(message()) is Delivery.FAILED
    assert Webhook(address).send(message()) is Delivery.FAILED


def ordered(path: Path) -> tuple[Any, Case]:
    state = tiny_district()
    store = create_store(path / "district.gpkg", state.district, now=NOW)
    incident, stamp = uuid4(), Stamp.of("王芳", NOW)
    known = {"type": "fire", "level": ResponseLevel.III, "lon": 120.105, "lat": 32.505}
    with store.unit_of_work(actor="王芳", now=NOW) as work:
        work.put_teams(state.teams)
        take_call(work, incident, Call(uuid4(), "", incident, NOW), stamp)
        take_step(work, incident, lambda case: complete(case, known, stamp))
        wanted = [Wanted(uuid4(), state.teams[0].id, Task.RESCUE)]
        case = give_orders(work, state, incident, wanted, stamp)
        work.commit()
    return store, case


@pytest.mark.parametrize(
    ("phone", "state", "noted"),
    [("138", Delivery.SENT, "sent"), ("138", Delivery.FAILED, "failed"), ("", Delivery.SENT, "failed")],
)
def test_the_log_tells_what_became_of_an_order(tmp_path: Path, phone: str, state: Delivery, noted: str) -> None:
    store, case = ordered(tmp_path)
    recorded = Recorded(state)
    messenger = Messenger(store, [recorded], lambda: NOW + timedelta(seconds=1))
    for done in messenger.send([OrderMessage(case.dispatches[0].id, "区综合队", phone, "x")]):
        done.result()
    messenger.close()
    entry = store.case(case.incident.id).log[-1]
    assert (entry.step, entry.facts["state"], entry.facts["channel"]) == (Step.NOTIFIED, noted, "recorded")
    assert len(recorded.given) == bool(phone)
    store.close()


def test_without_a_gateway_nothing_is_said_to_have_been_sent(tmp_path: Path) -> None:
    store, case = ordered(tmp_path)
    messenger = Messenger(store, [], lambda: NOW)
    assert messenger.send([message()]) == []
    messenger.close()
    assert all(entry.step is not Step.NOTIFIED for entry in store.case(case.incident.id).log)
    store.close()
