"""Hold a layer as it stands in its file: texts of its fields, shapes in the file's own coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridgis.errors import Fault, Unreadable

Shapes = NDArray[np.object_]


class BrokenShape(NamedTuple):
    """A shape that is none.

    Attributes:
        code: What is wrong.
        at: Where, in the file's own coordinates, None when it has no place.
        value: What could not be understood.
    """

    code: str
    at: tuple[float, float] | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class RawLayer:
    """A layer before its coordinates are converted and its shapes are checked.

    Attributes:
        name: '' where the file has but one layer without a name of its own.
        headings: Names of the fields.
        columns: By field, the texts of all features.
        shapes: In two dimensions, None where a feature has none; None for a layer without geometry.
        crs: The system the file names, '' for none.
        broken: Shapes that are none at all, by feature from 1.
        damaged: Fields that can't be relied on: feature from 1, position of the field, why.
        warnings: What ought to be known of the layer.
    """

    name: str
    headings: tuple[str, ...]
    columns: Sequence[Sequence[str]]
    shapes: Shapes | None
    crs: str = ""
    broken: Mapping[int, BrokenShape] = field(default_factory=dict)
    damaged: Sequence[tuple[int, int, Fault]] = ()
    warnings: Sequence[Fault] = ()

    @property
    def size(self) -> int:
        """Number of features."""
        return len(self.columns[0]) if self.columns else 0 if self.shapes is None else len(self.shapes)


def choose_layer(names: Sequence[str], wanted: str | None, file: str) -> str:
    """The layer that is named, or the only one.

    Raises:
        Unreadable: ``layer.none``, ``layer.which``, ``layer.unknown``.
    """
    known = ", ".join(names)
    if not names:
        raise Unreadable("layer.none", file=file)
    if wanted is not None and wanted not in names:
        raise Unreadable("layer.unknown", file=file, value=wanted, known=known)
    if wanted is None and len(names) > 1:
        raise Unreadable("layer.which", file=file, known=known)
    return names[0] if wanted is None else wanted
