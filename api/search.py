"""Find anything that has a name (cells, teams, officers, enterprises, roads, places), and coordinates as typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, get_args
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridgis.cells import Cell, GridPlan
from gridgis.dispatch.state import DistrictState

if TYPE_CHECKING:
    from api.snapshot import BaseMapFeature
    from gridgis.roads import RoadNetwork

Kind = Literal["cell", "team", "officer", "enterprise", "road", "place"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Kinds in the order in which equal finds are listed."""
COORDINATES = re.compile(r"^\s*([-+]?\d{1,3}(?:\.\d+)?)\s*[,\s]\s*([-+]?\d{1,3}(?:\.\d+)?)\s*$")
RECORDS = frozenset({"enterprise", "officer", "team"})
"""Kinds that not everybody sees; their identifiers are UUIDs."""
RANKS = 5
CELLS_TOLD = 3
POLE = 90.0
HALF_TURN = 180.0

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found.

    Attributes:
        kind: One of `KINDS`.
        id: Identifier, or the code where the kind has none.
        code: Its code, may be empty.
        name: Its name.
        detail: What tells it from others of the same name.
        lon: Longitude to show it at, None when it has no place.
        lat: Latitude to show it at.
        bbox: West, south, east, north of what has an extent.
    """

    kind: Kind
    id: str
    code: str
    name: str
    detail: str
    lon: float | None
    lat: float | None
    bbox: Bounds | None = None


class Viewer(Protocol):
    """Somebody who searches."""

    def sees(self, noun: str, record_id: UUID, /) -> bool:
        """Whether a record is seen."""
        ...

    def calls(self, noun: str, record_id: UUID, /) -> bool:
        """Whether a record is found by whom to call, too."""
        ...


class Entry(NamedTuple):
    """Something that can be found.

    Attributes:
        hit: What is found.
        more: Texts by which it is found beside its name and code.
        people: Texts about people, by which only those find it who may call them.
    """

    hit: Hit
    more: Iterable[str] = ()
    people: Iterable[str] = ()

    def texts(self) -> tuple[str, int]:
        """Its texts folded, and how many characters of them everybody may know who sees it."""
        shown = folded("\n".join((self.hit.name, self.hit.code, *self.more)))
        return "\n".join((shown, *map(folded, self.people))), len(shown)


def folded(text: str) -> str:
    """A text as it is compared: full-width forms as half-width ones, no case."""
    return unicodedata.normalize("NFKC", text).casefold()


class SearchIndex:
    """Everything of one version of the data that has a name, as folded text; a search reads it through.

    Entries stand in the order in which equal finds are listed, so that a search sorts nothing.

    Args:
        state: The district.
        plan: The plan in force, None before the first one.
        day: Local day for which officers are shown at the cells they serve.
        base_features: What the base map draws beside the roads; its places are found by name.
    """

    def __init__(
        self, state: DistrictState, plan: GridPlan | None, day: date, base_features: Sequence[BaseMapFeature] = ()
    ) -> None:
        self._plan = plan
        found = [
            (folded(entry.hit.name), *entry.texts(), entry.hit)
            for entry in _everything(state, plan, day, base_features)
        ]
        found.sort(key=lambda entry: (KINDS.index(entry[3].kind), len(entry[0]), entry[0]))
        self._names = [name for name, _, _, _ in found]
        self._texts = [text for _, text, _, _ in found]
        self._shown = [shown for _, _, shown, _ in found]
        self._hits = [hit for _, _, _, hit in found]

    def __len__(self) -> int:
        return len(self._hits)

    def find(self, query: str, limit: int, viewer: Viewer | None = None) -> list[Hit]:
        """What fits a query, best first: coordinates, then whole names, beginnings, parts of names, anything else.

        Every word of the query must occur in the name, the code, the address or another telling text.

        Args:
            query: What is looked for.
            limit: How many finds at most.
            viewer: Who looks; finds nothing that is not seen, nor by a text that is not shown.
        """
        words = folded(query).split()
        if not words:
            return []
        place = self._place(query)
        if place is not None:
            return [place]
        first, *others = words
        whole = " ".join(words)
        ranked: tuple[list[int], ...] = tuple([] for _ in range(RANKS))
        for number, text in enumerate(self._texts):
            if first in text and (not others or all(word in text for word in others)):
                ranked[_rank(self._names[number], whole, words)].append(number)
        found = (number for number in chain(*ranked) if viewer is None or self._is_found(number, words, viewer))
        return [self._hits[number] for number in islice(found, limit)]

    def _is_found(self, number: int, words: Sequence[str], viewer: Viewer) -> bool:
        """Whether somebody finds an entry whose texts hold all words: it is seen, and so is what holds them."""
        hit = self._hits[number]
        if hit.kind not in RECORDS:
            return True
        identifier = UUID(hit.id)
        if not viewer.sees(hit.kind, identifier):
            return False
        shown = self._texts[number][: self._shown[number]]
        return all(word in shown for word in words) or viewer.calls(hit.kind, identifier)

    def _place(self, query: str) -> Hit | None:
        """Coordinates as a place; latitude first is turned where only that can be meant."""
        found = COORDINATES.match(unicodedata.normalize("NFKC", query))
        if found is None:
            return None
        lon, lat = float(found[1]), float(found[2])
        if abs(lon) <= POLE < abs(lat):
            lon, lat = lat, lon
        if abs(lon) > HALF_TURN or abs(lat) > POLE:
            return None
        cells = () if self._plan is None else self._plan.locate((lon, lat)).cells(0)
        detail = " › ".join(cell.name for cell in cells if cell is not None)
        return Hit("place", f"{lon},{lat}", "", f"{lon:.6f}, {lat:.6f}", detail, lon, lat)


def _rank(name: str, whole: str, words: Sequence[str]) -> int:
    """0 the whole name, 1 its beginning, 2 a part of it, 3 all words in it, 4 found in another text."""
    if whole in name:
        return 0 if name == whole else 1 if name.startswith(whole) else 2
    return 3 if len(words) > 1 and all(word in name for word in words) else 4


def _everything(
    state: DistrictState, plan: GridPlan | None, day: date, base_features: Sequence[BaseMapFeature]
) -> Iterator[Entry]:
    """Each thing that can be found."""
    if plan is not None:
        yield from _cells(plan)
    for team in state.teams:
        hit = Hit("team", str(team.id), team.code, team.name, team.department, team.lon, team.lat)
        yield Entry(hit, (team.department,), (team.leader,))
    yield from _officers(state, plan, day)
    yield from _enterprises(state)
    if state.roads is not None:
        yield from _roads(state.roads)
    for feature in base_features:
        if feature.layer == "places" and feature.name and isinstance(feature.geometry, BaseGeometry):
            point = feature.geometry.representative_point()
            yield Entry(Hit("place", f"{point.x},{point.y}", "", feature.name, feature.kind, point.x, point.y))


def _cells(plan: GridPlan) -> Iterator[Entry]:
    for cell in plan.cells:
        inside = cell.geometry.representative_point()
        point = cell.seat or (inside.x, inside.y)
        parent = plan.cell_by_code.get(cell.parent_code, plan.district)
        yield Entry(Hit("cell", cell.code, cell.code, cell.name, parent.name, *point, cell.geometry.bounds))


def _officers(state: DistrictState, plan: GridPlan | None, day: date) -> Iterator[Entry]:
    """Officers, each at the first cell that the person serves on a day."""
    cells = {} if plan is None else plan.cell_by_code
    serves: dict[UUID, list[Cell]] = {}
    for post in state.posts:
        if post.cell_code in cells and post.holds_on(day):
            serves.setdefault(post.officer_id, []).append(cells[post.cell_code])
    for officer in state.officers:
        served = serves.get(officer.id, [])
        detail = "、".join(cell.name for cell in served[:CELLS_TOLD])
        point = served[0].geometry.representative_point() if served else None
        lon, lat = (None, None) if point is None else (point.x, point.y)
        bounds = served[0].geometry.bounds if served else None
        hit = Hit("officer", str(officer.id), officer.code, officer.name, detail, lon, lat, bounds)
        yield Entry(hit, people=(officer.phone,))


def _enterprises(state: DistrictState) -> Iterator[Entry]:
    """Enterprises by name, code and address; one entry for each site of another name."""
    owner = {enterprise.id: enterprise for enterprise in state.enterprises}
    for site in state.sites:
        enterprise = owner[site.enterprise_id]
        name = site.name or enterprise.name
        hit = Hit("enterprise", str(enterprise.id), enterprise.code, name, site.address, site.lon, site.lat)
        yield Entry(hit, (enterprise.name, enterprise.credit_code or "", site.code, site.address))


def _roads(network: RoadNetwork) -> Iterator[Entry]:
    """Named roads: one entry a name, at the middle of its longest edge."""
    names = np.asarray([str(name or "") for name in network.name], dtype=object)
    named = np.flatnonzero(names != "")
    order = named[np.argsort(names[named], kind="stable")]
    if not len(order):
        return
    starts = np.flatnonzero(np.r_[True, names[order][1:] != names[order][:-1]])
    bounds = shapely.bounds(np.asarray(network.geometry, dtype=object)[order])
    length_m = np.asarray(network.length_m)[order]
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        longest = order[start + int(np.argmax(length_m[start:end]))]
        middle = network.geometry[longest].interpolate(0.5, normalized=True)
        west, south = (float(value) for value in bounds[start:end, :2].min(axis=0))
        east, north = (float(value) for value in bounds[start:end, 2:].max(axis=0))
        ref = str(network.ref[longest] or "")
        name = str(names[longest])
        yield Entry(Hit("road", name, ref, name, ref, middle.x, middle.y, (west, south, east, north)), (ref,))
