"""What is counted, and how the process is told."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.fakes.served import FakeSource, client_of
from tests.fakes.tiny_district import tiny_district


def figure(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_requests_are_counted_by_what_answers_them_never_by_their_address() -> None:
    client = client_of(FakeSource())
    for number in range(3):
        client.get(f"/api/v1/cells/{number}")
    client.head("/api/v1/teams")
    client.request("BREW", "/api/v1/teams")
    client.get("/healthz", headers={"host": "example.com"})
    text = client.get("/metrics").text
    counted = "gridgis_http_requests_total"
    assert figure(text, f'{counted}{{endpoint="show_cell",method="GET",status="404"}}') == 3
    assert figure(text, f'{counted}{{endpoint="list_teams",method="GET",status="200"}}') == 1
    assert figure(text, f'{counted}{{endpoint="none",method="other",status="405"}}') == 1
    assert figure(text, f'{counted}{{endpoint="none",method="GET",status="421"}}') == 1
    assert figure(text, 'gridgis_http_request_seconds_count{endpoint="show_cell"}') == 3


def test_a_fault_is_counted_as_one() -> None:
    source = FakeSource()
    client = client_of(source)
    source.fault = RuntimeError("by purpose")  # type: ignore[assignment]  # no fault of the store
    client.get("/api/v1/district")
    source.fault = None
    text = client.get("/metrics").text
    assert figure(text, 'gridgis_http_requests_total{endpoint="show_district",method="GET",status="500"}') == 1


def test_the_version_of_the_data_and_the_memory_are_told() -> None:
    source = FakeSource()
    client = client_of(source)
    assert figure(client.get("/metrics").text, "gridgis_data_version") == 1
    source.change(replace(tiny_district(), enterprises=(), sites=()))
    text = client.get("/metrics").text
    assert figure(text, "gridgis_data_version") == 2
    assert figure(text, "process_resident_memory_bytes") > 1e6


def test_two_applications_in_one_process_count_apart() -> None:
    first, second = client_of(FakeSource()), client_of(FakeSource())
    first.get("/healthz")
    assert "healthz" in first.get("/metrics").text
    assert "healthz" not in second.get("/metrics").text
