"""The chain can be checked without this program, by the few lines that the reference gives."""

from __future__ import annotations

from geodata.store import Store
from tests.fakes.stores import NOW, ROOT, in_child, some_enterprises, some_sites

REFERENCE = ROOT / "docs" / "reference" / "store.md"


def test_anybody_can_check_the_chain_by_what_the_reference_says(store: Store) -> None:
    owners = some_enterprises(30)
    with store.unit_of_work(actor="王芳", now=NOW, reason="年度登记") as work:
        work.put_enterprises(owners)
        work.put_sites(some_sites(owners))
        work.put_settings({"detour_factor": 1.5, "whole": 2.0, "small": 1e-7, "说明": {"b": [True, None], "a": "\n"}})
        work.commit()
    program = REFERENCE.read_text("utf-8").partition("```python\n")[2].partition("```")[0]
    program = program.replace("district.gpkg", str(store.path))
    assert in_child(program).returncode == 0
    wrong = in_child(program.replace('before = "0"', 'before = "1"'))
    assert wrong.stderr.endswith("AssertionError: 1\n")
