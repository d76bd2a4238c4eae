"""What watches the service."""

from __future__ import annotations

from dataclasses import replace

from gridgis.errors import StoreFault
from tests.fakes.served import FakeSource, client_of, problem_of
from tests.fakes.tiny_district import tiny_district


def test_the_process_answers_even_while_the_database_does_not() -> None:
    source = FakeSource()
    client = client_of(source)
    source.fault = StoreFault("store.missing", db="district.gpkg")
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/api/v1/teams").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert problem_of(answer)["code"] == "store.missing"


def test_readiness_tells_the_version_stored_and_the_one_served() -> None:
    source = FakeSource()
    client = client_of(source)
    body = client.get("/readyz").json()
    assert (body["status"], body["version"], body["loaded"]) == ("ready", 1, 1)
    assert body["loaded_s"] >= 0
    source.change(replace(tiny_district(), teams=()))
    assert client.get("/readyz").json()["loaded"] == 2


def test_a_change_is_not_served_before_it_is_looked_for() -> None:
    source = FakeSource()
    client = client_of(source, reload_after_s=3600)
    source.change(replace(tiny_district(), teams=()))
    body = client.get("/readyz").json()
    assert (body["version"], body["loaded"]) == (2, 1)
    assert client.get("/api/v1/teams").json()["total"] == len(tiny_district().teams)


def test_figures_are_in_the_form_that_prometheus_reads() -> None:
    answer = client_of(FakeSource()).get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "# TYPE gridgis_http_requests_total counter" in answer.text
