"""Preparation: kept as bytes under the topology's name, refused when damaged or another's, made while asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from gridgis.errors import InvalidValue, NotKnown
from gridgis.roads import Preparation, RoadNetwork, Router
from gridgis.roads.network import objects
from tests.fakes.tiny_district import tiny_roads

WEST_BANK, EAST_BANK = (120.1285, 32.5101), (120.1352, 32.5101)
BASES = [WEST_BANK, EAST_BANK, (120.105, 32.5101)]


def times(router: Router, code: str = "car") -> list[float]:
    made: list[float] = router.arrivals(code, BASES, EAST_BANK).travel_s.tolist()
    return made


def test_a_preparation_read_from_bytes_answers_as_the_one_that_was_written() -> None:
    router = Router(tiny_roads())
    assert router.preparation is None
    before = times(router)
    kept = router.prepare(["car"]).preparation
    assert kept is not None
    again = Router(tiny_roads()).prepare(["car"], preparation=Preparation.from_bytes(kept.to_bytes()))
    assert again.preparation is not None
    assert np.array_equal(again.preparation.order, kept.order)
    assert before == times(router) == times(again)


def test_the_same_network_is_prepared_in_the_same_way() -> None:
    one, other = Router(tiny_roads()).prepare([]).preparation, Router(tiny_roads()).prepare([]).preparation
    assert one is not None
    assert other is not None
    assert one.to_bytes() == other.to_bytes()


def test_the_name_of_a_topology_changes_with_its_links_and_places_and_with_nothing_else() -> None:
    network = tiny_roads()
    name = Router(network).topology.content_hash
    renamed = replace(network, name=objects("新路" for _ in range(network.edges)), length_m=network.length_m * 2)
    assert Router(renamed).topology.content_hash == name
    assert Router(replace(network, x=network.x + 0.001)).topology.content_hash != name


@pytest.mark.parametrize("kept", [slice(0, 0), slice(0, 40), slice(0, -30), slice(30, None), slice(0, None, 2)])
def test_damaged_bytes_are_refused(kept: slice) -> None:
    preparation = Router(tiny_roads()).prepare([]).preparation
    assert preparation is not None
    with pytest.raises(InvalidValue) as caught:
        Preparation.from_bytes(preparation.to_bytes()[kept])
    assert caught.value.code == "roads.preparation"


def test_the_preparation_of_another_network_is_refused() -> None:
    network = tiny_roads()
    other = Router(replace(network, y=network.y + 0.01)).prepare([]).preparation
    with pytest.raises(InvalidValue) as caught:
        Router(network).prepare(preparation=other)
    assert caught.value.code == "roads.preparation_other"


def test_questions_are_answered_while_the_roads_are_being_prepared() -> None:
    router = Router(tiny_roads())
    thread = router.prepare_in_background()
    meanwhile = [times(router) for _ in range(5)]
    thread.join()
    assert router.preparation is not None
    assert meanwhile == [times(router)] * 5


def test_an_unknown_vehicle_is_not_prepared() -> None:
    for ask in (Router(tiny_roads()).prepare, Router(tiny_roads()).prepare_in_background):
        with pytest.raises(NotKnown) as caught:
            ask(["tank"])
        assert caught.value.code == "profile.unknown"


def test_a_prepared_network_gives_many_threads_the_same_answer() -> None:
    router = Router(tiny_roads())
    wanted = [times(router, code) for code in ("fire_engine", "car", "foot")]
    router.prepare()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda code: times(router, code), ["fire_engine", "car", "foot"] * 50))
    assert answers == wanted * 50


def test_a_network_without_roads_can_be_prepared() -> None:
    router = Router(RoadNetwork.from_graph(tiny_roads().graph.__class__(crs="epsg:4326"))).prepare()
    assert np.isinf(times(router)).all()
