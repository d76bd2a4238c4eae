"""Answer past alarms again with other teams, bases, run cards or roads, beside what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from gridgis.dispatch.alarms import Alarm, AlarmNature, Dispatch
from gridgis.dispatch.choice import Choice, choose
from gridgis.dispatch.incidents.reviewing import Spread, spread
from gridgis.dispatch.place import cells_of
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Command, Team
from gridgis.errors import GridGISError

if TYPE_CHECKING:
    from shapely import LineString

USUAL_OUT_S = 5400.0


@dataclass(frozen=True, slots=True)
class Going:
    """A team that is sent again.

    Attributes:
        team: The team.
        turnout_s: Seconds until it rolls.
        eta_s: Seconds from the order to arrival, None where that is not known.
        route: Its way, lon/lat; None where it was not asked for or no road leads there.
    """

    team: Team
    turnout_s: float
    eta_s: float | None
    route: LineString | None


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
        going: Own teams that are sent, the soonest first.
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
    going: tuple[Going, ...] = ()


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


def replay(
    state: DistrictState, alarms: Iterable[Alarm], happened: Iterable[Dispatch] = (), *, routes: bool = False
) -> Replay:
    """Answer real alarms one after the other; teams that are out for one are away for those after it.

    A team stays out as long as it was for that alarm in truth, else as long as the median team was.

    Args:
        state: The district as it is to be tried: its teams, run cards and roads; its dispatches are not looked at.
        alarms: Alarms of the register.
        happened: What was sent to them in truth.
        routes: Whether the ways of the teams are told, to be drawn.
    """
    own = {team.id for team in state.teams if team.command is Command.OWN}
    truth: dict[UUID, list[Dispatch]] = {}
    for one in happened:
        truth.setdefault(one.alarm_id, []).append(one)
    usual_s = spread(_out_s(one) for sent in truth.values() for one in sent).median_s or USUAL_OUT_S
    out: list[Dispatch] = []
    found = []
    real = (one for one in alarms if one.nature is AlarmNature.REAL)
    for alarm in sorted(real, key=lambda one: (one.reported_at, one.code)):
        held = truth.get(alarm.id, [])
        out = _still_out(out, alarm.reported_at)
        told = _happened(held, own)
        now = replace(state, dispatches=tuple(out), alarms=()).after(state)
        try:
            choice = _choice(now, alarm)
        except GridGISError as error:
            found.append(Replayed(alarm, None, None, 0, 0, *told, refused=error.code))
            continue
        going = _going(choice, routes=routes)
        away_s = max((_out_s(one) or usual_s for one in held), default=usual_s)
        out += [_sent(alarm, one.team, away_s) for one in going]
        etas = [one.eta_s for one in going if one.eta_s is not None]
        people = sum(one.team.people for one in going)
        first, last = min(etas, default=None), max(etas, default=None)
        found.append(Replayed(alarm, first, last, people, _short(choice), *told, going=going))
    return Replay(tuple(found), spread(one.first_s for one in found), spread(one.happened_first_s for one in found))


def _choice(state: DistrictState, alarm: Alarm) -> Choice:
    when = alarm.reported_at
    card = state.run_cards.find(alarm.type, alarm.level, when)
    codes = frozenset(cell.code for cell in cells_of(state, alarm, when))
    return choose(state, card, (alarm.lon, alarm.lat), when, codes)


def _going(choice: Choice, *, routes: bool) -> tuple[Going, ...]:
    """Own teams that are sent, the soonest first."""
    own = [number for number in choice.line_of if choice.teams[number].command is Command.OWN]
    made = []
    for number in sorted(own, key=choice.arrivals.__getitem__):
        route = choice.reach.route(number) if routes else None
        estimate = choice.estimate(number)
        line = None if route is None else route.geometry
        made.append(Going(choice.teams[number], estimate.turnout_s, estimate.eta_s, line))
    return tuple(made)


def _short(choice: Choice) -> int:
    """Lines that lack teams or people."""
    return sum(
        len(sent) < line.need.teams or sum(choice.teams[number].people for number in sent) < line.need.people
        for line, sent in zip(choice.lines, choice.sent, strict=True)
    )


def _sent(alarm: Alarm, team: Team, away_s: float) -> Dispatch:
    """What holds a team for an alarm of the replay."""
    return Dispatch(
        id=uuid5(alarm.id, str(team.id)),
        code=f"{alarm.code}/{team.code}",
        alarm_id=alarm.id,
        team_id=team.id,
        people=team.people,
        task="",
        dispatched_at=alarm.reported_at,
        home_at=alarm.reported_at + timedelta(seconds=away_s),
    )


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
