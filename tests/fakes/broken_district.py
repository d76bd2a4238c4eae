"""Ways to break the clean district, and what its check then shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from shapely import MultiPolygon, Polygon, box

from gridgis.cells import Cell, Unit
from gridgis.checks import Finding, Severity, check_district
from gridgis.dispatch.alarms import Alarm, Dispatch, ResponseLevel
from gridgis.dispatch.run_cards import Need, RunCards, Task
from gridgis.dispatch.state import DistrictState
from gridgis.supervision.enterprises import Site
from tests.fakes.clean_district import clean_district
from tests.fakes.tiny_district import NOON, VILLAGE_1, identify, tiny_alarm

WORDS = Path(__file__).parents[2] / "maps" / "web" / "words"
LANGUAGES = ("zh", "en")
BASIC = VILLAGE_1 + "001"


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The words of a language."""
    words: dict[str, str] = json.loads((WORDS / f"{language}.json").read_text("utf-8"))
    return words


def check_words(finding: Finding) -> None:
    """A finding says what is wrong and how to mend it, in both languages, and its fields fill the words."""
    for language in LANGUAGES:
        words = catalogue(language)
        for part in ("what", "mend"):
            text = words[f"findings.{finding.code}.{part}"]
            assert {name for _, name, _, _ in Formatter().parse(text) if name} <= set(finding.fields), finding.code

        def say(key: str, fields: Mapping[str, Any], words: Mapping[str, str] = words) -> str:
            return words.get(key, key).format(**fields)

        assert finding.what(say)
        assert finding.mend(say)


def all_found(state: DistrictState, **options: Any) -> list[Finding]:
    """Every finding, each checked to have its words."""
    findings = check_district(state, **{"when": NOON, **options})
    for finding in findings:
        check_words(finding)
    return findings


def found(state: DistrictState, **options: Any) -> set[tuple[str, str]]:
    """Code and subject of every error and warning, each once."""
    findings = all_found(state, **options)
    wrong = [(finding.code, finding.subject_code) for finding in findings if finding.severity is not Severity.NOTE]
    assert len(set(wrong)) == len(wrong)
    return set(wrong)


def notes(state: DistrictState) -> dict[str, Finding]:
    """Notes by code."""
    return {one.code: one for one in all_found(state) if one.severity is Severity.NOTE}


def moved(area: Polygon | MultiPolygon, *, west: float = 0, east: float = 0) -> Polygon:
    """A rectangle with its west or east border moved, in degrees."""
    left, south, right, north = area.bounds
    return box(left + west, south, right + east, north)


def changed(code: str, **fields: Any) -> Callable[[Cell], Cell]:
    """A change of one cell's fields."""
    return lambda cell: replace(cell, **fields) if cell.code == code else cell


def drawn(code: str, *, west: float = 0, east: float = 0) -> Callable[[Cell], Cell]:
    """A change of one cell's border."""
    return lambda cell: (
        replace(cell, geometry=moved(cell.geometry, west=west, east=east)) if cell.code == code else cell
    )


def without(*codes: str) -> Callable[[Cell], Cell | None]:
    """A change that takes cells away."""
    return lambda cell: None if cell.code in codes else cell


def below(code: str) -> Callable[[Cell], Cell | None]:
    """A change that takes a cell away with all below it."""
    return lambda cell: None if cell.code.startswith(code) else cell


def units_not_below(code: str) -> Callable[[Unit], Unit | None]:
    """A change that takes the units of a cell away."""
    return lambda unit: None if unit.cell_code.startswith(code) else unit


def posts_not_in(state: DistrictState, cell_code: str) -> DistrictState:
    """The district without the posts in a cell and below it."""
    return replace(state, posts=tuple(post for post in state.posts if not post.cell_code.startswith(cell_code)))


def teams_not(state: DistrictState, *codes: str) -> DistrictState:
    """The district without some teams."""
    return replace(state, teams=tuple(team for team in state.teams if team.code not in codes))


def with_sites(state: DistrictState, *sites: Site) -> DistrictState:
    """The district with more sites."""
    return replace(state, sites=(*state.sites, *sites))


def a_site(code: str, lon: float | None, lat: float | None, **fields: Any) -> Site:
    """A site of the first enterprise."""
    owner = clean_district().enterprises[0]
    return Site(identify("site", code), owner.id, code, f"场所{code}", "", lon, lat, **fields)


def with_officer(state: DistrictState, code: str, **fields: Any) -> DistrictState:
    """One officer changed."""
    officers = (replace(officer, **fields) if officer.code == code else officer for officer in state.officers)
    return replace(state, officers=tuple(officers))


def with_post(state: DistrictState, where: str, **fields: Any) -> DistrictState:
    """The first post of a cell changed."""
    place = next(place for place, post in enumerate(state.posts) if post.cell_code == where)
    posts = list(state.posts)
    posts[place] = replace(posts[place], **fields)
    return replace(state, posts=tuple(posts))


def with_team(state: DistrictState, code: str, **fields: Any) -> DistrictState:
    """One team changed."""
    return replace(state, teams=tuple(replace(one, **fields) if one.code == code else one for one in state.teams))


def with_enterprise(state: DistrictState, **fields: Any) -> DistrictState:
    """The first enterprise changed."""
    first, *others = state.enterprises
    return replace(state, enterprises=(replace(first, **fields), *others))


def with_card(state: DistrictState, alarm_type: str, level: ResponseLevel, *needs: Need) -> DistrictState:
    """One run card with other lines."""
    card = replace(state.run_cards.find(alarm_type, level), needs=needs)
    others = [one for one in state.run_cards.cards if (one.type, one.level) != (alarm_type, level)]
    return replace(state, run_cards=RunCards.of([*others, card]))


def an_alarm() -> Alarm:
    """A fire at the district team's door."""
    return tiny_alarm(120.105, 32.51, code="A1")


def a_dispatch(code: str, hour: int, *, team_code: str = "DT", **fields: Any) -> Dispatch:
    """Two hours from an hour of 1 March 2020 (UTC)."""
    start = datetime(2020, 3, 1, hour, tzinfo=UTC)
    times = {"dispatched_at": start, "home_at": start + timedelta(hours=2)} | fields
    return Dispatch(
        identify("dispatch", code), code, an_alarm().id, identify("team", team_code), 6, Task.RESCUE.value, **times
    )


def with_dispatches(state: DistrictState, *dispatches: Dispatch) -> DistrictState:
    """One alarm and these dispatches."""
    return replace(state, alarms=(an_alarm(),), dispatches=dispatches)
