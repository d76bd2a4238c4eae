"""Give a route what it answers with: the data as they are now, the time, the words of the language asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query, Request

from api.auth.asking import who_of
from api.languages import words_of
from api.moments import local_day
from api.questions import plan_in_force, whereabouts
from api.served import ServedDistrict
from api.settings import Settings
from api.sight import Sight
from api.snapshot import Snapshot
from gridgis.access import Action
from gridgis.cells import GridPlan
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Commitment
from gridgis.errors import NotAllowed
from maps.words import Words

MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request is answered with.

    Attributes:
        served: The district served.
        data: Its data as they are now.
        now: The moment of the request, aware.
        words: The language asked for.
        settings: Of this process.
        sight: What whoever asks may see of the data.
    """

    served: ServedDistrict
    data: Snapshot
    now: datetime
    words: Words
    settings: Settings
    sight: Sight

    @property
    def state(self) -> DistrictState:
        """The district as it stands."""
        return self.data.state

    @property
    def today(self) -> date:
        """The local day."""
        return local_day(self.now)

    @property
    def plan(self) -> GridPlan:
        """The plan in force now.

        Raises:
            Conflict: ``plan.none``.
        """
        return plan_in_force(self.state, self.now)

    @property
    def plan_if_any(self) -> GridPlan | None:
        """The plan in force now, None before the first one."""
        return self.state.plan_at(self.now)

    def demand(self, action: Action, place: tuple[float, float], when: datetime) -> None:
        """Refuse whoever may not do something at a place, lon/lat, by the plan in force at a moment.

        Raises:
            NotAllowed: ``access.area``.
            Conflict: ``plan.none`` where not everything is allowed.
        """
        area = self.sight.areas(action)
        if area.everything:
            return
        if not area.covers([served.cell.code for served in whereabouts(self.state, place, when).cells]):
            raise NotAllowed("access.area", action=action.value)

    @property
    def commitments(self) -> Mapping[UUID, Commitment]:
        """What each team is taken by now."""
        return self.state.commitments_at(self.now)


def asked(
    request: Request,
    lang: Annotated[  # noqa: ARG001  read by `words_of`; named here so that it is documented and checked
        Literal["zh", "en"] | None, Query(description="语言；先于 Accept-Language / language, before Accept-Language")
    ] = None,
) -> Asked:
    """What this request is answered with."""
    served: ServedDistrict = request.app.state.served
    data, now = served.current(), served.now()
    sight = Sight(who_of(request), data, now)
    return Asked(served, data, now, words_of(request), request.app.state.settings, sight)


Current = Annotated[Asked, Depends(asked)]
Longitude = Annotated[
    float, Query(ge=-180, le=180, allow_inf_nan=False, description="经度 / longitude", examples=[120.15])
]
Latitude = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False, description="纬度 / latitude", examples=[32.51])]
Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="最多几项 / at most so many")]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="跳过几项 / skip so many")]
SearchText = Annotated[str, Query(max_length=100, description="名称、编码的一部分 / part of a name or code")]
CellCode = Annotated[str, Query(max_length=40, description="网格编码 / code of a cell", examples=["321204101"])]
