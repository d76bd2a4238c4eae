"""Shape cells, the people who serve them, and the answer where a place lies."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from pydantic import BaseModel, Field

from api.bodies.geometry import Bbox, Geometry, LonLat, bbox_of, geometry_of
from api.questions import ServedCell
from gridgis.cells import Cell, CellKind
from gridgis.people.officers import PostRole


class ServingOfficer(BaseModel):
    """A person who serves a cell today."""

    id: UUID
    name: str
    role: PostRole
    phone: str
    acting: bool = Field(description="代岗 / covers for another")


class CellBody(BaseModel):
    """A cell without its area."""

    code: str = Field(examples=["321204101"])
    name: str
    level: int = Field(ge=1, le=3)
    kind: CellKind
    parent_code: str
    governed: bool = Field(description="是否承担人员、资金、队伍要求 / carries staffing, fund and team rules")
    key_town: bool
    site_group: str
    bbox: Bbox
    seat: LonLat | None = Field(description="Of the office or label, None when not known")


class CellList(BaseModel):
    """Cells in the order of their codes."""

    items: list[CellBody]
    total: int


class RiskCounts(BaseModel):
    """Enterprises with a site there, by risk colour."""

    red: int
    orange: int
    yellow: int
    blue: int


class CellDetail(CellBody):
    """A cell with its area, people, neighbours and enterprises."""

    geometry: Geometry
    officers: list[ServingOfficer]
    ancestors: list[CellBody] = Field(description="Outermost first")
    children: list[CellBody]
    neighbours: list[CellBody]
    enterprises: RiskCounts


class LocatedCell(BaseModel):
    """One of the cells of a place."""

    level: int
    code: str
    name: str
    officers: list[ServingOfficer]


class LocatedBody(BaseModel):
    """Where a place lies in the plan in force now."""

    lon: float
    lat: float
    cells: list[LocatedCell] = Field(description="From level 1 to 3; fewer where the plan has fewer, none outside")
    on_border: bool = Field(description="在边界上，归编码最小的网格 / on a border: the smallest code has it")
    reason: str = Field(description="found, outside or gap", examples=["found"])
    detail: str = Field(description="The reason in words, empty when found")


def cell_body(cell: Cell) -> CellBody:
    """A cell without its area."""
    return CellBody(
        code=cell.code,
        name=cell.name,
        level=cell.level,
        kind=cell.kind,
        parent_code=cell.parent_code,
        governed=cell.governed,
        key_town=cell.key_town,
        site_group=cell.site_group,
        bbox=bbox_of(cell.geometry),
        seat=None if cell.seat is None else list(cell.seat),
    )


def cell_detail(
    served: ServedCell,
    *,
    ancestors: Iterable[Cell],
    children: Iterable[Cell],
    neighbours: Iterable[Cell],
    risk_counts: dict[str, int],
) -> CellDetail:
    """A cell with all that belongs to it."""
    return CellDetail(
        **dict(cell_body(served.cell)),
        geometry=geometry_of(served.cell.geometry),
        officers=_serving(served),
        ancestors=[cell_body(one) for one in ancestors],
        children=[cell_body(one) for one in children],
        neighbours=[cell_body(one) for one in neighbours],
        enterprises=RiskCounts(**risk_counts),
    )


def located_cell(served: ServedCell) -> LocatedCell:
    """A cell of a place with the people who serve it."""
    cell = served.cell
    return LocatedCell(level=cell.level, code=cell.code, name=cell.name, officers=_serving(served))


def _serving(served: ServedCell) -> list[ServingOfficer]:
    return [
        ServingOfficer(
            id=officer.id,
            name=officer.name,
            role=post.role,
            phone=officer.phone,
            acting=post.acting_for is not None,
        )
        for officer, post in served.people
    ]
