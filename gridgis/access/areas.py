"""Tell which records lie in what was granted, one record or a hundred thousand at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Part(NamedTuple):
    """A cell's subtree and a department; '' is all of them."""

    area: str
    department: str

    def within(self, other: Part) -> bool:
        """Whether all that it covers is covered by another part."""
        return self.area.startswith(other.area) and other.department in {"", self.department}


@dataclass(frozen=True, slots=True)
class AreaFilter:
    """What somebody may see or touch: the union of parts. False when it is nothing at all.

    Filters that cover the same parts are equal, so that what was worked out for one can be kept by it.

    Attributes:
        parts: Parts of which none lies within another, in order.
    """

    parts: tuple[Part, ...] = ()

    @classmethod
    def of(cls, parts: Iterable[Part]) -> Self:
        """The union of parts."""
        found = sorted(set(parts))
        return cls(tuple(one for one in found if not any(one is not other and one.within(other) for other in found)))

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def everything(self) -> bool:
        """Whether it covers every record, also those in no cell and of no department."""
        return self.parts == (Part("", ""),)

    def covers(self, cell_codes: Collection[str] = (), departments: Collection[str] = ()) -> bool:
        """Whether it covers a record.

        Args:
            cell_codes: Codes of the cells that the record concerns, any of which will do; the deepest one is enough
                where codes begin with their parents', else its ancestors' too.
            departments: The departments that it concerns, any of which will do.
        """
        return any(
            (not part.area or any(code.startswith(part.area) for code in cell_codes))
            and (not part.department or part.department in departments)
            for part in self.parts
        )

    def visible(self, cell_codes: ArrayLike, departments: ArrayLike | None = None) -> NDArray[np.bool_]:
        """Which of many records it covers, as `covers` says of each.

        Args:
            cell_codes: Codes of their cells, shape (n,), or (n, k) where a record concerns up to k cells; '' for none.
            departments: Their departments in the same shapes; None when they have none.
        """
        codes = _columns(cell_codes)
        owners = np.empty((len(codes), 0), np.str_) if departments is None else _columns(departments)
        seen = np.full(len(codes), self.everything)
        if self.everything:
            return seen
        for area, department in self.parts:
            inside = np.ones(len(codes), np.bool_)
            if area:
                inside &= np.strings.startswith(codes, area).any(axis=1)
            if department:
                inside &= (owners == department).any(axis=1)
            seen |= inside
        return seen


EVERYTHING = AreaFilter((Part("", ""),))


def _columns(texts: ArrayLike) -> NDArray[np.str_]:
    """Texts of shape (n, k)."""
    array = np.asarray(texts, np.str_)
    return array if array.ndim > 1 else array[:, np.newaxis]
