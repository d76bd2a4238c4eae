"""A hazard is followed from a telephone to its verified end: once, in order, by those whom it concerns."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from geodata.store import rebuild, verify_store
from gridgis.access import Role
from tests.fakes.field import HERE, a_report, named, reported, send, take, taken
from tests.fakes.photos import jpeg
from tests.fakes.signed_in import NOW, Office, account_of, role_grant
from tests.fakes.tiny_district import TOWN_2

if TYPE_CHECKING:
    from starlette.testclient import TestClient

THERE = (120.155, 32.505)
PHOTO = jpeg(7, taken_at=NOW, place=HERE)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"))
    made.add(account_of("checker", role_grant(Role.TOWN_LEAD)))
    made.add(account_of("officer2", role_grant(Role.GRID_OFFICER, TOWN_2)))
    yield made
    made.close()


@pytest.fixture
def officer(office: Office) -> TestClient:
    return office.as_role(Role.GRID_OFFICER)


@pytest.fixture
def lead(office: Office) -> TestClient:
    return office.as_role(Role.TOWN_LEAD)


def assigned(officer: TestClient, lead: TestClient, **changed: Any) -> dict[str, Any]:
    hazard = reported(officer, **changed)
    taken(lead, hazard["id"], "accept")
    taken(lead, hazard["id"], "grade", severity="ordinary", text="可立即整改")
    return taken(lead, hazard["id"], "assign", assignee="enterprise", name="小小企业1", days=15)


def test_the_whole_loop_is_followed_by_three_people_and_the_photo_proves_it(
    office: Office, officer: TestClient, lead: TestClient
) -> None:
    hazard = assigned(officer, lead)
    after = jpeg(8, taken_at=NOW, place=HERE)
    photo = named(after)
    answered = taken(officer, hazard["id"], "answer", text="锁已拆除", photos=[photo])
    assert (answered["state"], answered["awaited"]) == ("answered", 1)
    checker = office.signed_in("checker")
    where = {"lon": HERE[0], "lat": HERE[1], "accuracy_m": 10}
    early = take(checker, hazard["id"], "verify", **where)
    assert (early.status_code, early.json()["code"]) == (409, "hazard.photos_awaited")
    assert send(officer, photo, hazard["id"], after).status_code == 204
    verified = taken(checker, hazard["id"], "verify", **where)
    assert verified["steps"][-1]["facts"] == {"there": True, "away_m": 0}
    closed = taken(checker, hazard["id"], "close", text="结案")
    assert (closed["state"], closed["clocks"], closed["awaited"]) == ("closed", [], 0)
    assert closed["closed_at"] is not None
    shown = officer.get(f"/api/v1/photos/{photo['id']}")
    assert (shown.content, shown.headers["content-type"]) == (after, "image/jpeg")
    assert rebuild(office.store) == ()
    assert verify_store(office.store, now=NOW).broken is None


def test_a_report_comes_back_with_its_cell_clock_and_what_may_be_done(officer: TestClient) -> None:
    hazard = reported(officer, text="燃气报警器停用", kind="gas")
    assert hazard["code"] == f"20200630-{hazard['id'][-6:].upper()}"
    assert hazard["cell_code"] == "321204101001001"
    assert hazard["clocks"][0]["stage"] == "accept"
    assert set(hazard["acts"]) == {"amend", "note"}
    assert [one["clause"] for one in hazard["proposals"]] == ["例-4"]
    assert hazard["proposals"][0]["example"]


def test_a_report_and_a_step_sent_again_are_the_same_ones(officer: TestClient, lead: TestClient) -> None:
    told = a_report()
    first = officer.post("/api/v1/hazards", json=told).json()
    assert officer.post("/api/v1/hazards", json=told).json() == first
    step = {"act": "accept", "id": str(uuid4())}
    once = lead.post(f"/api/v1/hazards/{first['id']}/steps", json=step).json()
    again = lead.post(f"/api/v1/hazards/{first['id']}/steps", json=step).json()
    assert once == again
    assert len(again["hazard"]["steps"]) == 2


def test_the_same_key_for_another_matter_is_refused(officer: TestClient) -> None:
    told = a_report()
    officer.post("/api/v1/hazards", json=told)
    other = officer.post("/api/v1/hazards", json=told | {"text": "另一件事"})
    assert (other.status_code, other.json()["code"]) == (409, "command.key_reused")


def test_steps_that_come_in_any_order_end_as_if_they_had_come_in_theirs(office: Office, officer: TestClient) -> None:
    for seed in range(6):
        report = a_report(text=f"乱序{seed}", lon=HERE[0] + seed / 1000)
        steps: list[dict[str, Any]] = []
        before = report["step_id"]
        for number in range(5):
            moment = (NOW - timedelta(minutes=50 - number)).isoformat()
            step = {"act": "note", "id": str(uuid4()), "after": before, "text": f"第{number}条", "made_at": moment}
            steps.append(step)
            before = step["id"]
        requests = [("/api/v1/hazards", report), *((f"/api/v1/hazards/{report['id']}/steps", one) for one in steps)]
        random.Random(seed).shuffle(requests)
        statuses = {officer.post(path, json=body).status_code for path, body in requests}
        assert statuses <= {200, 202}
        shown = officer.get(f"/api/v1/hazards/{report['id']}").json()
        assert [one["text"] for one in shown["steps"][1:]] == [f"第{number}条" for number in range(5)]
        assert [one["happened_at"] for one in shown["steps"][1:]] == sorted(
            one["happened_at"] for one in shown["steps"][1:]
        )
        assert shown["steps"][1]["happened_at"].startswith("2020-06-30T03:10")
        assert office.store.held_for(UUID(report["step_id"])) == ()


def test_a_step_before_its_report_waits_and_its_telephone_hears_of_it_when_it_asks_again(officer: TestClient) -> None:
    report = a_report()
    step = {"act": "note", "id": str(uuid4()), "after": report["step_id"], "text": "先到的备注"}
    path = f"/api/v1/hazards/{report['id']}/steps"
    early = officer.post(path, json=step)
    assert (early.status_code, early.json()["held"], early.json()["hazard"]) == (202, True, None)
    assert officer.post("/api/v1/hazards", json=report).json()["steps"][-1]["text"] == "先到的备注"
    again = officer.post(path, json=step)
    assert again.status_code == 200
    assert len(again.json()["hazard"]["steps"]) == 2


def test_a_step_that_waited_and_is_not_legal_any_more_is_told_to_its_telephone(
    officer: TestClient, lead: TestClient
) -> None:
    hazard = assigned(officer, lead)
    first = {"act": "send_back", "id": str(uuid4()), "text": "不是本企业"}
    second = {"act": "start", "id": str(uuid4()), "after": first["id"]}
    path = f"/api/v1/hazards/{hazard['id']}/steps"
    assert officer.post(path, json=second).status_code == 202
    assert officer.post(path, json=first).status_code == 200
    refused = officer.post(path, json=second)
    assert (refused.status_code, refused.json()["code"]) == (409, "hazard.step_illegal")


def test_what_the_office_changed_meanwhile_is_shown_with_both_sides(officer: TestClient, lead: TestClient) -> None:
    hazard = reported(officer)
    taken(lead, hazard["id"], "amend", changed={"address": "东门"}, seen={"address": ""})
    mine = take(officer, hazard["id"], "amend", changed={"address": "北门"}, seen={"address": ""})
    assert mine.status_code == 409
    assert mine.json()["fields"] == {"hazard": hazard["code"], "field": "address", "theirs": "东门", "mine": "北门"}


def test_an_answer_to_what_was_taken_away_meanwhile_is_refused_and_can_be_kept_as_a_note(
    office: Office, officer: TestClient, lead: TestClient
) -> None:
    hazard = assigned(officer, lead)
    taken(office.as_role(Role.SUPERVISOR), hazard["id"], "void", text="重复登记")
    refused = take(officer, hazard["id"], "answer", text="已整改", photos=[named(PHOTO)])
    assert (refused.status_code, refused.json()["fields"]["state"]) == (409, "void")
    assert taken(officer, hazard["id"], "note", text="已整改")["steps"][-1]["act"] == "note"


def test_a_wrong_clock_is_noticed_and_both_times_are_kept(officer: TestClient) -> None:
    wrong = NOW + timedelta(hours=5)
    report = a_report(made_at=(wrong - timedelta(hours=1)).isoformat())
    answer = officer.post("/api/v1/hazards", json=report, headers={"Device-Time": wrong.isoformat()}).json()
    step = answer["steps"][0]
    assert step["happened_at"].startswith("2020-06-30T03:00:")
    assert step["device_at"] == "2020-06-30T08:00:00Z"
    future = officer.post("/api/v1/hazards", json=a_report(made_at=wrong.isoformat()))
    assert (future.status_code, future.json()["code"]) == (422, "hazard.in_future")


def test_what_lies_elsewhere_is_reported_all_the_same_and_comes_back_to_the_reporter(
    office: Office, officer: TestClient
) -> None:
    hazard = reported(officer, lon=THERE[0], lat=THERE[1], text="他镇的隐患")
    assert officer.get(f"/api/v1/hazards/{hazard['id']}").status_code == 200
    mine = officer.get("/api/v1/hazards?scope=mine&limit=500").json()["items"]
    assert hazard["id"] in {one["id"] for one in mine}
    theirs = office.signed_in("officer2").get("/api/v1/hazards").json()["items"]
    assert hazard["id"] in {one["id"] for one in theirs}
    accepted = take(office.as_role(Role.TOWN_LEAD), hazard["id"], "accept")
    assert accepted.status_code == 404
    assert taken(officer, hazard["id"], "note", text="已电话告知")["revision"] == 2


def test_others_neither_see_nor_touch_what_is_not_theirs(office: Office, officer: TestClient) -> None:
    hazard = reported(officer, photos=[named(PHOTO, "00000000-0000-4000-8000-00000000abcd")])
    photo = named(PHOTO, "00000000-0000-4000-8000-00000000abcd")
    assert send(officer, photo, hazard["id"], PHOTO).status_code == 204
    stranger = office.signed_in("officer2")
    for path in (f"/api/v1/hazards/{hazard['id']}", f"/api/v1/photos/{photo['id']}"):
        assert stranger.get(path).status_code == 404
    assert take(stranger, hazard["id"], "note", text="x").status_code == 404
    same = stranger.post("/api/v1/hazards", json=a_report(id=hazard["id"]))
    assert (same.status_code, same.json()["code"]) == (404, "hazard.unknown")
    assert hazard["id"] not in {one["id"] for one in stranger.get("/api/v1/hazards?scope=all").json()["items"]}


@pytest.mark.parametrize("act", ["accept", "refuse", "grade", "void", "supervise"])
def test_an_officer_does_not_do_what_is_the_offices(officer: TestClient, act: str) -> None:
    hazard = reported(officer)
    more = {"severity": "ordinary"} if act == "grade" else {}
    refused = take(officer, hazard["id"], act, text="x", **more)
    assert (refused.status_code, refused.json()["code"]) == (403, "access.role")


def test_an_officer_files_no_inspection(office: Office, officer: TestClient) -> None:
    refused = officer.post("/api/v1/hazards", json=a_report(origin="inspection"))
    assert (refused.status_code, refused.json()["code"]) == (403, "access.role")
    licensed = office.as_role(Role.ENFORCEMENT_OFFICER)
    assert reported(licensed, origin="inspection")["origin"] == "inspection"


def test_a_repeat_is_shown_with_its_reason(officer: TestClient) -> None:
    place = {"lon": 120.1172, "lat": 32.5131}
    first = reported(officer, **place, text="配电箱门缺失", kind="electric")
    second = reported(officer, **place, text="配电箱的门缺失", kind="electric")
    (found,) = second["repeats"]
    assert (found["id"], found["away_m"], found["photo"]) == (first["id"], 0.0, False)
    assert found["words"] > 0.5


def test_a_photo_of_another_hazard_or_of_another_day_is_doubted(officer: TestClient) -> None:
    old = jpeg(21, taken_at=NOW - timedelta(days=9), place=THERE)
    one, two = named(old), named(old)
    first = reported(officer, lon=120.112, text="甲", photos=[one])
    second = reported(officer, lon=120.119, lat=32.518, text="乙", photos=[two])
    for photo, hazard in ((one, first), (two, second)):
        assert send(officer, photo, hazard["id"], old).status_code == 204
    shown = officer.get(f"/api/v1/hazards/{second['id']}").json()
    assert shown["steps"][0]["photos"][0]["doubts"] == ["taken_earlier", "taken_elsewhere", "seen_before"]
    assert [(each["id"], each["photo"]) for each in shown["repeats"]] == [(first["id"], True)]
    assert shown["photo"] == two["id"]


def test_the_list_has_what_is_due_first_and_pages(officer: TestClient) -> None:
    whole = officer.get("/api/v1/hazards?limit=500").json()
    due = [one["clocks"][0]["due_at"] for one in whole["items"] if one["clocks"] and one["clocks"][0]["due_at"]]
    assert due == sorted(due)
    page = officer.get("/api/v1/hazards?limit=2&offset=1").json()
    assert [one["id"] for one in page["items"]] == [one["id"] for one in whole["items"][1:3]]
    assert page["total"] == whole["total"]
    every = officer.get("/api/v1/hazards?scope=all&limit=3&offset=1").json()
    found = [one["found_at"] for one in every["items"]]
    assert (len(found), found) == (3, sorted(found, reverse=True))
    near = officer.get("/api/v1/hazards?cell=321204101002").json()["items"]
    assert all(one["cell_code"].startswith("321204101002") for one in near)


def test_bad_reports_are_refused_in_words(officer: TestClient) -> None:
    for changed, code in (
        ({"kind": "nothing"}, "hazard.kind"),
        ({"text": ""}, "hazard.why"),
        ({"lat": None}, "hazard.half_place"),
        ({"enterprise_id": str(uuid4())}, "enterprise.unknown"),
        ({"lon": 999}, "request.invalid"),
        ({"photos": [{"id": str(uuid4()), "sha256": "x"}]}, "request.invalid"),
    ):
        answer = officer.post("/api/v1/hazards", json=a_report(**changed))
        assert answer.json()["code"] == code
        assert answer.json()["detail"]


def test_a_hazard_at_an_enterprise_without_a_place_lies_where_its_site_is(office: Office, officer: TestClient) -> None:
    hazard = reported(officer, lon=None, lat=None, enterprise_id=str(office.enterprise(0).id))
    assert hazard["cell_code"] == "321204101001001"
    assert (hazard["enterprise"], hazard["department"]) == (office.enterprise(0).name, "住建局")
