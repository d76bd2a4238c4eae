"""Tell the register: where enterprises work, how risky they are, in which cells they lie."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import shapely

from api.ogc.collection import Collection, Sources, objects
from api.ogc.features import Records
from api.ogc.fields import Field, choice, text
from api.snapshot import Snapshot
from gridgis.access import Action
from gridgis.cells import GridPlan
from gridgis.supervision.enterprises import Enterprise, RiskColour, Site
from gridgis.supervision.placing import place_sites, site_xy

FIELDS = (
    *text("code", "name", "enterprise_id", "enterprise"),
    Field("credit_code", nullable=True),
    *text("industry", "department"),
    choice("risk", RiskColour),
    Field("staff", "integer", nullable=True),
    *text("chemicals", "address", "town_code", "village_code", "cell_code"),
)


def site_records(
    placed: bool,  # noqa: FBT001  what tells the two collections apart
    enterprises: Sequence[Enterprise],
    sites: Sequence[Site],
    plan: GridPlan | None,
) -> Records:
    """Sites that have coordinates, or those that wait for them, in the register's order."""
    owners = {one.id: one for one in enterprises}
    codes = np.full((len(sites), 3), "", dtype=object) if plan is None else place_sites(plan, sites).codes()
    rows = [row for row, site in enumerate(sites) if site.placed is placed]
    chosen = [sites[row] for row in rows]
    return Records(
        [str(site.id) for site in chosen],
        objects(shapely.points(site_xy(chosen)) if placed else [None] * len(chosen)),
        [_properties(sites[row], owners[sites[row].enterprise_id], codes[row].tolist()) for row in rows],
        owners=[site.enterprise_id for site in chosen],
    )


def _properties(site: Site, owner: Enterprise, codes: Sequence[str]) -> dict[str, Any]:
    town, village, cell = codes
    return {
        "code": site.code,
        "name": site.name or owner.name,
        "enterprise_id": str(owner.id),
        "enterprise": owner.name,
        "credit_code": owner.credit_code,
        "industry": owner.industry,
        "department": owner.department,
        "risk": owner.risk.value,
        "staff": owner.staff,
        "chemicals": owner.chemicals,
        "address": site.address,
        "town_code": town,
        "village_code": village,
        "cell_code": cell,
    }


def _sources(snapshot: Snapshot, plan: GridPlan | None) -> Sources:
    return snapshot.state.enterprises, snapshot.state.sites, plan


ENTERPRISES = Collection(
    "enterprises",
    Action.ENTERPRISES_READ,
    "geometry-point",
    FIELDS,
    _sources,
    partial(site_records, True),  # noqa: FBT003
    noun="enterprise",
    tiles="enterprises",
    layer="enterprises",
)
UNPLACED = Collection(
    "unplaced",
    Action.ENTERPRISES_READ,
    "geometry-point",
    FIELDS,
    _sources,
    partial(site_records, False),  # noqa: FBT003
    noun="enterprise",
)
