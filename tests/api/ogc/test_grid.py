"""Which plan is in force when, and how its cells tell it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from api.ogc.grid import plans_in_force
from api.ogc.spans import micros
from gridgis.cells import GridPlan, PlanStatus
from gridgis.dispatch.state import DistrictState
from tests.fakes.tiny_district import district, identify, plan

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
days = st.integers(0, 30).map(lambda number: FIRST + timedelta(days=number))


@st.composite
def plans(draw: st.DrawFn) -> tuple[GridPlan, ...]:
    """Plans with spans of any kind, also overlapping ones, which a store would refuse."""
    made = []
    for number in range(draw(st.integers(0, 5))):
        since, until = draw(days), draw(st.none() | days)
        made.append(
            replace(
                plan(),
                id=identify("plan", str(number)),
                code=str(number),
                status=draw(st.sampled_from(list(PlanStatus))),
                effective_from=since,
                effective_to=until if until is None or until > since else since + timedelta(days=1),
            )
        )
    return tuple(made)


@settings(max_examples=200, deadline=None)
@given(made=plans(), when=days, hours=st.integers(-5, 5))
def test_at_every_moment_the_plan_in_force_is_told(made: tuple[GridPlan, ...], when: datetime, hours: int) -> None:
    """One at most, the same that every other answer takes."""
    moment = when + timedelta(hours=hours)
    found = [one.plan for one in plans_in_force(district(), made) if one.since <= micros(moment) <= one.until]
    wanted = DistrictState(district(), plans=made).plan_at(moment)
    assert found == ([] if wanted is None else [wanted])


@settings(max_examples=50, deadline=None)
@given(made=plans())
def test_spans_follow_each_other_and_a_plan_that_is_in_force_again_has_other_features(
    made: tuple[GridPlan, ...],
) -> None:
    found = plans_in_force(district(), made)
    assert all(one.until < other.since for one, other in pairwise(found))
    (first, *_) = plan().of_level(1)
    names = {(one.plan.code, one.identifier(first)) for one in found}
    assert len(names) == len(found)


def test_the_end_of_a_plan_is_the_moment_from_which_it_is_not_valid() -> None:
    ends = replace(plan(), effective_to=datetime(2021, 1, 1, tzinfo=UTC))
    (one,) = plans_in_force(district(), (ends,))
    assert one.validity() == {
        "plan": "1",
        "valid_from": "2019-12-31T16:00:00Z",
        "valid_until": "2021-01-01T00:00:00Z",
    }
    assert one.until == micros(datetime(2021, 1, 1, tzinfo=UTC)) - 1
