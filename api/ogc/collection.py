"""Say what a collection of features is: what it tells, of which records, to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.ogc.features import Features, Records
from api.ogc.fields import Field
from api.snapshot import Snapshot
from gridgis.access import Action
from gridgis.cells import GridPlan

Sources = tuple[Any, ...]


@dataclass(frozen=True)
class Collection:
    """A collection of features.

    Attributes:
        id: Its name in addresses; its title and description are the words ``ogc.collection.<id>``.
        action: What it takes to see it.
        geometry: Format of its geometries as JSON Schemas name them, such as ``geometry-point``.
        fields: Properties of its features.
        sources: The records that it is made of at one version, given the plan in force; the same records again mean
            the same features.
        records: Its features out of those records.
        noun: What the records are that decide who sees its features; '' where areas and departments bind nobody.
        timed: Whether its features have times.
        now_only: What it takes to see features that are not valid now; a request that names no time then means now.
            None where all times are alike.
        personal: Whether it names people or tells of events that befell them, so that no copy is kept.
        tiles: Name of the vector tiles with a layer of them, '' when there are none.
        layer: Name of that layer.
    """

    id: str
    action: Action
    geometry: str
    fields: tuple[Field, ...]
    sources: Callable[[Snapshot, GridPlan | None], Sources]
    records: Callable[..., Records]
    noun: str = ""
    timed: bool = False
    now_only: Action | None = None
    personal: bool = False
    tiles: str = ""
    layer: str = ""

    @cached_property
    def queryables(self) -> Mapping[str, Field]:
        """Properties by whose values its features are found."""
        return {one.name: one for one in self.fields if one.queryable}

    def features(self, sources: Sources) -> Features:
        """Its features, out of its sources."""
        return Features(self.records(*sources), self.queryables)


def objects(values: Any) -> NDArray[np.object_]:
    """A one-dimensional array of objects."""
    listed = list(values)
    made = np.empty(len(listed), dtype=object)
    made[:] = listed
    return made
