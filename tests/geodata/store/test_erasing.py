"""What was erased is not left over in pages of the file that are free."""

from __future__ import annotations

from uuid import uuid4

from geodata.store import Store
from gridgis.dispatch.alarms import Alarm, ResponseLevel
from tests.fakes.stores import NOW

CALLER = "钱七"


def test_what_was_erased_is_nowhere_in_the_file(store: Store) -> None:
    alarm = Alarm(uuid4(), "A1", "fire", ResponseLevel.II, 120.1, 32.5, NOW, caller=CALLER)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_alarms([alarm])
        work.commit()
    with store.unit_of_work(actor="retention", now=NOW) as work:
        work.erase("alarm", [alarm.id])
        work.commit()
    store.close()
    assert CALLER.encode() not in store.path.read_bytes()
