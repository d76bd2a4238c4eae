"""Know the industries of the demo's enterprises: how many, how dangerous, who supervises them, where they are."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.demo.packaged import records


@dataclass(frozen=True, slots=True)
class Industry:
    """One industry; all figures are made up.

    Attributes:
        name: As the register has it.
        stem: What its enterprises call themselves.
        kind: How their names end.
        department: Supervising department.
        share: Of all enterprises, relative.
        risks: Shares of red, orange and yellow in percent; the rest is blue.
        places: Weights of industrial parks, towns and villages.
        staff: Typical number of people employed.
        chemicals: Hazardous chemicals that some keep.
    """

    name: str
    stem: str
    kind: str
    department: str
    share: float
    risks: tuple[float, ...]
    places: tuple[float, ...]
    staff: int
    chemicals: tuple[str, ...]


def industries() -> tuple[Industry, ...]:
    """All industries."""
    return tuple(
        Industry(
            row["name"],
            row["stem"],
            row["kind"],
            row["department"],
            float(row["share"]),
            tuple(float(row[colour]) for colour in ("red", "orange", "yellow")),
            tuple(float(row[place]) for place in ("park", "town", "village")),
            int(row["staff"]),
            tuple(filter(None, row["chemicals"].split("、"))),
        )
        for row in records("industries.csv")
    )
