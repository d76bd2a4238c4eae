"""Read a mapping file: which column holds which field, and for surveyed roads what their classes mean.

::

    [columns]
    code = "区划代码"         # field = "heading"; "" leaves a column unused
    name = "名称"

    [classes]                 # roads only: what the survey says = class of OpenStreetMap
    "三级路" = "secondary"

    [rules]                   # roads only: see geodata.road_lines.LineRules
    tolerance_m = 1.0
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridgis.errors import InputRejected, Unreadable

_SECTIONS = ("columns", "classes", "rules")


@dataclass(frozen=True)
class MappingFile:
    """What a mapping file says.

    Attributes:
        columns: Field to heading; '' for a field that no column holds.
        classes: Road class of a survey to that of OpenStreetMap.
        rules: How road lines are joined, by name.
        file: Its name, '' where there is none.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""

    def check_fields(self, known: Iterable[str]) -> None:
        """Refuse names of fields that there are not.

        Raises:
            InputRejected: ``mapping.field``.
        """
        listed = tuple(known)
        for name in self.columns:
            if name not in listed:
                raise InputRejected("mapping.field", file=self.file, value=name, known=", ".join(listed))

    def refuse_road_sections(self) -> None:
        """Refuse what only road files have.

        Raises:
            InputRejected: ``mapping.section``.
        """
        if self.classes or self.rules:
            section = "classes" if self.classes else "rules"
            raise InputRejected("mapping.section", file=self.file, value=section, known="columns")


def read_mapping(path: str | Path) -> MappingFile:
    """Read a mapping file.

    Raises:
        Unreadable: ``mapping.missing``, ``mapping.form`` where it is no TOML in UTF-8.
        InputRejected: ``mapping.section`` for a section that is not known, ``mapping.value`` for one without texts.
    """
    file = Path(path)
    try:
        told = tomllib.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise Unreadable("mapping.missing", file=file.name, cause=error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unreadable("mapping.form", file=file.name, cause=str(error)) from error
    for section, values in told.items():
        if section not in _SECTIONS:
            raise InputRejected("mapping.section", file=file.name, value=section, known=", ".join(_SECTIONS))
        texts = section != "rules"
        if not isinstance(values, dict) or (texts and not all(isinstance(value, str) for value in values.values())):
            raise InputRejected("mapping.value", file=file.name, value=section)
    return MappingFile(
        columns=told.get("columns", {}),
        classes=told.get("classes", {}),
        rules=told.get("rules", {}),
        file=file.name,
    )
