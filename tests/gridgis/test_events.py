from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gridgis.errors import InvalidValue
from gridgis.events import (
    GENESIS,
    Anchor,
    BrokenLink,
    Event,
    Flaw,
    Written,
    body_text,
    canonical,
    chained,
    link,
    moment_text,
    verify,
    written,
)
from tests.strategies import moments, uuids, words

NOON = datetime(2020, 6, 30, 4, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
CHINA = timezone(timedelta(hours=8))

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
bodies = st.dictionaries(words, values, max_size=4)
events = st.builds(
    Event,
    sequence=st.just(0),
    id=uuids,
    noun=words,
    noun_id=uuids,
    what=words,
    actor=words,
    happened_at=moments,
    recorded_at=moments,
    reason=words,
    body=bodies,
)


def numbered(trail: Sequence[Event]) -> list[Event]:
    """The events with the numbers of their places."""
    return [replace(event, sequence=place) for place, event in enumerate(trail, start=1)]


def chain(trail: Sequence[Event]) -> list[Written]:
    """The events as a whole chain."""
    return list(chained(numbered(trail)))


def some(count: int) -> list[Event]:
    """So many plain events."""
    return [
        Event(0, UUID(int=at), "team", UUID(int=7), "updated", "张三", NOON, NOON, "换班", {"people": at})
        for at in range(count)
    ]


def head(trail: Sequence[Written]) -> Anchor:
    """The head of a chain, written down."""
    last = trail[-1] if trail else None
    return Anchor(last.sequence if last else 0, last.hash if last else GENESIS, NOON)


def at(broken: BrokenLink | None) -> tuple[Flaw, int]:
    """What is wrong and where."""
    assert broken is not None
    assert broken.flaw is Flaw.REWRITTEN or broken.sound == broken.sequence - 1
    return broken.flaw, broken.sequence


chains = st.lists(events, min_size=1, max_size=6).map(chain)


def shuffled(value: Any) -> Any:
    """The same value with its names in the opposite order and its numbers in another form."""
    if isinstance(value, dict):
        return {name: shuffled(item) for name, item in reversed(value.items())}
    if isinstance(value, list):
        return tuple(shuffled(item) for item in value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
        return float(value)
    return value


@given(bodies)
def test_equal_bodies_have_one_text_whatever_the_order_of_names_and_form_of_numbers(body: dict[str, Any]) -> None:
    assert body_text(shuffled(body)) == body_text(body) == body_text(MappingProxyType(body))


@given(bodies)
def test_a_body_read_back_from_its_text_has_the_same_text(body: dict[str, Any]) -> None:
    assert body_text(json.loads(body_text(body))) == body_text(body)


@given(bodies, bodies)
def test_bodies_that_differ_have_texts_that_differ(first: dict[str, Any], second: dict[str, Any]) -> None:
    same = json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
    assume(same or first != second)
    assert (body_text(first) == body_text(second)) is same


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (1e21, "1000000000000000000000"),
        (0.1, "0.1"),
        (True, "true"),
        (None, "null"),
        ((1, 2.5), "[1,2.5]"),
        ("姜堰\n", '"姜堰\\n"'),
        (StrEnum("Colour", "RED").RED, '"red"'),  # type: ignore[attr-defined]
    ],
)
def test_a_value_has_one_form(value: Any, text: str) -> None:
    assert body_text({"b": value, "a": 0}) == f'{{"a":0,"b":{text}}}'


deep: list[Any] = []
for _ in range(100_000):
    deep = [deep]


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        NOON,
        UUID(int=1),
        b"",
        {1: 2},
        "\ud800",
        {"\ud800": 1},
        {None: 2},
        {"1", "2"},
        [{True: 1}],
        10**5000,
        deep,
    ],
    ids=lambda value: str(type(value).__name__),
)
def test_what_json_cannot_say_is_refused(value: Any) -> None:
    with pytest.raises(InvalidValue, match=r"event\.content"):
        body_text({"value": value})


