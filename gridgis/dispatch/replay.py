"""Answer past alarms again with other teams, bases, run cards or roads, beside what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from gridgis.dispatch.alarms import Alarm, AlarmNature, Dispatch
from gridgis.dispatch.incidents.reviewing import Spread, spread
from gridgis.dispatch.selection import choose_response
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Command
from gridgis.errors import GridGISError


@dataclass(frozen=True, slots=True)
class Replayed:
    """One alarm answered again.

    Attributes:
        alarm: The alarm.
        first_s: Seconds from the order to the first own team, None where nobody came or no time is known.
        all_s: Seconds until all own teams were there.
        people: People of own teams.
        short: Lines of the card that stayed short.
        happened_first_s: What it was in truth; None where it was not recorded.
        happened_all_s: The same for all own teams.
        happened_people: The same for people.
        refused: Code of the error for an alarm that can't be answered, empty otherwise.
    """

    alarm: Alarm
    first_s: float | None
    all_s: float | None
    people: int
    short: int
    happened_first_s: float | None
    happened_all_s: float | None
    happened_people: int
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """A period answered again.

    Attributes:
        alarms: Each alarm, in the order in which it was reported.
        first: Spread of the times to the first team.
        happened_first: Spread of what they were in truth.
    """

    alarms: tuple[Replayed, ...]
    first: Spread
    happened_first: Spread


def replay(state: DistrictState, alarms: Iterable[Alarm], happened: Iterable[Dispatch] = ()) -> Replay:
    """Answer real alarms one after the other; teams that are out for one are away for those after it.

    A team stays out as long as it was for that alarm in truth, else as long as the median team was.

    Args:
        state: The district as it is to be tried: its teams, run cards and roads; its dispatches are not looked at.
        alarms: Alarms of the register.
        happened: What was sent to them in truth.
    """
    own = {team.id for team in state.teams if team.command is Command.OWN}
    truth: dict[UUID, list[Dispatch]] = {}
    for one in happened:
        truth.setdefault(one.alarm_id, []).append(one)
    usual_s = spread(_out_s(one) for sent in truth.values() for one in sent).median_s or 5400.0
    sent_again: list[Dispatch] = []
    found = []
    real = (one for one in alarms if one.nature is AlarmNature.REAL)
    for alarm in sorted(real, key=lambda one: (one.reported_at, one.code)):
        held = truth.get(alarm.id, [])
        now = replace(state, dispatches=tuple(_still_out(sent_again, alarm.reported_at)), alarms=()).after(state)
        told = _happened(held, own)
        try:
            response = choose_response(now, alarm)
        except GridGISError as error:
            found.append(Replayed(alarm, None, None, 0, 0, *told, refused=error.code))
            continue
        going = [chosen for chosen in response.chosen if chosen.team.id in own]
        etas = [chosen.estimate.eta_s for chosen in going if chosen.estimate.eta_s is not None]
        away_s = max((_out_s(one) or usual_s for one in held), default=usual_s)
        sent_again += [
            Dispatch(
                id=alarm.id,
                code=f"{alarm.code}/{chosen.team.code}",
                alarm_id=alarm.id,
                team_id=chosen.team.id,
                people=chosen.team.people,
                task=chosen.need.task.value,
                dispatched_at=alarm.reported_at,
                home_at=alarm.reported_at + timedelta(seconds=away_s),
            )
            for chosen in going
        ]
        people = sum(chosen.team.people for chosen in going)
        first, last = (min(etas), max(etas)) if etas else (None, None)
        found.append(Replayed(alarm, first, last, people, len(response.shortfalls), *told))
    return Replay(tuple(found), spread(one.first_s for one in found), spread(one.happened_first_s for one in found))


def _still_out(sent: Sequence[Dispatch], when: datetime) -> list[Dispatch]:
    """Dispatches that hold a team at a moment."""
    return [one for one in sent if one.home_at is not None and one.home_at > when]


def _out_s(dispatch: Dispatch) -> float | None:
    """Seconds that a team was out."""
    return None if dispatch.home_at is None else (dispatch.home_at - dispatch.dispatched_at).total_seconds()


def _happened(sent: Sequence[Dispatch], own: set[UUID]) -> tuple[float | None, float | None, int]:
    """Seconds to the first and to the last own team, and people, as they were in truth."""
    mine = [one for one in sent if one.team_id in own]
    times = [(one.on_scene_at - one.dispatched_at).total_seconds() for one in mine if one.on_scene_at is not None]
    people = sum(one.people for one in mine)
    return (min(times), max(times), people) if times else (None, None, people)
