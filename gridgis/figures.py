"""Derive every reported figure from the records, each by one written definition.

The words of a definition stand in the catalogues under ``figure.<key>.definition``.
"""

from __future__ import annotations

from datetime import date, tzinfo

import numpy as np

from gridgis.dispatch.alarms import AlarmNature
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Command


def dispatch_figures(
    state: DistrictState, first: date, last: date, local_time: tzinfo
) -> dict[str, int | float | None]:
    """Alarms and dispatches of a span of local days, both ends included.

    Only real alarms count, by the day on which they were reported. ``person_dispatches`` (出动人次) sums the people
    of own teams, and of invited teams that accepted; requested services (119, 120, 110, power, gas) are counted
    apart.

    Returns:
        ``alarms``, ``dispatches``, ``person_dispatches``, ``requests`` and the median and 90th percentile of seconds
        from order to arrival (None without a recorded arrival).
    """
    counted = {
        alarm.id
        for alarm in state.alarms
        if alarm.nature is AlarmNature.REAL and first <= alarm.reported_at.astimezone(local_time).date() <= last
    }
    command = {team.id: team.command for team in state.teams}
    sent = [dispatch for dispatch in state.dispatches if dispatch.alarm_id in counted]
    own = [
        dispatch
        for dispatch in sent
        if command[dispatch.team_id] is Command.OWN
        or (command[dispatch.team_id] is Command.INVITE and dispatch.acknowledged_at is not None)
    ]
    arrivals_s = [
        (dispatch.on_scene_at - dispatch.dispatched_at).total_seconds()
        for dispatch in own
        if dispatch.on_scene_at is not None
    ]
    return {
        "alarms": len(counted),
        "dispatches": len(own),
        "person_dispatches": sum(dispatch.people for dispatch in own),
        "requests": sum(command[dispatch.team_id] is Command.REQUEST for dispatch in sent),
        "arrival_median_s": float(np.median(arrivals_s)) if arrivals_s else None,
        "arrival_p90_s": float(np.percentile(arrivals_s, 90)) if arrivals_s else None,
    }
