"""What the check shows about posts and staffing, one fault put in at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from gridgis.people.officers import PostRole
from tests.fakes.broken_district import (
    BASIC,
    found,
    posts_not_in,
    with_officer,
    with_post,
)
from tests.fakes.clean_district import a_post, clean_district, enforcement_officer
from tests.fakes.tiny_district import (
    DISTRICT,
    NOON,
    TOWN_1,
    TOWN_2,
    VILLAGE_1,
)


def test_a_cell_without_an_officer() -> None:
    state = clean_district()
    assert found(posts_not_in(state, BASIC)) == {("cell.no_officer", BASIC)}


def test_a_post_that_ended_yesterday() -> None:
    state = clean_district()
    assert found(with_post(state, BASIC, until=NOON.date() - timedelta(days=1))) == {("cell.no_officer", BASIC)}


def test_a_post_that_begins_tomorrow() -> None:
    state = clean_district()
    assert found(with_post(state, BASIC, since=NOON.date() + timedelta(days=1))) == {("cell.no_officer", BASIC)}


def test_a_post_that_ends_today() -> None:
    state = clean_district()
    assert found(with_post(state, BASIC, until=NOON.date())) == set()


def test_a_post_in_a_cell_that_does_not_exist() -> None:
    """That the cell which was meant has nobody is the same fault."""
    state = clean_district()
    assert found(with_post(state, BASIC, cell_code=BASIC[:-1] + "8")) == {
        ("post.cell_unknown", f"P06|{BASIC[:-1]}8|grid_officer|2020-01-01")
    }


def test_a_post_of_nobody_known() -> None:
    state = clean_district()
    assert found(with_post(state, BASIC, officer_id=UUID(int=7))) == {
        ("post.officer_unknown", f"{UUID(int=7)}|{BASIC}|grid_officer|2020-01-01")
    }


def test_cover_for_nobody_known() -> None:
    state = clean_district()
    assert found(with_post(state, BASIC, acting_for=UUID(int=7))) == {
        ("post.acting_unknown", f"P06|{BASIC}|grid_officer|2020-01-01")
    }


def test_a_post_that_ends_before_it_begins() -> None:
    state = clean_district()
    assert found(with_post(state, BASIC, until=date(2019, 1, 1))) == {
        ("post.days", f"P06|{BASIC}|grid_officer|2020-01-01")
    }


def test_the_same_post_held_twice() -> None:
    state = clean_district()
    officer = next(one for one in state.officers if one.code == "P06")
    assert found(
        replace(state, posts=(*state.posts, a_post(officer, BASIC, PostRole.GRID_OFFICER, since=date(2020, 3, 1))))
    ) == {("post.doubled", f"P06|{BASIC}|grid_officer|2020-03-01")}


def test_a_village_with_two_leads() -> None:
    state = clean_district()
    post = a_post(enforcement_officer(1), VILLAGE_1, PostRole.GRID_LEAD, since=date(2020, 3, 1))
    assert found(replace(state, posts=(*state.posts, post))) == {
        ("post.two_leads", f"E01|{VILLAGE_1}|grid_lead|2020-03-01")
    }


def test_a_lead_and_cover_for_the_lead() -> None:
    state = clean_district()
    lead = next(post for post in state.posts if post.cell_code == VILLAGE_1)
    post = a_post(enforcement_officer(1), VILLAGE_1, PostRole.GRID_LEAD, since=date(2020, 3, 1))
    assert found(replace(state, posts=(*state.posts, replace(post, acting_for=lead.officer_id)))) == set()


def test_a_lead_who_followed_another() -> None:
    state = clean_district()
    ended = with_post(state, VILLAGE_1, until=date(2020, 2, 29))
    post = a_post(enforcement_officer(1), VILLAGE_1, PostRole.GRID_LEAD, since=date(2020, 3, 1))
    assert found(replace(ended, posts=(*ended.posts, post))) == set()


def test_no_posts_at_all() -> None:
    state = clean_district()
    assert found(replace(state, posts=())) == {("posts.none", DISTRICT), ("staffing.none", DISTRICT)}


def test_a_key_town_with_four_enforcement_officers() -> None:
    state = clean_district()
    gone = enforcement_officer(1).id
    assert found(replace(state, posts=tuple(post for post in state.posts if post.officer_id != gone))) == {
        ("staffing.key_town", TOWN_1)
    }


def test_a_town_with_two_enforcement_officers() -> None:
    state = clean_district()
    gone = enforcement_officer(8).id
    assert found(replace(state, posts=tuple(post for post in state.posts if post.officer_id != gone))) == {
        ("staffing.town", TOWN_2)
    }


def test_an_enforcement_officer_without_a_licence() -> None:
    state = clean_district()
    assert found(with_officer(state, "E02", licence="")) == {("officer.licence_missing", "E02")}


def test_an_enforcement_officer_whose_licence_ended_yesterday() -> None:
    state = clean_district()
    assert found(with_officer(state, "E02", licence_until=NOON.date() - timedelta(days=1))) == {
        ("officer.licence_expired", "E02")
    }


def test_an_enforcement_officer_whose_licence_ends_today() -> None:
    state = clean_district()
    assert found(with_officer(state, "E02", licence_until=NOON.date())) == set()


def test_too_few_with_a_professional_background() -> None:
    state = clean_district()
    for code in ("E01", "E02", "E03"):
        state = with_officer(state, code, professional=False)
    assert found(state) == {("staffing.professional", DISTRICT)}


def test_just_enough_with_a_professional_background() -> None:
    state = clean_district()
    assert found(with_officer(with_officer(state, "E01", professional=False), "E02", professional=False)) == set()


def test_an_enforcement_officer_of_two_years() -> None:
    state = clean_district()
    assert found(with_officer(state, "E03", in_service_since=date(2018, 6, 30))) == {("officer.service_short", "E03")}
