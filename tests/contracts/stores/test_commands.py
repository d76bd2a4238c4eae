"""A command that comes twice has one effect and the same answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from geodata.store import Answer, Command, Store, UnitOfWork
from geodata.store.commands import ANSWERS_KEPT
from gridgis.errors import Conflict, InvalidValue
from tests.fakes.stores import NOW, look, some_enterprises

KEY = UUID("6f1c2a52-0d7b-4f8e-9f0a-3b0a5c1d2e3f")
COMMAND = Command(KEY, "王芳", "enterprises.register", "0" * 64)


def register(work: UnitOfWork) -> dict[str, Any]:
    """Register one more enterprise."""
    count = len(work.enterprises())
    work.put_enterprises(some_enterprises(count + 1)[count:])
    return {"status": 201, "count": count + 1.0, "名称": "企业"}


def refuse(work: UnitOfWork) -> dict[str, Any]:
    register(work)
    raise Conflict("team.busy")


def test_a_command_that_comes_again_has_no_second_effect_and_the_same_answer(store: Store) -> None:
    first = store.once(COMMAND, register, now=NOW)
    again = store.once(COMMAND, register, now=NOW + timedelta(days=3))
    assert first == Answer({"status": 201, "count": 1, "名称": "企业"})
    assert again == replace(first, repeated=True)
    assert len(store.enterprises()) == 1
    (event,) = store.events(noun="enterprise")
    assert event.actor == "王芳"


def test_another_key_is_another_command(store: Store) -> None:
    store.once(COMMAND, register, now=NOW)
    assert not store.once(replace(COMMAND, key=UUID(int=1)), register, now=NOW).repeated
    assert len(store.enterprises()) == 2


@pytest.mark.parametrize("other", [{"actor": "李强"}, {"action": "teams.put"}, {"request_hash": "1" * 64}])
def test_a_key_is_refused_for_another_command(store: Store, other: dict[str, Any]) -> None:
    store.once(COMMAND, register, now=NOW)
    with pytest.raises(Conflict, match=r"command\.key_reused"):
        store.once(replace(COMMAND, **other), register, now=NOW)
    assert len(store.enterprises()) == 1


def test_a_refused_command_leaves_nothing_and_is_tried_anew(store: Store) -> None:
    with pytest.raises(Conflict, match=r"team\.busy"):
        store.once(COMMAND, refuse, now=NOW)
    assert store.enterprises() == ()
    assert not store.once(COMMAND, register, now=NOW).repeated


def test_an_answer_that_json_cannot_say_undoes_the_command(store: Store) -> None:
    with pytest.raises(InvalidValue, match=r"event\.content"):
        store.once(COMMAND, lambda work: {"answer": register(work), "odd": KEY}, now=NOW)
    assert store.enterprises() == ()


def test_a_command_without_effect_is_answered_the_same_and_leaves_the_version(store: Store) -> None:
    version = store.version()
    for repeated in (False, True):
        assert store.once(COMMAND, lambda _: {"found": 0}, now=NOW) == Answer({"found": 0}, repeated=repeated)
    assert store.version() == version


def test_an_answer_is_forgotten_after_its_time(store: Store) -> None:
    store.once(COMMAND, register, now=NOW)
    assert store.once(COMMAND, register, now=NOW + ANSWERS_KEPT).repeated
    late = NOW + ANSWERS_KEPT + timedelta(seconds=1)
    assert not store.once(COMMAND, register, now=late).repeated
    assert look(store, "SELECT id, answered_at FROM commands") == [(str(KEY), "2020-07-30T06:00:01.000Z")]


def test_old_answers_go_when_new_ones_come(store: Store) -> None:
    for at in range(5):
        store.once(replace(COMMAND, key=UUID(int=at)), register, now=NOW + at * ANSWERS_KEPT)
    assert look(store, "SELECT count(*) FROM commands") == [(2,)]


def test_a_command_that_comes_from_many_threads_at_once_is_carried_out_once(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: store.once(COMMAND, register, now=NOW), range(16)))
    assert len(store.enterprises()) == 1
    assert sorted(answer.repeated for answer in answers) == [False] + 15 * [True]
    assert all(answer.value == answers[0].value for answer in answers)