@given(events, st.integers(-12, 12))
def test_the_hash_is_of_the_event_as_json_with_sorted_names(event: Event, hours: int) -> None:
    """A second writing of the rule, by the plain means of json, in any time zone."""
    zone = timezone(timedelta(hours=hours))
    moved = replace(event, happened_at=event.happened_at.astimezone(zone))
    names = ("actor", "noun", "reason", "sequence", "what")
    told = {name: getattr(event, name) for name in names} | {
        "id": str(event.id),
        "noun_id": str(event.noun_id),
        "happened_at": event.happened_at.strftime("%Y-%m-%dT%H:%M:%S.")
        + f"{event.happened_at.microsecond // 1000:03}Z",
        "recorded_at": event.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.")
        + f"{event.recorded_at.microsecond // 1000:03}Z",
        "body": json.loads(body_text(event.body)),
        "previous_hash": GENESIS,
    }
    expected = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert canonical(written(moved), GENESIS) == expected
    assert link(moved, GENESIS) == link(written(event), GENESIS)


def test_a_known_event_has_a_known_hash() -> None:
    """The form may not change by accident: chains that offices keep would break."""
    event = replace(some(1)[0], sequence=1, happened_at=datetime(2020, 6, 30, 12, tzinfo=CHINA))
    assert link(event, GENESIS) == "7346af515612b5b35c7fdeacceaebbcb743a52a7974373ea00bb234a093c4e50"


def test_a_moment_without_offset_or_outside_the_calendar_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"time\.offset"):
        moment_text(NOON.replace(tzinfo=None))
    with pytest.raises(InvalidValue, match=r"event\.content"):
        moment_text(datetime.min.replace(tzinfo=CHINA))


def test_text_that_is_no_unicode_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"event\.content"):
        link(replace(some(1)[0], reason="\ud800"), GENESIS)


def test_a_chain_without_events_is_whole() -> None:
    assert verify([]) is None
    assert verify([], anchors=[head([])]) is None


@given(chains)
def test_a_whole_chain_has_no_broken_link(trail: list[Written]) -> None:
    anchors = [Anchor(one.sequence, one.hash, NOON) for one in trail]
    assert verify(iter(trail), anchors=[*reversed(anchors), head([])]) is None


@given(st.lists(events, min_size=1, max_size=4))
def test_events_and_their_written_form_make_the_same_chain(trail: list[Event]) -> None:
    whole = chain(trail)
    assert list(chained(map(written, numbered(trail)))) == whole
    sealed = [
        replace(event, previous_hash=one.previous_hash, hash=one.hash)
        for event, one in zip(numbered(trail), whole, strict=True)
    ]
    assert verify(sealed) is None


def other(value: Any) -> Any:
    """Another value of the same kind."""
    return value + 1000 if isinstance(value, int) else value + "x"


@given(chains, st.data())
def test_any_single_change_is_found_where_it_is(trail: list[Written], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(trail) - 1))
    name = data.draw(st.sampled_from(Written._fields))
    trail[place] = trail[place]._replace(**{name: other(getattr(trail[place], name))})
    assert at(verify(trail)) == (Flaw.CHANGED, place + 1)


@given(chains, st.data())
def test_any_event_that_is_dropped_is_missed(trail: list[Written], data: st.DataObject) -> None:
    signed = head(trail)
    place = data.draw(st.integers(0, len(trail) - 1))
    dropped = [*trail[:place], *trail[place + 1 :]]
    at_end = place == len(dropped)
    assert at(verify(dropped, anchors=[signed])) == (Flaw.CUT if at_end else Flaw.MISSING, place + 1)
    assert (verify(dropped) is None) == at_end


@given(chains, st.data())
def test_any_two_events_that_change_places_are_found(trail: list[Written], data: st.DataObject) -> None:
    assume(len(trail) > 1)
    first = data.draw(st.integers(0, len(trail) - 2))
    second = data.draw(st.integers(first + 1, len(trail) - 1))
    trail[first], trail[second] = trail[second], trail[first]
    assert at(verify(trail)) == (Flaw.REORDERED, first + 1)


@given(chains, st.data())
def test_any_event_that_stands_twice_is_found(trail: list[Written], data: st.DataObject) -> None:
    original = data.draw(st.integers(0, len(trail) - 1))
    place = data.draw(st.integers(original + 1, len(trail)))
    trail.insert(place, trail[original])
    assert at(verify(trail)) == (Flaw.DOUBLED, place + 1)


