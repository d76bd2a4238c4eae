"""Check a whole district: every invariant that its records can show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from gridgis.cells.plan import GridPlan
from gridgis.checks.dispatches import check_dispatches
from gridgis.checks.enterprises import check_enterprises
from gridgis.checks.finding import Finding, error, in_order, note, warning
from gridgis.checks.grid import check_grid, check_stray_names
from gridgis.checks.people import check_people
from gridgis.checks.roads import check_roads
from gridgis.checks.run_cards import check_run_cards
from gridgis.checks.scope import Scope
from gridgis.checks.sites import check_sites
from gridgis.checks.staffing import check_staffing
from gridgis.checks.teams import check_teams
from gridgis.dispatch.state import DistrictState
from gridgis.norms import Norms


def check_district(state: DistrictState, *, when: datetime | None = None, norms: Norms | None = None) -> list[Finding]:
    """What breaks the invariants of a district, errors first.

    One fault is told once: what follows from another finding (a missing village leaves a gap, its posts name nothing)
    is left out, and shows at the next check if mending the first does not mend it.

    Args:
        state: The district.
        when: The moment, aware, for which posts, licences and the plan in force are looked at; by default that from
            which the latest published plan is in force.
        norms: The numbers to meet; the defaults where none are given.
    """
    plan, moment = _plan_and_moment(state, when)
    findings = [*_doubled_codes(state), *check_enterprises(state)]
    if plan is None or moment is None:
        findings.append(warning("plan.none", "district", state.district.code, when="" if when is None else f"{when}"))
        return in_order([*findings, *check_run_cards(state), *check_dispatches(state)])
    scope = Scope(state, plan, moment, norms or Norms())
    if state.district.outline is None:
        findings.append(note("district.no_outline", "district", state.district.code, district=state.district.name))
    grid = check_grid(scope)
    return in_order(
        (
            *grid.findings,
            *check_stray_names(scope, grid.stray),
            *findings,
            *check_sites(scope, grid),
            *check_people(scope, grid),
            *check_staffing(scope),
            *check_teams(scope, grid),
            *check_run_cards(state),
            *check_dispatches(state),
            *check_roads(scope),
        )
    )


def _plan_and_moment(state: DistrictState, when: datetime | None) -> tuple[GridPlan | None, datetime | None]:
    if when is not None:
        return state.plan_at(when), when
    latest = max((plan.effective_from for plan in state.plans), default=None)
    return (None, None) if latest is None else (state.plan_at(latest), latest)


def _doubled_codes(state: DistrictState) -> Iterator[Finding]:
    """Codes that two records of one register share."""
    registers: dict[str, Iterable[str]] = {
        "officer": (officer.code for officer in state.officers),
        "enterprise": (enterprise.code for enterprise in state.enterprises),
        "site": (site.code for site in state.sites),
        "team": (team.code for team in state.teams),
        "alarm": (alarm.code for alarm in state.alarms if alarm.code),
        "dispatch": (dispatch.code for dispatch in state.dispatches),
    }
    for noun, codes in registers.items():
        for code, count in Counter(codes).items():
            if count > 1:
                yield error(f"{noun}.code_doubled", noun, code, code=code, count=count)
