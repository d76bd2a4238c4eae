"""How the text of a request is read as a property's value."""

from __future__ import annotations

import pytest

from api.ogc.fields import Field, choice
from gridgis.errors import InvalidValue


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", "", ""),
        ("string", "甲镇 <b>", "甲镇 <b>"),
        ("integer", "-12", -12),
        ("integer", "000", 0),
        ("number", "1.50", 1.5),
        ("number", "-2e3", -2000.0),
        ("number", ".5", 0.5),
        ("boolean", "true", True),
        ("boolean", "false", False),
    ],
)
def test_a_value_is_read_by_the_type(kind: str, text: str, value: object) -> None:
    assert Field("name", kind).read(text) == value  # type: ignore[arg-type]  # one of the types


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *(("integer", text) for text in ("", "1.0", "1e3", " 1", "1_0", "٣", "9" * 16, "0x1", "+-1")),
        *(("number", text) for text in ("", "nan", "inf", "1_0", "1,5", "٣", "1e", "--1")),
        *(("boolean", text) for text in ("", "True", "1", "yes")),
    ],
)
def test_what_is_no_value_of_the_type_is_refused(kind: str, text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        Field("name", kind).read(text)  # type: ignore[arg-type]  # one of the types
    assert refused.value.code == "ogc.value"


def test_a_value_that_a_property_can_not_have_is_refused_with_those_that_it_can() -> None:
    with pytest.raises(InvalidValue) as refused:
        choice("risk", ["red", "blue"]).read("green")
    assert refused.value.code == "ogc.choice"
    assert refused.value.fields["known"] == "red, blue"
