"""Roads that are closed, slow or flooded for a while change who comes when, until they end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from math import isinf
from uuid import UUID

import pytest
from shapely import LineString, Polygon, box

from gridgis.dispatch.reach import Ground, Reach
from gridgis.dispatch.road_changes import ChangeKind, RoadChange
from gridgis.errors import Conflict, InvalidValue
from tests.fakes import ready_teams as ready
from tests.fakes.tiny_district import teams, tiny_district

NUMBER = {team.code: at for at, team in enumerate(teams())}
EAST = (120.155, 32.505)


def reach(changes: Iterable[RoadChange], place: tuple[float, float] = EAST) -> Reach:
    state = tiny_district()
    return Reach(
        replace(state, road_changes=tuple(changes)).after(state), teams(), place, ready.AT + timedelta(hours=3)
    )


def test_a_flood_cuts_off_whoever_would_have_to_pass_it_until_it_ends() -> None:
    across = reach([ready.flood()]).estimates[NUMBER["DT"]]
    assert across.ground is Ground.OUT_OF_REACH
    over = ready.flood().ended(ready.AT + timedelta(hours=1), "王芳")
    assert reach([over]).estimates[NUMBER["DT"]] == reach([]).estimates[NUMBER["DT"]]


def test_a_slow_road_takes_as_many_times_as_long() -> None:
    slow = ready.slow_road()
    state = tiny_district()
    assert state.roads is not None
    router = replace(state, road_changes=(slow,)).router
    assert router is not None
    assert [*router.changes.values()] == [3.0]
    assert not any(map(isinf, router.changes.values()))


def test_its_time_is_over_when_it_was_said_to_be() -> None:
    slow = ready.slow_road()
    assert not slow.over_at(ready.AT)
    assert slow.over_at(ready.AT + timedelta(hours=2))
    assert not slow.lasting(None).over_at(ready.AT + timedelta(hours=2))
    ended = slow.ended(ready.AT, "clock")
    assert not ended.over_at(ready.AT + timedelta(hours=2))
    with pytest.raises(Conflict, match=r"road_change\.ended"):
        ended.ended(ready.AT, "王芳")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"factor": None}, "road_change.form"),
        ({"factor": 1.0}, "road_change.factor"),
        ({"factor": 21.0}, "road_change.factor"),
        ({"edges": ()}, "road_change.form"),
        ({"reason": "长" * 201}, "road_change.reason"),
        ({"until": ready.AT}, "road_change.until"),
        ({"kind": ChangeKind.FLOOD}, "road_change.form"),
        ({"kind": ChangeKind.CLOSED}, "road_change.form"),
        ({"geometry": box(0, 0, 1, 1)}, "road_change.form"),
    ],
)
def test_a_change_whose_parts_do_not_fit_is_refused(changed: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        replace(ready.slow_road(), **changed)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_an_area_that_is_none_is_refused() -> None:
    bow = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(InvalidValue, match=r"roads\.flooded"):
        replace(ready.flood(), geometry=bow)


def test_a_road_that_a_new_import_no_longer_has_hinders_nobody() -> None:
    line = LineString([(120.1, 32.5), (120.2, 32.5)])
    gone = RoadChange(UUID(int=9), "x", ChangeKind.CLOSED, ((7, 8, 0),), line, ready.AT, "王芳")
    assert reach([gone]).estimates == reach([]).estimates
    assert gone.middle == pytest.approx((120.15, 32.5))
