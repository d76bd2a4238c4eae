"""Follow hazards in a store: each use case reads the case, takes one step, and keeps what it changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from gridgis.errors import NotKnown
from gridgis.hazards.case import HazardCase
from gridgis.ports import UnitOfWork


class HazardWork(UnitOfWork, Protocol):
    """What following hazards asks of a unit of work."""

    def hazard_case(self, hazard_id: UUID) -> HazardCase:
        """A hazard with its steps.

        Raises:
            NotKnown: ``hazard.unknown``.
        """
        ...

    def put_hazard_case(self, case: HazardCase) -> object:
        """Keep a hazard with its steps.

        Raises:
            Conflict: ``hazard.changed`` when somebody else has taken a step since it was read.
        """
        ...


def open_hazard(work: HazardWork, made: HazardCase) -> HazardCase:
    """Keep a report; one that is there already, with whatever was done about it since, stays as it is."""
    try:
        return work.hazard_case(made.hazard.id)
    except NotKnown:
        work.put_hazard_case(made)
        return made


def take_hazard_step(
    work: HazardWork, hazard_id: UUID, step_id: UUID, step: Callable[[HazardCase], HazardCase]
) -> HazardCase:
    """Take one step of a hazard and keep what it changed; a step that was taken before changes nothing.

    Raises:
        NotKnown: ``hazard.unknown``.
        GridGISError: What the step refuses.
    """
    before = work.hazard_case(hazard_id)
    if before.has(step_id):
        return before
    after = step(before)
    work.put_hazard_case(after)
    return after
