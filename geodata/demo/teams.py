"""Make up the rescue teams: 3 + 11 + N, and the services that are requested."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import time

import numpy as np

from geodata.demo.cells import Grid, short
from geodata.demo.chance import stream
from geodata.demo.ground import CORE_LONLAT, Ground
from geodata.demo.jiangyan import DISTRICT_CODE
from geodata.demo.links import Links
from geodata.demo.people import leader_name
from geodata.demo.roads import RANK, Points
from geodata.demo.roadside import Roadside
from gridgis.codes import record_id
from gridgis.dispatch.teams import HOURS_A_DAY, Command, Shift, Team, Tier, Turnout

_VILLAGE = ("cordon", "evacuate", "guide", "first_aid")
_TOWN = ("fire", "flood", "traffic", "cordon", "evacuate", "first_aid")
_DISTRICT = ("fire", "flood", "collapse", "traffic", "water_rescue", "cordon", "evacuate", "first_aid")
_BY_HOUR = (1.5,) * 5 + (1.35, 1.2, 1.05) + (1.0,) * 10 + (1.05, 1.1, 1.1, 1.2, 1.3, 1.4)

# Name, department, capabilities, vehicle, people, seconds to roll, where.
_Squad = tuple[str, str, tuple[str, ...], str, int, int, tuple[float, float]]
_SQUADS: tuple[_Squad, ...] = (
    ("危化品救援队", "区应急管理局", ("hazmat", "confined_space"), "fire_engine", 12, 240, (120.186, 32.504)),
    ("燃气抢险队", "区住房和城乡建设局", ("gas",), "car", 8, 300, (120.141, 32.523)),
    ("建筑坍塌救援队", "区住房和城乡建设局", ("collapse", "confined_space"), "fire_engine", 14, 420, (120.166, 32.529)),
    ("防汛排涝队", "区水利局", ("flood",), "fire_engine", 16, 480, (120.131, 32.556)),
    ("水上搜救队", "区交通运输局", ("water_rescue", "flood"), "car", 10, 360, (120.101, 32.640)),
    ("道路交通救援队", "区交通运输局", ("traffic",), "car", 10, 300, (120.128, 32.497)),
    ("特种设备救援队", "区市场监督管理局", ("special_equipment",), "car", 6, 360, (120.155, 32.512)),
    ("电力抢修队", "区发展和改革委员会", ("electric",), "car", 8, 300, (120.118, 32.522)),
    ("医疗卫生救援队", "区卫生健康委员会", ("medical", "first_aid"), "car", 8, 240, (120.160, 32.532)),
    ("市政有限空间救援队", "区城市管理局", ("confined_space", "gas"), "car", 7, 360, (120.138, 32.509)),
    ("环境应急监测队", "区生态环境局", ("hazmat", "cordon"), "car", 6, 420, (120.149, 32.541)),
)  # fmt: skip
_SERVICES: tuple[_Squad, ...] = (
    ("119城区消防站", "区消防救援大队", ("fire", "hazmat", "collapse", "traffic", "water_rescue", "confined_space"), "fire_engine", 22, 60, (120.152, 32.518)),
    ("119溱潼消防站", "区消防救援大队", ("fire", "traffic", "water_rescue"), "fire_engine", 14, 60, (120.084, 32.655)),
    ("119张甸消防站", "区消防救援大队", ("fire", "traffic"), "fire_engine", 12, 60, (120.034, 32.424)),
    ("119白米消防站", "区消防救援大队", ("fire", "hazmat", "traffic"), "fire_engine", 14, 60, (120.246, 32.517)),
    ("120急救站城区", "区急救中心", ("medical",), "car", 3, 90, (120.160, 32.530)),
    ("120急救站溱潼", "区急救中心", ("medical",), "car", 3, 90, (120.079, 32.646)),
    ("120急救站顾高", "区急救中心", ("medical",), "car", 3, 90, (120.159, 32.383)),
    ("110城中派出所", "区公安分局", ("police", "cordon", "traffic"), "car", 6, 60, (120.146, 32.513)),
    ("110城北派出所", "区公安分局", ("police", "cordon", "traffic"), "car", 6, 60, (120.143, 32.549)),
    ("110溱湖派出所", "区公安分局", ("police", "cordon", "traffic"), "car", 5, 80, (120.086, 32.648)),
    ("110张甸派出所", "区公安分局", ("police", "cordon", "traffic"), "car", 5, 80, (120.033, 32.417)),
    ("110大伦派出所", "区公安分局", ("police", "cordon", "traffic"), "car", 5, 80, (120.248, 32.438)),
    ("供电抢修班城区", "供电公司", ("electric",), "car", 5, 300, (120.127, 32.533)),
    ("供电抢修班蒋垛", "供电公司", ("electric",), "car", 4, 300, (120.219, 32.373)),
    ("燃气公司抢修班", "燃气公司", ("gas",), "car", 5, 240, (120.133, 32.512)),
)  # fmt: skip
_VOLUNTEERS: tuple[tuple[str, tuple[str, ...], tuple[float, float], Shift], ...] = (
    ("蓝天救援志愿队", ("water_rescue", "first_aid", "evacuate", "cordon"), (120.149, 32.526), Shift()),
    ("溱湖水上志愿队", ("water_rescue", "flood", "evacuate"), (120.094, 32.625), Shift(time(7), time(20))),
    ("出租车志愿队", ("traffic", "evacuate", "guide"), (120.133, 32.503), Shift()),
    ("退役军人志愿队", ("flood", "evacuate", "cordon", "first_aid"), (120.165, 32.513), Shift(time(6), time(22))),
    ("红十字志愿队", ("first_aid", "evacuate"), (120.157, 32.534), Shift(time(8), time(20))),
    ("张甸志愿队", ("evacuate", "cordon", "first_aid"), (120.035, 32.420), Shift(time(7), time(21))),
    ("白米志愿队", ("evacuate", "cordon", "flood"), (120.249, 32.522), Shift(time(7), time(21))),
    ("俞垛志愿队", ("flood", "water_rescue", "cordon"), (120.003, 32.641), Shift(time(7), time(21))),
)


@dataclass
class _Roll:
    """Teams as they are made up."""

    chance: np.random.Generator
    ground: Ground
    teams: list[Team] = field(default_factory=list)

    def add(
        self,
        code: str,
        name: str,
        tier: Tier,
        capabilities: Iterable[str],
        people: int,
        profile: str,
        base: Points,
        rolling_s: float,
        *,
        command: Command = Command.OWN,
        shift: Shift | None = None,
        home: str = "",
        department: str = "",
        stationed: bool = False,
    ) -> None:
        """A team; those who sit in a station roll as fast at night."""
        lon, lat = self.ground.lonlat(base.reshape(1, 2))[0].tolist()
        number = len(self.teams) + 1
        by_hour = [1 + (factor - 1) * (0.35 if stationed else 1) for factor in _BY_HOUR]
        self.teams.append(
            Team(
                id=record_id(DISTRICT_CODE, "team", code),
                code=code,
                name=name,
                tier=tier,
                command=command,
                capabilities=frozenset(capabilities),
                people=people,
                profile=profile,
                lon=lon,
                lat=lat,
                turnout=Turnout(tuple(round(rolling_s * by_hour[hour] / 5) * 5 for hour in range(HOURS_A_DAY))),
                shift=shift or Shift(),
                home_cell_code=home,
                department=department,
                leader=leader_name(number),
                phone=f"000-3{number:07d}",
                demo=True,
            )
        )


def make_teams(ground: Ground, seed: int, grid: Grid, links: Links, roadside: Roadside) -> tuple[Team, ...]:
    """All teams: district, towns, villages, squads, volunteers, requested services."""
    chance = stream(seed, "teams")
    roll = _Roll(chance, ground)
    beside = roadside.nearest(chance, ground.metres([CORE_LONLAT]), RANK["residential"])
    roll.add("QJ01", "姜堰演示区综合救援队", Tier.DISTRICT, _DISTRICT, 30, "fire_engine", beside[0], 75,
             department="区应急管理局", stationed=True)  # fmt: skip
    governed = [town for town in ground.towns if town.governed]
    bases = roadside.nearest(chance, ground.seats, RANK["residential"])
    for number, (town, base) in enumerate(zip(governed, bases, strict=True), start=1):
        people = int(chance.integers(8, 13)) + 3 * town.key
        roll.add(f"ZJ{number:02d}", f"{town.name}演示综合救援队", Tier.TOWN, _TOWN, people, "fire_engine", base,
                 float(chance.uniform(70, 110)), home=town.code, department=f"{town.name}(演示)", stationed=True)  # fmt: skip
    _add_villages(roll, grid, links, roadside)
    _add_squads(roll, "ZY", [(f"样例{name}", *rest) for name, *rest in _SQUADS], Command.OWN, roadside)
    _add_volunteers(roll, roadside)
    _add_squads(roll, "QQ", [(f"{name}(演示)", *rest) for name, *rest in _SERVICES], Command.REQUEST, roadside)
    return tuple(roll.teams)


def _add_villages(roll: _Roll, grid: Grid, links: Links, roadside: Roadside) -> None:
    """A team for every village: people who assemble, most of them with a car."""
    homes = links.home[grid.seat_unit]
    bases = roadside.nearest(roll.chance, homes)
    built = roll.ground.built_up(homes)
    for number, (code, name, base) in enumerate(zip(grid.villages.code, grid.villages.name, bases, strict=True)):
        on_foot = roll.chance.uniform() < (0.45 if built[number] > 0.4 else 0.2)
        town = grid.towns.name[grid.villages.parent[number]]
        rolling_s = float(roll.chance.uniform(240, 600))
        roll.add(f"CJ{number + 1:03d}", f"{town}{short(name)}演示自救小分队", Tier.VILLAGE, _VILLAGE,
                 int(roll.chance.integers(5, 9)), "foot" if on_foot else "car", base, rolling_s, home=code,
                 department=name)  # fmt: skip


def _add_squads(
    roll: _Roll, prefix: str, squads: Sequence[Sequence[object]], command: Command, roadside: Roadside
) -> None:
    places = np.array([squad[6] for squad in squads], dtype=np.float64)
    bases = roadside.nearest(roll.chance, roll.ground.metres(places))
    for number, (squad, base) in enumerate(zip(squads, bases, strict=True), start=1):
        name, department, capabilities, profile, people, rolling_s, _ = squad
        roll.add(f"{prefix}{number:02d}", str(name), Tier.SPECIALIST, capabilities, int(people), str(profile), base,  # type: ignore[arg-type,call-overload]
                 float(rolling_s), command=command, department=str(department),  # type: ignore[arg-type]
                 stationed=command is Command.REQUEST)  # fmt: skip


def _add_volunteers(roll: _Roll, roadside: Roadside) -> None:
    bases = roadside.nearest(roll.chance, roll.ground.metres([place for _, _, place, _ in _VOLUNTEERS]))
    for number, ((name, capabilities, _, shift), base) in enumerate(zip(_VOLUNTEERS, bases, strict=True), start=1):
        roll.add(f"SH{number:02d}", f"演示{name}", Tier.VOLUNTEER, capabilities, int(roll.chance.integers(8, 21)), "car",
                 base, float(roll.chance.uniform(900, 1500)), command=Command.INVITE, shift=shift)  # fmt: skip
