"""Carry out a command once, whoever sends it how often, in one unit of work with its events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

from fastapi import Depends, Header, Request
from pydantic import BaseModel

from api.asked import Asked, Current
from api.auth.asking import principal_of
from api.desk.messenger import Messenger
from api.desk.seeing import Seeing
from geodata.store import Command
from gridgis.access import Action, Principal
from gridgis.dispatch.desk import resting_since
from gridgis.dispatch.incidents import Case, Stamp
from gridgis.errors import Conflict, NotAllowed

if TYPE_CHECKING:
    from geodata.store import Store, UnitOfWork
    from gridgis.dispatch.alarms import Dispatch


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody at the desk: what is asked, of which store, under which key.

    Attributes:
        asked: What the request is answered with.
        store: Where incidents are kept.
        who: Who asks.
        key: What the sender calls this command; the same again when it is sent again.
        path: The address that was asked.
        messenger: Brings orders to people.
    """

    asked: Asked
    store: Store
    who: Principal
    key: UUID
    path: str
    messenger: Messenger

    @property
    def seeing(self) -> Seeing:
        """Who may see which incident."""
        return Seeing(self.asked, self.who)

    def dispatches_out(self) -> tuple[tuple[Dispatch, str], ...]:
        """Dispatches that hold a team now, or after which it rests, each with the number of its alarm."""
        stamp = self.stamp(None)
        return self.store.dispatches_out(home_since=resting_since(self.asked.state, stamp))

    def stamp(self, happened_at: datetime | None) -> Stamp:
        """Who does it, and when it happened.

        Raises:
            InvalidValue: ``incident.in_future``, ``time.naive``.
        """
        return Stamp.of(self.who.name, self.asked.now, happened_at)

    def carry_out(self, action: Action, body: BaseModel, run: Callable[[UnitOfWork], Case]) -> Case:
        """Carry a command out once, and give the case as it stands after it.

        Args:
            action: What it takes.
            body: All that it says.
            run: Does it; what it raises leaves nothing behind.

        Raises:
            Conflict: ``command.key_reused``, and what ``run`` refuses.
            NotAllowed: A reason of `gridgis.access` for the case as it was or as it becomes.
        """

        def once(work: UnitOfWork) -> dict[str, str]:
            case = run(work)
            self.seeing.demand(action, case)
            return {"incident": str(case.incident.id)}

        return self.store.case(UUID(self.do(action, body, once)["incident"]))

    def do(
        self, action: Action, body: BaseModel, run: Callable[[UnitOfWork], Mapping[str, Any]], *, reason: str = ""
    ) -> Mapping[str, Any]:
        """Carry a command out once, and give what it answered then.

        Args:
            action: What it takes; the route asks whether it may be done to the record.
            body: All that it says.
            run: Does it; what it raises leaves nothing behind.
            reason: Why, for the events.

        Raises:
            Conflict: ``command.key_reused``, and what ``run`` refuses.
        """
        said = f"{self.path}\n{body.model_dump_json()}"
        command = Command(self.key, self.who.name, action.value, sha256(said.encode()).hexdigest())
        return self.store.once(command, run, now=self.asked.now, reason=reason).value


def desk(
    asked: Current,
    request: Request,
    key: Annotated[
        UUID | None, Header(alias="Idempotency-Key", description="同一命令重发时用同一个 UUID / a retry's own key")
    ] = None,
) -> Desk:
    """The desk of whoever asks.

    Raises:
        Conflict: ``desk.no_store`` where no database is served.
        NotAllowed: ``access.sign_in``.
    """
    store: Store | None = request.app.state.accounts
    if store is None:
        raise Conflict("desk.no_store")
    who = principal_of(request)
    if who is None:
        raise NotAllowed("access.sign_in", action=Action.ALARMS_READ.value)
    return Desk(asked, store, who, key or uuid4(), request.url.path, request.app.state.messenger)


AtDesk = Annotated[Desk, Depends(desk)]
