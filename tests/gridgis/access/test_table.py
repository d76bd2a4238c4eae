from __future__ import annotations

import ast
import json
from pathlib import Path
from types import MappingProxyType

import pytest

from gridgis.access import ACTION_OF_NOUN, ADMINISTRATORS, MASKS, TABLE, Action, Binding, Reason, Role, matrix
from gridgis.access import roles as table_module
from gridgis.errors import NotKnown

ROOT = Path(__file__).resolve().parents[3]
OPEN_TO_ALL = {Binding.ANYONE, Binding.ACCOUNT}


def test_every_role_has_a_line_and_every_line_is_of_known_actions() -> None:
    assert set(TABLE) == set(Role)
    assert {action for allowed in TABLE.values() for action in allowed} <= set(Action)


def test_every_action_is_somebodys_and_what_is_open_to_all_is_no_roles() -> None:
    somebodys = {action for allowed in TABLE.values() for action in allowed}
    assert somebodys == {action for action in Action if action.binding not in OPEN_TO_ALL}


def test_the_table_cannot_be_changed() -> None:
    assert isinstance(TABLE, MappingProxyType)
    assert all(isinstance(allowed, frozenset) for allowed in TABLE.values())


def test_a_role_that_does_something_to_records_also_sees_them() -> None:
    """Where there is an action of that name: closures, say, are read with the map."""
    blind = [
        (role, action)
        for role, allowed in TABLE.items()
        for action in allowed
        for reading in [f"{action.split('.')[0]}.read"]
        if reading in set(Action) and reading not in allowed and action not in READ_BY_ITSELF
    ]
    assert blind == []


READ_BY_ITSELF = {Action.SERVICE_OBSERVE, Action.ALARMS_PROPOSE}


def test_the_three_administrators_share_nothing_but_the_cells_and_do_no_business() -> None:
    """三员分立: each sees what its own duty needs."""
    system, security, audit = (
        TABLE[role] for role in (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR)
    )
    assert system & security == {Action.CELLS_READ}
    assert not audit & (system | security)
    assert audit == {Action.AUDIT_READ}
    watched = {Action.AUDIT_READ, Action.ACCOUNTS_MANAGE}
    assert {role for role, allowed in TABLE.items() if allowed & watched} == {
        Role.SECURITY_ADMINISTRATOR,
        Role.AUDIT_ADMINISTRATOR,
    }
    assert not any(MASKED & TABLE[role] for role in ADMINISTRATORS)


MASKED = {mask.action for masks in MASKS.values() for mask in masks.values()}


@pytest.mark.parametrize("role", [Role.GRID_OFFICER, Role.SAFETY_DOCTOR])
def test_a_patrol_is_no_inspection(role: Role) -> None:
    """Grid officers and safety doctors can't file one, whatever it is called."""
    assert not {Action.INSPECTIONS_WRITE, Action.INSPECTIONS_READ} & TABLE[role]
    assert Action.VISITS_WRITE in TABLE[role]


def test_only_enforcement_officers_file_inspections_and_only_leaders_publish_plans() -> None:
    assert {role for role in Role if Action.INSPECTIONS_WRITE in TABLE[role]} == {Role.ENFORCEMENT_OFFICER}
    assert {role for role in Role if Action.PLANS_PUBLISH in TABLE[role]} == {Role.SUPERVISOR}


def test_the_matrix_says_what_the_table_says() -> None:
    rows = matrix()
    assert [action for action, _, _ in rows] == list(Action)
    for action, binding, by_role in rows:
        assert binding is action.binding
        assert by_role == {role: binding in OPEN_TO_ALL or action in TABLE[role] for role in Role}


def test_names_are_dotted_and_nouns_are_read_by_an_action_that_reads() -> None:
    assert all(action.count(".") == 1 and action == action.lower() for action in Action)
    assert set(ACTION_OF_NOUN.values()) <= set(Action)
    assert set(MASKS) <= set(ACTION_OF_NOUN)


@pytest.mark.parametrize("action", list(Action))
def test_an_action_is_found_by_its_name(action: Action) -> None:
    assert Action.named(action.value) is action


def test_a_name_of_no_action_is_refused() -> None:
    with pytest.raises(NotKnown, match=r"access\.action_unknown"):
        Action.named("cells")


def test_every_noun_of_the_store_can_be_seen_by_somebody() -> None:
    """Events are told under these nouns; one that is missing would reach nobody."""
    nouns = {
        node.args[0].value
        for path in (ROOT / "geodata" / "store").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in {"Codec", "file"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert {"officer", "enterprise", "roads", "plan"} <= nouns <= set(ACTION_OF_NOUN)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_role_action_binding_and_refusal_has_words(language: str) -> None:
    words = json.loads((ROOT / "maps" / "web" / "words" / f"{language}.json").read_text("utf-8"))
    wanted = {
        *(f"access.role.{role}" for role in Role),
        *(f"access.action.{action}" for action in Action),
        *(f"access.binding.{binding}" for binding in Binding),
        *(f"errors.{reason}.{part}" for reason in Reason if reason is not Reason.GRANTED for part in ("what", "mend")),
    }
    assert wanted - set(words) == set()
    said = {key for key in words if key.startswith("access.")}
    assert said <= wanted


def test_the_table_is_written_once_as_a_literal() -> None:
    """It is what an auditor reads: no loop and no condition builds it."""
    tree = ast.parse(Path(table_module.__file__).read_text("utf-8"))
    table = next(node for node in tree.body if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "TABLE")
    assert not any(isinstance(node, ast.For | ast.comprehension | ast.IfExp) for node in ast.walk(table))
