"""How the parts of the service are wired."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.app import create_app
from api.settings import Settings
from geodata.store import Store
from gridgis.errors import StoreFault
from tests.fakes.served import FakeSource, client_of, fill
from tests.fakes.stores import new_store
from tests.fakes.tiny_district import NOON, tiny_district


def test_two_applications_share_nothing() -> None:
    chinese, english = client_of(FakeSource()), client_of(FakeSource(), lang="en", map_approval="GS 1")
    assert chinese.get("/nothing").headers["content-language"] == "zh"
    assert english.get("/nothing").headers["content-language"] == "en"
    assert chinese.get("/api/v1/district").json()["map_approval"] == ""
    assert english.get("/api/v1/district").json()["map_approval"] == "GS 1"


def test_the_clock_can_be_given() -> None:
    moment = datetime(2020, 3, 1, 12, tzinfo=UTC)
    app = create_app(Settings(db="district.gpkg"), source=FakeSource(), now=lambda: moment)
    assert app.state.served.now() is moment


def test_the_document_is_made_once() -> None:
    app = client_of(FakeSource()).app
    assert app.openapi() is app.openapi()  # type: ignore[attr-defined]


def test_a_database_without_a_district_is_told_and_closed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_store(tmp_path).close()
    closed = []
    close = Store.close

    def noted(store: Store) -> None:
        closed.append(store)
        close(store)

    monkeypatch.setattr(Store, "close", noted)

    def broken(_: Store) -> object:
        raise StoreFault("store.no_district")

    monkeypatch.setattr(Store, "state", broken)
    with pytest.raises(StoreFault):
        create_app(Settings(db=str(tmp_path / "district.gpkg")))
    assert len(closed) == 1


def test_the_database_is_closed_when_the_service_ends(tmp_path: Path) -> None:
    path = tmp_path / "district.gpkg"
    fill(path, tiny_district())
    with client_of(None, db=str(path)) as client:
        assert client.get("/readyz").status_code == 200
    assert sorted(one.name for one in tmp_path.glob("district.gpkg*") if one.suffix != ".pmtiles") == ["district.gpkg"]


def test_a_source_that_was_given_is_left_to_its_giver(tmp_path: Path) -> None:
    source = FakeSource()
    with client_of(source, db=str(tmp_path / "district.gpkg"), now=NOON) as client:
        client.get("/healthz")
    assert source.version() == 1
