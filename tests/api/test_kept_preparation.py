"""What was prepared of the roads outlives the service, in the district's database."""

from __future__ import annotations

from pathlib import Path

from geodata.store import open_store
from tests.fakes.served import client_of, fill
from tests.fakes.tiny_district import NOON, tiny_district


def test_what_was_prepared_is_kept_in_the_database_and_loaded_at_the_next_start(tmp_path: Path) -> None:
    database = tmp_path / "district.gpkg"
    fill(database, tiny_district())
    for _ in range(2):
        with client_of(None, db=str(database), now=NOON) as made:
            made.app.state.served.warm().result(60)  # type: ignore[attr-defined]  # the application under test
            router = made.app.state.served.current().state.router  # type: ignore[attr-defined]
            assert router.preparation is not None
            with open_store(str(database)) as store:
                assert store.road_order(router.topology.content_hash) == router.preparation.to_bytes()
                version = store.version()
    with open_store(str(database)) as store:
        assert store.version() == version
        with store.unit_of_work(actor="test", now=NOON) as work:
            work.keep_road_order(router.topology.content_hash, b"damaged")
            work.commit()
    with client_of(None, db=str(database), now=NOON) as made:
        made.app.state.served.warm().result(60)  # type: ignore[attr-defined]
        with open_store(str(database)) as store:
            assert store.road_order(router.topology.content_hash) == router.preparation.to_bytes()
