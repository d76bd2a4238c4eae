"""Check the grid itself: codes, parents, tiling, missing cells, and who names cells that the plan lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from gridgis.cells.cell import LEVELS
from gridgis.cells.tiling import TilingKind
from gridgis.checks.codes import check_codes
from gridgis.checks.finding import Finding, error, note, warning
from gridgis.checks.scope import Scope, joined, named
from gridgis.checks.tiling import GroundFault, find_ground_faults, tell
from gridgis.dispatch.teams import Team
from gridgis.people.officers import Post
from gridgis.supervision.enterprises import Site

_LEAST_SHARE_OF_A_CELL = 0.25
_DEEPEST = max(LEVELS)


@dataclass(frozen=True)
class Names:
    """Posts, teams and sites that name a cell which the plan lacks.

    Attributes:
        posts: Posts.
        teams: Teams, by their home cell.
        sites: Sites, by the cell that a person fixed.
    """

    posts: tuple[Post, ...] = ()
    teams: tuple[Team, ...] = ()
    sites: tuple[Site, ...] = ()

    def below(self, code: str) -> Names:
        """Those that name a cell or what lies below it."""
        return Names(
            tuple(post for post in self.posts if post.cell_code.startswith(code)),
            tuple(team for team in self.teams if team.home_cell_code.startswith(code)),
            tuple(site for site in self.sites if (site.cell_code or "").startswith(code)),
        )

    def without(self, others: Names) -> Names:
        """Those that others are not."""
        gone = {
            *(post.id for post in others.posts),
            *(team.id for team in others.teams),
            *(site.id for site in others.sites),
        }
        return Names(
            tuple(post for post in self.posts if post.id not in gone),
            tuple(team for team in self.teams if team.id not in gone),
            tuple(site for site in self.sites if site.id not in gone),
        )

    @property
    def codes(self) -> frozenset[str]:
        """The codes named."""
        return frozenset(
            (
                *(post.cell_code for post in self.posts),
                *(team.home_cell_code for team in self.teams),
                *(site.cell_code or "" for site in self.sites),
            )
        )


@dataclass(frozen=True)
class GridReport:
    """What the grid shows, and what it accounts for.

    Attributes:
        findings: What is wrong with the grid.
        missing: Codes of cells reported missing.
        ground: Ground (lon/lat) on which a site has no cell because of something reported; None for none.
        stray: Posts, teams and sites that name a cell which the plan lacks, not one reported missing.
    """

    findings: tuple[Finding, ...]
    missing: frozenset[str]
    ground: shapely.Geometry | None
    stray: Names


def check_grid(scope: Scope) -> GridReport:
    """The cells and units of the plan in force."""
    codes = check_codes(scope)
    faults = find_ground_faults(scope, codes)
    names = _unknown_names(scope)
    missing = {code: (one.ground, one.cells, one.units) for code, one in codes.orphans.items()}
    lost, faults = _lost_without_orphans(scope, names, frozenset(missing), faults)
    missing |= {code: (ground, (), ()) for code, ground in lost.items()}
    told: list[Finding] = []
    for code, (ground, cells, units) in sorted(missing.items()):
        named_by = names.below(code)
        names = names.without(named_by)
        told.append(
            error(
                "cell.missing",
                "cell",
                code,
                ground,
                code=code,
                parent=scope.name_of(scope.code_above(code)),
                cells=len(cells),
                units=len(units),
                posts=len(named_by.posts),
                teams=len(named_by.teams),
            )
        )
    empty = list(_undivided(scope, frozenset(missing)))
    grounds = [one.fault.geometry for one in faults] + [one[0] for one in missing.values()]
    grounds += [finding.geometry for finding in empty]
    grounds += [shapely.convex_hull(scope.plan.cell(code).geometry) for code in sorted(codes.suspect)]
    return GridReport(
        findings=(*codes.findings, *told, *tell(scope, faults), *empty),
        missing=frozenset(missing),
        ground=joined([one for one in grounds if one is not None]),
        stray=names,
    )


def _unknown_names(scope: Scope) -> Names:
    known, state = scope.plan.cell_by_code, scope.state
    return Names(
        tuple(post for post in state.posts if post.cell_code not in known and post.holds_on(scope.day)),
        tuple(team for team in state.teams if team.home_cell_code and team.home_cell_code not in known),
        tuple(site for site in state.sites if site.cell_code and site.cell_code not in known),
    )


def _lost_without_orphans(
    scope: Scope, names: Names, missing: frozenset[str], faults: list[GroundFault]
) -> tuple[dict[str, shapely.Geometry], list[GroundFault]]:
    """Cells that posts, teams or sites name, where the plan has a gap in their place: the gap is theirs.

    Gives the ground by code of the missing cell, and the faults without those gaps.
    """
    uppermost: dict[str, list[str]] = {}
    for code in sorted(names.codes):
        if any(code.startswith(one) for one in missing):
            continue
        lost, parent = code, scope.code_above(code)
        while parent and parent not in scope.plan.cell_by_code and parent != scope.state.district.code:
            lost, parent = parent, scope.code_above(parent)
        if parent and lost not in uppermost.setdefault(parent, []):
            uppermost[parent].append(lost)
    ground: dict[str, shapely.Geometry] = {}
    taken: list[GroundFault] = []
    for parent, lost_codes in uppermost.items():
        gaps = [one for one in faults if one.parent_code == parent and _cell_sized(scope, one)]
        gaps.sort(key=lambda one: -one.fault.area_m2)
        gaps = gaps[: len(lost_codes)]
        for place, code in enumerate(lost_codes if gaps else ()):
            ground[code] = gaps[min(place, len(gaps) - 1)].fault.geometry
        taken.extend(gaps)
    return ground, [one for one in faults if one not in taken]


def _cell_sized(scope: Scope, one: GroundFault) -> bool:
    """Whether a gap between cells is as large as a cell may be, beside those of the same level."""
    if one.fault.kind is not TilingKind.GAP or one.level > _DEEPEST:
        return False
    siblings = scope.plan.children(one.parent_code) or scope.plan.of_level(one.level)
    areas = shapely.area(np.array([cell.geometry for cell in siblings], dtype=object))
    return bool(one.fault.geometry.area >= _LEAST_SHARE_OF_A_CELL * np.median(areas))


def _undivided(scope: Scope, missing: frozenset[str]) -> Iterator[Finding]:
    """Cells that should be divided and are not: villages without basic cells, towns without villages."""
    plan = scope.plan
    levels = {cell.level for cell in plan.cells}
    for level in sorted(set(LEVELS) - levels):
        yield note("plan.level_empty", "plan", plan.code, plan=plan.name, cell_level=level)
    divided = {cell.parent_code for cell in plan.cells} | {scope.code_above(code) for code in missing}
    for cell in plan.cells:
        if cell.level < _DEEPEST and cell.level + 1 in levels and cell.code not in divided:
            yield error("cell.undivided", "cell", cell.code, cell.geometry, cell=named(cell), cell_level=cell.level + 1)
    if plan.units:
        of_units = {unit.cell_code for unit in plan.units}
        for cell in plan.cells:
            if cell.level == _DEEPEST and cell.code not in of_units:
                yield warning("cell.no_units", "cell", cell.code, cell.geometry, cell=named(cell))


def check_stray_names(scope: Scope, stray: Names) -> Iterator[Finding]:
    """Posts, teams and sites that name a cell which the plan lacks."""
    people = scope.state.officer_by_id
    for post in stray.posts:
        officer = people.get(post.officer_id)
        yield error(
            "post.cell_unknown",
            "post",
            post_code(scope, post),
            officer=officer.name if officer else "",
            role=post.role.value,
            value=post.cell_code,
        )
    for team in stray.teams:
        where = shapely.Point(team.lon, team.lat) if np.isfinite((team.lon, team.lat)).all() else None
        yield error("team.home_unknown", "team", team.code, where, team=team.name, value=team.home_cell_code)
    for site in stray.sites:
        where = shapely.Point(site.lon, site.lat) if site.lon is not None and site.lat is not None else None
        yield error("site.cell_unknown", "site", site.code, where, site=site.name, value=site.cell_code)


def post_code(scope: Scope, post: Post) -> str:
    """The key of a post in the register."""
    officer = scope.state.officer_by_id.get(post.officer_id)
    return f"{officer.code if officer else post.officer_id}|{post.cell_code}|{post.role.value}|{post.since:%Y-%m-%d}"
