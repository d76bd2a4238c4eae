def test_anybody_can_check_the_chain_by_what_the_reference_says(store: Store) -> None:
    put(store, 30)
    text = (ROOT / "docs" / "reference" / "store.md").read_text("utf-8")
    program = text.partition("```python\n")[2].partition("```")[0].replace("district.gpkg", str(store.path))
    assert in_child(program).returncode == 0
    wrong = in_child(program.replace('before = "0"', 'before = "1"'))
    assert wrong.stderr.endswith("AssertionError: 1\n")
