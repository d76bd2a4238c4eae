"""Serve the register of alarms."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BeforeValidator

from api.asked import Asked, Current, Limit, Offset
from api.bodies.alarms import AlarmList, alarm_body
from api.errors import problem_responses
from api.moments import check_span, day, local_day
from gridgis.dispatch.alarms import Alarm

Day = Annotated[date, BeforeValidator(day)]


def list_alarms(
    asked: Current,
    first: Annotated[Day | None, Query(alias="from", description="起始日（含） / first local day")] = None,
    last: Annotated[Day | None, Query(alias="to", description="截止日（含） / last local day")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> AlarmList:
    """Alarms reported on local days from one to another, both included, the newest first."""
    fitting = fitting_alarms(asked, first, last)
    dispatches = asked.data.dispatches_of
    items = [
        alarm_body(asked.sight.masked(alarm), dispatches.get(alarm.id, ()))
        for alarm in fitting[offset : offset + limit]
    ]
    return AlarmList(items=items, total=len(fitting), limit=limit, offset=offset)


def fitting_alarms(asked: Asked, first: date | None, last: date | None) -> list[Alarm]:
    """Alarms that are seen, reported on local days from one to another, the newest first.

    Raises:
        InvalidValue: ``time.span``.
    """
    check_span(first, last)
    return sorted(
        (
            alarm
            for alarm in asked.sight.chosen("alarm", asked.state.alarms)
            if (first is None or first <= local_day(alarm.reported_at))
            and (last is None or local_day(alarm.reported_at) <= last)
        ),
        key=lambda alarm: (alarm.reported_at, alarm.code),
        reverse=True,
    )


def router() -> APIRouter:
    """The route of alarms."""
    routes = APIRouter(tags=["警情 alarms"])
    routes.add_api_route("/alarms", list_alarms, responses=problem_responses())
    return routes
