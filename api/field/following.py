"""Carry out what a telephone or the office does about a hazard: once, in one unit of work, at the time it happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import Depends, Header, Request
from pydantic import BaseModel

from api.asked import Asked, Current
from api.auth.asking import principal_of
from api.field.rules import FieldRules
from api.field.seeing import HazardSight
from api.moments import parse_moment
from geodata.store import Command
from gridgis.access import Action, Principal
from gridgis.errors import Conflict, NotAllowed
from gridgis.hazards import DeviceStamp, HazardCase

if TYPE_CHECKING:
    from geodata.store import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class Field:
    """Somebody who follows hazards.

    Attributes:
        asked: What the request is answered with.
        store: Where hazards are kept.
        who: Who asks.
        path: The address that was asked.
        sent_at: What the telephone's clock showed when it sent this, None where it does not say.
    """

    asked: Asked
    store: Store
    who: Principal
    path: str
    sent_at: datetime | None

    @property
    def sight(self) -> HazardSight:
        """Who may see and do what with which hazard."""
        return HazardSight(self.asked, self.who)

    @property
    def rules(self) -> FieldRules:
        """Calendar, times and lists of the district."""
        return FieldRules.of(self.store.settings())

    def stamp(self, made_at: datetime | None) -> DeviceStamp:
        """Who does it, and when it happened.

        Raises:
            InvalidValue: ``hazard.in_future``, ``time.naive``.
        """
        return DeviceStamp.of(self.who.name, self.asked.now, made_at, sent_at=self.sent_at)

    def carry_out(
        self, key: UUID, action: Action, body: BaseModel, run: Callable[[UnitOfWork], HazardCase]
    ) -> HazardCase:
        """Carry something out once, whoever sends it how often, and give the case as it stands now.

        Args:
            key: What the sender calls it: the step's identifier.
            action: What it takes.
            body: All that it says.
            run: Does it; what it raises leaves nothing behind.

        Raises:
            Conflict: ``command.key_reused``, and what ``run`` refuses.
            NotAllowed: What ``run`` refuses.
        """
        said = f"{self.path}\n{body.model_dump_json()}"
        command = Command(key, self.who.name, action.value, sha256(said.encode()).hexdigest())
        answer = self.store.once(command, lambda work: {"hazard": str(run(work).hazard.id)}, now=self.asked.now)
        return self.store.hazard_case(UUID(answer.value["hazard"]))


def field(
    asked: Current,
    request: Request,
    sent_at: Annotated[
        str | None,
        Header(alias="Device-Time", max_length=40, description="手机时钟，带时区 / the telephone's clock, with offset"),
    ] = None,
) -> Field:
    """The field of whoever asks.

    Raises:
        Conflict: ``desk.no_store`` where no database is served.
        InvalidValue: ``time.form`` for a clock that shows no moment.
        NotAllowed: ``access.sign_in``.
    """
    store: Store | None = request.app.state.accounts
    if store is None:
        raise Conflict("desk.no_store")
    who = principal_of(request)
    if who is None:
        raise NotAllowed("access.sign_in", action=Action.HAZARDS_READ.value)
    return Field(asked, store, who, request.url.path, None if sent_at is None else parse_moment(sent_at))


InField = Annotated[Field, Depends(field)]
