"""GDAL, and so QGIS, reads every collection: the right features, types, geometries and systems.

GDAL runs in a process of its own, as for every database that is served.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from shapely.geometry import shape

from api.app import create_app
from api.auth.recognising import Shown
from api.auth.who import Who
from api.listening import address_of, bind, server_of
from api.settings import Settings
from gridgis.access import Role
from tests.fakes.ogc_client import COLLECTIONS, everything
from tests.fakes.ogc_district import LAND, ogc_district
from tests.fakes.served import FakeSource
from tests.fakes.stores import in_child
from tests.fakes.tiny_district import NOON
from tests.fakes.who_asks import EverybodyIs, account_with, granted

if TYPE_CHECKING:
    from starlette.testclient import TestClient

STARTED_WITHIN_S = 60
TOKEN = "letters-and-digits-7"  # noqa: S105  of an account that the test makes
READ = """
import json, os, sys
os.environ["NO_PROXY"] = "127.0.0.1"
os.environ |= {"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": sys.argv[3]}
import pyogrio, shapely

source, questions = "OAPIF:" + sys.argv[1] + "/ogc", json.loads(sys.argv[2])
print(json.dumps([name for name, _ in pyogrio.list_layers(source)]))
for question in questions:
    box = tuple(question.pop("bbox", ())) or None
    meta, _, wkb, columns = pyogrio.raw.read(source, bbox=box, datetime_as_string=True, **question)
    shapes = [None if one is None else shapely.to_wkt(shapely.from_wkb(one), rounding_precision=9) for one in wkb]
    names = meta["fields"].tolist()
    values = {name: list(map(str, column)) for name, column in zip(names, columns)}
    told = {"crs": meta["crs"], "types": dict(zip(names, meta["dtypes"])), "shapes": shapes, "columns": values}
    print(json.dumps(told))
"""


class OnlyByToken(EverybodyIs):
    """Recognises an account by its token, and nobody without."""

    def recall(self, shown: Shown, now: datetime) -> tuple[bool, Who | None]:
        """Whether it is known who this is, and who."""
        known, who = super().recall(shown, now)
        return known, who if shown.token == TOKEN else None


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a real server of the district, for a dispatcher with a token."""
    database = tmp_path_factory.mktemp("gdal") / "district.gpkg"
    settings = Settings(db=str(database), now=NOON, reload_after_s=3600)
    app = create_app(settings, source=FakeSource(ogc_district(), LAND))
    app.state.recognition = OnlyByToken(account_with(granted(Role.SUPERVISOR)))
    ready = threading.Event()
    with bind("127.0.0.1", 0) as listening:
        server = server_of(app, ready.set)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        assert ready.wait(STARTED_WITHIN_S)
        yield address_of(listening)
        server.should_exit = True
        thread.join(STARTED_WITHIN_S)


def asked(origin: str, *questions: dict[str, Any]) -> tuple[list[str], list[dict[str, Any]]]:
    """The layers that GDAL finds, and what it reads for each question."""
    done = in_child(READ, origin, json.dumps(questions), TOKEN)
    assert done.returncode == 0, done.stderr
    layers, *answers = map(json.loads, done.stdout.splitlines())
    return layers, answers


def texts(features: list[dict[str, Any]]) -> list[str | None]:
    return [
        None if one["geometry"] is None else shapely.to_wkt(shape(one["geometry"]), rounding_precision=9)
        for one in features
    ]


def test_every_collection_is_a_layer_with_all_its_features(ogc: TestClient, origin: str) -> None:
    """Counts, identifiers and geometries are those served, in order, over several pages too."""
    layers, answers = asked(origin, *({"layer": name, "PAGE_SIZE": 5} for name in COLLECTIONS))
    assert layers == list(COLLECTIONS)
    for name, answer in zip(COLLECTIONS, answers, strict=True):
        served = everything(ogc, f"/collections/{name}/items")
        assert answer["columns"]["id"] == [one["id"] for one in served], name
        assert answer["shapes"] == texts(served), name


def test_without_the_token_there_is_nothing_to_read(origin: str) -> None:
    done = in_child(READ, origin, "[]", "another")
    assert done.returncode != 0
    assert "401" in done.stderr


def test_fields_have_their_types(origin: str) -> None:
    """Also those of which no feature has a value: GDAL reads the schema."""
    _, answers = asked(origin, *({"layer": name} for name in ("dispatches", "enterprises", "roads", "teams", "cells3")))
    dispatches, enterprises, roads, teams, cells = (answer["types"] for answer in answers)
    assert dispatches["released_at"].startswith("datetime64")
    assert dispatches["people"] == enterprises["staff"] == cells["level"] == "int32"
    assert roads["maxheight_m"] == roads["length_m"] == "float64"
    assert roads["oneway"] == teams["in_service"] == "bool"
    assert teams["capabilities"] == "list(str)"


def test_a_window_and_a_condition_choose_as_the_service_does(ogc: TestClient, origin: str) -> None:
    _, (window, risk, since) = asked(
        origin,
        {"layer": "teams", "bbox": [120.10, 32.50, 120.115, 32.52]},
        {"layer": "enterprises", "where": "risk = 'red'"},
        {"layer": "alarms", "where": "reported_at >= '2020-06-01T00:00:00Z'"},
    )
    assert window["columns"]["id"] == [
        one["id"] for one in everything(ogc, "/collections/teams/items", bbox="120.10,32.50,120.115,32.52")
    ]
    assert set(risk["columns"]["risk"]) == {"red"}
    assert since["columns"]["id"] == [
        one["id"] for one in everything(ogc, "/collections/alarms/items", datetime="2020-06-01T00:00:00Z/..")
    ]


def test_systems_are_read_with_their_axes(ogc: TestClient, origin: str) -> None:
    """GDAL turns coordinates to x and y by the system's definition: they are east and north wherever they come from."""
    plain = [shape(one["geometry"]) for one in everything(ogc, "/collections/cells3/items")]
    systems = ("EPSG:4490", "EPSG:4549", "EPSG:3857")
    _, answers = asked(origin, *({"layer": "cells3", "CRS": system} for system in systems))
    for system, answer in zip(systems, answers, strict=True):
        assert answer["crs"] == system
        found = [shapely.from_wkt(one) for one in answer["shapes"]]
        west, south, east, north = shapely.total_bounds(found)
        if system == "EPSG:4490":
            assert all(shapely.equals_exact(one, other, 1e-8) for one, other in zip(found, plain, strict=True))
        elif system == "EPSG:4549":
            assert 500_000 < west < east < 520_000
            assert 3_590_000 < south < north < 3_610_000
        else:
            assert 13_360_000 < west < east < 13_380_000
            assert 3_820_000 < south < north < 3_840_000
