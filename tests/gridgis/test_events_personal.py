"""What an event tells of persons can be taken away without breaking the chain, and never unnoticed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from gridgis.events import ERASED, PERSONAL_HASH, Event, Flaw, Written, body_text, chained, set_apart, verify, written

NOON = datetime(2020, 6, 30, 4, 0, tzinfo=UTC)
ALARM, OTHER = UUID(int=1), UUID(int=2)


def event(sequence: int, what: str, body: dict[str, object], personal: str = "", *, noun_id: UUID = ALARM) -> Written:
    told = Event(sequence, UUID(int=sequence), "alarm", noun_id, what, "张三", NOON, NOON, "", body)
    return written(told)._replace(personal=personal)


def chain(*last: Written) -> list[Written]:
    """A call, its correction with another number, and what follows."""
    added = set_apart({"after": {"code": "A1"}}, {"after": {"phone": "13812345678"}}, salt="x")
    updated = set_apart({"after": {}}, {"after": {"phone": "13912345678"}}, salt="y")
    return list(chained([event(1, "added", *added), event(2, "updated", *updated), *last]))


def blanked(trail: list[Written], *sequences: int) -> list[Written]:
    return [one._replace(personal="") if one.sequence in sequences else one for one in trail]


def flaw(trail: list[Written]) -> tuple[Flaw, int] | None:
    broken = verify(trail)
    return None if broken is None else (broken.flaw, broken.sequence)


def test_only_the_hash_of_the_personal_part_stands_in_the_body() -> None:
    body, text = set_apart({"after": {"code": "A1"}}, {"after": {"phone": "13812345678"}}, salt="x")
    assert "138" not in body_text(body)
    assert body.keys() == {"after", PERSONAL_HASH}
    assert json.loads(text) == {"after": {"phone": "13812345678"}, "salt": "x"}


def test_the_same_number_has_another_hash_in_each_event() -> None:
    first, second = (set_apart({}, {"phone": "13812345678"}, salt=salt)[0] for salt in ("x", "y"))
    assert first != second


def test_a_chain_with_personal_parts_holds() -> None:
    assert flaw(chain()) is None


def test_a_personal_part_that_was_changed_is_found() -> None:
    trail = chain()
    trail[1] = trail[1]._replace(personal=trail[1].personal.replace("139", "137"))
    assert flaw(trail) == (Flaw.CHANGED, 2)


def test_a_personal_part_where_there_was_none_is_found() -> None:
    plain = event(3, "updated", {"after": {}})
    trail = chain(plain)
    trail[2] = trail[2]._replace(personal='{"salt":"z"}')
    assert flaw(trail) == (Flaw.CHANGED, 3)


def test_an_erased_personal_part_leaves_the_chain_whole() -> None:
    trail = chain(event(3, ERASED, {"events": [1, 2], "fields": ["phone"]}))
    assert flaw(blanked(trail, 1, 2)) is None


def test_a_personal_part_that_nobody_erased_is_missed() -> None:
    assert flaw(blanked(chain(), 1, 2)) == (Flaw.BLANKED, 1)
    assert flaw(blanked(chain(event(3, ERASED, {"events": [1]})), 1, 2)) == (Flaw.BLANKED, 2)


@pytest.mark.parametrize("body", [{"events": [1]}, {"events": 1}, {}])
def test_an_erasure_of_another_record_or_of_nothing_explains_nothing(body: dict[str, object]) -> None:
    trail = chain(event(3, ERASED, body, noun_id=OTHER))
    assert flaw(blanked(trail, 1)) == (Flaw.BLANKED, 1)


def test_an_erasure_does_not_explain_what_goes_later() -> None:
    first, *rest = chain()
    del rest
    erasure = event(2, ERASED, {"events": [3]})
    later = event(3, "updated", *set_apart({}, {"after": {"phone": "1"}}, salt="z"))
    trail = list(chained([first, erasure, later]))
    assert flaw(blanked(trail, 3)) == (Flaw.BLANKED, 3)


def test_an_event_read_as_records_holds_with_its_personal_part() -> None:
    (one, *_) = chain()
    told = replace(
        Event(1, UUID(int=1), "alarm", ALARM, "added", "张三", NOON, NOON, "", json.loads(one.body)),
        previous_hash=one.previous_hash,
        hash=one.hash,
        personal=json.loads(one.personal),
    )
    assert written(told) == one
    assert verify([told]) is None
