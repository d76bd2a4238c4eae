"""Make up a half-year of alarms, and whom the program itself would have sent to each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np

from geodata.demo.cells import Grid, short
from geodata.demo.chance import stream
from geodata.demo.ground import Ground
from geodata.demo.jiangyan import DISTRICT_CODE
from geodata.demo.roadside import Roadside
from geodata.vocabulary import ALARM_TYPES as TYPE_WORDS
from gridgis.codes import record_id
from gridgis.dispatch import choose_response
from gridgis.dispatch.alarms import Alarm, AlarmNature, Dispatch, ResponseLevel
from gridgis.dispatch.response import ChosenTeam
from gridgis.dispatch.run_cards import Task
from gridgis.dispatch.state import LOCAL_TIME, DistrictState
from gridgis.dispatch.teams import Command, Tier

ALARMS, PERSON_DISPATCHES = 195, 1968
_UNREAL = (AlarmNature.FALSE,) * 11 + (AlarmNature.DRILL,) * 8 + (AlarmNature.TEST,) * 4
_START, _DAYS = datetime(2020, 1, 1, tzinfo=LOCAL_TIME), 182
_TYPES = {
    "fire": 30, "traffic": 21, "work_injury": 13, "other": 9, "gas": 6, "flood": 6, "special_equipment": 6,
    "hazmat": 4, "collapse": 3, "confined_space": 2,
}  # fmt: skip
_LEVELS = {ResponseLevel.IV: 0.715, ResponseLevel.III: 0.225, ResponseLevel.II: 0.055, ResponseLevel.I: 0.005}
_BY_HOUR = np.array((2, 1.5, 1.2, 1, 1, 1.5, 3, 5, 6, 7, 7, 6.5, 6, 6, 6.5, 6.5, 6, 6, 6, 5.5, 5, 4, 3.2, 2.6))
_BY_MONTH = (1.1, 0.55, 0.9, 1.0, 1.1, 1.35)
_WORK_MIN = {ResponseLevel.IV: 45, ResponseLevel.III: 85, ResponseLevel.II: 170, ResponseLevel.I: 320}
_SHARE_SENT = {Tier.DISTRICT: 0.55, Tier.TOWN: 0.62, Tier.VILLAGE: 0.68, Tier.SPECIALIST: 0.75, Tier.VOLUNTEER: 0.6}
_ACCEPT = 0.75
_LEAST_SENT = 2


@dataclass(frozen=True)
class AlarmRegister:
    """Alarms in the order of their times, and the teams that went."""

    alarms: tuple[Alarm, ...]
    dispatches: tuple[Dispatch, ...]


def make_alarms(
    ground: Ground, seed: int, grid: Grid, roadside: Roadside, state: DistrictState, advance: Callable[[int], None]
) -> AlarmRegister:
    """The register of the first half of 2020.

    Args:
        ground: The district.
        seed: What is made up is drawn from it.
        grid: Whose villages addresses name.
        roadside: Where alarms happen.
        state: Grid, teams, run cards and roads by which teams are chosen.
        advance: Told of every alarm.
    """
    chance = stream(seed, "alarms")
    busy: dict[UUID, datetime] = {}
    alarms: list[Alarm] = []
    dispatches: list[Dispatch] = []
    for number, alarm in enumerate(_alarms(ground, chance, grid, roadside), start=1):
        taken, sent = _dispatch(chance, number, alarm, state, busy)
        alarms.append(taken)
        dispatches += sent
        advance(1)
    return AlarmRegister(tuple(alarms), _sum_up(chance, alarms, dispatches, state))


def _alarms(ground: Ground, chance: np.random.Generator, grid: Grid, roadside: Roadside) -> list[Alarm]:
    count = ALARMS + len(_UNREAL)
    types = _spread(chance, list(_TYPES), list(_TYPES.values()), count)
    levels = _spread(chance, list(_LEVELS), list(_LEVELS.values()), count)
    natures = chance.permutation(np.array([AlarmNature.REAL.value] * ALARMS + [one.value for one in _UNREAL])).tolist()
    times = sorted(_moments(chance, count))
    busy = roadside.length_m.clip(max=250) * (0.35 + 3.5 * ground.built_up(roadside.middle))
    places = ground.lonlat(roadside.draw(chance, busy, count))
    villages = _villages(grid, places)
    made = []
    for number, (moment, (lon, lat)) in enumerate(zip(times, places.tolist(), strict=True), start=1):
        code = f"演示警情{moment:%Y%m%d}{number:03d}"
        village = villages[number - 1]
        town = grid.towns.name[grid.villages.parent[village]]
        made.append(
            Alarm(
                id=record_id(DISTRICT_CODE, "alarm", code),
                code=code,
                type=types[number - 1],
                level=levels[number - 1],
                lon=lon,
                lat=lat,
                reported_at=moment.astimezone(UTC),
                address=f"{town}{short(grid.villages.name[village])}附近(演示)",
                caller=f"演示报警人{number:03d}",
                phone=f"000-4{number:07d}",
                note=f"{TYPE_WORDS.words[types[number - 1]][0]}(演示数据，并非真实警情)",
                nature=AlarmNature(natures[number - 1]),
            )
        )
    return made


def _spread(chance: np.random.Generator, kinds: list, weight: list[float], count: int) -> list:
    """Kinds in shuffled order, as many of each as its weight says."""
    exact = count * np.array(weight) / sum(weight)
    whole = np.floor(exact).astype(int)
    whole[np.argsort(-(exact - whole), kind="stable")[: count - int(whole.sum())]] += 1
    listed = [kind for kind, times in zip(kinds, whole.tolist(), strict=True) for _ in range(times)]
    return [listed[place] for place in chance.permutation(count)]


def _moments(chance: np.random.Generator, count: int) -> list[datetime]:
    """Moments of the half-year, more by day than by night and more in June than in February."""
    days = [_START + timedelta(days=day) for day in range(_DAYS)]
    weight = np.array([_BY_MONTH[day.month - 1] for day in days])
    drawn = chance.choice(_DAYS, count, p=weight / weight.sum())
    hours = chance.choice(24, count, p=_BY_HOUR / _BY_HOUR.sum())
    seconds = chance.integers(0, 3600, count)
    return [
        days[day] + timedelta(hours=hour, seconds=second)
        for day, hour, second in zip(drawn.tolist(), hours.tolist(), seconds.tolist(), strict=True)
    ]


def _villages(grid: Grid, places: np.ndarray) -> list[int]:
    import shapely

    asked, found = shapely.STRtree(grid.villages.shape).query(shapely.points(places), predicate="intersects")
    first = dict(zip(asked.tolist()[::-1], found.tolist()[::-1], strict=True))
    return [first[number] for number in range(len(places))]


def _dispatch(
    chance: np.random.Generator, number: int, alarm: Alarm, state: DistrictState, busy: dict[UUID, datetime]
) -> tuple[Alarm, list[Dispatch]]:
    """Whom the program would send; an alarm that finds a team of its own busy is told of a little later."""
    while True:
        response = choose_response(state, alarm)
        ours = [chosen for chosen in response.chosen if chosen.team.command is not Command.REQUEST]
        free_at = max((busy[chosen.team.id] for chosen in ours if chosen.team.id in busy), default=alarm.reported_at)
        if free_at <= alarm.reported_at:
            break
        alarm = replace(alarm, reported_at=free_at + timedelta(seconds=int(chance.integers(300, 1800))))
    if alarm.nature is AlarmNature.TEST:
        return alarm, []
    work_s = 60 * _WORK_MIN[alarm.level] * float(np.exp(chance.normal(0, 0.45)))
    if alarm.nature is AlarmNature.FALSE:
        work_s = float(chance.uniform(300, 900))
    sent = []
    for place, chosen in enumerate(response.chosen, start=1):
        if chosen.team.command is Command.INVITE and chance.uniform() > _ACCEPT:
            continue
        made = _one(chance, f"演示派遣{number:03d}-{place:02d}", alarm, chosen, work_s)
        sent.append(made)
        if chosen.team.command is not Command.REQUEST and made.home_at is not None:
            busy[chosen.team.id] = made.home_at
    return alarm, sent


def _one(chance: np.random.Generator, code: str, alarm: Alarm, chosen: ChosenTeam, work_s: float) -> Dispatch:
    """One team sent, with milestones around what the program estimates."""
    team, estimate = chosen.team, chosen.estimate

    def about(seconds: float, spread: float) -> timedelta:
        return timedelta(seconds=round(seconds * float(np.exp(chance.normal(0, spread)))))

    ordered = alarm.reported_at + about(80, 0.35)
    acknowledged = ordered + about(28, 0.4)
    rolling = max(acknowledged, ordered + about(estimate.turnout_s, 0.18)) + timedelta(seconds=1)
    away_s = (estimate.travel_s or 600.0) + estimate.walk_s
    arrived = rolling + about(max(30.0, away_s), 0.16)
    stays = chosen.need.task in {Task.RESCUE, Task.CORDON}
    released = arrived + about(work_s * (1.0 if stays else 0.7), 0.15)
    asked = team.command is Command.REQUEST
    return Dispatch(
        id=record_id(DISTRICT_CODE, "dispatch", code),
        code=code,
        alarm_id=alarm.id,
        team_id=team.id,
        people=max(_LEAST_SENT, round(team.people * _SHARE_SENT[team.tier] * float(chance.uniform(0.75, 1.15)))),
        task=chosen.need.task.value,
        dispatched_at=ordered,
        acknowledged_at=acknowledged,
        en_route_at=rolling,
        on_scene_at=arrived,
        released_at=released,
        home_at=released + about(max(60.0, 1.15 * away_s), 0.2),
        answered_by=f"演示接警员{int(chance.integers(1, 20)):02d}" if asked else "",
        reference=f"演示{team.code}-{code[-6:]}" if asked else "",
    )


def _sum_up(
    chance: np.random.Generator, alarms: list[Alarm], dispatches: list[Dispatch], state: DistrictState
) -> tuple[Dispatch, ...]:
    """The dispatches with people added or taken, one by one, until the person-dispatches are those reported."""
    team_of = {team.id: team for team in state.teams}
    real = {alarm.id for alarm in alarms if alarm.nature is AlarmNature.REAL}
    counted = [
        place
        for place, one in enumerate(dispatches)
        if one.alarm_id in real and team_of[one.team_id].command is not Command.REQUEST
    ]
    people = {place: dispatches[place].people for place in counted}
    missing = PERSON_DISPATCHES - sum(people.values())
    step = 1 if missing > 0 else -1
    while missing:
        place = int(chance.choice(counted))
        if _LEAST_SENT <= people[place] + step <= team_of[dispatches[place].team_id].people:
            people[place] += step
            missing -= step
    return tuple(replace(one, people=people.get(place, one.people)) for place, one in enumerate(dispatches))
