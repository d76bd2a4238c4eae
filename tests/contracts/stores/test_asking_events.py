"""Events are found by record, person and time, page by page, the same on every store; exports are events."""

from __future__ import annotations

from datetime import timedelta

from geodata.store import EventFilter, Store, verify_store
from tests.fakes.stores import NOW


def test_events_are_found_the_newest_first_and_an_export_is_one(store: Store) -> None:
    for number, actor in enumerate(("wang", "li", "wang")):
        with store.unit_of_work(actor=actor, now=NOW + timedelta(days=number)) as work:
            work.record_export(noun="enterprise", form="csv", asked={"q": "'; DROP TABLE events; --"}, rows=number)
            work.commit()
    everything = store.events()
    found, total = store.events_before(EventFilter(noun="export", actor="wang"), limit=1)
    assert (total, [one.body["rows"] for one in found]) == (2, [2])
    rest, total = store.events_before(EventFilter(noun="export", actor="wang"), before=found[0].sequence)
    assert (total, [one.body["rows"] for one in rest]) == (2, [0])
    days = EventFilter(noun="export", since=NOW + timedelta(days=1), until=NOW + timedelta(days=2))
    assert [one.actor for one in store.events_before(days)[0]] == ["li"]
    one_record = store.events_before(EventFilter(noun_id=everything[-1].noun_id))[0]
    assert one_record == (everything[-1],)
    assert store.events_before(EventFilter())[0] == tuple(reversed(everything))
    assert {"wang", "li"} <= set(store.actors())
    assert verify_store(store, now=NOW).broken is None
