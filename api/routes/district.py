"""Serve what a page needs to know of the district before anything else."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from fastapi import APIRouter
from shapely.geometry.base import BaseGeometry

from api.asked import Asked, Current
from api.bodies.district import (
    AllTiles,
    BasemapBody,
    CountsBody,
    DistrictBody,
    LevelBody,
    NamedCode,
    PlanBody,
    SourceBody,
    TilesBody,
)
from api.bodies.geometry import bbox_of, geometry_of
from api.errors import problem_responses
from api.questions import alarm_types
from gridgis.access import Action
from gridgis.cells import GridPlan
from gridgis.dispatch.alarms import ResponseLevel
from maps import base_map
from maps.layers import LiveTiles


def show_district(asked: Current) -> DistrictBody:
    """The district: outline, levels, counts, vocabulary, plan in force, map sources and tiles."""
    state, words, plan = asked.state, asked.words, asked.plan_if_any
    district, outline = state.district, state.district.outline
    sight, register = asked.sight, asked.sight.areas(Action.ENTERPRISES_READ)
    enterprises = sight.chosen("enterprise", state.enterprises)
    sites = [site for one in enterprises for site in asked.data.sites_of.get(one.id, ())]
    return DistrictBody(
        code=district.code,
        name=district.name,
        bbox=_bbox(outline, plan),
        outline=None if outline is None else geometry_of(outline),
        levels=_levels(asked, plan),
        counts=CountsBody(
            enterprises=len(enterprises),
            sites=len(sites),
            unplaced_sites=sum(not site.placed for site in sites),
            officers=len(sight.chosen("officer", state.officers)),
            teams=len(sight.chosen("team", state.teams)),
            run_cards=len(state.run_cards.cards) if sight.areas(Action.RUN_CARDS_READ) else 0,
            alarms=len(sight.chosen("alarm", state.alarms)),
        ),
        alarm_types=[
            NamedCode(code=code, name=words.text(key) if (key := f"alarm_type.{code}") in words else code)
            for code in alarm_types(state)
        ],
        response_levels=[
            NamedCode(code=level.value, name=words.text(f"level.{level.value}")) for level in ResponseLevel
        ],
        plan=None if plan is None else PlanBody(code=plan.code, name=plan.name, effective_from=plan.effective_from),
        sources=_sources(asked),
        map_approval=asked.settings.map_approval or district.map_approval,
        basemap=_basemap(asked),
        tiles=AllTiles(
            base=_base_tiles(asked) if sight.areas(Action.MAP_READ) else None,
            cells=_live(asked.data.cell_tiles(asked.now)),
            enterprises=_live(asked.data.enterprise_tiles_in(register, asked.now)) if register else None,
            teams=_live(asked.data.team_tiles) if sight.areas(Action.TEAMS_READ) else None,
        ),
        now=asked.now,
        roads=state.roads is not None,
        demo=any(team.demo for team in state.teams),
        version=asked.data.version,
    )


def _bbox(outline: BaseGeometry | None, plan: GridPlan | None) -> list[float] | None:
    """Of the outline, else of the cells."""
    if outline is not None:
        return bbox_of(outline)
    return bbox_of(*(cell.geometry for cell in plan.cells)) if plan is not None and plan.cells else None


def _levels(asked: Asked, plan: GridPlan | None) -> list[LevelBody]:
    counts = Counter(cell.level for cell in plan.cells) if plan is not None else Counter[int]()
    return [
        LevelBody(level=level, name=asked.words.text(f"cell_level.{level}"), cells=counts[level]) for level in (1, 2, 3)
    ]


def _sources(asked: Asked) -> list[SourceBody]:
    """What is drawn, from whom, under which licence."""
    state, words = asked.state, asked.words
    told = [
        SourceBody(
            what=words.text("page.source.what.grid"),
            attribution=words.text("page.source.grid", district=state.district.name),
            licence="",
        )
    ]
    if state.roads is not None:
        source = state.roads.source
        told.append(
            SourceBody(
                what=words.text("page.source.what.roads"),
                attribution=source.attribution or source.name,
                licence=source.licence,
            )
        )
    if asked.settings.basemap:
        attribution = asked.settings.basemap_attribution or urlsplit(asked.settings.basemap).netloc
        told.append(SourceBody(what=words.text("page.source.what.basemap"), attribution=attribution, licence=""))
    return told


def _basemap(asked: Asked) -> BasemapBody:
    settings = asked.settings
    if settings.basemap is None:
        return BasemapBody(kind="own", url=_base_tiles(asked).url)
    return BasemapBody(
        kind="wmts",
        url=settings.basemap,
        layer=settings.basemap_layer,
        matrix_set=settings.basemap_matrix_set,
        attribution=settings.basemap_attribution,
    )


def _base_tiles(asked: Asked) -> TilesBody:
    """The own base map; its address names its version once its file is there."""
    opened = asked.served.base_map_ready()
    version = "" if opened is None else f"?v={opened.version}"
    return TilesBody(
        url=f"/tiles/base/{{z}}/{{x}}/{{y}}.mvt{version}",
        min_zoom=base_map.MIN_ZOOM,
        max_zoom=base_map.MAX_ZOOM,
        layers=list(base_map.LAYERS),
    )


def _live(tiles: LiveTiles) -> TilesBody:
    return TilesBody(
        url=f"/tiles/{tiles.name}/{{z}}/{{x}}/{{y}}.mvt?v={tiles.version}",
        min_zoom=tiles.min_zoom,
        max_zoom=tiles.max_zoom,
        layers=list(tiles.layers),
    )


def router() -> APIRouter:
    """The route of the district."""
    routes = APIRouter(tags=["全区 district"])
    routes.add_api_route("/district", show_district, responses=problem_responses())
    return routes
