"""Who holds which post on which day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gridgis.codes import record_id
from gridgis.people.officers import Officer, Post, PostRole, officers_of

CELL = "321204101001001"
days = st.dates(date(2000, 1, 1), date(2040, 1, 1))


def officer(number: int) -> Officer:
    return Officer(record_id("321204", "officer", str(number)), str(number), f"人{number}")


def post(number: int, role: PostRole = PostRole.GRID_OFFICER, **fields: object) -> Post:
    made = {"cell_code": CELL, "since": date(2020, 1, 1)} | fields
    return Post(record_id("321204", "post", str(number)), officer(number).id, role=role, **made)  # type: ignore[arg-type]


def test_both_the_first_and_the_last_day_belong_to_a_post() -> None:
    held = post(1, until=date(2020, 6, 30))
    assert held.holds_on(date(2020, 1, 1))
    assert held.holds_on(date(2020, 6, 30))
    assert not held.holds_on(date(2019, 12, 31))
    assert not held.holds_on(date(2020, 7, 1))


def test_a_post_of_one_day_is_held_on_that_day() -> None:
    assert post(1, until=date(2020, 1, 1)).holds_on(date(2020, 1, 1))


@given(since=days, span=st.integers(0, 5000), day=days)
def test_a_post_that_follows_another_leaves_no_day_without_and_none_doubled(since: date, span: int, day: date) -> None:
    last = since + timedelta(days=span)
    first, second = post(1, since=since, until=last), post(2, since=last + timedelta(days=1))
    assert first.holds_on(day) + second.holds_on(day) == (day >= since)


@given(since=days, day=days)
def test_an_open_post_is_held_for_ever(since: date, day: date) -> None:
    assert post(1, since=since).holds_on(day) == (day >= since)


def test_own_posts_come_before_cover_and_leads_before_officers() -> None:
    lead, walker = post(1, PostRole.GRID_LEAD), post(2)
    cover = post(3, PostRole.GRID_LEAD, acting_for=lead.officer_id)
    doctor = post(4, PostRole.SAFETY_DOCTOR)
    gone = post(5, until=date(2020, 2, 1))
    elsewhere = post(6, cell_code="321204101001002")
    found = officers_of(CELL, [cover, doctor, gone, walker, elsewhere, lead], date(2020, 6, 30))
    assert found == [lead, walker, doctor, cover]


def test_the_order_of_a_register_does_not_change_who_is_named_first() -> None:
    posts = [post(number) for number in range(6)]
    day = date(2020, 6, 30)
    assert officers_of(CELL, posts, day) == officers_of(CELL, reversed(posts), day)
    assert officers_of("321204101001009", posts, day) == []
