"""A clean district has no fault; faults that have nothing to do with each other are all shown."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from shapely import Polygon, box

from gridgis.checks import Severity, check_district
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.run_cards import Need, RunCards
from gridgis.dispatch.state import DistrictState
from gridgis.norms import Norms
from gridgis.supervision.enterprises import Enterprise
from tests.fakes.broken_district import (
    BASIC,
    LANGUAGES,
    a_dispatch,
    a_site,
    all_found,
    catalogue,
    changed,
    drawn,
    found,
    notes,
    posts_not_in,
    teams_not,
    with_card,
    with_dispatches,
    with_enterprise,
    with_officer,
    with_sites,
)
from tests.fakes.clean_district import clean_district, with_cells
from tests.fakes.tiny_district import (
    NOON,
    TOWN_1,
    TOWN_2,
    VILLAGE_1,
    VILLAGE_2,
    VILLAGE_3,
    identify,
)


def test_a_clean_district_has_neither_errors_nor_warnings() -> None:
    assert found(clean_district()) == set()
    assert set(notes(clean_district())) == {"sites.unplaced", "team.squads_few"}


def test_faults_that_have_nothing_to_do_with_each_other_are_all_shown() -> None:
    state = posts_not_in(clean_district(), VILLAGE_2 + "002")
    state = with_cells(
        state, drawn(VILLAGE_1, west=0.002), lambda unit: None if unit.code == VILLAGE_3 + "001001" else unit
    )
    state = with_sites(state, a_site("X", 32.51, 120.11))
    state = with_officer(teams_not(state, "T2"), "E02", licence="")
    state = replace(state, run_cards=RunCards.of(card for card in state.run_cards.cards if card.type != "gas"))
    state = with_enterprise(state, credit_code="9132120400000")
    state = with_dispatches(state, a_dispatch("D1", 1), a_dispatch("D2", 2))
    assert found(state) == {
        ("cell.no_officer", VILLAGE_2 + "002"),
        ("tiling.gap", TOWN_1),
        ("unit_tiling.gap", VILLAGE_3 + "001"),
        ("site.swapped", "X"),
        ("team.town_without", TOWN_2),
        ("officer.licence_missing", "E02"),
        ("run_card.missing", "gas"),
        ("enterprise.credit_code_form", state.enterprises[0].code),
        ("dispatch.overlap", "D2"),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_that_the_checks_name_has_words(language: str) -> None:
    nouns = {"officer", "enterprise", "site", "team", "alarm", "dispatch"}
    wanted = {f"{noun}.code_doubled" for noun in nouns} | {
        f"{start}_any" for start in ("team.town_without", "team.village_without")
    }
    for path in sorted((Path(__file__).parents[3] / "gridgis" / "checks").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"error", "warning", "note", "Finding"}:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    wanted.add(str(first.value))
    for kind in ("gap", "overlap", "sliver", "outside_parent"):
        wanted |= {f"tiling.{kind}", f"unit_tiling.{kind}"}
    missing = {f"findings.{code}.{part}" for code in wanted for part in ("what", "mend")} - set(catalogue(language))
    assert sorted(missing) == []


def test_findings_about_ground_can_be_drawn() -> None:
    (finding,) = [one for one in all_found(with_cells(clean_district(), drawn(VILLAGE_1, west=0.002))) if one.geometry]
    assert finding.code == "tiling.gap"
    assert isinstance(finding.geometry, Polygon)
    assert finding.geometry.normalize().equals_exact(box(120.10, 32.50, 120.102, 32.52).normalize(), 1e-9)
    assert finding.noun == "cell"


def test_an_ungoverned_town_has_no_rules_of_staffing_and_teams() -> None:
    state = teams_not(clean_district(), "T2", "V3")
    state = replace(state, posts=tuple(post for post in state.posts if post.cell_code != TOWN_2))
    farm = with_cells(state, changed(TOWN_2, governed=False))
    assert found(farm) == set()
    assert "cell.no_officer" in notes(farm)


def test_norms_are_those_of_the_district() -> None:
    assert found(clean_district(), norms=Norms(enforcement_officers_key_town_least=6)) == {
        ("staffing.key_town", TOWN_1)
    }


def test_what_is_only_to_know_is_a_note() -> None:
    state = with_officer(clean_district(), "E01", licence_until=NOON.date() + timedelta(days=30))
    state = with_officer(state, "E02", licence_until=None)
    state = with_officer(state, "E03", in_service_since=None)
    state = with_dispatches(replace(state, roads=None), a_dispatch("D1", 1, team_code="R119"))
    state = replace(state, enterprises=(*state.enterprises, lone_enterprise()))
    wanted = {
        "officer.licence_soon",
        "officer.licence_open",
        "staffing.service_unknown",
        "dispatch.unanswered",
        "enterprise.no_site",
        "roads.none",
    }
    assert found(state) == set()
    assert wanted <= set(notes(state))


def lone_enterprise() -> Enterprise:
    return Enterprise(identify("enterprise", "Z"), "Z", "无场所", None, no_credit_code_reason="筹建")


def test_a_fallback_that_someone_has_is_only_noted() -> None:
    state = clean_district()
    card = state.run_cards.find("fire", ResponseLevel.III)
    state = with_card(state, "fire", ResponseLevel.III, *card.needs, Need(9, None, "nuclear", fallback="hazmat"))
    assert found(state) == set()
    assert notes(state)["run_card.fallback_only"].fields["fallback"] == "hazmat"


def test_a_district_just_begun_is_told_what_to_import() -> None:
    state = DistrictState(clean_district().district)
    assert {code for code, _ in found(state)} == {"plan.none", "run_card.none"}


def test_a_plan_of_towns_and_villages_only_is_checked_as_far_as_it_goes() -> None:
    state = with_cells(clean_district(), lambda cell: None if cell.level == 3 else cell, lambda _: None)
    state = replace(state, posts=tuple(post for post in state.posts if len(post.cell_code) < 15))
    assert found(state) == set()
    assert notes(state)["plan.level_empty"].fields["cell_level"] == 3


def test_without_a_moment_the_latest_plan_is_checked_from_its_first_day() -> None:
    findings = check_district(clean_district())
    assert [one.code for one in findings if one.severity is not Severity.NOTE] == []


def test_errors_come_before_warnings_and_notes() -> None:
    state = with_sites(posts_not_in(clean_district(), BASIC), a_site("X", 120.20, 32.51))
    severities = [finding.severity for finding in all_found(state)]
    assert severities == sorted(severities, key=list(Severity).index)
    assert set(severities) == set(Severity)
