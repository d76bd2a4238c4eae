"""Make up the rescue teams: 3 + 11 + N, and the services that are requested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import time

import numpy as np

from geodata.demo.cells import Grid, short
from geodata.demo.ground import CORE_LONLAT
from geodata.demo.jiangyan import DISTRICT_CODE
from geodata.demo.land import Land
from geodata.demo.links import Links
from geodata.demo.packaged import records
from geodata.demo.roadside import Roadside
from gridgis.codes import record_id
from gridgis.dispatch.teams import Command, Shift, Team, Tier, Turnout

_VILLAGE = frozenset({"cordon", "evacuate", "guide", "first_aid"})
_TOWN = frozenset({"fire", "flood", "traffic", "cordon", "evacuate", "first_aid"})
_DISTRICT = _TOWN | {"collapse", "water_rescue"}
_BY_HOUR = np.array((1.5,) * 5 + (1.35, 1.2, 1.05) + (1.0,) * 10 + (1.05, 1.1, 1.1, 1.2, 1.3, 1.4))
_PREFIX = {Command.OWN: "ZY", Command.REQUEST: "QQ", Command.INVITE: "SH"}
_ON_FOOT = (0.2, 0.45)  # share of village teams without a car, in the country and in town


def make_teams(land: Land, grid: Grid, links: Links, roadside: Roadside) -> tuple[Team, ...]:
    """All teams: district, towns, villages, squads, requested services, volunteers."""
    chance, ground = land.chance("teams"), land.ground
    towns = [town for town in ground.towns if town.governed]
    stations = records("stations.csv")
    homes = links.home[grid.seat_unit]
    wanted = [
        _district(),
        *(_town(chance, number, town.code, town.name, 3 * town.key) for number, town in enumerate(towns, start=1)),
        *_villages(chance, grid, ground.built_up(homes)),
        *_stations(stations),
    ]
    middle = ground.metres([CORE_LONLAT])
    spots = ground.metres([(float(row["lon"]), float(row["lat"])) for row in stations])
    to_metres = ground.plane.to_metres
    own_land = [
        ground.area,
        *to_metres(grid.towns.shape[[town.governed for town in ground.towns]]),
        *to_metres(grid.villages.shape),
        *[ground.area] * len(spots),
    ]
    wished = np.concatenate((middle, ground.seats, homes, spots))
    bases = ground.lonlat(roadside.nearest(chance, wished, own_land))
    return tuple(
        replace(
            team,
            lon=lon,
            lat=lat,
            leader=f"演示队长{number:04d}",
            phone=f"000-3{number:07d}",
            demo=True,
        )
        for number, (team, (lon, lat)) in enumerate(zip(wanted, bases.tolist(), strict=True), start=1)
    )


def _team(code: str, name: str, tier: Tier, rolling_s: float, *, stationed: bool = False) -> Team:
    """A team of which the rest is still to be filled in; those who sit in a station roll nearly as fast at night."""
    by_hour = 1 + (_BY_HOUR - 1) * (0.35 if stationed else 1)
    return Team(
        id=record_id(DISTRICT_CODE, "team", code),
        code=code,
        name=name,
        tier=tier,
        command=Command.OWN,
        capabilities=frozenset(),
        people=0,
        profile="car",
        lon=0.0,
        lat=0.0,
        turnout=Turnout(tuple(round(float(seconds) / 5) * 5 for seconds in rolling_s * by_hour)),
    )


def _district() -> Team:
    team = _team("QJ01", "姜堰演示区综合救援队", Tier.DISTRICT, 75, stationed=True)
    return replace(team, capabilities=_DISTRICT, people=30, profile="fire_engine", department="区应急管理局")


def _town(chance: np.random.Generator, number: int, code: str, name: str, more_people: int) -> Team:
    rolling_s = float(chance.uniform(70, 110))
    return replace(
        _team(f"ZJ{number:02d}", f"{name}演示综合救援队", Tier.TOWN, rolling_s, stationed=True),
        capabilities=_TOWN,
        people=int(chance.integers(8, 13)) + more_people,
        profile="fire_engine",
        home_cell_code=code,
        department=f"{name}(演示)",
    )


def _villages(chance: np.random.Generator, grid: Grid, built_up: np.ndarray) -> list[Team]:
    """A team for every village: people who assemble, most of them with a car."""
    made = []
    for number, (code, name) in enumerate(zip(grid.villages.code, grid.villages.name, strict=True)):
        on_foot = chance.uniform() < _ON_FOOT[int(built_up[number] > 0.4)]
        title = f"{grid.town_name(number)}{short(name)}演示自救小分队"
        team = _team(f"CJ{number + 1:03d}", title, Tier.VILLAGE, float(chance.uniform(240, 600)))
        made.append(
            replace(
                team,
                capabilities=_VILLAGE,
                people=int(chance.integers(5, 9)),
                profile="foot" if on_foot else "car",
                home_cell_code=code,
                department=name,
            )
        )
    return made


def _stations(rows: Sequence[dict[str, str]]) -> list[Team]:
    """The 11 sample squads led by departments, the requested services, the volunteers."""
    made: list[Team] = []
    for row in rows:
        command = Command(row["command"])
        number = sum(team.command is command for team in made) + 1
        name = f"样例{row['name']}" if command is Command.OWN else f"{row['name']}(演示)"
        tier = Tier.VOLUNTEER if command is Command.INVITE else Tier.SPECIALIST
        stationed = command is Command.REQUEST
        team = _team(f"{_PREFIX[command]}{number:02d}", name, tier, float(row["rolling_s"]), stationed=stationed)
        made.append(
            replace(
                team,
                command=command,
                capabilities=frozenset(row["capabilities"].split()),
                people=int(row["people"]),
                profile=row["vehicle"],
                shift=_shift(row["shift"]),
                department=row["department"],
            )
        )
    return made


def _shift(text: str) -> Shift:
    """All day, or a span such as 08:00-20:00."""
    return Shift(*(time.fromisoformat(end) for end in text.split("-"))) if text else Shift()
