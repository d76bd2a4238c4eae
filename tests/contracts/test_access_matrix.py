"""Every address, asked as every role inside and outside its area, answers as the one table says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from starlette.routing import Mount, Route

from api.auth.actions import BEFORE_PASSWORD, PAGES, ROUTES, asked_for
from gridgis.access import MASKS, TABLE, Action, Binding, Role
from tests.fakes.signed_in import DEPARTMENT, Office, account_of, ids, role_grant
from tests.fakes.tiny_district import TOWN_1, TOWN_2, VILLAGE_1

if TYPE_CHECKING:
    from httpx import Response
    from starlette.testclient import TestClient

    from gridgis.people.officers import Officer

IN_TOWN_1, IN_TOWN_2 = (120.105, 32.505), (120.155, 32.505)
ROAD_IN_TOWN_1, ROAD_IN_TOWN_2 = (120.110, 32.510), (120.150, 32.510)
OPEN = {Binding.ANYONE, Binding.ACCOUNT}
REFUSED = {401, 403}
EVERY = [*(f"GET {path}" for path in PAGES), *ROUTES]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"))
    made.hub.close()  # whoever may listen is told that there is no room, instead of a stream without end
    made.add(account_of("fresh", role_grant(Role.DISPATCHER), must_change=True))
    yield made
    made.close()


@dataclass(frozen=True)
class Call:
    """How a listed route is called so that whoever may is not refused for another reason."""

    path: str
    body: dict[str, Any] | None = None


def officer_in(office: Office, cell: str) -> Officer:
    post = next(post for post in office.state.posts if post.cell_code == cell)
    return office.state.officer_by_id[post.officer_id]


def call_of(office: Office, route: str) -> Call:
    """A call of a listed route, for records of the first town."""
    bodies: dict[str, dict[str, Any]] = {
        "POST /api/v1/responses": proposal(IN_TOWN_1),
        "POST /api/v1/explanations": proposal(IN_TOWN_1),
        "POST /api/v1/closures": {"lon": ROAD_IN_TOWN_1[0], "lat": ROAD_IN_TOWN_1[1]},
        "POST /api/v1/roads/detours": {"lon": ROAD_IN_TOWN_1[0], "lat": ROAD_IN_TOWN_1[1]},
        "POST /api/v1/roads/matrix": {"profile": "car", "places": [list(IN_TOWN_1), list(IN_TOWN_2)]},
        "POST /api/v1/session": {"name": "nobody", "password": "wrong"},
        "POST /api/v1/session/password": {"old": "wrong", "new": "wrong"},
        "POST /api/v1/tokens": {"title": "x", "scopes": ["cells.read"], "expires_at": "2019-01-01T00:00:00Z"},
        "POST /api/v1/accounts": {"name": "!", "title": "x"},
        "POST /api/v1/incidents": {
            "id": str(uuid4()),
            "call": {"id": str(uuid4())},
            "known": {"type": "fire", "level": "III", "lon": IN_TOWN_1[0], "lat": IN_TOWN_1[1]},
        },
        "POST /api/v1/incidents/{id}/steps": {"step": "noted", "text": "x"},
        "POST /api/v1/incidents/{id}/orders": {
            "orders": [{"id": str(uuid4()), "team_id": str(office.state.teams[0].id), "task": "rescue"}]
        },
        "POST /api/v1/dispatches/{id}/steps": {"step": "home"},
        "POST /api/v1/dispatches/{id}/recall": {"why": "x"},
        "PUT /api/v1/accounts/{id}/grants": {"grants": []},
    }
    known = {
        "/api/v1/enterprises/{id}": str(office.enterprise(0).id),
        "/api/v1/officers/{id}": str(officer_in(office, VILLAGE_1).id),
        "/api/v1/teams/{id}": str(office.state.teams[0].id),
    }
    path = route.split(" ", 1)[1]
    filled = path.replace("{id}", known.get(path, str(uuid4()))).replace("{code}", TOWN_1)
    for name, value in (
        ("{language}", "zh"),
        ("{z}", "12"),
        ("{x}", "3414"),
        ("{y}", "1656"),
        ("{path:path}", ""),
        ("{report}", "first"),
        ("{form}", "csv"),
    ):
        filled = filled.replace(name, value)
    query = {
        "/api/v1/locate": "?lon=120.105&lat=32.505",
        "/api/v1/place-file": "?lon=120.105&lat=32.505",
        "/api/v1/search": "?q=一村",
    }.get(path, "")
    return Call(filled + query, bodies.get(route))


def proposal(place: tuple[float, float]) -> dict[str, Any]:
    return {"lon": place[0], "lat": place[1], "type": "fire", "level": "III"}


def ask(client: TestClient, route: str, call: Call) -> Response:
    answer: Response = client.request(route.split(" ", 1)[0], call.path, json=call.body, follow_redirects=False)
    return answer


def may_anywhere(role: Role, action: Action) -> bool:
    """What the table says of a role that is granted for the first town: nothing that is the whole district's."""
    if action.binding in OPEN:
        return True
    whole = role_grant(role).area == role_grant(role).department == ""
    return action in TABLE[role] and (whole or action.binding is not Binding.DISTRICT)