@given(chains, st.data())
def test_an_event_that_is_moved_and_numbered_anew_is_found(trail: list[Written], data: st.DataObject) -> None:
    """Whoever renumbers the rest after a removal still breaks the hashes."""
    assume(len(trail) > 1)
    place = data.draw(st.integers(0, len(trail) - 2))
    rest = [one._replace(sequence=one.sequence - 1) for one in trail[place + 1 :]]
    assert at(verify([*trail[:place], *rest])) == (Flaw.CHANGED, place + 1)


def test_an_event_that_is_forged_with_its_hash_no_longer_fits_the_next() -> None:
    trail = chain(some(5))
    forged = trail[2]._replace(body='{"people":99}')
    trail[2] = forged._replace(hash=link(forged, forged.previous_hash))
    assert at(verify(trail)) == (Flaw.UNLINKED, 4)


rewritings: list[Callable[[Event], Event]] = [
    lambda event: replace(event, body={"people": 99}),
    lambda event: replace(event, happened_at=NOON + timedelta(hours=1)),
]


@pytest.mark.parametrize("rewritten", rewritings)
def test_a_chain_that_is_rewritten_whole_does_not_agree_with_its_anchors(rewritten: Callable[[Event], Event]) -> None:
    trail, changed = some(9), some(9)
    changed[5] = rewritten(changed[5])
    signed = [Anchor(one.sequence, one.hash, NOON) for one in chain(trail) if one.sequence in {3, 7, 9}]
    broken = verify(chain(changed), anchors=signed)
    assert at(broken) == (Flaw.REWRITTEN, 7)
    assert broken is not None
    assert broken.sound == 3
    assert verify(chain(changed)) is None


def test_the_first_broken_link_is_named_when_there_are_several() -> None:
    trail = chain(some(9))
    trail[6] = trail[6]._replace(actor="李四")
    del trail[3]
    assert at(verify(trail)) == (Flaw.MISSING, 4)


def test_what_cannot_be_an_event_at_all_is_a_change() -> None:
    trail = [replace(event, previous_hash=GENESIS, hash=GENESIS) for event in numbered(some(1))]
    assert at(verify([replace(trail[0], body={"x": float("nan")})])) == (Flaw.CHANGED, 1)
    assert at(verify([chain(some(1))[0]._replace(actor=None)])) == (Flaw.CHANGED, 1)  # type: ignore[arg-type]


def test_a_broken_link_tells_its_code_and_what_fills_the_words() -> None:
    trail = chain(some(3))
    broken = verify(trail[:1] + trail[2:])
    assert broken is not None
    assert broken.code == "chain.missing"
    assert broken.fields == {"sequence": 2, "sound": 1, "found": 3, "noun": "team", "event": str(UUID(int=2))}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("flaw", list(Flaw))
def test_every_flaw_has_words_that_the_broken_link_fills(flaw: Flaw, language: str) -> None:
    catalogue = json.loads((ROOT / "maps" / "web" / "words" / f"{language}.json").read_text("utf-8"))
    broken = BrokenLink(flaw, 3, 2, None if flaw is Flaw.CUT else chain(some(3))[2])
    for part in ("what", "mend"):
        assert catalogue[f"errors.{broken.code}.{part}"].format(**broken.fields)


@given(st.integers(0, 10**18 - 1), st.binary(min_size=32, max_size=32), moments)
def test_an_anchor_is_read_back_from_its_print(sequence: int, digest: bytes, taken_at: datetime) -> None:
    anchor = Anchor(sequence, digest.hex(), taken_at)
    assert Anchor.parse(str(anchor)) == anchor
    assert Anchor.parse(f"  {str(anchor).upper()}\n") == anchor


@pytest.mark.parametrize(
    "text",
    ["", "12", f"-1 {GENESIS} 2020-06-30T04:00:00Z", f"1 {GENESIS[1:]} 2020-06-30T04:00:00Z", f"1 {GENESIS} noon"],
)
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"anchor\.form"):
        Anchor.parse(text)


def test_an_anchor_needs_a_whole_hash_and_an_offset() -> None:
    for sequence, digest in ((1, "abc"), (1, "g" * 64), (1, "A" * 64), (-1, GENESIS)):
        with pytest.raises(InvalidValue, match=r"anchor\.form"):
            Anchor(sequence, digest, NOON)
    with pytest.raises(InvalidValue, match=r"time\.offset"):
        Anchor(1, GENESIS, NOON.replace(tzinfo=None))
