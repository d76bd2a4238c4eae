"""A district of three villages that fits on a page, for tests.

::

    lon  120.10    .11      .12      .13      .14      .15      .16
         |  V1a    |  V1b   |  V2a   ≈  V2b   |  V3a   |  V3b   |   lat 32.52
         |  DT  S1 |  V1 E1 |  T1 V2 ≈  119   |  VOL   |  T2 V3 |   lat 32.51
         |         |        |        =        |        |        |   lat 32.50
         '------- town 321204101 ----------------'-- 321204102 -'

Villages V1 and V2 make town 101, village V3 town 102. A river (≈) runs north to south at 120.13, through village V2;
the only bridge (=) lies on the south road and bears 10 t, so fire engines can't pass it. Roads run west to east at
latitudes .502, .510 and .518 and north to south at .105, .115, .125, .129 (west bank), .131 (east bank), .135, .145
and .155.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import cache
from itertools import pairwise
from math import cos, hypot, radians
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import networkx as nx
from shapely import LineString, box
from stdnum.cn import uscc

from gridgis.cells.cell import Cell, CellKind, District, Unit
from gridgis.cells.plan import GridPlan, PlanStatus
from gridgis.codes import record_id
from gridgis.dispatch.alarms import ALARM_TYPES, Alarm, ResponseLevel
from gridgis.dispatch.run_cards import NO_UNTRAINED_RESCUE, Need, RunCard, RunCards, Task
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Command, Shift, Team, Tier, Turnout
from gridgis.people.officers import Officer, Post, PostRole
from gridgis.supervision.enterprises import Enterprise, RiskColour, Site

if TYPE_CHECKING:
    from gridgis.roads import RoadNetwork

DISTRICT = "321204"
TOWN_1, TOWN_2 = "321204101", "321204102"
VILLAGE_1, VILLAGE_2, VILLAGE_3 = "321204101001", "321204101002", "321204102001"
LOCAL = ZoneInfo("Asia/Shanghai")
NOON = datetime(2020, 6, 30, 12, 0, tzinfo=LOCAL)
BRIDGE_NAME = "南桥"
BRIDGE_LIMIT_T = 10.0
ROAD_LONS = (120.105, 120.115, 120.125, 120.129, 120.131, 120.135, 120.145, 120.155)
ROAD_LATS = (32.502, 32.510, 32.518)
RIVER = LineString([(120.13, 32.49), (120.13, 32.53)])


def identify(noun: str, code: str) -> UUID:
    """Identifier of a record of the tiny district."""
    return record_id(DISTRICT, noun, code)


def district() -> District:
    """The root, with its outline."""
    return District(identify("district", DISTRICT), DISTRICT, "小小区", box(120.10, 32.50, 120.16, 32.52))


def cells() -> tuple[Cell, ...]:
    """Two towns, three villages, six basic cells that tile each other."""
    rows: list[tuple[str, str, int, CellKind, str, tuple[float, float]]] = [
        (TOWN_1, "甲镇", 1, CellKind.TOWN, DISTRICT, (120.10, 120.14)),
        (TOWN_2, "乙镇", 1, CellKind.TOWN, DISTRICT, (120.14, 120.16)),
        (VILLAGE_1, "一村", 2, CellKind.VILLAGE, TOWN_1, (120.10, 120.12)),
        (VILLAGE_2, "二村", 2, CellKind.VILLAGE, TOWN_1, (120.12, 120.14)),
        (VILLAGE_3, "三村", 2, CellKind.VILLAGE, TOWN_2, (120.14, 120.16)),
        (VILLAGE_1 + "001", "一村西格", 3, CellKind.BASIC, VILLAGE_1, (120.10, 120.11)),
        (VILLAGE_1 + "002", "一村东格", 3, CellKind.BASIC, VILLAGE_1, (120.11, 120.12)),
        (VILLAGE_2 + "001", "二村西格", 3, CellKind.BASIC, VILLAGE_2, (120.12, 120.13)),
        (VILLAGE_2 + "002", "二村东格", 3, CellKind.BASIC, VILLAGE_2, (120.13, 120.14)),
        (VILLAGE_3 + "001", "三村西格", 3, CellKind.BASIC, VILLAGE_3, (120.14, 120.15)),
        (VILLAGE_3 + "002", "三村东格", 3, CellKind.BASIC, VILLAGE_3, (120.15, 120.16)),
    ]
    return tuple(
        Cell(
            id=identify("cell", f"1/{code}"),
            code=code,
            name=name,
            level=level,
            kind=kind,
            parent_code=parent,
            geometry=box(west, 32.50, east, 32.52),
            key_town=code == TOWN_1,
            seat=((west + east) / 2, 32.51),
        )
        for code, name, level, kind, parent, (west, east) in rows
    )


def units() -> tuple[Unit, ...]:
    """Two units, south and north, in each basic cell."""
    made = []
    for cell in cells():
        if cell.level != 3:
            continue
        west, _, east, _ = cell.geometry.bounds
        for sequence, (side, south, north) in enumerate((("南", 32.50, 32.51), ("北", 32.51, 32.52)), start=1):
            code = f"{cell.code}{sequence:03d}"
            made.append(
                Unit(
                    id=identify("unit", f"1/{code}"),
                    code=code,
                    name=f"{cell.name}{side}片",
                    cell_code=cell.code,
                    geometry=box(west, south, east, north),
                    population=100 * sequence,
                    enterprises=sequence,
                )
            )
    return tuple(made)


def plan() -> GridPlan:
    """The one plan, in force since 2020-01-01."""
    return GridPlan(
        id=identify("plan", "1"),
        code="1",
        name="现行方案",
        district=district(),
        status=PlanStatus.PUBLISHED,
        effective_from=datetime(2020, 1, 1, tzinfo=LOCAL).astimezone(UTC),
        cells=cells(),
        units=units(),
    )


def officers() -> tuple[Officer, ...]:
    """One officer for each cell of the three levels."""
    return tuple(
        Officer(
            identify("officer", f"P{number:02d}"), f"P{number:02d}", f"人员{number:02d}", phone=f"1380000{number:04d}"
        )
        for number in range(1, len(cells()) + 1)
    )


def posts() -> tuple[Post, ...]:
    """Every cell held by one person since 2020-01-01."""
    role = {1: PostRole.TOWN_LEAD, 2: PostRole.GRID_LEAD, 3: PostRole.GRID_OFFICER}
    return tuple(
        Post(
            id=identify("post", f"{officer.code}|{cell.code}|{role[cell.level].value}|2020-01-01"),
            officer_id=officer.id,
            cell_code=cell.code,
            role=role[cell.level],
            since=date(2020, 1, 1),
        )
        for officer, cell in zip(officers(), cells(), strict=True)
    )


def enterprises() -> tuple[tuple[Enterprise, ...], tuple[Site, ...]]:
    """Three enterprises and their sites: one has two sites, one has no coordinates."""
    made, sites = [], []
    places: list[list[tuple[float | None, float | None]]] = [
        [(120.103, 32.505), (120.133, 32.516)],
        [(120.152, 32.506)],
        [(None, None)],
    ]
    for number, (risk, points) in enumerate(zip(RiskColour, places, strict=False), start=1):
        base = f"9132120400000{number:04d}"
        code = base + uscc.calc_check_digit(base)
        enterprise = Enterprise(
            identify("enterprise", code), code, f"小小企业{number}", code, risk=risk, industry="化工", staff=10 * number
        )
        made.append(enterprise)
        for sequence, (lon, lat) in enumerate(points, start=1):
            key = f"{code}-{sequence}"
            sites.append(
                Site(identify("site", key), enterprise.id, key, f"{enterprise.name}{sequence}厂", "", lon, lat)
            )
    return tuple(made), tuple(sites)


def team(
    code: str,
    tier: Tier,
    capabilities: Iterable[str],
    lon: float,
    lat: float,
    *,
    command: Command = Command.OWN,
    people: int = 6,
    profile: str = "car",
    turnout: Turnout | None = None,
    home: str = "",
    shift: Shift | None = None,
    name: str = "",
) -> Team:
    """A team of the tiny district; 60 s to roll by day and 120 s by night unless said."""
    return Team(
        id=identify("team", code),
        code=code,
        name=name or code,
        tier=tier,
        command=command,
        capabilities=frozenset(capabilities),
        people=people,
        profile=profile,
        lon=lon,
        lat=lat,
        turnout=turnout or Turnout.day_and_night(60, 120),
        shift=shift or Shift(),
        home_cell_code=home,
        demo=True,
    )


def teams() -> tuple[Team, ...]:
    """Every tier once or more, and the requested services."""
    village = ("cordon", "guide", "first_aid")
    return (
        team(
            "DT", Tier.DISTRICT, ("fire", "flood", "collapse", "traffic"), 120.105, 32.5101, people=20, name="区综合队"
        ),
        team("T1", Tier.TOWN, ("fire", "cordon"), 120.1285, 32.5101, people=8, profile="fire_engine", home=TOWN_1),
        team("T2", Tier.TOWN, ("fire", "cordon"), 120.1551, 32.5101, people=8, profile="fire_engine", home=TOWN_2),
        team("V1", Tier.VILLAGE, village, 120.1151, 32.5102, people=5, profile="foot", home=VILLAGE_1),
        team("V2", Tier.VILLAGE, village, 120.1251, 32.5102, people=5, profile="car", home=VILLAGE_2),
        team("V3", Tier.VILLAGE, village, 120.1549, 32.5102, people=5, profile="foot", home=VILLAGE_3),
        team("S1", Tier.SPECIALIST, ("hazmat", "gas", "confined_space"), 120.1049, 32.5101, people=10, name="危化队"),
        team("S2", Tier.SPECIALIST, ("flood", "water_rescue"), 120.1449, 32.5179, people=6, name="水上队"),
        team("E1", Tier.SPECIALIST, ("special_equipment", "electric"), 120.1149, 32.5179, people=4, name="机电队"),
        team(
            "VOL",
            Tier.VOLUNTEER,
            ("cordon", "first_aid", "evacuate"),
            120.1451,
            32.5101,
            command=Command.INVITE,
            people=12,
            shift=Shift(time(8), time(20)),
            name="志愿队",
        ),
        *(
            team(
                f"R{number}",
                Tier.SPECIALIST,
                (capability,),
                120.1352,
                32.5101,
                command=Command.REQUEST,
                profile=profile,
            )
            for number, capability, profile in (
                ("119", "fire", "fire_engine"),
                ("120", "medical", "car"),
                ("110", "police", "car"),
            )
        ),
    )


def run_cards() -> RunCards:
    """A card for every type at every level: own village and town, the district team, a squad, 119, 120, volunteers."""
    return RunCards.of(_card(alarm_type, level) for alarm_type in ALARM_TYPES for level in ResponseLevel)


def _card(alarm_type: str, level: ResponseLevel) -> RunCard:
    dangerous = alarm_type in NO_UNTRAINED_RESCUE
    keep_m = 300 if dangerous else 0
    squad = {"fire": "fire", "hazmat": "hazmat", "gas": "gas", "confined_space": "confined_space", "flood": "flood"}
    wanted: list[tuple[Tier | None, str, Command, Task, bool]] = [
        (Tier.VILLAGE, "", Command.OWN, Task.DO_NOT_ENTER if dangerous else Task.CORDON, True),
        (Tier.TOWN, "", Command.OWN, Task.CORDON if dangerous else Task.RESCUE, True),
        (None, "medical", Command.REQUEST, Task.STAND_BY, False),
    ]
    if alarm_type == "fire":
        wanted.append((None, "fire", Command.REQUEST, Task.RESCUE, False))
    if level in {ResponseLevel.I, ResponseLevel.II, ResponseLevel.III} and alarm_type in squad:
        wanted.append((None, squad[alarm_type], Command.OWN, Task.RESCUE, False))
    if level in {ResponseLevel.I, ResponseLevel.II}:
        wanted.append((Tier.DISTRICT, "", Command.OWN, Task.STAND_BY if dangerous else Task.RESCUE, False))
        wanted.append((Tier.VOLUNTEER, "cordon", Command.INVITE, Task.CORDON, False))
    needs = tuple(
        Need(
            line,
            tier,
            capability,
            command,
            task=task,
            safe_distance_m=keep_m if task is not Task.RESCUE else 0,
            local=local,
        )
        for line, (tier, capability, command, task, local) in enumerate(wanted, start=1)
    )
    code = f"{alarm_type}/{level.value}"
    return RunCard(identify("run_card", code), alarm_type, level, needs, name=f"小小区{code}")


def road_graph() -> nx.MultiDiGraph[int]:
    """The roads in OSMnx's schema: two-way, but the north road of village V1 runs eastward only."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326")
    number = {
        (lon, lat): index for index, (lat, lon) in enumerate((lat, lon) for lat in ROAD_LATS for lon in ROAD_LONS)
    }
    for (lon, lat), node in number.items():
        graph.add_node(node, x=lon, y=lat, street_count=4)
    way = 1000
    for lat in ROAD_LATS:
        for west, east in pairwise(ROAD_LONS):
            way += 1
            tags: dict[str, object] = {"highway": "secondary" if lat == 32.502 else "tertiary", "name": f"纬路{lat}"}
            if (west, east) == (120.129, 120.131):
                if lat != 32.502:
                    continue
                tags |= {"bridge": "yes", "maxweight": str(BRIDGE_LIMIT_T), "name": BRIDGE_NAME}
            oneway = lat == 32.518 and east <= 120.115
            _add_road(graph, number[west, lat], number[east, lat], way, oneway=oneway, **tags)
    for lon in ROAD_LONS:
        for south, north in pairwise(ROAD_LATS):
            way += 1
            _add_road(
                graph,
                number[lon, south],
                number[lon, north],
                way,
                oneway=False,
                highway="residential",
                name=f"经路{lon}",
            )
    return graph


