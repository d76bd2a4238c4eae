"""What a telephone takes along fits whose it is, and trouble in the field ends in one truth."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from shapely import box

from gridgis.access import Role
from gridgis.cells import PlanStatus
from tests.fakes.field import HERE, a_report, named, reported, send
from tests.fakes.photos import jpeg
from tests.fakes.signed_in import NOW, Office, account_of, role_grant
from tests.fakes.tiny_district import TOWN_2, VILLAGE_2, VILLAGE_3, identify

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"))
    made.add(account_of("officer2", role_grant(Role.GRID_OFFICER, TOWN_2)))
    made.add(account_of("village", role_grant(Role.GRID_OFFICER, VILLAGE_2)))
    yield made
    made.close()


@pytest.fixture
def officer(office: Office) -> TestClient:
    return office.as_role(Role.GRID_OFFICER)


def test_the_kit_has_my_cells_their_neighbours_people_and_enterprises_and_nothing_of_others(
    office: Office, officer: TestClient
) -> None:
    mine = reported(officer)
    theirs = reported(office.signed_in("officer2"), lon=120.155, lat=32.505)
    kit = officer.get("/api/v1/field").json()
    assert kit["account"] == Role.GRID_OFFICER.value
    own = {cell["code"] for cell in kit["cells"] if cell["mine"]}
    beside = {cell["code"] for cell in kit["cells"] if not cell["mine"]}
    assert len(own) == 4
    assert beside == {VILLAGE_3 + "001"}
    assert {one["id"] for one in kit["enterprises"]} == {str(office.enterprise(0).id)}
    assert {one["id"] for one in kit["hazards"]} == {mine["id"]}
    assert theirs["id"] not in {one["id"] for one in kit["hazards"]}
    assert all(cell["officers"][0]["phone"] for cell in kit["cells"] if cell["mine"])
    assert kit["intervals"] == {"red": 7, "orange": 14, "yellow": 30, "blue": 90}
    west, _, east, _ = kit["bbox"]
    assert (west < 120.10, east > 120.14) == (True, True)


def test_a_part_of_an_area_can_be_taken_along_and_nothing_outside_it(office: Office, officer: TestClient) -> None:
    part = officer.get("/api/v1/field", params={"cell": VILLAGE_2}).json()
    assert {cell["code"][:12] for cell in part["cells"] if cell["mine"]} == {VILLAGE_2}
    assert officer.get("/api/v1/field", params={"cell": TOWN_2}).json()["code"] == "access.area"
    assert officer.get("/api/v1/field", params={"cell": "999"}).status_code == 404
    village = office.signed_in("village").get("/api/v1/field").json()
    assert {cell["code"][:12] for cell in village["cells"] if cell["mine"]} == {VILLAGE_2}


def test_an_area_too_wide_is_chosen_from(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.field.kit.MOST_CELLS", 3)
    wide = office.as_role(Role.GRID_OFFICER).get("/api/v1/field").json()
    assert (wide["cells"], wide["enterprises"]) == ([], [])
    assert [one["name"] for one in wide["choices"]] == ["一村", "二村"]


def queue(count: int) -> list[tuple[str, dict[str, Any]]]:
    """An outbox of a week: reports, each with a note that follows it."""
    made = []
    for number in range(count):
        moment = (NOW - timedelta(days=7) + timedelta(hours=number)).isoformat()
        report = a_report(text=f"第{number}条", lon=120.101 + number * 0.0008, made_at=moment)
        note = {"act": "note", "id": str(uuid4()), "after": report["step_id"], "text": "备注", "made_at": moment}
        made += [("/api/v1/hazards", report), (f"/api/v1/hazards/{report['id']}/steps", note)]
    return made


def test_the_same_outbox_sent_from_two_telephones_at_once_has_one_effect(office: Office, officer: TestClient) -> None:
    items = queue(12)

    def send_all(order: list[tuple[str, dict[str, Any]]]) -> set[int]:
        return {officer.post(path, json=body).status_code for path, body in order}

    with ThreadPoolExecutor(2) as pool:
        answers = set[int]().union(*pool.map(send_all, (items, list(reversed(items)))))
    assert answers <= {200, 202}
    cases = office.store.hazard_cases(office.store.hazards())
    assert sorted(case.hazard.text for case in cases) == sorted(f"第{number}条" for number in range(12))
    assert {len(case.steps) for case in cases} == {2}
    assert len(office.store.events(noun="hazard_step")) == 24
    assert office.store.held_for(cases[0].steps[0].id) == ()


def test_the_same_photo_sent_from_two_telephones_is_one(office: Office, officer: TestClient) -> None:
    content = jpeg(31, width=640, height=480)
    photo = named(content)
    hazard = reported(officer, photos=[photo])
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: send(officer, photo, hazard["id"], content, part=9000).status_code, range(2)))
    assert set(answers) <= {204, 409}
    assert send(officer, photo, hazard["id"], content).status_code == 204
    assert len(office.store.photos_of([UUID(hazard["id"])])) == 1


def test_a_cell_drawn_anew_while_its_officer_was_away_keeps_the_hazard_with_both(
    office: Office, officer: TestClient
) -> None:
    hazard = reported(officer, lon=120.135, lat=32.505)
    assert hazard["cell_code"] == VILLAGE_2 + "002"
    plan = office.state.plans[0]
    moved = VILLAGE_3 + "003"
    cells = [
        replace(one, id=identify("cell", f"2/{one.code}"), code=moved, parent_code=VILLAGE_3)
        if one.code == VILLAGE_2 + "002"
        else replace(one, id=identify("cell", f"2/{one.code}"), geometry=_grown(one.code) or one.geometry)
        for one in plan.cells
    ]
    with office.store.unit_of_work(actor="test", now=NOW) as work:
        work.put_plan(replace(plan, status=PlanStatus.SUPERSEDED, effective_to=NOW - timedelta(hours=1)))
        work.put_plan(
            replace(
                plan,
                id=identify("plan", "2"),
                code="2",
                effective_from=NOW - timedelta(hours=1),
                cells=tuple(cells),
                units=(),
            )
        )
        work.commit()
    new = office.signed_in("officer2")
    assert new.get(f"/api/v1/hazards/{hazard['id']}").json()["cell_code"] == VILLAGE_2 + "002"
    assert officer.get(f"/api/v1/hazards/{hazard['id']}").status_code == 200
    late = a_report(lon=120.135, lat=32.506, text="离线时写的", made_at=(NOW - timedelta(days=2)).isoformat())
    assert officer.post("/api/v1/hazards", json=late).json()["cell_code"] == VILLAGE_2 + "002"
    fresh = reported(officer, lon=HERE[0] + 0.03, lat=32.507, text="新方案之后")
    assert fresh["cell_code"] == moved


def _grown(code: str) -> Any:
    """Areas of the towns and villages whose border moved."""
    areas = {TOWN_2: (120.13, 120.16), VILLAGE_3: (120.13, 120.16), "321204101": (120.10, 120.13)}
    areas[VILLAGE_2] = (120.12, 120.13)
    if code not in areas:
        return None
    west, east = areas[code]
    return box(west, 32.50, east, 32.52)
