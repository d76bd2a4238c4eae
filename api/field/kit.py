"""Put together what a telephone takes along for a whole day without a signal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

import shapely

from api.bodies.cells import ServingOfficer
from api.bodies.field import FieldCell, FieldChoice, FieldEnterprise, FieldKit, FieldSite
from api.bodies.geometry import bbox_of, geometry_of
from api.field.following import Field
from api.field.showing import listed, urgency, utc
from api.questions import serving
from gridgis.access import Action, areas_for
from gridgis.cells import Cell, GridPlan
from gridgis.errors import NotAllowed
from gridgis.hazards import KINDS
from gridgis.norms import Norms
from gridgis.supervision.enterprises import RiskColour

MOST_CELLS = 150
SURROUNDINGS_DEGREES = 0.004
MINE_SHOWN = timedelta(days=30)
DEEPEST = 3


def kit(at: Field, cell: str) -> FieldKit:
    """What a telephone takes along.

    Args:
        at: Whose.
        cell: Only what lies below this cell, empty for all of one's area.

    Raises:
        Conflict: ``plan.none``.
        NotAllowed: ``access.area`` for a cell outside one's area.
    """
    asked, plan = at.asked, at.asked.plan
    mine = _mine(at, plan, cell)
    whole = len(mine) <= MOST_CELLS
    chosen = mine if whole else []
    codes = {one.code for one in chosen}
    beside = {found.code: found for one in chosen for found in plan.neighbours(one.code) if found.code not in codes}
    with at.store.one_moment():
        hazards = at.sight.seen(at.store.hazards(open_only=True)) if chosen else []
        inside = [
            one
            for one, own in zip(hazards, at.sight.cells(hazards), strict=True)
            if one.reporter == at.who.name or codes & set(own)
        ]
        recent = at.store.hazards(reporter=at.who.name, since=asked.now - MINE_SHOWN)
        wanted = {one.id: one for one in (*inside, *recent)}
        bodies = sorted(listed(at, at.store.hazard_cases(wanted.values())), key=urgency)
    counted = Counter(one.enterprise_id for one in inside if one.enterprise_id)
    norms = Norms()
    return FieldKit(
        account=at.who.name,
        now=utc(asked.now),
        clock_set=asked.settings.now is not None,
        version=asked.data.version,
        plan=plan.code,
        cell=cell,
        choices=[] if whole else _choices(plan, mine),
        cells=[_cell(at, plan, one, mine=True) for one in chosen]
        + [_cell(at, plan, one, mine=False) for one in beside.values()],
        enterprises=_enterprises(at, plan, codes, counted),
        hazards=bodies,
        kinds=list(KINDS),
        intervals={colour: getattr(norms, f"patrol_{colour.value}_most_days") for colour in RiskColour},
        bbox=_bbox(chosen),
    )


def _mine(at: Field, plan: GridPlan, cell: str) -> list[Cell]:
    """Basic cells of somebody's area, below one cell where it is named."""
    area = areas_for(at.who, Action.HAZARDS_REPORT, at.asked.now)
    own = [one for one in plan.of_level(DEEPEST) if any(one.code.startswith(part.area) for part in area.parts)]
    if not cell:
        return own
    below = [one for one in own if one.code.startswith(plan.cell(cell).code)]
    if not below:
        raise NotAllowed("access.area", action=Action.HAZARDS_REPORT.value)
    return below


def _choices(plan: GridPlan, cells: Sequence[Cell]) -> list[FieldChoice]:
    """Cells above those of an area that is too wide, from the towns down, that are narrow enough."""
    above: dict[str, Cell] = {}
    for one in cells:
        for higher in plan.ancestors(one.code):
            above[higher.code] = higher
    inside = Counter(higher.code for one in cells for higher in plan.ancestors(one.code))
    return [
        FieldChoice(code=one.code, name=one.name, level=one.level)
        for code, one in sorted(above.items())
        if one.level and inside[code] <= MOST_CELLS
    ]


def _cell(at: Field, plan: GridPlan, cell: Cell, *, mine: bool) -> FieldCell:
    sight = at.asked.sight
    return FieldCell(
        code=cell.code,
        name=cell.name,
        above=" ".join(one.name for one in plan.ancestors(cell.code) if one.level),
        mine=mine,
        geometry=geometry_of(cell.geometry),
        officers=[
            ServingOfficer(
                id=officer.id,
                name=officer.name,
                role=post.role,
                phone=sight.masked(officer).phone,
                acting=post.acting_for is not None,
            )
            for officer, post in serving(at.asked.state, cell, at.asked.now).people
        ],
    )


def _enterprises(at: Field, plan: GridPlan, codes: Iterable[str], open_hazards: Counter[UUID]) -> list[FieldEnterprise]:
    data, sight = at.asked.data, at.asked.sight
    inside = data.sites_in_cells(plan)
    found = {one.id: one for code in codes for one in inside.enterprises_in.get(code, ())}
    order = list(RiskColour)
    made = []
    for one in sorted(found.values(), key=lambda each: (order.index(each.risk), each.name)):
        if not sight.sees("enterprise", one.id):
            continue
        shown = sight.masked(one)
        sites = [
            FieldSite(
                id=site.id,
                name=site.name,
                address=site.address,
                lon=site.lon,
                lat=site.lat,
                cell_code=str(inside.codes[data.site_row[site.id]][-1]),
            )
            for site in data.sites_of.get(one.id, ())
        ]
        made.append(
            FieldEnterprise(
                id=one.id,
                name=one.name,
                risk=one.risk,
                industry=one.industry,
                department=one.department,
                chemicals=one.chemicals,
                contact=shown.contact,
                phone=shown.phone,
                sites=sites,
                open_hazards=open_hazards[one.id],
                visited_on=None,
                due_on=None,
            )
        )
    return made


def _bbox(cells: Sequence[Cell]) -> list[float] | None:
    """Around cells and their surroundings."""
    shapes = [shapely.box(*one.geometry.buffer(SURROUNDINGS_DEGREES).bounds) for one in cells]
    return bbox_of(*shapes) if shapes else None