def is_refusal(answer: Response) -> bool:
    """Whether the guard refused; a wrong password is an answer of the route."""
    if answer.status_code == 303:  # to sign in, or to where somebody begins
        return True
    problem = answer.headers["content-type"] == "application/problem+json"
    return answer.status_code in REFUSED and not (problem and answer.json()["code"].startswith("sign_in."))


def test_every_route_is_listed_and_nothing_is_listed_that_is_no_route(office: Office) -> None:
    app: Any = office.nobody.app
    served = {f"{method.upper()} {path}" for path, methods in app.openapi()["paths"].items() for method in methods} | {
        "GET /docs",
        "GET /openapi.json",
    }
    for route in app.router.routes:
        if isinstance(route, Mount):
            served.add(f"GET {route.path}/{{path:path}}")
        elif isinstance(route, Route):
            served |= {f"{method} {route.path}" for method in route.methods or {"GET"} if method != "HEAD"}
    assert served == set(ROUTES)


@pytest.mark.parametrize("route", EVERY)
def test_each_role_may_what_the_table_says_and_nobody_may_without_signing_in(office: Office, route: str) -> None:
    call = call_of(office, route)
    wanted = asked_for(*route.replace(route.split(" ", 1)[1], call.path.split("?")[0]).split(" ", 1))
    assert not isinstance(wanted, frozenset)
    action = ROUTES.get(route) or PAGES[route.split(" ", 1)[1]]
    assert wanted.action is action
    ends = action is Action.SESSION_OWN and route.startswith("DELETE")
    for role in Role:
        client = office.client() if ends else office.as_role(role)
        if not ends:
            assert is_refusal(ask(client, route, call)) is not may_anywhere(role, action), (route, role)
    anonymous = ask(office.nobody, route, call)
    assert is_refusal(anonymous) is (action.binding is not Binding.ANYONE), route
    if is_refusal(anonymous):
        assert anonymous.status_code == (303 if wanted.page else 401)


@pytest.mark.parametrize("route", EVERY)
def test_a_token_may_what_its_scopes_name_and_no_more(office: Office, route: str) -> None:
    action = ROUTES.get(route) or PAGES[route.split(" ", 1)[1]]
    call = call_of(office, route)
    for role in (Role.DISPATCHER, Role.SECURITY_ADMINISTRATOR):
        own = TABLE[role]
        fitting = office.with_token(role.value, own)
        without = office.with_token(role.value, own - {action})
        allowed = action.binding is Binding.ANYONE or (action in own and may_anywhere(role, action))
        assert is_refusal(ask(fitting, route, call)) is not allowed, route
        assert is_refusal(ask(without, route, call)) is (action.binding is not Binding.ANYONE), route


@pytest.mark.parametrize("route", EVERY)
def test_who_has_to_change_the_password_may_do_nothing_else(office: Office, route: str) -> None:
    action = ROUTES.get(route) or PAGES[route.split(" ", 1)[1]]
    if route == "DELETE /api/v1/session":
        return  # it ends the session, which the next case needs
    answer = ask(office.signed_in("fresh"), route, call_of(office, route))
    assert is_refusal(answer) is (action.binding is not Binding.ANYONE and route not in BEFORE_PASSWORD), route


@pytest.mark.parametrize("role", Role)
def test_a_change_needs_the_token_of_its_session_and_a_page_of_our_own(office: Office, role: Role) -> None:
    client = office.as_role(role)
    for route in ROUTES:
        method, path = route.split(" ", 1)
        if method == "GET" or path == "/api/v1/session":
            continue
        call = call_of(office, route)
        forged = client.request(method, call.path, json=call.body, headers={"x-csrf-token": "guessed"})
        assert (forged.status_code, forged.json()["code"]) == (403, "request.csrf"), route
        foreign = client.request(method, call.path, json=call.body, headers={"origin": "https://evil.example"})
        assert (foreign.status_code, foreign.json()["code"]) == (403, "request.origin"), route


