"""Change roads for a while, and warn the teams under way whose way it changes: in the log, and by message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from gridgis.dispatch.incidents import Stamp
from gridgis.dispatch.incidents.calling import numbers_of
from gridgis.dispatch.reasons import duration
from gridgis.dispatch.road_changes import RoadChange
from gridgis.dispatch.road_warnings import Rerouted, rerouted, warn
from gridgis.ports import OrderMessage
from maps.words import Words

if TYPE_CHECKING:
    from geodata.store import UnitOfWork
    from gridgis.dispatch.state import DistrictState


def change_roads(
    work: UnitOfWork, state: DistrictState, changes: Sequence[RoadChange], stamp: Stamp
) -> tuple[Rerouted, ...]:
    """Keep changes and note in the logs which teams under way they hit.

    Args:
        work: A unit of work.
        state: The district as it is served.
        changes: What begins, changes or ends.
        stamp: Who, when.
    """
    work.put_road_changes(changes)
    held = work.road_changes()
    named = {one.id for one in changes}
    before_changes = tuple(one for one in state.road_changes if one.id not in named)
    before_named = tuple(one for one in state.road_changes if one.id in named)
    before = replace(state, road_changes=(*before_changes, *before_named)).after(state)
    after = replace(state, road_changes=held).after(state)
    cases = work.cases(work.incidents())
    positions = work.positions([one.id for case in cases for one in case.dispatches])
    hit = rerouted(before, after, cases, stamp.happened_at, positions)
    by_incident = {case.incident.id: case for case in cases}
    for one in hit:
        by_incident[one.incident_id] = warn(by_incident[one.incident_id], one, changes[0].code, stamp)
    for incident_id in {one.incident_id for one in hit}:
        work.put_case(by_incident[incident_id])
    return hit


def end_over(work: UnitOfWork, state: DistrictState, now: datetime, actor: str) -> tuple[Rerouted, ...]:
    """End the changes whose time is over."""
    over = [one.ended(now, actor) for one in work.road_changes() if one.over_at(now)]
    return change_roads(work, state, over, Stamp(actor, now, now)) if over else ()


def road_messages(
    hit: Sequence[Rerouted], words: Words, state: DistrictState, now: datetime, say_road: Callable[[], str]
) -> list[OrderMessage]:
    """What is sent to teams whose way changed."""
    made = []
    for one in hit:
        numbers = numbers_of(one.team, state.readiness, now)
        way = (
            words.text("order.road_none")
            if one.after_s is None
            else words.text("order.road_time", time=duration(one.after_s, words.say))
        )
        text = words.text("order.road", team=one.team.name, road=say_road(), way=way)
        phone, name = (numbers[0].phone, numbers[0].name) if numbers else ("", one.team.name)
        made.append(OrderMessage(one.dispatch.id, one.team.name, phone, text, person=name, about="road"))
    return made
