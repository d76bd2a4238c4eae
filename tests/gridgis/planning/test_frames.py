from __future__ import annotations

import geopandas
import numpy as np
import pytest
import shapely
import shapely.affinity

from gridgis.errors import InputRejected, InvalidValue
from gridgis.planning import FrameColumns, Limits, rebalance, units_of_frame


def frame(**changed: object) -> geopandas.GeoDataFrame:
    """Six boxes of about a kilometre in two rows, in the district's metric plane."""
    boxes = [shapely.box(x * 1_000, y * 1_000, (x + 1) * 1_000, (y + 1) * 1_000) for y in range(2) for x in range(3)]
    shapes = [shapely.affinity.translate(box, 500_000, 3_600_000) for box in boxes]
    columns = {"code": list("abcdef"), "workload": np.arange(1.0, 7.0), "parent": ["P"] * 6} | changed
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=4549)


def test_a_frame_of_units_is_planned_by_its_own_codes() -> None:
    units = units_of_frame(frame())
    assert units.codes == tuple("abcdef")
    assert units.area_m2 == pytest.approx(1e6, rel=1e-3)
    assert len(units.graph.other) == 2 * 7
    made = rebalance(units, cells=2, limits=Limits(tolerance=0.3, together=(("a", "f"),)), attempts=1)[0]
    assert not made.not_within
    assert made.labels[0] == made.labels[5]


def test_columns_may_be_named_and_those_that_are_not_there_count_as_nothing() -> None:
    named = frame().rename(columns={"workload": "hours"}).drop(columns="code")
    units = units_of_frame(named, FrameColumns(load="hours"))
    assert units.load.tolist() == [1, 2, 3, 4, 5, 6]
    assert units.codes == tuple("012345")
    assert units.population.tolist() == [0] * 6
    assert units.today == ("",) * 6


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({"code": list("abcdea")}, ["planning.code_twice"]),
        ({"workload": [1, 2, 3, 4, 5, -1.0]}, ["planning.workload"]),
        ({"workload": [1, 2, 3, 4, np.nan, 1.0]}, ["planning.workload"]),
    ],
)
def test_rows_that_can_not_be_units_are_listed(changed: dict[str, object], codes: list[str]) -> None:
    with pytest.raises(InputRejected) as caught:
        units_of_frame(frame(**changed))
    assert [fault.code for fault in caught.value.faults] == codes


def test_points_and_a_frame_without_coordinate_system_are_refused() -> None:
    points = frame()
    points.geometry = points.centroid
    with pytest.raises(InputRejected) as caught:
        units_of_frame(points)
    assert {fault.code for fault in caught.value.faults} == {"planning.shape"}
    with pytest.raises(InvalidValue, match=r"planning\.frame_crs"):
        units_of_frame(geopandas.GeoDataFrame(frame().drop(columns="geometry"), geometry=frame().geometry.to_numpy()))