def _add_road(graph: nx.MultiDiGraph[int], first: int, last: int, way: int, *, oneway: bool, **tags: object) -> None:
    ends = [(graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in (first, last)]
    length = metres_between(*ends[0], *ends[1])
    common = {"osmid": way, "length": length, "oneway": oneway, **tags}
    graph.add_edge(first, last, **common, reversed=False, geometry=LineString(ends))
    if not oneway:
        graph.add_edge(last, first, **common, reversed=True, geometry=LineString(ends[::-1]))


def metres_between(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Metres between two near points on a sphere."""
    degree_m = 6_371_008.8 * radians(1)
    return hypot((other_lon - lon) * degree_m * cos(radians((lat + other_lat) / 2)), (other_lat - lat) * degree_m)


@cache
def tiny_roads() -> RoadNetwork:
    """The roads as the network that searches use."""
    from gridgis.roads import RoadNetwork

    return RoadNetwork.from_graph(road_graph())


@cache
def tiny_district() -> DistrictState:
    """The whole district; records are immutable, so one is shared (change it with `dataclasses.replace`)."""
    made, sites = enterprises()
    return DistrictState(
        district=district(),
        plans=(plan(),),
        officers=officers(),
        posts=posts(),
        enterprises=made,
        sites=sites,
        teams=teams(),
        run_cards=run_cards(),
        roads=tiny_roads(),
    )


def tiny_alarm(
    lon: float, lat: float, *, alarm_type: str = "fire", level: str = "III", when: datetime = NOON, code: str = ""
) -> Alarm:
    """An alarm at a place of the tiny district."""
    alarm_id = identify("alarm", code or f"{lon},{lat},{alarm_type},{level}")
    return Alarm(alarm_id, code, alarm_type, ResponseLevel(level), lon, lat, when.astimezone(UTC))
