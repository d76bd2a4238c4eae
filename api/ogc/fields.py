"""Describe the properties of features: their types for schemas, and how a request's text is read as their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal

from gridgis.errors import InvalidValue
from maps.words import Words

Value = str | int | float | bool
MOST_DIGITS = 15
INTEGER = re.compile(rf"-?\d{{1,{MOST_DIGITS}}}", re.ASCII)
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
TRUTH: Mapping[str, bool] = MappingProxyType({"true": True, "false": False})


@dataclass(frozen=True, slots=True)
class Field:
    """A property of the features of a collection.

    Attributes:
        name: Its name, which is also the parameter that asks for one value of it.
        type: Type of its values in JSON.
        format: ``date`` or ``date-time`` for texts that are one.
        choices: All values that it can have; any when empty.
        nullable: Whether it may be null.
        queryable: Whether features can be asked for by a value of it.
    """

    name: str
    type: Literal["string", "integer", "number", "boolean", "array"] = "string"
    format: str = ""
    choices: tuple[str, ...] = ()
    nullable: bool = False
    queryable: bool = True

    def read(self, text: str) -> Value:
        """The value that a request's text means.

        Raises:
            InvalidValue: ``ogc.value``; ``ogc.choice`` for one that it can't have.
        """
        if self.choices and text not in self.choices:
            raise InvalidValue("ogc.choice", name=self.name, value=text, known=", ".join(self.choices))
        if self.type == "string":
            return text
        value = _READ[self.type](text)
        if value is None:
            raise InvalidValue("ogc.value", name=self.name, value=text, type=self.type)
        return value

    def schema(self, words: Words) -> dict[str, Any]:
        """Its JSON Schema, with its title in a language."""
        told: dict[str, Any] = {"title": words.text(f"ogc.field.{self.name}"), "type": self.type}
        if self.format:
            told["format"] = self.format
        if self.choices:
            told["enum"] = list(self.choices)
        if self.type == "array":
            told["items"] = {"type": "string"}
        return told


def _integer(text: str) -> int | None:
    return int(text) if INTEGER.fullmatch(text) else None


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(NUMBER, text, re.ASCII) else None


_READ: Mapping[str, Callable[[str], Value | None]] = MappingProxyType(
    {"integer": _integer, "number": _number, "boolean": TRUTH.get}
)


def text(*names: str) -> tuple[Field, ...]:
    """Fields of text."""
    return tuple(map(Field, names))


def choice(name: str, values: type[StrEnum] | Sequence[str]) -> Field:
    """A field that has one of some values."""
    return Field(name, choices=tuple(str(value) for value in values))


def moments(*names: str) -> tuple[Field, ...]:
    """Fields of moments, in UTC; features are asked for by ``datetime`` instead."""
    return tuple(Field(name, format="date-time", nullable=True, queryable=False) for name in names)
