"""Look every few seconds for what is due by the clock: the next number to call, roads whose time is over."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from api.desk.messenger import ACTOR as NOTIFIER
from api.desk.messenger import Messenger
from api.desk.orders import order_message
from api.desk.roads import end_over
from api.served import ServedDistrict
from gridgis.dispatch.desk import take_step
from gridgis.dispatch.incidents import Case, Stamp
from gridgis.dispatch.incidents.calling import (
    EXHAUSTED,
    CallRule,
    attempts,
    exhausted,
    next_attempt,
    numbers_of,
    silent,
)
from gridgis.dispatch.incidents.recording import note_delivery
from gridgis.dispatch.teams import Command
from gridgis.errors import GridGISError
from gridgis.ports import OrderMessage
from maps.words import Words

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from geodata.store import Store

LOG = logging.getLogger("gridgis.api")
CLOCK = "clock"


class Watch:
    """Does by the clock what nobody has to ask for; each look reads the store anew, so that several processes may.

    Args:
        store: Where incidents are kept.
        served: The district served.
        messenger: Brings orders to people.
        words: The language of messages.
        rule: When the next number is called.
    """

    def __init__(
        self, store: Store, served: ServedDistrict, messenger: Messenger, words: Words, rule: CallRule
    ) -> None:
        self._store = store
        self._served = served
        self._messenger = messenger
        self._words = words
        self._rule = rule
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, every_s: float) -> None:
        """Begin to look; never where ``every_s`` is 0."""
        if every_s > 0 and self._thread is None:
            self._thread = threading.Thread(target=self._run, args=(every_s,), name="gridgis-watch", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, every_s: float) -> None:
        while not self._stop.wait(every_s):
            try:
                self.look()
            except GridGISError as error:
                LOG.warning("what is due by the clock waits: %s", error.code)

    def look(self) -> int:
        """Do what is due now; how many things were."""
        now = self._served.now()
        return self._end_roads(now) + self._call_again(now)

    def _end_roads(self, now: datetime) -> int:
        state = self._served.current().state
        if not any(one.over_at(now) for one in self._store.road_changes()):
            return 0
        with self._store.unit_of_work(actor=CLOCK, now=now) as work:
            over = sum(one.over_at(now) for one in work.road_changes())
            end_over(work, state, now, CLOCK)
            work.commit()
        self._served.reach(self._store.version())
        return over

    def _call_again(self, now: datetime) -> int:
        channels = self._messenger.channels
        if not channels:
            return 0
        due: list[OrderMessage] = []
        lost: list[tuple[UUID, UUID, str]] = []
        for case in self._store.cases(self._store.incidents()):
            found, given_up = self._due(case, channels, now)
            due += found
            lost += given_up
        self._messenger.send(due)
        for incident_id, dispatch_id, team in lost:
            self._give_up(incident_id, dispatch_id, team, now)
        return len(due) + len(lost)

    def _due(
        self, case: Case, channels: tuple[str, ...], now: datetime
    ) -> tuple[list[OrderMessage], list[tuple[UUID, UUID, str]]]:
        data = self._served.current()
        due, lost = [], []
        for one in case.dispatches:
            team = data.team_by_id.get(one.team_id)
            if team is None or team.command is Command.REQUEST or not silent(one):
                continue
            planned = attempts(numbers_of(team, data.state.readiness, now), channels, self._rule)
            attempt = next_attempt(case, one, planned, self._rule, now)
            if attempt is not None:
                due.append(order_message(case, one, team, attempt, self._words))
            elif exhausted(case, one, planned, self._rule, now):
                lost.append((case.incident.id, one.id, team.name))
        return due, lost

    def _give_up(self, incident_id: UUID, dispatch_id: UUID, team: str, now: datetime) -> None:
        """Note that every number was tried: somebody has to dial, or another team to go."""
        with self._store.unit_of_work(actor=NOTIFIER, now=now) as work:
            take_step(
                work,
                incident_id,
                lambda case: note_delivery(
                    case, dispatch_id, Stamp(NOTIFIER, now, now), team=team, channel="", state=EXHAUSTED
                ),
            )
            work.commit()