def test_a_route_that_nobody_listed_is_answered_by_nobody(office: Office) -> None:
    app: Any = office.nobody.app
    app.router.routes.insert(0, Route("/api/v1/forgotten", lambda _: pytest.fail("it was reached"), methods=["GET"]))
    try:
        for client in (office.nobody, *(office.as_role(role) for role in Role)):
            assert client.get("/api/v1/forgotten").status_code == 404
        assert office.nobody.post("/api/v1/teams").status_code == 405
    finally:
        del app.router.routes[0]


@pytest.mark.parametrize("role", Role)
def test_records_outside_the_area_are_neither_listed_nor_counted_nor_found_nor_shown(
    office: Office, role: Role
) -> None:
    client, table = office.as_role(role), TABLE[role]
    inside, outside, nowhere = (office.enterprise(number) for number in range(3))
    if Action.ENTERPRISES_READ in table:
        assert ids(client.get("/api/v1/enterprises").json()["items"]) == {inside.id}
        assert ids(client.get("/api/v1/enterprises", params={"cell": TOWN_2}).json()["items"]) == set()
        for other in (outside, nowhere):
            hidden = client.get(f"/api/v1/enterprises/{other.id}")
            assert (hidden.status_code, hidden.json()["code"]) == (404, "enterprise.unknown")
    people_in = {officer_in(office, cell.code).id for cell in office.state.plans[0].cells if TOWN_1 in cell.code}
    if Action.OFFICERS_READ in table:
        assert ids(client.get("/api/v1/officers").json()["items"]) == people_in
        assert client.get(f"/api/v1/officers/{officer_in(office, TOWN_2).id}").status_code == 404
    if Action.ALARMS_READ in table and role is not Role.DEPARTMENT:
        assert {one["code"] for one in client.get("/api/v1/alarms").json()["items"]} == {"J001"}
    if Action.CELLS_READ in table:
        seen = Action.OFFICERS_READ in table
        for town, people in ((TOWN_1, 1 if seen else 0), (TOWN_2, 0)):
            assert len(client.get(f"/api/v1/cells/{town}").json()["officers"]) == people
        found = {hit["name"] for hit in client.get("/api/v1/search", params={"q": "小小企业"}).json()["items"]}
        assert found == ({"小小企业11厂", "小小企业12厂"} if Action.ENTERPRISES_READ in table else set())
        counts = client.get("/api/v1/district").json()["counts"]
        assert counts["enterprises"] == (Action.ENTERPRISES_READ in table)
        assert counts["officers"] == (len(people_in) if seen else 0)
    if Action.ALARMS_PROPOSE in table:
        assert client.post("/api/v1/responses", json=proposal(IN_TOWN_1)).status_code == 200
        refused = client.post("/api/v1/responses", json=proposal(IN_TOWN_2))
        assert (refused.status_code, refused.json()["code"]) == (403, "access.area")
        assert client.post("/api/v1/explanations", json=proposal(IN_TOWN_1)).status_code == 200
        for path, body in (
            ("explanations", proposal(IN_TOWN_2)),
            ("roads/detours", {"lon": ROAD_IN_TOWN_2[0], "lat": ROAD_IN_TOWN_2[1]}),
        ):
            refused = client.post(f"/api/v1/{path}", json=body)
            assert (refused.status_code, refused.json()["code"]) == (403, "access.area"), path
    if Action.TEAMS_READ in table:
        covered = client.get("/api/v1/roads/cover", params={"of": "enterprises"}).json()["items"]
        assert {one["name"] for one in covered} == (
            {"小小企业11厂", "小小企业12厂"} if Action.ENTERPRISES_READ in table else set()
        )


