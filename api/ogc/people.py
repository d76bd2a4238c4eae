"""Tell who keeps the grid: posts at the seats of their cells, by name and without telephones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import shapely

from api.ogc.collection import Collection, objects
from api.ogc.features import Records
from api.ogc.fields import Field, choice, text
from api.ogc.grid import InForce, plans_in_force, times_of
from api.ogc.spans import Span, days
from gridgis.access import Action
from gridgis.cells import Cell, District, GridPlan
from gridgis.people.officers import Officer, Post, PostRole

FIELDS = (
    *text("officer_id", "officer"),
    choice("role", PostRole),
    *text("cell_code", "cell"),
    Field("acting", "boolean"),
    Field("since", format="date", queryable=False),
    Field("until", format="date", nullable=True, queryable=False),
)


def post_records(
    district: District, plans: Sequence[GridPlan], officers: Sequence[Officer], posts: Sequence[Post]
) -> Records:
    """Posts by cell and first day, each where its cell is or last was while it was held."""
    name_of = {officer.id: officer.name for officer in officers}
    ordered = sorted(posts, key=lambda post: (post.cell_code, post.since, post.role.value, post.id.int))
    held = [days(post.since, post.until) for post in ordered]
    newest_first = plans_in_force(district, plans)[::-1]
    cells = [_cell(post.cell_code, span, newest_first) for post, span in zip(ordered, held, strict=True)]
    return Records(
        [str(post.id) for post in ordered],
        objects(None if cell is None else _seat(cell) for cell in cells),
        [
            {
                "officer_id": str(post.officer_id),
                "officer": name_of.get(post.officer_id, ""),
                "role": post.role.value,
                "cell_code": post.cell_code,
                "cell": "" if cell is None else cell.name,
                "acting": post.acting_for is not None,
                "since": post.since.isoformat(),
                "until": _day(post.until),
            }
            for post, cell in zip(ordered, cells, strict=True)
        ],
        times_of(held),
        [post.officer_id for post in ordered],
    )


def _cell(code: str, held: Span, newest_first: Iterable[InForce]) -> Cell | None:
    """The cell of a code in the newest plan that has it and was in force on one of some days."""
    for one in newest_first:
        if one.since <= held.until and held.since <= one.until and code in one.plan.cell_by_code:
            return one.plan.cell_by_code[code]
    return None


def _seat(cell: Cell) -> shapely.Point:
    """Where a cell is shown as a point: its seat, else a point inside."""
    return cell.geometry.representative_point() if cell.seat is None else shapely.Point(cell.seat)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


POSTS = Collection(
    "posts",
    Action.OFFICERS_READ,
    "geometry-point",
    FIELDS,
    lambda snapshot, _: (
        snapshot.state.district,
        snapshot.state.plans,
        snapshot.state.officers,
        snapshot.state.posts,
    ),
    post_records,
    noun="officer",
    timed=True,
    personal=True,
)
