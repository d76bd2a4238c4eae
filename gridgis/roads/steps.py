"""Tell a driver the way: where to turn into which road, and how far to drive there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgis.roads.network import RoadNetwork
from gridgis.roads.routes import ArcPart
from gridgis.roads.search_graph import SearchGraph
from gridgis.roads.streets import Streets
from gridgis.roads.travel_time import FERRY

ROUND = frozenset({"roundabout", "circular"})
NO_CHOICE = 2  # streets at a node where nobody has to choose
LOOK_M = 15.0  # a road's direction at a junction is that of its first metres
SHARP, TURN, SLIGHT, STRAIGHT = 165.0, 120.0, 60.0, 25.0  # degrees from straight on, up to which a turn is one
HEADINGS = ("north", "north_east", "east", "south_east", "south", "south_west", "west", "north_west")
_CIRCLE = 360.0
_KILOMETRE_M = 1000.0


class Turn(StrEnum):
    """What a driver does at the beginning of a step."""

    DEPART = "depart"
    STRAIGHT = "straight"
    SLIGHT_LEFT = "slight_left"
    LEFT = "left"
    SHARP_LEFT = "sharp_left"
    SLIGHT_RIGHT = "slight_right"
    RIGHT = "right"
    SHARP_RIGHT = "sharp_right"
    TURN_BACK = "turn_back"
    ROUNDABOUT = "roundabout"
    FERRY = "ferry"
    ARRIVE = "arrive"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a turn list.

    Attributes:
        turn: What to do.
        road: Name of the road that is driven then, its number where it has no name, '' where it has neither.
        distance_m: Metres to the next step.
        heading: Degrees clockwise from north in which the step begins.
        exit: Of a roundabout, 1 for the first; 0 where the turn is no roundabout or the way ends on it.
    """

    turn: Turn
    road: str
    distance_m: float
    heading: float
    exit: int = 0


@dataclass(frozen=True, slots=True)
class _Drive:
    """One part of an arc that is driven: where it ends, its road, length, headings at both ends, and what it is."""

    node: int
    road: str
    distance_m: float
    begins: float
    ends: float
    round: bool
    aboard: bool


def turn_list(network: RoadNetwork, streets: Streets, graph: SearchGraph, parts: Sequence[ArcPart]) -> tuple[Step, ...]:
    """The steps along parts of arcs driven one after the other: none for none, else at least departure and arrival."""
    drives = list(_drives(network, streets, graph, parts))
    if not drives:
        return ()
    begun = Turn.FERRY if drives[0].aboard else Turn.DEPART
    steps = [Step(begun, drives[0].road, drives[0].distance_m, drives[0].begins)]
    circled = [drives[0]] if drives[0].round else []
    for before, drive in pairwise(drives):
        if drive.round:
            if not circled:
                steps.append(Step(Turn.ROUNDABOUT, "", 0.0, before.ends))
            circled.append(drive)
            steps[-1] = _longer(steps[-1], drive.distance_m)
        elif circled:
            steps[-1] = _left_round(steps[-1], drive, sum(_leaves_round(network, graph, one.node) for one in circled))
            circled = []
        elif (turn := _turn(network, before, drive)) is not None:
            steps.append(Step(turn, drive.road, drive.distance_m, drive.begins))
        else:
            steps[-1] = _longer(steps[-1], drive.distance_m)
    return (*steps, Step(Turn.ARRIVE, drives[-1].road, 0.0, drives[-1].ends))


def _longer(step: Step, distance_m: float) -> Step:
    return Step(step.turn, step.road, step.distance_m + distance_m, step.heading, step.exit)


def _left_round(step: Step, drive: _Drive, number: int) -> Step:
    """The step of a roundabout with the road by which it is left; a way that began on it has no exit to count."""
    whole_m = step.distance_m + drive.distance_m
    if step.turn is Turn.ROUNDABOUT:
        return Step(step.turn, drive.road, whole_m, step.heading, number)
    return Step(step.turn, step.road, whole_m, step.heading)


def _leaves_round(network: RoadNetwork, graph: SearchGraph, node: int) -> bool:
    """Whether the vehicle may leave a roundabout at a node."""
    topology = graph.topology
    arcs = np.flatnonzero(topology.tail == node).astype(np.int32)
    onward = topology.edge[arcs[graph.ms_on(arcs) >= 0]]
    return any(network.tags[edge].get("junction", "") not in ROUND for edge in onward.tolist())


