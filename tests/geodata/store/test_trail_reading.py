"""Whoever follows the trail reads no more of the file than what is new."""

from __future__ import annotations

from pathlib import Path

from geodata.store import Store
from tests.fakes.stores import rows


def plan_of_query(path: Path, query: str) -> str:
    return " ".join(str(row[-1]) for row in rows(path, f"EXPLAIN QUERY PLAN {query}"))


def test_following_the_trail_reads_no_more_than_it_gives(store: Store) -> None:
    for tests in ("", " AND noun = 'site'", " AND noun_id = 'x'"):
        query = f"SELECT fid FROM events WHERE fid > 5{tests} ORDER BY fid LIMIT 4"  # noqa: S608
        plan = plan_of_query(store.path, query)
        assert "SEARCH events USING" in plan
        assert "TEMP B-TREE" not in plan
