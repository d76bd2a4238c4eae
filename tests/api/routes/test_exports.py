"""Registers and alarms as files: what the lists show, no formula, and each time an event."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from api import exporting
from gridgis.access import MASKS, TABLE, Action, Role
from tests.fakes.served import FakeSource, client_of, problem_of
from tests.fakes.signed_in import NOW, Office

if TYPE_CHECKING:
    from httpx import Response

NOUNS = ("alarms", "enterprises", "officers", "teams")
EVIL = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\uff1d1+1",
    "<script>alert(1)</script>",
    "'; DROP TABLE events; --",
    '"quoted", and\nbroken',
    "\x07\ufffe",
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"))
    yield made
    made.close()


def sheet(answer: Response) -> list[list[Any]]:
    """The rows of a workbook, every cell of which holds a value and no formula."""
    assert answer.status_code == 200, answer.text
    page = load_workbook(io.BytesIO(answer.content)).active
    assert page is not None
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    return [[cell.value for cell in row] for row in page.iter_rows()]


def delimited(answer: Response) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def codes(rows: list[list[Any]]) -> list[str]:
    return [row[0] for row in rows[1:]]


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("role", [role for role in Role if Action.EXPORTS_RUN in TABLE[role]])
def test_a_file_holds_what_the_list_shows_to_the_same_person(office: Office, role: Role, noun: str) -> None:
    client = office.as_role(role)
    listed = client.get(f"/api/v1/{noun}", params={"limit": 500} if noun != "teams" else {}).json()["items"]
    rows = sheet(client.get(f"/api/v1/exports/{noun}.xlsx"))
    assert codes(rows) == [one["code"] for one in listed] == codes(delimited(client.get(f"/api/v1/exports/{noun}.csv")))
    if noun == "alarms" and listed:
        assert rows[1][6] == listed[0]["note"]
    if "phone" in MASKS[noun[:-1]] and noun != "alarms" and listed:
        shown = client.get(f"/api/v1/{noun}/{listed[0]['id']}").json()["phone"]
        assert shown in rows[1]


def test_a_filter_chooses_as_it_does_for_the_list(office: Office) -> None:
    client = office.as_role(Role.SUPERVISOR)
    for noun, query in (
        ("enterprises", {"q": "11"}),
        ("enterprises", {"cell": "321204101"}),
        ("officers", {"cell": "321204101001"}),
        ("teams", {"tier": "town"}),
        ("alarms", {"from": "2020-07-01"}),
    ):
        listed = client.get(f"/api/v1/{noun}", params=query).json()["items"]
        assert codes(delimited(client.get(f"/api/v1/exports/{noun}.csv", params=query))) == [
            one["code"] for one in listed
        ]
    assert problem_of(client.get("/api/v1/exports/alarms.csv", params={"from": "2020-07-02", "to": "2020-07-01"}))
    assert client.get("/api/v1/exports/enterprises.csv", params={"cell": "321204999"}).status_code == 404
    assert client.get("/api/v1/exports/enterprises.doc").status_code == 422


def test_each_export_is_an_event_that_says_who_what_how_chosen_and_how_many(office: Office) -> None:
    client = office.as_role(Role.SUPERVISOR)
    before = office.store.version()
    assert client.get("/api/v1/exports/enterprises.xlsx", params={"risk": "red", "q": "13912345678"}).status_code == 200
    (event,) = office.store.events(after=before)
    assert (event.noun, event.what, event.actor) == ("export", "exported", "supervisor")
    assert event.body == {
        "noun": "enterprise",
        "form": "xlsx",
        "asked": {"risk": "red", "q": "139****5678"},
        "rows": 0,
    }
    client.get("/api/v1/exports/enterprises.doc")
    office.as_role(Role.GRID_OFFICER).get("/api/v1/exports/enterprises.xlsx")
    assert office.store.version() == before + 1


def test_who_may_export_and_not_read_gets_nothing(office: Office) -> None:
    client = office.with_token("supervisor", {Action.EXPORTS_RUN, Action.TEAMS_READ})
    assert client.get("/api/v1/exports/teams.csv").status_code == 200
    for noun in ("alarms", "enterprises", "officers"):
        problem = problem_of(client.get(f"/api/v1/exports/{noun}.csv"))
        assert (problem["status"], problem["code"]) == (403, "access.scope")


def test_the_file_has_a_chinese_name_and_headings_of_the_language(office: Office) -> None:
    client = office.as_role(Role.SUPERVISOR)
    answer = client.get("/api/v1/exports/enterprises.csv", params={"lang": "zh"})
    named = answer.headers["content-disposition"]
    assert unquote(named).endswith("UTF-8''企业-20200630-1200.csv")
    assert 'filename="enterprises-20200630-1200.csv"' in named
    assert delimited(answer)[0][:2] == ["编号", "名称"]
    english = delimited(client.get("/api/v1/exports/enterprises.csv", params={"lang": "en"}))
    assert english[0][:2] == ["Code", "Name"]


def test_no_text_becomes_a_formula_and_none_is_lost(tmp_path: Path) -> None:
    office = Office(tmp_path)
    state, evils = office.state, cycle(EVIL)
    with office.store.unit_of_work(actor="test", now=NOW) as work:
        for at in range(len(EVIL)):
            one = replace(state.teams[at % len(state.teams)], id=uuid4(), code=f"E{at:02}")
            work.put_teams([replace(one, name=EVIL[at], department=EVIL[at], out_of_service_reason=EVIL[at])])
            alarm = replace(state.alarms[0], id=uuid4(), code=f"E{at:02}", address=EVIL[at], note=EVIL[at])
            work.put_alarms([alarm])
        work.put_enterprises(replace(one, name=next(evils), chemicals=next(evils)) for one in state.enterprises)
        work.put_sites(replace(one, name=next(evils), address=next(evils)) for one in state.sites)
        work.put_officers(replace(one, name=next(evils), phone=next(evils)) for one in state.officers)
        account = work.account_named("supervisor")
        work.set_grants(account.id, [replace(grant, area="", department="") for grant in account.grants])
        work.commit()
    client = office.as_role(Role.SUPERVISOR)
    for noun in NOUNS:
        for rows in (
            sheet(client.get(f"/api/v1/exports/{noun}.xlsx")),
            delimited(client.get(f"/api/v1/exports/{noun}.csv")),
        ):
            texts = [value for row in rows[1:] for value in row if isinstance(value, str)]
            assert not [text for text in texts if text.startswith(("=", "+", "@", "-", "\t", "\r", "\uff1d"))]
            if noun in {"teams", "alarms"}:
                kept = {re.sub("[\x07\ufffe]", "\ufffd", evil) for evil in EVIL}
                found = {text.removeprefix("'").replace("_x000D_", "\r") for text in texts}
                assert {one.lstrip("'").strip() for one in kept} <= {one.lstrip("'").strip() for one in found}
    office.close()


def test_too_many_rows_are_refused_and_without_a_database_there_is_nowhere_to_note_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 1)
    before = office.store.version()
    problem = problem_of(office.as_role(Role.SUPERVISOR).get("/api/v1/exports/teams.xlsx"))
    assert (problem["status"], problem["code"]) == (422, "export.too_many")
    assert office.store.version() == before
    monkeypatch.undo()
    assert problem_of(client_of(FakeSource()).get("/api/v1/exports/teams.xlsx"))["status"] == 409
