"""Check the enforcement officers: how many a town has, their licences, background and years of service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from gridgis.checks.finding import Finding, error, note, warning
from gridgis.checks.scope import Scope, named
from gridgis.people.officers import Officer, PostRole

_DAYS_A_YEAR = 365.25


def check_staffing(scope: Scope) -> Iterator[Finding]:
    """The norms of staffing, on the day."""
    by_town = enforcement_by_town(scope)
    everyone = sorted({officer for officers in by_town.values() for officer in officers}, key=lambda one: one.code)
    if not everyone:
        if any(cell.governed for cell in scope.plan.of_level(1)):
            yield warning("staffing.none", "district", scope.state.district.code, day=f"{scope.day}")
        return
    yield from _towns(scope, by_town)
    yield from _licences(scope, everyone)
    yield from _background(scope, everyone)
    yield from _service(scope, everyone)


def enforcement_by_town(scope: Scope) -> dict[str, set[Officer]]:
    """Officers who hold an enforcement post on the day, by the code of the town in which they serve; '' for none."""
    found: dict[str, set[Officer]] = {}
    for post in scope.state.posts:
        officer = scope.state.officer_by_id.get(post.officer_id)
        if post.role is PostRole.ENFORCEMENT_OFFICER and post.holds_on(scope.day) and officer is not None:
            town = scope.town_of(post.cell_code)
            found.setdefault(town.code if town else "", set()).add(officer)
    return found


def _towns(scope: Scope, by_town: dict[str, set[Officer]]) -> Iterator[Finding]:
    norms = scope.norms
    for town in scope.plan.of_level(1):
        least = norms.enforcement_officers_key_town_least if town.key_town else norms.enforcement_officers_town_least
        there = len(by_town.get(town.code, ()))
        if town.governed and there < least:
            code = "staffing.key_town" if town.key_town else "staffing.town"
            yield warning(code, "cell", town.code, town.geometry, cell=named(town), there=there, least=least)


def _licences(scope: Scope, everyone: Sequence[Officer]) -> Iterator[Finding]:
    soon = scope.day + timedelta(days=scope.norms.licence_warning_days)
    for officer in everyone:
        shown = {"officer": officer.name, "number": officer.code}
        if not officer.licence:
            yield error("officer.licence_missing", "officer", officer.code, **shown)
        elif officer.licence_until is None:
            yield note("officer.licence_open", "officer", officer.code, **shown)
        elif officer.licence_until < scope.day:
            yield error("officer.licence_expired", "officer", officer.code, until=f"{officer.licence_until}", **shown)
        elif officer.licence_until <= soon:
            days = (officer.licence_until - scope.day).days
            yield note(
                "officer.licence_soon", "officer", officer.code, until=f"{officer.licence_until}", days=days, **shown
            )


def _background(scope: Scope, everyone: Sequence[Officer]) -> Iterator[Finding]:
    least = scope.norms.professional_share_least
    professional = sum(officer.professional for officer in everyone)
    if professional < least * len(everyone):
        yield warning(
            "staffing.professional",
            "district",
            scope.state.district.code,
            professional=professional,
            officers=len(everyone),
            share_percent=round(100 * professional / len(everyone), 1),
            least_percent=round(100 * least, 1),
        )


def _service(scope: Scope, everyone: Sequence[Officer]) -> Iterator[Finding]:
    least = scope.norms.enforcement_service_least_years
    unknown = tuple(officer.name for officer in everyone if officer.in_service_since is None)
    if unknown:
        yield note(
            "staffing.service_unknown", "district", scope.state.district.code, officers=unknown, count=len(unknown)
        )
    for officer in everyone:
        if officer.in_service_since is None:
            continue
        years = (scope.day - officer.in_service_since).days / _DAYS_A_YEAR
        if years < least:
            yield warning(
                "officer.service_short",
                "officer",
                officer.code,
                officer=officer.name,
                number=officer.code,
                since=f"{officer.in_service_since}",
                years=round(years, 1),
                least=least,
            )
