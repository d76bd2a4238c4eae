"""Check postings: every cell has an officer on the day, and posts name people and do not clash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from gridgis.cells.cell import Cell
from gridgis.checks.finding import Finding, Severity, error, warning
from gridgis.checks.grid import GridReport, post_code
from gridgis.checks.scope import Scope, named
from gridgis.people.officers import Post, PostRole

_ONE_A_CELL = frozenset({PostRole.GRID_LEAD, PostRole.TOWN_LEAD})


def check_people(scope: Scope, grid: GridReport) -> Iterator[Finding]:
    """Posts and the cells that they leave without anyone."""
    state = scope.state
    known = state.officer_by_id
    for post in state.posts:
        shown = {"cell": scope.name_of(post.cell_code), "role": post.role.value}
        if post.officer_id not in known:
            yield error("post.officer_unknown", "post", post_code(scope, post), **shown, value=str(post.officer_id))
        elif post.acting_for is not None and post.acting_for not in known:
            yield warning(
                "post.acting_unknown", "post", post_code(scope, post), officer=known[post.officer_id].name, **shown
            )
        if _is_backward(post):
            yield error(
                "post.days", "post", post_code(scope, post), since=f"{post.since}", until=f"{post.until}", **shown
            )
    yield from _clashes(scope)
    yield from _without_officer(scope, grid)


def _is_backward(post: Post) -> bool:
    """Whether a post ends before it begins: reported, and nobody knows which days were meant."""
    return post.until is not None and post.until < post.since


def _clashes(scope: Scope) -> Iterator[Finding]:
    """The same post held twice by one person, and two who lead one cell in their own right."""
    groups: dict[tuple[str, PostRole], list[Post]] = {}
    for post in sorted(scope.state.posts, key=lambda post: (post.since, str(post.id))):
        groups.setdefault((post.cell_code, post.role), []).append(post)
    for (cell_code, role), posts in groups.items():
        for place, second in enumerate(posts):
            for first in posts[:place]:
                if not _overlap(first, second):
                    continue
                shown = {"cell": scope.name_of(cell_code), "role": role.value, "since": f"{second.since}"}
                if first.officer_id == second.officer_id:
                    yield error(
                        "post.doubled",
                        "post",
                        post_code(scope, second),
                        officer=_name(scope, second.officer_id),
                        **shown,
                    )
                elif role in _ONE_A_CELL and first.acting_for is None and second.acting_for is None:
                    yield error(
                        "post.two_leads",
                        "post",
                        post_code(scope, second),
                        first=_name(scope, first.officer_id),
                        second=_name(scope, second.officer_id),
                        **shown,
                    )


def _overlap(first: Post, second: Post) -> bool:
    starts_in_time = first.until is None or second.since <= first.until
    ends_in_time = second.until is None or first.since <= second.until
    return starts_in_time and ends_in_time


def _name(scope: Scope, officer_id: UUID) -> str:
    officer = scope.state.officer_by_id.get(officer_id)
    return officer.name if officer else str(officer_id)


def _without_officer(scope: Scope, grid: GridReport) -> Iterator[Finding]:
    """Cells with nobody on the day.

    A post that names a cell which the plan lacks accounts for one of them: the one whose code is most like it.
    """
    state, day = scope.state, scope.day
    if not scope.plan.cells:
        return
    held = {post.cell_code for post in state.posts if post.holds_on(day) or _is_backward(post)}
    if not held:
        yield error("posts.none", "district", state.district.code, day=f"{day}", cells=len(scope.plan.cells))
        return
    bare = [cell for cell in scope.plan.cells if cell.code not in held]
    explained = _most_alike([post.cell_code for post in grid.stray.posts], bare)
    for cell in bare:
        if cell.code not in explained:
            severity = Severity.ERROR if cell.governed else Severity.NOTE
            fields = {"cell": named(cell), "cell_level": cell.level, "day": f"{day}"}
            yield Finding("cell.no_officer", severity, fields, cell.geometry, "cell", cell.code)


def _most_alike(codes: Sequence[str], cells: Sequence[Cell]) -> set[str]:
    """For each code the cell whose code shares most with it, each cell once."""
    left = {cell.code for cell in cells}
    taken: set[str] = set()
    for code in codes:
        if left:
            alike = max(sorted(left), key=lambda one: (_alike(one, code), len(one) == len(code)))
            left.discard(alike)
            taken.add(alike)
    return taken


def _alike(first: str, second: str) -> int:
    """Characters that two codes share from the left."""
    return next(
        (place for place, (one, other) in enumerate(zip(first, second, strict=False)) if one != other), len(first)
    )
