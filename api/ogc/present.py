"""Give a resource what it answers from: the data as they are now, the moment, the plan in force, what may be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.moments import local_day
from api.ogc.access import area_of, demanded_area
from api.ogc.collection import Collection
from api.ogc.collections import COLLECTIONS
from api.ogc.editions import Editions
from api.ogc.features import Features, Seen
from api.ogc.spans import Span, instant
from api.served import ServedDistrict
from api.snapshot import Snapshot
from gridgis.cells import GridPlan
from gridgis.dispatch.alarms import Alarm
from gridgis.people.officers import Officer
from gridgis.supervision.enterprises import Enterprise


@dataclass(frozen=True, slots=True)
class Present:
    """What one request is answered from.

    Attributes:
        request: The request.
        data: The data as they are now.
        now: The moment of the request.
        plan: The plan in force, None before the first one.
    """

    request: Request
    data: Snapshot
    now: datetime
    plan: GridPlan | None

    @property
    def editions(self) -> Editions:
        """Where features are kept."""
        editions: Editions = self.request.app.state.editions
        return editions

    async def features(self, collection: Collection) -> Features:
        """Features of a collection; only the first request after a change waits for them to be made."""
        found = self.editions.ready(collection, self.data, self.plan)
        if found is None:
            found = await run_in_threadpool(self.editions.make, collection, self.data, self.plan)
        return found

    def spans(self, collection: Collection) -> tuple[Span, ...]:
        """The spans beyond which whoever asks may see nothing of a collection."""
        if collection.now_only is None or area_of(self.request, collection.now_only):
            return ()
        return (instant(self.now),)

    def seen(self, collection: Collection) -> Seen:
        """The records of a collection that whoever asks may see.

        Raises:
            NotAllowed: When there can be none.
        """
        area = demanded_area(self.request, collection.action)
        if area.everything or not collection.noun:
            return Seen()
        data, now, noun = self.data, self.now, collection.noun

        def records() -> frozenset[UUID]:
            mask = data.record_areas(now).seen(noun, area).tolist()
            return frozenset(one.id for one, seen in zip(_of_noun(data, noun), mask, strict=True) if seen)

        return Seen((noun, area, data.version, local_day(now), self.plan and self.plan.id), records)

    def visible_collections(self) -> list[Collection]:
        """Collections of which whoever asks may see something."""
        return [one for one in COLLECTIONS.values() if area_of(self.request, one.action)]


def _of_noun(data: Snapshot, noun: str) -> Sequence[Alarm | Enterprise | Officer]:
    """All records of a noun."""
    if noun == "alarm":
        return data.state.alarms
    return data.state.enterprises if noun == "enterprise" else data.state.officers


async def present_of(request: Request) -> Present:
    """What a request is answered from; only a request that looks for a change waits."""
    served: ServedDistrict = request.app.state.served
    data = await served.newest()
    now = served.now()
    return Present(request, data, now, data.state.plan_at(now))
