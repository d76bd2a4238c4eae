"""Make up the alarms of a half-year: what was reported, where and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from geodata.demo.cells import Grid, short
from geodata.demo.jiangyan import DISTRICT_CODE
from geodata.demo.land import Land
from geodata.demo.roadside import Roadside
from geodata.vocabulary import ALARM_TYPES as TYPE_WORDS
from gridgis.codes import record_id
from gridgis.dispatch.alarms import Alarm, AlarmNature, ResponseLevel
from gridgis.dispatch.state import LOCAL_TIME

ALARMS = 195
OTHERS: Mapping[AlarmNature, int] = MappingProxyType({AlarmNature.FALSE: 11, AlarmNature.DRILL: 8, AlarmNature.TEST: 4})
FIRST_DAY, DAYS = datetime(2020, 1, 1, tzinfo=LOCAL_TIME), 182
_TYPES = MappingProxyType(
    {
        "fire": 30,
        "traffic": 21,
        "work_injury": 13,
        "other": 9,
        "gas": 6,
        "flood": 6,
        "special_equipment": 6,
        "hazmat": 4,
        "collapse": 3,
        "confined_space": 2,
    }
)
_LEVELS = MappingProxyType(
    {ResponseLevel.IV: 71.5, ResponseLevel.III: 22.5, ResponseLevel.II: 5.5, ResponseLevel.I: 0.5}
)
_BY_HOUR = np.array((2, 1.5, 1.2, 1, 1, 1.5, 3, 5, 6, 7, 7, 6.5, 6, 6, 6.5, 6.5, 6, 6, 6, 5.5, 5, 4, 3.2, 2.6))
_BY_MONTH = (1.1, 0.55, 0.9, 1.0, 1.1, 1.35)
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Call:
    """An alarm, and the codes of the cells in which it lies."""

    alarm: Alarm
    cells: frozenset[str]


def make_calls(land: Land, grid: Grid, roadside: Roadside) -> tuple[Call, ...]:
    """Real alarms, drills, tests and false ones of the first half of 2020, in the order of their times."""
    chance = land.chance("alarms")
    count = ALARMS + sum(OTHERS.values())
    types, levels = _spread(chance, _TYPES, count), _spread(chance, _LEVELS, count)
    natures = _spread(chance, {AlarmNature.REAL: ALARMS, **OTHERS}, count)
    times = sorted(_moments(chance, count))
    busy = roadside.length_m.clip(max=250) * (0.35 + 3.5 * land.ground.built_up(roadside.middle))
    places = land.ground.lonlat(roadside.draw(chance, busy, count))
    made = []
    for number, (unit, (lon, lat)) in enumerate(zip(grid.units_at(places).tolist(), places.tolist(), strict=True)):
        cell, village = int(grid.units.parent[unit]), int(grid.village_of[unit])
        code = f"演示警情{times[number]:%Y%m%d}{number + 1:03d}"
        alarm = Alarm(
            id=record_id(DISTRICT_CODE, "alarm", code),
            code=code,
            type=types[number],
            level=levels[number],
            lon=lon,
            lat=lat,
            reported_at=times[number].astimezone(UTC),
            address=f"{grid.town_name(village)}{short(grid.villages.name[village])}附近(演示)",
            caller=f"演示报警人{number + 1:03d}",
            phone=f"000-4{number + 1:07d}",
            note=f"{TYPE_WORDS.words[types[number]][0]}(演示数据，并非真实警情)",
            nature=natures[number],
        )
        town = grid.towns.code[grid.villages.parent[village]]
        made.append(Call(alarm, frozenset((town, grid.villages.code[village], grid.cells.code[cell]))))
    return tuple(made)


def _spread(chance: np.random.Generator, weight: Mapping[Kind, float], count: int) -> list[Kind]:
    """Kinds in shuffled order, as many of each as its weight says."""
    kinds, share = list(weight), np.array(list(weight.values()), dtype=np.float64)
    exact = count * share / share.sum()
    whole = np.floor(exact).astype(int)
    whole[np.argsort(-(exact - whole), kind="stable")[: count - int(whole.sum())]] += 1
    listed = np.repeat(np.arange(len(kinds)), whole)
    return [kinds[place] for place in chance.permutation(listed).tolist()]


def _moments(chance: np.random.Generator, count: int) -> list[datetime]:
    """Moments of the half-year, more by day than by night and more in June than in February."""
    days = [FIRST_DAY + timedelta(days=day) for day in range(DAYS)]
    weight = np.array([_BY_MONTH[day.month - 1] for day in days])
    drawn = chance.choice(DAYS, count, p=weight / weight.sum())
    hours = chance.choice(24, count, p=_BY_HOUR / _BY_HOUR.sum())
    seconds = chance.integers(0, 3600, count)
    return [
        days[day] + timedelta(hours=hour, seconds=second)
        for day, hour, second in zip(drawn.tolist(), hours.tolist(), seconds.tolist(), strict=True)
    ]