@pytest.mark.parametrize("role", Role)
def test_telephones_are_in_full_for_those_who_may_call_and_found_by_nobody_else(office: Office, role: Role) -> None:
    client, table = office.as_role(role), TABLE[role]
    officer, enterprise = officer_in(office, VILLAGE_1), office.enterprise(0)
    team = next(one for one in office.state.teams if one.code == "T1")
    away = next(one for one in office.state.teams if one.code == "T2")
    own_department = role is not Role.DEPARTMENT
    for noun, record, path in (
        ("officer", officer, f"/api/v1/officers/{officer.id}"),
        ("enterprise", enterprise, f"/api/v1/enterprises/{enterprise.id}"),
        ("team", team, f"/api/v1/teams/{team.id}"),
        ("team", away, f"/api/v1/teams/{away.id}"),
    ):
        answer = client.get(path)
        if answer.status_code == 200:
            mask = MASKS[noun]["phone"]
            full = mask.action in table and record is not away and (noun != "team" or own_department)
            assert answer.json()["phone"] == (record.phone if full else mask.hide(record.phone)), (role, noun)
            assert ("****" in answer.json()["phone"]) is not full
    if Action.CELLS_READ in table:
        found = client.get("/api/v1/search", params={"q": officer.phone}).json()["items"]
        assert len(found) == (Action.OFFICERS_CONTACT in table)
        leaders = client.get("/api/v1/search", params={"q": "孙七"}).json()["items"]
        assert len(leaders) == (
            len([one for one in office.state.teams if one.home_cell_code.startswith(TOWN_1)])
            if Action.TEAMS_CONTACT in table and own_department
            else 0
        )
    if Action.OFFICERS_READ in table:
        by_phone = client.get("/api/v1/officers", params={"q": officer.phone}).json()["total"]
        assert by_phone == (Action.OFFICERS_CONTACT in table)
    if Action.ALARMS_READ in table and own_department:
        (alarm,) = client.get("/api/v1/alarms").json()["items"]
        assert alarm["note"] == ("来电 13933334444" if Action.ALARMS_CONTACT in table else "来电 139****4444")
    if Action.ALARMS_PROPOSE in table:
        told = client.post("/api/v1/responses", json=proposal(IN_TOWN_1)).json()
        phones = {one["team"]["code"]: one["phone"] for one in told["chosen"]}
        may_call = Action.TEAMS_CONTACT in table and own_department
        assert phones["T1"] == (team.phone if may_call else "138****2222")
        people = {one["phone"] for cell in told["cells"] for one in cell["officers"]}
        assert any("****" in phone for phone in people) is (Action.OFFICERS_CONTACT not in table)


@pytest.mark.parametrize("role", Role)
def test_a_road_is_closed_and_opened_by_whoever_may_and_in_the_own_town_alone(office: Office, role: Role) -> None:
    client = office.as_role(role)
    inside, outside = ({"lon": lon, "lat": 32.518} for lon in (120.110, 120.150))
    made = client.post("/api/v1/closures", json={**inside, "reason": "施工"})
    if Action.CLOSURES_WRITE not in TABLE[role]:
        assert (made.status_code, made.json()["code"]) == (403, "access.role")
        return
    assert made.status_code == 200
    assert made.json()["closed_by"] == role.value
    refused = client.post("/api/v1/closures", json=outside)
    assert (refused.status_code, refused.json()["code"]) == (403, "access.area")
    assert made.json()["id"] in {one["id"] for one in client.get("/api/v1/closures").json()["items"]}
    elsewhere = account_of("dispatcher2", role_grant(role, area=TOWN_2))
    office.add(elsewhere)
    other = office.signed_in("dispatcher2")
    theirs = other.post("/api/v1/closures", json=outside)
    assert theirs.status_code == 200
    for who, one in ((client, theirs), (other, made)):
        held = who.post(f"/api/v1/closures/{one.json()['id']}/open")
        assert (held.status_code, held.json()["code"]) == (403, "access.area")
    for who, one in ((client, made), (other, theirs)):
        assert who.post(f"/api/v1/closures/{one.json()['id']}/open").status_code == 200


def test_another_departments_records_are_not_a_departments(office: Office) -> None:
    other = account_of("traffic", role_grant(Role.DEPARTMENT), must_change=False)
    office.add(account_of("traffic2", *(replaced(grant, "交通局") for grant in other.grants)))
    client = office.signed_in("traffic2")
    assert DEPARTMENT != "交通局"
    assert client.get("/api/v1/enterprises").json()["total"] == 0
    assert client.get("/api/v1/alarms").json()["total"] == 0


def replaced(grant: Any, department: str) -> Any:
    from dataclasses import replace

    return replace(grant, department=department)


@pytest.mark.parametrize("role", Role)
def test_tiles_of_enterprises_show_those_that_are_seen_and_nothing_else(office: Office, role: Role) -> None:
    from mapbox_vector_tile import decode

    client = office.as_role(role)
    district = client.get("/api/v1/district")
    if district.status_code != 200:
        return
    tiles = district.json()["tiles"]
    assert (tiles["enterprises"] is None) is (Action.ENTERPRISES_READ not in TABLE[role])
    assert (tiles["teams"] is None) is (Action.TEAMS_READ not in TABLE[role])
    assert (tiles["base"] is None) is (Action.MAP_READ not in TABLE[role])
    if tiles["enterprises"] is None:
        return
    names = set()
    for x in range(54600, 54680):
        answer = client.get(f"/tiles/enterprises/16/{x}/26500.mvt")
        assert answer.status_code in {200, 204}
    answer = client.get(tiles["enterprises"]["url"].format(z=8, x=213, y=103))
    assert "private" in answer.headers["cache-control"]
    for feature in decode(answer.content).get("enterprises", {"features": []})["features"]:
        names.add(feature["properties"].get("name", feature["properties"]["count"]))
    assert names == {2}