def _turn(network: RoadNetwork, before: _Drive, drive: _Drive) -> Turn | None:
    """How a drive begins after another one; None where a driver just goes on."""
    turn = turn_of(drive.begins - before.ends)
    if drive.aboard:
        return None if before.aboard else Turn.FERRY
    if before.aboard:
        return Turn.STRAIGHT
    same_road = before.road == drive.road
    if turn is Turn.TURN_BACK:
        return turn
    if network.street_count[before.node] <= NO_CHOICE:
        return None if same_road or not drive.road else Turn.STRAIGHT
    slight = turn in {Turn.SLIGHT_LEFT, Turn.SLIGHT_RIGHT} and bool(drive.road)
    return None if same_road and (turn is Turn.STRAIGHT or slight) else turn


def turn_of(degrees: float) -> Turn:
    """What a change of heading is called; clockwise is to the right."""
    right = (degrees + _CIRCLE / 2) % _CIRCLE - _CIRCLE / 2
    if abs(right) <= STRAIGHT:
        return Turn.STRAIGHT
    if abs(right) > SHARP:
        return Turn.TURN_BACK
    if abs(right) <= SLIGHT:
        return Turn.SLIGHT_RIGHT if right > 0 else Turn.SLIGHT_LEFT
    if abs(right) <= TURN:
        return Turn.RIGHT if right > 0 else Turn.LEFT
    return Turn.SHARP_RIGHT if right > 0 else Turn.SHARP_LEFT


def _drives(network: RoadNetwork, streets: Streets, graph: SearchGraph, parts: Sequence[ArcPart]) -> Iterator[_Drive]:
    topology = graph.topology
    arcs = np.array([part.arc for part in parts], dtype=np.int32)
    first, last = (np.array([getattr(part, side) for part in parts]) for side in ("from_share", "to_share"))
    shapes, along = streets.shapes[topology.street[arcs]], topology.along_street[arcs]
    look = np.minimum(LOOK_M / np.maximum(streets.shape_m[topology.street[arcs]], LOOK_M), last - first)
    begins = _headings(shapes, along, first, first + look)
    ends = _headings(shapes, along, last - look, last)
    node = topology.junction[topology.head[arcs]].tolist()
    length_m = topology.length_m[arcs] * (last - first)
    for place, edge in enumerate(topology.edge[arcs].tolist()):
        road = str(network.name[edge] or network.ref[edge])
        circling = network.tags[edge].get("junction", "") in ROUND
        aboard = bool(network.highway[edge] == FERRY)
        headings = float(begins[place]), float(ends[place])
        yield _Drive(node[place], road, float(length_m[place]), *headings, circling, aboard)


def _headings(
    shapes: NDArray[np.object_], along: NDArray[np.bool_], one: NDArray[np.float64], other: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Degrees clockwise from north between two shares of shapes, driven along or against these."""
    ends = [
        shapely.get_coordinates(
            shapely.line_interpolate_point(shapes, np.where(along, share, 1 - share), normalized=True)
        )
        for share in (one, other)
    ]
    east, north = (ends[1] - ends[0]).T
    made: NDArray[np.float64] = np.degrees(np.arctan2(east, north)) % _CIRCLE
    return made


def say(steps: Sequence[Step], word: Callable[[str], str]) -> tuple[str, ...]:
    """A line of words for each step.

    Args:
        steps: The steps.
        word: Gives the words of a key: ``route.turn.…``, ``route.heading.…``, ``route.distance.…``, ``route.unnamed``.
    """
    return tuple(
        word(f"route.turn.{step.turn}").format(
            road=step.road or word("route.unnamed"),
            distance=_said_distance(step.distance_m, word),
            heading=word(f"route.heading.{HEADINGS[round(step.heading / 45) % len(HEADINGS)]}"),
            exit=step.exit,
        )
        for step in steps
    )


def _said_distance(metres: float, word: Callable[[str], str]) -> str:
    """Metres in tens, kilometres to a tenth."""
    tens = max(10, round(metres / 10) * 10)
    if tens < _KILOMETRE_M:
        return word("route.distance.metres").format(value=tens)
    return word("route.distance.kilometres").format(value=f"{metres / _KILOMETRE_M:.1f}")
