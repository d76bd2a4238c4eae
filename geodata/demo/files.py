"""Write the files of the demo district, each as an office would send it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from geodata.demo import sheets
from geodata.demo.alarms import make_calls
from geodata.demo.base_map import add_base_map
from geodata.demo.cells import Grid, make_grid
from geodata.demo.dispatches import answer
from geodata.demo.divisions import divide
from geodata.demo.enterprises import make_enterprises
from geodata.demo.faces import cut_faces
from geodata.demo.highways import draw_highways
from geodata.demo.jiangyan import district
from geodata.demo.land import Land
from geodata.demo.lanes import draw_lanes
from geodata.demo.links import Links, join_settlements
from geodata.demo.osm_map import OsmMap
from geodata.demo.packaged import text
from geodata.demo.people import make_people
from geodata.demo.road_ways import add_roads
from geodata.demo.roadside import Roadside
from geodata.demo.run_cards import make_run_cards
from geodata.demo.strands import Strands, join
from geodata.demo.street_grids import area_of, plan_parks
from geodata.demo.streets import draw_streets
from geodata.demo.tables import write_csv, write_layers, write_xlsx
from geodata.demo.teams import make_teams
from geodata.progress import NoProgress, Progress
from gridgis.dispatch.run_cards import RunCards
from gridgis.dispatch.state import LOCAL_TIME, DistrictState
from gridgis.dispatch.teams import Team

DEFAULT_SEED = 20200101
EFFECTIVE = datetime(2020, 1, 1, tzinfo=LOCAL_TIME)
BOUNDARIES, CELLS, ROADS = "行政区划.gpkg", "基础网格.gpkg", "道路.osm.pbf"
ENTERPRISES, OFFICERS, POSTS = "企业名录.csv", "人员.xlsx", "岗位.xlsx"
TEAMS, RUN_CARDS, ALARMS, DISPATCHES = "救援队伍.xlsx", "出动方案.xlsx", "警情.csv", "派遣.csv"
README = "说明.txt"
FILES = (BOUNDARIES, CELLS, ROADS, ENTERPRISES, OFFICERS, POSTS, TEAMS, RUN_CARDS, ALARMS, DISPATCHES, README)
_STEPS = 6


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
        """All files; the last one is for people."""
        return tuple(self.directory / name for name in FILES)


@dataclass(frozen=True)
class Country:
    """The land of the demo with its grid and roads."""

    land: Land
    grid: Grid
    links: Links
    strands: Strands


def lay_country(seed: int, progress: Progress | None = None) -> Country:
    """Waters and main roads first, then cells that follow them, then the small roads on the land."""
    watched = progress or NoProgress()
    land = Land.of(seed)
    divisions = divide(land, cut_faces(land))
    watched.advance(1)
    grid = make_grid(land, divisions)
    streets = (*land.towns, *plan_parks(land.chance("parks"), grid.parks(land.ground)))
    links = join_settlements(land, divisions, grid, area_of(streets))
    watched.advance(1)
    roads = [
        *draw_highways(land.routes),
        *draw_streets(land, streets),
        *draw_lanes(land, grid, links),
    ]
    strands = join(land, roads)
    watched.advance(1)
    return Country(land, grid, links, strands)


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
    country = lay_country(seed, watched)
    land, grid = country.land, country.grid
    _write_roads(files.directory / ROADS, country)
    watched.advance(1)
    roadside = Roadside.of(land, country.strands)
    enterprises = make_enterprises(land, grid, roadside)
    teams = make_teams(land, grid, country.links, roadside)
    write_layers(files.directory / BOUNDARIES, sheets.boundary_layers(land.ground.towns, grid, teams))
    write_layers(files.directory / CELLS, sheets.cell_layers(grid, enterprises))
    watched.advance(1)
    people, cards = make_people(land, grid), make_run_cards()
    write_csv(files.directory / ENTERPRISES, *sheets.enterprise_table(enterprises))
    write_xlsx(files.directory / OFFICERS, "人员", *sheets.officer_table(people))
    write_xlsx(files.directory / POSTS, "岗位", *sheets.post_table(people))
    write_xlsx(files.directory / TEAMS, "救援队伍", *sheets.team_table(teams))
    write_xlsx(files.directory / RUN_CARDS, "出动方案", *sheets.run_card_table(cards))
    watched.advance(1)
    calls, state = make_calls(land, grid, roadside), _state(files.directory / ROADS, teams, cards)
    watched.start("progress.demo.alarms", len(calls))
    register = answer(land.chance("dispatches"), calls, state, watched.advance)
    write_csv(files.directory / ALARMS, *sheets.alarm_table(register))
    write_csv(files.directory / DISPATCHES, *sheets.dispatch_table(register, teams))
    (files.directory / README).write_text(text("readme.txt").format(seed=seed), encoding="utf-8", newline="\r\n")
    watched.finish()
    return files


def _write_roads(path: Path, country: Country) -> None:
    osm = OsmMap(country.land.ground)
    add_roads(osm, country.land, country.strands)
    add_base_map(osm, country.land, country.grid, country.links, country.strands)
    osm.write(path)


def _state(roads: Path, teams: Sequence[Team], cards: RunCards) -> DistrictState:
    """What teams for past alarms are chosen by, the roads read back from their file; the calls tell their cells."""
    from geodata.osm_roads import read_osm

    return DistrictState(district(), teams=tuple(teams), run_cards=cards, roads=read_osm(roads).network)
